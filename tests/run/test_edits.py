import numpy as np
import pytest
from run.small import small_data, small_spec

from nnviz.run.branches import Branches
from nnviz.run.edits import Placement, edit_from_json, edit_to_json
from nnviz.run.trainer import Trainer


@pytest.fixture
def trainer():
    made = Trainer(small_spec(), small_data(), recording=True)
    made.advance(20)
    return made


def test_a_placement_puts_the_run_at_a_point_bit_for_bit_and_is_undone(trainer):
    before = trainer.network.theta.copy()
    theta = np.linspace(-1, 1, before.size).astype(np.float32)
    trainer.edit(Placement.at(20, theta))
    assert trainer.network.theta.tobytes() == theta.tobytes()
    trainer.undo()
    assert trainer.network.theta.tobytes() == before.tobytes()


def test_what_comes_after_a_placement_is_the_same_when_it_is_replayed(trainer):
    trainer.edit(Placement.at(20, np.full(trainer.network.theta.size, 0.25)))
    trainer.advance(15)
    after = trainer.network.theta.copy()
    trainer.go_to(5)
    trainer.go_to(35)
    assert trainer.network.theta.tobytes() == after.tobytes()


def test_json_can_hold_a_placement():
    placement = Placement.at(3, np.array([0.5, -2.25, 1e-30]))
    assert edit_from_json(edit_to_json(placement)) == placement
    assert placement.position.tolist() == np.array([0.5, -2.25, 1e-30], np.float32).tolist()


@pytest.mark.parametrize("theta", ["", "no base64!", "AAA=", 7, None, "AAAAfw==" * 2, "ÄÄÄÄ"], ids=repr)
def test_what_is_no_position_is_refused(theta):
    with pytest.raises(ValueError, match=r"placement|finite"):
        edit_from_json({"kind": "place", "step": 3, "theta": theta})


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_a_position_that_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="finite"):
        Placement.at(0, np.array([0.0, value]))


def test_a_placement_of_another_network_is_refused(trainer):
    with pytest.raises(ValueError, match="2 coordinates"):
        trainer.edit(Placement.at(20, np.zeros(2)))


def test_a_branch_from_a_placement_leaves_the_other_as_it_was(trainer):
    branches = Branches(trainer)
    before = trainer.network.theta.copy()
    branches.fork()
    branches.trainer.edit(Placement.at(20, np.zeros(before.size)))
    branches.trainer.advance(1)
    branches.switch(0)
    assert branches.trainer.network.theta.tobytes() == before.tobytes()
