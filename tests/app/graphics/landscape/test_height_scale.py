import numpy as np
import pytest
from PySide6.QtGui import QColor

from nnviz.app.graphics.landscape.height_scale import (
    HeightScale,
    height_colour,
    height_colours,
    ink_on,
    takes_logarithms,
)


def lightness(colours):
    return colours @ [0.299, 0.587, 0.114]


def contrast(one, other):
    def luminance(colour):
        parts = np.array(QColor(colour).getRgbF()[:3])
        return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [
            0.2126,
            0.7152,
            0.0722,
        ]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_lightness_grows_with_height_so_that_nobody_needs_to_tell_colours_apart(theme, name):
    theme.choose(name, colour_blind_safe=False)
    rises = np.diff(lightness(height_colours(theme, np.linspace(0, 1, 256))))
    assert (rises >= 0).all()
    assert (rises[:-1] > 0).mean() > 0.95


@pytest.mark.parametrize("name", ["dark", "light"])
def test_what_is_written_on_any_height_can_be_read(theme, name):
    theme.choose(name, colour_blind_safe=False)
    for share in np.linspace(0, 1, 50):
        assert contrast(ink_on(theme, share), height_colour(theme, share)) >= 3


def test_a_linear_scale_goes_from_the_lowest_to_the_highest():
    scale = HeightScale(-1.0, 3.0)
    assert scale.share([-1.0, 1.0, 3.0]) == pytest.approx([0, 0.5, 1])
    assert [height for height, _ in scale.levels()] == pytest.approx([-0.5, 0, 0.5, 1, 1.5, 2, 2.5])


def test_a_logarithmic_scale_is_marked_at_powers_of_ten():
    scale = HeightScale(0.01, 100.0, logarithmic=True)
    assert scale.share([0.01, 1.0, 100.0]) == pytest.approx([0, 0.5, 1])
    assert [text for _, text in scale.levels()] == ["0.03", "0.1", "0.3", "1", "3", "10", "30"]


def test_a_logarithmic_scale_from_zero_begins_some_powers_of_ten_below_the_highest():
    scale = HeightScale(0.0, 1000.0, logarithmic=True)
    assert scale.low == pytest.approx(0.01)
    assert scale.share([0.0, 0.01]) == pytest.approx([0, 0])


def test_heights_below_zero_have_no_logarithms_and_are_shown_as_they_are():
    assert not takes_logarithms(-1.0, 4.0)
    scale = HeightScale(-1.0, 4.0, logarithmic=True)
    assert not scale.logarithmic
    assert scale.share(1.5) == pytest.approx(0.5)


@pytest.mark.parametrize("extremes", [None, (2.0, 2.0), (0.0, 0.0)])
@pytest.mark.parametrize("logarithmic", [False, True])
def test_without_heights_or_with_a_single_one_there_is_a_scale_all_the_same(theme, extremes, logarithmic):
    scale = HeightScale.of(extremes, logarithmic)
    assert np.isfinite(scale.share([0.0, 2.0])).all()
    scale.levels()


def test_what_is_no_number_stays_none(theme):
    assert np.isnan(HeightScale(0.0, 1.0).share(np.nan))
    assert height_colours(theme, [np.nan]).shape == (1, 3)
