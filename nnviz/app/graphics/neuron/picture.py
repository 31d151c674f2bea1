"""The picture of one neuron: weights × activations = contributions, their sum, and what the neuron makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.neuron.bars import BarProducts
from nnviz.app.graphics.neuron.curve import ActivationCurve, curve_places
from nnviz.app.graphics.neuron.matrix import LayerMatrix
from nnviz.app.graphics.neuron.products import ImageProducts, Products
from nnviz.app.graphics.neuron.sum import MOST_ROWS, ContributionList, SumLine
from nnviz.app.graphics.text import LEFT, MIDDLE, fitting, line_height, number, write
from nnviz.app.theme import Theme
from nnviz.core.network import Network
from nnviz.core.response import (
    NeuronResponse,
    Response,
    activation_curve,
    largest_contributions,
    neuron_response,
)

INPUT, CURVE, ROW = "input", "curve", "row"
"""What can be pointed at: an input of the neuron, its curve, a row of the layer's matrix."""

BOTTOM = 0.4
"""The share of the height that goes to what is below the sum."""
LEAST_BOTTOM, LEAST_TALL, LEAST_CURVE, LEAST_MATRIX = 6.2, 9.0, 13.0, 17.0
"""In lines of text: how high what is below the sum must be, how high a curve below the contributions; how wide a
curve and a matrix beside them."""
LEAST_PRODUCTS, MOST_PRODUCTS, MOST_STACKED = 5.5, 26.0, 10.0
"""In lines of text: how high weights × activations are, the last where everything is below each other."""
CRAMPED = 4.0
"""Lines of text: where less than these is left beside the sum, it is made as short as it can."""
SHRINKING = (13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0)
"""Points that a sum in short may have."""
LEAST_HEADED = 6.0
"""Lines of text that they must have room for, or there is no heading."""


@dataclass(frozen=True)
class Place:
    """Something in the picture that can be pointed at, with its number."""

    kind: str
    index: int = 0


@dataclass(frozen=True)
class Layout:
    """Where the parts of the picture are; a part that is None has no room.

    Parameters
    ----------
    points : float
        The size of the text.
    """

    points: float
    products: QRectF
    total: QRectF
    heading: QRectF | None = None
    contributions: QRectF | None = None
    matrix: QRectF | None = None
    curve: QRectF | None = None


