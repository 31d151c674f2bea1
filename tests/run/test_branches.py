import numpy as np
import pytest
from run.small import small_data, small_spec

from nnviz.run.branches import LONGEST_NAME, MOST_BRANCHES, Branches
from nnviz.run.edits import Lesion
from nnviz.run.keyframes import LEAST_BUDGET
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
    assert branches.nbytes == sum(b.trainer.keyframes.nbytes for b in branches._all)
