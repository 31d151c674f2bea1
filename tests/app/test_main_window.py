import math
import re

import numpy as np
import pytest
from app.small_window import (
    PATIENCE_MS,
    begin,
    close,
    make_window,
    no_warnings,
    rest,
    settings_in,
    spec_of,
    step_of,
    trainer_of,
    wait_for_evaluation,
    wait_for_message,
    wait_for_running,
    wait_for_step,
)
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QSlider,
    QTabBar,
    QToolButton,
    QWidget,
)
from run.small import samples, write_folder

from nnviz.app.layouts import LAYOUTS
from nnviz.app.views.text_box import TextBox
from nnviz.data.dataset import DataSet, Samples
from nnviz.run.model_file import load_model

STEPS_AN_EPOCH = 8


def action(window, key):
    return window.actions_by_key[key]


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    """Press a key where the focus is, as a person does."""
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def focus(window, widget):
    window.activateWindow()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert QApplication.focusWidget() is widget


def button_of(window, key):
    return next(b for b in window.findChildren(QToolButton) if b.defaultAction() is action(window, key))


def message_button(window, text):
    return next(b for b in window.message.findChildren(QPushButton) if b.text() == text)


def progress_shown(window):
    return window._progress.isVisible()


# Loading


def test_while_data_is_loaded_the_window_shows_how_far_it_is(qtbot, idle_window, data_folder):
    window, values = idle_window, []
    window._progress.valueChanged.connect(values.append)
    window._show_working(0.0)
    assert progress_shown(window)
    assert window._top_bar.isVisible()
    begin(qtbot, window, spec_of(data_folder))
    assert values
    assert values == sorted(values)
    assert not progress_shown(window)
    assert not window._top_bar.isVisible()


def test_before_there_is_data_nothing_can_be_run(idle_window):
    for key in ("toggle", "step", "epoch", "reset", "save", "bring_back"):
        assert not action(idle_window, key).isEnabled(), key
    for key in ("open_data", "use_mnist", "new_run", "quit", "light"):
        assert action(idle_window, key).isEnabled(), key


def test_with_data_the_window_says_which_and_is_ready(window, data_folder):
    assert window.windowTitle() == "nnviz – small digits, 53 training images"
    for key in ("toggle", "step", "epoch", "reset", "save"):
        assert action(window, key).isEnabled(), key
    assert not action(window, "bring_back").isEnabled()
    assert window.transport.step.text == "0"
    assert window.views.weights.snapshot is not None
    assert len(window.views.weights._picture._mosaic) == 6


def test_the_setup_panel_shows_the_run(window):
    assert window.setup.wanted() == window.run_control.spec
    assert window.setup.hidden.text() == "6"


# Running, by the keyboard


def test_space_runs_and_pauses(qtbot, window, wait_for):
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_running(qtbot, window, True)
    assert action(window, "toggle").text() == "Pause"
    wait_for(20)
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_running(qtbot, window, False)
    assert action(window, "toggle").text() == "Run"
    rest(qtbot, window)
    step = step_of(window)
    qtbot.wait(100)
    assert step_of(window) == step == trainer_of(window).step
    qtbot.waitUntil(lambda: window.transport.step.text == f"{step:,}", timeout=PATIENCE_MS)


def test_right_makes_one_step(qtbot, window, wait_for):
    for step in (1, 2, 3):
        press(qtbot, window, Qt.Key.Key_Right)
        wait_for(step)
        rest(qtbot, window)
        assert step_of(window) == step


