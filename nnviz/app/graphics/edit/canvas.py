"""The surface on which weights are painted or dragged: what mouse and keys mean there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)

from nnviz.app.graphics.canvas import Canvas

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""How many places to the right and down."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
NOTCH = 120
"""What a mouse wheel tells for one notch."""
PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class GestureCanvas(Canvas):
    """A canvas that tells of gestures: a button pressed, moved and let go, or given up by Escape.

    Attributes
    ----------
    ring : float
        The radius of a ring around the pointer, in pixels; 0 for none.
    surface : QRectF
        Where there is a ring.
    """

    began = Signal(QPointF, bool)
    """A button was pressed; the right one, or not."""
    went_on = Signal(QPointF)
    ended = Signal()
    given_up = Signal()
    walked = Signal(int, int)
    entered = Signal()
    turned = Signal(int)
    """By how many notches the wheel was turned, down being more than 0."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.ring = 0.0
        self.surface = QRectF()
        self._is_pressed = False
        self._turned = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, and what only helps the hand."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.ring > 0 and self.pointer is not None and self.surface.contains(self.pointer):
                painter.setClipRect(self.surface)
                painter.setPen(QPen(self._theme.colour("text"), 1.4))
                painter.drawEllipse(self.pointer, self.ring, self.ring)
                painter.setClipping(False)
            if self.hasFocus():
                painter.setPen(QPen(self._theme.colour("highlight"), 1))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    # The mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self.finish()
            self._is_pressed = True
            self.pointer = event.position()
            self.began.emit(event.position(), event.button() == Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture, and tell where the pointer is."""
        if self._is_pressed and event.buttons() == Qt.MouseButton.NoButton:
            self.finish()  # the button was let go where nobody told us
        if self._is_pressed:
            self.went_on.emit(event.position())
        super().mouseMoveEvent(event)
        if self.ring > 0:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture."""
        self.finish()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Tell by how many notches the wheel was turned; what is less than one is kept for later."""
        self._turned -= event.angleDelta().y()
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        if notches:
            self.turned.emit(notches)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the ring away."""
        super().leaveEvent(event)
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """End a gesture whose end nobody would tell."""
        super().hideEvent(event)
        self.finish()

    def finish(self) -> None:
        """End the gesture, if there is one."""
        if self._is_pressed:
            self._is_pressed = False
            self.ended.emit()

    def give_up(self) -> None:
        """Give the gesture up, if there is one."""
        if self._is_pressed:
            self._is_pressed = False
            self.given_up.emit()

    # Keys.

    def event(self, event: QEvent) -> bool:
        """Claim the keys that mean something here before the window's shortcuts get them."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._is_ours(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell what a key means."""
        key = Qt.Key(event.key())
        if not self._is_ours(event):
            super().keyPressEvent(event)
        elif key in ARROWS:
            self.walked.emit(*ARROWS[key])
        elif key in ENTER:
            self.entered.emit()
        else:
            self.give_up()

    def _is_ours(self, event: QKeyEvent) -> bool:
        keys = (*ARROWS, *ENTER, *((Qt.Key.Key_Escape,) if self._is_pressed else ()))
        return event.key() in keys and event.modifiers() in PLAIN

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are for this."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they no longer are."""
        super().focusOutEvent(event)
        self.update()
