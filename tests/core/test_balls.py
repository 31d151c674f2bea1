from itertools import islice

import numpy as np
import pytest
from core.plain import some_network
from core.planes import scene, scenes
from hypothesis import assume, given, settings

from nnviz.core.balls import Ball, PlaneSlope, roll, rolling
from nnviz.core.regularisation import Regularisation

H = 1e-5


def bowl(point, step):
    """½ ‖x‖²."""
    return float(point @ point) / 2, point


def slope_of(some, **more):
    return PlaneSlope(some.plane, some.network, some.images, some.labels, some.regularisation, **more)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(scenes())
def test_the_gradient_on_the_plane_is_that_of_central_differences(some):
    assume(
        some.network.activation_name != "relu" and not some.regularisation.l1
    )  # no kinks; for those see below
    point = np.array([0.3, -0.7])
    cost, gradient = slope_of(some)(point, 0)
    assert cost == pytest.approx(some.direct(point), rel=1e-9, abs=1e-12)
    for axis in range(2):
        ahead = H * np.eye(2)[axis]
        difference = (some.direct(point + ahead) - some.direct(point - ahead)) / (2 * H)
        assert gradient[axis] == pytest.approx(difference, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("cost", ["quadratic", "cross-entropy", "log-likelihood"])
def test_between_kinks_it_is_so_for_relu_and_l1_too(cost):
    some = scene("relu", cost, regularisation=Regularisation(0.5, 0.8, 20))
    checked = 0
    for seed in range(20):
        point = np.random.default_rng(seed).normal(size=2)
        _, gradient = slope_of(some)(point, 0)
        costs = [some.direct(point + h * np.array([1, 0])) for h in (-H, 0, H)]
        if abs(costs[0] - 2 * costs[1] + costs[2]) < 1e-8:  # no kink between
            checked += 1
            assert gradient[0] == pytest.approx((costs[2] - costs[0]) / (2 * H), rel=1e-4, abs=1e-7)
    assert checked > 10


def test_a_ball_without_momentum_goes_against_the_gradient():
    way = roll(bowl, Ball((4.0, -2.0), eta=0.5), 3)
    assert way.points.tolist() == [[4, -2], [2, -1], [1, -0.5], [0.5, -0.25]]
    assert way.costs.tolist() == [10, 2.5, 0.625, 0.15625]
    assert not way.diverged


def test_momentum_keeps_a_share_of_the_last_step():
    """v → μv − ηx: 4, then v = −2 to 2, then v = −1 − 1 to 0, then v = −1 − 0 to −1."""
    assert roll(bowl, Ball((4.0,), 0.5, momentum=0.5), 3).points.ravel().tolist() == [4, 2, 0, -1]


def test_a_ball_that_diverges_ends_at_the_last_place_that_is_one():
    with np.errstate(all="raise"):
        way = roll(bowl, Ball((1.0,), eta=1e30), 100)
    assert way.diverged
    assert 1 < len(way.points) < 12
    assert np.isfinite(way.points).all()
    assert np.isfinite(way.costs).all()


def test_footprints_come_one_by_one_and_end_with_the_one_that_is_nowhere():
    found = list(islice(rolling(bowl, Ball((1.0,), eta=1e30)), 100))
    assert [footprint.step for footprint in found] == list(range(len(found)))
    assert [footprint.is_finite for footprint in found] == [True] * (len(found) - 1) + [False]


def test_a_balls_way_is_a_function_of_what_it_is_given():
    some = scene(n=23)
    ball = Ball((1.0, -1.0), 0.5, 0.3)
    ways = [roll(slope_of(some, batch_size=5, seed=seed), ball, 40).points for seed in (7, 7, 8)]
    assert ways[0].tolist() == ways[1].tolist()
    assert ways[0].tolist() != ways[2].tolist()


def test_mini_batches_go_through_all_samples_in_every_epoch():
    slope = slope_of(scene(n=23), batch_size=5)
    for epoch in (1, 0, 3):
        batches = [slope.samples(5 * epoch + batch) for batch in range(5)]
        assert [len(batch) for batch in batches] == [5, 5, 5, 5, 3]
        assert sorted(np.concatenate(batches)) == list(range(23))
    assert slope.samples(0).tolist() != slope.samples(5).tolist()


def test_the_cost_of_a_step_is_that_of_its_mini_batch():
    some = scene(n=23)
    slope = slope_of(some, batch_size=5)
    cost, _ = slope(np.array([0.2, 0.1]), 3)
    chosen = slope.samples(3)
    some.images, some.labels = some.images[chosen], some.labels[chosen]
    assert cost == pytest.approx(some.direct((0.2, 0.1)), rel=1e-10)


@pytest.mark.parametrize("batch_size", [None, 23, 1000])
def test_with_all_samples_every_step_sees_the_same_surface(batch_size):
    some = scene(n=23)
    slope = slope_of(some, batch_size=batch_size)
    point = np.array([0.5, 0.5])
    assert slope(point, 0)[0] == slope(point, 17)[0] == pytest.approx(some.direct(point), rel=1e-10)
    assert len(slope.samples(2)) == 23


def test_descent_on_the_plane_lowers_the_cost_and_stays_on_the_plane():
    some = scene("tanh", "log-likelihood")
    way = roll(slope_of(some), Ball((0.0, 0.0), 0.05), 60)
    assert (np.diff(way.costs) < 0).all()
    assert some.plane.distances([some.plane.theta(p) for p in way.points]) == pytest.approx(0, abs=1e-12)


def test_a_ball_on_a_plane_may_diverge():
    some = scene("relu", "log-likelihood", dtype=np.float32)
    with np.errstate(all="raise"):
        way = roll(slope_of(some), Ball((0.0, 0.0), 1e25), 100)
    assert way.diverged


def test_ways_are_frozen():
    way = roll(bowl, Ball((4.0,), 0.5), 3)
    assert not way.points.flags.writeable
    assert not way.costs.flags.writeable
    footprint = next(rolling(bowl, Ball((4.0,), 0.5)))
    assert not footprint.point.flags.writeable
    assert not footprint.gradient.flags.writeable


@pytest.mark.parametrize(
    "given",
    [
        {"start": (np.nan, 0.0), "eta": 1},
        {"start": (0.0,), "eta": -1},
        {"start": (0.0,), "eta": np.inf},
        {"start": (0.0,), "eta": 1, "momentum": 1.0},
        {"start": (0.0,), "eta": 1, "momentum": -0.1},
    ],
)
def test_a_ball_that_makes_no_sense_is_refused(given):
    with pytest.raises(ValueError):
        Ball(**given)


def test_what_cannot_be_descended_is_refused():
    some = scene()
    with pytest.raises(ValueError, match="batch size"):
        slope_of(some, batch_size=0)
    some.network = some_network("step", "quadratic")
    with pytest.raises(ValueError, match="step"):
        slope_of(some)
