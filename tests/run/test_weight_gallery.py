import gc
import weakref

import numpy as np
import pytest
from run.small import small_data, small_spec

from nnviz.run.trainer import Trainer
from nnviz.run.weight_gallery import Beginnings, descending, gallery, largest, norms, parameters


@pytest.fixture
def trainer():
    return Trainer(small_spec((20, 6, 4, 10)), small_data())


def test_a_layers_parameters_are_its_weights_and_biases(trainer):
    network = trainer.snapshot().network
    for layer, n in ((1, 6), (2, 4), (3, 10)):
        weights, biases = parameters(network, layer)
        assert weights is network.weights[layer - 1]
        assert biases is network.biases[layer - 1]
        assert len(biases) == n


def test_a_change_is_what_is_now_less_what_was_then(trainer):
    before = trainer.snapshot().network
    trainer.advance(4)
    now = trainer.snapshot().network
    weights, biases = parameters(now, 2, since=before)
    for j in range(4):
        assert biases[j] == now.biases[1][j] - before.biases[1][j]
        for k in range(6):
            assert weights[j, k] == now.weights[1][j, k] - before.weights[1][j, k]
    assert np.any(weights != 0)


def test_norms_are_lengths_of_rows():
    weights = np.array([[3.0, 4.0], [0.0, 0.0], [-1.0, 0.0]], np.float32)
    assert norms(weights).tolist() == [5.0, 0.0, 1.0]


def test_largest_leaves_out_what_is_no_number():
    values = np.array([[1.0, -3.0], [np.nan, 2.0], [-np.inf, 0.5], [np.nan, np.inf]], np.float32)
    assert largest(values).tolist() == [3.0, 2.0, 0.5, 0.0]
    assert largest(np.array([1.0, -7.0])) == 7.0


def test_the_largest_comes_first_and_of_equals_the_first():
    assert descending([1.0, 3.0, 2.0, 3.0, -5.0]).tolist() == [1, 3, 2, 0, 4]
    assert descending([0.0] * 300 + [1.0]).tolist() == [300, *range(300)]


def test_what_is_no_number_comes_last():
    assert descending([np.nan, -1.0, np.inf, -np.inf]).tolist() == [2, 1, 3, 0]


def test_a_gallery_has_its_neurons_in_the_order_asked_for(trainer):
    network = trainer.snapshot().network
    order = np.array([2, 0, 3, 1])
    shown = gallery(network, 2, order)
    assert shown.layer == 2
    assert shown.order.tolist() == [2, 0, 3, 1]
    assert np.array_equal(shown.weights, network.weights[1][[2, 0, 3, 1]])
    assert np.array_equal(shown.biases, network.biases[1][[2, 0, 3, 1]])


def test_a_gallery_without_an_order_has_them_by_number(trainer):
    shown = gallery(trainer.snapshot().network, 1)
    assert shown.order.tolist() == [0, 1, 2, 3, 4, 5]
    assert shown.weights.shape == (6, 20)


def test_neurons_share_a_scale_or_have_their_own(trainer):
    trainer.network.theta[:] = 0
    trainer.network.weights[0][0, 3] = -2.0
    trainer.network.weights[0][4, 19] = 0.5
    trainer.network.biases[0][1] = -7.0
    network, order = trainer.snapshot().network, np.array([4, 0, 1, 2, 3, 5])
    assert gallery(network, 1, order).limits.tolist() == [2.0] * 6
    own = gallery(network, 1, order, shared=False)
    assert own.limits.tolist() == [0.5, 2.0, 0, 0, 0, 0]
    assert own.biases_limit == 7.0


def test_a_gallery_of_a_change_has_the_scale_of_the_change(trainer):
    before = trainer.snapshot().network
    trainer.network.weights[0][2, 2] += 0.25
    shown = gallery(trainer.snapshot().network, 1, since=before)
    assert shown.limits[0] == pytest.approx(0.25, rel=1e-5)
    assert shown.biases_limit == 0
    assert np.count_nonzero(shown.weights) == 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, 3e38])
def test_a_network_that_has_diverged_warns_of_nothing(trainer, bad):
    before = trainer.snapshot().network
    trainer.network.theta[:] = -bad
    network = trainer.snapshot().network
    shown = gallery(network.at(-network.theta), 1, since=network)
    assert np.isfinite(shown.limits).all()
    assert sorted(descending(norms(shown.weights))) == list(range(6))
    gallery(network, 1, since=before)


def test_a_run_began_with_the_parameters_of_its_step_0(trainer):
    beginnings = Beginnings()
    first = trainer.snapshot()
    beginnings.note(first)
    trainer.advance(3)
    beginnings.note(trainer.snapshot())
    assert beginnings.network(trainer.snapshot()) is first.network


def test_of_several_snapshots_of_step_0_the_first_counts(trainer):
    beginnings = Beginnings()
    first = trainer.snapshot()
    beginnings.note(first)
    trainer.network.theta[0] = 9.0
    beginnings.note(trainer.snapshot())
    assert beginnings.network(trainer.snapshot()) is first.network


def test_a_run_that_nobody_saw_begin_began_with_what_its_specification_draws(trainer):
    trainer.advance(3)
    beginnings = Beginnings()
    network = beginnings.network(trainer.snapshot())
    assert np.array_equal(network.theta, trainer.spec.network().theta)
    trainer.advance(1)
    assert beginnings.network(trainer.snapshot()) is network, "drawn a second time"


def test_a_run_from_a_saved_model_began_with_that_model():
    start = np.full(small_spec().network().theta.shape, 0.125, np.float32)
    trainer = Trainer(small_spec(), small_data(), start=start)
    beginnings = Beginnings()
    beginnings.note(trainer.snapshot())
    trainer.advance(2)
    assert np.array_equal(beginnings.network(trainer.snapshot()).theta, start)


def test_a_run_from_a_saved_model_that_nobody_saw_begin_began_with_that_model():
    start = np.linspace(-1, 1, small_spec().network().theta.size)
    trainer = Trainer(small_spec(), small_data(), start=start)
    trainer.advance(3)
    beginning = Beginnings().network(trainer.fork().snapshot())
    assert beginning.theta.tobytes() == start.astype(np.float32).tobytes()


def test_each_run_has_its_own_beginning(trainer):
    other = Trainer(small_spec((20, 6, 4, 10), seed=5), small_data())
    beginnings = Beginnings()
    for run in (trainer, other):
        beginnings.note(run.snapshot())
        run.advance(1)
    for run in (trainer, other):
        assert np.array_equal(beginnings.network(run.snapshot()).theta, run.spec.network().theta)


def test_a_run_that_is_gone_is_forgotten():
    trainer = Trainer(small_spec(), small_data())
    beginnings = Beginnings()
    beginnings.note(trainer.snapshot())
    network = weakref.ref(beginnings.network(trainer.snapshot()))
    assert network() is not None
    del trainer
    gc.collect()
    assert network() is None
