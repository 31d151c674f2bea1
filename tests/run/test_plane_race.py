from dataclasses import replace

import numpy as np
import pytest
from run.test_planes import trained, whereabouts

from nnviz.core.balls import Ball
from nnviz.core.whole import whole_gradient
from nnviz.run.plane_race import MOST_STEPS, PlaneBall, PlaneGround, PlaneWay
from nnviz.run.planes import CostOver, PlaneSpec


@pytest.fixture
def where():
    return whereabouts(trained(70))


@pytest.fixture
def ground(where):
    over = CostOver("all")
    return PlaneGround(where.plane(PlaneSpec("random"), *where.samples(over)), where, over)


def rolled(ground, ball, steps):
    way = PlaneWay(ground, ball)
    while way.has_to_go(steps):
        way.advance()
    return way.until(steps)


def test_a_step_goes_down_the_gradient_on_the_plane(where, ground):
    walk = rolled(ground, PlaneBall(Ball((0.3, -0.2), 0.5)), 1)
    there = where.network.at(ground.plane.theta((0.3, -0.2)).astype(where.network.dtype))
    cost, gradient = whole_gradient(there, *where.samples(CostOver("all")), where.regularisation)
    assert walk.costs[0] == pytest.approx(cost, rel=1e-5)
    assert walk.points[1] == pytest.approx([0.3, -0.2] - 0.5 * ground.plane.project(gradient), rel=1e-6)


def test_full_batch_goes_down_steadily_and_mini_batches_stagger(ground):
    careful = rolled(ground, PlaneBall(Ball((2.0, 2.0), 0.5)), 60)
    drunk = rolled(ground, PlaneBall(Ball((2.0, 2.0), 0.5), 2), 60)
    assert (np.diff(careful.costs) <= 1e-9).all()
    assert (np.diff(drunk.costs) > 0).any()


def test_the_cost_told_is_over_all_samples_whichever_the_ball_has_seen(ground):
    careful = rolled(ground, PlaneBall(Ball((1.0, 0.0), 0.1)), 0)
    drunk = rolled(ground, PlaneBall(Ball((1.0, 0.0), 0.1), 1), 0)
    assert careful.costs.tolist() == drunk.costs.tolist()


def test_a_way_is_the_same_twice_and_a_part_of_it_is_its_beginning(ground):
    ball = PlaneBall(Ball((1.0, 0.5), 0.7, 0.8), 3)
    one, again, part = rolled(ground, ball, 40), rolled(ground, ball, 40), rolled(ground, ball, 11)
    assert one.points.tobytes() == again.points.tobytes()
    assert one.points[:12].tobytes() == part.points.tobytes()


def test_a_ball_that_leaves_all_numbers_ends_where_it_was_last(ground):
    walk = rolled(ground, PlaneBall(Ball((0.0, 0.0), 1e300)), 50)
    assert walk.diverged
    assert walk.steps < 50
    assert np.isfinite(walk.points).all()


def test_no_way_is_followed_for_ever(ground):
    assert not PlaneWay(ground, PlaneBall(Ball((0.0, 0.0), 0.1))).has_to_go(0)
    way = PlaneWay(ground, PlaneBall(Ball((0.0, 0.0), 0.0), 1))
    while way.has_to_go(10**9):
        way.advance()
    assert way.steps == MOST_STEPS


@pytest.mark.parametrize("given", [(Ball((1.0,), 1.0), None), (Ball((1.0, 1.0), 1.0), 0)])
def test_a_ball_that_makes_no_sense_is_refused(given):
    with pytest.raises(ValueError):
        PlaneBall(*given)


def test_a_held_plane_stays_while_the_run_goes_on(where, ground):
    later = replace(whereabouts(trained(90)), held=ground.plane)
    assert later.plane(PlaneSpec("random"), *later.samples(CostOver("all"))) is ground.plane
