"""What neurons and edges of the network diagram show, as colours and as short numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QImage, QLinearGradient

from nnviz.app.choice import Neuron, Sample
from nnviz.app.graphics.colour_scales import LEVELS, rgb, signed_levels, signed_table
from nnviz.app.graphics.contrast import inks, take_second
from nnviz.app.graphics.text import number
from nnviz.app.theme import Theme
from nnviz.core.components import Component
from nnviz.core.network import Network
from nnviz.core.response import Response
from nnviz.core.trace import Trace

ACTIVATIONS, WEIGHTED_INPUTS, BIASES, ERRORS = "a", "z", "b", "δ"
"""What can be shown, by its letter."""
MIDDLE = LEVELS // 2
SMALLEST_LIMIT, LARGEST_LIMIT = 1e-37, 1e38
"""Smaller and larger numbers are no longer float32."""

Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Scale:
    """From what to what the colours of a layer reach.

    Parameters
    ----------
    limit : float
        Where it ends.
    signed : bool
        Whether it begins at −limit, and has the colours of signs; otherwise it begins at 0, and brightness counts.
    """

    limit: float
    signed: bool

    def levels(self, values: Numbers) -> NDArray[np.uint8]:
        """Return the place of each value on the scale, 0 to LEVELS − 1; what is no number counts as 0."""
        if self.signed:
            return signed_levels(values, self.limit)
        with np.errstate(all="ignore"):
            share = np.minimum(np.fmax(values / self.limit, 0), 1)  # fmax prefers numbers
        levels: NDArray[np.uint8] = np.rint(share * (LEVELS - 1)).astype(np.uint8)
        return levels

    def dimmed(self, levels: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
        """Return levels nearer to that of 0; at the share 0 they are it."""
        zero = MIDDLE if self.signed else 0
        dimmed: NDArray[np.uint8] = np.rint(zero + share * (levels.astype(np.float32) - zero)).astype(
            np.uint8
        )
        return dimmed


@dataclass(frozen=True, eq=False)
class Scene:
    """What the diagram is to show.

    Parameters
    ----------
    network : Network
    sample : Sample or None
    response : Response or None
        None where the sample does not fit the network.
    pinned : Neuron or None
    overlay : {"a", "z", "b", "δ"}
    trace : Trace or None
        Of the sample, for the errors δ; None where they are not shown, or there are none.
    component : Component or None
        A weight or bias of this network that is marked.
    """

    network: Network
    sample: Sample | None
    response: Response | None
    pinned: Neuron | None
    overlay: str = ACTIVATIONS
    trace: Trace | None = None
    component: Component | None = None

    @property
    def goes_back(self) -> bool:
        """Whether errors are shown, which go from the output back to the input."""
        return self.overlay == ERRORS

    def same_edges(self, other: Scene) -> bool:
        """Return whether another scene has exactly these edges."""
        return (
            self.pinned == other.pinned
            and self.network is other.network
            and self.goes_back == other.goes_back
            and (not self.goes_back or self.trace is other.trace)
        )

    def like_edges(self, other: Scene) -> bool:
        """Return whether another scene has such edges, of some steps before or after."""
        return (
            self.pinned == other.pinned
            and self.network.sizes == other.network.sizes
            and self.goes_back == other.goes_back
            and (not self.goes_back or self.sample is other.sample)
        )

    def edges(self, layer: int) -> Numbers | None:
        """Return what the edges into a layer show, (n_l, n_{l−1}): ∂C/∂w with the errors, elsewhere w."""
        if not self.goes_back:
            return self.network.weights[layer - 1]
        return None if self.trace is None else self.trace.dC_dw[layer - 1]

    @property
    def image_shape(self) -> tuple[int, int] | None:
        """How the inputs lie in an image; None where they are none, or not this network's."""
        return self.sample.shape if self.sample is not None and self.response is not None else None

    def values(self, layer: int) -> Numbers | None:
        """Return what the neurons of a layer show, (n_l,); None where there is nothing to show."""
        if layer > 0 and self.overlay == BIASES:
            return self.network.biases[layer - 1]
        if self.goes_back:
            trace = self.trace
            return None if trace is None else trace.delta[layer - 1] if layer > 0 else trace.dC_dx
        if self.response is None:
            return None
        if layer > 0 and self.overlay == WEIGHTED_INPUTS:
            return self.response.z[layer - 1]
        return self.response.activations(layer)

    def scales(self) -> list[Scale]:
        """Return the scale of each layer, the input's first.

        Limits that depend on the numbers are round, so that colours do not jump from step to step.
        """
        layers = range(1, len(self.network.sizes))
        shown = [values for layer in layers if (values := self.values(layer)) is not None]
        if self.goes_back:
            # One scale for all layers: it shows where errors vanish. The pixels' is another quantity.
            pixels = [] if self.trace is None else [self.trace.dC_dx]
            return [Scale(_round_limit(pixels, 0.0), True)] + [Scale(_round_limit(shown, 0.0), True)] * len(
                layers
            )
        if self.overlay != ACTIVATIONS:
            return [Scale(1.0, False)] + [Scale(_round_limit(shown), True)] * len(layers)
        open_ended = [layer for layer in layers if self.network.activations[layer - 1].name == "relu"]
        limit = _round_limit([shown[layer - 1] for layer in open_ended] if shown else [])
        scales = [Scale(1.0, False)]
        for layer in layers:
            name = self.network.activations[layer - 1].name
            scales.append(Scale(limit if layer in open_ended else 1.0, name == "tanh"))
        return scales


