import math

import numpy as np
import pytest
from app.ink import GROUND, inked, near, painted, where
from app.painted import overlapping, strings, texts_of
from PySide6.QtCore import QRectF

from nnviz.app.graphics.health_charts import HealthCharts, Ranges, short_number
from nnviz.app.graphics.text import line_height
from nnviz.run.health import NORM, RATIO, SATURATED

ALL = (NORM, RATIO, SATURATED)
RANGES = Ranges(1000, {NORM: (-4.0, 0.0), RATIO: (-5.0, -1.0)})
FIGURES = np.array([[0.00123, 0.0111, 0.1], [2e-5, 0.001, 0.1], [0.0, 0.25, 1.0]])
"""Of three layers."""


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def charts_of(theme, width=600, height=400, figures=ALL, n_layers=3, ranges=RANGES):
    return HealthCharts(theme, QRectF(0, 0, width, height), figures, n_layers, ranges)


def paint_all(charts, figures=FIGURES, step=1000, is_now=True):
    def paint(painter):
        charts.paint_frames(painter)
        charts.paint_lines(painter, np.array([500.0, 1000.0]), np.stack([figures, figures]))
        charts.paint_figures(painter, step, figures, is_now, 1000, figures)

    return paint


@pytest.mark.parametrize(
    ("height", "shown"), [(700, ALL), (360, ALL), (230, (NORM, RATIO)), (120, (NORM,)), (20, (NORM,))]
)
def test_as_many_charts_are_shown_as_there_is_room_for(theme, height, shown):
    assert tuple(charts_of(theme, height=height).charts) == shown


def test_only_the_figures_asked_for_are_shown(theme):
    assert tuple(charts_of(theme, figures=(SATURATED,)).charts) == (SATURATED,)


def test_charts_are_equally_high_and_have_the_axis_of_steps_in_common(theme):
    charts = list(charts_of(theme).charts.values())
    assert {round(chart.box.height(), 6) for chart in charts} == {round(charts[0].box.height(), 6)}
    assert len({(chart.box.left(), chart.box.right()) for chart in charts}) == 1
    for upper, lower in zip(charts, charts[1:], strict=False):
        assert upper.box.bottom() < lower.box.top()


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5, 2.0])
@pytest.mark.parametrize(("width", "height"), [(270, 130), (320, 180), (580, 340), (1180, 720)])
@pytest.mark.parametrize("n_layers", [1, 3, 5])
@pytest.mark.parametrize("is_now", [True, False])
def test_no_texts_run_into_each_other(sized, scale, width, height, n_layers, is_now):
    sized.choose_text_scale(scale)
    charts = charts_of(sized, width, height, n_layers=n_layers)
    figures = np.resize(FIGURES, (3, n_layers))
    texts = texts_of(paint_all(charts, figures, is_now=is_now), width, height)
    assert texts
    assert overlapping(texts) == []
    area = QRectF(0, 0, width, height).adjusted(-2, -3, 2, 3)
    if height > 12 * line_height(sized, 9):
        assert [text for text in texts if not area.contains(text.where)] == []
    assert not [text.text for text in texts if "…" in text.text], "a text is cut"


def test_titles_are_shorter_where_there_is_less_room(sized):
    wide = strings(texts_of(charts_of(sized, width=700).paint_frames, 700, 400))
    assert "Update relative to the parameters ‖Δθ‖ / ‖θ‖" in "".join(wide)
    narrow = strings(texts_of(charts_of(sized, width=300).paint_frames, 300, 400))
    assert "Update ratio ‖Δθ‖ / ‖θ‖" in "".join(narrow)


def test_a_line_for_each_layer_lies_at_its_figures(theme):
    charts = charts_of(theme)
    steps = np.array([100.0, 900.0])
    image = painted(
        lambda painter, area: charts.paint_lines(painter, steps, np.stack([FIGURES, FIGURES])), 600, 400
    )
    for figure, scale in ((NORM, 1), (RATIO, 1), (SATURATED, 100)):
        chart = charts.charts[figure]
        for layer, colour in enumerate(charts.colours):
            rows = np.flatnonzero(near(image, colour)[:, round(chart.across(500))])
            expected = chart.down(scale * FIGURES[figure, layer])
            assert np.abs(rows - expected).min() <= 2, f"figure {figure} of layer {layer + 1}"


def test_beside_the_lines_stand_the_layers_names_and_their_exact_figures(theme):
    charts = charts_of(theme)
    texts = texts_of(paint_all(charts), 600, 400)
    assert strings(texts).count("layer 1") == 3
    for number in ("output", "0.00123", "0.100", "2.0·10⁻⁵", "25 %", "100 %"):
        assert number in strings(texts)
    assert "● step 1,000   ━ every 10th step" in "".join(strings(texts))
    by_name = [text for text in texts if text.text in ("layer 1", "layer 2", "output")][:3]
    chart = charts.charts[NORM]
    for text in by_name:
        layer = ("layer 1", "layer 2", "output").index(text.text)
        assert text.where.center().y() == pytest.approx(chart.down(FIGURES[NORM, layer]), abs=8)


