import pytest
from app.backprop_scene import subject
from app.ink import painted, where
from app.painted import strings, texts_of
from PySide6.QtCore import QRectF

from nnviz.app.graphics.backprop.header import divide, paint_head

TITLES = ["The long title of a page that needs much room to be written", "A title", "T"]
SENTENCES = ["A long sentence that says what is to be seen on this page in so many words", "A sentence", "S"]


def head_texts(theme, width, height, **kind):
    found = subject(**kind)
    area = QRectF(0, 0, width, height)
    head = divide(theme, area, found.shape)
    return texts_of(lambda p: paint_head(p, theme, head, found, TITLES, SENTENCES), width, height)


def test_a_page_with_room_has_the_image_the_title_the_sentence_and_the_step(theme):
    assert strings(head_texts(theme, 800, 500)) == [TITLES[0], "step 7", SENTENCES[0]]
    head = divide(theme, QRectF(0, 0, 800, 500), (2, 3))
    assert head.image.right() < head.title.left()
    assert head.sentence.top() >= head.title.bottom()
    assert head.body.top() > head.sentence.bottom()


def test_the_longest_title_that_fits_is_taken(theme):
    assert strings(head_texts(theme, 200, 500)) == ["A title", "step 7", "A sentence"]


def test_a_low_page_has_a_title_only_and_a_very_low_one_nothing(theme):
    line = 18
    assert strings(head_texts(theme, 600, 12 * line)) == [TITLES[0], "step 7"]
    head = divide(theme, QRectF(0, 0, 600, 5 * line), (2, 3))
    assert (head.title, head.sentence, head.image) == (None, None, None)
    assert head.body.height() >= 4 * line


def test_an_input_that_is_no_image_has_none(theme):
    head = divide(theme, QRectF(0, 0, 800, 500), None)
    assert head.image is None
    assert head.title.left() == head.body.left()


def test_text_is_larger_on_a_large_page(theme):
    assert (
        divide(theme, QRectF(0, 0, 1200, 800), None).points
        > divide(theme, QRectF(0, 0, 620, 420), None).points
    )


def test_the_sample_s_image_is_painted(theme):
    found = subject(pixels=(255,) * 6)
    head = divide(theme, QRectF(0, 0, 800, 500), found.shape)
    picture = painted(lambda p, _: paint_head(p, theme, head, found, TITLES, SENTENCES), 800, 500)
    ink = where(picture, theme.colours.activation)
    rows, cols = ink.any(axis=1).nonzero()[0], ink[:, : int(head.image.right()) + 1].any(axis=0).nonzero()[0]
    assert head.image.left() <= cols[0] <= head.image.left() + 1
    assert abs(cols[-1] - head.image.right()) <= 2
    assert rows[0] <= head.image.top() + 2


@pytest.mark.parametrize("role", ["highlight", "warning"])
def test_the_title_has_the_colour_that_is_asked_for(theme, role):
    found = subject()
    head = divide(theme, QRectF(0, 0, 800, 500), None)
    paint = lambda p, _: paint_head(p, theme, head, found, TITLES, SENTENCES, title_role=role)  # noqa: E731
    assert where(painted(paint, 800, 500), getattr(theme.colours, role)).any()
