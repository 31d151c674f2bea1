"""A surface as a map: coloured by height, with contour lines that bear their heights, and axes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPen, QPolygonF, QTransform

from nnviz.app.graphics.chart import Axis, Chart
from nnviz.app.graphics.landscape.contour_lines import Contour, contours
from nnviz.app.graphics.landscape.height_scale import HeightScale, height_colour, height_colours, ink_on
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.survey import Surface

BAR = 12.0
"""Pixels, how wide the scale of heights is."""
WITH_BAR = 300.0
"""Pixels of width, at the usual size of text, from which the scale has room beside the map."""
POINTS = 9.0
WITH_AXES = 8.0
"""Lines of height and of width from which there is room for axes."""
CLEAR = 1.6
"""How many times its label's width a contour line is long at least that bears one."""
STRAIGHT = 0.93
"""How much of a contour line's length under its label is left as the crow flies, at least."""


class HeatMap:
    """The map of a surface in a rectangle.

    Parameters
    ----------
    theme : Theme
    area : QRectF
        For all of it: axes, scale, labels.
    surface : Surface
    scale : HeightScale
    names : (str, str, str)
        Of α, of β and of the height.
    is_true : bool
        Whether a length is the same along both axes, so that the gradient stands at right angles to contour lines.

    Attributes
    ----------
    box : QRectF
        Where the surface is.
    """

    def __init__(
        self,
        theme: Theme,
        area: QRectF,
        surface: Surface,
        scale: HeightScale,
        names: tuple[str, str, str] = ("α", "β", "cost"),
        is_true: bool = True,
    ) -> None:
        self._theme = theme
        self.surface = surface
        self.scale = scale
        self._names = names
        self._levels = scale.levels()
        line = line_height(theme, POINTS)
        has_bar = area.width() >= WITH_BAR * theme.text_scale and area.height() >= WITH_AXES * line
        widest = max((text_width(theme, text, POINTS) for _, text in self._levels), default=0.0)
        margin = BAR + 10 + widest + 6 if has_bar else 0.0
        alphas, betas = surface.alphas, surface.betas
        x = Axis(names[0], float(alphas[0]), float(alphas[-1]))
        y = Axis(names[1], float(betas[0]), float(betas[-1]))
        place = area.adjusted(0, 0, -margin, 0)
        self._chart = Chart(theme, place, x, y)
        self._has_axes = min(area.width(), area.height()) >= WITH_AXES * line
        if not self._has_axes:
            self._chart.box = area
        slope = (y.high - y.low) / (x.high - x.low)
        if is_true and self._has_axes:
            self._chart = Chart(theme, _fitted(place, self._chart.box, slope), x, y)
        elif is_true:
            self._chart.box = _fitted(area, area, slope)
        self.box = self._chart.box
        self._bar = (
            QRectF(self.box.right() + 10, self.box.top(), BAR, self.box.height()) if has_bar else QRectF()
        )

    def point(self, at: tuple[float, float]) -> QPointF:
        """Return where a point (α, β) lies, in pixels; what is no number lies far outside."""
        return QPointF(self._chart.points([at[0]], [at[1]]).at(0))

    def points(self, points: NDArray[np.float64]) -> QPolygonF:
        """Return where points, (k, 2), lie."""
        return self._chart.points(points[:, 0], points[:, 1])

    def at(self, pixel: QPointF) -> tuple[float, float] | None:
        """Return the point (α, β) under a pixel; None beside the map."""
        box = self.box
        if not box.contains(pixel):
            return None
        alphas, betas = self.surface.alphas, self.surface.betas
        across = (pixel.x() - box.left()) / box.width()
        up = (box.bottom() - pixel.y()) / box.height()
        return (
            float(alphas[0] + across * (alphas[-1] - alphas[0])),
            float(betas[0] + up * (betas[-1] - betas[0])),
        )

    def paint(self, painter: QPainter) -> None:
        """Paint what stands still: the surface, its contour lines, axes and scale."""
        if self._has_axes:
            self._chart.paint_frame(painter)
        self._paint_surface(painter)
        painter.save()
        painter.setClipRect(self.box)
        self._paint_contours(painter)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawRect(self.box)
        if not self._bar.isEmpty():
            self._paint_bar(painter)

    def _paint_surface(self, painter: QPainter) -> None:
        theme, masked = self._theme, self.surface.masked
        if masked.any():  # where there is no cost: the ground, hatched
            painter.fillRect(self.box, theme.colour("background"))
            painter.fillRect(self.box, QBrush(theme.colour("line"), Qt.BrushStyle.BDiagPattern))
        image = _image(height_colours(theme, self.scale.share(self.surface.costs)), masked)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        # The grid's outermost points lie on the edge, so half of the pixels that stand for them lies beyond it.
        inner = QRectF(0.5, 0.5, image.width() - 1, image.height() - 1)
        painter.drawImage(self.box, image, inner)
        painter.restore()

    # Contour lines.

    def _paint_contours(self, painter: QPainter) -> None:
        theme = self._theme
        texts = dict(self._levels)
        taken: list[QRectF] = []
        least = line_height(theme, POINTS)
        for contour in contours(self.surface, list(texts)):
            ink = ink_on(theme, float(self.scale.share(contour.height)))
            lines = [self.points(line) for line in contour.lines]
            ink.setAlphaF(0.55)
            painter.setPen(QPen(ink, 1.1))
            for line in lines:
                painter.drawPolyline(line)
            if min(self.box.width(), self.box.height()) > 6 * least:
                self._paint_label(painter, contour, lines, texts[contour.height], taken)

    def _paint_label(
        self,
        painter: QPainter,
        contour: Contour,
        lines: Sequence[QPolygonF],
        text: str,
        taken: list[QRectF],
    ) -> None:
        """Write a height once on its longest line, where that is straight and nothing else is written."""
        theme = self._theme
        size = QSizeF(text_width(theme, text, POINTS) + 6, line_height(theme, POINTS))
        for line in sorted(lines, key=_length, reverse=True):
            place = _straight_place(line, size, self.box, taken)
            if place is None:
                continue
            middle, angle = place
            around = QTransform().translate(middle.x(), middle.y()).rotate(angle)
            label = QRectF(-size.width() / 2, -size.height() / 2, size.width(), size.height())
            taken.append(around.mapRect(label.adjusted(-6, -6, 6, 6)))
            share = float(self.scale.share(contour.height))
            painter.save()
            painter.setTransform(around, combine=True)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(height_colour(theme, share))
            painter.drawRect(label.adjusted(0, size.height() / 2 - 5, 0, 5 - size.height() / 2))
            painter.setFont(theme.font(POINTS))
            painter.setPen(ink_on(theme, share))
            painter.drawText(label, CENTRE | MIDDLE, text)
            painter.restore()
            return

    # The scale.

    def _paint_bar(self, painter: QPainter) -> None:
        theme, bar = self._theme, self._bar
        tones = height_colours(theme, np.linspace(1, 0, 128))[:, np.newaxis]
        painter.drawImage(bar, _image(tones, np.zeros((128, 1), bool), upside_down=False))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRect(bar)
        line = line_height(theme, POINTS)
        lowest = math.inf
        for height, text in self._levels:
            y = bar.bottom() - float(self.scale.share(height)) * bar.height()
            if y > lowest - line or y < bar.top() + line * 1.6:
                continue
            lowest = y
            painter.setPen(QPen(theme.colour("muted"), 1))
            painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3, y))
            row = QRectF(bar.right() + 6, y - line / 2, text_width(theme, text, POINTS) + 4, line)
            write(painter, theme, row, text, LEFT | MIDDLE, POINTS, "muted")
        name = QRectF(bar.right() + 6, bar.top() - line * 0.2, 60 * theme.text_scale, line)
        write(painter, theme, name, self._names[2], LEFT | MIDDLE, POINTS)


