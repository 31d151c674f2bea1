"""Ctrl+Z while a number has the focus: it takes back what is being typed, and after that what was done to the run."""

import pytest
from app.views.edit_hand import type_into
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox, QVBoxLayout, QWidget

from nnviz.app.manners import Manners
from nnviz.app.views.parameter_box import ParameterBox

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(params=[ParameterBox, QDoubleSpinBox])
def part(request, qtbot, theme):
    part = QWidget()
    qtbot.addWidget(part)
    part.box = ParameterBox("Weight", "A weight.") if request.param is ParameterBox else QDoubleSpinBox()
    QVBoxLayout(part).addWidget(part.box)
    part.undone = []
    for name, keys in (("undo", "Ctrl+Z"), ("redo", "Ctrl+Shift+Z")):
        action = QAction(name, part)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _=False, name=name: part.undone.append(name))
        part.addAction(action)
    Manners(part)
    part.show()
    part.activateWindow()
    qtbot.waitUntil(part.isActiveWindow)
    part.box.setFocus()
    return part


def test_with_nothing_typed_ctrl_z_is_the_windows(part):
    QTest.keyClick(part.box, Qt.Key.Key_Z, CTRL)
    QTest.keyClick(part.box, Qt.Key.Key_Z, CTRL | SHIFT)
    assert part.undone == ["undo", "redo"]


def test_while_typing_ctrl_z_takes_back_what_was_typed(part):
    before = part.box.text()
    type_into(part.box, "7", None)
    assert part.box.text() != before
    QTest.keyClick(part.box, Qt.Key.Key_Z, CTRL)
    assert part.undone == []
    assert "7" not in part.box.text()


def test_once_a_number_counts_ctrl_z_is_the_windows_again(part):
    type_into(part.box, "7")
    QTest.keyClick(part.box, Qt.Key.Key_Z, CTRL)
    assert part.undone == ["undo"]
