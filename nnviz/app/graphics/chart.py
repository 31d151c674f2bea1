"""A small chart: axes, ticks, grid, and on them lines, bars and points, painted where a painter paints.

pyqtgraph's items call from Qt into Python many times a frame, and each call hands Python's lock to and fro with
the training thread; a chart in a view that repaints while training runs is painted here in one go.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from nnviz.app.graphics.text import BOTTOM, CENTRE, LEFT, MIDDLE, RIGHT, TOP, line_height, text_width, write
from nnviz.app.theme import Theme

FAR = 20_000.0
"""Pixels; beyond every screen, and not beyond what Qt can paint towards."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """One axis of a chart.

    Parameters
    ----------
    label : str
        With its unit, as in "accuracy (%)"; empty for none.
    low, high : float
        Where it begins and ends; above 0 if logarithmic.
    logarithmic : bool
    ticks : sequence of (value, text), optional
        Where and what; round numbers where not given.
    """

    label: str
    low: float
    high: float
    logarithmic: bool = False
    ticks: Sequence[tuple[float, str]] | None = None
    _span: tuple[float, float] = field(init=False, repr=False, compare=False, default=(0.0, 1.0))

    def __post_init__(self) -> None:
        low, high = (self._scaled(self.low), self._scaled(self.high))
        object.__setattr__(self, "_span", (low, high if high > low else low + 1.0))

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value

    def share(self, values: ArrayLike) -> Numbers:
        """Return how far along the axis values lie, 0 to 1 within it."""
        numbers = np.asarray(values, np.float64)
        if self.logarithmic:
            with np.errstate(divide="ignore", invalid="ignore"):
                numbers = np.log10(numbers)
        low, high = self._span
        return (numbers - low) / (high - low)

    def marks(self, most: int) -> Sequence[tuple[float, str]]:
        """Return the ticks, about `most` of them."""
        if self.ticks is not None:
            return self.ticks
        return _decades(*self._span, most) if self.logarithmic else round_numbers(self.low, self.high, most)


def round_numbers(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Return at most about `most` round numbers from low to high, with their texts."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    rough = (high - low) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(leap * power for leap in (1, 2, 5, 10) if leap * power >= rough * (1 - 1e-9))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(n * step, f"{n * step:,.{decimals}f}".replace("-", "−")) for n in range(first, last + 1)]


def _decades(low: float, high: float, most: int) -> list[tuple[float, str]]:
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    every = max(1, math.ceil((last - first + 1) / max(most, 1)))
    return [(10.0**power, f"10{_raised(power)}") for power in range(first, last + 1) if power % every == 0]


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


class Chart:
    """A chart in a rectangle.

    Parameters
    ----------
    theme : Theme
    area : QRectF
        For all of it: title, axes, labels.
    x, y : Axis
    title : str
    ticks : (int, int)
        About how many on each axis.
    bare : bool
        Without the bottom axis's texts, as of charts that stand above each other with one axis in common.

    Attributes
    ----------
    box : QRectF
        Where the data is.
    """

    def __init__(
        self,
        theme: Theme,
        area: QRectF,
        x: Axis,
        y: Axis,
        title: str = "",
        ticks: tuple[int, int] = (6, 5),
        bare: bool = False,
    ) -> None:
        self._theme = theme
        self._area = area
        self._x, self._y = x, y
        self._title = title
        self._bare = bare
        line = line_height(theme, 9)
        self._x_marks, self._y_marks = x.marks(ticks[0]), y.marks(ticks[1])
        widest = max((text_width(theme, text, 9) for _, text in self._y_marks), default=0.0)
        left = widest + 8 + (line + 2 if y.label else 0)
        top = (line_height(theme, 10, strong=True) + 4) if title else line / 2
        bottom = 5.0 if bare else line + 5 + (line if x.label else 0)
        right = 8.0 if bare or not self._x_marks else max(8.0, text_width(theme, self._x_marks[-1][1], 9) / 2)
        self.box = area.adjusted(left, top, -right, -bottom)

    def paint_frame(self, painter: QPainter) -> None:
        """Paint title, axes, grid, ticks and labels."""
        theme, box, area = self._theme, self.box, self._area
        line = line_height(theme, 9)
        if self._title:
            over = QRectF(box.left(), area.top(), area.right() - box.left(), box.top() - area.top())
            write(painter, theme, over, self._title, LEFT | TOP, 10, strong=True)
        for value, text in self._y_marks:
            y = self.down(value)
            if box.top() - 1 <= y <= box.bottom() + 1:
                painter.setPen(QPen(theme.colour("line", 0.6), 1))
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
                place = QRectF(area.left(), y - line / 2, box.left() - 6 - area.left(), line)
                write(painter, theme, place, text, RIGHT | MIDDLE, 9, "muted")
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        for value, text in () if self._bare else self._x_marks:
            x = self.across(value)
            if box.left() - 1 <= x <= box.right() + 1:
                painter.setPen(QPen(theme.colour("line"), 1))
                painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() + 3))
                half = text_width(theme, text, 9) / 2 + 1
                place = QRectF(x - half, box.bottom() + 4, 2 * half, line)
                write(painter, theme, place, text, CENTRE | TOP, 9, "muted")
        if self._x.label and not self._bare:
            place = QRectF(box.left(), area.bottom() - line, box.width(), line)
            write(painter, theme, place, self._x.label, CENTRE | BOTTOM, 9)
        if self._y.label:
            painter.save()
            painter.translate(area.left() + line / 2, box.center().y())
            painter.rotate(-90)
            place = QRectF(-box.height() / 2, -line / 2, box.height(), line)
            write(painter, theme, place, self._y.label, CENTRE | MIDDLE, 9)
            painter.restore()

    def across(self, x: float) -> float:
        """Return where a value of the x axis lies, in pixels."""
        return self.box.left() + float(self._x.share(x)) * self.box.width()

    def down(self, y: float) -> float:
        """Return where a value of the y axis lies, in pixels."""
        return self.box.bottom() - float(self._y.share(y)) * self.box.height()

    def value_at(self, pixel: float) -> float:
        """Return the value of the x axis, which is not logarithmic, at a pixel."""
        return self._x.low + (pixel - self.box.left()) / self.box.width() * (self._x.high - self._x.low)

    def points(self, x: ArrayLike, y: ArrayLike) -> QPolygonF:
        """Return where points of the data lie; what is no number lies far below."""
        across = self.box.left() + self._x.share(x) * self.box.width()
        down = self.box.bottom() - self._y.share(y) * self.box.height()
        down = np.clip(np.nan_to_num(down, nan=FAR, posinf=FAR, neginf=-FAR), -FAR, FAR)
        if len(across) == 0:  # pyqtgraph cannot
            return QPolygonF()
        polygon: QPolygonF = pg.functions.arrayToQPolygonF(across, down)
        return polygon

    def line(self, painter: QPainter, x: ArrayLike, y: ArrayLike, colour: QColor, width: float = 2.0) -> None:
        """Draw a line through points."""
        painter.save()
        painter.setClipRect(self.box.adjusted(-1, -1, 1, 1))
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(self.points(x, y))
        painter.restore()

    def dots(
        self,
        painter: QPainter,
        x: ArrayLike,
        y: ArrayLike,
        colour: QColor,
        size: float = 7,
        square: bool = False,
    ) -> None:
        """Draw round or square dots."""
        cap = Qt.PenCapStyle.SquareCap if square else Qt.PenCapStyle.RoundCap
        painter.setPen(QPen(colour, size, Qt.PenStyle.SolidLine, cap))
        painter.drawPoints(self.points(x, y))

    def bars(
        self, painter: QPainter, lows: Sequence[Any], highs: Sequence[Any], y: Sequence[Any], colour: QColor
    ) -> list[QRectF]:
        """Draw bars from the bottom up, each from `lows` to `highs` on the x axis; return where they are."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        rectangles = []
        for low, high, height in zip(lows, highs, y, strict=True):
            left, right = self.across(float(low)), self.across(float(high))
            top = min(max(self.down(float(height)), self.box.top()), self.box.bottom())
            rectangles.append(QRectF(left, top, right - left, self.box.bottom() - top))
        painter.drawRects(rectangles)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return rectangles
