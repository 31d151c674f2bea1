"""The painted part of the backprop inspector: it can be pointed at, dragged on, scrolled, and walked about by keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent

from nnviz.app.graphics.canvas import Canvas
from nnviz.app.theme import Theme

NOTCH = 120
"""What a mouse wheel tells for one notch."""
ROWS_A_NOTCH = 3
ENDLESS = 1 << 24
"""More pages than there are."""
_Key = Qt.Key
MOVES = {_Key.Key_Left: (-1, 0), _Key.Key_Right: (1, 0), _Key.Key_Up: (0, -1), _Key.Key_Down: (0, 1)}
"""How many places to the right and down."""
PAGES = {_Key.Key_PageUp: -1, _Key.Key_PageDown: 1, _Key.Key_Home: -ENDLESS, _Key.Key_End: ENDLESS}
"""How many pages down."""
ENTER = (_Key.Key_Return, _Key.Key_Enter)


class PageCanvas(Canvas):
    """A canvas for lists and for pictures of which the parts can be gone through by the arrow keys.

    It takes the focus by Tab only: who clicks into a picture goes on making steps with →.
    """

    dragged = Signal(QPointF)
    """Where the pointer is while the left button is down."""
    turned = Signal(int)
    """By how many rows the wheel wants to scroll down."""
    moved = Signal(int, int)
    paged = Signal(int)
    entered = Signal()
    escaped = Signal()
    left = Signal()

    def __init__(self, theme: Theme, paint: Callable[[QPainter, QRectF], None], name: str) -> None:
        super().__init__(theme, paint, name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._turned = 0

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell where the pointer is, or drags to: what is dragged is looked at, and not what lies on the way."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.pointer = event.position()
            self.dragged.emit(self.pointer)
        else:
            super().mouseMoveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Tell by how many rows to scroll; what is less than one is kept for later."""
        self._turned -= event.angleDelta().y() * ROWS_A_NOTCH
        rows = int(self._turned / NOTCH)
        self._turned -= rows * NOTCH
        if rows:
            self.turned.emit(rows)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Take the keys that it knows before the window's shortcuts do: → would make a step."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_known(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, scroll, or choose what is pointed at."""
        if not _is_known(event):
            super().keyPressEvent(event)
            return
        key = _Key(event.key())
        if key in MOVES:
            self.moved.emit(*MOVES[key])
        elif key in PAGES:
            self.paged.emit(PAGES[key])
        elif key in ENTER:
            self.entered.emit()
        else:
            self.escaped.emit()

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


def _is_known(event: QKeyEvent) -> bool:
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    key = event.key()
    return plain and (key in MOVES or key in PAGES or key in ENTER or key == _Key.Key_Escape)
