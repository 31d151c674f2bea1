"""What stands beside the confusion matrix: accuracy by epoch, the worst mistakes, and confidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.axes import nice_above
from nnviz.app.graphics.chart import Axis, Chart
from nnviz.app.graphics.labels import EndLabel, Parts, labels_width, paint_end_labels, paint_parts
from nnviz.app.graphics.number_images import brightness, image_of
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, TOP, fitting, line_height, text_width, write
from nnviz.app.graphics.text import number as number_text
from nnviz.app.theme import Theme
from nnviz.core.encoding import Floats
from nnviz.core.evaluation import Counts
from nnviz.run.epochs import EpochRecord

FIGURES = ("training", "test")
MOST_DOTS = 60
"""Epochs with a dot each; of more, the line says enough."""
LEAST_IMAGE = 28.0
"""Pixels: the side of the smallest image that can be told what it is."""
LARGEST_IMAGE = 84.0
"""Pixels at the usual size of text."""
USUAL_IMAGE = 44.0
"""Pixels, likewise; where images of this size go in two rows, they do."""
NAMES_FROM = 300.0
"""Pixels of width, likewise, from which on there is room for names at the ends of lines."""
GAP = 8.0
FRAME = 3.0
"""Pixels between a mistake and the frame around it."""


def headroom(theme: Theme) -> float:
    """Return how far below a panel's title its chart begins; its highest tick is beside that, not below."""
    return line_height(theme, 10, strong=True) + line_height(theme, 9) / 2 + 2


def least_accuracy(epochs: Sequence[EpochRecord]) -> float:
    """Return where an axis of accuracy, in per cent, begins: low enough for all epochs but the one before the first."""
    after = [min(r.training_accuracy, r.test_accuracy) for r in epochs if r.epoch > 0]
    return float(min(10 * math.floor(10 * min(after)), 90)) if after else 0.0


class AccuracyChart:
    """Training and test accuracy by epoch.

    Parameters
    ----------
    theme : Theme
    area : QRectF
    epochs : sequence of EpochRecord
    """

    def __init__(self, theme: Theme, area: QRectF, epochs: Sequence[EpochRecord]) -> None:
        self._theme = theme
        self._area = area
        self._epochs = [r for r in epochs if math.isfinite(r.training_accuracy + r.test_accuracy)]
        self._is_roomy = area.width() >= NAMES_FROM * theme.text_scale
        self._beside = labels_width(theme, self._labels([0.0, 0.0]))
        last = max((record.epoch for record in self._epochs), default=0)
        x = Axis("epoch", 0, nice_above(max(last, 5)), whole=True)
        self._low = least_accuracy(self._epochs)
        self.chart = Chart(
            theme,
            area.adjusted(0, 0, -self._beside, 0),
            x,
            Axis("", self._low, 100),
            headroom=headroom(theme),
        )

    def _shares(self, figure: str) -> list[float]:
        return [100 * getattr(record, f"{figure}_accuracy") for record in self._epochs]

    def _labels(self, downs: Sequence[float]) -> list[EndLabel]:
        """Return the labels at the lines' ends; the names only where there is room, else they are in the title."""
        if not self._epochs:
            return []
        labels = []
        for figure, down in zip(FIGURES, downs, strict=True):
            number = f"{self._shares(figure)[-1]:.1f} %"
            name, number = (figure, number) if self._is_roomy else (number, "")
            labels.append(EndLabel(name, number, down, self._theme.colour(figure)))
        return labels

    def paint(self, painter: QPainter) -> None:
        """Paint it."""
        chart, theme = self.chart, self._theme
        chart.paint_frame(painter)
        legend = [("● training ", "training"), ("■ test", "test")]
        candidates: list[Parts] = [[("Accuracy (%)  ", "text"), *legend], [("%  ", "text"), *legend], legend]
        if self._is_roomy:
            candidates.insert(0, [("Accuracy by epoch (%)", "text")])
        paint_parts(painter, theme, self._area, candidates)
        # No line from the network before its first step: that the axis does not reach down to it, is meant.
        shown = [r for r in self._epochs if 100 * min(r.training_accuracy, r.test_accuracy) >= self._low]
        numbers = [record.epoch for record in shown]
        for figure in FIGURES if shown else ():
            shares = self._shares(figure)[-len(shown) :]
            chart.line(painter, numbers, shares, theme.colour(figure), 2)
            painter.save()
            painter.setClipRect(chart.box.adjusted(-6, -6, 6, 6))
            dots = slice(0 if len(numbers) <= MOST_DOTS else -1, None)
            chart.dots(painter, numbers[dots], shares[dots], theme.colour(figure), 7, square=figure == "test")
            painter.restore()
        if self._epochs:
            downs = [min(chart.down(self._shares(figure)[-1]), chart.box.bottom()) for figure in FIGURES]
            left = chart.across(self._epochs[-1].epoch) + 5
            beside = QRectF(left, chart.box.top() - 8, self._beside, chart.box.height() + 12)
            paint_end_labels(painter, theme, beside, self._labels(downs))

    def told_at(self, point: QPointF) -> tuple[str, ...]:
        """Return the exact numbers of the epoch under a point, as a sentence and shorter; () elsewhere."""
        if not self._epochs or not self.chart.box.adjusted(-8, -8, 8, 8).contains(point):
            return ()
        epoch = self.chart.value_at(point.x())
        record = min(self._epochs, key=lambda record: abs(record.epoch - epoch))
        when = f"After epoch {record.epoch}" if record.epoch else "Before the first step"
        training, test = f"{100 * record.training_accuracy:.2f} %", f"{100 * record.test_accuracy:.2f} %"
        return (
            f"{when}: {training} of the training images right, {test} of the test images.",
            f"{when}: training {training}, test {test}.",
            f"Epoch {record.epoch}: {training}, {test}",
        )


