import math
from dataclasses import replace

import numpy as np
import pytest
from app.ink import inked, near, painted
from app.painted import colour_at, overlapping, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.evaluation.panels import (
    AccuracyChart,
    ConfidenceHistogram,
    Mistakes,
    WorstMistakes,
    least_accuracy,
)
from nnviz.run.epochs import EpochRecord


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def record(epoch, training, test):
    return EpochRecord(epoch, 100 * epoch, 0.5, training, 0.6, test)


EPOCHS = [record(0, 0.1, 0.12), record(1, 0.91, 0.9), record(2, 0.95, 0.93), record(3, 0.97, 0.94)]
AREA = QRectF(0, 0, 400, 200)


# Accuracy


@pytest.mark.parametrize(
    ("worst", "low"), [(0.95, 90), (0.901, 90), (0.899, 80), (0.42, 40), (0.0, 0), (1.0, 90)]
)
def test_the_axis_of_accuracy_begins_at_a_round_number_below_all_epochs(worst, low):
    assert least_accuracy([record(0, 0.1, 0.1), record(1, 0.99, worst), record(2, 0.99, 1.0)]) == low


def test_before_the_first_epoch_is_over_it_begins_at_0():
    assert least_accuracy([]) == 0
    assert least_accuracy([record(0, 0.1, 0.1)]) == 0


def test_accuracies_lie_where_their_epochs_are(theme):
    chart = AccuracyChart(theme, AREA, EPOCHS)
    image = painted(lambda painter, area: chart.paint(painter))
    for epoch in EPOCHS[1:]:
        for figure in ("training", "test"):
            across = round(chart.chart.across(epoch.epoch))
            down = round(chart.chart.down(100 * getattr(epoch, f"{figure}_accuracy")))
            seen = near(image, getattr(theme.colours, figure))
            assert seen[down - 3 : down + 4, across - 3 : across + 4].any(), (epoch, figure)


def test_the_network_before_its_first_step_is_shown_while_the_axis_reaches_down_to_it(theme):
    alone = AccuracyChart(theme, AREA, EPOCHS[:1])
    image = painted(lambda painter, area: alone.paint(painter))
    place = QPointF(alone.chart.across(0), alone.chart.down(12))
    assert near(image, theme.colours.test)[int(place.y()) - 2 : int(place.y()) + 3, int(place.x())].any()
    later = AccuracyChart(theme, AREA, EPOCHS)
    image = painted(lambda painter, area: later.paint(painter))
    before = image.copy(0, 0, int(later.chart.across(0.9)), int(later.chart.box.bottom()))
    legend = int(later.chart.box.top())
    assert not near(before, theme.colours.test)[legend:].any()


def test_the_newest_accuracies_stand_beside_the_lines(theme):
    texts = strings(texts_of(AccuracyChart(theme, AREA, EPOCHS).paint, 400, 200))
    for text in ("Accuracy by epoch (%)", "training", "97.0 %", "test", "94.0 %", "epoch"):
        assert text in texts
    narrow = "".join(strings(texts_of(AccuracyChart(theme, QRectF(0, 0, 200, 150), EPOCHS).paint, 200, 150)))
    assert "97.0 %" in narrow
    assert "● training ■ test" in narrow


def test_an_epoch_is_told_in_exact_numbers(theme):
    chart = AccuracyChart(theme, AREA, EPOCHS)
    at = QPointF(chart.chart.across(1.9), chart.chart.box.center().y())
    told = chart.told_at(at)
    assert told[0] == "After epoch 2: 95.00 % of the training images right, 93.00 % of the test images."
    assert all(len(shorter) < len(longer) for longer, shorter in zip(told, told[1:], strict=False))
    first = QPointF(chart.chart.across(0), chart.chart.box.center().y())
    assert chart.told_at(first)[0].startswith("Before the first step: 10.00 %")
    assert chart.told_at(QPointF(-20, 0)) == ()
    assert AccuracyChart(theme, AREA, []).told_at(at) == ()


@pytest.mark.parametrize(
    "epochs", [[], [record(0, math.nan, 0.1)], [record(0, 0.1, 0.1), record(1, math.nan, math.nan)]]
)
def test_accuracies_that_are_missing_or_no_numbers_are_no_error(theme, epochs):
    chart = AccuracyChart(theme, AREA, epochs)
    assert not inked(painted(lambda painter, area: chart.paint(painter))).isEmpty()


