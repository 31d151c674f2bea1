import numpy as np
import pytest
from app.contrast import contrast
from app.small_window import no_warnings
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from nnviz.app.graphics import matrix as module
from nnviz.app.graphics.matrix import Matrix

LARGE = QRectF(5, 7, 900, 600)


def matrix_of(theme, values, area=LARGE, column=None, limits=None):
    values = np.asarray(values, np.float32)
    column = np.zeros(len(values), np.float32) if column is None else np.asarray(column, np.float32)
    matrix = Matrix()
    limits = np.full(len(values), np.nanmax(np.abs(values))) if limits is None else np.asarray(limits)
    matrix.set_values(values, limits, column, float(np.abs(column).max()))
    matrix.lay_out(theme, area)
    return matrix


@pytest.fixture
def texts(monkeypatch):
    """What is written of labels: text and area."""
    written = []
    monkeypatch.setattr(
        module, "write", lambda painter, theme, area, text, *rest: written.append((text, area))
    )
    return written


@pytest.fixture
def numbers(monkeypatch):
    """What is written into cells: text, x, y and colour."""
    written = []

    def paint(self, painter, colour, texts):
        written.extend((text, x, y, colour.name()) for text, x, y in texts)

    monkeypatch.setattr(module.Numerals, "paint", paint)
    return written


def painted(theme, matrix, frame=False, size=(920, 620)):
    picture = QImage(*size, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    with QPainter(picture) as painter:
        matrix.paint_cells(painter, theme)
        if frame:
            rows = [str(row) for row in range(len(matrix._values))]
            matrix.paint_frame(painter, theme, rows, "neuron of layer 2", "neuron of layer 1", "b")
        matrix.paint_numbers(painter, theme)
    return picture


def colour_of(picture, rectangle):
    return picture.pixelColor(round(rectangle.left() + 3), round(rectangle.top() + 3)).name()


def cell(matrix, row, column):
    return matrix.row(row)[0].intersected(matrix.column(column)[0])


@pytest.mark.parametrize("name", ["dark", "light"])
def test_cells_have_the_colours_of_their_numbers(theme, name, numbers):
    theme.choose(name, False)
    matrix = matrix_of(theme, [[2.0, -2.0, 0.0], [0.0, 0.0, 2.0]], column=[-3.0, 3.0])
    picture = painted(theme, matrix)
    colours = theme.colours
    assert colour_of(picture, cell(matrix, 0, 0)) == colours.positive
    assert colour_of(picture, cell(matrix, 0, 1)) == colours.negative
    assert colour_of(picture, cell(matrix, 1, 1)) == colours.zero
    assert colour_of(picture, matrix.row(0)[1]) == colours.negative
    assert colour_of(picture, matrix.row(1)[1]) == colours.positive


def test_each_row_may_have_its_own_scale(theme, numbers):
    matrix = matrix_of(theme, [[2.0, 0.0], [0.1, 0.0]], limits=[2.0, 0.1])
    picture = painted(theme, matrix)
    assert colour_of(picture, cell(matrix, 1, 0)) == theme.colours.positive


@pytest.mark.parametrize("shape", [(16, 16), (10, 100), (30, 784), (1, 16), (2, 1), (100, 30)])
@pytest.mark.parametrize("size", [(260, 130), (596, 300), (1180, 700)])
def test_what_lies_under_a_point_is_the_inverse_of_the_layout(theme, shape, size):
    n, m = shape
    matrix = matrix_of(theme, np.ones(shape), QRectF(3, 4, *size))
    for row in range(0, n, 7):
        for column in range(0, m, 11):
            centre = cell(matrix, row, column).center()
            assert matrix.at(centre.x(), centre.y()) == (row, column)
        apart = matrix.row(row)[1].center()
        assert matrix.at(apart.x(), apart.y()) == (row, None)
    assert matrix.at(0, 0) is None
    assert matrix.at((matrix.cells.right() + matrix.apart.left()) / 2, matrix.cells.center().y()) is None


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("shape", [(16, 16), (10, 101), (30, 784), (1, 16), (2, 1), (100, 30)])
@pytest.mark.parametrize("size", [(276, 130), (596, 300), (1180, 700)])
def test_everything_lies_in_its_area_apart_from_the_rest(theme, shape, size, scale, texts):
    theme.choose_text_scale(scale)
    area = QRectF(3, 4, *size)
    matrix = matrix_of(theme, np.ones(shape), area)
    painted(theme, matrix, frame=True)
    theme.choose_text_scale(1.0)
    slack = area.adjusted(-1, -1, 1, 1)
    assert slack.contains(matrix.cells)
    assert slack.contains(matrix.apart)
    assert not matrix.cells.intersects(matrix.apart)
    labels = [(text, place) for text, place in texts if not text.startswith("neuron")]
    for number, (text, place) in enumerate(labels):
        assert slack.contains(place), text
        for other, another in labels[number + 1 :]:
            assert not place.adjusted(-2, 1, 2, -1).intersects(another), f"{text} and {other}"


def test_large_cells_are_of_whole_pixels(theme):
    matrix = matrix_of(theme, np.ones((16, 16)), QRectF(0, 0, 597, 331))
    for side in (
        matrix.cells.width() / 16,
        matrix.cells.height() / 16,
        matrix.cells.left(),
        matrix.cells.top(),
    ):
        assert side == round(side)


def test_rows_and_columns_are_numbered_and_named(theme, texts):
    painted(theme, matrix_of(theme, np.ones((3, 4))), frame=True)
    assert [text for text, _ in texts] == [
        *("0", "1", "2"),
        *("b", "0", "1", "2", "3"),
        *("neuron of layer 1", "neuron of layer 2"),
    ]


def test_where_there_is_no_room_for_every_number_some_are_left_out(theme, texts):
    painted(theme, matrix_of(theme, np.ones((3, 784)), QRectF(0, 0, 600, 300)), frame=True)
    columns = [int(text) for text, place in texts if text.isdigit()][3:]
    steps = {after - before for before, after in zip(columns, columns[1:], strict=False)}
    assert columns[0] == 0
    assert steps in ({50}, {100})


def test_numbers_stand_in_cells_where_there_is_room(theme, numbers):
    matrix = matrix_of(theme, [[1.25, -0.5], [0.0, 3.0]], column=[10.5, -0.25])
    painted(theme, matrix)
    assert {text for text, *_ in numbers} == {"+1.25", "−0.50", "+0.00", "+3.00", "+10.5", "−0.2"}
    x, y = next((x, y) for text, x, y, _ in numbers if text == "−0.50")
    assert cell(matrix, 0, 1).contains(x, y)


def test_numbers_that_would_all_be_nought_are_left_out(theme, numbers):
    """A cell of 36 pixels has room for one decimal; of numbers up to 0.05 that says nothing."""
    area = QRectF(0, 0, 680, 420)
    values = np.full((16, 16), 0.05)
    painted(theme, matrix_of(theme, values, area))
    assert numbers == []
    painted(theme, matrix_of(theme, 20 * values, area))
    assert {text for text, *_ in numbers} == {"+1.0"}


@pytest.mark.parametrize("name", ["dark", "light"])
def test_numbers_stand_out_from_their_cells(theme, name, numbers):
    theme.choose(name, False)
    values = np.linspace(-2, 2, 16).reshape(4, 4)
    matrix = matrix_of(theme, values)
    picture = painted(theme, matrix)
    for text, x, y, colour in numbers:
        place = matrix.at(x, y)
        if place[1] is not None:
            found = colour_of(picture, cell(matrix, *place))
            assert contrast(QColor(colour).name(), QColor(found).name()) >= 4.5, text


def test_small_cells_have_no_numbers_and_no_lines(theme, numbers):
    matrix = matrix_of(theme, np.ones((30, 100)), QRectF(0, 0, 300, 200))
    picture = painted(theme, matrix, frame=True)
    assert numbers == []
    inside = matrix.cells.adjusted(2, 2, -2, -2).toRect()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(inside.left(), inside.right())
        for y in range(inside.top(), inside.bottom())
    }
    assert colours == {theme.colours.positive}


