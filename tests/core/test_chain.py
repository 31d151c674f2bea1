import itertools
import math

import numpy as np
import pytest
from core.autograd import flat_gradient, passes
from core.plain import COMBINATIONS, H, plain, saturated_network, some_batch, some_network
from core.steps import check_frozen, drawn_steps
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.core.chain import Link, Quantity, chain, cost_along, softmax_jacobian
from nnviz.core.components import Component, component, index_of
from nnviz.core.functions import Softmax
from nnviz.core.network import Network
from nnviz.core.regularisation import NONE, Regularisation

every_combination = pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
BOTH = Regularisation(l2=0.7, l1=0.3, n=4)


def every_way(network, x, y, parameter):
    """Return what each way from a parameter to the cost contributes: the chain rule, summand by summand."""
    trace = network.trace(x, y)
    layer, j = parameter.layer, parameter.neuron
    before = (trace.x, *trace.a)[layer - 1]
    first = 1.0 if parameter.is_bias else before[parameter.input]
    contributions = []
    for rest in itertools.product(*(range(n) for n in network.sizes[layer + 1 :])):
        way = (j, *rest)
        product = first
        for here, (neuron, then) in enumerate(zip(way, way[1:], strict=False), layer):
            product *= trace.slope[here - 1][neuron] * network.weights[here][then, neuron]
        contributions.append(product * trace.delta[-1][way[-1]])
    return contributions


def check_chain(network, x, y, parameter):
    found = chain(network, x, y, parameter)
    contributions = every_way(network, x, y, parameter)
    assert found.ways == len(contributions)
    assert found.total == pytest.approx(sum(contributions), rel=1e-9, abs=1e-13)
    assert abs(found.along) == pytest.approx(max(map(abs, contributions)), rel=1e-12, abs=1e-300)
    product = math.prod(link.derivative for link in found.links)
    assert product == pytest.approx(found.along, rel=1e-8, abs=1e-13)
    # Each link begins where the one before it ended, from the parameter to the cost.
    assert found.links[0].by.symbol == ("b" if parameter.is_bias else "w")
    assert found.links[-1].of == Quantity("C")
    for link, following in itertools.pairwise(found.links):
        assert link.of == following.by
    return found


# The chain


@every_combination
def test_the_ways_add_up_to_the_derivative_and_the_strongest_is_shown(activation, cost):
    network = some_network(activation, cost)
    X, Y = some_batch(network, m=1)
    for index in range(network.theta.size):
        check_chain(network, X[0], Y[0], component(network, index))


@every_combination
def test_autograd_finds_the_same_total(activation, cost):
    network = some_network(activation, cost)
    X, Y = some_batch(network, m=1)
    torchs = passes(network, X, Y)
    torchs.costs.sum().backward()
    totals = [chain(network, X[0], Y[0], component(network, i)).total for i in range(network.theta.size)]
    np.testing.assert_allclose(totals, flat_gradient(torchs.layers), rtol=1e-9, atol=1e-12)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(drawn_steps(), st.data())
def test_any_network_has_its_chains(step, data):
    X, Y = step.batch
    index = data.draw(st.integers(0, step.network.theta.size - 1))
    check_chain(step.network, X[0], Y[0], component(step.network, index))


@every_combination
def test_each_link_is_the_local_derivative(activation, cost):
    """That is, what a small change of the one does to the other while all else stays."""
    network = some_network(activation, cost)
    X, Y = some_batch(network, m=1)
    trace = network.trace(X[0], Y[0])
    found = chain(network, X[0], Y[0], Component(1, 2, 3))
    derivatives = {(link.of.symbol, link.by.symbol): [] for link in found.links}
    for link in found.links:
        derivatives[link.of.symbol, link.by.symbol].append(link)
    (first,) = derivatives["z", "w"]
    assert first == Link(Quantity("z", 1, 2), Quantity("w", 1, 2, 3), X[0, 3])
    for link in derivatives["z", "a"]:
        assert link.derivative == network.weights[link.by.layer][link.of.neuron, link.by.neuron]
    for link in derivatives["a", "z"]:
        apply = network.activations[link.by.layer - 1].apply
        moved = []
        for change in (H, -H):
            z = trace.z[link.by.layer - 1][:, None].copy()
            z[link.by.neuron] += change
            apply(z, z)
            moved.append(z[link.of.neuron, 0])
        assert link.derivative == pytest.approx((moved[0] - moved[1]) / (2 * H), rel=1e-6, abs=1e-9)
    (last,) = derivatives["C", "a"]
    costs = []
    for change in (H, -H):
        a = trace.a[-1][:, None].copy()
        a[last.by.neuron] += change
        costs.append(network.cost.of_each(a, Y.T)[0])
    assert last.derivative == pytest.approx((costs[0] - costs[1]) / (2 * H), rel=1e-5)


