"""The timeline, in a window with a small run."""

import numpy as np
import pytest
from app.small_window import PATIENCE_MS, rest, step_of, trainer_of, wait_for_message, wait_for_step
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog

from nnviz.app.choice import TEST
from nnviz.app.views.comparison import ComparisonBox
from nnviz.app.views.memory_dialog import MemoryDialog
from nnviz.run.edits import Rerandomise, SetParameters
from nnviz.run.keyframes import BUDGET, MEBIBYTE
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


def test_the_cost_plot_names_the_other_branch_and_counts_several(qtbot, trained):
    costs = trained.views.costs
    assert "─" not in costs._readout.text()
    trained.run_control.history.rename(0, "η <b>3</b>")
    trained.run_control.history.fork()
    qtbot.waitUntil(lambda: "─&nbsp;η&nbsp;&lt;b&gt;3" in costs._readout.text(), timeout=PATIENCE_MS)
    trained.run_control.history.rename(0, "n" * 40)
    qtbot.waitUntil(lambda: f"─&nbsp;{'n' * 23}…<" in costs._readout.text(), timeout=PATIENCE_MS)
    press(qtbot, trained, Qt.Key.Key_Right)
    wait_for_step(qtbot, trained, 11)
    trained.run_control.history.fork()
    qtbot.waitUntil(lambda: "2&nbsp;other&nbsp;branches" in costs._readout.text(), timeout=PATIENCE_MS)


def test_other_branches_have_another_colour_than_the_present_one(qtbot, trained, theme):
    assert trained.views.costs._curve._other_pen.color() == theme.colour("muted")


@pytest.fixture
def forked(qtbot, trained):
    """The window with a branch that was edited at step 4, and is present."""
    go_to(qtbot, trained, 4)
    trained.run_control.history.fork()
    trained.run_control.history.edit(lambda step: Rerandomise(step, 2, 5))
    qtbot.waitUntil(lambda: trained.timeline.branch.text() == "branch 1  (2)", timeout=PATIENCE_MS)
    rest(qtbot, trained)
    return trained


def menu_of(window):
    """Return the entries of the menu of branches, by text, as it is when it opens."""
    window.timeline.menu.aboutToShow.emit()
    return {action.text(): action for action in window.timeline.menu.actions() if action.text()}


def open_comparison(qtbot, window):
    (compare,) = [a for text, a in menu_of(window).items() if text.startswith("Compare")]
    compare.menu().actions()[0].trigger()
    qtbot.waitUntil(lambda: window.findChild(ComparisonBox) is not None, timeout=PATIENCE_MS)
    return window.findChild(ComparisonBox)


def test_branches_are_compared_in_a_box_that_stays(qtbot, forked):
    box = open_comparison(qtbot, forked)
    assert box.isVisible()
    assert not box.isModal()
    one, two = (replay_at(forked, number).network for number in (1, 0))
    distance = np.linalg.norm(one.theta.astype(float) - two.theta)
    assert f"‖θ − θ′‖ = {distance:.4g} apart" in box.summary.text()
    box.close()


def replay_at(window, number):
    trainer = next(b.trainer for b in window.run_control._worker.branches._all if b.number == number)
    return replay(trainer.spec, trainer.data, trainer.journal, trainer.step)


def test_a_click_on_a_sample_on_which_branches_disagree_chooses_it(qtbot, forked):
    box = open_comparison(qtbot, forked)
    assert len(box._numbers) > 1
    place = 1
    qtbot.mouseClick(
        box.grid.canvas, Qt.MouseButton.LeftButton, pos=box.grid.grid.image(place).center().toPoint()
    )
    assert (forked.choice.sample.source, forked.choice.sample.index) == (TEST, box._numbers[place])
    box.close()


def test_disagreements_are_sorted_by_who_is_right(qtbot, forked):
    box = open_comparison(qtbot, forked)
    groups = [box.which.itemData(row) for row in range(4)]
    assert len(groups[0]) == sum(map(len, groups[1:]))
    first, second = box._compared.comparison.answers
    labels = forked.choice.data.test.labels
    for numbers, (is_first, is_second) in zip(groups[1:], ((1, 0), (0, 1), (0, 0)), strict=True):
        assert (first[numbers] == labels[numbers]).tolist() == [bool(is_first)] * len(numbers)
        assert (second[numbers] == labels[numbers]).tolist() == [bool(is_second)] * len(numbers)
    for row in range(4):
        box.which.setCurrentIndex(row)
        shown = [] if not len(groups[row]) else box.grid.contents.numbers.tolist()
        assert shown == groups[row].tolist()
    box.close()


