"""People see the network think, on the real MNIST: one with a mouse, one without, and one who cannot wait."""

import csv
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from app.pad_hand import draw
from app.painted import strings, texts_of
from app.small_window import (
    PATIENCE_MS,
    move_mouse,
    rest,
    step_of,
    trainer_of,
    wait_for_evaluation,
    wait_for_message,
    wait_for_running,
    wait_for_step,
)
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QCursor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QToolButton

from nnviz.app.choice import DRAWN, TEST, TRAINING, Neuron
from nnviz.app.graphics.canvas import Canvas
from nnviz.app.views.export_dialog import ExportDialog
from nnviz.app.views.palette import Palette
from nnviz.core.components import Component
from nnviz.data.dataset import load_mnist
from nnviz.run.model_file import save_model
from nnviz.run.spec import RunSpec
from nnviz.run.trainer import Trainer, replay

SVG = "{http://www.w3.org/2000/svg}"
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SEVEN = (
    (0.3, 0.25),
    (0.45, 0.24),
    (0.6, 0.25),
    (0.7, 0.26),
    (0.63, 0.4),
    (0.56, 0.55),
    (0.5, 0.68),
    (0.45, 0.82),
)
"""Where a hand goes that draws a 7, in shares of the pad."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A network of the book's size after three epochs, saved."""
    trainer = Trainer(RunSpec((784, 30, 10), init="scaled"), load_mnist())
    while trainer.epoch < 3:
        trainer.advance(1000)
    path = tmp_path_factory.mktemp("model") / "thirty.npz"
    save_model(path, trainer.network, trainer.spec, trainer.step)
    return path


def open_window(qtbot, window):
    window.start()
    with qtbot.waitSignal(window.run_control.run_ready, timeout=PATIENCE_MS):
        pass
    wait_for_evaluation(qtbot, window)


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    """Press a key where the focus is, as a person does."""
    if QApplication.activeWindow() is None:
        window.activateWindow()  # which a window manager does when a dialog closes
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=PATIENCE_MS)
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def click(qtbot, widget, place=None):
    qtbot.mouseClick(widget, LEFT, pos=QPoint() if place is None else place.toPoint())


def wait_for_views(qtbot, window, *keys):
    qtbot.waitUntil(lambda: all(window.is_seen(key) for key in keys), timeout=PATIENCE_MS)


def wait_for_answers_of_now(qtbot, window):
    """Wait until the present step is evaluated, and the views show that."""
    run = window.run_control
    qtbot.waitUntil(
        lambda: run.snapshot.evaluated is not None and run.snapshot.evaluated.step == run.snapshot.step,
        timeout=PATIENCE_MS,
    )
    evaluated = run.snapshot.evaluated
    qtbot.waitUntil(
        lambda: (
            window.views.samples._evaluated is evaluated
            and window.views.evaluation._evaluation is evaluated.test
        ),
        timeout=PATIENCE_MS,
    )
    return evaluated


def by_hand(network, pixels, neuron):
    """Return z and a of a sigmoid network's neuron, in double precision, as the book has them."""
    a = pixels.astype(np.float64) / 255
    for layer in range(1, neuron.layer + 1):
        weights, biases = (
            parameters[layer - 1].astype(np.float64) for parameters in (network.weights, network.biases)
        )
        z = weights @ a + biases
        a = 1 / (1 + np.exp(-z))
    return z[neuron.index], a[neuron.index]


def shown_in(canvas, paint):
    """Return the texts that can be read in a canvas."""
    area = canvas.rect()
    return strings(texts_of(lambda painter: paint(painter, QRectF(area)), area.width(), area.height()))


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


def matches(text, value, decimals):
    """Return whether a text is a value, rounded."""
    return text.lstrip("+") == f"{value:.{decimals}f}".replace("-", "−")


def after(beginning, texts):
    """Return what follows a beginning in the one text that has it."""
    (text,) = [text for text in texts if text.startswith(beginning)]
    return text.removeprefix(beginning)


# With a mouse