def largest(values: Numbers) -> float:
    """Return the greatest finite magnitude; 0 where there is none."""
    if values.size == 0:
        return 0.0
    high, low = float(values.max()), float(values.min())
    if not (math.isfinite(high) and math.isfinite(low)):
        finite = values[np.isfinite(values)]
        return largest(finite)
    return max(high, -low)


def _round_limit(arrays: list[Numbers], least: float = 1.0) -> float:
    """Return the first of …, 0.5, 1, 2, 5, 10, … that no finite magnitude exceeds, or the least that is wanted."""
    greatest = max(map(largest, arrays), default=0.0)
    if greatest <= max(least, SMALLEST_LIMIT):
        return least or 1.0
    power = 10.0 ** math.floor(math.log10(greatest))
    limit = next(leap * power for leap in (1, 2, 5, 10) if leap * power >= greatest * (1 - 1e-9))
    return min(limit, LARGEST_LIMIT)


class Palette:
    """The brush for each level of a scale, and the colour of text that can be read on it.

    Parameters
    ----------
    theme : Theme
    signed : bool

    Attributes
    ----------
    brushes : list of QBrush, (LEVELS,)
    inks : list of QColor, (LEVELS,)
    table : uint32 array, (LEVELS,)
        The colours as QImage's RGB32 has them.
    """

    def __init__(self, theme: Theme, signed: bool) -> None:
        colours = theme.colours
        if signed:
            self.table = signed_table(colours.negative, colours.zero, colours.positive)
        else:
            dark, bright = rgb(colours.zero), rgb(colours.activation)
            shares = np.linspace(0, 1, LEVELS)[:, np.newaxis]
            channels = np.rint(dark + shares * (bright - dark)).astype(np.uint32)
            packed = 0xFF000000 | channels[:, 0] << 16 | channels[:, 1] << 8 | channels[:, 2]
            self.table = packed.astype(np.uint32)
        fills = [QColor.fromRgb(value) for value in self.table.tolist()]
        self.brushes = [QBrush(fill) for fill in fills]
        self.inks = [inks(colours)[second] for second in take_second(colours, self.table).tolist()]

    def image(self, levels: NDArray[np.uint8]) -> QImage:
        """Return levels, (rows, cols), as an image, a pixel for each."""
        rows, cols = levels.shape
        pixels = self.table[levels].astype(np.uint32)
        return QImage(pixels.data, cols, rows, 4 * cols, QImage.Format.Format_RGB32).copy()

    def gradient(self, box: QRectF) -> QLinearGradient:
        """Return all colours, from the left of a box to its right."""
        gradient = QLinearGradient(box.topLeft(), box.topRight())
        for level in range(0, LEVELS, (LEVELS - 1) // 2):
            gradient.setColorAt(level / (LEVELS - 1), self.brushes[level].color())
        return gradient


def short_number(value: float, scale: Scale) -> str:
    """Return a number in five or six characters, for the inside of a neuron: "0.43", "+1.9", "−12", "+3k", "−4e−5"."""
    if not math.isfinite(value):
        return number(value)
    magnitude = abs(value)
    if not scale.signed and scale.limit <= 1:
        return f"{value:.2f}".replace("-", "−")
    if scale.limit < 1:  # errors are of whatever size
        has_decimals = scale.limit >= 0.1
        if magnitude < 0.005 * (1 if has_decimals else scale.limit):
            return "0"
        text = f"{magnitude:.2f}" if has_decimals else f"{magnitude:.0e}".replace("e-0", "e-")
        return ("+" if value > 0 else "−") + text.replace("-", "−")
    if magnitude < 9.95:
        text = f"{magnitude:.1f}"
    elif magnitude < 999.5:
        text = f"{magnitude:.0f}"
    elif magnitude < 99_950:
        text = f"{magnitude / 1000:.0f}k"
    else:
        text = f"{magnitude:.0e}".replace("e+0", "e").replace("e+", "e")
    sign = "" if not scale.signed or float(f"{value:.1f}") == 0 else "+" if value > 0 else "−"
    return sign + text
