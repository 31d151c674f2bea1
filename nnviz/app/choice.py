"""What the user has chosen, and all views show: one sample, one pinned neuron, one component of the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from nnviz.core.components import Component
from nnviz.core.encoding import one_hot
from nnviz.core.network import Network
from nnviz.core.response import Response, respond
from nnviz.core.trace import Trace
from nnviz.data.dataset import DataSet, Samples

TRAINING, TEST, DRAWN = "training", "test", "drawn"
"""Where a sample is from."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One image, with its label where it has one.

    Parameters
    ----------
    source : {"training", "test", "drawn"}
    index : int
        Its number among the samples of its source; 0 for what was drawn.
    pixels : uint8 array, (n_0,), read-only
        0 = background, 255 = ink.
    label : int or None
        None where nobody has said what it is.
    shape : (rows, cols) or None
        How the pixels lie in an image; None where they are no image.
    """

    source: str
    index: int
    pixels: NDArray[np.uint8]
    label: int | None
    shape: tuple[int, int] | None

    @property
    def x(self) -> NDArray[np.float32]:
        """The pixels from 0 to 1."""
        return self.pixels.astype(np.float32) / np.float32(255)

    @property
    def name(self) -> str:
        """What to call it: "test image 42"; on the pad there may be a drawing, but noise as well."""
        return "the pad's image" if self.source == DRAWN else f"{self.source} image {self.index:,}"


@dataclass(frozen=True)
class Neuron:
    """A neuron: its layer, from 1, and its number in it, from 0."""

    layer: int
    index: int


class Choice(QObject):
    """The chosen sample, the pinned neuron and the chosen component; whoever shows them listens to the signals.

    Attributes
    ----------
    data : DataSet or None
    sample : Sample or None
        None only as long as there is no data.
    neuron : Neuron or None
    component : Component or None
        The weight or bias that somebody has picked out of the gradient.
    """

    data_changed = Signal()
    sample_changed = Signal()
    neuron_changed = Signal()
    component_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.data: DataSet | None = None
        self.sample: Sample | None = None
        self.neuron: Neuron | None = None
        self.component: Component | None = None
        self._answer: tuple[Network, Sample, Response] | None = None
        self._trace: tuple[Network, Sample, Trace] | None = None

    def set_data(self, data: DataSet) -> None:
        """Take other data, and its first test image."""
        self.data = data
        self.data_changed.emit()
        self.choose(TEST, 0)

    def samples(self, source: str) -> Samples | None:
        """Return the samples of a source, "training" or "test"."""
        if self.data is None or source not in (TRAINING, TEST):
            return None
        return self.data.training if source == TRAINING else self.data.test

    def choose(self, source: str, index: int) -> None:
        """Choose a training or test sample; an index beyond the last or below 0 is brought back into range."""
        samples = self.samples(source)
        if samples is None or self.data is None:
            return
        index = min(max(index, 0), len(samples) - 1)
        self._take(
            Sample(source, index, samples.images[index], int(samples.labels[index]), self.data.image_shape)
        )

    def choose_drawn(self, pixels: NDArray[np.uint8], label: int | None = None) -> None:
        """Choose an image that is not of the data set.

        Parameters
        ----------
        pixels : uint8 array, (n_0,)
        label : int, optional
            What it shows, where that is known.
        """
        if self.data is None or pixels.shape != self.data.test.images.shape[1:]:
            return
        pixels = pixels.copy()
        pixels.flags.writeable = False
        self._take(Sample(DRAWN, 0, pixels, label, self.data.image_shape))

    def move(self, by: int) -> None:
        """Choose the sample so many places further, round the ends; from a drawn digit, the first test sample."""
        if self.sample is None:
            return
        samples = self.samples(self.sample.source)
        if samples is None:
            self.choose(TEST, 0)
        else:
            self.choose(self.sample.source, (self.sample.index + by) % len(samples))

    def pin(self, neuron: Neuron | None) -> None:
        """Pin a neuron, or none."""
        if neuron != self.neuron:
            self.neuron = neuron
            self.neuron_changed.emit()

    def choose_component(self, component: Component | None) -> None:
        """Choose a weight or a bias, or none."""
        if component != self.component:
            self.component = component
            self.component_changed.emit()

    def response(self, network: Network) -> Response | None:
        """Return what a network makes of the chosen sample; None if there is none, or none that fits.

        Views that ask for the same network one after the other share one forward pass.
        """
        sample = self.sample
        if sample is None or sample.pixels.shape != (network.sizes[0],):
            return None
        if self._answer is None or self._answer[0] is not network or self._answer[1] is not sample:
            self._answer = (network, sample, respond(network, sample.x))
        return self._answer[2]

    def trace(self, network: Network) -> Trace | None:
        """Return how the chosen sample's cost comes about and goes back; None if there is none that can be traced.

        Views that ask for the same network one after the other share both passes.
        """
        sample, n_out = self.sample, network.sizes[-1]
        if sample is None or sample.pixels.shape != (network.sizes[0],) or not network.trainable:
            return None
        if sample.label is None or not 0 <= sample.label < n_out:
            return None
        if self._trace is None or self._trace[0] is not network or self._trace[1] is not sample:
            y = one_hot(np.array([sample.label]), n_out, network.dtype)[0]
            self._trace = (network, sample, network.trace(sample.x, y))
        return self._trace[2]

    def _take(self, sample: Sample) -> None:
        self.sample = sample
        self.sample_changed.emit()


def pinned_in(neuron: Neuron | None, network: Network) -> Neuron | None:
    """Return the pinned neuron if the network has it."""
    sizes: Any = network.sizes
    if neuron is None or not (0 < neuron.layer < len(sizes) and 0 <= neuron.index < sizes[neuron.layer]):
        return None
    return neuron


def component_in(component: Component | None, network: Network) -> Component | None:
    """Return the chosen component if the network has it."""
    if component is None or pinned_in(Neuron(component.layer, component.neuron), network) is None:
        return None
    n_in = network.sizes[component.layer - 1]
    return component if component.input is None or 0 <= component.input < n_in else None
