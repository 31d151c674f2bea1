"""A neuron's activation function, with the neuron on it: where z has brought it, and how steep it is there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.chart import Axis, Chart
from nnviz.app.graphics.neuron.sum import share
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, TOP, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.response import NeuronResponse

POINTS = 161
"""Of the curve; with an odd number of them, one is at z = 0."""
LEAST_REACH, MOST_REACH = 8.0, 8.0 * 2**40
NAMES = {"sigmoid": "σ", "tanh": "tanh", "relu": "max(0, z)"}
"""Activation functions in sentences, by the names they have in the core."""
SATURATED = "Saturated: {} is nearly flat here, so this neuron hardly learns from this sample."
NOTHING = "Saturated: {} is flat here, so this neuron learns nothing from this sample."
CANCELLED = "Saturated: {} is nearly flat here, but this cost cancels its slope, so the neuron learns."
GOOD = "Not saturated: {} is steep enough here to learn from this sample."
DIVERGED = "No number: training has diverged, and z is no number any more."
NOTES = {
    "softmax": "Softmax: the outputs share one sum, so this curve moves with the other neurons' z.",
    "step": "Flat: a step has no slope on either side, so gradient descent has nothing to go by.",
}
"""What is said of functions that do not saturate. Where a sentence has no room, what is before its colon is said."""
TANGENT = 0.25
"""Half the length of the tangent, as a share of the chart's width."""
LEAST_CHART = 4.5
"""Lines of text that a chart must be high, or its sentence is shortened."""


def reach_of(z: float) -> float:
    """Return how far the z axis reaches either way: 8, or the first doubling of it that takes z in."""
    reach = LEAST_REACH
    while math.isfinite(z) and abs(z) > 0.97 * reach and reach < MOST_REACH:
        reach *= 2
    return reach


def curve_places(function: str, z: float) -> NDArray[np.float64]:
    """Return the weighted inputs at which the curve is drawn, (POINTS,)."""
    reach = reach_of(z)
    places = np.linspace(-reach, reach, POINTS)
    if function == "step":
        places = np.sort(np.append(places[1:], 1e-9 * reach))
    return places


def verdict(function: str, neuron: NeuronResponse) -> tuple[str, bool]:
    """Return a sentence about how well a neuron can learn from the sample, and whether it is bad news."""
    if not math.isfinite(neuron.z):
        return DIVERGED, True
    if function in NOTES:
        return NOTES[function], function == "step"
    name = NAMES.get(function, NAMES["sigmoid"])
    if not neuron.saturated:
        return GOOD.format(name), False
    if neuron.slope_cancels:
        return CANCELLED.format(name), False
    return (NOTHING if function == "relu" else SATURATED).format(name), True


def _sentences(function: str) -> list[str]:
    """Return what may be said of a function."""
    if function in NOTES:
        return [NOTES[function]]
    return [
        sentence.format(NAMES.get(function, NAMES["sigmoid"])) for sentence in (SATURATED, CANCELLED, GOOD)
    ]