def test_a_person_sees_why_an_image_is_taken_for_another_digit(qtbot, window):
    open_window(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Right, SHIFT)
    wait_for_evaluation(qtbot, window, 2)
    wait_for_running(qtbot, window, False)
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_step(qtbot, window, step_of(window) + 200)
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_running(qtbot, window, False)

    # Which digits does it take for which?
    (button,) = [b for b in window.findChildren(QToolButton) if b.accessibleName() == "Evaluate layout"]
    click(qtbot, button)
    wait_for_views(qtbot, window, "evaluation", "samples", "diagram")
    evaluated = wait_for_answers_of_now(qtbot, window)
    labels, answers = window.choice.data.test.labels, evaluated.test.predicted
    confused = np.zeros((10, 10), int)
    np.add.at(confused, (labels, answers), 1)
    np.fill_diagonal(confused, 0)
    label, answer = np.unravel_index(confused.argmax(), confused.shape)
    assert confused.max() > 10

    # Those in the fullest cell, one of them, please.
    matrix = window.views.evaluation
    cell = matrix._laid_out(QRectF(matrix._canvas.rect())).matrix.rectangle(label, answer)
    click(qtbot, matrix._canvas, cell.center())
    expected = np.flatnonzero((labels == label) & (answers == answer))
    grid = window.views.samples.grid
    np.testing.assert_array_equal(grid.contents.numbers, expected)
    assert (window.views.samples.query.digit, window.views.samples.query.predicted) == (label, answer)
    click(qtbot, grid.canvas, grid.grid.tile(1).center())
    sample = window.choice.sample
    assert (sample.source, sample.index, sample.label) == (TEST, expected[1], label)

    # A neuron, and what it adds up.
    diagram, neuron = window.views.diagram, Neuron(2, 5)
    place = diagram._picture.layout(QRectF(diagram._canvas.rect())).circle(neuron.layer, neuron.index)
    click(qtbot, diagram._canvas, place.center())
    assert window.choice.neuron == neuron
    (button,) = [b for b in window.findChildren(QToolButton) if b.accessibleName() == "Explore layout"]
    click(qtbot, button)
    wait_for_views(qtbot, window, "neuron", "pad")
    z, a = by_hand(window.run_control.snapshot.network, sample.pixels, neuron)
    read = shown_in(window.views["neuron"].canvas, window.views["neuron"]._paint)
    assert "Neuron 5 of layer 2" in " ".join(read)
    assert z == pytest.approx(number(next(text for text in read if matches(text, z, 2))), abs=0.005)
    assert f"{a:.4f}" in read
    place = diagram._picture.layout(QRectF(diagram._canvas.rect())).circle(neuron.layer, neuron.index)
    move_mouse(diagram._canvas, place.center())
    read = shown_in(diagram._canvas, diagram._paint_on_canvas)
    assert "layer 2, neuron 5" in read
    assert z == pytest.approx(number(after("z = ", read)), abs=1e-3)
    assert a == pytest.approx(number(after("a = ", read)), abs=1e-4)


def test_a_person_draws_a_digit_and_takes_pictures_home(qtbot, window, trained, tmp_path, monkeypatch):
    open_window(qtbot, window)
    window.open(trained)
    wait_for_message(qtbot, window, "thirty.npz")
    press(qtbot, window, Qt.Key.Key_2, CTRL)
    wait_for_views(qtbot, window, "pad", "diagram", "evaluation")
    evaluated = wait_for_answers_of_now(qtbot, window)
    assert evaluated.record.test_accuracy > 0.93

    # A drawing is recognised as soon as it is there, by all views.
    pad = window.views.pad
    draw(pad._canvas, SEVEN)
    assert window.choice.sample.source == DRAWN
    assert "The network says 7" in pad.caption
    assert "says 7" in shown_in(window.views.diagram._canvas, window.views.diagram._paint_on_canvas)
    response = window.choice.response(window.run_control.snapshot.network)
    assert by_hand(window.run_control.snapshot.network, window.choice.sample.pixels, Neuron(2, 7))[1] == (
        pytest.approx(response.a[-1][7], abs=1e-4)
    )

    # Noise is no digit, and the network does not know.
    noise = pad._controls.actions["noise"]
    button = pad._controls.above.button(noise)
    if button.isVisible():
        click(qtbot, button)
    else:  # for which there was no room: it is in the menu
        assert noise in pad._controls.above.in_menu
        noise.trigger()
    assert "This is noise, and yet the network says" in pad.caption

    # Pictures of it, for slides.
    for name, ending in (("PNG", ".png"), ("SVG", ".svg")):
        path = tmp_path / f"network{ending}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        title = window.docks["diagram"].titleBarWidget()
        (button,) = [b for b in title.findChildren(QToolButton) if "Export" in b.accessibleName()]
        click(qtbot, button)
        dialog = window.findChild(ExportDialog)
        assert dialog.chosen_view() is window.views.diagram
        size = dialog.chosen_size()
        (save,) = [b for b in dialog.findChildren(QPushButton) if "PNG" in b.text()]
        click(qtbot, save)
        wait_for_message(qtbot, window, str(path))
        qtbot.waitUntil(lambda: window.findChild(ExportDialog) is None, timeout=PATIENCE_MS)
        if name == "PNG":
            assert QImage(str(path)).size() == 2 * size
        else:
            root = ElementTree.parse(path).getroot()
            assert root.get("viewBox") == f"0 0 {size.width()} {size.height()}"
            assert any("says" in (text.text or "") for text in root.iter(f"{SVG}text"))

    # The view under the pointer, on the clipboard.
    QCursor.setPos(pad._canvas.mapToGlobal(pad._canvas.rect().center()))
    press(qtbot, window, Qt.Key.Key_C, CTRL | SHIFT)
    assert pad.windowTitle() in wait_for_message(qtbot, window, "clipboard")
    assert QGuiApplication.clipboard().image().size() == 2 * pad.size()

    # All that was measured, as a table.
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_step(qtbot, window, 300)
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_running(qtbot, window, False)
    rest(qtbot, window)
    path = tmp_path / "metrics.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window.actions_by_key["save_metrics"].trigger()
    wait_for_message(qtbot, window, str(path))
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    snapshot = window.run_control.snapshot
    assert [int(row["step"]) for row in rows] == list(range(1, snapshot.step + 1))
    assert float(rows[-1]["cost"]) == pytest.approx(snapshot.cost)


