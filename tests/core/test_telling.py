import pytest

from nnviz.core.balls import Ball
from nnviz.core.race import Way, toy_surface
from nnviz.core.surfaces import CURVE, TOYS
from nnviz.core.telling import Event, tell

BY_NAME = {toy.name: toy for toy in TOYS}
BOWL, RAVINE, SADDLE = BY_NAME["Bowl"], BY_NAME["Ravine"], BY_NAME["Saddle"]


def told(toy, eta, step, momentum=0.0, start=None):
    ball = Ball(start or toy.start, eta, momentum)
    way = Way(toy, ball)
    surface = toy_surface(toy) if toy.dimensions == 2 else None
    return tell(toy, ball, way.until(step), way.has_diverged(step), surface)


def event(toy, eta, step, momentum=0.0, start=None):
    return told(toy, eta, step, momentum, start).event


def test_before_the_first_step_there_is_nothing_to_tell():
    assert event(BOWL, 0.5, 0) is Event.START


def test_what_is_told_has_numbers():
    found = told(BOWL, 0.5, 1)
    assert found.event is Event.DOWN
    assert (found.step, found.length) == (1, pytest.approx((1.2**2 + 0.8**2) ** 0.5))
    assert (found.before, found.cost) == (pytest.approx(4.16), pytest.approx(1.04))


def test_a_step_longer_than_the_valley_is_wide_climbs():
    assert event(BOWL, 2.1, 1) is Event.CLIMBED
    assert event(RAVINE, RAVINE.etas[2], 3) is Event.CLIMBED


def test_a_step_to_the_other_side_that_ends_lower_leads_across():
    assert event(BOWL, 1.8, 1) is Event.ACROSS
    assert event(RAVINE, RAVINE.etas[1], 2) is Event.ACROSS


def test_uphill_by_momentum_is_another_matter_than_by_too_long_a_step():
    assert Event.CARRIED in {event(BOWL, 0.05, step, 0.9) for step in range(5, 20)}
    assert event(BOWL, 2.1, 1, 0.9) is Event.CLIMBED


def test_too_small_an_eta_creeps_on_steep_ground():
    assert event(BOWL, 0.001, 5) is Event.CREEPS


def test_on_a_plateau_steps_are_small_for_want_of_a_slope():
    assert event(BY_NAME["Rosenbrock"], BY_NAME["Rosenbrock"].etas[1], 60) is Event.PLATEAU


def test_at_a_saddle_a_ball_lingers_and_on_its_ridge_it_stays():
    assert Event.SADDLE in {event(SADDLE, 0.1, step) for step in range(20, 60)}
    assert event(SADDLE, 0.3, 60, start=(3.0, 0.0)) is Event.SADDLE


def test_a_minimum_may_be_the_deepest_or_not():
    basins = BY_NAME["Two basins"]
    assert event(basins, basins.etas[1], 200) is Event.MINIMUM
    assert event(basins, basins.etas[1], 200, start=(-1.0, 1.0)) is Event.DEEPEST
    assert event(CURVE, CURVE.etas[1], 100) is Event.MINIMUM
    assert event(CURVE, CURVE.etas[1], 100, start=(-2.0,)) is Event.DEEPEST


def test_a_ball_thrown_out_of_sight_has_diverged():
    assert event(CURVE, CURVE.etas[2], 1) is Event.THROWN
    found = told(CURVE, CURVE.etas[2], 50)
    assert found.event is Event.DIVERGED
    assert found.step == 2


@pytest.mark.parametrize("toy", TOYS, ids=BY_NAME)
def test_the_ends_are_those_that_the_toys_are_made_for(toy):
    small, good, large = ({event(toy, eta, step) for step in (*range(60), 400)} for eta in toy.etas)
    assert small & {Event.CREEPS, Event.PLATEAU}
    assert Event.DIVERGED not in small | good
    assert large & {Event.CLIMBED, Event.THROWN}
