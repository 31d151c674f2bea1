"""The icons of the pad's buttons, drawn in the theme's colours."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

SIDE = 96
"""Pixels; ample for any screen, scaled down as needed."""
LINE = 9.0
SPECKS = "1011001 0110110 1001011 0101100 1110010 0011101 1100110"
"""Rows of squares that look as if thrown by chance."""


def pad_icon(name: str, colour: QColor, disabled: QColor) -> QIcon:
    """Return an icon for one of the pad's actions, by the action's key."""
    result = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        pixmap = QPixmap(SIDE, SIDE)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
            painter.setPen(QPen(tint, LINE, Qt.PenStyle.SolidLine, cap, join))
            _DRAWINGS[name](painter)
        result.addPixmap(pixmap, mode)
    return result


def _lines(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolyline(QPolygonF([QPointF(*point) for point in points]))


def _filled(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.setBrush(painter.pen().color())
    painter.drawPolygon(QPolygonF([QPointF(*point) for point in points]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _wide(painter: QPainter, width: float) -> None:
    pen = painter.pen()
    pen.setWidthF(width)
    painter.setPen(pen)


def _mirrored(painter: QPainter) -> None:
    painter.translate(SIDE, 0)
    painter.scale(-1, 1)


def _brush(painter: QPainter) -> None:
    _lines(painter, (80, 16), (50, 46))
    _filled(painter, (38, 46), (50, 58), (38, 76), (16, 80), (22, 58))


def _eraser(painter: QPainter) -> None:
    _lines(painter, (52, 16), (82, 46), (50, 78), (34, 78), (14, 58), (52, 16))
    _filled(painter, (33, 38), (61, 67), (50, 78), (34, 78), (14, 58))
    _lines(painter, (34, 82), (84, 82))


def _undo(painter: QPainter) -> None:
    _lines(painter, (34, 18), (14, 38), (34, 58))
    _lines(painter, (16, 38), (58, 38))
    painter.drawArc(QRectF(38, 38, 42, 42), -90 * 16, 180 * 16)
    _lines(painter, (58, 80), (36, 80))


def _redo(painter: QPainter) -> None:
    _mirrored(painter)
    _undo(painter)


def _clear(painter: QPainter) -> None:
    _lines(painter, (16, 26), (80, 26))
    _lines(painter, (36, 26), (36, 14), (60, 14), (60, 26))
    _lines(painter, (24, 26), (29, 84), (67, 84), (72, 26))
    _lines(painter, (40, 42), (41, 68))
    _lines(painter, (56, 42), (55, 68))


def _open(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(12, 18, 72, 60), 6, 6)
    _lines(painter, (16, 72), (38, 46), (54, 64), (64, 54), (80, 70))
    painter.drawEllipse(QPointF(64, 36), 4, 4)


def _take(painter: QPainter) -> None:
    _lines(painter, (48, 12), (48, 56))
    _lines(painter, (30, 40), (48, 58), (66, 40))
    _lines(painter, (14, 58), (14, 82), (82, 82), (82, 58))


def _noise(painter: QPainter) -> None:
    for row, specks in enumerate(SPECKS.split()):
        for column, speck in enumerate(specks):
            if speck == "1":
                painter.fillRect(QRectF(13 + 10 * column, 13 + 10 * row, 10, 10), painter.pen().color())


def _arrow(degrees: float) -> Callable[[QPainter], None]:
    def draw(painter: QPainter) -> None:
        painter.translate(SIDE / 2, SIDE / 2)
        painter.rotate(degrees)
        _lines(painter, (-34, 0), (32, 0))
        _lines(painter, (8, -24), (32, 0), (8, 24))

    return draw


def _anticlockwise(painter: QPainter) -> None:
    painter.drawArc(QRectF(17, 24, 62, 62), -180 * 16, 270 * 16)
    _lines(painter, (55, 10), (41, 24), (55, 38))


def _clockwise(painter: QPainter) -> None:
    _mirrored(painter)
    _anticlockwise(painter)


def _thicker(painter: QPainter) -> None:
    _lines(painter, (66, 48), (90, 48))
    _lines(painter, (78, 36), (78, 60))
    _wide(painter, 28)
    _lines(painter, (40, 24), (28, 74))


def _thinner(painter: QPainter) -> None:
    _lines(painter, (66, 48), (90, 48))
    _wide(painter, 7)
    _lines(painter, (42, 16), (26, 82))


_DRAWINGS: dict[str, Callable[[QPainter], None]] = {
    "brush": _brush,
    "eraser": _eraser,
    "undo": _undo,
    "redo": _redo,
    "clear": _clear,
    "take": _take,
    "noise": _noise,
    "open": _open,
    "left": _arrow(180),
    "up": _arrow(-90),
    "down": _arrow(90),
    "right": _arrow(0),
    "anticlockwise": _anticlockwise,
    "clockwise": _clockwise,
    "thicker": _thicker,
    "thinner": _thinner,
}
