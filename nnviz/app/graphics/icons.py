"""The icons of the transport bar, drawn in the theme's colours."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF

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


_DRAWINGS: dict[str, Callable[[QPainter], None]] = {
    "run": _run,
    "pause": _pause,
    "step": _step,
    "epoch": _epoch,
    "reset": _reset,
}


def icon(name: str, colour: QColor, disabled: QColor) -> QIcon:
    """Return an icon: "run", "pause", "step", "epoch" or "reset"."""
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
