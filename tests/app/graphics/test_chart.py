import math
from itertools import pairwise

import numpy as np
import pytest
from app.ink import GROUND, inked, painted, pixels, where
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgGenerator

from nnviz.app.graphics.chart import FAR, Axis, Chart, align, round_numbers
from nnviz.app.graphics.text import line_height, text_width

COLOUR = QColor("#ff8800")


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def chart_of(theme, width=400, height=300, x=None, y=None, **how):
    return Chart(theme, QRectF(0, 0, width, height), x or Axis("", 0, 10), y or Axis("", 0, 1), **how)


def texts(marks):
    return [text for _, text in marks]


# Axes


def test_an_axis_says_how_far_along_it_values_lie():
    assert Axis("", 10, 30).share([10, 15, 30, 40, 0]).tolist() == [0, 0.25, 1, 1.5, -0.5]


def test_a_logarithmic_axis_has_equal_distances_for_equal_ratios():
    axis = Axis("", 0.01, 100, logarithmic=True)
    assert axis.share([0.01, 0.1, 1, 100]) == pytest.approx([0, 0.25, 0.5, 1])
    assert axis.share(0.0) == -math.inf
    assert np.isnan(axis.share([-1.0, math.nan])).all()


def test_an_axis_without_length_is_given_one():
    assert Axis("", 3, 3).share(3.5) == pytest.approx(0.5)
    assert Axis("", 5, 2).share(5) == 0
    assert Axis("", 10, 10, logarithmic=True).share(100.0) == pytest.approx(1)


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 10, 5, ["0", "2", "4", "6", "8", "10"]),
        (0, 1, 4, ["0.0", "0.5", "1.0"]),
        (0, 1, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-1, 1, 4, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
        (0, 30_000, 3, ["0", "10,000", "20,000", "30,000"]),
        (0.1, 0.35, 5, ["0.10", "0.15", "0.20", "0.25", "0.30", "0.35"]),
        (0.2, 0.9, 1, []),
    ],
)
def test_ticks_stand_at_round_numbers(low, high, most, expected):
    assert texts(round_numbers(low, high, most)) == expected


@pytest.mark.parametrize(
    ("low", "high"), [(0, 0), (2, 1), (0, math.inf), (math.nan, 1), (-math.inf, math.inf), (0, math.nan)]
)
def test_a_range_that_is_none_has_no_ticks(low, high):
    assert round_numbers(low, high, 5) == []


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6).filter(lambda length: length > 0), st.integers(1, 12))
def test_ticks_lie_within_the_range_and_are_about_as_many_as_asked_for(low, length, most):
    marks = round_numbers(low, low + length, most)
    assert len(marks) <= most + 1
    slack = 1e-6 * max(abs(low), length)
    assert all(low - slack <= value <= low + length + slack for value, _ in marks)
    assert len(set(texts(marks))) == len(marks)


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (1e-3, 1, 5, ["10⁻³", "10⁻²", "10⁻¹", "10⁰"]),
        (1e-8, 1e4, 5, ["10⁻⁶", "10⁻³", "10⁰", "10³"]),
        (1, 1e12, 3, ["10⁰", "10⁵", "10¹⁰"]),
    ],
)
def test_a_logarithmic_axis_has_ticks_at_powers_of_ten(low, high, most, expected):
    assert texts(Axis("", low, high, logarithmic=True).marks(most)) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.15, 0.7, ["0.2", "0.5"]), (0.3, 3, ["0.5", "1", "2"]), (20, 90, ["20", "50"])],
)
def test_where_hardly_a_power_of_ten_fits_ticks_stand_at_2_and_5_times_them_too(low, high, expected):
    assert texts(Axis("", low, high, logarithmic=True).marks(5)) == expected


def test_a_range_of_one_decade_is_marked_at_both_ends():
    assert texts(Axis("", 0.1, 1, logarithmic=True).marks(5)) == ["10⁻¹", "10⁰"]


