"""The cost and the gradient over many samples, a piece of them at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from nnviz.core.backprop import Workspace, backward, forward
from nnviz.core.encoding import Floats, one_hot
from nnviz.core.evaluation import PIECE, evaluate
from nnviz.core.network import Network, check_samples
from nnviz.core.regularisation import NONE, Regularisation

Bytes = NDArray[np.uint8]


def whole_gradient(
    network: Network, images: Bytes, labels: Bytes, regularisation: Regularisation = NONE
) -> tuple[float, Floats]:
    """Return the cost of samples and its gradient by θ, without dropout: what `Network.gradient` returns of them.

    Parameters
    ----------
    network : Network
    images : uint8 array, (n, n_0)
        So many that their floats might not fit into memory, or into the processor's cache.
    labels : int array, (n,)
    regularisation : Regularisation

    Returns
    -------
    cost : float
    gradient : (P,)

    Raises
    ------
    ValueError
        If the samples do not fit the network, or it is of step functions.
    """
    network.refuse_if_untrainable()
    check_samples(network, images, labels)
    cost, gradient = 0.0, np.zeros_like(network.theta)
    work: Workspace | None = None
    with np.errstate(all="ignore"):
        for start in range(0, len(images), PIECE):
            some = images[start : start + PIECE]
            if work is None or work.m != len(some):
                work = Workspace(network, len(some))
            work.fill(some)
            work.targets[...] = one_hot(labels[start : start + PIECE], network.sizes[-1], network.dtype).T
            forward(work)
            share = len(some) / len(images)
            cost += share * backward(work)
            np.multiply(work.gradient, share, work.gradient)
            np.add(gradient, work.gradient, gradient)
        if regularisation:
            cost += regularisation.cost_of(network.weights)
            regularisation.add_gradient(network.theta, network.is_weight(), gradient, np.empty_like(gradient))
    return cost, gradient


def costs_at(
    network: Network,
    positions: Iterable[Floats],
    images: Bytes,
    labels: Bytes,
    regularisation: Regularisation = NONE,
) -> Iterator[float]:
    """Yield the cost of samples at one θ after another, without dropout; NaN where it is no finite number.

    Parameters
    ----------
    network : Network
        For its structure and precision.
    positions : iterable of (P,)
    images, labels, regularisation
        As for `whole_gradient`.
    """
    for theta in positions:
        there = network.at(theta.astype(network.dtype))
        with np.errstate(all="ignore"):
            cost = evaluate(there, images, labels).cost + regularisation.cost_of(there.weights)
        yield cost if np.isfinite(cost) else float("nan")
