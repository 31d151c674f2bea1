import numpy as np
import pytest
from app.graphics.scenes import Record, colour_at, colours_in, network_of, painted, scene_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.network import answer as network_answer
from nnviz.app.graphics.network.answer import NO_NUMBERS, UNFIT, paint_answer, verdict, verdict_width
from nnviz.app.graphics.network.frame import DIGIT_GAP, measure
from nnviz.app.graphics.network.layout import lay_out_network


def network_that_says(digit, outputs=4):
    network = network_of((6, 3, outputs))
    network.biases[1][digit] = 2.0
    return network


@pytest.fixture
def written(monkeypatch):
    record = Record(network_answer.write)
    monkeypatch.setattr(network_answer, "write", record)
    return record


def paint(theme, scene, width=620, height=420):
    layout = lay_out_network(
        scene.network.sizes, QRectF(0, 0, width, height), None, measure(theme, scene.network.sizes)
    )
    image = painted(theme, lambda painter, _: paint_answer(painter, theme, layout, scene, 1.0), width, height)
    return layout, image


def ring_colours(layout, image, index):
    circle = layout.circle(len(layout.columns) - 1, index)
    return colours_in(image, QRectF(circle.center().x() - 1, circle.top() - 6, 2, 5))


def marker_colours(layout, image, index):
    y = float(layout.columns[-1].y[index])
    return colours_in(
        image, QRectF(layout.digits.left() + DIGIT_GAP, y - 2, layout.digits.width() - DIGIT_GAP, 4)
    )


def test_a_right_answer_is_ringed_and_its_target_marked_in_the_positive_colour(theme):
    layout, image = paint(theme, scene_of(network_that_says(2), label=2))
    assert theme.colours.highlight in ring_colours(layout, image, 2)
    assert theme.colours.positive in marker_colours(layout, image, 2)
    for other in (0, 1, 3):
        assert ring_colours(layout, image, other) == {theme.colours.surface}
        assert marker_colours(layout, image, other) == {theme.colours.surface}


def test_of_a_wrong_answer_the_target_is_marked_in_the_negative_colour_elsewhere(theme):
    layout, image = paint(theme, scene_of(network_that_says(2), label=0))
    assert theme.colours.highlight in ring_colours(layout, image, 2)
    assert theme.colours.negative in marker_colours(layout, image, 0)
    assert marker_colours(layout, image, 2) == {theme.colours.surface}


@pytest.mark.parametrize(("label", "texts"), [(2, ["says 2", "label 2 ✓"]), (0, ["says 2", "label 0 ✗"])])
def test_both_are_said_in_words(theme, written, label, texts):
    layout, _ = paint(theme, scene_of(network_that_says(2), label=label))
    assert written.texts == texts
    assert all(layout.foot.adjusted(0, 0, 2, 0).contains(place) for _, place in written.calls)


def test_a_drawn_digit_has_no_label(theme, written):
    layout, image = paint(theme, scene_of(network_that_says(1)))
    assert written.texts == ["says 1"]
    assert all(marker_colours(layout, image, index) == {theme.colours.surface} for index in range(4))


def test_a_label_without_an_output_neuron_is_wrong_and_marked_nowhere(theme, written):
    layout, image = paint(theme, scene_of(network_that_says(0, outputs=2), label=7))
    assert written.texts == ["says 0", "label 7 ✗"]
    assert all(marker_colours(layout, image, index) == {theme.colours.surface} for index in range(2))


def test_after_a_divergence_there_is_no_answer(theme, written):
    network = network_that_says(0)
    network.biases[1][3] = np.nan
    layout, image = paint(theme, scene_of(network, label=0))
    assert written.texts == [NO_NUMBERS]
    assert all(ring_colours(layout, image, index) == {theme.colours.surface} for index in range(4))
    assert theme.colours.negative in marker_colours(layout, image, 0)


def test_of_a_sample_that_does_not_fit_it_says_so(theme, written):
    paint(theme, scene_of(network_that_says(0), [1, 2]))
    assert written.texts == [UNFIT]


def test_in_a_low_picture_ring_and_marker_are_left(theme, written):
    layout, image = paint(theme, scene_of(network_that_says(2), label=2), 300, 80)
    assert layout.foot is None
    assert written.texts == []
    assert theme.colours.highlight in colours_in(image, layout.area)
    assert theme.colours.positive in colours_in(image, layout.area)


def test_in_a_narrow_picture_no_word_is_cut(theme, written):
    theme.choose_text_scale(2.0)
    paint(theme, scene_of(network_that_says(2), label=2), 160, 300)
    assert written.texts == ["says 2"]
    theme.choose_text_scale(1.0)


def test_the_sentence_needs_the_same_room_whether_right_or_wrong(theme):
    network = network_that_says(2)
    right, wrong = (verdict(scene_of(network, label=label)) for label in (2, 3))
    assert verdict_width(theme, right) == verdict_width(theme, wrong) > 50


def test_the_marker_points_at_the_digit(theme):
    layout, image = paint(theme, scene_of(network_that_says(2), label=2))
    y = float(layout.columns[-1].y[2])
    columns = [
        sum(colour_at(image, QPointF(x, y + down)) == theme.colours.positive for down in range(-10, 11))
        for x in range(int(layout.digits.left()), int(layout.digits.right()))
    ]
    heights = [height for height in columns if height]
    assert heights == sorted(heights)
    assert heights[-1] > heights[0]
