import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from nnviz.app.graphics import weight_pictures as module
from nnviz.app.graphics.weight_pictures import ImagesPicture, MatrixPicture, Place
from nnviz.run.weight_gallery import Gallery

AREA = QRectF(12, 40, 596, 320)
SHAPE = (28, 28)


def gallery_of(n=16, inputs=784, order=None, biases=None, layer=1):
    order = np.arange(n) if order is None else np.asarray(order)
    biases = np.linspace(-1, 1, n) if biases is None else np.asarray(biases)
    weights = np.zeros((n, inputs), np.float32)
    weights[:, 1] = 1.0
    return Gallery(layer, order, weights, biases.astype(np.float32), np.ones(n), float(np.abs(biases).max()))


def images_of(theme, area=AREA, is_change=False, by=None, **changes):
    picture = ImagesPicture()
    picture.show(gallery_of(**changes), SHAPE, is_change, by)
    picture.lay_out(theme, area)
    return picture


def matrix_of(theme, area=AREA, is_change=False, **changes):
    picture = MatrixPicture()
    picture.show(gallery_of(**{"inputs": 16, "layer": 2, **changes}), "row", "column", is_change)
    picture.lay_out(theme, area)
    return picture


@pytest.fixture
def texts(monkeypatch):
    """What is written: text and, for labels, where."""
    written = []
    monkeypatch.setattr(
        module, "write", lambda painter, theme, area, text, *rest, **more: written.append((text, area))
    )

    def paint(self, painter, colour, given, across=0.5):
        written.extend((text, QPointF(x, y)) for text, x, y in given)

    monkeypatch.setattr(module.Numerals, "paint", paint)
    return written


def painted(theme, picture, size=(620, 380)):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(theme.colour("surface"))
    with QPainter(image) as painter:
        picture.paint(painter, theme)
    return image


def test_each_image_has_its_neurons_number_and_bias_below_it(theme, texts):
    picture = images_of(theme, n=3, order=[2, 0, 1], biases=[0.25, -1.0, 12.34])
    painted(theme, picture)
    assert [text for text, _ in texts] == ["2", "0", "1", "b +0.25", "b −1.00", "b +12.3"]
    for row, (_, area) in enumerate(texts[:3]):
        assert picture.frames(row)[0].contains(area)
    for row, (_, point) in enumerate(texts[3:]):
        assert picture.frames(row)[0].contains(point)


def test_a_change_of_the_bias_is_called_one(theme, texts):
    painted(theme, images_of(theme, n=3, is_change=True))
    assert [text for text, _ in texts[3:]] == ["Δb −1.00", "Δb +0.00", "Δb +1.00"]


def test_what_the_images_are_sorted_by_stands_below_them_where_there_is_room(theme, texts):
    by = ("‖w‖", np.array([27.048, 3.5]))
    painted(theme, images_of(theme, n=2, by=by))
    assert [text for text, _ in texts[2:]] == ["‖w‖ 27.05   b −1.00", "‖w‖ 3.50   b +1.00"]
    texts.clear()
    painted(theme, images_of(theme, n=16, by=("‖w‖", np.ones(16))))
    assert all(text.startswith("b ") for text, _ in texts[16:])


def test_below_small_images_numbers_vanish_one_after_the_other_but_the_strips_stay(theme, texts):
    painted(theme, images_of(theme, QRectF(0, 0, 571, 240)))
    assert [text for text, _ in texts[16:18]] == ["−1.00", "−0.87"]
    texts.clear()
    painted(theme, images_of(theme, QRectF(0, 0, 320, 150)))
    assert [text for text, _ in texts] == [str(n) for n in range(16)]
    texts.clear()
    picture = images_of(theme, QRectF(0, 0, 300, 220), n=100)
    image = painted(theme, picture)
    assert texts == []
    last = picture.frames(99)[0]
    assert image.pixelColor(round(last.center().x()), round(last.bottom() - 1.5)) == theme.colour("positive")
    first = picture.frames(0)[0]
    assert image.pixelColor(round(first.center().x()), round(first.bottom() - 1.5)) == theme.colour(
        "negative"
    )


