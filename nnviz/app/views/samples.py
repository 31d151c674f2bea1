"""The samples: all training and test images in a grid, filtered and sorted by what the network makes of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSlider, QVBoxLayout

from nnviz.app.choice import Choice
from nnviz.app.graphics.canvas import Canvas
from nnviz.app.graphics.contact_sheet import Contents
from nnviz.app.graphics.text import line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.app.views.sample_controls import SampleControls
from nnviz.app.views.sample_grid import SampleGrid
from nnviz.app.views.view import View
from nnviz.core.evaluation import NO_ANSWER, Evaluation
from nnviz.data.dataset import DataSet, Samples
from nnviz.run.epochs import FullEvaluation
from nnviz.run.sample_query import SampleQuery, find
from nnviz.run.snapshot import Snapshot

SIDES = (28, 42, 56, 84, 112, 140, 168)
"""Sizes of images on the screen: MNIST's pixels come out as whole or half ones."""
USUAL_SIDE = SIDES.index(56)
BEFORE_DATA = "The images appear as soon as the data is loaded."
SHOW_ALL_ADVICE = "“Show all” takes the filters away. Or train on, and look again."


class SamplesView(View):
    """All samples of a source in a grid that scrolls, with label and answer; a click or the arrow keys choose one.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    """

    least_ms = 400  # answers come with evaluations, which are rarer still

    def __init__(self, theme: Theme, choice: Choice) -> None:
        super().__init__(theme, "Samples", choice)
        self._choice = choice
        self._data: DataSet | None = None
        self._evaluated: FullEvaluation | None = None
        self._outdated: FullEvaluation | None = None
        self._outputs = 0
        self._caption: tuple[str, ...] = ()
        self._told: tuple[str, ...] = ()
        self.controls = SampleControls()
        self.grid = SampleGrid(theme)
        self.show_all = QPushButton("Show all")
        self.show_all.setToolTip("Take all filters away and show every image of the source.")
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_slider.setRange(0, len(SIDES) - 1)
        self.size_slider.setPageStep(1)
        self.size_slider.setToolTip("How large the images are; Ctrl and the mouse wheel do the same.")
        self.size_slider.setAccessibleName("Size of the images")
        self._line = Canvas(theme, self._paint_line, "What is shown")
        self._lay_out_controls()
        self.controls.query_changed.connect(self.show_query)
        self.show_all.clicked.connect(self._show_all)
        self.size_slider.valueChanged.connect(self._take_size)
        self.grid.chosen.connect(self._choose)
        self.grid.hovered.connect(self._tell)
        self.grid.zoomed.connect(self._zoom)
        choice.data_changed.connect(self._take_data)
        choice.sample_changed.connect(self._follow)
        self.size_slider.setValue(USUAL_SIDE)
        self._take_data()
        self.take_up_theme()

    def _lay_out_controls(self) -> None:
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._line.setMinimumWidth(0)
        self.size_slider.setFixedWidth(96)
        below = QHBoxLayout()
        below.setSpacing(10)
        below.addWidget(self._line, 1)
        below.addWidget(self.show_all)
        below.addWidget(self.size_slider)
        column = QVBoxLayout(self)
        # A second row of controls must not keep the view from being made so low that it is left out.
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(6)
        column.addWidget(self.controls)
        column.addWidget(self.grid, 1)
        column.addLayout(below)

    # What is shown.

    @property
    def query(self) -> SampleQuery:
        """Which samples are shown, and in which order."""
        return self.controls.query

    @Slot(object)
    def show_query(self, query: SampleQuery) -> None:
        """Show the samples that a query asks for, from the first."""
        self.controls.show_query(query)
        self._show_found(from_top=True)

    @Slot(str, int, int)
    def show_confused(self, source: str, label: int, predicted: int) -> None:
        """Show the samples of a source with a label that were taken for a digit, in the order chosen before."""
        self.show_query(replace(self.query.unfiltered(), source=source, digit=label, predicted=predicted))

    @Slot()
    def _show_all(self) -> None:
        self.show_query(self.query.unfiltered())

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the newest answers, if there are others than those shown."""
        evaluated = None if snapshot.evaluated is self._outdated else snapshot.evaluated
        outputs = snapshot.network.sizes[-1]
        if evaluated is self._evaluated and outputs == self._outputs:
            return
        if outputs != self._outputs:
            self._outputs = outputs
            self._offer_digits()
        self._evaluated = evaluated
        self._show_found()

    @Slot()
    def _take_data(self) -> None:
        if self._data is not None:
            # The answers that are there are to the images before; those to the new ones come with their run.
            self._outdated = self._evaluated if self.snapshot is None else self.snapshot.evaluated
            self._evaluated = None
        self._data = self._choice.data
        self._offer_digits()
        self._show_found(from_top=True)

    def _offer_digits(self) -> None:
        labels: set[int] = set()
        if self._data is not None:
            for samples in (self._data.training, self._data.test):
                labels.update(np.flatnonzero(np.bincount(samples.labels)).tolist())
        self.controls.show_digits(sorted(labels), sorted(labels | set(range(self._outputs))))

    @property
    def _samples(self) -> Samples | None:
        return self._choice.samples(self.query.source)

    @property
    def _answers(self) -> Evaluation | None:
        """What the network answered to the samples of the source, where that is known."""
        samples = self._samples
        if self._evaluated is None or samples is None:
            return None
        answers = self._evaluated.training if self.query.source == "training" else self._evaluated.test
        return answers if answers.count <= len(samples) else None

    def _show_found(self, from_top: bool = False) -> None:
        """Look for the samples that the query asks for, and show them."""
        samples, answers, query = self._samples, self._answers, self.query
        self.controls.show_answers_known(answers is not None)
        self.show_all.setEnabled(query.is_filtered)
        self._place_controls()
        if samples is None:
            self.grid.show_nothing(BEFORE_DATA)
            return
        contents = Contents(
            samples.images,
            samples.labels,
            samples.shape,
            find(query, samples.labels, answers),
            None if answers is None else answers.predicted,
        )
        self.grid.show_nothing(nothing_found(query), SHOW_ALL_ADVICE)
        self.grid.show_contents(contents, from_top)
        self.grid.mark(self._chosen_place(), reveal=False)
        step = None if self._evaluated is None or answers is None else self._evaluated.step
        self._caption = captions(query, len(contents.numbers), len(samples), step)
        self._line.setAccessibleDescription(self._caption[0])
        self._line.update()

    # The chosen sample.

    def _chosen_place(self) -> int | None:
        sample, contents = self._choice.sample, self.grid.contents
        if sample is None or contents is None or sample.source != self.query.source:
            return None
        return contents.place_of(sample.index)

    @Slot()
    def _follow(self) -> None:
        self.grid.mark(self._chosen_place())

    @Slot(int)
    def _choose(self, place: int) -> None:
        if self.grid.contents is not None:
            self._choice.choose(self.query.source, int(self.grid.contents.numbers[place]))

    @Slot(object)
    def _tell(self, place: int | None) -> None:
        """Write what there is to say about the sample under the pointer in place of the caption."""
        contents = self.grid.contents
        told: tuple[str, ...] = ()
        if place is not None and contents is not None:
            number = int(contents.numbers[place])
            told = stories(self.query.source, number, int(contents.labels[number]), self._answers)
        if told != self._told:
            self._told = told
            self._line.update()

    # Sizes.

    @Slot(int)
    def _zoom(self, sizes: int) -> None:
        self.size_slider.setValue(self.size_slider.value() + sizes)

    @Slot()
    def _take_size(self) -> None:
        # Images grow with the text, though not as much: they can be read from further away as it is.
        self.grid.set_side(SIDES[self.size_slider.value()] * math.sqrt(self.theme.text_scale))

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        self._line.setFixedHeight(round(line_height(self.theme)) + 6)
        self._place_controls()
        self._take_size()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out controls that there is no room for."""
        super().resizeEvent(event)
        self._place_controls()

    def minimumSizeHint(self) -> QSize:
        """Ask for no more than a row of small tiles needs; controls that do not fit are left out."""
        return QSize(200, 130)

    def _place_controls(self) -> None:
        scale = self.theme.text_scale
        self.controls.set_most_rows(1 if self.height() < 150 + 130 * scale else 2)
        self.size_slider.setVisible(self.width() > 250 + 190 * scale)
        self.show_all.setVisible(self.query.is_filtered or self.width() > 150 + 190 * scale)

    # Painting.

    def _paint_line(self, painter: QPainter, area: QRectF) -> None:
        if self._told:
            self._write_longest(painter, area, self._told, "text")
        else:
            self._write_longest(painter, area, self._caption, "muted")

    def _write_longest(self, painter: QPainter, area: QRectF, texts: tuple[str, ...], role: str) -> None:
        """Write the first of some texts, ever shorter ones, that there is room for."""
        if texts:
            fitting = (text for text in texts if text_width(self.theme, text) <= area.width())
            write(painter, self.theme, area, next(fitting, texts[-1]), role=role)

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the tiles from the first that is in sight, with the caption below."""
        high = line_height(self.theme) + 6
        tiles = self.grid.paint_figure(painter, area.adjusted(14, 6, -14, -high - 6))
        line = QRectF(tiles.left() + 4, tiles.bottom(), tiles.width() - 8, high)
        self._write_longest(painter, line, self._caption, "muted")


def captions(query: SampleQuery, found: int, total: int, step: int | None) -> tuple[str, ...]:
    """Return what is shown, "1,024 of 10,000 test images · answers of step 6,000", and the same ever shorter."""
    is_part = query.digit is not None or (query.is_about_answers and step is not None)
    count = f"{found:,} of {total:,}" if is_part else f"{found:,}"
    whole = f"{count} {query.source} images"
    if step is None:
        return f"{whole} · no answers yet", f"{count} · no answers yet", count, f"{found:,}"
    at = f"step {step:,}"
    return f"{whole} · answers of {at}", f"{count} · answers of {at}", f"{count} · {at}", count, f"{found:,}"


def stories(source: str, number: int, label: int, answers: Evaluation | None) -> tuple[str, ...]:
    """Return what there is to say of a sample, "Test image 42: a 4, taken for a 9 · …", and the same ever shorter."""
    name = f"image {number:,}: {with_article(label)}"
    if answers is None or number >= answers.count:
        return f"{source.capitalize()} {name}", name.capitalize()
    answer = int(answers.predicted[number])
    short = with_article(label).capitalize()
    if answer == NO_ANSWER:
        return (
            f"{source.capitalize()} {name}, has no answer: the outputs are not numbers",
            f"{name.capitalize()}, has no answer",
            f"{short}, without an answer",
            short,
        )
    verdict = "recognised" if answer == label else f"taken for {with_article(answer)}"
    figures = f"confidence {answers.confidence[number]:.3f} · cost {answers.costs[number]:.4f}"
    short = f"{short}, {verdict}"
    return (
        f"{source.capitalize()} {name}, {verdict} · {figures}",
        f"{name.capitalize()}, {verdict} · {figures}",
        f"{short} · {figures}",
        short,
    )


def nothing_found(query: SampleQuery) -> str:
    """Return a sentence that says that no sample is as a query asks: "No test image was taken for a 5."."""
    which = f"No {query.source} image"
    if query.digit is not None and not query.is_about_answers:
        return f"{which} is {with_article(query.digit)}."
    if query.digit is not None:
        which += f" that is {with_article(query.digit)}"
    how = {None: "", True: "rightly ", False: "wrongly "}[query.right]
    if query.predicted is not None:
        return f"{which} was {how}taken for {with_article(query.predicted)}."
    if query.right is None:
        return f"{which} is there."
    return f"{which} was {'recognised' if query.right else 'taken for another digit'}."


def with_article(number: int) -> str:
    """Return a number with its article: "a 7", "an 8"."""
    text = str(number)
    return f"an {text}" if text[0] == "8" or number in (11, 18) else f"a {text}"
