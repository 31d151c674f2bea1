"""What edits by hand did to a network: its test cost, and which samples it now takes for something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.core.evaluation import Evaluation, RunningEvaluation
from nnviz.core.frozen import frozen
from nnviz.core.network import Network
from nnviz.data.dataset import Samples

Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Effect:
    """The network at a step before its edits and after them, on the test samples. The arrays are read-only.

    Parameters
    ----------
    step : int
    edits : int
        How many there are at this step; with none, `after` is `before`.
    before, after : Evaluation
    changed : int array
        The samples with another prediction, those whose cost has changed most first; of equal ones, the earlier.
    mended : int array
        Of these, the samples that were taken for another digit, and now for what they are.
    spoilt : int array
        Those that were taken for what they are, and now for another digit.
    moved : int array
        Those that were taken for one wrong digit, and now for another.
    """

    step: int
    edits: int
    before: Evaluation
    after: Evaluation
    changed: Indices
    mended: Indices
    spoilt: Indices
    moved: Indices


def effect_of(step: int, edits: int, labels: NDArray[Any], before: Evaluation, after: Evaluation) -> Effect:
    """Return what lies between two evaluations of the same samples."""
    changed = np.flatnonzero(before.predicted != after.predicted)
    with np.errstate(all="ignore"):
        by = np.abs(after.costs[changed].astype(np.float64) - before.costs[changed])
    changed = changed[np.argsort(-np.nan_to_num(by, nan=np.inf), kind="stable")]
    was_right = before.predicted[changed] == labels[changed]
    is_right = after.predicted[changed] == labels[changed]
    return Effect(
        step,
        edits,
        before,
        after,
        changed=frozen(changed),
        mended=frozen(changed[is_right]),
        spoilt=frozen(changed[was_right]),
        moved=frozen(changed[~was_right & ~is_right]),
    )


class RunningEffect:
    """The making of an `Effect` by pieces, so that whoever asked can do something else in between.

    Parameters
    ----------
    step, edits : int
    before : Network or Evaluation
        The network before the edits, or what is known of it already.
    after : Network
        With them. Nobody changes the networks meanwhile.
    test : Samples
    """

    def __init__(
        self, step: int, edits: int, before: Network | Evaluation, after: Network, test: Samples
    ) -> None:
        self._step, self._edits, self._labels = step, edits, test.labels
        self._before = before if isinstance(before, Evaluation) else _begin(before, test)
        self._after = _begin(after, test)

    def advance(self) -> Effect | None:
        """Evaluate the next piece; return the whole once all are done."""
        for part in (self._before, self._after):
            if isinstance(part, RunningEvaluation) and not part.finished:
                part.advance()
                break
        if isinstance(self._before, RunningEvaluation):
            if not self._before.finished:
                return None
            self._before = self._before.result()
        if not self._after.finished:
            return None
        return effect_of(self._step, self._edits, self._labels, self._before, self._after.result())


def _begin(network: Network, test: Samples) -> RunningEvaluation:
    return RunningEvaluation(network, test.images, test.labels)
