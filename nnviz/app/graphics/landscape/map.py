"""The map of a cost surface: heights as colours and contour lines, the path, here, and where it is downhill."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from nnviz.app.graphics.chart import Axis, Chart
from nnviz.app.graphics.landscape.contours import contour, contour_levels
from nnviz.app.graphics.landscape.heat import LEVELS, height_image, height_table, shares
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, fitting, line_height, number, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.plane import Window
from nnviz.core.survey import Surface
from nnviz.run.surveying import Landscape

Numbers = NDArray[np.float64]

SCALE_FROM = 300.0
"""Pixels of width from which there is a scale of heights beside the map."""
BAR = 12.0
GAP = 10.0
ARROW = 46.0
"""The arrow's length, in pixels at the usual size of text: it points, and says nothing of how steep it is."""
DOT = 6.0
FAINTEST = 0.25
"""The opacity of a part of the path that is as far from the plane as any."""
SHADES = 16
"""Of the path, so that it is painted in few calls."""
AXES = {
    "downhill": ("α: along −∇C", "β: along the previous steps"),
    "principal": ("α: 1st principal component of the path", "β: 2nd principal component"),
    "random": ("α: first random direction", "β: second random direction"),
    "parameters": ("α: change of the first parameter", "β: change of the second parameter"),
    "points": ("α: from the start to here", "β: towards the other branch"),
}


def height_text(height: float) -> str:
    """Return a cost in about three significant figures."""
    return f"{height:.3g}" if math.isfinite(height) and abs(height) < 1000 else number(height)


@dataclass(frozen=True, eq=False)
class _Lines:
    """What follows from a surface and takes time to compute."""

    surface: Surface
    logarithmic: bool
    image: QImage
    contours: list[tuple[str, list[Numbers]]]


