"""A person takes a neuron into their own hands, on the real MNIST."""

import numpy as np
from app.small_window import PATIENCE_MS, rest, trainer_of, wait_for_evaluation, wait_for_running
from app.views.edit_hand import LEFT, drag, neuron_place, pixel
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from nnviz.app.choice import TEST, Neuron
from nnviz.core.evaluation import evaluate
from nnviz.core.painting import Tool
from nnviz.run.trainer import replay

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def effect_of(qtbot, window, edits):
    view = window.views.edit
    qtbot.waitUntil(lambda: view.effect is not None and view.effect.edits == edits, timeout=PATIENCE_MS)
    return view.effect


def cost_now(window):
    trainer = trainer_of(window)
    return evaluate(trainer.network, trainer.data.test.images, trainer.data.test.labels).cost


def test_a_person_paints_an_edge_detector_and_takes_it_back(qtbot, window):
    window.start()
    with qtbot.waitSignal(window.run_control.run_ready, timeout=PATIENCE_MS):
        pass
    wait_for_evaluation(qtbot, window)
    (debug,) = [b for b in window.findChildren(QToolButton) if b.accessibleName() == "Debug layout"]
    qtbot.mouseClick(debug, LEFT)
    for _ in range(300):
        window.run_control.make_step()
    rest(qtbot, window)
    step = window.run_control.snapshot.step
    assert step == 300

    # Pin a neuron of the first layer on the diagram, and open the view of edits.
    diagram = window.views.diagram
    qtbot.waitUntil(lambda: diagram._picture.scene is not None and diagram.snapshot.step == step)
    qtbot.mouseClick(diagram._canvas, LEFT, pos=neuron_place(diagram, 1, 4).toPoint())
    assert window.choice.neuron == Neuron(1, 4)
    window.docks["edit"].toggleViewAction().trigger()
    window.show_view("edit")
    qtbot.waitUntil(lambda: window.is_seen("edit") and window.views.edit._subject is not None)
    rest(qtbot, window)
    before = cost_now(window)
    weights = trainer_of(window).network.weights[0][4].copy()

    # A bright line with a negative surround, in one stroke.
    qtbot.mouseClick(window.views.edit.controls.tools[Tool.EDGE], LEFT)
    drag(window.views.edit.canvas, pixel(window.views.edit, 14, 6), pixel(window.views.edit, 14, 21))
    effect = effect_of(qtbot, window, 1)
    rest(qtbot, window)
    painted = trainer_of(window).network.weights[0][4].reshape(28, 28)
    assert painted[14, 7:21].min() == 1
    assert painted[11, 8:20].max() < 0
    assert effect.before.cost == before
    assert effect.after.cost == cost_now(window) != before
    assert len(effect.changed) > 0

    # One of the samples that change their prediction.
    window.views.edit.canvas.grab()
    index, tile = window.views.edit._effect.tiles[0]
    qtbot.mouseClick(window.views.edit.canvas, LEFT, pos=tile.center().toPoint())
    assert (window.choice.sample.source, window.choice.sample.index) == (TEST, index)
    (says,) = window.choice.response(window.run_control.snapshot.network).a[-1:]
    assert says.argmax() == effect.after.predicted[index] != effect.before.predicted[index]

    # Back, and forth again.
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert effect_of(qtbot, window, 0).after.cost == before
    rest(qtbot, window)
    assert cost_now(window) == before
    np.testing.assert_array_equal(trainer_of(window).network.weights[0][4], weights)
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert effect_of(qtbot, window, 1).after.cost == effect.after.cost

    # Training goes on from it, and the journal leads to the same parameters, bit for bit.
    QTest.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.run_control.snapshot.step > step + 200, timeout=PATIENCE_MS)
    QTest.keyClick(window, Qt.Key.Key_Space)
    wait_for_running(qtbot, window, False)
    rest(qtbot, window)
    trainer = trainer_of(window)
    again = replay(trainer.spec, trainer.data, trainer.journal, trainer.step)
    assert again.network.theta.tobytes() == trainer.network.theta.tobytes()
