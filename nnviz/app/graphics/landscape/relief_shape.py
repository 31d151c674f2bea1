"""What a surface looks like in three dimensions: a box with the surface in it, lines, and balls. Plain arrays.

The box goes from −1 to 1 along the longer of both sides, and from 0 to its height upwards; its floor is at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.app.graphics.landscape.contour_lines import Contour
from nnviz.app.graphics.landscape.height_scale import HeightScale
from nnviz.core.survey import Surface

Doubles = NDArray[np.float64]
Singles = NDArray[np.float32]

LOWEST, HIGHEST = 0.3, 1.15
"""Between which heights of the box the surface lies: its floor is free for the contour lines."""
NARROWEST = 0.62
"""The shorter side of the box is at least this share of the longer."""
ABOVE = 0.02
"""How far above the box's heights something may still be shown."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles.

    Parameters
    ----------
    corners, normals : float32 arrays, (n, 3)
    triangles : uint32 array, (t, 3)
        Which corners each has.
    """

    corners: Singles
    normals: Singles
    triangles: NDArray[np.uint32]


class Box:
    """Where the points of a surface and its heights lie in the box.

    Parameters
    ----------
    surface : Surface
    scale : HeightScale
    """

    def __init__(self, surface: Surface, scale: HeightScale) -> None:
        self.scale = scale
        self.low = np.array([surface.alphas[0], surface.betas[0]])
        self.high = np.array([surface.alphas[-1], surface.betas[-1]])
        extent = self.high - self.low
        self._extent = np.where(extent > 0, extent, 1.0)  # a single row has none
        self.half: Doubles = np.maximum(extent / self._extent.max(), NARROWEST)

    def across(self, points: ArrayLike) -> Doubles:
        """Return where points (α, β) lie on the floor, (…, 2)."""
        share = (np.asarray(points, np.float64) - self.low) / self._extent
        place: Doubles = (2 * share - 1) * self.half
        return place

    def up(self, heights: ArrayLike) -> Doubles:
        """Return how high above the floor heights lie."""
        return LOWEST + (HIGHEST - LOWEST) * self.scale.share(heights)

    def places(self, points: ArrayLike, heights: ArrayLike) -> Doubles:
        """Return where points with their heights lie, (…, 3)."""
        return np.concatenate([self.across(points), self.up(heights)[..., np.newaxis]], axis=-1)

    @property
    def corners(self) -> tuple[Doubles, Doubles]:
        """The lowest and the highest corner."""
        return np.append(-self.half, 0.0), np.append(self.half, HIGHEST + ABOVE)


def mesh(surface: Surface, box: Box) -> Mesh:
    """Return a surface as triangles, two a cell; cells with a corner that is masked are holes."""
    alphas, betas = np.meshgrid(surface.alphas, surface.betas)
    places = box.places(np.stack([alphas, betas], axis=-1), surface.costs)
    normals = _normals(places)
    index = np.arange(surface.costs.size, dtype=np.uint32).reshape(surface.costs.shape)
    here, right = index[:-1, :-1], index[:-1, 1:]
    above, beyond = index[1:, :-1], index[1:, 1:]
    masked = surface.masked
    whole = ~(masked[:-1, :-1] | masked[:-1, 1:] | masked[1:, :-1] | masked[1:, 1:])
    triangles = np.concatenate(
        [
            np.stack([here, right, beyond], axis=-1)[whole],
            np.stack([here, beyond, above], axis=-1)[whole],
        ]
    )
    return Mesh(
        np.nan_to_num(places).reshape(-1, 3).astype(np.float32),
        normals.reshape(-1, 3).astype(np.float32),
        np.ascontiguousarray(triangles),
    )


def _normals(places: Doubles) -> Doubles:
    """Return which way is out of the surface at each point of a grid, (rows, columns, 3)."""
    rows, columns = places.shape[:2]
    if min(rows, columns) < 2:
        return np.broadcast_to([0.0, 0.0, 1.0], places.shape).copy()
    with np.errstate(all="ignore"):
        by_alpha, by_beta = np.gradient(places, axis=1), np.gradient(places, axis=0)
        normals = np.cross(by_alpha, by_beta)
        normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    unknown = ~np.isfinite(normals).all(axis=-1)  # beside what is masked
    normals[unknown] = (0.0, 0.0, 1.0)
    return normals


def sphere(radius: float, rings: int = 12) -> Mesh:
    """Return a ball around the origin."""
    polar, around = np.meshgrid(
        np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, 2 * rings + 1), indexing="ij"
    )
    normals = np.stack([np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)], -1)
    index = np.arange(polar.size, dtype=np.uint32).reshape(polar.shape)
    here, right, above, beyond = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    triangles = np.concatenate(
        [
            np.stack(corners, axis=-1).reshape(-1, 3)
            for corners in ((here, above, beyond), (here, beyond, right))
        ]
    )
    normals = normals.reshape(-1, 3).astype(np.float32)
    return Mesh(np.float32(radius) * normals, normals, triangles)


def clipped(starts: Doubles, ends: Doubles, low: Doubles, high: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Return the parts of line segments inside a box, by the method of Liang and Barsky.

    Parameters
    ----------
    starts, ends : (k, 3)
        What is no number is left out.
    low, high : (3,)

    Returns
    -------
    starts, ends : (j, 3)
    which : (j,)
        Of which segment each is a part.
    """
    which = np.flatnonzero(np.isfinite(starts).all(axis=1) & np.isfinite(ends).all(axis=1))
    starts, ends = starts[which], ends[which]
    way = ends - starts
    with np.errstate(all="ignore"):
        first, second = (low - starts) / way, (high - starts) / way
    still = way == 0
    inside = (starts >= low) & (starts <= high)
    enter = np.where(still, np.where(inside, -np.inf, np.inf), np.minimum(first, second))
    leave = np.where(still, np.where(inside, np.inf, -np.inf), np.maximum(first, second))
    begin = np.maximum(enter.max(axis=1, initial=0.0), 0.0)
    finish = np.minimum(leave.min(axis=1, initial=1.0), 1.0)
    kept = begin <= finish
    starts, way, begin, finish = starts[kept], way[kept], begin[kept, np.newaxis], finish[kept, np.newaxis]
    return starts + begin * way, starts + finish * way, which[kept]


