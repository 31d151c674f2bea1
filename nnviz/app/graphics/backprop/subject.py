"""One sample on its way through one network, forward and back: what every page of the backprop inspector shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnviz.app.choice import Choice, Neuron, Sample, component_in, pinned_in
from nnviz.core.components import Component
from nnviz.core.encoding import Floats
from nnviz.core.network import UNTRAINABLE, Network
from nnviz.core.trace import Trace
from nnviz.run.snapshot import Snapshot

BEFORE_DATA = (
    "How a sample's cost reaches back through the network appears here as soon as the data is loaded."
)
NO_SAMPLE = "Choose a sample, and this shows how its cost reaches back through the network."
OTHER_SIZE = (
    "The chosen sample does not fit this network: it has {:,} pixels, and the network has {:,} inputs."
)
NO_LABEL = (
    "Nobody has said which digit this is, so there is nothing to learn from it: the cost compares the outputs with a "
    "label. To say it, use “It is a …” in the view Backprop."
)
NO_OUTPUT = "The label of this sample is {}, but the network has only the {} output neurons 0 to {}."
ONE_OUTPUT = "The label of this sample is {}, but the network has only one output neuron, for the label 0."

NEURON, PIXEL, PARAMETER = "neuron", "pixel", "parameter"
"""What can be pointed at in more pages than one."""


@dataclass(frozen=True)
class Spot:
    """Something that can be pointed at.

    Parameters
    ----------
    part : str
        NEURON, PIXEL, PARAMETER, or what a page has of its own.
    layer : int
        From 1; 0 for a pixel.
    index : int
        Which neuron or pixel.
    input : int or None
        Of a weight, the neuron of the layer before.
    """

    part: str
    layer: int = 0
    index: int = 0
    input: int | None = None

    @property
    def neuron(self) -> Neuron | None:
        """The neuron that it is, or that the parameter leads into."""
        return Neuron(self.layer, self.index) if self.part in (NEURON, PARAMETER) else None

    @property
    def component(self) -> Component | None:
        """The parameter that it is."""
        return Component(self.layer, self.index, self.input) if self.part == PARAMETER else None


def spot_of(component: Component) -> Spot:
    """Return where a parameter is pointed at."""
    return Spot(PARAMETER, component.layer, component.neuron, component.input)


@dataclass(frozen=True, eq=False)
class Subject:
    """What is explained.

    Parameters
    ----------
    network : Network
    sample : Sample
        With a label that the network has an output for.
    trace : Trace
        Of the sample through the network.
    step : int
        At which the network is.
    pinned : Neuron or None
        A neuron of this network.
    """

    network: Network
    sample: Sample
    trace: Trace
    step: int
    pinned: Neuron | None

    @property
    def n_layers(self) -> int:
        """L, the layers without the input's."""
        return len(self.network.weights)

    @property
    def label(self) -> int:
        """What the sample shows."""
        return int(self.trace.y.argmax())

    @property
    def shape(self) -> tuple[int, int] | None:
        """How the inputs lie in an image, (rows, cols); None where they do not."""
        shape = self.sample.shape
        return shape if shape is not None and shape[0] * shape[1] == self.network.sizes[0] else None

    @property
    def focus(self) -> Neuron:
        """The pinned neuron; where none is, the output neuron of the label."""
        return self.pinned or Neuron(self.n_layers, self.label)

    @property
    def is_softmax(self) -> bool:
        """Whether the outputs share one sum, so that no output has a slope of its own."""
        return self.network.activations[-1].name == "softmax"

    @property
    def diverged(self) -> bool:
        """Whether some of the numbers are none any more."""
        trace = self.trace
        return not all(np.isfinite(of_layer).all() for of_layer in (*trace.z, *trace.delta))

    def activations(self, layer: int) -> Floats:
        """Return the activations of a layer, (n_l,), 0 for the input's."""
        return self.trace.x if layer == 0 else self.trace.a[layer - 1]

    def derivative(self, component: Component) -> float:
        """Return ∂C/∂θ of one parameter."""
        layer, j, k = component.layer - 1, component.neuron, component.input
        return float(self.trace.dC_db[layer][j] if k is None else self.trace.dC_dw[layer][j, k])

    def value(self, component: Component) -> float:
        """Return one parameter."""
        layer, j, k = component.layer - 1, component.neuron, component.input
        return float(self.network.biases[layer][j] if k is None else self.network.weights[layer][j, k])

    def has(self, component: Component) -> bool:
        """Return whether the network has such a parameter."""
        return component_in(component, self.network) is not None


def subject_of(snapshot: Snapshot, choice: Choice) -> Subject | str:
    """Return what is to be explained, or a sentence that says why nothing can be."""
    network, sample = snapshot.network, choice.sample
    if sample is None:
        return NO_SAMPLE
    if len(sample.pixels) != network.sizes[0]:
        return OTHER_SIZE.format(len(sample.pixels), network.sizes[0])
    if not network.trainable:
        return UNTRAINABLE
    if sample.label is None:
        return NO_LABEL
    outputs = network.sizes[-1]
    if not 0 <= sample.label < outputs:
        sentence = ONE_OUTPUT if outputs == 1 else NO_OUTPUT
        return sentence.format(sample.label, outputs, outputs - 1)
    trace = choice.trace(network)
    assert trace is not None  # of such a sample there is one
    return Subject(network, sample, trace, snapshot.step, pinned_in(choice.neuron, network))