@pytest.mark.parametrize("high", [1, 2, 3, 5, 30])
@pytest.mark.parametrize("most", [1, 3, 8])
def test_an_axis_of_whole_numbers_has_ticks_at_no_others(high, most):
    marks = Axis("", 0, high, whole=True).marks(most)
    assert marks
    assert all(text.isdigit() and float(text) == value for value, text in marks)


def test_ticks_that_are_given_are_taken_every_so_many():
    axis = Axis("", 0, 9, ticks=[(digit, str(digit)) for digit in range(10)])
    assert texts(axis.marks(10)) == [str(digit) for digit in range(10)]
    assert texts(axis.marks(4)) == ["0", "3", "6", "9"]
    assert texts(Axis("", 0, 1, ticks=[]).marks(3)) == []


# Layout


def test_pixels_and_values_go_to_and_fro(theme):
    chart = chart_of(theme, x=Axis("step", 0, 200), y=Axis("cost", 0, 4))
    assert chart.across(0) == chart.box.left()
    assert chart.across(200) == chart.box.right()
    assert chart.down(0) == chart.box.bottom()
    assert chart.down(4) == chart.box.top()
    for step in (0, 17, 199.5):
        assert chart.value_at(chart.across(step)) == pytest.approx(step)


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize(("width", "height"), [(180, 100), (250, 160), (600, 400)])
@pytest.mark.parametrize("title", ["", "Cost"])
@pytest.mark.parametrize("bare", [False, True])
def test_all_of_a_chart_is_painted_within_its_area(sized, scale, width, height, title, bare):
    sized.choose_text_scale(scale)
    x, y = Axis("step", 0, 30_000), Axis("cost", 0, 1)

    def paint(painter, area):
        inner = area.adjusted(20, 20, -20, -20)
        chart = Chart(sized, inner, x, y, title, bare=bare)
        assert inner.contains(chart.box) or chart.box.height() <= 1
        chart.paint_frame(painter)

    ink = inked(painted(paint, width + 40, height + 40))
    assert QRectF(19, 18, width + 2, height + 3).contains(ink)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [100, 160, 260, 600])
@pytest.mark.parametrize(
    "axis", [Axis("", 0, 10), Axis("", 0, 2_000_000), Axis("", 1e-9, 1, logarithmic=True)], ids=str
)
def test_the_texts_of_ticks_do_not_run_into_each_other(sized, scale, width, axis):
    sized.choose_text_scale(scale)
    chart = chart_of(sized, width=width, x=axis, y=Axis("", 0, 1), ticks=(20, 20))
    ends = [
        (
            chart.across(value) - text_width(sized, text, 9) / 2,
            chart.across(value) + text_width(sized, text, 9) / 2,
        )
        for value, text in chart._x_marks
    ]
    assert all(one[1] < other[0] for one, other in pairwise(ends))
    line = line_height(sized, 9)
    middles = [chart.down(value) for value, _ in chart._y_marks]
    assert all(lower - upper >= line - 1e-6 for lower, upper in pairwise(middles))


def test_with_room_there_are_as_many_ticks_as_asked_for(theme):
    chart = chart_of(theme, width=900, height=700, ticks=(10, 10))
    assert len(chart._x_marks) == 11
    assert len(chart._y_marks) == 11


@pytest.mark.parametrize(("width", "height"), [(0, 0), (1, 1), (20, 300), (300, 10)])
def test_in_an_area_that_is_too_small_for_it_a_chart_still_has_a_box(theme, width, height):
    chart = chart_of(theme, width, height, Axis("step", 0, 1), Axis("cost", 0, 1), title="Title")
    assert chart.box.width() >= 1
    assert chart.box.height() >= 1
    assert math.isfinite(chart.value_at(5.0))
    painted(lambda painter, area: chart.paint_frame(painter))


