import math

import numpy as np
import pytest
from core.autograd import passes
from core.plain import COMBINATIONS, H, plain, saturated_network, some_batch, some_network
from core.steps import check_frozen

from nnviz.core.network import Network
from nnviz.core.response import respond
from nnviz.core.sensitivity import LostError, avenues, lost_errors, saturated

every_combination = pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)


def traced(activation, cost, sizes=(5, 4, 3, 3), dtype=np.float64):
    network = some_network(activation, cost, sizes, dtype=dtype)
    X, Y = some_batch(network, m=1)
    return network, X, Y, network.trace(X[0], Y[0])


# Three avenues


@every_combination
def test_bias_and_weights_are_nudged_as_central_differences_say(activation, cost):
    network, X, Y, trace = traced(activation, cost)
    differences, smooth = plain(network).differences(network.theta, X, Y)
    assert smooth.all()
    weights, biases = network.views(differences)
    for layer, n in enumerate(network.sizes[1:], 1):
        for neuron in range(n):
            found = avenues(network, trace, layer, neuron)
            np.testing.assert_allclose(found.weights, -weights[layer - 1][neuron], rtol=1e-6, atol=1e-9)
            assert found.bias == pytest.approx(-biases[layer - 1][neuron], rel=1e-6, abs=1e-9)


@every_combination
def test_an_activation_is_nudged_as_a_change_of_it_that_only_this_neuron_sees(activation, cost):
    """Such a change is one of the neuron's bias, by the weight that carries it."""
    network, X, Y, trace = traced(activation, cost)
    oracle = plain(network)
    for layer, n in enumerate(network.sizes[1:], 1):
        for neuron in range(n):
            found = avenues(network, trace, layer, neuron)
            for k, nudge in enumerate(found.activations):
                costs = []
                for change in (H, -H):
                    moved = network.at(network.theta.copy())
                    moved.biases[layer - 1][neuron] += network.weights[layer - 1][neuron, k] * change
                    costs.append(oracle.cost(moved.theta, X, Y))
                assert nudge == pytest.approx(-(costs[0] - costs[1]) / (2 * H), rel=1e-6, abs=1e-9)


def asked_of_the_layer_before(network, trace, layer):
    return sum(avenues(network, trace, layer, neuron).activations for neuron in range(network.sizes[layer]))


@every_combination
def test_what_all_neurons_ask_of_the_layer_before_is_its_error_downhill(activation, cost):
    network, *_, trace = traced(activation, cost)
    for layer, error in ((1, trace.dC_dx), (2, trace.error[0]), (3, trace.error[1])):
        asked = asked_of_the_layer_before(network, trace, layer)
        np.testing.assert_allclose(asked, -error, rtol=1e-10, atol=1e-14)


@every_combination
def test_autograd_asks_the_same_of_each_layer(activation, cost):
    network, X, Y, trace = traced(activation, cost)
    torchs = passes(network, X, Y)
    torchs.costs.sum().backward()
    for layer in (2, 3):
        expected = -torchs.activations[layer - 2].grad[0].numpy()
        asked = asked_of_the_layer_before(network, trace, layer)
        np.testing.assert_allclose(asked, expected, rtol=1e-9, atol=1e-12)


@every_combination
def test_nudges_are_in_proportion_to_activations_and_to_weights(activation, cost):
    network, X, _, trace = traced(activation, cost)
    for layer, before in ((1, X[0]), (2, trace.a[0]), (3, trace.a[1])):
        found = avenues(network, trace, layer, 1)
        assert (found.layer, found.neuron) == (layer, 1)
        assert found.delta == trace.delta[layer - 1][1] == -found.bias
        assert found.inputs.tolist() == before.tolist()
        assert found.carrying.tolist() == network.weights[layer - 1][1].tolist()
        assert found.weights.tolist() == (-before * found.delta).tolist()
        assert found.activations.tolist() == (-network.weights[layer - 1][1] * found.delta).tolist()


def by_hand():
    """The 2-2-1 network of test_backprop: δ = −81/1000 at the output, whose inputs are 3/4 and 1/5."""
    theta = np.array([1, -2, math.log(3) + 1.8, -3, 0.5, 0.1 - math.log(4), 2, -1, -math.log(9) - 1.3])
    network = Network((2, 2, 1), dtype=np.float64).at(theta)
    return network, network.trace([0.2, 1], [1])


def test_the_network_by_hand_has_its_avenues_by_hand():
    found = avenues(*by_hand(), layer=2, neuron=0)
    assert found.bias == pytest.approx(0.081, abs=1e-12)
    np.testing.assert_allclose(found.weights, [0.06075, 0.0162], atol=1e-12)
    np.testing.assert_allclose(found.activations, [0.162, -0.081], atol=1e-12)


@pytest.mark.parametrize(("layer", "neuron"), [(0, 0), (3, 0), (1, 2), (1, -1), (2, 1)])
def test_a_neuron_that_is_not_there_is_refused(layer, neuron):
    with pytest.raises(IndexError, match="no neuron"):
        avenues(*by_hand(), layer, neuron)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_avenues_are_frozen_and_of_the_networks_type(dtype):
    network, *_, trace = traced("tanh", "quadratic", dtype=dtype)
    found = avenues(network, trace, 1, 0)
    check_frozen(found)
    assert found.weights.dtype == found.activations.dtype == dtype
    assert not np.shares_memory(found.carrying, network.theta)