def test_branches_are_renamed(qtbot, forked, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("R&D <b>", True))
    menu_of(forked)["Rename this branch…"].trigger()
    qtbot.waitUntil(lambda: forked.timeline.branch.text() == "R&&D <b>  (2)", timeout=PATIENCE_MS)
    assert any(text.startswith("R&&D <b>  –  step 4") for text in menu_of(forked))
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("\x07", True))
    menu_of(forked)["Rename this branch…"].trigger()
    wait_for_message(qtbot, forked, "cannot be shown")


def test_a_branch_is_switched_to_in_the_menu(qtbot, forked):
    next(action for text, action in menu_of(forked).items() if text.startswith("main")).trigger()
    qtbot.waitUntil(lambda: forked.timeline.branch.text() == "main  (2)", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: forked.run_control.snapshot.made == 10, timeout=PATIENCE_MS)


def test_a_deleted_branch_is_brought_back(qtbot, forked):
    theta = forked.run_control.snapshot.theta.tobytes()
    menu_of(forked)["Delete this branch"].trigger()
    qtbot.waitUntil(lambda: forked.timeline.branch.text() == "main", timeout=PATIENCE_MS)
    wait_for_message(qtbot, forked, "“branch 1” was deleted")
    assert not menu_of(forked)["Delete this branch"].isEnabled()
    qtbot.mouseClick(forked.message._answer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: forked.timeline.branch.text() == "branch 1  (2)", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: forked.run_control.snapshot.theta.tobytes() == theta, timeout=PATIENCE_MS)


def test_the_memory_for_going_back_is_shown_and_chosen_and_remembered(qtbot, trained):
    worker = trained.run_control._worker
    assert worker.branches.budget == BUDGET
    assert any(text.startswith("Memory for going back") for text in menu_of(trained))
    qtbot.waitUntil(lambda: trained.timeline._memory is not None, timeout=PATIENCE_MS)
    assert any("MB" in text for text in menu_of(trained))
    trained.timeline._memory_action.trigger()
    dialog = trained.findChild(MemoryDialog)
    qtbot.waitUntil(lambda: "of 256 MB" in dialog.used.text(), timeout=PATIENCE_MS)
    dialog.budget.setValue(64)
    qtbot.waitUntil(lambda: "of 64 MB" in dialog.used.text(), timeout=PATIENCE_MS)
    dialog.close()
    assert worker.branches.budget == 64 * MEBIBYTE
    assert trained.settings.history_budget == 64 * MEBIBYTE
    trained.run_control.reset()
    qtbot.waitUntil(lambda: trained.run_control.snapshot.made == 0, timeout=PATIENCE_MS)
    assert worker.branches.budget == 64 * MEBIBYTE, "a new run has it, too"


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
def test_the_icons_grow_with_the_text(window, theme, scale):
    theme.choose_text_scale(scale)
    sides = {button.iconSize().width() for button in window.timeline._buttons}
    assert sides == {round(14 * scale)}
    assert all(b.height() <= window.timeline.height() for b in window.timeline._buttons)
    theme.choose_text_scale(1.0)


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


def test_a_long_name_leaves_room_for_the_steps(qtbot, window, theme):
    theme.choose_text_scale(2.0)
    window.run_control.history.rename(0, "W" * 40)
    qtbot.waitUntil(lambda: "WWW…" in window.timeline.branch.text(), timeout=PATIENCE_MS)
    assert window.timeline.slider.width() > 0.2 * window.timeline.width()
    theme.choose_text_scale(1.0)


def test_the_window_need_not_be_wider_than_the_slider_wants_and_words_make_way(qtbot, window):
    theme = window.theme
    theme.choose_text_scale(2.0)
    window.resize(1280, 800)
    assert window.minimumSizeHint().width() < 800
    timeline = window.timeline
    label = timeline._where
    qtbot.waitUntil(label.isVisible)
    window.resize(820, 800)
    qtbot.waitUntil(label.isHidden)
    qtbot.waitUntil(lambda: timeline.slider.width() >= 120)
    assert timeline.rect().contains(timeline._buttons[-1].geometry())
    theme.choose_text_scale(1.0)
    qtbot.waitUntil(label.isVisible)
