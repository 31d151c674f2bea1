"""A path and its shadow on a plane: how far one may be taken for the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.encoding import Floats
from nnviz.core.frozen import frozen
from nnviz.core.landscape import FlatCost
from nnviz.core.plane import Plane
from nnviz.core.whole import costs_at

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shadow:
    """A path beside its shadow. The arrays are read-only.

    Parameters
    ----------
    coordinates : float64 array, (N, 2)
        Where on the plane the shadow of each position falls.
    distances : float64 array, (N,)
        How far each position is from the plane.
    explained : float
        The share of the path's variance about its mean that lies in the plane, 0 to 1: 1 if the path stays at one
        distance from it; NaN for a path that does not move.
    costs : float64 array, (N,)
        The true cost of each position; NaN where it is not known yet.
    plane_costs : float64 array, (N,)
        The cost on the plane where its shadow falls; NaN likewise.
    known : int
        For how many positions, counted from the end, the costs were computed.
    """

    coordinates: Doubles
    distances: Doubles
    explained: float
    costs: Doubles
    plane_costs: Doubles
    known: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether all costs were computed."""
        return self.known == len(self.costs)


def cast(positions: Sequence[Floats] | Floats, plane: Plane) -> Shadow:
    """Return the shadow of a path on a plane, without the costs, which take longer.

    Parameters
    ----------
    positions : (N, P)
    plane : Plane
    """
    coordinates, distances = plane.coordinates(positions), plane.distances(positions)
    unknown = np.full(len(positions), np.nan)
    return Shadow(
        frozen(coordinates),
        frozen(distances),
        explained_share(positions, coordinates),
        frozen(unknown),
        frozen(unknown),
    )


def with_costs(
    shadow: Shadow, positions: Sequence[Floats] | Floats, cost: FlatCost, at_once: int = 8
) -> Iterator[Shadow]:
    """Yield the same shadow with ever more of its costs, from the path's end back to its beginning.

    Parameters
    ----------
    shadow : Shadow
        What `cast` returned of these positions on the plane of `cost`.
    positions : (N, P)
    cost : FlatCost
        On the plane; it names the samples over which the true cost is taken, too.
    at_once : int
        Positions from one result to the next.
    """
    costs, plane_costs = shadow.costs.copy(), shadow.plane_costs.copy()
    for stop in range(len(costs), 0, -at_once):
        some = slice(max(0, stop - at_once), stop)
        plane_costs[some] = cost.at(shadow.coordinates[some])
        costs[some] = list(
            costs_at(cost.network, positions[some], cost.images, cost.labels, cost.regularisation)
        )
        yield Shadow(
            shadow.coordinates,
            shadow.distances,
            shadow.explained,
            frozen(costs),
            frozen(plane_costs),
            known=len(costs) - some.start,
        )


def explained_share(positions: Sequence[Floats] | Floats, coordinates: Doubles) -> float:
    """Return the share of some positions' variance that their coordinates on a plane have, 0 to 1.

    Parameters
    ----------
    positions : (N, P)
    coordinates : (N, 2)
    """
    with np.errstate(all="ignore"):
        mean = np.zeros(len(positions[0])) if len(positions) else np.zeros(0)
        for theta in positions:
            mean += theta / len(positions)
        total = sum(float(np.square(theta - mean).sum()) for theta in positions)
        on_plane = float(np.square(coordinates - coordinates.mean(axis=0)).sum()) if len(positions) else 0.0
    return min(1.0, on_plane / total) if 0 < total < np.inf else float("nan")
