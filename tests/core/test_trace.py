from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from core.plain import COMBINATIONS, H, plain, saturated_network, some_batch, some_network

from nnviz.core.network import Network

DTYPES = [np.float32, np.float64]
ELEMENTWISE = [(activation, cost) for activation, cost in COMBINATIONS if cost != "log-likelihood"]


def traced(activation, cost, dtype=np.float64):
    network = some_network(activation, cost, dtype=dtype)
    X, Y = some_batch(network, m=1)
    return network, X[0], Y[0], network.trace(X[0], Y[0])


def arrays_of(trace):
    """Return every array of a trace, by its name."""
    arrays = {}
    for field in fields(trace):
        value = getattr(trace, field.name)
        if isinstance(value, tuple):
            arrays |= {f"{field.name}[{layer}]": array for layer, array in enumerate(value)}
        elif isinstance(value, np.ndarray):
            arrays[field.name] = value
    return arrays


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_a_trace_has_the_gradient_of_its_sample(activation, cost, dtype):
    network, x, y, trace = traced(activation, cost, dtype)
    expected_cost, gradient = network.gradient([x], [y])
    weights, biases = network.views(gradient)
    assert trace.cost == expected_cost
    assert [w.tolist() for w in trace.dC_dw] == [w.tolist() for w in weights]
    assert [b.tolist() for b in trace.dC_db] == [b.tolist() for b in biases]


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_a_trace_has_the_weighted_inputs_of_the_plain_formulas(activation, cost):
    network, x, y, trace = traced(activation, cost)
    expected = plain(network).weighted_inputs(network.theta, x[None])
    for z, expected_z in zip(trace.z, expected, strict=True):
        np.testing.assert_allclose(z, expected_z[0], rtol=1e-12)
    np.testing.assert_allclose(trace.a[-1], network.forward([x])[0], rtol=1e-14)
    assert trace.x.tolist() == x.tolist()
    assert trace.y.tolist() == y.tolist()


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_every_layers_weighted_input_leads_from_the_activations_before_it(activation, cost):
    network, x, _, trace = traced(activation, cost)
    for w, b, before, z in zip(network.weights, network.biases, (x, *trace.a), trace.z, strict=False):
        np.testing.assert_allclose(w @ before + b, z, rtol=1e-12)


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_the_books_four_equations_hold(activation, cost):
    network, x, _, trace = traced(activation, cost)
    for layer in range(len(trace.z) - 1):
        arriving = network.weights[layer + 1].T @ trace.delta[layer + 1]
        np.testing.assert_allclose(trace.error[layer], arriving, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(trace.delta[layer], arriving * trace.slope[layer], rtol=1e-12, atol=1e-15)
    for delta, before, dw, db in zip(trace.delta, (x, *trace.a), trace.dC_dw, trace.dC_db, strict=False):
        np.testing.assert_allclose(db, delta, rtol=1e-14)
        np.testing.assert_allclose(dw, np.outer(delta, before), rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("activation", "cost"), ELEMENTWISE)
def test_delta_is_error_times_slope_in_every_layer_of_single_neurons(activation, cost, dtype):
    *_, trace = traced(activation, cost, dtype)
    for error, slope, delta in zip(trace.error, trace.slope, trace.delta, strict=True):
        np.testing.assert_allclose(error * slope, delta, rtol=50 * np.finfo(dtype).eps, atol=1e-30)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_the_delta_of_a_softmax_is_what_its_whole_jacobian_makes_of_the_error(activation):
    *_, y, trace = traced(activation, "log-likelihood")
    a = trace.a[-1]
    np.testing.assert_allclose(trace.error[-1], -y / a, rtol=1e-14)
    np.testing.assert_allclose(trace.slope[-1], a * (1 - a), rtol=1e-14)
    np.testing.assert_allclose(
        trace.delta[-1], (np.diag(a) - np.outer(a, a)) @ trace.error[-1], rtol=1e-12, atol=1e-15
    )


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_the_slope_is_what_the_activation_does_when_its_input_moves(activation, cost):
    *_, trace = traced(activation, cost)
    sigmoid = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}
    for z, slope in zip(trace.z[:-1], trace.slope[:-1], strict=True):
        f = sigmoid[activation]
        np.testing.assert_allclose(slope, (f(z + H) - f(z - H)) / (2 * H), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_the_cost_answers_to_each_pixel_as_central_differences_say(activation, cost):
    network, x, y, trace = traced(activation, cost)
    oracle = plain(network)
    for pixel in range(len(x)):
        above, below = x.copy(), x.copy()
        above[pixel] += H
        below[pixel] -= H
        costs = [oracle.cost(network.theta, moved[None], y[None]) for moved in (above, below)]
        difference = (costs[0] - costs[1]) / (2 * H)
        assert trace.dC_dx[pixel] == pytest.approx(difference, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("sizes", [(4, 3), (4, 5, 3), (4, 5, 6, 2, 3)])
def test_a_trace_has_an_array_for_every_layer(sizes):
    network = some_network("tanh", "log-likelihood", sizes)
    trace = network.trace(np.ones(4), [1, 0, 0])
    for arrays in (trace.z, trace.a, trace.slope, trace.error, trace.delta, trace.dC_db):
        assert [array.shape for array in arrays] == [(n,) for n in sizes[1:]]
    assert [dw.shape for dw in trace.dC_dw] == [w.shape for w in network.weights]
    assert (trace.x.shape, trace.y.shape, trace.dC_dx.shape) == ((4,), (3,), (4,))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_trace_is_of_the_networks_type(dtype):
    *_, trace = traced("sigmoid", "cross-entropy", dtype)
    assert {array.dtype for array in arrays_of(trace).values()} == {np.dtype(dtype)}
    assert isinstance(trace.cost, float)


# Frozen


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_no_array_of_a_trace_can_be_written(activation, cost):
    *_, trace = traced(activation, cost)
    for name, array in arrays_of(trace).items():
        assert not array.flags.writeable, name
        assert array.base is None, f"{name} would change if what it views did"
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(FrozenInstanceError):
        trace.cost = 0.0


def test_the_arrays_of_a_trace_share_memory_with_nothing():
    network, x, y, trace = traced("sigmoid", "quadratic")
    arrays = list(arrays_of(trace).items())
    for i, (name, array) in enumerate(arrays):
        assert not any(np.shares_memory(array, other) for other in (network.theta, x, y)), name
        assert not any(np.shares_memory(array, other) for _, other in arrays[i + 1 :]), name


def test_a_trace_stays_as_it_is_when_the_network_learns_on():
    network, x, y, trace = traced("tanh", "quadratic")
    before = {name: array.tobytes() for name, array in arrays_of(trace).items()}
    network.theta[...] = 0
    x[...] = 0
    y[...] = 0
    network.trace(x, y)
    assert {name: array.tobytes() for name, array in arrays_of(trace).items()} == before


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_tracing_changes_neither_the_network_nor_what_it_was_given(activation, cost, dtype):
    network = some_network(activation, cost, dtype=dtype)
    X, Y = some_batch(network, m=1)
    before = [array.tobytes() for array in (network.theta, X, Y)]
    network.trace(X[0], Y[0])
    assert [array.tobytes() for array in (network.theta, X, Y)] == before


# Edges


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_a_saturated_network_is_traced_in_numbers_without_a_warning(activation, cost, dtype):
    network = saturated_network(activation, cost, dtype)
    X, _ = some_batch(network, m=1)
    for label in range(network.sizes[-1]):
        trace = network.trace(X[0], np.eye(network.sizes[-1])[label])
        assert all((np.abs(z) > 900).all() for z in trace.z), "or the test would test nothing"
        assert np.isfinite(trace.cost)
        for name, array in arrays_of(trace).items():
            assert np.isfinite(array).all(), name


def test_a_network_of_steps_refuses_to_be_traced():
    network = Network((3, 2, 2), "step")
    with pytest.raises(
        ValueError, match=r"step functions cannot be trained .* Choose sigmoid, tanh or relu\."
    ):
        network.trace([0, 0, 0], [1, 0])


@pytest.mark.parametrize(
    ("x", "y", "sentence"),
    [
        ([0, 0], [1, 0], r"Inputs for this network have the shape \(m, 3\)"),
        ([0, 0, 0], [1, 0, 0], r"Targets for these inputs have the shape \(1, 2\)"),
        ([0, 0, 0], 1, "one sample"),
    ],
)
def test_a_sample_of_another_shape_is_refused(x, y, sentence):
    with pytest.raises(ValueError, match=sentence):
        Network((3, 2)).trace(x, y)


def test_a_trace_of_a_batch_is_refused():
    with pytest.raises(ValueError, match="one sample"):
        Network([2, 2]).trace(np.zeros((2, 2)), np.zeros((2, 2)))