def test_shift_right_runs_to_the_end_of_the_epoch(qtbot, window):
    for epoch in (1, 2):
        press(qtbot, window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        wait_for_evaluation(qtbot, window, epoch + 1)
        wait_for_running(qtbot, window, False)
        assert step_of(window) == epoch * STEPS_AN_EPOCH
    qtbot.waitUntil(lambda: window.transport.accuracy.text.endswith("%"), timeout=PATIENCE_MS)


def test_reset_and_bring_back_by_the_keyboard(qtbot, window, wait_for):
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    theta = window.run_control.snapshot.theta.copy()
    press(qtbot, window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    wait_for_message(qtbot, window, "left at step 1")
    qtbot.waitUntil(lambda: step_of(window) == 0, timeout=PATIENCE_MS)
    assert action(window, "bring_back").isEnabled()
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for(1)
    assert np.array_equal(window.run_control.snapshot.theta, theta)
    assert not window.message.isVisible()


def test_the_message_brings_the_run_back_too(qtbot, window, wait_for):
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    action(window, "reset").trigger()
    wait_for_message(qtbot, window, "left at step 1")
    qtbot.mouseClick(message_button(window, "Bring it back"), Qt.MouseButton.LeftButton)
    wait_for(1)


def test_a_new_run_by_the_keyboard_has_the_network_of_the_panel(qtbot, window):
    focus(window, window.setup.hidden)
    window.setup.hidden.selectAll()
    qtbot.keyClicks(window.setup.hidden, "9, 7")
    press(qtbot, window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.run_control.spec.sizes == (20, 9, 7, 10), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(window.views.weights._picture._mosaic) == 9, timeout=PATIENCE_MS)


def test_space_runs_while_a_number_has_the_focus(qtbot, window):
    """η is set, then the run is started: a space means nothing in a number."""
    for spin in window.setup.hyper.values():
        focus(window, spin)
        press(qtbot, window, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: window.run_control.running, timeout=2000)
        press(qtbot, window, Qt.Key.Key_Space)
        wait_for_running(qtbot, window, False)


def test_a_space_in_the_sizes_of_layers_is_a_space(qtbot, window):
    focus(window, window.setup.hidden)
    window.setup.hidden.selectAll()
    qtbot.keyClicks(window.setup.hidden, "9 7")
    rest(qtbot, window)
    assert window.setup.hidden.text() == "9 7"
    assert step_of(window) == 0


def test_space_presses_the_button_that_has_the_focus(qtbot, window):
    log = next(b for b in window.views["costs"].findChildren(QPushButton) if b.text() == "Log")
    focus(window, log)
    press(qtbot, window, Qt.Key.Key_Space)
    rest(qtbot, window)
    assert log.isChecked()
    assert step_of(window) == 0


def test_arrows_move_the_slider_that_has_the_focus(qtbot, window):
    slider = window.transport.findChild(QSlider)
    focus(window, slider)
    slider.setValue(40)
    press(qtbot, window, Qt.Key.Key_Right)
    rest(qtbot, window)
    assert slider.value() == 41
    assert step_of(window) == 0


def test_a_number_that_was_typed_is_live_before_the_run_that_space_starts(qtbot, window):
    """Without it the field would show one η, and the run would learn with another."""
    spin = window.setup.hyper["eta"]
    focus(window, spin)
    spin.selectAll()
    qtbot.keyClicks(spin, "0.25")
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_running(qtbot, window, True)
    rest(qtbot, window)
    assert trainer_of(window).journal.to_json() == [{"step": 0, "name": "eta", "value": 0.25}]


@pytest.mark.parametrize("key", ["step", "epoch", "reset", "new_run"])
def test_a_number_that_was_typed_is_live_before_any_action(qtbot, window, key):
    spin = window.setup.hyper["eta"]
    focus(window, spin)
    spin.selectAll()
    qtbot.keyClicks(spin, "0.25")
    action(window, key).trigger()
    rest(qtbot, window)
    assert trainer_of(window).hyper.eta == 0.25


def test_arrows_choose_among_buttons_of_which_one_is_pressed(qtbot, window):
    linear, log = (
        next(b for b in window.views["costs"].findChildren(QPushButton) if b.text() == name)
        for name in ("Linear", "Log")
    )
    focus(window, linear)
    press(qtbot, window, Qt.Key.Key_Right)
    rest(qtbot, window)
    assert log.isChecked()
    assert step_of(window) == 0


def test_a_button_that_was_clicked_leaves_space_to_the_run(qtbot, window):
    log = next(b for b in window.views["costs"].findChildren(QPushButton) if b.text() == "Log")
    qtbot.mouseClick(log, Qt.MouseButton.LeftButton)
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for_running(qtbot, window, True)
    assert log.isChecked()


# By the mouse


def test_the_wheel_over_a_control_that_has_not_the_focus_changes_nothing(qtbot, window):
    """It scrolls the panel; else passing over η would change the live run."""
    panel = window.setup
    wanted = panel.wanted()
    for control in (*panel.hyper.values(), panel.seed, panel.activation, panel.preset):
        control.clearFocus()
        centre = QPointF(control.rect().center())
        turn, button, keys = QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        place, phase = control.mapToGlobal(centre), Qt.ScrollPhase.NoScrollPhase
        QApplication.sendEvent(control, QWheelEvent(centre, place, turn, turn, button, keys, phase, False))
    rest(qtbot, window)
    assert panel.wanted() == wanted
    assert trainer_of(window).journal.to_json() == []


@pytest.mark.parametrize("key", ["toggle", "step", "epoch", "reset"])
def test_a_double_click_on_a_button_leaves_a_sound_run(qtbot, window, wait_for, key):
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    button = button_of(window, key)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.mouseDClick(button, Qt.MouseButton.LeftButton)
    rest(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Right)
    before = step_of(window)
    wait_for(before + 1)
    rest(qtbot, window)
    assert not window.run_control.running


def test_a_double_click_on_reset_does_not_lose_the_run(qtbot, window, wait_for):
    for step in range(1, 6):
        press(qtbot, window, Qt.Key.Key_Right)
        wait_for(step)
    button = button_of(window, "reset")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    rest(qtbot, window)
    assert action(window, "bring_back").isEnabled()
    action(window, "bring_back").trigger()
    wait_for(5)


def test_the_speed_reaches_the_worker(qtbot, window):
    slider = window.transport.findChild(QSlider)
    slider.setValue(0)
    rest(qtbot, window)
    assert window.run_control._worker._pace.speed == 1
    slider.setValue(slider.maximum())
    rest(qtbot, window)
    assert window.run_control._worker._pace.speed == math.inf


# Hyper-parameters and the panel


def test_a_hyper_parameter_changes_the_live_run_and_is_in_its_journal(qtbot, window, wait_for):
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    window.setup.hyper["eta"].setValue(0.25)
    window.setup.hyper["batch_size"].setValue(5)
    rest(qtbot, window)
    assert trainer_of(window).journal.to_json() == [
        {"step": 1, "name": "eta", "value": 0.25},
        {"step": 1, "name": "batch_size", "value": 5},
    ]
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(2)
    assert window.run_control.snapshot.hyper == window.setup.wanted().hyper


def test_hyper_parameters_can_be_changed_while_training(qtbot, window, wait_for):
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for(10)
    for eta in (0.1, 0.2, 0.3):
        window.setup.hyper["eta"].setValue(eta)
        wait_for(step_of(window) + 10)
    rest(qtbot, window)
    assert trainer_of(window).hyper.eta == 0.3
    assert window.run_control.snapshot.hyper.eta == 0.3
    assert [change["value"] for change in trainer_of(window).journal.to_json()] == [0.1, 0.2, 0.3]


def test_a_preset_changes_nothing_that_is_live(qtbot, window, wait_for):
    box = window.setup.preset
    for index in range(box.count()):
        box.setCurrentIndex(index)
        box.textActivated.emit(box.itemText(index))
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    assert trainer_of(window).journal.to_json() == []


def test_bringing_back_shows_the_hyper_parameters_of_the_run_that_is_back(qtbot, window, wait_for):
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    action(window, "reset").trigger()
    qtbot.waitUntil(lambda: step_of(window) == 0, timeout=PATIENCE_MS)
    window.setup.hyper["eta"].setValue(0.125)
    rest(qtbot, window)
    action(window, "bring_back").trigger()
    wait_for(1)
    assert window.setup.hyper["eta"].value() == 0.5
    assert window.run_control.hyper.eta == 0.5


# Data and files


def test_other_data_are_opened_and_the_run_can_be_brought_back(
    qtbot, window, wait_for, tmp_path, monkeypatch
):
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    other = write_folder(tmp_path / "other digits", DataSet("other", samples(20, 3), samples(10, 4)))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(other))
    action(window, "open_data").trigger()
    qtbot.waitUntil(lambda: window.run_control.spec.data == str(other), timeout=PATIENCE_MS)
    assert window.windowTitle() == "nnviz – other digits, 20 training images"
    wait_for_message(qtbot, window, "left at step 1")
    action(window, "bring_back").trigger()
    wait_for(1)


def test_the_title_names_the_data_of_the_run_that_was_brought_back(qtbot, window, wait_for, tmp_path):
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    other = write_folder(tmp_path / "other digits", DataSet("other", samples(20, 3), samples(10, 4)))
    window.files.open_data(other)
    qtbot.waitUntil(lambda: window.run_control.spec.data == str(other), timeout=PATIENCE_MS)
    action(window, "bring_back").trigger()
    wait_for(1)
    assert window.windowTitle() == "nnviz – small digits, 53 training images"


def test_data_of_another_size_are_opened_with_a_first_layer_that_fits(qtbot, window, tmp_path):
    images = np.zeros((20, 36), np.uint8)
    larger = Samples(images, np.arange(20, dtype=np.uint8) % 10, (6, 6))
    other = write_folder(tmp_path / "larger digits", DataSet("larger", larger, larger))
    window.files.open_data(other)
    rest(qtbot, window)
    assert window.run_control.spec.sizes == (36, 6, 10)


def test_no_folder_chosen_is_no_change(qtbot, window, monkeypatch):
    spec = window.run_control.spec
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    action(window, "open_data").trigger()
    rest(qtbot, window)
    assert window.run_control.spec is spec


def test_a_folder_without_data_gets_a_sentence_and_the_run_is_still_there(
    qtbot, window, wait_for, tmp_path, monkeypatch
):
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "empty"))
    title = window.windowTitle()
    action(window, "open_data").trigger()
    sentence = wait_for_message(qtbot, window, "lacks")
    assert "train-images-idx3-ubyte" in sentence
    assert not progress_shown(window)
    assert window.windowTitle() == title
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(2)


