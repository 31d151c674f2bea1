"""A plane through the space of all parameters: θ₀ + αu + βv.

u and v are orthonormal. A distance on the plane is then a distance between parameters, the same along both axes; the
projection of any θ is two dot products; and the gradient's projection is the steepest ascent of the cost on the
plane. What is given up is the scale that directions may bring along (that of a filter-normalised one, say), which
a plane keeps as its `reach`.

A plane is two of thousands of dimensions. Where a path leaves it, `distances` says how far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.encoding import Floats
from nnviz.core.frozen import frozen

Doubles = NDArray[np.float64]

PARALLEL = 1e-9
"""Two directions span a plane if the sine of the angle between them is above this."""
AXES_AGREE = 1e-10
"""How far u · v, u · u − 1 and v · v − 1 may be from 0."""


class PlaneError(ValueError):
    """There is no such plane; the text says why, and what helps."""


@dataclass(frozen=True, eq=False)
class Plane:
    """The points θ₀ + αu + βv. The arrays are read-only copies in float64.

    Parameters
    ----------
    centre : float array, (P,)
        θ₀, where α = β = 0.
    u, v : float arrays, (P,)
        Orthonormal.
    reach : float
        How far from the centre it is worth looking to begin with.

    Raises
    ------
    PlaneError
        If a number is not finite.
    ValueError
        If the shapes differ, or u and v are not orthonormal; `spanned` makes them so.
    """

    centre: Doubles
    u: Doubles
    v: Doubles
    reach: float = 1.0

    def __post_init__(self) -> None:
        if self.centre.ndim != 1 or not self.centre.shape == self.u.shape == self.v.shape:
            raise ValueError(
                "A centre and two directions are vectors of one length; given were "
                f"{self.centre.shape}, {self.u.shape} and {self.v.shape}."
            )
        for name in ("centre", "u", "v"):
            object.__setattr__(self, name, frozen(getattr(self, name).astype(np.float64)))
        if not np.isfinite(self.centre).all():
            raise PlaneError(
                "The parameters are no longer finite numbers, so no plane goes through them. "
                "Choose an earlier step as the centre."
            )
        products = [np.dot(self.u, self.u) - 1, np.dot(self.v, self.v) - 1, np.dot(self.u, self.v)]
        if not np.abs(products).max() <= AXES_AGREE:
            raise ValueError("The directions of a plane are at right angles, and of length 1.")
        if not 0 < self.reach < float("inf"):
            raise ValueError(f"A plane reaches some finite way, not {self.reach!r}.")

    @property
    def directions(self) -> Doubles:
        """Both directions, u first, (2, P)."""
        return np.stack([self.u, self.v])

    def centred_at(self, theta: Floats) -> Plane:
        """Return the plane of the same directions through another point."""
        return replace(self, centre=theta.astype(np.float64))

    def theta(self, point: ArrayLike) -> Doubles:
        """Return the parameters at a point (α, β), (P,)."""
        alpha, beta = np.asarray(point, np.float64)
        theta: Doubles = self.centre + alpha * self.u + beta * self.v
        return theta

    def project(self, vector: Floats) -> Doubles:
        """Return a direction's components on the plane, (2,): of ∇C, say."""
        wide = vector.astype(np.float64)
        return np.array([np.dot(self.u, wide), np.dot(self.v, wide)])

    def coordinates(self, positions: Sequence[Floats] | Floats) -> Doubles:
        """Return where the shadows of some θ, (N, P), fall, (N, 2)."""
        return self.shadows(positions)[0]

    def distances(self, positions: Sequence[Floats] | Floats) -> Doubles:
        """Return how far some θ, (N, P), are from the plane, (N,)."""
        return self.shadows(positions)[1]

    def shadows(self, positions: Sequence[Floats] | Floats) -> tuple[Doubles, Doubles]:
        """Return where the shadows of some θ fall, and how far from the plane each is.

        Parameters
        ----------
        positions : (N, P)

        Returns
        -------
        coordinates : (N, 2)
        distances : (N,)
        """
        coordinates, distances = np.empty((len(positions), 2)), np.empty(len(positions))
        with np.errstate(all="ignore"):
            for n, theta in enumerate(positions):
                away = theta - self.centre
                alpha, beta = coordinates[n] = np.dot(self.u, away), np.dot(self.v, away)
                away -= alpha * self.u
                away -= beta * self.v
                distances[n] = np.sqrt(np.dot(away, away))
        return coordinates, distances


