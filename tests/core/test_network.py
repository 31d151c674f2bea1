import math

import numpy as np
import pytest
from core.plain import COMBINATIONS, encoded, plain, saturated_network, some_batch, some_network, some_samples

from nnviz.core import network as network_module
from nnviz.core.network import (
    MOST_PARAMETERS,
    Network,
    check_sizes,
    check_structure,
    initial_parameters,
    parameter_count,
)
from nnviz.core.regularisation import Regularisation

DTYPES = [np.float32, np.float64]


# θ and its views


def test_theta_holds_neuron_by_neuron_the_weights_into_it_and_then_its_bias():
    network = Network((3, 2, 2), dtype=np.float64).at(np.arange(14.0))
    assert [w.tolist() for w in network.weights] == [[[0, 1, 2], [4, 5, 6]], [[8, 9], [11, 12]]]
    assert [b.tolist() for b in network.biases] == [[3, 7], [10, 13]]
    assert network.is_weight().tolist() == [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0]


def test_weights_and_biases_are_views_of_theta():
    network = some_network("sigmoid", "quadratic", (3, 2, 2))
    network.theta[...] = np.arange(14)
    assert network.weights[1].tolist() == [[8, 9], [11, 12]]
    network.weights[0][1, 2] = 100
    network.biases[1][0] = 200
    assert network.theta[6] == 100
    assert network.theta[10] == 200
    assert all(np.shares_memory(view, network.theta) for view in [*network.weights, *network.biases])


def test_a_changed_parameter_changes_what_is_computed():
    """The products use views of their own, which must follow θ as well, forwards and backwards."""
    network = some_network("tanh", "quadratic")
    X, Y = some_batch(network)
    network.forward(X)
    network.weights[1][0, 2] += 1
    network.biases[0][1] -= 1
    fresh = some_network("tanh", "quadratic").at(network.theta.copy())
    assert network.forward(X).tolist() == fresh.forward(X).tolist()
    assert network.gradient(X, Y)[1].tolist() == fresh.gradient(X, Y)[1].tolist()


def test_the_sources_network_has_13002_parameters():
    network = Network((784, 16, 16, 10))
    assert network.theta.size == parameter_count((784, 16, 16, 10)) == 13_002
    assert [w.shape for w in network.weights] == [(16, 784), (16, 16), (10, 16)]
    assert [b.shape for b in network.biases] == [(16,), (16,), (10,)]
    assert network.is_weight().sum() == 13_002 - 42


def test_a_network_computes_in_float32_unless_told():
    assert Network((2, 1)).theta.dtype == np.float32
    assert Network((2, 1), dtype=np.float64).theta.dtype == np.float64


def test_sizes_may_come_from_an_array():
    network = Network(np.array([4, 3, 2]))
    assert network.sizes == (4, 3, 2)
    assert all(type(n) is int for n in network.sizes)


# Initialisation


def test_a_large_start_draws_every_parameter_from_the_normal_distribution():
    weights = Network((784, 100, 10), init="large", dtype=np.float64).weights[0]
    biases = np.concatenate([Network((1, 1000), seed=s, dtype=np.float64).biases[0] for s in range(20)])
    for drawn in (weights.ravel(), biases):
        assert abs(drawn.mean()) < 5 / math.sqrt(drawn.size)
        assert abs(drawn.std() - 1) < 5 / math.sqrt(2 * drawn.size)


def test_a_scaled_start_shrinks_weights_by_the_root_of_their_inputs_and_leaves_biases():
    large = Network((784, 100, 10), init="large", seed=3, dtype=np.float64)
    scaled = Network((784, 100, 10), init="scaled", seed=3, dtype=np.float64)
    np.testing.assert_allclose(scaled.weights[0] * 28, large.weights[0], rtol=1e-14)
    np.testing.assert_allclose(scaled.weights[1] * 10, large.weights[1], rtol=1e-14)
    for one, other in zip(scaled.biases, large.biases, strict=True):
        assert one.tolist() == other.tolist()


@pytest.mark.parametrize("init", ["large", "scaled"])
def test_the_start_depends_on_the_seed_alone(init):
    start = Network((5, 4, 3), init=init, seed=3).theta
    np.random.default_rng().random(10)
    assert Network((5, 4, 3), init=init, seed=3).theta.tobytes() == start.tobytes()
    assert Network((5, 4, 3), init=init, seed=4).theta.tobytes() != start.tobytes()
    assert Network((5, 4, 3), "relu", "log-likelihood", init, 3).theta.tobytes() == start.tobytes()


