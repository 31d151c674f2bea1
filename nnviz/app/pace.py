"""The pace of a run: how many steps are made a second."""

from __future__ import annotations

import math
import time


class Pace:
    """Says how long to wait until the next step is wanted.

    Attributes
    ----------
    speed : float
        Steps a second; infinity for as many as it can.
    """

    def __init__(self) -> None:
        self.speed = math.inf
        self._since = 0.0
        self._from = 0
        self._lead = 0

    def set_speed(self, steps_a_second: float, step: int) -> None:
        """Go on from a step at another speed."""
        self.speed = steps_a_second
        self.begin(step)
        self._lead = 1  # the next step in due time, not one more for each touch of the slider

    def begin(self, step: int) -> None:
        """Count from now and from this step on; it is due at once."""
        self._since = time.monotonic()
        self._from = step
        self._lead = 0

    def ahead(self, step: int) -> float:
        """Return how many seconds there are until the step after this one is due; below 0 if it is late."""
        if self.speed == math.inf:
            return 0.0
        behind = time.monotonic() - (self._since + (step - self._from + self._lead) / self.speed)
        if behind > 1:  # slower than wished for: do not save it up for a sprint
            self.begin(step)
        return -behind
