"""Sessions in the window: saved, changed, opened, and kept for the case of a sudden end."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from app.small_window import (
    PATIENCE_MS,
    begin,
    close,
    rest,
    settings_in,
    small_folder,
    spec_of,
    step_of,
    trainer_of,
    wait_for_message,
)
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from run.damage import members_of, zipped
from run.small import bits

from nnviz.app import sessions as sessions_module
from nnviz.app.autosaves import Autosaves
from nnviz.app.choice import TEST, TRAINING, Neuron
from nnviz.app.main_window import MainWindow
from nnviz.run import session_file
from nnviz.run.breakpoints import StepReached
from nnviz.run.edits import Lesion, SetParameters
from nnviz.run.session_file import load_session, save_session

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def unsaved(tmp_path):
    """The folder in which runs are kept."""
    return tmp_path / "unsaved"


@pytest.fixture
def open_window(qtbot, qapp, theme, tmp_path, data_folder, unsaved):
    """Return a function that opens a window in which runs are kept, as the program does."""
    windows = []

    def open_one(folder=unsaved, to_open=None):
        (settings := tmp_path / f"settings {len(windows)}").mkdir()
        window = MainWindow(theme, settings_in(settings), folder, to_open)
        window.resize(1280, 800)
        window.show()
        windows.append(window)
        window.run_control.run_ready.connect(window._begin)
        begin(qtbot, window, spec_of(data_folder, momentum=0.4, dropout=0.2))
        return window

    yield open_one
    with pytest.MonkeyPatch.context() as patch:  # where a test has made sure that a run cannot be kept
        patch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
        for window in windows:
            close(qapp, window)


@pytest.fixture
def at_once(monkeypatch):
    """Keep the run after every pause."""
    monkeypatch.setattr(sessions_module, "AFTER_PAUSE_MS", 1)
    monkeypatch.setattr(sessions_module, "AGAIN_AFTER", 0.0)


def answer_with(monkeypatch, path):
    """Have the file dialogs answer with a path, and return how often they were asked."""
    asked = []

    def ask(*arguments):
        asked.append(arguments)
        return str(path), ""

    for dialog in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, dialog, ask)
    return asked


def branches_of(window):
    return window.run_control._worker.branches


def everything(window):
    """Return all that is to come back: every branch to the bit, and where each stands.

    Not the epochs' evaluations, of which a run that is stepped through quickly does not have each.
    """
    branches = branches_of(window)
    own = [
        (b.number, b.name, b.parent, b.forked_at, *of_a_run(b.trainer))
        for b in sorted(branches, key=lambda branch: branch.number)
    ]
    return own, branches.present.number


def of_a_run(trainer):
    made = trainer.made
    logs = trainer.log.rows(0, made).tobytes(), trainer.health_log.figures(0, made).tobytes()
    return *bits(trainer)[:-1], logs, list(trainer.journal)


def train(qtbot, window, steps):
    for _ in range(steps):
        window.run_control.make_step()
    rest(qtbot, window)


def live(qtbot, window):
    """Let a run have a life: steps, a change, edits, and a branch that stands in its middle."""
    run = window.run_control
    train(qtbot, window, 20)
    run.change("eta", 0.25)
    run.history.edit(lambda step: SetParameters(step, (3, 5), (0.5, -2.0)))
    train(qtbot, window, 15)
    run.history.go_to(11)
    run.history.fork()
    run.history.rename(1, "another way")
    run.history.edit(lambda step: Lesion(step, 1, 2))
    train(qtbot, window, 25)
    window.choice.choose(TRAINING, 17)
    window.choice.pin(Neuron(1, 4))
    run.history.go_to(23)
    rest(qtbot, window)


def save(qtbot, window, monkeypatch, path, key=Qt.Key.Key_S, modifier=CTRL | SHIFT):
    """Save with the keyboard."""
    asked = answer_with(monkeypatch, path)
    qtbot.keyClick(window, key, modifier)
    wait_for_message(qtbot, window, "Saved")
    return asked


def wait_until_open(qtbot, window, path):
    wait_for_message(qtbot, window, f"{path.name} is open")
    rest(qtbot, window)


def end_suddenly(window):
    """Let go of the window's file, as the end of a process does, and leave the lock that tells of it."""
    autosaves = window.sessions._autosaves
    lock, path = autosaves._lock, autosaves.path
    window.sessions._every.stop()  # it keeps nothing any more
    window.sessions._soon.stop()
    lock.unlock()
    window.sessions._autosaves = autosaves._lock = None
    path.with_name(f"{path.name}.lock").write_bytes(
        b"999999999\nnnviz\n" + os.uname().nodename.encode() + b"\n"
    )


