"""The weights of every layer: what each first-layer neuron looks for, as an image, and the others as matrices."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout

from nnviz.app.choice import Choice, Neuron, pinned_in
from nnviz.app.graphics.canvas import Canvas
from nnviz.app.graphics.scale_bar import limit_text, paint_scale, scale_width
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, RIGHT, line_height, text_width, write
from nnviz.app.graphics.weight_pictures import ImagesPicture, MatrixPicture, Place, WeightPicture
from nnviz.app.theme import Theme
from nnviz.app.views.view import View
from nnviz.app.views.weight_controls import Order, Show, WeightControls
from nnviz.app.views.weight_texts import Shown, explanations, reading, step_name, titles
from nnviz.core.network import Network
from nnviz.run.snapshot import Snapshot
from nnviz.run.step_log import StepLog
from nnviz.run.weight_gallery import Beginnings, Numbers, descending, gallery, norms, parameters

NOTHING_YET = "The weights appear as soon as the data is loaded."
NOTHING_KEPT = "Press “Keep this step” and train on: what has changed since then appears here."
ANOTHER_NETWORK = "The step that was kept is of a network with other layers. Keep a step of this one."
RESORT_SECONDS = 1.0
"""While training runs, neurons change places no more often."""
TITLE_POINTS, EXPLANATION_POINTS, SCALE_POINTS = 11, 10, 9
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""How many places to the right and down."""
UP_AND_DOWN = {key: step for key, step in ARROWS.items() if step[0] == 0}


