import json
import math
from dataclasses import FrozenInstanceError, asdict

import numpy as np
import pytest
from run.small import bits, small_data, small_spec

from nnviz.core.evaluation import PIECE
from nnviz.core.regularisation import Regularisation
from nnviz.run.edits import SetParameters
from nnviz.run.epochs import FullEvaluation, RunningFullEvaluation
from nnviz.run.trainer import Trainer


def plainly(network, samples, hidden, cost_name):
    """Return cost and accuracy as the formulas of the book give them, in double precision."""
    a = samples.images.astype(np.float64).T / 255
    theta, start = network.theta.astype(np.float64), 0
    for layer, (n_in, n_out) in enumerate(zip(network.sizes, network.sizes[1:], strict=False), start=1):
        rows = theta[start : start + n_out * (n_in + 1)].reshape(n_out, n_in + 1)
        start += rows.size
        z = rows[:, :-1] @ a + rows[:, -1:]
        if layer < len(network.sizes) - 1:
            a = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh}[hidden](z)
        elif cost_name == "log-likelihood":
            a = np.exp(z) / np.exp(z).sum(axis=0)
        else:
            a = 1 / (1 + np.exp(-z))
    m = len(samples)
    y = (np.arange(10)[:, np.newaxis] == samples.labels).astype(np.float64)
    cost = {
        "quadratic": lambda: ((y - a) ** 2).sum() / (2 * m),
        "cross-entropy": lambda: -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum() / m,
        "log-likelihood": lambda: -np.log(a[samples.labels, np.arange(m)]).sum() / m,
    }[cost_name]()
    right = sum(int(np.argmax(a[:, i]) == samples.labels[i]) for i in range(m))
    return cost, right / m


def plain_regularisation(network, l2, l1, n):
    weights = [w.astype(np.float64) for w in network.weights]
    squares = sum((w**2).sum() for w in weights)
    return l2 / (2 * n) * squares + l1 / n * sum(np.abs(w).sum() for w in weights)