def test_a_thousand_epochs_are_a_line_with_a_dot_at_its_end(theme):
    epochs = [record(n, 0.9 + 0.0001 * n, 0.9) for n in range(1, 1000)]
    image = painted(lambda painter, area: AccuracyChart(theme, AREA, epochs).paint(painter))
    assert near(image, theme.colours.training).any()


# Mistakes


def some_mistakes(count, shape=(5, 4), seed=0):
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, count).astype(np.uint8)
    return Mistakes(
        indices=np.arange(count) * 7,
        images=random.integers(0, 2, (count, 20), dtype=np.uint8) * 255,
        shape=shape,
        labels=labels,
        predicted=(labels + 1) % 10,
        costs=np.linspace(3, 1, count).astype(np.float32),
    )


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize(("width", "height"), [(190, 104), (215, 160), (420, 240), (1170, 130), (1170, 260)])
@pytest.mark.parametrize("shape", [(5, 4), (4, 5), (20, 1), None])
def test_mistakes_lie_side_by_side_within_the_area(sized, scale, width, height, shape):
    sized.choose_text_scale(scale)
    area = QRectF(10, 10, width * scale, height * scale)
    worst = WorstMistakes(sized, area, some_mistakes(40, shape))
    assert worst.rectangles
    for number, one in enumerate(worst.rectangles):
        assert area.contains(one)
        assert not any(one.intersects(other) for other in worst.rectangles[:number])
    texts = texts_of(worst.paint, int(width * scale) + 20, int(height * scale) + 20)
    assert overlapping(texts) == []
    assert not [text.text for text in texts if "…" in text.text]


def test_the_worst_come_first_in_rows(theme):
    worst = WorstMistakes(theme, QRectF(0, 0, 300, 220), some_mistakes(40))
    places = [(rectangle.top(), rectangle.left()) for rectangle in worst.rectangles]
    assert places == sorted(places)
    assert len({top for top, _ in places}) > 1


def test_each_is_captioned_with_what_was_taken_for_what_and_its_cost(theme):
    mistakes = some_mistakes(3)
    texts = strings(texts_of(WorstMistakes(theme, QRectF(0, 0, 600, 130), mistakes).paint, 600, 130))
    for number, cost in enumerate(("3.00", "2.00", "1.00")):
        assert f"{mistakes.labels[number]}→{mistakes.predicted[number]}" in texts
        assert cost in texts


def test_the_images_are_shown_pixel_by_pixel_in_the_themes_ink(theme):
    mistakes = some_mistakes(2)
    worst = WorstMistakes(theme, QRectF(0, 0, 600, 130), mistakes)
    image = painted(lambda painter, area: worst.paint(painter), 600, 130)
    for number in range(2):
        place = worst._image_in(worst.rectangles[number])
        pixels = mistakes.images[number].reshape(5, 4)
        for row in range(5):
            for column in range(4):
                at = QPointF(
                    place.left() + (column + 0.5) * place.width() / 4,
                    place.top() + (row + 0.5) * place.height() / 5,
                )
                expected = theme.colours.activation if pixels[row, column] else theme.colours.zero
                assert colour_at(image, at) == expected


def test_a_mistake_is_found_under_its_points(theme):
    worst = WorstMistakes(theme, QRectF(0, 0, 600, 130), some_mistakes(5))
    for number, rectangle in enumerate(worst.rectangles):
        assert worst.at(rectangle.center()) == number
        assert worst.at(rectangle.bottomLeft() + QPointF(1, -1)) == number
    assert worst.at(QPointF(599, 129)) is None


def test_a_frame_goes_round_a_mistake(theme):
    worst = WorstMistakes(theme, QRectF(0, 0, 600, 130), some_mistakes(5))
    ink = inked(painted(lambda painter, area: worst.paint_frame(painter, 2, "highlight", 2), 600, 130))
    assert ink.contains(worst.rectangles[2])
    assert worst.rectangles[2].adjusted(-5, -5, 5, 5).contains(ink)
    nothing = painted(lambda painter, area: worst.paint_frame(painter, 5, "highlight", 2), 600, 130)
    assert inked(nothing).isEmpty()


def test_where_all_is_right_that_is_said(theme):
    worst = WorstMistakes(theme, QRectF(0, 0, 600, 130), some_mistakes(0))
    assert "There are none." in strings(texts_of(worst.paint, 600, 130))
    assert worst.rectangles == []


