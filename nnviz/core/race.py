"""Balls on one toy surface, all after the same number of steps: a function of where they start, of η and of μ.

To change a ball's η is to ask where it would be by now had it been so from its start. To go back is to ask where the
balls were.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from nnviz.core.balls import Ball, Footprint, rolling
from nnviz.core.frozen import frozen
from nnviz.core.surfaces import Toy
from nnviz.core.survey import Grid, Surface

Doubles = NDArray[np.float64]

MOST_STEPS = 2000
MOST_BALLS = 4
FAR = 3.0
"""How many times as far from the middle as the window's edge a ball is that is no longer followed: it has diverged."""
CELLS = 160
"""Of a toy's surface, to each side: a bent ravine is narrow."""


def toy_surface(toy: Toy, cells: int = CELLS) -> Surface:
    """Return a toy of two variables over its window, to be painted like any other surface."""
    grid = Grid(toy.window, cells, cells)
    alphas, betas = grid.alphas, grid.betas
    with np.errstate(all="ignore"):
        values = toy.value(np.stack(np.meshgrid(alphas, betas), axis=-1))
    values = np.where(np.isfinite(values), values, np.nan)
    return Surface(frozen(alphas), frozen(betas), frozen(values), is_finest=True)


def is_far(point: Doubles, toy: Toy) -> bool:
    """Return whether a point is so far outside of a toy's window that nobody can follow a ball there."""
    window = toy.window
    middle = np.array([window.left + window.right, window.bottom + window.top])[: toy.dimensions] / 2
    half = np.array([window.right - window.left, window.top - window.bottom])[: toy.dimensions] / 2
    return not bool((np.abs(point - middle) <= FAR * half).all())


class Way:
    """A ball's way over a toy, as far as somebody has asked for it.

    Parameters
    ----------
    toy : Toy
    ball : Ball

    Attributes
    ----------
    diverged_at : int or None
        The step that led so far away that the way ends there, once that is known.
    """

    def __init__(self, toy: Toy, ball: Ball) -> None:
        self.toy = toy
        self.ball = ball
        self.diverged_at: int | None = None
        self._rolling: Iterator[Footprint] = rolling(toy, ball)
        self._footprints: list[Footprint] = []

    def until(self, step: int) -> list[Footprint]:
        """Return the footprints from the start to a step, or to where the way ends, if that comes first.

        A last one that is nowhere, since it is no finite number, is left out.
        """
        missing = step + 1 - len(self._footprints)
        if missing > 0 and self.diverged_at is None:
            for footprint in islice(self._rolling, missing):
                if not footprint.is_finite or is_far(footprint.point, self.toy):
                    self.diverged_at = footprint.step
                if footprint.is_finite:
                    self._footprints.append(footprint)
                if self.diverged_at is not None:
                    break
        return self._footprints[: step + 1]

    def has_diverged(self, step: int) -> bool:
        """Return whether the way has ended by a step."""
        self.until(step)
        return self.diverged_at is not None and self.diverged_at <= step


class Race:
    """Up to `MOST_BALLS` balls on a toy.

    Parameters
    ----------
    toy : Toy
    balls : sequence of Ball, optional
        One from the toy's start with the η that does well, where not given.

    Attributes
    ----------
    toy : Toy
    step : int
        Steps made since the race began.
    """

    def __init__(self, toy: Toy, balls: tuple[Ball, ...] = ()) -> None:
        self.toy = toy
        self.step = 0
        self._ways = [Way(toy, ball) for ball in balls or (Ball(toy.start, toy.etas[1]),)]
        self._since = [0] * len(self._ways)

    @property
    def balls(self) -> tuple[Ball, ...]:
        """The balls as they start."""
        return tuple(way.ball for way in self._ways)

    def add(self, ball: Ball) -> None:
        """Add a ball, after as many steps as the others.

        Raises
        ------
        ValueError
            If there is no room for one more.
        """
        if len(self._ways) >= MOST_BALLS:
            raise ValueError(f"There are at most {MOST_BALLS} balls.")
        self._ways.append(Way(self.toy, ball))
        self._since.append(0)

    def remove(self, place: int) -> None:
        """Take a ball away; the last one stays."""
        if len(self._ways) > 1:
            del self._ways[place], self._since[place]

    def change(self, place: int, ball: Ball) -> None:
        """Have a ball roll otherwise, from its start on, as many steps as it has made."""
        self._ways[place] = Way(self.toy, ball)

    def put(self, place: int, point: tuple[float, ...]) -> None:
        """Put a ball somewhere, from where its next step is the first."""
        ball = self._ways[place].ball
        self._ways[place] = Way(self.toy, Ball(point, ball.eta, ball.momentum))
        self._since[place] = self.step

    def advance(self, steps: int = 1) -> bool:
        """Make so many steps; return whether there is any ball that still moves."""
        self.step = min(self.step + steps, MOST_STEPS)
        return self.step < MOST_STEPS and not all(
            way.has_diverged(self.made(place)) for place, way in enumerate(self._ways)
        )

    def back(self) -> None:
        """Go back by one step; a ball that was put down since then is on its first place."""
        self.step = max(self.step - 1, 0)
        self._since = [min(since, self.step) for since in self._since]

    def reset(self) -> None:
        """Put all balls back to where they start."""
        self.step = 0
        self._since = [0] * len(self._ways)

    def made(self, place: int) -> int:
        """Return how many steps a ball has made."""
        return self.step - self._since[place]

    def way(self, place: int) -> list[Footprint]:
        """Return a ball's footprints up to now, at least one."""
        return self._ways[place].until(self.made(place))

    def next(self, place: int) -> Footprint | None:
        """Return where a ball's next step leads; None for one that has diverged, or is about to leave all numbers."""
        if self.has_diverged(place):
            return None
        footprints = self._ways[place].until(self.made(place) + 1)
        return footprints[-1] if len(footprints) == self.made(place) + 2 else None

    def has_diverged(self, place: int) -> bool:
        """Return whether a ball is no longer followed."""
        return self._ways[place].has_diverged(self.made(place))
