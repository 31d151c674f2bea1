"""Two pictures of a layer's weights: an image for each neuron, or a matrix with a row for each."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.matrix import Matrix
from nnviz.app.graphics.mosaic import Mosaic
from nnviz.app.graphics.numerals import Numerals
from nnviz.app.graphics.text import LEFT, MIDDLE, line_height, number, signed, text_width, write
from nnviz.app.theme import Colours, Theme
from nnviz.core.encoding import Floats
from nnviz.run.weight_gallery import Gallery

POINTS = 9
INSET = 2.5
"""Between the edge of an image and the text below it, in pixels."""
LEAST_FRAMED = 5.0
"""Pixels; a weight that is smaller gets no frame of its own."""
WIDEST_BIAS, WIDEST_BY = "−0.00", "00.00"
APART = "   "
CHANGE = "Δ"
SMALLEST_WITH_CAPTION = 0.62
"""Captions are left out where they would make images smaller than this share of what they are without."""


@dataclass(frozen=True)
class Place:
    """What lies under a point.

    Parameters
    ----------
    row : int
        Which neuron, in the order in which they are shown.
    source : int or None
        From which neuron or pixel of the layer before the weight leads; None beside the weights.
    """

    row: int
    source: int | None


class WeightPicture(Protocol):
    """A picture of a gallery."""

    def lay_out(self, theme: Theme, area: QRectF) -> None:
        """Divide an area, leaving nothing to do where it is still the same."""

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Paint it where it was laid out."""

    def at(self, point: QPointF) -> Place | None:
        """Return what lies under a point."""

    def frames(self, row: int) -> list[QRectF]:
        """Return what a neuron covers."""

    def weight_frames(self, place: Place) -> list[QRectF]:
        """Return what the weight at a place covers, if that is large enough for a frame."""

    def source_frames(self, source: int) -> list[QRectF]:
        """Return what the weights from a neuron of the layer before cover."""

    def beside(self, row: int, right: int, down: int) -> int:
        """Return which neuron, of those that may be beyond the last, lies so many places from another."""


