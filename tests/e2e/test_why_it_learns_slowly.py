"""A person finds out, with breakpoints and the backprop inspector alone, why a deep sigmoid network learns slowly."""

import re

import numpy as np
import pytest
from app.painted import strings, texts_of
from app.small_window import (
    PATIENCE_MS,
    rest,
    trainer_of,
    wait_for_evaluation,
    wait_for_message,
    wait_for_running,
)
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton

from nnviz.app.choice import Neuron
from nnviz.app.views.backprop_controls import Page
from nnviz.app.views.number_field import NumberField
from nnviz.core.components import Component
from nnviz.run.trainer import replay

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
FLAT = 0.025
"""A tenth of the steepest slope that a sigmoid has."""


def press(qtbot, window, key, modifier=NONE):
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def choose(qtbot, combo, value):
    """Go down a list by the arrow key to what is wanted."""
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(combo.count()):
        if value in (combo.currentData(), combo.currentText()):
            return
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    pytest.fail(f"{value} cannot be chosen")


def add_breakpoint(qtbot, window, kind, **values):
    """Add a breakpoint by Ctrl+B and the form's fields, which are found by their names."""
    rows = len(window.breakpoints.rows)
    press(qtbot, window, Qt.Key.Key_B, CTRL)
    form = window.breakpoints.form
    qtbot.waitUntil(lambda: form.kind.hasFocus(), timeout=PATIENCE_MS)
    choose(qtbot, form.kind, kind)
    boxes = form.findChildren(QComboBox) + form.findChildren(NumberField)
    controls = {box.accessibleName(): box for box in boxes if box.isVisible()}
    for name, value in values.items():
        control = controls[name]
        if isinstance(control, QComboBox):
            choose(qtbot, control, value)
        else:
            control.setFocus()
            control.selectAll()
            qtbot.keyClicks(control, str(value))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.breakpoints.rows) == rows + 1, timeout=PATIENCE_MS)
    window.setFocus()
    return window.breakpoints.rows[-1]


def run_to_a_breakpoint(qtbot, window, part):
    """Run by the space bar until a breakpoint pauses the run, and return what is said of it."""
    press(qtbot, window, Qt.Key.Key_Space)
    said = wait_for_message(qtbot, window, part)
    wait_for_running(qtbot, window, False)
    rest(qtbot, window)
    return said


def pass_by_hand(network, x, label):
    """Return z, σ′(z), the error that arrives and δ of each layer, in double precision, from the book's equations."""
    a, zs, slopes = np.asarray(x, np.float64), [], []
    for w, b in zip(network.weights, network.biases, strict=True):
        z = w.astype(np.float64) @ a + b
        a = 1 / (1 + np.exp(-z))
        zs.append(z)
        slopes.append(a * (1 - a))
    errors = [a - np.eye(10)[label]]
    deltas = [errors[0] * slopes[-1]]
    for w, slope in zip(network.weights[:0:-1], slopes[-2::-1], strict=True):
        errors.insert(0, w.astype(np.float64).T @ deltas[0])
        deltas.insert(0, errors[0] * slope)
    return zs, slopes, errors, deltas


def gradient_norm_by_hand(network, images, labels, layer):
    """Return the length of a layer's gradient over a mini-batch."""
    dw, db = 0.0, 0.0
    for x, label in zip(images, labels, strict=True):
        zs, _, _, deltas = pass_by_hand(network, x, label)
        below = x if layer == 1 else 1 / (1 + np.exp(-zs[layer - 2]))
        dw, db = dw + np.outer(deltas[layer - 1], below), db + deltas[layer - 1]
    return np.sqrt((dw**2).sum() + (db**2).sum()) / len(labels)


def read_in_inspector(window):
    canvas = window.views.backprop.canvas
    area = canvas.rect()
    paint = window.views.backprop._paint
    return strings(texts_of(lambda painter: paint(painter, QRectF(area)), area.width(), area.height()))


def open_page(qtbot, window, page):
    window.show_view("backprop")
    qtbot.waitUntil(lambda: window.is_seen("backprop"), timeout=PATIENCE_MS)
    qtbot.mouseClick(window.views.backprop.controls.buttons[page], LEFT)


def begin(qtbot, window, hidden, init):
    """Set up a network by the setup panel, and start a run of it."""
    window.lay_out("Lecture")
    window.setup.hidden.setFocus()
    window.setup.hidden.selectAll()
    qtbot.keyClicks(window.setup.hidden, hidden)
    choose(qtbot, window.setup.init, init)
    with qtbot.waitSignal(window.run_control.run_ready, timeout=PATIENCE_MS):
        press(qtbot, window, Qt.Key.Key_N, CTRL)
    wait_for_evaluation(qtbot, window)
    window.setFocus()
    (debug,) = [b for b in window.findChildren(QToolButton) if b.accessibleName() == "Debug layout"]
    qtbot.mouseClick(debug, LEFT)


