import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.app.graphics.landscape.contours import contour, contour_levels

AXIS = np.linspace(-2, 2, 41)
X, Y = np.meshgrid(AXIS, AXIS)


def is_closed(line):
    return np.allclose(line[0], line[-1])


def test_the_contour_of_a_bowl_is_one_closed_circle():
    lines = contour(AXIS, AXIS, X**2 + Y**2, 1.0)
    assert len(lines) == 1
    assert is_closed(lines[0])
    assert np.linalg.norm(lines[0], axis=1) == pytest.approx(1, abs=0.005)
    turns = np.unwrap(np.arctan2(lines[0][:, 1], lines[0][:, 0]))
    assert abs(turns[-1] - turns[0]) == pytest.approx(2 * np.pi)


def test_the_contour_of_a_slope_is_one_straight_line_from_edge_to_edge():
    (line,) = contour(AXIS, AXIS, X + 0.47 * Y, 0.313)
    assert line[:, 0] + 0.47 * line[:, 1] == pytest.approx(0.313)
    assert sorted(line[[0, -1], 1]) == pytest.approx([-2, 2])
    assert (np.diff(line[:, 1]) > 0).all() or (np.diff(line[:, 1]) < 0).all()


def test_two_hills_have_two_lines():
    hills = np.exp(-8 * ((X - 1) ** 2 + Y**2)) + np.exp(-8 * ((X + 1) ** 2 + Y**2))
    lines = contour(AXIS, AXIS, hills, 0.5)
    assert len(lines) == 2
    assert all(is_closed(line) for line in lines)


@pytest.mark.parametrize("middle", [1, -1])
def test_at_a_saddle_the_middle_decides(middle):
    """Two opposite corners at 1 ± are above; they are joined if the middle is."""
    heights = np.array([[1.0 + middle / 2, -1], [-1, 1 + middle / 2]])
    ends = np.array([0.0, 1.0])
    lines = contour(ends, ends, heights, 0.0)
    assert len(lines) == 2
    for line in lines:
        low_corner = line.mean(axis=0).round()  # the corner that the line cuts off
        is_above = heights[int(low_corner[1]), int(low_corner[0])] > 0
        assert is_above == (middle < 0)


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 2**31))
def test_on_every_line_the_surface_has_its_height_and_lines_end_only_at_the_border(seed):
    heights = np.random.default_rng(seed).normal(size=(9, 12))
    xs, ys = np.arange(12.0), np.arange(9.0)
    total = 0
    for line in contour(xs, ys, heights, 0.1):
        total += len(line) - 1
        for x, y in line:
            i, j = min(int(y), 7), min(int(x), 10)
            right, up = x - j, y - i
            low = (1 - right) * heights[i, j] + right * heights[i, j + 1]
            high = (1 - right) * heights[i + 1, j] + right * heights[i + 1, j + 1]
            assert (1 - up) * low + up * high == pytest.approx(0.1)
        if not is_closed(line):
            for x, y in line[[0, -1]]:
                assert x in (0, 11) or y in (0, 8)
    above = heights >= 0.1
    corners = [above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1]]
    changes = sum(
        (one != other).astype(int) for one, other in zip(corners, corners[1:] + corners[:1], strict=True)
    )
    assert total == changes.sum() // 2


def test_beside_what_is_no_number_there_is_no_line():
    heights = X.copy()
    heights[20, 20] = np.nan
    lines = contour(AXIS, AXIS, heights, 0.02)
    assert len(lines) == 2
    for line in lines:
        assert (np.abs(line[:, 1]) >= 0.1 - 1e-9).all()


def test_a_flat_surface_and_one_of_no_numbers_have_no_lines():
    assert contour(AXIS, AXIS, np.zeros_like(X), 0.5) == []
    assert contour(AXIS, AXIS, np.full_like(X, np.nan), 0.5) == []


def test_levels_are_round_and_between_the_extremes():
    assert [text for _, text in contour_levels(0.03, 0.42, False, 5)] == ["0.1", "0.2", "0.3", "0.4"]
    assert [level for level, _ in contour_levels(0.03, 3, True)] == pytest.approx([0.05, 0.1, 0.2, 0.5, 1, 2])
    assert len(contour_levels(0.4, 0.42, True)) >= 3


@pytest.mark.parametrize("ends", [(1, 1), (2, 1), (np.nan, 1), (0, np.inf)])
def test_between_what_are_no_two_heights_there_are_no_levels(ends):
    assert contour_levels(*ends, logarithmic=False) == []
    assert contour_levels(*ends, logarithmic=True) == []
