"""Keyframes: copies of a run's state, from which any step of it is made again.

State(k) is a function of the specification and the journal, so a single keyframe, that of step 0, would do; more of
them only save time. When they have filled their budget, every second one is given up, and from then on they are
taken half as often: whatever the length of the run, the steps between two of them stay few.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from nnviz.core.encoding import Floats

MEBIBYTE = 1 << 20
BUDGET = 256 * MEBIBYTE
"""Bytes, where nobody asks for another."""
LEAST_BUDGET, MOST_BUDGET = 8 * MEBIBYTE, 4096 * MEBIBYTE
"""Between these anybody may ask for another."""
LEAST_SHARE = LEAST_BUDGET // 16
"""Bytes for a single run, where several share the budget."""
FIRST_EVERY = 16
"""Steps from one keyframe to the next, to begin with: to copy the state at every step would cost too much time."""


@dataclass(frozen=True, eq=False)
class Keyframe:
    """A run's state after a step, before the changes that the journal has for it.

    Parameters
    ----------
    step, epoch, position : int
        As in `Trainer`.
    theta, velocity : float arrays, (P,), read-only
        All that a step hands on to the next.
    """

    step: int
    epoch: int
    position: int
    theta: Floats
    velocity: Floats

    def __post_init__(self) -> None:
        for name in ("theta", "velocity"):
            copy = getattr(self, name).copy()
            copy.flags.writeable = False
            object.__setattr__(self, name, copy)

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        return int(self.theta.nbytes + self.velocity.nbytes)


class Keyframes:
    """The keyframes of one run, by step.

    Parameters
    ----------
    budget : int
        Bytes that are not exceeded, but for the keyframe of step 0, which is always kept.

    Attributes
    ----------
    every : int
        Steps from one keyframe to the next.
    """

    def __init__(self, budget: int = BUDGET) -> None:
        self.every = FIRST_EVERY
        self._budget = budget
        self._steps: list[int] = []
        self._frames: dict[int, Keyframe] = {}
        self._nbytes = 0

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[Keyframe]:
        return (self._frames[step] for step in self._steps)

    @property
    def nbytes(self) -> int:
        """The memory that all take."""
        return self._nbytes

    @property
    def budget(self) -> int:
        """Bytes that are not exceeded; to lower it gives keyframes up at once."""
        return self._budget

    @budget.setter
    def budget(self, budget: int) -> None:
        if not LEAST_SHARE <= budget <= MOST_BUDGET:
            raise ValueError(
                f"The memory for a run's keyframes is from {LEAST_SHARE / MEBIBYTE:g} to "
                f"{MOST_BUDGET // MEBIBYTE} MB."
            )
        self._budget = budget
        self._thin()

    def add(self, frame: Keyframe) -> None:
        """Add the keyframe of a later step than all before; one of a step that has one changes nothing."""
        if self._steps and frame.step <= self._steps[-1]:
            return
        self._steps.append(frame.step)
        self._frames[frame.step] = frame
        self._nbytes += frame.nbytes
        self._thin()

    def before(self, step: int) -> Keyframe:
        """Return the newest keyframe of a step that is not after `step`."""
        return self._frames[self._steps[bisect_right(self._steps, step) - 1]]

    def until(self, step: int) -> Keyframes:
        """Return the keyframes of the steps up to `step`; the frames themselves are shared, and counted twice."""
        some = Keyframes(self._budget)
        some.every = self.every
        for number in self._steps[: bisect_right(self._steps, step)]:
            some.add(self._frames[number])
        return some

    def _thin(self) -> None:
        while self._nbytes > self._budget and len(self._steps) > 1:
            self.every *= 2
            kept = [step for step in self._steps if step % self.every == 0]
            self._frames = {step: self._frames[step] for step in kept}
            self._steps = kept
            self._nbytes = sum(frame.nbytes for frame in self._frames.values())