@pytest.mark.parametrize(
    ("hidden", "cost", "l2", "l1", "sizes", "n"),
    [
        ("sigmoid", "quadratic", 0.0, 0.0, (20, 6, 10), 53),
        ("sigmoid", "cross-entropy", 5.0, 0.0, (20, 6, 10), 53),
        ("tanh", "log-likelihood", 0.5, 2.0, (20, 6, 5, 10), 53),
        ("tanh", "quadratic", 0.0, 3.0, (20, 10), 53),
        ("sigmoid", "quadratic", 2.0, 0.0, (20, 6, 10), 2 * PIECE + 7),
        ("sigmoid", "quadratic", 2.0, 0.0, (20, 6, 10), PIECE),
    ],
)
def test_a_record_is_what_the_formulas_give(hidden, cost, l2, l1, sizes, n):
    data = small_data(n, n // 2)
    spec = small_spec(sizes, activation=hidden, cost=cost, l2=l2, l1=l1, init="scaled", batch_size=10)
    trainer = Trainer(spec, data)
    for epoch in (1, 2):
        trainer.advance_to_end_of_epoch()
        record = trainer.epochs[-1]
        assert (record.epoch, record.step) == (epoch, epoch * -(-n // 10))
        training_cost, training_accuracy = plainly(trainer.network, data.training, hidden, cost)
        test_cost, test_accuracy = plainly(trainer.network, data.test, hidden, cost)
        penalty = plain_regularisation(trainer.network, l2, l1, n)
        assert record.training_cost == pytest.approx(training_cost + penalty, rel=1e-5)
        assert record.test_cost == pytest.approx(test_cost, rel=1e-5)
        assert record.training_accuracy == training_accuracy
        assert record.test_accuracy == test_accuracy
        assert (penalty > 0.01) == bool(l2 or l1)


def test_only_the_training_samples_in_use_are_counted():
    trainer = Trainer(small_spec(train_size=20, l2=3.0), small_data())
    trainer.advance_to_end_of_epoch()
    cost, accuracy = plainly(trainer.network, small_data().training.take(20), "sigmoid", "quadratic")
    record = trainer.epochs[-1]
    assert record.training_accuracy == accuracy
    penalty = plain_regularisation(trainer.network, 3.0, 0, 20)
    assert record.training_cost == pytest.approx(cost + penalty, rel=1e-5)


def test_dropout_is_for_training_alone():
    trainer = Trainer(small_spec(dropout=0.5), small_data())
    trainer.advance_to_end_of_epoch()
    cost, accuracy = plainly(trainer.network, small_data().training, "sigmoid", "quadratic")
    assert trainer.epochs[-1].training_cost == pytest.approx(cost, rel=1e-5)
    assert trainer.epochs[-1].training_accuracy == accuracy


def test_epoch_0_is_the_network_before_its_first_step():
    trainer = Trainer(small_spec(l2=1.0), small_data())
    assert trainer.epochs == []
    trainer.request_evaluation()
    while trainer.due is not None:
        trainer.evaluate_piece()
    (record,) = trainer.epochs
    assert (record.epoch, record.step) == (0, 0)
    cost, accuracy = plainly(small_spec().network(), small_data().test, "sigmoid", "quadratic")
    assert record.test_cost == pytest.approx(cost, rel=1e-5)
    assert record.test_accuracy == accuracy


def test_a_record_is_frozen_and_made_of_plain_numbers():
    trainer = Trainer(small_spec(), small_data())
    trainer.advance_to_end_of_epoch()
    record = trainer.epochs[0]
    with pytest.raises(FrozenInstanceError):
        record.test_cost = 0.0
    assert json.loads(json.dumps(asdict(record))) == asdict(record)
    assert [type(value) for value in asdict(record).values()] == [int, int, float, float, float, float]


# An evaluation in pieces


def test_training_on_while_an_evaluation_is_due_does_not_alter_its_record():
    data = small_data(3 * PIECE, 2 * PIECE)
    spec = small_spec(batch_size=100)
    trainer, at_once = Trainer(spec, data), Trainer(spec, data)
    at_once.advance_to_end_of_epoch()
    with np.errstate(all="ignore"):
        for _ in range(15):
            trainer.make_step()
        assert trainer.due is not None
        pieces = 0
        while trainer.due is not None:
            trainer.make_step()
            trainer.evaluate_piece()
            pieces += 1
    assert pieces == 5
    assert trainer.epochs == at_once.epochs
    at_once.advance(5)
    assert bits(trainer) == bits(at_once)


def test_one_piece_is_a_small_part_of_the_whole():
    data = small_data(3 * PIECE, PIECE + 1)
    network = small_spec().network()
    evaluation = RunningFullEvaluation(network, data.training, data.test, Regularisation(), 4, 99)
    found = [evaluation.advance() for _ in range(5)]
    assert found[:4] == [None] * 4
    assert isinstance(found[4], FullEvaluation)
    assert (found[4].record.epoch, found[4].step) == (4, 99)


def finish(trainer):
    while trainer.due is not None:
        trainer.evaluate_piece()


def test_a_new_request_takes_the_place_of_one_that_is_not_finished():
    data = small_data(3 * PIECE, PIECE)
    trainer = Trainer(small_spec(), data)
    for _ in range(2):
        with np.errstate(all="ignore"):
            trainer.make_step()
        trainer.request_evaluation()
        trainer.evaluate_piece()
    finish(trainer)
    assert trainer.evaluated.step == 2
    assert trainer.evaluated.test.accuracy == plainly(trainer.network, data.test, "sigmoid", "quadratic")[1]
    assert trainer.epochs == [], "in the middle of an epoch there is nothing to record of it"


def to_epochs_end(trainer):
    """Make steps to the end of the epoch, and leave its evaluation due."""
    epoch = trainer.epoch
    with np.errstate(all="ignore"):
        while trainer.epoch == epoch:
            trainer.make_step()


@pytest.mark.parametrize(
    "leave",
    [
        lambda trainer: trainer.go_to(3),
        lambda trainer: trainer.go_to(0),
        lambda trainer: trainer.edit(SetParameters(trainer.step, (0,), (5.0,))),
        lambda trainer: trainer.drop_evaluation(),
        to_epochs_end,
    ],
    ids=["back", "to the start", "an edit", "what else there is to do", "the next epoch"],
)
def test_the_evaluation_of_an_epochs_end_is_made_wherever_the_run_goes_meanwhile(leave):
    data = small_data()
    trainer, at_once = Trainer(small_spec(), data), Trainer(small_spec(), data)
    at_once.advance(3 * 8)
    to_epochs_end(trainer)
    leave(trainer)
    trainer.request_evaluation()
    finish(trainer)
    trainer.go_to(trainer.made)
    finish(trainer)
    assert at_once.epochs[0] in trainer.epochs
    assert [record.step for record in trainer.epochs] in ([8], [8, 16], [0, 8])


def test_many_ends_of_epochs_are_evaluated_in_their_order():
    trainer, at_once = (
        Trainer(small_spec(batch_size=53), small_data()),
        Trainer(small_spec(batch_size=53), small_data()),
    )
    for _ in range(5):
        to_epochs_end(trainer)
    finish(trainer)
    at_once.advance(5)
    assert trainer.epochs == at_once.epochs
    assert trainer.evaluated.step == 5


def test_a_fork_evaluates_the_ends_of_epochs_that_it_came_through_too():
    trainer, at_once = Trainer(small_spec(), small_data()), Trainer(small_spec(), small_data())
    at_once.advance(16)
    to_epochs_end(trainer)
    to_epochs_end(trainer)
    trainer.go_to(10)
    fork = trainer.fork()
    finish(trainer)
    finish(fork)
    assert fork.epochs == at_once.epochs[:1]
    assert trainer.epochs == at_once.epochs


def test_a_fork_does_not_take_the_evaluation_of_a_step_that_it_never_made_for_its_own():
    trainer = Trainer(small_spec(), small_data())
    trainer.advance(8)
    trainer.go_to(3)
    fork = trainer.fork()
    fork.edit(SetParameters(3, (0,), (5.0,)))
    with np.errstate(all="ignore"):
        for _ in range(5):
            fork.make_step()
    assert not fork.is_evaluated
    assert fork.evaluated is None


def test_with_nothing_due_there_is_nothing_to_evaluate():
    trainer = Trainer(small_spec(), small_data())
    trainer.evaluate_piece()
    assert trainer.epochs == []
    assert trainer.due is None


def test_an_evaluation_leaves_the_network_as_it_was():
    trainer = Trainer(small_spec(), small_data())
    before = trainer.network.theta.tobytes()
    trainer.request_evaluation()
    while trainer.due is not None:
        trainer.evaluate_piece()
    assert trainer.network.theta.tobytes() == before
    assert trainer.step == 0
    assert math.isfinite(trainer.epochs[0].training_cost)


def test_the_last_step_of_an_epoch_counts_with_the_hyper_parameters_that_it_was_made_with():
    data = small_data()
    live, unchanged = Trainer(small_spec(l2=1.0), data), Trainer(small_spec(l2=1.0), data)
    live.advance(8)
    live.change(l2=50.0)
    unchanged.advance(8)
    assert live.epochs == unchanged.epochs
    replayed = Trainer(small_spec(l2=1.0), data, live.journal)
    replayed.advance(8)
    assert replayed.epochs == live.epochs
    assert replayed.hyper.l2 == 50.0
