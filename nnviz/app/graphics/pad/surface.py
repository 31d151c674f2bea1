"""How ink is painted, on the pad itself and wherever an image of it is shown, and where the pad goes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from nnviz.app.graphics.colour_scales import rgb
from nnviz.app.graphics.text import BOTTOM, CENTRE, MIDDLE, line_height, text_width, write
from nnviz.app.theme import Colours, Theme
from nnviz.data.drawing import Ink
from nnviz.data.sketch import Rectangle, Sketch

INVITATION = ("Draw a", "digit here")
INVITATION_TOO = "or drop a picture of one"
MARGIN, GAP = 10.0, 16.0
"""Pixels around the pad and its panel, and between the two."""


def ink_colours(colours: Colours) -> NDArray[np.uint32]:
    """Return the colours of ink from 0 to 255 as QImage's RGB32 has them, (256,): from `zero` to `activation`."""
    low, high = rgb(colours.zero), rgb(colours.activation)
    mixed = np.rint(low + np.arange(256)[:, np.newaxis] / 255 * (high - low)).astype(np.uint32)
    return (0xFF000000 | mixed[:, 0] << 16 | mixed[:, 1] << 8 | mixed[:, 2]).astype(np.uint32)


def paint_ink(painter: QPainter, theme: Theme, place: QRectF, ink: Ink, smooth: bool = False) -> None:
    """Paint an image, (rows, cols), into a place with a frame around it.

    Parameters
    ----------
    smooth : bool
        Whether its pixels flow into each other, or each is a square.
    """
    shown = np.ascontiguousarray(ink_colours(theme.colours)[ink])
    rows, cols = shown.shape
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(place, QImage(shown.data, cols, rows, 4 * cols, QImage.Format.Format_RGB32))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.drawRect(place)


def paint_pad(painter: QPainter, theme: Theme, place: QRectF, sketch: Sketch) -> None:
    """Paint what is on the pad or, where that is nothing, say that one can draw there."""
    if place.isEmpty():
        return  # there is no room for it
    paint_ink(painter, theme, place, sketch.ink, smooth=True)
    if not sketch.is_blank:
        return
    widest = max(text_width(theme, line, 10, strong=True) for line in INVITATION)
    tallest = line_height(theme, 10, strong=True)
    points = 10 * min(0.72 * place.width() / widest, 0.3 * place.height() / tallest)
    line = line_height(theme, points, strong=True)
    for number, text in enumerate(INVITATION):
        row = QRectF(place.left(), place.center().y() + (number - 1) * line, place.width(), line)
        write(painter, theme, row, text, CENTRE | MIDDLE, points, "muted", strong=True)
    below = place.adjusted(8, 0, -8, -0.1 * place.height())
    has_room = below.bottom() - line_height(theme, 10) > place.center().y() + line
    if has_room and text_width(theme, INVITATION_TOO, 10) < below.width():
        write(painter, theme, below, INVITATION_TOO, CENTRE | BOTTOM, 10, "muted")


def pad_and_panel(theme: Theme, area: QRectF, shape: tuple[int, int] | None) -> tuple[QRectF, QRectF]:
    """Return where in an area the pad goes and where what belongs to it: beside it or below, so that it is large.

    Parameters
    ----------
    theme : Theme
    area : QRectF
    shape : (rows, cols) or None
        Of the pad; where it is None, there is none, and its place is empty.
    """
    area = area.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    if shape is None:
        return QRectF(), area
    rows, cols = shape
    width, height = area.width() - GAP, area.height() - GAP
    least = 12 * line_height(theme, 10)  # for the panel, if that leaves the pad its half
    beside = min(area.height() / rows, (width - max(0.36 * width, min(least, 0.5 * width))) / cols)
    above = min(area.width() / cols, (height - max(0.38 * height, min(least, 0.5 * height))) / rows)
    if beside >= above:
        top = area.top() + (area.height() - beside * rows) / 2
        pad = _on_pixels(QRectF(area.left(), top, beside * cols, beside * rows))
        return pad, QRectF(pad.right() + GAP, area.top(), area.right() - pad.right() - GAP, area.height())
    left = area.left() + (area.width() - above * cols) / 2
    pad = _on_pixels(QRectF(left, area.top(), above * cols, above * rows))
    return pad, QRectF(area.left(), pad.bottom() + GAP, area.width(), area.bottom() - pad.bottom() - GAP)


def part_of(surface: QRectF, shape: tuple[int, ...], changed: Rectangle) -> QRectF:
    """Return where on the screen a part of the ink, (rows, cols), lies that fills a surface."""
    across, down = surface.width() / shape[1], surface.height() / shape[0]
    left, top, right, bottom = changed
    part = QRectF(left * across, top * down, (right - left) * across, (bottom - top) * down)
    return part.translated(surface.topLeft())


def in_ink(surface: QRectF, shape: tuple[int, ...], place: QPointF) -> tuple[float, float]:
    """Return where in ink, (rows, cols), that fills a surface a place on the screen is: across and down."""
    x = (place.x() - surface.left()) / max(surface.width(), 1) * shape[1]
    return x, (place.y() - surface.top()) / max(surface.height(), 1) * shape[0]


def _on_pixels(rectangle: QRectF) -> QRectF:
    """Return a rectangle whose upper left corner is a whole pixel, so that lines around it are sharp."""
    return QRectF(
        round(rectangle.left()), round(rectangle.top()), int(rectangle.width()), int(rectangle.height())
    )
