"""What is asked for when a cost surface is: which plane, the cost over which samples, which part of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.descent import HyperParameters
from nnviz.core.directions import downhill, principal, random_plane, through_points, two_parameters
from nnviz.core.encoding import Floats
from nnviz.core.landscape import Bytes
from nnviz.core.network import Network
from nnviz.core.plane import Plane, PlaneError, Window
from nnviz.core.randomness import Stream, generator
from nnviz.core.regularisation import Regularisation
from nnviz.core.survey import CELLS, MOST_CELLS
from nnviz.core.whole import whole_gradient
from nnviz.data.dataset import DataSet, Samples
from nnviz.data.order import epoch_order
from nnviz.run.snapshot import Snapshot
from nnviz.run.trail import Route

DIRECTIONS = ("downhill", "principal", "random", "parameters", "points")
CENTRES = ("here", "start", "end")
SAMPLES = ("mini-batch", "subset", "all")
SUBSET = 1000
"""Samples, where nobody asks for another number."""
RECENT = 10
"""Places back in the route from which "the previous steps" have led here."""


def _one_of(what: str, value: str, names: tuple[str, ...]) -> None:
    if value not in names:
        raise ValueError(f"The {what} of a cost surface: one of {', '.join(names)}, not {value!r:.80}.")


@dataclass(frozen=True)
class PlaneSpec:
    """Which plane; the same specification at the same place of the same run gives the same plane.

    Parameters
    ----------
    directions : {"downhill", "principal", "random", "parameters", "points"}
        The negative gradient and the previous steps; the first two principal components of the route; two random
        ones, normalised per neuron; two parameters; those that lead through the route's start, here and another
        branch's end.
    centre : {"here", "start", "end"}
        The present position, step 0, or the newest step that was made. Three points have their own centre.
    seed : int
        For random directions.
    parameters : (int, int)
        Places in θ, for the directions "parameters".

    Raises
    ------
    ValueError
        If a value makes no sense; the message says which.
    """

    directions: str = "principal"
    centre: str = "here"
    seed: int = 0
    parameters: tuple[int, int] = (0, 1)

    def __post_init__(self) -> None:
        _one_of("directions", self.directions, DIRECTIONS)
        _one_of("centre", self.centre, CENTRES)
        if self.seed < 0:
            raise ValueError(f"A seed is a whole number, at least 0; given was {self.seed!r}.")


@dataclass(frozen=True)
class CostOver:
    """Over which training samples the cost is taken.

    Parameters
    ----------
    samples : {"mini-batch", "subset", "all"}
        Those of the next step; a fixed random subset; all.
    size : int
        Of the subset; all where there are no more.
    seed : int
        For the subset.
    """

    samples: str = "subset"
    size: int = SUBSET
    seed: int = 0

    def __post_init__(self) -> None:
        _one_of("samples", self.samples, SAMPLES)
        if self.size < 1 or self.seed < 0:
            raise ValueError("A subset has at least 1 sample, and a seed from 0 upwards.")


@dataclass(frozen=True)
class SurfaceSpec:
    """A cost surface.

    Parameters
    ----------
    plane : PlaneSpec
    over : CostOver
    cells : int
        To each side; a power of two times a small number gives the most levels from coarse to fine.
    window : Window, optional
        The part of the plane; as far as the plane reaches, where not given.
    fits_path : bool
        Whether the part is to be that which holds the path, in place of `window`.
    """

    plane: PlaneSpec = PlaneSpec()
    over: CostOver = CostOver()
    cells: int = CELLS
    window: Window | None = None
    fits_path: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.cells <= MOST_CELLS:
            raise ValueError(f"A surface has from 1 to {MOST_CELLS} cells to a side, not {self.cells!r}.")

    def window_on(self, plane: Plane, coordinates: NDArray[np.float64]) -> Window:
        """Return the part of a plane that is wanted, given where on it the shadow of the path lies, (N, 2)."""
        if self.fits_path:
            around = Window.around(coordinates)
            if around is not None:
                return around
        return self.window if self.window is not None else Window.square(plane.reach)


@dataclass(frozen=True, eq=False)
class Whereabouts:
    """All of a run that a surface may depend on. Everything in it is frozen.

    Parameters
    ----------
    network : Network
        At the present position.
    hyper : HyperParameters
    route : Route
        Up to here.
    training : Samples
        Those that the run trains on.
    next_samples : int64 array, (m,)
        The next step's mini-batch, as places among them.
    end : float array, (P,), optional
        The position at the newest step that was made, where that is not here.
    there : float array, (P,), optional
        Another branch's end.
    held : Plane, optional
        One that stays in place of whichever is asked for, while the run goes on.
    """

    network: Network
    hyper: HyperParameters
    route: Route
    training: Samples
    next_samples: NDArray[np.int64]
    end: Floats | None = None
    there: Floats | None = None
    held: Plane | None = None

    @classmethod
    def of(
        cls,
        snapshot: Snapshot,
        data: DataSet,
        route: Route,
        end: Floats | None = None,
        there: Floats | None = None,
    ) -> Whereabouts:
        """Return those of a snapshot, which knows by its step which mini-batch comes next."""
        spec = snapshot.spec
        training = data.training if spec.train_size is None else data.training.take(spec.train_size)
        order = epoch_order(len(training), spec.seed, snapshot.epoch)
        position = round(snapshot.epoch_progress * len(training))
        next_samples = order[position : position + snapshot.hyper.batch_size]
        return cls(snapshot.network, snapshot.hyper, route, training, next_samples, end, there)

    @property
    def regularisation(self) -> Regularisation:
        """That which training counts into the cost."""
        return Regularisation(self.hyper.l2, self.hyper.l1, len(self.training))

    def count(self, over: CostOver) -> int:
        """Return how many samples a cost is to be taken over."""
        of_all = len(self.training)
        return {"mini-batch": len(self.next_samples), "subset": min(over.size, of_all), "all": of_all}[
            over.samples
        ]

    def samples(self, over: CostOver) -> tuple[Bytes, Bytes]:
        """Return the images and labels over which a cost is to be taken."""
        images, labels = self.training.images, self.training.labels
        if over.samples == "mini-batch":
            return images[self.next_samples], labels[self.next_samples]
        if over.samples == "subset" and over.size < len(labels):
            chosen = subset(len(labels), over.size, over.seed)
            return images[chosen], labels[chosen]
        return images, labels

    def plane(self, spec: PlaneSpec, images: Bytes, labels: Bytes) -> Plane:
        """Return the plane that is asked for.

        Parameters
        ----------
        spec : PlaneSpec
        images, labels
            Of the cost whose gradient leads downhill.

        Raises
        ------
        PlaneError
            If here it spans no plane; the text says why.
        """
        if self.held is not None:
            return self.held
        start, here = self.route.positions[0], self.network.theta
        if spec.directions == "points":
            if self.there is None:
                raise PlaneError(
                    "The third point is another branch's end. Fork the run and train the branch."
                )
            return through_points(start, here, self.there)
        end = here if self.end is None else self.end
        centre = {"here": here, "start": start, "end": end}[spec.centre]
        if not np.isfinite(centre).all():
            raise PlaneError(
                "The parameters are no longer finite numbers, so no plane goes through them. "
                "Choose the start as the centre, or go back in the run."
            )
        there = self.network.at(centre)
        if spec.directions == "random":
            return random_plane(there, spec.seed)
        if spec.directions == "parameters":
            return two_parameters(centre, *spec.parameters)
        if spec.directions == "principal":
            return principal(self.route.positions, centre)
        _, gradient = whole_gradient(there, images, labels, self.regularisation)
        return downhill(centre, gradient, *self._previous_steps(gradient))

    def _previous_steps(self, gradient: Floats) -> tuple[Floats, float]:
        """Return where the previous steps led, and how far it is worth looking: some steps to each side."""
        travelled = self.network.theta.astype(np.float64) - self.route.before(RECENT)
        with np.errstate(all="ignore"):
            step = self.hyper.eta * float(np.linalg.norm(gradient))
            reach = max(1.5 * float(np.linalg.norm(travelled)), 4 * step)
        return travelled, reach if 0 < reach < np.inf else 1.0


def subset(n: int, size: int, seed: int) -> NDArray[np.int64]:
    """Return places of a random subset of n samples, in ascending order: the same for the same arguments.

    A larger subset of the same seed holds the smaller ones.
    """
    order = np.arange(n, dtype=np.int64)
    generator(seed, Stream.SUBSET).shuffle(order)
    return np.sort(order[:size])
