import numpy as np
import pytest
from app.graphics.landscape.slopes import bowl, slope, surface_of, torn

from nnviz.app.graphics.landscape.contour_lines import contours
from nnviz.app.graphics.landscape.height_scale import HeightScale
from nnviz.app.graphics.landscape.relief_shape import (
    HIGHEST,
    LOWEST,
    Box,
    clipped,
    contour_segments,
    mesh,
    segments,
    sphere,
    wall_lines,
)
from nnviz.core.survey import Surface

CUBE = np.array([-1.0, -1, -1]), np.array([1.0, 1, 1])


def box_of(surface):
    return Box(surface, HeightScale.of(surface.extremes))


def areas(shape):
    corners = shape.corners[shape.triangles].astype(float)
    return np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2


def test_the_surface_fills_the_box_between_its_heights():
    shape = mesh(slope(), box_of(slope()))
    assert shape.corners.min(axis=0) == pytest.approx([-1, -1, LOWEST])
    assert shape.corners.max(axis=0) == pytest.approx([1, 1, HIGHEST])
    assert len(shape.triangles) == 2 * 40 * 40
    across = np.hypot(2, HIGHEST - LOWEST)
    assert areas(shape).sum() == pytest.approx(2 * across, rel=1e-5)


def test_normals_point_out_of_the_surface_and_have_length_one():
    shape = mesh(slope(), box_of(slope()))
    rise = (HIGHEST - LOWEST) / 2
    wanted = np.array([-rise, 0, 1]) / np.hypot(rise, 1)
    assert shape.normals == pytest.approx(np.tile(wanted, (len(shape.normals), 1)), abs=1e-5)


def test_where_there_is_no_cost_there_is_a_hole():
    whole, holed = mesh(slope(), box_of(slope())), mesh(torn(), box_of(torn()))
    assert len(holed.triangles) == len(whole.triangles) - 2 * 20 * 20
    assert np.isfinite(holed.corners).all()
    assert np.isfinite(holed.normals).all()


@pytest.mark.parametrize(
    "surface",
    [
        surface_of(lambda x, _: np.full_like(x, np.nan)),
        surface_of(lambda x, _: 0 * x),
        bowl(cells=1),
        Surface(np.zeros(1), np.arange(2.0), np.ones((2, 1)), True),
    ],
)
def test_hostile_surfaces_have_a_shape(surface):
    shape = mesh(surface, box_of(surface))
    assert np.isfinite(shape.corners).all()
    assert np.isfinite(shape.normals).all()


def test_the_longer_side_of_the_box_is_that_of_the_surface():
    long = Surface(np.linspace(0, 10, 5), np.linspace(0, 8, 4), np.zeros((4, 5)), True)
    assert box_of(long).half == pytest.approx([1, 0.8])


def test_a_ball_is_round():
    ball = sphere(0.3)
    assert np.linalg.norm(ball.corners, axis=1) == pytest.approx(0.3)
    assert areas(ball).sum() == pytest.approx(4 * np.pi * 0.09, rel=0.05)


def test_lines_are_cut_off_where_they_leave_the_box():
    starts = np.array([[-3.0, 0, 0], [0, 0, 0], [2, 2, 2], [0, 0, np.nan], [0.5, 0, 0], [-2, 0.9, 0]])
    ends = np.array([[3.0, 0, 0], [0, 0, 5], [3, 3, 3], [0, 0, 0], [0.5, 0, 0], [0, 3, 0]])
    begin, finish, which = clipped(starts, ends, *CUBE)
    assert which.tolist() == [0, 1, 4]
    assert begin.tolist() == [[-1, 0, 0], [0, 0, 0], [0.5, 0, 0]]
    assert finish.tolist() == [[1, 0, 0], [0, 0, 1], [0.5, 0, 0]]


def test_a_line_becomes_pieces_from_each_point_to_the_next():
    line = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0]])
    assert segments([line]).tolist() == [[0, 0, 0], [1, 0, 0], [1, 0, 0], [1, 1, 0]]
    assert segments([line[:1]]).shape == (0, 3)


def test_contour_lines_lie_on_the_floor_and_on_the_surface():
    surface = bowl()
    box = box_of(surface)
    found = contours(surface, [2.0, 4.0])
    floor, heights = contour_segments(found, box, on_floor=True)
    assert floor[:, 2].max() < 0.01
    on_it, _ = contour_segments(found, box, on_floor=False)
    assert set(np.round(on_it[:, 2], 6)) == {round(float(box.up(height)), 6) for height in (2.0, 4.0)}
    assert set(heights) == {2.0, 4.0}
    assert np.hypot(*on_it[heights == 4.0][:, :2].T) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("at", [(1, 1), (-1, 1), (1, -1), (-1, -1)])
def test_the_walls_are_those_behind_the_surface(at):
    lines = wall_lines(box_of(bowl()), np.array([*at, 1.0]), [4.0])
    above = lines[lines[:, 2] > 0.01]
    corners = above[(np.abs(above[:, 0]) == 1) & (np.abs(above[:, 1]) == 1)]
    assert any((corner[:2] == -np.array(at)).all() for corner in corners)
    assert not any((corner[:2] == np.array(at)).all() for corner in corners)
