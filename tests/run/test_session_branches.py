"""All branches of a session made again: what they have in common once, and each to the bit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from run.histories import histories, session_of, three_branches
from run.small import bits, small_data, small_spec

from nnviz.run.branches import Branches
from nnviz.run.session import SessionError, whole_session
from nnviz.run.session_branches import BranchesRestoration
from nnviz.run.trainer import Trainer

DATA = small_data()


def restored(session, data=DATA):
    restoration = BranchesRestoration(session, data)
    shares = [restoration.progress]
    while not restoration.advance(7):
        shares.append(restoration.progress)
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)
    return restoration


def left_behind(trainer):
    """Return all that a run has left behind, but for the evaluation before its first step, which some have."""
    trainer.due = None
    epochs = [record for record in trainer.epochs if record.epoch > 0]
    made = trainer.made
    logs = trainer.log.rows(0, made).tobytes(), trainer.health_log.figures(0, made).tobytes()
    return (*bits(trainer)[:-1], epochs, *logs, trainer.journal)


def test_all_branches_come_back_with_their_histories():
    originals = three_branches()
    restoration = restored(session_of(originals, 1))
    assert restoration.difference is None
    branches = restoration.branches()
    assert branches.present.number == 1
    for number, (branch, original) in enumerate(zip(branches, originals, strict=True)):
        assert (branch.number, branch.name) == (number, f"branch {number}")
        assert (branch.parent, branch.forked_at) == (original.parent, original.forked_at)
        assert left_behind(branch.trainer) == left_behind(original.trainer)


@settings(max_examples=80, deadline=None)
@given(histories())
def test_whatever_happened_all_branches_come_back(originals):
    restoration = restored(session_of(originals))
    assert restoration.difference is None
    for branch, original in zip(restoration.branches(), originals, strict=True):
        with np.errstate(all="ignore"):
            assert left_behind(branch.trainer) == left_behind(original.trainer)


def test_what_branches_have_in_common_is_made_once(monkeypatch):
    branches = Branches(Trainer(small_spec(), DATA, recording=True))
    branches.trainer.advance(400)
    branches.fork()
    branches.trainer.advance(10)
    session = whole_session(branches, "0" * 64)
    steps = []
    make_step = Trainer.make_step
    monkeypatch.setattr(Trainer, "make_step", lambda self: steps.append(1) or make_step(self))
    restoration = restored(session)
    assert restoration.steps == 410
    assert len(steps) == 410


def test_a_branch_whose_past_is_not_that_of_its_origin_is_made_from_its_beginning():
    originals = three_branches()
    session = session_of(originals)
    other = replace(session.branches[1], parent=None, forked_at=0)
    own = replace(session.branches[1], forked_at=min(session.branches[0].made, session.branches[1].made))
    for branch in (other, own):
        changed = replace(session, branches=(session.branches[0], branch, session.branches[2]))
        restoration = restored(changed)
        assert restoration.difference is None
        theta = list(restoration.branches())[1].trainer.network.theta
        assert theta.tobytes() == originals[1].trainer.network.theta.tobytes()


def test_a_difference_in_the_common_past_is_found_where_it_is():
    session = session_of(three_branches())
    (first, *others) = session.branches
    frame = first.keyframes[1]
    theta = frame.theta.copy()
    theta.view(np.uint32)[0] ^= 1
    frames = (first.keyframes[0], replace(frame, theta=theta), *first.keyframes[2:])
    session = replace(session, branches=(replace(first, keyframes=frames), *others))
    assert restored(session).difference.by == frame.step


def test_new_branches_get_numbers_that_were_never_used():
    branches = restored(session_of(three_branches(), 2)).branches()
    assert branches.fork().number == 3


def test_data_that_do_not_fit_are_refused():
    session = session_of(three_branches())
    fewer = replace(session, spec=replace(session.spec, train_size=54))
    with pytest.raises(SessionError, match="54"):
        BranchesRestoration(fewer, DATA)