# Without one


def tab_to(qtbot, window, name, view=None):
    """Press Tab until the focus is on what has a name, in a certain view if that is given, and return it."""
    passed = []
    for _ in range(200):
        widget = QApplication.focusWidget()
        is_there = view is None or (widget is not None and window.views[view].isAncestorOf(widget))
        if widget is not None and widget.accessibleName() == name and is_there:
            return widget
        passed.append(None if widget is None else widget.accessibleName())
        press(qtbot, window, Qt.Key.Key_Tab)
    pytest.fail(f"Tab does not lead to {name!r}, but to {passed[:60]}")


def test_nothing_needs_a_mouse(qtbot, window):
    open_window(qtbot, window)
    choice, theme = window.choice, window.theme

    # Run and pause, by whichever view has the focus.
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_step(qtbot, window, 1500)
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_running(qtbot, window, False)
    rest(qtbot, window)
    step = step_of(window)

    # Layouts.
    keys = (Qt.Key.Key_3, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_2)
    for key, view in zip(keys, ("samples", "neuron", "setup", "pad"), strict=True):
        press(qtbot, window, key, CTRL)
        wait_for_views(qtbot, window, view)

    # Samples, from anywhere and in their grid.
    for key, expected in ((Qt.Key.Key_Period, 1), (Qt.Key.Key_Period, 2), (Qt.Key.Key_Comma, 1)):
        press(qtbot, window, key)
        assert (choice.sample.source, choice.sample.index) == (TEST, expected)
    evaluated = wait_for_answers_of_now(qtbot, window)
    press(qtbot, window, Qt.Key.Key_M)
    wrong = np.flatnonzero(choice.data.test.labels != evaluated.test.predicted)
    assert choice.sample.index == wrong[wrong > 1][0]
    tab_to(qtbot, window, "Samples")
    for key, expected in (
        (Qt.Key.Key_End, 9999),
        (Qt.Key.Key_Left, 9998),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + window.views.samples.grid.grid.across),
    ):
        press(qtbot, window, key)
        assert choice.sample.index == expected

    # Neurons: from one to the next, and pinned.
    tab_to(qtbot, window, "Network diagram")
    press(qtbot, window, Qt.Key.Key_Down)
    press(qtbot, window, Qt.Key.Key_Return)
    first = choice.neuron
    assert first is not None
    press(qtbot, window, Qt.Key.Key_Right)
    press(qtbot, window, Qt.Key.Key_Return)
    assert choice.neuron.layer == first.layer + 1
    tab_to(qtbot, window, "Layer", "neuron")
    press(qtbot, window, Qt.Key.Key_End)
    assert choice.neuron.layer == 3
    neuron = tab_to(qtbot, window, "Neuron", "neuron")
    press(qtbot, window, Qt.Key.Key_Up)
    assert choice.neuron == Neuron(3, neuron.value())
    tab_to(qtbot, window, "Weights, activations and contributions")
    press(qtbot, window, Qt.Key.Key_Right)
    press(qtbot, window, Qt.Key.Key_Return)
    assert choice.neuron.layer == 2
    press(qtbot, window, Qt.Key.Key_U)
    assert choice.neuron is None

    # The matrix leads to the samples.
    tab_to(qtbot, window, "Confusion matrix: a row for each label")
    press(qtbot, window, Qt.Key.Key_Right)
    press(qtbot, window, Qt.Key.Key_Return)
    query = window.views.samples.query
    assert (query.digit, query.predicted) == (0, 1)

    # A pad without a pen.
    tab_to(qtbot, window, "Take the chosen sample")
    press(qtbot, window, Qt.Key.Key_Space)
    assert choice.sample.source == DRAWN
    before = choice.sample.pixels
    pad = tab_to(qtbot, window, "Draw a digit")
    press(qtbot, window, Qt.Key.Key_Right)
    moved = choice.sample.pixels.reshape(28, 28)
    np.testing.assert_array_equal(moved[:, 1:], before.reshape(28, 28)[:, :-1])
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    np.testing.assert_array_equal(choice.sample.pixels, before)
    assert pad is QApplication.focusWidget()

    # Looks.
    press(qtbot, window, Qt.Key.Key_T, CTRL)
    assert theme.name == "light"
    scale = theme.text_scale
    press(qtbot, window, Qt.Key.Key_Plus, CTRL)
    assert theme.text_scale > scale
    press(qtbot, window, Qt.Key.Key_Minus, CTRL)
    assert theme.text_scale == scale

    # Anything else, by its name.
    press(qtbot, window, Qt.Key.Key_P, CTRL | SHIFT)
    palette = window.findChild(Palette)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is palette.field, timeout=PATIENCE_MS)
    qtbot.keyClicks(palette.field, "blue and orange")
    press(qtbot, window, Qt.Key.Key_Return)
    assert theme.colour_blind_safe
    qtbot.waitUntil(lambda: window.findChild(Palette) is None, timeout=PATIENCE_MS)
    press(qtbot, window, Qt.Key.Key_E, CTRL)
    dialog = window.findChild(ExportDialog)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog, timeout=PATIENCE_MS)
    press(qtbot, window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(ExportDialog) is None, timeout=PATIENCE_MS)

    # And through all of it, the run stood still.
    rest(qtbot, window)
    assert step_of(window) == step
    press(qtbot, window, Qt.Key.Key_Q, CTRL)
    assert not window.isVisible()


