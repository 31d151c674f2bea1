"""A mosaic: many small images of one size, painted as one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from nnviz.app.graphics.colour_scales import signed_levels, signed_table

GAP = 0.06
"""Between images, as a share of their width; a whole number of their pixels, at least one."""


class Mosaic:
    """Images in a grid, in the colours of a signed scale, with gaps between them.

    It lays itself out in the rectangle it is painted in, as large as fits, and knows what lies under a point.

    Attributes
    ----------
    rectangles : list of QRectF
        Where each image was painted last.
    """

    def __init__(self) -> None:
        self._table = signed_table("#ff0000", "#000000", "#00ff00")
        self._levels = np.zeros((0, 1, 1), np.uint8)
        self._ground = QColor()
        self._area = QRectF()
        self._across = 1
        self._whole = QRectF()
        self._image: QImage | None = None
        self.rectangles: list[QRectF] = []

    def __len__(self) -> int:
        return len(self._levels)

    def set_colours(self, negative: str, zero: str, positive: str, ground: str) -> None:
        """Take other colours for the ends and the middle of the scale, and between the images."""
        self._table = signed_table(negative, zero, positive)
        self._ground = QColor(ground)
        self._image = None

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
            self.rectangles = []
        self._levels = signed_levels(values, limits[:, np.newaxis, np.newaxis])
        self._image = None

    def lay_out(self, area: QRectF) -> None:
        """Divide an area among the images, leaving nothing to do where it is still the same."""
        if area == self._area:
            return
        self._area = QRectF(area)
        self._image = None
        self.rectangles = []
        n, rows, cols = self._levels.shape
        if n == 0 or area.width() < 1 or area.height() < 1:
            return
        gap = _gap(cols)
        self._across, scale = _best_grid(n, rows, cols, gap, area.width(), area.height())
        down = math.ceil(n / self._across)
        width = (self._across * (cols + gap) - gap) * scale
        height = (down * (rows + gap) - gap) * scale
        left = round(area.left() + (area.width() - width) / 2)
        top = round(area.top() + (area.height() - height) / 2)
        self._whole = QRectF(left, top, width, height)
        for index in range(n):
            row, column = divmod(index, self._across)
            x, y = left + column * (cols + gap) * scale, top + row * (rows + gap) * scale
            self.rectangles.append(QRectF(x, y, cols * scale, rows * scale))

    def paint(self, painter: QPainter, area: QRectF, frame: QColor) -> None:
        """Paint all images into an area, each in a thin frame."""
        self.lay_out(area)
        if not self.rectangles:
            return
        if self._image is None:
            self._image = self._join()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self._whole, self._image)
        painter.setPen(frame)
        painter.drawRects([r.toAlignedRect().adjusted(-1, -1, 0, 0) for r in self.rectangles])

    def _join(self) -> QImage:
        """Return all images as one, a pixel for a pixel."""
        n, rows, cols = self._levels.shape
        gap, across = _gap(cols), self._across
        down = math.ceil(n / across)
        ground = np.uint32(self._ground.rgb())
        self._pixels = np.full((down * (rows + gap), across * (cols + gap)), ground)
        cells = self._pixels.reshape(down, rows + gap, across, cols + gap)[:, :rows, :, :cols]
        images = self._table[self._levels]
        full = n // across
        if full:
            cells[:full] = images[: full * across].reshape(full, across, rows, cols).transpose(0, 2, 1, 3)
        if full < down:
            cells[full, :, : n - full * across] = images[full * across :].transpose(1, 0, 2)
        height, width = self._pixels.shape
        # The image's last gaps stay outside what is drawn: bytesPerLine may be longer than a line.
        return QImage(self._pixels.data, width - gap, height - gap, 4 * width, QImage.Format.Format_RGB32)

    def at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Return which image, row and column lies under a point, or None."""
        _, rows, cols = self._levels.shape
        for index, r in enumerate(self.rectangles):
            if r.contains(x, y):
                row = min(int((y - r.top()) / r.height() * rows), rows - 1)
                column = min(int((x - r.left()) / r.width() * cols), cols - 1)
                return index, row, column
        return None


def _gap(cols: int) -> int:
    return max(1, round(GAP * cols))


def _best_grid(n: int, rows: int, cols: int, gap: int, width: float, height: float) -> tuple[int, float]:
    """Return how many images go side by side so that they come out largest, and the size of their pixels."""
    best, best_worth = (1, 0.0), 0.0
    for across in range(1, n + 1):
        down = math.ceil(n / across)
        scale = min(width / (across * (cols + gap) - gap), height / (down * (rows + gap) - gap))
        worth = scale * (0.6 + 0.4 * n / (across * down))  # a full last row is worth some size
        if worth > best_worth:
            best, best_worth = (across, scale), worth
    across, scale = best
    # Whole or half pixels where there is room for them, since pixels of unequal width look like an error.
    return across, math.floor(2 * scale) / 2 if scale >= 2 else scale
