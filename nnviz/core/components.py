"""The gradient as a list: which parameter each component belongs to, and which components are the largest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.encoding import Floats
from nnviz.core.frozen import frozen
from nnviz.core.network import Network


@dataclass(frozen=True)
class Component:
    """A place in θ, or in its gradient, by the name of the parameter that lies there.

    Parameters
    ----------
    layer : int
        From 1.
    neuron : int
        j, the neuron that the weight leads into or that the bias belongs to.
    input : int or None
        k, the neuron of the layer before from which the weight comes; None for the bias.
    """

    layer: int
    neuron: int
    input: int | None = None

    @property
    def is_bias(self) -> bool:
        """Whether it is a bias."""
        return self.input is None


@dataclass(frozen=True, eq=False)
class Ranking:
    """The components of a gradient by size. The arrays are read-only.

    Parameters
    ----------
    order : int64 array, (P,)
        Places in θ, those with the largest |∂C/∂θ| first; of equal ones the earlier first, and NaN last.
    layer_shares : float64 array, (L,)
        Each layer's share of ‖∇C‖²; they add up to 1. All 0 for a gradient of 0.
    norm : float
        ‖∇C‖.
    """

    order: NDArray[np.int64]
    layer_shares: NDArray[np.float64]
    norm: float


def component(network: Network, index: int) -> Component:
    """Return the name of a place in θ.

    Raises
    ------
    IndexError
        If θ has no such place.
    """
    for layer, (where, n_in) in enumerate(zip(network.layer_slices, network.sizes, strict=False), 1):
        if where.start <= index < where.stop:
            neuron, k = divmod(int(index) - where.start, n_in + 1)
            return Component(layer, neuron, None if k == n_in else k)
    raise IndexError(
        f"This network has parameters 0 to {network.theta.size - 1:,}, but no parameter {index:,}."
    )


def index_of(network: Network, component: Component) -> int:
    """Return a parameter's place in θ.

    Raises
    ------
    IndexError
        If the network has no such parameter.
    """
    layer, neuron, k = component.layer, component.neuron, component.input
    if not 1 <= layer < len(network.sizes):
        raise IndexError(f"This network has layers 1 to {len(network.sizes) - 1}, but no layer {layer}.")
    n_in, n_out = network.sizes[layer - 1], network.sizes[layer]
    if not 0 <= neuron < n_out or not (k is None or 0 <= k < n_in):
        raise IndexError(f"Layer {layer} has {n_out} neurons of {n_in} inputs, but no {component}.")
    start = int(network.layer_slices[layer - 1].start)
    return start + neuron * (n_in + 1) + (n_in if k is None else k)


def rank(network: Network, gradient: Floats) -> Ranking:
    """Return the components of a gradient by size.

    Parameters
    ----------
    network : Network
    gradient : (P,)
    """
    with np.errstate(all="ignore"):
        order = np.argsort(-np.abs(gradient), kind="stable").astype(np.int64)
        precise = gradient.astype(np.float64)  # the square of a float32 may be too small or too large for one
        squares = np.array([np.dot(precise[where], precise[where]) for where in network.layer_slices])
        total = squares.sum()
        shares = squares / total if total else squares
    return Ranking(frozen(order), frozen(shares), float(np.sqrt(total)))
