"""What the view of edits is about: one neuron's parameters, and the edits and gestures that change them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF

from nnviz.app.choice import Neuron
from nnviz.app.graphics.edit.bars import WeightBars
from nnviz.app.graphics.edit.image import WeightsImage
from nnviz.app.graphics.text import number
from nnviz.app.views.parameter_box import LARGEST
from nnviz.core.encoding import Floats
from nnviz.core.network import Network
from nnviz.core.painting import Stroke, Tool, painted
from nnviz.run.edits import Edit, SetParameters, parameter_name, place_of

DRAG_FROM = 3.0
"""Pixels from which on a bar that is pressed is dragged."""
Make = Callable[[int], Edit]
"""Makes an edit for a step."""


class Subject:
    """A neuron's weights and bias. Slots 0 to n − 1 are its weights, slot n is its bias.

    Parameters
    ----------
    network : Network
    neuron : Neuron
    shape : (rows, cols) or None
        How its weights lie in an image, None where they do not.

    Attributes
    ----------
    weights : float array, (n,)
        As they are or, after an edit, as they will be.
    bias : float
    """

    def __init__(self, network: Network, neuron: Neuron, shape: tuple[int, int] | None) -> None:
        self.network = network
        self.neuron = neuron
        self.shape = shape
        self.weights: Floats = network.weights[neuron.layer - 1][neuron.index]
        self.bias = float(network.biases[neuron.layer - 1][neuron.index])

    @property
    def inputs(self) -> int:
        """N."""
        return len(self.weights)

    @property
    def is_output(self) -> bool:
        """Whether it is an output neuron."""
        return self.neuron.layer == len(self.network.weights)

    @property
    def is_cut_off(self) -> bool:
        """Whether nothing comes of its activation."""
        layer = self.neuron.layer
        return not self.is_output and not self.network.weights[layer][:, self.neuron.index].any()

    @property
    def source_name(self) -> str:
        """What one weight comes from."""
        return "pixel" if self.shape is not None else "input" if self.neuron.layer == 1 else "neuron"

    def is_like(self, other: Subject | None) -> bool:
        """Return whether another is of the same neuron, at whatever step."""
        return other is not None and (self.neuron, self.network.sizes, self.shape) == (
            other.neuron,
            other.network.sizes,
            other.shape,
        )

    def titles(self) -> list[str]:
        """Return what stands above its weights, the longest text first."""
        index = self.neuron.index
        if self.is_output:
            return [f"Weights of output neuron {index}", f"Output {index}"]
        name = f"layer {self.neuron.layer}, neuron {index}"
        if self.is_cut_off:
            return [f"Weights of {name}, which is cut off", f"{name.capitalize()}, cut off", "Cut off"]
        return [f"Weights of {name}", name.capitalize()]

    def source(self, slot: int) -> int | None:
        """Return from where the weight of a slot comes, None for the bias."""
        return slot if slot < self.inputs else None

    def value(self, slot: int) -> float:
        """Return a parameter's value."""
        return float(self.weights[slot]) if slot < self.inputs else self.bias

    def name(self, slot: int) -> str:
        """Return what a parameter is called."""
        return parameter_name(self.network, self._place(self.source(slot)))

    def reading(self, slot: int) -> str:
        """Return a parameter's name and its value."""
        text = f"{self.name(slot)} = {number(self.value(slot), 4)}"
        if self.shape is None or slot >= self.inputs:
            return text
        row, col = divmod(slot, self.shape[1])
        return f"pixel ({row}, {col}): {text}"

    def _place(self, source: int | None) -> int:
        return place_of(self.network, self.neuron.layer, self.neuron.index, source)

    def give(self, source: int | None, value: float) -> Make:
        """Give one weight, or with None the bias, another value, and return the edit that does."""
        place = self._place(source)
        if source is None:
            self.bias = value
        else:
            self.weights = self.weights.copy()
            self.weights[source] = value
        return lambda step: SetParameters(step, (place,), (value,))

    def give_weights(self, after: Floats) -> Make | None:
        """Give all weights other values, and return the edit of those that differ; None where none does."""
        changed = np.flatnonzero(after != self.weights)  # what is no number differs from itself
        changed = changed[np.isfinite(after[changed])]
        if not changed.size:
            return None
        places = tuple((self._place(0) + changed).tolist())
        values = tuple(after[changed].tolist())
        self.weights = after
        return lambda step: SetParameters(step, places, values)


class Painting:
    """A stroke under way.

    Parameters
    ----------
    picture : WeightsImage
    tool : Tool
    radius, strength : float
    """

    def __init__(self, picture: WeightsImage, tool: Tool, radius: float, strength: float) -> None:
        self._picture = picture
        self._tool, self._radius, self.strength = tool, radius, strength
        self._stroke = Stroke(picture.shape)

    def go_on(self, point: QPointF) -> None:
        """Draw on to a point of the canvas."""
        self._stroke.go_to(self._picture.on_image(point))

    def weights(self, before: Floats) -> Floats:
        """Return weights, (n,), after the stroke."""
        shaped = before.reshape(self._picture.shape)
        after = painted(shaped, self._stroke.distances, self._tool, self._radius, self.strength)
        return after.reshape(-1)


class Dragging:
    """A bar that is pressed, and perhaps dragged.

    Parameters
    ----------
    picture : WeightBars
    slot : int
    value : float
        What it was.
    y : float
        Where it was pressed.
    """

    def __init__(self, picture: WeightBars, slot: int, value: float, y: float) -> None:
        self._picture = picture
        self._pressed = y
        self._start = value if np.isfinite(value) else 0.0
        self.slot = slot
        self.before = value
        self.value = self._start
        self.has_moved = False

    def go_on(self, point: QPointF) -> None:
        """Move the bar by as much as the pointer has moved."""
        self.has_moved = self.has_moved or abs(point.y() - self._pressed) >= DRAG_FROM
        if self.has_moved:
            by = self._picture.value_at(point.y()) - self._picture.value_at(self._pressed)
            self.value = float(np.clip(self._start + by, -LARGEST, LARGEST))
