"""Weights × activations = contributions, number by number, as three rows of bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnviz.app.graphics.neuron.products import SIGNS, SMALL
from nnviz.app.graphics.number_images import largest
from nnviz.app.graphics.scale_bar import limit_text
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, TOP, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.response import NeuronResponse

CAPTIONS = ("weights w", "activations a", "contributions w a")
WIDEST_BAR = 46.0
"""Pixels from one bar to the next."""
MOST_LINES = 16.0
"""Lines of text that the rows are high, together, at most."""
SHARES = (1.15, 0.7, 1.15)
"""Of the height; where bars point both ways, they need more."""
MARK = 4.0
"""Half the width, in pixels, of the triangle that marks a bar."""


class BarProducts:
    """The three pictures as rows of bars above each other, a column an input.

    Parameters
    ----------
    theme : Theme
    inputs : int
    name : str
        What the numbers below the bars count, as "neuron of layer 1".
    signed_inputs : bool
        Whether activations may be negative.
    """

    def __init__(self, theme: Theme, inputs: int, name: str, signed_inputs: bool) -> None:
        self._theme = theme
        self._n = inputs
        self._name = name
        self._signed = (True, signed_inputs, True)
        self._values: list[NDArray[np.float64]] = []
        self._limits = [0.0, 1.0, 0.0]
        self._up: list[int] = []
        self._down: list[int] = []
        self._points = 11.0
        self._captions = QRectF()
        self._step = 1.0
        self._has_numbers = self._has_captions = self._has_scales = False
        self.rows: list[QRectF] = []

    def show(self, neuron: NeuronResponse, up: Sequence[int], down: Sequence[int]) -> None:
        """Take a neuron's numbers, and which contributions to mark."""
        weights, contributed = largest(neuron.weights), largest(neuron.contributed)
        # Activations below 1 make of a weight a shorter bar of the same scale; above 1, a longer one.
        self._limits = [weights, max(1.0, largest(neuron.inputs)), max(weights, contributed)]
        self._values = [
            values.astype(np.float64) for values in (neuron.weights, neuron.inputs, neuron.contributed)
        ]
        self._up, self._down = [int(k) for k in up], [int(k) for k in down]

    def lay_out(self, area: QRectF, points: float) -> float:
        """Lay the rows out over the area, up to a height at which they are plain to see."""
        theme = self._theme
        area = QRectF(area)
        area.setHeight(min(area.height(), MOST_LINES * line_height(theme, points)))
        line, small = line_height(theme, points), line_height(theme, SMALL)
        self._points = points
        below = small + 2
        # Cramped, the rows need the room of the numbers below them, and then that of the captions.
        self._has_numbers = area.height() - below >= 3.3 * line
        below = below if self._has_numbers else 0.0
        shares = SHARES if area.height() - below >= 4 * line else (1.0, 1.0, 1.0)
        height = (area.height() - below) / sum(shares)
        self._has_captions = height * min(shares) >= 0.95 * line
        self._has_scales = height * min(shares) >= line + small
        gap = min(10.0, 0.12 * height)
        sign = 2.0 * text_width(theme, SIGNS[0], points + 2, strong=True)
        widest = max(text_width(theme, text, points) for text in (*CAPTIONS, self._name))
        words = min(widest, 0.45 * area.width()) + 2
        left = round(area.left() + (sign + words + 12 if self._has_captions else 4))
        self._captions = QRectF(area.left() + sign, area.top(), words, area.height())
        self._step = min((area.right() - left) / self._n, WIDEST_BAR * theme.text_scale)
        tops = [area.top() + height * sum(shares[:place]) + gap / 2 for place in range(3)]
        self.rows = [
            QRectF(left, top, self._step * self._n, height * share - gap)
            for top, share in zip(tops, shares, strict=True)
        ]
        return area.height()

    def paint_still(self, painter: QPainter) -> None:
        """Paint captions, signs, lines at zero and the numbers of the inputs."""
        theme, line, points = self._theme, line_height(self._theme, self._points), self._points
        for place, (row, caption) in enumerate(zip(self.rows, CAPTIONS, strict=True)):
            above = (line + line_height(theme, SMALL)) / 2 if self._has_scales else line / 2
            beside = QRectF(self._captions.left(), row.center().y() - above, self._captions.width(), line)
            if self._has_captions:
                write(painter, theme, beside, caption, LEFT | MIDDLE, points)
            if place > 0 and self._has_captions:
                beside.setLeft(beside.left() - 2.0 * text_width(theme, SIGNS[0], points + 2, strong=True))
                write(painter, theme, beside, SIGNS[place - 1], LEFT | MIDDLE, points + 2, strong=True)
        painter.setPen(QPen(theme.colour("line"), 1))
        for place in range(3):
            zero = round(self._zero(place)) + 0.5
            painter.drawLine(QPointF(self.rows[0].left() - 4, zero), QPointF(self.rows[0].right() + 4, zero))
        if self._has_numbers:
            self._paint_numbers(painter)

    def _paint_numbers(self, painter: QPainter) -> None:
        """Write which input is which, as many numbers as have room."""
        theme, below = self._theme, self.rows[-1]
        line = line_height(theme, SMALL)
        top = below.bottom() + 4
        if self._has_captions:
            beside = QRectF(self._captions.left(), top, self._captions.width(), line)
            write(painter, theme, beside, self._name, LEFT | TOP, SMALL, "muted")
        widest = text_width(theme, f"{self._n - 1} ", SMALL) + 3
        every = next(
            (step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if step * self._step >= widest), self._n
        )
        for k in range(0, self._n, every):
            middle = self._middle(k)
            place = QRectF(middle - widest, top, 2 * widest, line)
            write(painter, theme, place, str(k), CENTRE | TOP, SMALL, "muted")

    def _middle(self, k: int) -> float:
        return self.rows[0].left() + (k + 0.5) * self._step

    def _zero(self, place: int) -> float:
        """Return how far down zero is in a row."""
        row = self.rows[place]
        return row.center().y() if self._signed[place] else row.bottom() - 1

    def paint(self, painter: QPainter, pointed: int | None) -> None:
        """Paint the bars, marks at the largest contributions, and the ends of the scales."""
        theme = self._theme
        if pointed is not None and pointed < self._n:
            column = self.places(pointed)[0].united(self.places(pointed)[2])
            painter.fillRect(column, theme.colour("highlight", 0.28))
        painter.setPen(Qt.PenStyle.NoPen)
        tips = []
        for place in range(3):
            bars = self._bars(place)
            for colour, chosen in self._colours(place):
                painter.setBrush(theme.colour(colour))
                painter.drawRects([bars[k] for k in chosen])
            tips = bars
        painter.setBrush(theme.colour("text"))
        for marked, way in ((self._up, -1), (self._down, 1)):
            for k in marked:
                tip = tips[k].top() if way < 0 else tips[k].bottom()
                painter.drawPolygon(_triangle(self._middle(k), tip + way * 2, way))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._has_scales:
            self._paint_scales(painter)

    def _colours(self, place: int) -> list[tuple[str, NDArray[np.intp]]]:
        values = self._values[place]
        if place == 1:
            return [("activation", np.flatnonzero(values))]
        return [("positive", np.flatnonzero(values > 0)), ("negative", np.flatnonzero(values < 0))]

    def _bars(self, place: int) -> list[QRectF]:
        """Return the bars of a row; what is no number has none."""
        row, zero = self.rows[place], self._zero(place)
        # The marks of the last row stand beyond the tips of its bars, and the first row has the same scale.
        room = row.height() / 2 - 2 * MARK - 2 if self._signed[place] else row.height() - 1
        limit = self._limits[place]
        share = np.nan_to_num(self._values[place] / (limit if limit > 0 else 1.0), nan=0.0).clip(-1, 1)
        heights = share * max(room, 1.0)
        width = max(self._step * 0.64, min(self._step, 1.0))
        lefts = row.left() + (np.arange(self._n) + 0.5) * self._step - width / 2
        return [
            QRectF(left, zero - max(height, 0.0), width, abs(height))
            for left, height in zip(lefts.tolist(), heights.tolist(), strict=True)
        ]

    def _paint_scales(self, painter: QPainter) -> None:
        theme = self._theme
        line, small = line_height(theme, self._points), line_height(theme, SMALL)
        for row, is_signed, limit in zip(self.rows, self._signed, self._limits, strict=True):
            top = row.center().y() + (line - small) / 2
            place = QRectF(self._captions.left(), top, self._captions.width(), small)
            text = (
                f"−{limit_text(limit)} to {limit_text(limit)}" if is_signed else f"0 to {limit_text(limit)}"
            )
            write(painter, theme, place, text, LEFT | MIDDLE, SMALL, "muted")

    def at(self, point: QPointF) -> int | None:
        """Return which input's column a point is in."""
        if not self.rows or not self.rows[0].united(self.rows[2]).contains(point):
            return None
        return min(int((point.x() - self.rows[0].left()) / self._step), self._n - 1)

    def places(self, k: int) -> list[QRectF]:
        """Return an input's column in each of the three rows."""
        left = self.rows[0].left() + k * self._step
        return [QRectF(left, row.top(), self._step, row.height()) for row in self.rows]


def _triangle(x: float, y: float, way: int) -> QPolygonF:
    """Return a triangle that points up (way −1) or down (way 1), its base at y."""
    return QPolygonF([QPointF(x - MARK, y), QPointF(x + MARK, y), QPointF(x, y + way * 1.7 * MARK)])