def test_data_that_are_no_digits_get_a_sentence_and_the_window_stays_with_the_old(
    qtbot, window, wait_for, tmp_path
):
    images = np.zeros((40, 20), np.uint8)
    many = Samples(images, np.arange(40, dtype=np.uint8) % 20, (5, 4))
    title = window.windowTitle()
    window.files.open_data(write_folder(tmp_path / "letters", DataSet("letters", many, many)))
    wait_for_message(qtbot, window, "digits 0 to 9")
    assert window.windowTitle() == title
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)


def test_a_saved_model_is_the_network_of_the_snapshot(qtbot, window, wait_for, tmp_path, monkeypatch):
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    path = tmp_path / "my model.npz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    press(qtbot, window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert str(path) in wait_for_message(qtbot, window, "saved")
    model = load_model(path)
    assert model.step == 1
    assert model.spec == window.run_control.spec
    assert np.array_equal(model.network.theta, window.run_control.snapshot.theta)


@pytest.mark.parametrize(
    ("typed", "written"), [("model", "model.npz"), ("model.npz", "model.npz"), ("eta 0.5", "eta 0.5.npz")]
)
def test_a_model_is_saved_under_the_name_that_was_typed(qtbot, window, tmp_path, monkeypatch, typed, written):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / typed), ""))
    action(window, "save").trigger()
    wait_for_message(qtbot, window, "saved")
    assert [file.name for file in tmp_path.glob("*.npz")] == [written]


