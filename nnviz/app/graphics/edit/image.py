"""A first-layer neuron's weights on its image, large enough to be painted on."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from nnviz.app.graphics.number_images import image_of, largest, signs
from nnviz.app.graphics.scale_bar import POINTS as SCALE_POINTS
from nnviz.app.graphics.scale_bar import paint_scale, scale_width
from nnviz.app.graphics.text import line_height
from nnviz.app.theme import Colours, Theme
from nnviz.core.encoding import Floats

LEAST_WITH_SCALE = 120.0
"""Pixels of height from which there is a scale below the image."""


class WeightsImage:
    """The weights as an image, a pixel for each.

    Parameters
    ----------
    theme : Theme
    shape : (rows, cols)
    """

    def __init__(self, theme: Theme, shape: tuple[int, int]) -> None:
        self._theme = theme
        self.shape = shape
        self._weights: Floats | None = None
        self._limit = 0.0
        self._image: tuple[Colours, QImage] | None = None
        self._scale = QRectF()
        self.place = QRectF()

    @property
    def slots(self) -> int:
        """How many parameters can be chosen in the picture."""
        return self.shape[0] * self.shape[1]

    def show(self, weights: Floats, least_limit: float = 0.0) -> None:
        """Take a neuron's weights, (n,); the scale reaches at least as far as `least_limit`."""
        self._weights = weights.reshape(self.shape)
        self._limit = max(largest(weights), least_limit)
        self._image = None

    def lay_out(self, area: QRectF) -> None:
        """Make the image as large as fits, in pixels of one size."""
        theme, (rows, cols) = self._theme, self.shape
        below = 0.0
        if area.height() >= LEAST_WITH_SCALE * theme.text_scale and area.width() >= scale_width(theme):
            below = line_height(theme, SCALE_POINTS) + 4
        scale: float = min(area.width() / cols, (area.height() - below) / rows)
        scale = math.floor(scale) if scale >= 6 else math.floor(2 * scale) / 2 if scale >= 2 else scale
        width, height = max(scale * cols, 1.0), max(scale * rows, 1.0)
        left = round(area.left() + (area.width() - width) / 2)
        top = round(area.top() + (area.height() - below - height) / 2)
        self.place = QRectF(left, top, width, height)
        self._scale = QRectF()
        if below:
            wide = max(scale_width(theme), width)
            right = min(self.place.center().x() + scale_width(theme) / 2, area.right())
            self._scale = QRectF(right - wide, self.place.bottom() + 4, wide, below - 4)

    def paint(self, painter: QPainter, chosen: int | None) -> None:
        """Paint the weights, a frame round the chosen one, and the scale."""
        theme, weights = self._theme, self._weights
        if weights is None:
            return
        if self._image is None or self._image[0] != theme.colours:
            self._image = theme.colours, image_of(signs(theme, weights, self._limit))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self.place, self._image[1])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRect(self.place.adjusted(-0.5, -0.5, 0.5, 0.5))
        if chosen is not None and chosen < self.slots:
            painter.setPen(QPen(theme.colour("highlight"), 2))
            painter.drawRect(self.where(chosen))
        if not self._scale.isEmpty():
            paint_scale(painter, theme, self._scale, self._limit)

    def at(self, point: QPointF) -> int | None:
        """Return which weight lies under a point."""
        if not self.place.contains(point):
            return None
        x, y = self.on_image(point)
        rows, cols = self.shape
        return min(int(y), rows - 1) * cols + min(int(x), cols - 1)

    def on_image(self, point: QPointF) -> tuple[float, float]:
        """Return a point in the image's own pixels, (x, y)."""
        rows, cols = self.shape
        return (
            (point.x() - self.place.left()) / self.place.width() * cols,
            (point.y() - self.place.top()) / self.place.height() * rows,
        )

    def where(self, slot: int) -> QRectF:
        """Return where a weight lies."""
        rows, cols = self.shape
        row, col = divmod(slot, cols)
        width, height = self.place.width() / cols, self.place.height() / rows
        return QRectF(self.place.left() + col * width, self.place.top() + row * height, width, height)

    def beside(self, slot: int, right: int, down: int) -> int:
        """Return which weight lies so many pixels further; at the rim, the one there."""
        rows, cols = self.shape
        row, col = divmod(slot, cols)
        return min(max(row + down, 0), rows - 1) * cols + min(max(col + right, 0), cols - 1)