@dataclass(frozen=True, eq=False)
class Mistakes:
    """Samples that were taken for another digit.

    Parameters
    ----------
    indices : int array, (k,)
        Their numbers in their source.
    images : uint8 array, (k, n_0)
    shape : (rows, cols) or None
        Of an image; None where they are no images.
    labels, predicted, costs : arrays, (k,)
    """

    indices: NDArray[np.intp]
    images: NDArray[np.uint8]
    shape: tuple[int, int] | None
    labels: NDArray[np.unsignedinteger]
    predicted: NDArray[np.integer]
    costs: Floats

    def text(self, number: int) -> tuple[str, str]:
        """Return "4→9" and the cost."""
        return f"{self.labels[number]}→{self.predicted[number]}", number_text(float(self.costs[number]))


class WorstMistakes:
    """A row or several of images, each with what was taken for what, and its cost.

    Parameters
    ----------
    theme : Theme
    area : QRectF
    mistakes : Mistakes

    Attributes
    ----------
    rectangles : list of QRectF
        Of the mistakes that have room, each with its text.
    across : int
        How many lie side by side.
    """

    def __init__(self, theme: Theme, area: QRectF, mistakes: Mistakes) -> None:
        self._theme = theme
        self._area = area
        self.mistakes = mistakes
        self.rectangles: list[QRectF] = []
        self.across = 0
        self._line = line_height(theme, 9)
        title = line_height(theme, 10, strong=True) + 6
        rows, cols = mistakes.shape or (1, 1)
        texts = [mistakes.text(number) for number in range(len(mistakes.indices))]
        least = max(
            (text_width(theme, a, 9, True) + text_width(theme, b, 9) + 6 for a, b in texts), default=40.0
        )
        caption = self._line + (3 if mistakes.shape else 0)
        usual, largest = (
            size * theme.text_scale * bool(mistakes.shape) for size in (USUAL_IMAGE, LARGEST_IMAGE)
        )
        room, breadth = area.height() - title, area.width() - 2 * FRAME
        down = max(1, int((room + GAP) / (usual + caption + GAP)))
        height = min((room + GAP) / down - GAP - caption, largest, breadth * rows / cols)
        self._size = (height * cols / rows, height)
        if caption > room or (mistakes.shape and height < LEAST_IMAGE):
            return
        width = max(self._size[0], least)
        self.across = max(0, int((breadth + GAP) / (width + GAP)))
        for number in range(min(len(texts), self.across * down)):
            row, column = divmod(number, self.across)
            left = area.left() + FRAME + column * (width + GAP)
            top = area.top() + title + row * (height + caption + GAP)
            self.rectangles.append(QRectF(left, top, width, height + caption))

    def paint(self, painter: QPainter) -> None:
        """Paint title, images and texts."""
        theme, mistakes = self._theme, self.mistakes
        strong = line_height(theme, 10, strong=True)
        row = QRectF(self._area.left(), self._area.top(), self._area.width(), strong)
        titles = ("Worst mistakes: label → answer, cost", "Worst mistakes")
        title = fitting(theme, titles, row.width(), 10, strong=True)
        write(painter, theme, row, title, LEFT | TOP, 10, strong=True)
        if not len(mistakes.indices):
            write(painter, theme, row.translated(0, strong + 6), "There are none.", LEFT | TOP, 10, "muted")
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for number, rectangle in enumerate(self.rectangles):
            if mistakes.shape is not None:
                place = self._image_in(rectangle)
                ink = mistakes.images[number].reshape(mistakes.shape) / 255
                painter.drawImage(place, image_of(brightness(theme, ink)))
                painter.setPen(QPen(theme.colour("line"), 1))
                painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))
            what, cost = mistakes.text(number)
            below = QRectF(rectangle.left(), rectangle.bottom() - self._line, rectangle.width(), self._line)
            write(painter, theme, below, what, LEFT | MIDDLE, 9, strong=True)
            write(painter, theme, below, cost, RIGHT | MIDDLE, 9, "muted")

    def _image_in(self, rectangle: QRectF) -> QRectF:
        width, height = self._size
        return QRectF(rectangle.center().x() - width / 2, rectangle.top(), width, height)

    def at(self, point: QPointF) -> int | None:
        """Return which of the mistakes lies under a point."""
        for number, rectangle in enumerate(self.rectangles):
            if rectangle.contains(point):
                return number
        return None

    def paint_frame(self, painter: QPainter, number: int, role: str, width: float) -> None:
        """Frame a mistake."""
        if number < len(self.rectangles):
            painter.setPen(QPen(self._theme.colour(role), width))
            painter.drawRect(self.rectangles[number].adjusted(-FRAME, -FRAME, FRAME, FRAME - 1))


