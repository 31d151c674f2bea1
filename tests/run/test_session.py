from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from run.histories import begin, do, histories, session_of, three_branches, train
from run.json_values import is_sentence
from run.small import small_data, small_spec

from nnviz.run.branches import LONGEST_NAME, MOST_BRANCHES, Branches
from nnviz.run.edits import Lesion, Rerandomise, SetParameters
from nnviz.run.journal import Change
from nnviz.run.keyframes import Keyframe
from nnviz.run.session import (
    KEYFRAME_BYTES,
    MOST_LISTED,
    SavedBranch,
    Session,
    SessionError,
    saved_branch,
    single_run,
    this_program,
)
from nnviz.run.trainer import Trainer


def trained(steps=40, **changes):
    trainer = Trainer(small_spec(**changes), small_data(), recording=True)
    trainer.advance(steps)
    return trainer


def frame(step=0, size=196, value=0.5):
    numbers = np.full(size, value, np.float32)
    return Keyframe(step, 0, 0, numbers, numbers)


BRANCH = SavedBranch(0, "main", (Change(3, "eta", 1.0),), 20, 15, (frame(0), frame(15)))
SESSION = Session(small_spec(), "0" * 64, (BRANCH,))


# What is kept of a run


def test_a_branch_is_saved_where_it_stands():
    trainer = trained()
    trainer.go_to(23)
    branch = saved_branch(trainer, 3, "slow", 1, 12, kept=(5, 9))
    assert (branch.number, branch.name, branch.parent, branch.forked_at) == (3, "slow", 1, 12)
    assert (branch.made, branch.step, branch.kept) == (40, 23, (5, 9))
    here = branch.before(23)
    assert (here.step, here.epoch, here.position) == (23, trainer.epoch, trainer.position)
    assert here.theta.tobytes() == trainer.network.theta.tobytes()
    assert here.velocity.tobytes() == trainer.descent.velocity.tobytes()
    assert [f.step for f in branch.keyframes] == [0, 16, 23, 32]


def test_what_is_saved_does_not_change_when_the_run_goes_on():
    trainer = trained()
    branch = saved_branch(trainer)
    journal, theta = branch.journal, branch.before(40).theta.copy()
    trainer.edit(Lesion(40, 1, 1))
    trainer.advance(5)
    assert (branch.journal, branch.made) == (journal, 40)
    assert np.array_equal(branch.before(40).theta, theta)
    with pytest.raises(FrozenInstanceError):
        branch.step = 3
    with pytest.raises(ValueError, match="read-only"):
        branch.before(40).theta[0] = 1


def test_a_saved_state_is_that_after_what_was_edited_there():
    trainer = trained(32)  # where there is a keyframe, which is of before
    trainer.edit(SetParameters(32, (0, 5), (9.0, -9.0)))
    trainer.edit(Rerandomise(32, 2, 7))
    trainer.edit(Lesion(32, 1, 4))
    there = trainer.network.theta.tobytes()
    assert saved_branch(trainer).before(32).theta.tobytes() == there
    trainer.advance(5)
    assert saved_branch(trainer).before(32).theta.tobytes() == there


def test_the_saved_states_fit_into_their_budget_and_spread_over_the_run():
    trainer = Trainer(small_spec((20, 600, 10)), small_data(), recording=True)
    trainer.advance(2500)
    branch = saved_branch(trainer)
    steps = [f.step for f in branch.keyframes]
    assert KEYFRAME_BYTES / 2 < sum(f.nbytes for f in branch.keyframes) <= KEYFRAME_BYTES
    assert steps[:2] == [0, 16]  # a machine that computes otherwise does so from the first steps on
    assert steps[-2:] == [2496, 2500]
    assert max(np.diff(steps)) <= 64


def test_of_a_network_that_is_too_large_for_the_budget_only_the_present_state_is_saved():
    trainer = Trainer(small_spec((20, 60_000, 10)), small_data(), recording=True)
    trainer.advance(1)
    assert [f.step for f in saved_branch(trainer).keyframes] == [1]


