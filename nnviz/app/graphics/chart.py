"""A small chart: axes, ticks, grid, and on them lines, bars and points, painted where a painter paints.

pyqtgraph's items call from Qt into Python many times a frame, and each call hands Python's lock to and fro with
the training thread; a chart in a view that repaints while training runs is painted here in one go.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen, QPolygonF

from nnviz.app.graphics.text import (
    BOTTOM,
    CENTRE,
    LEFT,
    MIDDLE,
    RIGHT,
    TOP,
    line_height,
    raised,
    text_width,
    write,
)
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
    whole : bool
        Whether only whole numbers have ticks, as of epochs.
    """

    label: str
    low: float
    high: float
    logarithmic: bool = False
    ticks: Sequence[tuple[float, str]] | None = None
    whole: bool = False
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
            every = math.ceil(len(self.ticks) / max(most, 1))
            return self.ticks[:: max(every, 1)]
        if self.logarithmic:
            return _decades(*self._span, most)
        if self.whole:
            most = min(most, max(int(self.high - self.low), 1))
        return round_numbers(self.low, self.high, most)


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
    """Return powers of ten between two decimal logarithms; where hardly one fits, 2 and 5 times them as well."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    if last - first < 1 and most > 1:
        places = [digit * 10.0**power for power in (first - 1, first, first + 1) for digit in (1, 2, 5)]
        return [(v, f"{v:g}") for v in places if low - 1e-9 <= math.log10(v) <= high + 1e-9]
    every = max(1, math.ceil((last - first + 1) / max(most, 1)))
    return [(10.0**power, f"10{raised(power)}") for power in range(first, last + 1) if power % every == 0]


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
        About how many on each axis; fewer where their texts would run into each other.
    bare : bool
        Without the bottom axis's texts, as of charts that stand above each other with one axis in common.
    headroom : float
        Pixels left above the box for a title that somebody else paints.

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
        headroom: float = 0.0,
    ) -> None:
        self._theme = theme
        self._area = area
        self._x, self._y = x, y
        self._title = title
        self._bare = bare
        line = line_height(theme, 9)
        top = (line_height(theme, 10, strong=True) + 4) if title else max(headroom, line / 2)
        bottom = line / 2 if bare else axis_height(theme, x.label)
        height = max(area.height() - top - bottom, 1.0)
        self._y_marks = _that_fit(y, ticks[1], height, lambda _: line)
        widest = max((self._width(text) for _, text in self._y_marks), default=0.0)
        left = widest + 8 + (line + 2 if y.label else 0)
        right = 8.0
        for _ in range(2):  # fewer ticks may end in a wider text, which then needs room on the right
            width = max(area.width() - left - right, 1.0)
            self._x_marks = _that_fit(x, ticks[0], width, lambda text: self._width(text) + line)
            if self._x_marks and not bare:
                right = max(8.0, self._width(self._x_marks[-1][1]) / 2)
        self.box = QRectF(area.left() + left, area.top() + top, max(area.width() - left - right, 1.0), height)

    def _width(self, text: str) -> float:
        return text_width(self._theme, text, 9)

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
                half = self._width(text) / 2 + 1
                place = QRectF(x - half, box.bottom() + _below(line), 2 * half, line)
                write(painter, theme, place, text, CENTRE | TOP, 9, "muted")
        if self._x.label and not self._bare:
            place = QRectF(box.left(), area.bottom() - line, box.width(), line)
            write(painter, theme, place, self._x.label, CENTRE | BOTTOM, 9)
        if self._y.label:
            painter.save()
            painter.translate(area.left() + line / 2, area.center().y())
            painter.rotate(-90)
            place = QRectF(-area.height() / 2, -line / 2, area.height(), line)
            if self._width(self._y.label) < box.height():
                place = place.translated(area.center().y() - box.center().y(), 0)
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
        """Return where points of the data lie; what is no number lies far outside."""
        across, down = self._pixels(x, y)
        if len(across) == 0:  # pyqtgraph cannot
            return QPolygonF()
        polygon: QPolygonF = pg.functions.arrayToQPolygonF(across, down)
        return polygon

    def _pixels(self, x: ArrayLike, y: ArrayLike) -> tuple[Numbers, Numbers]:
        box = self.box
        return (
            _within_reach(box.left() + self._x.share(x) * box.width()),
            _within_reach(box.bottom() - self._y.share(y) * box.height()),
        )

    def line(self, painter: QPainter, x: ArrayLike, y: ArrayLike, colour: QColor, width: float = 2.0) -> None:
        """Draw a line through points, with a gap where one is no number."""
        x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        painter.save()
        painter.setClipRect(self.box.adjusted(-1, -1, 1, 1))
        pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        # In pixels, a noisy line that is wider than one takes twenty times as long in one piece: where it crosses
        # itself has to be found. In pieces, square ends close the gaps at its corners.
        in_pieces = painter.paintEngine().type() == QPaintEngine.Type.Raster and colour.alpha() == 255
        if in_pieces:
            pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        painter.setPen(pen)
        for part in _unbroken(~(np.isnan(x) | np.isnan(y))):
            if in_pieces:
                painter.drawLines(self._pieces(x[part], y[part]))
            else:
                painter.drawPolyline(self.points(x[part], y[part]))
        painter.restore()

    def _pieces(self, x: Numbers, y: Numbers) -> list[QLineF]:
        across, down = (pixels.tolist() for pixels in self._pixels(x, y))
        return [QLineF(*ends) for ends in zip(across, down, across[1:], down[1:], strict=False)]

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
            down = self.down(float(height))
            top = self.box.bottom() if math.isnan(down) else min(max(down, self.box.top()), self.box.bottom())
            rectangles.append(QRectF(left, top, right - left, self.box.bottom() - top))
        painter.drawRects(rectangles)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return rectangles


def axis_height(theme: Theme, label: str) -> float:
    """Return how much room the bottom axis takes for its ticks and, where it has one, its label."""
    line = line_height(theme, 9)
    return _below(line) + line + 1 + (line if label else 0)


def _below(line: float) -> float:
    """Return how far below the box the ticks' texts are; out of the way of the lowest of the left axis."""
    return max(4.0, 0.3 * line)


def align(charts: Sequence[Chart]) -> None:
    """Let charts that stand above each other begin and end at one left and one right edge."""
    left = max((chart.box.left() for chart in charts), default=0.0)
    right = min((chart.box.right() for chart in charts), default=0.0)
    for chart in charts:
        chart.box.setLeft(left)
        chart.box.setRight(max(right, left + 1))


def _that_fit(
    axis: Axis, most: int, length: float, room: Callable[[str], float]
) -> Sequence[tuple[float, str]]:
    """Return as many ticks of an axis so many pixels long as have room beside each other."""
    for count in range(most, 0, -1):
        marks = axis.marks(count)
        places = axis.share([value for value, _ in marks]) * length
        needed = [(room(one) + room(other)) / 2 for (_, one), (_, other) in pairwise(marks)]
        if all(apart >= need for apart, need in zip(np.diff(places), needed, strict=True)):
            return marks
    return axis.marks(1)[:1]


def _within_reach(pixels: Numbers) -> Numbers:
    return np.fmin(np.fmax(pixels, -FAR), FAR)  # of NaN and a number, they return the number


def _unbroken(good: NDArray[np.bool_]) -> list[slice]:
    """Return the stretches throughout which `good` holds."""
    if good.all():
        return [slice(0, len(good))]
    edges = np.flatnonzero(np.diff(good, prepend=False, append=False))
    return [slice(int(first), int(stop)) for first, stop in zip(edges[::2], edges[1::2], strict=True)]
