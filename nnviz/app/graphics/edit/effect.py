"""What edits did, painted: the cost before and after them, and the samples that are now taken for something else."""

from __future__ import annotations

import math
from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from nnviz.app.graphics.edit.strip import SampleStrip
from nnviz.app.graphics.edit.ways import MARKS, MENDED, MOVED, NAMES, ROLES, SPOILT
from nnviz.app.graphics.text import LEFT, MIDDLE, TOP, fitting, line_height, number, text_width, write
from nnviz.app.theme import Theme
from nnviz.data.dataset import Samples
from nnviz.run.effect import Effect

POINTS = 10.0
NOTHING_YET = (
    "Paint, drag or type: the new test cost appears here at once, with the images that are then taken for another "
    "digit."
)


class EffectPicture:
    """The panel.

    Parameters
    ----------
    theme : Theme
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._given: Effect | None = None
        self._effect: Effect | None = None
        self._strip = SampleStrip(theme)
        self._shown = 0

    def show(self, effect: Effect | None, test: Samples | None, shape: tuple[int, int] | None) -> None:
        """Take an effect, the samples it is about, and how their pixels lie in an image."""
        before = self._given
        self._given = effect
        self._effect = effect if test is not None and _fits(effect, test) else None
        self._shown += effect is not before
        is_shown = self._effect is not None and self._effect.edits > 0
        self._strip.show(self._effect if is_shown else None, test, shape)

    @property
    def state(self) -> Hashable:
        """What the picture depends on, but for its area, the theme and the chosen sample."""
        return self._shown, self._effect is None, self._strip.row

    @property
    def tiles(self) -> list[tuple[int, QRectF]]:
        """The samples that were painted last, and where."""
        return self._strip.tiles

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
                f"cost {costs}",
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
        numbers = {MENDED: len(effect.mended), SPOILT: len(effect.spoilt), MOVED: len(effect.moved)}
        return [
            (f"{MARKS[way]} {count:,} {NAMES[way]}", f"{MARKS[way]} {count:,}", ROLES[way])
            for way, count in numbers.items()
        ]

    def paint(self, painter: QPainter, area: QRectF, chosen: int | None) -> None:
        """Paint the panel into an area; of the samples, the chosen one in the highlight's colour."""
        theme = self._theme
        self._strip.tiles = []
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
        below = QRectF(area.left(), bottom, area.width(), area.bottom() - bottom)
        self._strip.paint(painter, below, chosen)

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

    def scroll(self, rows: int) -> bool:
        """Go so many rows of samples on; return whether others are in sight."""
        return self._strip.scroll(rows)

    def at(self, point: QPointF) -> int | None:
        """Return the sample under a point."""
        return self._strip.at(point)

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


def _fits(effect: Effect | None, test: Samples) -> bool:
    return effect is not None and effect.before.count == len(test)
