"""Which two directions a plane through the parameters takes.

After Li, Xu, Taylor, Studer and Goldstein, "Visualizing the Loss Landscape of Neural Nets" (2018): random directions,
normalised so that planes can be compared, show what lies around a point, but not the path, since in so many
dimensions any random direction is nearly at right angles to it. What shows the path are its principal components.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nnviz.core.encoding import Floats
from nnviz.core.network import Network
from nnviz.core.plane import Plane, PlaneError, spanned
from nnviz.core.randomness import Stream, generator

Doubles = NDArray[np.float64]

COLUMNS = 4096
"""Parameters at a time that are taken into float64, so that a long path needs no second copy."""
NO_SECOND = 1e-12
"""The second principal component counts as none if its variance is below this share of the first's."""


def downhill(centre: Floats, gradient: Floats, travelled: Floats, reach: float = 1.0) -> Plane:
    """Return the plane of the steepest descent and of the way that led here.

    Parameters
    ----------
    centre : float array, (P,)
    gradient : float array, (P,)
        ∇C; u = −∇C / ‖∇C‖.
    travelled : float array, (P,)
        The sum of some steps before; v is along its component at right angles to u.
    reach : float

    Raises
    ------
    PlaneError
        If the gradient is zero, or the steps before were along it.
    """
    return spanned(
        centre,
        -gradient,
        travelled,
        reach,
        why="The gradient is zero here: the cost is flat to first order, and no way leads downhill.",
        tilted="The steps before add no second direction to the gradient. Make some steps, or choose other directions.",
    )


def principal(positions: Sequence[Floats] | Floats, centre: Floats | None = None) -> Plane:
    """Return the plane of a path's first two principal components: of all planes, the one that it leaves least.

    Of u and v, each points to the side on which the path ends.

    Parameters
    ----------
    positions : (N, P)
        θ along the path, N at least 3.
    centre : float array, (P,), optional
        The mean where not given.

    Raises
    ------
    PlaneError
        If the path so far lies on a line.
    """
    line = "The path so far has no two directions. Make some more steps, or choose other directions."
    if len(positions) < 3:
        raise PlaneError(line)
    size = len(positions[0])
    with np.errstate(all="ignore"):
        gram = sum((away @ away.T for _, _, away in _centred(positions)), np.zeros((len(positions),) * 2))
    if not np.isfinite(gram).all():
        raise PlaneError("The path has come to parameters that are no finite numbers.")
    # With X the centred path, (N, P), the components are the eigenvectors of XᵀX, (P, P); those of XXᵀ, (N, N),
    # are found at once, and Xᵀ leads from one to the other.
    variances, mixtures = np.linalg.eigh(gram)
    if not variances[-2] > NO_SECOND * variances[-1]:
        raise PlaneError(line)
    ways, middle, to_end = np.empty((2, size)), np.empty(size), np.empty(size)
    for part, mean, away in _centred(positions):
        ways[:, part] = mixtures[:, [-1, -2]].T @ away
        middle[part], to_end[part] = mean, away[-1]
    first, second = (_sign(np.dot(way, to_end)) * way for way in ways)
    reach = float(np.sqrt(np.diag(gram).max()))
    return spanned(middle if centre is None else centre, first, second, reach, why=line, tilted=line)


def _centred(positions: Sequence[Floats] | Floats) -> Iterator[tuple[slice, Doubles, Doubles]]:
    """Yield some columns of a path at a time, their mean, and their distances from it, (N, columns)."""
    for start in range(0, len(positions[0]), COLUMNS):
        part = slice(start, start + COLUMNS)
        rows = np.stack([theta[part] for theta in positions]).astype(np.float64)
        mean: Doubles = rows.mean(axis=0)
        yield part, mean, rows - mean


def _sign(number: float) -> float:
    return -1.0 if number < 0 else 1.0


def filter_normalised(network: Network, seed: int) -> tuple[Doubles, Doubles]:
    """Return two random directions, neuron by neuron as long as the network's own parameters (Li et al., section 4).

    A neuron's weights can be made larger and those behind it smaller, and a network of ReLUs computes the same: how
    steep the surface looks would depend on the scale. So each neuron's block of the direction is given the length
    of its block of θ. A block here is a neuron's weights and its bias, which such a rescaling makes larger together
    (Li et al. leave biases out). Block by block the second direction is at right angles to the first, so that both
    stay normalised and the two are orthogonal.

    Parameters
    ----------
    network : Network
        At the centre.
    seed : int
        At least 0; with the sizes of the network, all that the numbers drawn depend on.

    Returns
    -------
    first, second : float64 arrays, (P,)
        Each as long as θ.
    """
    random = generator(seed, Stream.DIRECTIONS)
    drawn = random.standard_normal((2, network.theta.size))
    with np.errstate(all="ignore"):
        for first, second, theta in zip(
            network.layers(drawn[0]), network.layers(drawn[1]), network.layers(network.theta), strict=True
        ):
            first /= _lengths(first)
            second -= (first * second).sum(axis=1, keepdims=True) * first
            second /= _lengths(second)
            of_neurons = _lengths(theta.astype(np.float64))
            first *= of_neurons
            second *= of_neurons
    return drawn[0], drawn[1]


def _lengths(rows: Floats) -> Floats:
    """Return the length of each row, (n, 1)."""
    lengths: Floats = np.linalg.norm(rows, axis=1, keepdims=True)
    return lengths


def random_plane(network: Network, seed: int) -> Plane:
    """Return the plane of two filter-normalised random directions; it reaches as far as θ is long.

    Raises
    ------
    PlaneError
        If all parameters are 0, or not all are finite.
    """
    first, second = filter_normalised(network, seed)
    length = float(np.linalg.norm(network.theta.astype(np.float64)))
    if length == 0:
        raise PlaneError("All parameters are 0, so there is no scale to normalise random directions to.")
    return spanned(network.theta, first, second, length if np.isfinite(length) else 1.0)


def two_parameters(theta: Floats, one: int, other: int) -> Plane:
    """Return the plane on which two parameters move, and all others stay.

    Parameters
    ----------
    theta : float array, (P,)
        The centre.
    one, other : int
        Places in θ; u is along the first.

    Raises
    ------
    PlaneError
        If it is one parameter twice, or there is no such.
    """
    for place in (one, other):
        if not 0 <= place < len(theta):
            raise PlaneError(
                f"This network has parameters 0 to {len(theta) - 1:,}, but no parameter {place:,}."
            )
    if one == other:
        raise PlaneError("One parameter moves along a line. A plane takes two different ones.")
    along = np.zeros((2, len(theta)))
    along[0, one] = along[1, other] = 1
    reach = max(1.0, 2 * abs(float(theta[one])), 2 * abs(float(theta[other])))
    return spanned(theta, along[0], along[1], reach if np.isfinite(reach) else 1.0)


def through_points(start: Floats, here: Floats, there: Floats) -> Plane:
    """Return the plane through three points; u leads from the first to the second.

    Parameters
    ----------
    start, here, there : float arrays, (P,)
        The centre is the mean of the three.

    Raises
    ------
    PlaneError
        If they lie on a line.
    """
    line = "The three points lie on a line, so many planes go through them. Choose points that differ more."
    origin = start.astype(np.float64)
    with np.errstate(all="ignore"):
        to_here, to_there = here - origin, there - origin
        reach = max(float(np.linalg.norm(to_here)), float(np.linalg.norm(to_there)))
        centre = origin + (to_here + to_there) / 3
    return spanned(centre, to_here, to_there, reach if 0 < reach < np.inf else 1.0, why=line, tilted=line)
