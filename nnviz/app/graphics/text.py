"""Text in pictures."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from nnviz.app.theme import Theme

LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
TOP, BOTTOM = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
CENTRE, MIDDLE = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignVCenter
WRAP = Qt.TextFlag.TextWordWrap


def write(
    painter: QPainter,
    theme: Theme,
    area: QRectF,
    text: str,
    align: Qt.AlignmentFlag = LEFT | MIDDLE,
    points: float = 10,
    role: str = "text",
    strong: bool = False,
    wrap: bool = False,
) -> None:
    """Write into an area in the theme's font; a line that is too long ends in "…", unless it may wrap.

    Parameters
    ----------
    points : float
        The size before the user's text size is applied.
    role : str
        A colour of the theme.
    """
    font = theme.font(points, strong)
    painter.setFont(font)
    painter.setPen(theme.colour(role))
    flags = align.value | (WRAP.value if wrap else Qt.TextFlag.TextSingleLine.value)
    if not wrap:
        metrics = QFontMetricsF(font)
        if metrics.horizontalAdvance(text) > area.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, flags, text)


def line_height(theme: Theme, points: float = 10, strong: bool = False) -> float:
    """Return how far apart lines of text are."""
    return QFontMetricsF(theme.font(points, strong)).lineSpacing()


def text_width(theme: Theme, text: str, points: float = 10, strong: bool = False) -> float:
    """Return how wide a line of text is."""
    return QFontMetricsF(theme.font(points, strong)).horizontalAdvance(text)


def signed(value: float, decimals: int = 2) -> str:
    """Return a number with its sign, a real minus: "+0.25", "−1.50"."""
    return f"{value:+.{decimals}f}".replace("-", "−")
