import numpy as np
import pytest

from nnviz.core.connections import layer_contributions, strongest
from nnviz.core.network import Network
from nnviz.core.response import contributions, respond


def sets(indices):
    return [set(row) for row in indices.tolist()]


def test_the_strongest_are_those_of_the_greatest_magnitude_whatever_their_sign():
    strengths = np.array([[0.1, -3.0, 2.0, 0.0], [5.0, 1.0, -1.5, 0.2]])
    assert sets(strongest(strengths, 2)) == [{1, 2}, {0, 2}]


def test_they_agree_with_sorting():
    strengths = np.random.default_rng(3).standard_normal((20, 784)).astype(np.float32)
    expected = np.argsort(-np.abs(strengths), axis=1)[:, :12]
    assert sets(strongest(strengths, 12)) == sets(expected)


@pytest.mark.parametrize("count", [4, 9])
def test_where_there_are_no_more_than_wanted_all_are_returned(count):
    assert strongest(np.ones((3, 4)), count).tolist() == [[0, 1, 2, 3]] * 3


def test_none_are_returned_where_none_are_wanted():
    assert strongest(np.ones((3, 4)), 0).shape == (3, 0)


def test_what_is_no_number_is_the_weakest_and_infinity_the_strongest():
    strengths = np.array([[np.nan, 0.5, -np.inf, 0.25]])
    assert sets(strongest(strengths, 2)) == [{1, 2}]
    assert sets(strongest(strengths, 3)) == [{1, 2, 3}]


def test_strengths_are_left_as_they_are():
    strengths = np.array([[np.nan, -1.0, 2.0]])
    strengths.flags.writeable = False
    strongest(strengths, 1)
    assert strengths[0, 1] == -1


@pytest.fixture
def network():
    return Network((5, 4, 3), seed=2)


def test_contributions_of_a_layer_are_those_of_its_neurons(network):
    response = respond(network, np.linspace(0, 1, 5))
    for layer, n in ((1, 4), (2, 3)):
        together = layer_contributions(network, response, layer)
        for neuron in range(n):
            np.testing.assert_array_equal(together[neuron], contributions(network, response, layer, neuron))


def test_contributions_and_bias_add_up_to_the_weighted_input(network):
    response = respond(network, np.linspace(0, 1, 5))
    total = layer_contributions(network, response, 2).sum(axis=1) + network.biases[1]
    np.testing.assert_allclose(total, response.z[1], rtol=1e-5)


def test_contributions_can_be_asked_for_some_neurons_only(network):
    response = respond(network, np.ones(5))
    some = layer_contributions(network, response, 1, np.array([3, 1]))
    np.testing.assert_array_equal(some, layer_contributions(network, response, 1)[[3, 1]])


def test_contributions_of_a_diverged_network_come_without_a_warning(network):
    network.weights[0][...] = np.inf
    response = respond(network, np.zeros(5))
    assert np.isnan(layer_contributions(network, response, 1)).all()