@pytest.mark.parametrize(("width", "line"), [(700, "━ means of 40 steps"), (330, "━ means"), (250, "")])
def test_the_legend_says_that_dots_are_a_step_and_lines_are_smoothed(theme, width, line):
    charts = HealthCharts(theme, QRectF(0, 0, width, 400), ALL, 3, RANGES, smoothed=40)
    found = "".join(strings(texts_of(paint_all(charts), width, 400)))
    assert f"● step 1,000   {line}".strip() in found
    assert ("━" in found) is bool(line)


def test_a_gradient_of_0_has_a_label_at_the_bottom_and_no_leader(theme):
    figures = FIGURES.copy()
    figures[NORM, 0] = 0.0  # below any logarithmic axis
    charts = charts_of(theme, figures=(NORM,))
    texts = texts_of(paint_all(charts, figures), 600, 400)
    (label,) = [text for text in texts if text.text == "layer 1"]
    box = charts.first.box
    assert label.where.bottom() == pytest.approx(box.bottom(), abs=12)
    assert "0" in strings(texts)
    image = painted(lambda painter, _: paint_all(charts, figures)(painter), 600, 400)
    row, left = round(label.where.center().y()), round(charts.first.across(1000)) + 6
    beside = slice(row - 8, row + 9), slice(left, round(label.where.left()) - 1)
    leader = near(image, charts.colours[0])[beside]
    assert leader.size
    assert not leader.any()


def test_labels_stand_at_the_end_of_the_lines_and_not_of_the_axis(theme):
    charts = charts_of(theme, ranges=Ranges(2000, RANGES.decades))
    (name, *_) = [text for text in texts_of(paint_all(charts), 600, 400) if text.text == "layer 1"]
    end = charts.first.across(1000)
    assert end < name.where.left() < end + 30


def test_where_there_is_little_room_names_make_way_for_numbers_while_a_step_is_pointed_at(theme):
    charts = charts_of(theme, width=300, figures=(NORM,))
    now = strings(texts_of(paint_all(charts), 300, 400))
    assert "layer 1" in now
    assert "0.00123" not in now
    then = strings(texts_of(paint_all(charts, step=400, is_now=False), 300, 400))
    assert "layer 1" not in then
    assert "0.00123" in then
    assert "● step 400" in then


def test_a_step_that_is_pointed_at_is_marked_in_every_chart(theme):
    charts = charts_of(theme)
    before = painted(
        lambda painter, area: charts.paint_figures(painter, 400, FIGURES, True, 1000, FIGURES), 600, 400
    )
    after = painted(
        lambda painter, area: charts.paint_figures(painter, 400, FIGURES, False, 1000, FIGURES), 600, 400
    )
    for chart in charts.charts.values():
        box = chart.box.toAlignedRect()
        column = slice(int(chart.across(400)) - 1, int(chart.across(400)) + 2)
        ground = [where(image, GROUND)[box.top() : box.bottom(), column] for image in (before, after)]
        assert ground[0].all(axis=1).mean() > 0.6
        assert not ground[1].all(axis=1).any()


@pytest.mark.parametrize("bad", [math.nan, math.inf, 0.0])
def test_figures_that_cannot_be_drawn_are_no_error(theme, bad):
    charts = charts_of(theme)
    figures = FIGURES.copy()
    figures[:, 1] = bad
    image = painted(lambda painter, area: paint_all(charts, figures)(painter), 600, 400)
    assert not inked(image).isEmpty()
    texts = strings(texts_of(paint_all(charts, figures), 600, 400))
    assert texts.count("layer 2") == (0 if math.isnan(bad) else 3)
    if bad == 0:
        assert "0" in texts


def test_more_layers_than_labels_fit_are_no_error(theme):
    charts = charts_of(theme, height=300, n_layers=30)
    texts = texts_of(paint_all(charts, np.resize(FIGURES, (3, 30))), 600, 300)
    assert "output" in strings(texts)
    assert "layer 1" in strings(texts)
    assert overlapping(texts) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.0123456, "0.0123"),
        (0.001, "0.00100"),
        (0.000999, "1.0·10⁻³"),
        (1.0, "1.00"),
        (12.34, "12.3"),
        (123.4, "123"),
        (9999.0, "9,999"),
        (12345.0, "1.2·10⁴"),
        (3.2e-38, "3.2·10⁻³⁸"),
        (math.inf, "∞"),
        (math.nan, "no number"),
    ],
)
def test_numbers_are_written_in_three_figures(value, text):
    assert short_number(value) == text
