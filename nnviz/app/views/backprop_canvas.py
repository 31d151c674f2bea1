"""The painted part of the backprop inspector: it can be pointed at, dragged on, scrolled, and walked about by keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent

from nnviz.app.graphics.inspector_canvas import InspectorCanvas
from nnviz.app.theme import Theme

NOTCH = 120
"""What a mouse wheel tells for one notch."""
ROWS_A_NOTCH = 3
ENDLESS = 1 << 24
"""More pages than there are."""
_Key = Qt.Key
PAGES = {_Key.Key_PageUp: -1, _Key.Key_PageDown: 1, _Key.Key_Home: -ENDLESS, _Key.Key_End: ENDLESS}
"""How many pages down."""


class PageCanvas(InspectorCanvas):
    """A canvas for lists, too, which can be dragged on, and scrolled by wheel and keys."""

    dragged = Signal(QPointF)
    """Where the pointer is while the left button is down."""
    turned = Signal(int)
    """By how many rows the wheel wants to scroll down."""
    paged = Signal(int)
    escaped = Signal()

    def __init__(self, theme: Theme, paint: Callable[[QPainter, QRectF], None], name: str) -> None:
        super().__init__(theme, paint, name)
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

    def knows(self, key: Qt.Key) -> bool:
        """Return whether a key, pressed alone, means something here."""
        return super().knows(key) or key in PAGES or key == _Key.Key_Escape

    def obey(self, key: Qt.Key) -> None:
        """Do what a key means that is known."""
        if key in PAGES:
            self.paged.emit(PAGES[key])
        elif key == _Key.Key_Escape:
            self.escaped.emit()
        else:
            super().obey(key)
