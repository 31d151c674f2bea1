"""The chain rule for a single parameter: from a weight to the cost, and the true cost where the weight moves.

A weight moves its neuron's z, that its activation, that every neuron of the layer after, and so on to the cost.
∂C/∂w is the sum over all ways through the network, and along each way it is the product of the local derivatives.
BP1 to BP4 are how that sum is taken without going every way.

All is computed in float64, whatever the network computes in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.backprop import Workspace, forward
from nnviz.core.components import Component, component, index_of
from nnviz.core.frozen import frozen
from nnviz.core.network import Network
from nnviz.core.regularisation import NONE, Regularisation
from nnviz.core.trace import Trace

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Quantity:
    """A number on the way from a parameter to the cost.

    Parameters
    ----------
    symbol : {"w", "b", "z", "a", "C"}
    layer : int or None
        From 1; None for the cost.
    neuron : int or None
    input : int or None
        For a weight, the neuron of the layer before.
    """

    symbol: Literal["w", "b", "z", "a", "C"]
    layer: int | None = None
    neuron: int | None = None
    input: int | None = None


@dataclass(frozen=True)
class Link:
    """A local derivative, ∂of/∂by.

    Parameters
    ----------
    of, by : Quantity
    derivative : float
    """

    of: Quantity
    by: Quantity
    derivative: float


@dataclass(frozen=True)
class Chain:
    """How one parameter reaches one sample's cost along the strongest way.

    Parameters
    ----------
    parameter : Component
    links : tuple of Link
        ∂z/∂w of the parameter's own neuron, then ∂a/∂z and ∂z/∂a in turn, at last ∂C/∂a. At a softmax, where z
        moves every output, ∂a/∂z is an entry of the Jacobian and leads to the output whose cost answers most;
        for a one-hot target that is the label's, and no other way leads on.
    along : float
        What the strongest way contributes to `total`: the product of the links. From the last z on it is taken as
        δ = ∂C/∂z, which holds where an output is so saturated that rounding leaves nothing of the two factors.
    total : float
        ∂C/∂w, the sum over all ways. `along` can be larger than it, or of the other sign: ways cancel.
    ways : int
        How many ways lead from the parameter's neuron to a z of the output layer.
    """

    parameter: Component
    links: tuple[Link, ...]
    along: float
    total: float
    ways: int


@dataclass(frozen=True, eq=False)
class CostAlong:
    """The true cost where one parameter takes other values and all else stays. The arrays are read-only.

    Parameters
    ----------
    values : float64 array, (v,)
    costs : float64 array, (v,)
        The cost at each.
    tangent : float64 array, (v,)
        What the derivative predicts: cost + slope · (value − its own).
    value, cost, slope : float
        The parameter as it is, the cost there, and ∂C/∂θ.
    """

    values: Doubles
    costs: Doubles
    tangent: Doubles
    value: float
    cost: float
    slope: float


def chain(network: Network, x: ArrayLike, y: ArrayLike, parameter: Component) -> Chain:
    """Return the chain from a parameter to the cost of one sample, along the way with the largest product.

    Parameters
    ----------
    network : Network
    x : (n_0,)
    y : (n_L,)
        Its target.
    parameter : Component

    Raises
    ------
    IndexError
        If the network has no such parameter.
    ValueError
        If the sample does not fit the network, or the network is of step functions.
    """
    index_of(network, parameter)  # which says what is wrong with it
    precise = network.in_double_precision()
    trace = precise.trace(x, y)
    layer, j, k = parameter.layer, parameter.neuron, parameter.input
    before = trace.x if layer == 1 else trace.a[layer - 2]
    own = Quantity("b", layer, j) if k is None else Quantity("w", layer, j, k)
    with np.errstate(all="ignore"):
        onward = _strongest_ways(precise, trace)
        links = [Link(Quantity("z", layer, j), own, 1.0 if k is None else float(before[k]))]
        neuron = j
        for here in range(layer, len(trace.z)):
            z, a = Quantity("z", here, neuron), Quantity("a", here, neuron)
            links.append(Link(a, z, float(trace.slope[here - 1][neuron])))
            then = int(onward[here - 1][neuron])
            weight = float(precise.weights[here][then, neuron])
            links.append(Link(Quantity("z", here + 1, then), a, weight))
            neuron = then
        along = math.prod(link.derivative for link in links) * float(trace.delta[-1][neuron])
        links += _through_the_output(precise, trace, neuron)
        derivatives = trace.dC_db[layer - 1][j] if k is None else trace.dC_dw[layer - 1][j, k]
    return Chain(parameter, tuple(links), along, float(derivatives), math.prod(network.sizes[layer + 1 :]))


def _strongest_ways(network: Network, trace: Trace) -> list[NDArray[np.intp]]:
    """Return for each hidden layer where the strongest way goes on from each of its neurons, (n_l,).

    A way's strength is |∂C/∂z| along it alone. From the output backwards, the strongest way from a neuron is the
    best product of a weight and the strength from there on.
    """
    strength = np.abs(trace.delta[-1])
    onward: list[NDArray[np.intp]] = []
    for w, slope in zip(network.weights[:0:-1], trace.slope[-2::-1], strict=True):
        ways = np.abs(w) * strength[:, np.newaxis]
        onward.insert(0, ways.argmax(axis=0))
        strength = slope * ways.max(axis=0)
    return onward


def _through_the_output(network: Network, trace: Trace, neuron: int) -> list[Link]:
    """Return the links from an output neuron's z to its activation, or a softmax's other, and on to the cost."""
    last = len(trace.z)
    slopes, errors, then = trace.slope[-1], trace.error[-1], neuron
    if network.activations[-1].name == "softmax":
        a = trace.a[-1]
        slopes = softmax_jacobian(a)[:, neuron]
        then = int(np.abs(slopes * errors).argmax())
    activation = Quantity("a", last, then)
    return [
        Link(activation, Quantity("z", last, neuron), float(slopes[then])),
        Link(Quantity("C"), activation, float(errors[then])),
    ]


def softmax_jacobian(a: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return ∂a_i/∂z_j of a softmax with the outputs a, (n, n): a_i (1 − a_i) on the diagonal, −a_i a_j elsewhere."""
    return np.diag(a) - np.outer(a, a)


