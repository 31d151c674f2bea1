import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from nnviz.app.views import message as message_module
from nnviz.app.views.message import MessageBar


@pytest.fixture
def bar(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


def button(bar, text):
    return next(b for b in bar.findChildren(QPushButton) if b.text() == text and not b.isHidden())


def test_at_first_there_is_no_message(bar):
    assert bar.isHidden()
    assert bar.text == ""


def test_a_sentence_is_shown_and_put_away_after_a_while(qtbot, bar, monkeypatch):
    monkeypatch.setattr(message_module, "READING_MS", 30)
    told = []
    bar.shown.connect(told.append)
    bar.say("The model was saved.")
    assert bar.isVisible()
    assert bar.text == "The model was saved."
    qtbot.waitUntil(bar.isHidden, timeout=5000)
    assert told == [True, False]


def test_a_warning_stays_until_it_is_closed(qtbot, bar, monkeypatch):
    monkeypatch.setattr(message_module, "READING_MS", 30)
    bar.say("Something passing.")
    bar.warn("Something is wrong.")
    qtbot.wait(100)
    assert bar.isVisible()
    assert bar.text == "Something is wrong."
    qtbot.mouseClick(button(bar, "Close"), Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_a_second_sentence_gets_the_whole_of_its_time(qtbot, bar, monkeypatch):
    monkeypatch.setattr(message_module, "READING_MS", 300)
    bar.say("The first.")
    qtbot.wait(200)
    bar.say("The second.")
    qtbot.wait(200)
    assert bar.isVisible()


def test_an_answer_is_given_once_and_puts_the_sentence_away(qtbot, bar):
    answers = []
    bar.say("The run before was left.", "Bring it back", lambda: answers.append(bar.isHidden()))
    answer = button(bar, "Bring it back")
    qtbot.mouseClick(answer, Qt.MouseButton.LeftButton)
    assert answers == [True]
    answer.click()
    assert answers == [True]


def test_without_an_answer_there_is_no_button_for_one(bar):
    bar.say("The run before was left.", "Bring it back", lambda: None)
    bar.warn("Something is wrong.")
    assert [b.text() for b in bar.findChildren(QPushButton) if not b.isHidden()] == ["Close"]


def test_an_answer_may_bring_another_sentence(qtbot, bar):
    bar.say("First.", "Go on", lambda: bar.warn("Second."))
    qtbot.mouseClick(button(bar, "Go on"), Qt.MouseButton.LeftButton)
    assert bar.isVisible()
    assert bar.text == "Second."


def test_what_looks_like_markup_is_shown_as_it_is(qtbot, bar):
    bar.warn("<h1>There is no folder</h1> a & b.")
    assert bar._text.textFormat() == Qt.TextFormat.PlainText


def test_a_long_sentence_is_wrapped_rather_than_making_the_window_wider(bar):
    bar.warn("A very long sentence. " * 60)
    assert bar.minimumSizeHint().width() < 600


def test_a_long_path_does_not_make_the_window_wider(bar):
    bar.warn(f"There is no folder /{'folder' * 60}.")
    assert bar.minimumSizeHint().width() < 600


def test_a_question_stays_until_it_is_answered(qtbot, bar, monkeypatch):
    monkeypatch.setattr(message_module, "READING_MS", 30)
    answers = []
    bar.say("Something passing.")
    bar.ask("Shall it come back?", "Bring it back", lambda: answers.append(1))
    qtbot.wait(100)
    assert bar.isVisible()
    qtbot.mouseClick(button(bar, "Bring it back"), Qt.MouseButton.LeftButton)
    assert answers == [1]
    assert bar.isHidden()