class MapPicture:
    """Paints a landscape, wherever it is given an area.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    chart : Chart or None
        Where the map was painted last, by which pixels and coordinates are told from each other.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._lines: _Lines | None = None
        self.chart: Chart | None = None

    def forget_colours(self) -> None:
        """Have the image painted anew: the theme has other colours."""
        self._lines = None

    def paint(
        self, painter: QPainter, area: QRectF, landscape: Landscape, window: Window, logarithmic: bool
    ) -> None:
        """Paint the map.

        Parameters
        ----------
        painter : QPainter
        area : QRectF
        landscape : Landscape
            With its ground.
        window : Window
            The part of the plane that is shown; the surface may be known of another.
        logarithmic : bool
            Whether colours and contour lines follow the cost's logarithm.
        """
        theme, surface = self._theme, landscape.surface
        extremes = None if surface is None else surface.extremes
        aside = self._scale_width() if area.width() >= SCALE_FROM * theme.text_scale else 0.0
        across, up = (
            fitting(theme, (name, name.split(":")[0]), room - 60 * theme.text_scale, 9)
            for name, room in zip(
                AXES[landscape.spec.plane.directions], (area.width() - aside, area.height()), strict=True
            )
        )
        self.chart = chart = Chart(
            theme,
            area.adjusted(0, 0, -aside, 0),
            Axis(across, window.left, window.right),
            Axis(up, window.bottom, window.top),
        )
        chart.paint_frame(painter)
        painter.fillRect(chart.box, theme.colour("raised"))
        painter.save()
        painter.setClipRect(chart.box)
        if surface is not None and extremes is not None:
            lines = self._lines_of(surface, extremes, logarithmic)
            _paint_image(painter, chart, surface, lines.image)
            self._paint_contours(painter, chart, lines, _spot_of(chart, landscape))
        self._paint_path(painter, chart, landscape)
        painter.restore()
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(chart.box)
        if aside and extremes is not None:
            right = QRectF(chart.box.right() + GAP, chart.box.top(), aside - GAP, chart.box.height())
            self._paint_scale(painter, right, extremes, logarithmic)

    def paint_path(self, painter: QPainter, landscape: Landscape) -> None:
        """Paint a landscape's path alone, on the map that was painted last."""
        if self.chart is not None:
            painter.save()
            painter.setClipRect(self.chart.box)
            self._paint_path(painter, self.chart, landscape)
            painter.restore()

    def _scale_width(self) -> float:
        return GAP + BAR + 5 + text_width(self._theme, "0.0000", 9)

    def _lines_of(self, surface: Surface, extremes: tuple[float, float], logarithmic: bool) -> _Lines:
        known = self._lines
        if known is None or known.surface is not surface or known.logarithmic != logarithmic:
            image = height_image(surface, extremes, logarithmic, self._theme.colours)
            levels = contour_levels(*extremes, logarithmic)
            contours = [
                (text, contour(surface.alphas, surface.betas, surface.costs, level)) for level, text in levels
            ]
            known = self._lines = _Lines(surface, logarithmic, image, contours)
        return known

    def _paint_contours(self, painter: QPainter, chart: Chart, lines: _Lines, spot: QRectF) -> None:
        theme = self._theme
        paths, labels = QPainterPath(), []
        for text, of_level in lines.contours:
            for line in of_level:
                pixels = chart.points(line[:, 0], line[:, 1])
                paths.addPolygon(pixels)
                labels.append((text, pixels))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("text", 0.45), 1))
        painter.drawPath(paths)
        if lines.surface.is_finest:
            self._paint_labels(painter, chart.box, labels, spot)

    def _paint_labels(
        self, painter: QPainter, box: QRectF, labels: list[tuple[str, QPolygonF]], spot: QRectF
    ) -> None:
        """Write the height on each line that is long enough, where no other is written, nor the ball lies."""
        theme = self._theme
        taken = [spot]
        height = line_height(theme, 8)
        for text, pixels in sorted(labels, key=lambda label: -label[1].size()):
            rectangle = pixels.boundingRect().intersected(box)
            width = text_width(theme, text, 8) + 6
            if max(rectangle.width(), rectangle.height()) < 2 * width:
                continue
            for share in (0.5, 0.25, 0.75, 0.1, 0.9):
                middle = pixels.at(int(share * (pixels.size() - 1)))
                place = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
                if box.contains(place) and not any(place.intersects(other) for other in taken):
                    taken.append(place.adjusted(-6, -3, 6, 3))
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(theme.colour("surface", 0.72))
                    painter.drawRoundedRect(place, 3, 3)
                    write(painter, theme, place, text, CENTRE | MIDDLE, 8)
                    break

    def _paint_path(self, painter: QPainter, chart: Chart, landscape: Landscape) -> None:
        """Paint the path, fainter where it is far from the plane, and its end with the way downhill."""
        shadow = landscape.shadow
        if shadow is None:
            return
        theme = self._theme
        points = chart.points(shadow.coordinates[:, 0], shadow.coordinates[:, 1])
        farthest = float(np.nanmax(shadow.distances, initial=0.0)) or 1.0
        opacity = 1 - (1 - FAINTEST) * np.nan_to_num(shadow.distances / farthest, nan=1.0)
        radius = DOT * theme.text_scale**0.5
        wide, narrow = 4.5 * theme.text_scale**0.5, 2.2 * theme.text_scale**0.5
        pieces = [QLineF(points.at(n), points.at(n + 1)) for n in range(points.size() - 1)]
        shade = np.rint(SHADES * np.minimum(opacity[:-1], opacity[1:])).astype(int)
        for width, role, strength in ((wide, "surface", 0.6), (narrow, "highlight", 1.0)):
            for level in np.unique(shade).tolist():
                colour = theme.colour(role, strength * level / SHADES)
                painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
                painter.drawLines([pieces[n] for n in np.flatnonzero(shade == level).tolist()])
        painter.setPen(QPen(theme.colour("highlight"), 1.5))
        painter.setBrush(theme.colour("surface"))
        if points.size() > 1:
            painter.drawEllipse(points.at(0), 0.6 * radius, 0.6 * radius)
        if not np.isfinite(shadow.coordinates[-1]).all():
            return
        here = points.at(points.size() - 1)
        self._paint_arrow(painter, chart, here, landscape)
        painter.setPen(QPen(theme.colour("surface"), 1.5))
        painter.setBrush(theme.colour("highlight"))
        painter.drawEllipse(here, radius, radius)

    def _paint_arrow(self, painter: QPainter, chart: Chart, here: QPointF, landscape: Landscape) -> None:
        """Paint which way −∇C, projected on the plane, points."""
        downhill = landscape.downhill
        if downhill is None or not np.isfinite(downhill.on_plane).all() or downhill.norm == 0:
            return
        # In pixels, since the two axes may have different scales.
        ahead = QPointF(
            downhill.on_plane[0] * (chart.across(1.0) - chart.across(0.0)),
            downhill.on_plane[1] * (chart.down(1.0) - chart.down(0.0)),
        )
        length = math.hypot(ahead.x(), ahead.y())
        if length == 0:
            return
        unit = ahead / length
        reach = ARROW * self._theme.text_scale**0.5
        _paint_arrow(painter, here, unit, reach, self._theme.colour("surface"), 5.5)
        _paint_arrow(painter, here, unit, reach, self._theme.colour("text"), 2.5)

    def _paint_scale(
        self, painter: QPainter, area: QRectF, extremes: tuple[float, float], logarithmic: bool
    ) -> None:
        """Paint which colour stands for which cost."""
        theme = self._theme
        line = line_height(theme, 9)
        bar = QRectF(area.left(), area.top() + 1.6 * line, BAR, max(area.height() - 2.1 * line, 1.0))
        table = height_table(theme.colours)[:LEVELS][::-1].copy()
        image = QImage(table.data, 1, LEVELS, 4, QImage.Format.Format_RGB32).copy()
        painter.drawImage(bar, image)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        room = area.right() - bar.right() - 5
        low, high = extremes
        write(
            painter, theme, QRectF(area.left(), area.top() - 2, area.width(), line), "cost", LEFT | MIDDLE, 9
        )
        free = -math.inf
        marks = [(high, height_text(high)), *reversed(contour_levels(low, high, logarithmic, 6))]
        for level, text in [*marks, (low, height_text(low))]:
            share = float(shares(np.array([level]), low, high, logarithmic)[0])
            y = bar.bottom() - share * bar.height()
            is_last = level == low
            if y - line / 2 < free or (not is_last and level != high and y + 1.5 * line > bar.bottom()):
                continue
            free = y + line / 2
            painter.setPen(QPen(theme.colour("muted"), 1))
            painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3, y))
            place = QRectF(bar.right() + 5, y - line / 2, room, line)
            write(painter, theme, place, text, LEFT | MIDDLE, 9, "muted")