class ImagesPicture:
    """An image for each neuron, a strip in the colour of its bias below it, and number and bias if there is room."""

    def __init__(self) -> None:
        self._mosaic = Mosaic()
        self._numerals = Numerals()
        self._backdrop = Backdrop()
        self._area = QRectF()
        self._caption: tuple[Hashable, float] = ((), 0.0)
        self._colours: Colours | None = None
        self._gallery: Gallery | None = None
        self._shape = (1, 1)
        self._is_change = False
        self._by: tuple[str, Floats] | None = None

    def show(
        self, gallery: Gallery, shape: tuple[int, int], is_change: bool, by: tuple[str, Floats] | None = None
    ) -> None:
        """Show another gallery.

        Parameters
        ----------
        gallery : Gallery
        shape : (rows, columns)
            Of an image.
        is_change : bool
            Whether weights and biases are changes.
        by : (str, float array (n_l,)), optional
            A symbol, and a number to go with it for each neuron in the order shown: what they are sorted by.
        """
        self._gallery, self._shape, self._is_change, self._by = gallery, shape, is_change, by
        images = gallery.weights.reshape(-1, *shape)
        self._mosaic.set_images(images, gallery.limits, gallery.biases, gallery.biases_limit)

    def lay_out(self, theme: Theme, area: QRectF) -> None:
        """Divide an area among the images."""
        key = (area.getRect(), theme.text_scale, len(self._mosaic), self._shape)
        if key != self._caption[0]:
            self._caption = (key, self._caption_height(theme, area))
        self._area = QRectF(area)
        self._mosaic.lay_out(self._area, self._caption[1])

    def _caption_height(self, theme: Theme, area: QRectF) -> float:
        """Return how high captions are, 0 where images would become too small for their sake."""
        caption = math.ceil(line_height(theme, POINTS)) + 1.0
        width, without = self._mosaic.image_width(area, caption), self._mosaic.image_width(area)
        widest = text_width(theme, str(len(self._mosaic)), POINTS, strong=True)
        return caption if width > max(widest + 2 * INSET, SMALLEST_WITH_CAPTION * without) else 0.0

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Paint the images and what stands below them."""
        gallery = self._gallery
        if gallery is None:
            return
        if theme.colours != self._colours:
            colours = self._colours = theme.colours
            self._mosaic.set_colours(colours.negative, colours.zero, colours.positive, colours.surface)
        caption = self._caption[1]
        self._mosaic.paint(painter, self._area, caption=caption)
        key = (theme.colours, self._caption, gallery.order.tobytes())
        self._backdrop.paint(painter, self._area, key, lambda onto, _: self._paint_frames(onto, theme))
        if caption:
            self._paint_biases(painter, theme, gallery)

    def _paint_frames(self, painter: QPainter, theme: Theme) -> None:
        """Paint frames, and below them the numbers of the neurons."""
        self._mosaic.paint_frames(painter, theme.colour("line"))
        if self._caption[1] and self._gallery is not None:
            for neuron, place in zip(self._gallery.order.tolist(), self._mosaic.captions, strict=True):
                place = place.adjusted(INSET, 0, 0, 0)
                write(painter, theme, place, str(neuron), LEFT | MIDDLE, POINTS, strong=True)

    def _paint_biases(self, painter: QPainter, theme: Theme, gallery: Gallery) -> None:
        """Write below each image as much as there is room for: what it is sorted by and its bias, or its bias."""
        captions = self._mosaic.captions
        if not captions:
            return
        room = (
            captions[0].width() - text_width(theme, str(len(captions)), POINTS, strong=True) - 3 - 2 * INSET
        )
        bias = f"{CHANGE}b " if self._is_change else "b "
        by = "" if self._by is None else f"{self._by[0]} "
        forms = [(by, bias)] if by else []
        forms += [("", bias), ("", "")]
        for by, bias in forms:
            if (
                text_width(theme, (f"{by}{WIDEST_BY}{APART}" if by else "") + bias + WIDEST_BIAS, POINTS)
                <= room
            ):
                break
        else:
            return
        texts = [bias + _short(value) for value in gallery.biases.tolist()]
        if by and self._by is not None:
            keys = self._by[1].tolist()
            texts = [f"{by}{number(key, 2)}{APART}{text}" for key, text in zip(keys, texts, strict=True)]
        self._numerals.set_font(theme.font(POINTS))
        places = [(place.right() - INSET, place.center().y()) for place in captions]
        self._numerals.paint(
            painter,
            theme.colour("muted"),
            [(text, x, y) for text, (x, y) in zip(texts, places, strict=True)],
            across=1.0,
        )

    def at(self, point: QPointF) -> Place | None:
        """Return the neuron and the pixel under a point; below an image only the neuron."""
        pixel = self._mosaic.at(point.x(), point.y())
        if pixel is not None:
            return Place(pixel[0], pixel[1] * self._shape[1] + pixel[2])
        row = self._mosaic.index_at(point.x(), point.y())
        return None if row is None else Place(row, None)

    def frames(self, row: int) -> list[QRectF]:
        """Return what an image, its strip and its caption cover."""
        blocks, captions = self._mosaic.blocks[row : row + 1], self._mosaic.captions[row : row + 1]
        return [block.united(caption) for block, caption in zip(blocks, captions, strict=True)]

    def weight_frames(self, place: Place) -> list[QRectF]:
        """Return the pixel at a place."""
        if place.source is None or place.row >= len(self._mosaic.rectangles):
            return []
        image, (rows, columns) = self._mosaic.rectangles[place.row], self._shape
        row, column = divmod(place.source, columns)
        across, down = image.width() / columns, image.height() / rows
        if min(across, down) < LEAST_FRAMED:
            return []
        return [QRectF(image.left() + column * across, image.top() + row * down, across, down)]

    def source_frames(self, source: int) -> list[QRectF]:
        """Return nothing: the weights from one pixel lie in every image."""
        return []

    def beside(self, row: int, right: int, down: int) -> int:
        """Return which neuron lies so many images from another."""
        return row + right + down * self._mosaic.across


class MatrixPicture:
    """A row for each neuron, a column for each of the layer before, and the biases in a column apart."""

    def __init__(self) -> None:
        self._matrix = Matrix()
        self._backdrop = Backdrop()
        self._area = QRectF()
        self._gallery: Gallery | None = None
        self._titles = ("", "", "")

    def show(self, gallery: Gallery, row_title: str, column_title: str, is_change: bool) -> None:
        """Show another gallery, with titles that say what rows and columns are."""
        self._gallery = gallery
        self._titles = (row_title, column_title, f"{CHANGE}b" if is_change else "b")
        self._matrix.set_values(gallery.weights, gallery.limits, gallery.biases, gallery.biases_limit)

    def lay_out(self, theme: Theme, area: QRectF) -> None:
        """Divide an area among the cells."""
        self._area = QRectF(area)
        self._matrix.lay_out(theme, self._area)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Paint the matrix and its labels."""
        gallery = self._gallery
        if gallery is None:
            return
        self._matrix.paint_cells(painter, theme)
        key = (theme.colours, theme.text_scale, gallery.weights.shape, gallery.order.tobytes(), self._titles)
        rows = [str(neuron) for neuron in gallery.order.tolist()]
        self._backdrop.paint(
            painter,
            self._area,
            key,
            lambda onto, _: self._matrix.paint_frame(onto, theme, rows, *self._titles),
        )
        self._matrix.paint_numbers(painter, theme)

    def at(self, point: QPointF) -> Place | None:
        """Return the neuron and the one of the layer before under a point; at a bias only the neuron."""
        found = self._matrix.at(point.x(), point.y())
        return None if found is None else Place(*found)

    def frames(self, row: int) -> list[QRectF]:
        """Return where a row lies, and its bias."""
        return self._matrix.row(row)

    def weight_frames(self, place: Place) -> list[QRectF]:
        """Return the cell at a place."""
        row, column = self._matrix.row(place.row), self._matrix.column(place.source or 0)
        if not row or not column or min(column[0].width(), row[0].height()) < LEAST_FRAMED:
            return []
        return row[1:] if place.source is None else [row[0].intersected(column[0])]

    def source_frames(self, source: int) -> list[QRectF]:
        """Return where a column lies."""
        return self._matrix.column(source)

    def beside(self, row: int, right: int, down: int) -> int:
        """Return which neuron lies so many rows further down; nothing lies to the right of one."""
        return row + down


def _short(bias: float) -> str:
    """Return a number in as much room as WIDEST_BIAS has; what is too large for that, as a dash."""
    size = abs(bias)
    if not size < 9999.5:  # NaN, too
        return "–"
    return signed(bias, 2 if size < 9.995 else 1 if size < 99.95 else 0)
