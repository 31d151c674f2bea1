"""The timeline, in a window with a small run."""

import pytest
from app.small_window import PATIENCE_MS, rest, step_of, trainer_of, wait_for_message, wait_for_step
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog

from nnviz.run.edits import SetParameters
from nnviz.run.trainer import replay


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    window.setFocus()
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def test_in_a_number_the_keys_move_in_the_line(qtbot, trained):
    field = trained.setup.hyper["eta"]
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field, timeout=PATIENCE_MS)
    for key in (Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Home):
        qtbot.keyClick(field, key)
    rest(qtbot, trained)
    assert step_of(trained) == 10


def go_to(qtbot, window, step):
    slider = window.timeline.slider
    qtbot.waitUntil(lambda: slider.maximum() == window.run_control.snapshot.made, timeout=PATIENCE_MS)
    slider.setValue(step)
    qtbot.waitUntil(lambda: step_of(window) == step, timeout=PATIENCE_MS)


@pytest.fixture
def trained(qtbot, window):
    """The window after ten steps."""
    for step in range(1, 11):
        press(qtbot, window, Qt.Key.Key_Right)
        wait_for_step(qtbot, window, step)
    rest(qtbot, window)
    return window


def theta_at(window, step):
    trainer = trainer_of(window)
    return replay(trainer.spec, trainer.data, trainer.journal.until(step), step).network.theta.tobytes()


def test_before_the_first_step_there_is_nothing_to_go_back_to(window):
    assert (window.timeline.slider.minimum(), window.timeline.slider.maximum()) == (0, 0)
    for key in ("back", "start", "end"):
        assert not window.actions_by_key[key].isEnabled()


def test_every_view_shows_the_step_that_is_dragged_to(qtbot, trained):
    go_to(qtbot, trained, 4)
    assert trained.run_control.snapshot.theta.tobytes() == theta_at(trained, 4)
    for key, view in trained.views.items():
        assert view.snapshot.step == 4, key
    qtbot.waitUntil(lambda: trained.timeline.text == "step 4 of 10", timeout=PATIENCE_MS)


def test_keys_go_back_to_the_start_and_to_the_end(qtbot, trained):
    for key, step in ((Qt.Key.Key_Left, 9), (Qt.Key.Key_Left, 8), (Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 10)):
        press(qtbot, trained, key)
        qtbot.waitUntil(lambda step=step: step_of(trained) == step, timeout=PATIENCE_MS)
        assert trained.run_control.snapshot.theta.tobytes() == theta_at(trained, step)


def test_a_step_on_from_the_past_is_the_one_that_was_made(qtbot, trained):
    go_to(qtbot, trained, 4)
    press(qtbot, trained, Qt.Key.Key_Right)
    wait_for_step(qtbot, trained, 5)
    rest(qtbot, trained)
    assert trained.run_control.snapshot.made == 10
    assert len(trained.timeline._branches) == 1


def test_to_change_something_in_the_past_makes_a_branch(qtbot, trained):
    go_to(qtbot, trained, 4)
    trained.run_control.change("eta", 0.125)
    qtbot.waitUntil(lambda: len(trained.timeline._branches) == 2, timeout=PATIENCE_MS)
    rest(qtbot, trained)
    assert trained.timeline.branch.text() == "branch 1  (2)"
    assert (step_of(trained), trained.run_control.snapshot.made) == (4, 4)
    press(qtbot, trained, Qt.Key.Key_Right)
    wait_for_step(qtbot, trained, 5)
    trained.run_control.history.switch(0)
    qtbot.waitUntil(lambda: trained.run_control.snapshot.made == 10, timeout=PATIENCE_MS)
    go_to(qtbot, trained, 10)
    assert trained.run_control.snapshot.theta.tobytes() == theta_at(trained, 10)


def test_the_cost_plot_shows_the_other_branch(qtbot, trained):
    go_to(qtbot, trained, 4)
    trained.run_control.history.fork()
    qtbot.waitUntil(lambda: len(trained.views.costs._others) == 1, timeout=PATIENCE_MS)
    ((steps, costs),) = trained.views.costs._others
    assert steps.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert len(costs) == 10


def test_branches_are_compared_in_a_sentence(qtbot, trained):
    go_to(qtbot, trained, 4)
    trained.run_control.history.fork()
    trained.run_control.history.edit(lambda step: SetParameters(step, (0,), (3.0,)))
    trained.run_control.history.compare(1, 0)
    sentence = wait_for_message(qtbot, trained, "apart in θ")
    assert "“branch 1” and “main”" in sentence


def test_branches_are_renamed_and_deleted(qtbot, trained, monkeypatch):
    trained.run_control.history.fork()
    qtbot.waitUntil(lambda: len(trained.timeline._branches) == 2, timeout=PATIENCE_MS)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("careful", True))
    trained.timeline._rename()
    qtbot.waitUntil(lambda: trained.timeline.branch.text() == "careful  (2)", timeout=PATIENCE_MS)
    trained.run_control.history.delete(1)
    qtbot.waitUntil(lambda: trained.timeline.branch.text() == "main", timeout=PATIENCE_MS)


def test_an_edit_is_undone_and_made_again(qtbot, trained):
    before = trained.run_control.snapshot.theta.tobytes()
    trained.run_control.history.edit(lambda step: SetParameters(step, (3,), (0.75,)))
    qtbot.waitUntil(lambda: trained.run_control.snapshot.theta[3] == 0.75, timeout=PATIENCE_MS)
    undo, redo = trained.actions_by_key["undo"], trained.actions_by_key["redo"]
    qtbot.waitUntil(lambda: undo.text() == "Undo: w(1, 0, 3) = 0.75", timeout=PATIENCE_MS)
    undo.trigger()
    qtbot.waitUntil(lambda: trained.run_control.snapshot.theta.tobytes() == before, timeout=PATIENCE_MS)
    qtbot.waitUntil(redo.isEnabled, timeout=PATIENCE_MS)
    redo.trigger()
    qtbot.waitUntil(lambda: trained.run_control.snapshot.theta[3] == 0.75, timeout=PATIENCE_MS)
