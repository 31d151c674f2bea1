import math

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from nnviz.app.graphics import scale_bar
from nnviz.app.graphics.scale_bar import limit_text, paint_scale, scale_width


@pytest.fixture
def texts(monkeypatch):
    """What is written, with where."""
    written = []
    monkeypatch.setattr(
        scale_bar, "write", lambda painter, theme, area, text, *rest: written.append((text, area))
    )
    return written


def painted(theme, limit, label="", width=400):
    picture = QImage(width, 24, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    with QPainter(picture) as painter:
        paint_scale(painter, theme, QRectF(0, 0, width, 24), limit, label)
    return picture


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (0.0, "0"),
        (2.4319, "2.43"),
        (24.319, "24.3"),
        (243.19, "243"),
        (0.34567, "0.346"),
        (0.034567, "0.035"),
        (0.00012, "0.00012"),
        (0.0000032, "3.2·10⁻⁶"),
        (3.2e8, "3.2·10⁸"),
        (math.inf, "∞"),
        (math.nan, "NaN"),
    ],
)
def test_the_end_of_a_scale_is_short(limit, text):
    assert limit_text(limit) == text


def test_numbers_stand_at_both_ends(qapp, theme, texts):
    painted(theme, 2.4)
    assert [text for text, _ in texts] == ["−2.40", "+2.40"]


def test_where_each_has_its_own_scale_there_is_no_number(qapp, theme, texts):
    painted(theme, None, "own scale")
    assert [text for text, _ in texts] == ["−max", "+max", "own scale"]


def test_nought_has_no_sign(qapp, theme, texts):
    painted(theme, 0.0)
    assert [text for text, _ in texts] == ["0", "0"]


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_bar_goes_from_negative_over_zero_to_positive(qapp, theme, name, texts):
    theme.choose(name, False)
    picture = painted(theme, 1.0)
    left, right = texts[0][1].right() + scale_bar.GAP, texts[1][1].left() - scale_bar.GAP
    for x, role in ((left + 1, "negative"), ((left + right) / 2, "zero"), (right - 2, "positive")):
        found, wanted = picture.pixelColor(round(x), 12), theme.colour(role)
        for part in ("red", "green", "blue"):  # a pixel is some hundredths of the scale
            assert getattr(found, part)() == pytest.approx(getattr(wanted, part)(), abs=40), role


def test_numbers_that_run_leave_the_bar_where_it_is(qapp, theme, texts):
    for limit in (1.0, 23.4, 999.0, 0.012):
        painted(theme, limit)
    assert len({area.getRect() for _, area in texts[::2]}) == 1


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
def test_a_scale_lies_within_the_room_it_asks_for(qapp, theme, scale, texts):
    theme.choose_text_scale(scale)
    width = math.ceil(scale_width(theme, "weight"))
    painted(theme, 23.4, "weight", width)
    assert [text for text, _ in texts] == ["−23.4", "+23.4", "weight"]
    for text, area in texts:
        assert area.left() >= 0
        assert area.right() <= width
        assert area.width() >= scale_bar.text_width(theme, text, scale_bar.POINTS)
    theme.choose_text_scale(1.0)
