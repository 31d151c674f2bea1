"""A layer as a matrix times a vector, with one neuron's row in it: a = σ(W a + b), in the colours of its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from nnviz.app.graphics.equations import equation_size, paint_equation
from nnviz.app.graphics.number_images import brightness, image_of, largest, signs
from nnviz.app.graphics.text import CENTRE, MIDDLE, TOP, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.network import Network
from nnviz.core.response import Response

FUNCTIONS = {"sigmoid": "σ", "tanh": "tanh", "relu": "ReLU", "softmax": "softmax", "step": "step"}
"""Activation functions by the names they have in the core."""
LARGEST_CELL = 18.0
SMALLEST_SQUARE = 5.0
"""Pixels; where cells would be smaller, those of a matrix become as narrow as they must."""
COLUMN = 14.0
"""The least width of a vector, in pixels."""
BRACKET = 6.0
"""The width of a bracket, in pixels."""
BLOCK = "block"
SMALL = 10.0
"""Points of the sizes below matrix and vectors."""


class LayerMatrix:
    """The formula of a layer, typeset, and below it the same with the numbers as colours.

    One neuron's row of W, its bias and its activation are framed: this row times the vector beside it, plus this
    bias, makes this activation.

    Parameters
    ----------
    theme : Theme
    layer : int
        From 1.
    function : str
        The name in the core of the layer's activation function.
    """

    def __init__(self, theme: Theme, layer: int, function: str) -> None:
        self._theme = theme
        self._layer = layer
        self._function = function
        self._index = 0
        self._sizes = (1, 1)
        self._numbers: tuple[Network, Response] | None = None
        self._images: list[QImage] = []
        self._points = 13.0
        self._area = QRectF()
        self._signs: list[tuple[QRectF, str]] = []
        self._brackets: list[QRectF] = []
        self._labels: tuple[str, ...] = ()
        self.blocks: list[QRectF] = []

    @property
    def formula(self) -> str:
        """The layer's formula in LaTeX."""
        layer, before = self._layer, self._layer - 1
        opened = {"sigmoid": r"\sigma(", "relu": r"\max(0,\,"}.get(
            self._function, rf"\mathrm{{{self._function}}}("
        )
        return (
            rf"\mathbf{{a}}^{{({layer})}}={opened}"
            rf"W^{{({layer})}}\mathbf{{a}}^{{({before})}}+\mathbf{{b}}^{{({layer})}})"
        )

    def show(self, network: Network, response: Response, index: int) -> None:
        """Take the numbers of the layer, and which of its neurons is shown."""
        self._index = index
        self._sizes = (network.sizes[self._layer], network.sizes[self._layer - 1])
        self._numbers = (network, response)
        self._images = []

    def _make_images(self) -> None:
        """Make the blocks' images; only where the matrix is painted, since there are many numbers in it."""
        if self._numbers is None:
            return
        (network, response), layer = self._numbers, self._layer
        weights, biases = network.weights[layer - 1], network.biases[layer - 1]
        self._images = [
            self._column(response.activations(layer)),
            image_of(signs(self._theme, weights, largest(weights))),
            self._column(response.activations(layer - 1)),
            image_of(signs(self._theme, biases[:, np.newaxis], largest(biases))),
        ]

    def _column(self, a: NDArray[Any]) -> QImage:
        """Return activations as a column: by brightness, or by sign where some are negative."""
        column, limit = a[:, np.newaxis], max(1.0, largest(a))
        if np.any(a < 0):
            return image_of(signs(self._theme, column, limit))
        return image_of(brightness(self._theme, column / limit))

    def lay_out(self, area: QRectF, points: float) -> None:
        """Lay the formula out, and below it a = σ(W a + b) in blocks, as large as fit."""
        theme = self._theme
        n, before = self._sizes
        self._area, self._points = area, points
        line = line_height(theme, SMALL)
        top = area.top() + equation_size(theme, self.formula, points).height() + 0.6 * line
        height = max(area.bottom() - line - 4 - top, 1.0)
        column = COLUMN * theme.text_scale
        gap = 0.5 * text_width(theme, "0", points)
        function = FUNCTIONS.get(self._function, FUNCTIONS["sigmoid"])
        words = {word: text_width(theme, word, points) + 2 * gap for word in ("=", function, "+")}
        sizes = (f"{n}", f"{n} × {before}", f"{before}", f"{n}")
        # A block takes the room of its size, which is written below it.
        rooms = [text_width(theme, text, SMALL) + 2 for text in sizes]
        bracket = BRACKET + gap
        vectors = sum(max(column, rooms[place]) for place in (0, 2, 3))
        taken = vectors + sum(words.values()) + 2 * bracket + 2 * gap
        room = max(area.width() - taken, 1.0)
        cell = min(LARGEST_CELL, room / before, height / max(n, before))
        is_square = cell >= SMALLEST_SQUARE
        down = cell if is_square else min(LARGEST_CELL, height / n)
        wide = (cell if is_square else min(LARGEST_CELL, room / before)) * before
        inner = min(height, max(n, before) * down)
        middle = top + inner / 2
        left = max(area.left(), area.center().x() - (taken + max(wide, rooms[1])) / 2)
        blocks = [(column, n), (wide, n), (column, before), (column, n)]
        self.blocks, self._signs, self._brackets = [], [], []
        for part in (BLOCK, "=", function, "(", BLOCK, "", BLOCK, "+", BLOCK, "", ")"):
            if part == BLOCK:
                place = len(self.blocks)
                width, rows = blocks[place]
                tall = min(height, rows * down)
                taking = max(width, rooms[place])
                corner = QPointF(round(left + (taking - width) / 2), round(middle - tall / 2))
                self.blocks.append(QRectF(corner, QSizeF(max(round(width), 1), max(round(tall), 1))))
            elif part in ("(", ")"):
                taking = bracket
                self._brackets.append(QRectF(left, middle - inner / 2, BRACKET, inner))
            else:
                taking = words.get(part, gap)
                if part:
                    self._signs.append((QRectF(left, middle - line, taking, 2 * line), part))
            left += taking
        self._labels = sizes

    def paint_still(self, painter: QPainter) -> None:
        """Paint the formula, the signs between the blocks, and how large these are."""
        theme, points = self._theme, self._points
        size = equation_size(theme, self.formula, points)
        left = max(self._area.left(), self._area.center().x() - size.width() / 2)
        paint_equation(
            painter, theme, QPointF(left, self._area.top()), self.formula, points, widest=self._area.width()
        )
        for where, text in self._signs:
            write(painter, theme, where, text, CENTRE | MIDDLE, points)
        painter.setPen(QPen(theme.colour("text"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for bracket, way in zip(self._brackets, (1, -1), strict=True):
            painter.drawPath(_parenthesis(bracket, way))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRects([block.adjusted(-0.5, -0.5, 0.5, 0.5) for block in self.blocks])
        line = line_height(theme, SMALL)
        bottom = max(block.bottom() for block in self.blocks) + 4
        for block, text in zip(self.blocks, self._labels, strict=True):
            half = max(text_width(theme, text, SMALL), block.width()) / 2 + 2
            place = QRectF(block.center().x() - half, bottom, 2 * half, line)
            write(painter, theme, place, text, CENTRE | TOP, SMALL, "muted")

    def paint(self, painter: QPainter) -> None:
        """Paint the numbers, and frame those of the neuron."""
        if not self._images:
            self._make_images()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for block, image in zip(self.blocks, self._images, strict=False):
            painter.drawImage(block, _shrunk(image, block))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        frames = [self.row(block, self._index).adjusted(-1.5, -1.5, 1.5, 1.5) for block in (0, 1, 3)]
        for role, width in (("surface", 4.5), ("highlight", 2.0)):
            pen = QPen(self._theme.colour(role), width)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRects(frames)

    def row(self, place: int, index: int) -> QRectF:
        """Return where a neuron's numbers are in a block: a, W, or b at place 3."""
        block = self.blocks[place]
        tall = block.height() / self._sizes[0]
        return QRectF(block.left(), block.top() + index * tall, block.width(), tall)

    def at(self, point: QPointF) -> int | None:
        """Return which neuron's row lies under a point of a, W or b."""
        for place in (0, 1, 3) if self.blocks else ():
            block = self.blocks[place]
            if block.contains(point):
                share = (point.y() - block.top()) / block.height()
                return min(int(share * self._sizes[0]), self._sizes[0] - 1)
        return None


def _shrunk(image: QImage, block: QRectF) -> QImage:
    """Return an image of no more rows and columns than a block has pixels: where it has more, their means."""
    size = image.size().boundedTo(block.size().toSize())
    if size == image.size():
        return image
    return image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _parenthesis(area: QRectF, way: int) -> QPainterPath:
    """Return "(" (way 1) or ")" (way −1), as tall as an area."""
    start, end = (area.right(), area.left()) if way > 0 else (area.left(), area.right())
    path = QPainterPath(QPointF(start, area.top()))
    path.quadTo(QPointF(end, area.top() + 0.15 * area.height()), QPointF(end, area.center().y()))
    path.quadTo(QPointF(end, area.bottom() - 0.15 * area.height()), QPointF(start, area.bottom()))
    return path
