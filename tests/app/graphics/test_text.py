import math

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from nnviz.app.graphics.text import (
    BOTTOM,
    CENTRE,
    HUGE,
    LEFT,
    MIDDLE,
    RIGHT,
    TOP,
    fitting,
    line_height,
    number,
    raised,
    signed,
    text_width,
    write,
)

GROUND = QColor("#000000")
LONG = "a line that is by far too long for its place"


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def written(theme, area, text, size=(400, 120), **how):
    picture = QImage(*size, QImage.Format.Format_RGB32)
    picture.fill(GROUND)
    with QPainter(picture) as painter:
        write(painter, theme, area, text, **how)
    return picture


def inked(picture):
    """Return the smallest rectangle that holds all that was written, (left, top, right, bottom), inclusive."""
    marked = [
        (x, y)
        for y in range(picture.height())
        for x in range(picture.width())
        if picture.pixelColor(x, y) != GROUND
    ]
    across, down = [x for x, _ in marked], [y for _, y in marked]
    return min(across), min(down), max(across), max(down)


def lines_of(picture):
    """Return how many lines of text there are: stretches of rows with ink."""
    rows = [
        any(picture.pixelColor(x, y) != GROUND for x in range(picture.width()))
        for y in range(picture.height())
    ]
    return sum(now and not before for before, now in zip([False, *rows], rows, strict=False))


# Writing


@pytest.mark.parametrize(
    ("align", "side"),
    [(LEFT | MIDDLE, "left"), (RIGHT | MIDDLE, "right"), (CENTRE | MIDDLE, "centre")],
)
def test_text_stands_at_its_side_of_the_area(theme, align, side):
    left, _, right, _ = inked(written(theme, QRectF(50, 20, 300, 80), "mmm", align=align))
    gap_left, gap_right = left - 50, 350 - right
    if side == "left":
        assert 0 <= gap_left <= 4 < gap_right
    elif side == "right":
        assert 0 <= gap_right <= 4 < gap_left
    else:
        assert abs(gap_left - gap_right) <= 3


@pytest.mark.parametrize(("align", "place"), [(LEFT | TOP, 0), (LEFT | MIDDLE, 1), (LEFT | BOTTOM, 2)])
def test_text_stands_at_its_height_of_the_area(theme, align, place):
    _, top, _, bottom = inked(written(theme, QRectF(10, 0, 300, 120), "xgh", align=align))
    assert (top + bottom) / 2 // 40 == place


@pytest.mark.parametrize("role", ["text", "muted", "warning", "positive"])
def test_text_has_the_colour_of_its_role(theme, role):
    picture = written(theme, QRectF(0, 0, 400, 120), "▮▮▮", points=40, role=role)
    colours = {picture.pixelColor(x, y).name() for x in range(0, 200) for y in range(0, 120)}
    assert getattr(theme.colours, role) in colours


def test_a_line_that_is_too_long_ends_within_its_area_in_an_ellipsis(theme):
    area = QRectF(40, 10, 120, 40)
    assert text_width(theme, LONG) > area.width()
    left, _, right, _ = inked(written(theme, area, LONG))
    assert left >= 40
    assert right < 160
    shortened = QFontMetricsF(theme.font(10)).elidedText(LONG, Qt.TextElideMode.ElideRight, area.width())
    assert shortened.endswith("…")
    assert written(theme, area, LONG) == written(theme, area, shortened)


def test_a_line_that_just_fits_is_written_whole(theme):
    width = text_width(theme, "just fits")
    place = QRectF(10, 10, width, 40)
    assert written(theme, place, "just fits") == written(theme, QRectF(10, 10, 300, 40), "just fits")


def test_text_that_may_wrap_goes_on_in_the_next_line(theme):
    area = QRectF(10, 0, 150, 118)
    assert lines_of(written(theme, area, LONG, align=LEFT | TOP, wrap=True)) > 1
    assert lines_of(written(theme, area, LONG, align=LEFT | TOP)) == 1
    assert inked(written(theme, area, LONG, align=LEFT | TOP, wrap=True))[2] < 160


def test_text_in_an_area_without_room_is_nothing_and_no_fault(theme):
    for area in (QRectF(10, 10, 0, 0), QRectF(10, 10, -20, -20), QRectF()):
        written(theme, area, LONG)
        written(theme, area, LONG, wrap=True)


