import numpy as np
import pytest
from core.steps import check_frozen
from hypothesis import given
from hypothesis import strategies as st

from nnviz.core.components import Component, component, index_of, rank
from nnviz.core.network import Network

by_hand = Network((2, 2, 1), dtype=np.float64)
NAMES = [
    Component(1, 0, 0), Component(1, 0, 1), Component(1, 0),
    Component(1, 1, 0), Component(1, 1, 1), Component(1, 1),
    Component(2, 0, 0), Component(2, 0, 1), Component(2, 0),
]  # fmt: skip


def test_every_place_has_its_name():
    assert [component(by_hand, index) for index in range(9)] == NAMES
    assert [index_of(by_hand, name) for name in NAMES] == list(range(9))
    assert [name.is_bias for name in NAMES] == [False, False, True] * 3


@given(st.lists(st.integers(1, 6), min_size=2, max_size=5), st.data())
def test_the_parameter_that_lies_at_a_place_is_the_one_named(sizes, data):
    network = Network(sizes)
    index = data.draw(st.integers(0, network.theta.size - 1))
    network.theta[...] = 0
    network.theta[index] = 1
    named = component(network, index)
    layer, neuron = named.layer - 1, named.neuron
    if named.is_bias:
        assert network.biases[layer][neuron] == 1
    else:
        assert network.weights[layer][neuron, named.input] == 1
    assert index_of(network, named) == index


@pytest.mark.parametrize("index", [-1, 9])
def test_a_place_that_is_not_there_is_refused(index):
    with pytest.raises(IndexError, match=rf"parameters 0 to 8, but no parameter {index}\."):
        component(by_hand, index)


@pytest.mark.parametrize(
    "name",
    [
        Component(0, 0),
        Component(3, 0),
        Component(1, 2),
        Component(1, -1),
        Component(1, 0, 2),
        Component(2, 0, -1),
    ],
)
def test_a_name_of_nothing_is_refused(name):
    with pytest.raises(IndexError, match="but no"):
        index_of(by_hand, name)


def test_a_numpy_integer_is_a_place_like_any_other():
    named = component(by_hand, np.int64(7))
    assert named == Component(2, 0, 1)
    assert type(named.neuron) is int
    assert type(index_of(by_hand, named)) is int


# The order of the components


def test_the_largest_come_first_whatever_their_sign():
    gradient = np.array([0.0, -3.0, 1.0, 2.0, 0.5, -2.0, 0.0, 4.0, -0.1])
    ranking = rank(by_hand, gradient)
    assert ranking.order.tolist() == [7, 1, 3, 5, 2, 4, 8, 0, 6]
    first = 9 + 1 + 4 + 0.25 + 4
    second = 16 + 0.01
    np.testing.assert_allclose(
        ranking.layer_shares, [first / (first + second), second / (first + second)], rtol=1e-14
    )
    assert ranking.norm == pytest.approx(np.linalg.norm(gradient), rel=1e-14)


@given(st.lists(st.floats(-1e3, 1e3, width=32), min_size=9, max_size=9))
def test_every_component_is_in_the_order_once(values):
    gradient = np.array(values, np.float32)
    ranking = rank(by_hand, gradient)
    assert sorted(ranking.order.tolist()) == list(range(9))
    sizes = np.abs(gradient[ranking.order])
    assert (np.diff(sizes) <= 0).all()
    assert ranking.layer_shares.sum() == pytest.approx(1 if gradient.any() else 0)


def test_a_gradient_of_0_is_shared_by_nobody():
    ranking = rank(by_hand, np.zeros(9))
    assert ranking.order.tolist() == list(range(9))
    assert (ranking.layer_shares.tolist(), ranking.norm) == ([0, 0], 0)


def test_shares_are_taken_in_float64():
    """Squares of 1e-30 and of 1e30 are no numbers of a float32."""
    for size in (1e-30, 1e30):
        gradient = np.full(9, size, np.float32)
        np.testing.assert_allclose(rank(by_hand, gradient).layer_shares, [6 / 9, 3 / 9], rtol=1e-6)


def test_what_is_no_number_comes_last():
    gradient = np.arange(9.0)
    gradient[4] = np.nan
    with np.errstate(all="raise"):
        ranking = rank(by_hand, gradient)
    assert ranking.order.tolist() == [8, 7, 6, 5, 3, 2, 1, 0, 4]
    assert np.isnan(ranking.norm)


def test_a_ranking_is_frozen():
    check_frozen(rank(by_hand, np.ones(9)))
