import threading
import time

import pytest
from run.test_plane_race import rolled
from run.test_planes import trained, whereabouts

from nnviz.app.roller import Roller
from nnviz.core.balls import Ball
from nnviz.run.plane_race import PlaneBall, PlaneGround
from nnviz.run.planes import CostOver, PlaneSpec

CAREFUL, DRUNK = PlaneBall(Ball((1.0, 0.5), 0.3)), PlaneBall(Ball((1.0, 0.5), 0.3, 0.5), 2)


@pytest.fixture
def ground():
    where, over = whereabouts(trained(70)), CostOver("all")
    return PlaneGround(where.plane(PlaneSpec("random"), *where.samples(over)), where, over)


@pytest.fixture
def roller():
    made = Roller()
    made.start()
    yield made
    assert made.stop()


def answer(roller, number):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = roller.take()
        if found is not None and found.is_last:
            assert found.number == number
            return found
        time.sleep(0.001)
    raise AssertionError("nothing more comes")


def test_balls_roll_as_far_as_is_asked_and_as_they_would_alone(roller, ground):
    found = answer(roller, roller.ask(ground, (CAREFUL, DRUNK), (7, 12)))
    assert [walk.steps for walk in found.walks] == [7, 12]
    assert found.walks[0].points.tobytes() == rolled(ground, CAREFUL, 7).points.tobytes()
    assert found.walks[1].points.tobytes() == rolled(ground, DRUNK, 12).points.tobytes()


def test_going_back_and_on_again_leads_over_the_same_way(roller, ground):
    far = answer(roller, roller.ask(ground, (DRUNK,), (20,))).walks[0]
    near = answer(roller, roller.ask(ground, (DRUNK,), (5,))).walks[0]
    again = answer(roller, roller.ask(ground, (DRUNK,), (20,))).walks[0]
    assert near.steps == 5
    assert far.points.tobytes() == again.points.tobytes()


def test_of_two_questions_the_newer_is_answered(roller, ground):
    roller.ask(ground, (CAREFUL,), (1500,))
    found = answer(roller, roller.ask(ground, (CAREFUL,), (3,)))
    assert found.walks[0].steps == 3


def test_a_fault_is_told_and_does_not_end_the_thread(roller, ground):
    class Broken:
        def slope(self, batch_size):
            raise RuntimeError("broken")

        def cost_at(self, point):
            return 0.0

    assert "fault" in answer(roller, roller.ask(Broken(), (CAREFUL,), (3,))).failure
    assert answer(roller, roller.ask(ground, (CAREFUL,), (3,))).failure == ""


def test_stopped_in_the_middle_it_ends_soon(ground):
    roller = Roller()
    roller.start()
    roller.ask(ground, (CAREFUL, DRUNK), (2000, 2000))
    assert roller.stop()
    assert not any(thread.name == "nnviz-roller" for thread in threading.enumerate())
