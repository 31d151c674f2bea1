import hashlib
import math
import subprocess
import sys
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run.small import bits, samples, small_data, small_spec

from nnviz.core.encoding import one_hot
from nnviz.core.regularisation import Regularisation
from nnviz.data.dataset import DataSet, Samples, load_mnist
from nnviz.data.errors import DataError
from nnviz.data.order import epoch_order
from nnviz.run.divergence import DivergenceError
from nnviz.run.health import EVERY, NORM
from nnviz.run.journal import Change, Journal
from nnviz.run.spec import RunSpec
from nnviz.run.step_log import FIRST_NORM
from nnviz.run.trainer import Trainer, replay

ROOT = Path(__file__).parents[2]

ALL_AT_ONCE = {
    "sizes": (20, 7, 5, 10),
    "activation": "tanh",
    "cost": "log-likelihood",
    "init": "scaled",
    "seed": 4,
    "eta": 0.3,
    "batch_size": 9,
    "l2": 0.4,
    "l1": 0.1,
    "momentum": 0.6,
    "dropout": 0.3,
}
SPECS = {
    "plain": {},
    "cross-entropy": {"cost": "cross-entropy", "init": "scaled", "seed": 3},
    "relu": {"activation": "relu", "cost": "log-likelihood", "init": "scaled", "eta": 0.05},
    "momentum": {"momentum": 0.9, "eta": 0.1},
    "dropout": {"dropout": 0.5},
    "no hidden layer": {"sizes": (20, 10), "dropout": 0.5},
    "all at once": ALL_AT_ONCE,
}
CHANGES = [
    Change(0, "eta", 0.2),
    Change(3, "eta", 0.7),
    Change(4, "batch_size", 5),
    Change(11, "batch_size", 16),
    Change(11, "momentum", 0.5),
    Change(12, "dropout", 0.2),
    Change(20, "l2", 2.0),
    Change(21, "momentum", 0.0),
]


@pytest.fixture(params=SPECS)
def spec(request):
    return small_spec(**SPECS[request.param])


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


class EnoughError(Exception):
    pass


def one_by_one(trainer, steps):
    for _ in range(steps):
        trainer.advance(1)
    return trainer


def live_run(spec, data, until):
    """Make a run as a user does: the changes are made when their step has come."""
    trainer = Trainer(spec, data)
    for change in CHANGES:
        if change.step > until:
            break
        trainer.advance(change.step - trainer.step)
        trainer.change(**{change.name: change.value})
    trainer.advance(until - trainer.step)
    return trainer


# The same bits


def test_single_steps_leave_the_bits_of_one_long_advance(spec):
    together = Trainer(spec, small_data())
    together.advance(30)
    assert bits(one_by_one(Trainer(spec, small_data()), 30)) == bits(together)
    assert together.epoch >= 3
    assert len(together.epochs) == together.epoch


def test_single_steps_leave_the_bits_of_one_long_advance_on_mnist(mnist):
    spec = RunSpec(train_size=1500)
    together = Trainer(spec, mnist)
    together.advance(200)
    assert bits(one_by_one(Trainer(spec, mnist), 200)) == bits(together)
    assert together.epochs[0].step == 150


def test_making_steps_and_evaluations_by_oneself_leaves_the_bits_of_an_advance(spec):
    by_hand, together = Trainer(spec, small_data()), Trainer(spec, small_data())
    together.advance(25)
    with np.errstate(all="ignore"):
        for _ in range(25):
            by_hand.make_step()
            while by_hand.due is not None:
                by_hand.evaluate_piece()
    assert bits(by_hand) == bits(together)


def test_the_same_specification_gives_the_same_bits_twice(spec):
    first, second = Trainer(spec, small_data()), Trainer(spec, small_data())
    first.advance(17)
    second.advance(17)
    assert bits(first) == bits(second)


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"eta": 0.51},
        {"batch_size": 8},
        {"l2": 1e-3},
        {"l1": 1e-3},
        {"momentum": 0.01},
        {"dropout": 0.1},
        {"train_size": 52},
        {"cost": "cross-entropy"},
        {"activation": "tanh"},
        {"init": "scaled"},
    ],
    ids=str,
)
def test_anything_else_in_the_specification_gives_other_bits(other):
    one, another = Trainer(small_spec(), small_data()), Trainer(small_spec(**other), small_data())
    one.advance(9)
    another.advance(9)
    assert one.network.theta.tobytes() != another.network.theta.tobytes()


