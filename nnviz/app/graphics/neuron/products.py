"""Weights × activations = contributions, number by number, as three images."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from nnviz.app.graphics.number_images import brightness, image_of, largest, signs
from nnviz.app.graphics.scale_bar import limit_text
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, RIGHT, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.response import NeuronResponse

SIGNS = ("×", "=")
CAPTIONS = (
    ("weights w", "pixels a", "contributions w a"),
    ("weights w", "pixels a", "product w a"),
    ("w", "a", "w a"),
)
"""Of the three pictures, the longest first."""
BARS, BESIDE, NOWHERE = "bars", "beside", "nowhere"
"""Where the scales of images are: bars below them, numbers beside the captions, or nowhere for want of room."""
LEAST_WITH_BAR = 200.0
"""Pixels that an image must be wide to have its scale as a bar below it."""
LEAST_CAPTIONED = 3.5
"""Lines of text that images and captions must have room for, or there are no captions."""
SMALL = 10.0
"""Points of scales and of numbers along an axis."""


class Products(Protocol):
    """Three pictures of a neuron's n inputs: weights w, activations a, and contributions w a."""

    def show(self, neuron: NeuronResponse, up: Sequence[int], down: Sequence[int]) -> None:
        """Take a neuron's numbers, and which contributions to mark."""

    def lay_out(self, area: QRectF, points: float) -> float:
        """Lay the pictures out in an area, for text of a size, and return how high they turned out."""

    def paint_still(self, painter: QPainter) -> None:
        """Paint what does not depend on the numbers."""

    def paint(self, painter: QPainter, pointed: int | None) -> None:
        """Paint the numbers; one input may be pointed at."""

    def at(self, point: QPointF) -> int | None:
        """Return which input lies under a point."""

    def places(self, k: int) -> list[QRectF]:
        """Return where input k is in each of the three pictures."""


