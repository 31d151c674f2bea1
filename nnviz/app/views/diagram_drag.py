"""Dragging parameters on the network diagram: a neuron up and down changes its bias, an edge its weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen

from nnviz.app.graphics.canvas import Canvas
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.network.edges import nearest_edge
from nnviz.app.graphics.network.picture import NetworkPicture
from nnviz.app.graphics.text import number
from nnviz.app.theme import Theme
from nnviz.app.views.parameter_box import LARGEST
from nnviz.core.network import Network
from nnviz.run.edits import SetParameters, parameter_name, place_of
from nnviz.run.snapshot import Snapshot

DRAG_FROM = 4.0
"""Pixels up or down from which on a press is a drag, and no click."""
REACH = 5.0
"""Pixels from an edge at which it can be taken hold of."""
PIXELS = 60.0
"""Of a drag that changes a parameter by 1, or by as much as it was, where that is more."""
FINE = 0.1
"""By how much slower a drag with Ctrl is."""
WEIGHT_TIP = "drag up or down to change it; Ctrl: finely"


@dataclass(frozen=True)
class Handle:
    """A parameter that can be dragged.

    Parameters
    ----------
    layer, neuron : int
        The neuron that the weight leads into or that has the bias, as everywhere.
    source : int or None
        Where the weight comes from; None for the bias.
    """

    layer: int
    neuron: int
    source: int | None


class DiagramDrag(QObject):
    """What the mouse does on the diagram when it drags. A press that becomes no drag is a click, told at its end.

    While a parameter is dragged, the diagram shows the network as it would be; only letting go makes the edit, and
    Escape gives it up.

    Parameters
    ----------
    theme : Theme
    canvas : Canvas
        The diagram's.
    picture : NetworkPicture
    may_drag : callable
        Returns whether there may be a drag now.
    are_all_edges_there : callable
        Returns whether edges are painted as they are at rest, so that they can be taken hold of.
    """

    edit_wanted = Signal(object)
    """A function that makes an Edit for a step that it is given."""
    moved = Signal()
    """The network is to be shown with another value, or as it is again."""

    def __init__(
        self,
        theme: Theme,
        canvas: Canvas,
        picture: NetworkPicture,
        *,
        may_drag: Callable[[], bool],
        are_all_edges_there: Callable[[], bool],
    ) -> None:
        super().__init__(canvas)
        self._theme = theme
        self._canvas = canvas
        self._picture = picture
        self._may_drag = may_drag
        self._are_all_edges_there = are_all_edges_there
        self._hovered: Handle | None = None
        self._held: Handle | None = None
        self._pressed = QPointF()
        self._before = self._value = 0.0
        self._last = 0.0
        self._is_drag = False
        canvas.installEventFilter(self)

    @property
    def is_dragging(self) -> bool:
        """Whether a parameter is being dragged."""
        return self._is_drag

    def previewed(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot with the parameter that is dragged as it would be."""
        handle, network = self._held, snapshot.network
        if not self._is_drag or handle is None:
            return snapshot
        if not _has(network, handle):  # the run is another
            self._forget()
            return snapshot
        theta = network.theta.copy()
        theta[place_of(network, handle.layer, handle.neuron, handle.source)] = self._value
        theta.flags.writeable = False
        return replace(snapshot, network=network.at(theta))

    # Events.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the presses and moves of a drag away from the canvas; leave it all others."""
        kind = event.type()
        if isinstance(event, QMouseEvent):
            if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                return self._press(event.position())
            if kind == QEvent.Type.MouseMove:
                return self._move(event)
            if kind == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
                return self._release()
        elif kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(event, QKeyEvent):
            if self._is_drag and event.key() == Qt.Key.Key_Escape:
                if kind == QEvent.Type.KeyPress:
                    self.give_up()
                event.accept()
                return True
        elif kind in (QEvent.Type.Leave, QEvent.Type.Hide):
            if kind == QEvent.Type.Hide:
                self.give_up()
            self._hover(None)
        return False

    def _press(self, point: QPointF) -> bool:
        self.give_up()
        handle = self.handle_at(point)
        if handle is None:
            return False
        self._held, self._pressed, self._last = handle, QPointF(point), point.y()
        self._before = self._value = self._value_of(handle)
        if not np.isfinite(self._value):
            self._value = 0.0
        return True

    def _move(self, event: QMouseEvent) -> bool:
        point = event.position()
        if self._held is None:
            self._hover(self.handle_at(point))
            return False
        if event.buttons() == Qt.MouseButton.NoButton:  # the button was let go where nobody told us
            self.give_up()
            return False
        if not self._is_drag and abs(point.y() - self._pressed.y()) < DRAG_FROM:
            return True
        self._is_drag = True
        slow = FINE if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1.0
        a_pixel = max(abs(self._before) if np.isfinite(self._before) else 0.0, 1.0) / PIXELS
        by = (self._last - point.y()) * a_pixel * slow
        self._last = point.y()
        self._value = float(np.clip(self._value + by, -LARGEST, LARGEST))
        self._canvas.setCursor(Qt.CursorShape.SizeVerCursor)
        self.moved.emit()
        return True

    def _release(self) -> bool:
        handle, value, was_drag = self._held, self._value, self._is_drag
        scene = self._picture.scene
        self._forget()
        if handle is None:
            return False
        if not was_drag:
            self._canvas.clicked.emit(self._pressed)
        elif scene is not None and value != self._before:
            place = place_of(scene.network, handle.layer, handle.neuron, handle.source)
            self.edit_wanted.emit(lambda step: SetParameters(step, (place,), (value,)))
        else:
            self.moved.emit()
        return True

    def give_up(self) -> None:
        """Leave the parameter that is dragged as it was."""
        was_drag = self._is_drag
        self._forget()
        if was_drag:
            self.moved.emit()

    def _forget(self) -> None:
        self._held, self._is_drag = None, False

    def _hover(self, handle: Handle | None) -> None:
        if handle != self._hovered:
            self._hovered = handle
            self._canvas.update()
        if handle is not None and handle.source is not None:
            self._canvas.setCursor(Qt.CursorShape.SizeVerCursor)
        elif self._canvas.cursor().shape() == Qt.CursorShape.SizeVerCursor:
            self._canvas.setCursor(Qt.CursorShape.ArrowCursor)

    # What lies where.

    def handle_at(self, point: QPointF) -> Handle | None:
        """Return the parameter that a drag from a point would change: a neuron's bias, or the weight of an edge."""
        area = QRectF(self._canvas.rect())
        layout = self._picture.layout(area)
        if layout is None or not self._may_drag():
            return None
        place = layout.at(point)
        if place is not None:
            return Handle(place[0], place[1], None) if place[0] > 0 else None
        if not self._are_all_edges_there():
            return None
        found = nearest_edge(layout, self._picture.edges_at_rest(area), point.x(), point.y(), REACH)
        return None if found is None else Handle(*found)

    def _value_of(self, handle: Handle) -> float:
        scene = self._picture.scene
        if scene is None or not _has(scene.network, handle):
            return 0.0
        network = scene.network
        return float(network.theta[place_of(network, handle.layer, handle.neuron, handle.source)])

    def lines(self) -> list[str]:
        """Return what is said beside the parameter that is dragged, or whose edge is pointed at."""
        handle, scene = self._held if self._is_drag else self._hovered, self._picture.scene
        if handle is None or scene is None or not _has(scene.network, handle):
            return []
        name = parameter_name(
            scene.network, place_of(scene.network, handle.layer, handle.neuron, handle.source)
        )
        if self._is_drag:
            return [name, f"{number(self._before, 3)} → {number(self._value, 3)}"]
        if handle.source is None:
            return []  # the diagram itself says what is to be said of a neuron
        return [f"{name} = {number(self._value_of(handle), 4)}", WEIGHT_TIP]

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the edge that is held or pointed at bright, and what is said of it."""
        handle = self._held if self._is_drag else self._hovered
        layout, lines = self._picture.layout(area), self.lines()
        if handle is None or layout is None or not lines:
            return
        about = layout.circle(handle.layer, handle.neuron)
        if handle.source is not None:
            ends = [
                layout.columns[layer].centre(index)
                for layer, index in ((handle.layer - 1, handle.source), (handle.layer, handle.neuron))
            ]
            sign = self._value if self._is_drag else self._value_of(handle)
            painter.setPen(QPen(self._theme.colour("surface"), 6))
            painter.drawLine(QLineF(*ends))
            painter.setPen(QPen(self._theme.colour("positive" if sign >= 0 else "negative"), 3))
            painter.drawLine(QLineF(*ends))
            pointer = self._canvas.pointer
            middle = self._pressed if self._is_drag or pointer is None else pointer
            about = QRectF(middle.x() - 8, middle.y() - 8, 16, 16)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        paint_panel(painter, self._theme, area.adjusted(2, 2, -2, -2), about.adjusted(-4, -4, 4, 4), lines)


def _has(network: Network, handle: Handle) -> bool:
    """Return whether a network has a parameter."""
    sizes = network.sizes
    return (
        handle.layer < len(sizes)
        and handle.neuron < sizes[handle.layer]
        and (handle.source is None or handle.source < sizes[handle.layer - 1])
    )
