"""The making of a cost surface with all that is drawn on it, cut into tasks that several threads may share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nnviz.core.frozen import frozen
from nnviz.core.landscape import FlatCost
from nnviz.core.network import Network
from nnviz.core.plane import Plane, PlaneError, Window
from nnviz.core.shadow import Heights, Shadow, cast, heights
from nnviz.core.steadiness import steadied
from nnviz.core.survey import Grid, Surface, Survey
from nnviz.core.whole import whole_gradient
from nnviz.run.planes import SurfaceSpec, Whereabouts

Doubles = NDArray[np.float64]

OUTLINE = 24
"""Positions of the path, about, whose costs come first: so many can be had at every surface of a run that goes on."""
MOST_HEIGHTS = 8
"""Positions of the path whose costs are one task."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The plane and what lies on it before any height is known.

    Parameters
    ----------
    plane : Plane
    window : Window
        The part of it that the surface is over.
    """

    plane: Plane
    window: Window


@dataclass(frozen=True, eq=False)
class Downhill:
    """The negative gradient at the present position.

    Parameters
    ----------
    on_plane : float64 array, (2,), read-only
        Its projection on the plane; NaN where it is no finite number.
    norm : float
        ‖∇C‖. Where the projection is much shorter, downhill leads out of the plane.
    """

    on_plane: Doubles
    norm: float


Part = Downhill | Heights | Surface
Task = Callable[[], Part | None]


@dataclass(frozen=True, eq=False)
class Landscape:
    """What is known so far of a cost surface that was asked for. Everything in it is frozen.

    Parameters
    ----------
    spec : SurfaceSpec
    step : int
        Of the present position.
    n_samples : int
        Over how many the cost is taken.
    steps : tuple of int
        Of the path's positions.
    ground : Ground or None
        None as long as it is not known, or if there is no such plane.
    shadow : Shadow or None
        The path's, with ever more of its costs.
    surface : Surface or None
        The finest so far.
    downhill : Downhill or None
        None for a network that has no gradient.
    refusal : str
        A sentence that says why there is no such plane, or nothing.
    """

    spec: SurfaceSpec
    step: int
    n_samples: int
    steps: tuple[int, ...]
    ground: Ground | None = None
    shadow: Shadow | None = None
    surface: Surface | None = None
    downhill: Downhill | None = None
    refusal: str = ""

    @property
    def is_outlined(self) -> bool:
        """Whether the finest surface is there, and the costs of some of the path's positions from all over it."""
        if self.surface is None or not self.surface.is_finest or self.shadow is None:
            return False
        return self.shadow.known >= math.ceil(len(self.steps) / _stride(len(self.steps)))

    @property
    def is_complete(self) -> bool:
        """Whether nothing more will come."""
        if self.refusal:
            return True
        return (
            self.surface is not None
            and self.surface.is_finest
            and self.shadow is not None
            and self.shadow.is_complete
        )


def _stride(count: int) -> int:
    return max(1, math.ceil(count / OUTLINE))


def spread(count: int, at_once: int) -> Iterator[slice]:
    """Yield parts of a path of so many positions: some OUTLINE from all over it, the last included, then those between.

    Together, they hold each position once.
    """
    stride = _stride(count)
    for back in range(stride):
        first = (count - 1 - back) % stride
        for start in range(first, count, stride * at_once):
            yield slice(start, min(start + stride * at_once, count), stride)


class Surveying:
    """A cost surface in the making.

    Tasks are drawn by one thread at a time, and in drawing the first the plane is prepared; the tasks themselves may be
    done by several threads at once. What a task returns is given to `fold`, again by one thread at a time.

    Parameters
    ----------
    spec : SurfaceSpec
    where : Whereabouts
    before : Plane, optional
        That of the last surface of the same run and specification. Principal components stay on it as long as it
        explains the path well, so that the picture moves smoothly; see `core.steadiness`.
    """

    def __init__(self, spec: SurfaceSpec, where: Whereabouts, before: Plane | None = None) -> None:
        self.spec = spec
        self._before = before if spec.plane.directions == "principal" else None
        self.where = where
        self._found = Landscape(spec, where.route.steps[-1], where.count(spec.over), where.route.steps)

    def tasks(self) -> Iterator[Task]:
        """Yield what there is to do, the most urgent first."""
        where = self.where
        images, labels = where.samples(self.spec.over)
        try:
            plane = where.plane(self.spec.plane, images, labels)
        except PlaneError as error:
            self._found = replace(self._found, refusal=str(error))
            yield _nothing_more
            return
        positions = where.route.positions
        if self._before is not None:
            plane = steadied(plane, self._before, positions)
        shadow = cast(positions, plane)
        window = self.spec.window_on(plane, shadow.coordinates)
        cost = FlatCost.on(plane, where.network, images, labels, where.regularisation)
        making = Survey(cost, Grid(window, self.spec.cells, self.spec.cells))
        self._found = replace(self._found, ground=Ground(plane, window), shadow=shadow)
        yield _nothing_more
        coarse = [piece for piece in making.pieces if piece.level == 0]
        yield from (partial(making.measure, piece) for piece in coarse)
        if where.network.trainable:
            yield partial(_downhill, plane, cost, where.network)
        # Some of the path's costs come early: while the run goes on, the others' may never be waited for.
        some, *others = spread(len(positions), max(1, min(MOST_HEIGHTS, cost.points_a_piece // 4)))
        yield partial(heights, shadow, positions, cost, some)
        yield from (partial(making.measure, piece) for piece in making.pieces[len(coarse) :])
        for part in others:
            yield partial(heights, shadow, positions, cost, part)

    def fold(self, part: Part | None) -> Landscape:
        """Add what a task returned, and return all that is known now."""
        found = self._found
        match part:
            case Downhill():
                found = replace(found, downhill=part)
            case Heights() if found.shadow is not None:
                found = replace(found, shadow=found.shadow.joined_with(part))
            case Surface() if found.surface is None or part.costs.size > found.surface.costs.size:
                found = replace(found, surface=part)
        self._found = found
        return found


def _nothing_more() -> None:
    """Add nothing: what drawing this task has prepared is to be shown."""


def _downhill(plane: Plane, cost: FlatCost, network: Network) -> Downhill:
    _, gradient = whole_gradient(network, cost.images, cost.labels, cost.regularisation)
    with np.errstate(all="ignore"):
        on_plane = -plane.project(gradient)
        norm = float(np.linalg.norm(gradient.astype(np.float64)))
    on_plane[~np.isfinite(on_plane)] = np.nan
    return Downhill(frozen(on_plane), norm)


def landscapes(spec: SurfaceSpec, where: Whereabouts) -> Iterator[Landscape]:
    """Yield what is known of a surface, more and more, all on the caller's thread; the last is complete."""
    surveying = Surveying(spec, where)
    for task in surveying.tasks():
        yield surveying.fold(task())