def cost_along(
    network: Network,
    X: ArrayLike,
    Y: ArrayLike,
    index: int,
    values: ArrayLike,
    regularisation: Regularisation = NONE,
) -> CostAlong:
    """Return the cost of a sample, or a batch, for other values of one parameter, beside what its slope predicts.

    Only what the parameter reaches is computed anew: its neuron's z, and the layers after.

    Parameters
    ----------
    network : Network
        Left as it is.
    X : (n_0,) or (m, n_0)
    Y : (n_L,) or (m, n_L)
    index : int
        The parameter's place in θ.
    values : (v,)
    regularisation : Regularisation

    Raises
    ------
    IndexError
        If θ has no such place.
    ValueError
        If the samples do not fit the network, or the network is of step functions.
    """
    where = component(network, index)
    precise = network.in_double_precision()
    X, Y = np.atleast_2d(X), np.atleast_2d(Y)
    cost, gradient = precise.gradient(X, Y, regularisation)
    value, slope = precise.theta[index], gradient[index]
    values = np.array(values, dtype=np.float64).reshape(-1)
    with np.errstate(all="ignore"):
        costs = _costs_at(precise, X, Y, where, values - value)
        costs += regularisation.cost_of(precise.weights)
        if regularisation and not where.is_bias:  # a sum over the weights, of which one has changed
            here = regularisation.cost_of([value])
            costs += [regularisation.cost_of([other]) - here for other in values]
        tangent = cost + slope * (values - value)
    return CostAlong(frozen(values), frozen(costs), frozen(tangent), float(value), cost, float(slope))


def _costs_at(network: Network, X: Doubles, Y: Doubles, where: Component, changes: Doubles) -> Doubles:
    """Return the mean cost of a batch, (v,), after each of some changes to a parameter, without regularisation."""
    m, layer = len(X), where.layer
    work = Workspace(network, m)
    work.inputs[...] = X
    forward(work)
    k = (
        network.sizes[layer - 1] if where.input is None else where.input
    )  # a bias is the weight of the last row, 1
    # Side by side, the batch once for each change.
    z = np.tile(work.z[layer - 1], len(changes))
    z[where.neuron] += np.outer(changes, work.a_and_1[layer - 1][k]).ravel()
    a = np.empty_like(z)
    network.activations[layer - 1].apply(z, a)
    for after in range(layer, len(network.activations)):
        z = network.weights[after] @ a + network.biases[after][:, np.newaxis]
        a = np.empty_like(z)
        network.activations[after].apply(z, a)
    of_each = network.cost.of_each(a, np.tile(Y.T.astype(a.dtype), len(changes)))
    costs: Doubles = of_each.reshape(len(changes), m).mean(axis=1)
    return costs
