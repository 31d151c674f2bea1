from dataclasses import replace

import numpy as np
import pytest
from app.contrast import contrast
from app.graphics.scenes import network_of, scene_of
from PySide6.QtCore import QRectF

from nnviz.app.graphics.colour_scales import LEVELS
from nnviz.app.graphics.network.values import Palette, Scale, largest, short_number

UNIT, SIGNED = Scale(1.0, False), Scale(5.0, True)


def test_brightness_grows_with_the_activation():
    levels = UNIT.levels(np.array([0.0, 0.25, 0.5, 1.0], np.float32))
    assert levels.tolist() == [0, round(0.25 * (LEVELS - 1)), (LEVELS - 1) // 2, LEVELS - 1]


def test_beyond_the_ends_of_a_scale_all_is_as_at_the_end():
    assert UNIT.levels(np.array([-3.0, 7.0, np.inf])).tolist() == [0, LEVELS - 1, LEVELS - 1]
    assert SIGNED.levels(np.array([-9.0, 0.0, 9.0])).tolist() == [0, LEVELS // 2, LEVELS - 1]


def test_what_is_no_number_is_shown_as_nought():
    assert UNIT.levels(np.array([np.nan])).tolist() == [0]
    assert SIGNED.levels(np.array([np.nan])).tolist() == [LEVELS // 2]


@pytest.mark.parametrize("scale", [UNIT, SIGNED])
def test_dimmed_levels_go_to_that_of_nought(scale):
    values = np.array([-1.0, 0.2, 0.9])
    levels, nought = scale.levels(values), scale.levels(np.zeros(3))
    assert scale.dimmed(levels, 1.0).tolist() == levels.tolist()
    assert scale.dimmed(levels, 0.0).tolist() == nought.tolist()
    half = scale.dimmed(levels, 0.5).astype(int)
    assert (np.abs(half - nought) <= np.abs(levels.astype(int) - nought)).all()
    assert half[2] not in (levels[2], nought[2])


def test_sigmoid_layers_reach_from_nought_to_one():
    assert scene_of(network_of((4, 3, 2))).scales() == [Scale(1.0, False)] * 3


def test_layers_with_negative_activations_have_the_colours_of_signs():
    scales = scene_of(network_of((4, 3, 2), activation="tanh")).scales()
    assert scales == [Scale(1.0, False), Scale(1.0, True), Scale(1.0, False)]


def test_rectified_layers_share_a_round_limit_that_no_activation_exceeds():
    network = network_of((4, 3, 3, 2), activation="relu")
    network.biases[0][...] = (3.2, 0.5, 0)
    network.weights[1][0, 0] = 10.0
    scales = scene_of(network).scales()
    assert scales == [Scale(1.0, False), Scale(50.0, False), Scale(50.0, False), Scale(1.0, False)]


def test_a_limit_stays_while_numbers_change_a_little():
    network = network_of((4, 3, 2))
    network.biases[0][0] = 2.3
    before = scene_of(network, overlay="b").scales()
    network.biases[0][0] = 3.9
    assert scene_of(network, overlay="b").scales() == before == [Scale(1.0, False)] + [Scale(5.0, True)] * 2


def test_errors_have_one_round_scale_for_all_layers_and_pixels_their_own():
    network = network_of((4, 3, 2))
    network.theta[...] = np.random.default_rng(3).standard_normal(network.theta.size)
    x = np.array([1, 0.5, 0, 0.2], np.float32)
    trace = network.trace(x, np.array([0, 1], np.float32))
    scene = replace(scene_of(network, overlay="δ"), trace=trace)
    pixels, *layers = scene.scales()
    greatest = max(np.abs(delta).max() for delta in trace.delta)
    assert layers[0] == layers[1]
    assert greatest <= layers[0].limit <= 2.5 * greatest
    assert float(f"{layers[0].limit:.0e}") == pytest.approx(layers[0].limit)
    assert np.abs(trace.dC_dx).max() <= pixels.limit <= 2.5 * np.abs(trace.dC_dx).max()


def test_errors_of_nothing_have_a_scale_too():
    network = network_of((4, 3, 2))
    trace = network.trace(np.zeros(4), np.array([0.5, 0.5]))  # the outputs are what they should be
    scene = replace(scene_of(network, overlay="δ"), trace=trace)
    assert scene.scales() == [Scale(1.0, True)] * 3
    assert scene_of(network, overlay="δ").scales() == [Scale(1.0, True)] * 3


def test_scenes_have_the_same_edges_where_these_show_the_same():
    network = network_of((4, 3, 2))
    one, other = scene_of(network), scene_of(network)
    assert one.same_edges(replace(one, overlay="z"))
    assert not one.same_edges(replace(one, overlay="δ"))
    assert not one.same_edges(scene_of(network_of((4, 3, 2))))
    assert one.like_edges(scene_of(network_of((4, 3, 2))))
    assert not one.like_edges(scene_of(network_of((4, 2, 2))))
    assert not replace(one, overlay="δ").like_edges(replace(other, overlay="δ")), "of another sample"


def test_each_overlay_shows_its_own_numbers():
    network = network_of((4, 3, 2))
    network.weights[0][...] = 0.5
    network.biases[0][...] = (1, -1, 0)
    pixels = [255, 255, 0, 0]
    shown = {overlay: scene_of(network, pixels, overlay=overlay).values(1) for overlay in "azb"}
    np.testing.assert_allclose(shown["z"], [2, 0, 1])
    np.testing.assert_allclose(shown["b"], [1, -1, 0])
    np.testing.assert_allclose(shown["a"], 1 / (1 + np.exp(-shown["z"])), rtol=1e-6)
    for overlay in "azb":
        np.testing.assert_allclose(scene_of(network, pixels, overlay=overlay).values(0), [1, 1, 0, 0])


def test_of_a_sample_that_does_not_fit_only_biases_are_known():
    network = network_of((4, 3, 2), 0.25)
    assert scene_of(network, [1, 2, 3], overlay="a").values(1) is None
    assert scene_of(network, [1, 2, 3], overlay="z").values(2) is None
    assert scene_of(network, [1, 2, 3], overlay="b").values(2).tolist() == [0.25, 0.25]
    assert scene_of(network, [1, 2, 3], overlay="z").scales()[1] == Scale(1.0, True)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_greatest_magnitude_is_that_of_a_number(bad):
    assert largest(np.array([1.0, -3.0, 2.0])) == 3.0
    assert largest(np.array([1.0, bad, -3.0])) == 3.0
    assert largest(np.array([bad])) == 0.0
    assert largest(np.zeros(0)) == 0.0


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (0.43, UNIT, "0.43"),
        (0.996, UNIT, "1.00"),
        (0.0, UNIT, "0.00"),
        (1.94, SIGNED, "+1.9"),
        (-0.26, SIGNED, "−0.3"),
        (-0.04, SIGNED, "0.0"),
        (9.96, SIGNED, "+10"),
        (-123.4, SIGNED, "−123"),
        (4321.0, SIGNED, "+4k"),
        (2.5e7, Scale(5e7, True), "+2e7"),
        (-3e38, Scale(5e38, True), "−3e38"),
        (12.34, Scale(20.0, False), "12"),
        (1.94, Scale(2.0, False), "1.9"),
        (0.137, Scale(0.2, True), "+0.14"),
        (-0.004, Scale(0.2, True), "0"),
        (-4.4e-5, Scale(2e-4, True), "−4e−5"),
        (4.4e-9, Scale(2e-4, True), "0"),
        (np.nan, UNIT, "NaN"),
        (-np.inf, SIGNED, "−∞"),
    ],
)
def test_numbers_are_short(value, scale, text):
    assert short_number(value, scale) == text
    assert len(text) <= 5


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_palette_reaches_from_nought_to_activation_or_from_sign_to_sign(theme, name):
    theme.choose(name, colour_blind_safe=False)
    colours = theme.colours
    bright, signed = Palette(theme, False).brushes, Palette(theme, True).brushes
    assert [bright[level].color().name() for level in (0, -1)] == [colours.zero, colours.activation]
    assert [signed[level].color().name() for level in (0, LEVELS // 2, -1)] == [
        colours.negative,
        colours.zero,
        colours.positive,
    ]


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("safe", [False, True])
@pytest.mark.parametrize("signed", [False, True])
def test_numbers_can_be_read_on_every_level(theme, name, safe, signed):
    theme.choose(name, safe)
    palette = Palette(theme, signed)
    for brush, ink in zip(palette.brushes, palette.inks, strict=True):
        assert contrast(brush.color().name(), ink.name()) >= 4.5


def test_levels_become_an_image_and_a_gradient_in_the_palettes_colours(theme):
    palette = Palette(theme, False)
    image = palette.image(np.array([[0, LEVELS - 1, 0]], np.uint8))
    assert (image.width(), image.height()) == (3, 1)
    assert image.pixelColor(1, 0).name() == theme.colours.activation
    stops = palette.gradient(QRectF(0, 0, 10, 1)).stops()
    assert [stops[end][1].name() for end in (0, -1)] == [theme.colours.zero, theme.colours.activation]
