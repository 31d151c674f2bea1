import numpy as np
import pytest
from app.painted import colour_at, overlapping, picture_of, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.neuron.matrix import LayerMatrix
from nnviz.core.network import Network
from nnviz.core.response import respond

SIZE = (460, 280)
SIZES = [(784, 16), (784, 100), (16, 16), (30, 10), (100, 10), (1, 1), (3, 20), (20, 2), (784, 1)]


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def by_hand(activation="sigmoid"):
    """Return a network 4–3–2 with one large weight of each sign in its second layer."""
    network = Network((4, 3, 2), activation, dtype=np.float64)
    network.theta[...] = 0
    network.weights[1][0, 1] = 2.0
    network.weights[1][1, 2] = -2.0
    network.biases[1][...] = [-3.0, 3.0]
    network.biases[0][...] = [50.0, -50.0, 50.0]
    return network


def matrix_of(theme, network, layer=1, index=0, size=SIZE, points=14, x=None):
    matrix = LayerMatrix(theme, layer, network.activations[layer - 1].name)
    matrix.show(network, respond(network, np.zeros(network.sizes[0]) if x is None else x), index)
    matrix.lay_out(QRectF(10, 10, size[0] - 20, size[1] - 20), points)
    return matrix


def painter_of(matrix):
    def paint(painter):
        matrix.paint_still(painter)
        matrix.paint(painter)

    return paint


def cell(matrix, place, row, rows, col=0, cols=1):
    block = matrix.blocks[place]
    return QPointF(
        block.left() + (col + 0.5) * block.width() / cols, block.top() + (row + 0.5) * block.height() / rows
    )


@pytest.mark.parametrize("name", ["dark", "light"])
def test_matrix_and_vectors_have_the_colours_of_their_numbers(theme, name):
    theme.choose(name, False)
    colours = theme.colours
    matrix = matrix_of(theme, by_hand(), layer=2)
    picture = picture_of(painter_of(matrix), *SIZE)
    assert colour_at(picture, cell(matrix, 1, 0, 2, 1, 3)) == colours.positive
    assert colour_at(picture, cell(matrix, 1, 1, 2, 2, 3)) == colours.negative
    assert colour_at(picture, cell(matrix, 1, 1, 2, 0, 3)) == colours.zero
    # a of the layer before: on, off, on.
    found = [colour_at(picture, cell(matrix, 2, row, 3)) for row in range(3)]
    assert found == [colours.activation, colours.zero, colours.activation]
    assert colour_at(picture, cell(matrix, 3, 0, 2)) == colours.negative
    assert colour_at(picture, cell(matrix, 3, 1, 2)) == colours.positive
    a = respond(by_hand(), np.zeros(4)).a[1]
    zero, full = (int(getattr(colours, role)[1:3], 16) for role in ("zero", "activation"))
    shade = int(colour_at(picture, cell(matrix, 0, 1, 2))[1:3], 16)
    assert shade == pytest.approx(zero + a[1] * (full - zero), abs=2)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("size", [SIZE, (380, 180), (700, 420)])
def test_blocks_stand_in_order_in_the_area_with_rows_that_agree(theme, sizes, size):
    network = Network(sizes)
    matrix = matrix_of(theme, network, size=size)
    a, w, before, b = matrix.blocks
    area = QRectF(10, 10, size[0] - 20, size[1] - 20).adjusted(-1, -1, 1, 1)
    assert all(area.contains(block) for block in matrix.blocks)
    assert a.right() < w.left()
    assert w.right() < before.left()
    assert before.right() < b.left()
    # A row of W is level with its entries of a and b.
    assert a.top() == w.top() == b.top()
    assert a.height() == w.height() == b.height()
    assert before.center().y() == pytest.approx(w.center().y(), abs=1)


def test_cells_are_square_where_there_is_room(theme):
    matrix = matrix_of(theme, Network((16, 10)))
    w, before = matrix.blocks[1], matrix.blocks[2]
    assert w.width() / 16 == pytest.approx(w.height() / 10, abs=0.2)
    assert before.height() / 16 == pytest.approx(w.height() / 10, abs=0.2)


