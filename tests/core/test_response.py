import math
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from core.plain import COMBINATIONS, HIDDEN, plain, saturated_network, softmax, some_network

from nnviz.core.network import Network
from nnviz.core.response import (
    activation_curve,
    contributions,
    largest_contributions,
    neuron_response,
    respond,
)

EVERY = [*COMBINATIONS, ("step", "quadratic")]
SLOPES = {
    "sigmoid": lambda z: HIDDEN["sigmoid"](z) * HIDDEN["sigmoid"](-z),
    "tanh": lambda z: 1 / np.cosh(z) ** 2,
    "relu": lambda z: 1.0 * (z > 0),
    "step": lambda z: 0.0 * z,
}


def some_input(network, seed=3):
    return np.random.default_rng(seed).random(network.sizes[0])


def by_hand(cost="quadratic", activation="sigmoid"):
    """Return a network 3–2–2 whose numbers can be checked in the head, in float64."""
    network = Network((3, 2, 2), activation, cost, dtype=np.float64)
    network.weights[0][...] = [[1, 2, -3], [0, 4, 0]]
    network.biases[0][...] = [0.5, -2]
    network.weights[1][...] = [[1, -1], [2, 0]]
    network.biases[1][...] = [0, -1]
    return network


# The response


def test_a_network_that_fits_in_the_head_responds_as_computed_in_the_head():
    response = respond(by_hand(activation="relu"), [1, 0.5, 0])
    # z of layer 1: 1 + 2 · 0.5 + 0.5 and 4 · 0.5 − 2; the second neuron is at its kink.
    assert response.z[0].tolist() == [2.5, 0]
    assert response.a[0].tolist() == [2.5, 0]
    assert response.slope[0].tolist() == [1, 0]
    assert response.saturated[0].tolist() == [False, True]
    assert response.z[1].tolist() == [2.5, 4]
    assert response.a[1] == pytest.approx([1 / (1 + math.exp(-2.5)), 1 / (1 + math.exp(-4))], abs=1e-15)


@pytest.mark.parametrize(("activation", "cost"), EVERY)
def test_every_layer_agrees_with_the_plain_formulas(activation, cost):
    network = some_network(activation, cost, (5, 4, 6, 3))
    x = some_input(network)
    response = respond(network, x)
    expected = plain(network).weighted_inputs(network.theta, x[np.newaxis])
    assert len(response.z) == len(response.a) == len(response.slope) == len(response.saturated) == 3
    for layer, z in enumerate(expected):
        assert response.z[layer] == pytest.approx(z[0], abs=1e-13)
        if layer == 2:
            continue
        assert response.a[layer] == pytest.approx(HIDDEN[activation](z)[0], abs=1e-13)
        assert response.slope[layer] == pytest.approx(SLOPES[activation](z)[0], abs=1e-13)
    outputs = plain(network).forward(network.theta, x[np.newaxis])[0]
    assert response.a[-1] == pytest.approx(outputs, abs=1e-13)
    assert response.slope[-1] == pytest.approx(
        0 * outputs if activation == "step" else outputs * (1 - outputs), abs=1e-13
    )


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_slopes_are_those_of_the_curve(activation, cost):
    network = some_network(activation, cost, (5, 4, 6, 3))
    response = respond(network, some_input(network))
    h = 1e-6
    for layer in (1, 2, 3):
        for neuron in range(network.sizes[layer]):
            z = response.z[layer - 1][neuron]
            above, below = activation_curve(network, response, layer, neuron, [z + h, z - h])
            assert response.slope[layer - 1][neuron] == pytest.approx((above - below) / (2 * h), abs=1e-8)


def test_the_response_is_that_of_the_networks_own_forward_pass():
    network = Network((20, 7, 4))
    x = np.random.default_rng(0).random(20).astype(np.float32)
    response = respond(network, x)
    assert response.a[-1].dtype == response.x.dtype == np.float32
    assert response.a[-1] == pytest.approx(network.forward(x[np.newaxis])[0], abs=1e-6)


