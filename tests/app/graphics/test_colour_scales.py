import numpy as np
import pytest

from nnviz.app.graphics.colour_scales import LEVELS, rgb, signed_levels, signed_table

MIDDLE = LEVELS // 2


def parts(colour):
    return colour >> 24, colour >> 16 & 255, colour >> 8 & 255, colour & 255


def test_a_colour_is_three_numbers():
    assert rgb("#ff8000").tolist() == [255, 128, 0]


def test_the_table_goes_from_negative_over_zero_to_positive():
    table = signed_table("#ff0000", "#102030", "#00ff00")
    assert table.shape == (LEVELS,)
    assert parts(int(table[0])) == (255, 255, 0, 0)
    assert parts(int(table[MIDDLE])) == (255, 0x10, 0x20, 0x30)
    assert parts(int(table[-1])) == (255, 0, 255, 0)


def test_between_its_ends_the_table_mixes_evenly():
    table = signed_table("#000000", "#000000", "#fefefe")
    assert [parts(int(colour))[1] for colour in table[MIDDLE:]] == list(range(0, 255, 2))


def test_the_ends_of_the_scale_are_the_ends_of_the_table():
    assert signed_levels(np.array([-2.0, 0.0, 2.0]), 2.0).tolist() == [0, MIDDLE, LEVELS - 1]


def test_opacity_is_the_square_root_of_the_share():
    values = np.array([0.01, 0.04, 0.36, 0.81])
    distances = signed_levels(values, 1.0).astype(int) - MIDDLE
    assert distances.tolist() == np.rint(np.sqrt(values) * MIDDLE).astype(int).tolist()
    assert (MIDDLE - signed_levels(-values, 1.0).astype(int)).tolist() == distances.tolist()


def test_values_beyond_the_scale_are_shown_at_its_ends():
    assert signed_levels(np.array([-5.0, 5.0, -np.inf, np.inf]), 1.0).tolist() == [0, 254, 0, 254]


@pytest.mark.parametrize("value", [1.0, -1.0, 0.0])
def test_a_scale_without_extent_shows_all_as_zero(value):
    assert signed_levels(np.full(3, value), 0.0).tolist() == [MIDDLE] * 3


@pytest.mark.parametrize("limit", [np.nan, np.inf, 1.0])
def test_what_is_no_number_is_shown_as_zero(limit):
    """After a divergence: it has no sign to show. A warning, too, would fail this."""
    assert signed_levels(np.array([np.nan]), limit).tolist() == [MIDDLE]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_infinite_scale_is_shown_without_a_warning(dtype):
    levels = signed_levels(np.array([-np.inf, 0.0, np.inf, 3.0], dtype), np.array(np.inf, dtype))
    assert levels[1] == levels[3] == MIDDLE


def test_each_image_can_have_its_own_scale():
    values = np.array([[[1.0, -1.0]], [[4.0, -4.0]], [[0.0, 0.0]]], np.float32)
    levels = signed_levels(values, np.array([1.0, 4.0, 0.0])[:, np.newaxis, np.newaxis])
    assert levels.tolist() == [[[254, 0]], [[254, 0]], [[MIDDLE, MIDDLE]]]
    assert levels.dtype == np.uint8


def test_the_largest_and_smallest_numbers_of_their_type_are_shown_without_a_warning():
    info = np.finfo(np.float32)
    values = np.array([info.max, -info.max, info.tiny], np.float32)
    assert signed_levels(values, np.float32(info.max)).tolist() == [254, 0, MIDDLE]
