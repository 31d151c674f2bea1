"""A neuron's weights, and its bias, as a row of bars that can be dragged up and down."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.number_images import largest
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, RIGHT, TOP, line_height, number, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.encoding import Floats

POINTS = 9.0
WIDEST = 44.0
"""Pixels from one bar to the next, at most."""
NARROWEST_BIAS = 16.0
"""Pixels of the bias's column, at least."""
BIAS_APART = 1.6
"""Widths of a bar between the weights and the bias."""
LEAST_WITH_TEXT = 90.0
HANDLE = 5.0
"""Pixels across the handle at the end of a bar."""


class WeightBars:
    """The bars. Slots 0 to n − 1 are the weights, slot n is the bias.

    Parameters
    ----------
    theme : Theme
    inputs : int
        n.
    from_what : str
        What the weights come from: "input" or "neuron of layer 1".
    """

    def __init__(self, theme: Theme, inputs: int, from_what: str) -> None:
        self._theme = theme
        self._n = inputs
        self._from = from_what
        self._values = np.zeros(inputs + 1)
        self._limit = 1.0
        self._step = self._bias_left = 1.0
        self._has_text = False
        self.place = QRectF()

    @property
    def slots(self) -> int:
        """How many parameters can be chosen in the picture."""
        return self._n + 1

    def show(self, weights: Floats, bias: float, keep_limit: bool = False) -> None:
        """Take a neuron's weights, (n,), and its bias; while a bar is dragged, the scale may not move."""
        self._values = np.append(weights.astype(np.float64), bias)
        if not keep_limit:
            self._limit = _round_limit(largest(self._values))

    def lay_out(self, area: QRectF) -> None:
        """Divide an area among the bars."""
        theme = self._theme
        line = line_height(theme, POINTS)
        self._has_text = area.height() >= LEAST_WITH_TEXT * theme.text_scale
        left = text_width(theme, f"−{number(self._limit, 1)}", POINTS) + 6 if self._has_text else 2.0
        below = 2 * line + 6 if self._has_text else 2.0
        inner = area.adjusted(left, 2 * HANDLE, -4, -below - HANDLE)
        width = max(inner.width(), 10.0)
        step = min(width / (self._n + 1 + BIAS_APART), WIDEST * theme.text_scale)
        apart = BIAS_APART * step
        if step < NARROWEST_BIAS:  # the bias stays wide enough to be hit
            apart = min(10.0, 0.2 * width)
            step = max(width - NARROWEST_BIAS - apart, 0.5 * width) / self._n
        self._step = step
        self.place = QRectF(inner.left(), inner.top(), step * self._n, max(inner.height(), 10.0))
        self._bias_left = self.place.right() + apart

    @property
    def _bias_width(self) -> float:
        return min(max(self._step, NARROWEST_BIAS), WIDEST * self._theme.text_scale)

    @property
    def _zero(self) -> float:
        return self.place.center().y()

    def where(self, slot: int) -> QRectF:
        """Return a parameter's column."""
        if slot >= self._n:
            return QRectF(self._bias_left, self.place.top(), self._bias_width, self.place.height())
        return QRectF(
            self.place.left() + slot * self._step, self.place.top(), self._step, self.place.height()
        )

    def at(self, point: QPointF) -> int | None:
        """Return the parameter in whose column a point is."""
        x, y = point.x(), point.y()
        if not self.place.top() - 2 * HANDLE <= y <= self.place.bottom() + 2 * HANDLE:
            return None
        if self.place.left() <= x < self.place.right():
            return min(int((x - self.place.left()) / self._step), self._n - 1)
        bias = self.where(self._n)
        return self._n if bias.left() - 3 <= x <= bias.right() + 3 else None

    def value_at(self, y: float) -> float:
        """Return the value that a bar has that ends at a height; beyond the scale, it goes on."""
        return (self._zero - y) / (self.place.height() / 2) * self._limit

    def height_of(self, value: float) -> float:
        """Return the height at which the bar of a value ends, within the scale."""
        share = min(max(value / self._limit, -1.0), 1.0) if math.isfinite(value) else 0.0
        return self._zero - share * self.place.height() / 2

    def beside(self, slot: int, right: int, down: int) -> int:
        """Return which parameter lies so many places further; at the ends, the one there."""
        return min(max(slot + right + down, 0), self._n)

    def paint(self, painter: QPainter, chosen: int | None) -> None:
        """Paint the scale and the bars, the chosen one on a bright ground."""
        theme = self._theme
        if chosen is not None and chosen < self.slots:
            column = self.where(chosen)
            if column.width() < 5:
                column.adjust(-2, 0, 2, 0)
            painter.fillRect(column, theme.colour("highlight", 0.28))
        self._paint_scale(painter)
        shares = np.clip(np.nan_to_num(self._values / self._limit, nan=0.0), -1, 1)
        heights = (shares * self.place.height() / 2).tolist()
        bars = []
        for slot, height in enumerate(heights):
            column = self.where(slot)
            inset = 0.16 * column.width() if column.width() >= 3 else 0.0
            bars.append(
                QRectF(
                    column.left() + inset,
                    self._zero - max(height, 0.0),
                    column.width() - 2 * inset,
                    abs(height),
                )
            )
        painter.setPen(Qt.PenStyle.NoPen)
        for role, chosen_bars in (
            ("positive", [bar for bar, h in zip(bars, heights, strict=True) if h > 0]),
            ("negative", [bar for bar, h in zip(bars, heights, strict=True) if h < 0]),
        ):
            painter.setBrush(theme.colour(role))
            painter.drawRects(chosen_bars)
        painter.setBrush(theme.colour("text"))
        if self._step >= 2.4 * HANDLE:
            painter.drawRects(
                [
                    QRectF(
                        bar.center().x() - bar.width() / 2, self._zero - h - HANDLE / 2, bar.width(), HANDLE
                    )
                    for bar, h in zip(bars, heights, strict=True)
                ]
            )
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_scale(self, painter: QPainter) -> None:
        theme, place = self._theme, self.place
        line = line_height(theme, POINTS)
        bias = self.where(self._n)
        painter.setPen(QPen(theme.colour("line"), 1))
        heights = [round(place.top()) + 0.5, round(self._zero) + 0.5, round(place.bottom()) - 0.5]
        lines = [QLineF(place.left(), y, place.right(), y) for y in heights]
        painter.drawLines([*lines, *(QLineF(bias.left(), y, bias.right(), y) for y in heights)])
        if not self._has_text:
            return
        for y, value in zip(heights, (self._limit, 0.0, -self._limit), strict=True):
            text = number(value, 0 if self._limit >= 2 or value == 0 else 1)
            row = QRectF(0, y - line / 2, place.left() - 4, line)
            write(painter, theme, row, text, RIGHT | MIDDLE, POINTS, "muted")
        top = place.bottom() + HANDLE + 2
        widest = text_width(theme, f"{self._n - 1} ", POINTS) + 2
        every = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if s * self._step >= widest), self._n)
        for slot in range(0, self._n, every):
            middle = self.where(slot).center().x()
            row = QRectF(middle - widest, top, 2 * widest, line)
            write(painter, theme, row, str(slot), CENTRE | TOP, POINTS, "muted")
        wide = max(bias.width(), text_width(theme, "b", POINTS) + 2)
        row = QRectF(bias.center().x() - wide / 2, top, wide, line)
        write(painter, theme, row, "b", CENTRE | TOP, POINTS, "muted")
        row = QRectF(place.left(), top + line, bias.right() - place.left() + 2, line)
        write(painter, theme, row, f"weight from {self._from}", LEFT | TOP, POINTS, "muted")


def _round_limit(greatest: float) -> float:
    """Return the least of 1, 2, 5, 10, … that leaves some room beyond a magnitude."""
    wanted = max(1.1 * greatest, 1.0)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(leap * power for leap in (1, 2, 5, 10) if leap * power >= wanted * (1 - 1e-9))
