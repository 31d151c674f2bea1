"""The painted part of the network diagram, about which the keys can walk."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent

from nnviz.app.graphics.canvas import Canvas

ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class Stage(Canvas):
    """A canvas that, while it has the focus, has the arrows and Enter for itself."""

    walked = Signal(int)
    """An arrow was pressed; which, as Qt's key."""
    entered = Signal()
    left = Signal()
    """The focus has gone elsewhere."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def event(self, event: QEvent) -> bool:
        """Claim the keys that are also shortcuts of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell which way to go."""
        if not _is_ours(event):
            super().keyPressEvent(event)
        elif event.key() in ENTER:
            self.entered.emit()
        else:
            self.walked.emit(event.key())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are for the diagram."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that they no longer are."""
        super().focusOutEvent(event)
        self.left.emit()


def _is_ours(event: QKeyEvent) -> bool:
    return event.key() in (*ARROWS, *ENTER) and event.modifiers() in PLAIN