def test_a_run_that_diverged_is_saved_with_the_states_that_were_finite():
    trainer = Trainer(small_spec(eta=1e30, l2=1.0), small_data(), recording=True)
    train(trainer, 40)
    assert trainer.divergence is not None
    branch = saved_branch(trainer)
    assert branch.made == branch.step == trainer.made
    assert [f.step for f in branch.keyframes] == [0]


@settings(max_examples=40)
@given(histories())
def test_whatever_happened_to_a_run_it_can_be_saved(branches):
    session = session_of(branches, len(branches) - 1)
    for branch, saved in zip(branches, session.branches, strict=True):
        trainer = branch.trainer
        assert (saved.made, saved.step) == (trainer.made, trainer.step)
        assert saved.journal == tuple(trainer.journal)
        for one in saved.keyframes:
            with np.errstate(all="ignore"):
                trainer.go_to(one.step)
            assert (trainer.epoch, trainer.position) == (one.epoch, one.position)
            assert trainer.network.theta.tobytes() == one.theta.tobytes()
            assert trainer.descent.velocity.tobytes() == one.velocity.tobytes()


def test_the_branches_of_a_window_can_be_saved():
    branches = Branches(trained())
    branches.trainer.go_to(11)
    branches.fork()
    saved = tuple(saved_branch(b.trainer, b.number, b.name, b.parent, b.forked_at) for b in branches._all)
    session = Session(branches.trainer.spec, "0" * 64, saved, branches.present.number)
    assert [(b.number, b.parent, b.forked_at, b.made) for b in session.branches] == [
        (0, None, 0, 40),
        (1, 0, 11, 11),
    ]
    branches.delete(0)  # what came from it stays
    (alone,) = branches._all
    kept = saved_branch(alone.trainer, alone.number, alone.name, alone.parent, alone.forked_at)
    assert (kept.parent, kept.forked_at) == (None, 11)
    assert Session(branches.trainer.spec, "0" * 64, (kept,), 1).present == 1


def test_a_session_says_what_it_was_made_with_and_on_which_data():
    trainer = trained()
    session = single_run(trainer)
    assert session.made_with == this_program()
    assert np.__version__ in session.made_with
    session.refuse_other_data(small_data())
    with pytest.raises(SessionError, match="other data than small digits") as caught:
        session.refuse_other_data(small_data(54))
    assert is_sentence(str(caught.value))


def test_where_a_run_started_from_a_model_its_parameters_are_kept():
    start = np.random.default_rng(0).standard_normal(196).astype(np.float32)
    trainer = Trainer(small_spec(), small_data(), start=start, recording=True)
    assert single_run(trainer).start.tobytes() == start.tobytes()
    assert single_run(trained()).start is None


def test_states_before_and_after_a_step_are_found():
    assert (BRANCH.before(0).step, BRANCH.before(14).step, BRANCH.before(99).step) == (0, 0, 15)
    assert (BRANCH.after(0).step, BRANCH.after(14).step, BRANCH.after(15)) == (15, 15, None)
    assert replace(BRANCH, keyframes=(frame(15),)).before(14) is None


def test_a_branch_is_found_by_its_number():
    session = session_of(three_branches())
    assert session.branch(2) is session.branches[2]
    with pytest.raises(SessionError, match="no branch 3"):
        session.branch(3)


# What does not hold together