class ImageProducts:
    """The three pictures as images side by side, a pixel an input.

    Weights and contributions have one scale: pixels are at most 1, so ink lets a weight through and the
    background holds it back.
    """

    def __init__(self, theme: Theme, shape: tuple[int, int]) -> None:
        self._theme = theme
        self._shape = shape
        self._images: list[QImage] = []
        self._limit = 0.0
        self._up: list[int] = []
        self._down: list[int] = []
        self._points = 11.0
        self._scales = NOWHERE
        self._has_captions = True
        self._captions = CAPTIONS[0]
        self._gap = 0.0
        self.rectangles: list[QRectF] = []

    def show(self, neuron: NeuronResponse, up: Sequence[int], down: Sequence[int]) -> None:
        """Take a neuron's numbers, and which contributions to mark."""
        self._limit = largest(neuron.weights)
        self._up, self._down = list(up), list(down)
        weights, pixels, contributed = (
            values.reshape(self._shape) for values in (neuron.weights, neuron.inputs, neuron.contributed)
        )
        self._images = [
            image_of(signs(self._theme, weights, self._limit)),
            image_of(brightness(self._theme, pixels)),
            image_of(signs(self._theme, contributed, self._limit)),
        ]

    def lay_out(self, area: QRectF, points: float) -> float:
        """Lay the images out, as large as fits, their pixels of whole or half a size.

        Where they come out large, bars of colour below them show the scales; else numbers do beside the captions.
        """
        theme = self._theme
        rows, cols = self._shape
        self._points = points
        line = line_height(theme, points)
        # Where images would be as small as their captions, they stand alone.
        self._has_captions = area.height() > LEAST_CAPTIONED * line
        caption = line + 2 if self._has_captions else 0.0
        scale = line_height(theme, SMALL) + 4
        self._gap = 2.6 * text_width(theme, "×", points + 4, strong=True)
        across = (area.width() - 2 * self._gap) / (3 * cols)
        down = (area.height() - caption - scale) / rows
        has_bars = min(across, down) * cols >= LEAST_WITH_BAR * theme.text_scale
        below = scale if has_bars else 0.0
        size = max(min(across, (area.height() - caption - below) / rows), 0.1)
        size = math.floor(2 * size) / 2 if size >= 2 else size
        width, height = size * cols, size * rows
        left = area.center().x() - (3 * width + 2 * self._gap) / 2
        top = round(area.top() + caption)
        self.rectangles = [
            QRectF(round(left + place * (width + self._gap)), top, width, height) for place in range(3)
        ]
        is_beside = self._has_captions and self._fit_beside(width)
        self._scales = BARS if has_bars else BESIDE if is_beside else NOWHERE
        # A caption may be wider than its image, but neither run into the next one nor out of the area.
        over = min(self._gap / 2 - 3, area.right() - self.rectangles[-1].right())
        room = width if self._scales == BESIDE else width + 2 * max(over, 0.0)
        self._captions = next(
            (texts for texts in CAPTIONS if all(text_width(theme, text, points) <= room for text in texts)),
            CAPTIONS[-1],
        )
        return caption + height + below

    def _fit_beside(self, width: float) -> bool:
        """Return whether a caption and a scale have room beside each other above an image."""
        weights, _, contributions = (text_width(self._theme, text, self._points) for text in CAPTIONS[0])
        scale = text_width(self._theme, "±0.0000", SMALL)
        return max(weights + 6 + scale, contributions) <= width

    def paint_still(self, painter: QPainter) -> None:
        """Paint captions, signs, frames and the bars of the scales."""
        theme = self._theme
        for place, text in enumerate(self._captions if self._has_captions else ()):
            over = self._over(place)
            if self._scales != BESIDE:
                over.adjust(-self._gap / 2, 0, self._gap / 2, 0)
            align = LEFT if self._scales == BESIDE else CENTRE
            write(painter, theme, over, text, align | MIDDLE, self._points)
        for rectangle, sign in zip(self.rectangles, SIGNS, strict=False):
            between = QRectF(rectangle.right(), rectangle.top(), self._gap, rectangle.height())
            write(painter, theme, between, sign, CENTRE | MIDDLE, self._points + 4, strong=True)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects([_around(rectangle) for rectangle in self.rectangles])
        if self._scales == BARS:
            signed_bar = image_of(signs(theme, np.linspace(-1, 1, 255)[np.newaxis], 1.0))
            ink_bar = image_of(brightness(theme, np.linspace(0, 1, 255)[np.newaxis]))
            for place, bar in enumerate((signed_bar, ink_bar, signed_bar)):
                where = self._scale(place)[1]
                painter.drawImage(where, bar)
                painter.drawRect(_around(where))

    def _over(self, place: int) -> QRectF:
        """Return the line above an image."""
        rectangle = self.rectangles[place]
        line = line_height(self._theme, self._points)
        return QRectF(rectangle.left(), rectangle.top() - line - 2, rectangle.width(), line)

    def _scale(self, place: int) -> tuple[QRectF, QRectF, QRectF]:
        """Return where a scale's low end is written, where its bar is, and where its high end is written."""
        under = self.rectangles[place]
        line = line_height(self._theme, SMALL)
        ends = text_width(self._theme, "0" if place == 1 else "−00.00", SMALL)
        whole = QRectF(under.left(), under.bottom() + 4, under.width(), line)
        bar = whole.adjusted(ends + 6, 0, -ends - 6, 0)
        return (
            QRectF(whole.left(), whole.top(), ends, line),
            QRectF(round(bar.left()), round(bar.center().y() - 3), max(round(bar.width()), 1), 6),
            QRectF(whole.right() - ends, whole.top(), ends, line),
        )

    def paint(self, painter: QPainter, pointed: int | None) -> None:
        """Paint the images, frames round the largest contributions, and the ends of the scales."""
        theme = self._theme
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for rectangle, image in zip(self.rectangles, self._images, strict=True):
            painter.drawImage(rectangle, image)
        self._write_scales(painter)
        for role, marked in (("positive", self._up), ("negative", self._down)):
            _frame(painter, [frame for k in marked for frame in self.places(k)], theme, role, 1.5)
        if pointed is not None and pointed < math.prod(self._shape):
            _frame(painter, self.places(pointed), theme, "highlight", 2.5)

    def _write_scales(self, painter: QPainter) -> None:
        theme, limit = self._theme, limit_text(self._limit)
        if self._scales == BARS:
            signed_ends = (f"−{limit}", f"+{limit}")
            for place, (low, high) in enumerate((signed_ends, ("0", "1"), signed_ends)):
                left, _, right = self._scale(place)
                write(painter, theme, left, low, RIGHT | MIDDLE, SMALL, "muted")
                write(painter, theme, right, high, LEFT | MIDDLE, SMALL, "muted")
        elif self._scales == BESIDE:
            # Contributions have the scale of the weights, and their caption leaves no room.
            for place, text in enumerate((f"±{limit}", "0 to 1")):
                write(painter, theme, self._over(place), text, RIGHT | MIDDLE, SMALL, "muted")

    def at(self, point: QPointF) -> int | None:
        """Return which pixel lies under a point of any of the three images."""
        rows, cols = self._shape
        for rectangle in self.rectangles:
            if rectangle.contains(point) and not rectangle.isEmpty():
                row = min(int((point.y() - rectangle.top()) / rectangle.height() * rows), rows - 1)
                col = min(int((point.x() - rectangle.left()) / rectangle.width() * cols), cols - 1)
                return row * cols + col
        return None

    def places(self, k: int) -> list[QRectF]:
        """Return where a pixel is in each of the three images."""
        rows, cols = self._shape
        row, col = divmod(int(k), cols)
        return [
            QRectF(
                r.left() + col * r.width() / cols,
                r.top() + row * r.height() / rows,
                r.width() / cols,
                r.height() / rows,
            )
            for r in self.rectangles
        ]


def _around(rectangle: QRectF) -> QRectF:
    """Return a rectangle whose line of one pixel's width lies just outside."""
    return rectangle.adjusted(-0.5, -0.5, 0.5, 0.5)


def _frame(painter: QPainter, places: list[QRectF], theme: Theme, role: str, width: float) -> None:
    """Draw frames just round places, on a dark ground that lets them stand out from any colour."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    outside = width / 2
    frames = [place.adjusted(-outside, -outside, outside, outside) for place in places]
    for pen in (QPen(theme.colour("zero"), width + 2), QPen(theme.colour(role), width)):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRects(frames)