def test_the_prediction_is_the_strongest_output_and_the_confidence_its_activation():
    network = by_hand()
    response = respond(network, [1, 0.5, 0])
    assert response.predicted == 1  # 2 a − 1 > a₁ − a₂ here
    assert response.a[-1][1] > response.a[-1][0]
    assert response.confidence == response.a[-1][1]
    network.biases[1][0] = 10
    assert respond(network, [1, 0.5, 0]).predicted == 0


def test_activations_of_layer_0_are_the_input():
    network = by_hand()
    response = respond(network, [1, 0.5, 0])
    assert response.activations(0).tolist() == [1, 0.5, 0] == response.x.tolist()
    assert response.activations(1) is response.a[0]
    assert response.activations(2) is response.a[1]


def test_a_network_without_hidden_layers_responds():
    network = Network((3, 2), dtype=np.float64)
    network.weights[0][...] = [[1, 2, 3], [-1, 0, 1]]
    network.biases[0][...] = [0, 1]
    response = respond(network, [1, 1, 1])
    assert response.z[0] == pytest.approx([6, 1])
    assert len(response.a) == 1


def test_nothing_in_a_response_can_be_changed():
    network = by_hand()
    x = np.array([1.0, 0.5, 0.0])
    response = respond(network, x)
    arrays = [response.x, *response.z, *response.a, *response.slope, *response.saturated]
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
    with pytest.raises(FrozenInstanceError):
        response.x = x


def test_a_response_keeps_what_it_found_when_the_network_learns_on():
    network = by_hand()
    x = np.array([1.0, 0.5, 0.0])
    response = respond(network, x)
    z, a = response.z[0].copy(), response.a[1].copy()
    network.theta[...] = 9
    x[...] = 9
    assert response.x.tolist() == [1, 0.5, 0]
    assert response.z[0].tolist() == z.tolist()
    assert response.a[1].tolist() == a.tolist()


@pytest.mark.parametrize("x", [[1, 2], [1, 2, 3, 4], [[1, 2, 3]], 5, []])
def test_an_input_that_does_not_fit_is_refused_with_both_shapes(x):
    with pytest.raises(ValueError, match=r"shape \(3,\), not \("):
        respond(by_hand(), x)


# Saturation


@pytest.mark.parametrize(
    ("activation", "edge"),
    # σ′ is a tenth of its greatest value, ¼ or 1, where a (1 − a) = 0.025 and where 1 − a² = 0.1.
    [
        ("sigmoid", math.log((1 + math.sqrt(0.9)) / (1 - math.sqrt(0.9)))),
        ("tanh", math.atanh(math.sqrt(0.9))),
    ],
)
def test_a_neuron_is_saturated_beyond_where_its_slope_is_a_tenth_of_the_steepest(activation, edge):
    network = Network((1, 4, 2), activation, dtype=np.float64)
    network.weights[0][...] = 0
    network.biases[0][...] = [edge - 1e-6, edge + 1e-6, 1e-6 - edge, -edge - 1e-6]
    assert respond(network, [0]).saturated[0].tolist() == [False, True, False, True]


def test_a_relu_is_saturated_where_it_is_off():
    network = Network((1, 3, 2), "relu", dtype=np.float64)
    network.weights[0][...] = 0
    network.biases[0][...] = [1e-9, 0, -1]
    assert respond(network, [0]).saturated[0].tolist() == [False, True, True]


def test_a_softmax_is_never_called_saturated():
    network = by_hand(cost="log-likelihood")
    network.biases[1][...] = [500, -500]
    response = respond(network, [1, 0.5, 0])
    assert response.a[1].tolist() == [1, 0]
    assert response.saturated[1].tolist() == [False, False]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_extreme_weighted_inputs_give_finite_activations_and_no_warning(activation, cost, dtype):
    network = saturated_network(activation, cost, dtype)
    response = respond(network, np.full(4, 0.5))
    for a, slope in zip(response.a, response.slope, strict=True):
        assert np.isfinite(a).all()
        assert np.isfinite(slope).all()
    if activation != "relu":
        assert response.saturated[0].all()