class WeightsView(View):
    """A gallery of weights: an image for each first-layer neuron, for other layers a matrix with a row for each.

    Where the input is not an image, the first layer is a matrix, too. A click pins a neuron, another one
    unpins it; with the focus, the arrows lead from one to the next. Hover names the numbers.

    Parameters
    ----------
    theme : Theme
    choice : Choice
        Knows how inputs lie in an image.
    """

    least_ms = 140  # images that change faster cannot be compared

    def __init__(self, theme: Theme, choice: Choice) -> None:
        super().__init__(theme, "Weights", choice)
        self._choice = choice
        self._beginnings = Beginnings()
        self._kept: tuple[Network, int, StepLog] | None = None
        self._shown: Shown | None = None
        self._sentence = NOTHING_YET
        self._order: Numbers = np.zeros(0, np.intp)
        self._order_key: tuple[object, ...] = ()
        self._ordered_at = 0.0
        self._sort_later = QTimer(self)
        self._sort_later.setSingleShot(True)
        self._sort_later.timeout.connect(self.show_again)
        self._images = ImagesPicture()
        self._matrix = MatrixPicture()
        self._picture: WeightPicture = self._images
        self._place: Place | None = None
        self._readout: list[str] = []
        self._controls = WeightControls()
        self._controls.changed.connect(self.show_again)
        self._controls.keep_wanted.connect(self.keep)
        self._canvas = _ArrowCanvas(theme, self.paint_figure, "Weights of a layer")
        self._canvas.hovered.connect(self._hover)
        self._canvas.clicked.connect(self._click)
        self._canvas.arrow_pressed.connect(self._walk)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        around = QVBoxLayout()
        around.setContentsMargins(12, 10, 12, 0)
        around.addWidget(self._controls)
        layout.addLayout(around)
        layout.addWidget(self._canvas, 1)

    @property
    def title(self) -> str:
        """What stands above the picture where there is room for all of it; empty where there is none."""
        return "" if self._shown is None else titles(self._shown)[0]

    @property
    def readout(self) -> str:
        """What is said of the weight under the pointer; empty where there is none."""
        return self._readout[0] if self._readout else ""

    # What is shown.

    @Slot(object)
    def receive(self, snapshot: Snapshot) -> None:
        """Take note of a new snapshot; of a run's first one even if nobody can see the view."""
        self._beginnings.note(snapshot)
        super().receive(snapshot)

    @Slot()
    def keep(self) -> None:
        """Keep the step that is shown, to show later what has changed since."""
        if self.snapshot is not None:
            self._kept = (self.snapshot.network, self.snapshot.step, self.snapshot.log)
            self.show_again()

    @property
    def kept(self) -> tuple[int, StepLog] | None:
        """The step that was kept, and the log of its run."""
        return None if self._kept is None else self._kept[1:]

    def take_kept(self, network: Network, step: int, log: StepLog) -> None:
        """Have a step for the one that was kept."""
        self._kept = (network, step, log)
        self.show_again()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the weights of this step."""
        self._controls.show_sizes(snapshot.network.sizes)
        compared = self._compared(snapshot)
        self._shown = None if isinstance(compared, str) else self._compose(snapshot, *compared)
        self._sentence = compared if isinstance(compared, str) else ""
        self._tell()
        self._canvas.update()

    def _compared(self, snapshot: Snapshot) -> tuple[Network | None, str] | str:
        """Return what the weights are compared with and what that is called, or a sentence why they cannot be."""
        what = self._controls.show_what
        if what is Show.WEIGHTS:
            return None, ""
        if what is Show.SINCE_START:
            return self._beginnings.network(snapshot), step_name(0)
        if self._kept is None:
            return NOTHING_KEPT
        network, step, log = self._kept
        if network.sizes != snapshot.network.sizes:
            return ANOTHER_NETWORK
        return network, step_name(step) + ("" if log is snapshot.log else " of another run")

    def _compose(self, snapshot: Snapshot, since: Network | None, name: str) -> Shown:
        network, layer, order = snapshot.network, self._controls.layer, self._controls.order
        by = None
        if order is Order.NORM:
            by = norms(parameters(network, layer, since)[0])
        elif order is Order.ACTIVATION:
            response = self._choice.response(network)
            by = None if response is None else response.activations(layer)
        numbers = None
        if by is not None:
            sample = self._choice.sample if order is Order.ACTIVATION else None
            key = (order, layer, since, sample, snapshot.log)
            if not self._keeps_order(key):
                self._order, self._order_key, self._ordered_at = descending(by), key, time.monotonic()
            numbers = self._order
            by = by[numbers]
        shown = Shown(
            gallery(network, layer, numbers, since, self._controls.shared),
            network,
            snapshot.step,
            name,
            self._image_shape(layer, network.sizes[0]),
            order,
            Order.NUMBER if by is None else order,
            "" if self._choice.sample is None else self._choice.sample.name,
            by,
            None if self._kept is None else self._kept[1],
        )
        if shown.shape is not None:
            symbol = shown.norm if order is Order.NORM else "a"
            self._images.show(shown.gallery, shown.shape, bool(name), None if by is None else (symbol, by))
            self._picture = self._images
            self._canvas.keys = ARROWS
        else:
            rows = "output neuron" if layer == len(network.weights) else f"neuron of layer {layer}"
            columns = "input" if layer == 1 else f"neuron of layer {layer - 1}"
            self._matrix.show(shown.gallery, rows, columns, bool(name))
            self._picture = self._matrix
            self._canvas.keys = UP_AND_DOWN
        return shown

    def _keeps_order(self, key: tuple[object, ...]) -> bool:
        """Return whether the order is young enough to be kept, since neurons must not jump about in every frame."""
        age = time.monotonic() - self._ordered_at
        if key != self._order_key or age >= RESORT_SECONDS or not self.isVisible():
            return False
        if not self._sort_later.isActive():  # the last snapshot of all is to be in order, too
            self._sort_later.start(int(1000 * (RESORT_SECONDS - age)) + 1)
        return True

    def _image_shape(self, layer: int, inputs: int) -> tuple[int, int] | None:
        """Return how the inputs of a layer lie in an image, None where they do not."""
        data, sample = self._choice.data, self._choice.sample
        shape = data.image_shape if data is not None else None if sample is None else sample.shape
        # For a moment, after data that did not fit, the data knows the shape of other images.
        return shape if layer == 1 and shape is not None and shape[0] * shape[1] == inputs else None

    # Pointer and keys.

    @Slot(object)
    def _hover(self, point: QPointF | None) -> None:
        self._tell()
        shape = Qt.CursorShape.ArrowCursor if self._place is None else Qt.CursorShape.PointingHandCursor
        self._canvas.setCursor(shape)
        self._canvas.update()

    @Slot(QPointF)
    def _click(self, point: QPointF) -> None:
        place = self._at(point)
        if place is not None:
            self._pin(place.row if place.row != self._pinned_row() else None)

    @Slot(int, int)
    def _walk(self, right: int, down: int) -> None:
        """Pin the neuron so many places from the pinned one; the first, where none of this layer is pinned."""
        if self._shown is not None:
            pinned = self._pinned_row()
            row = 0 if pinned is None else self._picture.beside(pinned, right, down)
            if 0 <= row < len(self._shown.gallery.order):
                self._pin(row)

    def _pin(self, row: int | None) -> None:
        if self._shown is not None:
            shown = self._shown.gallery
            self._choice.pin(None if row is None else Neuron(shown.layer, int(shown.order[row])))

    def _pinned(self) -> Neuron | None:
        return None if self._shown is None else pinned_in(self._choice.neuron, self._shown.network)

    def _pinned_row(self) -> int | None:
        """Return where the pinned neuron is shown, None if it is not of this layer."""
        neuron = self._pinned()
        if neuron is None or self._shown is None or neuron.layer != self._shown.gallery.layer:
            return None
        return int((self._shown.gallery.order == neuron.index).argmax())

    def _at(self, point: QPointF) -> Place | None:
        """Return what lies under a point of the canvas."""
        if self._shown is None:
            return None
        # A picture for a file may have been laid out since.
        self._picture.lay_out(self.theme, self._divide(QRectF(self._canvas.rect()))[1])
        return self._picture.at(point)

    def _tell(self) -> None:
        """Read out what is under the pointer."""
        pointer = self._canvas.pointer
        self._place = None if pointer is None else self._at(pointer)
        self._readout = []
        if self._place is not None and self._shown is not None:
            self._readout = reading(self._shown, self._place)
        if self._canvas.accessibleDescription() != self.readout:
            self._canvas.setAccessibleDescription(self.readout)

    # Painting.

    def _divide(self, area: QRectF) -> tuple[list[QRectF], QRectF]:
        """Return where the lines of text are, of which there may be two, one or none, and where the picture is."""
        inner = area.adjusted(12, 8, -12, -10)
        line = line_height(self.theme, TITLE_POINTS, strong=True) + 2
        count = 2 if inner.height() > 18 * line else 1 if inner.height() > 6 * line else 0
        lines = [QRectF(inner.left(), inner.top() + n * line, inner.width(), line) for n in range(count)]
        return lines, inner.adjusted(0, count * line + (8 if count else 0), 0, 0)

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the gallery, its title and its scales."""
        if self._shown is None:
            sentence = area.adjusted(16, 8, -16, -8)
            write(painter, self.theme, sentence, self._sentence, CENTRE | MIDDLE, 11, "muted", wrap=True)
            return
        lines, body = self._divide(area)
        on_screen = painter.device() is self._canvas
        self._picture.lay_out(self.theme, body)
        self._picture.paint(painter, self.theme)
        self._paint_marks(painter, self._shown, on_screen)
        if lines:
            readout = self._readout if on_screen else []
            self._paint_title(painter, lines[0], self._shown, readout if len(lines) == 1 else [])
            if len(lines) > 1:
                self._paint_explanation(painter, lines[1], self._shown, readout)

    def _paint_marks(self, painter: QPainter, shown: Shown, on_screen: bool) -> None:
        """Paint a frame round the pinned neuron, and on the screen one round what is under the pointer."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if on_screen and self._place is not None:
            painter.setPen(QPen(self.theme.colour("text"), 1.5))
            painter.drawRects(_around(self._picture.frames(self._place.row), 1.5))
            painter.drawRects(_around(self._picture.weight_frames(self._place), 0.5))
        neuron, row = self._pinned(), self._pinned_row()
        frames: list[QRectF] = []
        if row is not None:
            frames = self._picture.frames(row)
        elif neuron is not None and neuron.layer == shown.gallery.layer - 1:
            frames = self._picture.source_frames(neuron.index)
        # A line of the ground's colour on either side sets the frame off against what is bright.
        for role, width in (("surface", 4.5), ("highlight", 2.0)):
            pen = QPen(self.theme.colour(role), width)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRects(_around(frames, 1.5))

    def _paint_title(self, painter: QPainter, line: QRectF, shown: Shown, readout: list[str]) -> None:
        """Paint the first line: the title, or what the pointer reads where it is the only line; and the scale."""
        theme, shared = self.theme, self._controls.shared
        texts, strong = (readout, False) if readout else (titles(shown), True)
        points = EXPLANATION_POINTS if readout else TITLE_POINTS
        label = ("change" if shown.since else "weight") if shared else "own scale"
        for text, said in [(text, said) for text in texts for said in (label, "")]:
            if text_width(theme, text, points, strong) + 16 + scale_width(theme, said) <= line.width():
                paint_scale(painter, theme, line, float(shown.gallery.limits[0]) if shared else None, said)
                break
        else:
            text = self._that_fits(texts, line.width(), points, strong) or texts[-1]
        write(painter, theme, line, text, LEFT | MIDDLE, points, strong=strong)

    def _paint_explanation(self, painter: QPainter, line: QRectF, shown: Shown, readout: list[str]) -> None:
        """Paint the second line: what the pointer reads, or what there is to be seen; and the scale of the biases."""
        theme = self.theme
        bias = f"{'bias change' if shown.since else 'bias'} ±{limit_text(shown.gallery.biases_limit)}"
        taken = text_width(theme, bias, SCALE_POINTS) + 16
        texts = readout or explanations(shown)
        text = self._that_fits(texts, line.width() - taken, EXPLANATION_POINTS)
        if text is None:
            text = self._that_fits(texts, line.width(), EXPLANATION_POINTS) or texts[-1]
        else:
            write(painter, theme, line, bias, RIGHT | MIDDLE, SCALE_POINTS, "muted")
        role = "text" if readout else "muted"
        write(painter, theme, line, text, LEFT | MIDDLE, EXPLANATION_POINTS, role)

    def _that_fits(self, texts: list[str], width: float, points: float, strong: bool = False) -> str | None:
        """Return the first text that is no wider than that."""
        return next((text for text in texts if text_width(self.theme, text, points, strong) <= width), None)

    # Qt.

    def hideEvent(self, event: QHideEvent) -> None:
        """Sort no more."""
        super().hideEvent(event)
        self._sort_later.stop()


class _ArrowCanvas(Canvas):
    """A canvas that tells of arrow keys while it has the focus, and shows that it has it.

    Attributes
    ----------
    keys : dict
        The keys that it takes, and what they mean.
    """

    arrow_pressed = Signal(int, int)
    """How many places to the right and down."""

    def __init__(self, theme: Theme, paint: Callable[[QPainter, QRectF], None], name: str) -> None:
        super().__init__(theme, paint, name)
        self.keys = ARROWS
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def event(self, event: QEvent) -> bool:
        """Take the arrow keys before the window's shortcuts do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if plain and event.key() in self.keys:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of an arrow key."""
        step = self.keys.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.arrow_pressed.emit(*step)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, and a frame where the focus is here."""
        super().paintEvent(event)
        if self.hasFocus():
            with QPainter(self) as painter:
                painter.setPen(self._theme.colour("highlight"))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


def _around(areas: list[QRectF], by: float) -> list[QRectF]:
    return [area.adjusted(-by, -by, by, by) for area in areas]
