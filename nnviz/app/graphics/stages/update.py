"""The update of a step: the largest changes of parameters, and what the step promises beside what it does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.choice import Neuron
from nnviz.app.graphics.stages.cells import POINTS, Cells, Look, number_columns
from nnviz.app.graphics.stages.shown import Spot, StageShown, exact
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.components import Component, component, rank

MOST = 24
"""Parameters that are listed."""
GAP = 24.0
CHART_FROM = 40.0
"""Lines of width from which the forecast stands beside the list."""


def parameter_name(found: Component) -> str:
    """Return a parameter's name: "w, layer 2: 7 → 3", or "b, layer 1: 4"."""
    path = f"{found.neuron}" if found.input is None else f"{found.input} → {found.neuron}"
    return f"{'b' if found.is_bias else 'w'}, layer {found.layer}: {path}"


def _short(value: float) -> str:
    return exact(float(f"{value:.3g}"))


@dataclass(frozen=True)
class ForecastRow:
    """A change of the cost, promised or actual.

    Parameters
    ----------
    names : tuple of str
        What it is called, the longest first.
    short : str
    value : float
    about : str
        More, for the pointer.
    """

    names: tuple[str, ...]
    short: str
    value: float
    about: str


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
        self.forecast = shown.forecast
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
        below = min(9 * line, 0.5 * area.height())
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

    def _forecast_rows(self) -> list[ForecastRow]:
        """Return what is promised and what happens, in the order in which it is shown."""
        told = self.forecast
        if told is None:
            return []
        rows = [
            ForecastRow(
                ("promised: −η ‖∇C‖²", "−η ‖∇C‖²"),
                "promised",
                told.by_gradient,
                "what the slope promises of a step straight downhill",
            )
        ]
        if self._shown.trace.hyper.momentum:
            rows.append(
                ForecastRow(
                    ("promised: ∇C · Δθ, with momentum", "∇C · Δθ"),
                    "with momentum",
                    told.by_update,
                    "what the slope promises of the step as it is, momentum included",
                )
            )
        rows.append(
            ForecastRow(
                ("actual: this mini-batch", "mini-batch"),
                "actual",
                told.mini_batch.actual,
                f"C of this mini-batch: {exact(told.mini_batch.before)} → {exact(told.mini_batch.after)}",
            )
        )
        if told.evaluation is not None:
            of = f"{told.samples:,} test images"
            rows.append(
                ForecastRow(
                    (f"actual: {of}, always the same", f"actual: {of}", of),
                    "evaluation",
                    told.evaluation.actual,
                    f"C of them: {exact(told.evaluation.before)} → {exact(told.evaluation.after)}",
                )
            )
        return rows

    def _paint_forecast(self, painter: QPainter, area: QRectF) -> None:
        """Paint what the gradient promises beside what the cost does."""
        theme, told = self._theme, self.forecast
        line = line_height(theme, POINTS)
        rows = self._forecast_rows()
        if told is None:
            texts = ("What the step does to the cost is being computed …", "Being computed …", "…")
            top = QRectF(area.left(), area.top(), area.width(), min(line + 4, area.height()))
            text = fitting(theme, texts, top.width(), POINTS)
            write(painter, theme, top, text, LEFT | MIDDLE, POINTS, "muted")
            return
        if area.height() < 3.4 * line:
            actual = _short(told.mini_batch.actual)
            shorter = (
                "Change of C: " + ", ".join(f"{row.short} {_short(row.value)}" for row in rows),
                f"Change of C: promised {_short(told.by_update)}, actual {actual}",
                f"promised {_short(told.by_update)}, actual {actual}",
                f"C changes by {actual}",
                f"ΔC = {actual}",
            )
            write(painter, theme, area, fitting(theme, shorter, area.width(), POINTS), LEFT | MIDDLE, POINTS)
            return
        title = QRectF(area.left(), area.top(), area.width(), line + 4)
        texts = ("How the cost changes: promised, and what happens", "Change of the cost", "ΔC")
        write(painter, theme, title, fitting(theme, texts, title.width(), POINTS), LEFT | MIDDLE, POINTS)
        self._paint_rows(painter, area.adjusted(0, title.height() + 4, 0, 0), rows)

    def _paint_rows(self, painter: QPainter, area: QRectF, rows: list[ForecastRow]) -> None:
        """Paint a bar for each change, with its name above it where there is room, else before it."""
        theme = self._theme
        line = line_height(theme, POINTS)
        finite = [row.value for row in rows if np.isfinite(row.value)]
        limit = max(map(abs, finite), default=0.0) or 1.0
        has_names_above = area.height() >= len(rows) * 2.3 * line
        step = min(area.height() / len(rows), 2.9 * line if has_names_above else 1.7 * line)
        numbers = [_short(row.value) for row in rows]
        right = max(text_width(theme, text, POINTS, strong=True) for text in numbers) + 10
        left = 0.0
        if not has_names_above:
            left = max(text_width(theme, row.names[-1], POINTS) for row in rows) + 10
        track = area.adjusted(left, 0, -right, 0)
        track.setWidth(max(track.width(), 10.0))
        falls, rises = any(value < 0 for value in finite), any(value > 0 for value in finite)
        zero = track.center().x() if falls and rises else track.left() if rises else track.right()
        length = track.width() / 2 if falls and rises else track.width()
        for place, (row, text) in enumerate(zip(rows, numbers, strict=True)):
            where = QRectF(area.left(), area.top() + place * step, area.width(), step - 4)
            bar_row = QRectF(where)
            if has_names_above:
                over = QRectF(where.left(), where.top(), where.width(), line)
                name = fitting(theme, row.names, over.width(), POINTS)
                write(painter, theme, over, name, LEFT | MIDDLE, POINTS, "muted")
                bar_row.setTop(over.bottom() + 1)
            else:
                write(painter, theme, where, row.names[-1], LEFT | MIDDLE, POINTS, "muted")
            write(painter, theme, bar_row, text, RIGHT | MIDDLE, POINTS, strong=True)
            reach = length * (row.value / limit if np.isfinite(row.value) else 0.0)
            bar = QRectF(min(zero, zero + reach), bar_row.top() + 2, abs(reach), bar_row.height() - 4)
            painter.fillRect(bar, theme.colour("positive" if row.value > 0 else "negative", 0.85))
            painter.setPen(QPen(theme.colour("muted"), 1))
            painter.drawLine(QPointF(zero, bar_row.top()), QPointF(zero, bar_row.bottom()))
            heading = f"{row.short.capitalize()}: {exact(row.value)}"
            self._bars.append((where, Spot(where, (heading, row.about))))
        below = area.top() + len(rows) * step + 2
        self._paint_remark(painter, QRectF(area.left(), below, area.width(), max(area.bottom() - below, 0.0)))

    def _paint_remark(self, painter: QPainter, area: QRectF) -> None:
        """Say what is to be seen, if there is room."""
        theme, told = self._theme, self.forecast
        line = line_height(theme, POINTS)
        if told is None or area.height() < 3 * line + 4:
            return
        promised, actual = told.by_update, told.mini_batch.actual
        if not (np.isfinite(promised) and np.isfinite(actual)):
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