def test_nothing_written_is_nothing_painted(theme):
    picture = written(theme, QRectF(0, 0, 400, 120), "")
    assert lines_of(picture) == 0


# Sizes


def test_a_line_is_as_wide_as_it_is_said_to_be(theme):
    width = text_width(theme, "mmmmm", points=20)
    left, _, right, _ = inked(written(theme, QRectF(10, 10, 380, 80), "mmmmm", points=20))
    assert right - left == pytest.approx(width, rel=0.1)


@pytest.mark.parametrize("measure", [lambda t: line_height(t, 12), lambda t: text_width(t, "some text", 12)])
def test_all_text_grows_with_the_size_that_the_user_has_chosen(sized, measure):
    usual = measure(sized)
    sized.choose_text_scale(2.0)
    assert measure(sized) == pytest.approx(2 * usual, rel=0.05)


def test_strong_text_is_wider(theme):
    assert text_width(theme, "some text", 12, strong=True) > text_width(theme, "some text", 12)
    assert line_height(theme, 20) > line_height(theme, 10)


def test_of_several_texts_the_first_that_fits_is_taken_or_else_the_last(sized):
    texts = ("the longest of all texts", "short", "…")
    widths = [text_width(sized, text, 10) for text in texts]
    assert fitting(sized, texts, 1000, 10) == texts[0]
    assert fitting(sized, texts, widths[0], 10) == texts[0]
    assert fitting(sized, texts, widths[0] - 1, 10) == texts[1]
    assert fitting(sized, texts, widths[1] - 1, 10) == texts[2]
    assert fitting(sized, texts, 0, 10) == texts[2]
    sized.choose_text_scale(2.0)
    assert fitting(sized, texts, widths[0], 10) == texts[1]


# Numbers


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.25, 2, "+0.25"),
        (-1.5, 2, "−1.50"),
        (0.0, 2, "+0.00"),
        (-0.001, 2, "−0.00"),
        (2.5, 0, "+2"),
        (-12345.678, 1, "−12345.7"),
        (HUGE, 2, "+1.0·10⁵"),
        (-3.2e18, 2, "−3.2·10¹⁸"),
        (math.nan, 2, "NaN"),
        (math.inf, 2, "+∞"),
        (-math.inf, 2, "−∞"),
    ],
)
def test_signed_numbers(value, decimals, text):
    assert signed(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.25, 2, "0.25"),
        (-1.5, 2, "−1.50"),
        (-0.001, 2, "0.00"),
        (0.001, 3, "0.001"),
        (7.0, 0, "7"),
        (99_999.0, 1, "99999.0"),
        (HUGE, 2, "1.0·10⁵"),
        (3.2e8, 2, "3.2·10⁸"),
        (-1.25e123, 2, "−1.2·10¹²³"),
        (math.nan, 2, "NaN"),
        (math.inf, 2, "∞"),
        (-math.inf, 2, "−∞"),
    ],
)
def test_numbers(value, decimals, text):
    assert number(value, decimals) == text


@pytest.mark.parametrize("write_number", [signed, number])
def test_no_number_has_a_hyphen_for_a_minus(write_number):
    for power in range(-45, 39):
        assert "-" not in write_number(-(10.0**power))


@pytest.mark.parametrize(("power", "text"), [(-3, "⁻³"), (0, "⁰"), (12, "¹²"), (1234567890, "¹²³⁴⁵⁶⁷⁸⁹⁰")])
def test_exponents_are_raised(power, text):
    assert raised(power) == text


def test_a_sentence_that_wraps_is_written_smaller_where_there_is_not_room_for_its_lines(theme):
    area = QRectF(10, 10, 120, 34)
    left, top, right, bottom = inked(written(theme, area, f"{LONG} {LONG}", align=CENTRE | MIDDLE, wrap=True))
    assert area.top() <= top
    assert bottom <= area.bottom()
    assert area.left() <= left
    assert right <= area.right()
    plenty = QRectF(10, 10, 120, 100)
    more = QRectF(10, 10, 120, 110)
    assert lines_of(written(theme, plenty, LONG, wrap=True)) == lines_of(
        written(theme, more, LONG, wrap=True)
    )
