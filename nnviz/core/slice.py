"""The cost along the negative gradient, as a function of the learning rate: C(θ − ηg).

At η = 0 the curve falls with the slope −‖g‖², which is all that gradient descent knows of it. How far the tangent
can be trusted, one sees: a small η stays on it, one that is too large comes up on the other side of the valley.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.encoding import Floats
from nnviz.core.frozen import frozen
from nnviz.core.landscape import Bytes, FlatCost
from nnviz.core.network import Network
from nnviz.core.plane import PlaneError
from nnviz.core.regularisation import NONE, Regularisation
from nnviz.core.whole import whole_gradient

Doubles = NDArray[np.float64]

FACTORS = (0.5, 1.0, 2.0)
"""Of η: the steps whose ends are marked."""
REACH = 2.25
"""Times η, how far the curve goes where nobody asks for another."""
POINTS = 121
"""Of the curve."""


@dataclass(frozen=True)
class Landing:
    """Where a step with some learning rate ends.

    Parameters
    ----------
    eta : float
    cost : float
        There; NaN if it is no finite number.
    promised : float
        What the tangent says.
    """

    eta: float
    cost: float
    promised: float


@dataclass(frozen=True, eq=False)
class Slice:
    """The cost over the learning rate. The arrays are read-only.

    Parameters
    ----------
    etas : float64 array, (k,)
        Ascending; below 0, uphill.
    costs : float64 array, (k,)
        C(θ − ηg); NaN where it is no finite number.
    cost : float
        C(θ).
    slope : float
        dC/dη at η = 0, −∇C · g; −‖∇C‖² where g is the gradient of this same cost.
    distance : float
        ‖g‖, how far apart in the space of parameters two points of the curve are, for each 1 of η.
    landings : tuple of Landing
        With half of η, η itself and the double.
    """

    etas: Doubles
    costs: Doubles
    cost: float
    slope: float
    distance: float
    landings: tuple[Landing, ...]

    def tangent(self, eta: float) -> float:
        """Return the cost that the slope at η = 0 promises."""
        return self.cost + self.slope * eta

    def cost_at(self, eta: float) -> float:
        """Return the cost for some η, interpolated between two points of the curve; NaN beyond its ends."""
        return float(np.interp(eta, self.etas, self.costs, np.nan, np.nan))

    def landings_of(self, eta: float) -> tuple[Landing, ...]:
        """Return where half of another η, it and its double land; read from the curve where they are not marked."""
        marked = {landing.eta: landing for landing in self.landings}
        rates = [factor * eta for factor in FACTORS]
        return tuple(
            marked.get(rate) or Landing(rate, self.cost_at(rate), self.tangent(rate)) for rate in rates
        )

    @property
    def lowest(self) -> tuple[float, float] | None:
        """The η of the lowest cost on the curve, and that cost; None where no cost is finite."""
        if np.isnan(self.costs).all():
            return None
        place = int(np.nanargmin(self.costs))
        return float(self.etas[place]), float(self.costs[place])


class Line:
    """The line downhill, along which the cost may be asked for; by several threads at the same time, once it is made.

    Parameters
    ----------
    network : Network
        At θ.
    images, labels, regularisation
        Of the cost that is shown.
    gradient : float array, (P,), optional
        Against which the step goes: that of the next mini-batch, say, on the slice through the cost over all
        samples. The gradient of the cost that is shown where not given.

    Attributes
    ----------
    cost, slope, distance : float
        As in `Slice`.
    points_a_piece : int
        Into pieces of so many points work is best cut, to be left between them.

    Raises
    ------
    PlaneError
        If the gradient is zero or not finite.
    """

    def __init__(
        self,
        network: Network,
        images: Bytes,
        labels: Bytes,
        regularisation: Regularisation = NONE,
        gradient: Floats | None = None,
    ) -> None:
        _, own = whole_gradient(network, images, labels, regularisation)
        exact = (own if gradient is None else gradient).astype(np.float64)
        with np.errstate(all="ignore"):
            self.distance = float(np.linalg.norm(exact))
            self.slope = -float(np.dot(own.astype(np.float64), exact))
        if not np.isfinite(self.distance):
            raise PlaneError("The gradient is no longer made of finite numbers, so there is no way downhill.")
        if self.distance == 0:
            raise PlaneError("The gradient is zero here: the cost is flat to first order.")
        self._flat = FlatCost(network, network.theta, -exact[np.newaxis], images, labels, regularisation)
        self.points_a_piece = self._flat.points_a_piece
        self.cost = float(self.at(np.zeros(1))[0])  # rounded as the curve is, so that it lies on it

    def at(self, etas: Doubles) -> Doubles:
        """Return C(θ − ηg) for some η, (k,); NaN where it is no finite number."""
        return self._flat.at(etas[:, np.newaxis])

    def slice(self, etas: Doubles, costs: Doubles, marked: Doubles, found: Doubles) -> Slice:
        """Return the slice of costs that `at` returned, for the curve and for the marked learning rates."""
        landings = tuple(
            Landing(float(rate), float(there), self.cost + self.slope * float(rate))
            for rate, there in zip(marked, found, strict=True)
        )
        return Slice(frozen(etas), frozen(costs), self.cost, self.slope, self.distance, landings)


def curve_of(reach: float, count: int = POINTS) -> Doubles:
    """Return the learning rates of a curve, (count,): up to `reach`, and a quarter as far uphill."""
    return np.linspace(-reach / 4, reach, count)


def marked_rates(eta: float) -> Doubles:
    """Return the learning rates whose steps are marked: half of η, η itself and the double.

    Raises
    ------
    PlaneError
        If η is none that leads anywhere.
    """
    if not 0 < eta < float("inf"):
        raise PlaneError("With η = 0 no step leads anywhere. Choose a learning rate above 0.")
    return np.array([factor * eta for factor in FACTORS])


def slice_downhill(
    network: Network,
    images: Bytes,
    labels: Bytes,
    eta: float,
    regularisation: Regularisation = NONE,
    gradient: Floats | None = None,
    reach: float | None = None,
    count: int = POINTS,
) -> Slice:
    """Return the cost along the negative gradient.

    Parameters
    ----------
    network, images, labels, regularisation, gradient
        As for `Line`.
    eta : float
        The learning rate that is marked, above 0.
    reach : float, optional
        The largest η of the curve; a little more than 2η where not given. To the left it goes a quarter as far.
    count : int
        Points of the curve.

    Raises
    ------
    PlaneError
        If the gradient is zero or not finite, or η is not above 0.
    """
    marked = marked_rates(eta)
    line = Line(network, images, labels, regularisation, gradient)
    etas = curve_of(REACH * eta if reach is None else reach, count)
    costs = line.at(np.concatenate([etas, marked]))
    return line.slice(etas, costs[:count], marked, costs[count:])
