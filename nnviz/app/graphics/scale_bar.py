"""The colour scale of signed numbers, with numbers at its ends."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from nnviz.app.graphics.colour_scales import LEVELS, signed_levels, signed_table
from nnviz.app.graphics.text import HUGE, LEFT, MIDDLE, RIGHT, number, text_width, write
from nnviz.app.theme import Theme

POINTS = 9
BAR = 76.0
"""The length of the bar, in pixels at the usual size of text."""
GAP = 5.0
OWN = "max"
"""Stands at the ends where every neuron has a scale of its own."""


@lru_cache(maxsize=8)
def _bar(negative: str, zero: str, positive: str) -> QImage:
    colours = signed_table(negative, zero, positive)[signed_levels(np.linspace(-1, 1, LEVELS), 1.0)]
    # A copy, since the image does not keep the array alive.
    return QImage(colours.data, LEVELS, 1, 4 * LEVELS, QImage.Format.Format_RGB32).copy()


def limit_text(limit: float) -> str:
    """Return the end of a scale, at least 0, in two or three significant figures: "2.43", "0.012", "3.2·10⁻⁶"."""
    if limit == 0 or not math.isfinite(limit) or limit >= HUGE:
        return number(limit, 0)
    power = math.floor(math.log10(limit))
    if power < -4:
        raised = str(-power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{limit / 10.0**power:.1f}·10⁻{raised}"
    return number(limit, max(0, 2 - power if power > -2 else 1 - power))


def scale_width(theme: Theme, label: str = "") -> float:
    """Return how wide a scale is, whatever the usual numbers at its ends."""
    named = text_width(theme, label, POINTS) + 2 * GAP if label else 0.0
    return named + 2 * (_number_width(theme) + GAP) + round(BAR * theme.text_scale) + 1


def paint_scale(painter: QPainter, theme: Theme, area: QRectF, limit: float | None, label: str = "") -> None:
    """Paint a scale from −limit to limit on one line, at the right end of an area.

    Parameters
    ----------
    painter : QPainter
    theme : Theme
    area : QRectF
        At least as wide as `scale_width` says.
    limit : float or None
        None where there is not one limit for all.
    label : str
        What the numbers are; stands before them.
    """
    end = OWN if limit is None else limit_text(limit)
    # The numbers run while training does: the bar between them stays where it is.
    room = max(_number_width(theme), text_width(theme, f"+{end}", POINTS))
    colours = theme.colours
    length, height = round(BAR * theme.text_scale), round(9 * theme.text_scale)
    left, top = area.right() - room - GAP - length, area.center().y() - height / 2
    bar = QRectF(math.floor(left), math.floor(top), length, height)
    painter.drawImage(bar, _bar(colours.negative, colours.zero, colours.positive))
    painter.setPen(theme.colour("line"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
    before = QRectF(bar.left() - GAP - room, area.top(), room, area.height())
    after = QRectF(bar.right() + GAP, area.top(), room, area.height())
    write(painter, theme, before, f"−{end}" if limit != 0 else end, RIGHT | MIDDLE, POINTS)
    write(painter, theme, after, f"+{end}" if limit != 0 else end, LEFT | MIDDLE, POINTS)
    if label:
        named = QRectF(area.left(), area.top(), before.left() - 2 * GAP - area.left(), area.height())
        write(painter, theme, named, label, RIGHT | MIDDLE, POINTS, "muted")


def _number_width(theme: Theme) -> float:
    return text_width(theme, "+0.000", POINTS)
