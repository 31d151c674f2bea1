"""A person asks why a weight is to change: from the gradient as a list to the edge in the network, and back."""

import numpy as np
import pytest
from app.painted import strings, texts_of
from app.small_window import PATIENCE_MS, move_mouse, wait_for_evaluation
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QApplication

from nnviz.app.choice import TEST, Neuron
from nnviz.app.graphics.backprop.subject import spot_of
from nnviz.app.views.backprop_controls import Page
from nnviz.core.components import Component, index_of

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier


def shown_in(canvas, paint):
    """Return the texts that can be read in a canvas."""
    area = canvas.rect()
    return strings(texts_of(lambda painter: paint(painter, QRectF(area)), area.width(), area.height()))


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=PATIENCE_MS)
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def cost_by_hand(network, x, label, component, change):
    """Return the quadratic cost of one sample, in double precision, where one parameter is changed."""
    weights = [w.astype(np.float64) for w in network.weights]
    biases = [b.astype(np.float64) for b in network.biases]
    if component.input is None:
        biases[component.layer - 1][component.neuron] += change
    else:
        weights[component.layer - 1][component.neuron, component.input] += change
    a = x.astype(np.float64)
    for w, b in zip(weights, biases, strict=True):
        a = 1 / (1 + np.exp(-(w @ a + b)))
    y = np.zeros(len(a))
    y[label] = 1
    return 0.5 * ((a - y) ** 2).sum()


@pytest.fixture
def debugging(qtbot, window):
    """A window in the Debug layout with the backprop inspector in front, on MNIST, before the first step."""
    window.start()
    with qtbot.waitSignal(window.run_control.run_ready, timeout=PATIENCE_MS):
        pass
    wait_for_evaluation(qtbot, window)
    window.lay_out("Debug")
    window.show_view("backprop")
    qtbot.waitUntil(lambda: window.is_seen("backprop") and window.is_seen("diagram"), timeout=PATIENCE_MS)
    window.choice.choose(TEST, 5)
    return window


def test_what_is_chosen_in_the_list_is_marked_in_the_network_and_the_other_way_round(qtbot, debugging):
    window, choice = debugging, debugging.choice
    backprop, diagram = window.views.backprop, window.views.diagram
    network = window.run_control.snapshot.network

    # The list says what a small change does, and that is so.
    qtbot.mouseClick(backprop.controls.buttons[Page.GRADIENT], LEFT)
    entry = backprop._pages.list.component_at_rank(4)
    backprop.canvas.grab()
    place = backprop._pages.list.where(spot_of(entry)).center()
    qtbot.mouseClick(backprop.canvas, LEFT, pos=place.toPoint())
    assert choice.component == entry
    assert choice.neuron == Neuron(entry.layer, entry.neuron)
    h = 1e-5
    x, label = choice.sample.x, choice.sample.label
    costs = [cost_by_hand(network, x, label, entry, change) for change in (h, -h)]
    derivative = choice.trace(network)
    found = (derivative.dC_db if entry.is_bias else derivative.dC_dw)[entry.layer - 1][entry.neuron]
    found = float(found if entry.is_bias else found[entry.input])
    assert found == pytest.approx((costs[0] - costs[1]) / (2 * h), rel=1e-3)

    # The network has its name, in whatever overlay.
    name = "b" if entry.is_bias else "w"
    for letter in "aδ":
        qtbot.mouseClick(diagram.controls.buttons[letter], LEFT)
        read = shown_in(diagram._canvas, diagram._paint_on_canvas)
        assert any(text.startswith(f"{name}({entry.layer}, {entry.neuron}") for text in read)

    # Escape lets it go, in both.
    press(qtbot, window, Qt.Key.Key_Escape)
    assert choice.component is None
    assert not any("Chosen:" in text for text in shown_in(backprop.canvas, backprop._paint))

    # An edge of the network is found in the list.
    choice.pin(None)
    layout = diagram._picture.layout(QRectF(diagram._canvas.rect()))
    j, k = np.unravel_index(np.abs(choice.trace(network).dC_dw[-1]).argmax(), network.weights[-1].shape)
    start, end = layout.columns[-2].centre(int(k)), layout.columns[-1].centre(int(j))
    move_mouse(diagram._canvas, start + (end - start) * 0.7)
    qtbot.mouseClick(diagram._canvas, LEFT, pos=(start + (end - start) * 0.7).toPoint())
    edge = choice.component
    assert isinstance(edge, Component)
    assert edge.layer == len(network.weights)
    assert index_of(network, edge) >= 0
    assert any("Chosen:" in text for text in shown_in(backprop.canvas, backprop._paint))
    rank = backprop._pages.list.rank_of(edge)
    assert backprop._pages.list.first <= rank < backprop._pages.list.first + backprop._pages.list.in_sight

    # U looks at the whole network again.
    press(qtbot, window, Qt.Key.Key_U)
    assert choice.component is None
    assert choice.neuron is None


def test_the_backward_pass_is_played_from_wherever_a_person_is(qtbot, debugging):
    window, diagram = debugging, debugging.views.diagram
    window.docks["diagram"].hide()
    press(qtbot, window, Qt.Key.Key_P, SHIFT)
    qtbot.waitUntil(lambda: diagram._player.reached is not None, timeout=PATIENCE_MS)
    assert window.is_seen("diagram")
    assert diagram.controls.buttons["δ"].isChecked()
    press(qtbot, window, Qt.Key.Key_P)
    assert diagram.controls.buttons["a"].isChecked()
    assert diagram._player.reached is not None
    press(qtbot, window, Qt.Key.Key_Escape)
    assert diagram._player.reached is None
