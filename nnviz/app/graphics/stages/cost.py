"""The cost of a step's mini-batch: outputs beside targets for one sample, and every sample's cost with their mean."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.chart import Axis, Chart
from nnviz.app.graphics.number_images import largest
from nnviz.app.graphics.stages.cells import Look
from nnviz.app.graphics.stages.shown import Spot, StageShown, exact, symbol
from nnviz.app.graphics.stages.strips import StripsPicture
from nnviz.app.graphics.text import LEFT, RIGHT, TOP, fitting, line_height, text_width, write
from nnviz.app.theme import Theme

TERMS = {
    "quadratic": ("½ (a − y)² of each output", "½ (a − y)²"),
    "cross-entropy": ("cross-entropy of each", "its cost"),
    "log-likelihood": ("−y ln a of each", "−y ln a"),
}
MOST_DIGITS = 60
"""Samples that are named by their digits; more are counted."""
HEADROOM = 1.12
"""How much higher than the largest cost the chart is."""


class CostPicture(StripsPicture):
    """Outputs, targets and what each output adds to the cost; below them the samples' costs as bars.

    Parameters
    ----------
    theme : Theme
    shown : StageShown
        At the stage "cost".
    """

    def __init__(self, theme: Theme, shown: StageShown) -> None:
        super().__init__(theme, shown)
        trace, last = shown.trace, shown.n_layers
        a = symbol("a", last)
        self._add((a,), a, trace.a[-1], Look.BRIGHTNESS, last)
        self._add(("targets y", "y"), "y", trace.targets, Look.BRIGHTNESS, last)
        outputs = zip(trace.a[-1], trace.targets, strict=True)
        cost = trace.network.cost
        with np.errstate(all="ignore"):
            terms = np.stack([cost.of_each(one[np.newaxis], y[np.newaxis]) for one, y in outputs])
        label, name = TERMS[cost.name]
        self._add((label, name, "cost"), name, terms, Look.BRIGHTNESS, last, largest(terms[:, shown.place]))
        self._chart: Chart | None = None

    @property
    def _has_below(self) -> bool:
        return True

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Lay everything out, and paint it."""
        self._chart = None
        super().paint(painter, area)

    def _paint_below(self, painter: QPainter, area: QRectF, label_width: float) -> None:
        """Paint a bar for each sample's cost, and their mean as a line."""
        theme, shown, trace = self._theme, self._shown, self._shown.trace
        m, line = trace.m, line_height(theme, 9)
        top = largest(trace.costs) * HEADROOM or 1.0
        named = area.height() > 7 * line
        if m <= MOST_DIGITS:
            digits = [(k + 0.5, str(label)) for k, label in enumerate(trace.labels.tolist())]
            x = Axis("samples of the mini-batch, by their digits" if named else "", 0, m, ticks=digits)
        else:
            x = Axis("samples of the mini-batch" if named else "", 0, m, whole=True)
        chart = Chart(
            theme,
            area,
            x,
            Axis("cost Cₓ" if named else "", 0, top),
            ticks=(min(m, MOST_DIGITS), 4),
            headroom=line + 4,
        )
        self._chart = chart
        chart.paint_frame(painter)
        most = max(int(chart.box.width()), 1)
        if m > most:  # narrower than a pixel, bars would hide each other: the highest of each pixel
            starts = np.linspace(0, m, most, endpoint=False).astype(int)
            highest = np.maximum.reduceat(np.nan_to_num(trace.costs), starts).tolist()
            ends = [*starts[1:].tolist(), m]
            chart.bars(painter, starts.tolist(), ends, highest, theme.colour("muted"))
            others = []
        else:
            others = [k for k in range(m) if k != shown.place]
        for colour, places in (("muted", others), ("highlight", [shown.place])):
            lows, highs = [k + 0.14 for k in places], [k + 0.86 for k in places]
            if m > most:
                highs = [low + 2 * m / most for low in lows]
            chart.bars(painter, lows, highs, [trace.costs[k] for k in places], theme.colour(colour))
        mean = chart.down(trace.mean_cost)
        if chart.box.top() - 1 <= mean <= chart.box.bottom() + 1:
            painter.setPen(QPen(theme.colour("text"), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(chart.box.left(), mean), QPointF(chart.box.right(), mean))
        over = QRectF(area.left(), area.top(), area.width(), line + 2)
        penalty = f"; regularisation adds {exact(trace.penalty)}" if trace.regularisation else ""
        texts = (f"– –  mean C = {exact(trace.mean_cost)}{penalty}", f"C = {exact(trace.mean_cost)}")
        text = fitting(theme, texts, over.width(), 9)
        write(painter, theme, over, text, RIGHT | TOP, 9)
        title = "Cost of each sample"
        if text_width(theme, title, 9) + text_width(theme, text, 9) + 16 < over.width():
            write(painter, theme, over, title, LEFT | TOP, 9, "muted")

    def at(self, point: QPointF) -> Spot | None:
        """Return the neuron or the sample under a point."""
        chart = self._chart
        if chart is not None and chart.box.contains(point):
            place = min(int(chart.value_at(point.x())), self._shown.trace.m - 1)
            left, right = chart.across(place), chart.across(place + 1)
            where = QRectF(left, chart.box.top(), right - left, chart.box.height())
            cost = f"Cₓ = {exact(self._shown.trace.costs[place])}"
            return Spot(where, (self._shown.sample_name(place), cost), sample=place)
        return super().at(point)
