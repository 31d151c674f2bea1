from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.core.plane import Plane, PlaneError, Window, spanned

seeds = st.integers(0, 2**31)


def some_plane(seed=0, size=7):
    return spanned(*np.random.default_rng(seed).normal(size=(3, size)))


@settings(deadline=None, derandomize=True)
@given(seeds, st.integers(2, 50), st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_directions_are_made_orthonormal_whatever_their_lengths(seed, size, one, other):
    centre, first, second = np.random.default_rng(seed).normal(size=(3, size))
    plane = spanned(centre, one * first, other * second)
    assert plane.directions @ plane.directions.T == pytest.approx(np.eye(2), abs=1e-12)
    assert plane.u == pytest.approx(first / np.linalg.norm(first))
    for direction in (first, second):  # both lie in the plane
        alpha, beta = plane.project(direction)
        assert alpha * plane.u + beta * plane.v == pytest.approx(direction, abs=1e-9)
    assert plane.project(second)[1] > 0


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e200, 1e300])
def test_tiny_and_huge_directions_have_a_length(size):
    plane = spanned(np.zeros(3), np.array([size, 0, 0]), np.array([0, size, size]))
    assert plane.u.tolist() == [1, 0, 0]
    assert plane.v == pytest.approx([0, np.sqrt(0.5), np.sqrt(0.5)])


def test_nearly_parallel_directions_still_give_right_angles():
    centre, first, other = np.random.default_rng(0).normal(size=(3, 1000))
    plane = spanned(centre, first, first + 1e-7 * other)
    assert abs(np.dot(plane.u, plane.v)) < 1e-14


@settings(deadline=None, derandomize=True)
@given(seeds, st.floats(-100, 100), st.floats(-100, 100))
def test_a_point_is_found_again_from_its_parameters(seed, alpha, beta):
    plane = some_plane(seed)
    theta = plane.theta((alpha, beta))
    assert plane.coordinates([theta])[0] == pytest.approx([alpha, beta], abs=1e-9)
    assert plane.distances([theta]) == pytest.approx([0], abs=1e-9)


@settings(deadline=None, derandomize=True)
@given(seeds)
def test_distances_on_the_plane_are_distances_of_parameters(seed):
    plane = some_plane(seed)
    one, other = np.random.default_rng(seed).normal(size=(2, 2))
    assert np.linalg.norm(plane.theta(one) - plane.theta(other)) == pytest.approx(np.linalg.norm(one - other))


@settings(deadline=None, derandomize=True)
@given(seeds)
def test_shadow_and_distance_obey_pythagoras(seed):
    plane = some_plane(seed)
    positions = np.random.default_rng(seed + 1).normal(size=(4, 7))
    squares = (plane.coordinates(positions) ** 2).sum(axis=1) + plane.distances(positions) ** 2
    assert squares == pytest.approx(((positions - plane.centre) ** 2).sum(axis=1))


def test_no_positions_have_no_shadows():
    assert some_plane().coordinates([]).shape == (0, 2)
    assert some_plane().distances([]).shape == (0,)


def test_another_centre_keeps_the_directions():
    plane = some_plane()
    moved = plane.centred_at(np.ones(7, np.float32))
    assert moved.centre.tolist() == [1] * 7
    assert moved.theta((0.5, 2)) == pytest.approx(1 + 0.5 * plane.u + 2 * plane.v)


def test_a_plane_is_frozen():
    centre = np.zeros(3)
    plane = Plane(centre, np.array([1.0, 0, 0]), np.array([0, 1.0, 0]))
    centre += 1
    assert plane.centre.tolist() == [0, 0, 0]
    for array in (plane.centre, plane.u, plane.v):
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ((1, 2, 3), (-2, -4, -6), "parallel"),
        ((1, 2, 3), (1, 2, 3 + 1e-12), "parallel"),
        ((0, 0, 0), (1, 2, 3), "zero"),
        ((1, 2, 3), (0, 0, 0), "parallel"),
        ((np.nan, 2, 3), (1, 0, 0), "finite"),
        ((1, 2, 3), (np.inf, 0, 0), "finite"),
    ],
)
def test_directions_that_span_no_plane_are_refused_with_a_sentence(first, second, sentence):
    with np.errstate(all="raise"), pytest.raises(PlaneError, match=sentence):
        spanned(np.zeros(3), np.array(first, float), np.array(second, float))


def test_no_plane_goes_through_parameters_that_are_not_finite():
    with pytest.raises(PlaneError, match="no longer finite"):
        spanned(np.array([np.nan, 0]), np.array([1.0, 0]), np.array([0.0, 1]))


@pytest.mark.parametrize("reach", [0.0, -1.0, np.inf, np.nan])
def test_a_reach_is_a_length(reach):
    with pytest.raises(ValueError, match="reach"):
        spanned(np.zeros(2), np.array([1.0, 0]), np.array([0.0, 1]), reach)


def test_a_plane_takes_nothing_but_orthonormal_directions():
    for u, v in (((2, 0), (0, 1)), ((1, 0), (1, 0)), ((1, 0), (0, 0.99))):
        with pytest.raises(ValueError, match="right angles"):
            Plane(np.zeros(2), np.array(u, float), np.array(v, float))
    with pytest.raises(ValueError, match="one length"):
        Plane(np.zeros(3), np.array([1.0, 0]), np.array([0, 1.0]))


def test_a_window_around_points_holds_them_with_a_margin():
    window = Window.around([(0, 0), (10, 2), (5, 4)], margin=0.1)
    assert astuple(window) == pytest.approx((-1, 11, -0.4, 4.4))
    assert window.contains((0, 0))
    assert not window.contains((12, 0))


def test_a_window_around_a_line_is_not_flat():
    window = Window.around([(0, 3), (10, 3)], margin=0.0, flattest=0.2)
    assert window == Window(0, 10, 2, 4)


@pytest.mark.parametrize("points", [[], [(1, 2)], [(1, 2), (1, 2)], [(np.nan, 1), (np.inf, 2)]])
def test_there_is_no_window_around_nothing(points):
    assert Window.around(points) is None


def test_points_that_are_nowhere_do_not_count_for_a_window():
    assert Window.around([(0, 0), (np.nan, 5), (2, 2)], margin=0) == Window(0, 2, 0, 2)


@pytest.mark.parametrize("sides", [(1, 1, 0, 1), (0, 1, 2, 1), (0, np.inf, 0, 1), (np.nan, 1, 0, 1)])
def test_a_window_that_makes_no_sense_is_refused(sides):
    with pytest.raises(ValueError, match="window"):
        Window(*sides)
