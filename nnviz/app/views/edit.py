"""The view of edits: the pinned neuron's weights to be painted, dragged or typed, and what came of it at once."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnviz.app.choice import TEST, Choice, pinned_in
from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.edit.bars import WeightBars
from nnviz.app.graphics.edit.canvas import GestureCanvas
from nnviz.app.graphics.edit.effect import EffectPicture
from nnviz.app.graphics.edit.image import WeightsImage
from nnviz.app.graphics.edit.panels import POINTS, divide
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, fitting, number, write
from nnviz.app.theme import Theme
from nnviz.app.views.edit_controls import BLANK, EDGES, EditControls
from nnviz.app.views.edit_subject import Dragging, Make, Painting, Subject
from nnviz.app.views.view import View
from nnviz.core.encoding import Floats
from nnviz.core.painting import Tool, blurred, edge_detector
from nnviz.data.dataset import Samples
from nnviz.run.edits import Lesion, Rerandomise
from nnviz.run.effect import Effect
from nnviz.run.snapshot import Snapshot

BEFORE_DATA = "The weights appear here as soon as the data is loaded."
PIN_ONE = (
    "Pin a neuron to edit it: click it in the network diagram or among the weights. Then paint its weights, drag "
    "them, or type any value."
)
NOTHING_PINNED = "Pin a neuron first: click it in the network diagram or among the weights."
NOT_AN_OUTPUT = "An output neuron cannot be cut off: nothing comes after it."
NOTHING_CHANGED = "No test image changes its prediction by an edit of this step."
SHARE_OF_CONTROLS = 0.42
"""Of the view's height, which the controls take at most."""


