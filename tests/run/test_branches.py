import numpy as np
import pytest
from run.small import small_data, small_spec

from nnviz.run.branches import LONGEST_NAME, MOST_BRANCHES, Branches
from nnviz.run.edits import Lesion
from nnviz.run.keyframes import LEAST_BUDGET, MOST_BUDGET
from nnviz.run.session import saved_branch
from nnviz.run.trainer import Trainer


@pytest.fixture
def branches():
    trainer = Trainer(small_spec(), small_data(), recording=True)
    trainer.advance(12)
    return Branches(trainer)


def test_a_run_has_one_branch_at_first(branches):
    (info,) = branches.infos()
    assert (info.number, info.name, info.parent, info.forked_at, info.made) == (0, "main", None, 0, 12)


def test_a_fork_comes_from_where_the_present_branch_stands(branches):
    branches.trainer.go_to(5)
    branch = branches.fork()
    assert branches.present is branch
    info = branches.infos()[1]
    assert (info.name, info.parent, info.forked_at, info.made) == ("branch 1", 0, 5, 5)
    branches.switch(0)
    assert (branches.trainer.step, branches.trainer.made) == (5, 12)


def test_branches_are_compared(branches):
    branches.fork()
    branches.trainer.edit(Lesion(12, 1, 0))
    found = branches.compare(0, 1)
    one, two = (b.trainer.network for b in branches._all)
    assert found.distance == pytest.approx(np.linalg.norm(one.theta - two.theta), rel=1e-5)
    test = small_data().test
    answers = [n.forward(test.images / 255).argmax(axis=1) for n in (one, two)]
    assert found.disagreements.tolist() == np.flatnonzero(answers[0] != answers[1]).tolist()
    assert found.accuracies == tuple(float(np.mean(a == test.labels)) for a in answers)
    assert [given.tolist() for given in found.answers] == [given.tolist() for given in answers]
    assert found.steps == (12, 12)
    same = branches.compare(0, 0)
    assert (same.distance, len(same.disagreements)) == (0, 0)


def test_a_name_is_given_once(branches):
    branches.fork()
    branches.rename(1, "  careful   walker ")
    assert branches.infos()[1].name == "careful walker"
    for name in ("", "main", "x" * (LONGEST_NAME + 1)):
        with pytest.raises(ValueError, match="branch"):
            branches.rename(1, name)
    branches.rename(1, "careful walker")


def test_a_deleted_branch_gives_way_to_its_origin(branches):
    first = branches.fork()
    second = branches.fork()
    assert second.parent == first.number
    branches.delete(second.number)
    assert branches.present is first
    branches.delete(0)
    assert branches.infos()[0].parent is None
    with pytest.raises(ValueError, match="only branch"):
        branches.delete(first.number)
    with pytest.raises(ValueError, match="any more"):
        branches.switch(0)


def test_there_are_not_more_branches_than_can_be_told_apart(branches):
    for _ in range(MOST_BRANCHES - 1):
        branches.fork()
    with pytest.raises(ValueError, match="Delete one"):
        branches.fork()


def test_branches_share_the_memory_for_keyframes(branches):
    branches.budget = 4 * LEAST_BUDGET
    branches.fork()
    assert [b.trainer.keyframes.budget for b in branches._all] == [2 * LEAST_BUDGET] * 2


def test_what_branches_share_takes_memory_once(branches):
    before = branches.nbytes
    assert before == branches.trainer.keyframes.nbytes > 0
    branches.fork()
    assert branches.nbytes == before
    branches.trainer.edit(Lesion(12, 1, 0))
    branches.trainer.advance(40)
    assert branches.nbytes > before


@pytest.mark.parametrize("budget", [0, LEAST_BUDGET - 1, MOST_BUDGET + 1])
def test_a_budget_that_makes_no_sense_is_refused_and_changes_nothing(branches, budget):
    before = branches.budget
    with pytest.raises(ValueError, match="MB"):
        branches.budget = budget
    assert branches.budget == before


def test_many_branches_do_not_take_more_than_the_least_budget():
    trainer = Trainer(small_spec((20, 300, 10)), small_data(), recording=True)
    branches = Branches(trainer, LEAST_BUDGET)
    trainer.advance(400)
    for _ in range(MOST_BRANCHES - 1):
        branches.fork()
        branches.trainer.edit(Lesion(branches.trainer.step, 1, 0))
        branches.trainer.advance(100)
    assert branches.nbytes <= LEAST_BUDGET
    assert sum(b.trainer.keyframes.nbytes for b in branches._all) <= LEAST_BUDGET


@pytest.mark.parametrize(
    "name",
    ["\x07", "a\x00b", "\u202eniam", "\u200b", "\u0301", "\ud800", "a\x1b[31mb", " \t\n "],
    ids=ascii,
)
def test_a_name_of_letters_that_cannot_be_shown_is_refused(branches, name):
    with pytest.raises(ValueError, match="A branch's name"):
        branches.rename(0, name)
    assert branches.infos()[0].name == "main"


@pytest.mark.parametrize(
    "name", ["η = 0.5", "R&D", "<b>bold</b>", "日本語", "👩\u200d🔬", "x" * LONGEST_NAME]
)
def test_any_other_name_is_fine_and_a_session_takes_it(branches, name):
    branches.rename(0, name)
    assert branches.infos()[0].name == name
    assert saved_branch(branches.trainer, 0, name).name == name


def test_a_new_branch_never_has_the_name_of_another(branches):
    branches.rename(0, "branch 1")
    branches.fork()
    branches.fork()
    names = [info.name for info in branches.infos()]
    assert len(set(names)) == len(names) == 3


def test_the_branch_deleted_last_is_brought_back(branches):
    assert branches.bring_back() is None
    first = branches.fork()
    branches.fork()
    theta = first.trainer.network.theta.tobytes()
    branches.delete(first.number)
    assert [info.parent for info in branches.infos()] == [None, None]
    branches.rename(2, "branch 1")
    assert branches.bring_back() is first
    assert branches.present is first
    assert first.trainer.network.theta.tobytes() == theta
    assert [(i.number, i.parent) for i in branches.infos()] == [(0, None), (1, 0), (2, 1)]
    assert len({info.name for info in branches.infos()}) == 3
    assert branches.bring_back() is None


def test_no_branch_is_brought_back_where_there_is_no_room(branches):
    gone = branches.fork()
    branches.delete(gone.number)
    for _ in range(MOST_BRANCHES - 1):
        branches.fork()
    with pytest.raises(ValueError, match="Delete one"):
        branches.bring_back()
    branches.delete(branches.present.number)
    assert branches.bring_back() is not gone  # the newest deleted
