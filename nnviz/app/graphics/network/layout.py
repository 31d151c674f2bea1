"""Where the neurons of the network diagram lie. Geometry alone: no painting, and no numbers of a network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.network.column import MOST_ACROSS, SMALLEST, Column, make_column

SMALLEST_OUTPUT = 3.0
"""Diameter of output neurons, which stay in one column beside their digits even where they become small."""
HEADS_FROM, FOOT_FROM, TWO_LINES_FROM = 10.0, 5.5, 15.0
"""Heights, in lines of text, from which there is room for the layers' names, for the answer, and for the sizes too."""
COUNT_FROM = 420.0
"""The width from which the number of inputs stands beside its brace."""
NUMBERS_FROM = 460.0
"""The width from which the outputs' numbers stand beside their digits, where they do not fit into the neurons."""
BRACE = 9.0
INSIDE = 2.0
"""Pixels by which a neuron is wider than the number inside it, at least."""


@dataclass(frozen=True)
class Measures:
    """What of the layout depends on text.

    Parameters
    ----------
    line : float
        The height of a line.
    digit : float
        The width of what stands to the right of the output neurons.
    count : float
        The width of the number of inputs.
    number : float
        The width of an output neuron's number.
    """

    line: float
    digit: float
    count: float
    number: float


@dataclass(frozen=True, eq=False)
class NetworkLayout:
    """Where everything of the diagram lies.

    Parameters
    ----------
    area : QRectF
        Of all.
    columns : tuple of Column
        One for each layer, the input first.
    image : QRectF or None
        Where the input is painted as an image; None where it is none, or there is no room.
    image_shape : (rows, cols) or None
        Of that image.
    name : QRectF or None
        For a line of text under the image.
    brace, count : QRectF or None
        To the left of an abridged input column; the number stands to the left of the brace.
    heads : tuple of QRectF
        For each layer's name above it, as wide as its neighbours allow; none where there is no room.
    foot : QRectF or None
        For the answer.
    digits : QRectF
        To the right of the output neurons.
    numbers : QRectF or None
        To the right of the digits; None where numbers fit into the output neurons, or nowhere.
    """

    area: QRectF
    columns: tuple[Column, ...]
    image: QRectF | None
    image_shape: tuple[int, int] | None
    name: QRectF | None
    brace: QRectF | None
    count: QRectF | None
    heads: tuple[QRectF, ...]
    foot: QRectF | None
    digits: QRectF
    numbers: QRectF | None

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the layer and the number of the neuron at a point; a pixel of the image is an input neuron."""
        for layer, column in enumerate(self.columns):
            index = column.at(point)
            if index is not None:
                return layer, index
        if self.image is not None and self.image_shape is not None and self.image.contains(point):
            rows, cols = self.image_shape
            row = int((point.y() - self.image.top()) / self.image.height() * rows)
            col = int((point.x() - self.image.left()) / self.image.width() * cols)
            return 0, min(row, rows - 1) * cols + min(col, cols - 1)
        return None

    def is_abridged(self, layer: int) -> bool:
        """Return whether not all neurons of a layer are shown."""
        return self.columns[layer].strip is not None

    def pixel(self, index: int) -> QRectF | None:
        """Return where an input neuron's pixel lies in the image."""
        if self.image is None or self.image_shape is None:
            return None
        rows, cols = self.image_shape
        row, col = divmod(index, cols)
        width, height = self.image.width() / cols, self.image.height() / rows
        return QRectF(self.image.left() + col * width, self.image.top() + row * height, width, height)

    def circle(self, layer: int, index: int) -> QRectF:
        """Return the circle around a neuron; of one that is left out, where it would be."""
        column = self.columns[layer]
        r = column.radius
        return QRectF(column.x[index] - r, column.y[index] - r, 2 * r, 2 * r)