def test_a_model_that_cannot_be_saved_gets_a_sentence(qtbot, window, tmp_path, monkeypatch):
    path = tmp_path / "nowhere" / "model.npz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    action(window, "save").trigger()
    assert "nowhere" in wait_for_message(qtbot, window, "No such file")


def test_no_name_given_saves_nothing(qtbot, window, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    action(window, "save").trigger()
    rest(qtbot, window)
    assert not window.message.isVisible()


# What goes wrong


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_divergence_gets_a_sentence_and_pauses(qtbot, window):
    with no_warnings():
        window.setup.hyper["eta"].setValue(1000.0)
        window.setup.hyper["l2"].setValue(1000.0)
        press(qtbot, window, Qt.Key.Key_Space)
        sentence = wait_for_message(qtbot, window, "diverged")
        wait_for_running(qtbot, window, False)
        rest(qtbot, window)
        window.grab()
    assert "What usually helps" in sentence
    assert action(window, "toggle").text() == "Run"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_after_a_divergence_a_smaller_rate_and_a_reset_help(qtbot, window):
    with no_warnings():
        window.setup.hyper["l2"].setValue(1000.0)
        window.setup.hyper["eta"].setValue(1000.0)
        press(qtbot, window, Qt.Key.Key_Space)
        wait_for_message(qtbot, window, "diverged")
        window.setup.hyper["l2"].setValue(0.0)
        window.setup.hyper["eta"].setValue(0.5)
        action(window, "reset").trigger()
        qtbot.waitUntil(lambda: step_of(window) == 0, timeout=PATIENCE_MS)
        press(qtbot, window, Qt.Key.Key_Space)
        wait_for_step(qtbot, window, 50)
        rest(qtbot, window)
    assert math.isfinite(window.run_control.snapshot.smoothed_cost)


# Looks


def test_the_theme_is_switched_live_and_remembered(qtbot, window, qapp, theme, tmp_path):
    press(qtbot, window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert theme.name == "light"
    assert action(window, "light").isChecked()
    assert qapp.palette().window().color().name() == theme.colours.background
    action(window, "colour_blind").trigger()
    assert theme.colour_blind_safe
    picture = window.grab().toImage()
    seen = {picture.pixelColor(x, 400).name() for x in range(picture.width())}
    assert theme.colours.surface in seen
    window.settings.save()
    remembered = settings_in(tmp_path)
    assert (remembered.theme, remembered.colour_blind_safe) == ("light", True)
    press(qtbot, window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert theme.name == "dark"


def test_the_window_can_be_made_tiny_and_large_again(qtbot, window, wait_for):
    press(qtbot, window, Qt.Key.Key_Space)
    for size in ((1, 1), (640, 480), (1920, 1080), (1280, 800)):
        window.resize(*size)
        window.grab()
        wait_for(step_of(window) + 5)
    rest(qtbot, window)
    assert (window.width(), window.height()) == (1280, 800)


def test_the_window_fits_a_small_screen(window):
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 720


def test_no_text_is_cut_off_in_the_window_of_the_standard_size(qtbot, window):
    from PySide6.QtGui import QFontMetrics

    for key in window.docks:
        window.show_view(key)
        qtbot.wait(1)
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.text() and not isinstance(button, QToolButton):
            assert QFontMetrics(button.font()).horizontalAdvance(button.text()) <= button.width(), (
                button.text()
            )
    for box in window.findChildren(QComboBox):
        if box is not window.setup.preset:  # long names, shown whole in the list
            for index in range(box.count()):
                width = QFontMetrics(box.font()).horizontalAdvance(box.itemText(index))
                assert width <= box.width() - 24, box.itemText(index)


def test_a_reset_layout_is_that_of_the_beginning(qtbot, window):
    def layout():
        return {key: dock.geometry().getRect() for key, dock in window.docks.items() if window.is_seen(key)}

    def is_as(before):
        now = layout()
        return now.keys() == before.keys() and all(
            abs(a - b) <= 4 for key in now for a, b in zip(now[key], before[key], strict=True)
        )

    before = layout()
    assert set(before) == {"setup", "diagram", "costs", "weights"}
    for dock in window.docks.values():
        dock.hide()
    assert layout() == {}
    action(window, "reset_layout").trigger()
    qtbot.waitUntil(lambda: is_as(before), timeout=5000)
    assert (window.width(), window.height()) == (1280, 800)


def test_layouts_may_be_changed_at_any_time_and_in_any_order(qtbot, window):
    """Qt's docks have crashed when they were asked about tabs in the middle of being rearranged."""
    rng = np.random.default_rng(3)
    docks = list(window.docks.values())
    for _ in range(60):
        match rng.integers(5):
            case 0:
                action(window, ("lecture", "explore", "evaluate")[rng.integers(3)]).trigger()
            case 1:
                docks[rng.integers(len(docks))].toggleViewAction().trigger()
            case 2:
                docks[rng.integers(len(docks))].setFloating(bool(rng.integers(2)))
            case 3:
                window.tabifyDockWidget(docks[rng.integers(4)], docks[4 + rng.integers(4)])
            case 4:
                qtbot.wait(1)
    action(window, "explore").trigger()
    qtbot.waitUntil(lambda: all(window.is_seen(key) for key in ("diagram", "pad", "health")), timeout=5000)


def test_a_reset_layout_brings_no_empty_bar(qtbot, window):
    action(window, "reset_layout").trigger()
    assert window._top_bar.isVisible() == (window.message.isVisible() or progress_shown(window))


def test_a_layout_is_remembered(qtbot, qapp, theme, tmp_path):
    window = make_window(theme, tmp_path)
    window.resize(1111, 777)
    window.docks["costs"].hide()
    close(qapp, window)
    again = make_window_unsized(theme, tmp_path)
    assert (again.width(), again.height()) == (1111, 777)
    assert again.docks["costs"].isHidden()
    assert again.docks["weights"].isVisible()
    close(qapp, again)


def make_window_unsized(theme, folder):
    from nnviz.app.main_window import MainWindow

    window = MainWindow(theme, settings_in(folder))
    window.show()
    return window


def test_a_window_closed_in_full_screen_knows_that_it_is_when_it_opens(qtbot, qapp, theme, tmp_path):
    window = make_window(theme, tmp_path)
    action(window, "full_screen").trigger()
    assert window.isFullScreen()
    close(qapp, window)
    again = make_window_unsized(theme, tmp_path)
    assert action(again, "full_screen").isChecked() == again.isFullScreen()
    close(qapp, again)


def test_full_screen_is_left_as_it_was_entered(window):
    for full in (True, False):
        action(window, "full_screen").trigger()
        assert window.isFullScreen() is full


def test_a_view_that_was_hidden_shows_the_newest_step_when_it_is_shown(qtbot, window, wait_for):
    window.docks["weights"].hide()
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    assert not window.views.weights._is_shown
    window.docks["weights"].show()
    assert window.views.weights._is_shown


def test_a_view_behind_a_tab_shows_the_newest_step_when_its_tab_is_chosen(qtbot, window, wait_for):
    window.tabifyDockWidget(window.docks["weights"], window.docks["costs"])
    window.docks["costs"].raise_()
    qtbot.wait(50)
    press(qtbot, window, Qt.Key.Key_Right)
    wait_for(1)
    window.docks["weights"].raise_()
    qtbot.waitUntil(lambda: window.views.weights._is_shown, timeout=3000)
    assert window.views.weights.snapshot.step == 1


# Boxes


@pytest.mark.parametrize(("key", "part"), [("shortcuts", "Shift+Right"), ("about", "3Blue1Brown")])
def test_a_box_is_opened_and_closed_and_the_run_goes_on_meanwhile(qtbot, window, wait_for, key, part):
    press(qtbot, window, Qt.Key.Key_Space)
    wait_for(5)
    action(window, key).trigger()
    box = window.findChild(TextBox)
    assert box.isVisible()
    assert part in box.text.toPlainText()
    wait_for(step_of(window) + 20)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(TextBox) is None, timeout=PATIENCE_MS)


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_f1_and_the_question_mark_open_the_shortcuts(qtbot, window, key):
    press(qtbot, window, key)
    box = window.findChild(TextBox)
    assert box.isVisible()
    assert "Ctrl+R" in box.text.toPlainText()


# Without a mouse


def controls(window):
    """Return what can be operated: buttons, fields, sliders; not those of a view behind another tab."""
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QSlider)
    return [
        widget
        for kind in kinds
        for widget in window.findChildren(kind)
        if widget.isVisible()
        and widget.isEnabled()
        and not widget.visibleRegion().isEmpty()
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parent(), QAbstractSpinBox)
    ]