def spanned(
    centre: Floats, first: Floats, second: Floats, reach: float = 1.0, *, why: str = "", tilted: str = ""
) -> Plane:
    """Return the plane through a centre along two directions, by the method of Gram and Schmidt.

    Parameters
    ----------
    centre, first, second : float arrays, (P,)
        u is along `first`; v is the part of `second` at right angles to it.
    reach : float
    why : str
        A sentence for where the first direction is no direction.
    tilted : str
        A sentence for where the second adds nothing to the first.

    Raises
    ------
    PlaneError
        If the directions span no plane.
    """
    u = _unit(first.astype(np.float64), why or "The first direction is zero, and leads nowhere.")
    tilted = tilted or "The two directions are parallel, so they span a line and no plane."
    second = _unit(second.astype(np.float64), tilted)
    rest = second - np.dot(u, second) * u
    if np.linalg.norm(rest) <= PARALLEL:
        raise PlaneError(tilted)
    v = _unit(rest, tilted)
    v = _unit(v - np.dot(u, v) * u, tilted)  # once more, against what rounding has left of u
    return Plane(centre.astype(np.float64), u, v, reach)


def _unit(vector: Doubles, sentence: str) -> Doubles:
    """Return a vector of length 1; an infinite one has no direction either."""
    with np.errstate(all="ignore"):
        largest = np.abs(vector).max(initial=0.0)
        if not 0 < largest < np.inf:
            raise PlaneError(
                sentence if largest == 0 else "A direction has a component that is no finite number."
            )
        scaled = vector / largest  # so that no square overflows or vanishes
        unit: Doubles = scaled / np.linalg.norm(scaled)
    return unit


@dataclass(frozen=True)
class Window:
    """A rectangle of a plane, sides along u and v.

    Parameters
    ----------
    left, right : float
        From and to which α.
    bottom, top : float
        From and to which β.

    Raises
    ------
    ValueError
        If it is empty or not finite.
    """

    left: float
    right: float
    bottom: float
    top: float

    def __post_init__(self) -> None:
        sides = self.left, self.right, self.bottom, self.top
        if not (np.isfinite(sides).all() and self.left < self.right and self.bottom < self.top):
            raise ValueError(f"A window has finite sides, left of right and bottom below top, not {sides}.")

    @classmethod
    def square(cls, reach: float) -> Window:
        """Return the window that goes so far from the centre to every side."""
        return cls(-reach, reach, -reach, reach)

    @classmethod
    def around(cls, points: ArrayLike, margin: float = 0.15, flattest: float = 0.2) -> Window | None:
        """Return the window that holds some points; None if none of them is finite, or all are one.

        Parameters
        ----------
        points : (N, 2)
        margin : float
            What is left free on each side, as a share of the extent.
        flattest : float
            The shorter side is at least this share of the longer.
        """
        some = np.asarray(points, np.float64).reshape(-1, 2)
        some = some[np.isfinite(some).all(axis=1)]
        if len(some) == 0:
            return None
        low, high = some.min(axis=0), some.max(axis=0)
        extent = high - low
        if not 0 < extent.max() < np.inf:
            return None
        half = np.maximum(extent, flattest * extent.max()) * (0.5 + margin)
        (left, bottom), (right, top) = (low + high) / 2 - half, (low + high) / 2 + half
        return cls(float(left), float(right), float(bottom), float(top))

    def contains(self, point: Any) -> bool:
        """Return whether a point (α, β) lies inside or on the edge."""
        alpha, beta = point
        return bool(self.left <= alpha <= self.right and self.bottom <= beta <= self.top)
