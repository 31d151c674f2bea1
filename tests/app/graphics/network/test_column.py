import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.network.column import COMFORTABLE, SMALLEST, make_column

BODY = QRectF(0, 50, 10, 340)


def closest(column):
    """Return how far apart the centres of the two closest neurons shown are."""
    x, y = column.x[column.shown], column.y[column.shown]
    distance = np.hypot(x[:, np.newaxis] - x, y[:, np.newaxis] - y)
    return (distance + np.diag(np.full(len(x), np.inf))).min()


@pytest.mark.parametrize("n", [1, 2, 3, 10, 16, 30, 64, 100, 300, 1000])
@pytest.mark.parametrize("height", [60, 130, 340, 700])
def test_neurons_do_not_overlap_and_stay_between_top_and_bottom(n, height):
    body = QRectF(0, 20, 10, height)
    column = make_column(n, body, 40.0, 8)
    assert len(column.x) == len(column.y) == n
    if len(column.shown) > 1:
        assert closest(column) >= 2 * column.radius
    box = column.box
    assert box.left() == pytest.approx(0)
    assert box.top() >= body.top() - 0.01
    assert box.bottom() <= body.bottom() + 0.01


def test_few_neurons_are_one_column_in_the_middle():
    column = make_column(3, BODY, 30.0, 8)
    assert np.ptp(column.x) == 0
    assert column.y[1] == pytest.approx(BODY.center().y())
    assert 2 * column.radius == pytest.approx(30)
    assert np.ptp(column.y) < 0.5 * BODY.height(), "few neurons stay together"


def test_the_first_neuron_is_at_the_top():
    for n in (3, 100, 1000):
        assert (np.diff(make_column(n, BODY, 30.0, 8).y) > 0).all()


def test_a_hundred_neurons_are_staggered_and_all_shown():
    column = make_column(100, BODY, 30.0, 8)
    assert column.strip is None
    assert len(column.shown) == 100
    assert 2 <= len(np.unique(np.round(column.x, 3))) <= 8
    assert 2 * column.radius >= COMFORTABLE


def test_a_layer_that_may_not_be_staggered_is_not():
    column = make_column(16, QRectF(0, 0, 10, 130), 30.0)
    assert np.ptp(column.x) == 0
    assert 2 * column.radius >= SMALLEST


@pytest.mark.parametrize("n", [400, 784, 5000])
def test_what_does_not_fit_is_abridged_to_its_first_and_last_neurons_and_a_strip(n):
    column = make_column(n, BODY, 30.0)
    ends = len(column.shown) // 2
    assert 2 <= ends <= 8
    assert column.shown.tolist() == [*range(ends), *range(n - ends, n)]
    assert len(column.left_out) == n - 2 * ends
    strip = column.strip
    assert column.y[ends - 1] + column.radius < strip.top()
    assert column.y[n - ends] - column.radius > strip.bottom()
    hidden = column.y[column.left_out]
    assert strip.top() < hidden[0] < hidden[-1] < strip.bottom()
    assert len(column.dots) == 6


def test_edges_lead_into_every_neuron_shown_and_into_some_of_the_strip():
    column = make_column(1000, BODY, 30.0)
    assert set(column.shown) < set(column.joined)
    assert len(column.joined) == len(set(column.joined.tolist())) < 40
    full = make_column(16, BODY, 30.0)
    assert full.joined.tolist() == list(range(16))


@pytest.mark.parametrize("n", [3, 16, 100, 784])
def test_the_neuron_under_a_point_is_the_one_that_lies_there(n):
    column = make_column(n, BODY, 30.0, 8 if n < 784 else 1).moved(200)
    for index in column.shown.tolist():
        assert column.at(column.centre(index)) == index


def test_in_the_strip_every_neuron_can_be_found():
    column = make_column(784, BODY, 30.0).moved(80)
    found = {
        column.at(QPointF(column.strip.center().x(), y))
        for y in np.arange(column.strip.top() + 0.05, column.strip.bottom(), 0.05)
    }
    assert found >= set(column.left_out.tolist())
    for index in (50, 400, 700):
        assert column.at(column.centre(index)) == index


def test_beside_the_layer_there_is_no_neuron():
    column = make_column(16, BODY, 30.0).moved(100)
    for x, y in ((50, 200), (200, 200), (column.x[0], BODY.top() - 20)):
        assert column.at(QPointF(x, y)) is None


def test_the_nearest_neuron_to_a_height_is_one_that_is_shown():
    column = make_column(784, BODY, 30.0)
    assert column.nearest(-1000) == 0
    assert column.nearest(1000) == 783
    assert column.nearest(column.strip.center().y()) in column.shown


def test_moving_a_layer_moves_all_of_it():
    column = make_column(784, BODY, 30.0)
    moved = column.moved(33)
    np.testing.assert_allclose(moved.x, column.x + 33)
    assert moved.strip.left() == pytest.approx(column.strip.left() + 33)
    assert moved.box.left() == pytest.approx(column.box.left() + 33)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 784])
def test_in_no_height_at_all_there_is_still_a_layer(n):
    column = make_column(n, QRectF(0, 0, 10, 4), 10.0)
    assert np.isfinite(column.x).all()
    assert np.isfinite(column.y).all()
    assert len(column.circles) == len(column.shown) >= 1
