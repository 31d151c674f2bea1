"""Which of a neuron's many connections count most."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.core.encoding import Floats
from nnviz.core.network import Network
from nnviz.core.response import Response


def strongest(strengths: Floats, count: int) -> NDArray[np.intp]:
    """Return, for each neuron, the numbers of its strongest inputs, those of the greatest magnitude.

    Parameters
    ----------
    strengths : float array, (n_out, n_in)
        Weights, or contributions w_jk a_k, a row for each neuron. What is no number counts as 0.
    count : int
        How many for each neuron; all where there are not so many.

    Returns
    -------
    int array, (n_out, min(count, n_in))
        In no particular order.
    """
    n_out, n_in = strengths.shape
    if count >= n_in:
        return np.broadcast_to(np.arange(n_in), (n_out, n_in))
    magnitudes = np.abs(strengths)
    magnitudes[np.isnan(magnitudes)] = 0
    first = n_in - max(count, 0)
    return np.argpartition(magnitudes, min(first, n_in - 1), axis=1)[:, first:]


def layer_contributions(
    network: Network, response: Response, layer: int, neurons: NDArray[np.intp] | slice = slice(None)
) -> Floats:
    """Return what each neuron of the layer before adds to the weighted inputs of a layer: w_jk a_k.

    Parameters
    ----------
    layer : int
        From 1.
    neurons : int array, (m,), or slice
        Of which neurons of the layer; of all, where not given.

    Returns
    -------
    float array, (m, n_{l−1})
        The sum of a row and the neuron's bias are its z.
    """
    with np.errstate(all="ignore"):  # of a network that has diverged, 0 · ∞ is no number
        contributed: NDArray[Any] = network.weights[layer - 1][neurons] * response.activations(layer - 1)
    return contributed
