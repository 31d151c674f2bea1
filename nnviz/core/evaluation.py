"""Cost and accuracy over many samples, a piece at a time, so that whoever asked can stop in between."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.backprop import Workspace, forward
from nnviz.core.encoding import one_hot
from nnviz.core.network import Network, check_samples

PIECE = 500
"""Samples a piece: their floats, 1.5 MB, stay in the processor's cache."""


@dataclass(frozen=True)
class Evaluation:
    """How a network does on a set of samples: mean cost (without regularisation) and share that is right."""

    cost: float
    accuracy: float
    count: int


class RunningEvaluation:
    """An evaluation that advances by pieces. It reads the network, which must not change meanwhile.

    Parameters
    ----------
    network : Network
    images : uint8 array, (n, n_0)
    labels : int array, (n,)

    Raises
    ------
    ValueError
        If the network does not take these images, or there are none.
    """

    def __init__(self, network: Network, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
        check_samples(network, images, labels)
        self.network = network
        self.images = images
        self.labels = labels
        self.done = 0
        self._cost = 0.0
        self._right = 0
        self._work: Workspace | None = None

    @property
    def finished(self) -> bool:
        """Whether every sample has been seen."""
        return self.done >= len(self.images)

    def advance(self) -> None:
        """Evaluate the next piece."""
        part = slice(self.done, min(self.done + PIECE, len(self.images)))
        images, labels = self.images[part], self.labels[part]
        work = self._work
        if work is None or work.m != len(images):
            work = self._work = Workspace(self.network, len(images))
        work.fill(images)
        work.targets[...] = one_hot(labels, self.network.sizes[-1], self.network.dtype).T
        with np.errstate(all="ignore"):
            forward(work)
            outputs = work.a[-1]
            cost = self.network.cost.value(outputs, work.targets, outputs - work.targets)
        self._cost += cost * len(images)
        self._right += int(np.count_nonzero(outputs.argmax(axis=0) == labels))
        self.done = part.stop

    def result(self) -> Evaluation:
        """Return the evaluation of the samples seen so far."""
        return Evaluation(self._cost / self.done, self._right / self.done, self.done)


def evaluate(network: Network, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Evaluation:
    """Return cost and accuracy over all samples given."""
    running = RunningEvaluation(network, images, labels)
    while not running.finished:
        running.advance()
    return running.result()