class ConfidenceHistogram:
    """How confident right and wrong answers are, each as shares of all that are right, or wrong.

    Shares rather than counts: of ten thousand answers that are mostly right, the wrong ones would not be seen.

    Parameters
    ----------
    theme : Theme
    area : QRectF
    right, wrong : int arrays, (bins,)
        Answers by confidence, in equal stretches from 0 to 1.
    """

    def __init__(self, theme: Theme, area: QRectF, right: Counts, wrong: Counts) -> None:
        self._theme = theme
        self._series = {"positive": right, "negative": wrong}
        labels = ("confidence: the greatest output activation", "confidence")
        label = next((text for text in labels if text_width(theme, text, 9) <= area.width() - 40), "")
        ticks = [(share / 5, f"{share / 5:.1f}") for share in range(6)]
        self.chart = Chart(
            theme, area, Axis(label, 0, 1, ticks=ticks), Axis("", 0, 100), headroom=headroom(theme)
        )
        self._area = area

    def paint(self, painter: QPainter) -> None:
        """Paint it."""
        theme, chart = self._theme, self.chart
        chart.paint_frame(painter)
        right, wrong = self._series.values()
        of_right, of_wrong = (
            (f"■ {right.sum():,} right", "positive"),
            (f"■ {wrong.sum():,} wrong", "negative"),
        )
        candidates: list[Parts] = [
            [("Confidence, % of all ", "text"), of_right, (" and ", "text"), of_wrong, (" answers", "text")],
            [("% of ", "text"), of_right, (" and ", "text"), of_wrong],
            [("% of ", "text"), ("■ right ", "positive"), ("■ wrong", "negative")],
        ]
        paint_parts(painter, theme, self._area, candidates)
        bins = len(right)
        for place, (role, counts) in enumerate(self._series.items()):
            lows = (np.arange(bins) + 0.1 + 0.4 * place) / bins
            shares = 100 * counts / max(int(counts.sum()), 1)
            chart.bars(
                painter, lows.tolist(), (lows + 0.4 / bins).tolist(), shares.tolist(), theme.colour(role)
            )

    def told_at(self, point: QPointF) -> tuple[str, ...]:
        """Return the exact counts of the stretch under a point, as a sentence and shorter; () elsewhere."""
        if not self.chart.box.contains(point):
            return ()
        right, wrong = self._series.values()
        place = min(int(self.chart.value_at(point.x()) * len(right)), len(right) - 1)
        low, high = place / len(right), (place + 1) / len(right)
        counts = f"{right[place]:,} are right and {wrong[place]:,} wrong."
        return (
            f"Of the answers with a confidence of {low:g} to {high:g}, {counts}",
            f"Confidence {low:g} to {high:g}: {counts}",
            f"{low:g} to {high:g}: {right[place]:,}, {wrong[place]:,}",
        )
