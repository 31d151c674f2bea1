from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.network.layout import Measures, lay_out_network

MEASURES = Measures(line=16, digit=38, count=28, number=36)
LARGE_TEXT = Measures(line=36, digit=70, count=60, number=75)
NETWORKS = [
    (784, 10),
    (784, 16, 16, 10),
    (784, 30, 10),
    (784, 100, 10),
    (784, 100, 100, 100, 10),
    (784, 20, 20, 20, 20, 10),
    (784, 1000, 10),
    (784, 3, 2),
    (784, 16, 1),
    (784, 16, 20),
    (20, 6, 10),
]
AREAS = [QRectF(0, 0, 620, 420), QRectF(0, 0, 900, 500), QRectF(0, 0, 300, 150), QRectF(40, 70, 1200, 800)]


def lay_out(sizes=(784, 16, 16, 10), area=AREAS[0], shape=(28, 28), measures=MEASURES):
    return lay_out_network(sizes, area, shape if sizes[0] == 784 else None, measures)


@pytest.fixture(params=NETWORKS, ids=str)
def sizes(request):
    return request.param


@pytest.fixture(params=AREAS, ids=lambda area: f"{area.width():.0f}x{area.height():.0f}")
def area(request):
    return request.param


@pytest.mark.parametrize("measures", [MEASURES, LARGE_TEXT], ids=["usual text", "large text"])
def test_everything_lies_inside_the_area_and_nothing_on_anything_else(sizes, area, measures):
    layout = lay_out(sizes, area, measures=measures)
    parts = [column.box for column in layout.columns]
    parts += [layout.digits, *layout.heads]
    parts += [part for part in (layout.image, layout.name, layout.brace, layout.foot) if part is not None]
    parts += [part for part in (layout.numbers, layout.count) if part is not None]
    for part in parts:
        assert area.adjusted(-1, -1, 1, 1).contains(part), part
    for one, other in combinations(parts, 2):
        both = one.intersected(other)
        assert both.width() < 0.5 or both.height() < 0.5, (one, other)


def test_gaps_between_layers_are_equal(sizes, area):
    boxes = [column.box for column in lay_out(sizes, area).columns]
    gaps = [right.left() - left.right() for left, right in zip(boxes, boxes[1:], strict=False)]
    assert min(gaps) > 0
    assert max(gaps) == pytest.approx(min(gaps))


def test_the_area_is_used_to_its_edges(area):
    layout = lay_out(area=area)
    assert layout.image.left() - area.left() <= 21
    right = layout.digits if layout.numbers is None else layout.numbers
    assert area.right() - right.right() <= 21
    tallest = max(column.box.height() for column in layout.columns)
    assert tallest >= 0.6 * area.height()


@pytest.mark.parametrize("hidden", [(16, 16), (30,), (100,)])
@pytest.mark.parametrize("area", AREAS[:2] + AREAS[3:])
def test_hidden_and_output_layers_are_shown_in_full_where_there_is_room(hidden, area):
    layout = lay_out((784, *hidden, 10), area)
    for n, column in zip((*hidden, 10), layout.columns[1:], strict=True):
        assert len(column.shown) == n
        assert column.radius >= 4.5


def test_the_input_is_abridged_with_a_brace_and_its_number():
    layout = lay_out()
    column = layout.columns[0]
    assert layout.is_abridged(0)
    assert not layout.is_abridged(1)
    assert 4 <= len(column.shown) <= 16
    assert layout.count.right() <= layout.brace.left() < layout.brace.right() < column.box.left()
    assert layout.image.right() < layout.count.left()


def test_an_input_of_few_neurons_is_shown_in_full_without_a_brace():
    layout = lay_out((20, 6, 10))
    assert len(layout.columns[0].shown) == 20
    assert layout.brace is None
    assert layout.count is None


def test_output_neurons_are_one_column_even_where_they_become_small():
    column = lay_out((784, 16, 20), AREAS[2]).columns[-1]
    assert np.ptp(column.x) == 0
    assert len(column.shown) == 20


def test_without_an_image_the_input_begins_at_the_left():
    with_image, without = lay_out(), lay_out(shape=None)
    assert without.image is None
    assert without.columns[0].box.left() < with_image.columns[0].box.left()


def test_in_a_small_area_words_are_left_out_and_the_network_stays():
    layout = lay_out(area=QRectF(0, 0, 300, 100), measures=LARGE_TEXT)
    assert layout.heads == ()
    assert layout.foot is None
    assert layout.name is None
    assert all(column.radius >= 2 for column in layout.columns)


def test_the_outputs_numbers_stand_beside_their_digits_only_where_they_do_not_fit_inside():
    assert lay_out(area=AREAS[0]).numbers is not None
    assert lay_out(area=AREAS[3]).numbers is None
    assert lay_out(area=AREAS[2]).numbers is None


@pytest.mark.parametrize("sizes", [(784, 16, 16, 10), (784, 100, 10)])
def test_every_neuron_shown_is_found_where_it_lies(sizes, area):
    layout = lay_out(sizes, area)
    for layer, column in enumerate(layout.columns):
        for index in column.shown.tolist():
            assert layout.at(column.centre(index)) == (layer, index)
            assert layout.circle(layer, index).center() == column.centre(index)


def test_a_pixel_of_the_image_is_its_input_neuron(area):
    layout = lay_out(area=area)
    for row, col in ((0, 0), (3, 20), (27, 27)):
        pixel = layout.pixel(28 * row + col)
        assert layout.at(pixel.center()) == (0, 28 * row + col)
        assert layout.image.adjusted(-1, -1, 1, 1).contains(pixel)


def test_where_nothing_lies_there_is_no_neuron():
    layout = lay_out()
    left, right = layout.columns[1].box, layout.columns[2].box
    between = QPointF((left.right() + right.left()) / 2, left.center().y())
    for point in (between, QPointF(0, 0), layout.foot.center(), layout.heads[0].center()):
        assert layout.at(point) is None
    assert lay_out(shape=None).pixel(3) is None


@pytest.mark.parametrize("width", [0, 1, 30, 100, 300])
@pytest.mark.parametrize("height", [0, 1, 30, 60, 2000])
@pytest.mark.parametrize("sizes", [(784, 10), (784, 100, 100, 100, 100, 10), (1, 1, 1), (2, 2)])
def test_no_area_is_too_small_to_be_divided(width, height, sizes):
    layout = lay_out_network(sizes, QRectF(0, 0, width, height), None, LARGE_TEXT)
    for column, n in zip(layout.columns, sizes, strict=True):
        assert len(column.x) == n
        assert np.isfinite(column.x).all()
        assert np.isfinite(column.y).all()
    assert layout.at(QPointF(-50, -50)) is None
