import numpy as np
import pytest
from app.graphics.landscape.slopes import bowl, slope, surface_of, torn

from nnviz.app.graphics.landscape.contour_lines import contours


def test_the_contour_lines_of_a_bowl_are_circles_of_the_right_radius():
    for contour in contours(bowl(), [0.5, 1.0, 2.0]):
        (line,) = contour.lines
        assert np.hypot(*line.T) == pytest.approx(np.sqrt(contour.height), abs=0.01)
        assert (line[0] == line[-1]).all()


def test_first_coordinates_are_across_and_second_ones_up():
    (contour,) = contours(slope(), [1.0])
    (line,) = contour.lines
    assert line[:, 0] == pytest.approx(-1)
    assert sorted(line[[0, -1], 1]) == pytest.approx([-2, 2])


def test_lines_end_where_the_surface_is_masked():
    (contour,) = contours(torn(), [3.0])
    assert contour.lines
    assert all((line[:, 1] <= 0).all() for line in contour.lines)


def test_two_summits_have_a_line_each():
    hills = surface_of(lambda x, y: np.exp(-4 * (x - 1) ** 2 - y**2) + np.exp(-4 * (x + 1) ** 2 - y**2))
    (contour,) = contours(hills, [0.8])
    assert len(contour.lines) == 2


@pytest.mark.parametrize(
    "surface", [surface_of(lambda x, _: np.full_like(x, np.nan)), surface_of(lambda x, _: 0 * x)]
)
def test_a_surface_without_heights_or_without_relief_has_no_lines(surface):
    assert all(not contour.lines for contour in contours(surface, [1.0, 2.0]))


def test_no_heights_no_lines():
    assert contours(bowl(), []) == []
