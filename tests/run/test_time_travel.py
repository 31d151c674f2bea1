"""Going back and forth, forking, editing and undoing: whatever is done, the state is that of a fresh replay."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from run.small import small_data, small_spec

from nnviz.core.stages import trace_next_step
from nnviz.run.branches import Branches
from nnviz.run.breakpoints import BELOW, COST, CostCrosses, ParameterNotFinite, StepReached
from nnviz.run.divergence import DivergenceError
from nnviz.run.edits import Lesion, Rerandomise, SetParameters
from nnviz.run.journal import Change, Journal
from nnviz.run.keyframes import LEAST_BUDGET, LEAST_SHARE, Keyframes
from nnviz.run.session import single_run
from nnviz.run.session_file import load_session, save_session
from nnviz.run.session_replay import restore
from nnviz.run.trainer import Trainer, replay
from nnviz.run.watchers import Watchers


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


SEQUENCES = int(os.environ.get("NNVIZ_SEQUENCES", "1000"))
"""Random journeys, each of up to STEPS actions; a number in the environment asks for more, or for fewer."""
STEPS = 12
PLACES = 20 * 6 + 6 + 6 * 10 + 10


class Plain:
    """What runs come to that nobody looks at, stops, or goes back in: each made from step 0, and only onwards.

    State(k) follows from the specification and the journal's entries up to step k, so that runs with the same ones
    are made but once.
    """

    def __init__(self):
        self.runs = {}

    @staticmethod
    def _key(spec, entries):
        # As texts: 0.0 and −0.0 are equal, and yet not the same bits.
        return spec, tuple(map(repr, entries))

    def at(self, spec, journal, step):
        """Return the state after a step, with the log of all steps up to it."""
        entries = [entry for entry in journal if entry.step <= step]
        key = self._key(spec, entries)
        if key not in self.runs:
            if len(self.runs) > 500:
                self.runs.clear()
            trainer = Trainer(spec, small_data(), Journal(entries))
            self.runs[key] = trainer, [(state(trainer), log(trainer, 0))]
        trainer, states = self.runs[key]
        with np.errstate(all="ignore"):
            while trainer.step < step:
                number = trainer.step
                with suppress(DivergenceError):
                    trainer.make_step()
                assert trainer.step == number + 1, "no run goes on from where another diverged"
                while not trainer.evaluate_piece():
                    pass
                states.append((state(trainer), log(trainer, trainer.step)))
        return states[step]

    def ends_of_epochs(self, spec, journal, step):
        """Return the steps up to one at which an epoch ended."""
        self.at(spec, journal, step)
        _, states = self.runs[self._key(spec, [entry for entry in journal if entry.step <= step])]
        return [number for number in range(1, step + 1) if states[number][0][2] == 0]


PLAIN = Plain()


class TimeTravel(RuleBasedStateMachine):
    """Random journeys through a run and its branches: θ is always that of a fresh replay of the journal."""

    @initialize(
        momentum=st.sampled_from([0.0, 0.5]),
        dropout=st.sampled_from([0.0, 0.0, 0.3]),
        record=st.booleans(),
    )
    def begin(self, momentum, dropout, record):
        spec = small_spec(momentum=momentum, dropout=dropout)
        trainer = Trainer(spec, small_data(), recording=record)
        trainer.keyframes.every = 4  # so that a short journey, too, goes by several
        self.branches = Branches(trainer)

    @property
    def trainer(self):
        return self.branches.trainer

    @property
    def is_newest(self):
        return self.trainer.step == self.trainer.made

    def make_steps(self, steps, after=lambda: False):
        with np.errstate(all="ignore"):
            for _ in range(steps):
                with suppress(DivergenceError):
                    self.trainer.make_step()
                if after():
                    return

    @rule(steps=st.integers(1, 12))
    def run(self, steps):
        self.make_steps(steps)

    @rule()
    def step(self):
        self.make_steps(1)

    @rule(steps=st.integers(1, 12), cost=st.floats(0.2, 1.2), every=st.integers(1, 5))
    def run_to_a_breakpoint(self, steps, cost, every):
        points = [
            CostCrosses(COST, BELOW, cost),
            ParameterNotFinite(),
            StepReached(self.trainer.step + every),
        ]
        watchers = Watchers(points, self.trainer)
        self.make_steps(steps, watchers.check)

    @rule()
    def walk_through_stages(self):
        trainer = self.trainer
        before = state(trainer)
        traced = trace_next_step(trainer.descent, trainer.next_samples, trainer.hyper, trainer.step)
        assert state(trainer) == before
        if trainer.divergence is None and self.is_newest and not self.trainer.journal.at(trainer.step + 1):
            self.make_steps(1)
            assert trainer.network.theta.tobytes() == traced.after.theta.tobytes()

    @rule()
    def back(self):
        self.trainer.go_to(max(self.trainer.step - 1, 0))

    @rule(where=st.floats(0, 1))
    def jump(self, where):
        self.trainer.go_to(round(where * self.trainer.made))

    @rule(eta=st.sampled_from([0.1, 0.5, 2.0, 2.0, 1e30]), batch_size=st.sampled_from([1, 7, 20, 53]))
    def change(self, eta, batch_size):
        if self.is_newest:
            self.trainer.change(eta=eta, batch_size=batch_size, l2=1.0 if eta > 2 else 0.0)

    @rule(place=st.integers(0, PLACES - 1), value=st.floats(-2, 2), kind=st.integers(0, 2))
    def edit(self, place, value, kind):
        if self.is_newest:
            step = self.trainer.step
            other = (place + 1) % PLACES
            self.trainer.edit(
                [
                    SetParameters(step, (place, other), (value, -value)),
                    Lesion(step, 1, place % 6),
                    Rerandomise(step, 1 + place % 2, place),
                ][kind]
            )

    @rule(redo=st.booleans())
    def undo(self, redo):
        entries = len(self.trainer.journal)
        undone = self.trainer.undo()
        assert len(self.trainer.journal) == entries - (undone is not None)
        if isinstance(undone, Change):
            if redo:
                self.trainer.change(**{undone.name: undone.value})
        elif undone is not None and redo:
            self.trainer.edit(undone)

    @rule()
    def fork(self):
        if len(self.branches) < 4:
            before = state(self.trainer)
            self.branches.fork()
            assert state(self.trainer) == before

    @rule(number=st.integers(0, 3))
    def switch(self, number):
        self.branches.switch(self.branches.infos()[number % len(self.branches)].number)

    @rule(bring_back=st.booleans())
    def delete(self, bring_back):
        if len(self.branches) > 1:
            gone = self.branches.present
            self.branches.delete(gone.number)
            if bring_back:
                assert self.branches.bring_back() is gone

    @rule()
    def evaluate(self):
        while not self.trainer.evaluate_piece():
            pass

    @rule()
    def save_and_open(self):
        trainer = self.trainer
        if trainer.made < 60:
            opened = restore(reopened(single_run(trainer)), 0, trainer.data)
            assert opened.difference is None
            assert state(opened.trainer) == state(trainer)
            assert log(opened.trainer, trainer.step) == log(trainer, trainer.step)

    @invariant()
    def the_state_is_that_of_a_fresh_replay(self):
        if hasattr(self, "branches"):
            trainer = self.trainer
            plain = PLAIN.at(trainer.spec, trainer.journal, trainer.step)
            assert (state(trainer), log(trainer, trainer.step)) == plain

    def teardown(self):
        """See that the evaluation of no epoch's end was lost."""
        for branch in self.branches._all if hasattr(self, "branches") else []:
            trainer = branch.trainer
            while not trainer.evaluate_piece():
                pass
            ends = PLAIN.ends_of_epochs(trainer.spec, trainer.journal, trainer.made)
            assert [record.step for record in trainer.epochs] == ends


def reopened(session):
    """Return a session as it comes back from a file."""
    with TemporaryDirectory() as folder:
        save_session(Path(folder, "run.nnviz"), session)
        return load_session(Path(folder, "run.nnviz"))


TimeTravel.TestCase.settings = settings(
    max_examples=SEQUENCES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
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
