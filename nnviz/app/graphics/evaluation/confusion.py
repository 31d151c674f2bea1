"""The confusion matrix as a picture: a row for each label, a column for each answer."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from nnviz.app.graphics.colour_scales import rgb
from nnviz.app.graphics.contrast import LEGIBLE, contrast
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, RIGHT, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.evaluation import Counts, rates

LARGEST_CELL = 72.0
"""Pixels at the usual size of text."""
LEAST_POINTS, MOST_POINTS = 6.5, 13.0
"""Sizes of the numbers in cells; where smaller ones would be needed, there are none."""
CALM = 0.42
"""Opacity of the diagonal where all of a label's samples are right: what is right is not what to look at."""
LEAST_SHARE = 0.68
"""Of the area's shorter side, for the matrix; otherwise titles or digits are left out."""
INKS = ("text", "activation", "zero")
MOST_FADINGS = 10
BAR = 96.0
"""Pixels: the length of a bar for all of a label's samples, at the usual size of text."""
BARS = ((BAR, 0.75), (0.5 * BAR, 0.8), (0.0, 0.85))
"""Ever shorter bars, at last numbers alone; and how large at least, of its size without them, a cell must stay."""


class ConfusionPicture:
    """A confusion matrix laid out in an area.

    What is right lies on the diagonal, in calm shades of "positive"; mistakes are in shades of "negative", the most
    frequent in the full one. Opacity goes with the square root, so that rare mistakes show.

    Parameters
    ----------
    theme : Theme
    area : QRectF
    counts : int array, (n, n)
        How often each label (row) was taken for each (column).
    as_rates : bool
        Whether cells say which share of a label's samples they are, and are coloured by that, in place of counts.
    of_label : int array, (n,), optional
        How many samples each label has; more than its row counts, where some have no answer.

    Attributes
    ----------
    matrix : QRectF
        All cells.
    cell : float
        The side of a cell, in pixels.
    bars : QRectF
        Where beside each row a bar is for its accuracy; without any width where there is room for the number only.
    has_accuracies : bool
        Whether there is room for that.
    points : (float, float)
        The size of the numbers on the diagonal, and of those beside it; 0 for none.
    """

    def __init__(
        self, theme: Theme, area: QRectF, counts: Counts, as_rates: bool, of_label: Counts | None = None
    ) -> None:
        self._theme = theme
        self._area = area
        self.counts = counts
        self.n = len(counts)
        self._of_label = counts.sum(axis=1) if of_label is None else of_label
        self._rates = rates(counts, self._of_label)
        self._as_rates = as_rates
        self._colours = self._coloured(self._rates if as_rates else counts)
        self._texts = [
            [self._text(label, predicted) for predicted in range(self.n)] for label in range(self.n)
        ]
        scale, line = theme.text_scale, line_height(theme, 10)
        digits = text_width(theme, str(self.n - 1), 10) + 8
        number = text_width(theme, "100.0 %", 10) + 10
        # titles and digits only where they leave most of the area to the matrix
        for self._has_titles, self._has_digits in ((True, True), (False, True), (False, False)):
            left = line * self._has_titles + digits * self._has_digits
            top = line * self._has_titles + (line + 2) * self._has_digits
            room = max(min(area.width() - left, area.height() - top), 1.0)
            if room >= LEAST_SHARE * min(area.width(), area.height()):
                break
        self.cell = min(room / self.n, LARGEST_CELL * scale)
        # accuracies beside the rows, with bars as long as they make the cells not much smaller
        beside = bar = 0.0
        for long, least in BARS if self._has_titles else ():
            needed = 12 + long * scale + number
            smaller = min((area.width() - left - needed) / self.n, self.cell)
            if smaller >= max(least * self.cell, line):
                beside, bar, self.cell = needed, long * scale, smaller
                break
        side = self.cell = math.floor(self.cell) if self.cell >= 8 else self.cell
        width = left + self.n * side + beside
        x = area.left() + max((area.width() - width) / 2, 0) + left
        self.matrix = QRectF(round(x), round(area.top() + top), self.n * side, self.n * side)
        self._digits, self._line = digits, line
        edge = self.matrix.right() + 12
        self.bars = QRectF(edge, self.matrix.top(), bar, self.matrix.height())
        self.has_accuracies = beside > 0
        self._number = number
        on_diagonal, of_mistakes = self._points(is_right=True), self._points(is_right=False)
        if on_diagonal and of_mistakes:  # not all too different, though there are fewer digits in mistakes
            on_diagonal, of_mistakes = min(on_diagonal, of_mistakes), min(1.3 * on_diagonal, of_mistakes)
        self.points = on_diagonal, of_mistakes

    # Where things are

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the label and the answer whose cell lies under a point."""
        if not self.matrix.contains(point):
            return None
        row = int((point.y() - self.matrix.top()) / self.cell)
        column = int((point.x() - self.matrix.left()) / self.cell)
        return min(row, self.n - 1), min(column, self.n - 1)

    def bar_at(self, point: QPointF) -> int | None:
        """Return the label beside whose row a point lies."""
        beside = self.bars.adjusted(-6, 0, self._number, 0)
        if not self.has_accuracies or not beside.contains(point):
            return None
        return min(int((point.y() - self.matrix.top()) / self.cell), self.n - 1)

    def rectangle(self, label: int, predicted: int) -> QRectF:
        """Return where a cell is."""
        side = self.cell
        return QRectF(self.matrix.left() + predicted * side, self.matrix.top() + label * side, side, side)

    # What cells look like

    def _coloured(self, values: np.ndarray) -> np.ndarray:
        """Return the colours of cells, (n, n, 3)."""
        colours, is_right = self._theme.colours, np.eye(self.n, dtype=bool)
        most_right, most_wrong = values[is_right].max(), values[~is_right].max(initial=0)
        share = np.where(is_right, values / (most_right or 1), values / (most_wrong or 1))
        opacity = np.where(is_right, CALM, 1.0) * np.sqrt(share)
        full = np.where(is_right[..., np.newaxis], rgb(colours.positive), rgb(colours.negative))
        ground = rgb(colours.zero)
        coloured: np.ndarray = np.rint(ground + opacity[..., np.newaxis] * (full - ground)).astype(int)
        # On a few shades in between, neither bright nor dark ink can be read well enough: they are made fainter.
        for _ in range(MOST_FADINGS):
            illegible = _best_contrast(self._theme, coloured) < LEGIBLE
            if not illegible.any():
                break
            opacity = np.where(illegible, 0.98 * opacity, opacity)
            coloured = np.rint(ground + opacity[..., np.newaxis] * (full - ground)).astype(int)
        return coloured

    def colour(self, label: int, predicted: int) -> QColor:
        """Return a cell's colour; where no sample is counted, that of zero."""
        red, green, blue = self._colours[label, predicted].tolist()
        return QColor(red, green, blue)

    def text(self, label: int, predicted: int) -> str:
        """Return what is written in a cell: nothing where no sample is counted."""
        return self._texts[label][predicted]

    def _text(self, label: int, predicted: int) -> str:
        if not self.counts[label, predicted]:
            return ""
        if self._as_rates:
            percent = 100 * self._rates[label, predicted]
            return "100" if percent == 100 else f"{percent:.1f}"
        return str(self.counts[label, predicted])

    def _points(self, is_right: bool) -> float:
        """Return the size of the numbers in cells, in points before the user's text size; 0 for none."""
        pairs = [(i, j) for i in range(self.n) for j in range(self.n) if (i == j) is is_right]
        widest = max((self.text(*pair) for pair in pairs), key=len, default="")
        at_ten = max(text_width(self._theme, widest, 10), 1.0)
        fitting = min(10 * (self.cell - 5) / at_ten, 10 * (self.cell - 2) / self._line, MOST_POINTS)
        return fitting if fitting * self._theme.text_scale >= LEAST_POINTS else 0.0

    # Painting

    def paint(self, painter: QPainter) -> None:
        """Paint titles, digits, cells with their numbers, and bars."""
        self._paint_titles(painter)
        gap = 1.0 if self.cell >= 8 else 0.0
        # on the grid's colour, so that gaps between cells are its lines
        painter.fillRect(self.matrix.adjusted(-1, -1, 1 - gap, 1 - gap), self._theme.colour("line"))
        painter.fillRect(self.matrix.adjusted(0, 0, -gap, -gap), self._theme.colour("surface", 0.5))
        for label in range(self.n):
            for predicted in range(self.n):
                cell = self.rectangle(label, predicted).adjusted(0, 0, -gap, -gap)
                painter.fillRect(cell, self.colour(label, predicted))
        self._paint_numbers(painter)
        if self.has_accuracies:
            self._paint_bars(painter)

    def _paint_numbers(self, painter: QPainter) -> None:
        inks = {role: self._theme.colour(role) for role in INKS}
        roles = legible_on(self._theme, self._colours).tolist()
        middle = CENTRE | MIDDLE
        for is_right, points in zip((True, False), self.points, strict=True):
            if not points:
                continue
            painter.setFont(self._theme.font(points))
            for label, texts in enumerate(self._texts):
                for predicted, text in enumerate(texts):
                    if text and (label == predicted) is is_right:
                        painter.setPen(inks[roles[label][predicted]])
                        painter.drawText(self.rectangle(label, predicted), middle, text)

    def _paint_titles(self, painter: QPainter) -> None:
        theme, matrix, line = self._theme, self.matrix, self._line
        if self._has_titles:
            above = QRectF(matrix.left(), matrix.top() - 2 * line - 2, matrix.width(), line)
            title = "the network's answer"
            if text_width(theme, title, 10) > matrix.width():
                title = "answer"
            write(painter, theme, above, title, CENTRE | MIDDLE, 10)
            painter.save()
            painter.translate(matrix.left() - self._digits - line / 2, matrix.center().y())
            painter.rotate(-90)
            along = QRectF(-matrix.height() / 2, -line / 2, matrix.height(), line)
            write(painter, theme, along, "label", CENTRE | MIDDLE, 10)
            painter.restore()
        if self._has_digits:
            self._paint_digits(painter)

    def _paint_digits(self, painter: QPainter) -> None:
        theme, matrix, line, digits = self._theme, self.matrix, self._line, self._digits
        down, across = max(1, math.ceil(line / self.cell)), max(1, math.ceil(digits / self.cell))
        for digit in range(self.n):
            cell = self.rectangle(digit, digit)
            row = QRectF(matrix.left() - digits, cell.center().y() - line / 2, digits - 7, line)
            if digit % down == 0 and row.bottom() <= self._area.bottom() + 3:
                write(painter, theme, row, str(digit), RIGHT | MIDDLE, 10, "muted")
            column = QRectF(cell.center().x() - digits / 2, matrix.top() - line - 2, digits, line)
            if digit % across == 0 and column.right() <= self._area.right() + 3:
                write(painter, theme, column, str(digit), CENTRE | MIDDLE, 10, "muted")

    def _paint_bars(self, painter: QPainter) -> None:
        theme, bars = self._theme, self.bars
        title = QRectF(bars.left(), bars.top() - self._line - 2, bars.width() + self._number, self._line)
        titles = ("right answers", "right")
        write(painter, theme, title, fitting(theme, titles, title.width(), 10), LEFT | MIDDLE, 10)
        thick = min(0.5 * self.cell, 0.8 * self._line)
        for label in range(self.n):
            middle = bars.top() + (label + 0.5) * self.cell
            right = float(self._rates[label, label])
            if not self._of_label[label]:
                continue
            bar = QRectF(bars.left(), middle - thick / 2, bars.width(), thick)
            painter.fillRect(bar, theme.colour("negative", 0.85))
            bar.setWidth(right * bars.width())
            painter.fillRect(bar, theme.colour("surface"))
            painter.fillRect(bar, theme.colour("positive", CALM + 0.2))
            place = QRectF(bars.right() + 8, middle - self._line / 2, self._number - 8, self._line)
            text = "100 %" if right == 1 else f"{100 * right:.1f} %"
            write(painter, theme, place, text, LEFT | MIDDLE, 10)

    def paint_frame(self, painter: QPainter, cell: tuple[int, int], role: str, width: float) -> None:
        """Frame a cell: the one that is pointed at, that the keys have reached, or that the chosen sample is in."""
        if max(cell) < self.n:
            painter.setPen(QPen(self._theme.colour(role), width))
            painter.drawRect(self.rectangle(*cell).adjusted(-0.5, -0.5, -0.5, -0.5))


def legible_on(theme: Theme, grounds: np.ndarray) -> np.ndarray:
    """Return the role of the ink for each colour that it stands on.

    That is the colour of text, as everywhere else, where it can be read; otherwise whichever can be read better of
    the theme's darkest and its brightest.

    Parameters
    ----------
    grounds : array, (…, 3)
        Red, green and blue, 0 to 255.

    Returns
    -------
    str array, (…)
    """
    contrasts = _contrasts(theme, grounds)
    best: np.ndarray = np.array(INKS)[np.where(contrasts[..., 0] >= LEGIBLE, 0, contrasts.argmax(axis=-1))]
    return best


def _contrasts(theme: Theme, grounds: np.ndarray) -> np.ndarray:
    inks = np.array([rgb(getattr(theme.colours, role)) for role in INKS])
    return contrast(inks, grounds[..., np.newaxis, :])


def _best_contrast(theme: Theme, grounds: np.ndarray) -> np.ndarray:
    best: np.ndarray = _contrasts(theme, grounds).max(axis=-1)
    return best