# Errors that die


def test_saturated_is_what_a_response_says():
    for activation, cost in COMBINATIONS:
        network, X, _, trace = traced(activation, cost, (5, 9, 8, 3))
        network.theta *= 3
        trace = network.trace(X[0], np.eye(3)[0])
        found = saturated(network, trace)
        assert [layer.tolist() for layer in found] == [
            layer.tolist() for layer in respond(network, X[0]).saturated
        ]
        assert not any(layer.flags.writeable for layer in found)


def some_hidden_neurons(cost="quadratic"):
    """Five hidden neurons, each with its z and its way to the only output, which is at z = 0 with the target 1.

    The output's δ is −1/8 with the quadratic cost, −1/2 with the cross-entropy.
    """
    z = [0, 8, -8, 8, 0]
    w = [4, 3, -2, 0.5, 1]
    network = Network((1, 5, 1), "sigmoid", cost, dtype=np.float64)
    network.theta[...] = 0
    network.biases[0][...] = z
    network.weights[1][...] = w
    network.biases[1][...] = -float(np.dot(w, 1 / (1 + np.exp(-np.array(z, float)))))
    return network, network.trace([0], [1])


def test_errors_are_lost_where_they_are_large_and_the_slope_is_flat():
    """|error| is |w|/8, of the median 2/8; neurons 1, 2 and 3 are saturated, and of those 1 and 2 have large errors."""
    lost = lost_errors(*some_hidden_neurons())
    assert [(one.layer, one.neuron) for one in lost] == [(1, 1), (1, 2)], (
        "the one that loses most comes first"
    )
    slope = math.exp(-8) / (1 + math.exp(-8)) ** 2
    assert [one.error for one in lost] == pytest.approx([-3 / 8, 2 / 8], rel=1e-12)
    for one in lost:
        assert one.slope == pytest.approx(slope, rel=1e-10)
        assert one.delta == pytest.approx(one.error * slope, rel=1e-10)


def saturated_outputs(cost, y):
    """Return outputs of z = −8 and 8, by nothing but their biases."""
    network = Network((1, 2), "sigmoid", cost, dtype=np.float64)
    network.theta[...] = [0, -8, 0, 8]
    return network, network.trace([0], y)


def test_a_saturated_mistake_at_the_output_is_lost_to_the_quadratic_cost_alone():
    """The book's argument for the cross-entropy, whose error is as much larger as the slope is flatter."""
    a = 1 / (1 + math.exp(8))
    lost = lost_errors(*saturated_outputs("quadratic", [1, 0]))
    assert sorted((one.layer, one.neuron) for one in lost) == [(1, 0), (1, 1)]
    assert abs(lost[0].error) == pytest.approx(1 - a)
    assert lost_errors(*saturated_outputs("cross-entropy", [1, 0])) == ()
    assert lost_errors(*saturated_outputs("log-likelihood", [1, 0])) == ()


def test_a_saturated_output_that_is_right_has_no_error_to_lose():
    assert lost_errors(*saturated_outputs("quadratic", [0, 1])) == ()
    assert [one.neuron for one in lost_errors(*saturated_outputs("quadratic", [1, 1]))] == [0]


def test_hidden_errors_are_lost_under_every_cost():
    assert [one.neuron for one in lost_errors(*some_hidden_neurons("cross-entropy"))] == [1, 2]


def test_no_error_is_none_that_could_be_lost():
    network, _ = some_hidden_neurons()
    network.weights[1][...] = 0
    network.biases[1][...] = 0
    assert lost_errors(network, network.trace([0], [1])) == ()


def test_the_only_neuron_of_a_layer_can_lose_its_error():
    network = Network((1, 1, 1), dtype=np.float64)
    network.theta[...] = [0, 9, 1, -1]
    (lost,) = lost_errors(network, network.trace([0], [1]))
    assert (lost.layer, lost.neuron) == (1, 0)


def test_a_dead_relu_lets_nothing_through():
    network = Network((1, 2, 1), "relu", dtype=np.float64)
    network.theta[...] = [0, -1, 0, 1, 2, 1, 0]
    lost = lost_errors(network, network.trace([0], [1]))
    assert lost == (LostError(1, 0, lost[0].error, 0.0, 0.0),)
    assert lost[0].error != 0


def test_nan_and_saturation_pass_without_a_warning():
    network, trace = some_hidden_neurons()
    network.theta[...] = np.nan
    with np.errstate(all="raise"):
        trace = network.trace([0], [1])
        assert lost_errors(network, trace) == ()
        assert np.isnan(avenues(network, trace, 1, 0).weights).all()
        for activation, cost in COMBINATIONS:
            network = saturated_network(activation, cost, np.float32)
            lost_errors(network, network.trace(np.ones(4), [1, 0, 0, 0]))
