"""Every dialog and box of the window can be read by a screen reader and operated by keys."""

import re

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QSlider,
    QTextBrowser,
)
from shiboken6 import isValid

SENTENCE = re.compile(r"\S+ .*[.?](?: \([^()]+\))?")
DIALOGS = ("palette", "shortcuts", "about", "export")
INSIDE = (QAbstractSpinBox, QComboBox, QLineEdit)
"""Of which Qt makes controls that are not the program's."""


@pytest.fixture(params=DIALOGS)
def dialog(request, qapp, qtbot, window):
    window.actions_by_key[request.param].trigger()
    qtbot.waitUntil(lambda: window.findChild(QDialog) is not None)
    found = window.findChild(QDialog)
    yield found
    if isValid(found):
        found.close()
        found.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def controls(dialog):
    kinds = (
        QAbstractButton,
        QAbstractSpinBox,
        QComboBox,
        QLineEdit,
        QSlider,
        QAbstractItemView,
        QTextBrowser,
    )
    return [
        widget
        for kind in kinds
        for widget in dialog.findChildren(kind)
        if widget.isVisible()
        and not isinstance(widget.parent(), INSIDE)
        and not widget.objectName().startswith("qt_")
    ]


def named(widget):
    return f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()}"


def test_a_dialog_and_all_in_it_have_names(dialog):
    assert dialog.windowTitle()
    found = controls(dialog)
    assert found
    assert [named(w) for w in found if not (w.accessibleName() or getattr(w, "text", str)())] == []


def test_every_control_of_a_dialog_says_in_a_sentence_what_it_does(dialog):
    read = (QTextBrowser,)  # is read, and does nothing
    without = [w for w in controls(dialog) if not isinstance(w, read) and not SENTENCE.fullmatch(w.toolTip())]
    assert [named(w) for w in without] == []


def test_no_text_of_a_dialog_is_cut(window, dialog):
    for scale in (1.0, 2.0):
        window.theme.choose_text_scale(scale)
        dialog.adjustSize()
        for button in dialog.findChildren(QAbstractButton):
            if button.isVisible() and button.text() and not isinstance(button.parent(), INSIDE):
                assert button.width() >= button.minimumSizeHint().width() - 1, named(button)
    window.theme.choose_text_scale(1.0)


def test_escape_closes_a_dialog(qtbot, dialog):
    closed = []
    dialog.finished.connect(closed.append)  # of Qt's part of it nothing is left then
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bool(closed))
