"""Central differences: the slow way to a derivative, which shares only the cost with backpropagation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.encoding import Floats
from nnviz.core.frozen import frozen
from nnviz.core.network import Network
from nnviz.core.regularisation import NONE, Regularisation


def central_differences(
    network: Network,
    X: ArrayLike,
    Y: ArrayLike,
    indices: Sequence[int] | None = None,
    regularisation: Regularisation = NONE,
    h: float = 1e-5,
) -> Floats:
    """Return (C(θ + h e_i) − C(θ − h e_i)) / 2h for chosen parameters, computed in float64.

    Parameters
    ----------
    network : Network
        Left as it is; a float64 copy is moved about.
    X : (m, n_0)
    Y : (m, n_L)
    indices : sequence of int, optional
        Places in θ; all of them where not given.
    regularisation : Regularisation
    h : float
        Half the distance; 1e-5 balances the error of the difference, h², with that of rounding, 1e-16/h.

    Returns
    -------
    float64 array, (len(indices),)
    """
    precise = network.in_double_precision()
    theta = precise.theta
    chosen = range(theta.size) if indices is None else indices
    derivatives = np.empty(len(chosen))
    for place, index in enumerate(chosen):
        middle = theta[index]
        theta[index] = middle + h
        above = precise.cost_of(X, Y, regularisation)
        theta[index] = middle - h
        below = precise.cost_of(X, Y, regularisation)
        theta[index] = middle
        derivatives[place] = (above - below) / (2 * h)
    return derivatives


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """Backpropagation's derivatives beside central differences, both in float64. The arrays are read-only.

    Parameters
    ----------
    indices : int64 array, (c,)
        The parameters' places in θ.
    backpropagated, differences : float64 arrays, (c,)
    relative_errors : float64 array, (c,)
        |difference of the two| / the larger of the two; 0 where both are 0.
    rounding : float
        How far off a central difference may be by rounding alone: that of two costs, over 2h, where a cost carries
        the rounding of all the products that it is the sum of. A derivative that is not much larger cannot be
        checked, and its relative error says nothing.
    """

    indices: NDArray[np.int64]
    backpropagated: Floats
    differences: Floats
    relative_errors: Floats
    rounding: float


def check_gradient(
    network: Network,
    X: ArrayLike,
    Y: ArrayLike,
    indices: Sequence[int] | NDArray[np.int64],
    regularisation: Regularisation = NONE,
    h: float = 1e-5,
) -> GradientCheck:
    """Compare backpropagation with central differences at chosen parameters.

    The two differ where a kink lies less than h away, of a ReLU or of L1 at a weight of 0: there the cost has
    no derivative that a difference could find.

    Parameters
    ----------
    network, X, Y, regularisation, h
        As for `central_differences`.
    indices : sequence of int
        Places in θ.

    Raises
    ------
    ValueError
        If the samples do not fit the network, or the network is of step functions.
    """
    precise = network.in_double_precision()
    cost, gradient = precise.gradient(X, Y, regularisation)
    chosen = np.array(indices, dtype=np.int64).reshape(-1)
    backpropagated = gradient[chosen]
    differences = central_differences(network, X, Y, chosen.tolist(), regularisation, h)
    with np.errstate(all="ignore"):
        larger = np.maximum(np.abs(backpropagated), np.abs(differences))
        errors = np.where(larger == 0, 0.0, np.abs(backpropagated - differences) / larger)
        # What rounding does to z, to first order: a product w a is off by a part of itself, and C by δ times that.
        carried = np.abs(precise.theta * gradient).sum() + _rounding_of_outputs(precise, X, Y)
    return GradientCheck(
        indices=frozen(chosen),
        backpropagated=frozen(backpropagated),
        differences=frozen(differences),
        relative_errors=frozen(errors),
        rounding=float(np.finfo(np.float64).eps * (abs(cost) + carried) / h),
    )


def _rounding_of_outputs(network: Network, X: ArrayLike, Y: ArrayLike) -> float:
    """Return the mean of Σ |∂C/∂a · a| over samples: a − y is off by a part of a, however small it is."""
    a = network.forward(X)
    derivatives = network.cost.derivative(a.T, np.asarray(Y, a.dtype).T).T
    return float(np.abs(derivatives * a).sum(axis=1).mean())


def random_components(network: Network, count: int, seed: int) -> NDArray[np.int64]:
    """Return places in θ drawn at random, in ascending order, (count,) or as many as there are."""
    size = network.theta.size
    drawn = np.random.default_rng(seed).choice(size, min(count, size), replace=False)
    return np.sort(drawn).astype(np.int64)
