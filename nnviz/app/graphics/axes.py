"""Axes of plots: ticks that a class can read, and ranges that grow in leaps instead of trembling."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtGui import QFont, QFontMetricsF

from nnviz.app.graphics.text import HUGE, number

LINE = 19
"""Pixels between two labels of an upright axis, at the usual size of text."""
LEAPS = (1.0, 2.0, 3.0, 5.0, 10.0)


def nice_above(value: float) -> float:
    """Return the next round number that is at least `value`, which is above 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(leap * power for leap in LEAPS if leap * power >= value * (1 - 1e-12))


EVERY = (1, 2, 3, 4, 5, 10)
"""Of the ticks, which are labelled: each one, or each second, and so on."""
MOVES = 3
"""Of a glide, from its start to its target."""


class Glide:
    """A number that moves smoothly to where it should be: half of the way at a time, and then it is there.

    Parameters
    ----------
    value : float
        Where it begins.
    """

    def __init__(self, value: float) -> None:
        self.value = value
        self.target = value
        self._heading_for = value
        self._moves = 0

    def jump(self, value: float) -> None:
        """Be somewhere else at once."""
        self.value = self.target = value

    def move(self) -> bool:
        """Come nearer to the target; return whether that changed anything."""
        if self.value == self.target:
            return False
        if self.target != self._heading_for:
            self._heading_for, self._moves = self.target, 0
        self._moves += 1
        there = self._moves >= MOVES
        self.value = self.target if there else self.value + 0.5 * (self.target - self.value)
        return True


class StepAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of steps: whole numbers with their thousands set apart."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.enableAutoSIPrefix(False)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the places of ticks, so far apart that the labels do not run into each other."""
        levels: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
        # pyqtgraph does not know how wide the labels are.
        metrics = QFontMetricsF(self.style["tickFont"] or QFont())
        wide = metrics.horizontalAdvance(f"{high:,.0f}") + 1.5 * metrics.averageCharWidth()
        spacing, values = levels[0]
        needed = wide * (high - low) / (spacing * size) if size > 0 else 1
        nth = next((nth for nth in EVERY if nth >= needed), EVERY[-1])
        if nth == 1:
            return levels
        return [(nth * spacing, [value for value in values if round(value / spacing) % nth == 0])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the labels; steps between whole numbers have none."""
        return [f"{value:,.0f}" if float(value).is_integer() else "" for value in values]


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of values, or, while `logarithmic`, of their decimal logarithms labelled with the values.

    Parameters
    ----------
    orientation : {"left", "bottom"}
    unit : str
        Written after every value.
    """

    def __init__(self, orientation: str, unit: str = "") -> None:
        super().__init__(orientation)
        self.enableAutoSIPrefix(False)
        self._unit = unit
        self.logarithmic = False
        self.text_scale = 1.0
        self._decimals = 0

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the places of ticks: for logarithms at 1, 2 and 5 times the powers of ten."""
        if not self.logarithmic:
            levels: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
            # pyqtgraph does not know how large the text is, and labels the ticks of two levels.
            room = max(2, int(size / (LINE * self.text_scale)))
            if sum(len(values) for _, values in levels[:2]) > room:
                levels = levels[:1]
            spacing, values = levels[0]
            nth = math.ceil(len(values) / room)
            if nth > 1:
                levels = [(nth * spacing, list(values)[::nth])]
            spacing = min(spacing for spacing, _ in levels[:2])
            self._decimals = max(0, math.ceil(-math.log10(spacing) - 1e-9))
            return levels
        powers = range(math.floor(low), math.ceil(high) + 1)
        places = [power + math.log10(digit) for power in powers for digit in (1, 2, 5)]
        return [(1.0, [place for place in places if low - 1e-9 <= place <= high + 1e-9])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the labels."""
        if self.logarithmic:
            return [self._label(10**value, f"{float(f'{10**value:.3g}'):g}") for value in values]
        return [self._label(value, f"{value:.{self._decimals}f}") for value in values]

    def _label(self, value: float, text: str) -> str:
        return (number(value) if abs(value) >= HUGE else text) + self._unit