IN_ANOTHER_PROCESS = """
import sys
sys.path.insert(0, {tests!r})
from run.small import small_data, small_spec
from run.test_trainer import ALL_AT_ONCE, CHANGES, Journal, fingerprint, replay
print(fingerprint(replay(small_spec(**ALL_AT_ONCE), small_data(), Journal(CHANGES), 40)))
"""


def fingerprint(trainer):
    return hashlib.sha256(trainer.network.theta.tobytes() + trainer.descent.velocity.tobytes()).hexdigest()


def test_another_process_gives_the_same_bits():
    program = IN_ANOTHER_PROCESS.format(tests=str(ROOT / "tests"))
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    live = live_run(small_spec(**ALL_AT_ONCE), small_data(), 40)
    assert done.stdout.strip() == fingerprint(live)


@pytest.mark.parametrize("step", [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 19, 20, 21, 22, 40])
def test_a_replay_is_the_live_run_that_wrote_the_journal(step):
    spec = small_spec(**ALL_AT_ONCE)
    live = live_run(spec, small_data(), step)
    assert bits(replay(spec, small_data(), live.journal, step)) == bits(live)
    # and the whole journal, of which only the part up to the step has happened
    assert bits(replay(spec, small_data(), Journal(CHANGES), step)) == bits(live)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 6),
            st.sampled_from([("eta", 0.1), ("eta", 2.0), ("batch_size", 1), ("batch_size", 60)])
            | st.sampled_from([("batch_size", 13), ("momentum", 0.5), ("dropout", 0.4), ("l2", 1.0)]),
        ),
        max_size=8,
    ),
    st.integers(0, 5),
)
def test_a_replay_is_any_live_run(doings, last):
    spec = small_spec(seed=9)
    live = Trainer(spec, small_data())
    for steps, (name, value) in doings:
        live.advance(steps)
        live.change(**{name: value})
    live.advance(last)
    again = replay(spec, small_data(), Journal.from_json(live.journal.to_json()), live.step)
    assert bits(again) == bits(live)


def test_a_run_goes_on_from_a_replay_as_it_would_have_gone_on():
    spec = small_spec(**ALL_AT_ONCE)
    live, again = Trainer(spec, small_data()), replay(spec, small_data(), Journal(), 13)
    live.advance(40)
    again.advance(27)
    assert bits(again) == bits(live)


# Looking changes nothing


def look(trainer):
    """Look at a trainer in every way there is."""
    seen = trainer.snapshot()
    sample = trainer.training.images[3] / 255
    seen.network.trace(sample, one_hot(trainer.training.labels[3:4], 10)[0])
    trainer.network.trace(sample, one_hot(trainer.training.labels[3:4], 10)[0])
    trainer.network.forward(trainer.training.images[:5] / 255)
    trainer.network.gradient(
        trainer.training.images[:5] / 255, one_hot(trainer.training.labels[:5], 10), Regularisation(1, 1, 5)
    )
    trainer.network.in_double_precision().theta[:] = 0
    trainer.log.rows(0, trainer.step)


def test_looking_at_any_point_changes_no_bit(spec):
    watched, alone = Trainer(spec, small_data()), Trainer(spec, small_data())
    for _ in range(20):
        look(watched)
        watched.advance(1)
    look(watched)
    alone.advance(20)
    assert bits(watched) == bits(alone)


def test_an_evaluation_asked_for_at_any_point_changes_no_bit_of_the_run(spec):
    watched, alone = Trainer(spec, small_data()), Trainer(spec, small_data())
    alone.advance(20)
    for _ in range(20):
        watched.request_evaluation()
        while watched.due is not None:
            watched.evaluate_piece()
        watched.advance(1)
    assert bits(watched)[:-1] == bits(alone)[:-1]
    # the run's own records are among those asked for
    assert [record for record in watched.epochs if record in alone.epochs][: len(alone.epochs)]
    assert set(alone.epochs) <= set(watched.epochs)


def test_a_callback_is_called_after_every_step_and_may_end_the_advance():
    seen = []
    trainer, alone = Trainer(small_spec(), small_data()), Trainer(small_spec(), small_data())

    def after_step():
        seen.append(trainer.step)
        look(trainer)
        if trainer.step % 5 == 0:
            raise EnoughError

    for _ in range(4):
        with pytest.raises(EnoughError):
            trainer.advance(100, after_step)
    assert seen == list(range(1, 21))
    alone.advance(20)
    assert bits(trainer) == bits(alone)