def test_charts_above_each_other_are_aligned(theme):
    charts = [
        Chart(theme, QRectF(0, 0, 300, 100), Axis("", 0, 1), Axis("", 0, 1), bare=True),
        Chart(theme, QRectF(0, 100, 300, 100), Axis("", 0, 2_000_000), Axis("", 0, 20_000)),
    ]
    assert charts[0].box.left() != charts[1].box.left()
    assert charts[0].box.right() != charts[1].box.right()
    align(charts)
    for side in ("left", "right"):
        assert getattr(charts[0].box, side)() == getattr(charts[1].box, side)()
    assert charts[0].across(0.5) == pytest.approx(charts[1].across(1_000_000))
    align([])


# Painting


def test_grid_ticks_and_texts_have_the_colours_of_their_roles(theme):
    chart = chart_of(theme, y=Axis("accuracy (%)", 0, 1), title="Title")
    image = painted(lambda painter, area: chart.paint_frame(painter), antialiased=False)
    found = pixels(image)[:, : int(chart.box.left())].astype(int)
    muted = theme.colour("muted")
    apart = [abs((found >> shift & 255) - part) for shift, part in ((16, muted.red()), (0, muted.blue()))]
    assert (np.maximum(*apart) < 20).any(), "ticks are not muted"
    top, inside = round(chart.down(1.0)), slice(int(chart.box.left()) + 5, int(chart.box.right()) - 5)
    rows = pixels(image)[top - 1 : top + 2, inside]
    lines = [row for row in rows if row[0] != QColor(GROUND).rgb() & 0xFFFFFF]
    assert len(lines) == 1
    assert len(set(lines[0].tolist())) == 1


def test_a_line_goes_through_its_points(theme):
    chart = chart_of(theme)
    x, y = [1, 4, 9], [0.2, 0.9, 0.1]
    image = painted(lambda painter, area: chart.line(painter, x, y, COLOUR, 3))
    for values in zip(x, y, strict=True):
        column, row = round(chart.across(values[0])), round(chart.down(values[1]))
        assert where(image, COLOUR)[row - 2 : row + 3, column - 2 : column + 3].any()
    middle = round(chart.across(2.5)), round(chart.down(0.55))
    assert where(image, COLOUR)[middle[1] - 2 : middle[1] + 3, middle[0] - 2 : middle[0] + 3].any()


def ink_between(image, chart, first, last):
    return where(image, COLOUR)[:, round(chart.across(first)) : round(chart.across(last))].any()


def test_a_line_has_a_gap_where_a_point_is_no_number(theme):
    chart = chart_of(theme)
    y = [0.5, 0.5, math.nan, 0.5, 0.5]
    image = painted(lambda painter, area: chart.line(painter, [0, 2, 5, 8, 10], y, COLOUR, 3))
    assert ink_between(image, chart, 0.5, 1.5)
    assert not ink_between(image, chart, 2.5, 7.5)
    assert ink_between(image, chart, 8.5, 9.5)
    rows = np.flatnonzero(where(image, COLOUR).any(axis=1))
    assert np.abs(rows - chart.down(0.5)).max() < 5, "it goes up or down before the gap"


def test_a_line_to_0_on_a_logarithmic_axis_leaves_the_chart_downwards(theme):
    chart = chart_of(theme, y=Axis("", 0.01, 1, logarithmic=True))
    image = painted(lambda painter, area: chart.line(painter, [0, 5, 10], [1, 0, 1], COLOUR, 3))
    assert ink_between(image, chart, 0.1, 0.4) or where(image, COLOUR).any()
    rows = np.flatnonzero(where(image, COLOUR).any(axis=1))
    assert rows.min() < chart.box.top() + 8
    assert rows.max() > chart.box.bottom() - 8


@pytest.mark.parametrize("y", [[5.0, -5.0, 5.0], [math.inf, 0.5, -math.inf], [1e300, -1e300, 0.5]], ids=str)
def test_a_line_stays_within_the_box(theme, y):
    chart = chart_of(theme, title="Title")
    ink = inked(painted(lambda painter, area: chart.line(painter, [0, 5, 50], y, COLOUR, 2)))
    assert not ink.isEmpty()
    assert chart.box.adjusted(-2, -2, 2, 2).contains(ink)


