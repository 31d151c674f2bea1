"""What all watches have in common: how one breakpoint is looked for in one run.

A breakpoint fires when what it names comes about, not as long as it holds. So a watch remembers how it was at its last
look, and one that begins where its condition holds already waits until that was left and comes about again. Only of
gradients, updates and saturation it is told, too, that they are from the first step on as they should not be.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from nnviz.run.breakpoints import Breakpoint
from nnviz.run.readings import Readings

LOG, THETA, STEP, ANYTHING = "log", "theta", "step", "anything"
"""What a watch waits for: that a number of the log, or a parameter, leaves a range; a step; or whatever is unusual."""

Range = tuple[int, float, float]
"""Which number of the log, or which parameter; and from where to where."""


class Watch(ABC):
    """How one breakpoint is looked for in one run.

    Parameters
    ----------
    point : Breakpoint
    readings : Readings

    Attributes
    ----------
    looked : int
        The step of its last look.
    due : float
        Of those that wait for a step: at which to look next.
    """

    waits_for: ClassVar[str] = STEP

    def __init__(self, point: Any, readings: Readings) -> None:
        self.point: Breakpoint = point
        self.readings = readings
        self.looked = 0
        self.due = 0.0
        self._interval: int = point.interval

    @abstractmethod
    def begin(self) -> None:
        """Take the run as it is now for what came before."""

    @abstractmethod
    def look(self) -> str | None:
        """Look at the run; return a sentence that says what came about since the last look, or None."""

    def quiet(self) -> list[Range]:
        """Return the ranges in which numbers may go up and down from now on with nothing to look at."""
        return []

    def due_after(self, step: int) -> float:
        """Return the first step after `step` at which to look."""
        return (step // self._interval + 1) * self._interval

    def came_about(self) -> int:
        """Return the step at which that was so which the last look found."""
        return self.readings.trainer.step

    def when(self) -> str:
        """Return when that came about which was not there at the last look."""
        step = self.readings.trainer.step
        return (
            f"at step {step:,}"
            if step - self.looked <= 1
            else f"between step {self.looked:,} and step {step:,}"
        )
