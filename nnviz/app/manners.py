"""How controls share keys and the mouse wheel with the window's shortcuts and with what scrolls.

Space runs and pauses, and → makes a step, wherever the focus is. But who walks through the window by Tab expects a
focused button to answer Space and a focused slider the arrows. And to scroll past a number is not to change it. Ctrl+Z
takes back what is being typed into a number; once that counts, it takes back the last change of the run, as elsewhere.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QWidget,
)

ARROWS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
SLIDER_KEYS = ARROWS | {Qt.Key.Key_Home, Qt.Key.Key_End}


class Manners(QObject):
    """An event filter for the controls of a part of the window, which keeps it.

    Parameters
    ----------
    part : QWidget
        Whose controls are to behave; those that are there already.
    """

    def __init__(self, part: QWidget) -> None:
        super().__init__(part)
        for kind in (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox):
            for control in part.findChildren(kind):
                control.installEventFilter(self)
                if isinstance(control, QAbstractButton | QAbstractSlider):
                    # A click leaves the focus where it was, so that Space goes on to run and to pause.
                    control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                else:
                    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for spin in part.findChildren(QAbstractSpinBox):
            for line in spin.findChildren(QLineEdit):
                line.installEventFilter(self)
                spin.editingFinished.connect(partial(line.setModified, False))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Decide who gets a key or a turn of the wheel."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QAbstractSpinBox | QComboBox):
            if not watched.hasFocus():
                event.ignore()
                return True
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if isinstance(watched, QAbstractSpinBox) and _is_undo(event):
                line = watched.findChild(QLineEdit)
                if line is not None and not line.isModified():
                    event.ignore()  # the line would keep it for itself, with nothing to take back
                    return True
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if not plain:
                return False
            if isinstance(watched, QAbstractButton) and event.key() == Qt.Key.Key_Space:
                event.accept()
                return True
            if isinstance(watched, QAbstractButton) and watched.group() is not None and event.key() in ARROWS:
                event.accept()  # they choose among buttons of which one is pressed
                return True
            if isinstance(watched, QAbstractSlider) and event.key() in SLIDER_KEYS:
                event.accept()
                return True
            if isinstance(watched, QAbstractSpinBox | QLineEdit) and event.key() == Qt.Key.Key_Space:
                event.ignore()  # a space means nothing in a number
                return True
        return False


def _is_undo(event: QKeyEvent) -> bool:
    """Return whether a key means undo or redo."""
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