def test_in_pieces_a_line_looks_like_one_in_one_piece(theme):
    """A line of pixels is drawn in pieces, for speed, unless what lies under it is to shine through."""
    chart = chart_of(theme)
    x = np.linspace(0, 10, 120)
    y = 0.5 + 0.3 * np.sin(40 * x) * np.cos(x)
    almost = QColor(COLOUR)
    almost.setAlpha(254)
    pieces = painted(lambda painter, area: chart.line(painter, x, y, COLOUR, 2))
    whole = painted(lambda painter, area: chart.line(painter, x, y, almost, 2))
    inside = where(whole, GROUND) == where(pieces, GROUND)
    assert inside.mean() > 0.98
    assert not where(whole, COLOUR).any()


def test_in_a_vector_graphic_a_line_is_one_line(theme, tmp_path):
    chart = chart_of(theme)
    generator = QSvgGenerator()
    generator.setFileName(str(tmp_path / "line.svg"))
    generator.setSize(QSize(400, 300))
    generator.setViewBox(QRect(0, 0, 400, 300))
    with QPainter(generator) as painter:
        chart.line(painter, range(10), [0.1 * step for step in range(10)], COLOUR, 2)
    text = (tmp_path / "line.svg").read_text()
    assert text.count("<polyline") + text.count("<path") == 1


@pytest.mark.parametrize("points", [0, 1])
def test_a_line_of_no_length_is_no_error(theme, points):
    chart = chart_of(theme)
    painted(lambda painter, area: chart.line(painter, [3.0] * points, [0.5] * points, COLOUR))
    painted(lambda painter, area: chart.line(painter, [math.nan], [math.nan], COLOUR))


def test_dots_are_round_or_square(theme):
    chart = chart_of(theme)
    areas = {}
    for square in (False, True):
        image = painted(lambda painter, area, s=square: chart.dots(painter, [5], [0.5], COLOUR, 20, s))
        ink = inked(image)
        assert ink.center().x() == pytest.approx(chart.across(5), abs=1.5)
        assert ink.center().y() == pytest.approx(chart.down(0.5), abs=1.5)
        areas[square] = np.count_nonzero(where(image, COLOUR))
    assert areas[False] < 0.9 * areas[True]


def test_dots_that_are_no_numbers_are_not_seen(theme):
    chart = chart_of(theme)
    image = painted(
        lambda painter, area: chart.dots(painter, [1, math.nan, 3], [math.nan, 0.5, math.inf], COLOUR)
    )
    assert inked(image).isEmpty()
    points = chart.points([1.0, math.nan], [math.nan, -math.inf])
    assert all(abs(point.x()) <= FAR and abs(point.y()) <= FAR for point in points)
    assert chart.points([], []).isEmpty()


def test_bars_stand_on_the_bottom_and_end_at_their_values(theme):
    chart = chart_of(theme)
    found = []
    image = painted(
        lambda painter, area: found.extend(chart.bars(painter, [0, 5], [2, 6], [0.5, 1.0], COLOUR)),
        antialiased=False,
    )
    first, second = found
    assert (first.left(), first.right()) == (chart.across(0), chart.across(2))
    assert (first.top(), first.bottom()) == (chart.down(0.5), chart.box.bottom())
    assert second.top() == chart.box.top()
    assert image.pixelColor(first.center().toPoint()) == COLOUR
    assert image.pixelColor(round(chart.across(4)), round(first.center().y())).name() == GROUND


def test_bars_beyond_the_axis_end_with_it_and_those_that_are_no_number_have_no_height(theme):
    chart = chart_of(theme)
    found = []
    painted(
        lambda painter, area: found.extend(
            chart.bars(painter, [0, 1, 2, 3], [1, 2, 3, 4], [7, -3, math.nan, math.inf], COLOUR)
        )
    )
    heights = [bar.height() for bar in found]
    assert heights == [chart.box.height(), 0, 0, chart.box.height()]
