import numpy as np
import pytest
from core.plain import COMBINATIONS, plain, some_batch, some_network

from nnviz.core.gradient_check import central_differences
from nnviz.core.network import Network
from nnviz.core.regularisation import Regularisation

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
