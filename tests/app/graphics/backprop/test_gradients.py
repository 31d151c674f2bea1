import numpy as np
import pytest
from app.backprop_scene import SHAPE, subject
from app.ink import painted
from app.painted import colour_at, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.gradients import LayerGradient, PixelGradient
from nnviz.app.graphics.backprop.subject import NEURON, PARAMETER, PIXEL, Spot
from nnviz.app.graphics.scale_bar import limit_text

AREA = QRectF(10, 10, 400, 300)


def known():
    """Return a subject whose gradient is set by hand."""
    found = subject()
    for arrays in (found.trace.dC_dw, found.trace.dC_db):
        for array in arrays:
            array.flags.writeable = True
            array[:] = 0
    return found


def layer(theme, found, number=1, limits=(1.0, 1.0), area=AREA):
    made = LayerGradient(theme, number)
    made.show(found, limits)
    made.lay_out(area)
    return made


def shot(part):
    def paint(painter, area):
        part.paint_still(painter)
        part.paint(painter)

    return painted(paint, 620, 420, antialiased=False)


def texts(part):
    def paint(painter):
        part.paint_still(painter)
        part.paint(painter)

    return strings(texts_of(paint, 620, 420))


def test_the_image_of_the_pixels_has_the_shape_of_the_sample(theme):
    part = PixelGradient(theme, subject())
    part.lay_out(AREA)
    rows, cols = SHAPE
    assert part.rectangle.width() / cols == pytest.approx(part.rectangle.height() / rows)
    assert AREA.contains(part.rectangle)


def test_a_pixel_has_the_colour_of_its_derivative(theme):
    found = subject()
    found.trace.dC_dx.flags.writeable = True
    found.trace.dC_dx[:] = [0, 0, 1, -1, 0, 0]
    part = PixelGradient(theme, found)
    part.lay_out(AREA)
    picture = shot(part)
    for index, role in ((2, "positive"), (3, "negative"), (0, "zero")):
        assert colour_at(picture, part.where(index).center()) == getattr(theme.colours, role)
        assert part.at(part.where(index).center()) == Spot(PIXEL, index=index)
    assert part.at(QPointF(part.rectangle.right() + 3, part.rectangle.center().y())) is None


def test_the_scale_of_the_pixels_stands_above_them(theme):
    part = PixelGradient(theme, subject())
    part.lay_out(AREA)
    assert f"±{limit_text(part.limit)}" in "".join(texts(part))


def test_an_input_that_is_no_image_is_a_strip(theme):
    part = PixelGradient(theme, subject(shape=None))
    part.lay_out(AREA)
    assert part.rectangle.height() > 5 * part.rectangle.width()
    assert part.at(part.where(5).center()) == Spot(PIXEL, index=5)


def test_the_first_layer_has_an_image_for_each_neuron(theme):
    found = known()
    found.trace.dC_dw[0][2, 4] = 1.0
    found.trace.dC_db[0][3] = -1.0
    part = layer(theme, found)
    picture = shot(part)
    weight, bias = Spot(PARAMETER, 1, 2, 4), Spot(PARAMETER, 1, 3)
    assert colour_at(picture, part.where(weight)[0].center()) == theme.colours.positive
    assert colour_at(picture, part.where(bias)[0].center()) == theme.colours.negative
    assert part.at(part.where(weight)[0].center()) == weight
    assert part.at(part.where(bias)[0].center()) == bias
    assert len(part.frames(2)) == 1
    assert part.frames(2)[0].contains(part.where(weight)[0].center())


def test_below_an_image_is_the_number_of_its_neuron(theme):
    part = layer(theme, subject())
    assert [text for text in texts(part) if text.isdigit()] == ["0", "1", "2", "3"]
    block = part.frames(1)[0]
    assert part.at(QPointF(block.center().x(), block.bottom() + 6)) == Spot(NEURON, 1, 1)


def test_later_layers_are_matrices_with_their_biases_apart(theme):
    found = known()
    found.trace.dC_dw[1][2, 3] = -1.0
    found.trace.dC_db[1][0] = 1.0
    part = layer(theme, found, 2)
    picture = shot(part)
    weight, bias = Spot(PARAMETER, 2, 2, 3), Spot(PARAMETER, 2, 0)
    inside = QPointF(3, 3)
    assert colour_at(picture, part.where(weight)[0].topLeft() + inside) == theme.colours.negative
    assert colour_at(picture, part.where(bias)[0].topLeft() + inside) == theme.colours.positive
    assert part.at(part.where(weight)[0].center()) == weight
    assert part.at(part.where(bias)[0].center()) == bias
    assert "output neuron" in texts(part)
    assert len(part.frames(2)) == 2


def test_without_an_image_the_first_layer_is_a_matrix_of_inputs(theme):
    part = layer(theme, subject(shape=None))
    assert "input" in texts(part)
    assert part.at(part.where(Spot(PARAMETER, 1, 1, 5))[0].center()) == Spot(PARAMETER, 1, 1, 5)


def test_the_heading_says_what_it_is_and_where_the_scale_ends(theme):
    said = "".join(texts(layer(theme, subject(), 2, limits=(0.25, 0.5)))).replace(" ", "")
    assert "∂C/∂w²" in said
    assert "±0.250" in said


def test_what_is_too_small_has_no_frame(theme):
    found = subject(sizes=(784, 30, 10), shape=(28, 28))
    part = layer(theme, found, area=QRectF(0, 0, 200, 120))
    assert part.where(Spot(PARAMETER, 1, 0, 400)) == []
    assert part.frames(0)


def test_a_network_of_another_size_is_laid_out_anew(theme):
    part = LayerGradient(theme, 1)
    for sizes in ((6, 4, 3), (6, 9, 3)):
        part.show(subject(sizes=sizes), (1.0, 1.0))
        part.lay_out(AREA)
        assert len(part.frames(sizes[1] - 1)) == 1
        assert part.frames(sizes[1]) == []


def test_no_numbers_are_painted_as_nothing(theme):
    found = known()
    found.trace.dC_dw[0][:] = np.nan
    part = layer(theme, found, limits=(0.0, 0.0))
    picture = shot(part)
    assert colour_at(picture, part.frames(1)[0].topLeft() + QPointF(4, 4)) == theme.colours.zero
