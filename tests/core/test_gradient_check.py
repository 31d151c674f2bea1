import numpy as np
import pytest
from core.plain import COMBINATIONS, plain, some_batch, some_network
from core.steps import check_frozen

from nnviz.core.functions import Quadratic
from nnviz.core.gradient_check import central_differences, check_gradient, random_components
from nnviz.core.network import Network
from nnviz.core.regularisation import NONE, Regularisation

REGULARISATION = Regularisation(l2=0.7, l1=0.3, n=4)


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_central_differences_agree_with_those_of_the_plain_formulas(activation, cost):
    network = some_network(activation, cost)
    X, Y = some_batch(network)
    expected, _ = plain(network, REGULARISATION).differences(network.theta, X, Y)
    found = central_differences(network, X, Y, regularisation=REGULARISATION)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


def test_a_single_neuron_agrees_with_the_derivative_by_hand():
    network = Network((1, 1), dtype=np.float64).at(np.array([0.0, 0.0]))
    # a = ½, y = 1, x = 0.4: ∂C/∂b = (a − y) a (1 − a) = −1/8, ∂C/∂w = x ∂C/∂b
    assert central_differences(network, [[0.4]], [[1.0]]) == pytest.approx([-0.05, -0.125], rel=1e-8)


def test_only_the_parameters_asked_for_are_returned_in_their_order():
    network = some_network("tanh", "cross-entropy")
    X, Y = some_batch(network)
    everything = central_differences(network, X, Y)
    assert central_differences(network, X, Y, [7, 0, 33]).tolist() == everything[[7, 0, 33]].tolist()
    assert central_differences(network, X, Y, []).shape == (0,)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_network_is_left_as_it_is(dtype):
    network = some_network("sigmoid", "quadratic", dtype=dtype)
    before = network.theta.tobytes()
    central_differences(network, *some_batch(network))
    assert network.theta.tobytes() == before
    assert network.dtype == dtype


def test_a_float32_network_is_differentiated_in_float64():
    """In float32 the difference of two costs 2e-5 apart would be mostly rounding."""
    network = some_network("sigmoid", "quadratic", dtype=np.float32)
    X, Y = some_batch(network)
    expected, _ = plain(network).differences(network.theta.astype(np.float64), X, Y)
    found = central_differences(network, X, Y)
    # the formulas see the same inputs, which a float64 copy of the network does not round either
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


def test_h_is_half_the_distance():
    """For C = ½ (1 − σ(b))² a wide difference is measurably not the derivative."""
    network = Network((1, 1), dtype=np.float64).at(np.array([0.0, 0.0]))

    def cost(b):
        return (1 - 1 / (1 + np.exp(-b))) ** 2 / 2

    found = central_differences(network, [[0.0]], [[1.0]], [1], h=2.0)
    assert found == pytest.approx([(cost(2) - cost(-2)) / 4], rel=1e-12)


# Backpropagation beside it


@pytest.mark.parametrize("regularisation", [NONE, REGULARISATION], ids=["none", "both"])
@pytest.mark.parametrize("m", [1, 6])
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_backpropagation_passes_the_check(activation, cost, m, regularisation):
    network = some_network(activation, cost)
    X, Y = some_batch(network, m)
    indices = random_components(network, 100, seed=1)
    found = check_gradient(network, X, Y, indices, regularisation)
    assert found.indices.tolist() == indices.tolist()
    assert found.backpropagated.tolist() == network.gradient(X, Y, regularisation)[1][indices].tolist()
    expected = central_differences(network, X, Y, indices.tolist(), regularisation)
    assert found.differences.tolist() == expected.tolist()
    larger = np.maximum(abs(found.backpropagated), abs(found.differences))
    errors = abs(found.backpropagated - found.differences) / np.where(larger, larger, 1)
    np.testing.assert_allclose(found.relative_errors, errors, rtol=1e-12)
    assert (found.relative_errors[larger > 1000 * found.rounding] < 1e-3).all()
    assert np.median(found.relative_errors) < 1e-7
    assert (errors * larger < 1e-8 + 10 * found.rounding).all()


