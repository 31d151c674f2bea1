"""The activations of the output neurons, a bar for each."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.text import BOTTOM, CENTRE, LEFT, MIDDLE, RIGHT, TOP, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.encoding import Floats

HEADING = "Activation a of each output neuron"
LEAST = 8.0
"""Pixels of height below which bars tell nothing."""


class OutputBars:
    """Paints bars from 0 to 1, the strongest standing out with its number.

    Where there is little room it leaves out the heading and the scale first, and the numbers next.

    Parameters
    ----------
    theme : Theme
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._still = Backdrop()

    def plot(self, area: QRectF, wants_number: bool) -> QRectF:
        """Return where in an area the bars stand: below the number of the strongest, above their names.

        Parameters
        ----------
        area : QRectF
        wants_number : bool
            Whether the number of the strongest is worth some of the bars' height.
        """
        line = line_height(self._theme, 10)
        lines = (
            2 if area.height() > 6 * line else 1 if area.height() > (3 if wants_number else 4.5) * line else 0
        )
        above = lines * line
        scale = text_width(self._theme, "0.5", 9) + 6 if self._has_scale(area) else 0.0
        return area.adjusted(scale, above, 0, -line - 2)

    def index_at(self, area: QRectF, wants_number: bool, n: int, point: QPointF) -> int | None:
        """Return the number of the neuron whose bar, of n, a point is in, above or below."""
        plot = self.plot(area, wants_number)
        if plot.height() < LEAST or not plot.adjusted(0, 0, 0, area.bottom() - plot.bottom()).contains(point):
            return None
        return min(int((point.x() - plot.left()) / plot.width() * n), n - 1)

    def paint(
        self,
        painter: QPainter,
        area: QRectF,
        wants_number: bool,
        a: Floats,
        strongest: int | None,
        pinned: int | None,
    ) -> None:
        """Paint the bars.

        Parameters
        ----------
        wants_number : bool
            As for `plot`.
        a : (n,)
            What is no number has no bar.
        strongest, pinned : int or None
            Which neuron.
        """
        theme, plot, n = self._theme, self.plot(area, wants_number), len(a)
        if plot.height() < LEAST or plot.width() < 3 * n:
            return
        key = (theme.colours, theme.text_scale, n, wants_number)
        self._still.paint(painter, area, key, lambda onto, place: self._paint_frame(onto, place, plot, n))
        step = plot.width() / n
        heights = plot.height() * np.clip(np.nan_to_num(a.astype(np.float64)), 0, 1)
        bars = [
            QRectF(plot.left() + (j + 0.18) * step, plot.bottom() - height, 0.64 * step, height)
            for j, height in enumerate(heights)
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("muted", 0.7))
        painter.drawRects([bar for j, bar in enumerate(bars) if j != strongest])
        if strongest is not None:
            painter.setBrush(theme.colour("activation"))
            painter.drawRect(bars[strongest])
            self._name(painter, plot, n, strongest, "text")
            if plot.top() > area.top():
                self._write_number(painter, plot, bars[strongest], f"{a[strongest]:.2f}")
        if pinned is not None and pinned < n:
            self._name(painter, plot, n, pinned, "highlight")
            painter.setPen(QPen(theme.colour("highlight"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(bars[pinned].adjusted(-1.5, -1.5, 1.5, 0))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _has_scale(self, area: QRectF) -> bool:
        line = line_height(self._theme, 10)
        return area.height() > 6 * line and area.width() > 12 * line

    def _paint_frame(self, painter: QPainter, area: QRectF, plot: QRectF, n: int) -> None:
        """Paint what does not depend on the activations."""
        theme, line = self._theme, line_height(self._theme, 10)
        if plot.top() - area.top() > 1.5 * line and text_width(theme, HEADING, 9) < area.width():
            write(painter, theme, area, HEADING, LEFT | TOP, 9, "muted")
        marks = ((0, "0"), (0.5, "0.5"), (1, "1")) if self._has_scale(area) else ((0, ""), (1, ""))
        for value, text in marks:
            y = plot.bottom() - value * plot.height()
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            if text:
                place = QRectF(area.left(), y - line / 2, plot.left() - area.left() - 6, line)
                write(painter, theme, place, text, RIGHT | MIDDLE, 9, "muted")
        if plot.width() / n > text_width(theme, str(n - 1), 10, strong=True) + 2:
            for j in range(n):
                self._name(painter, plot, n, j, "muted")

    def _name(self, painter: QPainter, plot: QRectF, n: int, j: int, role: str) -> None:
        """Write the number of a neuron below its bar; "muted" where others are to stand out from it."""
        theme, step = self._theme, plot.width() / n
        half = max(step, text_width(theme, str(j), 10, strong=True) + 2) / 2
        middle = min(max(plot.left() + (j + 0.5) * step, plot.left() + half), plot.right() - half)
        place = QRectF(middle - half, plot.bottom() + 2, 2 * half, line_height(theme, 10))
        if role != "muted":
            painter.fillRect(place, theme.colour("surface"))  # over the muted one
        write(painter, theme, place, str(j), CENTRE | TOP, 10, role, strong=role != "muted")

    def _write_number(self, painter: QPainter, plot: QRectF, bar: QRectF, number: str) -> None:
        """Write a number above a bar, where no line runs through it."""
        theme, line = self._theme, line_height(self._theme, 10)
        half = text_width(theme, number, 10, strong=True) / 2 + 1
        middle = min(max(bar.center().x(), plot.left() + half), plot.right() - half)
        place = QRectF(middle - half, bar.top() - line, 2 * half, line)
        painter.fillRect(place.adjusted(-1, 1, 1, -1), theme.colour("surface"))
        write(painter, theme, place, number, CENTRE | BOTTOM, 10, strong=True)
