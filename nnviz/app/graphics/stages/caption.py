"""The caption of a stage: a sentence, the equation that is carried out, and the same with numbers."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from nnviz.app.graphics.equations import equation_size, paint_equation
from nnviz.app.graphics.stages.shown import StageShown
from nnviz.app.graphics.stages.words import equation, sentences, with_numbers
from nnviz.app.graphics.text import LEFT, MIDDLE, TOP, fitting, line_height, text_width, write
from nnviz.app.theme import Theme

POINTS = 11.0
EQUATION_POINTS = 12.0
APART = 36.0
"""Pixels between the equation and its numbers on one line."""
LEAST_BESIDE, LEAST_SHRUNK = 0.9, 0.62
"""Equations that would have to be made smaller than this do not stand side by side, and are left out."""
SENTENCE_FROM, TWO_LINES_FROM, EQUATION_FROM, BOTH_FROM = 5.8, 11.0, 14.0, 19.0
"""Heights of the whole picture, in lines of text, from which there is room for these."""


class Caption:
    """What stands between the bar of the stages and the picture.

    Parameters
    ----------
    theme : Theme
    shown : StageShown
    title : str
        The stage's name.
    """

    def __init__(self, theme: Theme, shown: StageShown, title: str) -> None:
        self._theme = theme
        self.title = title
        self.sentences = sentences(shown)
        self.equation = equation(shown)
        self.numbers = with_numbers(shown)

    def paint(self, painter: QPainter, area: QRectF) -> float:
        """Paint as much as an area is high enough for, from its top; return how much of it is taken."""
        theme = self._theme
        line = line_height(theme, POINTS)
        heights = area.height() / line
        if heights < SENTENCE_FROM:
            return 0.0
        top = area.top()
        top += self._paint_sentence(painter, area, 2 if heights >= TWO_LINES_FROM else 1)
        if heights >= EQUATION_FROM:
            top += 0.25 * line
            place = QRectF(area.left(), top, area.width(), area.bottom() - top)
            top += self._paint_equations(painter, place, heights >= BOTH_FROM)
        return top - area.top() + 0.45 * line

    def _paint_sentence(self, painter: QPainter, area: QRectF, most: int) -> float:
        theme = self._theme
        line = line_height(theme, POINTS)
        title = f"{self.title}.  "
        indent = text_width(theme, title, POINTS, strong=True)
        first = QRectF(area.left(), area.top(), area.width(), line)
        write(painter, theme, first, title.strip(), LEFT | MIDDLE, POINTS, strong=True)
        for sentence in self.sentences:
            lines = _wrapped(theme, sentence, area.width(), indent)
            if len(lines) <= most:
                break
        else:
            lines = [fitting(theme, (self.sentences[-1], ""), area.width() - indent, POINTS)]
        for number, text in enumerate(lines):
            left = indent if number == 0 else 0.0
            row = first.adjusted(left, number * line, 0, number * line)
            write(painter, theme, row, text, LEFT | TOP, POINTS)
        return len(lines) * line

    def _paint_equations(self, painter: QPainter, area: QRectF, both: bool) -> float:
        """Paint the equation and its numbers, side by side where they fit, else one below the other."""
        formulas = [
            (latex, role)
            for latex, role in ((self.equation, "text"), (self.numbers, "highlight"))
            if latex is not None
        ]
        sizes = [equation_size(self._theme, latex, EQUATION_POINTS) for latex, _ in formulas]
        if not formulas:
            return 0.0
        together = sum(size.width() for size in sizes) + APART * (len(sizes) - 1)
        share = min(area.width() / together, 1.0)
        if share >= (LEAST_BESIDE if both else LEAST_SHRUNK):
            high = share * max(size.height() for size in sizes)
            left = area.left()
            for (latex, role), size in zip(formulas, [size * share for size in sizes], strict=True):
                place = QPointF(left, area.top() + (high - size.height()) / 2)
                paint_equation(painter, self._theme, place, latex, EQUATION_POINTS, role, size.width())
                left += size.width() + share * APART
            return high
        top = area.top()
        for (latex, role), size in list(zip(formulas, sizes, strict=True))[: 2 if both else 1]:
            if area.width() < LEAST_SHRUNK * size.width():
                continue
            place = QPointF(area.left(), top)
            covered = paint_equation(
                painter, self._theme, place, latex, EQUATION_POINTS, role, widest=area.width()
            )
            top = covered.bottom() + 5
        return max(top - area.top() - 5, 0.0)


def _wrapped(theme: Theme, text: str, width: float, indent: float) -> list[str]:
    """Return a text in lines, the first of which begins further right."""
    lines, room = [""], width - indent
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if text_width(theme, longer, POINTS) <= math.floor(room):
            lines[-1] = longer
        else:
            lines.append(word)
            room = width
    return lines