def test_in_too_little_room_there_are_no_images(theme):
    assert WorstMistakes(theme, QRectF(0, 0, 300, 30), some_mistakes(5)).rectangles == []
    assert WorstMistakes(theme, QRectF(0, 0, 10, 200), some_mistakes(5)).rectangles == []


@pytest.mark.parametrize("cost", [math.nan, math.inf, 1e30])
def test_costs_that_are_hardly_numbers_are_written_all_the_same(theme, cost):
    mistakes = replace(some_mistakes(2), costs=np.array([cost, 1.0], np.float32))
    worst = WorstMistakes(theme, QRectF(0, 0, 600, 130), mistakes)
    texts = strings(texts_of(worst.paint, 600, 130))
    assert len(worst.rectangles) == 2
    assert {"NaN", "∞", "1.0·10³⁰"} & set(texts)


# Confidence


RIGHT, WRONG = np.array([0, 0, 10, 30, 960]), np.array([5, 5, 10, 30, 50])


def test_bars_are_shares_of_the_right_and_of_the_wrong_answers(theme):
    histogram = ConfidenceHistogram(theme, AREA, RIGHT, WRONG)
    image = painted(lambda painter, area: histogram.paint(painter), antialiased=False)
    chart = histogram.chart
    expected = {
        ("positive", 4): 96,
        ("negative", 4): 50,
        ("positive", 3): 3,
        ("negative", 3): 30,
        ("negative", 0): 5,
    }
    for (role, place), share in expected.items():
        middle = (place + (0.3 if role == "positive" else 0.7)) / 5
        above, below = chart.down(share) - 3, chart.down(share) + 3
        across = chart.across(middle)
        colour = getattr(theme.colours, role)
        assert colour_at(image, QPointF(across, above)) != colour, (role, place)
        if below < chart.box.bottom():
            assert colour_at(image, QPointF(across, below)) == colour, (role, place)


def test_the_title_is_the_legend_with_the_counts(theme):
    texts = "".join(
        strings(texts_of(ConfidenceHistogram(theme, QRectF(0, 0, 500, 200), RIGHT, WRONG).paint, 500, 200))
    )
    assert "■ 1,000 right" in texts
    assert "■ 100 wrong" in texts
    narrow = strings(
        texts_of(ConfidenceHistogram(theme, QRectF(0, 0, 190, 150), RIGHT, WRONG).paint, 190, 150)
    )
    assert "confidence" in narrow
    assert "■ wrong" in narrow


def test_a_stretch_of_confidence_is_told_in_exact_counts(theme):
    histogram = ConfidenceHistogram(theme, AREA, RIGHT, WRONG)
    at = QPointF(histogram.chart.across(0.99), histogram.chart.box.center().y())
    told = histogram.told_at(at)
    assert told[0] == "Of the answers with a confidence of 0.8 to 1, 960 are right and 50 wrong."
    assert all(len(shorter) < len(longer) for longer, shorter in zip(told, told[1:], strict=False))
    edge = QPointF(histogram.chart.box.right(), histogram.chart.box.center().y())
    assert histogram.told_at(edge)[0] == told[0]
    assert histogram.told_at(QPointF(0, 0)) == ()


@pytest.mark.parametrize("right", [RIGHT, np.zeros(5, int)])
@pytest.mark.parametrize("wrong", [WRONG, np.zeros(5, int)])
def test_without_right_or_without_wrong_answers_there_is_a_histogram_too(theme, right, wrong):
    histogram = ConfidenceHistogram(theme, AREA, right, wrong)
    assert not inked(painted(lambda painter, area: histogram.paint(painter))).isEmpty()


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize(("width", "height"), [(190, 120), (420, 200)])
@pytest.mark.parametrize("make", [AccuracyChart, ConfidenceHistogram])
def test_no_texts_of_a_panel_run_into_each_other_or_out_of_it(sized, make, scale, width, height):
    sized.choose_text_scale(scale)
    area = QRectF(20, 20, width * scale, height * scale)
    panel = make(sized, area, EPOCHS) if make is AccuracyChart else make(sized, area, RIGHT, WRONG)
    texts = texts_of(panel.paint, int(width * scale) + 40, int(height * scale) + 40)
    assert overlapping(texts) == []
    assert [text for text in texts if not area.adjusted(-2, -3, 4, 3).contains(text.where)] == []
    assert not [text.text for text in texts if "…" in text.text]