def refusal(whole, **changes):
    with pytest.raises(ValueError) as caught:
        replace(whole, **changes)
    text = str(caught.value)
    assert is_sentence(text), text
    return text


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"number": -1}, "number"),
        ({"number": True}, "True"),
        ({"number": "0"}, "'0'"),
        ({"name": ""}, "name"),
        ({"name": 5}, "5"),
        ({"name": "x" * (LONGEST_NAME + 1)}, str(LONGEST_NAME)),
        ({"name": "a\nb"}, "shown"),
        ({"name": "\x1b[2J"}, "shown"),
        ({"name": "\ud800"}, "shown"),
        ({"made": -1}, "-1"),
        ({"made": 2**60}, "steps"),
        ({"made": 14}, "15"),
        ({"made": 20.0}, "20.0"),
        ({"step": 21}, "21"),
        ({"step": None}, "None"),
        ({"forked_at": 21}, "21"),
        ({"forked_at": -1}, "-1"),
        ({"journal": (Change(21, "eta", 1.0),)}, "21"),
        ({"journal": (Change(5, "eta", 1.0), Change(4, "eta", 2.0))}, "step 4"),
        ({"kept": (21,)}, "21"),
        ({"kept": (3, 2)}, "order"),
        ({"kept": (3, 3)}, "twice"),
        ({"kept": ("3",)}, "'3'"),
        ({"kept": tuple(range(MOST_LISTED + 1))}, "1,001"),
        ({"keyframes": ()}, "at least one"),
        ({"keyframes": (frame(21),)}, "21"),
        ({"keyframes": (frame(5), frame(4))}, "order"),
        ({"keyframes": (Keyframe(5, 6, 0, frame().theta, frame().theta),)}, "epoch"),
        ({"keyframes": (Keyframe(5, 0, -1, frame().theta, frame().theta),)}, "-1"),
        ({"keyframes": (Keyframe(5, 0, 0.5, frame().theta, frame().theta),)}, "0.5"),
        ({"keyframes": (frame(value=np.nan),)}, "finite"),
        ({"keyframes": (Keyframe(5, 0, 0, np.zeros(196), np.zeros(196)),)}, "float32"),
    ],
    ids=str,
)
def test_a_branch_that_does_not_hold_together_is_refused(changes, named):
    assert named in refusal(BRANCH, **changes)


OTHER = replace(BRANCH, number=4, name="other", parent=0, forked_at=5)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"fingerprint": "0" * 63}, "64"),
        ({"fingerprint": "G" * 64}, "64"),
        ({"fingerprint": None}, "None"),
        ({"made_with": ""}, "program"),
        ({"made_with": "a\x07b"}, "shown"),
        ({"breakpoints": {}}, "list"),
        ({"breakpoints": [0] * (MOST_LISTED + 1)}, "1,000"),
        ({"window": []}, "object"),
        ({"branches": ()}, "branches"),
        ({"branches": tuple(replace(BRANCH, number=n) for n in range(MOST_BRANCHES + 1))}, "branches"),
        ({"branches": (BRANCH, BRANCH)}, "number"),
        ({"branches": (OTHER, BRANCH)}, "by number"),
        ({"present": 1}, "1"),
        ({"present": False}, "False"),
        ({"present": []}, "[]"),
        ({"branches": (BRANCH, replace(OTHER, parent=4))}, "4"),
        ({"branches": (BRANCH, replace(OTHER, parent=5))}, "5"),
        ({"branches": (BRANCH, replace(OTHER, parent=2))}, "branch 2"),
        ({"branches": (BRANCH, replace(OTHER, parent="0"))}, "'0'"),
        ({"branches": (replace(BRANCH, made=15), replace(OTHER, forked_at=18))}, "step 18"),
        ({"branches": (replace(BRANCH, keyframes=(frame(size=195),)),)}, "(195,)"),
        ({"start": np.zeros(197, np.float32)}, "(197,)"),
        ({"branches": (replace(BRANCH, journal=(Lesion(0, 2, 0),)),)}, "hidden neuron"),
        ({"branches": (replace(BRANCH, journal=(SetParameters(0, (196,), (0.0,)),)),)}, "196"),
        ({"branches": (replace(BRANCH, journal=(Rerandomise(0, 3, 0),)),)}, "2 layers"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_session_that_does_not_hold_together_is_refused(changes, named):
    assert named in refusal(SESSION, **changes)


def test_what_holds_together_above_is_only_what_was_not_changed():
    assert replace(SESSION, branches=(BRANCH, OTHER), present=4).branch(4) is OTHER


def test_branches_come_from_forks():
    branches = begin()
    do(branches, "train", 0, 0.5)
    do(branches, "fork", 0, 0)
    assert session_of(branches, 1).branch(1).forked_at == 21
