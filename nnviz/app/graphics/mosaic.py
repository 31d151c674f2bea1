"""A mosaic: many small images of one size, painted a whole row at a time."""

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
STRIP = 0.1
"""The height of the strip below an image, as a share of the image's; likewise."""
WORTH_OF_EVEN_PIXELS = 0.85
"""Pixels that are all of one size are worth so much smaller an image."""


class Mosaic:
    """Images in a grid, in the colours of a signed scale, with gaps between them.

    Each may have a strip below it that shows one more number as a colour, and below that room for a caption.
    It lays itself out in the rectangle it is painted in, as large as fits, and knows what lies under a point.

    Attributes
    ----------
    across : int
        How many images lie side by side.
    rectangles : list of QRectF
        Where each image was painted last.
    blocks : list of QRectF
        Likewise, with its strip.
    captions : list of QRectF
        The room below each.
    """

    def __init__(self) -> None:
        self._table = signed_table("#ff0000", "#000000", "#00ff00")
        self._levels = np.zeros((0, 1, 1), np.uint8)
        self._strips: NDArray[np.uint8] | None = None
        self._ground = QColor()
        self._area = QRectF()
        self._caption = 0.0
        self._rows_of_images: list[QRectF] = []
        self._joined: list[QImage] = []
        self.across = 1
        self.rectangles: list[QRectF] = []
        self.blocks: list[QRectF] = []
        self.captions: list[QRectF] = []

    def __len__(self) -> int:
        return len(self._levels)

    def set_colours(self, negative: str, zero: str, positive: str, ground: str) -> None:
        """Take other colours for the ends and the middle of the scale, and between the images."""
        self._table = signed_table(negative, zero, positive)
        self._ground = QColor(ground)
        self._joined = []

    def set_images(
        self,
        values: NDArray[np.floating[Any]],
        limits: NDArray[Any],
        strips: NDArray[np.floating[Any]] | None = None,
        strips_limit: float = 1.0,
    ) -> None:
        """Show other images.

        Parameters
        ----------
        values : float array, (n, rows, cols)
        limits : float array, (n,)
            The end of each image's scale.
        strips : float array, (n,), optional
            The number that the strip below each image shows; where not given there are none.
        strips_limit : float
            The end of the strips' scale.
        """
        if values.shape != self._levels.shape or (strips is None) != (self._strips is None):
            self._area = QRectF()
            self._forget_places()
        self._levels = signed_levels(values, limits[:, np.newaxis, np.newaxis])
        self._strips = None if strips is None else signed_levels(strips, strips_limit)
        self._joined = []

    def image_width(self, area: QRectF, caption: float = 0.0) -> float:
        """Return how wide images come out where they are laid out like this."""
        n, rows, cols = self._levels.shape
        if n == 0:
            return 0.0
        size = (area.width(), area.height(), caption)
        return cols * _best_grid(n, rows + self._strip_rows, cols, _gap(cols), *size)[1]

    def lay_out(self, area: QRectF, caption: float = 0.0) -> None:
        """Divide an area among the images, leaving nothing to do where it is still the same.

        Parameters
        ----------
        area : QRectF
        caption : float
            How high the room below each image is, in the area's pixels.
        """
        if area == self._area and caption == self._caption:
            return
        self._area, self._caption = QRectF(area), caption
        self._joined = []
        self._forget_places()
        n, rows, cols = self._levels.shape
        if n == 0 or area.width() < 1 or area.height() < 1:
            return
        gap, strip = _gap(cols), self._strip_rows
        self.across, scale = _best_grid(n, rows + strip, cols, gap, area.width(), area.height(), caption)
        down = math.ceil(n / self.across)
        pitch = (rows + strip + gap) * scale + caption
        if gap * scale >= 2:
            pitch = math.floor(pitch)  # whole pixels, so that every row of images is sampled alike
        width = (self.across * (cols + gap) - gap) * scale
        height = down * pitch - gap * scale
        left = round(area.left() + (area.width() - width) / 2)
        top = round(area.top() + (area.height() - height) / 2)
        self._rows_of_images = [
            QRectF(left, top + row * pitch, width, (rows + strip) * scale) for row in range(down)
        ]
        for index in range(n):
            row, column = divmod(index, self.across)
            x, y = left + column * (cols + gap) * scale, top + row * pitch
            block = QRectF(x, y, cols * scale, (rows + strip) * scale)
            self.rectangles.append(QRectF(x, y, cols * scale, rows * scale))
            self.blocks.append(block)
            self.captions.append(QRectF(x, block.bottom(), block.width(), caption))

    def paint(
        self, painter: QPainter, area: QRectF, frame: QColor | None = None, caption: float = 0.0
    ) -> None:
        """Paint all images into an area, each in a thin frame if that has a colour."""
        self.lay_out(area, caption)
        if not self.rectangles:
            return
        if not self._joined:
            self._joined = self._join()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for place, row in zip(self._rows_of_images, self._joined, strict=True):
            painter.drawImage(place, row)
        if frame is not None:
            self.paint_frames(painter, frame)

    def paint_frames(self, painter: QPainter, colour: QColor) -> None:
        """Paint a thin frame round each image, and one round its strip."""
        painter.setPen(colour)
        frames = list(self.rectangles)
        if self._strips is not None:
            frames += [self._strip_of(index) for index in range(len(self.blocks))]
        painter.drawRects([r.toAlignedRect().adjusted(-1, -1, 0, 0) for r in frames])

    def at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Return which image, row and column lies under a point, or None."""
        _, rows, cols = self._levels.shape
        for index, r in enumerate(self.rectangles):
            if r.contains(x, y):
                row = min(int((y - r.top()) / r.height() * rows), rows - 1)
                column = min(int((x - r.left()) / r.width() * cols), cols - 1)
                return index, row, column
        return None

    def index_at(self, x: float, y: float) -> int | None:
        """Return which image lies under a point, its strip and its caption included, or None."""
        for index, (block, caption) in enumerate(zip(self.blocks, self.captions, strict=True)):
            if block.united(caption).contains(x, y):
                return index
        return None

    @property
    def _strip_rows(self) -> int:
        """How many of an image's pixels its strip adds below it, with the line between them."""
        return 0 if self._strips is None else 1 + max(1, round(STRIP * self._levels.shape[1]))

    def _strip_of(self, index: int) -> QRectF:
        block, rows = self.blocks[index], self._levels.shape[1]
        apart = block.height() / (rows + self._strip_rows)
        return block.adjusted(0, (rows + 1) * apart, 0, 0)

    def _forget_places(self) -> None:
        self._rows_of_images, self.rectangles, self.blocks, self.captions = [], [], [], []

    def _join(self) -> list[QImage]:
        """Return each row of images as one image, a pixel for a pixel."""
        n, rows, cols = self._levels.shape
        gap, strip, across = _gap(cols), self._strip_rows, self.across
        down, height, width = math.ceil(n / across), rows + strip, across * (cols + gap)
        self._pixels = np.full((down, height, width), np.uint32(self._ground.rgb()))
        cells = self._pixels.reshape(down, height, across, cols + gap)[..., :cols]
        _fill(cells[:, :rows], self._table[self._levels])
        if self._strips is not None:
            colours = self._table[self._strips][:, np.newaxis, np.newaxis]
            _fill(cells[:, rows + 1 :], np.broadcast_to(colours, (n, strip - 1, cols)))
        # The last gap stays outside what is drawn: bytesPerLine may be longer than a line.
        return [
            QImage(row.data, width - gap, height, 4 * width, QImage.Format.Format_RGB32)
            for row in self._pixels
        ]


