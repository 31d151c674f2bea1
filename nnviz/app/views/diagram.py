"""The network diagram: every layer, lit up by the chosen sample."""

from __future__ import annotations

import time

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QPainter, QPen, QShortcut
from PySide6.QtWidgets import QLayout, QVBoxLayout

from nnviz.app.choice import Choice, Neuron, component_in, pinned_in
from nnviz.app.graphics.backprop.subject import subject_of
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.network.marks import paint_edge_looked_at
from nnviz.app.graphics.network.picture import NetworkPicture, Place
from nnviz.app.graphics.network.player import LayerPlayer
from nnviz.app.graphics.network.values import ACTIVATIONS, ERRORS, Scene
from nnviz.app.graphics.network.words import describe, describe_edge
from nnviz.app.graphics.text import CENTRE, MIDDLE, write
from nnviz.app.stage_walk import StageWalk
from nnviz.app.theme import Theme
from nnviz.app.views.diagram_canvas import Stage
from nnviz.app.views.diagram_controls import DiagramControls
from nnviz.app.views.diagram_drag import DiagramDrag
from nnviz.app.views.diagram_walk import StageSeen, seen
from nnviz.app.views.view import View
from nnviz.core.components import Component
from nnviz.core.trace import Trace
from nnviz.run.snapshot import Snapshot

EMPTY = "The network appears here as soon as the data is loaded."
EDGES_MS = 110
"""How old the edges may be that are drawn while training runs; neurons light up more often."""


