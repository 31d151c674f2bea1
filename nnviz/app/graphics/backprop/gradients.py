"""The gradient of one sample by layers: an image for each first-layer neuron, matrices after it, and the pixels."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from nnviz.app.graphics.backprop.subject import NEURON, PARAMETER, PIXEL, Spot, Subject
from nnviz.app.graphics.matrix import Matrix
from nnviz.app.graphics.mosaic import Mosaic
from nnviz.app.graphics.number_images import image_of, largest, signs
from nnviz.app.graphics.scale_bar import limit_text
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, fitting, line_height, text_width, write
from nnviz.app.theme import Theme

SMALL = 9.0
LEAST_CAPTIONED = 26.0
"""Pixels at the usual size of text: images of neurons that are narrower have no number below them."""
LEAST_FRAMED = 5.0
"""Pixels; what is smaller gets no frame of its own."""
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class PixelGradient:
    """∂C/∂x: how the cost answers to each pixel, as an image; as an upright strip where the input is none.

    Parameters
    ----------
    theme : Theme
    subject : Subject
    """

    def __init__(self, theme: Theme, subject: Subject) -> None:
        self._theme = theme
        derivatives = subject.trace.dC_dx
        self.limit = largest(derivatives)
        self._shape = subject.shape or (len(derivatives), 1)
        self._image: QImage = image_of(signs(theme, derivatives.reshape(self._shape), self.limit))
        self.rectangle = QRectF()
        self._heading = QRectF()

    def width(self, height: float) -> float:
        """Return how wide it is where it is so high, its heading included."""
        rows, cols = self._shape
        line = line_height(self._theme, SMALL)
        least = text_width(self._theme, "∂C/∂x", SMALL) + 2
        return max(min((height - line - 3) * cols / rows, height) if cols > 1 else 1.2 * line, least)

    def lay_out(self, area: QRectF) -> None:
        """Place the image below its heading, its pixels of whole or half a size where they are large enough."""
        rows, cols = self._shape
        line = line_height(self._theme, SMALL)
        self._heading = QRectF(area.left(), area.top(), area.width(), line)
        inner = area.adjusted(0, line + 3, 0, 0)
        if cols == 1:
            self.rectangle = QRectF(
                round(inner.left()), round(inner.top()), round(1.2 * line), inner.height()
            )
            return
        size = max(min(inner.width() / cols, inner.height() / rows), 0.1)
        size = math.floor(2 * size) / 2 if size >= 2 else size
        self.rectangle = QRectF(round(inner.left()), round(inner.top()), size * cols, size * rows)

    def paint_still(self, painter: QPainter) -> None:
        """Paint the frame."""
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rectangle.adjusted(-0.5, -0.5, 0.5, 0.5))

    def paint(self, painter: QPainter) -> None:
        """Paint the image and its heading."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self.rectangle, self._image)
        end = limit_text(self.limit)
        room = self._heading.width()
        text = fitting(self._theme, (f"∂C/∂pixel  ±{end}", f"∂C/∂x ±{end}", "∂C/∂x", ""), room, SMALL)
        write(painter, self._theme, self._heading, text, LEFT | MIDDLE, SMALL)

    def at(self, point: QPointF) -> Spot | None:
        """Return the pixel under a point."""
        rows, cols = self._shape
        place = self.rectangle
        if place.isEmpty() or not place.contains(point):
            return None
        row = min(int((point.y() - place.top()) / place.height() * rows), rows - 1)
        col = min(int((point.x() - place.left()) / place.width() * cols), cols - 1)
        return Spot(PIXEL, index=row * cols + col)

    def where(self, index: int) -> QRectF:
        """Return where a pixel is."""
        rows, cols = self._shape
        row, col = divmod(index, cols)
        across, down = self.rectangle.width() / cols, self.rectangle.height() / rows
        return QRectF(self.rectangle.left() + col * across, self.rectangle.top() + row * down, across, down)


