"""The icons of buttons, drawn in the theme's colours."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

SIDE = 96
"""Pixels; ample for any screen, scaled down as needed."""


def _triangle(painter: QPainter, left: float, right: float) -> None:
    painter.drawPolygon(QPolygonF([QPointF(left, 16), QPointF(right, 48), QPointF(left, 80)]))


def _bar(painter: QPainter, left: float, width: float) -> None:
    painter.drawRoundedRect(QRectF(left, 16, width, 64), 3, 3)


def _run(painter: QPainter) -> None:
    _triangle(painter, 24, 80)


def _pause(painter: QPainter) -> None:
    _bar(painter, 24, 17)
    _bar(painter, 55, 17)


def _step(painter: QPainter) -> None:
    _bar(painter, 22, 10)
    _triangle(painter, 40, 80)


def _epoch(painter: QPainter) -> None:
    _triangle(painter, 10, 42)
    _triangle(painter, 42, 74)
    _bar(painter, 76, 10)


def _reset(painter: QPainter) -> None:
    _bar(painter, 18, 10)
    painter.drawPolygon(QPolygonF([QPointF(78, 16), QPointF(34, 48), QPointF(78, 80)]))


def _back(painter: QPainter) -> None:
    _bar(painter, 64, 10)
    painter.drawPolygon(QPolygonF([QPointF(56, 16), QPointF(16, 48), QPointF(56, 80)]))


def _end(painter: QPainter) -> None:
    painter.drawPolygon(QPolygonF([QPointF(18, 16), QPointF(62, 48), QPointF(18, 80)]))
    _bar(painter, 68, 10)


def _export(painter: QPainter) -> None:
    _bar(painter, 43, 10)
    painter.drawPolygon(QPolygonF([QPointF(24, 40), QPointF(72, 40), QPointF(48, 12)]))
    painter.drawRect(QRectF(16, 76, 64, 9))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.drawRect(QRectF(40, 62, 16, 14))


def _float(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(14, 14, 68, 68), 6, 6)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.drawRect(QRectF(23, 34, 50, 39))


def _close(painter: QPainter) -> None:
    pen = QPen(painter.brush().color(), 10, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(24, 24), QPointF(72, 72))
    painter.drawLine(QPointF(72, 24), QPointF(24, 72))


_DRAWINGS: dict[str, Callable[[QPainter], None]] = {
    "run": _run,
    "pause": _pause,
    "step": _step,
    "epoch": _epoch,
    "reset": _reset,
    "back": _back,
    "start": _reset,
    "end": _end,
    "export": _export,
    "float": _float,
    "close": _close,
}


def icon(name: str, colour: QColor, disabled: QColor) -> QIcon:
    """Return an icon, one of those named in `_DRAWINGS`."""
    result = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        pixmap = QPixmap(SIDE, SIDE)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint)
            _DRAWINGS[name](painter)
        result.addPixmap(pixmap, mode)
    return result
