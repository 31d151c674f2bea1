"""Numbers as cells: each a colour, and in it the number where there is room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from nnviz.app.graphics.contrast import inks, take_second
from nnviz.app.graphics.number_images import Colours, brightness, image_of, largest, signs
from nnviz.app.graphics.numerals import Numerals
from nnviz.app.graphics.scale_bar import limit_text
from nnviz.app.graphics.text import (
    CENTRE,
    HUGE,
    MIDDLE,
    line_height,
    number,
    raised,
    signed,
    text_width,
    write,
)
from nnviz.app.theme import Theme

POINTS = 9.0
GRID_FROM = 5.0
"""Pixels; smaller cells have no lines between them."""
PADDING = 5.0
"""Pixels between a number and the ends of its cell, both together."""


class Look(Enum):
    """How numbers become colours."""

    BRIGHTNESS = "from 0 upwards, by brightness"
    SIGN = "by sign and size"


class Cells:
    """A table of numbers in colours.

    Parameters
    ----------
    theme : Theme
    values : float array, (rows, cols)
    look : Look
        Activations that are negative somewhere are shown by their signs.
    limit : float, optional
        Where the scale ends; at the largest number where not given.
    """

    def __init__(
        self, theme: Theme, values: NDArray[np.floating[Any]], look: Look, limit: float | None = None
    ) -> None:
        self._theme = theme
        self.values = values
        self.look = Look.SIGN if np.any(values < 0) else look
        self.limit = largest(values) if limit is None else limit
        self._power = 0
        self._decimals: int | None = None
        self.area = QRectF()
        self._numerals = Numerals()
        if self.look is Look.SIGN:
            self._colours: Colours = signs(theme, values, self.limit)
        else:
            self._colours = brightness(theme, values / self.limit if self.limit > 0 else values)
        self._image = image_of(self._colours)

    @property
    def scale(self) -> str:
        """From where to where the colours go."""
        end = limit_text(self.limit)
        return f"±{end}" if self.look is Look.SIGN else f"0 to {end}"

    @property
    def unit(self) -> str:
        """What the numbers in the cells are to be multiplied by, as "10⁻³"; empty for 1, and without numbers."""
        return f"10{raised(self._power)}" if self._power and self._decimals is not None else ""

    def lay_out(self, area: QRectF, with_unit: bool = True) -> None:
        """Take an area, in whole pixels.

        Parameters
        ----------
        area : QRectF
        with_unit : bool
            Whether numbers may be written in a unit of their own, which somebody then has to name.
        """
        left, top = round(area.left()), round(area.top())
        self.area = QRectF(left, top, max(round(area.right()) - left, 1), max(round(area.bottom()) - top, 1))
        self._power, self._decimals = self._format(with_unit)

    def cell(self, row: int, column: int) -> QRectF:
        """Return where a number is."""
        rows, cols = self.values.shape
        width, height = self.area.width() / cols, self.area.height() / rows
        return QRectF(self.area.left() + column * width, self.area.top() + row * height, width, height)

    def row(self, row: int) -> QRectF:
        """Return where a row is."""
        return self.cell(row, 0).united(self.cell(row, self.values.shape[1] - 1))

    def column(self, column: int) -> QRectF:
        """Return where a column is."""
        return self.cell(0, column).united(self.cell(self.values.shape[0] - 1, column))

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the row and the column under a point."""
        if not self.area.contains(point):
            return None
        rows, cols = self.values.shape
        row = int((point.y() - self.area.top()) / self.area.height() * rows)
        column = int((point.x() - self.area.left()) / self.area.width() * cols)
        return min(row, rows - 1), min(column, cols - 1)

    def paint(self, painter: QPainter) -> None:
        """Paint the colours, lines between them, and the numbers if there is room."""
        theme = self._theme
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(self.area, _shrunk(self._image, self.area.size().toSize()))
        rows, cols = self.values.shape
        width, height = self.area.width() / cols, self.area.height() / rows
        lines = []
        if width >= GRID_FROM:
            lines += [
                QRectF(self.cell(0, k).left(), self.area.top(), 1, self.area.height()) for k in range(1, cols)
            ]
        if height >= GRID_FROM:
            lines += [
                QRectF(self.area.left(), self.cell(j, 0).top(), self.area.width(), 1) for j in range(1, rows)
            ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("surface"))
        painter.drawRects(lines)
        painter.setPen(theme.colour("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.area.adjusted(-0.5, -0.5, 0.5, 0.5))
        self._paint_numbers(painter)

    def _format(self, with_unit: bool) -> tuple[int, int | None]:
        """Return in which power of ten numbers are written, and with how many decimals; None where they do not fit."""
        rows, cols = self.values.shape
        room = self.area.width() / cols - PADDING
        if self.area.height() / rows < line_height(self._theme, POINTS) or room < 1:
            return 0, None
        if not 0 < self.limit < math.inf:  # all are 0, or no numbers
            return 0, 0 if room >= text_width(self._theme, "0", POINTS) else None
        power = math.floor(math.log10(self.limit))
        # Two figures of the largest number at least. In a unit of their own where they would all look like 0, or
        # run out of their cells.
        least = max(0, 1 - power)
        formats = [(0, least + 1), (0, least)] if -2 <= power <= 2 else []
        formats += [(power, 2), (power, 1)] if with_unit and not -1 <= power <= 2 else []
        sign = -1 if self.look is Look.SIGN else 1
        for tens, decimals in formats:
            widest = self._text(sign * self.limit / 10.0**tens, decimals)
            if text_width(self._theme, widest, POINTS) <= room:
                return tens, decimals
        return 0, None

    def _text(self, value: float, decimals: int) -> str:
        if not abs(value) < HUGE:
            return "–"
        # What is rounded to 0 has no sign to be read.
        has_sign = self.look is Look.SIGN and abs(value) >= 0.5 * 10.0**-decimals
        return signed(value, decimals) if has_sign else number(value, decimals)

    def _paint_numbers(self, painter: QPainter) -> None:
        decimals = self._decimals
        if decimals is None:
            return
        theme = self._theme
        self._numerals.set_font(theme.font(POINTS))
        light = take_second(theme.colours, self._colours).tolist()
        texts: tuple[list[tuple[str, float, float]], ...] = ([], [])
        scaled = (self.values.astype(np.float64) / 10.0**self._power).tolist()
        for row, numbers in enumerate(scaled):
            for column, value in enumerate(numbers):
                middle = self.cell(row, column).center()
                texts[light[row][column]].append((self._text(value, decimals), middle.x(), middle.y()))
        for ink, group in zip(inks(theme.colours), texts, strict=True):
            self._numerals.paint(painter, ink, group)


def number_columns(
    painter: QPainter, theme: Theme, row: QRectF, names: Sequence[str], role: str = "muted"
) -> None:
    """Write names below or above columns of equal width: all, or every second, fifth, … where all do not fit."""
    if not names:
        return
    across = row.width() / len(names)
    widest = max(text_width(theme, name, POINTS) for name in names) + 6
    strides = (digit * 10**power for power in range(5) for digit in (1, 2, 5))
    every = next((stride for stride in strides if stride * across >= widest), len(names))
    for column in range(0, len(names), every):
        half = max(across, widest) / 2
        middle = row.left() + (column + 0.5) * across
        place = QRectF(middle - half, row.top(), 2 * half, row.height())
        write(painter, theme, place, names[column], CENTRE | MIDDLE, POINTS, role)


def _shrunk(image: QImage, size: QSize) -> QImage:
    """Return an image of no more rows and columns than there are pixels: where it has more, their means."""
    size = image.size().boundedTo(size)
    if size == image.size():
        return image
    return image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
