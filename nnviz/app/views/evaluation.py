"""How the network does on all samples: which digits it takes for which, and where it is most wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from nnviz.app.choice import TEST, TRAINING, Choice, Sample
from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.canvas import Canvas
from nnviz.app.graphics.evaluation.panels import Mistakes
from nnviz.app.graphics.evaluation.picture import Answers, EvaluationPicture
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, TOP, fitting, line_height, write
from nnviz.app.graphics.text import number as number_text
from nnviz.app.theme import Theme
from nnviz.app.views.view import View
from nnviz.core.evaluation import (
    NO_ANSWER,
    Evaluation,
    confidence_histogram,
    confusion_matrix,
    worst_mistakes,
)
from nnviz.data.dataset import Samples
from nnviz.run.epochs import EpochRecord
from nnviz.run.names import no_answers
from nnviz.run.snapshot import Snapshot

HINT = (
    "How the network does on all images shows as soon as the data is loaded and its first answers are there."
)
WORST = 40
"""Mistakes kept; more than any window has room for."""
BINS = 10
"""Of the confidence histogram."""
ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class EvaluationView(View):
    """The confusion matrix, accuracy by epoch and by digit, the worst mistakes, and confidence.

    Keys: arrows move over the cells of the matrix, and from its last column or row on to the mistakes; Enter chooses.
    """

    cell_chosen = Signal(str, int, int)
    """The source, "training" or "test", a label and what it was taken for."""
    least_ms = 250

    def __init__(self, theme: Theme, choice: Choice) -> None:
        super().__init__(theme, "Evaluation", choice)
        self._choice = choice
        self._evaluation: Evaluation | None = None
        self._samples: Samples | None = None
        self._answers: Answers | None = None
        self._epochs: tuple[EpochRecord, ...] = ()
        self._step = 0
        self._picture: tuple[object, EvaluationPicture] | None = None
        self._shown_sample: Sample | None = None
        self._backdrop = Backdrop()
        self._cursor = (0, 0)
        self._mistake: int | None = None
        """The mistake that the keys have reached, if they have left the matrix."""

        self._source = self._combo(
            ("Test", "Training"),
            "Which images are counted: those that the network never learns from, or those that it does.",
            "Images counted",
        )
        self._unit = self._combo(
            ("Counts", "Rates"),
            "Counts: how many images. Rates: which share of a label's images, in per cent.",
            "Unit of the matrix",
        )
        self._source.currentIndexChanged.connect(self.show_again)
        self._canvas = _Canvas(theme, self.paint_figure, "Confusion matrix: a row for each label")
        self._unit.currentIndexChanged.connect(self._canvas.update)
        self._canvas.hovered.connect(self._canvas.update)
        self._canvas.clicked.connect(self._click)
        self._canvas.key_pressed.connect(self._press)
        above = QHBoxLayout()
        above.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        above.addWidget(self._source)
        above.addWidget(self._unit)
        above.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 12, 10)
        box.setSpacing(6)
        box.addLayout(above)
        box.addWidget(self._canvas, 1)

    def _combo(self, items: tuple[str, ...], tip: str, name: str) -> QComboBox:
        combo = QComboBox()
        combo.addItems(items)
        combo.setMinimumWidth(60)  # lest the view could not become small: see `_leave_out`
        combo.setToolTip(tip)
        combo.setAccessibleName(name)
        return combo

    @property
    def source(self) -> str:
        """Which samples are counted, "training" or "test"."""
        return TEST if self._source.currentIndex() == 0 else TRAINING

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the unit where it would be cut off; the matrix then stays in the one that it is in."""
        super().resizeEvent(event)
        self._leave_out()

    def _leave_out(self) -> None:
        needed = self._source.sizeHint().width() + self._unit.sizeHint().width() + 6
        self._unit.setVisible(needed <= self.width() - 24)

    # What is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the newest evaluation there is, and the epochs; nothing is done where they are still the same."""
        full, samples = snapshot.evaluated, self._choice.samples(self.source)
        evaluation = None if full is None else full.test if self.source == TEST else full.training
        if evaluation is not self._evaluation or samples is not self._samples:
            self._evaluation, self._samples = evaluation, samples
            self._step = 0 if full is None else full.step
            self._answers = self._worked_out(snapshot.network.sizes[-1])
            self._picture = None
            self._keep_cursor_in_range()
        if snapshot.epochs != self._epochs:
            self._epochs = snapshot.epochs
            self._picture = None
        if self._picture is None or self._shown_sample is not self._choice.sample:
            self._shown_sample = self._choice.sample
            self._canvas.update()

    def _worked_out(self, n_classes: int) -> Answers | None:
        evaluation, samples = self._evaluation, self._samples
        if evaluation is None or samples is None or len(samples) < evaluation.count:
            return None
        labels = samples.labels[: evaluation.count]
        if int(labels.max()) >= n_classes:  # of other data than the run's, which are about to be replaced
            return None
        worst = worst_mistakes(labels, evaluation, WORST)
        shape = None if self._choice.data is None else self._choice.data.image_shape
        mistakes = Mistakes(
            worst,
            samples.images[worst],
            shape,
            labels[worst],
            evaluation.predicted[worst],
            evaluation.costs[worst],
        )
        right, wrong = confidence_histogram(labels, evaluation, BINS)
        confusion = confusion_matrix(labels, evaluation.predicted, n_classes)
        of_label = np.bincount(labels, minlength=n_classes)
        return Answers(confusion, mistakes, right, wrong, of_label)

    def _keep_cursor_in_range(self) -> None:
        answers = self._answers
        if answers is not None:
            last = len(answers.counts) - 1
            self._cursor = min(self._cursor[0], last), min(self._cursor[1], last)
            if self._mistake is not None and self._mistake >= len(answers.mistakes.indices):
                self._mistake = None

    @property
    def _chosen_cell(self) -> tuple[int, int] | None:
        """The label and the answer of the chosen sample, if it is among those counted."""
        sample, evaluation = self._choice.sample, self._evaluation
        if sample is None or evaluation is None or sample.label is None or sample.source != self.source:
            return None
        if sample.index >= evaluation.count:
            return None
        predicted = int(evaluation.predicted[sample.index])
        return None if predicted == NO_ANSWER else (sample.label, predicted)

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        self._leave_out()
        self._canvas.update()

    # Painting

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint a line of what it is about, the matrix, and what there is room for beside it."""
        theme, answers = self.theme, self._answers
        if answers is None:
            write(painter, theme, area, HINT, CENTRE | MIDDLE, 10, "muted", wrap=True)
            return
        header = self._header(area)
        is_live = isinstance(painter.device(), QWidget)
        told = self._told(area) if is_live else ()
        assert self._evaluation is not None
        role = "text" if told else "warning" if self._evaluation.unanswered else "muted"
        texts = told or self._captions()
        write(painter, theme, header, fitting(theme, texts, header.width(), 10), LEFT | TOP, 10, role)
        picture = self._laid_out(area)
        self._backdrop.paint(painter, area, picture, lambda onto, _: picture.paint(onto))
        if self._chosen_cell is not None:
            picture.matrix.paint_frame(painter, self._chosen_cell, "highlight", 2.5)
        sample, worst = self._choice.sample, picture.worst
        if worst is not None and sample is not None and sample.source == self.source:
            for number in np.flatnonzero(answers.mistakes.indices == sample.index).tolist():
                worst.paint_frame(painter, number, "highlight", 2)
        if is_live:
            self._paint_pointed_at(painter, picture)

    def _paint_pointed_at(self, painter: QPainter, picture: EvaluationPicture) -> None:
        """Frame what the pointer is on, and what the keys have reached."""
        if self._canvas.hasFocus():
            if self._mistake is None or picture.worst is None:
                picture.matrix.paint_frame(painter, self._cursor, "text", 2)
            else:
                picture.worst.paint_frame(painter, self._mistake, "text", 2)
        pointer = self._canvas.pointer
        if pointer is None:
            return
        if (cell := picture.matrix.cell_at(pointer)) is not None:
            picture.matrix.paint_frame(painter, cell, "text", 1.5)
        elif picture.worst is not None and (number := picture.worst.at(pointer)) is not None:
            picture.worst.paint_frame(painter, number, "text", 1)

    def _header(self, area: QRectF) -> QRectF:
        return QRectF(area.left(), area.top(), area.width(), line_height(self.theme, 10) + 2)

    def _laid_out(self, area: QRectF) -> EvaluationPicture:
        """Return the picture in an area; that of the last time as long as nothing has changed."""
        assert self._answers is not None
        as_rates = self._unit.currentIndex() == 1
        key = (QRectF(area), as_rates, self.theme.colours, self.theme.text_scale)
        if self._picture is None or self._picture[0] != key:
            below = area.adjusted(0, self._header(area).height() + 6, 0, 0)
            self._picture = key, EvaluationPicture(self.theme, below, self._answers, self._epochs, as_rates)
        return self._picture[1]

    def _captions(self) -> tuple[str, ...]:
        """Return what is shown, in full and shorter."""
        evaluation = self._evaluation
        assert evaluation is not None
        caption = f"{self.source.capitalize()} images, answers of step {self._step:,}"
        right = round(evaluation.accuracy * evaluation.count)
        longer = f"{caption}: {right:,} of {evaluation.count:,} right, {100 * evaluation.accuracy:.2f} %"
        unit = "; cells in % of their row" if self._unit.currentIndex() == 1 else ""
        if evaluation.unanswered:
            why = no_answers(evaluation.unanswered)
            short = f"{evaluation.unanswered:,} images without an answer"
            return f"{longer}. {why}", f"{caption}. {why}", why, short, "No answers"
        return (
            longer + unit,
            caption + unit,
            longer,
            caption,
            f"Answers of step {self._step:,}",
            f"Step {self._step:,}",
        )

    # Reading it, by mouse and by keys

    def _told(self, area: QRectF) -> tuple[str, ...]:
        """Return what the pointer, or else the keys, are on, as a sentence and shorter; () if on nothing."""
        picture, pointer = self._laid_out(area), self._canvas.pointer
        if pointer is not None:
            cell = picture.matrix.cell_at(pointer)
            label = picture.matrix.bar_at(pointer)
            number = None if picture.worst is None else picture.worst.at(pointer)
            if cell is not None:
                return self._told_of_cell(*cell)
            if label is not None:
                return self._told_of_cell(label, label)
            if number is not None:
                return self._told_of_mistake(number)
            if told := picture.told_at(pointer):
                return told
        return self._told_at_cursor() if self._canvas.hasFocus() else ()

    def _told_at_cursor(self) -> tuple[str, ...]:
        if self._mistake is None:
            return self._told_of_cell(*self._cursor)
        return self._told_of_mistake(self._mistake)

    def _told_of_cell(self, label: int, predicted: int) -> tuple[str, ...]:
        assert self._answers is not None
        counts = self._answers.counts
        count, total = int(counts[label, predicted]), int(self._answers.of_label[label])
        images, were = ("image", "was") if count == 1 else ("images", "were")
        percent = f"{100 * count / total:.1f} %" if total else ""
        of_all = f" ({percent} of all {label}s)" if total else ""
        what = "recognised" if label == predicted else f"taken for a {predicted}"
        return (
            f"{count:,} {images} of a {label} {were} {what}{of_all}.",
            f"{label} {what}: {count:,}{of_all}",
            f"{label}→{predicted}: {count:,}" + (f" ({percent})" if total else ""),
            f"{label}→{predicted}: {count:,}",
        )

    def _told_of_mistake(self, number: int) -> tuple[str, ...]:
        assert self._answers is not None
        assert self._evaluation is not None
        mistakes = self._answers.mistakes
        index = int(mistakes.indices[number])
        label, predicted = mistakes.labels[number], mistakes.predicted[number]
        cost = number_text(float(mistakes.costs[number]), 4)
        confidence = number_text(float(self._evaluation.confidence[index]), 3)
        name = f"{self.source.capitalize()} image {index:,}"
        return (
            f"{name}: a {label}, taken for a {predicted} with a confidence of {confidence}; cost {cost}.",
            f"{name}: a {label}, taken for a {predicted}; cost {cost}.",
            f"Image {index:,}: {label}→{predicted}, cost {cost}",
            f"{label}→{predicted}, cost {cost}",
        )

    @Slot(QPointF)
    def _click(self, point: QPointF) -> None:
        if self._answers is None:
            return
        picture = self._laid_out(QRectF(self._canvas.rect()))
        cell = picture.matrix.cell_at(point)
        number = None if picture.worst is None else picture.worst.at(point)
        if cell is not None:
            self._cursor, self._mistake = cell, None
        elif number is not None:
            self._mistake = number
        else:
            return
        self._choose()

    def _choose(self) -> None:
        """Choose what the cursor is on."""
        assert self._answers is not None
        self._canvas.update()
        if self._mistake is None:
            self.cell_chosen.emit(self.source, *self._cursor)
        else:
            self._choice.choose(self.source, int(self._answers.mistakes.indices[self._mistake]))

    @Slot(int)
    def _press(self, key: int) -> None:
        if self._answers is None:
            return
        picture = self._laid_out(QRectF(self._canvas.rect()))
        n, worst = picture.matrix.n, picture.worst
        reachable = 0 if worst is None else len(worst.rectangles)
        if self._mistake is not None and self._mistake >= reachable:  # the view has become smaller
            self._mistake = None
        if key in ENTER:
            self._choose()
            return
        down, across = ARROWS[Qt.Key(key)]
        if self._mistake is not None and worst is not None:
            onwards = self._mistake + down * worst.across + across
            self._mistake = None if onwards < 0 else min(onwards, reachable - 1)
        else:
            label, predicted = self._cursor[0] + down, self._cursor[1] + across
            if max(label, predicted) >= n and reachable:
                self._mistake = 0
            else:
                self._cursor = min(max(label, 0), n - 1), min(max(predicted, 0), n - 1)
        self._canvas.setAccessibleDescription(self._told_at_cursor()[0])
        self._canvas.update()


class _Canvas(Canvas):
    """A canvas that has the focus and tells of arrows and Enter, which would be the window's otherwise."""

    key_pressed = Signal(int)

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_ours(event):
            self.key_pressed.emit(event.key())
        else:
            super().keyPressEvent(event)


def _is_ours(event: QKeyEvent) -> bool:
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    return plain and (event.key() in ARROWS or event.key() in ENTER)