def test_both_types_start_from_the_same_numbers():
    precise = Network((5, 4, 3), dtype=np.float64).theta
    assert Network((5, 4, 3)).theta.tolist() == precise.astype(np.float32).tolist()
    assert initial_parameters((5, 4, 3), "large", 0).tolist() == precise.tolist()


# Forward and cost


@pytest.mark.parametrize(("activation", "cost"), [*COMBINATIONS, ("step", "quadratic")])
@pytest.mark.parametrize("sizes", [(4, 3), (4, 5, 2), (3, 1, 4, 2), (2, 3, 4, 3, 2)])
def test_outputs_and_cost_are_those_of_the_plain_formulas(activation, cost, sizes):
    network = some_network(activation, cost, sizes)
    X, Y = some_batch(network)
    regularisation = Regularisation(l2=0.3, l1=0.2, n=7)
    oracle = plain(network, regularisation)
    np.testing.assert_allclose(network.forward(X), oracle.forward(network.theta, X), rtol=1e-12)
    if activation != "step":
        assert network.cost_of(X, Y, regularisation) == pytest.approx(
            oracle.cost(network.theta, X, Y), rel=1e-11
        )
        assert network.cost_of(X, Y) == pytest.approx(plain(network).cost(network.theta, X, Y), rel=1e-11)


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_float32_agrees_with_float64_about_outputs_and_cost(activation, cost):
    precise = some_network(activation, cost)
    single = some_network(activation, cost, dtype=np.float32)
    X, Y = some_batch(precise)
    outputs = single.forward(X)
    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, precise.forward(X), rtol=1e-4, atol=1e-6)
    assert single.cost_of(X, Y) == pytest.approx(precise.cost_of(X, Y), rel=1e-5)


def test_outputs_belong_to_the_caller():
    network = some_network("sigmoid", "quadratic")
    X, _ = some_batch(network)
    first, second = network.forward(X), network.forward(X)
    assert not np.shares_memory(first, second)
    assert not np.shares_memory(first, network.theta)
    assert first.flags.writeable
    assert first.base is None, "a view would keep the buffers of all layers alive"


@pytest.mark.parametrize(("activation", "cost"), [*COMBINATIONS, ("step", "quadratic")])
@pytest.mark.parametrize("dtype", DTYPES)
def test_asking_a_network_changes_neither_it_nor_what_it_was_given(activation, cost, dtype):
    network = some_network(activation, cost, dtype=dtype)
    X, Y = some_batch(network)
    before = [array.tobytes() for array in (network.theta, X, Y)]
    regularisation = Regularisation(l2=1, l1=1, n=1)
    network.forward(X)
    network.cost_of(X, Y, regularisation)
    if network.trainable:
        _, gradient = network.gradient(X, Y, regularisation)
        gradient[...] = 0
    assert [array.tobytes() for array in (network.theta, X, Y)] == before


@pytest.mark.parametrize(("activation", "cost"), [*COMBINATIONS, ("step", "quadratic")])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_saturated_network_gives_numbers_and_no_warning(activation, cost, dtype):
    network = saturated_network(activation, cost, dtype)
    X, _ = some_batch(network)
    outputs = network.forward(X)
    assert np.isfinite(outputs).all()
    assert ((outputs >= 0) & (outputs <= 1)).all()
    for label in range(network.sizes[-1]):
        assert math.isfinite(network.cost_of(X, np.eye(network.sizes[-1])[[label] * len(X)]))


# The perceptron


def nand():
    """Return the book's NAND: weights −2 and −2, bias 3."""
    return Network((2, 1), "step", dtype=np.float64).at(np.array([-2.0, -2.0, 3.0]))


def test_the_books_perceptron_is_a_nand_gate():
    assert nand().forward([[0, 0], [0, 1], [1, 0], [1, 1]]).tolist() == [[1], [1], [1], [0]]


def test_a_perceptron_exactly_on_its_threshold_does_not_fire():
    assert nand().forward([[1, 0.5]]).tolist() == [[0]]


@pytest.mark.parametrize(
    ("threshold", "goes"), [(5, [0, 0, 0, 0, 1, 1, 1, 1]), (3, [0, 0, 0, 1, 1, 1, 1, 1])]
)
def test_the_books_cheese_festival_is_decided_by_the_weather_or_by_the_company(threshold, goes):
    festival = Network((3, 1), "step").at(np.array([6, 2, 2, -threshold], np.float32))
    evenings = [[weather, friend, train] for weather in (0, 1) for friend in (0, 1) for train in (0, 1)]
    assert festival.forward(evenings).ravel().tolist() == goes