@pytest.mark.parametrize("bias", [np.nan, np.inf, -1e30, 123456.0])
def test_a_bias_that_is_too_large_for_its_place_is_a_dash(theme, texts, bias):
    painted(theme, images_of(theme, n=2, biases=[bias, 1.0]))
    assert [text for text, _ in texts[2:]] == ["b –", "b +1.00"]


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("n", [1, 3, 16, 30, 100])
@pytest.mark.parametrize("size", [(276, 120), (596, 300), (300, 700), (1180, 700)])
def test_captions_fit_below_their_images(theme, texts, n, size, scale):
    theme.choose_text_scale(scale)
    picture = images_of(theme, QRectF(3, 4, *size), n=n, order=np.arange(n)[::-1])
    painted(theme, picture)
    widths = {text: module.text_width(theme, text, module.POINTS, strong=text.isdigit()) for text, _ in texts}
    labels, biases = texts[:n], texts[n:]
    for text, area in labels:
        assert widths[text] <= area.width()
    for (label, area), (bias, point) in zip(labels, biases, strict=False):
        assert area.left() + widths[label] + 2 <= point.x() - widths[bias]
    theme.choose_text_scale(1.0)


def test_a_point_on_an_image_is_a_pixel_and_below_it_the_neuron(theme):
    picture = images_of(theme)
    whole = picture.frames(5)[0]
    assert picture.at(whole.topLeft() + QPointF(0.1, 0.1)) == Place(5, 0)
    assert picture.at(QPointF(whole.left() + 0.1, whole.top() + whole.width() - 0.1)) == Place(5, 27 * 28)
    assert picture.at(QPointF(whole.center().x(), whole.bottom() - 3)) == Place(5, None)
    assert picture.at(QPointF(0, 0)) is None


def test_a_large_pixel_has_a_frame_and_a_small_one_has_none(theme):
    picture = images_of(theme, QRectF(0, 0, 400, 420), n=1)
    (frame,) = picture.weight_frames(Place(0, 29))
    assert picture.at(frame.center()) == Place(0, 29)
    assert picture.weight_frames(Place(0, None)) == []
    assert images_of(theme).weight_frames(Place(0, 29)) == []


def test_neighbours_of_an_image_lie_beside_and_below_it(theme):
    picture = images_of(theme, QRectF(0, 0, 400, 440))
    tops = [picture.frames(row)[0].top() for row in range(16)]
    across = tops.count(tops[0])
    assert across == 4
    assert picture.beside(5, 1, 0) == 6
    assert picture.beside(5, 0, -1) == 1


def test_a_row_of_the_matrix_is_its_cells_and_its_bias(theme):
    picture = matrix_of(theme)
    cells, bias = picture.frames(3)
    assert picture.at(cells.center()).row == 3
    assert picture.at(bias.center()) == Place(3, None)
    (column,) = picture.source_frames(7)
    (cell,) = picture.weight_frames(Place(3, 7))
    assert picture.at(cell.center()) == Place(3, 7)
    assert column.contains(cell)
    assert picture.weight_frames(Place(3, None)) == [bias]


def test_in_a_matrix_only_other_rows_lie_beside_a_row(theme):
    picture = matrix_of(theme)
    assert picture.beside(3, 1, 0) == 3
    assert picture.beside(3, 0, 1) == 4


def test_the_rows_of_a_matrix_are_labelled_in_their_order(theme, monkeypatch):
    labels = []
    monkeypatch.setattr(
        module.Matrix,
        "paint_frame",
        lambda self, painter, theme, rows, *titles: labels.append((rows, titles)),
    )
    painted(theme, matrix_of(theme, n=3, order=[2, 0, 1]))
    painted(theme, matrix_of(theme, n=3, is_change=True))
    assert labels == [
        (["2", "0", "1"], ("row", "column", "b")),
        (["0", "1", "2"], ("row", "column", "Δb")),
    ]


@pytest.mark.parametrize("kind", [ImagesPicture, MatrixPicture])
def test_before_anything_is_shown_nothing_is_painted(theme, texts, kind):
    picture = kind()
    picture.lay_out(theme, AREA)
    image = painted(theme, picture)
    assert {image.pixelColor(x, 100).name() for x in range(620)} == {theme.colours.surface}
    assert picture.at(QPointF(300, 200)) is None
    assert picture.frames(0) == []
    assert picture.source_frames(0) == []
    assert picture.weight_frames(Place(0, 0)) == []


def test_the_pictures_take_up_other_colours(theme, texts):
    picture = images_of(theme, n=1, area=QRectF(0, 0, 300, 300))
    for name in ("dark", "light"):
        theme.choose(name, True)
        image = painted(theme, picture, (300, 300))
        (frame,) = picture.weight_frames(Place(0, 1))
        assert image.pixelColor(frame.center().toPoint()) == QColor(theme.colours.positive)
