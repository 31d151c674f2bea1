import numpy as np
import pytest
from app.backprop_scene import diverged, subject

from nnviz.app.graphics.backprop.walk import REACH, moved_to, walk
from nnviz.core.components import Component, index_of


def moved_network(found, parameter, change):
    network = found.network.in_double_precision()
    network.theta[index_of(network, parameter)] += change
    return network


def values_in(found, network, quantities):
    trace = network.trace(found.trace.x, found.trace.y)
    values = []
    for quantity in quantities:
        if quantity.symbol == "C":
            values.append(trace.cost)
        elif quantity.symbol in ("w", "b"):
            place = Component(quantity.layer, quantity.neuron, quantity.input)
            values.append(network.theta[index_of(network, place)])
        else:
            values.append(getattr(trace, quantity.symbol)[quantity.layer - 1][quantity.neuron])
    return values


@pytest.mark.parametrize(
    "kind", [{}, {"activation": "tanh", "cost": "cross-entropy"}, {"cost": "log-likelihood"}]
)
@pytest.mark.parametrize("parameter", [Component(1, 2, 3), Component(1, 0), Component(3, 1, 2)])
@pytest.mark.parametrize("change", [0.0, 0.7, -2.5])
def test_every_quantity_is_what_the_moved_network_makes_it(kind, parameter, change):
    found = subject(sizes=(6, 4, 4, 3), **kind)
    made = walk(found, parameter, change)
    np.testing.assert_allclose(
        made.values, values_in(found, moved_network(found, parameter, 0), made.quantities)
    )
    there = moved_network(found, parameter, change)
    np.testing.assert_allclose(made.moved, values_in(found, there, made.quantities))
    assert made.change == change


def test_the_way_leads_from_the_parameter_to_the_cost():
    made = walk(subject(), Component(1, 2, 3))
    assert [quantity.symbol for quantity in made.quantities] == ["w", "z", "a", "z", "a", "C"]
    assert [quantity.symbol for quantity in walk(subject(), Component(2, 0)).quantities] == [
        "b",
        "z",
        "a",
        "C",
    ]


def test_the_tangent_promises_what_the_slope_says():
    found, parameter = subject(), Component(1, 2, 3)
    made = walk(found, parameter, 0.5)
    assert made.predicted == pytest.approx(made.along.cost + 0.5 * made.chain.total)


def test_the_network_is_left_as_it_is():
    found = subject()
    before = found.network.theta.copy()
    walk(found, Component(1, 2, 3), 1.0)
    np.testing.assert_array_equal(found.network.theta, before)


def test_the_lines_reach_as_far_as_the_quantities_do():
    made = walk(subject(), Component(1, 2, 3), 2.0)
    assert (made.lows <= np.minimum(made.values, made.moved) + 1e-12).all()
    assert (made.highs >= np.maximum(made.values, made.moved) - 1e-12).all()
    assert made.highs[0] - made.lows[0] == pytest.approx(2 * REACH)


def test_moving_further_is_the_same_as_walking_there():
    found, parameter = subject(), Component(1, 2, 3)
    one, other = moved_to(found, walk(found, parameter), -1.25), walk(found, parameter, -1.25)
    np.testing.assert_array_equal(one.moved, other.moved)
    assert one.predicted == other.predicted
    back = moved_to(found, one, 0.0)
    np.testing.assert_allclose(back.moved, back.values)


def test_a_network_that_has_diverged_can_be_walked():
    found = subject(network=diverged())
    assert not np.isfinite(walk(found, Component(1, 0, 1), 0.5).moved).all()