def segments(lines: Sequence[Doubles]) -> Doubles:
    """Return the ends of all pieces of some lines, (2k, 3): a piece's start, its end, the next one's start."""
    pairs = [np.stack([line[:-1], line[1:]], axis=1).reshape(-1, 3) for line in lines if len(line) > 1]
    return np.concatenate(pairs) if pairs else np.zeros((0, 3))


def contour_segments(found: Sequence[Contour], box: Box, on_floor: bool) -> tuple[Doubles, Doubles]:
    """Return contour lines as pieces, on the floor or where they run on the surface, with each end's height.

    Returns
    -------
    ends : float64 array, (2k, 3)
    heights : float64 array, (2k,)
    """
    ends, heights = [np.zeros((0, 3))], [np.zeros(0)]
    for contour in found:
        for line in contour.lines:
            up = np.full(len(line), 0.002 if on_floor else float(box.up(contour.height)))
            pieces = segments([np.column_stack([box.across(line), up])])
            ends.append(pieces)
            heights.append(np.full(len(pieces), contour.height))
    return np.concatenate(ends), np.concatenate(heights)


def wall_lines(box: Box, camera_at: Doubles, heights: Sequence[float]) -> Doubles:
    """Return the pieces of the floor's edges, and of lines at heights along both walls behind, (2k, 3)."""
    (left, near, floor), (right, far, top) = box.corners
    x = left if camera_at[0] > 0 else right  # the walls that the camera looks at from inside
    y = near if camera_at[1] > 0 else far
    lines = [
        [
            (left, near, floor),
            (right, near, floor),
            (right, far, floor),
            (left, far, floor),
            (left, near, floor),
        ],
        [(x, y, floor), (x, y, top)],
    ]
    other_x, other_y = (right if x == left else left), (far if y == near else near)
    for up in box.up(list(heights)).tolist():
        lines.append([(x, other_y, up), (x, y, up), (other_x, y, up)])
    return segments([np.array(line) for line in lines])
