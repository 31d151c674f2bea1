"""The painted part of the picture in three dimensions: it is turned, tilted and zoomed by mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal, Slot
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
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.landscape.camera import Camera
from nnviz.app.graphics.landscape.gl import NONE, NoGraphicsError, stage
from nnviz.app.graphics.landscape.height_scale import ColoursOf, HeightScale, height_colours
from nnviz.app.graphics.landscape.marks import Marks
from nnviz.app.graphics.landscape.relief_picture import ReliefPicture
from nnviz.app.graphics.text import CENTRE, MIDDLE, number, write
from nnviz.app.theme import Theme
from nnviz.core.survey import Surface

A_PIXEL = 0.4
"""Degrees that the box turns for a pixel that the mouse is dragged."""
A_KEY = 5.0
"""Degrees for a key."""
A_NOTCH = 1.1
"""How many times nearer the camera comes for a notch of the wheel, or a key."""
NOTCH = 120
STILL_MS = 180
"""After which a picture that was drawn in haste is drawn well."""
DECIMALS = 3
_Key = Qt.Key
MOVES: dict[Qt.Key, tuple[float, float, float]] = {
    _Key.Key_Left: (-A_KEY, 0.0, 1.0),
    _Key.Key_Right: (A_KEY, 0.0, 1.0),
    _Key.Key_Up: (0.0, A_KEY, 1.0),
    _Key.Key_Down: (0.0, -A_KEY, 1.0),
    _Key.Key_PageUp: (0.0, 3 * A_KEY, 1.0),
    _Key.Key_PageDown: (0.0, -3 * A_KEY, 1.0),
    _Key.Key_Plus: (0.0, 0.0, A_NOTCH),
    _Key.Key_Equal: (0.0, 0.0, A_NOTCH),  # where + is above it
    _Key.Key_Minus: (0.0, 0.0, 1 / A_NOTCH),
}
"""How far round and up the camera goes, and how many times nearer."""


class ReliefCanvas(Canvas):
    """A surface in three dimensions, with what moves on it.

    Dragging and the arrow keys go round it, the wheel, + and − come nearer, Page Up and Page Down tilt it, Home or
    a double click bring back the view at the beginning. Where there is no OpenGL, a sentence says so.

    Parameters
    ----------
    theme : Theme
    colours : callable, optional
        Those of heights: a map beside it has the same.
    """

    camera_changed = Signal(object)
    """The Camera, moved by the user."""
    unavailable = Signal(str)
    """There is no OpenGL: a sentence, told once."""

    def __init__(self, theme: Theme, colours: ColoursOf = height_colours) -> None:
        super().__init__(theme, self._paint_or_say_why_not, "The surface in three dimensions")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("")
        self._picture = ReliefPicture(theme, colours)
        self._names = ("α", "β", "cost")
        self._from: QPointF | None = None
        self._has_told = False
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL_MS)
        self._still.timeout.connect(self._come_to_rest)
        theme.changed.connect(self._take_up_theme)

    def show_surface(
        self,
        surface: Surface | None,
        scale: HeightScale,
        marks: Marks | None = None,
        names: tuple[str, str, str] = ("α", "β", "cost"),
    ) -> None:
        """Show a surface; the camera stays where it is.

        Parameters
        ----------
        surface : Surface or None
        scale : HeightScale
        marks : Marks, optional
        names : (str, str, str)
            Of α, of β and of the height.
        """
        self._names = names
        if surface is None:
            self._picture.surface = None
        else:
            self._picture.show(surface, scale, marks or Marks(), names)
        if self.isVisible():  # of surfaces that follow each other quickly, the last one is drawn well
            self._picture.is_moving = self._still.isActive()
            self._still.start()
        self.update()

    @property
    def camera(self) -> Camera:
        """Where the camera is."""
        return self._picture.camera

    @camera.setter
    def camera(self, camera: Camera) -> None:
        self._picture.camera = camera
        self.update()

    @Slot()
    def reset_camera(self) -> None:
        """Bring back the view at the beginning."""
        self._move_to(Camera())

    def is_available(self) -> bool:
        """Return whether there is OpenGL; the first time that anybody asks, that takes a moment."""
        try:
            stage()
        except NoGraphicsError as error:
            self._tell(str(error))
            return False
        return True

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the picture, or why there is none, into an area of any paint device."""
        try:
            self._picture.paint(painter, area)
        except NoGraphicsError as error:
            self._tell(str(error))
            write(painter, self._theme, area, str(error), CENTRE | MIDDLE, 10, "muted", wrap=True)

    # Painting.

    def _paint_or_say_why_not(self, painter: QPainter, area: QRectF) -> None:
        self.paint_figure(painter, area)
        if self.pointer is not None and self._from is None and self.is_available():
            self._paint_numbers(painter, area, self.pointer)

    def _paint_numbers(self, painter: QPainter, area: QRectF, pointer: QPointF) -> None:
        found = self._picture.told_at(pointer, area)
        if found is None:
            return
        place, (alpha, beta), height = found
        x, y, cost = self._names
        lines = [
            f"{cost} = {number(height, DECIMALS)}",
            f"{x} = {number(alpha, DECIMALS)}",
            f"{y} = {number(beta, DECIMALS)}",
        ]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.colour("text"), 1.5))
        painter.drawEllipse(place, 3.5, 3.5)
        about = QRectF(place.x() - 4, place.y() - 4, 8, 8)
        paint_panel(painter, self._theme, area.adjusted(4, 4, -4, -4), about, lines, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, and round it the mark of the focus."""
        super().paintEvent(event)
        if self.hasFocus():
            with QPainter(self) as painter:
                painter.setPen(QPen(self._theme.colour("highlight"), 1))
                painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _tell(self, sentence: str) -> None:
        if not self._has_told:
            self._has_told = True
            self.unavailable.emit(sentence or NONE)

    @Slot()
    def _take_up_theme(self) -> None:
        self._picture.take_up_theme()
        self.update()

    # The camera.

    def _move_to(self, camera: Camera) -> None:
        if camera != self._picture.camera:
            self._picture.camera = camera
            self._picture.is_moving = True
            self._still.start()
            self.update()
            self.camera_changed.emit(camera)

    @Slot()
    def _come_to_rest(self) -> None:
        self._picture.is_moving = False
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """Come to rest."""
        super().hideEvent(event)
        self._still.stop()
        self._picture.is_moving = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the box."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn the box, or tell the numbers under the pointer."""
        super().mouseMoveEvent(event)
        if self._from is not None and event.buttons() & Qt.MouseButton.LeftButton:
            by = event.position() - self._from
            self._from = event.position()
            self._move_to(self.camera.moved(-A_PIXEL * by.x(), A_PIXEL * by.y()))
        else:
            self._from = None
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the box."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Bring back the view at the beginning."""
        self._from = None
        self.reset_camera()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell no numbers any more."""
        super().leaveEvent(event)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Come nearer, or go away."""
        self._move_to(self.camera.moved(nearer=A_NOTCH ** (event.angleDelta().y() / NOTCH)))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Take the keys that it knows before the window's shortcuts do: → would make a step."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_known(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the camera."""
        if not _is_known(event):
            super().keyPressEvent(event)
        elif event.key() == _Key.Key_Home:
            self.reset_camera()
        else:
            self._move_to(self.camera.moved(*MOVES[_Key(event.key())]))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are heard."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they no longer are."""
        super().focusOutEvent(event)
        self.update()


def _is_known(event: QKeyEvent) -> bool:
    others = (
        Qt.KeyboardModifier.ControlModifier
        | Qt.KeyboardModifier.AltModifier
        | Qt.KeyboardModifier.MetaModifier
    )
    return not event.modifiers() & others and (event.key() in MOVES or event.key() == _Key.Key_Home)
