import numpy as np
import pytest
from app.backprop_scene import subject

from nnviz.app.graphics.backprop.cells import DELTA, ERROR, SLOPE, A, Strip, Z, brief, strips_of
from nnviz.app.graphics.contrast import take_second
from nnviz.app.graphics.number_images import brightness, signs


def by_name(found, layer, limits=(1.0, 0.5)):
    return {strip.name: strip for strip in strips_of(found, layer, limits)}


def test_a_layer_has_five_strips_in_the_order_of_its_equation():
    found = subject()
    strips = strips_of(found, 1, (1.0, 0.5))
    assert [strip.name for strip in strips] == [Z, A, DELTA, SLOPE, ERROR]
    trace = found.trace
    for strip, layers in zip(strips, (trace.z, trace.a, trace.delta, trace.slope, trace.error), strict=True):
        np.testing.assert_array_equal(strip.values, layers[0])


def test_errors_have_the_scales_that_are_given_and_z_its_own():
    found = subject()
    strips = by_name(found, 1, (2.5, 0.125))
    assert (strips[ERROR].limit, strips[DELTA].limit) == (2.5, 0.125)
    assert strips[Z].limit == np.abs(found.trace.z[0]).max()


@pytest.mark.parametrize(
    ("activation", "steepest", "signed"),
    [("sigmoid", 0.25, False), ("tanh", 1.0, True), ("relu", 1.0, False)],
)
def test_activations_and_slopes_have_the_scales_of_the_function(activation, steepest, signed):
    found = subject(activation=activation)
    strips = by_name(found, 1)
    assert strips[SLOPE].limit == pytest.approx(steepest)
    assert strips[A].signed is signed
    if activation == "relu":
        assert strips[A].limit == found.trace.a[0].max()


def test_a_softmax_s_slopes_reach_to_a_quarter():
    assert by_name(subject(cost="log-likelihood"), 2)[SLOPE].limit == 0.25


def test_signed_strips_have_the_colours_of_signs_and_the_others_brightness(theme):
    values = np.array([-1.0, 0.0, 0.5])
    np.testing.assert_array_equal(Strip(Z, values, 1.0, True).colours(theme), signs(theme, values, 1.0))
    bright = Strip(A, values, 2.0, False).colours(theme)
    np.testing.assert_array_equal(bright, brightness(theme, values / 2))
    assert len(Strip(A, values, 0.0, False).colours(theme)) == 3


@pytest.mark.parametrize(
    ("limit", "signed", "text"),
    [(1.0, False, "0–1"), (0.25, False, "0–¼"), (1.0, True, "±1"), (0.5, True, "±0.500")],
)
def test_a_scale_says_where_it_ends(limit, signed, text):
    assert Strip(A, np.zeros(1), limit, signed).ends == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-4.206, "−4.21"),
        (0.0352, "0.035"),
        (0.0012, "0.001"),
        (3.3e-9, "3·10⁻⁹"),
        (-4e-4, "−4·10⁻⁴"),
        (32.71, "32.7"),
        (1234.5, "1234"),
        (np.nan, "NaN"),
        (np.inf, "∞"),
    ],
)
def test_numbers_in_cells_are_brief(value, text):
    assert brief(value) == text


@pytest.mark.parametrize("name", ["dark", "light"])
def test_text_on_a_cell_has_whichever_colour_stands_out(theme, name):
    theme.choose(name, colour_blind_safe=False)
    black, white = (np.array([colour], np.uint32) for colour in (0xFF000000, 0xFFFFFFFF))
    ground_is_dark = name == "dark"
    assert bool(take_second(theme.colours, white)[0]) is ground_is_dark
    assert bool(take_second(theme.colours, black)[0]) is not ground_is_dark
