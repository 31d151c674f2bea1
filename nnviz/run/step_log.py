"""What is kept of every step: its cost, the smoothed cost, and each layer's gradient norm."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.run.table import Float32s, Table

MEMORY = 0.99
"""The smoothed cost is a weighted mean in which every step back counts 1 % less."""

COST, SMOOTHED, FIRST_NORM = 0, 1, 2


class StepLog:
    """A table with a row for each step: its cost, the smoothed cost, and the gradient norm of layer 1, 2, …, L.

    Other threads may read the rows of every step below a count that they were given, see `Table`.

    Parameters
    ----------
    n_layers : int
        L, the number of layers that have weights.

    Attributes
    ----------
    newest : tuple of float
        The numbers of the step that was added last, before they are rounded to float32; empty before the first.
    """

    def __init__(self, n_layers: int) -> None:
        self.n_layers = n_layers
        self.newest: tuple[float, ...] = ()
        self._table = Table(FIRST_NORM + n_layers)
        self._sum = 0.0
        self._weight = 0.0

    @property
    def count(self) -> int:
        """The number of steps."""
        return self._table.count

    @property
    def smoothed(self) -> float:
        """The smoothed cost after the newest step; NaN before the first."""
        return self._sum / self._weight if self._weight else float("nan")

    def add(self, cost: float, norms: list[float]) -> None:
        """Add a step's cost and its gradient norm for each layer."""
        self._smooth(cost)
        self.newest = (cost, self._sum / self._weight, *norms)
        self._table.add(self.newest)

    def until(self, step: int) -> StepLog:
        """Return a log of its own of the first steps, which goes on as this one did."""
        first = StepLog(self.n_layers)
        rows = self.rows(0, step)
        first._table.extend(rows)
        for cost in rows[:, COST].tolist():
            first._smooth(cost)
        return first

    def _smooth(self, cost: float) -> None:
        # The cost as the table has it, in float32, so that `until` comes to the same sum.
        self._sum = MEMORY * self._sum + _in_float32(cost)
        self._weight = MEMORY * self._weight + 1.0

    def rows(self, start: int, stop: int) -> Float32s:
        """Return a copy of the rows of steps `start` to `stop` − 1, (stop − start, 2 + L)."""
        return self._table.rows(start, stop)

    def row(self, step: int) -> Float32s:
        """Return the row of one step, counted from 0."""
        return self._table.row(step)


_FLOAT32 = struct.Struct("f")


def _in_float32(number: float) -> float:
    """Return a number as float32 has it."""
    try:
        value: float = _FLOAT32.unpack(_FLOAT32.pack(number))[0]
    except OverflowError:  # beyond float32, where NumPy says infinity
        return math.copysign(math.inf, number)
    return value


class Envelope:
    """The least, greatest and latest smoothed cost over stretches of steps, few enough to draw.

    It is fed rows as they come. When it is full, neighbouring stretches are joined, so the work for a new
    step does not depend on how many came before.

    Parameters
    ----------
    most : int
        The number of stretches that are never exceeded; even.

    Attributes
    ----------
    width : int
        The number of steps in a stretch.
    count : int
        The number of steps fed so far.
    """

    def __init__(self, most: int = 1000) -> None:
        self.most = most
        self.width = 1
        self.count = 0
        self._least = np.empty(most, np.float32)
        self._greatest = np.empty(most, np.float32)
        self._smoothed = np.empty(most, np.float32)

    @property
    def stretches(self) -> int:
        """The number of stretches, the last of which may still be filling."""
        return -(-self.count // self.width)

    def add(self, costs: NDArray[np.floating[Any]], smoothed: NDArray[np.floating[Any]]) -> None:
        """Take in the costs and smoothed costs of the next steps, two arrays of one length."""
        while len(costs):
            room = self.most * self.width - self.count
            if room == 0:
                self._join_neighbours()
                continue
            self._fill(costs[:room], smoothed[:room])
            costs, smoothed = costs[room:], smoothed[room:]

    def _join_neighbours(self) -> None:
        half = self.most // 2
        # fmin and fmax pass over NaN: the one cost at which training diverged hides no other.
        self._least[:half] = np.fmin(self._least[::2], self._least[1::2])
        self._greatest[:half] = np.fmax(self._greatest[::2], self._greatest[1::2])
        self._smoothed[:half] = self._smoothed[1::2]
        self.width *= 2

    def _fill(self, costs: NDArray[np.floating[Any]], smoothed: NDArray[np.floating[Any]]) -> None:
        open_stretch, filled = divmod(self.count, self.width)
        if filled:  # the last stretch goes on with the first of the new costs
            head = costs[: self.width - filled]
            self._least[open_stretch] = np.fmin(self._least[open_stretch], np.fmin.reduce(head))
            self._greatest[open_stretch] = np.fmax(self._greatest[open_stretch], np.fmax.reduce(head))
            self._smoothed[open_stretch] = smoothed[len(head) - 1]
            costs, smoothed = costs[len(head) :], smoothed[len(head) :]
            self.count += len(head)
            open_stretch += 1
        if not len(costs):
            return
        starts = np.arange(0, len(costs), self.width)
        new = slice(open_stretch, open_stretch + len(starts))
        self._least[new] = np.fmin.reduceat(costs, starts)
        self._greatest[new] = np.fmax.reduceat(costs, starts)
        self._smoothed[new] = smoothed[np.minimum(starts + self.width, len(smoothed)) - 1]
        self.count += len(costs)

    def arrays(self) -> tuple[NDArray[np.float64], Float32s, Float32s, Float32s]:
        """Return, for each stretch, the middle step and the least, greatest and last smoothed cost.

        The arrays of costs are views, good until the next `add`.
        """
        n = self.stretches
        first = np.arange(n) * self.width
        last = np.minimum(first + self.width, self.count) - 1
        return (first + last) / 2, self._least[:n], self._greatest[:n], self._smoothed[:n]
