import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.core.painting import SURROUND, Stroke, Tool, blurred, edge_detector, painted, reach

SHAPE = (28, 28)
ZEROS = np.zeros(SHAPE, np.float32)


def stroke(*places, shape=SHAPE):
    made = Stroke(shape)
    for place in places:
        made.go_to(place)
    return made.distances


def test_distances_are_those_to_the_path():
    distances = stroke((2.5, 3.5), (5.5, 3.5), shape=(8, 9))
    np.testing.assert_allclose(distances[3], [2, 1, 0, 0, 0, 0, 1, 2, 3])
    np.testing.assert_allclose(distances[:, 4], [3, 2, 1, 0, 1, 2, 3, 4])
    assert distances[0, 0] == pytest.approx(np.hypot(2, 3))


def test_a_path_of_several_pieces_is_near_to_all_of_them():
    corner = stroke((2.5, 2.5), (20.5, 2.5), (20.5, 20.5))
    assert corner[2, 10] == 0
    assert corner[15, 20] == 0
    assert corner[10, 10] > 5


@pytest.mark.parametrize(
    ("tool", "expected"), [(Tool.POSITIVE, 2.5), (Tool.NEGATIVE, -2.5), (Tool.ZERO, 0.0)]
)
def test_under_the_brush_weights_have_the_strength(tool, expected):
    before = np.full(SHAPE, 0.7, np.float32)
    after = painted(before, stroke((5.5, 5.5)), tool, 1.5, 2.5)
    assert after.dtype == np.float32
    assert after[5, 5] == after[5, 6] == after[4, 5] == np.float32(expected)
    far = stroke((5.5, 5.5)) >= reach(tool, 1.5) + 0.5
    np.testing.assert_array_equal(after[far], before[far])


def test_at_its_rim_the_brush_leaves_a_mixture():
    after = painted(np.ones(SHAPE, np.float32), stroke((5.5, 5.5)), Tool.ZERO, 1.2, 1.0)
    assert after[5, 5] == 0
    assert after[5, 6] == pytest.approx(0.3)
    assert after[5, 7] == 1


def test_a_long_edge_is_as_negative_as_positive():
    across = painted(ZEROS, stroke((-40, 14), (70, 14)), Tool.EDGE, 1.5, 1.0)
    assert across[13, 5] == across[14, 5] == 1
    assert across[11, 5] == pytest.approx(-1 / (SURROUND - 1))
    assert across.sum() == pytest.approx(0, abs=0.02 * float(np.abs(across).sum()))


def test_an_edge_detector_lies_as_it_is_told():
    level, upright = edge_detector(SHAPE, 0, 1.2, 1.0), edge_detector(SHAPE, 90, 1.2, 1.0)
    np.testing.assert_allclose(level, upright.T, atol=1e-6)
    assert level[14, 9:19].min() > 0.6
    assert level[11, 9:19].max() < 0
    rising = edge_detector(SHAPE, 45, 1.2, 1.0)
    assert rising[17, 10] > 0.9  # below to the left
    assert rising[10, 17] > 0.9  # above to the right
    assert rising[10, 10] <= 0
    np.testing.assert_allclose(rising[:, ::-1], edge_detector(SHAPE, 135, 1.2, 1.0), atol=1e-6)
    assert level[0].tolist() == [0] * 28


def test_what_is_no_number_can_be_painted_over():
    before = np.full(SHAPE, np.nan, np.float32)
    after = painted(before, stroke((5.5, 5.5)), Tool.POSITIVE, 2.2, 1.0)
    assert after[5, 5] == 1
    assert np.isfinite(after[5, 7])  # at the rim
    assert np.isnan(after[20, 20])
    assert np.isfinite(blurred(before)).all()


@given(st.integers(2, 9), st.integers(2, 9), st.integers(0, 5))
def test_blurring_keeps_the_sum_and_calms_what_is_wild(rows, cols, seed):
    before = np.random.default_rng(seed).normal(size=(rows, cols)).astype(np.float32)
    after = blurred(before)
    assert after.shape == before.shape
    assert after.dtype == before.dtype
    assert after.sum() == pytest.approx(before.sum(), abs=1e-4)
    assert after.max() <= before.max() + 1e-6
    assert after.min() >= before.min() - 1e-6


def test_one_bright_pixel_is_spread_as_the_formula_says():
    before = np.zeros((5, 6), np.float32)
    before[2, 3] = 16
    np.testing.assert_array_equal(blurred(before)[1:4, 2:5], [[1, 2, 1], [2, 4, 2], [1, 2, 1]])
