"""How honest a map is: along the path its true cost, the plane's cost below it, and its distance from the plane."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnviz.app.graphics.chart import Axis, Chart
from nnviz.app.graphics.landscape.slice_words import cost_texts, short
from nnviz.app.graphics.text import LEFT, MIDDLE, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.run.surveying import Landscape

Numbers = NDArray[np.float64]

POINTS = 9.0
BAND = 0.55
"""Of the chart's height, the band of distances where it is highest."""
SWATCH = 16.0
LARGEST = 1e300
"""The end of an axis of logarithms."""
TRUE, PLANE, DISTANCE = "highlight", "text", "negative"
"""The colours' roles: the path has that which it has on the map."""


class HonestyPicture:
    """Paints the costs and distances of a path, wherever it is given an area.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    chart : Chart or None
        Where it was painted last.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.chart: Chart | None = None

    def paint(self, painter: QPainter, area: QRectF, landscape: Landscape, logarithmic: bool = False) -> None:
        """Paint the chart of a landscape that has a shadow of at least two positions.

        Parameters
        ----------
        painter : QPainter
        area : QRectF
        landscape : Landscape
        logarithmic : bool
            Whether costs are shown by their logarithms, where all are above 0.
        """
        theme, shadow = self._theme, landscape.shadow
        assert shadow is not None
        line = line_height(theme, POINTS)
        self._paint_legend(painter, QRectF(area.left(), area.top(), area.width(), line), landscape)
        steps = np.array(landscape.steps, np.float64)
        costs = np.concatenate([shadow.costs, shadow.plane_costs])
        costs = costs[np.isfinite(costs)]
        logarithmic = logarithmic and costs.size > 0 and bool(costs.min() > 0)
        self.chart = chart = Chart(
            theme,
            area.adjusted(0, line + 2, 0, 0),
            Axis("step", float(steps[0]), float(max(steps[-1], steps[0] + 1)), whole=True),
            Axis("cost", *_heights(costs, logarithmic), logarithmic=logarithmic),
            ticks=(6, 4),
        )
        chart.paint_frame(painter)
        self._paint_band(painter, chart, steps, shadow.distances)
        known = np.full(len(steps), True)
        if (
            not shadow.is_complete
        ):  # lines lead from one that is known to the next; later, gaps mean something
            known = np.isfinite(shadow.costs) | np.isfinite(shadow.plane_costs)
        self._paint_plane(painter, chart, steps[known], shadow.plane_costs[known])
        chart.line(painter, steps[known], shadow.costs[known], theme.colour(TRUE), 2.0)

    def _paint_legend(self, painter: QPainter, row: QRectF, landscape: Landscape) -> None:
        theme, shadow = self._theme, landscape.shadow
        assert shadow is not None
        farthest = np.nanmax(shadow.distances) if np.isfinite(shadow.distances).any() else math.nan
        parts = [
            (TRUE, "the path's true cost"),
            (PLANE, "the plane's cost below it"),
            (DISTANCE, f"distance from the plane, up to {short(float(farthest))}"),
        ]
        left = row.left()
        for role, text in parts:
            width = text_width(theme, text, POINTS)
            if left + SWATCH + width > row.right():
                break
            middle = row.center().y()
            if role == DISTANCE:
                painter.fillRect(QRectF(left, middle - 4, 11, 8), theme.colour(role, 0.45))
            else:
                style = Qt.PenStyle.SolidLine if role == TRUE else Qt.PenStyle.DotLine
                painter.setPen(QPen(theme.colour(role), 2, style))
                painter.drawLine(QPointF(left, middle), QPointF(left + 11, middle))
            place = QRectF(left + SWATCH, row.top(), width + 2, row.height())
            write(painter, theme, place, text, LEFT | MIDDLE, POINTS, "muted")
            left += SWATCH + width + 14

    def _paint_band(self, painter: QPainter, chart: Chart, steps: Numbers, distances: Numbers) -> None:
        """Paint the distances as a band along the ground, whose scale the legend tells."""
        known = np.nan_to_num(distances, nan=0.0, posinf=0.0)
        farthest = float(known.max(initial=0.0))
        if farthest == 0:
            return
        box = chart.box
        high = BAND * box.height() / farthest
        outline = [QPointF(chart.across(float(steps[0])), box.bottom())]
        outline += [
            QPointF(chart.across(step), box.bottom() - high * distance)
            for step, distance in zip(steps.tolist(), known.tolist(), strict=True)
        ]
        outline.append(QPointF(chart.across(float(steps[-1])), box.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(DISTANCE, 0.28))
        painter.drawPolygon(QPolygonF(outline))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_plane(self, painter: QPainter, chart: Chart, steps: Numbers, costs: Numbers) -> None:
        painter.save()
        painter.setClipRect(chart.box.adjusted(-1, -1, 1, 1))
        painter.setPen(QPen(self._theme.colour(PLANE), 1.6, Qt.PenStyle.DotLine))
        good = np.isfinite(costs)
        edges = np.flatnonzero(np.diff(good, prepend=False, append=False))
        for first, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            painter.drawPolyline(chart.points(steps[first:stop], costs[first:stop]))
        painter.restore()

    def place_at(self, pixel: QPointF, landscape: Landscape) -> int | None:
        """Return which of the path's positions is nearest to a pixel; None beside the chart."""
        if self.chart is None or not self.chart.box.adjusted(-4, 0, 4, 0).contains(pixel):
            return None
        steps = np.array(landscape.steps, np.float64)
        return int(np.abs(steps - self.chart.value_at(pixel.x())).argmin())

    def paint_pointed(self, painter: QPainter, landscape: Landscape, place: int) -> QPointF:
        """Paint a line through one of the positions, and dots on both costs; return where it crosses the path's."""
        chart, shadow, theme = self.chart, landscape.shadow, self._theme
        assert chart is not None
        assert shadow is not None
        x = chart.across(float(landscape.steps[place]))
        painter.setPen(QPen(theme.colour("muted"), 1))
        painter.drawLine(QPointF(x, chart.box.top()), QPointF(x, chart.box.bottom()))
        for costs, role in ((shadow.plane_costs, PLANE), (shadow.costs, TRUE)):
            if math.isfinite(costs[place]):
                painter.setPen(QPen(theme.colour("surface"), 1.5))
                painter.setBrush(theme.colour(role))
                painter.drawEllipse(QPointF(x, chart.down(float(costs[place]))), 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return QPointF(x, chart.box.center().y())


def _heights(costs: Numbers, logarithmic: bool) -> tuple[float, float]:
    """Return from which to which cost the chart goes; all of them are finite."""
    if not costs.size:
        return 0.0, 1.0
    low, high = float(costs.min()), float(costs.max())
    if logarithmic:
        margin = max((high / low) ** 0.08, 1.05)
        return max(low / margin, 1 / LARGEST), min(high * margin, LARGEST)
    margin = 0.08 * (high - low) or 0.05 * abs(high) or 1.0
    return (max(low - margin, 0.0) if low >= 0 else low - margin), high + margin


def lines_about(landscape: Landscape, place: int) -> list[str]:
    """Return what is told of one of the path's positions."""
    shadow = landscape.shadow
    assert shadow is not None
    true, plane = float(shadow.costs[place]), float(shadow.plane_costs[place])
    texts = cost_texts([true, plane])
    unknown = "not computed yet" if not shadow.is_complete else "no finite number"
    return [
        f"step {landscape.steps[place]:,}",
        f"true cost: {texts[0] if math.isfinite(true) else unknown}",
        f"the plane's below it: {texts[1] if math.isfinite(plane) else unknown}",
        f"distance from the plane: {short(float(shadow.distances[place]))}",
    ]
