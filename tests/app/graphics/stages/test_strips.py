import numpy as np
import pytest
from app.painted import colour_at, overlapping, picture_of, strings, texts_of
from app.stage_by_hand import SHAPE, shown_of, trace_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.choice import Neuron
from nnviz.app.graphics.stages.shown import exact
from nnviz.app.graphics.stages.strips import StripsPicture
from nnviz.core.stages import Kind

AREA = QRectF(10, 10, 600, 340)


def painted(theme, shown, area=AREA):
    picture = StripsPicture(theme, shown)
    image = picture_of(lambda painter: picture.paint(painter, area), 640, 380)
    return picture, image


def names(picture):
    return [strip.name for strip in picture.visible]


def test_forward_goes_from_the_layer_before_over_z_to_a(theme):
    shown = shown_of(Kind.FORWARD, 2, place=3)
    picture, _ = painted(theme, shown)
    assert names(picture) == ["a¹", "z²", "a²"]
    trace = shown.trace
    for strip, values in zip(picture.visible, (trace.a[0], trace.z[1], trace.a[1]), strict=True):
        assert strip.cells.values.tolist() == [values[:, 3].tolist()]
    assert np.array_equal(picture.batch.values, trace.a[1].T)


def test_the_first_layer_sees_the_sample_as_an_image(theme):
    picture, image = painted(theme, shown_of(Kind.FORWARD, 1, place=2))
    assert names(picture) == ["z¹", "a¹"]
    place = picture._image
    brightest = int(picture._shown.trace.inputs[2].argmax())
    row, column = divmod(brightest, SHAPE[1])
    point = QPointF(
        place.left() + (column + 0.5) * place.width() / SHAPE[1],
        place.top() + (row + 0.5) * place.height() / SHAPE[0],
    )
    level = float(picture._shown.trace.inputs[2][brightest])
    assert abs(int(colour_at(image, point)[1:3], 16) - (10 + level * 245)) < 3
    assert picture.at(place.center()).lines[0].startswith("training image")


def test_an_input_that_is_no_image_is_a_strip(theme):
    picture, _ = painted(theme, shown_of(Kind.FORWARD, 1, shape=None))
    assert names(picture) == ["a⁰", "z¹", "a¹"]
    assert picture.visible[0].cells.values.shape == (1, 20)


def test_the_output_error_is_the_difference_times_the_slope(theme):
    shown = shown_of(Kind.OUTPUT_ERROR, place=1)
    picture, _ = painted(theme, shown)
    assert names(picture) == ["a³", "a³ − y", "σ′", "δ³"]
    _, difference, slope, delta = (strip.cells.values[0] for strip in picture.visible)
    assert np.allclose(difference * slope, delta, atol=1e-7)
    assert np.allclose(difference, (shown.trace.a[-1] - shown.trace.targets)[:, 1])


def test_where_the_slope_has_cancelled_the_output_error_is_the_difference(theme):
    picture, _ = painted(theme, shown_of(Kind.OUTPUT_ERROR, made=trace_of(cost="cross-entropy")))
    assert names(picture) == ["a³", "y", "δ³"]
    a, y, delta = (strip.cells.values[0] for strip in picture.visible)
    assert np.allclose(a - y, delta, atol=1e-6)


def test_backward_goes_from_the_errors_after_to_those_before(theme):
    shown = shown_of(Kind.BACKWARD, 1, place=4)
    picture, _ = painted(theme, shown)
    assert names(picture) == ["δ²", "(w²)ᵀδ²", "σ′", "δ¹"]
    after, arriving, slope, delta = (strip.cells.values[0] for strip in picture.visible)
    assert np.allclose(shown.trace.network.weights[1].T @ after, arriving, atol=1e-6)
    assert np.allclose(arriving * slope, delta, atol=1e-7)


def test_the_neurons_of_one_layer_stand_below_each_other(theme):
    picture, _ = painted(theme, shown_of(Kind.BACKWARD, 1))
    same = [strip.cells for strip in picture.visible if strip.layer == 1] + [picture.batch]
    assert len(same) == 4
    for j in range(6):
        assert len({cells.cell(0, j).left() for cells in same}) == 1


def test_the_sample_is_framed_in_the_mini_batch_and_the_pinned_neuron_everywhere(theme):
    shown = shown_of(Kind.FORWARD, 2, place=3, pinned=Neuron(2, 1))
    picture, image = painted(theme, shown)
    row, column = picture.batch.row(3), picture.visible[-1].cells.column(1)
    assert colour_at(image, QPointF(row.right() - 20, row.top() - 1)) == theme.colours.highlight
    assert colour_at(image, QPointF(column.left() - 1, column.center().y())) == theme.colours.highlight


def test_a_neuron_tells_its_exact_numbers_and_can_be_pinned(theme):
    shown = shown_of(Kind.FORWARD, 2, place=3)
    picture, _ = painted(theme, shown)
    spot = picture.at(picture.visible[1].cells.cell(0, 4).center())
    assert spot.neuron == Neuron(2, 4)
    z, a = shown.trace.z[1][4, 3], shown.trace.a[1][4, 3]
    assert spot.lines == ("Neuron 4 of layer 2", f"z² = {exact(z)}", f"a² = {exact(a)}")
    assert picture.at(picture.visible[0].cells.cell(0, 2).center()).neuron == Neuron(1, 2)


def test_a_cell_of_the_mini_batch_names_its_sample(theme):
    shown = shown_of(Kind.FORWARD, 2)
    picture, _ = painted(theme, shown)
    spot = picture.at(picture.batch.cell(5, 2).center())
    assert (spot.sample, spot.neuron) == (5, Neuron(2, 2))
    assert spot.lines == (shown.sample_name(5), f"neuron 2: a² = {exact(shown.trace.a[1][2, 5])}")
    assert picture.at(QPointF(-5, -5)) is None


def test_a_lone_sample_is_not_shown_twice(theme):
    picture, _ = painted(theme, shown_of(Kind.FORWARD, 2, made=trace_of(batch_size=1)))
    assert picture.at(QPointF(400, 330)) is None


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("size", [(276, 90), (396, 200), (600, 340), (1180, 700)])
@pytest.mark.parametrize("stage", [(Kind.FORWARD, 1), (Kind.OUTPUT_ERROR, None), (Kind.BACKWARD, 1)])
def test_texts_stand_inside_and_apart(theme, scale, size, stage):
    theme.choose_text_scale(scale)
    try:
        picture = StripsPicture(theme, shown_of(*stage, place=2))
        area = QRectF(0, 0, *size)
        texts = texts_of(lambda painter: picture.paint(painter, area), *size)
    finally:
        theme.choose_text_scale(1.0)
    assert overlapping(texts) == []
    assert all(area.adjusted(-3, -3, 3, 3).contains(text.where) for text in texts), strings(texts)
    assert picture.visible[-1] is picture.strips[-1]