class EditView(View):
    """The pinned neuron's parameters, and what became of the test samples after the edits of this step.

    A first-layer neuron's weights are painted on its image, another's are bars to drag. One gesture is one edit.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    """

    least_ms = 60
    edit_wanted = Signal(object)
    """A function that makes an Edit for a step that it is given."""
    told = Signal(str)

    def __init__(self, theme: Theme, choice: Choice) -> None:
        super().__init__(theme, "Edit", choice)
        self._choice = choice
        self._subject: Subject | None = None
        self._picture: WeightsImage | WeightBars | None = None
        self._gesture: Painting | Dragging | None = None
        self._sentence = BEFORE_DATA
        self._chosen = 0
        self._pointed: int | None = None
        self._effect = EffectPicture(theme)
        self._panel = Backdrop()
        self._known: Effect | None = None
        self.controls = EditControls()
        self.controls.brush_changed.connect(self._fit_ring)
        self.controls.preset_wanted.connect(self._take_preset)
        self.controls.source_chosen.connect(self._choose)
        self.controls.weight.finished.connect(self._type_weight)
        self.controls.bias.finished.connect(self._type_bias)
        for box in (self.controls.weight, self.controls.bias, self.controls.strength_box):
            box.refused.connect(self.say)
        self.controls.strength_box.finished.connect(self._take_back_note)
        self.controls.lesion_wanted.connect(self.lesion)
        self.controls.redraw_wanted.connect(self.redraw_layer)
        self.note = QLabel()
        self.note.setProperty("role", "warning")
        self.note.setWordWrap(True)
        self.note.hide()
        self.controls.hide()  # while there is nothing to edit
        self.canvas = GestureCanvas(theme, self._paint_on_canvas, "Weights of the pinned neuron")
        self.canvas.hovered.connect(self._hover)
        self.canvas.began.connect(self._begin)
        self.canvas.went_on.connect(self._go_on)
        self.canvas.ended.connect(self._end)
        self.canvas.given_up.connect(self._give_up)
        self.canvas.walked.connect(self._walk)
        self.canvas.entered.connect(self._type_chosen)
        self.canvas.turned.connect(self._scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        around = QVBoxLayout()
        around.setContentsMargins(12, 8, 12, 0)
        around.addWidget(self.controls)
        around.addWidget(self.note)
        column.addLayout(around)
        column.addWidget(self.canvas, 1)

    @property
    def weights(self) -> Floats:
        """The weights that are shown, (n,), as the gesture under way has them."""
        subject, gesture = self._subject, self._gesture
        if subject is None:
            return np.zeros(0, np.float32)
        if isinstance(gesture, Painting):
            return gesture.weights(subject.weights)
        if isinstance(gesture, Dragging) and gesture.slot < subject.inputs:
            weights = subject.weights.copy()
            weights[gesture.slot] = gesture.value
            return weights
        return subject.weights

    @property
    def effect(self) -> Effect | None:
        """What the newest edits did, as far as that is known."""
        return self._known

    @property
    def effect_lines(self) -> list[str]:
        """What is said of it."""
        return [texts[0] for texts in self._effect.lines()]

    # What is shown.

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the pinned neuron of this step."""
        network, self._sentence = snapshot.network, PIN_ONE
        neuron = pinned_in(self._choice.neuron, network)
        subject = None
        if neuron is not None:
            inputs, shape = network.sizes[neuron.layer - 1], self._image_shape()
            is_image = neuron.layer == 1 and shape is not None and shape[0] * shape[1] == inputs
            subject = Subject(network, neuron, shape if is_image else None)
        before, self._subject = self._subject, subject
        self.controls.setVisible(subject is not None)
        if subject is None:
            self._gesture = self._picture = self._pointed = None
            self.controls.show_neuron(None, 1, True, True)
        else:
            if not subject.is_like(before):
                self._begin_anew(subject)
            self._show_numbers()
            self._show_weights()
        self._effect.show(self._known, self._test(), self._image_shape())
        self._fit_ring()
        self.canvas.update()

    def _begin_anew(self, subject: Subject) -> None:
        """Be about another neuron."""
        self._gesture = self._pointed = None
        layer, shape = subject.neuron.layer, subject.shape
        if shape is not None:
            self._picture = WeightsImage(self.theme, shape)
            self._chosen = (shape[0] // 2) * shape[1] + shape[1] // 2
        else:
            what = "input" if layer == 1 else f"neuron of layer {layer - 1}"
            self._picture = WeightBars(self.theme, subject.inputs, what)
            self._chosen = 0
        self.controls.show_neuron(subject.source_name, subject.inputs, shape is not None, subject.is_output)
        for box in (self.controls.weight, self.controls.bias):
            box.forget_typed()
        self._take_back_note()
        self._fit_controls()

    def _show_numbers(self) -> None:
        subject = self._subject
        if subject is None:
            return
        if self._chosen < subject.inputs:
            self.controls.choose_source(self._chosen)
        self.controls.weight.show_value(subject.value(self.controls.source.value()))
        self.controls.bias.show_value(subject.bias)

    def _show_weights(self) -> None:
        """Hand the picture what it is to show: the weights, with the gesture that is under way."""
        subject, gesture = self._subject, self._gesture
        if isinstance(self._picture, WeightsImage):
            self._picture.show(self.weights, gesture.strength if isinstance(gesture, Painting) else 0.0)
        elif self._picture is not None and subject is not None:
            dragged = gesture if isinstance(gesture, Dragging) else None
            is_bias = dragged is not None and dragged.slot >= subject.inputs
            bias = dragged.value if dragged is not None and is_bias else subject.bias
            self._picture.show(self.weights, bias, keep_limit=dragged is not None)
        self.canvas.update()

    @Slot(object)
    def show_effect(self, effect: Effect | None) -> None:
        """Show what the edits of a step did; None for nothing."""
        self._known = effect
        self._effect.show(effect, self._test(), self._image_shape())
        self.canvas.update()

    @Slot()
    def forget_effect(self) -> None:
        """Show no effect: the run is another."""
        self.show_effect(None)

    def _test(self) -> Samples | None:
        return None if self._choice.data is None else self._choice.data.test

    def _image_shape(self) -> tuple[int, int] | None:
        return None if self._choice.data is None else self._choice.data.image_shape

    def _chosen_test_image(self) -> int | None:
        sample = self._choice.sample
        return sample.index if sample is not None and sample.source == TEST else None

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Show what could not be done."""
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    @Slot()
    def _take_back_note(self) -> None:
        self.say("")

    # Painting.

    def _divide(self, area: QRectF) -> tuple[QRectF, QRectF, QRectF]:
        """Return where title, picture and effect go."""
        return divide(self.theme, area, isinstance(self._picture, WeightsImage))

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the weights and what the edits did."""
        self._paint(painter, area, None)

    def _paint(self, painter: QPainter, area: QRectF, pointed: int | None) -> None:
        picture, subject = self._picture, self._subject
        if picture is None or subject is None:
            inner = area.adjusted(16, 8, -16, -8)
            write(painter, self.theme, inner, self._sentence, CENTRE | MIDDLE, 11, "muted", wrap=True)
            return
        title, place, effect = self._divide(area)
        if not title.isEmpty():
            texts = subject.titles() if pointed is None else [subject.reading(pointed)]
            text = fitting(self.theme, texts, title.width(), POINTS, strong=pointed is None)
            write(painter, self.theme, title, text, LEFT | MIDDLE, POINTS, strong=pointed is None)
        picture.lay_out(place)
        picture.paint(painter, self._chosen)
        chosen, panel = self._chosen_test_image(), self._effect
        if not isinstance(painter.device(), QWidget):  # where nobody clicks
            panel = EffectPicture(self.theme)
            panel.show(self._known, self._test(), self._image_shape())
        look = (self.theme.colours, self.theme.text_scale, panel.state, chosen)
        self._panel.paint(painter, effect, look, lambda onto, area: panel.paint(onto, area, chosen))

    def _paint_on_canvas(self, painter: QPainter, area: QRectF) -> None:
        gesture, picture, subject = self._gesture, self._picture, self._subject
        self._paint(painter, area, self._pointed if gesture is None else None)
        if not isinstance(gesture, Dragging) or picture is None or subject is None:
            return
        about = picture.where(gesture.slot)
        if self.canvas.pointer is not None:
            y = min(max(self.canvas.pointer.y(), about.top()), about.bottom())
            about = QRectF(about.left() - 4, y - 8, about.width() + 8, 16)
        lines = [subject.name(gesture.slot), number(gesture.before, 3)]
        if gesture.has_moved:
            lines[1] += f" → {number(gesture.value, 3)}"
        paint_panel(painter, self.theme, area.adjusted(2, 2, -2, -2), about, lines)

    # Pointer and keys.

    def _lay_out(self) -> WeightsImage | WeightBars | None:
        """Lay the picture out as it is on the canvas; one for a file may have been painted since."""
        if self._picture is not None:
            self._picture.lay_out(self._divide(QRectF(self.canvas.rect()))[1])
        return self._picture

    @Slot(object)
    def _hover(self, point: QPointF | None) -> None:
        picture = self._lay_out()
        self._pointed = None if picture is None or point is None else picture.at(point)
        shape = Qt.CursorShape.ArrowCursor
        if point is not None and self._effect.at(point) is not None:
            shape = Qt.CursorShape.PointingHandCursor
        elif self._pointed is not None:
            is_image = isinstance(picture, WeightsImage)
            shape = Qt.CursorShape.CrossCursor if is_image else Qt.CursorShape.SizeVerCursor
        self.canvas.setCursor(shape)
        self.canvas.update()

    @Slot(QPointF, bool)
    def _begin(self, point: QPointF, erase: bool) -> None:
        picture, subject, sample = self._lay_out(), self._subject, self._effect.at(point)
        slot = None if picture is None else picture.at(point)
        if sample is not None and subject is not None:
            self._choice.choose(TEST, sample)
        elif subject is not None and slot is not None:
            self._choose_slot(slot)
            if isinstance(picture, WeightsImage):
                tool = Tool.ZERO if erase else self.controls.tool
                self._gesture = Painting(picture, tool, self.controls.radius, abs(self.controls.strength))
            elif picture is not None:
                self._gesture = Dragging(picture, slot, subject.value(slot), point.y())
            self._go_on(point)

    @Slot(QPointF)
    def _go_on(self, point: QPointF) -> None:
        self._lay_out()
        if self._gesture is not None:
            self._gesture.go_on(point)
            self._show_weights()

    @Slot()
    def _end(self) -> None:
        gesture, subject = self._gesture, self._subject
        if subject is not None and isinstance(gesture, Painting):
            after = self.weights
            self._gesture = None
            self._set_weights(after)
        elif subject is not None and isinstance(gesture, Dragging):
            self._gesture = None
            if gesture.has_moved:
                self._set(subject.source(gesture.slot), gesture.value)
        self._show_weights()

    @Slot()
    def _give_up(self) -> None:
        self._gesture = None
        self._show_weights()

    @Slot(int, int)
    def _walk(self, right: int, down: int) -> None:
        if self._picture is not None and self._subject is not None:
            self._choose_slot(self._picture.beside(self._chosen, right, down))
            self.canvas.setAccessibleDescription(self._subject.reading(self._chosen))

    @Slot()
    def _type_chosen(self) -> None:
        """Let the chosen parameter's value be typed."""
        if self._subject is not None:
            box = self.controls.weight if self._chosen < self._subject.inputs else self.controls.bias
            box.setFocus(Qt.FocusReason.OtherFocusReason)
            box.selectAll()

    @Slot(int)
    def _choose(self, source: int) -> None:
        if self._subject is not None:
            self._choose_slot(source)

    def _choose_slot(self, slot: int) -> None:
        if slot != self._chosen:
            self.controls.weight.forget_typed()
        self._chosen = slot
        self._show_numbers()
        self.canvas.update()

    @Slot(int)
    def _scroll(self, rows: int) -> None:
        if self._effect.scroll(rows):
            self.canvas.update()

    @Slot()
    def next_changed(self) -> None:
        """Choose the next of the test images that are taken for something else than before the edits."""
        index = self._effect.next_after(self._chosen_test_image())
        if index is not None:
            self._choice.choose(TEST, index)
        else:
            self.told.emit(NOTHING_CHANGED)

    # Edits.

    @Slot(str)
    def _take_preset(self, key: str) -> None:
        subject = self._subject
        if subject is None:
            return
        if key == BLANK:
            self._set_weights(np.zeros_like(subject.weights))
        elif subject.shape is not None and key in EDGES:
            brush = self.controls.radius, abs(self.controls.strength)
            self._set_weights(edge_detector(subject.shape, EDGES[key], *brush).reshape(-1))
        elif subject.shape is not None:
            self._set_weights(blurred(subject.weights.reshape(subject.shape)).reshape(-1))

    def _set_weights(self, after: Floats) -> None:
        """Ask for other weights, as one edit of those that differ."""
        make = None if self._subject is None else self._subject.give_weights(after)
        if make is not None:
            self._ask(make)

    @Slot(float)
    def _type_weight(self, value: float) -> None:
        self._choose_slot(self.controls.source.value())
        self._set(self._chosen, value)

    @Slot(float)
    def _type_bias(self, value: float) -> None:
        self._set(None, value)

    def _set(self, source: int | None, value: float) -> None:
        """Ask for another weight, or bias."""
        if self._subject is not None:
            self._ask(self._subject.give(source, value))

    def _ask(self, make: Make) -> None:
        """Ask for an edit, and show what is to be expected until a snapshot has it."""
        self._take_back_note()
        self._show_numbers()
        self._show_weights()
        self.edit_wanted.emit(make)

    def _pinned(self) -> Subject | None:
        """Return the pinned neuron, even while nobody can see the view."""
        network = None if self.snapshot is None else self.snapshot.network
        neuron = None if network is None else pinned_in(self._choice.neuron, network)
        if network is None or neuron is None:
            self.told.emit(NOTHING_PINNED)
            return None
        return Subject(network, neuron, None)

    @Slot()
    def lesion(self) -> None:
        """Cut the pinned neuron off."""
        subject = self._pinned()
        if subject is not None and subject.is_output:
            self.told.emit(NOT_AN_OUTPUT)
        elif subject is not None:
            layer, index = subject.neuron.layer, subject.neuron.index
            self._take_back_note()
            self.edit_wanted.emit(lambda step: Lesion(step, layer, index))

    @Slot()
    def redraw_layer(self) -> None:
        """Draw the pinned neuron's layer anew, from the seed that is shown; the next time, from the next one."""
        subject = self._pinned()
        if subject is not None:
            layer, seed = subject.neuron.layer, self.controls.seed.value()
            self._take_back_note()
            self.edit_wanted.emit(lambda step: Rerandomise(step, layer, seed))
            self.controls.seed.setValue(seed % self.controls.seed.maximum() + 1)

    # Sizes.

    @Slot()
    def _fit_ring(self) -> None:
        """Let the ring around the pointer be as wide as the brush."""
        picture = self._lay_out()
        self.canvas.ring = 0.0
        if isinstance(picture, WeightsImage):
            self.canvas.surface = picture.place
            self.canvas.ring = self.controls.radius * picture.place.width() / picture.shape[1]
        self.canvas.update()

    def _fit_controls(self) -> None:
        lines = int(SHARE_OF_CONTROLS * self.height() / max(self.controls.line, 1))
        self.controls.allow_lines(max(lines, 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out anew how many lines of controls have room."""
        super().resizeEvent(event)
        self._fit_controls()
        self._fit_ring()

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        super().take_up_theme()
        self.controls.arrange()
        self._fit_controls()
        self._fit_ring()
