"""The true cost where one parameter is moved, beside what its slope promises."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backprop.subject import Spot
from nnviz.app.graphics.backprop.walk import REACH, Walk
from nnviz.app.graphics.backprop.words import EXACT, figures, parameter_name
from nnviz.app.graphics.chart import Axis, Chart
from nnviz.app.graphics.labels import paint_parts
from nnviz.app.graphics.text import LEFT, TOP, fitting, line_height, write
from nnviz.app.theme import Theme

POINTS = 9.0
LEAST_SPAN = 1e-4
"""Of the cost axis, as a share of the cost: what varies by less is flat."""
MARGIN = 0.12
NO_NUMBER = "No number: training has diverged."
CURVE_POINT = "curve"
"""What can be pointed at here and nowhere else: a place on the curve, by its number."""
CURVE, TANGENT = "training", "highlight"
"""Roles of the two lines."""


class TangentChart:
    """A chart of C over one parameter: the curve, its tangent, and where the parameter has been moved to.

    Parameters
    ----------
    theme : Theme
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._walk: Walk | None = None
        self._chart: Chart | None = None
        self._area = QRectF()
        self._told = QRectF()

    def show(self, walk: Walk) -> None:
        """Take a chain."""
        self._walk = walk

    def lay_out(self, area: QRectF) -> None:
        """Make the chart that an area has room for."""
        self._area, self._chart = area, None
        walk, line = self._walk, line_height(self._theme, POINTS)
        if walk is None or area.isEmpty():
            return
        costs = walk.along.costs
        if not np.isfinite(costs).all() or not math.isfinite(walk.along.slope):
            return
        self._told = QRectF(area.left(), area.top() + 1.15 * line, area.width(), line)
        low, high = float(costs.min()), float(costs.max())
        least = LEAST_SPAN * max(abs(low), abs(high), 1e-6)
        missing = max(least - (high - low), 0.0) / 2
        margin = MARGIN * (high - low + 2 * missing)
        values = walk.along.values
        self._chart = Chart(
            self._theme,
            area.adjusted(0, 2.35 * line, 0, 0),
            Axis(parameter_name(walk.chain.parameter), float(values[0]), float(values[-1])),
            Axis("C", low - missing - margin, high + missing + margin),
            ticks=(5, 4),
        )

    @property
    def box(self) -> QRectF:
        """Where the curve is."""
        return QRectF() if self._chart is None else self._chart.box

    def paint(self, painter: QPainter, pointed: Spot | None = None) -> None:
        """Paint the chart, or say why there is none; where it is pointed at, with a line there."""
        walk, chart, theme = self._walk, self._chart, self._theme
        if walk is None or self._area.isEmpty():
            return
        if chart is None:
            write(painter, theme, self._area, NO_NUMBER, LEFT | TOP, POINTS, "muted", wrap=True)
            return
        legend = [
            [("True cost", CURVE), ("  and its tangent, slope ∂C/∂θ", TANGENT)],
            [("True cost", CURVE), ("  and its tangent", TANGENT)],
            [("cost", CURVE), ("  tangent", TANGENT)],
        ]
        paint_parts(painter, theme, self._area, legend, 10)
        told = fitting(theme, self.sentences(walk), self._told.width(), POINTS)
        write(painter, theme, self._told, told, LEFT | TOP, POINTS, "muted")
        chart.paint_frame(painter)
        if pointed is not None and pointed.part == CURVE_POINT:
            x = chart.across(float(walk.along.values[pointed.index]))
            painter.setPen(QPen(theme.colour("muted"), 1))
            painter.drawLine(QLineF(x, chart.box.top(), x, chart.box.bottom()))
        along = walk.along
        chart.line(painter, along.values, along.costs, theme.colour(CURVE), 2.2)
        chart.line(painter, along.values, along.tangent, theme.colour(TANGENT), 1.6)
        self._paint_marks(painter, walk, chart)

    def _paint_marks(self, painter: QPainter, walk: Walk, chart: Chart) -> None:
        """Paint where the parameter is, and where it is moved how far the cost and its tangent are apart."""
        theme, along, box = self._theme, walk.along, chart.box
        painter.save()
        painter.setClipRect(box.adjusted(-6, -6, 6, 6))
        here = QPointF(chart.across(along.value), chart.down(along.cost))
        if walk.change:
            there = chart.across(along.value + walk.change)
            true, told = chart.down(float(walk.moved[-1])), chart.down(walk.predicted)
            pen = QPen(theme.colour("text"), 1.2, Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawLine(QLineF(there, true, there, min(max(told, box.top()), box.bottom())))
            self._paint_dot(painter, QPointF(there, told), TANGENT, False)
            self._paint_dot(painter, QPointF(there, true), CURVE, True)
        self._paint_dot(painter, here, "text", not walk.change)
        painter.restore()

    def _paint_dot(self, painter: QPainter, point: QPointF, role: str, filled: bool) -> None:
        if not (math.isfinite(point.x()) and math.isfinite(point.y())) or abs(point.y()) > 1e5:
            return
        theme, radius = self._theme, 4.0 * self._theme.text_scale
        painter.setPen(QPen(theme.colour(role), 1.8))
        painter.setBrush(theme.colour(role if filled else "surface"))
        painter.drawEllipse(point, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    # What is pointed at.

    def change_at(self, point: QPointF) -> float | None:
        """Return by how much the parameter is moved at a point of the chart."""
        walk, chart = self._walk, self._chart
        if walk is None or chart is None or not chart.box.adjusted(-6, -6, 6, 6).contains(point):
            return None
        return min(max(chart.value_at(point.x()) - walk.along.value, -REACH), REACH)

    def at(self, point: QPointF) -> Spot | None:
        """Return the place on the curve above or below a point."""
        change = self.change_at(point)
        if change is None or self._walk is None:
            return None
        nearest = np.abs(self._walk.along.values - self._walk.along.value - change).argmin()
        return Spot(CURVE_POINT, index=int(nearest))

    def where(self, spot: Spot) -> QRectF:
        """Return where a place on the curve is."""
        walk, chart = self._walk, self._chart
        if walk is None or chart is None or spot.part != CURVE_POINT:
            return QRectF()
        x = chart.across(float(walk.along.values[spot.index]))
        return QRectF(x - 4, chart.down(float(walk.along.costs[spot.index])) - 4, 8, 8)

    def tell(self, spot: Spot) -> list[str]:
        """Return the exact numbers of a place on the curve."""
        if self._walk is None or spot.part != CURVE_POINT:
            return []
        along = self._walk.along
        value, cost, tangent = (float(v[spot.index]) for v in (along.values, along.costs, along.tangent))
        return [
            f"{parameter_name(self._walk.chain.parameter)} = {figures(value, EXACT)}",
            f"C = {figures(cost, EXACT)}",
            f"tangent: {figures(tangent, EXACT)}",
        ]

    @staticmethod
    def sentences(walk: Walk) -> list[str]:
        """Return what is said of where the parameter is moved to, the longest first."""
        if not walk.change:
            cost = figures(walk.along.cost, 4)
            return [f"C = {cost}. Drag the dot to move the parameter.", f"C = {cost}"]
        true, told = float(walk.moved[-1]), walk.predicted
        by = f"{walk.change:+.2f}".replace("-", "−")
        return [
            f"Moved by {by}: C is {figures(true, 4)}, the tangent says {figures(told, 4)}",
            f"{by}: C {figures(true, 4)}, tangent {figures(told, 4)}",
            f"{figures(true, 3)} / {figures(told, 3)}",
        ]
