from dataclasses import replace

import numpy as np
import pytest
from app.graphics.scenes import Record, colours_in
from app.small_window import move_mouse, no_warnings, receive, small_trainer
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from run.small import COLS, ROWS, small_data

from nnviz.app.choice import Choice, Neuron
from nnviz.app.graphics.backprop.subject import NO_LABEL
from nnviz.app.graphics.backprop.words import figures
from nnviz.app.graphics.network import answer as network_answer
from nnviz.app.graphics.network import marks
from nnviz.app.graphics.network import player as layer_player
from nnviz.app.views import diagram
from nnviz.app.views.diagram import DiagramView
from nnviz.core.components import Component
from nnviz.core.network import UNTRAINABLE, Network

PIXELS = ROWS * COLS
SIZES = (PIXELS, 6, 10)


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
def quick(monkeypatch):
    monkeypatch.setattr(layer_player, "SECONDS_A_LAYER", 0.03)
    monkeypatch.setattr(layer_player, "SECONDS_A_LAYER_WITHOUT_MOTION", 0.03)


@pytest.fixture
def errors(qtbot, view):
    """A snapshot whose errors the view shows, painted."""
    snapshot = small_trainer(SIZES).snapshot()
    receive(qtbot, view, snapshot)
    choose_errors(view)
    view.grab()
    return snapshot


def choose_errors(view):
    QTest.mouseClick(view.controls.buttons["δ"], Qt.MouseButton.LeftButton)


def layout_of(view):
    return view._picture.layout(QRectF(view._canvas.rect()))


def told(view, monkeypatch):
    """Return what the panel says; None where there is none."""
    kept = []
    with monkeypatch.context() as patch:
        patch.setattr(diagram, "paint_panel", lambda *given: kept.append(given[4]))
        view.grab()
    return kept[-1] if kept else None


def on_edge(view, layer, target, source, share=0.5):
    layout = layout_of(view)
    start, end = layout.columns[layer - 1].centre(source), layout.columns[layer].centre(target)
    return start + (end - start) * share


def strongest_out(trace):
    """Return the component of the output layer with the largest ∂C/∂w."""
    j, k = np.unravel_index(np.abs(trace.dC_dw[-1]).argmax(), trace.dC_dw[-1].shape)
    return Component(len(trace.dC_dw), int(j), int(k))


# The errors


def test_neurons_show_their_errors_and_pixels_the_cost_s_answer_to_them(view, errors, choice):
    scene, trace = view._picture.scene, choice.trace(errors.network)
    assert np.array_equal(scene.values(1), trace.delta[0])
    assert np.array_equal(scene.values(2), trace.delta[1])
    assert np.array_equal(scene.values(0), trace.dC_dx)
    assert np.array_equal(scene.edges(2), trace.dC_dw[1])


def test_the_place_of_the_image_shows_the_derivatives_by_the_pixels(view, errors, choice, theme):
    trace, layout = choice.trace(errors.network), layout_of(view)
    image = view._canvas.grab().toImage()
    for index, role in ((int(trace.dC_dx.argmax()), "green"), (int(trace.dC_dx.argmin()), "red")):
        colour = image.pixelColor(layout.pixel(index).center().toPoint())
        assert (colour.green() > colour.red()) == (role == "green")


def test_the_image_follows_the_steps(qtbot, view, errors):
    before = view._canvas.grab().toImage().copy(layout_of(view).image.toAlignedRect())
    trainer = small_trainer(SIZES)
    trainer.advance(20)
    receive(qtbot, view, trainer.snapshot())
    assert view._canvas.grab().toImage().copy(layout_of(view).image.toAlignedRect()) != before


def test_the_error_of_a_neuron_and_the_derivative_by_a_pixel_are_read_out(view, errors, choice, monkeypatch):
    trace = choice.trace(errors.network)
    move_mouse(view._canvas, layout_of(view).columns[1].centre(3))
    name, error = told(view, monkeypatch)[:2]
    assert name == "layer 1, neuron 3"
    assert error == f"δ = ∂C/∂b = {figures(float(trace.delta[0][3]), 5)}"
    move_mouse(view._canvas, layout_of(view).pixel(7).center())
    assert told(view, monkeypatch)[1] == f"∂C/∂x = {figures(float(trace.dC_dx[7]), 5)}"


def test_the_cost_is_said_in_place_of_the_answer(view, errors, choice, monkeypatch):
    record = Record(network_answer.write)
    monkeypatch.setattr(network_answer, "write", record)
    view.grab()
    assert record.texts[0].startswith("C = ")
    assert float(record.texts[0][4:]) == pytest.approx(choice.trace(errors.network).cost, rel=0.05)


