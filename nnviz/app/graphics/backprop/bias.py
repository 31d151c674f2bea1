"""A neuron and its bias: how far it is on, the nudge that its bias is to have, and the neuron's numbers."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from nnviz.app.graphics.backprop.cells import ERROR, SLOPE, A, Z
from nnviz.app.graphics.backprop.subject import Subject
from nnviz.app.graphics.backprop.wish_rows import arrow
from nnviz.app.graphics.backprop.words import EXACT, figures, signed_figures
from nnviz.app.graphics.contrast import inks, take_second
from nnviz.app.graphics.number_images import brightness, signs
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.sensitivity import Avenues

SMALL = 10.0
LARGEST = 2.4
"""Lines of text that the neuron's radius is at most."""


def paint_bias(
    painter: QPainter,
    theme: Theme,
    area: QRectF,
    asked: Avenues,
    limit: float,
    subject: Subject,
    points: float,
) -> None:
    """Paint the neuron as the network's picture has it, beside it an arrow, and below it numbers.

    Parameters
    ----------
    painter : QPainter
    theme : Theme
    area : QRectF
    asked : Avenues
        Of the neuron.
    limit : float
        The nudge for which the arrow would be as long as the neuron is high.
    subject : Subject
    points : float
        The size of text.
    """
    line, tall = line_height(theme, points), line_height(theme, points + 4, strong=True)
    room = area.height() - tall - 0.8 * line
    radius = max(min(0.45 * room, 0.26 * area.width(), LARGEST * line), 4.0)
    middle = QPointF(area.left() + radius + 2, area.top() + radius + 2)
    _paint_neuron(painter, theme, middle, radius, asked, subject, points - 1)
    role = "positive" if asked.bias > 0 else "negative" if asked.bias < 0 else "text"
    length = 2 * radius * (abs(asked.bias) / limit if limit > 0 else 0.0)
    if math.isfinite(length) and length > 0:
        start = QPointF(middle.x() + radius + 1.1 * line, middle.y() + math.copysign(length / 2, asked.bias))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(role))
        painter.drawPolygon(_upright(arrow(QPointF(0, 0), length, 1.1 * line), start, asked.bias > 0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    row = QRectF(area.left(), middle.y() + radius + 0.5 * line, area.width(), tall)
    if row.bottom() > area.bottom() + 1:
        row.moveBottom(area.bottom())
    text = signed_figures(asked.bias, 3)
    write(painter, theme, row, text, LEFT | MIDDLE, points + 4, role, strong=True)
    below = QRectF(area.left(), row.bottom() + 0.7 * line, area.width(), 0)
    below.setBottom(max(area.bottom(), below.top()))
    _paint_numbers(painter, theme, below, asked, subject)


def _paint_neuron(
    painter: QPainter,
    theme: Theme,
    middle: QPointF,
    radius: float,
    asked: Avenues,
    subject: Subject,
    points: float,
) -> None:
    a = float(subject.trace.a[asked.layer - 1][asked.neuron])
    is_tanh = subject.network.activations[asked.layer - 1].name == "tanh"
    value = np.array([a])
    colours = signs(theme, value, 1.0) if is_tanh else brightness(theme, value)
    painter.setPen(QPen(theme.colour("highlight" if subject.pinned else "muted"), 2))
    painter.setBrush(QColor.fromRgb(int(colours[0])))
    painter.drawEllipse(middle, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    text = figures(a, 2)
    if text_width(theme, text, points) <= 1.8 * radius:
        box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        painter.setFont(theme.font(points))
        painter.setPen(inks(theme.colours)[int(take_second(theme.colours, colours)[0])])
        painter.drawText(box, CENTRE | MIDDLE, text)


def _paint_numbers(painter: QPainter, theme: Theme, area: QRectF, asked: Avenues, subject: Subject) -> None:
    """Write as many of the neuron's numbers as have room."""
    trace, top = subject.trace, area.top()
    line, slot = line_height(theme, SMALL), text_width(theme, f"{ERROR}  ", SMALL)
    for name, layers in ((Z, trace.z), (A, trace.a), (SLOPE, trace.slope), (ERROR, trace.error)):
        row = QRectF(area.left(), top, area.width(), line)
        if row.bottom() > area.bottom() + 1:
            break
        write(painter, theme, row, name, LEFT | MIDDLE, SMALL, "muted")
        value = float(layers[asked.layer - 1][asked.neuron])
        texts = [figures(value, count) for count in (EXACT, 4, 3, 2)]
        text = fitting(theme, texts, row.width() - slot, SMALL)
        write(painter, theme, row.adjusted(slot, 0, 0, 0), text, LEFT | MIDDLE, SMALL)
        top += line


def _upright(polygon: QPolygonF, start: QPointF, is_up: bool) -> QPolygonF:
    """Return an arrow that lies level at the origin as one that points up, or down, from a point."""
    way = -1 if is_up else 1
    return QPolygonF([QPointF(start.x() + p.y(), start.y() + way * p.x()) for p in polygon.toList()])