def test_layers_of_nands_add_two_bits():
    """The book's half adder, with the inputs of a later layer carried through by steps."""
    carry_through = [[1, 0, -0.5], [0, 1, -0.5]]
    first = [*carry_through, [-2, -2, 3]]
    second = [[-2, 0, -2, 3], [0, -2, -2, 3], [0, 0, 1, -0.5]]
    third = [[-2, -2, 0, 3], [0, 0, -4, 3]]
    theta = np.concatenate([np.ravel(layer) for layer in (first, second, third)]).astype(np.float32)
    adder = Network((2, 3, 3, 2), "step").at(theta)
    assert adder.forward([[0, 0], [0, 1], [1, 0], [1, 1]]).tolist() == [[0, 0], [1, 0], [1, 0], [0, 1]]


def test_a_perceptron_has_a_cost_and_no_gradient():
    network = nand()
    assert network.cost_of([[0, 0], [1, 1]], [[0], [0]]) == 0.25
    assert not network.trainable
    with pytest.raises(ValueError, match="step functions cannot be trained by gradient descent") as caught:
        network.gradient([[0, 0]], [[0]])
    assert "Choose sigmoid, tanh or relu." in str(caught.value)
    with pytest.raises(ValueError, match="step functions cannot be trained by gradient descent"):
        network.refuse_if_untrainable()


def test_every_other_network_is_trainable():
    for activation, cost in COMBINATIONS:
        network = some_network(activation, cost)
        network.refuse_if_untrainable()
        assert network.trainable


# Other networks from one


def test_the_same_network_at_other_parameters_holds_these_and_copies_nothing():
    network = some_network("tanh", "log-likelihood", (3, 2, 2))
    theta = np.linspace(-1, 1, 14)
    before = network.theta.tobytes()
    other = network.at(theta)
    assert other.theta is theta
    assert network.theta.tobytes() == before
    theta[10] = 5
    assert other.biases[1][0] == 5
    assert (other.sizes, other.activation_name, other.cost.name) == ((3, 2, 2), "tanh", "log-likelihood")
    X, _ = some_batch(network)
    np.testing.assert_allclose(other.forward(X), plain(network).forward(theta, X), rtol=1e-13)


@pytest.mark.parametrize(
    "theta", [np.zeros(13), np.zeros(15), np.zeros((14, 1)), np.zeros(14, np.float32), np.zeros(14, int)]
)
def test_parameters_of_another_shape_or_type_are_refused(theta):
    with pytest.raises(ValueError) as caught:
        some_network("tanh", "quadratic", (3, 2, 2)).at(theta)
    assert "14 parameters of type float64" in str(caught.value)
    assert f"{theta.shape} of type {theta.dtype}" in str(caught.value)


def test_a_copy_in_double_precision_has_the_same_parameters_and_its_own_memory():
    network = some_network("relu", "cross-entropy", dtype=np.float32)
    precise = network.in_double_precision()
    assert precise.dtype == precise.theta.dtype == np.float64
    assert precise.theta.tolist() == network.theta.tolist()
    precise.weights[0][...] = 0
    assert network.weights[0].all()
    assert network.dtype == np.float32
    already = some_network("relu", "cross-entropy")
    assert not np.shares_memory(already.in_double_precision().theta, already.theta)


# What makes no sense


def refusal(*arguments, **named):
    with pytest.raises(ValueError) as caught:
        Network(*arguments, **named)
    message = str(caught.value)
    assert message[0].isupper()
    assert message.endswith(".")
    return message


@pytest.mark.parametrize("sizes", [(), (3,), [784], "784", "ab"])
def test_fewer_than_two_layers_are_refused(sizes):
    message = refusal(sizes)
    assert "two layers or more" in message
    assert repr(sizes) in message


@pytest.mark.parametrize("n", [0, -1, True, False, 2.0, 2.5, "3", None, float("nan")])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_layer_without_a_whole_number_of_neurons_is_refused(n, place):
    sizes = [4, 3, 2]
    sizes[place] = n
    message = refusal(sizes)
    assert "whole number of neurons, at least 1" in message
    assert repr(n) in message