def _spot_of(chart: Chart, landscape: Landscape) -> QRectF:
    """Return where the present position and the arrow's beginning lie."""
    if landscape.shadow is None or not np.isfinite(landscape.shadow.coordinates[-1]).all():
        return QRectF()
    alpha, beta = landscape.shadow.coordinates[-1]
    here = QPointF(chart.across(alpha), chart.down(beta))
    return QRectF(here.x() - 2 * DOT, here.y() - 2 * DOT, 4 * DOT, 4 * DOT)


def _paint_image(painter: QPainter, chart: Chart, surface: Surface, image: QImage) -> None:
    """Paint the colours so that the middle of each of the image's pixels lies at its point of the grid."""
    left, right = chart.across(surface.alphas[0]), chart.across(surface.alphas[-1])
    top, bottom = chart.down(surface.betas[-1]), chart.down(surface.betas[0])
    half_width = (right - left) / (len(surface.alphas) - 1) / 2
    half_height = (bottom - top) / (len(surface.betas) - 1) / 2
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.save()
    painter.setClipRect(QRectF(left, top, right - left, bottom - top), Qt.ClipOperation.IntersectClip)
    over = QRectF(left, top, right - left, bottom - top)
    painter.drawImage(over.adjusted(-half_width, -half_height, half_width, half_height), image)
    painter.restore()


def _paint_arrow(
    painter: QPainter, start: QPointF, unit: QPointF, length: float, colour: QColor, width: float
) -> None:
    tip, aside = start + unit * length, QPointF(-unit.y(), unit.x())
    head = 9.0 + width / 2
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(start, tip - unit * (0.6 * head))
    painter.setPen(
        QPen(colour, width / 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.setBrush(colour)
    back = tip - unit * head
    painter.drawPolygon(QPolygonF([tip, back + aside * (0.45 * head), back - aside * (0.45 * head)]))
