import re

import numpy as np
import pytest
from app.small_window import move_mouse, no_warnings, receive, small_trainer
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox

from nnviz.app.views.weights import HINT, WeightsView


@pytest.fixture
def view(qtbot, theme):
    view = WeightsView(theme)
    qtbot.addWidget(view)
    view.resize(520, 620)
    view.show()
    return view


def by_hand(n=6):
    """Return a snapshot whose first layer's weights and biases were set by hand."""
    trainer = small_trainer((20, n, 10))
    weights, biases = trainer.network.weights[0], trainer.network.biases[0]
    weights[...] = 0
    weights[0, 0] = 2.0  # row 0, column 0
    weights[0, 7] = -2.0  # row 1, column 3
    if n > 1:
        weights[1, 19] = 0.5  # row 4, column 3
    biases[...] = np.arange(n) - 2.5
    return trainer.snapshot()


def show(qtbot, view, snapshot, shape=(5, 4)):
    view.set_image_shape(shape)
    receive(qtbot, view, snapshot)
    view.grab()  # paints, and so lays out


def middle_of(view, index, row, column, rows=5, cols=4):
    rectangle = view._picture._mosaic.rectangles[index]
    return QPoint(
        int(rectangle.left() + (column + 0.5) * rectangle.width() / cols),
        int(rectangle.top() + (row + 0.5) * rectangle.height() / rows),
    )


def colour_at(view, place):
    return view._picture.grab().toImage().pixelColor(place).name()


def hover(view, place):
    """Move the pointer without going through Qt, where a fault would end the process."""
    button, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    where = QPointF(place)
    event = QMouseEvent(QEvent.Type.MouseMove, where, view._picture.mapToGlobal(where), button, button, keys)
    view._picture.mouseMoveEvent(event)
    return view._hint.text()


def shared(view):
    return view.findChild(QCheckBox)


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("safe", [False, True])
def test_weights_have_the_colours_of_their_signs(qtbot, view, theme, name, safe):
    show(qtbot, view, by_hand())
    theme.choose(name, safe)
    colours = theme.colours
    assert colour_at(view, middle_of(view, 0, 0, 0)) == colours.positive
    assert colour_at(view, middle_of(view, 0, 1, 3)) == colours.negative
    for place in ((0, 0, 1), (1, 0, 0), (5, 4, 3)):
        assert colour_at(view, middle_of(view, *place)) == colours.zero


def test_on_one_scale_a_smaller_weight_is_fainter_and_on_its_own_it_is_not(qtbot, view, theme):
    show(qtbot, view, by_hand())
    place = middle_of(view, 1, 4, 3)
    assert shared(view).isChecked()
    assert colour_at(view, place) not in (theme.colours.positive, theme.colours.zero)
    qtbot.mouseClick(shared(view), Qt.MouseButton.LeftButton, pos=QPoint(8, shared(view).height() // 2))
    assert not shared(view).isChecked()
    assert colour_at(view, place) == theme.colours.positive
    assert colour_at(view, middle_of(view, 0, 0, 0)) == theme.colours.positive


def test_the_scale_names_the_largest_weight_where_it_is_shared(qtbot, view):
    show(qtbot, view, by_hand())
    assert view._scale._limit == 2.0
    shared(view).setChecked(False)
    assert view._scale._limit is None
    shared(view).setChecked(True)
    assert view._scale._limit == 2.0


def test_the_scale_can_be_switched_before_there_is_a_run(view):
    shared(view).setChecked(False)
    shared(view).setChecked(True)


def test_before_a_run_the_view_says_what_will_come(view, theme):
    picture = view._picture.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())
    }
    assert len(colours) > 1, "nothing is written"


def test_hover_names_neuron_bias_and_weight_exactly(qtbot, view):
    snapshot = by_hand()
    show(qtbot, view, snapshot)
    for index, row, column in ((0, 0, 0), (0, 1, 3), (1, 4, 3), (5, 2, 1)):
        text = hover(view, middle_of(view, index, row, column))
        bias = snapshot.network.biases[0][index]
        weight = snapshot.network.weights[0][index, 4 * row + column]
        assert text == (f"Neuron {index}, bias {bias:+.3f}; pixel ({row}, {column}), weight {weight:+.4f}")


