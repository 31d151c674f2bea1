import numpy as np
import pytest
from app.pad_hand import painted
from app.painted import overlapping, texts_of
from PySide6.QtCore import QRectF

from nnviz.app.graphics.pad.surface import ink_colours, pad_and_panel, paint_ink, paint_pad
from nnviz.data.sketch import Sketch


@pytest.mark.parametrize("name", ["dark", "light"])
def test_ink_runs_from_the_colour_of_zero_to_that_of_an_activation(theme, name):
    theme.choose(name, False)
    table = ink_colours(theme.colours)
    assert f"#{table[0] & 0xFFFFFF:06x}" == theme.colours.zero
    assert f"#{table[255] & 0xFFFFFF:06x}" == theme.colours.activation
    brightness = [int(colour) & 0xFF for colour in table]
    assert brightness == sorted(brightness, reverse=name == "light")


def test_every_pixel_of_an_image_is_a_square_of_its_colour(theme):
    ink = np.array([[0, 255, 128], [64, 0, 255]], np.uint8)
    image = painted(lambda painter, area: paint_ink(painter, theme, area, ink), 90, 60)
    table = ink_colours(theme.colours)
    for (row, column), level in np.ndenumerate(ink):
        for dx, dy in ((6, 6), (15, 15), (24, 24)):
            colour = image.pixelColor(30 * column + dx, 30 * row + dy).name()
            assert colour == f"#{table[level] & 0xFFFFFF:06x}"


def test_an_empty_pad_invites_and_one_with_ink_does_not(theme):
    sketch = Sketch((28, 28))

    def muted():
        image = painted(lambda painter, area: paint_pad(painter, theme, area, sketch), 280, 280)
        names = {image.pixelColor(x, y).name() for x in range(280) for y in range(0, 280, 2)}
        return theme.colours.muted in names

    assert muted()
    sketch.begin((5, 5))
    assert not muted()


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize("size", [(280, 280), (160, 160), (180, 107), (300, 60), (60, 300), (12, 12)])
def test_what_an_empty_pad_says_stays_on_it_and_does_not_overlap(theme, size, scale):
    """On a pad wider than high, one line ran into the other."""
    theme.choose_text_scale(scale)
    place = QRectF(0, 0, *size)
    texts = texts_of(lambda painter: paint_pad(painter, theme, place, Sketch((28, 28))), *size)
    theme.choose_text_scale(1.0)
    assert overlapping(texts) == []
    for text in texts:
        assert place.adjusted(-1, -1, 1, 1).contains(text.where), text


@pytest.mark.parametrize("scale", [0.8, 2.0])
@pytest.mark.parametrize("shape", [(28, 28), (5, 4), (10, 60), (60, 10)])
@pytest.mark.parametrize("size", [(300, 120), (600, 330), (1200, 700), (300, 700), (100, 80)])
def test_the_pad_has_the_aspect_ratio_of_its_images_and_keeps_off_the_panel(theme, size, shape, scale):
    theme.choose_text_scale(scale)
    area = QRectF(3, 5, *size)
    pad, panel = pad_and_panel(theme, area, shape)
    assert area.contains(pad)
    assert area.contains(panel)
    assert not pad.intersects(panel)
    assert pad.width() / shape[1] == pytest.approx(pad.height() / shape[0], abs=1.01 / min(shape))
    assert panel.width() > 0.3 * min(size)
    theme.choose_text_scale(1.0)


def test_the_panel_is_beside_the_pad_where_there_is_width_and_below_where_there_is_height(theme):
    pad, panel = pad_and_panel(theme, QRectF(0, 0, 600, 300), (28, 28))
    assert panel.left() > pad.right()
    pad, panel = pad_and_panel(theme, QRectF(0, 0, 300, 600), (28, 28))
    assert panel.top() > pad.bottom()


def test_without_a_pad_everything_is_the_panel(theme):
    pad, panel = pad_and_panel(theme, QRectF(0, 0, 600, 300), None)
    assert pad.isEmpty()
    assert panel.width() == 580