class DiagramView(View):
    """The layers of the network as columns of neurons, joined by their strongest edges.

    Hover reads out a neuron and draws all its edges; a click pins it. Dragged up or down, a neuron has another bias,
    and an edge another weight. With the focus on the diagram, the arrows walk from neuron to neuron and Enter pins.
    Where errors are shown, an edge is read out as well, and a click chooses its weight. While a step is walked
    through, the layers light up that its stages have come to.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    """

    least_ms = 40
    edit_wanted = Signal(object)
    """A function that makes an Edit, of a parameter that was dragged, for a step that it is given."""

    def __init__(self, theme: Theme, choice: Choice) -> None:
        super().__init__(theme, "Network", choice)
        self._choice = choice
        choice.component_changed.connect(self.show_again)
        self._picture = NetworkPicture(theme)
        self._sentence = EMPTY
        self._played: Snapshot | None = None
        self._hovered: Place | None = None
        self._hovered_edge: Component | None = None
        self._walked_to: Place | None = None
        self._edges_at = 0.0
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self.show_again)
        self._player = LayerPlayer(self)
        self._player.moved.connect(self._played_on)
        self._canvas = Stage(theme, self._paint_on_canvas, "Network diagram")
        self._canvas.hovered.connect(self._hover)
        self._canvas.clicked.connect(self._click)
        self._canvas.walked.connect(self._walk)
        self._canvas.entered.connect(self._pin_walked_to)
        self._canvas.left.connect(self._leave)
        self.drag = DiagramDrag(
            theme,
            self._canvas,
            self._picture,
            may_drag=lambda: self._player.reached is None,
            are_all_edges_there=lambda: self._reached is None,
        )
        self.drag.moved.connect(self.show_again)
        self.drag.edit_wanted.connect(self.edit_wanted)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._escape.setEnabled(False)
        self._escape.activated.connect(self._let_go)

        self._own = self._overlay = ACTIVATIONS
        self._stage: StageSeen | None = None
        self.controls = DiagramControls()
        self.controls.overlay_chosen.connect(self._choose_overlay)
        self.controls.play.clicked.connect(self._play_or_stop)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.setSpacing(4)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self._canvas, 1)
        layout.addWidget(self.controls)

    def minimumSizeHint(self) -> QSize:
        """Ask for little: words are left out where there is no room for them."""
        return QSize(160, 120)

    # What is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the network of a snapshot; of a forward pass that is being played, the one it began with."""
        if self._played is not None:
            if snapshot.spec != self._played.spec:
                self._player.stop()
            else:
                snapshot = self._played
        snapshot = self.drag.previewed(snapshot)
        network = snapshot.network
        response = self._choice.response(network)
        trace, self._sentence = self._trace(snapshot)
        scene = self._picture.scene
        if scene is not None and scene.network.sizes != network.sizes:
            self._hovered = self._walked_to = self._hovered_edge = None
        pinned = pinned_in(self._choice.neuron, network)
        component = component_in(self._choice.component, network)
        scene = Scene(network, self._choice.sample, response, pinned, self._overlay, trace, component)
        now = time.monotonic()
        self._picture.show(scene, keep_edges=1000 * (now - self._edges_at) < EDGES_MS)
        if self._picture.edges_are_older:
            if not self._settling.isActive():
                self._settling.start(EDGES_MS)
        else:
            self._edges_at = now
        can_be_played = response is not None and not self._sentence
        self.controls.play.setEnabled(can_be_played or self._player.reached is not None)
        self._escape.setEnabled(self._player.reached is not None or component is not None)
        self._tell_walked_to()
        self._canvas.update()

    def _trace(self, snapshot: Snapshot) -> tuple[Trace | None, str]:
        """Return how the sample's error goes back, or a sentence that says why there is none, if errors are shown."""
        if self._overlay != ERRORS:
            return None, ""
        found = subject_of(snapshot, self._choice)
        return (None, found) if isinstance(found, str) else (found.trace, "")

    @property
    def _reached(self) -> float | None:
        """How far the pass has come that is played, or else that is walked through; None where there is none."""
        if self._player.reached is not None or self._stage is None:
            return self._player.reached
        return self._stage.reached

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the network."""
        self._paint(painter, area, None)

    def _paint(self, painter: QPainter, area: QRectF, looked_at: Place | None) -> None:
        if self._picture.scene is None or self._sentence:
            inside = area.adjusted(10, 0, -10, 0)
            write(painter, self.theme, inside, self._sentence, CENTRE | MIDDLE, role="muted", wrap=True)
            return
        self._picture.paint(painter, area, looked_at, self._reached)

    def _paint_on_canvas(self, painter: QPainter, area: QRectF) -> None:
        looked_at = self._looked_at()
        self._paint(painter, area, looked_at)
        if self._canvas.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.theme.colour("highlight"), 1))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        self.drag.paint(painter, area)
        layout = self._picture.layout(area)
        scene, pointer = self._picture.scene, self._canvas.pointer
        if layout is None or scene is None or self._sentence or self.drag.is_dragging:
            return
        if looked_at is None:
            if self._hovered_edge is not None and pointer is not None:
                about = paint_edge_looked_at(painter, self.theme, layout, self._hovered_edge)
                self._paint_panel(painter, area, about, describe_edge(scene, self._hovered_edge))
            return
        circle = layout.circle(*looked_at)
        about = circle.adjusted(-4, -4, 4, 4)
        pixel = layout.pixel(looked_at[1]) if looked_at[0] == 0 else None
        if (
            pixel is not None
            and pointer is not None
            and layout.image is not None
            and layout.image.contains(pointer)
        ):
            about = pixel.adjusted(-6, -6, 6, 6)
        self._paint_panel(painter, area, about, describe(scene, looked_at))

    def _paint_panel(self, painter: QPainter, area: QRectF, about: QRectF, lines: list[str]) -> None:
        paint_panel(painter, self.theme, area.adjusted(2, 2, -2, -2), about, lines)

    def describe(self, place: Place) -> list[str]:
        """Return a neuron's name and its exact numbers, a line for each."""
        return [] if self._picture.scene is None else describe(self._picture.scene, place)

    # What is asked for by mouse and keys

    def _looked_at(self) -> Place | None:
        return self._hovered if self._hovered is not None else self._walked_to

    @Slot(object)
    def _hover(self, point: QPointF | None) -> None:
        layout = self._picture.layout(QRectF(self._canvas.rect()))
        place = None if point is None or layout is None else layout.at(point)
        edge = None if point is None or place is not None else self._edge_at(point)
        if place != self._hovered or edge != self._hovered_edge or self._walked_to is not None:
            self._hovered, self._hovered_edge, self._walked_to = place, edge, None
            is_link = edge is not None or (place is not None and place[0] > 0)
            self._canvas.setCursor(
                Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor
            )
            self._canvas.update()

    def _edge_at(self, point: QPointF) -> Component | None:
        """Return the weight whose edge is at a point, where errors are shown: there edges are what it is about."""
        scene = self._picture.scene
        if scene is None or not scene.goes_back or self._sentence or self._reached is not None:
            return None
        return self._picture.edge_at(QRectF(self._canvas.rect()), point)

    @Slot(QPointF)
    def _click(self, point: QPointF) -> None:
        layout = self._picture.layout(QRectF(self._canvas.rect()))
        place = None if layout is None else layout.at(point)
        edge = None if place is not None else self._edge_at(point)
        if edge is not None:
            self._choice.choose_component(None if edge == self._choice.component else edge)
        else:
            self._toggle_pin(place)

    def _toggle_pin(self, place: Place | None) -> None:
        """Pin a neuron, or none where it is pinned already or there is none; an input neuron cannot be pinned."""
        neuron = Neuron(*place) if place is not None and place[0] > 0 else None
        self._choice.pin(None if neuron == self._choice.neuron else neuron)

    @Slot(int)
    def _walk(self, key: int) -> None:
        """Go on to the neighbour of the neuron that was looked at last."""
        layout = self._picture.layout(QRectF(self._canvas.rect()))
        scene = self._picture.scene
        if layout is None or scene is None:
            return
        place = self._looked_at()
        if place is None:
            pinned = scene.pinned
            place = (1, layout.columns[1].nearest(layout.area.center().y()))
            place = place if pinned is None else (pinned.layer, pinned.index)
        else:
            layer, index = place
            column = layout.columns[layer]
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                index += 1 if key == Qt.Key.Key_Down else -1
                place = layer, min(max(index, 0), len(column.x) - 1)
            else:
                other = layer + (1 if key == Qt.Key.Key_Right else -1)
                if 0 <= other < len(layout.columns):
                    place = other, layout.columns[other].nearest(float(column.y[index]))
        self._hovered, self._walked_to = None, place
        self._tell_walked_to()
        self._canvas.update()

    def _tell_walked_to(self) -> None:
        """Let screen readers say what has the keys."""
        text = "" if self._walked_to is None else ", ".join(self.describe(self._walked_to))
        if text != self._canvas.accessibleDescription():
            self._canvas.setAccessibleDescription(text)

    @Slot()
    def _pin_walked_to(self) -> None:
        place = self._looked_at()
        if place is not None and place[0] > 0:
            self._toggle_pin(place)

    @Slot()
    def _leave(self) -> None:
        self._walked_to = None
        self._canvas.update()

    @Slot(str)
    def _choose_overlay(self, overlay: str) -> None:
        if (overlay == ERRORS) != (self._overlay == ERRORS):
            self._player.stop()  # it went the other way
        self._own, self._stage = overlay, None  # until the next stage
        self._show_overlay(overlay)

    def _show_overlay(self, overlay: str) -> None:
        self._overlay, self._hovered_edge = overlay, None
        self.show_again()

    # A walk through the stages of a step

    def follow(self, walk: StageWalk) -> None:
        """Show what the stage is about at which a walk stands; at the walk's end, what was chosen before."""
        stage, trace = walk.stage, walk.trace
        now = None if stage is None or trace is None else seen(stage, len(trace.network.sizes))
        if now == self._stage and now is None:
            return
        self._stage = now
        self._player.stop()
        overlay = self._own if now is None else now.overlay(self._own)
        self.controls.show_overlay(overlay)
        self._show_overlay(overlay)

    # The passes

    @Slot()
    def play_forward(self) -> None:
        """Play how the chosen sample's activations arise, layer by layer; played already, stop."""
        self._play_pass(self._overlay if self._overlay != ERRORS else ACTIVATIONS)

    @Slot()
    def play_backward(self) -> None:
        """Play how the chosen sample's error goes back, layer by layer; played already, stop."""
        self._play_pass(ERRORS)

    @Slot()
    def _play_or_stop(self) -> None:
        self._play_pass(self._overlay)

    def _play_pass(self, overlay: str) -> None:
        is_played = self._player.reached is not None
        self._player.stop()
        if is_played and (overlay == ERRORS) == (self._overlay == ERRORS):
            return
        self.controls.buttons[overlay].setChecked(True)
        snapshot = self.snapshot
        if snapshot is None or self._choice.response(snapshot.network) is None or not self.isVisible():
            return
        if self._sentence:
            return
        self._played = snapshot
        self.show_snapshot(snapshot)
        self._player.start(len(snapshot.network.sizes), self.theme.motion)
        self._escape.setEnabled(True)
        self.controls.show_playing(self._player.reached is not None)

    @Slot()
    def _played_on(self) -> None:
        if self._player.reached is None:
            self._played = None
            self.controls.show_playing(self._player.reached is not None)
            self._escape.setEnabled(self._choice.component is not None)
            self.show_again()
        self._canvas.update()

    @Slot()
    def _let_go(self) -> None:
        """Stop what is played; where nothing is, choose no component any more."""
        if self._player.reached is not None:
            self._player.stop()
        else:
            self._choice.choose_component(None)

    def hideEvent(self, event: QHideEvent) -> None:
        """Play to nobody no longer."""
        super().hideEvent(event)
        self._settling.stop()
        self._player.stop()

    @Slot(bool)
    def dock_shown(self, shown: bool) -> None:
        """Take note of being behind another tab, or no longer."""
        super().dock_shown(shown)
        if not shown:
            self._player.stop()

    # How it looks

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        self._canvas.update()
