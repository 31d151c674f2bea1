"""Balls that roll downhill: gradient descent with momentum on a surface of one or two dimensions.

With the velocity v of the book's chapter 3,

    v → μv − η∇C,    x → x + v,

a ball's way is a function of where it starts, of η and of μ, and of the slope that it is told at each step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nnviz.core.frozen import frozen
from nnviz.core.landscape import Bytes
from nnviz.core.network import Network, check_samples
from nnviz.core.plane import Plane
from nnviz.core.randomness import Stream, generator
from nnviz.core.regularisation import NONE, Regularisation
from nnviz.core.whole import whole_gradient

Doubles = NDArray[np.float64]


class Slope(Protocol):
    """What tells a ball where it is downhill."""

    def __call__(self, point: Doubles, step: int) -> tuple[float, Doubles]:
        """Return the cost at a point, (d,), and its gradient there, (d,), as a step sees them.

        `step` counts the steps made before; a mini-batch depends on it, a fixed surface does not.
        """


@dataclass(frozen=True)
class Ball:
    """Where a ball starts and how it rolls.

    Parameters
    ----------
    start : tuple of float, (d,)
    eta : float
        Learning rate η, from 0 upwards.
    momentum : float
        μ, at least 0 and below 1.

    Raises
    ------
    ValueError
        If one is out of its range.
    """

    start: tuple[float, ...]
    eta: float
    momentum: float = 0.0

    def __post_init__(self) -> None:
        if not all(math.isfinite(x) for x in self.start):
            raise ValueError(f"A ball starts at finite coordinates, not at {self.start!r}.")
        if not 0 <= self.eta < math.inf:
            raise ValueError(f"η is a number from 0 upwards; given was {self.eta!r}.")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"Momentum μ is at least 0 and below 1; given was {self.momentum!r}.")


@dataclass(frozen=True, eq=False)
class Footprint:
    """A ball after some steps. The arrays are read-only.

    Parameters
    ----------
    step : int
        Steps made.
    point : float64 array, (d,)
    cost : float
        As the next step sees it: over its mini-batch, where there are mini-batches.
    gradient : float64 array, (d,)
        Likewise.
    """

    step: int
    point: Doubles
    cost: float
    gradient: Doubles

    @property
    def is_finite(self) -> bool:
        """Whether the ball is still somewhere."""
        return math.isfinite(self.cost) and bool(
            np.isfinite(self.point).all() and np.isfinite(self.gradient).all()
        )


@dataclass(frozen=True, eq=False)
class Roll:
    """A ball's way. The arrays are read-only.

    Parameters
    ----------
    points : float64 array, (k, d)
        The start and where each step has led.
    costs : float64 array, (k,)
        See `Footprint`.
    diverged : bool
        Whether the way ends because cost or coordinates were no finite numbers any more; the last point of the
        way is then the last one that was somewhere.
    """

    points: Doubles
    costs: Doubles
    diverged: bool


def rolling(slope: Slope, ball: Ball) -> Iterator[Footprint]:
    """Yield a ball's footprints, the start's first, for ever or until one is not finite, which is the last."""
    point = np.array(ball.start, np.float64)
    velocity = np.zeros_like(point)
    step = 0
    while True:
        with np.errstate(all="ignore"):
            cost, gradient = slope(point, step)
            footprint = Footprint(step, frozen(point), cost, frozen(gradient))
            velocity = ball.momentum * velocity - ball.eta * gradient
            point = point + velocity
        yield footprint
        if not footprint.is_finite:
            return
        step += 1


def roll(slope: Slope, ball: Ball, steps: int) -> Roll:
    """Return the way of a ball over at most so many steps."""
    footprints = list(islice(rolling(slope, ball), steps + 1))
    somewhere = [footprint for footprint in footprints if footprint.is_finite]
    return Roll(
        frozen(np.array([footprint.point for footprint in somewhere]).reshape(-1, len(ball.start))),
        frozen(np.array([footprint.cost for footprint in somewhere], np.float64)),
        diverged=len(somewhere) < len(footprints),
    )


class PlaneSlope:
    """The slope of the cost on a plane: two parameters descend, α and β.

    The gradient is exact. By the chain rule ∂C/∂α = ∇C · u and ∂C/∂β = ∇C · v, with ∇C by backpropagation. As
    everywhere on the plane, dropout is left out of account.

    Parameters
    ----------
    plane : Plane
    network : Network
        For its structure and precision.
    images : uint8 array, (n, n_0)
    labels : int array, (n,)
    regularisation : Regularisation
    batch_size : int, optional
        Samples in a mini-batch; all of them where not given, or where there are no more.
    seed : int
        For the order in which the mini-batches come.
    """

    def __init__(
        self,
        plane: Plane,
        network: Network,
        images: Bytes,
        labels: Bytes,
        regularisation: Regularisation = NONE,
        batch_size: int | None = None,
        seed: int = 0,
    ) -> None:
        check_samples(network, images, labels)
        network.refuse_if_untrainable()
        if batch_size is not None and batch_size < 1:
            raise ValueError(f"The batch size is a whole number, at least 1; given was {batch_size!r}.")
        self.plane = plane
        self.network = network
        self.images, self.labels = images, labels
        self.regularisation = regularisation
        self.batch_size = None if batch_size is None or batch_size >= len(images) else batch_size
        self.seed = seed
        self._order: tuple[int, NDArray[np.int64]] | None = None

    def __call__(self, point: Doubles, step: int) -> tuple[float, Doubles]:
        """Return the cost of the mini-batch of a step at a point, and its gradient by α and β."""
        images, labels = self.images, self.labels
        if self.batch_size is not None:
            chosen = self.samples(step)
            images, labels = images[chosen], labels[chosen]
        there = self.network.at(self.plane.theta(point).astype(self.network.dtype))
        cost, gradient = whole_gradient(there, images, labels, self.regularisation)
        return cost, self.plane.project(gradient)

    def samples(self, step: int) -> NDArray[np.int64]:
        """Return the mini-batch of a step, a function of (seed, step) alone."""
        n = len(self.images)
        if self.batch_size is None:
            return np.arange(n, dtype=np.int64)
        epoch, batch = divmod(step, math.ceil(n / self.batch_size))
        order = self._order
        if order is None or order[0] != epoch:
            shuffled = np.arange(n, dtype=np.int64)
            generator(self.seed, Stream.BALL, epoch).shuffle(shuffled)
            order = self._order = epoch, shuffled
        return order[1][batch * self.batch_size : (batch + 1) * self.batch_size]
