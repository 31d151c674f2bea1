"""Numbers that change with every frame: each is laid out once, then only painted, which takes a third of the time."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QStaticText, QTransform

MOST = 4000
"""Texts that are kept; after so many, all are forgotten."""


class Numerals:
    """Short texts in one font."""

    def __init__(self) -> None:
        self._font = QFont()
        self._texts: dict[str, tuple[QStaticText, float, float]] = {}

    def set_font(self, font: QFont) -> None:
        """Take another font."""
        if font != self._font:
            self._font = QFont(font)
            self._texts = {}

    def paint(
        self,
        painter: QPainter,
        colour: QColor,
        texts: Iterable[tuple[str, float, float]],
        across: float = 0.5,
    ) -> None:
        """Write texts.

        Parameters
        ----------
        texts : iterable of (text, x, y)
            With a point that it is level with, upright.
        across : float
            What share of a text lies to the left of its point: 0, ½ or 1.
        """
        painter.setFont(self._font)
        painter.setPen(colour)
        for text, x, y in texts:
            laid_out, width, height = self._laid_out(text)
            painter.drawStaticText(QPointF(x - across * width, y - height / 2), laid_out)

    def _laid_out(self, text: str) -> tuple[QStaticText, float, float]:
        known = self._texts.get(text)
        if known is None:
            if len(self._texts) >= MOST:
                self._texts = {}
            static = QStaticText(text)
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.prepare(QTransform(), self._font)
            size = static.size()
            known = self._texts[text] = (static, size.width(), size.height())
        return known
