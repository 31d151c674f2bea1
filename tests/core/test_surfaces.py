import numpy as np
import pytest

from nnviz.core.balls import Ball, roll
from nnviz.core.surfaces import TOYS

H = 1e-6
BY_NAME = {toy.name: toy for toy in TOYS}
every_toy = pytest.mark.parametrize("toy", TOYS, ids=BY_NAME)


def sprinkled(toy, count=200):
    """Return points all over a toy's window, (count, d)."""
    window = toy.window
    low = np.array([window.left, window.bottom])[: toy.dimensions]
    high = np.array([window.right, window.top])[: toy.dimensions]
    return np.random.default_rng(0).uniform(low, high, (count, toy.dimensions))


def end(toy, eta, momentum=0.0, steps=300, start=None):
    return roll(toy, Ball(start or toy.start, eta, momentum), steps)


@every_toy
def test_gradients_are_those_of_central_differences(toy):
    points = sprinkled(toy)
    for axis in range(toy.dimensions):
        ahead = H * np.eye(toy.dimensions)[axis]
        differences = (toy.value(points + ahead) - toy.value(points - ahead)) / (2 * H)
        assert toy.gradient(points)[:, axis] == pytest.approx(differences, rel=1e-6, abs=1e-6)


@every_toy
def test_points_come_in_arrays_of_any_shape(toy):
    points = sprinkled(toy, 12).reshape(3, 4, toy.dimensions)
    assert toy.value(points).shape == (3, 4)
    assert toy.gradient(points).shape == points.shape
    assert toy.value(points)[1, 2] == pytest.approx(toy.value(points[1, 2]))
    assert toy.gradient(points)[1, 2] == pytest.approx(toy.gradient(points[1, 2]))


@every_toy
def test_the_start_lies_in_the_window_and_on_a_slope(toy):
    cost, gradient = toy(np.array(toy.start), 0)
    height = cost if toy.dimensions == 1 else toy.start[1]
    assert toy.window.contains((toy.start[0], height))
    assert np.linalg.norm(gradient) > 0.01
    assert toy.lesson.endswith(".")


@every_toy
def test_a_good_eta_does_better_than_one_that_is_too_small_or_too_large(toy):
    small, good, large = (end(toy, eta, steps=60) for eta in toy.etas)
    assert not good.diverged
    assert good.costs[-1] < small.costs[-1]
    assert large.diverged or good.costs[-1] < large.costs[-1]


def test_the_two_valleys_are_a_deep_one_and_a_shallow_one():
    toy = BY_NAME["Two valleys"]
    right, left = (end(toy, 0.1, start=(x,)) for x in (2.1, -2.1))
    assert right.points[-1, 0] > 1
    assert left.points[-1, 0] < -1
    assert left.costs[-1] < right.costs[-1] - 0.5
    assert toy.gradient(right.points[-1]) == pytest.approx(0, abs=1e-9)


def test_in_the_bowl_one_step_of_eta_1_reaches_the_bottom():
    toy = BY_NAME["Bowl"]
    assert end(toy, 1.0, steps=1).points[-1].tolist() == [0, 0]


@pytest.mark.parametrize(("name", "bound"), [("Bowl", 2.0), ("Ravine", 2 / 25)])
def test_descent_on_a_quadratic_converges_below_its_bound_and_diverges_above(name, bound):
    toy = BY_NAME[name]
    assert end(toy, 0.99 * bound, steps=3000).costs[-1] < 1e-6
    far = end(toy, 1.01 * bound, steps=100_000)
    assert far.diverged
    assert far.costs[-1] > 1e300


def test_in_the_ravine_momentum_helps():
    toy = BY_NAME["Ravine"]
    assert end(toy, 0.03, 0.8, 60).costs[-1] < end(toy, 0.03, 0.0, 60).costs[-1] / 10


def test_descent_lingers_at_the_saddle_and_then_finds_the_way_down():
    toy = BY_NAME["Saddle"]
    way = end(toy, 0.1, steps=400)
    near = np.linalg.norm(way.points, axis=1) < 0.5
    assert 10 < near.sum() < 200
    assert way.points[-1] == pytest.approx([0, 2], abs=1e-3)
    assert end(toy, 0.1, start=(3.0, 0.0)).points[-1] == pytest.approx([0, 0], abs=1e-6)


def test_the_minimum_of_rosenbrock_is_at_1_1():
    toy = BY_NAME["Rosenbrock"]
    assert toy(np.ones(2), 0)[0] == 0
    assert end(toy, 0.0015, 0.9, 6000).points[-1] == pytest.approx([1, 1], abs=1e-3)


def test_a_small_difference_decides_between_the_basins():
    toy = BY_NAME["Two basins"]
    deep, shallow = (end(toy, 0.2, steps=2000, start=(x, 1.9 * x)) for x in (-0.5, 0.5))
    assert deep.points[-1] == pytest.approx([-1.2, -0.6], abs=0.15)
    assert shallow.points[-1] == pytest.approx([1.2, 0.7], abs=0.15)
    assert deep.costs[-1] < shallow.costs[-1] - 0.2


def test_the_cliff_is_steep_and_the_plateau_flat():
    toy = BY_NAME["Plateau and cliff"]
    slope = [abs(toy.gradient(np.array([x, 0.0]))[0]) for x in (0.0, 2.0)]
    assert slope[0] > 20 * slope[1]


@every_toy
def test_far_away_nothing_warns(toy):
    with np.errstate(all="raise"):
        way = roll(toy, Ball((1e200,) * toy.dimensions, 1.0), 3)
    assert np.isfinite(way.points).all()
