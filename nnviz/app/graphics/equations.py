"""Typeset formulas."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer

from nnviz.app.theme import Theme

if TYPE_CHECKING:
    from ziamath.zmath import Latex

PIXELS_A_POINT = 4 / 3


@cache
def _typesetter() -> type[Latex]:
    """Return what sets formulas: with the first one, since it takes as long to load as half the window."""
    from ziamath.config import config
    from ziamath.zmath import Latex

    config.svg2 = False  # Qt's SVG reader knows no symbols of SVG 2
    return Latex


@lru_cache(maxsize=256)
def _renderer(latex: str, points: float, colour: str) -> QSvgRenderer:
    # To set a formula takes 25 ms; while a number in it runs, the others are still there.
    svg = _typesetter()(latex, size=points * PIXELS_A_POINT, color=colour).svg()
    return QSvgRenderer(QByteArray(svg.encode()))


def equation_size(theme: Theme, latex: str, points: float = 12) -> QSizeF:
    """Return how large a formula is."""
    size = _renderer(latex, points * theme.text_scale, theme.colours.text).viewBoxF().size()
    return QSizeF(size)


def equation_ascent(theme: Theme, latex: str, points: float = 12) -> float:
    """Return how far below a formula's upper edge its baseline lies, on which numbers beside it stand."""
    return -_renderer(latex, points * theme.text_scale, theme.colours.text).viewBoxF().top()


def paint_equation(
    painter: QPainter,
    theme: Theme,
    place: QPointF,
    latex: str,
    points: float = 12,
    role: str = "text",
    widest: float | None = None,
) -> QRectF:
    """Paint a formula with its upper left corner at a place, and return what it covers.

    Parameters
    ----------
    latex : str
    points : float
        The size of its letters, before the user's text size is applied.
    role : str
        A colour of the theme.
    widest : float, optional
        The formula is made smaller where it would be wider.
    """
    renderer = _renderer(latex, points * theme.text_scale, getattr(theme.colours, role))
    size = renderer.viewBoxF().size()
    shrunk = 1.0 if widest is None else min(1.0, widest / max(size.width(), 1.0))
    area = QRectF(place, size * shrunk)
    renderer.render(painter, area)
    return area