def test_a_diverged_network_responds_with_what_is_no_number_and_without_a_warning():
    network = by_hand()
    network.theta[...] = np.nan
    response = respond(network, [1, 0, 1])
    assert np.isnan(response.a[-1]).all()
    assert not response.saturated[-1].any()
    assert response.predicted is None
    assert math.isnan(neuron_response(network, response, 1, 0).weighted_sum)
    network.theta[...] = np.inf
    response = respond(network, [1, 0, 1])
    assert np.isnan(contributions(network, response, 1, 0)[1])  # ∞ · 0
    neuron_response(network, response, 2, 1)


# One neuron


def test_contributions_are_weight_times_activation():
    network = by_hand()
    response = respond(network, [1, 0.5, 0.25])
    assert contributions(network, response, 1, 0).tolist() == [1, 1, -0.75]
    assert contributions(network, response, 1, 1).tolist() == [0, 2, 0]
    a = response.a[0]
    assert contributions(network, response, 2, 0) == pytest.approx([a[0], -a[1]])


@pytest.mark.parametrize(("activation", "cost"), EVERY)
def test_contributions_and_the_bias_add_up_to_z(activation, cost):
    network = some_network(activation, cost, (50, 8, 6, 3))
    response = respond(network, some_input(network))
    for layer in (1, 2, 3):
        for neuron in range(network.sizes[layer]):
            added = contributions(network, response, layer, neuron)
            assert added.shape == (network.sizes[layer - 1],)
            total = math.fsum(added) + network.biases[layer - 1][neuron]
            assert total == pytest.approx(response.z[layer - 1][neuron], abs=1e-12)


def test_a_neurons_response_has_its_sum_and_what_pushes_it_up_and_down():
    network = by_hand()
    response = respond(network, [1, 0.5, 0.25])
    neuron = neuron_response(network, response, 1, 0)
    assert neuron.weights.tolist() == [1, 2, -3]
    assert neuron.inputs.tolist() == [1, 0.5, 0.25]
    assert neuron.contributed.tolist() == [1, 1, -0.75]
    assert (neuron.weighted_sum, neuron.pushed_up, neuron.pushed_down) == (1.25, 2, -0.75)
    assert neuron.bias == 0.5
    assert neuron.z == 1.75
    assert neuron.a == pytest.approx(1 / (1 + math.exp(-1.75)))
    assert neuron.slope == pytest.approx(neuron.a * (1 - neuron.a))
    assert neuron.saturated is False
    numbers = {field.name for field in fields(neuron)} - {"weights", "inputs", "contributed"}
    assert {type(getattr(neuron, name)) for name in numbers} == {float, bool}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_neurons_response_is_the_layers(dtype):
    network = some_network("tanh", "quadratic", (30, 8, 6, 3), dtype=dtype)
    response = respond(network, some_input(network))
    for layer in (1, 2, 3):
        for index in range(network.sizes[layer]):
            neuron = neuron_response(network, response, layer, index)
            assert neuron.z == response.z[layer - 1][index]
            assert neuron.a == response.a[layer - 1][index]
            assert neuron.slope == response.slope[layer - 1][index]
            assert neuron.saturated == response.saturated[layer - 1][index]
            assert neuron.inputs.tolist() == response.activations(layer - 1).tolist()
            assert neuron.weighted_sum + neuron.bias == pytest.approx(neuron.z, abs=1e-5)
            assert neuron.pushed_up + neuron.pushed_down == pytest.approx(neuron.weighted_sum, abs=1e-12)
            assert neuron.pushed_up >= 0 >= neuron.pushed_down


def test_nothing_in_a_neurons_response_can_be_changed():
    network = by_hand()
    neuron = neuron_response(network, respond(network, [1, 0.5, 0.25]), 1, 0)
    for array in (neuron.weights, neuron.inputs, neuron.contributed):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7
    network.theta[...] = 9
    assert neuron.weights.tolist() == [1, 2, -3]


