"""The part of the map's view that the pointer and the keys move about on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QWheelEvent

from nnviz.app.graphics.canvas import Canvas
from nnviz.app.theme import Theme

NOTCH = 120.0
"""Eighths of a degree that a wheel turns from one notch to the next."""
ZOOM = 1.25
STILL = 3.0
"""Pixels that a hand moves without meaning it."""
SHIFT = 0.15
"""Of the window's side, for each press of an arrow."""
ARROWS = {
    Qt.Key.Key_Left: (-SHIFT, 0.0),
    Qt.Key.Key_Right: (SHIFT, 0.0),
    Qt.Key.Key_Up: (0.0, SHIFT),
    Qt.Key.Key_Down: (0.0, -SHIFT),
}
ZOOMS = {Qt.Key.Key_Plus: 1 / ZOOM, Qt.Key.Key_Equal: 1 / ZOOM, Qt.Key.Key_Minus: ZOOM}
KEYS = {*ARROWS, *ZOOMS, Qt.Key.Key_0}
MODIFIERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class MapCanvas(Canvas):
    """A canvas with a map on it: the wheel zooms, a drag shifts, a double click or 0 shows all.

    With the focus, + and − zoom and the arrows shift; Shift and an arrow move a ball, Enter puts one down.
    """

    zoomed = Signal(object, float)
    """Around which QPointF, None for the middle, and by how much the window becomes larger."""
    dragged = Signal(QPointF)
    """By how many pixels."""
    shifted = Signal(float, float)
    """By which shares of the window, to the right and up."""
    fit_wanted = Signal()
    tapped = Signal(QPointF)
    """Pressed and let go at one place, so that nothing was dragged."""
    nudged = Signal(float, float)
    """How many presses of an arrow, with Shift, a ball moves to the right and up; Enter puts it down: 0 and 0."""

    def __init__(self, theme: Theme, paint: Callable[[QPainter, QRectF], None], name: str) -> None:
        super().__init__(theme, paint, name)
        self._held: QPointF | None = None
        self._pressed: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that move the map from the window's shortcuts: → makes a step elsewhere."""
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
        """Zoom around the pointer."""
        notches = event.angleDelta().y() / NOTCH
        if notches:
            self.zoomed.emit(event.position(), ZOOM**-notches)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the map."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the map along, if it is held."""
        if self._held is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(event.position() - self._held)
            self._held = event.position()
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the map go."""
        super().mouseReleaseEvent(event)
        pressed, self._held, self._pressed = self._pressed, None, None
        if pressed is not None and (event.position() - pressed).manhattanLength() <= STILL:
            self.tapped.emit(pressed)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all."""
        self.fit_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom and shift."""
        key = Qt.Key(event.key())
        if key in ARROWS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            right, up = ARROWS[key]
            self.nudged.emit(right / SHIFT, up / SHIFT)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.nudged.emit(0.0, 0.0)
        elif key in ARROWS:
            self.shifted.emit(*ARROWS[key])
        elif key in ZOOMS:
            self.zoomed.emit(None, ZOOMS[key])
        elif key == Qt.Key.Key_0:
            self.fit_wanted.emit()
        else:
            super().keyPressEvent(event)
