"""The painted part of a view: one call from Qt into Python for each frame."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.app.theme import Theme


class Canvas(QWidget):
    """A widget that a function paints, and that tells where the pointer is.

    Parameters
    ----------
    theme : Theme
    paint : callable
        Paints into an area with a painter; the ground is painted before.
    name : str
        For screen readers.
    """

    hovered = Signal(object)
    """A QPointF, or None where the pointer has left."""
    clicked = Signal(QPointF)

    def __init__(self, theme: Theme, paint: Callable[[QPainter, QRectF], None], name: str) -> None:
        super().__init__()
        self._theme = theme
        self._paint = paint
        self.pointer: QPointF | None = None
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 60)

    def sizeHint(self) -> QSize:
        """Ask for a middling size; docks give what there is."""
        return QSize(360, 260)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the picture."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.colour("surface"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, QRectF(self.rect()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell where the pointer is."""
        self.pointer = event.position()
        self.hovered.emit(self.pointer)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer has left."""
        self.pointer = None
        self.hovered.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell what was clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(event.position())