@pytest.mark.parametrize(
    ("cost", "layer", "cancels"),
    [
        ("quadratic", 1, False),
        ("quadratic", 2, False),
        ("cross-entropy", 1, False),
        ("cross-entropy", 2, True),
        ("log-likelihood", 1, False),
        ("log-likelihood", 2, True),
    ],
)
def test_a_cost_cancels_the_slope_where_the_error_of_a_saturated_neuron_is_not_0(cost, layer, cancels):
    network = by_hand(cost=cost)
    network.biases[layer - 1][0] = 12.0  # its slope is 6 · 10⁻⁶
    if cost == "log-likelihood" and layer == 2:
        network.biases[1][1] = 0
    x, y = np.array([1, 0.5, 0.25]), np.array([0.0, 1.0])  # and yet it ought to be off
    neuron = neuron_response(network, respond(network, x), layer, 0)
    assert neuron.slope < 1e-4
    assert neuron.slope_cancels is cancels
    _, gradient = network.gradient(x[np.newaxis], y[np.newaxis])
    error = network.views(gradient)[1][layer - 1][0]  # ∂C/∂b = δ
    assert (abs(error) > 0.1) == cancels


# The largest contributions


def test_the_largest_contributions_come_first_in_each_direction():
    up, down = largest_contributions(np.array([0.5, -2, 3, 0, -1, 7, -9, 0.1]), 3)
    assert up.tolist() == [5, 2, 0]
    assert down.tolist() == [6, 1, 4]


def test_there_are_no_more_contributions_listed_than_push():
    up, down = largest_contributions(np.array([0.0, 2, 0, -0.0]), 3)
    assert up.tolist() == [1]
    assert down.tolist() == []
    assert [found.tolist() for found in largest_contributions(np.zeros(5), 3)] == [[], []]
    assert [found.tolist() for found in largest_contributions(np.ones(5), 0)] == [[], []]


def test_of_equal_contributions_the_first_come_first():
    up, down = largest_contributions(np.array([1, -1, 1, -1, 1, -1, 1, -1.0]), 3)
    assert up.tolist() == [0, 2, 4]
    assert down.tolist() == [1, 3, 5]


def test_what_is_no_number_pushes_neither_way():
    up, down = largest_contributions(np.array([np.nan, 1, np.inf, -np.inf, -3, np.nan]), 3)
    assert up.tolist() == [2, 1]
    assert down.tolist() == [3, 4]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_largest_contributions_are_those_that_sorting_finds(dtype):
    values = np.random.default_rng(5).normal(size=784).astype(dtype)
    up, down = largest_contributions(values, 10)
    ranked = sorted(range(784), key=lambda k: values[k])
    assert down.tolist() == ranked[:10]
    assert up.tolist() == ranked[::-1][:10]


# The curve


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "step"])
def test_the_curve_of_a_hidden_neuron_is_its_activation_function(activation):
    network = some_network(activation, "quadratic", (5, 4, 3))
    z = np.linspace(-9, 9, 37)
    curve = activation_curve(network, respond(network, some_input(network)), 1, 2, z)
    assert curve == pytest.approx(HIDDEN[activation](z), abs=1e-14)


@pytest.mark.parametrize(("activation", "cost"), EVERY)
def test_the_neuron_is_on_its_curve(activation, cost):
    network = some_network(activation, cost, (5, 4, 6, 3))
    response = respond(network, some_input(network))
    for layer in (1, 2, 3):
        for neuron in range(network.sizes[layer]):
            z, a = response.z[layer - 1][neuron], response.a[layer - 1][neuron]
            assert activation_curve(network, response, layer, neuron, [z]) == pytest.approx([a], abs=1e-14)


def test_the_curve_of_a_softmax_holds_the_other_neurons():
    network = by_hand(cost="log-likelihood")
    response = respond(network, [1, 0.5, 0.25])
    z = np.linspace(-5, 5, 11)
    other = np.full_like(z, response.z[1][1])
    expected = softmax(np.stack([z, other], axis=1))[:, 0]
    assert activation_curve(network, response, 2, 0, z) == pytest.approx(expected, abs=1e-14)


def test_a_curve_far_out_warns_of_nothing_and_changes_nothing():
    network = by_hand()
    response = respond(network, [1, 0.5, 0.25])
    before = response.z[0].tolist()
    assert activation_curve(network, response, 1, 1, [-1e6, 1e6]).tolist() == [0, 1]
    assert response.z[0].tolist() == before
