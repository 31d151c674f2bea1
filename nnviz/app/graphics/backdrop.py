"""What stands still in a picture, painted once."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget


class Backdrop:
    """Keeps the part of a picture that rarely changes as a pixmap; axes and text take longest to paint.

    Only where a widget is painted: in a file, it is painted as it is, in lines and letters.
    """

    def __init__(self) -> None:
        self._key: Hashable = None
        self._pixmap = QPixmap()

    def paint(
        self, painter: QPainter, area: QRectF, key: Hashable, draw: Callable[[QPainter, QRectF], None]
    ) -> None:
        """Paint what `draw` paints into an area; it is called again only if the key or the size is another.

        Parameters
        ----------
        painter : QPainter
        area : QRectF
        key : hashable
            All that the picture depends on but the area.
        draw : callable
            Takes a painter and the area.
        """
        if not isinstance(painter.device(), QWidget):
            draw(painter, area)
            return
        ratio = painter.device().devicePixelRatioF()
        box = area.toAlignedRect()
        if box.isEmpty():
            return
        key = (key, area.x(), area.y(), area.width(), area.height(), ratio)
        if key != self._key:
            pixmap = QPixmap(box.size() * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            with QPainter(pixmap) as onto:
                onto.setRenderHints(painter.renderHints())
                onto.translate(-QPointF(box.topLeft()))
                draw(onto, area)
            self._key, self._pixmap = key, pixmap
        painter.drawPixmap(box.topLeft(), self._pixmap)
