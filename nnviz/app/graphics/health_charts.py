"""The charts of each layer's health: gradient norm, update ratio and saturated share over one axis of steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.chart import FAR, Axis, Chart, align, axis_height
from nnviz.app.graphics.labels import EndLabel, labels_width, paint_end_labels
from nnviz.app.graphics.layer_colours import layer_colours, layer_name
from nnviz.app.graphics.text import RIGHT, TOP, line_height, raised, text_width, write
from nnviz.app.theme import Theme
from nnviz.run.health import EVERY, NORM, RATIO, SATURATED

TITLES = {
    NORM: ("Gradient norm ‖∂C/∂θ‖", "Gradient norm"),
    RATIO: ("Update relative to the parameters ‖Δθ‖ / ‖θ‖", "Update ratio ‖Δθ‖ / ‖θ‖", "Update ratio"),
    SATURATED: ("Saturated neurons (%)", "Saturated (%)"),
}
"""From the fullest to the shortest."""
LEAST_LINES = 4
"""How many lines of text high a chart's box is at least; where that is too much for all charts, some are left out."""
NUMBERS_FROM = 430
"""Pixels of width, at the usual size of text, from which on there is room for numbers beside the labels."""
LONG_STEP = 1_000_000
LEAST_LEFT = 48
"""Pixels at the usual size of text, left of a chart's title and between it and the legend."""

Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Ranges:
    """Where the axes end.

    Parameters
    ----------
    last_step : float
    decades : {figure: (low, high)}
        Decimal logarithms of the ends of the axes of norm and ratio.
    """

    last_step: float
    decades: dict[int, tuple[float, float]]


