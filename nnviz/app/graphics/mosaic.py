"""A mosaic: many small images of one size, painted as one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from nnviz.app.graphics.colour_scales import signed_levels, signed_table


class Mosaic:
    """Images in a grid, in the colours of a signed scale, with gaps between them.

    It lays itself out in the rectangle it is painted in, as large as fits, and knows what lies under a point.

    Parameters
    ----------
    gap : float
        Between images, as a share of an image's width.
    """

    def __init__(self, gap: float = 0.055) -> None:
        self._gap = gap
        self._table = signed_table("#ff0000", "#000000", "#00ff00")
        self._levels = np.zeros((0, 1, 1), np.uint8)
        self._pixels = np.zeros((0, 1, 1), np.uint32)
        self._area = QRectF()
        self.rectangles: list[QRectF] = []

    def __len__(self) -> int:
        return len(self._levels)

    def set_colours(self, negative: str, zero: str, positive: str) -> None:
        """Take other colours for the ends and the middle of the scale."""
        self._table = signed_table(negative, zero, positive)
        self._pixels = self._table[self._levels]

    def set_images(self, values: NDArray[np.floating[Any]], limits: NDArray[Any]) -> None:
        """Show other images.

        Parameters
        ----------
        values : float array, (n, rows, cols)
        limits : float array, (n,)
            The end of each image's scale.
        """
        if values.shape != self._levels.shape:
            self._area = QRectF()
        self._levels = signed_levels(values, limits[:, np.newaxis, np.newaxis])
        self._pixels = self._table[self._levels]

    def lay_out(self, area: QRectF) -> None:
        """Divide an area among the images, leaving nothing to do where it is still the same."""
        if area == self._area:
            return
        self._area = QRectF(area)
        n, rows, cols = self._levels.shape
        self.rectangles = []
        if n == 0 or area.width() < 1 or area.height() < 1:
            return
        across, scale = _best_grid(n, rows, cols, area.width(), area.height(), self._gap)
        width, height, gap = cols * scale, rows * scale, self._gap * cols * scale
        down = math.ceil(n / across)
        left = area.left() + (area.width() - across * width - (across - 1) * gap) / 2
        top = area.top() + (area.height() - down * height - (down - 1) * gap) / 2
        for index in range(n):
            row, column = divmod(index, across)
            x, y = left + column * (width + gap), top + row * (height + gap)
            self.rectangles.append(QRectF(round(x), round(y), round(width), round(height)))

    def paint(self, painter: QPainter, area: QRectF, frame: QColor) -> None:
        """Paint all images into an area, each in a thin frame."""
        self.lay_out(area)
        _, rows, cols = self._levels.shape
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for pixels, rectangle in zip(self._pixels, self.rectangles, strict=False):
            image = QImage(pixels.data, cols, rows, 4 * cols, QImage.Format.Format_RGB32)
            painter.drawImage(rectangle, image)
        painter.setPen(frame)
        painter.drawRects([r.adjusted(-1, -1, 0, 0) for r in self.rectangles])

    def at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Return which image, row and column lies under a point, or None."""
        _, rows, cols = self._levels.shape
        for index, r in enumerate(self.rectangles):
            if r.contains(x, y):
                row = min(int((y - r.top()) / r.height() * rows), rows - 1)
                column = min(int((x - r.left()) / r.width() * cols), cols - 1)
                return index, row, column
        return None


def _best_grid(n: int, rows: int, cols: int, width: float, height: float, gap: float) -> tuple[int, float]:
    """Return how many images go side by side so that they come out largest, and the size of their pixels."""
    best, best_worth = (1, 0.0), 0.0
    for across in range(1, n + 1):
        down = math.ceil(n / across)
        scale = min(
            width / (cols * (across + gap * (across - 1))),
            height / (rows * down + cols * gap * (down - 1)),
        )
        worth = scale * (0.6 + 0.4 * n / (across * down))  # a full last row is worth some size
        if worth > best_worth:
            best, best_worth = (across, scale), worth
    across, scale = best
    # Whole or half pixels where there is room for them, since pixels of unequal width look like an error.
    return across, math.floor(2 * scale) / 2 if scale >= 2 else scale
