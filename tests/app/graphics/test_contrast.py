from itertools import product

import numpy as np
import pytest
from app.contrast import contrast as measured
from PySide6.QtGui import QColor

from nnviz.app.graphics.colour_scales import rgb, signed_table
from nnviz.app.graphics.contrast import LEGIBLE, channels, contrast, inks, luminance, take_second
from nnviz.app.theme import THEMES

VARIANTS = list(product(THEMES, (False, True)))
SOME = ("#000000", "#ffffff", "#777777", "#5fd068", "#ff5c54", "#0a0b0e")


def test_black_is_dark_and_white_is_bright():
    assert luminance([[0, 0, 0], [255, 255, 255]]) == pytest.approx([0, 1])
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)


@pytest.mark.parametrize(("one", "other"), list(product(SOME, SOME)))
def test_the_contrast_is_that_of_the_guidelines(one, other):
    assert contrast(rgb(one), rgb(other)) == pytest.approx(measured(one, other))


def test_colours_come_apart_into_red_green_and_blue():
    packed = np.array([[QColor("#123456").rgb(), QColor("#ff0080").rgb()]])
    assert channels(packed).tolist() == [[[0x12, 0x34, 0x56], [0xFF, 0, 0x80]]]


@pytest.fixture(params=VARIANTS, ids=[f"{name}{' safe' if safe else ''}" for name, safe in VARIANTS])
def colours(request, theme):
    theme.choose(*request.param)
    return theme.colours


def test_numbers_can_be_read_on_every_colour_of_the_scales(colours):
    dark, bright = rgb(colours.zero), rgb(colours.activation)
    greys = np.rint(dark + np.linspace(0, 1, 255)[:, np.newaxis] * (bright - dark)).astype(np.uint32)
    packed = 0xFF000000 | greys[:, 0] << 16 | greys[:, 1] << 8 | greys[:, 2]
    for table in (signed_table(colours.negative, colours.zero, colours.positive), packed.astype(np.uint32)):
        for ground, second in zip(table.tolist(), take_second(colours, table).tolist(), strict=True):
            ink = inks(colours)[second]
            assert measured(QColor.fromRgb(ground).name(), ink.name()) >= LEGIBLE


def test_the_inks_are_like_the_themes_text_and_ground(colours):
    first, second = (float(luminance(channels(ink.rgb()))) for ink in inks(colours))
    text, ground = (float(luminance(rgb(colour))) for colour in (colours.text, colours.background))
    assert (first > second) is (text > ground)