def test_more_parameters_than_memory_should_hold_are_refused_before_they_are_drawn(monkeypatch):
    monkeypatch.setattr(network_module, "initial_parameters", None)
    message = refusal((10_000, 10_000, 10))
    assert "10000-10000-10" in message
    assert "100,110,010 parameters" in message
    assert f"up to {MOST_PARAMETERS:,}" in message


def test_the_limit_itself_is_allowed():
    check_sizes((MOST_PARAMETERS - 1, 1))
    with pytest.raises(ValueError, match="50,000,001 parameters"):
        check_sizes((MOST_PARAMETERS, 1))


def test_sizes_whose_product_overflows_an_int64_are_refused():
    assert "parameters" in refusal((2**40, 2**40))
    assert "parameters" in refusal(np.array([2**40, 2**40]))


def test_softmax_with_a_single_output_is_refused():
    message = refusal((4, 3, 1), "sigmoid", "log-likelihood")
    assert "softmax over one output neuron" in message
    assert "another cost than log-likelihood" in message
    Network((4, 3, 1), "sigmoid", "cross-entropy")


def test_softmax_hidden_layers_are_refused():
    message = refusal((4, 3, 2), "softmax", "log-likelihood")
    assert "'softmax' for hidden layers" in message
    assert "output layer, where the log-likelihood cost brings it along" in message


@pytest.mark.parametrize("cost", ["cross-entropy", "log-likelihood"])
def test_steps_with_a_cost_of_logarithms_are_refused(cost):
    message = refusal((4, 3, 2), "step", cost)
    assert "step activation" in message
    assert f"{cost} cost" in message


@pytest.mark.parametrize(
    ("arguments", "given", "choice"),
    [
        ({"activation": "Sigmoid"}, "'Sigmoid'", "sigmoid, tanh, relu, step"),
        ({"activation": ""}, "''", "sigmoid, tanh, relu, step"),
        ({"cost": "mse"}, "'mse'", "quadratic, cross-entropy, log-likelihood"),
        ({"cost": None}, "None", "quadratic, cross-entropy, log-likelihood"),
        ({"init": "he"}, "'he'", "large, scaled"),
    ],
)
def test_unknown_names_are_refused_with_those_there_are(arguments, given, choice):
    message = refusal((4, 3, 2), **arguments)
    assert given in message
    assert choice in message


@pytest.mark.parametrize("dtype", [int, np.uint8, np.float16, np.longdouble, complex, bool])
def test_other_types_than_float32_and_float64_are_refused(dtype):
    message = refusal((4, 3, 2), dtype=dtype)
    assert "float32 or float64" in message
    assert str(np.dtype(dtype)) in message


def test_a_structure_can_be_checked_without_making_the_network():
    assert check_structure((4, 3, 2), "relu", "log-likelihood", "scaled") == "softmax"
    with pytest.raises(ValueError, match="'he'"):
        check_structure((4, 3, 2), "relu", "log-likelihood", "he")


@pytest.mark.parametrize("shape", [(4,), (0, 4), (2, 3), (2, 5), (2, 4, 1), ()])
def test_inputs_of_another_shape_are_refused(shape):
    network = Network((4, 2))
    for ask in (
        network.forward,
        lambda X: network.cost_of(X, [[1, 0]]),
        lambda X: network.gradient(X, [[1, 0]]),
    ):
        with pytest.raises(ValueError) as caught:
            ask(np.zeros(shape))
        assert "(m, 4), m at least 1" in str(caught.value)
        assert str(shape) in str(caught.value)


@pytest.mark.parametrize("shape", [(2,), (2, 2), (3, 3), (3, 2, 1), (1, 2), (3, 1)])
def test_targets_of_another_shape_are_refused(shape):
    network = Network((4, 2))
    for ask in (network.cost_of, network.gradient):
        with pytest.raises(ValueError) as caught:
            ask(np.zeros((3, 4)), np.zeros(shape))
        assert "(3, 2)" in str(caught.value)
        assert str(shape) in str(caught.value)


def test_encoded_samples_are_what_a_network_takes():
    network = some_network("sigmoid", "quadratic")
    X, Y = encoded(network, *some_samples(network, n=3))
    assert network.forward(X).shape == Y.shape


@pytest.mark.parametrize("seed", [-1, 1.5, True, "0"])
def test_a_seed_that_is_no_whole_number_is_refused_with_a_sentence(seed):
    with pytest.raises(ValueError, match="whole number"):
        Network([2, 2], seed=seed)