class ActivationCurve:
    """The curve a = σ(z), the neuron's point on it, and the tangent there, with a sentence about its slope.

    Parameters
    ----------
    theme : Theme
    function : str
        The activation function's name in the core.
    """

    def __init__(self, theme: Theme, function: str) -> None:
        self._theme = theme
        self._function = function
        self._neuron: NeuronResponse | None = None
        self._z: NDArray[Any] = np.zeros(0)
        self._a: NDArray[Any] = np.zeros(0)
        self._words = QRectF()
        self._points = 10.0
        self._in_full = False
        self._chart: Chart | None = None

    @property
    def reach(self) -> float:
        """How far the z axis reaches either way."""
        return reach_of(self._neuron.z) if self._neuron else LEAST_REACH

    @property
    def box(self) -> QRectF:
        """Where the curve is."""
        return self._chart.box if self._chart else QRectF()

    def show(self, neuron: NeuronResponse, z: NDArray[Any], a: NDArray[Any]) -> None:
        """Take a neuron's numbers, and the curve through weighted inputs z, (n,), and activations a, (n,)."""
        self._neuron, self._z, self._a = neuron, z, a

    def lay_out(self, area: QRectF, points: float) -> None:
        """Lay out the sentence, and below it the chart; where they have no room together, the sentence is a word.

        It takes as much room as the longest sentence, or the chart would jump when another is said.
        """
        theme = self._theme
        self._points = points
        line = line_height(theme, points)
        lines = max(
            math.ceil(1.1 * text_width(theme, sentence, points) / max(area.width(), 1.0))
            for sentence in _sentences(self._function)
        )
        self._in_full = area.height() - lines * line >= LEAST_CHART * line
        lines = lines if self._in_full else 1
        self._words = QRectF(area.left(), area.top(), area.width(), lines * line)
        self._chart = Chart(
            theme,
            area.adjusted(0, lines * line + 0.3 * line, -text_width(theme, "z ", points), 0),
            Axis("", -self.reach, self.reach),
            self._a_axis(),
            ticks=(5, 3),
        )

    def _a_axis(self) -> Axis:
        if self._function == "relu":
            return Axis("", 0.0, self.reach)
        if self._function == "tanh":
            return Axis("", -1.0, 1.0, ticks=[(-1.0, "−1"), (0.0, "0"), (1.0, "1")])
        return Axis("", 0.0, 1.0, ticks=[(0.0, "0"), (0.5, "0.5"), (1.0, "1")])

    def paint_still(self, painter: QPainter) -> None:
        """Paint the axes."""
        if self._chart is None:
            return
        theme, box, line = self._theme, self.box, line_height(self._theme, self._points)
        self._chart.paint_frame(painter)
        # A letter beside the end of the axis, for which no line of text is spent.
        right = QRectF(box.right() + 3, box.bottom() - line / 2, 2 * line, line)
        write(painter, theme, right, "z", LEFT | MIDDLE, self._points)
        zero = self._chart.across(0.0)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QPointF(zero, box.top()), QPointF(zero, box.bottom()))

    def paint(self, painter: QPainter) -> None:
        """Paint curve, tangent and point, and say what the slope means."""
        theme, neuron, chart = self._theme, self._neuron, self._chart
        if neuron is None or chart is None:
            return
        sentence, is_bad = verdict(self._function, neuron)
        text = sentence if self._in_full else sentence.partition(":")[0]
        role = "warning" if is_bad else "muted"
        write(painter, theme, self._words, text, LEFT | TOP, self._points, role, wrap=self._in_full)
        chart.line(painter, self._z, self._a, theme.colour("text"), 2)
        if math.isfinite(neuron.z) and math.isfinite(neuron.a):
            self._paint_point(painter, chart, neuron)
        self._write_labels(painter, chart, neuron)

    def _write_labels(self, painter: QPainter, chart: Chart, neuron: NeuronResponse) -> None:
        """Write the slope, and beside the upright axis its letter, where the curve rarely is."""
        box, line = self.box, line_height(self._theme, self._points)
        if box.height() < 2 * line:
            return
        slope = f"slope {share(neuron.slope)}"
        # Of a usual length, or the letter would move when the slope's text is another.
        width = text_width(self._theme, "slope 0.0000", self._points, strong=True) + 4
        letter = text_width(self._theme, "a", self._points) + 4
        left = chart.across(0.0) - letter - 2
        room = chart.across(0.0) - 2 - box.left() - 3
        if width <= room and math.isfinite(neuron.slope):
            self._label(painter, QRectF(box.left() + 3, box.top() + 1, width, line), slope, "highlight", True)
        below = line if room - letter - 4 < width <= room else 0.0
        self._label(painter, QRectF(left, box.top() + 1 + below, letter, line), "a", "text", False)

    def _label(self, painter: QPainter, place: QRectF, text: str, role: str, strong: bool) -> None:
        """Write on a ground that hides what may run there."""
        painter.fillRect(place, self._theme.colour("surface"))
        write(painter, self._theme, place, text, CENTRE | MIDDLE, self._points, role, strong)

    def _paint_point(self, painter: QPainter, chart: Chart, neuron: NeuronResponse) -> None:
        """Paint the point, how it is read off the axes, and the tangent."""
        theme, box = self._theme, self.box
        point = QPointF(chart.across(neuron.z), chart.down(neuron.a))
        painter.save()
        painter.setClipRect(box.adjusted(-6, -6, 6, 6))
        painter.setPen(QPen(theme.colour("muted"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(point.x(), box.bottom()), point)
        painter.drawLine(QPointF(box.left(), point.y()), point)
        # In pixels, so that the tangent is of one length however steep it is.
        across = box.width() / (2 * self.reach)
        down = -neuron.slope * (chart.down(0.0) - chart.down(1.0))
        length = max(math.hypot(across, down), 1e-9)
        half = QPointF(across, down) * (TANGENT * min(box.width(), 2 * box.height()) / length)
        painter.setPen(QPen(theme.colour("highlight"), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QLineF(point - half, point + half))
        painter.setPen(QPen(theme.colour("surface"), 2))
        painter.setBrush(theme.colour("highlight"))
        painter.drawEllipse(point, 6, 6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.restore()
