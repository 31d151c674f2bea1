"""The making of a slice of the cost along the negative gradient, cut into tasks that can be left between."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nnviz.core.plane import PlaneError
from nnviz.core.slice import REACH, Line, Slice, curve_of, marked_rates
from nnviz.run.planes import CostOver, Whereabouts

Doubles = NDArray[np.float64]

SOME = CostOver()
COARSE = 4
"""Every how many points of the curve are measured first."""


@dataclass(frozen=True)
class SliceSpec:
    """A slice that is asked for.

    Parameters
    ----------
    eta : float
        The learning rate that is marked.
    over : CostOver
        Over which samples cost and gradient are taken.
    reach : float, optional
        The largest η of the curve; a little more than twice the marked one where not given.

    Raises
    ------
    ValueError
        If the reach is none.
    """

    eta: float
    over: CostOver = SOME
    reach: float | None = None

    def __post_init__(self) -> None:
        if self.reach is not None and not 0 < self.reach < math.inf:
            raise ValueError(f"A slice reaches some finite way, not {self.reach!r}.")


@dataclass(frozen=True, eq=False)
class Sliced:
    """What is known so far of a slice that was asked for. Everything in it is frozen.

    Parameters
    ----------
    spec : SliceSpec
    step : int
        Of the present position.
    n_samples : int
        Over how many the cost is taken.
    slice : Slice or None
        Coarse at first.
    is_complete : bool
        Whether nothing more will come.
    refusal : str
        A sentence that says why there is no slice, or nothing.
    """

    spec: SliceSpec
    step: int
    n_samples: int
    slice: Slice | None = None
    is_complete: bool = False
    refusal: str = ""


@dataclass(frozen=True, eq=False)
class _Measured:
    """Costs at some of the learning rates, by their places among all."""

    places: NDArray[np.intp]
    costs: Doubles


Task = Callable[[], _Measured | None]


class Slicing:
    """A slice in the making: a job for a surveyor; see `run.surveying.Surveying`.

    Parameters
    ----------
    spec : SliceSpec
    where : Whereabouts
    """

    def __init__(self, spec: SliceSpec, where: Whereabouts) -> None:
        self.spec = spec
        self.where = where
        self._found = Sliced(spec, where.route.steps[-1], where.count(spec.over))
        self._line: Line | None = None
        self._marked = self._etas = self._costs = np.empty(0)

    def tasks(self) -> Iterator[Task]:
        """Yield what there is to do: the marked learning rates and a coarse curve, then all of it."""
        spec, where = self.spec, self.where
        try:
            self._marked = marked_rates(spec.eta)
            where.network.refuse_if_untrainable()
            line = Line(where.network, *where.samples(spec.over), where.regularisation)
        except (PlaneError, ValueError) as error:
            self._found = replace(self._found, refusal=str(error), is_complete=True)
            yield _nothing_more
            return
        reach = REACH * spec.eta if spec.reach is None else spec.reach
        self._etas = np.concatenate([curve_of(reach), self._marked])
        self._costs = np.full(len(self._etas), np.inf)  # not known yet; what is measured is finite or NaN
        self._line = line
        n_curve = len(self._etas) - len(self._marked)
        order = np.concatenate(
            [
                np.arange(n_curve, len(self._etas)),
                np.arange(0, n_curve, COARSE),
                np.flatnonzero(np.arange(n_curve) % COARSE),
            ]
        )
        for start in range(0, len(order), line.points_a_piece):
            yield partial(_measure, line, self._etas, order[start : start + line.points_a_piece])

    def fold(self, part: _Measured | None) -> Sliced:
        """Add what a task returned, and return all that is known now."""
        if part is not None and self._line is not None:
            self._costs[part.places] = part.costs
            known = ~np.isinf(self._costs)
            curve, marks = known[: -len(self._marked)], known[-len(self._marked) :]
            if marks.all() and curve[::COARSE].all():
                whole = bool(curve.all())
                shown = np.arange(0, len(curve), 1 if whole else COARSE)
                found = self._line.slice(
                    self._etas[shown], self._costs[shown], self._marked, self._costs[len(curve) :]
                )
                self._found = replace(self._found, slice=found, is_complete=whole)
        return self._found


def _nothing_more() -> None:
    """Add nothing: what drawing this task has prepared is to be shown."""


def _measure(line: Line, etas: Doubles, places: NDArray[np.intp]) -> _Measured:
    return _Measured(places, line.at(etas[places]))


def sliced(spec: SliceSpec, where: Whereabouts) -> Sliced:
    """Return a whole slice, computed on the caller's thread."""
    slicing = Slicing(spec, where)
    for task in slicing.tasks():
        slicing.fold(task())
    return slicing.fold(None)
