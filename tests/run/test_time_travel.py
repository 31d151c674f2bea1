"""Going back and forth, forking, editing and undoing: whatever is done, the state is that of a fresh replay."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from run.small import small_data, small_spec

from nnviz.run.edits import Lesion, Rerandomise, SetParameters
from nnviz.run.journal import Journal
from nnviz.run.keyframes import LEAST_BUDGET, LEAST_SHARE, Keyframes
from nnviz.run.trainer import Trainer, replay


def state(trainer):
    return (
        trainer.step,
        trainer.epoch,
        trainer.position,
        trainer.hyper,
        trainer.network.theta.tobytes(),
        trainer.descent.velocity.tobytes(),
    )


def log(trainer, step):
    return trainer.log.rows(0, step).tobytes(), trainer.health_log.figures(0, step // 10).tobytes()


class TimeTravel(RuleBasedStateMachine):
    """Random journeys through runs that fork from each other."""

    runs = Bundle("runs")

    @initialize(
        target=runs,
        momentum=st.sampled_from([0.0, 0.5]),
        dropout=st.sampled_from([0.0, 0.3]),
        record=st.booleans(),
    )
    def begin(self, momentum, dropout, record):
        spec = small_spec(momentum=momentum, dropout=dropout)
        self.touched = Trainer(spec, small_data(), recording=record)
        return self.touched

    @rule(trainer=runs, steps=st.integers(1, 40))
    def train(self, trainer, steps):
        trainer.advance(steps)
        self.touched = trainer

    @rule(trainer=runs, where=st.floats(0, 1))
    def go_to(self, trainer, where):
        trainer.go_to(round(where * trainer.made))
        self.touched = trainer

    @rule(trainer=runs, eta=st.sampled_from([0.1, 0.5, 2.0]), batch_size=st.integers(1, 20))
    def change(self, trainer, eta, batch_size):
        if trainer.step == trainer.made:
            trainer.change(eta=eta, batch_size=batch_size)
        self.touched = trainer

    @rule(trainer=runs, place=st.integers(0, 195), value=st.floats(-2, 2), kind=st.integers(0, 2))
    def edit(self, trainer, place, value, kind):
        if trainer.step == trainer.made:
            step = trainer.step
            trainer.edit(
                [
                    SetParameters(step, (place, 3), (value, -value)) if place != 3 else Lesion(step, 1, 0),
                    Lesion(step, 1, place % 6),
                    Rerandomise(step, 1 + place % 2, place),
                ][kind]
            )
        self.touched = trainer

    @rule(trainer=runs)
    def undo(self, trainer):
        entries = len(trainer.journal)
        undone = trainer.undo()
        assert len(trainer.journal) == entries - (undone is not None)
        self.touched = trainer

    @rule(target=runs, trainer=runs)
    def fork(self, trainer):
        self.touched = trainer.fork()
        assert state(self.touched) == state(trainer)
        return self.touched

    @invariant()
    def the_state_is_that_of_a_fresh_replay(self):
        if not hasattr(self, "touched"):
            return
        trainer = self.touched
        fresh = replay(trainer.spec, trainer.data, trainer.journal.until(trainer.step), trainer.step)
        assert state(trainer) == state(fresh)
        assert log(trainer, trainer.step) == log(fresh, fresh.step)


TimeTravel.TestCase.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
TestTimeTravel = TimeTravel.TestCase


def test_a_step_that_was_not_made_cannot_be_gone_to():
    trainer = Trainer(small_spec(), small_data())
    trainer.advance(3)
    for step in (-1, 4):
        with pytest.raises(ValueError, match="step 3"):
            trainer.go_to(step)


def test_the_past_is_not_rewritten():
    trainer = Trainer(small_spec(), small_data())
    trainer.advance(5)
    trainer.go_to(2)
    with pytest.raises(ValueError, match="Fork"):
        trainer.change(eta=1.0)
    with pytest.raises(ValueError, match="Fork"):
        trainer.edit(SetParameters(2, (0,), (1.0,)))


def test_steps_made_again_are_not_logged_again():
    trainer = Trainer(small_spec(), small_data())
    trainer.advance(30)
    before = log(trainer, 30)
    trainer.go_to(0)
    trainer.advance(30)
    assert (trainer.made, log(trainer, 30)) == (30, before)


def test_what_is_done_to_a_fork_does_not_touch_where_it_came_from():
    trainer = Trainer(small_spec(), small_data())
    trainer.advance(20)
    fork = trainer.fork()
    before = state(trainer), log(trainer, 20), list(trainer.epochs), len(trainer.journal)
    fork.edit(Rerandomise(20, 1, 5))
    fork.advance(20)
    assert (state(trainer), log(trainer, 20), list(trainer.epochs), len(trainer.journal)) == before
    assert fork.journal != trainer.journal


def test_keyframes_thin_themselves_to_their_budget():
    trainer = Trainer(small_spec((20, 600, 10)), small_data(), recording=True)
    trainer.keyframes.budget = LEAST_BUDGET
    trainer.advance(900)
    frames = trainer.keyframes
    assert LEAST_BUDGET / 4 < frames.nbytes <= LEAST_BUDGET
    assert frames.every > 16
    trainer.go_to(451)
    assert state(trainer) == state(replay(trainer.spec, trainer.data, Journal(), 451))


@pytest.mark.parametrize("budget", [0, LEAST_SHARE - 1, 1 << 40])
def test_a_budget_that_makes_no_sense_is_refused(budget):
    with pytest.raises(ValueError, match="MB"):
        Keyframes().budget = budget


def test_a_lesion_silences_a_neuron():
    trainer = Trainer(small_spec(), small_data())
    trainer.edit(Lesion(0, 1, 2))
    x = np.random.default_rng(0).random((1, 20))
    before = trainer.network.forward(x)
    trainer.network.weights[0][2] += 3.0
    assert np.array_equal(trainer.network.forward(x), before)
