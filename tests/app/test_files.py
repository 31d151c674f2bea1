from dataclasses import replace
from pathlib import Path

import pytest
from app.small_window import PATIENCE_MS, settings_in, small_folder, spec_of
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnviz.app.actions import make_actions
from nnviz.app.files import Files
from nnviz.app.run_control import RunControl
from nnviz.run.metrics_csv import KINDS
from nnviz.run.model_file import save_model
from nnviz.run.presets import DEFAULT_PRESET, PRESETS
from nnviz.run.spec import MNIST, RunSpec


class Run(RunControl):
    """A run that only notes what it is asked for."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def open_model(self, path):
        self.asked.append(("model", path))

    def open_data(self, spec):
        self.asked.append(("data", spec))

    def save(self, path):
        self.asked.append(("save", path))

    def save_metrics(self, path, kind):
        self.asked.append(("metrics", path, kind))


@pytest.fixture
def owner(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    return owner


@pytest.fixture
def run(qapp):
    run = Run()
    yield run
    run.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def settings(qapp, tmp_path):
    (tmp_path / "settings").mkdir()
    return settings_in(tmp_path / "settings")


@pytest.fixture
def actions(owner):
    return make_actions(owner)


@pytest.fixture
def files(owner, run, settings, actions):
    return Files(owner, run, settings, actions)


@pytest.fixture
def pictures(files):
    """The pictures that were asked for."""
    wanted = []
    files.picture_wanted.connect(wanted.append)
    return wanted


@pytest.fixture
def place(tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    return place


def answer(monkeypatch, dialog, value):
    """Have a dialog answer, and return the list of what it was asked with."""
    asked = []

    def ask(parent, *arguments):
        asked.append(arguments)
        return value

    monkeypatch.setattr(QFileDialog, dialog, ask)
    return asked


def listed(files):
    """Return the texts of the menu of what was opened, as it is when it opens."""
    files.recent_menu.aboutToShow.emit()
    return ["|" if action.isSeparator() else action.text() for action in files.recent_menu.actions()]


def press(files, part):
    (action,) = [action for action in files.recent_menu.actions() if part in action.text()]
    action.trigger()


# Opening whatever it is


@pytest.mark.parametrize("name", ["model.npz", "MODEL.NPZ", "network.json", "a.b.Json"])
def test_a_model_is_opened_as_a_model(files, run, pictures, place, name):
    (place / name).write_bytes(b"")
    files.open(place / name)
    assert run.asked == [("model", place / name)]
    assert pictures == []


@pytest.mark.parametrize("name", ["digit.png", "photo.JPG", "no ending", "strange.xyz"])
def test_any_other_file_is_opened_as_a_picture(files, run, pictures, place, name):
    (place / name).write_bytes(b"")
    files.open(place / name)
    assert pictures == [place / name]
    assert run.asked == []


@pytest.mark.parametrize("name", ["digits", "digits.npz", "digits.png", "MNIST"])
def test_a_folder_is_opened_as_data_whatever_it_is_called(files, run, pictures, place, name):
    (place / name).mkdir()
    files.open(place / name)
    ((kind, spec),) = run.asked
    assert kind == "data"
    assert spec == replace(PRESETS[DEFAULT_PRESET], data=str(place / name))
    assert pictures == []


def test_data_get_a_run_like_the_present_one(files, run, place):
    run.spec = RunSpec((784, 7, 10), seed=3, cost="cross-entropy", init="scaled")
    files.open(place)
    assert run.asked == [("data", replace(run.spec, data=str(place)))]


def test_a_folder_is_named_whole_even_if_it_is_called_as_the_data_are_that_are_built_in(
    files, run, place, monkeypatch
):
    """A relative path "MNIST" was taken for the digits that come with the program."""
    (place / "MNIST").mkdir()
    monkeypatch.chdir(place)
    files.open(Path("MNIST"))
    assert run.asked[0][1].data == str(place / "MNIST")


def test_a_file_that_is_gone_is_left_to_whoever_opens_it_to_be_said(files, run, pictures, place):
    files.open(place / "gone.npz")
    files.open(place / "gone.png")
    assert run.asked == [("model", place / "gone.npz")]
    assert pictures == [place / "gone.png"]


def test_a_path_that_cannot_be_looked_at_is_no_fault(files, run, pictures):
    path = Path("/" + "a" * 5000 + ".npz")
    files.open(path)
    assert run.asked == [("model", path)]


# Asking which


def test_a_model_is_asked_for(files, run, actions, monkeypatch, place):
    asked = answer(monkeypatch, "getOpenFileName", (str(place / "strange name"), ""))
    actions["open_model"].trigger()
    assert run.asked == [("model", place / "strange name")]
    assert "*.npz" in asked[0][-1]
    assert "*.json" in asked[0][-1]


def test_a_picture_is_asked_for(files, run, actions, pictures, monkeypatch, place):
    asked = answer(monkeypatch, "getOpenFileName", (str(place / "digit.png"), ""))
    actions["open_picture"].trigger()
    assert pictures == [place / "digit.png"]
    assert "*.png" in asked[0][-1]
    assert run.asked == []


def test_a_folder_of_data_is_asked_for(files, run, actions, monkeypatch, place):
    answer(monkeypatch, "getExistingDirectory", str(place))
    actions["open_data"].trigger()
    assert run.asked[0][1].data == str(place)


def test_the_digits_that_come_with_the_program_need_no_question(files, run, actions, settings):
    run.spec = RunSpec((20, 7, 10), data="/somewhere")
    actions["use_mnist"].trigger()
    assert run.asked == [("data", replace(run.spec, data=MNIST))]
    assert settings.recent == []


@pytest.mark.parametrize(
    ("key", "dialog", "nothing"),
    [
        ("open_model", "getOpenFileName", ("", "")),
        ("open_picture", "getOpenFileName", ("", "")),
        ("open_data", "getExistingDirectory", ""),
        ("save", "getSaveFileName", ("", "")),
        ("save_metrics", "getSaveFileName", ("", "")),
    ],
)
def test_who_thinks_better_of_it_changes_nothing(
    files, run, actions, pictures, monkeypatch, key, dialog, nothing
):
    asked = answer(monkeypatch, dialog, nothing)
    actions[key].trigger()
    assert len(asked) == 1
    assert run.asked == pictures == []


# Saving


@pytest.mark.parametrize(
    ("typed", "saved"),
    [("model.npz", "model.npz"), ("model", "model.npz"), ("eta 0.5", "eta 0.5.npz"), ("M.NPZ", "M.NPZ")],
)
def test_a_model_is_saved_under_the_name_that_is_given(files, run, actions, monkeypatch, place, typed, saved):
    answer(monkeypatch, "getSaveFileName", (str(place / typed), ""))
    actions["save"].trigger()
    assert run.asked == [("save", place / saved)]


@pytest.mark.parametrize(("number", "kind"), list(enumerate(KINDS)))
def test_the_metrics_are_those_that_are_chosen(files, run, actions, monkeypatch, place, number, kind):
    asked = answer(monkeypatch, "getSaveFileName", ("", ""))
    actions["save_metrics"].trigger()
    tables = asked[0][-1].split(";;")
    assert len(tables) == len(KINDS)
    answer(monkeypatch, "getSaveFileName", (str(place / "table"), tables[number]))
    actions["save_metrics"].trigger()
    assert run.asked == [("metrics", place / "table.csv", kind)]


def test_without_a_choice_the_metrics_are_of_every_step(files, run, actions, monkeypatch, place):
    answer(monkeypatch, "getSaveFileName", (str(place / "table.csv"), ""))
    actions["save_metrics"].trigger()
    assert run.asked == [("metrics", place / "table.csv", "steps")]


@pytest.mark.parametrize(("key", "name"), [("save", "a.npz"), ("save_metrics", "a.csv")])
def test_a_file_that_would_be_replaced_unawares_is_asked_about(
    files, run, actions, monkeypatch, place, key, name
):
    (place / name).write_bytes(b"old")
    answer(monkeypatch, "getSaveFileName", (str(place / "a"), ""))
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    actions[key].trigger()
    assert run.asked == []


# What was opened lately


def test_at_first_the_menu_says_that_nothing_was_opened(files):
    (text,) = listed(files)
    assert text
    assert not files.recent_menu.actions()[0].isEnabled()


def test_what_was_opened_is_listed_the_latest_first_with_its_folder(files, place):
    for name in ("one.npz", "two.png"):
        (place / name).write_bytes(b"")
        files.remember(place / name)
    assert listed(files)[:3] == [f"two.png  ({place})", f"one.npz  ({place})", "|"]
    assert listed(files)[:3] == [f"two.png  ({place})", f"one.npz  ({place})", "|"], "the second time twice"


@pytest.mark.parametrize("name", ["one.npz", "two.png", "folder"])
def test_what_is_chosen_from_the_menu_is_opened_as_what_it_is(files, run, pictures, place, name):
    path = place / name
    if name == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"")
    files.remember(place)
    files.remember(path)
    assert len(listed(files)) == 4
    press(files, name)
    if name == "one.npz":
        assert run.asked == [("model", path)]
    elif name == "folder":
        assert run.asked[0][1].data == str(path)
    else:
        assert pictures == [path]


def test_what_is_gone_is_not_listed(files, place):
    (place / "one.npz").write_bytes(b"")
    files.remember(place / "one.npz")
    assert len(listed(files)) == 3
    (place / "one.npz").unlink()
    assert len(listed(files)) == 1


def test_what_goes_while_the_menu_is_open_is_left_to_whoever_opens_it(files, run, place):
    (place / "one.npz").write_bytes(b"")
    files.remember(place / "one.npz")
    listed(files)
    (place / "one.npz").unlink()
    press(files, "one.npz")
    assert run.asked == [("model", place / "one.npz")]


def test_the_list_can_be_emptied(files, place):
    files.remember(place)
    listed(files)
    press(files, "Forget")
    assert len(listed(files)) == 1
    assert not files.recent_menu.actions()[0].isEnabled()


def test_a_name_with_an_ampersand_is_shown_with_it(files, place):
    """Qt takes one alone for the mark of a letter to press, and leaves it out."""
    (place / "R&D.npz").write_bytes(b"")
    files.remember(place / "R&D.npz")
    assert listed(files)[0].startswith("R&&D.npz")


def test_a_folder_is_remembered_once_there_is_a_run_on_it(files, run, settings, place):
    other = place / "other"
    other.mkdir()
    files.open(place)
    assert settings.recent == []
    run.run_ready.emit(RunSpec((20, 5, 10), data=str(other)), 0)
    assert settings.recent == []
    run.run_ready.emit(RunSpec((20, 5, 10), data=str(place)), 0)
    assert settings.recent == [place]


def test_a_run_that_is_brought_back_is_not_opened_anew(files, run, settings, place, tmp_path):
    files.open(place)
    run.run_ready.emit(RunSpec((20, 5, 10), data=str(place)), 0)
    files.remember(tmp_path)
    run.run_ready.emit(RunSpec((20, 5, 10), data=str(place)), 0)
    assert settings.recent == [tmp_path, place]


# With a worker


@pytest.fixture
def at_work(qtbot, owner, settings, actions, tmp_path):
    """Files and a run that is at work on small data."""
    run = RunControl(owner)
    files = Files(owner, run, settings, actions)
    with qtbot.waitSignal(run.run_ready, timeout=PATIENCE_MS):
        run.start(spec_of(small_folder(tmp_path / "small digits")))
    yield files, run
    assert run.close()


def test_a_model_that_is_opened_begins_a_run(qtbot, at_work, place):
    files, run = at_work
    network = run.spec.network()
    network.theta[:] = 0.25
    save_model(place / "model.npz", network, run.spec, 3)
    with qtbot.waitSignal(run.model_opened, timeout=PATIENCE_MS) as signal:
        files.open(place / "model.npz")
    assert signal.args == [place / "model.npz"]
    qtbot.waitUntil(lambda: bool((run.snapshot.theta == 0.25).all()), timeout=PATIENCE_MS)


def test_a_folder_that_holds_no_data_is_said_and_not_remembered(qtbot, at_work, settings, place):
    files, run = at_work
    with qtbot.waitSignal(run.failed, timeout=PATIENCE_MS) as signal:
        files.open(place)
    assert str(place) in signal.args[0]
    assert settings.recent == []
    with qtbot.waitSignal(run.run_ready, timeout=PATIENCE_MS):
        files.open(small_folder(place / "digits"))
    assert settings.recent == [place / "digits"]


def test_a_recent_model_that_is_gone_is_said(qtbot, at_work, place):
    files, run = at_work
    (place / "one.npz").write_bytes(b"")
    files.remember(place / "one.npz")
    listed(files)
    (place / "one.npz").unlink()
    with qtbot.waitSignal(run.failed, timeout=PATIENCE_MS) as signal:
        press(files, "one.npz")
    assert signal.args == [f"There is no file {place / 'one.npz'}."]
