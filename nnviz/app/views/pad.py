"""Draw a digit: a pad, the image that a network gets of it, and what the network says, while one draws."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QPointF, QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from nnviz.app.choice import DRAWN, Choice, Neuron, Sample, pinned_in
from nnviz.app.graphics.pad.answer import Answer, AnswerPanel
from nnviz.app.graphics.pad.canvas import PadCanvas
from nnviz.app.graphics.pad.surface import MARGIN, in_ink, pad_and_panel, paint_ink, paint_pad, part_of
from nnviz.app.graphics.text import CENTRE, MIDDLE, write
from nnviz.app.picture_file import PictureError, grey_of, read_picture
from nnviz.app.theme import Theme
from nnviz.app.views.pad_controls import PadControls
from nnviz.app.views.pad_edits import EDITS, MOVES
from nnviz.app.views.pad_words import answer_in_words, note_in_words, output_in_words, subject_in_words
from nnviz.app.views.view import View
from nnviz.core.network import Network
from nnviz.core.response import Response
from nnviz.data import drawing
from nnviz.data.drawing import Ink, Prepared
from nnviz.data.sketch import Rectangle, Sketch
from nnviz.run.snapshot import Snapshot

TITLE = "Draw a digit"
ANSWER_MS = 25
"""Between two answers while one draws."""
PICTURES = "Pictures (*.png *.jpg *.jpeg *.gif *.bmp *.webp *.tif *.tiff *.svg);;All files (*)"
NO_IMAGES = "The inputs of this data set are no images, so there is nothing that could be drawn."
NO_DATA = "The pad opens as soon as the data is loaded."
NO_PICTURE = "There is no picture to take. Copy one, or drop a picture file from this computer."
NO_PAD = "Without images to learn from there is no pad to put a picture on. Open a data set of images first."


class PadView(View):
    """A pad, whose content becomes the chosen sample whenever it changes, and the network's answer.

    The answer is that to the chosen sample, whichever it is.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    rng : numpy.random.Generator, optional
        For the noise, which is meant to be another each time.

    Attributes
    ----------
    sketch : Sketch or None
        What is on the pad; None where there are no images.
    """

    least_ms = 170
    failed = Signal(str)
    """A picture could not be used; the sentence says why, and what to do."""
    picture_opened = Signal(Path)

    def __init__(self, theme: Theme, choice: Choice, rng: np.random.Generator | None = None) -> None:
        super().__init__(theme, TITLE, choice)
        self._choice = choice
        self._rng = rng or np.random.default_rng()
        self.sketch: Sketch | None = None
        self._prepared: Prepared | None = None
        self._other: Sample | None = None
        self._response: Response | None = None
        self._panel = AnswerPanel(theme)
        self._answered_at = 0.0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._choose)
        self._controls = PadControls(theme, self)
        self._canvas = PadCanvas(theme, self._paint_pad, self._paint_panel, self._places, TITLE)
        self._build()
        choice.data_changed.connect(self._take_up_data)
        choice.sample_changed.connect(self._note_sample)
        self._take_up_data()
        self._note_sample()

    def _build(self) -> None:
        canvas, controls = self._canvas, self._controls
        for signal, slot in (
            (canvas.began, self._begin_stroke),
            (canvas.went_on, self._go_on),
            (canvas.ended, self._end_stroke),
            (canvas.asked, self.do),
            (canvas.dropped, self.take_from),
            (canvas.hovered, self._explain),
            (canvas.clicked, self._pin),
            (controls.asked, self.do),
            (controls.centring_chosen, self._centre),
            (controls.brush_chosen, self._widen),
        ):
            signal.connect(slot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.setSpacing(0)
        for part in (controls.above, canvas, controls.below):
            layout.addWidget(part if part is canvas else _indented(part), 1 if part is canvas else 0)

    # What the user does.

    @Slot(str)
    def do(self, key: str) -> None:
        """Do to the pad what a button or a key stands for; see the keys of `pad_controls.TEXTS`, and "paste"."""
        if key in self._controls.actions and not self._controls.actions[key].isEnabled():
            return
        if key == "open":
            name, _ = QFileDialog.getOpenFileName(self, "Open a picture of a digit", "", PICTURES)
            if name:
                self.load_picture(Path(name))
        elif key == "paste":
            self.take_from(QGuiApplication.clipboard().mimeData())
        elif key in ("brush", "eraser"):
            self._show_brush()
        elif self.sketch is not None:
            self._change(key, self.sketch)

    def _change(self, key: str, sketch: Sketch) -> None:
        """Change what is on the pad; where that is nothing, the chosen sample is what is moved or turned."""
        if key == "noise":
            sketch.put_noise(self._rng)
        elif key == "take" or (key in MOVES and sketch.is_blank):
            self._take_sample(sketch)
        if key in EDITS:
            EDITS[key](sketch)
        self._take_up_sketch()

    @Slot(Path)
    def load_picture(self, path: Path) -> None:
        """Put a picture from a file on the pad; or emit `failed`, and leave the pad as it is."""
        path = Path(path)
        try:
            grey = read_picture(path)
        except PictureError as error:
            self.failed.emit(str(error))
            return
        if self._put_picture(grey, f"The picture {path.name}"):
            self.picture_opened.emit(path)

    @Slot(QMimeData)
    def take_from(self, mime: QMimeData | None) -> None:
        """Put a picture on the pad that was dropped or copied, be it a file or an image; an empty clipboard is None."""
        urls = [] if mime is None else mime.urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        image = mime.imageData() if mime is not None and mime.hasImage() else None
        if paths:
            self.load_picture(paths[0])
        elif isinstance(image, QImage) and not image.isNull():
            self._put_picture(grey_of(image), "The picture")
        else:
            self.failed.emit(NO_PICTURE)

    def _put_picture(self, grey: Ink, name: str) -> bool:
        """Put a picture on the pad, and return whether that was possible."""
        ink = drawing.ink_of(grey)
        if self.sketch is None:
            self.failed.emit(NO_PAD)
        elif not ink.any():
            self.failed.emit(f"{name} is of one shade all over. Choose one in which a digit stands out.")
        else:
            self.sketch.put(ink)
            self._take_up_sketch()
            return True
        return False

    def _take_sample(self, sketch: Sketch) -> None:
        sample = self._other
        if sample is not None and sample.shape == sketch.shape:
            sketch.take(sample.pixels, sample.label)

    @Slot(QPointF, bool)
    def _begin_stroke(self, place: QPointF, erase: bool) -> None:
        if self.sketch is not None:
            was_blank = self.sketch.is_blank
            changed = self.sketch.begin(self._in_ink(place, self.sketch), erase or self._controls.erases)
            height, width = self.sketch.ink.shape
            self._follow((0, 0, width, height) if was_blank else changed)

    @Slot(QPointF)
    def _go_on(self, place: QPointF) -> None:
        if self.sketch is not None and self.sketch.is_drawing:
            self._follow(self.sketch.go_on(self._in_ink(place, self.sketch)))

    @Slot()
    def _end_stroke(self) -> None:
        if self.sketch is not None and self.sketch.is_drawing:
            self.sketch.end()
            self._take_up_sketch()

    @Slot(bool)
    def _centre(self, wanted: bool) -> None:
        if self.sketch is not None:
            self.sketch.centres = wanted
            self._take_up_sketch()

    @Slot(float)
    def _widen(self, brush: float) -> None:
        if self.sketch is not None:
            self.sketch.brush = brush
            self._show_brush()

    def _show_brush(self) -> None:
        """Let the ring around the pointer be as wide as the tool in hand."""
        if self.sketch is not None:
            self._canvas.brush = 2 * self.sketch.radius(self._controls.erases) / min(self.sketch.ink.shape)

    # What becomes of it.

    def _follow(self, changed: Rectangle) -> None:
        """Paint what a stroke has changed, and let the network answer soon."""
        if self.sketch is None:
            return
        surface = self._canvas.surface
        self._canvas.update_part(part_of(surface, self.sketch.ink.shape, changed))
        if not self._soon.isActive():  # at once after a rest; while one draws fast, not more often than that
            since = 1000 * (time.monotonic() - self._answered_at)
            self._soon.start(max(0, round(ANSWER_MS - since)))

    def _take_up_sketch(self) -> None:
        """Show the pad as it is now, and make it the chosen sample."""
        self._choose()
        self._show_controls()
        self._canvas.update_part(self._canvas.surface)

    @Slot()
    def _choose(self) -> None:
        self._soon.stop()
        self._answered_at = time.monotonic()
        if self.sketch is not None:
            self._prepared = self.sketch.prepare()
            self._choice.choose_drawn(self._prepared.pixels.ravel(), self.sketch.label)

    @Slot()
    def _take_up_data(self) -> None:
        data = self._choice.data
        shape = None if data is None else data.image_shape
        if shape is None:
            self.sketch = None
        elif self.sketch is None or self.sketch.shape != shape:
            self.sketch = Sketch(shape)
            self._widen(self._controls.brush)
        self._show_controls()
        self._canvas.update()

    @Slot()
    def _note_sample(self) -> None:
        """Remember which sample could be taken onto the pad."""
        sample = self._choice.sample
        if sample is not None and not self._is_mine(sample):
            self._other = sample
            self._show_controls()
        if self.snapshot is None:
            self._show_answer(None)

    def _show_controls(self) -> None:
        can_take = (
            self._other is not None and self.sketch is not None and self._other.shape == self.sketch.shape
        )
        self._controls.show_state(self.sketch, can_take)

    def _is_mine(self, sample: Sample) -> bool:
        """Tell whether a sample is what is on the pad."""
        mine = self._prepared
        return (
            sample.source == DRAWN and mine is not None and np.array_equal(sample.pixels, mine.pixels.ravel())
        )

    # The answer.

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what the network of this step says."""
        self._show_answer(snapshot.network)

    def _show_answer(self, network: Network | None) -> None:
        sample = self._choice.sample
        if sample is None:
            return
        self._response = None if network is None else self._choice.response(network)
        image, a, pinned = self._image(sample), None, None
        if self._response is not None and network is not None:
            a = self._response.a[-1]
            neuron = pinned_in(self._choice.neuron, network)
            if neuron is not None and neuron.layer == len(self._response.a):
                pinned = neuron.index
        pad = self.sketch if self._is_mine(sample) else None
        subject, note = subject_in_words(sample, pad), note_in_words(sample, pad)
        caption, short = answer_in_words(network, self._response, sample, pad)
        self._panel.answer = Answer(subject, image, note, a, caption, short, pinned)
        if self._canvas.accessibleDescription() != caption:
            self._canvas.setAccessibleDescription(caption)
        self._panel.hint = self._hint(self._canvas.pointer)
        self._canvas.update_part(self._canvas.panel)

    def _image(self, sample: Sample) -> Prepared | None:
        """Return the image of a sample, with the traces of its preparation where it was prepared here."""
        if sample.shape is None or sample.pixels.size != sample.shape[0] * sample.shape[1]:
            return None
        if self._is_mine(sample):
            return self._prepared
        return Prepared(sample.pixels.reshape(sample.shape), None, None)

    @property
    def caption(self) -> str:
        """The answer in words."""
        return "" if self._panel.answer is None else self._panel.answer.caption

    @Slot(object)
    def _explain(self, point: QPointF | None) -> None:
        hint = self._hint(point)
        if hint != self._panel.hint:
            self._panel.hint = hint
            self._canvas.update_part(self._canvas.panel)

    def _hint(self, point: QPointF | None) -> str:
        """Return the exact numbers of what is under the pointer in the panel."""
        answer = self._panel.answer
        if point is None or answer is None:
            return ""
        place = self._panel.pixel_at(self._canvas.panel, point)
        if place is not None and answer.image is not None:
            return f"Pixel {place}: {answer.image.pixels[place] / 255:.3f}"
        index = self._panel.bar_at(self._canvas.panel, point)
        if index is None or self._response is None:
            return ""
        a, z = self._response.a[-1][index], self._response.z[-1][index]
        return output_in_words(index, a, z)

    @Slot(QPointF)
    def _pin(self, point: QPointF) -> None:
        """Pin the output neuron whose bar was clicked, or let it go."""
        index = self._panel.bar_at(self._canvas.panel, point)
        if index is not None and self._response is not None:
            neuron = Neuron(len(self._response.a), index)
            self._choice.pin(None if neuron == self._choice.neuron else neuron)

    # Painting.

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the pad and the answer; instead of a pad with nothing on it, what is answered to."""
        surface, panel = self._places(area)
        answer = self._panel.answer
        if self.sketch is None or not self.sketch.is_blank or answer is None or answer.image is None:
            self._paint_pad(painter, surface)
        elif not surface.isEmpty():  # who looks at a slide cannot take up an invitation to draw
            paint_ink(painter, self.theme, surface, answer.image.pixels)
        self._paint_panel(painter, panel)

    def _places(self, area: QRectF) -> tuple[QRectF, QRectF]:
        return pad_and_panel(self.theme, area, None if self.sketch is None else self.sketch.shape)

    def _paint_pad(self, painter: QPainter, place: QRectF) -> None:
        if self.sketch is not None:
            paint_pad(painter, self.theme, place, self.sketch)

    def _paint_panel(self, painter: QPainter, area: QRectF) -> None:
        if self.sketch is None:
            sentence = NO_DATA if self._choice.data is None else NO_IMAGES
            write(painter, self.theme, area, sentence, CENTRE | MIDDLE, 11, "muted", wrap=True)
        else:
            self._panel.paint(painter, area)

    def _in_ink(self, place: QPointF, sketch: Sketch) -> tuple[float, float]:
        return in_ink(self._canvas.surface, sketch.ink.shape, place)

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        self._controls.take_up_theme()
        self._canvas.update()


def _indented(part: QWidget) -> QWidget:
    """Return a widget around controls that brings them in line with the picture."""
    around = QWidget()
    layout = QVBoxLayout(around)
    layout.setContentsMargins(int(MARGIN), 0, int(MARGIN), 0)
    layout.addWidget(part)
    return around
