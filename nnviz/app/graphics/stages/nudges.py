"""The table of nudges: what each sample asks of a neuron's weights, and the mean that is applied."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.stages.cells import POINTS, Cells, Look, number_columns
from nnviz.app.graphics.stages.shown import Spot, StageShown, exact
from nnviz.app.graphics.stages.strips import paint_sample_labels
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, TOP, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.components import Component, index_of
from nnviz.core.nudges import Agreement, nudges

COLUMN = "+0.000"
"""As wide as this, a column's numbers can be read."""
MOST = 10
"""Weights that are shown."""
MEAN = "mean"


def part_of(found: Agreement, place: int) -> float:
    """Return a sample's part of the mean gradient; below 0 for one that pulls against it."""
    with np.errstate(all="ignore"):
        return float(found.projections[place] / found.projections.sum())


class NudgesTable:
    """Samples × the weights of a neuron that the step asks most of, and its bias; at the bottom their mean.

    Parameters
    ----------
    theme : Theme
    shown : StageShown
        At the stage "gradient".
    agreement : Agreement or None
        Of its samples' gradients, where it is known.
    """

    def __init__(self, theme: Theme, shown: StageShown, agreement: Agreement | None) -> None:
        self._theme = theme
        self._shown = shown
        self._agreement = agreement
        self.layer, self.neuron = shown.layer, shown.gradient_focus()
        self._columns = 0
        self._build(MOST)

    def _build(self, count: int) -> None:
        """Take the numbers of so many weights."""
        network, trace = self._shown.trace.network, self._shown.trace
        row = network.layers(trace.mean_gradient)[self.layer - 1][self.neuron, :-1]
        strongest = np.argsort(-np.abs(np.nan_to_num(row)), kind="stable")[:count]
        self.inputs = [*np.sort(strongest).tolist(), None]
        if len(self.inputs) == self._columns:
            return
        self._columns = len(self.inputs)
        places = [index_of(network, Component(self.layer, self.neuron, k)) for k in self.inputs]
        self.nudges = nudges(trace, places)
        self.cells = Cells(self._theme, self.nudges.each[: self._shown.rows], Look.SIGN)
        self.mean = Cells(self._theme, self.nudges.mean[np.newaxis], Look.SIGN, self.cells.limit)

    def titles(self) -> tuple[str, ...]:
        """Return what the table shows, the longest first."""
        j, layer, unit = self.neuron, self.layer, self.cells.unit
        weights = f"∂Cₓ/∂w of neuron {j}, layer {layer}"
        return (
            f"Nudges −{weights}, asked by {self._shown.samples_text}{unit and f', in {unit}'}",
            f"Nudges −{weights}{unit and f', in {unit}'}",
            f"Nudges for neuron {j}, layer {layer}{unit and f', in {unit}'}",
            f"Nudges{unit and f', in {unit}'}",
        )

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Lay the table out, and paint it."""
        theme, shown = self._theme, self._shown
        line = line_height(theme, POINTS)
        widest = max(text_width(theme, text, POINTS) for text in (MEAN, "a 0"))
        left = widest + 10
        beside = text_width(theme, "−0.00", POINTS) + 12 if area.width() > 26 * line else 0.0
        room = area.width() - left - beside
        self._build(min(max(int(room / (text_width(theme, COLUMN, POINTS) + 6)) - 1, 2), MOST))
        has_title, has_head = area.height() > 6 * line, area.height() > 4 * line
        head = line + 2 if has_head else 0.0
        bottom = min(1.35 * line, 0.4 * area.height())
        has_share = area.height() > 9 * line
        foot = bottom + 5 + (line + 2 if has_share else 0)
        title = QRectF(area.left(), area.top(), area.width(), line + 4 if has_title else 0.0)
        rows = max(area.height() - title.height() - head - foot, 4.0)
        height = min(rows, shown.rows * 1.7 * line)
        top = title.bottom() + head
        self.cells.lay_out(QRectF(area.left() + left, top, room, height), has_title)
        if has_title:
            text = fitting(theme, self.titles(), title.width(), POINTS)
            write(painter, theme, title, text, LEFT | MIDDLE, POINTS)
        names = ["b" if k is None else f"k={k}" for k in self.inputs]
        over = QRectF(self.cells.area.left(), title.bottom(), self.cells.area.width(), head)
        if has_head:
            number_columns(painter, theme, over, names)
        self.cells.paint(painter)
        paint_sample_labels(painter, theme, shown, self.cells, area.left(), left)
        below = self.cells.area.bottom() + 5
        self.mean.lay_out(QRectF(self.cells.area.left(), below, self.cells.area.width(), bottom), has_title)
        self.mean.paint(painter)
        where = QRectF(area.left(), below, left - 8, bottom)
        write(painter, theme, where, MEAN, RIGHT | MIDDLE, POINTS, strong=True)
        if has_share:
            self._paint_cancelled(painter, area.left(), left - 8, below + bottom + 2, line)
        if beside:
            self._paint_cosines(painter, area, beside, over)
        taken = below + bottom + (line + 4 if has_share else 2)
        self._paint_choice(painter, QRectF(area.left(), taken + 4, area.width(), area.bottom() - taken - 4))
        if shown.place < shown.rows:
            painter.setPen(QPen(theme.colour("highlight"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.cells.row(shown.place).adjusted(-1, -1, 1, 1))

    def _paint_cancelled(self, painter: QPainter, left: float, width: float, top: float, line: float) -> None:
        """Write below each column how much of the nudges cancels."""
        theme = self._theme
        row = QRectF(self.cells.area.left(), top, self.cells.area.width(), line)
        shares = [f"{100 * share:.0f} %" if np.isfinite(share) else "–" for share in self.nudges.cancelled]
        number_columns(painter, theme, row, shares)
        where = QRectF(left, top, width, line)
        write(
            painter,
            theme,
            where,
            fitting(theme, ("cancelled", "lost"), width, POINTS),
            RIGHT | MIDDLE,
            POINTS,
            "muted",
        )

    def _paint_choice(self, painter: QPainter, area: QRectF) -> None:
        """Say which parameters these are, and how to see others, as far as there is room."""
        line = line_height(self._theme, POINTS)
        these = f"The {len(self.inputs) - 1} weights with the largest mean, and the bias."
        how = "For another neuron’s, click its gradient or press ↑ ↓."
        if area.height() >= 3 * line:
            where = QRectF(area.left(), area.top(), area.width(), 3 * line + 2)
            write(painter, self._theme, where, f"{these} {how}", LEFT | TOP, POINTS, "muted", wrap=True)
        elif area.height() >= line:
            where = QRectF(area.left(), area.top(), area.width(), line + 2)
            text = fitting(
                self._theme, (f"{these} {how}", how, "↑ ↓ for another neuron"), where.width(), POINTS
            )
            write(painter, self._theme, where, text, LEFT | MIDDLE, POINTS, "muted")

    def _paint_cosines(self, painter: QPainter, area: QRectF, width: float, over: QRectF) -> None:
        """Write beside each row the cosine of the sample's whole gradient to the mean."""
        theme = self._theme
        line = line_height(theme, POINTS)
        if self.cells.row(0).height() < 0.9 * line or self._agreement is None:
            return
        column = QRectF(self.cells.area.right() + 4, over.top(), width - 4, over.height())
        write(painter, theme, column, "cos", RIGHT | MIDDLE, POINTS, "muted")
        for place, cosine in enumerate(self._agreement.cosines[: self._shown.rows].tolist()):
            row = self.cells.row(place)
            where = QRectF(column.left(), row.center().y() - line / 2, column.width(), line)
            text = f"{round(cosine, 2) + 0:.2f}".replace("-", "−") if np.isfinite(cosine) else "–"
            most = place == self._agreement.dominant
            write(
                painter, theme, where, text, RIGHT | MIDDLE, POINTS, "text" if most else "muted", strong=most
            )

    def at(self, point: QPointF) -> Spot | None:
        """Return the nudge under a point."""
        found = self.cells.at(point)
        if found is not None:
            place, column = found
            nudge = self._named(column, self.nudges.each[place, column])
            told = [self._shown.sample_name(place), nudge]
            if self._agreement is not None:
                part = part_of(self._agreement, place)
                told += [
                    f"cosine of its whole gradient to the mean: {exact(self._agreement.cosines[place])}",
                    f"its part of the mean gradient: {100 * part:.3g} %".replace("-", "−")
                    + (", the largest" if place == self._agreement.dominant else ""),
                ]
            return Spot(self.cells.cell(place, column), tuple(told), sample=place)
        found = self.mean.at(point)
        if found is not None:
            column = found[1]
            share = f"{100 * float(self.nudges.cancelled[column]):.1f} % of the samples' nudges is lost"
            lines = ("Mean over the mini-batch", self._named(column, self.nudges.mean[column]), share)
            return Spot(self.mean.cell(0, column), lines)
        return None

    def _named(self, column: int, value: float) -> str:
        k = self.inputs[column]
        name = f"b of neuron {self.neuron}" if k is None else f"w from {k} to {self.neuron}"
        return f"nudge of {name}: {exact(value)}"
