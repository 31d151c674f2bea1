"""The health of every layer over a whole run, in so few stretches that it can be drawn again and again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.run.health import EVERY, NORM, SATURATED

RECENT = 20
"""Rows of the log over which what holds "now" is averaged: one mini-batch's gradient says little."""

Numbers = NDArray[np.float64]


class HealthHistory:
    """The means of a health log's figures over stretches of its rows.

    It is fed rows as they come. When it is full, neighbouring stretches are joined, so the work for a new row
    does not depend on how many came before.

    Norms and ratios spread over orders of magnitude, so their mean is the geometric one. It is over those above 0;
    where there is none it is 0, as in a layer of ReLUs that are all off. What is no finite number is passed over,
    and a stretch of nothing else is NaN.

    Parameters
    ----------
    n_layers : int
        L.
    most : int
        The number of stretches that are never exceeded; even.

    Attributes
    ----------
    width : int
        The number of rows in a stretch.
    count : int
        The number of rows fed so far.
    """

    def __init__(self, n_layers: int, most: int = 150) -> None:
        self.n_layers = n_layers
        self.most = most
        self.width = 1
        self.count = 0
        self._tallies = np.zeros((most, 3, 3, n_layers))
        self._newest = np.empty((0, 3, n_layers))

    @property
    def stretches(self) -> int:
        """The number of stretches, the last of which may still be filling."""
        return -(-self.count // self.width)

    def add(self, figures: NDArray[np.floating[Any]]) -> None:
        """Take in the next rows of the log, (rows, 3, L), as `HealthLog.figures` returns them."""
        self._newest = np.concatenate([self._newest, figures])[-RECENT:]
        tallies = _tallies(figures)
        while len(tallies):
            room = self.most * self.width - self.count
            if room == 0:
                half = self.most // 2
                self._tallies[:half] = self._tallies[::2] + self._tallies[1::2]
                self._tallies[half:] = 0
                self.width *= 2
                continue
            part, tallies = tallies[:room], tallies[room:]
            into = (self.count + np.arange(len(part))) // self.width
            firsts = np.flatnonzero(np.diff(into, prepend=-1))
            self._tallies[into[firsts]] += np.add.reduceat(part, firsts)
            self.count += len(part)

    def arrays(self) -> tuple[Numbers, Numbers]:
        """Return the middle step of each stretch, (n,), and the means of its figures, (n, 3, L)."""
        n = self.stretches
        first = np.arange(n) * self.width
        last = np.minimum(first + self.width, self.count) - 1
        return EVERY * ((first + last) / 2 + 1), _means(self._tallies[:n])

    def recent(self) -> Numbers | None:
        """Return the means over the newest rows, (3, L); None before there is one."""
        if self.count == 0:
            return None
        recent: Numbers = _means(_tallies(self._newest).sum(axis=0, keepdims=True))[0]
        return recent


def _tallies(figures: NDArray[np.floating[Any]]) -> Numbers:
    """Return what means are made of, (rows, 3, 3, L).

    Along the second axis: the sum of what is averaged, how many were, and how many numbers were finite.
    """
    numbers = figures.astype(np.float64)
    finite = np.isfinite(numbers)
    counted = finite & (numbers > 0)
    averaged = np.log(numbers, out=np.zeros_like(numbers), where=counted)
    counted[:, SATURATED] = finite[:, SATURATED]
    averaged[:, SATURATED] = np.where(finite[:, SATURATED], numbers[:, SATURATED], 0.0)
    return np.stack([averaged, counted, finite], axis=1)


def _means(tallies: Numbers) -> Numbers:
    sums, counts, finite = tallies[:, 0], tallies[:, 1], tallies[:, 2]
    means: Numbers = sums / np.maximum(counts, 1)
    means[:, :SATURATED] = np.exp(means[:, :SATURATED])
    means[counts == 0] = 0.0
    means[finite == 0] = np.nan
    return means


def shrinkage(figures: Numbers) -> float:
    """Return how many times smaller the first layer's gradient is than the last layer's.

    Below 1 if it is larger; infinite if the first layer has none; NaN if neither has, or a norm is no number.

    Parameters
    ----------
    figures : (3, L)
        A row of a health log, or means of several.
    """
    first, last = float(figures[NORM, 0]), float(figures[NORM, -1])
    if first == 0:
        return float("inf") if last > 0 else float("nan")
    return last / first
