"""How a network does on many samples, a piece at a time, so that whoever asked can stop in between."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.core.backprop import Workspace, forward
from nnviz.core.encoding import Floats, one_hot
from nnviz.core.network import Network, check_samples

PIECE = 500
"""Samples a piece: their floats, 1.5 MB, stay in the processor's cache."""

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.integer[Any]]
Counts = NDArray[np.int64]

NO_ANSWER = -1
"""In place of the number of an output neuron where the outputs are not all numbers: none of them is the greatest."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a network does on a set of samples, all together and each. The arrays are read-only.

    Parameters
    ----------
    cost : float
        The mean, without regularisation.
    accuracy : float
        The share that is right. What has no answer is not right.
    predicted : int array, (n,)
        The output neuron with the greatest activation, or `NO_ANSWER`.
    confidence : float array, (n,)
        That activation; NaN where there is no answer.
    costs : float array, (n,)
    """

    cost: float
    accuracy: float
    predicted: Numbers
    confidence: Floats
    costs: Floats

    @property
    def count(self) -> int:
        """The number of samples."""
        return len(self.predicted)

    @cached_property
    def unanswered(self) -> int:
        """The number of samples without an answer."""
        return int(np.count_nonzero(self.predicted == NO_ANSWER))


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

    def __init__(self, network: Network, images: Bytes, labels: Bytes) -> None:
        check_samples(network, images, labels)
        self.network = network
        self.images = images
        self.labels = labels
        self.done = 0
        self._predicted: Numbers = np.empty(len(labels), np.min_scalar_type(-network.sizes[-1]))
        self._confidence = np.empty(len(labels), network.dtype)
        self._costs = np.empty(len(labels), network.dtype)
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
            self._predicted[part] = outputs.argmax(axis=0)
            self._confidence[part] = outputs.max(axis=0)
            if not np.isfinite(outputs).all():
                no_answer = ~np.isfinite(outputs).all(axis=0)
                self._predicted[part][no_answer] = NO_ANSWER
                self._confidence[part][no_answer] = np.nan
            self._costs[part] = self.network.cost.of_each(outputs, work.targets)
        self.done = part.stop

    def result(self) -> Evaluation:
        """Return the evaluation of the samples seen so far."""
        predicted, confidence, costs = (
            self._predicted[: self.done],
            self._confidence[: self.done],
            self._costs[: self.done],
        )
        for part in (predicted, confidence, costs):
            part.flags.writeable = False
        right = int(np.count_nonzero(predicted == self.labels[: self.done]))
        return Evaluation(
            float(costs.mean(dtype=np.float64)), right / self.done, predicted, confidence, costs
        )


def evaluate(network: Network, images: Bytes, labels: Bytes) -> Evaluation:
    """Return how a network does on all samples given."""
    running = RunningEvaluation(network, images, labels)
    while not running.finished:
        running.advance()
    return running.result()


def confusion_matrix(labels: NDArray[Any], predicted: NDArray[Any], n_classes: int) -> Counts:
    """Count how often each label was taken for each, (n_classes, n_classes), a row for each label.

    Samples without an answer are in none of its cells.
    """
    pairs = labels.astype(np.int64) * n_classes + predicted
    if (predicted == NO_ANSWER).any():
        pairs = pairs[predicted != NO_ANSWER]
    return np.bincount(pairs, minlength=n_classes * n_classes).reshape(n_classes, n_classes)


def rates(confusion: Counts, of_label: Counts | None = None) -> NDArray[np.float64]:
    """Return a confusion matrix as shares of each label's samples; a row without samples is all 0.

    Parameters
    ----------
    confusion : int array, (n, n)
    of_label : int array, (n,), optional
        How many samples each label has; as many as its row counts, unless given. More, where some have no answer.
    """
    totals = confusion.sum(axis=1) if of_label is None else of_label
    shares: NDArray[np.float64] = confusion / np.maximum(totals, 1)[:, np.newaxis]
    return shares


def _mistaken(labels: NDArray[Any], evaluation: Evaluation) -> NDArray[np.intp]:
    """Return the samples that were taken for another digit; those without an answer were taken for none."""
    predicted = evaluation.predicted
    return np.flatnonzero((predicted != labels) & (predicted != NO_ANSWER))


def worst_mistakes(labels: NDArray[Any], evaluation: Evaluation, count: int) -> NDArray[np.intp]:
    """Return the samples that were taken for another digit, the costliest first, `count` at most.

    Of equal costs, the earlier sample comes first.
    """
    wrong = _mistaken(labels, evaluation)
    costliest = np.argsort(-np.nan_to_num(evaluation.costs[wrong], nan=np.inf), kind="stable")
    return wrong[costliest[:count]]


def next_mistake(labels: NDArray[Any], evaluation: Evaluation, after: int) -> int | None:
    """Return the first sample behind `after`, round the end, that was taken for another digit; None if none was."""
    wrong = _mistaken(labels, evaluation)
    if len(wrong) == 0:
        return None
    return int(wrong[np.searchsorted(wrong, after, side="right") % len(wrong)])


def confidence_histogram(labels: NDArray[Any], evaluation: Evaluation, bins: int) -> tuple[Counts, Counts]:
    """Count the right and the wrong answers by confidence, in `bins` equal stretches from 0 to 1.

    What is no answer has no confidence, and is in neither.

    Returns
    -------
    right, wrong : int64 arrays, (bins,)
    """
    stretch = (np.nan_to_num(evaluation.confidence) * bins).astype(np.int64).clip(0, bins - 1)
    is_right = evaluation.predicted == labels
    is_wrong = ~is_right & (evaluation.predicted != NO_ANSWER)
    return np.bincount(stretch[is_right], minlength=bins), np.bincount(stretch[is_wrong], minlength=bins)
