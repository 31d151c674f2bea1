"""Breakpoints in the window: set, fired, explained, remembered."""

import json

import pytest
from app.small_window import (
    PATIENCE_MS,
    begin,
    close,
    make_window,
    rest,
    settings_in,
    spec_of,
    step_of,
    trainer_of,
    wait_for_message,
    wait_for_running,
)
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel

from nnviz.run.breakpoints import (
    AccuracyReaches,
    EpochReached,
    GradientNormCrosses,
    ParameterNotFinite,
    PredictionChanges,
    StepReached,
    breakpoints_to_json,
)
from nnviz.run.journal import Journal
from nnviz.run.trainer import replay


def press(qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def have(qtbot, window, *points):
    window.run_control.guard.set_all(points)
    wait_for_points(qtbot, window, *points)


def wait_for_points(qtbot, window, *points):
    def shown():
        return [row.watched.point for row in window.breakpoints.rows]

    qtbot.waitUntil(lambda: shown() == list(points), timeout=PATIENCE_MS)


def fired(window):
    return [row.watched.reason for row in window.breakpoints.rows if row.watched.reason]


def test_a_breakpoint_is_built_by_the_keyboard_and_the_run_pauses_exactly_there(qtbot, window):
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert window.is_seen("breakpoints")
    qtbot.keyClicks(QApplication.focusWidget(), "Step")
    press(qtbot, Qt.Key.Key_Tab)
    qtbot.keyClicks(QApplication.focusWidget(), "33")
    press(qtbot, Qt.Key.Key_Return)
    wait_for_points(qtbot, window, StepReached(33))
    assert window.breakpoints.rows[0].findChild(QLabel).text() == "Pause at step 33."
    press(qtbot, Qt.Key.Key_Space)
    assert wait_for_message(qtbot, window, "reached") == "Step 33 is reached."
    wait_for_running(qtbot, window, False)
    assert step_of(window) == 33
    rest(qtbot, window)
    trainer = trainer_of(window)
    fresh = replay(trainer.spec, trainer.data, Journal(), 33)
    assert trainer.network.theta.tobytes() == fresh.network.theta.tobytes()
    assert trainer.made == 33
    assert fired(window) == ["Step 33 is reached."]
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: step_of(window) > 33, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: fired(window) == [], timeout=PATIENCE_MS)
    assert window.message.isHidden(), "what was said of the pause goes with it"
    rest(qtbot, window)


def test_the_message_leads_to_the_breakpoints_and_the_dock_is_not_forced_open(qtbot, window):
    assert not window.is_seen("breakpoints")
    have(qtbot, window, StepReached(9))
    window.run_control.toggle()
    wait_for_message(qtbot, window, "Step 9 is reached.")
    assert not window.is_seen("breakpoints")
    window.message._answer.click()
    qtbot.waitUntil(lambda: window.is_seen("breakpoints"), timeout=PATIENCE_MS)
    assert fired(window) == ["Step 9 is reached."]


def test_the_message_goes_when_a_single_step_leaves_the_breakpoint(qtbot, window):
    have(qtbot, window, StepReached(2))
    window.run_control.toggle()
    wait_for_message(qtbot, window, "Step 2")
    window.run_control.make_step()
    qtbot.waitUntil(lambda: step_of(window) == 3 and window.message.isHidden(), timeout=PATIENCE_MS)


def test_many_that_fire_at_once_are_a_short_message(qtbot, window):
    points = [
        StepReached(8),
        EpochReached(1),
        GradientNormCrosses(1, "above", 0.0),
        AccuracyReaches(bound=1.0),
    ]
    have(qtbot, window, *points)
    from nnviz.app.events import BreakpointHit
    from nnviz.run.watchers import Hit

    hits = tuple(Hit(point, 8, 7, f"Reason {n}.") for n, point in enumerate([*points, StepReached(8)]))
    window.break_control._say_why(BreakpointHit(hits, ""))
    assert window.message.text == "Reason 0. Reason 1. Reason 2. 2 more have fired."
    window.break_control._say_why(BreakpointHit(hits[:4], "It helps to wait."))
    assert window.message.text == "Reason 0. Reason 1. Reason 2. 1 more has fired. It helps to wait."


