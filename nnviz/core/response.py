"""What a network makes of one input: a forward pass, kept."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.backprop import Workspace, forward
from nnviz.core.encoding import Floats
from nnviz.core.frozen import frozen, only_columns
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
    def predicted(self) -> int | None:
        """The number of the output neuron with the greatest activation; None where not all outputs are numbers."""
        outputs = self.a[-1]
        return int(outputs.argmax()) if np.isfinite(outputs).all() else None

    @property
    def confidence(self) -> float:
        """The greatest output activation; NaN where not all outputs are numbers."""
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
        x=frozen(work.inputs[0]),
        z=only_columns(work.z),
        a=only_columns(work.a),
        slope=only_columns(work.slopes),
        saturated=only_columns(flat),
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
    with np.errstate(all="ignore"):  # of a network that has diverged, ∞ · 0 is no number
        contributed: Floats = network.weights[layer - 1][neuron] * response.activations(layer - 1)
    return contributed


@dataclass(frozen=True, eq=False)
class NeuronResponse:
    """How one neuron comes by its activation: z = Σ_k w_k a_k + b, and a = σ(z). The arrays are read-only.

    Parameters
    ----------
    weights, inputs, contributed : (n_{l−1},)
        w_k, the activations a_k of the layer before, and w_k a_k.
    weighted_sum, pushed_up, pushed_down : float
        Σ_k w_k a_k, and of it what the positive and what the negative contributions add up to.
    bias, z, a, slope : float
        b, z, σ(z) and σ′(z).
    saturated : bool
        As in the layer's response.
    slope_cancels : bool
        Whether σ′(z) has no part in this neuron's error δ, because the cost cancels it: so it is at the outputs
        with every cost but the quadratic. Such a neuron learns even where it is saturated.
    """

    weights: Floats
    inputs: Floats
    contributed: Floats
    weighted_sum: float
    pushed_up: float
    pushed_down: float
    bias: float
    z: float
    a: float
    slope: float
    saturated: bool
    slope_cancels: bool


def neuron_response(network: Network, response: Response, layer: int, neuron: int) -> NeuronResponse:
    """Return how a neuron comes by its activation.

    Parameters
    ----------
    network : Network
    response : Response
        Of this network.
    layer : int
        From 1.
    neuron : int
    """
    contributed = contributions(network, response, layer, neuron)
    with np.errstate(all="ignore"):  # of a network that has diverged, infinities have no sum
        weighted_sum = contributed.sum(dtype=np.float64)
        pushed_up = contributed.sum(dtype=np.float64, where=contributed > 0)
        pushed_down = contributed.sum(dtype=np.float64, where=contributed < 0)
    return NeuronResponse(
        weights=frozen(network.weights[layer - 1][neuron]),
        inputs=frozen(response.activations(layer - 1)),
        contributed=frozen(contributed),
        weighted_sum=float(weighted_sum),
        pushed_up=float(pushed_up),
        pushed_down=float(pushed_down),
        bias=float(network.biases[layer - 1][neuron]),
        z=float(response.z[layer - 1][neuron]),
        a=float(response.a[layer - 1][neuron]),
        slope=float(response.slope[layer - 1][neuron]),
        saturated=bool(response.saturated[layer - 1][neuron]),
        slope_cancels=layer == len(network.weights) and network.cost.name != "quadratic",
    )


def largest_contributions(contributed: Floats, count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the largest contributions come from that push z up, and those that push it down.

    Each the largest first, at most `count`; of equals the first. What is 0 or no number pushes neither way.
    """
    order = np.argsort(contributed, kind="stable")
    down = order[contributed[order] < 0]
    # Backwards, equals would come last first.
    order = np.argsort(-contributed, kind="stable")
    up = order[contributed[order] > 0]
    return up[:count], down[:count]


def activation_curve(network: Network, response: Response, layer: int, neuron: int, z: ArrayLike) -> Floats:
    """Return what a neuron's activation would be if its weighted input were another.

    A softmax has its neurons share one sum: there the other neurons' weighted inputs are held as they are.

    Parameters
    ----------
    network : Network
    response : Response
        Of this network.
    layer : int
        From 1.
    neuron : int
    z : (n,)

    Returns
    -------
    float array, (n,)
    """
    z = np.asarray(z, network.dtype)
    columns = np.repeat(response.z[layer - 1][:, np.newaxis], len(z), axis=1)
    columns[neuron] = z
    a = np.empty_like(columns)
    with np.errstate(all="ignore"):
        network.activations[layer - 1].apply(columns, a)
    curve: Floats = a[neuron].copy()
    return curve