def test_no_steps_are_no_change():
    trainer = Trainer(small_spec(), small_data())
    before = bits(trainer)
    trainer.advance(0)
    assert bits(trainer) == before


def test_two_trainers_of_one_data_set_do_not_touch_each_other():
    first, second, alone = (Trainer(small_spec(), small_data()) for _ in range(3))
    for _ in range(10):
        first.advance(1)
        second.advance(2)
    alone.advance(10)
    assert bits(first) == bits(alone)


def test_training_leaves_the_data_as_they_were():
    data = small_data()
    before = data.training.images.tobytes(), data.training.labels.tobytes()
    Trainer(small_spec(**ALL_AT_ONCE), data).advance(20)
    assert (data.training.images.tobytes(), data.training.labels.tobytes()) == before


# What a step uses


class Watched(Trainer):
    """A trainer that notes which samples each step used."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.used = []
        step = self.descent.step

        def noting_step(indices, hyper, number):
            assert number == self.step
            self.used.append((self.epoch, indices.tolist()))
            return step(indices, hyper, number)

        self.descent.step = noting_step

    def used_in(self, epoch):
        return list(chain(*(used for of_epoch, used in self.used if of_epoch == epoch)))


@pytest.mark.parametrize("batch_size", [1, 7, 10, 52, 53, 54, 1000, 10**30])
def test_the_last_batch_is_shorter_and_every_sample_is_used_once_an_epoch(batch_size):
    n = len(small_data().training)
    trainer = Watched(small_spec(batch_size=batch_size, seed=6), small_data())
    a_pass = -(-n // batch_size)
    for epoch in range(3):
        for number in range(a_pass):
            assert (trainer.epoch, trainer.position) == (epoch, number * batch_size)
            trainer.advance(1)
        assert (trainer.epoch, trainer.position, trainer.step) == (epoch + 1, 0, (epoch + 1) * a_pass)
        batches = [used for of_epoch, used in trainer.used if of_epoch == epoch]
        assert [len(batch) for batch in batches[:-1]] == [batch_size] * (a_pass - 1)
        assert len(batches[-1]) == n - (a_pass - 1) * batch_size
        assert list(chain(*batches)) == epoch_order(n, 6, epoch).tolist()
        assert sorted(chain(*batches)) == list(range(n))


def test_a_batch_size_changed_within_an_epoch_leaves_no_sample_out():
    n = len(small_data().training)
    trainer = Watched(small_spec(batch_size=10, seed=6), small_data())
    trainer.advance(2)
    trainer.change(batch_size=3)
    trainer.advance(4)
    assert trainer.position == 32
    trainer.change(batch_size=15)
    trainer.advance(2)
    assert (trainer.epoch, trainer.position) == (1, 0)
    assert [len(used) for _, used in trainer.used] == [10, 10, 3, 3, 3, 3, 15, 6]
    trainer.advance(1)
    assert trainer.position == 15
    trainer.advance_to_end_of_epoch()
    for epoch in (0, 1):
        assert trainer.used_in(epoch) == epoch_order(n, 6, epoch).tolist()


def test_the_order_depends_on_seed_and_epoch_alone():
    quick = Watched(small_spec(seed=5, batch_size=53), small_data())
    slow = Watched(small_spec(seed=5, batch_size=1, eta=0.0, **{"dropout": 0.5}), small_data())
    quick.advance(2)
    slow.advance(2 * 53)
    assert [used for _, used in quick.used] == [slow.used_in(epoch) for epoch in (0, 1)]
    assert quick.used[0][1] != quick.used[1][1]


def test_only_the_first_images_are_used_where_so_many_are_asked_for():
    trainer = Watched(small_spec(train_size=20), small_data())
    trainer.advance_to_end_of_epoch()
    assert sorted(trainer.used_in(0)) == list(range(20))
    assert np.array_equal(trainer.training.images, small_data().training.images[:20])


def test_advance_to_the_end_of_an_epoch_stops_after_its_evaluation():
    trainer = Trainer(small_spec(), small_data())
    trainer.advance_to_end_of_epoch()
    assert (trainer.step, trainer.epoch, trainer.position, len(trainer.epochs)) == (8, 1, 0, 1)
    trainer.advance(3)
    seen = []
    trainer.advance_to_end_of_epoch(lambda: seen.append(trainer.step))
    assert (trainer.step, trainer.epoch) == (16, 2)
    assert seen == [12, 13, 14, 15, 16]
    assert trainer.due is None


# Changes


def test_a_change_holds_from_the_next_step_on_and_is_written_down():
    trainer, unchanged = Trainer(small_spec(), small_data()), Trainer(small_spec(), small_data())
    trainer.advance(5)
    trainer.change(eta=0.0, batch_size=3)
    assert list(trainer.journal) == [Change(5, "eta", 0.0), Change(5, "batch_size", 3)]
    unchanged.advance(5)
    assert trainer.network.theta.tobytes() == unchanged.network.theta.tobytes()
    trainer.advance(3)
    assert trainer.network.theta.tobytes() == unchanged.network.theta.tobytes()  # η = 0 moves nothing
    assert trainer.position == 5 * 7 + 3 * 3
    assert trainer.spec.hyper.eta == 0.5


@pytest.mark.parametrize(
    "values", [{"eta": -1}, {"eta": 0.1, "l2": -1}, {"theta": 1}, {"batch_size": 0, "eta": 0.1}], ids=str
)
def test_a_change_that_makes_no_sense_changes_nothing(values):
    trainer = Trainer(small_spec(), small_data())
    trainer.advance(3)
    before = bits(trainer)
    with pytest.raises(ValueError):
        trainer.change(**values)
    assert bits(trainer) == before
    assert len(trainer.journal) == 0


def test_a_change_before_what_the_journal_holds_changes_nothing():
    trainer = Trainer(small_spec(), small_data(), Journal([Change(10, "eta", 1.0)]))
    trainer.advance(3)
    with pytest.raises(ValueError, match="step 10"):
        trainer.change(eta=0.1, l2=1.0)
    assert trainer.hyper.eta == 0.5
    assert list(trainer.journal) == [Change(10, "eta", 1.0)]


# What does not fit


def test_a_network_that_does_not_fit_the_images_is_refused():
    with pytest.raises(ValueError, match=r"20 pixels.*784 neurons"):
        Trainer(RunSpec(), small_data())


def test_a_network_without_an_output_for_every_training_label_is_refused():
    with pytest.raises(ValueError, match="0 to 3"):
        Trainer(small_spec(sizes=(20, 6, 4)), small_data())


def test_a_network_without_an_output_for_every_test_label_is_refused_before_the_first_epoch_is_over():
    # Regression: the first evaluation failed, after a whole epoch.
    data = DataSet("uneven digits", samples(50, 1, classes=4), samples(30, 2))
    with pytest.raises(ValueError, match=r"test labels of uneven digits reach to 9.* 4 output neurons"):
        Trainer(small_spec(sizes=(20, 6, 4)), data)
    Trainer(small_spec(), data).advance_to_end_of_epoch()


def test_more_training_images_than_there_are_are_refused():
    with pytest.raises(DataError, match="54"):
        Trainer(small_spec(train_size=54), small_data())


# Divergence


def assert_stays_diverged(trainer, text):
    before = bits(trainer)
    assert trainer.divergence is not None
    for again in (
        lambda: trainer.advance(1),
        trainer.make_step,
        lambda: trainer.advance(1000),
        trainer.advance_to_end_of_epoch,
    ):
        with pytest.raises(DivergenceError) as caught:
            again()
        assert str(caught.value) == text
        assert bits(trainer) == before


def test_a_learning_rate_far_too_high_is_noticed_within_the_step_that_it_ruins():
    spec = small_spec(activation="relu", eta=1e30, momentum=0.5, l2=1.0)
    trainer = Trainer(spec, small_data())
    with pytest.raises(DivergenceError) as caught:
        trainer.advance(1000)
    text = str(caught.value)
    theta, row = trainer.network.theta, trainer.log.row(trainer.step - 1)
    assert not (np.isfinite(theta).all() and math.isfinite(row[0]))
    assert np.isfinite(trainer.log.rows(0, trainer.step - 1)[:, 0]).all()  # all was well a step before
    assert trainer.step <= 5
    assert trainer.log.count == trainer.step
    for named in (
        "diverged",
        f"after step {trainer.step}",
        "1e+30",
        "smaller learning rate",
        "λ",
        "momentum",
    ):
        assert named in text
    assert "scaled initialisation" in text
    assert_stays_diverged(trainer, text)


@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("place", [0, 60, -1])
def test_a_parameter_that_is_not_finite_is_noticed_within_one_step(bad, place):
    trainer = Trainer(small_spec(init="scaled"), small_data())
    trainer.advance(3)
    trainer.network.theta[place] = bad
    with pytest.raises(DivergenceError) as caught:
        trainer.advance(1)
    text = str(caught.value)
    assert trainer.step == 4
    assert "no longer" in text
    assert "finite" in text
    assert "smaller learning rate (η is 0.5)" in text
    for not_to_blame in ("λ", "momentum", "scaled"):
        assert not_to_blame not in text
    assert_stays_diverged(trainer, text)


def test_an_infinite_parameter_that_leaves_the_cost_finite_is_called_a_parameter():
    trainer = Trainer(small_spec(), small_data())
    trainer.network.biases[-1][0] = math.inf  # σ is 1, as it may be
    with pytest.raises(DivergenceError, match="the parameters are no longer finite"):
        trainer.advance(1)
    assert math.isfinite(trainer.log.row(0)[0])


def test_a_cost_that_is_not_finite_is_called_the_cost():
    trainer = Trainer(small_spec(), small_data())
    trainer.network.biases[-1][0] = math.nan
    with pytest.raises(DivergenceError, match="the cost is no longer a finite number after step 1"):
        trainer.advance(1)


def test_a_divergence_at_the_end_of_an_epoch_is_told_and_makes_no_record():
    trainer = Trainer(small_spec(batch_size=53), small_data())
    trainer.network.theta[5] = math.nan
    with pytest.raises(DivergenceError) as caught:
        trainer.advance(1)
    assert trainer.epochs == []
    assert_stays_diverged(trainer, str(caught.value))


@pytest.mark.parametrize("size", [1e19, 1e25, 3e38])
def test_parameters_huge_but_finite_are_no_divergence(size):
    trainer = Trainer(small_spec(eta=0.01), small_data())
    trainer.network.theta[0] = size
    trainer.network.theta[-1] = -size
    with np.errstate(over="ignore"):
        assert size < 1e20 or not np.isfinite(np.dot(trainer.network.theta, trainer.network.theta))
    trainer.advance(20)
    assert trainer.divergence is None
    assert trainer.step == 20


def test_a_replay_of_a_run_that_diverged_diverges_at_the_same_step():
    spec = small_spec(activation="relu", eta=1e30, l2=1.0)
    live = Trainer(spec, small_data())
    with pytest.raises(DivergenceError) as first:
        live.advance(1000)
    assert live.step > 1
    again = replay(spec, small_data(), live.journal, live.step - 1)
    assert again.divergence is None
    with pytest.raises(DivergenceError) as second:
        again.advance(1)
    assert str(first.value) == str(second.value)
    assert bits(again)[:3] == bits(live)[:3]


def test_training_a_network_of_any_kind_warns_of_nothing_and_lowers_the_cost(spec):
    # Warnings are errors here.
    trainer = Trainer(spec, small_data())
    for _ in range(40):
        trainer.advance_to_end_of_epoch()
    assert trainer.epochs[-1].training_cost < trainer.epochs[0].training_cost


def test_a_single_training_sample_is_learnt_too():
    one = small_data().training.take(1)
    data = DataSet("one digit", one, Samples(one.images, one.labels, one.shape))
    trainer = Trainer(small_spec(eta=3.0), data)
    trainer.advance(200)
    assert trainer.epoch == 200
    assert trainer.epochs[-1].test_accuracy == 1.0


# Health


def test_health_is_logged_after_every_tenth_step(spec):
    trainer = Trainer(spec, small_data())
    for step in range(1, 32):
        trainer.advance(1)
        snapshot = trainer.snapshot()
        assert snapshot.health_log is trainer.health_log
        rows = trainer.health_log.figures(0, 100)
        assert len(rows) == step // EVERY
        if step % EVERY == 0:
            assert np.array_equal(rows[-1], snapshot.health.astype(np.float32))


def test_before_the_first_step_there_is_no_health():
    assert Trainer(small_spec(), small_data()).snapshot().health is None


def test_the_health_log_is_the_same_whether_steps_are_made_one_by_one_or_looked_at(spec):
    together, looked_at = Trainer(spec, small_data()), Trainer(spec, small_data())
    together.advance(40)
    for _ in range(40):
        look(looked_at)
        looked_at.advance(1)
    logs = [trainer.health_log.figures(0, 4).tobytes() for trainer in (together, looked_at)]
    assert logs[0] == logs[1]


def test_the_gradient_norms_of_health_are_those_of_the_step_log(spec):
    trainer = Trainer(spec, small_data())
    trainer.advance(30)
    for row in range(3):
        norms = trainer.log.row(EVERY * (row + 1) - 1)[FIRST_NORM:]
        assert np.array_equal(trainer.health_log.figures(row, row + 1)[0, NORM], norms)


# Evaluations


def evaluated_now(trainer):
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass
    return trainer.evaluated


def test_the_newest_evaluation_is_kept_with_every_samples_answer(spec):
    trainer = Trainer(spec, small_data())
    assert trainer.evaluated is None
    trainer.advance_to_end_of_epoch()
    found = trainer.evaluated
    assert found.step == trainer.step
    assert found.record is trainer.epochs[-1]
    assert trainer.snapshot().evaluated is found
    for part, of in ((found.training, trainer.training), (found.test, trainer.data.test)):
        outputs = trainer.network.forward(of.images / np.float32(255))
        assert part.count == len(of)
        assert np.array_equal(part.predicted, outputs.argmax(axis=1))
        assert part.confidence == pytest.approx(outputs.max(axis=1), rel=1e-5)
        assert part.accuracy == np.mean(part.predicted == of.labels)


def test_only_the_samples_that_are_trained_on_are_evaluated_as_training_samples():
    trainer = Trainer(small_spec(train_size=20), small_data())
    assert evaluated_now(trainer).training.count == 20


def test_an_evaluation_in_the_middle_of_an_epoch_adds_no_record():
    trainer = Trainer(small_spec(), small_data())
    evaluated_now(trainer)
    trainer.advance(3)
    found = evaluated_now(trainer)
    assert (found.step, found.record.epoch, found.record.step) == (3, 0, 3)
    assert [record.step for record in trainer.epochs] == [0]
    trainer.advance(7)
    assert [(record.epoch, record.step) for record in trainer.epochs] == [(0, 0), (1, 8)]
    assert evaluated_now(trainer).step == 10
    assert [record.step for record in trainer.epochs] == [0, 8]


def test_an_end_of_an_epoch_that_is_evaluated_twice_has_one_record():
    trainer = Trainer(small_spec(), small_data())
    trainer.advance_to_end_of_epoch()
    first = trainer.evaluated
    second = evaluated_now(trainer)
    assert second is not first
    assert second.record == first.record
    assert trainer.epochs == [first.record]


def test_an_evaluation_is_of_the_step_at_which_it_was_asked_for():
    trainer, still = Trainer(small_spec(), small_data()), Trainer(small_spec(), small_data())
    trainer.advance(3)
    still.advance(3)
    trainer.request_evaluation()
    with np.errstate(all="ignore"):
        trainer.make_step()
        while not trainer.evaluate_piece():
            pass
    found = trainer.evaluated
    assert (trainer.step, found.step) == (4, 3)
    assert np.array_equal(found.test.costs, evaluated_now(still).test.costs)


# Another start


def test_a_run_may_start_from_other_parameters():
    source = Trainer(small_spec(seed=3), small_data())
    source.advance(20)
    start = source.network.theta.copy()
    trainer = Trainer(small_spec(), small_data(), start=start)
    assert trainer.network.theta.tobytes() == start.tobytes()
    assert trainer.step == 0
    trainer.advance(15)
    drawn = Trainer(small_spec(), small_data())
    drawn.advance(15)
    assert trainer.network.theta.tobytes() != drawn.network.theta.tobytes()
    assert trainer.start.tobytes() == source.network.theta.tobytes() == start.tobytes(), (
        "training wrote to it"
    )


def test_a_run_from_other_parameters_is_replayed_bit_by_bit():
    start = np.random.default_rng(1).standard_normal(Trainer(small_spec(), small_data()).network.theta.size)
    live = Trainer(small_spec(momentum=0.5), small_data(), start=start)
    live.advance(5)
    live.change(eta=0.1)
    live.advance(20)
    again = replay(live.spec, small_data(), live.journal, 25, start)
    assert bits(again) == bits(live)


@pytest.mark.parametrize("size", [0, 195, 1000])
def test_parameters_of_another_network_are_refused(size):
    with pytest.raises(ValueError, match="parameters"):
        Trainer(small_spec(), small_data(), start=np.zeros(size))