class HealthCharts:
    """Charts above each other in an area, as many of the figures asked for as there is room for.

    Parameters
    ----------
    theme : Theme
    area : QRectF
    figures : sequence of int
        Which of NORM, RATIO and SATURATED.
    n_layers : int
        L.
    ranges : Ranges
    smoothed : int
        Over how many steps a point of a line is a mean; `EVERY` where it is one step's figure.

    Attributes
    ----------
    charts : {figure: Chart}
    ranges : Ranges
    colours : list of QColor
        Of the layers' lines.
    """

    def __init__(
        self,
        theme: Theme,
        area: QRectF,
        figures: Sequence[int],
        n_layers: int,
        ranges: Ranges,
        smoothed: int = EVERY,
    ) -> None:
        self._theme = theme
        self._area = area
        self._n_layers = n_layers
        self.ranges = ranges
        self.colours = layer_colours(theme, n_layers)
        self._lines = (
            (f"━ means of {smoothed:,} steps", "━ means")
            if smoothed > EVERY
            else (f"━ every {EVERY}th step", f"━ every {EVERY}th")
        )
        line, title = line_height(theme, 9), line_height(theme, 10, strong=True) + 4
        self._has_numbers = area.width() >= NUMBERS_FROM * theme.text_scale
        self._labels = labels_width(theme, self._end_labels([math.nan] * n_layers, [0.00555] * n_layers))
        gap, below = 3.0, line / 2  # below a chart without ticks
        least = title + LEAST_LINES * line + below + gap
        name = "steps" if area.height() > least + 2 * line else ""
        steps = axis_height(theme, name)
        room = max(1, int((area.height() - steps + gap) // least))
        figures = list(figures)[:room]
        title_room = (
            area.width() - self._width(TITLES[figures[0]][-1], strong=True) - LEAST_LEFT * theme.text_scale
        )
        legends = (self._legend(LONG_STEP, line) for line in self._lines)
        self._line_legend = next(
            (
                line
                for line, text in zip(self._lines, legends, strict=True)
                if self._width(text) <= title_room
            ),
            "",
        )
        height = (area.height() - steps + below - gap * (len(figures) - 1)) / len(figures)
        self.charts: dict[int, Chart] = {}
        top = area.top()
        for figure in figures:
            is_last = figure == figures[-1]
            place = QRectF(area.left(), top, area.width() - self._labels, height + (steps - below) * is_last)
            x = Axis(name, 0, ranges.last_step)
            if figure == SATURATED:
                y = Axis("", 0, 100)
            else:
                low, high = ranges.decades[figure]
                y = Axis("", 10.0**low, 10.0**high, logarithmic=True)
            self.charts[figure] = Chart(theme, place, x, y, bare=not is_last, headroom=title)
            top += height + gap
        align(list(self.charts.values()))

    @property
    def first(self) -> Chart:
        """The topmost chart."""
        return next(iter(self.charts.values()))

    def paint_frames(self, painter: QPainter) -> None:
        """Paint axes and titles."""
        for figure, chart in self.charts.items():
            chart.paint_frame(painter)
            row = self._title_row(chart)
            titles = TITLES[figure]
            fitting = [t for t in titles if text_width(self._theme, t, 10, strong=True) <= row.width()]
            if fitting:
                write(painter, self._theme, row, fitting[0], TOP, 10, strong=True)

    def _title_row(self, chart: Chart) -> QRectF:
        """Return where a chart's title is; beside the first, some room is left for the step."""
        right = self._area.right()
        if chart is self.first:
            right -= self._width(self._legend(LONG_STEP, self._line_legend)) + 8
        height = line_height(self._theme, 10, strong=True) + 4
        top = chart.box.top() - height
        return QRectF(chart.box.left(), top, max(right - chart.box.left(), 0), height)

    def _legend(self, step: int, line: str) -> str:
        """Return what dots and lines are: the dots of one step need not lie on lines that are smoothed."""
        return f"● step {step:,}" + (f"   {line}" if line else "")

    def _width(self, text: str, strong: bool = False) -> float:
        return text_width(self._theme, text, 10 if strong else 9, strong)

    def paint_lines(self, painter: QPainter, steps: Numbers, means: Numbers) -> None:
        """Paint the lines.

        Parameters
        ----------
        steps : (n,)
        means : (n, 3, L)
        """
        for figure, chart in self.charts.items():
            scale = 100 if figure == SATURATED else 1
            for layer, colour in enumerate(self.colours):
                chart.line(painter, steps, scale * means[:, figure, layer], colour, 1.5)

    def paint_figures(
        self, painter: QPainter, step: int, figures: Numbers, is_now: bool, newest_step: int, ends: Numbers
    ) -> None:
        """Paint the exact figures of one step: dots in its place, and numbers in the labels of the lines.

        Parameters
        ----------
        step : int
        figures : (3, L)
            Of that step.
        is_now : bool
            Whether it is the newest step, and not one that is pointed at.
        newest_step : int
        ends : (3, L)
            Where the lines end, and the labels stand.
        """
        theme = self._theme
        row = self._title_row(self.first)
        row.setRight(self._area.right())
        write(painter, theme, row, self._legend(step, self._line_legend), RIGHT | TOP, 9, "muted")
        for figure, chart in self.charts.items():
            scale = 100 if figure == SATURATED else 1
            across = chart.across(step)
            if not is_now:
                painter.setPen(QPen(theme.colour("text", 0.6), 1))
                painter.drawLine(QLineF(across, chart.box.top(), across, chart.box.bottom()))
            painter.save()
            painter.setClipRect(chart.box.adjusted(-4, -4, 4, 4))
            for layer, colour in enumerate(self.colours):
                chart.dots(painter, [step], [scale * figures[figure, layer]], colour, 6)
            painter.restore()
            downs = [float(chart.down(scale * end)) for end in ends[figure]]
            values = [float(value) for value in scale * figures[figure]]
            left = chart.across(newest_step) + 5
            beside = QRectF(left, chart.box.top() - 1, self._labels, chart.box.height() + 6)
            names_only = is_now and not self._has_numbers
            labels = self._end_labels(downs, values, "%" if figure == SATURATED else "", names_only)
            paint_end_labels(painter, theme, beside, labels)

    def _end_labels(
        self, downs: Sequence[float], values: Sequence[float], unit: str = "", names_only: bool = False
    ) -> list[EndLabel]:
        """Return a label for each layer; with little room, either its name or its number."""
        made = []
        for layer, (down, value, colour) in enumerate(zip(downs, values, self.colours, strict=True), 1):
            name = layer_name(layer, self._n_layers)
            number = f"{value:.0f} %" if unit else short_number(value)
            if not self._has_numbers:
                name, number = name if names_only else number, ""
            down = math.nan if math.isnan(value) else min(max(down, -FAR), FAR)  # of 0 it is infinite
            made.append(EndLabel(name, number, down, colour))
        return made


def short_number(value: float) -> str:
    """Return a number from 0 upwards in three figures: "0.0123", "1.23·10⁻⁵"."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "no number"
    if value == 0:
        return "0"
    if 1e-3 <= value < 1e4:
        decimals = max(0, 2 - math.floor(math.log10(value)))
        return f"{value:,.{decimals}f}"
    mantissa, _, power = f"{value:.1e}".partition("e")
    return f"{mantissa}·10{raised(int(power))}"
