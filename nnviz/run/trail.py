"""The trail: where in the space of parameters a run has been, in bounded memory."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nnviz.core.encoding import Floats
from nnviz.core.frozen import frozen
from nnviz.run.branches import Branch, Branches
from nnviz.run.keyframes import MEBIBYTE
from nnviz.run.trainer import Trainer

MOST = 240
"""Positions; more would not be told apart on a map."""
BUDGET = 96 * MEBIBYTE


@dataclass(frozen=True, eq=False)
class Route:
    """Positions along a run, in order. The arrays are read-only and shared with whoever else has them.

    Parameters
    ----------
    steps : tuple of int
        Ascending.
    positions : tuple of float array, (P,)
        θ after each of these steps.
    """

    steps: tuple[int, ...]
    positions: tuple[Floats, ...]

    def __len__(self) -> int:
        return len(self.steps)

    def before(self, back: int) -> Floats:
        """Return the position so many places before the last one, or the first."""
        return self.positions[max(0, len(self) - 1 - back)]


@dataclass(frozen=True, eq=False)
class End:
    """Where a run has come to.

    Parameters
    ----------
    name : str
        Of the branch.
    step : int
    theta : float array, (P,), read-only
    """

    name: str
    step: int
    theta: Floats


@dataclass(frozen=True, eq=False)
class Ends:
    """Where the branches of a run have come to.

    Parameters
    ----------
    present : End or None
    others : tuple of End
        The newest branch first.
    """

    present: End | None = None
    others: tuple[End, ...] = ()


NO_ENDS = Ends()


class Trail:
    """Positions along one run, thinned as they become many: the first, the newest, and evenly some between.

    Parameters
    ----------
    most : int
        Positions that are not exceeded, at least 3.
    budget : int
        Bytes that they are not to exceed, but for three positions that there may always be.

    Attributes
    ----------
    every : int
        Steps from one position to the next, about.
    """

    def __init__(self, most: int = MOST, budget: int = BUDGET) -> None:
        self.every = 1
        self._most = most
        self._budget = budget
        self._steps: list[int] = []
        self._positions: list[Floats] = []

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def first(self) -> float:
        """The step of the first position; infinity where there is none."""
        return self._steps[0] if self._steps else math.inf

    @property
    def nbytes(self) -> int:
        """The memory that the positions take, shared or not."""
        return sum(theta.nbytes for theta in self._positions)

    def add(self, step: int, theta: Floats) -> None:
        """Add where the run is after a step; what was there from that step on is forgotten.

        Parameters
        ----------
        step : int
        theta : float array, (P,)
            Copied only if it is not read-only.
        """
        self.cut(step)
        if len(self) > 1 and self._steps[-1] // self.every == self._steps[-2] // self.every:
            self._drop_last()  # it stood there as the newest only
        self._steps.append(step)
        self._positions.append(frozen(theta) if theta.flags.writeable else theta)
        self._thin()

    def cut(self, step: int) -> None:
        """Forget the positions from a step on."""
        while self._steps and self._steps[-1] >= step:
            self._drop_last()

    def route(self) -> Route:
        """Return the positions as they are now."""
        return Route(tuple(self._steps), tuple(self._positions))

    def _drop_last(self) -> None:
        self._steps.pop()
        self._positions.pop()

    def _thin(self) -> None:
        most = max(3, min(self._most, self._budget // max(1, self._positions[-1].nbytes)))
        while len(self) > most:
            self.every *= 2
            last = len(self) - 1
            kept = [
                n
                for n in range(len(self))
                if n in (0, last) or self._steps[n] // self.every != self._steps[n - 1] // self.every
            ]
            self._steps = [self._steps[n] for n in kept]
            self._positions = [self._positions[n] for n in kept]


def trail_of(trainer: Trainer, most: int = MOST, budget: int = BUDGET) -> Trail:
    """Return the trail of a run up to its present step, from the keyframes that it has; the run is not disturbed.

    To be called on the thread that owns the trainer. It copies nothing but the present position.
    """
    trail = Trail(most, budget)
    for frame in trainer.keyframes:
        if frame.step < trainer.step:
            trail.add(frame.step, frame.theta)
    trail.add(trainer.step, trainer.network.theta)
    return trail


def ends_of(branches: Branches) -> Ends:
    """Return where all branches of a run have come to; no step is made again for it.

    Of a branch in which somebody went back, that is the newest keyframe, which may be some steps before its end. To
    be called on the thread that owns the branches.
    """
    others = [_end_of(branch) for branch in branches if branch is not branches.present]
    return Ends(_end_of(branches.present), tuple(reversed(others)))


def _end_of(branch: Branch) -> End:
    trainer = branch.trainer
    keyframe = trainer.keyframes.before(trainer.made)
    if trainer.step >= keyframe.step:
        return End(branch.name, trainer.step, frozen(trainer.network.theta))
    return End(branch.name, keyframe.step, keyframe.theta)