def _fitted(area: QRectF, box: QRectF, slope: float) -> QRectF:
    """Return the part of an area in which a chart's box has a given ratio of height to width, centred."""
    less_wide = max(box.width() - box.height() / slope, 0.0)
    less_high = max(box.height() - box.width() * slope, 0.0)
    return area.adjusted(less_wide / 2, less_high / 2, -less_wide / 2, -less_high / 2)


def _image(colours: NDArray[np.float64], masked: NDArray[np.bool_], upside_down: bool = True) -> QImage:
    """Return colours, (rows, columns, 3), as an image; its first row is the lowest. What is masked is transparent."""
    packed = np.zeros((*masked.shape, 4), np.uint8)
    packed[..., :3] = colours[..., ::-1]
    packed[..., 3] = 255
    packed[masked] = 0
    packed = np.ascontiguousarray(packed[::-1] if upside_down else packed)
    rows, columns = masked.shape
    image = QImage(packed.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()  # which keeps its own memory


def _length(line: QPolygonF) -> float:
    points = _array(line)
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def _array(line: QPolygonF) -> NDArray[np.float64]:
    return np.array([(point.x(), point.y()) for point in line.toList()]).reshape(-1, 2)


def _straight_place(
    line: QPolygonF, size: QSizeF, box: QRectF, taken: Sequence[QRectF]
) -> tuple[QPointF, float] | None:
    """Return the middle and the angle of the straightest free stretch of a line as long as a label."""
    points = _array(line)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    width = size.width()
    if len(points) < 2 or along[-1] < CLEAR * width:
        return None
    starts = np.arange(0, along[-1] - width, max(width / 3, 4.0))
    ends = np.stack([np.interp([starts, starts + width], along, axis) for axis in points.T], axis=-1)
    crow = ends[1] - ends[0]
    straightness = np.hypot(*crow.T) / width
    # Of those that are straight, the one nearest to level is read best.
    order = np.argsort(np.abs(np.arctan(crow[:, 1] / np.where(crow[:, 0] == 0, 1e-9, crow[:, 0]))))
    inside = box.adjusted(4, 4, -4, -4)
    for place in order.tolist():
        if straightness[place] < STRAIGHT:
            continue
        middle = QPointF(*ends[:, place].mean(axis=0).tolist())
        angle = math.degrees(math.atan2(crow[place, 1], crow[place, 0]))
        angle = (angle + 90) % 180 - 90  # so that no text stands on its head
        around = QTransform().translate(middle.x(), middle.y()).rotate(angle)
        label = around.mapRect(QRectF(-width / 2, -size.height() / 2, width, size.height()))
        if inside.contains(label) and not any(label.intersects(other) for other in taken):
            return middle, angle
    return None
