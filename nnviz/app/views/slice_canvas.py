"""The part of the slice's view in which the learning rate is dragged."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QWheelEvent

from nnviz.app.graphics.canvas import Canvas
from nnviz.app.theme import Theme
from nnviz.app.views.map_canvas import NOTCH, ZOOM, ZOOMS

A_KEY = 1.1
"""Times η, what an arrow key makes of it; with Shift, less."""
FINE = 1.02
ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
KEYS = {*ARROWS, *ZOOMS, Qt.Key.Key_0, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter}
MODIFIERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class SliceCanvas(Canvas):
    """A canvas with a slice on it: a press or a drag puts η under the pointer, the wheel changes how far it goes.

    With the focus, the arrows change η, + and − how far it goes, 0 brings back the run's η, and Enter uses it.
    """

    held = Signal(QPointF)
    """The pointer has put the handle somewhere, and may go on."""
    let_go = Signal()
    multiplied = Signal(float)
    """By how much η is to be."""
    zoomed = Signal(float)
    """By how much farther the curve is to go."""
    back_wanted = Signal()
    use_wanted = Signal()

    def __init__(self, theme: Theme, paint: Callable[[QPainter, QRectF], None], name: str) -> None:
        super().__init__(theme, paint, name)
        self.is_held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that change η from the window's shortcuts."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in KEYS
            and not event.modifiers() & ~MODIFIERS
        ):
            event.accept()
            return True
        return bool(super().event(event))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the curve go farther, or less far."""
        notches = event.angleDelta().y() / NOTCH
        if notches:
            self.zoomed.emit(ZOOM**-notches)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the handle under the pointer."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.is_held = True
            self.held.emit(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle along, if it is held."""
        if self.is_held and event.buttons() & Qt.MouseButton.LeftButton:
            self.held.emit(event.position())
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the handle go."""
        super().mouseReleaseEvent(event)
        if self.is_held and event.button() == Qt.MouseButton.LeftButton:
            self.is_held = False
            self.let_go.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Bring back the run's η."""
        self.back_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change η, or how far the curve goes."""
        key = Qt.Key(event.key())
        if key in ARROWS:
            by = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else A_KEY
            self.multiplied.emit(by ** ARROWS[key])
        elif key in ZOOMS:
            self.zoomed.emit(ZOOMS[key])
        elif key in (Qt.Key.Key_0, Qt.Key.Key_Escape):
            self.back_wanted.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.use_wanted.emit()
        else:
            super().keyPressEvent(event)
