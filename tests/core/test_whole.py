import numpy as np
import pytest
from core.plain import COMBINATIONS, encoded, some_network, some_samples

from nnviz.core.evaluation import PIECE
from nnviz.core.network import UNTRAINABLE
from nnviz.core.regularisation import Regularisation
from nnviz.core.whole import costs_at, whole_gradient

R = Regularisation(2.0, 0.7, 100)


@pytest.mark.parametrize("n", [1, 7, PIECE, PIECE + 1, 2 * PIECE + 13])
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_in_pieces_it_is_the_gradient_of_all(activation, cost, n):
    network = some_network(activation, cost)
    images, labels = some_samples(network, n)
    expected_cost, expected = network.gradient(*encoded(network, images, labels), R)
    found_cost, found = whole_gradient(network, images, labels, R)
    assert found_cost == pytest.approx(expected_cost, rel=1e-12)
    assert found == pytest.approx(expected, rel=1e-10, abs=1e-14)


def test_the_costs_at_several_parameters_are_those_of_the_networks_there():
    network = some_network("tanh", "log-likelihood", dtype=np.float32)
    images, labels = some_samples(network, 12)
    X, Y = encoded(network, images, labels)
    positions = np.random.default_rng(0).normal(size=(3, network.theta.size))
    found = list(costs_at(network, positions, images, labels, R))
    expected = [network.at(theta.astype(np.float32)).cost_of(X, Y, R) for theta in positions]
    assert found == pytest.approx(expected, rel=1e-5)


def test_a_cost_that_is_no_finite_number_is_nan():
    network = some_network("relu", "log-likelihood", dtype=np.float32)
    images, labels = some_samples(network, 12)
    huge = np.full(network.theta.size, 3e38, np.float32)
    with np.errstate(all="raise"):
        found = list(costs_at(network, [network.theta, huge, np.nan * huge], images, labels, R))
    assert np.isfinite(found[0])
    assert np.isnan(found[1:]).all()


def test_a_network_of_steps_has_no_gradient():
    network = some_network("step", "quadratic")
    with pytest.raises(ValueError, match=UNTRAINABLE[:30]):
        whole_gradient(network, *some_samples(network))


def test_samples_that_do_not_fit_are_refused():
    network = some_network("sigmoid", "quadratic")
    with pytest.raises(ValueError, match="have the shape"):
        whole_gradient(network, np.zeros((3, 4), np.uint8), np.zeros(3, np.uint8))
