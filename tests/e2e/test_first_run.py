"""A person's first run, on the real MNIST."""

import time

import numpy as np
import pytest
from app.small_window import (
    PATIENCE_MS,
    close,
    make_window,
    rest,
    step_of,
    trainer_of,
    wait_for_evaluation,
    wait_for_message,
    wait_for_running,
    wait_for_step,
)
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from nnviz.app.theme import Theme
from nnviz.run.presets import DEFAULT_PRESET, PRESETS
from nnviz.run.trainer import replay


@pytest.fixture
def window(qapp, tmp_path):
    theme = Theme(qapp)
    theme.choose("dark", colour_blind_safe=False)
    window = make_window(theme, tmp_path)
    yield window
    close(qapp, window)
    theme.deleteLater()


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def pause_and_measure(qtbot, window):
    """Press Space, and return how many milliseconds it takes until the window has paused."""
    pressed = time.perf_counter()
    press(qtbot, window, Qt.Key.Key_Space)
    while window.run_control.running:
        assert time.perf_counter() - pressed < 20, "the pause does not come"
        qtbot.wait(1)
    return 1000 * (time.perf_counter() - pressed)


def test_a_first_run(qtbot, window, capsys):
    window.start()
    with qtbot.waitSignal(window.run_control.run_ready, timeout=PATIENCE_MS):
        pass
    assert "MNIST, 60,000 training images" in window.windowTitle()
    assert window.run_control.spec == PRESETS[DEFAULT_PRESET]
    wait_for_evaluation(qtbot, window)
    before = window.run_control.snapshot.epochs[0]
    assert before.test_accuracy < 0.3

    # Run, and see the cost fall.
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_step(qtbot, window, 100)
    early = window.run_control.snapshot.smoothed_cost
    wait_for_step(qtbot, window, 3000)
    assert window.run_control.snapshot.smoothed_cost < 0.8 * early

    # Pause, several times, and see how long it takes.
    answers = []
    for _ in range(5):
        answers.append(pause_and_measure(qtbot, window))
        press(qtbot, window, Qt.Key.Key_Space)
        wait_for_running(qtbot, window, True)
        wait_for_step(qtbot, window, step_of(window) + 100)
    answers.append(pause_and_measure(qtbot, window))
    with capsys.disabled():
        print(f"\n  pause answers in {np.median(answers):.0f} ms, at worst {max(answers):.0f} ms", end=" ")
    assert max(answers) < 1000

    # One step.
    rest(qtbot, window)
    step = step_of(window)
    # The figures have a slower pace than frames, but the step that was paused at must appear.
    qtbot.waitUntil(lambda: window.transport.step.text == f"{step:,}", timeout=2000)
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for_step(qtbot, window, step + 1)
    rest(qtbot, window)
    assert step_of(window) == step + 1

    # Another learning rate, on the live run.
    window.setup.hyper["eta"].setValue(0.75)
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_step(qtbot, window, step + 500)
    press(qtbot, window, Qt.Key.Key_Space)
    rest(qtbot, window)
    assert trainer_of(window).journal.to_json() == [{"step": step + 1, "name": "eta", "value": 0.75}]

    # Reset, and bring the run back.
    left = step_of(window)
    theta = window.run_control.snapshot.theta
    press(qtbot, window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    wait_for_message(qtbot, window, f"left at step {left:,}")
    qtbot.waitUntil(lambda: step_of(window) == 0, timeout=PATIENCE_MS)
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for_step(qtbot, window, left)
    rest(qtbot, window)
    assert step_of(window) == left

    # What came of it all is what specification and journal say, bit for bit.
    trainer = trainer_of(window)
    again = replay(trainer.spec, trainer.data, trainer.journal, left)
    assert again.network.theta.tobytes() == window.run_control.snapshot.theta.tobytes() == theta.tobytes()
