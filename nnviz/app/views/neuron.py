"""The neuron inspector: what one neuron adds up, and what it makes of the sum."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout

from nnviz.app.choice import Choice, Neuron, Sample, pinned_in
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.inspector_canvas import InspectorCanvas
from nnviz.app.graphics.neuron.picture import INPUT, ROW, NeuronPicture, Place
from nnviz.app.graphics.text import CENTRE, MIDDLE, text_width, write
from nnviz.app.theme import POINT_SIZE, Theme
from nnviz.app.views.view import View
from nnviz.core.network import Network
from nnviz.core.response import Response
from nnviz.run.snapshot import Snapshot

BEFORE_DATA = "What a neuron adds up appears here as soon as the data is loaded."
NO_SAMPLE = "Choose a sample, and this shows what a neuron adds up for it."
OTHER_SIZE = (
    "The chosen sample does not fit this network: it has {:,} pixels, and the network has {:,} inputs."
)
HINT = "Click a neuron to pin it."
NO_NUMBERS = (
    "The outputs are no numbers any more, so none is the strongest",
    "No output is a number any more",
)
STRONGEST = "Strongest output"
"""Stands among the layers for no pinned neuron."""
PREFIX = "Neuron "
POINTS = 11.0
LEAST_CONTROL = 60
"""Pixels, so that the view fits where there is little room; both controls are wider wherever they can."""


class NeuronView(View):
    """One neuron and the chosen sample: weights × activations = contributions, their sum z, and a = σ(z).

    It shows the pinned neuron; while none is pinned, the output neuron that answers strongest. What is pointed at
    tells its exact numbers; a click on a neuron of the layer before, or on a row of the matrix, pins that neuron.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    """

    least_ms = 200
    figure_size = QSize(1200, 800)

    def __init__(self, theme: Theme, choice: Choice) -> None:
        super().__init__(theme, "Neuron", choice)
        self._choice = choice
        self._sentence = BEFORE_DATA
        self._picture = NeuronPicture(theme)
        self._shown: Neuron | None = None
        self._arguments: tuple[Network, Response, int, int, tuple[int, int] | None, bool] | None = None
        self._headings: list[str] = []
        self._hint = ""
        self._sizes: tuple[int, ...] = ()
        self._pointed: Place | None = None
        self.layer = QComboBox()
        self.layer.setAccessibleName("Layer")
        self.layer.setToolTip(
            "Pins a neuron of this layer, or shows the output neuron that answers strongest."
        )
        self.layer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.layer.setMinimumWidth(LEAST_CONTROL)
        self.layer.activated.connect(self._take_layer)
        self.neuron = QSpinBox()
        self.neuron.setMinimumWidth(LEAST_CONTROL)
        self.neuron.setAccessibleName("Neuron")
        self.neuron.setToolTip("Pins another neuron of this layer; the first has the number 0.")
        self.neuron.setKeyboardTracking(False)
        self.neuron.setWrapping(True)
        self.neuron.valueChanged.connect(self._take_neuron)
        self.canvas = InspectorCanvas(theme, self._paint, "Weights, activations and contributions")
        self.canvas.hovered.connect(self.point_at)
        self.canvas.clicked.connect(self.pin_at)
        self.canvas.moved.connect(self.move_by)
        self.canvas.entered.connect(self.pin_pointed)
        self.canvas.left.connect(self.point_at_nothing)
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 14, 0)
        row.setSpacing(8)
        row.addWidget(self.layer)
        row.addWidget(self.neuron)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.canvas, 1)
        self._fill_controls(None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the neuron's answer to the chosen sample at this step."""
        network, sample = snapshot.network, self._choice.sample
        response = self._choice.response(network)
        pinned = pinned_in(self._choice.neuron, network)
        before, self._shown = self._shown, None
        if sample is None:
            self._sentence = NO_SAMPLE
        elif response is None:
            self._sentence = OTHER_SIZE.format(len(sample.pixels), network.sizes[0])
        else:
            shown = self._shown = pinned or Neuron(len(network.sizes) - 1, response.predicted or 0)
            if pinned is None and response.predicted is None:
                self._headings = list(NO_NUMBERS)
            else:
                self._headings = _headings(shown, network, sample, pinned is not None)
            self._hint = "" if pinned else HINT
            self._arguments = (network, response, shown.layer, shown.index, sample.shape, pinned is not None)
            self._picture.show(*self._arguments)
        if (
            self._shown is None
            or before is None
            or before.layer != self._shown.layer
            or network.sizes != self._sizes
        ):
            self._set_pointed(None)
        if network.sizes != self._sizes:
            self._fill_layers(network.sizes)
        self._fill_controls(pinned)
        self.canvas.update()

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the neuron's picture, or a sentence where there is none."""
        if self._shown is None or self._arguments is None:
            self._paint_sentence(painter, area)
            return
        # Another picture than the one on the screen, which goes on knowing where everything is there.
        picture = NeuronPicture(self.theme)
        picture.show(*self._arguments)
        picture.paint(painter, area, self._headings)

    def _paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the picture on the screen, where it can be pointed at and clicked."""
        if self._shown is None:
            self._paint_sentence(painter, area)
            return
        hints = [f"{heading}. {self._hint}" for heading in self._headings] if self._hint else []
        self._picture.paint(painter, area, [*hints, *self._headings], self._pointed)
        if self._pointed is not None:
            about, lines = self._picture.where(self._pointed), self._picture.tell(self._pointed)
            paint_panel(painter, self.theme, area.adjusted(4, 4, -4, -4), about, lines, POINTS)

    def _paint_sentence(self, painter: QPainter, area: QRectF) -> None:
        inner = area.adjusted(20, 12, -20, -12)
        write(painter, self.theme, inner, self._sentence, CENTRE | MIDDLE, POINTS, "muted", wrap=True)

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        super().take_up_theme()
        self._fit_controls()
        self.show_again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the controls where they have little room."""
        super().resizeEvent(event)
        self._fit_controls()

    def _fit_controls(self) -> None:
        # The layer's name needs as much room as the word before the number, twice.
        needed = 5 * text_width(self.theme, PREFIX, POINT_SIZE)
        self.neuron.setPrefix(PREFIX if self.width() >= needed else "")

    # The controls.

    def _fill_layers(self, sizes: tuple[int, ...]) -> None:
        self._sizes = sizes
        with QSignalBlocker(self.layer):
            self.layer.clear()
            self.layer.addItem(STRONGEST)
            for layer in range(1, len(sizes)):
                self.layer.addItem(f"Layer {layer}" + (", output" if layer == len(sizes) - 1 else ""))

    def _fill_controls(self, pinned: Neuron | None) -> None:
        """Let the controls say what is pinned."""
        shown = self._shown
        self.layer.setEnabled(bool(self._sizes))
        self.neuron.setEnabled(shown is not None)
        with QSignalBlocker(self.layer), QSignalBlocker(self.neuron):
            self.layer.setCurrentIndex(0 if pinned is None else pinned.layer)
            # While somebody types a number, a strongest output that changes does not overwrite it.
            is_typing = self.neuron.hasFocus() and self.neuron.lineEdit().isModified()
            if shown is not None and not is_typing:
                self.neuron.setRange(0, self._sizes[shown.layer] - 1)
                self.neuron.setValue(shown.index)

    @Slot(int)
    def _take_layer(self, layer: int) -> None:
        index = self.neuron.value()
        self._choice.pin(Neuron(layer, min(index, self._sizes[layer] - 1)) if layer > 0 else None)

    @Slot(int)
    def _take_neuron(self, index: int) -> None:
        if self._shown is not None:
            self._choice.pin(Neuron(self._shown.layer, index))

    # The pointer and the keys.

    @Slot(object)
    def point_at(self, point: QPointF | None) -> None:
        """Tell the exact numbers of what lies under a point of the canvas."""
        self._set_pointed(None if point is None or self._shown is None else self._picture.at(point))

    @Slot()
    def point_at_nothing(self) -> None:
        """Tell no numbers."""
        self._set_pointed(None)

    @Slot(int, int)
    def move_by(self, rows: int, cols: int) -> None:
        """Point at the input so many rows and columns further; from nowhere, at the largest contribution."""
        if self._shown is not None:
            at = self._pointed.index if self._pointed is not None and self._pointed.kind == INPUT else None
            self._set_pointed(Place(INPUT, self._picture.input_beside(at, rows, cols)))

    @Slot(QPointF)
    def pin_at(self, point: QPointF) -> None:
        """Pin the neuron that lies under a point of the canvas."""
        self.point_at(point)
        self.pin_pointed()

    @Slot()
    def pin_pointed(self) -> None:
        """Pin the neuron that is pointed at."""
        neuron = self._neuron_at(self._pointed)
        if neuron is not None:
            self._choice.pin(neuron)

    def _set_pointed(self, place: Place | None) -> None:
        if place == self._pointed:
            return
        self._pointed = place
        can_pin = self._neuron_at(place) is not None
        self.canvas.setCursor(Qt.CursorShape.PointingHandCursor if can_pin else Qt.CursorShape.ArrowCursor)
        self.canvas.update()

    def _neuron_at(self, place: Place | None) -> Neuron | None:
        """Return the neuron that a place stands for: a row of the matrix, or an input from a hidden layer."""
        shown = self._shown
        if shown is None or place is None:
            return None
        if place.kind == ROW:
            return Neuron(shown.layer, place.index)
        return Neuron(shown.layer - 1, place.index) if place.kind == INPUT and shown.layer > 1 else None


def _headings(shown: Neuron, network: Network, sample: Sample, is_pinned: bool) -> list[str]:
    """Return what to write above a neuron's picture, the longest first."""
    is_output = shown.layer == len(network.sizes) - 1
    name = f"Output neuron {shown.index}" if is_output else f"Neuron {shown.index} of layer {shown.layer}"
    seen = sample.name if sample.label is None else f"{sample.name}, labelled {sample.label}"
    if is_pinned:
        return [f"{name} sees {seen}", f"{name}: {sample.name}", name]
    strongest = f"Output neuron {shown.index} answers strongest"
    return [
        f"{strongest} to {seen}",
        f"{strongest} to {sample.name}",
        strongest,
        f"Strongest: {shown.index}",
    ]
