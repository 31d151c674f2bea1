import numpy as np
import pytest

from nnviz.core.balls import Ball, roll
from nnviz.core.race import MOST_BALLS, MOST_STEPS, Race, Way, is_far, toy_surface
from nnviz.core.surfaces import CURVE, TOYS

BY_NAME = {toy.name: toy for toy in TOYS}
BOWL = BY_NAME["Bowl"]


def points(race, place=0):
    return np.array([footprint.point for footprint in race.way(place)])


def test_a_toys_surface_has_its_values_at_the_points_of_its_grid():
    ravine = BY_NAME["Ravine"]
    surface = toy_surface(ravine, cells=10)
    assert surface.costs.shape == (11, 11)
    assert surface.costs[2, 7] == pytest.approx(
        float(ravine.value(np.array([surface.alphas[7], surface.betas[2]])))
    )
    assert not surface.masked.any()


@pytest.mark.parametrize("toy", TOYS, ids=BY_NAME)
def test_balls_make_the_steps_that_they_make_alone(toy):
    ball = Ball(toy.start, toy.etas[1], 0.5)
    race = Race(toy, (ball,))
    race.advance(7)
    assert points(race) == pytest.approx(roll(toy, ball, 7).points)


def test_the_same_steps_lead_to_the_same_place_however_they_are_asked_for():
    one, other = Race(BOWL), Race(BOWL)
    one.advance(9)
    for _ in range(12):
        other.advance()
    for _ in range(3):
        other.back()
    assert (points(one) == points(other)).all()


def test_another_eta_tells_where_the_ball_would_be_by_now():
    race = Race(BOWL)
    race.advance(5)
    ball = Ball(BOWL.start, 0.1)
    race.change(0, ball)
    assert points(race) == pytest.approx(roll(BOWL, ball, 5).points)


def test_a_ball_that_is_put_down_starts_there_while_others_roll_on():
    race = Race(BOWL)
    race.add(Ball(BOWL.start, 0.1))
    race.advance(4)
    race.put(0, (1.0, -1.0))
    assert points(race).tolist() == [[1.0, -1.0]]
    assert len(race.way(1)) == 5
    race.advance()
    assert (race.made(0), race.made(1)) == (1, 5)
    assert race.balls[0] == Ball((1.0, -1.0), BOWL.etas[1])
    for _ in range(3):
        race.back()
    assert points(race).tolist() == [[1.0, -1.0]]
    race.reset()
    race.advance()
    assert (race.made(0), race.made(1)) == (1, 1)


def test_a_ball_that_leaves_the_picture_by_far_has_diverged_and_is_not_followed():
    race = Race(BOWL, (Ball(BOWL.start, BOWL.etas[2]),))
    while race.advance():
        pass
    step = race.step
    assert race.has_diverged(0)
    assert race.next(0) is None
    assert is_far(race.way(0)[-1].point, BOWL)
    assert not is_far(race.way(0)[-2].point, BOWL)
    race.advance(50)
    assert len(race.way(0)) == step + 1
    race.back()
    assert race.has_diverged(0)
    for _ in range(50):
        race.back()
    assert not race.has_diverged(0)


def test_a_ball_whose_step_is_no_number_ends_where_it_was_last():
    way = Way(CURVE, Ball(CURVE.start, 1e200))
    assert np.isfinite([footprint.point for footprint in way.until(5)]).all()
    assert way.has_diverged(5)


def test_the_next_step_is_known_before_it_is_made():
    race = Race(BOWL)
    race.advance(2)
    following = race.next(0)
    race.advance()
    assert following is not None
    assert (race.way(0)[-1].point == following.point).all()


def test_balls_come_up_to_some_number_and_the_last_one_stays():
    race = Race(BOWL)
    for _ in range(MOST_BALLS - 1):
        race.add(Ball(BOWL.start, 0.1))
    with pytest.raises(ValueError, match="at most"):
        race.add(Ball(BOWL.start, 0.1))
    for _ in range(MOST_BALLS + 1):
        race.remove(0)
    assert len(race.balls) == 1


def test_a_race_ends():
    race = Race(BOWL)
    assert not race.advance(10 * MOST_STEPS)
    assert race.step == MOST_STEPS