@pytest.mark.parametrize("label", [0, 1, 2])
def test_a_softmax_leads_to_the_cost_by_the_labels_output_alone(label):
    network = some_network("tanh", "log-likelihood")
    x = some_batch(network, m=1)[0][0]
    for j in range(3):
        found = check_chain(network, x, np.eye(3)[label], Component(3, j, 0))
        to_output, to_cost = found.links[-2:]
        assert (to_output.by, to_output.of) == (Quantity("z", 3, j), Quantity("a", 3, label))
        assert to_cost.by == Quantity("a", 3, label)


def test_the_network_by_hand_has_its_chain_by_hand():
    """The 2-2-1 network of test_backprop. From b1 of the first layer: 3/16, then 2, 9/100 and −9/10."""
    theta = np.array([1, -2, math.log(3) + 1.8, -3, 0.5, 0.1 - math.log(4), 2, -1, -math.log(9) - 1.3])
    network = Network((2, 2, 1), dtype=np.float64).at(theta)
    found = chain(network, [0.2, 1], [1], Component(1, 0, 0))
    assert [(link.of.symbol, link.by.symbol) for link in found.links] == [
        ("z", "w"), ("a", "z"), ("z", "a"), ("a", "z"), ("C", "a")
    ]  # fmt: skip
    assert [link.derivative for link in found.links] == pytest.approx([0.2, 3 / 16, 2, 0.09, -0.9], abs=1e-12)
    assert found.total == pytest.approx(-0.006075, abs=1e-12)
    assert found.along == pytest.approx(found.total, rel=1e-12), "there is only one way"
    assert (found.ways, found.parameter) == (1, Component(1, 0, 0))
    bias = chain(network, [0.2, 1], [1], Component(1, 1))
    assert bias.links[0] == Link(Quantity("z", 1, 1), Quantity("b", 1, 1), 1.0)
    assert bias.total == pytest.approx(0.01296, abs=1e-12)
    output = chain(network, [0.2, 1], [1], Component(2, 0, 1))
    assert [link.derivative for link in output.links] == pytest.approx([0.2, 0.09, -0.9], abs=1e-12)


def test_ways_can_cancel():
    """Two hidden neurons that are alike, with weights 1 and −1 to the output: ±, and nothing in sum."""
    network = Network((1, 1, 2, 1), dtype=np.float64)
    network.theta[...] = [1, 0, 1, 0, 1, 0, 1, -1, 0]
    found = chain(network, [1], [1], Component(1, 0, 0))
    assert found.total == pytest.approx(0, abs=1e-15)
    assert abs(found.along) > 0.001
    assert found.ways == 2


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_combination
def test_a_saturated_network_has_a_chain_that_does_not_lose_its_output_error(activation, cost, dtype):
    network = saturated_network(activation, cost, dtype)
    for label in range(4):
        with np.errstate(all="raise"):
            found = chain(network, np.ones(4), np.eye(4)[label], Component(3, 1))
        assert found.along == found.total
        assert math.isfinite(found.total)


def test_nan_passes():
    network = some_network("sigmoid", "quadratic")
    network.theta[...] = np.nan
    with np.errstate(all="raise"):
        assert math.isnan(chain(network, np.ones(5), [1, 0, 0], Component(1, 0, 0)).total)


def test_a_chain_is_computed_in_float64_and_leaves_the_network_as_it_is():
    single, double = (
        some_network("tanh", "cross-entropy", dtype=dtype) for dtype in (np.float32, np.float64)
    )
    before = single.theta.tobytes()
    x, y = np.linspace(0, 1, 5), [0, 1, 0]
    found = chain(single, x, y, Component(1, 0, 1))
    expected = chain(double.at(single.theta.astype(np.float64)), x, y, Component(1, 0, 1))
    assert found == expected
    assert single.theta.tobytes() == before


def test_a_parameter_that_is_not_there_is_refused():
    network = some_network("tanh", "cross-entropy")
    with pytest.raises(IndexError, match="no layer 4"):
        chain(network, np.ones(5), [0, 1, 0], Component(4, 0))
    with pytest.raises(IndexError, match="no parameter 51"):
        cost_along(network, np.ones(5), [0, 1, 0], 51, [0])


