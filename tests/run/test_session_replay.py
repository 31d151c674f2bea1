"""Opened and made again, a session gives the saved bits, or says from which step on it does not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run.histories import begin, do, histories, session_of, three_branches, train
from run.json_values import is_sentence
from run.small import bits, small_data, small_spec

from nnviz.core.descent import Descent
from nnviz.run.edits import Rerandomise
from nnviz.run.keyframes import Keyframe
from nnviz.run.session import SavedBranch, SessionError, single_run
from nnviz.run.session_file import load_session, save_session
from nnviz.run.session_replay import (
    Difference,
    DifferentArithmeticError,
    Restoration,
    network_at,
    restore,
    verify,
)
from nnviz.run.trainer import Trainer

DATA = small_data()


@pytest.fixture(scope="module")
def branches():
    return three_branches()


@pytest.fixture(scope="module")
def session(branches, tmp_path_factory):
    """A session from its file."""
    path = tmp_path_factory.mktemp("session") / "run.nnviz"
    save_session(path, session_of(branches, 1))
    return load_session(path)


def left_behind(trainer):
    """Return all that a run has left behind, but for the evaluation before its first step, which some have."""
    with np.errstate(all="ignore"):
        trainer.due = None
        epochs = [record for record in trainer.epochs if record.epoch > 0]
    log, health_log = trainer.log.rows(0, trainer.made), trainer.health_log.figures(0, trainer.made)
    return (*bits(trainer)[:-1], epochs, log.tobytes(), health_log.tobytes(), trainer.journal)


def with_another_bit(session, number, place, what="theta"):
    """Return a session in which one saved state of a branch is another, in the last bit of its last number."""
    branch = session.branch(number)
    frame = branch.keyframes[place]
    numbers = getattr(frame, what).copy()
    numbers.view(np.uint32)[-1] ^= 1
    other = replace(frame, **{what: numbers})
    frames = (*branch.keyframes[:place], other, *branch.keyframes[place:][1:])
    changed = replace(branch, keyframes=frames)
    return replace(session, branches=tuple(changed if b is branch else b for b in session.branches))


@pytest.fixture
def other_arithmetic(monkeypatch):
    """Return a function after which this machine computes otherwise, from a step on."""

    def begin_at(first):
        step = Descent.step

        def differing(self, samples, hyper, number=0):
            cost = step(self, samples, hyper, number)
            if number + 1 >= first:
                self.network.theta[0] = np.nextafter(self.network.theta[0], np.float32(9))
            return cost

        monkeypatch.setattr(Descent, "step", differing)

    return begin_at


# Restoring


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_branch_comes_back_with_its_history(branches, session, number):
    restored = restore(session, number, DATA)
    assert restored.difference is None
    assert left_behind(restored.trainer) == left_behind(branches[number].trainer)


@settings(max_examples=60)
@given(histories(), st.integers(0, 5))
def test_whatever_happened_to_a_run_it_comes_back(branches, number):
    number %= len(branches)
    saved = session_of(branches, number)
    restored = restore(saved, number, DATA)
    assert restored.difference is None
    assert left_behind(restored.trainer) == left_behind(branches[number].trainer)
    assert (restored.trainer.divergence is None) or restored.trainer.step == restored.trainer.made


@settings(max_examples=30)
@given(histories())
def test_a_run_that_came_back_goes_on_as_the_other_would(branches):
    original = branches[-1].trainer
    restored = restore(session_of(branches), len(branches) - 1, DATA).trainer
    for action, where in (
        ("set", 0.4),
        ("undo", 0),
        ("train", 0.2),
        ("fork", 0),
        ("go to", 0.3),
        ("train", 0.9),
    ):
        for trainer in (original, restored):
            if trainer.divergence is None:
                do([type(branches[0])(trainer)], action, 0, where)
    if original.divergence is None:
        assert left_behind(restored) == left_behind(original)


def test_a_run_that_diverged_and_was_mended_by_hand_comes_back():
    (branch,) = begin(eta=1e30, l2=1.0)
    trainer = branch.trainer
    train(trainer, 50)
    at = trainer.step
    assert trainer.divergence is not None
    for layer in (1, 2):
        trainer.edit(Rerandomise(at, layer, 3))
    trainer.change(eta=0.5, l2=0.0)
    trainer.advance(30)
    saved = session_of([branch])
    restored = restore(saved, 0, DATA)
    assert restored.difference is None
    assert restored.trainer.divergence is None
    assert left_behind(restored.trainer) == left_behind(trainer)
    restored.trainer.go_to(0)
    restored.trainer.go_to(at + 30)
    restored.trainer.advance(1)


def test_a_run_that_diverged_comes_back_diverged():
    (branch,) = begin(eta=1e30, l2=1.0)
    train(branch.trainer, 50)
    restored = restore(session_of([branch]), 0, DATA)
    assert restored.difference is None
    assert restored.trainer.made == branch.trainer.made
    assert str(restored.trainer.divergence) == str(branch.trainer.divergence)


def test_a_run_that_started_from_a_model_comes_back():
    start = np.random.default_rng(0).standard_normal(196).astype(np.float32)
    branches = begin(start=start)
    do(branches, "train", 0, 0.9)
    restored = restore(session_of(branches), 0, DATA)
    assert restored.difference is None
    assert left_behind(restored.trainer) == left_behind(branches[0].trainer)


def test_it_is_done_by_pieces_and_says_how_far_it_is(session):
    restoration = Restoration(session, 0, DATA)
    assert restoration.progress == 0
    seen = []
    while not restoration.advance(7):
        assert restoration.trainer.step == restoration.trainer.made
        seen.append(restoration.progress)
    assert seen == sorted(seen)
    assert len(seen) > session.branch(0).made / 7
    assert restoration.progress == 1
    assert restoration.advance()
    assert restoration.trainer.step == session.branch(0).step < restoration.trainer.made
    shares = []
    restore(session, 0, DATA, shares.append)
    assert shares == sorted(shares)
    assert all(0 < share <= 1 for share in shares)


def test_it_can_be_interrupted(session):
    def stop(share):
        raise KeyboardInterrupt

    for action in (restore, verify):
        with pytest.raises(KeyboardInterrupt):
            action(session, 0, DATA, stop)
    with pytest.raises(KeyboardInterrupt):
        network_at(session, 0, 30, DATA, stop)


def test_a_run_without_steps_comes_back_at_once():
    restored = restore(session_of(begin()), 0, DATA)
    assert restored.progress == 1
    assert restored.trainer.made == 0
    assert [record.epoch for record in restored.trainer.epochs] == [0]
    assert (
        network_at(session_of(begin()), 0, 0, DATA).theta.tobytes()
        == restored.trainer.network.theta.tobytes()
    )


# Comparing


def test_what_is_made_again_is_the_same(session):
    assert [verify(session, branch.number, DATA) for branch in session.branches] == [None] * 3


@pytest.mark.parametrize("what", ["theta", "velocity"])
@pytest.mark.parametrize("place", [0, 1, 2, -1])
def test_one_bit_is_found_and_between_which_steps(session, place, what):
    steps = [frame.step for frame in session.branch(2).keyframes]
    found = verify(with_another_bit(session, 2, place, what), 2, DATA)
    assert found == Difference(None if place == 0 else steps[place - 1], steps[place])
    assert verify(with_another_bit(session, 2, place, what), 1, DATA) is None


def test_a_zero_with_another_sign_is_not_the_same():
    branches = begin()
    do(branches, "train", 0, 0.5)
    do(branches, "lesion", 0, 0)
    saved = session_of(branches)
    branch = saved.branch(0)
    frame = branch.keyframes[-1]
    signs = np.where(frame.theta == 0, np.float32(-1), np.float32(1))
    other = replace(branch, keyframes=(replace(frame, theta=frame.theta * signs),))
    assert np.array_equal(other.keyframes[0].theta, frame.theta)
    assert verify(saved, 0, DATA) is None
    assert verify(replace(saved, branches=(other,)), 0, DATA) == Difference(None, frame.step)


def test_where_the_epoch_or_the_position_is_another_it_is_not_the_same(session):
    branch = session.branch(0)
    frame = branch.keyframes[2]
    for changes in ({"epoch": frame.epoch + 1}, {"position": frame.position + 1}):
        other = Keyframe(**{**vars(frame), **changes})
        frames = (*branch.keyframes[:2], other)
        changed = replace(session, branches=(replace(branch, keyframes=frames),), present=0)
        assert verify(changed, 0, DATA) == Difference(branch.keyframes[1].step, frame.step)


@pytest.mark.parametrize(("first", "after", "by"), [(1, 0, 16), (17, 16, 21), (30, 21, 32)])
def test_a_machine_that_computes_otherwise_is_found_out(other_arithmetic, first, after, by):
    trainer = Trainer(small_spec(momentum=0.5), DATA, recording=True)
    trainer.advance(60)
    trainer.go_to(21)
    saved = single_run(trainer)
    other_arithmetic(first)
    restored = restore(saved, 0, DATA)
    assert restored.difference == Difference(after, by)
    text = restored.difference.describe(saved)
    assert is_sentence(text)
    assert f"a step between {after + 1} and {by} on" in text
    assert saved.made_with in text
    # What is there then is this machine's own run, which it makes again as often as it likes.
    again = restored.trainer.network.theta.tobytes()
    restored.trainer.go_to(0)
    restored.trainer.go_to(21)
    assert restored.trainer.network.theta.tobytes() == again


@pytest.mark.parametrize(
    ("difference", "named"),
    [
        (Difference(None, 0), "from the start"),
        (Difference(None, 30), "from step 30 on, or sooner"),
        (Difference(1199, 1200), "from step 1,200 on"),
        (Difference(1000, 1200), "from a step between 1,001 and 1,200 on"),
    ],
)
def test_a_difference_is_described(session, difference, named):
    text = difference.describe(session)
    assert named in text
    assert is_sentence(text)


# A step's parameters


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_parameters_of_every_step_are_exact(branches, session, number):
    trainer = branches[number].trainer
    for step in range(0, trainer.made + 1):
        trainer.go_to(step)
        assert network_at(session, number, step, DATA).theta.tobytes() == trainer.network.theta.tobytes()


def test_no_more_steps_are_made_than_from_one_saved_state_to_the_next(session, monkeypatch):
    made = []
    step = Descent.step
    monkeypatch.setattr(Descent, "step", lambda self, *rest: made.append(rest[2]) or step(self, *rest))
    network_at(session, 0, 35, DATA)
    steps = [frame.step for frame in session.branch(0).keyframes]
    before, after = max(s for s in steps if s <= 35), min(s for s in steps if s > 35)
    assert made == list(range(before, after))
    made.clear()
    network_at(session, 0, after, DATA)
    assert made == []


def test_where_only_the_end_was_saved_the_run_is_made_from_its_beginning(branches, session):
    only = replace(session.branch(0), keyframes=session.branch(0).keyframes[-1:])
    trainer = branches[0].trainer
    trainer.go_to(20)
    sparse = replace(session, branches=(only,), present=0)
    assert network_at(sparse, 0, 20, DATA).theta.tobytes() == trainer.network.theta.tobytes()


@pytest.mark.parametrize("step", [-1, 10**6])
def test_a_step_that_was_not_made_is_refused(session, step):
    with pytest.raises(SessionError, match=f"{step:,}") as caught:
        network_at(session, 0, step, DATA)
    assert is_sentence(str(caught.value))


def test_on_a_machine_that_computes_otherwise_only_saved_states_are_exact(session, other_arithmetic):
    other_arithmetic(0)
    frames = session.branch(0).keyframes
    for frame in frames:
        assert network_at(session, 0, frame.step, DATA).theta.tobytes() == frame.theta.tobytes()
    with pytest.raises(DifferentArithmeticError) as caught:
        network_at(session, 0, 3, DATA)
    assert "from step 0 on" in str(caught.value)
    assert f"of step {frames[1].step}" in str(caught.value)
    assert is_sentence(str(caught.value))


# Data that do not fit


def refusal(*arguments):
    with pytest.raises(SessionError) as caught:
        verify(*arguments)
    assert is_sentence(str(caught.value)), str(caught.value)
    return str(caught.value)


def test_data_that_do_not_fit_are_refused(session):
    fewer = replace(session, spec=replace(session.spec, train_size=54))
    assert "54" in refusal(fewer, 0, DATA)
    other = single_run(Trainer(small_spec(), DATA))
    narrow = replace(other, spec=small_spec((10, 6, 6, 8, 10)), branches=(small_branch(),))
    assert "10 neurons" in refusal(narrow, 0, DATA)
    assert "no branch 7" in refusal(session, 7, DATA)


def small_branch():
    numbers = small_spec((10, 6, 6, 8, 10)).network().theta
    return SavedBranch(0, "main", (), 0, 0, (Keyframe(0, 0, 0, numbers, numbers),))


def test_a_position_beyond_the_epoch_is_refused(session):
    frame = Keyframe(3, 0, 53, *(getattr(session.branch(0).keyframes[0], n) for n in ("theta", "velocity")))
    branch = replace(session.branch(0), keyframes=(frame,))
    with pytest.raises(SessionError, match="53 samples"):
        network_at(replace(session, branches=(branch,), present=0), 0, 5, DATA)
