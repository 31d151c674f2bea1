import numpy as np
import pytest
from app.small_window import receive, small_trainer
from app.views.edit_hand import LEFT, drag, edge_place, move, neuron_place, press, release
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from run.small import small_data

from nnviz.app.choice import Choice, Neuron
from nnviz.app.views import diagram_drag
from nnviz.app.views.diagram import DiagramView
from nnviz.run.edits import place_of

SIZES = (20, 6, 10)
UP = QPoint(0, -60)


@pytest.fixture
def choice(qapp):
    choice = Choice()
    choice.set_data(small_data())
    return choice


@pytest.fixture
def view(qtbot, theme, choice):
    view = DiagramView(theme, choice)
    qtbot.addWidget(view)
    view.resize(620, 460)
    view.show()
    yield view
    view.close()


@pytest.fixture
def trainer(qtbot, view):
    trainer = small_trainer(SIZES)
    receive(qtbot, view, trainer.snapshot())
    view.grab()
    return trainer


@pytest.fixture
def made(view):
    made = []
    view.edit_wanted.connect(lambda make: made.append(make(7)))
    return made


def pin(view, choice, layer, index):
    choice.pin(Neuron(layer, index))
    view.grab()


def test_a_neuron_that_is_dragged_up_has_a_larger_bias(view, trainer, made, choice):
    before = float(trainer.network.biases[0][2])
    place = neuron_place(view, 1, 2)
    drag(view._canvas, place, place + UP)
    (entry,) = made
    assert entry.step == 7
    assert entry.places == (place_of(trainer.network, 1, 2, None),)
    assert entry.values[0] == pytest.approx(before + max(abs(before), 1), rel=0.05)
    assert choice.neuron is None  # a drag is no click


def test_an_edge_that_is_dragged_down_has_a_smaller_weight(view, trainer, made, choice):
    pin(view, choice, 2, 3)
    before = float(trainer.network.weights[1][3, 4])
    place = edge_place(view, 2, 3, 4)
    drag(view._canvas, place, place - UP)
    (entry,) = made
    assert entry.places == (place_of(trainer.network, 2, 3, 4),)
    assert entry.values[0] == pytest.approx(before - max(abs(before), 1), rel=0.05)
    assert choice.neuron == Neuron(2, 3)


def test_with_ctrl_a_drag_is_fine(view, trainer, made):
    before = float(trainer.network.biases[0][2])
    place = neuron_place(view, 1, 2)
    drag(view._canvas, place, place + UP, keys=Qt.KeyboardModifier.ControlModifier)
    assert made[0].values[0] - before == pytest.approx(0.1 * max(abs(before), 1), rel=0.05)


def test_a_press_without_a_drag_is_a_click(view, trainer, made, choice):
    place = neuron_place(view, 1, 2)
    press(view._canvas, place)
    assert choice.neuron is None  # not before it is known to be no drag
    move(view._canvas, place + QPointF(0, 2))
    release(view._canvas, place)
    assert choice.neuron == Neuron(1, 2)
    QTest.mouseClick(view._canvas, LEFT, pos=edge_place(view, 1, 2, 3).toPoint())
    assert choice.neuron is None  # as beside all neurons
    assert made == []


def test_escape_gives_a_drag_up(view, trainer, made):
    place = neuron_place(view, 1, 2)
    press(view._canvas, place)
    move(view._canvas, place + UP)
    assert view._picture.scene.network.biases[0][2] != trainer.network.biases[0][2]
    QTest.keyClick(view._canvas, Qt.Key.Key_Escape)
    assert view._picture.scene.network.biases[0][2] == trainer.network.biases[0][2]
    release(view._canvas, place + UP)
    assert made == []
    assert not view.drag.is_dragging


def test_while_it_is_dragged_the_diagram_shows_what_would_be(qtbot, view, trainer, made, choice):
    place = neuron_place(view, 1, 2)
    press(view._canvas, place)
    move(view._canvas, place + UP)
    shown = view._picture.scene
    expected = trainer.network.theta.copy()
    expected[place_of(trainer.network, 1, 2, None)] = shown.network.biases[0][2]
    np.testing.assert_array_equal(shown.network.theta, expected)
    assert shown.response.a[0][2] > choice.response(trainer.snapshot().network).a[0][2]
    name, change = view.drag.lines()
    assert name == "b(1, 2)"
    assert " → " in change
    view.grab()
    trainer.advance(3)  # the run goes on meanwhile
    receive(qtbot, view, trainer.snapshot())
    assert view._picture.scene.network.biases[0][2] == shown.network.biases[0][2]
    assert view._picture.scene.network.biases[0][1] == trainer.network.biases[0][1]
    release(view._canvas, place + UP)
    assert len(made) == 1


def test_an_edge_that_is_pointed_at_says_its_weight(view, trainer, choice):
    pin(view, choice, 2, 3)
    move(view._canvas, edge_place(view, 2, 3, 4), Qt.MouseButton.NoButton)
    value = f"{trainer.network.weights[1][3, 4]:.4f}".replace("-", "−")
    assert view.drag.lines() == [f"w(2, 3, 4) = {value}", diagram_drag.WEIGHT_TIP]
    assert view._canvas.cursor().shape() == Qt.CursorShape.SizeVerCursor
    view.grab()
    move(view._canvas, QPointF(3, 3), Qt.MouseButton.NoButton)
    assert view.drag.lines() == []
    assert view._canvas.cursor().shape() == Qt.CursorShape.ArrowCursor


@pytest.mark.parametrize("source", range(6))
def test_of_a_pinned_neurons_edges_the_one_under_the_pointer_is_taken(view, trainer, choice, source):
    pin(view, choice, 2, 9)
    handle = view.drag.handle_at(edge_place(view, 2, 9, source, 0.4))
    assert (handle.layer, handle.neuron, handle.source) == (2, 9, source)


def test_away_from_all_edges_and_on_inputs_there_is_nothing_to_drag(view, trainer, made, choice):
    pin(view, choice, 2, 3)
    for place in (QPointF(4, 4), neuron_place(view, 0, 2)):
        assert view.drag.handle_at(place) is None
        drag(view._canvas, place, place + QPointF(0, 40))
    assert made == []


def test_while_the_forward_pass_is_played_nothing_is_dragged(view, trainer, made):
    view.play_forward()
    place = neuron_place(view, 1, 2)
    drag(view._canvas, place, place + UP)
    assert made == []
    view.play_forward()


def test_another_network_ends_a_drag(qtbot, view, trainer, made):
    place = neuron_place(view, 1, 5)
    press(view._canvas, place)
    move(view._canvas, place + UP)
    receive(qtbot, view, small_trainer((20, 2, 10)).snapshot())
    assert not view.drag.is_dragging
    release(view._canvas, place + UP)
    assert made == []


def test_a_parameter_that_is_no_number_is_dragged_from_0(qtbot, view, trainer, made):
    trainer.network.theta[...] = np.nan
    receive(qtbot, view, trainer.snapshot())
    place = neuron_place(view, 1, 2)
    drag(view._canvas, place, place + UP)
    assert made[0].values[0] == pytest.approx(1, rel=0.05)


def test_the_picture_for_a_file_has_no_label(view, trainer, choice):
    from app.painted import strings, texts_of

    pin(view, choice, 2, 3)
    move(view._canvas, edge_place(view, 2, 3, 4), Qt.MouseButton.NoButton)
    texts = strings(texts_of(lambda p: view.paint_figure(p, QRectF(0, 0, 600, 400)), 600, 400))
    assert not any(text.startswith("w(") for text in texts)
