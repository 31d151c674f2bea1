"""A person stops a live run in the middle of one mini-batch, and reads every number of it, forwards and backwards."""

import re

import numpy as np
import pytest
from app.painted import strings, texts_of
from app.small_window import (
    PATIENCE_MS,
    rest,
    step_of,
    trainer_of,
    wait_for_evaluation,
    wait_for_message,
    wait_for_running,
    wait_for_step,
)
from app.views.edit_hand import drag, neuron_place
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

from nnviz.app.choice import TRAINING
from nnviz.core.stages import Kind
from nnviz.run.journal import Journal
from nnviz.run.trainer import replay

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
F10, F11 = Qt.Key.Key_F10, Qt.Key.Key_F11
STAGES = 10
"""Of a network with three layers of neurons."""


def press(qtbot, window, key, modifier=NONE):
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def go_to_stage(qtbot, window, key, index, modifier=NONE, step=None):
    """Press a key, and wait until the walk stands at a stage."""
    press(qtbot, window, key, modifier)
    qtbot.waitUntil(
        lambda: window.walk.index == index and step in (None, window.walk.step), timeout=PATIENCE_MS
    )


def by_hand(network, x, label):
    """Return a and δ of each layer in double precision, from the book's equations for the quadratic cost."""
    activations, slopes = [np.asarray(x, np.float64)], []
    for w, b in zip(network.weights, network.biases, strict=True):
        z = w.astype(np.float64) @ activations[-1] + b
        activations.append(1 / (1 + np.exp(-np.clip(z, -500, 500))))
        slopes.append(activations[-1] * (1 - activations[-1]))
    deltas = [(activations[-1] - np.eye(10)[label]) * slopes[-1]]
    for w, slope in zip(network.weights[:0:-1], slopes[-2::-1], strict=True):
        deltas.insert(0, (w.astype(np.float64).T @ deltas[0]) * slope)
    return activations[1:], deltas


def read(window):
    """Return what can be read in the view of stages."""
    view = window.views["stages"]
    size = view.canvas.width(), view.canvas.height()
    return strings(texts_of(lambda painter: view.paint_figure(painter, QRectF(0, 0, *size)), *size))


def theta_of_plain_run(window, step):
    trainer = trainer_of(window)
    return replay(trainer.spec, trainer.data, trainer.journal.until(step), step).network.theta.tobytes()


@pytest.fixture
def running(qtbot, window):
    """A window on MNIST in the Debug layout, whose run is under way."""
    window.activateWindow()
    window.start()
    with qtbot.waitSignal(window.run_control.run_ready, timeout=PATIENCE_MS):
        pass
    wait_for_evaluation(qtbot, window)
    press(qtbot, window, Qt.Key.Key_4, CTRL)
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_step(qtbot, window, 100)
    return window


def test_a_live_run_is_stopped_in_the_middle_of_a_mini_batch_and_each_number_is_what_a_hand_finds(
    qtbot, running
):
    window, walk = running, running.walk
    assert window.run_control.running
    go_to_stage(qtbot, window, F11, 0)
    wait_for_running(qtbot, window, False)
    rest(qtbot, window)
    step = walk.step
    assert step_of(window) == step == trainer_of(window).step
    network = window.run_control.snapshot.network
    before = network.theta.tobytes()
    sample = window.choice.sample
    assert (sample.source, sample.index) == (TRAINING, int(walk.samples[0]))
    activations, deltas = by_hand(network, sample.x, sample.label)

    # Every layer, forward and back: the network shows the layers that were come to, the stages all numbers.
    diagram = window.views.diagram
    assert diagram._reached == 1.0
    for index in range(1, STAGES):
        go_to_stage(qtbot, window, F11, index)
        stage = walk.stage
        assert any(text.startswith(stage_words(stage)) for text in read(window)), read(window)[:5]
        match stage.kind:
            case Kind.FORWARD:
                shown = diagram._picture.scene.values(stage.layer)
                np.testing.assert_allclose(shown, activations[stage.layer - 1], rtol=1e-3, atol=1e-6)
                assert diagram._reached == 1 + stage.layer
                if stage.layer > 1:
                    numbers = {text for text in read(window) if re.fullmatch(r"[01]\.\d\d", text)}
                    assert {f"{a:.2f}" for a in activations[stage.layer - 1]} <= numbers
            case Kind.OUTPUT_ERROR | Kind.BACKWARD:
                assert diagram.controls.buttons["δ"].isChecked()
                shown = diagram._picture.scene.values(stage.layer)
                np.testing.assert_allclose(shown, deltas[stage.layer - 1], rtol=5e-3, atol=1e-6)
                assert diagram._reached == 4 - stage.layer

    # Back through all of them, and to the last stage of the step before.
    for index in reversed(range(STAGES - 1)):
        go_to_stage(qtbot, window, F11, index, SHIFT)
    assert window.run_control.snapshot.theta.tobytes() == before
    go_to_stage(qtbot, window, F11, STAGES - 1, SHIFT, step - 1)
    qtbot.waitUntil(lambda: step_of(window) == step - 1, timeout=PATIENCE_MS)
    assert window.run_control.snapshot.theta.tobytes() == theta_of_plain_run(window, step - 1)

    # Forward again: over it, into the next, out of it. The parameters are those of the plain run, bit for bit.
    go_to_stage(qtbot, window, F11, 0, step=step)
    go_to_stage(qtbot, window, F10, 0, step=step + 1)
    go_to_stage(qtbot, window, F11, 1)
    press(qtbot, window, F11, CTRL)
    qtbot.waitUntil(lambda: not walk.is_on and step_of(window) == step + 2, timeout=PATIENCE_MS)
    assert diagram.controls.buttons["a"].isChecked()
    rest(qtbot, window)
    trainer = trainer_of(window)
    assert len(trainer.journal) == 0
    plain = replay(trainer.spec, trainer.data, Journal(), step + 2)
    assert trainer.network.theta.tobytes() == plain.network.theta.tobytes()