def test_a_wrong_gradient_fails_the_check():
    """A cost whose output error is off by a tenth, as if somebody had made a mistake in BP1."""

    class Mistaken(Quadratic):
        def output_error(self, delta, slope):
            super().output_error(delta, slope)
            delta *= 1.1

    network = some_network("sigmoid", "quadratic")
    network.cost = Mistaken()
    found = check_gradient(network, *some_batch(network), range(10))
    np.testing.assert_allclose(found.relative_errors, 1 / 11, rtol=1e-4)


def test_one_component_can_be_checked_alone():
    network = Network((1, 1), dtype=np.float64).at(np.array([0.0, 0.0]))
    found = check_gradient(network, [[0.4]], [[1.0]], [1])
    assert found.indices.tolist() == [1]
    assert found.backpropagated == pytest.approx([-1 / 8], abs=1e-15)
    assert found.relative_errors[0] < 1e-9
    # the cost is 1/8 and ∂C/∂a · a is −1/4, so that rounding may make 3/8 · 2⁻⁵² / 10⁻⁵ of a difference
    assert found.rounding == pytest.approx(3 * 2**-55 / 1e-5)


@pytest.mark.parametrize("cost", ["quadratic", "cross-entropy", "log-likelihood"])
def test_rounding_is_not_taken_for_a_wrong_gradient_where_the_cost_is_small(cost):
    """Close to a target, what is left of the cost is small, but it is as far off as the outputs it comes from."""
    rng = np.random.default_rng(8)
    for _ in range(30):
        network = some_network("sigmoid", cost, (12, 8, 4))
        network.theta[...] = 4 * rng.standard_normal(network.theta.size)
        X = rng.random((1, 12))
        Y = np.eye(4)[network.forward(X).argmax(axis=1)]
        found = check_gradient(network, X, Y, range(network.theta.size))
        apart = np.abs(found.backpropagated - found.differences)
        larger = np.maximum(np.abs(found.backpropagated), np.abs(found.differences))
        assert (apart <= 1e-5 * larger + found.rounding).all()


def test_a_derivative_of_0_that_is_found_to_be_0_has_no_error():
    network = some_network("sigmoid", "quadratic")
    X, Y = some_batch(network)
    X[:, 0] = 0
    found = check_gradient(network, X, Y, [0])
    assert (found.backpropagated.tolist(), found.relative_errors.tolist()) == ([0], [0])


def test_a_float32_network_is_checked_in_float64_and_left_as_it_is():
    network = some_network("tanh", "cross-entropy", dtype=np.float32)
    before = network.theta.tobytes()
    found = check_gradient(network, *some_batch(network), range(20), REGULARISATION)
    assert found.backpropagated.dtype == np.float64
    assert np.median(found.relative_errors) < 1e-7
    assert network.theta.tobytes() == before


def test_a_check_is_frozen():
    network = some_network("tanh", "cross-entropy")
    check_frozen(check_gradient(network, *some_batch(network), [3, 4]))


def test_a_check_of_nan_says_nan_without_a_warning():
    network = some_network("tanh", "cross-entropy")
    network.theta[...] = np.nan
    with np.errstate(all="raise"):
        assert np.isnan(check_gradient(network, *some_batch(network), [3]).relative_errors).all()


def test_components_are_drawn_at_random_each_once():
    network = some_network("sigmoid", "quadratic", (20, 10, 3))
    drawn = random_components(network, 100, seed=3)
    assert (drawn.dtype, drawn.shape) == (np.int64, (100,))
    assert (np.diff(drawn) > 0).all()
    assert 0 <= drawn.min() < drawn.max() < network.theta.size
    assert drawn.tolist() == random_components(network, 100, seed=3).tolist()
    assert drawn.tolist() != random_components(network, 100, seed=4).tolist()
    assert random_components(network, 1000, seed=0).tolist() == list(range(network.theta.size))
