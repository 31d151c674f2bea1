"""A matrix of signed numbers: rows and columns numbered, and one column apart, each cell a colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from nnviz.app.graphics.colour_scales import signed_levels, signed_table
from nnviz.app.graphics.contrast import inks, take_second
from nnviz.app.graphics.numerals import Numerals
from nnviz.app.graphics.text import (
    BOTTOM,
    CENTRE,
    HUGE,
    MIDDLE,
    RIGHT,
    TOP,
    line_height,
    signed,
    text_width,
    write,
)
from nnviz.app.theme import Colours, Theme

POINTS = 9
WIDEST, HIGHEST = 2.2, 1.6
"""A cell's width by its height at most, and the other way round."""
GRID_FROM = 6.0
"""Pixels; smaller cells have no lines between them."""
STRIDES: list[int] = [digit * 10**power for power in range(6) for digit in (1, 2, 5)]


class Matrix:
    """A matrix with a column apart, for weights and biases.

    It lays itself out as large as fits, in cells of whole pixels, and knows what lies under a point.

    Attributes
    ----------
    cells : QRectF
        Where the matrix was laid out last.
    apart : QRectF
        Likewise the column.
    """

    def __init__(self) -> None:
        self._values = np.zeros((0, 0), np.float32)
        self._column = np.zeros(0, np.float32)
        self._limits = (0.0, 0.0)
        self._levels = np.zeros((0, 0), np.uint8)
        self._column_levels = np.zeros(0, np.uint8)
        self._laid_out: Any = None
        self._numerals = Numerals()
        self._titles = False
        self._overhang = 0.0
        self.cells = QRectF()
        self.apart = QRectF()

    def set_values(
        self,
        values: NDArray[np.floating[Any]],
        limits: NDArray[Any],
        column: NDArray[np.floating[Any]],
        column_limit: float,
    ) -> None:
        """Show other numbers.

        Parameters
        ----------
        values : float array, (n, m)
        limits : float array, (n,)
            The end of each row's scale.
        column : float array, (n,)
            The column apart.
        column_limit : float
            The end of its scale.
        """
        if values.shape != self._values.shape:
            self._laid_out, self.cells, self.apart = None, QRectF(), QRectF()
        self._values, self._column = values, column
        self._limits = (float(limits.max()), column_limit)
        self._levels = signed_levels(values, limits[:, np.newaxis])
        self._column_levels = signed_levels(column, column_limit)

    def lay_out(self, theme: Theme, area: QRectF) -> None:
        """Divide an area among cells and labels, leaving nothing to do where it is still the same."""
        wanted = (area.getRect(), theme.text_scale)
        if wanted == self._laid_out or not self._levels.size:
            return
        self._laid_out = wanted
        n, m = self._values.shape
        line = line_height(theme, POINTS)
        self._titles = area.height() > 9 * line and area.width() > 14 * line
        left = text_width(theme, str(n - 1), POINTS) + 6 + (line + 4 if self._titles else 0)
        top = line + 3 + (line + 2 if self._titles else 0)
        between = max(6.0, 0.5 * line)
        width, height = area.width() - left - between, area.height() - top
        # Where rows are narrower than their numbers, the first and the last number stand out beyond them.
        self._overhang = max(0.0, (line - max(height - line, 0.0) / n) / 2)
        height -= 2 * self._overhang
        apart = max(width / (m + 1), 1.1 * line)
        self.cells, self.apart = QRectF(), QRectF()
        if width <= apart or height < 1:
            return
        across, down = (width - apart) / m, height / n
        across, down = min(across, WIDEST * down), min(down, max(HIGHEST * across, 2 * line))
        across, down = (math.floor(side) if side >= 3 else side for side in (across, down))
        apart = max(float(across), math.ceil(1.1 * line))
        used = left + m * across + between + apart
        x = math.floor(area.left() + max(area.width() - used, 0) / 2 + left)
        y = math.floor(area.top() + (height - n * down) / 2 + top + self._overhang)
        self.cells = QRectF(x, y, m * across, n * down)
        self.apart = QRectF(math.ceil(self.cells.right() + between), y, apart, n * down)

    def paint_cells(self, painter: QPainter, theme: Theme) -> None:
        """Paint the colours of the numbers."""
        if self.cells.isEmpty():
            return
        table, _ = _table(theme.colours)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for area, levels in ((self.cells, self._levels), (self.apart, self._column_levels[:, np.newaxis])):
            pixels = np.ascontiguousarray(table[levels])
            rows, cols = pixels.shape
            painter.drawImage(area, QImage(pixels.data, cols, rows, 4 * cols, QImage.Format.Format_RGB32))

    def paint_numbers(self, painter: QPainter, theme: Theme) -> None:
        """Paint into each cell its number, if there is room."""
        if self.cells.isEmpty():
            return
        _, light = _table(theme.colours)
        for area, values, levels, limit in (
            (self.cells, self._values, self._levels, self._limits[0]),
            (self.apart, self._column[:, np.newaxis], self._column_levels[:, np.newaxis], self._limits[1]),
        ):
            self._paint_numbers(painter, theme, area, values, light[levels], limit)

    def paint_frame(
        self,
        painter: QPainter,
        theme: Theme,
        rows: Sequence[str],
        row_title: str,
        column_title: str,
        apart_title: str,
    ) -> None:
        """Paint what does not change with the numbers: the lines between cells, what rows and columns are.

        Parameters
        ----------
        rows : sequence of str
            A label for each row; columns are numbered from 0.
        row_title, column_title : str
            What the rows and the columns are.
        apart_title : str
            What the column apart is, in a letter.
        """
        if self.cells.isEmpty():
            return
        self._paint_grid(painter, theme)
        n, m = self._values.shape
        line = line_height(theme, POINTS)
        down, across = self.cells.height() / n, self.cells.width() / m
        number_width = max(text_width(theme, label, POINTS) for label in rows)
        numbers_left = self.cells.left() - 4 - number_width
        for row in range(0, n, _stride(0.95 * line, down)):
            middle = self.cells.top() + (row + 0.5) * down
            place = QRectF(numbers_left, middle - line / 2, number_width, line)
            write(painter, theme, place, rows[row], RIGHT | MIDDLE, POINTS, "muted")
        widest = text_width(theme, str(m - 1), POINTS) + 6
        top = self.cells.top() - self._overhang - line - 2
        middle, room = self.apart.center().x(), text_width(theme, apart_title, POINTS) + 1
        over = QRectF(middle - room / 2, top, room, line)
        write(painter, theme, over, apart_title, CENTRE | BOTTOM, POINTS)
        end = over.left() - 3
        for column in range(0, m, _stride(widest, across)):
            middle = self.cells.left() + (column + 0.5) * across
            room = text_width(theme, str(column), POINTS) + 1
            if middle + room / 2 < end:
                place = QRectF(middle - room / 2, top, room, line)
                write(painter, theme, place, str(column), CENTRE | BOTTOM, POINTS, "muted")
        if self._titles:
            over = QRectF(self.cells.left(), top - line - 2, self.cells.width(), line)
            room = max(over.width(), text_width(theme, column_title, POINTS) + 2)
            over.adjust(-(room - over.width()) / 2, 0, (room - over.width()) / 2, 0)
            write(painter, theme, over, column_title, CENTRE | TOP, POINTS)
            painter.save()
            painter.translate(numbers_left - line / 2 - 4, self.cells.center().y())
            painter.rotate(-90)
            room = max(self.cells.height(), text_width(theme, row_title, POINTS) + 2)
            write(
                painter, theme, QRectF(-room / 2, -line / 2, room, line), row_title, CENTRE | MIDDLE, POINTS
            )
            painter.restore()

    def at(self, x: float, y: float) -> tuple[int, int | None] | None:
        """Return which row and column lies under a point, None as the column for the one apart; or None."""
        n, m = self._values.shape
        for area, columns in ((self.cells, m), (self.apart, 1)):
            if area.contains(x, y) and not area.isEmpty():
                row = min(int((y - area.top()) / area.height() * n), n - 1)
                column = min(int((x - area.left()) / area.width() * columns), columns - 1)
                return row, column if area is self.cells else None
        return None

    def row(self, row: int) -> list[QRectF]:
        """Return where a row lies: its cells, and its place in the column apart."""
        n = len(self._values)
        if self.cells.isEmpty() or not 0 <= row < n:
            return []
        down = self.cells.height() / n
        return [
            QRectF(area.left(), area.top() + row * down, area.width(), down)
            for area in (self.cells, self.apart)
        ]

    def column(self, column: int) -> list[QRectF]:
        """Return where a column lies."""
        m = self._values.shape[1]
        if self.cells.isEmpty() or not 0 <= column < m:
            return []
        across = self.cells.width() / m
        return [QRectF(self.cells.left() + column * across, self.cells.top(), across, self.cells.height())]

    def _paint_grid(self, painter: QPainter, theme: Theme) -> None:
        n, m = self._values.shape
        lines = []
        for area, columns in ((self.cells, m), (self.apart, 1)):
            across, down = area.width() / columns, area.height() / n
            if across >= GRID_FROM and down >= GRID_FROM:
                lines += [
                    QRectF(area.left() + k * across, area.top(), 1, area.height()) for k in range(1, columns)
                ]
                lines += [QRectF(area.left(), area.top() + j * down, area.width(), 1) for j in range(1, n)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("surface"))
        painter.drawRects(lines)
        painter.setPen(theme.colour("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects([area.adjusted(-0.5, -0.5, 0.5, 0.5) for area in (self.cells, self.apart)])

    def _paint_numbers(
        self,
        painter: QPainter,
        theme: Theme,
        area: QRectF,
        values: NDArray[np.floating[Any]],
        light: NDArray[np.bool_],
        limit: float,
    ) -> None:
        n, m = values.shape
        across, down = area.width() / m, area.height() / n
        if down < line_height(theme, POINTS) + 2:
            return
        decimals = _decimals(theme, limit, across - 6)
        if decimals is None:
            return
        self._numerals.set_font(theme.font(POINTS))
        # Dark on light cells and light on dark ones, whichever of the theme's text and ground that is.
        dark_text = inks(theme.colours)
        texts: tuple[list[tuple[str, float, float]], ...] = ([], [])
        middles = [area.left() + (k + 0.5) * across for k in range(m)]
        for row, (numbers, on_light) in enumerate(zip(values.tolist(), light.tolist(), strict=True)):
            y = area.top() + (row + 0.5) * down
            for x, value, is_light in zip(middles, numbers, on_light, strict=True):
                texts[is_light].append((_short(value, decimals), x, y))
        for colour, group in zip(dark_text, texts, strict=True):
            self._numerals.paint(painter, colour, group)


def _short(value: float, decimals: int) -> str:
    return signed(value, decimals) if abs(value) < HUGE else "–"


def _decimals(theme: Theme, limit: float, room: float) -> int | None:
    """Return how many decimals numbers up to a limit are written with; None where they would not say anything."""
    if not 0 < limit < HUGE:
        return None
    # Two figures of the largest number at least, else the others would all be 0.
    least = max(0, 1 - math.floor(math.log10(limit)))
    for decimals in (least + 1, least):
        if text_width(theme, signed(-limit, decimals), POINTS) <= room:
            return decimals
    return None


def _stride(needed: float, size: float) -> int:
    return next((stride for stride in STRIDES if stride * size >= needed), STRIDES[-1])


@lru_cache(maxsize=8)
def _table(colours: Colours) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the colours of the scale, and of each whether the theme's ground stands out from it more than text."""
    table = signed_table(colours.negative, colours.zero, colours.positive)
    return table, take_second(colours, table)
