"""A cost of one variable as a curve, with balls on it, the tangent under the chosen one, and the step it makes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnviz.app.graphics.chart import Axis, Chart
from nnviz.app.graphics.landscape.marks import Marble, Marks, Trail
from nnviz.app.graphics.landscape.paint_marks import paint_arrow, paint_marble, paint_trail
from nnviz.app.graphics.text import CENTRE, MIDDLE, line_height, number, text_width
from nnviz.app.theme import Theme
from nnviz.core.plane import Window

POINTS = 9.0
SMALLEST = 140.0
"""Pixels of height, at the usual size of text, from which the step is written at the ground."""


@dataclass(frozen=True)
class Tangent:
    """The tangent under a ball, and the step to where it leads.

    Parameters
    ----------
    x, value, slope : float
        Where the ball is, how high, and how steep.
    to, found : float
        Where the step leads, and the height there.
    """

    x: float
    value: float
    slope: float
    to: float
    found: float

    @property
    def promised(self) -> float:
        """How high the ball would be after the step if the curve were its tangent."""
        return self.value + self.slope * (self.to - self.x)


class ToyCurve:
    """The curve in a rectangle.

    Parameters
    ----------
    theme : Theme
    area : QRectF
    window : Window
        Of x and of the value.
    x, values : float64 arrays, (k,)
    """

    def __init__(
        self,
        theme: Theme,
        area: QRectF,
        window: Window,
        x: NDArray[np.float64],
        values: NDArray[np.float64],
    ) -> None:
        self._theme = theme
        self._x, self._values = x, values
        across = Axis("x", window.left, window.right)
        up = Axis("C", window.bottom, window.top)
        self._chart = Chart(theme, area, across, up)
        self.box = self._chart.box

    def at(self, pixel: QPointF) -> float | None:
        """Return the x under a pixel; None beside the curve's box."""
        return self._chart.value_at(pixel.x()) if self.box.contains(pixel) else None

    def point(self, x: float, value: float) -> QPointF:
        """Return where a point lies, in pixels."""
        return QPointF(self._chart.points([x], [value]).at(0))

    def places(self, points: NDArray[np.float64]) -> QPolygonF:
        """Return where points, (k, 2) as x and value, lie."""
        return self._chart.points(points[:, 0], points[:, 1])

    def paint(self, painter: QPainter) -> None:
        """Paint what stands still: axes and curve."""
        self._chart.paint_frame(painter)
        self._chart.line(painter, self._x, self._values, self._theme.colour("training"), 2.5)

    def paint_marks(self, painter: QPainter, marks: Marks, tangent: Tangent | None) -> None:
        """Paint trails and balls, with the tangent and the step of the chosen one.

        Parameters
        ----------
        painter : QPainter
        marks : Marks
            Their points are x and value.
        tangent : Tangent or None
        """
        painter.save()
        painter.setClipRect(self.box.adjusted(-1, -8, 1, 1))
        for trail in marks.trails:
            self._paint_hops(painter, trail)
        if tangent is not None:
            self._paint_tangent(painter, tangent)
        for marble in marks.marbles:
            paint_marble(painter, self._theme, marble, self.point(*marble.point))
        painter.restore()

    def _paint_hops(self, painter: QPainter, trail: Trail) -> None:
        """Paint a trail as hops from place to place on the curve."""
        paint_trail(painter, self._theme, trail, self.places)

    def _paint_tangent(self, painter: QPainter, tangent: Tangent) -> None:
        theme = self._theme
        here = self.point(tangent.x, tangent.value)
        promised = self.point(tangent.to, tangent.promised)
        found = self.point(tangent.to, tangent.found)
        back = self.point(2 * tangent.x - tangent.to, 2 * tangent.value - tangent.promised)
        painter.setPen(QPen(theme.colour("muted"), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(back, here))
        painter.drawLine(QLineF(promised, found))
        self._paint_step(painter, here, found, tangent.to - tangent.x)
        paint_arrow(painter, here, promised, theme.colour("text"))
        painter.setPen(QPen(theme.colour("text"), 1.5))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(found, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_step(self, painter: QPainter, here: QPointF, found: QPointF, step: float) -> None:
        """Paint how far the step leads along the ground."""
        theme, box = self._theme, self.box
        if box.height() < SMALLEST * theme.text_scale:
            return
        line = line_height(theme, POINTS)
        down = box.bottom() - 6
        painter.setPen(QPen(theme.colour("line"), 1, Qt.PenStyle.DotLine))
        for top in (here, found):
            painter.drawLine(QLineF(top.x(), top.y(), top.x(), down))
        paint_arrow(painter, QPointF(here.x(), down), QPointF(found.x(), down), theme.colour("text"))
        text = f"step {number(step, 3)}"
        width = text_width(theme, text, POINTS) + 8
        middle = min(max((here.x() + found.x()) / 2, box.left() + width / 2), box.right() - width / 2)
        row = QRectF(middle - width / 2, down - line - 5, width, line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("surface", 0.85))
        painter.drawRoundedRect(row, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(theme.font(POINTS))
        painter.setPen(theme.colour("text"))
        painter.drawText(row, CENTRE | MIDDLE, text)


def on_curve(points: NDArray[np.float64], values: NDArray[np.float64], role: str) -> Trail:
    """Return a trail of points x, (k, 1), with their values, as a curve takes it."""
    return Trail(np.column_stack([points[:, 0], values]), values, role)


def ball_on_curve(x: float, value: float, role: str, name: str, is_chosen: bool) -> Marble:
    """Return a ball as a curve takes it."""
    return Marble((x, value), value, role, name, is_chosen=is_chosen)