def by_tab(qtbot, window):
    """Return all that gets the focus when Tab is pressed again and again."""
    focus(window, window.transport.findChild(QSlider))
    reached = []
    for _ in range(200):
        widget = QApplication.focusWidget()
        if widget in reached:
            break
        reached.append(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    return reached


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_control_is_reached_by_tab(qtbot, window, name):
    window.lay_out(name)
    qtbot.wait(50)
    window.message.warn("A sentence with a button.")
    reached = by_tab(qtbot, window)
    missing = [w for w in controls(window) if w not in reached]
    # Of the buttons of one choice, Tab reaches that which is pressed, and arrows the others.
    missing = [w for w in missing if not (isinstance(w, QAbstractButton) and w.group() and not w.isChecked())]
    assert [f"{type(w).__name__} {w.accessibleName() or w.objectName()}" for w in missing] == []


def test_every_control_has_a_name_for_a_screen_reader(window):
    window.message.warn("A sentence with a button.")
    nameless = [w for w in controls(window) if not (w.accessibleName() or getattr(w, "text", lambda: "")())]
    assert [f"{type(w).__name__} in {type(w.parent()).__name__}" for w in nameless] == []


SENTENCE = re.compile(r"\S+ .*[.?](?: \([^()]+\))?")
"""With the keys behind it, where there are any."""


def all_controls(window):
    """Return what can be operated, seen or not, but what is part of another control."""
    return [
        widget
        for kind in (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QSlider)
        for widget in window.findChildren(kind)
        if not isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QLineEdit | QTabBar)
        and not widget.objectName().startswith("qt_")
    ]


