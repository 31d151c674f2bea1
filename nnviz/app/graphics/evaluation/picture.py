"""How the network does on all samples, as one picture: the confusion matrix, and beside it what there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from nnviz.app.graphics.evaluation.confusion import ConfusionPicture
from nnviz.app.graphics.evaluation.panels import AccuracyChart, ConfidenceHistogram, Mistakes, WorstMistakes
from nnviz.app.theme import Theme
from nnviz.core.evaluation import Counts
from nnviz.run.epochs import EpochRecord

GAP = 18.0
LEAST_COLUMN = 190.0
"""Pixels, as all that follow at the usual size of text: the narrowest column beside the matrix."""
WIDE, HIGH = 800.0, 500.0
"""From this size on the mistakes have a row of their own, below everything else."""
LEAST_HEIGHTS = {"accuracy": 110.0, "worst": 104.0, "confidence": 120.0}
"""Of the panels, in the order of what is worth most."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What the picture shows of an evaluation.

    Parameters
    ----------
    counts : int array, (n, n)
        The confusion matrix.
    mistakes : Mistakes
        The worst.
    right, wrong : int arrays, (bins,)
        Answers by confidence.
    of_label : int array, (n,)
        How many images each label has, those without an answer included.
    """

    counts: Counts
    mistakes: Mistakes
    right: Counts
    wrong: Counts
    of_label: Counts


class EvaluationPicture:
    """All of it, laid out in an area.

    Attributes
    ----------
    matrix : ConfusionPicture
    accuracy : AccuracyChart or None
    worst : WorstMistakes or None
    confidence : ConfidenceHistogram or None
    """

    def __init__(
        self, theme: Theme, area: QRectF, answers: Answers, epochs: Sequence[EpochRecord], as_rates: bool
    ) -> None:
        self._theme = theme
        self._answers = answers
        self._epochs = epochs
        self._scale = theme.text_scale
        self.accuracy: AccuracyChart | None = None
        self.worst: WorstMistakes | None = None
        self.confidence: ConfidenceHistogram | None = None
        width, height, scale = area.width(), area.height(), self._scale
        place = area
        if width >= WIDE * scale and height >= HIGH * scale:
            row = 130 * scale
            place = area.adjusted(0, 0, 0, -row - GAP)
            self._add("worst", QRectF(area.left(), place.bottom() + GAP, width, row))
        column = width - place.height() - GAP
        if column >= LEAST_COLUMN * scale:
            column = max(min(column, 0.36 * width), LEAST_COLUMN * scale)
            beside = QRectF(area.right() - column, place.top(), column, place.height())
            place = place.adjusted(0, 0, -column - GAP, 0)
            self._stack(beside)
        elif height - width - GAP >= LEAST_HEIGHTS["accuracy"] * scale:
            below = area.adjusted(0, width + GAP, 0, 0)
            place = QRectF(area.left(), area.top(), width, width)
            self._stack(below)
        self.matrix = ConfusionPicture(theme, place, answers.counts, as_rates, answers.of_label)

    def _stack(self, area: QRectF) -> None:
        """Lay out, above each other, as many panels as an area has room for."""
        chosen: list[str] = []
        left = area.height()
        for name, least in LEAST_HEIGHTS.items():
            if name == "worst" and self.worst is not None:
                continue
            if left < least * self._scale:
                break
            chosen.append(name)
            left -= least * self._scale + GAP
        for number, name in enumerate(chosen):
            height = (area.height() - GAP * (len(chosen) - 1)) / len(chosen)
            self._add(name, QRectF(area.left(), area.top() + number * (height + GAP), area.width(), height))

    def _add(self, name: str, area: QRectF) -> None:
        answers = self._answers
        if name == "accuracy":
            self.accuracy = AccuracyChart(self._theme, area, self._epochs)
        elif name == "worst":
            self.worst = WorstMistakes(self._theme, area, answers.mistakes)
        else:
            self.confidence = ConfidenceHistogram(self._theme, area, answers.right, answers.wrong)

    def paint(self, painter: QPainter) -> None:
        """Paint it."""
        for part in (self.matrix, self.accuracy, self.worst, self.confidence):
            if part is not None:
                part.paint(painter)

    def told_at(self, point: QPointF) -> tuple[str, ...]:
        """Return the exact numbers of the chart under a point, as a sentence and shorter; () elsewhere."""
        charts = [chart for chart in (self.accuracy, self.confidence) if chart is not None]
        return next((told for chart in charts if (told := chart.told_at(point))), ())
