"""What the network says of the sample, and whether it is right, in the network diagram."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from nnviz.app.graphics.backprop.words import figures
from nnviz.app.graphics.network.frame import DIGIT_GAP, MARKER, MARKER_GAP, digit_points
from nnviz.app.graphics.network.layout import NetworkLayout
from nnviz.app.graphics.network.values import Scene
from nnviz.app.graphics.text import LEFT, MIDDLE, line_height, write
from nnviz.app.theme import Theme, text_font

POINTS = 12.0
BETWEEN = 14.0
"""Pixels before each piece of the sentence."""
NO_NUMBERS = "outputs are NaN"
UNFIT = "sample does not fit"
RIGHT, WRONG = "✓", "✗"
COST = "C = "


def verdict(scene: Scene) -> list[tuple[str, str]]:
    """Return what the network says and whether it is right, in pieces, each with its colour's role."""
    if scene.sample is None:
        return []
    if scene.response is None:
        return [(UNFIT, "muted")]
    says, label = scene.response.predicted, scene.sample.label
    if says is None:
        return [(NO_NUMBERS, "warning")]
    pieces = [(f"says {says}", "highlight")]
    if scene.trace is not None and scene.goes_back:
        pieces = [(f"{COST}{figures(scene.trace.cost, 2)}", "text")]
    if label is not None:
        is_right = says == label
        pieces.append(
            (f"label {label} {RIGHT if is_right else WRONG}", "positive" if is_right else "negative")
        )
    return pieces


def verdict_width(theme: Theme, pieces: list[tuple[str, str]]) -> float:
    """Return how much room the sentence needs, the same whether it is right or wrong, and whatever the cost is."""
    points = POINTS * theme.text_scale
    widths = [_widest(text, points) for text, _ in pieces]
    return sum(widths) + BETWEEN * len(widths)


def _widest(text: str, points: float) -> float:
    if text.startswith(COST):
        return _width(f"{COST}8.8·10⁻⁸", points)
    return max(_width(text, points), _width(text.replace(RIGHT, WRONG), points))


@lru_cache(maxsize=256)
def _width(text: str, points: float) -> float:
    return QFontMetricsF(text_font(points, strong=True)).horizontalAdvance(text)


def paint_answer(painter: QPainter, theme: Theme, layout: NetworkLayout, scene: Scene, unit: float) -> None:
    """Ring the brightest output, mark the target, and say both in words.

    Parameters
    ----------
    unit : float
        By which the ring is thicker than usual.
    """
    if layout.foot is not None:
        _write_verdict(painter, theme, layout.foot, verdict(scene))
    if scene.response is None or scene.sample is None:
        return
    says, label = scene.response.predicted, scene.sample.label
    column = layout.columns[-1]
    if says is not None:
        apart = 2.5 + 1.5 * unit
        ring = layout.circle(len(layout.columns) - 1, says).adjusted(-apart, -apart, apart, apart)
        painter.setPen(QPen(theme.colour("highlight"), 2.2 * unit))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(ring)
    if label is not None and label < len(column.y):
        points = digit_points(theme, layout)
        role = "positive" if says == label else "negative"
        digits = _width(str(len(column.y) - 1), points * theme.text_scale)
        tip = QPointF(layout.digits.left() + DIGIT_GAP + digits + MARKER_GAP, float(column.y[label]))
        high = 0.32 * line_height(theme, points, strong=True)
        wide = min(MARKER * line_height(theme, 10), 1.8 * high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(role))
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(wide, -high), tip + QPointF(wide, high)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _write_verdict(painter: QPainter, theme: Theme, foot: QRectF, pieces: list[tuple[str, str]]) -> None:
    while pieces and verdict_width(theme, pieces) > foot.width() + BETWEEN:
        pieces = pieces[:-1]
    left = foot.right() - verdict_width(theme, pieces) + BETWEEN
    for text, role in pieces:
        spare = _widest(text, POINTS * theme.text_scale) - _width(text, POINTS * theme.text_scale)
        start = left + spare if text.startswith(COST) else left
        place = QRectF(start, foot.top(), foot.right() - start + 1, foot.height())
        write(painter, theme, place, text, LEFT | MIDDLE, POINTS, role, strong=True)
        left += _widest(text, POINTS * theme.text_scale) + BETWEEN