def test_hover_follows_the_mouse(qtbot, view):
    show(qtbot, view, by_hand())
    move_mouse(view._picture, middle_of(view, 3, 2, 1))
    assert view._hint.text().startswith("Neuron 3, ")


def test_between_neurons_and_outside_hover_says_what_the_view_shows(qtbot, view):
    show(qtbot, view, by_hand())
    assert hover(view, middle_of(view, 0, 0, 0)) != HINT
    assert hover(view, QPoint(0, 0)) == HINT


def test_leaving_the_picture_puts_the_hint_back(qtbot, view, qapp):
    show(qtbot, view, by_hand())
    hover(view, middle_of(view, 0, 0, 0))
    qapp.sendEvent(view._picture, QEvent(QEvent.Type.Leave))
    assert view._hint.text() == HINT
    receive(qtbot, view, by_hand())
    assert view._hint.text() == HINT


def test_a_hovered_weight_is_read_out_anew_as_it_changes(qtbot, view):
    trainer = small_trainer()
    show(qtbot, view, trainer.snapshot())
    first = hover(view, middle_of(view, 2, 1, 1))
    trainer.advance(5)
    receive(qtbot, view, trainer.snapshot())
    second = view._hint.text()
    assert second != first
    assert second.endswith(f"{trainer.network.weights[0][2, 5]:+.4f}")


def test_where_the_input_is_no_image_the_weights_are_a_matrix(qtbot, view, theme):
    snapshot = by_hand()
    show(qtbot, view, snapshot, shape=None)
    mosaic = view._picture._mosaic
    assert len(mosaic) == 1
    place = middle_of(view, 0, 0, 7, rows=6, cols=20)
    assert colour_at(view, place) == theme.colours.negative
    assert hover(view, place) == "Neuron 0, bias -2.500; input 7, weight -2.0000"
    assert "Neuron 5" in hover(view, middle_of(view, 0, 5, 0, rows=6, cols=20))


def test_where_the_images_have_another_size_hover_reads_the_matrix_that_is_shown(qtbot, view):
    """For a moment, or after data that did not fit, the view knows the shape of other images."""
    snapshot = by_hand()
    show(qtbot, view, snapshot, shape=(28, 28))
    text = hover(view, middle_of(view, 0, 1, 19, rows=6, cols=20))
    assert re.search(r"Neuron 1\b", text)
    assert text.endswith("+0.5000")


def test_a_smaller_network_under_the_pointer_is_no_fault(qtbot, view):
    """New run by the keyboard, with the pointer resting on a neuron that the new network does not have."""
    show(qtbot, view, by_hand(30))
    hover(view, middle_of(view, 29, 2, 2))
    receive(qtbot, view, by_hand(2))


@pytest.mark.parametrize("n", [1, 16, 30, 100])
def test_every_neuron_has_an_image(qtbot, view, n):
    show(qtbot, view, by_hand(n))
    assert len(view._picture._mosaic.rectangles) == n


def test_weights_that_are_all_nought_are_shown_as_nought(qtbot, view, theme):
    trainer = small_trainer()
    trainer.network.theta[...] = 0
    show(qtbot, view, trainer.snapshot())
    assert colour_at(view, middle_of(view, 0, 0, 0)) == theme.colours.zero
    shared(view).setChecked(False)
    assert colour_at(view, middle_of(view, 0, 0, 0)) == theme.colours.zero


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 3e38])
def test_after_a_divergence_the_view_is_painted_without_a_warning(qtbot, view, bad):
    trainer = small_trainer()
    trainer.network.weights[0][1, 3] = bad
    with no_warnings():
        show(qtbot, view, trainer.snapshot())
        shared(view).setChecked(False)
        view.grab()


def test_the_view_follows_a_change_of_its_size(qtbot, view):
    show(qtbot, view, by_hand())
    for size in ((300, 900), (900, 300), (200, 260), (520, 620)):
        view.resize(*size)
        view.grab()
        area = view._picture.rect()
        for rectangle in view._picture._mosaic.rectangles:
            assert area.contains(rectangle.toRect())