class NeuronPicture:
    """One neuron's answer to one input, from its weights to its activation.

    It is laid out in the area it is painted in: always the three pictures of the products and the sum; where there
    is room, a heading, the largest contributions, the activation curve, and the whole layer as a matrix.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    layout : Layout or None
        As it was painted last.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._backdrop = Backdrop()
        self._structure: object = None
        self._key: object = None
        self._pinned = False
        self._network: Network | None = None
        self._response: Response | None = None
        self._layer = 1
        self.layout: Layout | None = None
        self.neuron: NeuronResponse | None = None

    def show(
        self,
        network: Network,
        response: Response,
        layer: int,
        index: int,
        shape: tuple[int, int] | None,
        pinned: bool,
    ) -> None:
        """Take a neuron's numbers.

        Parameters
        ----------
        network : Network
        response : Response
            Of this network.
        layer, index : int
            Which neuron, the layer from 1.
        shape : (rows, cols) or None
            How the inputs lie in an image; None where they are no image.
        pinned : bool
            Whether somebody has pinned this neuron; its heading has the colour of what is pinned, then.
        """
        self._network, self._response, self._layer = network, response, layer
        self._pinned = pinned
        self._build(network, layer, shape)
        neuron = self.neuron = neuron_response(network, response, layer, index)
        up, down = largest_contributions(neuron.contributed, MOST_ROWS)
        self._products.show(neuron, up.tolist(), down.tolist())
        self._total.show(neuron)
        self._listing.show(neuron, up.tolist(), down.tolist())
        z = curve_places(network.activations[layer - 1].name, neuron.z)
        self._curve.show(neuron, z, activation_curve(network, response, layer, index, z))
        self._matrix.show(network, response, index)

    def _build(self, network: Network, layer: int, shape: tuple[int, int] | None) -> None:
        """Make the parts anew where another kind of neuron is shown."""
        names = tuple(function.name for function in network.activations)
        if layer > 1 or shape is None or shape[0] * shape[1] != network.sizes[0]:
            shape = None
        structure = (network.sizes, names, layer, shape)
        if structure == self._structure:
            return
        self._structure, self._key = structure, None  # what is new has yet to be laid out
        theme, function, inputs = self._theme, names[layer - 1], network.sizes[layer - 1]
        self._shape = shape
        signed_inputs = layer > 1 and names[layer - 2] == "tanh"
        self._products: Products
        if shape is not None:
            self._products = ImageProducts(theme, shape)
        else:
            what = "input" if layer == 1 else f"neuron of layer {layer - 1}"
            self._products = BarProducts(theme, inputs, what, signed_inputs)
        self._total = SumLine(theme, function)
        self._listing = ContributionList(theme, self.name_of, self.name_of(inputs - 1), signed_inputs)
        self._curve = ActivationCurve(theme, function)
        self._matrix = LayerMatrix(theme, layer, function)

    def name_of(self, k: int) -> str:
        """Return what to call an input of the neuron: "pixel (12, 9)" or "neuron 5"."""
        if self._shape is not None:
            row, col = divmod(k, self._shape[1])
            return f"pixel ({row}, {col})"
        return f"input {k}" if self._layer == 1 else f"neuron {k}"

    def _lay_out(self, area: QRectF) -> None:
        theme = self._theme
        is_wide = area.width() >= 900 * theme.text_scale and area.height() >= 560 * theme.text_scale
        points = 13.0 if is_wide else 11.0
        line = line_height(theme, points)
        gap = 0.5 * line
        inner = area.adjusted(*((14, 10, -14, -10) if area.width() > 400 else (8, 6, -8, -6)))
        top = inner.top()
        large = self._size_of_total(inner, points, line)
        total = self._total.height(inner.width(), large)
        room = inner.height() - total - gap
        heading = None
        if room >= LEAST_HEADED * line:
            heading = QRectF(inner.left(), top, inner.width(), line_height(theme, points + 1, strong=True))
            top += heading.height() + gap
            room -= heading.height() + gap
        listing = sum(self._listing.widths(points))
        beside = inner.width() >= listing + LEAST_CURVE * line + line
        wanted = max(LEAST_BOTTOM * line, BOTTOM * room) + gap
        if not beside:
            wanted = (LEAST_BOTTOM + LEAST_TALL) * line + 2 * gap if inner.width() >= listing else room
        bottom = wanted if room - wanted >= LEAST_PRODUCTS * line else 0.0
        most = MOST_PRODUCTS if beside else MOST_STACKED
        given = QRectF(inner.left(), top, inner.width(), min(room - bottom, most * line))
        given.setHeight(self._products.lay_out(given, points))
        top = given.bottom() + gap
        sum_area = QRectF(inner.left(), top, inner.width(), total)
        self._total.lay_out(sum_area, large)
        left = QRectF(inner.left(), top + total + gap, inner.width(), 0.0)
        left.setBottom(max(inner.bottom(), left.top()))
        parts = self._divide(left, listing, line, beside) if bottom else {}
        self.layout = Layout(points, given, sum_area, heading, **parts)
        if self.layout.contributions is not None:
            self._listing.lay_out(self.layout.contributions, points)
        if self.layout.curve is not None:
            self._curve.lay_out(self.layout.curve, points - 1)
        if self.layout.matrix is not None:
            self._matrix.lay_out(self.layout.matrix, points + 1)

    def _size_of_total(self, inner: QRectF, points: float, line: float) -> float:
        """Return the size of the sum's text, having chosen its form."""
        width = inner.width()
        self._total.make_compact(False)
        # Rather a little smaller than in two lines.
        size = next((p for p in (points + 2, points + 1) if self._total.in_one_line(width, p)), points + 2)
        if inner.height() - self._total.height(width, size) < CRAMPED * line:
            self._total.make_compact(True)
            size = next((p for p in SHRINKING if self._total.fits(width, p)), SHRINKING[-1])
        return size

    def _divide(self, area: QRectF, listing: float, line: float, beside: bool) -> dict[str, QRectF]:
        """Divide what is left below the sum."""
        between = 1.2 * line
        if not beside:
            return self._stack(area, line)
        parts = {"contributions": QRectF(area.left(), area.top(), listing, area.height())}
        rest = area.adjusted(listing + between, 0, 0, 0)
        if rest.width() >= (LEAST_CURVE + LEAST_MATRIX) * line + between and area.height() >= 8 * line:
            curve = max(LEAST_CURVE * line, 0.45 * (rest.width() - between))
            parts["matrix"] = rest.adjusted(curve + between, 0, 0, 0)
            rest.setWidth(curve)
        return parts | {"curve": rest}

    def _stack(self, area: QRectF, line: float) -> dict[str, QRectF]:
        """Put what is below the sum below each other, where it has no room side by side."""
        tops = area.top()
        parts = {}
        highest = {"contributions": (2 * MOST_ROWS + 2.6) * line, "curve": 0.6 * area.width() + 2 * line}
        for name, height in highest.items():
            parts[name] = QRectF(area.left(), tops, area.width(), min(height, area.bottom() - tops))
            tops += height + line
        if area.bottom() - tops >= LEAST_BOTTOM * line and area.width() >= LEAST_MATRIX * line:
            parts["matrix"] = QRectF(area.left(), tops, area.width(), area.bottom() - tops)
        else:
            parts["curve"].setHeight(min(area.bottom() - parts["curve"].top(), area.width()))
        return parts

    def paint(
        self, painter: QPainter, area: QRectF, headings: Sequence[str], pointed: Place | None = None
    ) -> None:
        """Paint all of it into an area.

        Parameters
        ----------
        painter : QPainter
        area : QRectF
        headings : sequence of str
            What may be written above; the first that fits is.
        pointed : Place, optional
            What to mark.
        """
        if self.neuron is None:
            return
        theme = self._theme
        still = (
            self._structure,
            theme.colours,
            theme.text_scale,
            self._curve.reach,
            self._total.has_wide_bias,
        )
        key = (*still, area.x(), area.y(), area.width(), area.height())
        if key != self._key:
            self._lay_out(area)
            self._key = key
        layout = self.layout
        if layout is None:
            return
        self._backdrop.paint(painter, area, still, self._paint_still)
        if layout.heading is not None:
            points = layout.points + 1
            text = fitting(theme, headings, layout.heading.width(), points, strong=True)
            role = "highlight" if self._pinned else "text"
            write(painter, theme, layout.heading, text, LEFT | MIDDLE, points, role, strong=True)
        is_input = pointed is not None and pointed.kind == INPUT
        self._products.paint(painter, pointed.index if pointed is not None and is_input else None)
        self._total.paint(painter)
        if layout.contributions is not None:
            self._listing.paint(painter)
        if layout.curve is not None:
            self._curve.paint(painter)
        if layout.matrix is not None:
            self._matrix.paint(painter)

    def _paint_still(self, painter: QPainter, area: QRectF) -> None:
        layout = self.layout
        self._products.paint_still(painter)
        self._total.paint_still(painter)
        if layout is not None and layout.contributions is not None:
            self._listing.paint_still(painter)
        if layout is not None and layout.curve is not None:
            self._curve.paint_still(painter)
        if layout is not None and layout.matrix is not None:
            self._matrix.paint_still(painter)

    def at(self, point: QPointF) -> Place | None:
        """Return what lies under a point of the area that was painted last."""
        layout = self.layout
        if layout is None or self.neuron is None:
            return None
        k = self._products.at(point)
        if k is None and layout.contributions is not None:
            k = self._listing.at(point)
        if k is not None:
            return Place(INPUT, k)
        if layout.curve is not None and self._curve.box.contains(point):
            return Place(CURVE)
        row = self._matrix.at(point) if layout.matrix is not None else None
        return None if row is None else Place(ROW, row)

    def input_beside(self, k: int | None, rows: int, cols: int) -> int:
        """Return the input so many rows and columns from another; from none, the one that contributes most."""
        neuron = self.neuron
        if neuron is None:
            return 0
        count = len(neuron.weights)
        if k is None:
            return int(np.argmax(np.abs(np.nan_to_num(neuron.contributed))))
        if self._shape is None:
            return min(max(k + cols, 0), count - 1)
        row, col = divmod(k, self._shape[1])
        row = min(max(row + rows, 0), self._shape[0] - 1)
        return row * self._shape[1] + min(max(col + cols, 0), self._shape[1] - 1)

    def where(self, place: Place) -> QRectF:
        """Return where a place is; of an input, in the picture of the contributions."""
        if place.kind == INPUT:
            return self._products.places(place.index)[-1]
        return self._matrix.row(1, place.index) if place.kind == ROW else self._curve.box

    def tell(self, place: Place) -> list[str]:
        """Return the exact numbers of a place, in lines."""
        neuron, response, network = self.neuron, self._response, self._network
        if neuron is None or response is None or network is None:
            return []
        if place.kind == INPUT and place.index < len(neuron.weights):
            w, a, wa = (float(v[place.index]) for v in (neuron.weights, neuron.inputs, neuron.contributed))
            return [
                self.name_of(place.index),
                f"w = {number(w, 4)}",
                f"a = {number(a, 4)}",
                f"w a = {number(wa, 4)}",
            ]
        if place.kind == ROW and place.index < network.sizes[self._layer]:
            z, a, b = (
                float(layers[self._layer - 1][place.index])
                for layers in (response.z, response.a, network.biases)
            )
            return [
                f"neuron {place.index}",
                f"b = {number(b, 4)}",
                f"z = {number(z, 4)}",
                f"a = {number(a, 4)}",
            ]
        if place.kind == CURVE:
            return [
                f"z = {number(neuron.z, 4)}",
                f"a = {number(neuron.a, 4)}",
                f"slope = {number(neuron.slope, 6)}",
            ]
        return []
