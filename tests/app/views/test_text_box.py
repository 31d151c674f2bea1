import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from nnviz.app.actions import make_actions, shortcut_table
from nnviz.app.theme import TEXT_SCALES
from nnviz.app.views.text_box import TextBox


@pytest.fixture
def owner(qtbot, theme):
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.resize(1280, 800)
    owner.show()
    yield owner
    theme.choose_text_scale(1.0)


def opened(qtbot, owner, text, characters=60):
    box = TextBox(owner, "A title", text, characters)
    box.open()
    qtbot.waitExposed(box)
    return box


def is_all_there(box):
    """Return whether nothing of the text has to be scrolled to."""
    return box.text.verticalScrollBar().maximum() == 0


def test_a_box_shows_its_title_and_its_text(qtbot, owner):
    box = opened(qtbot, owner, "<p>Some <b>text</b>.</p>")
    assert box.windowTitle() == box.text.accessibleName() == "A title"
    assert box.text.toPlainText() == "Some text."
    assert is_all_there(box)


@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_however_long_its_text_is_a_box_fits_into_the_window(qtbot, owner, theme, scale):
    """As a message box, the table of shortcuts was higher than the screen, and its end could not be reached."""
    theme.choose_text_scale(scale)
    box = opened(qtbot, owner, shortcut_table(make_actions(owner)), characters=120)
    assert box.width() <= owner.width()
    assert box.height() <= owner.height()
    assert not is_all_there(box)
    assert box.text.document().size().width() <= box.text.viewport().width() + 1, "cut off at the right"
    button = box.findChild(QPushButton)
    assert box.rect().contains(button.geometry().translated(button.parentWidget().pos()))
    qtbot.keyClick(box.text, Qt.Key.Key_End)
    assert box.text.verticalScrollBar().value() == box.text.verticalScrollBar().maximum()


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5])
def test_a_text_of_some_lines_is_shown_whole_and_is_no_wider_than_lines_are_to_be(qtbot, owner, theme, scale):
    theme.choose_text_scale(scale)
    box = opened(qtbot, owner, "<p>" + "some words " * 40 + "</p>", characters=60)
    assert is_all_there(box)
    assert box.text.viewport().width() < 70 * box.text.fontMetrics().averageCharWidth()


@pytest.mark.parametrize("scale", [0.8, 1.0])
def test_a_long_table_has_lines_as_long_as_they_are_to_be(qtbot, owner, theme, scale):
    """They were as long as the browser was wide before anybody had given it a size."""
    theme.choose_text_scale(scale)
    box = opened(qtbot, owner, shortcut_table(make_actions(owner)), characters=110)
    assert box.text.viewport().width() >= 110 * box.text.fontMetrics().averageCharWidth()


def test_escape_and_the_button_close_a_box(qtbot, owner):
    for close in (
        lambda box: qtbot.keyClick(box, Qt.Key.Key_Escape),
        lambda box: qtbot.mouseClick(box.findChild(QPushButton), Qt.MouseButton.LeftButton),
    ):
        box = opened(qtbot, owner, "text")
        close(box)
        qtbot.waitUntil(lambda: owner.findChild(TextBox) is None, timeout=5000)


def test_the_button_has_no_icon_that_belongs_to_another_theme(qtbot, owner):
    """Fusion's black cross was all but invisible in the dark theme."""
    box = opened(qtbot, owner, "text")
    assert box.findChild(QPushButton).icon().isNull()


def test_a_box_is_of_some_size_in_a_tiny_window(qtbot, owner):
    owner.resize(100, 60)
    box = opened(qtbot, owner, "some words " * 40)
    assert box.width() >= 300
    assert box.height() >= 150