def test_a_divergence_says_which_parameter_and_what_helps(qtbot, idle_window, data_folder):
    spec = spec_of(data_folder, eta=1e30, cost="cross-entropy", activation="relu")
    begin(qtbot, idle_window, spec)
    have(qtbot, idle_window, ParameterNotFinite())
    idle_window.run_control.toggle()
    text = wait_for_message(qtbot, idle_window, "became")
    assert "What usually helps" in text
    assert text.endswith("Reset to step 0 to try again.")


def test_breakpoints_outlive_a_new_run_and_say_why_they_do_not_fit(qtbot, window, data_folder):
    have(qtbot, window, GradientNormCrosses(2), StepReached(6))
    window.run_control.new_run(spec_of(data_folder, sizes=(20, 10)))
    rows = window.breakpoints.rows
    qtbot.waitUntil(lambda: rows[0].watched.misfit != "", timeout=PATIENCE_MS)
    assert rows[0].watched.misfit == "Layer goes up to 1 in this run; the breakpoint asks for 2."
    window.run_control.toggle()
    wait_for_message(qtbot, window, "Step 6 is reached.")


def test_the_chosen_samples_prediction_is_one_action_away(qtbot, window):
    window.choice.choose("test", 12)
    window.actions_by_key["break_prediction"].trigger()
    wait_for_points(qtbot, window, PredictionChanges("test", 12))
    assert "test image 12" in window.message.text
    window.actions_by_key["break_prediction"].trigger()
    rest(qtbot, window)
    assert len(window.breakpoints.rows) == 1
    window.choice.choose_drawn(window.choice.sample.pixels)
    window.actions_by_key["break_prediction"].trigger()
    assert "Choose a training or test image first." in window.message.text


def test_what_was_removed_can_be_brought_back_to_its_place(qtbot, window):
    points = [StepReached(1), EpochReached(2, enabled=False), StepReached(3)]
    have(qtbot, window, *points)
    window.breakpoints.rows[1].remove.click()
    wait_for_points(qtbot, window, points[0], points[2])
    window.message._answer.click()
    wait_for_points(qtbot, window, *points)


def test_too_many_are_refused_with_a_sentence(qtbot, window):
    have(qtbot, window, *(StepReached(step) for step in range(1, 101)))
    window.breakpoints.add_wanted.emit(StepReached(200))
    wait_for_message(qtbot, window, "no room for more")
    assert len(window.breakpoints.rows) == 100


def test_clicks_in_a_storm_end_as_the_last_of_them_says(qtbot, window):
    have(qtbot, window, *(StepReached(step) for step in range(1, 21)))
    window.run_control.toggle()
    for _ in range(3):
        for row in window.breakpoints.rows:
            row.switch.click()
    rest(qtbot, window)
    assert [row.watched.point.enabled for row in window.breakpoints.rows] == [False] * 20
    assert not any(row.switch.isChecked() for row in window.breakpoints.rows)


def test_breakpoints_are_there_at_the_next_start(qtbot, qapp, theme, tmp_path, data_folder):
    points = [StepReached(40, enabled=False), PredictionChanges("training", 3, every=7)]
    first = make_window(theme, tmp_path)
    begin(qtbot, first, spec_of(data_folder))
    have(qtbot, first, *points)
    close(qapp, first)
    assert settings_in(tmp_path).breakpoints == points
    second = make_window(theme, tmp_path)
    begin(qtbot, second, spec_of(data_folder))
    wait_for_points(qtbot, second, *points)
    close(qapp, second)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "none",
        "{}",
        "[" * 100_000,
        '[{"kind": "step", "step": NaN}]',
        '[{"kind": "step", "step": "__import__(\'os\').abort()"}]',
        '[{"kind": "of tomorrow"}]',
        json.dumps(breakpoints_to_json(StepReached(step) for step in range(1, 201))),
    ],
)
def test_a_broken_list_is_set_aside_and_the_window_opens_without(qapp, theme, tmp_path, written):
    file = tmp_path / "settings.ini"
    store = QSettings(str(file), QSettings.Format.IniFormat)
    store.setValue("version", 1)
    store.setValue("theme", "light")
    store.setValue("breakpoints", written)
    store.sync()
    del store
    assert settings_in(tmp_path).breakpoints == []
    assert (tmp_path / "settings.ini.broken").exists()
    window = make_window(theme, tmp_path)
    assert window.settings.theme == "light", "nothing else is lost"
    assert window.breakpoints.rows == []
    close(qapp, window)
