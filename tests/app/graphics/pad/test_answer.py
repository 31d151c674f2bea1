from itertools import combinations

import numpy as np
import pytest
from app.pad_hand import painted
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.pad.answer import Answer, AnswerPanel
from nnviz.data import drawing

CAPTION = "The network says 3, with an activation of 0.94; the label is 3."
SIZES = [(150, 90), (220, 160), (250, 310), (470, 680), (280, 230), (600, 150), (100, 60)]


def prepared(centred=True, shape=(28, 28)):
    ink = np.zeros((280, 280), np.uint8)
    drawing.draw_line(ink, (60, 60), (200, 180), 14)
    return (drawing.prepare if centred else drawing.reduce)(ink, shape)


def answer(image=None, a=None, short="The label is 3."):
    outputs = np.full(10, 0.02, np.float32)
    outputs[3] = 0.94
    image = prepared() if image is None else image
    return Answer("test image 42", image, "a note", outputs if a is None else a, CAPTION, short)


@pytest.fixture
def panel(theme):
    panel = AnswerPanel(theme)
    panel.answer = answer()
    yield panel
    theme.choose_text_scale(1.0)


def colours_in(image, place):
    place = place.toRect()
    xs, ys = range(place.left(), place.right()), range(place.top(), place.bottom())
    return {image.pixelColor(x, y).name() for x in xs for y in ys}


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("short", ["", "The label is 3."])
def test_no_part_overlaps_another_or_leaves_the_panel(panel, theme, size, scale, short):
    theme.choose_text_scale(scale)
    panel.answer = answer(short=short)
    area = QRectF(5, 7, *size)
    places = panel.places(area)
    parts = {
        name: getattr(places, name)
        for name in ("title", "image", "legend", "verdict", "number", "bars", "caption")
        if not getattr(places, name).isEmpty()
    }
    for name, place in parts.items():
        if name != "title":  # a panel lower than a line of text cannot hold one
            assert area.adjusted(-1, -1, 1, 1).contains(place), name
    for (one, place), (other, another) in combinations(parts.items(), 2):
        assert not place.adjusted(0.5, 0.5, -0.5, -0.5).intersects(another), f"{one} overlaps {other}"
    painted(panel.paint, 500, 700)


def test_a_large_panel_shows_everything_and_a_small_one_what_matters(panel):
    large = panel.places(QRectF(0, 0, 400, 600))
    assert not any(
        place.isEmpty()
        for place in (large.image, large.legend, large.verdict, large.number, large.bars, large.caption)
    )
    assert not large.is_short
    small = panel.places(QRectF(0, 0, 150, 95))
    assert small.legend.isEmpty()
    assert small.caption.isEmpty()
    assert not small.image.isEmpty()
    assert not small.bars.isEmpty()


@pytest.mark.parametrize("size", [(220, 160), (400, 600)])
def test_pixels_of_the_image_are_whole_or_half_ones_of_the_screen(panel, size):
    image = panel.places(QRectF(0.3, 0.4, *size)).image
    assert image.width() / 28 * 2 == round(image.width() / 28 * 2)
    assert image.topLeft() == QPointF(round(image.left()), round(image.top()))


def test_the_box_and_the_centre_of_mass_are_marked_where_they_are(panel, theme):
    image = painted(panel.paint, 400, 600)
    place = panel.places(QRectF(0, 0, 400, 600)).image
    scale = place.width() / 28
    row, column = panel.answer.image.centre
    at = image.pixelColor(int(place.left() + scale * column), int(place.top() + scale * row))
    assert at.name() == theme.colours.highlight
    top, left = panel.answer.image.box[:2]
    corner = QRectF(place.left() + scale * left - 2, place.top() + scale * top - 2, 6, 6)
    assert colours_in(image, corner) - {theme.colours.zero, theme.colours.activation}


def test_where_nothing_was_prepared_nothing_is_marked(panel, theme):
    panel.answer = answer(prepared(centred=False))
    image = painted(panel.paint, 400, 600)
    assert theme.colours.highlight not in colours_in(image, panel.places(QRectF(0, 0, 400, 600)).image)


def test_the_pixel_and_the_bar_under_a_point_are_found(panel):
    area = QRectF(11, 13, 400, 600)
    place = panel.places(area).image
    scale = place.width() / 28
    assert panel.pixel_at(area, place.topLeft() + QPointF(3.5, 20.5) * scale) == (20, 3)
    assert panel.pixel_at(area, place.topLeft() - QPointF(1, 1)) is None
    bars = panel.places(area).bars
    assert panel.bar_at(area, QPointF(bars.right() - 2, bars.bottom() - 20)) == 9
    assert panel.bar_at(area, place.center()) is None


def test_before_there_is_an_answer_nothing_is_painted_or_found(theme):
    panel = AnswerPanel(theme)
    painted(panel.paint, 200, 200)
    assert panel.bar_at(QRectF(0, 0, 200, 200), QPointF(100, 100)) is None
    assert panel.pixel_at(QRectF(0, 0, 200, 200), QPointF(10, 40)) is None


@pytest.mark.parametrize("size", SIZES)
def test_answers_of_all_kinds_are_painted_in_every_size(panel, theme, size):
    for image in (prepared(), prepared(False), prepared(shape=(5, 4)), prepared(shape=(4, 60))):
        for a in (np.full(10, np.nan), np.array([0.5]), np.linspace(0, 1, 100)):
            panel.answer = answer(image, a.astype(np.float32))
            painted(panel.paint, *size)
    panel.answer = Answer("test image 42", None, "", None, "No image, no network.", "")
    image = painted(panel.paint, *size)
    assert panel.answer.strongest is None
    assert image.width() == size[0]


def test_a_hint_takes_the_captions_place_or_the_titles(panel):
    for size in ((400, 600), (150, 95)):
        without = painted(panel.paint, *size)
        panel.hint = "a₃ = 0.9400, z₃ = +2.75"
        places = panel.places(QRectF(0, 0, *size))
        place = (places.title if places.caption.isEmpty() else places.caption).toAlignedRect()
        hinted = painted(panel.paint, *size)
        assert hinted.copy(place) != without.copy(place)
        panel.hint = ""
