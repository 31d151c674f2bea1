"""The surface on which a digit is drawn, and beside it the panel with the answer: what mouse and keys do there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
)

from nnviz.app.graphics.canvas import Canvas
from nnviz.app.theme import Theme

Paint = Callable[[QPainter, QRectF], None]
KEYS = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Delete: "clear",
    Qt.Key.Key_Backspace: "clear",
}
SEQUENCES = {
    QKeySequence.StandardKey.Undo: "undo",
    QKeySequence.StandardKey.Redo: "redo",
    QKeySequence.StandardKey.Paste: "paste",
}


class PadCanvas(Canvas):
    """A canvas in two parts, painted apart: a surface to draw on, and a panel.

    Pen and finger do what the mouse does, since Qt makes mouse events of theirs; the pen's other end and the right
    button erase.

    Parameters
    ----------
    theme : Theme
    paint_surface, paint_panel : callable
        Paint one part.
    places : callable
        Takes the whole area and returns those of the surface and of the panel; the surface's is empty where there
        is nothing to draw on.
    name : str

    Attributes
    ----------
    brush : float
        The brush's width as a share of the surface's shorter side, for a ring around the pointer.
    """

    began = Signal(QPointF, bool)
    """A stroke began at a place; of the eraser, whichever tool is chosen."""
    went_on = Signal(QPointF)
    ended = Signal()
    asked = Signal(str)
    """A key was pressed that means an action: "undo", "redo", "paste", "clear", "left", "right", "up" or "down"."""
    dropped = Signal(QMimeData)

    def __init__(
        self,
        theme: Theme,
        paint_surface: Paint,
        paint_panel: Paint,
        places: Callable[[QRectF], tuple[QRectF, QRectF]],
        name: str,
    ) -> None:
        super().__init__(theme, paint_panel, name)
        self._paint_surface = paint_surface
        self._paint_panel = paint_panel
        self._places = places
        self._is_drawing = False
        self._is_drop_target = False
        self._ringed = QRectF()
        self.brush = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)

    @property
    def surface(self) -> QRectF:
        """Where one can draw."""
        return self._places(QRectF(self.rect()))[0]

    @property
    def panel(self) -> QRectF:
        """Where the panel is."""
        return self._places(QRectF(self.rect()))[1]

    def update_part(self, area: QRectF) -> None:
        """Paint a part anew, soon."""
        self.update(area.toAlignedRect().adjusted(-2, -2, 2, 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint those parts that need it."""
        surface, panel = self._places(QRectF(self.rect()))
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._theme.colour("surface"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if event.region().intersects(surface.toAlignedRect().adjusted(-2, -2, 2, 2)):
                self._paint_surface(painter, surface)
                self._paint_marks(painter, surface)
            if event.region().intersects(panel.toAlignedRect()):
                self._paint_panel(painter, panel)

    def _paint_marks(self, painter: QPainter, surface: QRectF) -> None:
        """Paint what only helps the hand: where the focus is, and how wide the brush."""
        if surface.isEmpty():
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus() or self._is_drop_target:
            painter.setPen(QPen(self._theme.colour("highlight"), 4 if self._is_drop_target else 2))
            painter.drawRect(surface)
        if not self._ringed.isEmpty():
            painter.setClipRect(surface)
            painter.setPen(QPen(self._theme.colour("muted"), 1.2))
            painter.drawEllipse(self._ringed)
            painter.setClipping(False)

    def _move_ring(self) -> None:
        surface = self.surface
        ring = QRectF()
        if self.pointer is not None and surface.contains(self.pointer):
            radius = self.brush * min(surface.width(), surface.height()) / 2
            ring = QRectF(self.pointer.x() - radius, self.pointer.y() - radius, 2 * radius, 2 * radius)
        self.setCursor(Qt.CursorShape.ArrowCursor if ring.isEmpty() else Qt.CursorShape.CrossCursor)
        for area in (self._ringed, ring):
            if not area.isEmpty():
                self.update_part(area)
        self._ringed = ring

    # The mouse, and what Qt takes for one.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke, or tell what was clicked."""
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if event.button() not in buttons or not self.surface.contains(event.position()):
            super().mousePressEvent(event)
            return
        self.finish_stroke()
        turned = event.pointerType() == QPointingDevice.PointerType.Eraser
        self._is_drawing = True
        self.began.emit(event.position(), turned or event.button() == Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on, and tell where the pointer is."""
        if self._is_drawing and event.buttons() == Qt.MouseButton.NoButton:
            self.finish_stroke()  # the button was let go where nobody told us
        if self._is_drawing:
            self.went_on.emit(event.position())
        super().mouseMoveEvent(event)
        self._move_ring()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        self.finish_stroke()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Keep the window's menu away from the surface, where the right button erases."""
        event.setAccepted(self.surface.contains(QPointF(event.pos())))

    def leaveEvent(self, event: QEvent) -> None:
        """Take the ring away."""
        super().leaveEvent(event)
        self._move_ring()

    def hideEvent(self, event: QHideEvent) -> None:
        """End a stroke whose end nobody would tell."""
        super().hideEvent(event)
        self.finish_stroke()

    def finish_stroke(self) -> None:
        """End the stroke, if there is one."""
        if self._is_drawing:
            self._is_drawing = False
            self.ended.emit()

    # Keys. Some of them are the window's shortcuts, too, and mean something else here while the pad has the focus.

    def event(self, event: QEvent) -> bool:
        """Claim the keys that mean something here before the window's shortcuts get them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _meaning(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell which action a key means."""
        meaning = _meaning(event)
        if meaning:
            self.asked.emit(meaning)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the pad has the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the pad no longer has the focus."""
        super().focusOutEvent(event)
        self.update()

    # Pictures that are dropped.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures and files, and show where they can be dropped."""
        if event.mimeData().hasImage() or any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._show_drop_target(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show that nothing is about to be dropped any more."""
        self._show_drop_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand over what was dropped."""
        self._show_drop_target(False)
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    def _show_drop_target(self, shown: bool) -> None:
        self._is_drop_target = shown
        self.update()


def _meaning(event: QKeyEvent) -> str:
    """Return the action that a key means, empty for none."""
    for sequence, action in SEQUENCES.items():
        if event.matches(sequence):
            return action
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    return KEYS.get(Qt.Key(event.key()), "") if plain else ""