def test_breakpoints_and_inspector_show_why_a_deep_network_learns_slowly(qtbot, window):
    window.activateWindow()
    window.start()
    with qtbot.waitSignal(window.run_control.run_ready, timeout=PATIENCE_MS):
        pass
    begin(qtbot, window, "30, 30, 30, 30", "large")
    assert window.run_control.spec.sizes == (784, 30, 30, 30, 30, 10)

    # Is the first layer saturated? From the very first steps.
    saturated = add_breakpoint(qtbot, window, "saturation", Layer=1, Bound=0.5)
    said = run_to_a_breakpoint(qtbot, window, "saturated share of layer 1")
    trainer = trainer_of(window)
    at = trainer.step
    assert at <= 10
    before = replay(trainer.spec, trainer.data, trainer.journal, at - 1)
    batch = before.next_samples
    images, labels = trainer.data.training.images[batch] / 255, trainer.data.training.labels[batch]
    slopes = np.array(
        [pass_by_hand(before.network, x, label)[1][0] for x, label in zip(images, labels, strict=True)]
    )
    share = (slopes < FLAT).mean()
    assert share > 0.5
    assert f"{share:.1%}"[:-1] in said or f"{100 * share:.3g}" in said
    assert f"step {at:,}" in said

    # Does its gradient vanish? With the first breakpoint switched off, the run goes on to where it does.
    qtbot.mouseClick(saturated.switch, LEFT)
    qtbot.waitUntil(lambda: not saturated.watched.point.enabled, timeout=PATIENCE_MS)
    add_breakpoint(qtbot, window, "gradient norm", Layer=1, Bound=0.025)
    said = run_to_a_breakpoint(qtbot, window, "gradient norm of layer 1")
    at = trainer.step
    before = replay(trainer.spec, trainer.data, trainer.journal, at - 1)
    batch = before.next_samples
    images, labels = trainer.data.training.images[batch] / 255, trainer.data.training.labels[batch]
    norms = [gradient_norm_by_hand(before.network, images, labels, layer) for layer in range(1, 6)]
    assert norms[0] < 0.025
    assert norms[0] < norms[-1] / 2
    (told,) = re.findall(r"it is (\S+), at step", said)
    assert float(told) == pytest.approx(norms[0], rel=1e-3)

    # Where does the error die? The inspector names a neuron, what arrives there, and how little goes on.
    open_page(qtbot, window, Page.LAYERS)
    sample, network = window.choice.sample, window.run_control.snapshot.network
    zs, slopes, errors, deltas = pass_by_hand(network, sample.x, sample.label)
    (about,) = [text for text in read_in_inspector(window) if "is saturated: an error of" in text]
    found = re.match(
        r"(?:Output n|N)euron (\d+)(?: of layer (\d))? is saturated: an error of (\S+) dies in its slope of (\S+?)\.? ",
        about,
    )
    neuron, layer, error, slope = found.groups()
    spot = int(layer or 5) - 1, int(neuron)
    assert value(error) == pytest.approx(errors[spot[0]][spot[1]], rel=0.06)
    assert value(slope) == pytest.approx(slopes[spot[0]][spot[1]], rel=0.06)
    assert value(slope) < FLAT

    # It is so in every layer: what arrives in a layer is many times what leaves it.
    for below in range(4):
        assert np.median(np.abs(deltas[below])) < 0.2 * np.median(np.abs(errors[below]))

    # And why is it saturated? Its z is far from 0: as many weights of size 1 add up as pixels have ink.
    window.choice.pin(Neuron(spot[0] + 1, spot[1]))
    open_page(qtbot, window, Page.NEURON)
    z = zs[spot[0]][spot[1]]
    assert abs(z) > 3.6
    assert any(
        text.replace("−", "-") in (f"{z:.5g}", f"{z:.4f}", f"{z:.3f}") for text in read_in_inspector(window)
    )
    assert np.std(zs[0]) > 5

    # What backpropagation says is checked on the spot against central differences.
    open_page(qtbot, window, Page.CHECK)
    window.choice.choose_component(Component(spot[0] + 1, spot[1], None))
    qtbot.waitUntil(
        lambda: any("They agree" in text for text in read_in_inspector(window)), timeout=PATIENCE_MS
    )

    # With scaled weights, the first layer is not saturated: the same breakpoint never fires.
    begin(qtbot, window, "30, 30, 30, 30", "scaled")
    window.show_view("breakpoints")
    (row,) = [row for row in window.breakpoints.rows if "saturated share" in row.watched.sentence]
    qtbot.mouseClick(row.switch, LEFT)
    (other,) = [row for row in window.breakpoints.rows if "gradient norm" in row.watched.sentence]
    qtbot.mouseClick(other.switch, LEFT)
    window.setFocus()
    add_breakpoint(qtbot, window, "step", Step=200)
    run_to_a_breakpoint(qtbot, window, "Step 200 is reached")
    assert trainer_of(window).step == 200


def value(text):
    """Return the number that a text of the inspector means: "−3.6·10⁻⁴" as well as "0.02"."""
    digits = text.translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789"))
    number, _, power = digits.partition("·10")
    return float(number) * 10.0 ** int(power or 0)
