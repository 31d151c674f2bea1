"""One parameter on its way to the cost: the chain, and what follows along it where the parameter is moved."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnviz.app.graphics.backprop.subject import Subject
from nnviz.core.chain import Chain, CostAlong, Quantity, chain, cost_along
from nnviz.core.components import Component, index_of
from nnviz.core.response import Response, respond

REACH = 3.0
"""How far a parameter can be moved either way."""
POINTS = 61
"""Of the cost's curve; with an odd number of them, one is where the parameter is."""
SWEEP = 9
"""Places at which all quantities are computed, for the ranges of their number lines."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Walk:
    """A chain in numbers, in float64.

    Parameters
    ----------
    chain : Chain
    quantities : tuple of Quantity, (q,)
        From the parameter to the cost.
    lows, highs : float64 arrays, (q,)
        Between which each stays while the parameter is moved as far as it can be.
    values, moved : float64 arrays, (q,)
        Each where the parameter is, and where it has been moved to.
    along : CostAlong
        The cost where the parameter is moved, as far as it can be.
    change : float
        By how much the parameter has been moved.
    predicted : float
        The cost that the tangent promises there.
    """

    chain: Chain
    quantities: tuple[Quantity, ...]
    lows: Doubles
    highs: Doubles
    values: Doubles
    moved: Doubles
    along: CostAlong
    change: float
    predicted: float


def walk(subject: Subject, parameter: Component, change: float = 0.0) -> Walk:
    """Return the chain from a parameter to the cost of a sample, where it is and where it is moved.

    Parameters
    ----------
    subject : Subject
    parameter : Component
        One that the network has.
    change : float
        By how much it is moved.
    """
    network, x, y = subject.network, subject.trace.x, subject.trace.y
    links = chain(network, x, y, parameter)
    quantities = (links.links[0].by, *(link.of for link in links.links))
    index = index_of(network, parameter)
    middle = float(network.theta[index])
    along = cost_along(network, x, y, index, middle + np.linspace(-REACH, REACH, POINTS))
    reach = np.linspace(-REACH, REACH, SWEEP)
    swept = _sweep(subject, quantities, index, np.append(reach, 0.0))
    lows = np.append(swept.min(axis=0), along.costs.min())
    highs = np.append(swept.max(axis=0), along.costs.max())
    values = np.append(swept[-1], along.cost)
    found = Walk(links, quantities, lows, highs, values, values, along, 0.0, along.cost)
    return moved_to(subject, found, change) if change else found


def moved_to(subject: Subject, found: Walk, change: float) -> Walk:
    """Return a chain of which the parameter is moved by so much from where it is."""
    network, x, y = subject.network, subject.trace.x, subject.trace.y
    index = index_of(network, found.chain.parameter)
    there = cost_along(network, x, y, index, [found.along.value + change])
    swept = _sweep(subject, found.quantities, index, np.array([change]))
    return replace(
        found,
        moved=np.append(swept[0], there.costs[0]),
        change=change,
        predicted=float(there.tangent[0]),
    )


def _sweep(subject: Subject, quantities: tuple[Quantity, ...], index: int, changes: Doubles) -> Doubles:
    """Return all quantities but the cost, (c, q − 1), after each of some changes to a parameter."""
    # The copy is moved about, and the network stays as it is.
    precise = subject.network.in_double_precision()
    middle = float(precise.theta[index])
    rows = []
    for change in changes.tolist():
        precise.theta[index] = middle + change
        response = respond(precise, subject.trace.x)
        rows.append([_value(quantity, response, middle + change) for quantity in quantities[:-1]])
    return np.array(rows)


def _value(quantity: Quantity, response: Response, parameter: float) -> float:
    """Return what a quantity, which is not the cost, is in a forward pass."""
    if quantity.symbol in ("w", "b"):
        return parameter
    assert quantity.layer is not None
    of_layer = (response.z if quantity.symbol == "z" else response.a)[quantity.layer - 1]
    return float(of_layer[quantity.neuron or 0])
