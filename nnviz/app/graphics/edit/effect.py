"""What edits did, painted: the cost before and after them, and the samples that are now taken for something else."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.pad.surface import paint_ink
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, TOP, fitting, line_height, number, text_width, write
from nnviz.app.theme import Theme
from nnviz.data.dataset import Samples
from nnviz.run.effect import Effect

POINTS, SMALL = 10.0, 9.0
TILE, GAP = 42.0, 6.0
"""The side of a sample's image at the usual size of text, and the room between two, in pixels."""
NOTHING_YET = (
    "Paint, drag or type: the new test cost appears here at once, with the images that are then taken for another "
    "digit."
)
MARKS = {"mended": "✓", "spoilt": "✗", "moved": "~"}
ROLES = {"mended": "positive", "spoilt": "negative", "moved": "muted"}


class EffectPicture:
    """The panel.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    tiles : list of (int, QRectF)
        The samples that were painted last, and where.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._effect: Effect | None = None
        self._test: Samples | None = None
        self._shape: tuple[int, int] | None = None
        self.tiles: list[tuple[int, QRectF]] = []

    def show(self, effect: Effect | None, test: Samples | None, shape: tuple[int, int] | None) -> None:
        """Take an effect, the samples it is about, and how their pixels lie in an image."""
        self._effect = effect if test is not None and _fits(effect, test) else None
        self._test, self._shape = test, shape
        self.tiles = []

    def lines(self) -> list[tuple[str, ...]]:
        """Return what is said above the samples, each line in several lengths, the longest first."""
        effect = self._effect
        if effect is None:
            return []
        before, after = effect.before, effect.after
        if effect.edits == 0:
            return [
                (f"Step {effect.step:,}, with no edits", f"Step {effect.step:,}"),
                (f"test cost {cost(before.cost)}", cost(before.cost)),
                (f"accuracy {percent(before.accuracy)}", percent(before.accuracy)),
                ("No parameter is changed by hand.", "No edits."),
            ]
        edits = "its edit" if effect.edits == 1 else f"its {effect.edits:,} edits"
        costs = f"{cost(before.cost)} → {cost(after.cost)}"
        shares = f"{percent(before.accuracy)} → {percent(after.accuracy)}"
        changed = len(effect.changed)
        return [
            (
                f"Step {effect.step:,}: before {edits} → after",
                f"Step {effect.step:,}, before → after",
                "before → after",
            ),
            (
                f"test cost {costs}  ({difference(before.cost, after.cost)})",
                f"test cost {costs}",
                costs,
            ),
            (
                f"accuracy {shares}  ({100 * (after.accuracy - before.accuracy):+.2f})".replace("-", "−"),
                f"accuracy {shares}",
                shares,
            ),
            (
                f"{changed:,} of {before.count:,} test images change their prediction",
                f"{changed:,} predictions change",
                f"{changed:,} change",
            ),
        ]

    def counts(self) -> list[tuple[str, str, str]]:
        """Return how many samples went which way: a text, a shorter one, and the role of its colour."""
        effect = self._effect
        if effect is None or effect.edits == 0:
            return []
        return [
            (f"{MARKS[kind]} {len(getattr(effect, kind)):,} {word}", short, ROLES[kind])
            for kind, word, short in (
                ("mended", "now right", f"{MARKS['mended']} {len(effect.mended):,}"),
                ("spoilt", "now wrong", f"{MARKS['spoilt']} {len(effect.spoilt):,}"),
                ("moved", "neither", f"{MARKS['moved']} {len(effect.moved):,}"),
            )
        ]

    def paint(self, painter: QPainter, area: QRectF, chosen: int | None) -> None:
        """Paint the panel into an area; of the samples, the chosen one in the highlight's colour."""
        theme = self._theme
        self.tiles = []
        if area.height() < line_height(theme, POINTS):
            return
        if self._effect is None:
            write(painter, theme, area, NOTHING_YET, LEFT | TOP, POINTS, "muted", wrap=True)
            return
        line = line_height(theme, POINTS)
        row = QRectF(area.left(), area.top(), area.width(), line)
        for place, texts in enumerate(self.lines()):
            if row.bottom() > area.bottom() + 1:
                return
            text = fitting(theme, texts, row.width(), POINTS, strong=place == 1)
            role = "muted" if place == 0 else "text"
            write(painter, theme, row, text, LEFT | MIDDLE, POINTS, role, strong=place == 1)
            row.translate(0, line)
        bottom = self._paint_counts(painter, row, area)
        self._paint_samples(
            painter, QRectF(area.left(), bottom, area.width(), area.bottom() - bottom), chosen
        )

    def _paint_counts(self, painter: QPainter, row: QRectF, area: QRectF) -> float:
        """Write the counts side by side, or shorter; return where they end."""
        theme, counts = self._theme, self.counts()
        if not counts or row.bottom() > area.bottom() + 1:
            return row.top()
        apart = 12.0
        texts = [long for long, _, _ in counts]
        if sum(text_width(theme, t, POINTS) for t in texts) + apart * (len(texts) - 1) > row.width():
            texts = [short for _, short, _ in counts]
        left = row.left()
        for text, (_, _, role) in zip(texts, counts, strict=True):
            wide = text_width(theme, text, POINTS)
            place = QRectF(left, row.top(), min(wide + 1, area.right() - left), row.height())
            if place.width() > 4:
                write(painter, theme, place, text, LEFT | MIDDLE, POINTS, role)
            left += wide + apart
        return row.bottom() + 6

    def _paint_samples(self, painter: QPainter, area: QRectF, chosen: int | None) -> None:
        """Paint as many of the samples as have room, those of the chosen one's page."""
        theme, effect, test = self._theme, self._effect, self._test
        if effect is None or test is None or effect.edits == 0:
            return
        changed = effect.changed
        rows, cols = self._shape or (1, len(test.images[0]))
        side = TILE * theme.text_scale
        tall = side * min(rows / cols, 1.0) if self._shape else 0.4 * side
        wide = side * min(cols / rows, 1.0)
        line = line_height(theme, SMALL)
        across = int((area.width() + GAP) // (max(wide, text_width(theme, "9→9 ✗", SMALL)) + GAP))
        down = int((area.height() + GAP) // (tall + line + GAP))
        if across < 1 or down < 1 or len(changed) == 0:
            return
        pitch = max(wide, text_width(theme, "9→9 ✗", SMALL)) + GAP
        a_page = across * down
        page = 0
        if chosen is not None and (found := np.flatnonzero(changed == chosen)).size:
            page = int(found[0]) // a_page
        for slot, place in enumerate(range(page * a_page, min((page + 1) * a_page, len(changed)))):
            index = int(changed[place])
            kind = _kind(effect, test, index)
            left, top = area.left() + slot % across * pitch, area.top() + slot // across * (tall + line + GAP)
            tile = QRectF(round(left + (pitch - GAP - wide) / 2), round(top), wide, tall)
            paint_ink(painter, theme, tile, test.images[index].reshape(rows, cols))
            if index == chosen:
                painter.setPen(QPen(theme.colour("highlight"), 3))
                painter.drawRect(tile.adjusted(-1.5, -1.5, 1.5, 1.5))
            caption = QRectF(left, tile.bottom(), pitch - GAP, line)
            text = f"{effect.before.predicted[index]}→{effect.after.predicted[index]} {MARKS[kind]}"
            write(painter, theme, caption, text, CENTRE | MIDDLE, SMALL, ROLES[kind])
            self.tiles.append((index, tile.united(caption)))

    def at(self, point: QPointF) -> int | None:
        """Return the sample under a point."""
        return next((index for index, tile in self.tiles if tile.contains(point)), None)

    def next_after(self, chosen: int | None) -> int | None:
        """Return the changed sample behind the chosen one, round the end; the first where that is none of them."""
        if self._effect is None or len(self._effect.changed) == 0:
            return None
        changed: NDArray[np.intp] = self._effect.changed
        found = np.flatnonzero(changed == chosen) if chosen is not None else np.zeros(0, np.intp)
        return int(changed[(int(found[0]) + 1) % len(changed) if found.size else 0])


def cost(value: float) -> str:
    """Return a cost, to be compared with another."""
    return number(value, 4)


def percent(share: float) -> str:
    """Return a share of samples."""
    return f"{100 * share:.2f} %"


def difference(before: float, after: float) -> str:
    """Return how much larger a cost has become, with its sign."""
    change = after - before
    if not math.isfinite(change):
        return number(change)
    return ("+" if change > 0 else "") + number(change, 4)


def _kind(effect: Effect, test: Samples, index: int) -> str:
    """Return which way a changed sample went."""
    if effect.after.predicted[index] == test.labels[index]:
        return "mended"
    return "spoilt" if effect.before.predicted[index] == test.labels[index] else "moved"


def _fits(effect: Effect | None, test: Samples) -> bool:
    return effect is not None and effect.before.count == len(test)
