"""A small panel of text beside the thing it is about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.text import LEFT, MIDDLE, line_height, text_width, write
from nnviz.app.theme import Theme

APART = 10.0
"""Pixels between the panel and what it is about."""
PADDING = 8.0


def place_panel(area: QRectF, about: QRectF, size: QSizeF) -> QRectF:
    """Return where a panel goes: inside an area, and not over what it is about.

    To the right where it fits, else to the left, above or below; where it fits nowhere, where it covers least.
    """
    middle = about.center()
    left, top = middle.x() - size.width() / 2, middle.y() - size.height() / 2
    wanted = (
        QPointF(about.right() + APART, top),
        QPointF(about.left() - APART - size.width(), top),
        QPointF(left, about.top() - APART - size.height()),
        QPointF(left, about.bottom() + APART),
    )
    places = [_moved_inside(QRectF(corner, size), area) for corner in wanted]
    return min(places, key=lambda place: _common(place, about))


def paint_panel(
    painter: QPainter, theme: Theme, area: QRectF, about: QRectF, lines: Sequence[str], points: float = 10
) -> QRectF:
    """Paint a panel of lines, the first of them strong, and return what it covers.

    Parameters
    ----------
    painter : QPainter
    theme : Theme
    area : QRectF
        In which it stays.
    about : QRectF
        What it does not cover.
    lines : sequence of str
    points : float
        The size of its text before the user's text size is applied.
    """
    height = line_height(theme, points)
    widest = max(text_width(theme, line, points, strong=not place) for place, line in enumerate(lines))
    size = QSizeF(
        min(widest + 2 * PADDING + 1, area.width()), min(height * len(lines) + 1.5 * PADDING, area.height())
    )
    panel = place_panel(area, about, size)
    painter.setPen(QPen(theme.colour("muted"), 1))
    painter.setBrush(theme.colour("raised", 0.96))
    painter.drawRoundedRect(panel.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    row = QRectF(panel.left() + PADDING, panel.top() + 0.75 * PADDING, panel.width() - 2 * PADDING, height)
    for place, line in enumerate(lines):
        if row.bottom() > panel.bottom() + 1:
            break
        write(painter, theme, row, line, LEFT | MIDDLE, points, strong=not place)
        row.translate(0, height)
    return panel


def _moved_inside(panel: QRectF, area: QRectF) -> QRectF:
    panel.moveLeft(max(min(panel.left(), area.right() - panel.width()), area.left()))
    panel.moveTop(max(min(panel.top(), area.bottom() - panel.height()), area.top()))
    return panel


def _common(one: QRectF, other: QRectF) -> float:
    both = one.intersected(other)
    return both.width() * both.height()