def test_large_cells_have_lines_between_them(theme, numbers):
    matrix = matrix_of(theme, np.ones((4, 4)))
    picture = painted(theme, matrix, frame=True)
    line = cell(matrix, 1, 1)
    assert picture.pixelColor(round(line.left()), round(line.top()) + 5).name() == theme.colours.surface
    assert picture.pixelColor(round(line.left()) + 5, round(line.top())).name() == theme.colours.surface


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 3e38])
def test_what_is_no_number_is_painted_without_a_warning(theme, bad, numbers):
    with no_warnings():
        matrix = matrix_of(theme, [[bad, 1.0], [0.5, -1.0]], column=[bad, 0.0], limits=[1.0, 1.0])
        painted(theme, matrix, frame=True)
    assert {text for text, x, _, _ in numbers if x < matrix.cells.right()} == {"–", "+1.00", "+0.50", "−1.00"}


@pytest.mark.parametrize("size", [(0, 0), (1, 300), (30, 30), (-10, -10)])
def test_an_area_without_room_is_left_alone(theme, size, texts, numbers):
    matrix = matrix_of(theme, np.ones((16, 16)), QRectF(0, 0, *size))
    painted(theme, matrix, frame=True)
    assert matrix.at(5, 5) is None
    assert matrix.row(0) == matrix.column(0) == []


def test_what_lies_under_a_point_is_never_a_row_that_is_gone(theme):
    matrix = matrix_of(theme, np.ones((16, 16)))
    matrix.set_values(np.ones((2, 16), np.float32), np.ones(2), np.ones(2, np.float32), 1.0)
    assert matrix.at(matrix.cells.center().x(), 500) is None
    assert matrix.row(5) == []


def test_before_anything_is_shown_nothing_is_painted(theme, texts):
    matrix = Matrix()
    matrix.lay_out(theme, LARGE)
    matrix.paint_cells(QPainter(), theme)
    matrix.paint_numbers(QPainter(), theme)
    matrix.paint_frame(QPainter(), theme, [], "", "", "")
    assert texts == []
