import numpy as np
import pytest

from nnviz.app.graphics.number_images import brightness, image_of, largest, signs


def names(colours):
    return [f"#{colour & 0xFFFFFF:06x}" for colour in np.ravel(colours).tolist()]


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("safe", [False, True])
def test_signed_numbers_run_from_negative_over_zero_to_positive(theme, name, safe):
    theme.choose(name, safe)
    colours = theme.colours
    assert names(signs(theme, np.array([-2.0, 0, 2]), 2)) == [
        colours.negative,
        colours.zero,
        colours.positive,
    ]


@pytest.mark.parametrize("name", ["dark", "light"])
def test_brightness_runs_in_proportion_from_zero_to_activation(theme, name):
    theme.choose(name, False)
    zero, half, full = names(brightness(theme, np.array([0, 0.5, 1])))
    assert (zero, full) == (theme.colours.zero, theme.colours.activation)
    for place in (1, 3, 5):
        ends = [int(colour[place : place + 2], 16) for colour in (zero, full)]
        assert int(half[place : place + 2], 16) == pytest.approx(sum(ends) / 2, abs=1)


def test_activations_beyond_the_scale_or_no_numbers_at_all_have_colours_of_the_scale(theme):
    colours, a = theme.colours, np.array([-3, 7, np.inf, -np.inf, np.nan])
    expected = [colours.zero, colours.activation, colours.activation, colours.zero, colours.zero]
    assert names(brightness(theme, a)) == expected
    expected = [colours.negative, colours.positive, colours.positive, colours.negative, colours.zero]
    assert names(signs(theme, a, 1.0)) == expected


def test_an_image_has_a_pixel_for_each_number_and_keeps_it(theme):
    colours = signs(theme, np.linspace(-1, 1, 15).reshape(3, 5), 1.0)
    expected = names(colours)
    image = image_of(colours)
    colours[...] = 0
    assert (image.width(), image.height()) == (5, 3)
    assert [image.pixelColor(x, y).name() for y in range(3) for x in range(5)] == expected


def test_an_image_can_be_made_of_every_other_column(theme):
    colours = signs(theme, np.linspace(-1, 1, 12).reshape(2, 6), 1.0)
    image = image_of(colours[:, ::2])
    assert [image.pixelColor(x, 0).name() for x in range(3)] == names(colours[0, ::2])


def test_the_largest_is_by_size_and_among_numbers_only():
    assert largest(np.array([1.0, -4, 3])) == 4
    assert largest(np.array([1.0, np.nan, -np.inf])) == 1
    assert largest(np.array([np.nan])) == 0
    assert largest(np.zeros(0)) == 0
