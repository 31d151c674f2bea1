import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from run.small import bits, small_data, small_spec
from run.test_planes import trained

from nnviz.run.branches import Branches
from nnviz.run.keyframes import FIRST_EVERY
from nnviz.run.trail import Trail, ends_of, trail_of
from nnviz.run.trainer import Trainer


def position(step, size=3):
    theta = np.full(size, float(step), np.float32)
    theta.flags.writeable = False
    return theta


def trail(steps, **more):
    made = Trail(**more)
    for step in steps:
        made.add(step, position(step))
    return made


@settings(deadline=None, derandomize=True)
@given(st.integers(3, 20), st.lists(st.integers(1, 50), min_size=1, max_size=200))
def test_few_positions_stand_for_many_evenly(most, gaps):
    steps = np.cumsum([0, *gaps]).tolist()
    route = trail(steps, most=most).route()
    assert len(route) <= most
    assert (route.steps[0], route.steps[-1]) == (0, steps[-1])
    assert [theta[0] for theta in route.positions] == list(route.steps)
    assert set(route.steps) <= set(steps)
    assert sorted(set(route.steps)) == list(route.steps)


def test_a_long_trail_has_no_gaps():
    route = trail(range(10_000), most=100).route()
    gaps = np.diff(route.steps)
    assert len(route) > 50
    assert gaps[:-1].max() <= 2 * gaps[:-1].min()


def test_all_positions_are_kept_while_they_are_few():
    assert trail([0, 1, 2, 5], most=4).route().steps == (0, 1, 2, 5)


def test_the_memory_is_bounded_but_three_positions_there_always_are():
    made = Trail(most=100, budget=10_000)
    for step in range(50):
        made.add(step, position(step, 500))  # 2,000 bytes
    assert made.nbytes <= 10_000
    made = Trail(most=100, budget=100)
    for step in range(50):
        made.add(step, position(step, 500))
    assert made.route().steps[0] == 0
    assert made.route().steps[-1] == 49
    assert len(made) == 3


def test_whoever_goes_back_forgets_what_came_after():
    made = trail([0, 3, 6, 9])
    made.add(5, position(5))
    assert made.route().steps == (0, 3, 5)
    made.cut(0)
    assert len(made) == 0
    assert made.route().steps == ()


def test_the_same_step_again_is_another_position():
    made = trail([0, 3])
    edited = position(99)
    made.add(3, edited)
    assert made.route().steps == (0, 3)
    assert made.route().positions[-1] is edited


def test_a_position_that_somebody_may_change_is_copied():
    made, theta = Trail(), np.zeros(3)
    made.add(0, theta)
    theta += 1
    kept = made.route().positions[0]
    assert kept.tolist() == [0, 0, 0]
    assert not kept.flags.writeable


def test_some_places_back_is_the_first_if_there_are_no_more():
    route = trail([0, 3, 6]).route()
    assert [route.before(back)[0] for back in (0, 1, 2, 3, 100)] == [6, 3, 0, 0, 0]


def test_the_trail_of_a_run_is_that_of_its_keyframes_and_the_present():
    trainer = Trainer(small_spec(), small_data(), recording=True)
    trainer.advance(3 * FIRST_EVERY + 5)
    route = trail_of(trainer).route()
    assert route.steps == (0, FIRST_EVERY, 2 * FIRST_EVERY, 3 * FIRST_EVERY, 3 * FIRST_EVERY + 5)
    for step, theta in zip(route.steps, route.positions, strict=True):
        trainer.go_to(step)
        assert theta.tobytes() == trainer.network.theta.tobytes()


def test_in_the_past_the_trail_ends_where_the_run_is():
    trainer = Trainer(small_spec(), small_data(), recording=True)
    trainer.advance(60)
    trainer.go_to(FIRST_EVERY)
    assert trail_of(trainer).route().steps == (0, FIRST_EVERY)


def test_taking_the_trail_leaves_the_run_as_it_is():
    one, other = (Trainer(small_spec(momentum=0.5), small_data(), recording=True) for _ in range(2))
    for trainer in (one, other):
        trainer.advance(30)
    before = trail_of(one).route()
    for trainer in (one, other):
        trainer.advance(30)
    assert bits(one) == bits(other)
    one.go_to(30)
    assert before.positions[-1].tobytes() == one.network.theta.tobytes()


def test_the_ends_of_branches_are_where_they_have_come_to():
    trainer = trained(40)
    branches = Branches(trainer)
    branches.fork()
    branches.trainer.advance(25)
    found = ends_of(branches)
    assert (found.present.name, found.present.step) == ("branch 1", 65)
    assert [(end.name, end.step) for end in found.others] == [("main", 40)]
    assert found.others[0].theta.tobytes() == trainer.network.theta.tobytes()
    assert not found.present.theta.flags.writeable


def test_the_end_of_a_branch_in_which_somebody_went_back_is_its_newest_keyframe():
    branches = Branches(trained(70))
    branches.trainer.go_to(3)
    end = ends_of(branches).present
    newest = branches.trainer.keyframes.before(70)
    assert end.step == newest.step > 3
    assert end.theta.tobytes() == newest.theta.tobytes()
