"""What the cost of one sample asks of a single neuron, and where an error does not get through.

After the third video of the course: there are three avenues along which a neuron's activation can be changed. Its
bias, its weights, in proportion to the activations they carry, and the activations of the layer before, in
proportion to the weights that carry them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.core.encoding import Floats
from nnviz.core.frozen import all_frozen, frozen
from nnviz.core.functions import Quadratic
from nnviz.core.network import Network
from nnviz.core.trace import Trace


@dataclass(frozen=True, eq=False)
class Avenues:
    """The nudges to a neuron's bias, weights and inputs that lower one sample's cost. The arrays are read-only.

    Parameters
    ----------
    layer, neuron : int
        The layer from 1.
    delta : float
        δ_j = ∂C/∂z_j; z_j is to go against its sign.
    bias : float
        −∂C/∂b_j = −δ_j.
    weights : (n_{l−1},)
        −∂C/∂w_jk = −a_k δ_j.
    activations : (n_{l−1},)
        −w_jk δ_j, which is −∂C/∂a_k by way of this neuron alone. What the whole layer asks of the layer before
        is the sum over its neurons; pixels of the input cannot follow.
    inputs : (n_{l−1},)
        a_k of the layer before, to which `weights` is in proportion.
    carrying : (n_{l−1},)
        w_jk, to which `activations` is in proportion.
    """

    layer: int
    neuron: int
    delta: float
    bias: float
    weights: Floats
    activations: Floats
    inputs: Floats
    carrying: Floats


@dataclass(frozen=True)
class LostError:
    """A neuron at which a large error meets a flat slope, so that little of it is passed on.

    Parameters
    ----------
    layer, neuron : int
        The layer from 1.
    error : float
        ∂C/∂a, what arrives.
    slope : float
        σ′(z).
    delta : float
        Their product, what is left.
    """

    layer: int
    neuron: int
    error: float
    slope: float
    delta: float


def avenues(network: Network, trace: Trace, layer: int, neuron: int) -> Avenues:
    """Return the nudges that a sample asks of a neuron.

    Parameters
    ----------
    network : Network
        That the trace is of.
    trace : Trace
    layer : int
        From 1.
    neuron : int

    Raises
    ------
    IndexError
        If the network has no such neuron.
    """
    if not 1 <= layer <= len(trace.delta) or not 0 <= neuron < len(trace.delta[layer - 1]):
        raise IndexError(f"This network has no neuron {neuron} in a layer {layer}.")
    delta = trace.delta[layer - 1][neuron]
    inputs = trace.x if layer == 1 else trace.a[layer - 2]
    carrying = network.weights[layer - 1][neuron]
    with np.errstate(all="ignore"):
        weights, activations = -inputs * delta, -carrying * delta
    return Avenues(
        layer=layer,
        neuron=neuron,
        delta=float(delta),
        bias=-float(delta),
        weights=frozen(weights),
        activations=frozen(activations),
        inputs=frozen(inputs),
        carrying=frozen(carrying),
    )


def saturated(network: Network, trace: Trace) -> tuple[NDArray[np.bool_], ...]:
    """Return for each layer 1…L where its slope is below a tenth of the steepest, (n_l,); never for softmax."""
    with np.errstate(invalid="ignore"):
        return all_frozen(
            slope < activation.flat
            for activation, slope in zip(network.activations, trace.slope, strict=True)
        )


def lost_errors(network: Network, trace: Trace) -> tuple[LostError, ...]:
    """List where a large error dies in a flat slope: those that lose the most first.

    A slope is flat where the neuron is saturated. An error ∂C/∂a of a hidden neuron is large where it is not 0 and
    |∂C/∂a| is at least the median of its layer; that of an output, a − y, where it is above ½.

    Of the output layer it can only be said with the quadratic cost. The cross-entropy's error is as much larger
    as the slope is flatter and so loses nothing on the way, and with a softmax no neuron has a slope of its own.

    Parameters
    ----------
    network : Network
        That the trace is of.
    trace : Trace
    """
    found = []
    output = len(trace.delta)
    last = output if isinstance(network.cost, Quadratic) else output - 1
    for layer, flat in enumerate(saturated(network, trace)[:last], 1):
        error, slope, delta = trace.error[layer - 1], trace.slope[layer - 1], trace.delta[layer - 1]
        size: NDArray[Any] = np.abs(error)
        is_large = size > 0.5 if layer == output else (size > 0) & (size >= np.median(size))
        found += [
            LostError(layer, int(j), float(error[j]), float(slope[j]), float(delta[j]))
            for j in np.flatnonzero(is_large & flat)
        ]
    return tuple(sorted(found, key=lambda lost: -(abs(lost.error) - abs(lost.delta))))