def test_every_control_says_in_a_sentence_what_it_does(window):
    window.message.say("A sentence with a button.", "Do it", lambda: None)
    make_all_views(window)
    found = all_controls(window)
    assert len(found) > 80
    without = [w for w in found if not SENTENCE.fullmatch(w.toolTip())]
    assert [f"{type(w).__name__} {w.accessibleName()} of {type(w.parent()).__name__}" for w in without] == []


def test_every_action_says_in_a_sentence_what_it_does(window):
    docks = [dock.toggleViewAction() for dock in window.docks.values()]
    without = [a for a in (*window.actions_by_key.values(), *docks) if not SENTENCE.fullmatch(a.toolTip())]
    assert [action.text() for action in without] == []


def test_whatever_gets_the_focus_has_a_name(qtbot, window):
    nameless = [
        w for w in by_tab(qtbot, window) if not (w.accessibleName() or getattr(w, "text", lambda: "")())
    ]
    assert [f"{type(w).__name__} in {type(w.parent()).__name__}" for w in nameless] == []


def make_all_views(window):
    assert all(window.views[key] for key in window.views)


def test_every_view_is_named(window):
    make_all_views(window)
    for dock in window.docks.values():
        assert dock.windowTitle()
        assert dock.widget().accessibleName() == dock.windowTitle()