def _fill(cells: NDArray[np.uint32], images: NDArray[np.uint32]) -> None:
    """Put images, (n, rows, cols), into the cells of a grid, (down, rows, across, cols), row by row."""
    _, rows, across, cols = cells.shape
    full, rest = divmod(len(images), across)
    if full:
        cells[:full] = images[: full * across].reshape(full, across, rows, cols).transpose(0, 2, 1, 3)
    if rest:
        cells[full, :, :rest] = images[full * across :].transpose(1, 0, 2)


def _gap(cols: int) -> int:
    return max(1, round(GAP * cols))


def _best_grid(
    n: int, rows: int, cols: int, gap: int, width: float, height: float, caption: float
) -> tuple[int, float]:
    """Return how many images go side by side so that they come out largest, and the size of their pixels."""
    best, best_worth = (1, 0.0), 0.0
    for across in range(1, n + 1):
        down = math.ceil(n / across)
        high = (height - down * caption) / (down * (rows + gap) - gap)
        scale = _even(min(width / (across * (cols + gap) - gap), high), cols)
        worth = scale * (0.6 + 0.4 * n / (across * down))  # a full last row is worth some size
        if worth > best_worth:
            best, best_worth = (across, scale), worth
    return best


def _even(scale: float, cols: int) -> float:
    """Return a size of pixels that is at most as large: pixels of unequal width look like an error.

    Whole or half pixels where they do not make images much smaller, else a whole number of them for an image.
    """
    even = math.floor(2 * scale) / 2
    if scale >= 2 and even >= WORTH_OF_EVEN_PIXELS * scale:
        return even
    return math.floor(scale * cols) / cols if scale * cols >= 8 else scale
