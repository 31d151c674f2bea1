"""What a network makes of one input: a forward pass, kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.backprop import Workspace, forward
from nnviz.core.encoding import Floats
from nnviz.core.network import Network


@dataclass(frozen=True, eq=False)
class Response:
    """A forward pass of one input, frozen. No label is needed, so a drawn digit has one, too.

    Lists have one entry for each layer 1…L.

    Parameters
    ----------
    x : (n_0,)
        The input, pixels from 0 to 1; layer 0's activations.
    z, a, slope : tuple of (n_l,)
        Weighted inputs, activations, and σ′(z).
    saturated : tuple of bool (n_l,)
        Where σ is so flat that the neuron hardly learns from this input: its slope is below a tenth of the
        steepest that its activation function has.
    """

    x: Floats
    z: tuple[Floats, ...]
    a: tuple[Floats, ...]
    slope: tuple[Floats, ...]
    saturated: tuple[NDArray[np.bool_], ...]

    @property
    def predicted(self) -> int:
        """The number of the output neuron with the greatest activation."""
        return int(self.a[-1].argmax())

    @property
    def confidence(self) -> float:
        """The greatest output activation."""
        return float(self.a[-1].max())

    def activations(self, layer: int) -> Floats:
        """Return the activations of a layer, 0 for the input's."""
        return self.x if layer == 0 else self.a[layer - 1]


def respond(network: Network, x: ArrayLike) -> Response:
    """Run one input through a network.

    Parameters
    ----------
    network : Network
    x : (n_0,)

    Raises
    ------
    ValueError
        If the input does not fit the network.
    """
    x = np.asarray(x)
    if x.shape != (network.sizes[0],):
        raise ValueError(f"An input of this network has the shape ({network.sizes[0]},), not {x.shape}.")
    work = Workspace(network, 1)
    work.inputs[0] = x
    with np.errstate(all="ignore"):
        forward(work)
        for activation, a, slope in zip(network.activations, work.a, work.slopes, strict=True):
            activation.slope(a, slope)
    flat = [slope < f.flat for f, slope in zip(network.activations, work.slopes, strict=True)]
    return Response(
        x=_frozen(work.inputs[0]),
        z=_frozen_columns(work.z),
        a=_frozen_columns(work.a),
        slope=_frozen_columns(work.slopes),
        saturated=_frozen_columns(flat),
    )


def contributions(network: Network, response: Response, layer: int, neuron: int) -> Floats:
    """Return what each neuron of the layer before adds to a neuron's z: w_jk a_k, (n_{l−1},).

    Their sum and the bias are z.

    Parameters
    ----------
    layer : int
        From 1.
    neuron : int
    """
    contributed: Floats = network.weights[layer - 1][neuron] * response.activations(layer - 1)
    return contributed


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def _frozen_columns(arrays: Iterable[NDArray[Any]]) -> tuple[NDArray[Any], ...]:
    return tuple(_frozen(array[:, 0]) for array in arrays)