@pytest.mark.parametrize("how", ["no label", "a step function"])
def test_where_there_is_no_error_a_sentence_says_why(qtbot, view, choice, monkeypatch, how):
    trainer = small_trainer(SIZES)
    snapshot = trainer.snapshot()
    if how == "no label":
        choice.choose_drawn(np.zeros(PIXELS, np.uint8))
        sentence = NO_LABEL
    else:
        snapshot = replace(snapshot, network=Network(SIZES, activation="step"))
        sentence = UNTRAINABLE
    record = Record(diagram.write)
    monkeypatch.setattr(diagram, "write", record)
    receive(qtbot, view, snapshot)
    view.grab()
    assert record.texts == []
    choose_errors(view)
    view.grab()
    assert record.texts[-1] == sentence
    assert not view.controls.play.isEnabled()
    view.play_backward()
    assert view._player.reached is None
    QTest.mouseClick(view._canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert choice.component is None


def test_errors_are_painted_without_ever_having_been_on_a_screen(theme, choice):
    view = DiagramView(theme, choice)
    view.controls.buttons["δ"].setChecked(True)
    view.show_snapshot(small_trainer(SIZES).snapshot())
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        view.paint_figure(painter, QRectF(0, 0, 600, 400))
    names = colours_in(image, QRectF(0, 0, 600, 400))
    assert len(names) > 50
    view.deleteLater()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", [{}, {"cost": "cross-entropy"}, {"cost": "log-likelihood"}])
@pytest.mark.parametrize("hidden", [(), (6,), (4, 5, 3), (100,)])
@pytest.mark.parametrize("bad", [None, np.nan, 0.0])
def test_errors_of_every_network_are_shown_without_a_warning(qtbot, view, choice, kind, hidden, bad):
    snapshot = small_trainer((PIXELS, *hidden, 10)).snapshot()
    network = Network((PIXELS, *hidden, 10), **kind)
    if bad is not None:
        network.theta[...] = bad
    with no_warnings():
        receive(qtbot, view, replace(snapshot, network=network))
        choose_errors(view)
        choice.choose_component(Component(1, 2, 7))
        view.grab()
        for x in range(0, view._canvas.width(), 40):
            move_mouse(view._canvas, QPointF(x, view._canvas.height() / 2))
        view.grab()


# Edges


def test_an_edge_tells_its_weight_and_derivative_and_a_click_chooses_it(view, errors, choice, monkeypatch):
    edge = strongest_out(choice.trace(errors.network))
    place = on_edge(view, edge.layer, edge.neuron, edge.input)
    move_mouse(view._canvas, place)
    lines = told(view, monkeypatch)
    assert lines[0] == f"w(2, {edge.neuron}, {edge.input})"
    weight = float(errors.network.weights[1][edge.neuron, edge.input])
    assert lines[-1] == f"w = {weight:.4f}".replace("-", "−")
    assert lines[-2].startswith("∂C/∂w = ")
    assert view._canvas.cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseClick(view._canvas, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert choice.component == edge
    assert choice.neuron is None
    QTest.mouseClick(view._canvas, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert choice.component is None


def test_what_is_told_of_an_edge_does_not_cover_it(view, errors, choice, monkeypatch):
    edge = strongest_out(choice.trace(errors.network))
    move_mouse(view._canvas, on_edge(view, edge.layer, edge.neuron, edge.input))
    paint_panel, panels = diagram.paint_panel, []
    monkeypatch.setattr(diagram, "paint_panel", lambda *given: panels.append(paint_panel(*given)))
    view._canvas.grab()
    for share in np.linspace(0.1, 0.9, 9):
        assert not panels[-1].contains(on_edge(view, edge.layer, edge.neuron, edge.input, share))


def test_where_no_errors_are_shown_edges_are_not_pointed_at(view, errors, choice, monkeypatch):
    edge = strongest_out(choice.trace(errors.network))
    place = on_edge(view, edge.layer, edge.neuron, edge.input)
    move_mouse(view._canvas, place)
    view.controls.buttons["a"].click()
    assert told(view, monkeypatch) is None
    QTest.mouseClick(view._canvas, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert choice.component is None


# The chosen component


@pytest.mark.parametrize("overlay", ["a", "z", "b", "δ"])
def test_a_chosen_weight_is_marked_in_every_overlay_with_its_name(
    view, errors, choice, theme, monkeypatch, overlay
):
    view.controls.buttons[overlay].click()
    box = QRectF(on_edge(view, 1, 4, 9, 0.8) - QPointF(2, 2), on_edge(view, 1, 4, 9, 0.8) + QPointF(2, 2))
    assert theme.colours.highlight not in colours_in(view._canvas.grab().toImage(), box)
    record = Record(marks.write)
    monkeypatch.setattr(marks, "write", record)
    choice.choose_component(Component(1, 4, 9))
    assert theme.colours.highlight in colours_in(view._canvas.grab().toImage(), box)
    assert record.texts[-1] == "w(1, 4, 9)"


def test_of_a_chosen_bias_the_neuron_is_ringed(view, errors, choice, theme, monkeypatch):
    record = Record(marks.write)
    monkeypatch.setattr(marks, "write", record)
    circle = layout_of(view).circle(1, 4)
    top = QRectF(circle.center().x() - 2, circle.top() - 2, 4, 4)
    assert theme.colours.highlight not in colours_in(view._canvas.grab().toImage(), top)
    choice.choose_component(Component(1, 4))
    assert theme.colours.highlight in colours_in(view._canvas.grab().toImage(), top)
    assert record.texts[-1] == "b(1, 4)"


def test_a_component_that_the_network_has_not_is_not_marked(view, errors, choice, monkeypatch):
    record = Record(marks.write)
    monkeypatch.setattr(marks, "write", record)
    choice.choose_component(Component(4, 0, 0))
    view.grab()
    assert record.texts == []


def test_escape_stops_what_is_played_and_then_lets_the_component_go(qtbot, view, errors, choice):
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    choice.choose_component(Component(1, 4, 9))
    view.play_backward()
    QTest.keyClick(view._canvas, Qt.Key.Key_Escape)
    assert view._player.reached is None
    assert choice.component == Component(1, 4, 9)
    QTest.keyClick(view._canvas, Qt.Key.Key_Escape)
    assert choice.component is None
    assert not view._escape.isEnabled()


# The backward pass


def lit(view, layer):
    """Return whether any neuron of a layer has another colour than that of zero."""
    layout, image = layout_of(view), view._canvas.grab().toImage()
    column = layout.columns[layer]
    zero = view.theme.colours.zero
    off = QPointF(0, 0.55 * column.radius)
    return any(image.pixelColor((column.centre(j) + off).toPoint()).name() != zero for j in column.shown)


def test_the_backward_pass_goes_from_the_output_to_the_pixels(qtbot, view, errors, theme, monkeypatch):
    theme.motion = False
    monkeypatch.setattr(layer_player, "SECONDS_A_LAYER_WITHOUT_MOTION", 60)
    view.play_backward()
    assert [lit(view, layer) for layer in (2, 1)] == [True, False]
    view._player._tick()
    assert [lit(view, layer) for layer in (2, 1)] == [True, True]
    image = layout_of(view).image
    assert colours_in(view._canvas.grab().toImage(), image.adjusted(2, 2, -2, -2)) == {theme.colours.zero}
    view._player._tick()
    assert len(colours_in(view._canvas.grab().toImage(), image.adjusted(2, 2, -2, -2))) > 1
    view._player.stop()


def test_the_button_plays_the_pass_that_goes_with_what_is_shown(qtbot, view, errors, quick):
    assert view.controls.play.accessibleName() == "Play backward pass"
    QTest.mouseClick(view.controls.play, Qt.MouseButton.LeftButton)
    assert view.controls.play.accessibleName() == "Stop backward pass"
    qtbot.waitUntil(lambda: view._player.reached is None)
    view.controls.buttons["z"].click()
    assert view.controls.play.accessibleName() == "Play forward pass"


def test_to_play_a_pass_shows_what_belongs_to_it(view, errors):
    view.play_forward()
    assert view._picture.scene.overlay == "a"
    assert view._player.reached is not None
    view.play_backward()
    assert view._picture.scene.overlay == "δ"
    assert view._player.reached == 0
    view.play_backward()
    assert view._player.reached is None
    assert view._picture.scene.overlay == "δ"


def test_to_show_something_else_ends_a_pass_that_goes_the_other_way(view, errors):
    view.play_backward()
    view.controls.buttons["b"].click()
    assert view._player.reached is None
    view.play_forward()
    view.controls.buttons["a"].click()
    assert view._player.reached is not None


def test_another_pinned_neuron_has_its_derivatives_drawn(view, errors, choice):
    choice.pin(Neuron(2, 3))
    view.grab()
    _, emphasised = view._picture._drawn(layout_of(view), None)
    trace = choice.trace(errors.network)
    row = trace.dC_dw[1][3]
    shares = dict(zip(emphasised[0].sources.tolist(), emphasised[0].shares.tolist(), strict=True))
    strongest = int(np.abs(row).argmax())
    assert shares[strongest] == pytest.approx(np.sign(row[strongest]))