# Closing


def test_closing_ends_the_worker(qtbot, idle_window, data_folder):
    begin(qtbot, idle_window, spec_of(data_folder))
    idle_window.close()
    assert not idle_window.run_control._worker._thread.is_alive()


def test_closing_while_training_ends_the_worker(qtbot, idle_window, data_folder):
    begin(qtbot, idle_window, spec_of(data_folder))
    press(qtbot, idle_window, Qt.Key.Key_Space)
    wait_for_running(qtbot, idle_window, True)
    press(qtbot, idle_window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not idle_window.isVisible()
    assert not idle_window.run_control._worker._thread.is_alive()


def test_closing_while_loading_ends_the_worker(qtbot, idle_window, data_folder):
    idle_window.run_control.start(spec_of(data_folder))
    idle_window.close()
    assert not idle_window.run_control._worker._thread.is_alive()


def test_closing_remembers_the_settings(qtbot, idle_window, tmp_path):
    idle_window.close()
    assert settings_in(tmp_path).window() is not None


# Any order


def test_a_storm_of_commands_ends_in_a_sound_run(qtbot, window, tmp_path):
    rng = np.random.default_rng(3)
    keys = ["toggle", "step", "epoch", "reset", "bring_back", "new_run", "light", "colour_blind"]
    for _ in range(150):
        action(window, keys[rng.integers(len(keys))]).trigger()
        if rng.random() < 0.2:
            window.setup.hyper["eta"].setValue(float(rng.choice([0.1, 0.5, 1.0])))
        if rng.random() < 0.2:
            window.setup.seed.setValue(int(rng.integers(5)))
        if rng.random() < 0.3:
            qtbot.wait(int(rng.integers(40)))
    rest(qtbot, window)
    wait_for_evaluation(qtbot, window)
    rest(qtbot, window)
    trainer, snapshot = trainer_of(window), window.run_control.snapshot
    assert snapshot.spec is trainer.spec
    assert snapshot.step == trainer.step
    assert np.array_equal(snapshot.theta, trainer.network.theta)
    assert window.run_control.hyper == trainer.hyper
    assert window.setup.wanted().hyper == trainer.hyper


def test_keys_and_clicks_on_the_empty_window_are_no_fault(qtbot, window):
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and not isinstance(widget, QAbstractButton):
            qtbot.mouseMove(widget, QPoint(3, 3))
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_F6, Qt.Key.Key_Left, Qt.Key.Key_Delete):
        press(qtbot, window, key)
    rest(qtbot, window)
    assert step_of(window) == 0


# Toy surfaces


def test_toy_surfaces_are_hidden_at_first_and_open_from_the_menu_without_any_data(qtbot, idle_window):
    window = idle_window
    for name in LAYOUTS:
        if name != "Surface":
            window.lay_out(name)
            assert window.docks["toys"].isHidden()
    assert "toys" not in window.views.made
    window.docks["toys"].toggleViewAction().trigger()
    qtbot.waitUntil(lambda: window.is_seen("toys") and "toys" in window.views.made)


def test_without_opengl_the_window_says_so_once_and_toys_go_on(qtbot, idle_window):
    window = idle_window
    window.show_view("toys")
    toys = window.views["toys"]
    window.docks["toys"].setFloating(True)
    window.docks["toys"].resize(900, 600)
    toys.controls.toy.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "no OpenGL" in window.message.text)
    window.message.put_away()
    toys.controls.toy.setCurrentIndex(2)
    QTest.mouseClick(toys.controls.buttons["step"], Qt.MouseButton.LeftButton)
    assert toys.race.step == 1
    assert window.message.isHidden()
