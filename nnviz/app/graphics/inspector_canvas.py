"""A canvas about whose picture one can walk by keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen

from nnviz.app.graphics.canvas import Canvas
from nnviz.app.theme import Theme

_Key = Qt.Key
MOVES = {_Key.Key_Left: (0, -1), _Key.Key_Right: (0, 1), _Key.Key_Up: (-1, 0), _Key.Key_Down: (1, 0)}
"""By how many rows and columns an arrow key moves."""
ENTER = (_Key.Key_Return, _Key.Key_Enter)


class InspectorCanvas(Canvas):
    """A canvas on which the arrow keys move as well as the pointer.

    It takes the focus by Tab only: who clicks into a picture goes on making steps with →.
    """

    moved = Signal(int, int)
    """Rows and columns."""
    entered = Signal()
    left = Signal()

    def __init__(self, theme: Theme, paint: Callable[[QPainter, QRectF], None], name: str) -> None:
        super().__init__(theme, paint, name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def knows(self, key: Qt.Key) -> bool:
        """Return whether a key, pressed alone, means something here."""
        return key in MOVES or key in ENTER

    def obey(self, key: Qt.Key) -> None:
        """Do what a key means that is known."""
        if key in ENTER:
            self.entered.emit()
        else:
            self.moved.emit(*MOVES[key])

    def _is_known(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        return plain and self.knows(_Key(event.key()))

    def event(self, event: QEvent) -> bool:
        """Take the keys that it knows before the window's shortcuts do: → would make a step."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._is_known(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the key means."""
        if self._is_known(event):
            self.obey(_Key(event.key()))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are heard."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing."""
        super().focusOutEvent(event)
        self.left.emit()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, and round it the mark of the focus."""
        super().paintEvent(event)
        if self.hasFocus():
            with QPainter(self) as painter:
                painter.setPen(QPen(self._theme.colour("highlight"), 1))
                painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
