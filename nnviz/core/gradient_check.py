"""Central differences: the slow way to a derivative, which shares only the cost with backpropagation."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from nnviz.core.encoding import Floats
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
