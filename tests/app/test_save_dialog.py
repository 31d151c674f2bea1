import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnviz.app.save_dialog import ask_where_to_save

KINDS = {"Pictures (*.png)": ".png", "Drawings (*.svg)": ".svg"}


@pytest.fixture
def ask(qtbot, monkeypatch):
    """Return a function that asks, and answers what was typed, which kind, and whether to replace a file."""
    owner = QWidget()
    qtbot.addWidget(owner)

    def ask(typed, kind="", replace=None):
        ask.asked = []
        ask.questions = []

        def name(*arguments):
            ask.asked.append(arguments[1:])
            return str(typed), kind

        def question(*arguments):
            ask.questions.append(arguments[2])
            return QMessageBox.StandardButton.Yes if replace else QMessageBox.StandardButton.No

        monkeypatch.setattr(QFileDialog, "getSaveFileName", name)
        monkeypatch.setattr(QMessageBox, "question", question)
        return ask_where_to_save(owner, "Save it", "it", KINDS)

    return ask


def test_the_dialog_has_the_title_the_name_and_the_kinds(ask):
    ask("")
    assert ask.asked == [("Save it", "it", "Pictures (*.png);;Drawings (*.svg)")]


def test_no_name_is_no_answer(ask):
    assert ask("") is None


@pytest.mark.parametrize(
    ("typed", "kind", "path", "is_of"),
    [
        ("a.png", "Pictures (*.png)", "a.png", "Pictures (*.png)"),
        ("a", "Pictures (*.png)", "a.png", "Pictures (*.png)"),
        ("a", "Drawings (*.svg)", "a.svg", "Drawings (*.svg)"),
        ("a.PNG", "Pictures (*.png)", "a.PNG", "Pictures (*.png)"),
        ("a.svg", "Pictures (*.png)", "a.svg", "Pictures (*.png)"),
        ("step 1.5", "Drawings (*.svg)", "step 1.5.svg", "Drawings (*.svg)"),
        ("a", "", "a.png", "Pictures (*.png)"),
        ("a", "All files (*)", "a.png", "Pictures (*.png)"),
    ],
)
def test_a_name_without_an_ending_gets_that_of_its_kind(ask, tmp_path, typed, kind, path, is_of):
    assert ask(tmp_path / typed, kind) == (tmp_path / path, is_of)
    assert ask.questions == []


@pytest.mark.parametrize("replace", [True, False])
def test_a_file_that_the_dialog_could_not_know_of_is_asked_about(ask, tmp_path, replace):
    """It was replaced without a word."""
    (tmp_path / "a.png").write_bytes(b"old")
    answer = ask(tmp_path / "a", replace=replace)
    assert len(ask.questions) == 1
    assert "a.png" in ask.questions[0]
    assert answer == ((tmp_path / "a.png", "Pictures (*.png)") if replace else None)


def test_what_the_dialog_has_asked_about_is_not_asked_again(ask, tmp_path):
    (tmp_path / "a.png").write_bytes(b"old")
    assert ask(tmp_path / "a.png") == (tmp_path / "a.png", "Pictures (*.png)")
    assert ask.questions == []


def test_a_folder_of_that_name_is_left_to_whoever_writes(ask, tmp_path):
    (tmp_path / "a.png").mkdir()
    assert ask(tmp_path / "a") == (tmp_path / "a.png", "Pictures (*.png)")
    assert ask.questions == []


def test_a_name_that_is_too_long_is_left_to_whoever_writes(ask, tmp_path):
    path, _ = ask(tmp_path / ("a" * 5000))
    assert path.name == "a" * 5000 + ".png"
