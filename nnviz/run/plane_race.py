"""Balls on the cost surface of a network, on one plane: each with its own η, momentum and batch size.

A ball's way follows from where it starts, from these three and from the plane; so it is the same whenever it is
asked for, and whoever computes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.balls import Ball, Footprint, PlaneSlope, rolling
from nnviz.core.frozen import frozen
from nnviz.core.landscape import FlatCost
from nnviz.core.plane import Plane
from nnviz.run.planes import CostOver, Whereabouts

Doubles = NDArray[np.float64]

MOST_STEPS = 2000


@dataclass(frozen=True)
class PlaneBall:
    """A ball on a plane.

    Parameters
    ----------
    ball : Ball
        With its start, (α, β), η and μ.
    batch_size : int, optional
        Samples in a mini-batch; all over which the surface is, where not given.
    """

    ball: Ball
    batch_size: int | None = None

    def __post_init__(self) -> None:
        if len(self.ball.start) != 2:
            raise ValueError("On a plane a ball starts at two coordinates.")
        if self.batch_size is not None and self.batch_size < 1:
            raise ValueError(f"The batch size is a whole number, at least 1, not {self.batch_size!r}.")


@dataclass(frozen=True, eq=False)
class Walk:
    """How far a ball has come. The arrays are read-only.

    Parameters
    ----------
    points : float64 array, (k, 2)
        Where it started, and where each step has led.
    costs : float64 array, (k,)
        Over all samples that the surface is over, whichever the ball has seen; NaN where it is no finite number.
    diverged : bool
        Whether its way has ended, since there were no finite numbers any more.
    """

    points: Doubles
    costs: Doubles
    diverged: bool = False

    @property
    def steps(self) -> int:
        """How many steps it has made."""
        return len(self.points) - 1


class PlaneGround:
    """What balls roll on: the cost on a plane.

    Parameters
    ----------
    plane : Plane
    where : Whereabouts
        For the network's structure, the samples and the regularisation.
    over : CostOver
        Over which samples the cost is taken, and mini-batches are drawn from.
    """

    def __init__(self, plane: Plane, where: Whereabouts, over: CostOver) -> None:
        self.plane = plane
        self._where = where
        self._images, self._labels = where.samples(over)
        self._cost: FlatCost | None = None

    @property
    def n_samples(self) -> int:
        """Over how many samples the cost is."""
        return len(self._labels)

    def slope(self, batch_size: int | None) -> PlaneSlope:
        """Return what tells a ball where it is downhill."""
        where = self._where
        return PlaneSlope(
            self.plane, where.network, self._images, self._labels, where.regularisation, batch_size
        )

    def cost_at(self, point: Doubles) -> float:
        """Return the cost over all samples at a point, (2,)."""
        if self._cost is None:
            where = self._where
            self._cost = FlatCost.on(
                self.plane, where.network, self._images, self._labels, where.regularisation
            )
        return float(self._cost.at(point[np.newaxis])[0])


class PlaneWay:
    """A ball's way, as far as it was computed.

    Parameters
    ----------
    ground : PlaneGround
    ball : PlaneBall

    Raises
    ------
    ValueError
        If the network has no gradient.
    """

    def __init__(self, ground: PlaneGround, ball: PlaneBall) -> None:
        self._ground = ground
        self._rolling: Iterator[Footprint] = rolling(ground.slope(ball.batch_size), ball.ball)
        self._points: list[Doubles] = [np.array(ball.ball.start, np.float64)]
        self._costs: list[float] = [ground.cost_at(self._points[0])]
        next(self._rolling)
        self.diverged_at: int | None = None

    @property
    def steps(self) -> int:
        """How many steps are known."""
        return len(self._points) - 1

    def has_to_go(self, step: int) -> bool:
        """Return whether it takes computing to know where the ball is after so many steps."""
        return self.diverged_at is None and self.steps < min(step, MOST_STEPS)

    def advance(self) -> None:
        """Compute one more step."""
        footprint = next(self._rolling)
        if footprint.is_finite:
            self._points.append(footprint.point)
            self._costs.append(self._ground.cost_at(footprint.point))
        else:
            self.diverged_at = footprint.step

    def until(self, step: int) -> Walk:
        """Return the way up to a step, or as far as it is known."""
        stop = max(step, 0) + 1
        diverged = self.diverged_at is not None and self.diverged_at <= step
        return Walk(
            frozen(np.array(self._points[:stop])), frozen(np.array(self._costs[:stop])), diverged=diverged
        )
