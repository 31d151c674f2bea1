"""A path and its shadow on a plane: how far one may be taken for the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
        For how many positions the costs were computed.
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

    def joined_with(self, heights: Heights) -> Shadow:
        """Return the same shadow with the costs of some more positions."""
        costs, plane_costs = self.costs.copy(), self.plane_costs.copy()
        costs[heights.part], plane_costs[heights.part] = heights.costs, heights.plane_costs
        known = self.known + len(heights.costs)
        return replace(self, costs=frozen(costs), plane_costs=frozen(plane_costs), known=known)


def cast(positions: Sequence[Floats] | Floats, plane: Plane) -> Shadow:
    """Return the shadow of a path on a plane, without the costs, which take longer.

    Parameters
    ----------
    positions : (N, P)
    plane : Plane
    """
    coordinates, distances = plane.shadows(positions)
    unknown = np.full(len(positions), np.nan)
    return Shadow(
        frozen(coordinates),
        frozen(distances),
        explained_share(positions, coordinates),
        frozen(unknown),
        frozen(unknown),
    )


@dataclass(frozen=True, eq=False)
class Heights:
    """The costs of some positions of a path. The arrays are read-only.

    Parameters
    ----------
    part : slice
        Which positions.
    costs, plane_costs : float64 arrays
        As in `Shadow`.
    """

    part: slice
    costs: Doubles
    plane_costs: Doubles


def heights(shadow: Shadow, positions: Sequence[Floats] | Floats, cost: FlatCost, part: slice) -> Heights:
    """Return the costs of some positions and of the plane where their shadows fall.

    Parameters
    ----------
    shadow : Shadow
        What `cast` returned of these positions on the plane of `cost`.
    positions : (N, P)
    cost : FlatCost
        On the plane; it names the samples over which the true cost is taken, too.
    part : slice
        Which positions.
    """
    true = costs_at(cost.network, positions[part], cost.images, cost.labels, cost.regularisation)
    return Heights(part, frozen(np.array(list(true), np.float64)), frozen(cost.at(shadow.coordinates[part])))


def parts(count: int, at_once: int) -> Iterator[slice]:
    """Yield parts of a path of so many positions, from its end back to its beginning."""
    for stop in range(count, 0, -at_once):
        yield slice(max(0, stop - at_once), stop)


def with_costs(
    shadow: Shadow, positions: Sequence[Floats] | Floats, cost: FlatCost, at_once: int = 8
) -> Iterator[Shadow]:
    """Yield the same shadow with ever more of its costs, the newest first; arguments as for `heights`."""
    for part in parts(len(positions), at_once):
        shadow = shadow.joined_with(heights(shadow, positions, cost, part))
        yield shadow


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
