"""One breakpoint in the list, and one that is suggested as long as there is none."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from nnviz.app.events import Watched
from nnviz.app.manners import Manners
from nnviz.run.breakpoints import Breakpoint

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class BreakpointRow(QFrame):
    """Whether a breakpoint is looked for, what it is in a sentence, and, if it has fired, why.

    A click on it or Tab gives it the focus; then Enter edits it, Delete removes it, and ↑ and ↓ go to others.
    """

    switch_wanted = Signal(object, bool)
    edit_wanted = Signal(object)
    remove_wanted = Signal(object)
    move_wanted = Signal(int)
    """The focus is to go so many rows down."""

    def __init__(self) -> None:
        super().__init__()
        self.watched: Watched | None = None
        self.setProperty("role", "breakpoint")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.switch = QCheckBox()
        self.switch.setToolTip("Whether the run pauses at this at all.")
        self.switch.clicked.connect(self._ask_to_switch)
        self._sentence, self._reason, self._misfit = _text(""), _text("fired"), _text("warning")
        self.remove = QToolButton()
        self.remove.setProperty("role", "dock")
        self.remove.setToolTip("Remove this breakpoint. (Delete)")
        self.remove.clicked.connect(self._ask_to_remove)
        texts = QVBoxLayout()
        texts.setSpacing(3)
        for label in (self._sentence, self._reason, self._misfit):
            texts.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 4, 6)
        row.setSpacing(8)
        row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)
        Manners(self)
        for button in (self.switch, self.remove):
            button.installEventFilter(self)

    def show_breakpoint(self, watched: Watched) -> None:
        """Show a breakpoint, this or another."""
        if watched == self.watched:
            return
        self.watched = watched
        is_on = watched.point.enabled
        self.switch.setChecked(is_on)
        for label, text in (
            (self._sentence, watched.sentence),
            (self._reason, watched.reason),
            (self._misfit, watched.misfit),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        _set(self._sentence, "role", "" if is_on and not watched.misfit else "muted")
        _set(self, "fired", bool(watched.reason))
        self.setAccessibleName(watched.sentence)
        self.setAccessibleDescription(watched.reason or watched.misfit)
        self.switch.setAccessibleName(watched.sentence)
        self.switch.setAccessibleDescription(watched.reason or watched.misfit)
        self.remove.setAccessibleName(f"Remove: {watched.sentence}")
        self.setToolTip("A double click or Enter changes it.")

    def set_icon(self, icon: QIcon, side: int) -> None:
        """Show how to remove it."""
        self.remove.setIcon(icon)
        self.remove.setIconSize(QSize(side, side))

    def _ask_to_switch(self, on: bool) -> None:
        if self.watched is not None:
            self.switch_wanted.emit(self.watched.point, on)

    def _ask_to_remove(self) -> None:
        if self.watched is not None:
            self.remove_wanted.emit(self.watched.point)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the click that has given it the focus."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the end of it."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the form, to change it."""
        if self.watched is not None:
            self.edit_wanted.emit(self.watched.point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit, remove, or go to another."""
        if not self._obey(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Do so also where a button of the row has the focus: Qt's own would go to any control above or below."""
        return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._obey(event)

    def _obey(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if self.watched is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in ENTER:
            self.edit_wanted.emit(self.watched.point)
        elif key == Qt.Key.Key_Delete:
            self.remove_wanted.emit(self.watched.point)
        elif key in STEPS:
            self.move_wanted.emit(STEPS[key])
        else:
            return False
        return True


class Suggestion(QFrame):
    """A breakpoint that is there to be had by one click."""

    add_wanted = Signal(object)

    def __init__(self, point: Breakpoint, sentence: str) -> None:
        super().__init__()
        self.point = point
        self.setProperty("role", "breakpoint")
        self.add = QToolButton()
        self.add.setText("Add")
        self.add.setToolTip(sentence)
        self.add.setAccessibleName(f"Add: {sentence}")
        self.add.clicked.connect(self._ask)
        text = _text("muted")
        text.setText(sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self.add, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text, 1)
        Manners(self)

    def _ask(self) -> None:
        self.add_wanted.emit(self.point)


def _text(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setMinimumWidth(1)  # rather more lines than a row that is cut off
    return label


def _set(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the stylesheet asks for, and have the widget look like it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