class LayerGradient:
    """∂C/∂w and ∂C/∂b of a layer: images with a strip below each, or a matrix with a column apart.

    Parameters
    ----------
    theme : Theme
    layer : int
        From 1.
    """

    def __init__(self, theme: Theme, layer: int) -> None:
        self._theme = theme
        self.layer = layer
        self._mosaic = Mosaic()
        self._matrix = Matrix()
        self._shape: tuple[int, int] | None = None
        self._n = 0
        self._n_layers = 1
        self._limit = 0.0
        self._caption = 0.0
        self._laid_out: object = None
        self._heading = QRectF()
        self._body = QRectF()

    def show(self, subject: Subject, limits: tuple[float, float]) -> None:
        """Take a trace's gradient, and the ends of the scales of ∂C/∂w and ∂C/∂b."""
        dw, db = (by_layer[self.layer - 1] for by_layer in (subject.trace.dC_dw, subject.trace.dC_db))
        self._n, self._n_layers = len(dw), subject.n_layers
        self._shape = subject.shape if self.layer == 1 else None
        self._limit = limits[0]
        scale = np.full(len(dw), limits[0])
        if self._shape is not None:
            self._mosaic.set_images(dw.reshape(-1, *self._shape), scale, db, limits[1])
        else:
            self._matrix.set_values(dw, scale, db, limits[1])

    def lay_out(self, area: QRectF) -> None:
        """Divide an area among heading and picture, leaving nothing to do where it is still the same."""
        key = (area.getRect(), self._theme.text_scale, self._n, self._shape)
        if key == self._laid_out:
            return
        self._laid_out = key
        line = line_height(self._theme, SMALL)
        self._heading = QRectF(area.left(), area.top(), area.width(), line)
        self._body = area.adjusted(0, line + 3, 0, 0)
        if self._shape is None:
            self._matrix.lay_out(self._theme, self._body)
            return
        caption = math.ceil(line) + 1.0
        scale = self._theme.text_scale
        is_wide = self._mosaic.image_width(self._body, caption) >= LEAST_CAPTIONED * scale
        self._caption = caption if is_wide else 0.0
        self._mosaic.lay_out(self._body, self._caption)
        if self._mosaic.captions:  # it centres itself; the other pictures begin at the upper edge
            self._body.setBottom(
                self._body.top() + self._mosaic.captions[-1].bottom() - self._mosaic.blocks[0].top()
            )
            self._mosaic.lay_out(self._body, self._caption)

    def paint_still(self, painter: QPainter) -> None:
        """Paint frames, and which neuron is which."""
        theme = self._theme
        if self._shape is None:
            rows = "output neuron" if self.layer == self._n_layers else f"neuron of layer {self.layer}"
            columns = "input" if self.layer == 1 else f"neuron of layer {self.layer - 1}"
            numbers = [str(j) for j in range(self._n)]
            self._matrix.paint_frame(painter, theme, numbers, rows, columns, "b")
            return
        self._mosaic.paint_frames(painter, theme.colour("line"))
        if self._caption:
            for j, place in enumerate(self._mosaic.captions):
                write(painter, theme, place, str(j), CENTRE | MIDDLE, SMALL, "muted")

    def paint(self, painter: QPainter) -> None:
        """Paint the numbers as colours, and what they are."""
        theme, colours = self._theme, self._theme.colours
        if self._shape is None:
            self._matrix.paint_cells(painter, theme)
            self._matrix.paint_numbers(painter, theme)
        else:
            self._mosaic.set_colours(colours.negative, colours.zero, colours.positive, colours.surface)
            self._mosaic.paint(painter, self._body, caption=self._caption)
        power, end = str(self.layer).translate(SUPERSCRIPTS), limit_text(self._limit)
        texts = (
            f"∂C/∂w{power} and ∂C/∂b{power}  ±{end}",
            f"∂C/∂w{power}, ∂C/∂b{power} ±{end}",
            f"∂C/∂w{power} ±{end}",
            f"∂C/∂w{power}",
            "",
        )
        text = fitting(theme, texts, self._heading.width(), SMALL)
        write(painter, theme, self._heading, text, LEFT | MIDDLE, SMALL)

    def at(self, point: QPointF) -> Spot | None:
        """Return the weight or bias under a point, or the neuron whose caption it is in."""
        layer = self.layer
        if self._shape is None:
            cell = self._matrix.at(point.x(), point.y())
            return None if cell is None else Spot(PARAMETER, layer, *cell)
        pixel = self._mosaic.at(point.x(), point.y())
        if pixel is not None:
            return Spot(PARAMETER, layer, pixel[0], pixel[1] * self._shape[1] + pixel[2])
        j = self._mosaic.index_at(point.x(), point.y())
        if j is None:
            return None
        return Spot(PARAMETER if self._mosaic.blocks[j].contains(point) else NEURON, layer, j)

    def frames(self, neuron: int) -> list[QRectF]:
        """Return what a neuron covers."""
        if self._shape is None:
            return self._matrix.row(neuron)
        return self._mosaic.blocks[neuron : neuron + 1]

    def where(self, spot: Spot) -> list[QRectF]:
        """Return what a weight or a bias covers, if that is large enough for a frame."""
        if self._shape is None:
            row, column = self._matrix.row(spot.index), self._matrix.column(spot.input or 0)
            if not row or not column:
                return []
            place = row[1] if spot.input is None else row[0].intersected(column[0])
        elif spot.index < len(self._mosaic.rectangles):
            image, block = self._mosaic.rectangles[spot.index], self._mosaic.blocks[spot.index]
            rows, cols = self._shape
            if spot.input is None:
                place = block.adjusted(0, image.height() * (1 + 1 / rows), 0, 0)
            else:
                row_at, col = divmod(spot.input, cols)
                across, down = image.width() / cols, image.height() / rows
                place = QRectF(image.left() + col * across, image.top() + row_at * down, across, down)
        else:
            return []
        return [place] if min(place.width(), place.height()) >= LEAST_FRAMED else []
