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

    @property
    def lowest(self) -> tuple[float, float] | None:
        """The η of the lowest cost on the curve, and that cost; None where no cost is finite."""
        if np.isnan(self.costs).all():
            return None
        place = int(np.nanargmin(self.costs))
        return float(self.etas[place]), float(self.costs[place])


def slice_downhill(
    network: Network,
    images: Bytes,
    labels: Bytes,
    eta: float,
    regularisation: Regularisation = NONE,
    gradient: Floats | None = None,
    reach: float | None = None,
    count: int = 121,
) -> Slice:
    """Return the cost along the negative gradient.

    Parameters
    ----------
    network : Network
        At θ.
    images, labels, regularisation
        Of the cost that is shown.
    eta : float
        The learning rate that is marked, above 0.
    gradient : float array, (P,), optional
        Against which the step goes: that of the next mini-batch, say, on the slice through the cost over all
        samples. The gradient of the cost that is shown where not given.
    reach : float, optional
        The largest η of the curve; a little more than 2η where not given. To the left it goes a quarter as far.
    count : int
        Points of the curve.

    Raises
    ------
    PlaneError
        If the gradient is zero or not finite.
    """
    if not 0 < eta < float("inf"):
        raise PlaneError("With η = 0 no step leads anywhere. Choose a learning rate above 0.")
    cost, own = whole_gradient(network, images, labels, regularisation)
    along = own if gradient is None else gradient
    exact = along.astype(np.float64)
    with np.errstate(all="ignore"):
        distance = float(np.linalg.norm(exact))
        slope = -float(np.dot(own.astype(np.float64), exact))
    if not np.isfinite(distance):
        raise PlaneError("The gradient is no longer made of finite numbers, so there is no way downhill.")
    if distance == 0:
        raise PlaneError("The gradient is zero here: the cost is flat to first order.")
    longest = 2.25 * eta if reach is None else reach
    etas = np.linspace(-longest / 4, longest, count)
    marked = np.array([factor * eta for factor in FACTORS])
    along_line = FlatCost(network, network.theta, -exact[np.newaxis], images, labels, regularisation)
    costs = along_line.at(np.concatenate([etas, marked])[:, np.newaxis])
    landings = tuple(
        Landing(float(rate), float(there), cost + slope * float(rate))
        for rate, there in zip(marked, costs[count:], strict=True)
    )
    return Slice(frozen(etas), frozen(costs[:count]), cost, slope, distance, landings)