def test_the_jacobian_of_a_softmax_is_what_its_outputs_do():
    z = np.array([[0.3], [-1.0], [0.8]])
    softmax, a = Softmax(), np.empty((3, 1))
    softmax.apply(z, a)
    for j in range(3):
        moved = []
        for change in (H, -H):
            there, out = z.copy(), np.empty((3, 1))
            there[j] += change
            softmax.apply(there, out)
            moved.append(out[:, 0])
        np.testing.assert_allclose(
            softmax_jacobian(a[:, 0])[:, j], (moved[0] - moved[1]) / (2 * H), rtol=1e-7, atol=1e-10
        )


# The true cost


@pytest.mark.parametrize(
    "regularisation", [NONE, BOTH, Regularisation(l1=2, n=3)], ids=["none", "both", "L1"]
)
@every_combination
def test_the_cost_along_a_parameter_is_the_cost_with_it_there(activation, cost, regularisation):
    network = some_network(activation, cost)
    X, Y = some_batch(network, m=4)
    oracle = plain(network, regularisation)
    values = np.array([-3.0, -0.5, 0.0, 0.2, 4.0])
    for index in range(network.theta.size):
        found = cost_along(network, X, Y, index, values, regularisation)
        moved = np.tile(network.theta, (5, 1))
        moved[:, index] = values
        expected = [network.at(theta).cost_of(X, Y, regularisation) for theta in moved]
        np.testing.assert_allclose(found.costs, expected, rtol=1e-8 if cost == "cross-entropy" else 1e-12)
        # where 1 − a is rounded, the formulas differ, which take the logarithm of z
        np.testing.assert_allclose(found.costs, [oracle.cost(theta, X, Y) for theta in moved], rtol=1e-8)
        assert found.value == network.theta[index]
        assert found.cost == pytest.approx(oracle.cost(network.theta, X, Y), rel=1e-10)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(drawn_steps(), st.data())
def test_the_tangent_touches_the_cost(step, data):
    X, Y = step.batch
    index = data.draw(st.integers(0, step.network.theta.size - 1))
    regularisation = Regularisation(l2=step.hyper.l2, n=7)
    value = step.network.theta[index]
    found = cost_along(step.network, X, Y, index, [value, value + 1, value + H, value - H], regularisation)
    assert found.costs[0] == pytest.approx(found.cost, rel=1e-12)
    assert found.tangent[:2] == pytest.approx([found.cost, found.cost + found.slope], rel=1e-12)
    differences, smooth = plain(step.network, regularisation).differences(step.network.theta, X, Y)
    if smooth[index]:
        assert found.slope == pytest.approx(differences[index], rel=1e-6, abs=1e-8)
        assert (found.costs[2] - found.costs[3]) / (2 * H) == pytest.approx(found.slope, rel=1e-6, abs=1e-8)


def test_a_sample_may_be_given_alone():
    network = some_network("sigmoid", "cross-entropy", dtype=np.float32)
    X, Y = some_batch(network, m=1)
    alone, batch = cost_along(network, X[0], Y[0], 7, [1, 2]), cost_along(network, X, Y, 7, [1, 2])
    assert alone.costs.tolist() == batch.costs.tolist()
    assert alone.costs.dtype == alone.tangent.dtype == np.float64
    trace = network.in_double_precision().trace(X[0], Y[0])
    layer, neuron, k = 1, 1, 1
    assert index_of(network, Component(layer, neuron, k)) == 7
    assert alone.slope == pytest.approx(trace.dC_dw[layer - 1][neuron, k], rel=1e-12)


def test_a_cost_along_is_frozen_and_leaves_everything_as_it_is():
    network = some_network("sigmoid", "cross-entropy")
    X, Y = some_batch(network, m=2)
    values = np.array([0.0, 1.0])
    before = [array.tobytes() for array in (network.theta, X, Y, values)]
    found = cost_along(network, X, Y, 7, values)
    check_frozen(found)
    assert [array.tobytes() for array in (network.theta, X, Y, values)] == before
    assert not np.shares_memory(found.values, values)
    assert cost_along(network, X, Y, 7, []).costs.shape == (0,)


@every_combination
def test_extreme_values_pass_without_a_warning(activation, cost):
    network = some_network(activation, cost, dtype=np.float32)
    X, Y = some_batch(network, m=2)
    with np.errstate(all="raise"):
        found = cost_along(network, X, Y, 30, [-1e6, 1e6, np.nan], BOTH)
    assert np.isfinite(found.costs[:2]).all()
    assert np.isnan(found.costs[2])


def test_a_network_of_steps_is_refused():
    with pytest.raises(ValueError, match="step functions cannot be trained"):
        cost_along(Network((3, 2, 2), "step"), np.zeros(3), [1, 0], 0, [0])
    with pytest.raises(ValueError, match="step functions cannot be trained"):
        chain(Network((3, 2, 2), "step"), np.zeros(3), [1, 0], Component(1, 0))
