"""The network diagram: every layer, lit up by the chosen sample."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLayout, QPushButton, QSizePolicy, QVBoxLayout

from nnviz.app.choice import Choice, Neuron, pinned_in
from nnviz.app.graphics.canvas import Canvas
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.network.picture import NetworkPicture, Place
from nnviz.app.graphics.network.player import LayerPlayer
from nnviz.app.graphics.network.values import ACTIVATIONS, BIASES, WEIGHTED_INPUTS, Scene
from nnviz.app.graphics.text import CENTRE, MIDDLE, number, write
from nnviz.app.theme import Theme
from nnviz.app.views.diagram_drag import DiagramDrag
from nnviz.app.views.view import View
from nnviz.run.snapshot import Snapshot

EMPTY = "The network appears here as soon as the data is loaded."
OVERLAYS = {
    ACTIVATIONS: ("Activations a", "Activations", "Light up each neuron with its activation a = σ(z)."),
    WEIGHTED_INPUTS: (
        "Weighted inputs z",
        "Weighted inputs",
        "Show z = Σ w·a + b, what each neuron's σ is applied to.",
    ),
    BIASES: (
        "Biases b",
        "Biases",
        "Show the bias b of each neuron, which is added to the weighted sum of its inputs.",
    ),
}
PLAY, STOP = "Play forward pass", "Stop forward pass"
PLAY_TIP = "Show layer by layer how the sample's activations arise: a = σ(Σ w·a + b)."
SIDE, GAP = 8, 4
"""Pixels beside the buttons, and between them."""
EDGES_MS = 110
"""How old the edges may be that are drawn while training runs; neurons light up more often."""
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class DiagramView(View):
    """The layers of the network as columns of neurons, joined by their strongest edges.

    Hover reads out a neuron and draws all its edges; a click pins it. Dragged up or down, a neuron has another bias,
    and an edge another weight. With the focus on the diagram, the arrows
    walk from neuron to neuron and Enter pins.

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
        self._picture = NetworkPicture(theme)
        self._played: Snapshot | None = None
        self._hovered: Place | None = None
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
        self.drag = DiagramDrag(theme, self._canvas, self._picture, lambda: self._player.reached is None)
        self.drag.moved.connect(self.show_again)
        self.drag.edit_wanted.connect(self.edit_wanted)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._escape.setEnabled(False)
        self._escape.activated.connect(self._player.stop)

        self._overlay = ACTIVATIONS
        self._overlays = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for letter, (name, _, tip) in OVERLAYS.items():
            button = self._button(name, tip)
            button.setCheckable(True)
            button.setChecked(letter == ACTIVATIONS)
            self._overlays.addButton(button)
            self._buttons[letter] = button
            row.addWidget(button)
        self._overlays.buttonToggled.connect(self._choose_overlay)
        row.addStretch(1)
        self._play = self._button(PLAY, PLAY_TIP)
        self._play.setEnabled(False)
        self._play.clicked.connect(self.play_forward)
        row.addWidget(self._play)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(SIDE, 4, SIDE, 8)
        layout.setSpacing(GAP)
        # The buttons' words are made to fit the view, not the view to fit them.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self._canvas, 1)
        layout.addLayout(row)
        self.take_up_theme()

    def _button(self, name: str, tip: str) -> QPushButton:
        button = QPushButton(name)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        return button

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
        scene = self._picture.scene
        if scene is not None and scene.network.sizes != network.sizes:
            self._hovered = self._walked_to = None
        pinned = pinned_in(self._choice.neuron, network)
        scene = Scene(network, self._choice.sample, response, pinned, self._overlay)
        now = time.monotonic()
        self._picture.show(scene, keep_edges=1000 * (now - self._edges_at) < EDGES_MS)
        if self._picture.edges_are_older:
            if not self._settling.isActive():
                self._settling.start(EDGES_MS)
        else:
            self._edges_at = now
        self._play.setEnabled(response is not None or self._player.reached is not None)
        self._tell_walked_to()
        self._canvas.update()

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the network."""
        self._paint(painter, area, None)

    def _paint(self, painter: QPainter, area: QRectF, looked_at: Place | None) -> None:
        if self._picture.scene is None:
            inside = area.adjusted(10, 0, -10, 0)
            write(painter, self.theme, inside, EMPTY, CENTRE | MIDDLE, role="muted", wrap=True)
            return
        self._picture.paint(painter, area, looked_at, self._player.reached)

    def _paint_on_canvas(self, painter: QPainter, area: QRectF) -> None:
        looked_at = self._looked_at()
        self._paint(painter, area, looked_at)
        if self._canvas.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.theme.colour("highlight"), 1))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        self.drag.paint(painter, area)
        layout = self._picture.layout(area)
        if looked_at is None or layout is None or self.drag.is_dragging:
            return
        circle = layout.circle(*looked_at)
        about = circle.adjusted(-4, -4, 4, 4)
        pixel = layout.pixel(looked_at[1]) if looked_at[0] == 0 else None
        pointer = self._canvas.pointer
        if (
            pixel is not None
            and pointer is not None
            and layout.image is not None
            and layout.image.contains(pointer)
        ):
            about = pixel.adjusted(-6, -6, 6, 6)
        paint_panel(painter, self.theme, area.adjusted(2, 2, -2, -2), about, self.describe(looked_at))

    def describe(self, place: Place) -> list[str]:
        """Return a neuron's name and its exact numbers, a line for each."""
        scene = self._picture.scene
        if scene is None:
            return []
        layer, index = place
        response, network = scene.response, scene.network
        if layer == 0:
            name = f"input {index}"
            if scene.image_shape is not None:
                row, col = divmod(index, scene.image_shape[1])
                name = f"pixel ({row}, {col})"
            lines = [name if response is None else f"{name} = {number(float(response.x[index]), 3)}"]
        else:
            last = len(network.sizes) - 1
            lines = [f"output {index}" if layer == last else f"layer {layer}, neuron {index}"]
            if response is not None:
                lines.append(f"a = {number(float(response.a[layer - 1][index]), 4)}")
                lines.append(f"z = {number(float(response.z[layer - 1][index]), 4)}")
            lines.append(f"b = {number(float(network.biases[layer - 1][index]), 4)}")
        pinned = scene.pinned
        if pinned is not None and pinned.layer == layer + 1:
            weight = float(network.weights[layer][pinned.index, index])
            lines.append(f"into pinned: w = {number(weight, 4)}")
        elif pinned is not None and pinned.layer == layer - 1:
            weight = float(network.weights[layer - 1][index, pinned.index])
            lines.append(f"from pinned: w = {number(weight, 4)}")
        return lines

    # What is asked for by mouse and keys

    def _looked_at(self) -> Place | None:
        return self._hovered if self._hovered is not None else self._walked_to

    @Slot(object)
    def _hover(self, point: QPointF | None) -> None:
        layout = self._picture.layout(QRectF(self._canvas.rect()))
        place = None if point is None or layout is None else layout.at(point)
        if place != self._hovered or self._walked_to is not None:
            self._hovered = place
            self._walked_to = None
            self._canvas.setCursor(
                Qt.CursorShape.PointingHandCursor
                if place is not None and place[0] > 0
                else Qt.CursorShape.ArrowCursor
            )
            self._canvas.update()

    @Slot(QPointF)
    def _click(self, point: QPointF) -> None:
        layout = self._picture.layout(QRectF(self._canvas.rect()))
        self._toggle_pin(None if layout is None else layout.at(point))

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

    @Slot(QPushButton, bool)
    def _choose_overlay(self, button: QPushButton, checked: bool) -> None:
        if checked:
            self._overlay = next(letter for letter, other in self._buttons.items() if other is button)
            self.show_again()

    # The forward pass

    @Slot()
    def play_forward(self) -> None:
        """Play how the chosen sample's activations arise, layer by layer; played already, stop."""
        if self._player.reached is not None:
            self._player.stop()
            return
        snapshot = self.snapshot
        if snapshot is None or self._choice.response(snapshot.network) is None or not self.isVisible():
            return
        self._played = snapshot
        self.show_snapshot(snapshot)
        self._escape.setEnabled(True)
        self._player.start(len(snapshot.network.sizes), self.theme.motion)
        self._name_buttons()

    @Slot()
    def _played_on(self) -> None:
        if self._player.reached is None:
            self._played = None
            self._escape.setEnabled(False)
            self._name_buttons()
            self.show_again()
        self._canvas.update()

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
        self._name_buttons()
        self._canvas.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the buttons' words fit."""
        super().resizeEvent(event)
        self._name_buttons()

    def changeEvent(self, event: QEvent) -> None:
        """Make the buttons' words fit where text has another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._name_buttons()

    def _name_buttons(self) -> None:
        """Give the buttons the longest names for which there is room."""
        is_playing = self._player.reached is not None
        self._play.setAccessibleName(STOP if is_playing else PLAY)
        name, short_name = (STOP, "Stop") if is_playing else (PLAY, "Play")
        names = {
            self._buttons[letter]: (long, short, letter, letter)
            for letter, (long, short, _) in OVERLAYS.items()
        }
        names[self._play] = (name, short_name, name, short_name)
        for length in range(4):
            for button, choices in names.items():
                button.setText(choices[length])
            room = self.width() - 2 * SIDE - GAP * len(names)
            if sum(button.sizeHint().width() for button in names) <= room:
                return


class Stage(Canvas):
    """A canvas that, while it has the focus, has the arrows and Enter for itself."""

    walked = Signal(int)
    """An arrow was pressed; which, as Qt's key."""
    entered = Signal()
    left = Signal()
    """The focus has gone elsewhere."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def event(self, event: QEvent) -> bool:
        """Claim the keys that are also shortcuts of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell which way to go."""
        if not _is_ours(event):
            super().keyPressEvent(event)
        elif event.key() in ENTER:
            self.entered.emit()
        else:
            self.walked.emit(event.key())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are for the diagram."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that they no longer are."""
        super().focusOutEvent(event)
        self.left.emit()


def _is_ours(event: QKeyEvent) -> bool:
    return event.key() in (*ARROWS, *ENTER) and event.modifiers() in PLAIN
