"""Text in pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from nnviz.app.theme import Theme, text_font

LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
TOP, BOTTOM = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
CENTRE, MIDDLE = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignVCenter
WRAP = Qt.TextFlag.TextWordWrap
HUGE = 100_000
"""From here on, numbers are written with a power of ten."""
SMALLEST = 0.5
"""Of its usual size, for a sentence in too little room."""
INKED = 0.75
"""Of the height of a line, what letters cover."""
FAR = 1e6


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

    What wraps is written smaller where there would not be room for all its lines.

    Parameters
    ----------
    points : float
        The size before the user's text size is applied.
    role : str
        A colour of the theme.
    """
    if wrap:
        room = round(area.width()), round(area.height())
        points = _points_that_fit(text, points, theme.text_scale, strong, *room)
    painter.setFont(theme.font(points, strong))
    painter.setPen(theme.colour(role))
    flags = align.value | (WRAP.value if wrap else Qt.TextFlag.TextSingleLine.value)
    if not wrap:
        scaled = points * theme.text_scale
        if _width(text, scaled, strong) > area.width():
            text = _metrics(scaled, strong).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, flags, text)


def line_height(theme: Theme, points: float = 10, strong: bool = False) -> float:
    """Return how far apart lines of text are."""
    return _metrics(points * theme.text_scale, strong).lineSpacing()


def text_width(theme: Theme, text: str, points: float = 10, strong: bool = False) -> float:
    """Return how wide a line of text is."""
    return _width(text, points * theme.text_scale, strong)


@lru_cache(maxsize=64)
def _metrics(points: float, strong: bool) -> QFontMetricsF:
    return QFontMetricsF(text_font(points, strong))


@lru_cache(maxsize=4096)
def _width(text: str, points: float, strong: bool) -> float:
    # Most of what is written was written in the frame before; to measure it takes as long as to write it.
    return _metrics(points, strong).horizontalAdvance(text)


@lru_cache(maxsize=256)
def _points_that_fit(
    text: str, points: float, text_scale: float, strong: bool, width: int, height: int
) -> float:
    """Return the greatest size, up to so many points and not below SMALLEST of them, in which wrapped text fits."""
    size = points
    while size > SMALLEST * points:
        block = _metrics(size * text_scale, strong).boundingRect(QRectF(0, 0, width, FAR), WRAP.value, text)
        spare = (1 - INKED) * _metrics(size * text_scale, strong).height()
        if block.height() <= height + spare and block.width() <= width:
            break
        size *= 0.95
    return size


def fitting(theme: Theme, texts: Sequence[str], width: float, points: float, strong: bool = False) -> str:
    """Return the first of some texts, the longest first, that is no wider than there is room; or the last."""
    return next((text for text in texts if text_width(theme, text, points, strong) <= width), texts[-1])


def signed(value: float, decimals: int = 2) -> str:
    """Return a number with its sign, a real minus: "+0.25", "−1.50", "+3.2·10⁸"."""
    if abs(value) < HUGE:
        return f"{value:+.{decimals}f}".replace("-", "−")
    return f"+{number(value)}" if value > 0 else number(value)


def number(value: float, decimals: int = 2) -> str:
    """Return a number with a real minus, without a plus, and short even where it is huge: "−1.50", "3.2·10⁸"."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= HUGE:
        mantissa, power = f"{value:.1e}".split("e")
        return f"{mantissa}·10{raised(int(power))}".replace("-", "−")
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def raised(power: int) -> str:
    """Return a whole number as an exponent: "⁻³"."""
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
