"""What stands above a layer's strips: their names, and the signs that make an equation of them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backprop.cells import DELTA, ERROR, SLOPE
from nnviz.app.graphics.text import line_height, text_width
from nnviz.app.theme import Theme

NAMINGS: tuple[tuple[float, dict[str, str]], ...] = (
    (9.0, {}),
    (9.0, {SLOPE: "σ′"}),
    (8.0, {SLOPE: "σ′"}),
    (9.0, {SLOPE: "σ′", ERROR: ""}),
)
"""Points of the names above the strips, and which of them are shortened; the first that has room is taken."""
SMALL = 9.0
"""Points of numbers and captions."""

Names = dict[str, tuple[str, float, float]]
"""For each strip the text above it, from where to where."""


def names_above(theme: Theme, columns: Mapping[str, QRectF], right_end: float) -> tuple[float, Names]:
    """Return the size of what is written above strips, and their names.

    Parameters
    ----------
    theme : Theme
    columns : mapping
        Where the strips are, by name, from left to right.
    right_end : float
        How far names may reach.
    """
    for points, shortened in NAMINGS:
        names, before = {}, -math.inf
        for name, column in columns.items():
            text = shortened.get(name, name)
            half = text_width(theme, text, points) / 2
            middle = min(column.center().x(), right_end - half)
            if text and middle - half < before + 3:
                break
            names[name] = (text, middle - half, middle + half)
            before = middle + half
        else:
            return points, names
    return 9.0, {}


def paint_signs(painter: QPainter, theme: Theme, names: Names, middle: float) -> None:
    """Paint between the names of the factors "=" and "⊙", which not every font has, at a height."""
    reach = 0.28 * line_height(theme, SMALL)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("text"), 1.2))
    for before, after in ((DELTA, SLOPE), (SLOPE, ERROR)):
        if before not in names or after not in names:
            continue
        left, right = names[before][2], names[after][1]
        if right - left < 2 * reach + 3:
            continue
        x = (left + right) / 2
        if after == SLOPE:
            painter.drawLines([QLineF(x - reach, y, x + reach, y) for y in (middle - 2, middle + 2)])
        else:
            painter.drawEllipse(QPointF(x, middle), reach, reach)
            painter.drawEllipse(QPointF(x, middle), 0.6, 0.6)
