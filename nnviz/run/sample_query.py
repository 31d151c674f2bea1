"""Which samples of a data set are wanted, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.core.evaluation import Evaluation

SOURCES = ("training", "test")
NATURAL, COST, CONFIDENCE = "natural", "cost", "confidence"
ORDERS = (NATURAL, COST, CONFIDENCE)


@dataclass(frozen=True)
class SampleQuery:
    """A question to a data set and to what a network answered on it. What is None is left open.

    Parameters
    ----------
    source : {"training", "test"}
    digit : int or None
        The label.
    right : bool or None
        Whether the answer is the label.
    predicted : int or None
        The answer.
    order : {"natural", "cost", "confidence"}
        By the number of the sample, by its cost, or by the activation of the output neuron that answered.
    descending : bool
        The greatest first.

    Raises
    ------
    ValueError
        If there is no such source or order.
    """

    source: str = "test"
    digit: int | None = None
    right: bool | None = None
    predicted: int | None = None
    order: str = NATURAL
    descending: bool = False

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise ValueError(f"The samples are {' or '.join(SOURCES)} samples, but not {self.source!r} ones.")
        if self.order not in ORDERS:
            raise ValueError(f"Samples can be in the order {', '.join(ORDERS)}, but not {self.order!r}.")

    @property
    def is_filtered(self) -> bool:
        """Whether samples of the source may be left out."""
        return self.digit is not None or self.is_about_answers

    @property
    def is_about_answers(self) -> bool:
        """Whether samples are left out by what the network answered."""
        return self.right is not None or self.predicted is not None

    def unfiltered(self) -> SampleQuery:
        """Return the same question for all samples of the source."""
        return replace(self, digit=None, right=None, predicted=None)


def find(query: SampleQuery, labels: NDArray[Any], evaluation: Evaluation | None) -> NDArray[np.intp]:
    """Return the numbers of the samples that a query asks for, in its order.

    Of equal costs or confidences, the earlier sample comes first.

    Parameters
    ----------
    query : SampleQuery
    labels : int array, (n,)
        Of the query's source.
    evaluation : Evaluation or None
        Of its first samples, all or some. Those without an answer are neither right nor wrong, and come last where
        the order is one of answers. If there is none at all, what the query asks of answers is passed over.

    Returns
    -------
    intp array, (number found,)

    Raises
    ------
    ValueError
        If the evaluation is of more samples than there are.
    """
    numbers = np.arange(len(labels)) if query.digit is None else np.flatnonzero(labels == query.digit)
    if evaluation is None:
        return numbers[::-1] if query.order == NATURAL and query.descending else numbers
    if evaluation.count > len(labels):
        raise ValueError(f"The evaluation is of {evaluation.count:,} samples, but there are {len(labels):,}.")
    n_answered = int(np.searchsorted(numbers, evaluation.count))
    if query.is_about_answers:
        numbers = numbers[:n_answered]
        predicted = evaluation.predicted[numbers]
        wanted = np.ones(len(numbers), bool)
        if query.right is not None:
            wanted &= (predicted == labels[numbers]) == query.right
        if query.predicted is not None:
            wanted &= predicted == query.predicted
        numbers = numbers[wanted]
        n_answered = len(numbers)
    if query.order == NATURAL:
        return numbers[::-1] if query.descending else numbers
    answered = numbers[:n_answered]
    key = _costs(evaluation, answered) if query.order == COST else _confidences(evaluation, answered)
    ranks = np.argsort(-key if query.descending else key, kind="stable")
    return np.concatenate([answered[ranks], numbers[n_answered:]])


def _costs(evaluation: Evaluation, numbers: NDArray[np.intp]) -> NDArray[np.floating[Any]]:
    costs: NDArray[np.floating[Any]] = evaluation.costs[numbers]
    return np.where(np.isnan(costs), np.inf, costs)  # after a divergence nothing costs more than no number


def _confidences(evaluation: Evaluation, numbers: NDArray[np.intp]) -> NDArray[np.floating[Any]]:
    confidences: NDArray[np.floating[Any]] = evaluation.confidence[numbers]
    return np.where(np.isnan(confidences), 0, confidences)
