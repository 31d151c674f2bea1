"""Trails, balls and arrows, painted onto a map or a curve."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from nnviz.app.graphics.landscape.marks import Marble, Marks, Trail
from nnviz.app.graphics.text import LEFT, MIDDLE, line_height, text_width
from nnviz.app.theme import Theme

RADIUS = 6.5
"""Pixels of a ball, at the usual size of text."""
WIDTH = 2.0
DOT = 5.0
MOST_DOTS = 200
"""Of a trail; where there are more steps, they would be a band."""
HEAD = 9.0
"""Pixels, how long an arrow's head is at most."""
FADES = 8
"""Degrees of opacity in which a trail is painted."""

Places = Callable[[NDArray[np.float64]], QPolygonF]
"""From points, (k, 2), to pixels."""


def paint_marks(painter: QPainter, theme: Theme, marks: Marks, places: Places) -> None:
    """Paint trails, then arrows, then balls; the painter's clip is the caller's matter."""
    for trail in marks.trails:
        paint_trail(painter, theme, trail, places)
    for marble in marks.marbles:
        if marble.arrow is not None:
            start, end = places(np.array([marble.point, marble.arrow], np.float64)).toList()
            paint_arrow(painter, start, end, theme.colour("background", 0.75), 2 * WIDTH + 1)
            paint_arrow(painter, start, end, theme.colour("text"), WIDTH)
    for marble in marks.marbles:
        place = places(np.array([marble.point], np.float64)).at(0)
        paint_marble(painter, theme, marble, place)


def paint_trail(painter: QPainter, theme: Theme, trail: Trail, places: Places) -> None:
    """Paint a trail with a dot at every step; opaque over what is beneath, as far as its opacity goes."""
    if len(trail.points) < 2:
        return
    pixels = places(np.asarray(trail.points, np.float64))
    opacities = np.nan_to_num(trail.opacities).clip(0, 1)
    degrees = np.ceil(np.maximum(opacities[:-1], opacities[1:]) * FADES).astype(int)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    segments = [QLineF(one, other) for one, other in pairwise(pixels.toList())]
    for degree in range(1, FADES + 1):
        lines = [segments[place] for place in np.flatnonzero(degrees == degree).tolist()]
        if lines:
            painter.setPen(_pen(theme.colour("background", 0.7 * degree / FADES), WIDTH + 2))
            painter.drawLines(lines)
            painter.setPen(_pen(theme.colour(trail.role, degree / FADES), WIDTH))
            painter.drawLines(lines)
    if pixels.size() <= MOST_DOTS:
        painter.setPen(_pen(theme.colour(trail.role, float(opacities.max())), DOT))
        painter.drawPoints(pixels)


def paint_marble(painter: QPainter, theme: Theme, marble: Marble, place: QPointF) -> None:
    """Paint a ball with its name beside it."""
    radius = RADIUS * math.sqrt(theme.text_scale)
    painter.setPen(QPen(theme.colour("background"), 2))
    painter.setBrush(theme.colour(marble.role))
    painter.drawEllipse(place, radius, radius)
    if marble.is_chosen:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("text"), 1.5))
        painter.drawEllipse(place, radius + 2, radius + 2)
    if marble.name:
        line = line_height(theme, 9, strong=True)
        width = text_width(theme, marble.name, 9, strong=True)
        row = QRectF(place.x() + radius + 4, place.y() - line, width + 8, line)
        if painter.hasClipping() and row.right() > painter.clipBoundingRect().right():
            row.moveRight(place.x() - radius - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("background", 0.75))
        painter.drawRoundedRect(row, 4, 4)
        painter.setFont(theme.font(9, strong=True))
        painter.setPen(theme.colour("text"))
        painter.drawText(row.adjusted(4, 0, 0, 0), LEFT | MIDDLE, marble.name)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_arrow(
    painter: QPainter, start: QPointF, end: QPointF, colour: QColor, width: float = WIDTH
) -> None:
    """Paint an arrow; nothing, if it is shorter than a pixel or two."""
    shaft = QLineF(start, end)
    length = shaft.length()
    if not 2 < length < 1e7:
        return
    head = min(HEAD, 0.6 * length) + width
    unit = QPointF(shaft.dx() / length, shaft.dy() / length)
    side = QPointF(-unit.y(), unit.x()) * (0.42 * head)
    base = end - unit * head
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLine(start, base)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([end, base + side, base - side]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
