"""Painting onto an image, for tests that look at what comes out."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

GROUND = "#123456"
"""A colour that no theme has, so that what was painted can be told from it."""


def painted(paint, width=400, height=300, antialiased=True):
    """Return an image after `paint(painter, area)` has painted into the whole of it."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(GROUND))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, antialiased)
        paint(painter, QRectF(0, 0, width, height))
    return image


def pixels(image):
    """Return an image's colours, (rows, columns), as numbers 0xrrggbb."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return rows[:, : image.width()] & 0xFFFFFF


def where(image, colour):
    """Return which pixels of an image have a colour exactly, (rows, columns)."""
    return pixels(image) == (QColor(colour).rgb() & 0xFFFFFF)


def near(image, colour, most=60):
    """Return which pixels have a colour or, as at the edge of a line, nearly."""
    found, wanted = pixels(image).astype(int), QColor(colour).rgb()
    apart = [np.abs((found >> shift & 255) - (wanted >> shift & 255)) for shift in (0, 8, 16)]
    return np.max(apart, axis=0) <= most


def inked(image, ground=GROUND):
    """Return the smallest rectangle that holds all that is not ground; empty if there is nothing."""
    marked = ~where(image, ground)
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    if len(rows) == 0:
        return QRectF()
    left, top = float(columns[0]), float(rows[0])
    return QRectF(left, top, columns[-1] + 1 - left, rows[-1] + 1 - top)
