import numpy as np
import pytest
from app.ink import painted, where
from app.painted import overlapping, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.subject import PARAMETER, Spot
from nnviz.app.graphics.backprop.wish_rows import MOST_ROWS, Wishes, WishRows, arrow

AREA = QRectF(10, 10, 360, 200)


def wishes(nudges, factors=None, signed=False):
    nudges = np.array(nudges, np.float64)
    factors = np.ones(len(nudges)) if factors is None else np.array(factors, np.float64)
    return Wishes(
        "a",
        "−a δ",
        factors,
        nudges,
        signed,
        None,
        lambda k: (f"neuron {k}", f"{k}"),
        lambda k: Spot(PARAMETER, 2, 0, k),
    )


def rows(theme, given, area=AREA, limit=1.0, points=10):
    made = WishRows(theme, given, limit)
    made.lay_out(area, points)
    return made


def shot(made):
    return painted(lambda p, _: made.paint(p), 400, 240)


def test_the_largest_come_first_whichever_their_sign(theme):
    made = rows(theme, wishes([0.1, -0.5, 0.0, 0.3, np.nan]))
    assert made.shown == [1, 3, 0], "what is 0 or no number asks for nothing"


def test_only_as_many_as_have_room(theme):
    made = rows(theme, wishes(np.linspace(1, 2, 50)), QRectF(0, 0, 300, 55))
    assert 2 <= len(made.shown) <= 4
    assert len(rows(theme, wishes(np.linspace(1, 2, 50)), QRectF(0, 0, 300, 5000)).shown) == MOST_ROWS


def test_each_row_has_its_name_its_factor_and_its_nudge(theme):
    written = strings(texts_of(rows(theme, wishes([0.25, -0.5], [0.5, 0.75])).paint, 400, 240))
    for text in ("neuron 1", "0.75", "−0.500", "neuron 0", "0.50", "+0.250"):
        assert text in written


def test_arrows_have_the_length_and_the_way_of_their_nudge(theme):
    made = rows(theme, wishes([1.0, -0.5]))
    picture = shot(made)
    spans = []
    for place, role in ((0, "positive"), (1, "negative")):
        row = made.row(place)
        marks = where(picture, getattr(theme.colours, role))[int(row.center().y())]
        start, end = made._bars
        inside = np.flatnonzero(marks[int(start) - 1 : int(end) + 2]) + int(start) - 1
        spans.append((inside[0], inside[-1]))
    middle = sum(made._bars) / 2
    assert spans[0][0] == pytest.approx(middle, abs=2)
    assert spans[0][1] == pytest.approx(made._bars[1], abs=3)
    assert spans[1][1] == pytest.approx(middle, abs=2)
    assert middle - spans[1][0] == pytest.approx((spans[0][1] - spans[0][0]) / 2, abs=4)


def test_names_grow_short_and_arrows_go_where_it_is_narrow(theme):
    narrow = rows(theme, wishes([0.25, -0.5]), QRectF(0, 0, 130, 100))
    written = strings(texts_of(narrow.paint, 400, 240))
    assert "1" in written
    assert "neuron 1" not in written
    assert narrow._bars is None
    assert "−0.500" in written


def test_signed_factors_have_the_colour_of_their_sign(theme):
    picture = shot(rows(theme, wishes([0.5], [-1.0], signed=True), QRectF(10, 10, 150, 60)))
    assert where(picture, theme.colours.negative).any()
    plain = shot(rows(theme, wishes([0.5], [1.0]), QRectF(10, 10, 150, 60)))
    assert where(plain, theme.colours.activation).any()


def test_a_point_belongs_to_the_nudge_of_its_row(theme):
    made = rows(theme, wishes([0.25, -0.5]))
    assert made.at(made.row(0).center()) == 1
    assert made.at(made.row(1).center()) == 0
    assert made.at(made.row(2).center()) is None
    assert made.at(QPointF(5, 5)) is None
    assert made.where(0) == [made.row(1)]
    assert made.where(7) == []


@pytest.mark.parametrize("width", [90, 130, 180, 260, 400])
@pytest.mark.parametrize("size", [1.0, 1e-9])
def test_columns_do_not_run_into_each_other(theme, width, size):
    made = rows(
        theme,
        wishes(np.linspace(-size, size, 9), np.linspace(-9, 9, 9) * size, True),
        QRectF(0, 0, width, 200),
    )
    assert overlapping(texts_of(made.paint, 400, 240)) == []


def test_an_arrow_ends_where_it_should():
    right, left = arrow(QPointF(10, 5), 30, 8), arrow(QPointF(10, 5), -30, 8)
    assert (right.boundingRect().left(), right.boundingRect().right()) == (10, 40)
    assert (left.boundingRect().left(), left.boundingRect().right()) == (-20, 10)
    assert right.boundingRect().height() == 8