def test_in_a_walk_a_parameter_is_changed_what_follows_is_seen_and_a_breakpoint_stops_the_run(qtbot, running):
    window, walk, diagram = running, running.walk, running.views.diagram
    for index in range(3):
        go_to_stage(qtbot, window, F11, index)
    rest(qtbot, window)
    step, cost = walk.step, float(walk.trace.cost)

    # A neuron is dragged up: another bias. The walk stands where it stood, with other numbers.
    start = QPointF(neuron_place(diagram, 2, 5))
    trace = walk.trace
    bias = float(window.run_control.snapshot.network.biases[1][5])
    drag(diagram._canvas, start, start - QPointF(0, 90))
    qtbot.waitUntil(lambda: walk.trace is not trace, timeout=PATIENCE_MS)
    rest(qtbot, window)
    assert (walk.step, walk.index) == (step, 2)
    changed = window.run_control.snapshot.network
    assert changed.biases[1][5] > bias + 0.5
    assert walk.trace.network.theta.tobytes() == changed.theta.tobytes()
    assert float(walk.trace.cost) != cost
    shown = diagram._picture.scene.values(2)
    np.testing.assert_allclose(shown, window.choice.response(changed).a[1], rtol=1e-6)

    # It is undone, in the middle of the walk, and made again.
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: float(walk.trace.cost) == cost, timeout=PATIENCE_MS)
    assert (walk.step, walk.index) == (step, 2)
    press(qtbot, window, Qt.Key.Key_Z, CTRL | SHIFT)
    qtbot.waitUntil(lambda: float(walk.trace.cost) != cost, timeout=PATIENCE_MS)

    # A breakpoint some steps on: F5 leaves the walk and goes there; the next walk begins at that very step.
    press(qtbot, window, Qt.Key.Key_B, CTRL)
    form = window.breakpoints.form
    qtbot.waitUntil(lambda: form.kind.hasFocus(), timeout=PATIENCE_MS)
    while form.kind.currentData() != "step":
        press(qtbot, window, Qt.Key.Key_Down)
    press(qtbot, window, Qt.Key.Key_Tab)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_A, CTRL)
    qtbot.keyClicks(QApplication.focusWidget(), str(step + 37))
    press(qtbot, window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.breakpoints.rows) == 1, timeout=PATIENCE_MS)
    press(qtbot, window, Qt.Key.Key_F5)
    wait_for_message(qtbot, window, f"Step {step + 37:,} is reached.")
    wait_for_running(qtbot, window, False)
    rest(qtbot, window)
    assert not walk.is_on
    assert step_of(window) == step + 37
    go_to_stage(qtbot, window, F11, 0, step=step + 37)
    assert window.is_seen("stages")

    # Back to before the change, by one key; a change there makes a branch, and the first stays as it was.
    reached = trainer_of(window).network.theta.tobytes()
    for _ in range(38):
        press(qtbot, window, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: step_of(window) == step - 1, timeout=PATIENCE_MS)
    rest(qtbot, window)
    assert not walk.is_on
    drag(diagram._canvas, start, start + QPointF(0, 60))
    qtbot.waitUntil(lambda: len(window.run_control.branches[0]) == 2, timeout=PATIENCE_MS)
    rest(qtbot, window)
    trainer = trainer_of(window)
    assert trainer.network.theta.tobytes() == theta_of_plain_run(window, step - 1)
    window.run_control.history.switch(0)
    qtbot.waitUntil(lambda: window.run_control.branches[1] == 0, timeout=PATIENCE_MS)
    press(qtbot, window, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: step_of(window) == step + 37, timeout=PATIENCE_MS)
    rest(qtbot, window)
    assert trainer_of(window).network.theta.tobytes() == reached


def stage_words(stage):
    """Return how the sentence begins that says what a stage does."""
    match stage.kind:
        case Kind.FORWARD:
            return f"Forward, layer {stage.layer}."
        case Kind.BACKWARD:
            return f"Backward, layer {stage.layer}."
    return {
        Kind.COST: "Cost.",
        Kind.OUTPUT_ERROR: "Output error.",
        Kind.GRADIENT: "Gradient.",
        Kind.UPDATE: "Update.",
    }[stage.kind]
