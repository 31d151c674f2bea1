"""The largest nudges of one kind in rows: what each belongs to, what it is in proportion to, an arrow, its figures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from nnviz.app.graphics.backprop.subject import Spot
from nnviz.app.graphics.backprop.words import figures, signed_figures
from nnviz.app.graphics.number_images import Colours, brightness, largest, signs
from nnviz.app.graphics.numerals import Numerals
from nnviz.app.graphics.text import fitting, line_height, text_width
from nnviz.app.theme import Theme
from nnviz.core.encoding import Floats

MOST_ROWS = 18
LEAST_BAR = 22.0
"""Pixels at the usual size of text: a shorter arrow is left out."""
FACTOR_SLOT, NUDGE_SLOT = "−0.00", "−0.0000"


@dataclass(frozen=True, eq=False)
class Wishes:
    """Nudges of one kind.

    Parameters
    ----------
    symbol, wished : str
        What the nudges are in proportion to, and what they are: "a" and "−a δ".
    factors, nudges : float arrays, (n,)
    signed : bool
        Whether the factors have the colours of signs; otherwise brightness.
    shape : (rows, cols) or None
        How they lie in an image.
    name : callable
        Says of a number k what it is, the longest name first.
    spot : callable
        Says of it how it is pointed at.
    """

    symbol: str
    wished: str
    factors: Floats
    nudges: Floats
    signed: bool
    shape: tuple[int, int] | None
    name: Callable[[int], tuple[str, ...]]
    spot: Callable[[int], Spot]

    @property
    def factor_limit(self) -> float:
        """Where the scale of the factors ends."""
        return largest(self.factors) if self.signed else max(1.0, largest(self.factors))

    def colours(self, theme: Theme, factors: Floats) -> Colours:
        """Return the colours of some factors."""
        if self.signed:
            return signs(theme, factors, self.factor_limit)
        with np.errstate(all="ignore"):
            return brightness(theme, factors / self.factor_limit)


class WishRows:
    """A row for each of the largest nudges, as many as have room; a nudge of 0 has none.

    Parameters
    ----------
    theme : Theme
    wishes : Wishes
    limit : float
        The nudge whose arrow is as long as any.
    """

    def __init__(self, theme: Theme, wishes: Wishes, limit: float) -> None:
        self._theme = theme
        self._wishes = wishes
        self._limit = limit
        self._numerals = Numerals()
        sizes = np.abs(np.nan_to_num(wishes.nudges, nan=0.0))
        order = np.argsort(-sizes, kind="stable")[:MOST_ROWS]
        self.largest: list[int] = order[sizes[order] > 0].tolist()
        self._texts = [signed_figures(float(wishes.nudges[k]), 3) for k in self.largest]
        self._area = QRectF()
        self._points = 10.0
        self._line = 1.0
        self._count = 0
        self._form = 0
        self._factors = (0.0, 0.0)
        self._has_factors = True
        self._bars: tuple[float, float] | None = None

    def height(self, points: float) -> float:
        """Return how high all rows are together."""
        return len(self.largest) * line_height(self._theme, points)

    def lay_out(self, area: QRectF, points: float) -> None:
        """Take as many rows as an area has room for, and give the columns their places."""
        theme = self._theme
        self._area, self._points = area, points
        self._line = line_height(theme, points)
        self._count = min(int(max(area.height(), 0.0) / self._line + 0.05), len(self.largest))
        number = (
            max([text_width(theme, text, points) for text in [NUDGE_SLOT, *self._texts[: self._count]]]) + 2
        )
        swatch = 0.62 * self._line
        slot = text_width(theme, FACTOR_SLOT, points) + swatch + 6
        # The last name is as wide as any; columns are not to dance when other inputs come first.
        names = self._wishes.name(len(self._wishes.nudges) - 1)
        room = area.width() - number - slot - 12
        widths = [text_width(theme, name, points) for name in names]
        self._form = next((form for form, width in enumerate(widths) if width <= room), len(names) - 1)
        left = area.left() + widths[self._form] + 8
        self._factors = (left, left + slot)
        start, end = left + slot + 8, area.right() - number - 8
        self._bars = (start, end) if end - start >= LEAST_BAR * theme.text_scale else None
        self._has_factors = start <= area.right() - number + 4

    def row(self, place: int) -> QRectF:
        """Return where a row is."""
        return QRectF(
            self._area.left(), self._area.top() + place * self._line, self._area.width(), self._line
        )

    @property
    def shown(self) -> list[int]:
        """Whose nudges have rows, the largest first."""
        return self.largest[: self._count]

    def paint(self, painter: QPainter) -> None:
        """Paint the rows."""
        theme, wishes, points = self._theme, self._wishes, self._points
        chosen = self.shown
        middles = [self.row(place).center().y() for place in range(len(chosen))]
        names = [
            (wishes.name(k)[self._form], self._area.left(), y) for k, y in zip(chosen, middles, strict=True)
        ]
        nudges: dict[str, list[tuple[str, float, float]]] = {"positive": [], "negative": []}
        for k, text, y in zip(chosen, self._texts, middles, strict=False):
            role = "positive" if wishes.nudges[k] > 0 else "negative"
            nudges[role].append((text, self._area.right(), y))
        self._numerals.set_font(theme.font(points))
        self._numerals.paint(painter, theme.colour("muted"), names, 0.0)
        for role, texts in nudges.items():
            self._numerals.paint(painter, theme.colour(role), texts, 1.0)
        if self._has_factors:
            self._paint_factors(painter, chosen, middles)
            if self._bars is not None and chosen:
                self._paint_arrows(painter, chosen, middles, self._bars)

    def _paint_factors(self, painter: QPainter, chosen: list[int], middles: list[float]) -> None:
        """Paint what the nudges are in proportion to: a disc or a square in its colour, and the number."""
        theme, wishes = self._theme, self._wishes
        left, right = self._factors
        side = 0.62 * self._line
        room = right - left - side - 2
        painter.setPen(QPen(theme.colour("muted"), 1))
        texts = []
        factors = wishes.factors[chosen]
        colours = wishes.colours(theme, factors).tolist()
        for factor, colour, y in zip(factors.tolist(), colours, middles, strict=True):
            painter.setBrush(QColor.fromRgb(colour))
            cell = QRectF(left, y - side / 2, side, side)
            if wishes.signed:
                painter.drawRect(cell)
            else:
                painter.drawEllipse(cell)
            candidates = (figures(factor, 2), figures(factor, 1), "≈ 0")
            texts.append((fitting(theme, candidates, room, self._points), right, y))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._numerals.paint(painter, theme.colour("text"), texts, 1.0)

    def _paint_arrows(
        self, painter: QPainter, chosen: list[int], middles: list[float], span: tuple[float, float]
    ) -> None:
        """Paint arrows from the middle, to the right for more and to the left for less."""
        theme, (start, end) = self._theme, span
        x, reach = (start + end) / 2, (end - start) / 2
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QLineF(x, middles[0] - self._line / 2, x, middles[-1] + self._line / 2))
        paths = {"positive": QPainterPath(), "negative": QPainterPath()}
        for k, y in zip(chosen, middles, strict=True):
            nudge = float(self._wishes.nudges[k])
            share = min(abs(nudge) / self._limit, 1.0) if self._limit > 0 and math.isfinite(nudge) else 0.0
            if share:
                length = math.copysign(share * reach, nudge)
                paths["positive" if nudge > 0 else "negative"].addPolygon(
                    arrow(QPointF(x, y), length, 0.46 * self._line)
                )
        for role, path in paths.items():
            painter.fillPath(path, theme.colour(role))

    def at(self, point: QPointF) -> int | None:
        """Return whose row lies under a point."""
        if not self._area.contains(point):
            return None
        place = int((point.y() - self._area.top()) / self._line)
        return self.largest[place] if place < self._count else None

    def where(self, k: int) -> list[QRectF]:
        """Return where a nudge's row is, if it has one."""
        return [self.row(place) for place, j in enumerate(self.shown) if j == k]


def arrow(start: QPointF, length: float, width: float) -> QPolygonF:
    """Return an arrow that lies level, a bar with a tip; it points to the left where its length is below 0."""
    way = math.copysign(1.0, length)
    tip = min(0.9 * width, abs(length))
    x, y, neck = start.x(), start.y(), start.x() + length - way * tip
    half, broad = 0.32 * width, 0.5 * width
    corners = [(x, y - half), (neck, y - half), (neck, y - broad), (x + length, y)]
    corners += [(neck, y + broad), (neck, y + half), (x, y + half)]
    return QPolygonF([QPointF(*corner) for corner in corners])