def lay_out_network(
    sizes: Sequence[int], area: QRectF, image_shape: tuple[int, int] | None, measures: Measures
) -> NetworkLayout:
    """Divide an area among the layers of a network.

    From left to right: the input as an image, the input layer, the hidden layers, the output layer, its digits; gaps
    between the layers are equal. A layer too large for one column is staggered in several, and abridged where that
    is not enough; the input layer is abridged at once, since the image shows it all.

    Parameters
    ----------
    sizes : sequence of int
        Of the layers, the input's first.
    area : QRectF
    image_shape : (rows, cols) or None
        How the inputs lie in an image.
    measures : Measures
    """
    margin = min(max(0.03 * min(area.width(), area.height()), 6.0), 20.0)
    inner = area.adjusted(margin, margin, -margin, -margin)
    line = measures.line
    head_lines = 0 if area.height() < HEADS_FROM * line else 1 if area.height() < TWO_LINES_FROM * line else 2
    has_foot = area.height() >= FOOT_FROM * line
    # A ring around a neuron needs some room above the first and below the last.
    body = inner.adjusted(
        0, head_lines * line + (12 if head_lines else 5), 0, -(1.15 * line + 12) if has_foot else -5
    )
    body.setHeight(max(body.height(), 24.0))
    foot = (
        QRectF(inner.left(), inner.bottom() - 1.15 * line, inner.width(), 1.15 * line) if has_foot else None
    )

    image = _image(min(0.28, 1.05 / len(sizes)) * inner.width(), inner, body, image_shape)
    name = None
    left = inner.left()
    if image is not None:
        left = image.right() + max(10.0, 0.02 * inner.width())
        if body.bottom() - image.bottom() >= line + 4 and image.width() >= 3 * line:
            name = QRectF(image.left(), image.bottom() + 4, image.width(), line)
    brace = count = None
    if make_column(sizes[0], body, _widest(body)).strip is not None:
        if inner.width() >= COUNT_FROM:
            count = QRectF(left, body.center().y() - line / 2, measures.count, line)
            left = count.right() + 4
        brace = QRectF(left, body.top(), BRACE, body.height())
        left = brace.right() + 5

    outputs = make_column(sizes[-1], body, _widest(body), smallest=SMALLEST_OUTPUT)
    has_numbers = (
        inner.width() >= NUMBERS_FROM
        and 2 * outputs.radius < measures.number + INSIDE
        and body.height() >= measures.line * sizes[-1]
    )
    right = inner.right() - measures.digit - (measures.number if has_numbers else 0)
    columns = _columns(sizes, left, max(right, left + 40.0), body)
    digits = QRectF(columns[-1].box.right(), body.top(), measures.digit, body.height())
    return NetworkLayout(
        area=QRectF(area),
        columns=columns,
        image=image,
        image_shape=image_shape if image is not None else None,
        name=name,
        brace=brace,
        count=count,
        heads=_heads(columns, image, inner, head_lines * line),
        foot=foot,
        digits=digits,
        numbers=QRectF(digits.right(), body.top(), measures.number, body.height()) if has_numbers else None,
    )


def _image(widest: float, inner: QRectF, body: QRectF, shape: tuple[int, int] | None) -> QRectF | None:
    """Return where the input's image goes: to the left, in the middle of the height."""
    if shape is None:
        return None
    rows, cols = shape
    scale = min(widest, 0.6 * body.height()) / max(rows, cols)
    # Pixels of unequal width look like an error.
    scale = math.floor(2 * scale) / 2 if scale >= 2 else scale
    if scale * max(rows, cols) < 24:
        return None
    top = round(body.center().y() - rows * scale / 2)
    return QRectF(round(inner.left()), top, cols * scale, rows * scale)


def _widest(body: QRectF) -> float:
    """Return how large neurons become, however few there are."""
    return max(0.085 * body.height(), 10.0)


def _columns(sizes: Sequence[int], left: float, right: float, body: QRectF) -> tuple[Column, ...]:
    """Place all layers between left and right, with equal gaps, staggering large ones as far as there is room."""
    widest = min(_widest(body), max((right - left) / (3.0 * len(sizes)), SMALLEST))
    least_gap = max(18.0, 0.04 * (right - left))
    for most_across in range(MOST_ACROSS, 0, -1):
        made = [
            make_column(sizes[0], body, widest),
            *(make_column(n, body, widest, most_across) for n in sizes[1:-1]),
            make_column(sizes[-1], body, widest, smallest=SMALLEST_OUTPUT),
        ]
        widths = [column.box.width() for column in made]
        gap = (right - left - sum(widths)) / max(len(sizes) - 1, 1)
        if gap >= least_gap:
            break
    starts = np.cumsum([left, *(width + gap for width in widths[:-1])])
    return tuple(column.moved(float(start)) for column, start in zip(made, starts, strict=True))


def _heads(
    columns: Sequence[Column], image: QRectF | None, inner: QRectF, height: float
) -> tuple[QRectF, ...]:
    """Return a rectangle above each layer; that of the input spans its image, too."""
    if height <= 0:
        return ()
    spans = [(column.box.left(), column.box.right()) for column in columns]
    if image is not None:
        spans[0] = image.left(), spans[0][1]
    middles = [(low + high) / 2 for low, high in spans]
    halves = []
    for place, middle in enumerate(middles):
        neighbours = [
            abs(other - middle) / 2 - 5 for other in middles[max(place - 1, 0) : place + 2] if other != middle
        ]
        halves.append(max(min(neighbours, default=inner.width() / 2), 1.0))
    heads = []
    for middle, half in zip(middles, halves, strict=True):
        # At the sides, a name may not be centred, but it stays inside.
        half = min(half, inner.width() / 2)
        low = min(max(middle - half, inner.left()), inner.right() - 2 * half)
        heads.append(QRectF(low, inner.top(), 2 * half, height))
    # Those that were pushed inside may touch their neighbour no more than the others.
    for one, other in pairwise(heads):
        if one.right() > other.left():
            one.setRight((one.right() + other.left()) / 2)
            other.setLeft(one.right())
    return tuple(heads)