@pytest.mark.parametrize("sizes", [(784, 16), (784, 100), (16, 16), (3, 20)])
@pytest.mark.parametrize("index", ["first", "last", "middle"])
def test_the_neurons_row_bias_and_activation_are_framed(theme, sizes, index):
    n = sizes[1]
    index = {"first": 0, "last": n - 1, "middle": n // 2}[index]
    matrix = matrix_of(theme, Network(sizes), index=index)
    picture = picture_of(painter_of(matrix), *SIZE)
    for place in (0, 1, 3):
        row = matrix.row(place, index)
        assert row.height() == pytest.approx(matrix.blocks[place].height() / n)
        for y in (row.top() - 1.5, row.bottom() + 1.5):
            near = {colour_at(picture, QPointF(row.center().x(), y + off)) for off in (-0.5, 0, 0.5)}
            assert theme.colours.highlight in near
    # The vector that the row is multiplied by is all of it at stake, and has no frame.
    before = matrix.blocks[2]
    edge = {
        colour_at(picture, QPointF(before.left() - 1.5, before.top() + y))
        for y in range(int(before.height()))
    }
    assert theme.colours.highlight not in edge


@pytest.mark.parametrize(("function", "word"), [("sigmoid", "σ"), ("tanh", "tanh"), ("relu", "ReLU")])
def test_the_formula_names_the_layer_and_the_function(theme, function, word):
    network = Network((4, 3, 3, 2), function)
    matrix = matrix_of(theme, network, layer=2)
    for part in (r"\mathbf{a}^{(2)}=", r"W^{(2)}\mathbf{a}^{(1)}+\mathbf{b}^{(2)}"):
        assert part in matrix.formula
    assert strings(texts_of(painter_of(matrix), *SIZE))[:3] == ["=", word, "+"]


def test_a_softmax_layer_is_called_so(theme):
    network = Network((4, 3, 2), "sigmoid", "log-likelihood")
    matrix = matrix_of(theme, network, layer=2)
    assert "softmax" in matrix.formula
    assert "softmax" in strings(texts_of(painter_of(matrix), *SIZE))


def test_the_formula_is_typeset_above_the_blocks(theme):
    matrix = matrix_of(theme, Network((16, 16)))
    picture = picture_of(matrix.paint_still, *SIZE)
    top = int(matrix.blocks[1].top())
    inked = [
        (x, y)
        for x in range(10, 450)
        for y in range(10, top - 4)
        if picture.pixelColor(x, y).name() == theme.colours.text
    ]
    assert len(inked) > 60


def test_how_large_matrix_and_vectors_are_is_written_below(theme):
    matrix = matrix_of(theme, Network((784, 16)))
    texts = {text.text: text.where for text in texts_of(painter_of(matrix), *SIZE)}
    assert {"16 × 784", "784", "16"} <= set(texts)
    assert texts["16 × 784"].center().x() == pytest.approx(matrix.blocks[1].center().x(), abs=2)
    assert texts["784"].center().x() == pytest.approx(matrix.blocks[2].center().x(), abs=2)


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize("sizes", SIZES)
def test_texts_stay_in_the_area_and_apart(sized, sizes, scale):
    sized.choose_text_scale(scale)
    size = (round(SIZE[0] * scale), round(SIZE[1] * scale))
    matrix = matrix_of(sized, Network(sizes), size=size)
    texts = texts_of(painter_of(matrix), *size)
    assert overlapping(texts) == []
    for text in texts:
        assert QRectF(0, 0, *size).contains(text.where), text
        assert not any(block.intersects(text.where.adjusted(2, 4, -2, -4)) for block in matrix.blocks), text


@pytest.mark.parametrize("sizes", [(784, 16), (784, 100), (16, 16)])
def test_a_neurons_row_is_found(theme, sizes):
    matrix = matrix_of(theme, Network(sizes))
    for place in (0, 1, 3):
        for index in range(sizes[1]):
            assert matrix.at(matrix.row(place, index).center()) == index
    assert matrix.at(matrix.blocks[2].center()) is None, "a column of the input is no neuron of this layer"
    assert matrix.at(QPointF(2, 2)) is None


def test_activations_of_both_signs_are_shown_by_sign(theme):
    network = by_hand("tanh")
    matrix = matrix_of(theme, network, layer=2)
    picture = picture_of(painter_of(matrix), *SIZE)
    found = [colour_at(picture, cell(matrix, 2, row, 3)) for row in range(3)]
    assert found == [theme.colours.positive, theme.colours.negative, theme.colours.positive]


def test_more_columns_than_pixels_are_averaged_not_left_out(theme):
    network = Network((784, 4), dtype=np.float64)
    network.theta[...] = 0
    network.weights[0][:, 1::2] = 1.0
    matrix = matrix_of(theme, network)
    assert matrix.blocks[1].width() < 400
    picture = picture_of(painter_of(matrix), *SIZE)
    green = [
        int(colour_at(picture, QPointF(matrix.blocks[1].left() + x, cell(matrix, 1, 3, 4).y()))[3:5], 16)
        for x in range(5, 200)
    ]
    ends = [int(getattr(theme.colours, role)[3:5], 16) for role in ("zero", "positive")]
    assert min(green) > ends[0] + 0.2 * (ends[1] - ends[0])
    assert max(green) < ends[0] + 0.8 * (ends[1] - ends[0])


def test_what_is_no_number_is_shown_without_a_warning(theme):
    network = Network((4, 3, 2))
    network.theta[...] = np.nan
    matrix = matrix_of(theme, network, layer=2)
    picture = picture_of(painter_of(matrix), *SIZE)
    assert colour_at(picture, cell(matrix, 1, 1, 2, 1, 3)) == theme.colours.zero


def test_before_it_is_laid_out_nothing_is_found(theme):
    assert LayerMatrix(theme, 1, "sigmoid").at(QPointF(5, 5)) is None