def kept_in(folder):
    return sorted(folder.glob("run-*.nnviz"))


def wait_until_kept(qtbot, window, folder):
    """Wait until the run as it is now is in its file, and return that."""
    rest(qtbot, window)
    trainer = trainer_of(window)

    def is_kept():
        return any(
            (one := load_session(path)).branch(one.present).step == trainer.step
            and one.branch(one.present).made == trainer.made
            for path in kept_in(folder)
        )

    qtbot.waitUntil(is_kept, timeout=PATIENCE_MS)
    return max(kept_in(folder), key=lambda path: path.stat().st_mtime)


# Saving and opening


def test_a_session_that_is_saved_and_opened_is_the_same_to_the_bit(qtbot, open_window, monkeypatch, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    live(qtbot, window)
    before = everything(window)
    save(qtbot, window, monkeypatch, path)
    train(qtbot, window, 3)
    window.run_control.history.switch(0)
    window.choice.choose(TEST, 2)
    window.choice.pin(None)
    window.setup.ask_for_new_run()
    rest(qtbot, window)
    assert everything(window) != before
    qtbot.keyClick(window, Qt.Key.Key_O, CTRL | ALT)
    wait_until_open(qtbot, window, path)
    assert everything(window) == before
    assert step_of(window) == 23
    assert (window.choice.sample.source, window.choice.sample.index) == (TRAINING, 17)
    assert window.choice.neuron == Neuron(1, 4)
    assert window.timeline.branch.text() == "another way  (2)"


def test_a_session_opens_in_another_window_which_goes_on_as_the_first(
    qtbot, open_window, monkeypatch, tmp_path
):
    first, path = open_window(None), tmp_path / "run.nnviz"
    live(qtbot, first)
    first.run_control.history.go_to_newest()
    save(qtbot, first, monkeypatch, path)
    second = open_window(None, to_open=path)
    wait_until_open(qtbot, second, path)
    for window in (first, second):
        train(qtbot, window, 12)
    assert everything(second) == everything(first)


def test_the_layout_and_the_views_come_back(qtbot, open_window, monkeypatch, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    window.lay_out("Evaluate")
    window.docks["costs"].hide()
    window.docks["health"].show()
    save(qtbot, window, monkeypatch, path)
    other = open_window(None, to_open=path)
    wait_until_open(qtbot, other, path)
    assert other.actions_by_key["evaluate"].isChecked()
    assert {k for k, d in other.docks.items() if d.isHidden()} == {
        k for k, d in window.docks.items() if d.isHidden()
    }


def test_the_step_that_was_kept_comes_back(qtbot, open_window, monkeypatch, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    train(qtbot, window, 20)
    window.actions_by_key["keep_step"].trigger()
    theta = window.run_control.snapshot.theta
    train(qtbot, window, 9)
    save(qtbot, window, monkeypatch, path)
    other = open_window(None, to_open=path)
    wait_until_open(qtbot, other, path)
    network, step, log = other.views.weights._kept
    assert step == 20
    assert network.theta.tobytes() == theta.tobytes()
    assert log is other.run_control.snapshot.log
    assert step_of(other) == 29


def test_a_drawing_comes_back(qtbot, open_window, monkeypatch, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    pixels = np.arange(20, dtype=np.uint8)
    window.choice.choose_drawn(pixels, 7)
    save(qtbot, window, monkeypatch, path)
    window.choice.choose(TEST, 1)
    window.open(path)
    wait_until_open(qtbot, window, path)
    assert window.choice.sample.pixels.tobytes() == pixels.tobytes()
    assert window.choice.sample.label == 7


def test_breakpoints_are_saved_and_come_back(qtbot, open_window, monkeypatch, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    points = [StepReached(step=7), StepReached(step=9, enabled=False)]
    worker = window.run_control._worker
    worker.ask(lambda: worker.guard.take(points))
    save(qtbot, window, monkeypatch, path)
    worker.ask(lambda: worker.guard.take([]))
    window.open(path)
    wait_until_open(qtbot, window, path)
    assert list(worker.guard.points) == points


def test_the_run_that_made_room_can_be_brought_back(qtbot, open_window, monkeypatch, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    save(qtbot, window, monkeypatch, path)
    live(qtbot, window)
    before = everything(window)
    window.open(path)
    wait_until_open(qtbot, window, path)
    assert step_of(window) == 0
    window.actions_by_key["bring_back"].trigger()
    rest(qtbot, window)
    assert everything(window) == before


def test_a_session_is_dropped_onto_the_window(qtbot, open_window, monkeypatch, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    train(qtbot, window, 8)
    save(qtbot, window, monkeypatch, path)
    window.setup.ask_for_new_run()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    nothing = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(
        window.rect().center(), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, nothing
    )
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    drop = QDropEvent(
        QPointF(window.rect().center()), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, nothing
    )
    window.dropEvent(drop)
    wait_until_open(qtbot, window, path)
    assert step_of(window) == 8


def test_sessions_are_among_the_files_opened_last(qtbot, open_window, monkeypatch, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    train(qtbot, window, 8)
    save(qtbot, window, monkeypatch, path)
    assert window.settings.recent == [path]
    window.setup.ask_for_new_run()
    window.files.recent_menu.aboutToShow.emit()
    window.files.recent_menu.actions()[0].trigger()
    wait_until_open(qtbot, window, path)
    assert step_of(window) == 8


# The file's name


def test_the_title_names_the_file_and_marks_what_is_not_in_it(qtbot, open_window, monkeypatch, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    train(qtbot, window, 3)
    assert window.windowTitle() == "nnviz – small digits, 53 training images"
    assert not window.isWindowModified()
    asked = save(qtbot, window, monkeypatch, path)
    assert len(asked) == 1
    assert window.windowTitle() == "run.nnviz[*] – nnviz – small digits, 53 training images"
    assert not window.isWindowModified()
    for change in (
        window.run_control.make_step,
        lambda: window.run_control.change("eta", 0.125),
        lambda: window.run_control.history.edit(lambda step: Lesion(step, 1, 0)),
        window.run_control.history.fork,
        lambda: window.run_control.history.rename(1, "other"),
        lambda: window.run_control.history.delete(1),
    ):
        change()
        rest(qtbot, window)
        assert window.isWindowModified()
        window.message.put_away()
        assert save(qtbot, window, monkeypatch, path) == [], "it has a name already"
        rest(qtbot, window)
        assert not window.isWindowModified()
    window.setup.ask_for_new_run()
    rest(qtbot, window)
    assert window.windowTitle() == "nnviz – small digits, 53 training images"
    window.actions_by_key["bring_back"].trigger()
    rest(qtbot, window)
    assert window.windowTitle().startswith("run.nnviz[*]")
    assert not window.isWindowModified()


def test_to_look_at_another_step_is_no_change_and_what_is_undone_is_none_any_more(
    qtbot, open_window, monkeypatch, tmp_path
):
    window, path = open_window(None), tmp_path / "run.nnviz"
    train(qtbot, window, 9)
    save(qtbot, window, monkeypatch, path)
    window.run_control.history.go_to(4)
    rest(qtbot, window)
    assert not window.isWindowModified()
    window.run_control.history.go_to_newest()
    window.run_control.history.edit(lambda step: Lesion(step, 1, 0))
    rest(qtbot, window)
    assert window.isWindowModified()
    window.run_control.history.undo()
    rest(qtbot, window)
    assert not window.isWindowModified()


def test_save_as_gives_it_another_name(qtbot, open_window, monkeypatch, tmp_path):
    window = open_window(None)
    save(qtbot, window, monkeypatch, tmp_path / "one")
    answer_with(monkeypatch, tmp_path / "two")
    window.actions_by_key["save_session_as"].trigger()
    wait_for_message(qtbot, window, "two.nnviz")
    assert window.windowTitle().startswith("two.nnviz[*]")
    assert sorted(p.name for p in tmp_path.glob("*.nnviz")) == ["one.nnviz", "two.nnviz"]


def test_a_session_that_cannot_be_saved_is_told_and_stays_unsaved(qtbot, open_window, monkeypatch, tmp_path):
    window = open_window(None)
    train(qtbot, window, 3)
    answer_with(monkeypatch, tmp_path / "no folder" / "run.nnviz")
    window.actions_by_key["save_session"].trigger()
    sentence = wait_for_message(qtbot, window, "could not be saved")
    assert sentence.endswith(".")
    assert window.sessions.is_unsaved
    train(qtbot, window, 3)
    assert step_of(window) == 6


# Files that are refused, and what takes its time


def damaged(path, session, how):
    save_session(path, session)
    members = members_of(path.read_bytes())
    value = json.loads(members["session.json"])
    if how == "cut off":
        path.write_bytes(path.read_bytes()[:-300])
    elif how == "garbage":
        path.write_bytes(os.urandom(5000))
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "newer":
        value["version"] = 2
    elif how == "code":
        value["spec"]["activation"] = "__import__('os').abort()"
    elif how == "breakpoint":
        value["breakpoints"] = [{"kind": "__import__('os').abort()"}]
    elif how == "other data":
        value["data"] = "0" * 64
    elif how == "no data":
        value["spec"]["data"], value["data"] = "/nowhere/at all", "0" * 64
    if how not in ("cut off", "garbage", "empty"):
        path.write_bytes(zipped({**members, "session.json": json.dumps(value).encode()}))


@pytest.mark.parametrize(
    "how", ["cut off", "garbage", "empty", "newer", "code", "breakpoint", "other data", "no data"]
)
def test_a_session_that_makes_no_sense_is_refused_and_nothing_changes(qtbot, open_window, tmp_path, how):
    window, path = open_window(None), tmp_path / "run.nnviz"
    live(qtbot, window)
    worker = window.run_control._worker
    damaged(path, worker.sessions._session(worker.branches, window._frame.belongings()), how)
    content, before, title = path.read_bytes(), everything(window), window.windowTitle()
    window.open(path)
    qtbot.waitUntil(lambda: window.message.isVisible() and window.message.text != "", timeout=PATIENCE_MS)
    rest(qtbot, window)
    assert window.message.text.endswith(".")
    assert "Traceback" not in window.message.text
    assert path.read_bytes() == content
    assert everything(window) == before
    assert window.windowTitle() == title
    assert not window._progress.isVisible()
    assert window.settings.recent == []


def test_a_session_of_a_great_many_steps_can_be_cancelled_and_meanwhile_the_run_goes_on(
    qtbot, open_window, tmp_path
):
    window, path = open_window(None), tmp_path / "run.nnviz"
    train(qtbot, window, 5)
    worker = window.run_control._worker
    session = worker.sessions._session(worker.branches, window._frame.belongings())
    save_session(path, session)
    members = members_of(path.read_bytes())
    value = json.loads(members["session.json"])
    value["branches"][0]["made"] = 10**9
    path.write_bytes(zipped({**members, "session.json": json.dumps(value).encode()}))
    window.open(path)
    qtbot.waitUntil(lambda: "1,000,000,000 steps" in window._progress.text, timeout=PATIENCE_MS)
    assert window._progress.isVisible()
    train(qtbot, window, 5)
    assert step_of(window) == 10
    (cancel,) = [b for b in window.findChildren(QPushButton) if b.text() == "Cancel" and b.isVisible()]
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window._progress.isVisible(), timeout=PATIENCE_MS)
    rest(qtbot, window)
    assert not worker.sessions.is_opening
    assert step_of(window) == 10
    train(qtbot, window, 1)
    assert step_of(window) == 11


def test_the_window_closes_while_a_session_is_being_opened(qtbot, open_window, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    train(qtbot, window, 5)
    worker = window.run_control._worker
    save_session(path, worker.sessions._session(worker.branches, window._frame.belongings()))
    members = members_of(path.read_bytes())
    value = json.loads(members["session.json"])
    value["branches"][0]["made"] = 10**9
    path.write_bytes(zipped({**members, "session.json": json.dumps(value).encode()}))
    window.open(path)
    qtbot.waitUntil(lambda: worker.sessions.is_opening, timeout=PATIENCE_MS)
    assert window.close()
    assert not worker._thread.is_alive()


def test_a_machine_that_computes_otherwise_is_told(qtbot, open_window, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    train(qtbot, window, 40)
    worker = window.run_control._worker
    session = worker.sessions._session(worker.branches, window._frame.belongings())
    session.branches[0].keyframes[-1].theta.flags.writeable = True
    session.branches[0].keyframes[-1].theta.view(np.uint32)[3] ^= 1
    save_session(path, session)
    window.open(path)
    sentence = wait_for_message(qtbot, window, "arithmetic")
    assert "step" in sentence
    rest(qtbot, window)
    assert step_of(window) == 40
    assert window.isWindowModified()


def test_data_that_have_moved_are_found_where_they_are_open(qtbot, open_window, monkeypatch, tmp_path):
    window, path = open_window(None), tmp_path / "run.nnviz"
    live(qtbot, window)
    before = everything(window)
    save(qtbot, window, monkeypatch, path)
    moved = small_folder(tmp_path / "elsewhere")
    window.open(moved)
    qtbot.waitUntil(lambda: window.run_control.spec.data == str(moved), timeout=PATIENCE_MS)
    old = Path(trainer_of(window).spec.data)
    assert old == moved
    window.open(path)
    wait_until_open(qtbot, window, path)
    assert everything(window) == before
    assert window.run_control.spec.data == str(moved)


# Keeping the run


def test_the_run_is_kept_after_a_pause_and_offered_at_the_next_start(
    qtbot, open_window, unsaved, at_once, qapp
):
    window = open_window()
    live(qtbot, window)
    before = everything(window)
    kept = wait_until_kept(qtbot, window, unsaved)
    end_suddenly(window)
    other = open_window()
    wait_for_message(qtbot, other, "sudden end")
    qtbot.mouseClick(other.message._answer, Qt.MouseButton.LeftButton)
    wait_for_message(qtbot, other, "The run is back, at step 23")
    rest(qtbot, other)
    assert everything(other) == before
    assert other.choice.neuron == Neuron(1, 4)
    # Once it is kept under the new window's name, the old file goes.
    qtbot.waitUntil(lambda: not kept.exists(), timeout=PATIENCE_MS)
    wait_until_kept(qtbot, other, unsaved)
    assert len(kept_in(unsaved)) == 1


def test_closing_asks_nothing_and_loses_nothing(qtbot, open_window, unsaved):
    window = open_window()
    live(qtbot, window)
    before = everything(window)
    assert window.close()
    other = open_window()
    wait_for_message(qtbot, other, "not saved")
    other.actions_by_key["bring_back_unsaved"].trigger()
    wait_for_message(qtbot, other, "The run is back")
    rest(qtbot, other)
    assert everything(other) == before


def test_closed_while_it_trains_the_run_is_kept_to_the_last_step(qtbot, open_window, unsaved):
    window = open_window()
    window.run_control.toggle()
    qtbot.waitUntil(lambda: step_of(window) > 50, timeout=PATIENCE_MS)
    assert window.close()
    (path,) = kept_in(unsaved)
    session = load_session(path)
    assert session.branches[0].made == branches_of(window).trainer.made


def test_with_nothing_done_or_all_saved_nothing_is_kept(qtbot, open_window, unsaved, monkeypatch, tmp_path):
    window = open_window()
    assert window.close()
    assert kept_in(unsaved) == []
    window = open_window()
    train(qtbot, window, 4)
    save(qtbot, window, monkeypatch, tmp_path / "run.nnviz")
    assert window.close()
    assert kept_in(unsaved) == []
    assert list(unsaved.iterdir()) == [], "neither is a lock"
    window = open_window()
    assert not window.actions_by_key["bring_back_unsaved"].isEnabled()
    assert not window.message.isVisible()


def test_what_was_kept_goes_once_the_run_is_saved(
    qtbot, open_window, unsaved, at_once, monkeypatch, tmp_path
):
    window = open_window()
    train(qtbot, window, 4)
    wait_until_kept(qtbot, window, unsaved)
    save(qtbot, window, monkeypatch, tmp_path / "run.nnviz")
    qtbot.waitUntil(lambda: kept_in(unsaved) == [], timeout=PATIENCE_MS)


def test_a_run_with_a_file_comes_back_with_it_and_with_the_mark(
    qtbot, open_window, unsaved, monkeypatch, tmp_path
):
    window, path = open_window(), tmp_path / "run.nnviz"
    save(qtbot, window, monkeypatch, path)
    train(qtbot, window, 7)
    content = path.read_bytes()
    assert window.close()
    other = open_window()
    other.actions_by_key["bring_back_unsaved"].trigger()
    wait_for_message(qtbot, other, "The run is back")
    rest(qtbot, other)
    assert other.windowTitle().startswith("run.nnviz[*]")
    assert other.isWindowModified()
    assert path.read_bytes() == content


def test_a_file_that_a_strangers_session_names_is_not_taken_for_its_own(
    qtbot, open_window, tmp_path, monkeypatch
):
    window, path, victim = open_window(None), tmp_path / "run.nnviz", tmp_path / "mine.txt"
    train(qtbot, window, 2)
    worker = window.run_control._worker
    session = worker.sessions._session(worker.branches, window._frame.belongings())
    session.window["file"] = str(victim)
    save_session(path, session)
    window.open(path)
    wait_until_open(qtbot, window, path)
    assert window.sessions.file == path


def test_who_declines_keeps_the_file_until_there_is_something_newer(qtbot, open_window, unsaved, at_once):
    window = open_window()
    train(qtbot, window, 9)
    assert window.close()
    (old,) = kept_in(unsaved)
    other = open_window()
    wait_for_message(qtbot, other, "not saved")
    qtbot.mouseClick(other.message._close, Qt.MouseButton.LeftButton)
    rest(qtbot, other)
    assert old.exists()
    assert other.actions_by_key["bring_back_unsaved"].isEnabled()
    train(qtbot, other, 3)
    qtbot.waitUntil(lambda: not old.exists(), timeout=PATIENCE_MS)
    (new,) = kept_in(unsaved)
    assert load_session(new).branches[0].made == 3
    assert not other.actions_by_key["bring_back_unsaved"].isEnabled()


def test_a_run_that_came_to_a_sudden_end_stays_as_long_as_nobody_has_answered(
    qtbot, open_window, unsaved, at_once
):
    window = open_window()
    train(qtbot, window, 9)
    old = wait_until_kept(qtbot, window, unsaved)
    end_suddenly(window)
    other = open_window()
    wait_for_message(qtbot, other, "sudden end")
    train(qtbot, other, 3)
    qtbot.waitUntil(lambda: len(kept_in(unsaved)) == 2, timeout=PATIENCE_MS)
    rest(qtbot, other)
    assert old.exists()
    qtbot.mouseClick(other.message._close, Qt.MouseButton.LeftButton)
    train(qtbot, other, 3)
    qtbot.waitUntil(lambda: not old.exists(), timeout=PATIENCE_MS)


def test_two_windows_leave_each_others_files_alone(qtbot, open_window, unsaved, at_once):
    one, two = open_window(), open_window()
    train(qtbot, one, 5)
    first = wait_until_kept(qtbot, one, unsaved)
    train(qtbot, two, 8)
    wait_until_kept(qtbot, two, unsaved)
    assert len(kept_in(unsaved)) == 2
    assert Autosaves(unsaved).find_left() is None
    assert two.close()
    assert first.exists()
    left = Autosaves(unsaved)
    assert left.find_left().path != first
    left.release()


def test_a_window_is_not_asked_about_a_run_that_another_is_about_to_bring_back(qtbot, open_window, unsaved):
    window = open_window()
    train(qtbot, window, 5)
    assert window.close()
    first, second = open_window(), open_window()
    assert first.actions_by_key["bring_back_unsaved"].isEnabled()
    assert not second.actions_by_key["bring_back_unsaved"].isEnabled()


def no_room(*_):
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_once_and_training_goes_on(qtbot, open_window, unsaved, at_once, monkeypatch):
    window = open_window()
    monkeypatch.setattr(session_file, "write_archive", no_room)
    train(qtbot, window, 2)
    wait_for_message(qtbot, window, "No space left on device")
    window.message.put_away()
    for _ in range(3):
        train(qtbot, window, 2)
        qtbot.wait(30)
    assert not window.message.isVisible()
    assert step_of(window) == 8
    monkeypatch.undo()
    window.sessions.keep()
    wait_until_kept(qtbot, window, unsaved)


@pytest.mark.parametrize("answer", ["Yes", "No"])
def test_what_cannot_be_kept_is_asked_about_before_it_is_lost(
    qtbot, open_window, unsaved, monkeypatch, answer
):
    window = open_window()
    train(qtbot, window, 2)
    with monkeypatch.context() as patch:
        patch.setattr(session_file, "write_archive", no_room)
        asked = []

        def question(parent, title, text):
            asked.append(text)
            return QMessageBox.StandardButton[answer]

        patch.setattr(QMessageBox, "question", question)
        assert window.close() is (answer == "Yes")
    (text,) = asked
    assert "No space left on device" in text
    if answer == "No":
        train(qtbot, window, 1)
        assert step_of(window) == 3


def test_a_folder_that_cannot_be_made_is_told_once(qtbot, open_window, tmp_path, at_once):
    (tmp_path / "a file").write_bytes(b"")
    window = open_window(tmp_path / "a file" / "unsaved")
    train(qtbot, window, 2)
    sentence = wait_for_message(qtbot, window, "cannot be kept")
    assert sentence.endswith(".")
    window.message.put_away()
    train(qtbot, window, 2)
    qtbot.wait(30)
    assert not window.message.isVisible()


def test_a_broken_file_that_was_left_is_told_and_left(qtbot, open_window, unsaved):
    window = open_window()
    train(qtbot, window, 5)
    assert window.close()
    (path,) = kept_in(unsaved)
    path.write_bytes(path.read_bytes()[:1000])
    other = open_window()
    other.actions_by_key["bring_back_unsaved"].trigger()
    wait_for_message(qtbot, other, "not a session")
    assert path.exists()
    assert step_of(other) == 0
