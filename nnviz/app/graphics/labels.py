"""Labels at the ends of lines, in place of a legend box: the eye need not go to and fro."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, TOP, line_height, text_width, write
from nnviz.app.theme import Theme

LEADER = 14.0
"""Pixels between the end of a line and its label, for a thin line from one to the other."""

Parts = Sequence[tuple[str, str]]
"""Of a title: texts, each with the role of its colour."""


@dataclass(frozen=True)
class EndLabel:
    """What is written at the end of a line.

    Parameters
    ----------
    name : str
    number : str
        Set to the right of the name; may be empty.
    down : float
        Where the line ends, in pixels; NaN for a label that belongs nowhere and is left out.
    colour : QColor
    """

    name: str
    number: str
    down: float
    colour: QColor


def labels_width(theme: Theme, labels: Sequence[EndLabel], points: float = 9) -> float:
    """Return how much room labels need beside a chart, with their leaders."""
    names = max((text_width(theme, label.name, points, strong=True) for label in labels), default=0.0)
    numbers = max((text_width(theme, label.number, points) for label in labels if label.number), default=0.0)
    return LEADER + names + (numbers + 8 if numbers else 0) + 2


def paint_end_labels(
    painter: QPainter, theme: Theme, area: QRectF, labels: Sequence[EndLabel], points: float = 9
) -> None:
    """Write labels beside a chart, each as near to its line's end as the others allow.

    A thin line leads from each to its line's end, unless that is not in the area: a 0 on a logarithmic axis is not.
    Where there is no room for all, the last comes first, then the first, then those in between.

    Parameters
    ----------
    area : QRectF
        To the right of the chart's box, as wide as `labels_width` says and as high as the labels may reach.
    """
    labels = [label for label in labels if math.isfinite(label.down)]
    line = line_height(theme, points)
    labels = _foremost(labels, int(area.height() / line))
    half = line / 2
    ends = [min(max(label.down, area.top()), area.bottom()) for label in labels]
    places = spread(ends, line, area.top() + half, area.bottom() - half)
    for label, end, place in zip(labels, ends, places, strict=True):
        if end == label.down:  # else the line has left the chart, and has no end to lead to
            painter.setPen(QPen(QColor(label.colour), 1))
            painter.drawLine(QLineF(area.left() + 2, end, area.left() + LEADER - 3, place))
        row = QRectF(area.left() + LEADER, place - half, area.width() - LEADER, line)
        painter.setFont(theme.font(points, strong=True))
        painter.setPen(label.colour)
        painter.drawText(row, LEFT | MIDDLE, label.name)
        if label.number:
            painter.setFont(theme.font(points))
            painter.setPen(theme.colour("text"))
            painter.drawText(row, RIGHT | MIDDLE, label.number)


def parts_width(theme: Theme, parts: Parts, points: float = 10) -> float:
    """Return how wide a title of several colours is."""
    return sum(text_width(theme, text, points, strong=True) for text, _ in parts)


def paint_parts(
    painter: QPainter, theme: Theme, area: QRectF, candidates: Sequence[Parts], points: float = 10
) -> None:
    """Write a title that is the legend as well: the first of the candidates that fits, or else nothing."""
    fitting = (parts for parts in candidates if parts_width(theme, parts, points) <= area.width())
    left = area.left()
    for text, role in next(fitting, ()):
        width = text_width(theme, text, points, strong=True)
        row = QRectF(left, area.top(), width + 2, area.height())
        write(painter, theme, row, text, LEFT | TOP, points, role, strong=True)
        left += width


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Return places as near as can be to those wanted, in their order, at least so far apart, from low to high.

    Where there is not room for all of them, they reach beyond `high`.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    # With the distances taken off, "at least so far apart" means "not falling". Those that fall are joined into
    # blocks at their mean, which is the nearest there is (least squares).
    blocks: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        mean, size = wanted[index] - rank * apart, 1
        while blocks and blocks[-1][0] > mean:
            before, its_size = blocks.pop()
            mean = (before * its_size + mean * size) / (its_size + size)
            size += its_size
        blocks.append((mean, size))
    level = np.repeat([mean for mean, _ in blocks], [size for _, size in blocks])
    level = np.maximum(np.minimum(level, high - (len(order) - 1) * apart), low)
    places = [0.0] * len(wanted)
    for rank, index in enumerate(order):
        places[index] = float(level[rank] + rank * apart)
    return places


def _foremost(labels: list[EndLabel], most: int) -> list[EndLabel]:
    """Return at most so many labels, in their order."""
    count = len(labels)
    order = [count - 1, *range(count - 1)][: min(max(most, 0), count)]
    return [labels[index] for index in sorted(order)]
