"""The making of a film: pictures are painted here, one at a time, and written by a thread of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter

from nnviz.app.film_writer import FilmWriter

RATE = 20
"""Pictures a second."""
PAUSE_MS = 4
"""Between two pictures, for all else that the window has to do."""


class Film(QObject):
    """A film in the making.

    Parameters
    ----------
    path : Path
    count : int
        Pictures.
    paint : callable
        Paints the picture of a number, from 0, with a painter into an area.
    size : QSize
    parent : QObject

    Raises
    ------
    FilmError
        If what writes it is missing, or the file's name is not that of a film.
    """

    progressed = Signal(float)
    """The share that is made."""
    ended = Signal(str)
    """Nothing, or a sentence that says what failed."""

    def __init__(
        self,
        path: Path,
        count: int,
        paint: Callable[[int, QPainter, QRectF], None],
        size: QSize,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._writer = FilmWriter(path, RATE)
        self._count, self._paint, self._size = count, paint, size
        self._made = 0
        self._waiting: NDArray[np.uint8] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._go_on)

    @property
    def path(self) -> Path:
        """Where it is written."""
        return self._writer.path

    def start(self) -> None:
        """Begin."""
        self._writer.start()
        self._timer.start()

    def cancel(self) -> None:
        """Leave it: there will be no file."""
        self._timer.stop()
        self._writer.cancel()

    @Slot()
    def _go_on(self) -> None:
        if self._writer.has_ended:
            self._timer.stop()
            self.ended.emit(self._writer.failure)
            return
        if self._made > self._count:
            return
        if self._waiting is None and self._made < self._count:
            self._waiting = self._picture(self._made)
        if self._writer.take(self._waiting):
            self._waiting = None
            self._made += 1
            self.progressed.emit(min(self._made / self._count, 1.0))

    def _picture(self, number: int) -> NDArray[np.uint8]:
        image = QImage(self._size, QImage.Format.Format_RGB888)
        image.fill(0)
        with QPainter(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(number, painter, QRectF(0, 0, self._size.width(), self._size.height()))
        width, height = self._size.width(), self._size.height()
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
        return rows[:, : 3 * width].reshape(height, width, 3).copy()
