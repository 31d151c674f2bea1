"""The update of a step: the largest changes of parameters, and what the step promises beside what it does."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.choice import Neuron
from nnviz.app.graphics.stages.cells import POINTS, Cells, Look, number_columns
from nnviz.app.graphics.stages.shown import Spot, StageShown, exact
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, fitting, line_height, number, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.components import Component, component, rank
from nnviz.core.forecast import forecast

MOST = 24
"""Parameters that are listed."""
GAP = 24.0
CHART_FROM = 40.0
"""Lines of width from which the forecast stands beside the list."""


def parameter_name(found: Component) -> str:
    """Return a parameter's name: "w, layer 2: 7 → 3", or "b, layer 1: 4"."""
    path = f"{found.neuron}" if found.input is None else f"{found.input} → {found.neuron}"
    return f"{'b' if found.is_bias else 'w'}, layer {found.layer}: {path}"


class UpdatePicture:
    """The parameters that change most, before and after; and the cost's change, predicted and actual.

    Parameters
    ----------
    theme : Theme
    shown : StageShown
        At the stage "update".
    """

    def __init__(self, theme: Theme, shown: StageShown) -> None:
        self._theme = theme
        self._shown = shown
        trace = shown.trace
        self.forecast = forecast(trace, None, None)
        self.places = rank(trace.network, trace.update).order[:MOST].tolist()
        self.components = [component(trace.network, index) for index in self.places]
        self._cells: list[Cells] = []
        self._count = 0
        self._rows = QRectF()
        self._bars: list[tuple[QRectF, Spot]] = []

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Lay everything out, and paint it."""
        line = line_height(self._theme, POINTS)
        self._bars, self._cells = [], []
        if area.width() > CHART_FROM * line and area.height() > 6 * line:
            width = 0.58 * area.width()
            self._paint_list(painter, QRectF(area.left(), area.top(), width, area.height()))
            self._paint_forecast(painter, area.adjusted(width + GAP, 0, 0, 0))
            return
        below = min(7.5 * line, 0.5 * area.height())
        if area.height() < 9 * line:
            below = min(area.height(), 2.2 * line)
        self._paint_list(painter, area.adjusted(0, 0, 0, -below - 8))
        self._paint_forecast(painter, QRectF(area.left(), area.bottom() - below, area.width(), below))

    def _paint_list(self, painter: QPainter, area: QRectF) -> None:
        """Paint the largest changes, a parameter a row: before, change, after."""
        theme, trace = self._theme, self._shown.trace
        line = line_height(theme, POINTS)
        row = 1.55 * line
        has_title = area.height() > 2 * (line + 4) + row
        title = QRectF(area.left(), area.top(), area.width(), line + 4 if has_title else 0.0)
        count = min(int((area.bottom() - title.bottom() - line - 4) / row), len(self.places))
        self._count = max(count, 0)
        if count < 1:
            return
        texts = (
            f"The {count} largest of {trace.update.size:,} changes" if count > 1 else "The largest change",
            "Largest changes",
        )
        if has_title:
            write(painter, theme, title, fitting(theme, texts, title.width(), POINTS), LEFT | MIDDLE, POINTS)
        chosen = np.array(self.places[:count])
        names = [parameter_name(found) for found in self.components[:count]]
        left = min(max(text_width(theme, name, POINTS) for name in names) + 12, 0.42 * area.width())
        room = area.width() - left
        top = title.bottom() + line + 2
        self._rows = QRectF(area.left(), top, area.width(), count * row)
        values = [trace.network.theta[chosen], trace.update[chosen], trace.after.theta[chosen]]
        limit = float(np.nanmax(np.abs(np.nan_to_num(np.stack([values[0], values[2]])))))
        for place, (numbers, end, heading) in enumerate(
            zip(values, (limit, None, limit), ("before", "Δθ", "after"), strict=True)
        ):
            cells = Cells(theme, numbers[:, np.newaxis], Look.SIGN, end)
            cells.look = Look.SIGN
            cells.lay_out(QRectF(area.left() + left + place * room / 3, top, room / 3 - 6, count * row))
            self._cells.append(cells)
            cells.paint(painter)
            over = QRectF(cells.area.left(), title.bottom(), cells.area.width(), line)
            number_columns(painter, theme, over, [f"{heading}, in {cells.unit}" if cells.unit else heading])
        for k, name in enumerate(names):
            where = QRectF(area.left(), top + k * row, left - 8, row)
            write(painter, theme, where, name, RIGHT | MIDDLE, POINTS, "muted")

    def _paint_forecast(self, painter: QPainter, area: QRectF) -> None:
        """Paint what the gradient promises beside what the cost does."""
        theme, told = self._theme, self.forecast
        line = line_height(theme, POINTS)
        costs = f"{number(told.mini_batch.before, 4)} → {number(told.mini_batch.after, 4)}"
        rows = [("promised", told.by_update), ("actual", told.mini_batch.actual)]
        title = QRectF(area.left(), area.top(), area.width(), line + 4)
        texts = (
            f"Cost of this mini-batch: {costs}",
            f"C: {costs}",
            "Cost",
        )
        if area.height() < 3.4 * line:
            both = ", ".join(f"{name} {exact(float(f'{value:.3g}'))}" for name, value in rows)
            actual = exact(float(f"{told.mini_batch.actual:.3g}"))
            shorter = (f"Change of C: {both}", both, f"C changes by {actual}", f"ΔC = {actual}")
            write(painter, theme, area, fitting(theme, shorter, area.width(), POINTS), LEFT | MIDDLE, POINTS)
            return
        write(painter, theme, title, fitting(theme, texts, title.width(), POINTS), LEFT | MIDDLE, POINTS)
        numbers = [exact(float(f"{value:.4g}")) for _, value in rows]
        left = max(text_width(theme, name, POINTS) for name, _ in rows) + 10
        right = max(text_width(theme, text, POINTS, strong=True) for text in numbers) + 10
        finite = [abs(value) for _, value in rows if np.isfinite(value)]
        limit = max(finite, default=0.0) or 1.0
        track = area.adjusted(left, 0, -right, 0)
        track.setWidth(max(track.width(), 10.0))
        both_ways = any(value > 0 for _, value in rows) and any(value < 0 for _, value in rows)
        rises = any(value > 0 for _, value in rows)
        zero = track.center().x() if both_ways else track.left() if rises else track.right()
        length = track.width() / 2 if both_ways else track.width()
        top = title.bottom() + 4
        step = min((area.bottom() - top) / 2, 2.4 * line)
        lines = (
            (
                "promised",
                "∇C · Δθ, to first order" + ("" if self._shown.trace.hyper.momentum else " = −η‖∇C‖²"),
            ),
            ("actual", "the change that the step really makes"),
        )
        for place, ((name, value), text, about) in enumerate(zip(rows, numbers, lines, strict=True)):
            row = QRectF(area.left(), top + place * step, area.width(), step - 4)
            write(painter, theme, row, name, LEFT | MIDDLE, POINTS, "muted")
            write(painter, theme, row, text, RIGHT | MIDDLE, POINTS, strong=True)
            reach = length * (value / limit if np.isfinite(value) else 0.0)
            bar = QRectF(min(zero, zero + reach), row.top() + 2, abs(reach), row.height() - 4)
            painter.fillRect(bar, theme.colour("positive" if value > 0 else "negative", 0.85))
            self._bars.append((row, Spot(row, (f"{name.capitalize()}: {exact(value)}", about[1]))))
        painter.setPen(QPen(theme.colour("muted"), 1))
        painter.drawLine(QPointF(zero, top), QPointF(zero, top + 2 * step - 4))
        below = top + 2 * step + 4
        self._paint_remark(painter, QRectF(area.left(), below, area.width(), max(area.bottom() - below, 0.0)))

    def _paint_remark(self, painter: QPainter, area: QRectF) -> None:
        """Say what is to be seen, if there is room."""
        theme, told = self._theme, self.forecast
        line = line_height(theme, POINTS)
        room = area.height()
        promised, actual = told.by_update, told.mini_batch.actual
        if room < 3 * line + 4 or not (np.isfinite(promised) and np.isfinite(actual)):
            return
        if actual > 0:
            text = "The cost rises: the step goes too far for the slope to hold."
        elif promised < 0:
            text = (
                f"The cost falls by {100 * actual / promised:.0f} % of what the slope promises; "
                "the rest is its curvature."
            )
        else:
            text = "The slope promises nothing here."
        place = QRectF(area.left(), area.top(), area.width(), 3 * line)
        write(painter, theme, place, text, LEFT | Qt.AlignmentFlag.AlignTop, POINTS, "muted", wrap=True)

    def at(self, point: QPointF) -> Spot | None:
        """Return the parameter, or the change of the cost, under a point."""
        for row, spot in self._bars:
            if row.contains(point):
                return spot
        if self._count and self._rows.contains(point) and self._cells:
            place = min(
                int((point.y() - self._rows.top()) / self._rows.height() * self._count), self._count - 1
            )
            found, index, trace = self.components[place], self.places[place], self._shown.trace
            where = QRectF(self._rows)
            where.setTop(self._rows.top() + place * self._rows.height() / self._count)
            where.setHeight(self._rows.height() / self._count)
            lines = (
                parameter_name(found),
                f"before {exact(trace.network.theta[index])}",
                f"−η ∂C/∂θ = {exact(trace.update[index] - trace.kept[index])}",
                f"after {exact(trace.after.theta[index])}",
            )
            return Spot(where, lines, neuron=Neuron(found.layer, found.neuron))
        return None