# While training runs


def test_whatever_is_done_while_training_runs_the_run_is_as_if_nobody_had_looked(qtbot, window):
    open_window(qtbot, window)
    rng = np.random.default_rng(5)
    act = {key: action.trigger for key, action in window.actions_by_key.items()}
    canvases = window.findChildren(Canvas)
    things = [
        *(act[key] for key in ("next_sample", "previous_sample", "random_sample", "next_mistake")),
        *(act[key] for key in ("lecture", "explore", "evaluate", "debug", "surface", "reset_layout")),
        *(act[key] for key in ("light", "colour_blind", "larger", "larger", "smaller", "motion")),
        *(act[key] for key in ("play", "play_back", "unpin", "keep_step", "copy")),
        *(dock.toggleViewAction().trigger for dock in window.docks.values()),
        *(lambda key=key: window.show_view(key) for key in window.docks),
        *(lambda size=size: window.resize(*size) for size in ((1, 1), (640, 480), (1920, 1080), (1280, 800))),
        lambda: window.choice.pin(Neuron(int(rng.integers(1, 4)), int(rng.integers(10)))),
        lambda: window.choice.choose_component(Component(int(rng.integers(1, 4)), int(rng.integers(10)), 3)),
        *(button.click for button in window.views.diagram.controls.buttons.values()),
        *(button.click for button in window.views.backprop.controls.buttons.values()),
        lambda: window.choice.choose(TRAINING, int(rng.integers(60_000))),
        lambda: draw(window.views.pad._canvas, SEVEN),
        lambda: window.views.pad.do("noise"),
        lambda: window.views.samples.show_confused(TEST, int(rng.integers(10)), int(rng.integers(10))),
        lambda: window.views.samples.grid.bar.setValue(int(rng.integers(20_000))),
    ]

    def look_about():
        """Move the pointer over something that can be seen, and click there."""
        seen = [canvas for canvas in canvases if canvas.isVisible() and not canvas.visibleRegion().isEmpty()]
        if seen:
            canvas = seen[rng.integers(len(seen))]
            place = QPoint(int(rng.integers(canvas.width())), int(rng.integers(canvas.height())))
            move_mouse(canvas, place)
            qtbot.mouseClick(canvas, LEFT, pos=place)

    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_running(qtbot, window, True)
    for thing in [*things, *rng.choice(np.array(things, object), 40)]:
        thing()
        look_about()
        if rng.random() < 0.4:
            qtbot.wait(int(rng.integers(60)))
    window.resize(1280, 800)
    act["explore"]()
    wait_for_views(qtbot, window, "diagram", "pad", "health")
    wait_for_step(qtbot, window, step_of(window) + 50)
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_running(qtbot, window, False)
    rest(qtbot, window)
    trainer = trainer_of(window)
    again = replay(trainer.spec, trainer.data, trainer.journal, trainer.step)
    assert trainer.journal.to_json() == []
    assert again.network.theta.tobytes() == window.run_control.snapshot.theta.tobytes()

    # And in the middle of all of it, enough.
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_running(qtbot, window, True)
    for thing in things[:12]:
        thing()
    window.close()
    assert not window.isVisible()
    assert not window.run_control._worker._thread.is_alive()
