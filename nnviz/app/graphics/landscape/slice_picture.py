"""The slice downhill as a picture: the cost over η, its tangent, and where half of η, η and the double land."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnviz.app.graphics.chart import Axis, Chart
from nnviz.app.graphics.landscape.paint_marks import paint_arrow
from nnviz.app.graphics.landscape.slice_words import LEVEL, cost_texts, eta_text, is_higher, short
from nnviz.app.graphics.text import CENTRE, MIDDLE, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.slice import Landing, Slice

NAMES = ("½η", "η", "2η")
POINTS = 9.0
DOT = 5.0
KNOB = 7.0
"""Pixels from the middle of the handle to its edge, at the usual size of text."""
TALLEST = 5.0
"""The picture goes so many times as far above the lowest point as the present cost is above it, and no further."""
LEAST_BOX = 110.0
"""Pixels of height from which the step is drawn along the ground."""


def heights_of(found: Slice, landings: Sequence[Landing]) -> tuple[float, float]:
    """Return from which cost to which a slice is best shown.

    Where a step lands far up on the other side, the valley is still to be seen: what is higher is cut off.
    """
    costs = np.concatenate([found.costs, [landing.cost for landing in landings], [found.cost]])
    costs = costs[np.isfinite(costs)]
    if not costs.size:
        return 0.0, 1.0
    low, high = float(costs.min()), float(costs.max())
    fall = found.cost - low
    if fall > 0.02 * (high - low):
        high = min(high, low + TALLEST * fall)
    # What differs by less than the computer can tell is drawn flat.
    margin = max(0.12 * (high - low), 10 * LEVEL * abs(high)) or 1.0
    return (max(low - margin, 0.0) if low >= 0 else low - margin), high + margin


class SlicePicture:
    """Paints a slice, wherever it is given an area.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    chart : Chart or None
        Where it was painted last, by which pixels and learning rates are told from each other.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.chart: Chart | None = None

    def paint(
        self,
        painter: QPainter,
        area: QRectF,
        found: Slice,
        landings: Sequence[Landing],
        heights: tuple[float, float],
        n_samples: int,
        run_eta: float,
    ) -> None:
        """Paint the slice.

        Parameters
        ----------
        painter : QPainter
        area : QRectF
        found : Slice
        landings : sequence of Landing
            With half of the learning rate that is tried, with it and with the double.
        heights : (float, float)
            From which cost to which the picture goes.
        n_samples : int
            Over how many samples the cost is taken.
        run_eta : float
            The learning rate of the run, which is marked where another is tried.
        """
        theme = self._theme
        rooms = (area.width() - 70 * theme.text_scale, area.height() - 50 * theme.text_scale)
        across = fitting(
            theme, ("learning rate η: a step leads to θ − η∇C", "learning rate η", "η"), rooms[0], POINTS
        )
        up = fitting(theme, (f"cost C over {n_samples:,} images", "cost C", "C"), rooms[1], POINTS)
        self.chart = chart = Chart(
            theme,
            area,
            Axis(across, float(found.etas[0]), float(found.etas[-1])),
            Axis(up, *heights),
        )
        chart.paint_frame(painter)
        painter.save()
        painter.setClipRect(chart.box.adjusted(-1, -1, 1, 1))
        self._paint_levels(painter, chart, found)
        self._paint_tangent(painter, chart, found)
        painter.restore()
        chart.line(painter, found.etas, found.costs, theme.colour("training"), 2.5)
        if not math.isclose(run_eta, landings[1].eta):
            self._paint_run(painter, chart, run_eta)
        self._paint_landings(painter, chart, found, landings)

    def point(self, eta: float, cost: float) -> QPointF:
        """Return where a point of the curve lies, in pixels."""
        assert self.chart is not None
        return QPointF(self.chart.points([eta], [cost]).at(0))

    def _paint_levels(self, painter: QPainter, chart: Chart, found: Slice) -> None:
        """Paint lines through the present position: its cost, by which others are lower or higher, and η = 0."""
        here, box = self.point(0.0, found.cost), chart.box
        painter.setPen(QPen(self._theme.colour("muted", 0.7), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(box.left(), here.y(), box.right(), here.y()))
        painter.drawLine(QLineF(here.x(), box.top(), here.x(), box.bottom()))

    def _paint_tangent(self, painter: QPainter, chart: Chart, found: Slice) -> None:
        ends = np.array([found.etas[0], found.etas[-1]])
        line = chart.points(ends, found.cost + found.slope * ends)
        painter.setPen(QPen(self._theme.colour("text", 0.8), 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(line.at(0), line.at(1))

    def _paint_run(self, painter: QPainter, chart: Chart, run_eta: float) -> None:
        x = chart.across(run_eta)
        if chart.box.left() <= x <= chart.box.right():
            down = chart.box.bottom()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("muted"))
            side = 6 * self._theme.text_scale**0.5
            painter.drawPolygon(
                QPolygonF([QPointF(x, down - side), QPointF(x - side, down), QPointF(x + side, down)])
            )
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_landings(
        self, painter: QPainter, chart: Chart, found: Slice, landings: Sequence[Landing]
    ) -> None:
        theme, box = self._theme, chart.box
        radius = DOT * theme.text_scale**0.5
        here = self.point(0.0, found.cost)
        knob = self.knob(landings[1].eta)
        taken = [QRectF(here.x() - radius, here.y() - radius, 2 * radius, 2 * radius)]
        if knob is not None:
            taken.append(knob.adjusted(-2, -4, 2, 4))
        dots: list[tuple[QPointF, str, str]] = []
        texts = cost_texts([found.cost, *(landing.cost for landing in landings)])[1:]
        order = (1, 2, 0)  # what there is room for first
        for place in order:
            landing, name = landings[place], NAMES[place]
            text = f"{name} → {texts[place] if math.isfinite(landing.cost) else 'no finite cost'}"
            role = "warning" if is_higher(landing, found.cost) else "highlight" if place == 1 else "text"
            spot = self.point(landing.eta, landing.cost) if math.isfinite(landing.cost) else None
            if spot is None:
                spot = QPointF(chart.across(landing.eta), box.top())
            self._paint_fall(painter, box, here, spot, role, is_main=place == 1)
            taken.append(
                QRectF(
                    QPointF(spot.x() - 2, min(spot.y(), here.y())),
                    QPointF(spot.x() + 2, max(spot.y(), here.y())),
                )
            )
            inside = QPointF(
                min(max(spot.x(), box.left()), box.right()), min(max(spot.y(), box.top()), box.bottom())
            )
            if inside != spot:
                text += " ↑" if spot.y() < box.top() else " ↗" if math.isnan(landing.cost) else " →"
            else:
                taken.append(QRectF(spot.x() - radius, spot.y() - radius, 2 * radius, 2 * radius))
            dots.append((inside, text, role))
        if knob is not None and box.height() >= LEAST_BOX * theme.text_scale:
            self._paint_ground(painter, box, here, knob, found.distance * landings[1].eta, taken)
        for place, (spot, _, role) in zip(order, dots, strict=True):
            if box.adjusted(-1, -1, 1, 1).contains(spot):
                painter.setPen(QPen(theme.colour(role), 2))
                painter.setBrush(theme.colour(role if place == 1 else "surface"))
                painter.drawEllipse(spot, radius, radius)
        painter.setPen(QPen(theme.colour("surface"), 1.5))
        painter.setBrush(theme.colour("training"))
        painter.drawEllipse(here, 1.2 * radius, 1.2 * radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place, (spot, text, role) in zip(order, dots, strict=True):
            eta = landings[place].eta
            falls = not found.cost_at(0.95 * eta) < found.cost_at(eta)
            self._paint_label(painter, box, spot, text, role, taken, falls)
        self._paint_label(painter, box, here, f"here {short(found.cost)}", "training", taken)
        self._paint_tangent_label(painter, chart, found, taken)
        if knob is not None:
            self._paint_knob(painter, knob, "highlight")

    def _paint_fall(
        self, painter: QPainter, box: QRectF, here: QPointF, spot: QPointF, role: str, is_main: bool
    ) -> None:
        """Paint the way from the level of the present cost down, or up, to where a step lands."""
        if not box.left() <= spot.x() <= box.right():
            return
        theme = self._theme
        painter.save()
        painter.setClipRect(box.adjusted(-8, -1, 8, 1))
        painter.setPen(QPen(theme.colour(role, 0.45), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(spot.x(), spot.y(), spot.x(), box.bottom()))
        if abs(spot.y() - here.y()) > 14:
            towards = max(spot.y(), box.top())
            gap = DOT * theme.text_scale**0.5 + 1
            end = towards - gap if towards > here.y() else towards + gap
            width = 3.0 if is_main else 1.5
            paint_arrow(
                painter, QPointF(spot.x(), here.y()), QPointF(spot.x(), end), theme.colour(role), width
            )
        painter.restore()

    def _paint_ground(
        self,
        painter: QPainter,
        box: QRectF,
        here: QPointF,
        knob: QRectF,
        length: float,
        taken: list[QRectF],
    ) -> None:
        """Paint how far the step leads, along the ground, and how long it is in the space of parameters."""
        theme = self._theme
        line = line_height(theme, POINTS)
        down = box.bottom() - KNOB * theme.text_scale**0.5 - 4
        paint_arrow(
            painter, QPointF(here.x(), down), QPointF(knob.center().x(), down), theme.colour("highlight"), 2.0
        )
        text = fitting(
            theme,
            (f"a step of length η‖∇C‖ = {short(length)}", f"step {short(length)}", ""),
            knob.center().x() - here.x() - 8,
            POINTS,
        )
        if text:
            width = text_width(theme, text, POINTS) + 8
            row = QRectF((here.x() + knob.center().x() - width) / 2, down - line - 3, width, line)
            if not any(
                row.intersects(other) for other in taken if other.width() > 4
            ):  # arrows may be crossed
                self._paint_chip(painter, row, text, "text")
                taken.append(row)

    def _paint_label(
        self,
        painter: QPainter,
        box: QRectF,
        spot: QPointF,
        text: str,
        role: str,
        taken: list[QRectF],
        falls: bool = True,
    ) -> None:
        """Write beside a point, where nothing else is written; nowhere, if there is no such place."""
        theme = self._theme
        line, width = line_height(theme, POINTS), text_width(theme, text, POINTS, strong=True) + 10
        away = DOT * theme.text_scale**0.5 + 4
        beside, other = (-away - width, away) if falls else (away, -away - width)
        for dx, dy in (
            (beside, 0.4 * away),  # where the curve is not
            (-width / 2, away),
            (other, -0.4 * away - line),
            (-width / 2, -away - line),
            (away, -line / 2),
            (-away - width, -line / 2),
            (other, away),
            (beside, -away - line),
        ):
            place = QRectF(spot.x() + dx, spot.y() + dy, width, line)
            if box.contains(place) and not any(place.intersects(other) for other in taken):
                taken.append(place)
                self._paint_chip(painter, place, text, role, strong=True)
                return

    def _paint_tangent_label(
        self, painter: QPainter, chart: Chart, found: Slice, taken: list[QRectF]
    ) -> None:
        """Name the tangent where it leaves the picture."""
        theme, box = self._theme, chart.box
        text = f"tangent, slope −‖∇C‖² = {short(found.slope)}"
        text = fitting(theme, (text, "tangent"), 0.45 * box.width(), POINTS)
        width, line = text_width(theme, text, POINTS) + 10, line_height(theme, POINTS)
        for share in (0.86, 0.7, 0.5, 0.3, 0.15):
            y = box.top() + share * box.height()
            cost = chart_value(chart, y)
            x = chart.across((cost - found.cost) / found.slope) if found.slope else math.inf
            for left in (x - 6 - width, x + 6):
                place = QRectF(left, y - line / 2, width, line)
                if box.contains(place) and not any(place.intersects(other) for other in taken):
                    taken.append(place)
                    self._paint_chip(painter, place, text, "muted")
                    return

    def _paint_chip(
        self, painter: QPainter, place: QRectF, text: str, role: str, strong: bool = False
    ) -> None:
        theme = self._theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("surface", 0.85))
        painter.drawRoundedRect(place, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        write(painter, theme, place, text, CENTRE | MIDDLE, POINTS, role, strong=strong)

    # The handle.

    def knob(self, eta: float) -> QRectF | None:
        """Return where the handle of a learning rate is; None where it lies beside the picture."""
        chart = self.chart
        if chart is None:
            return None
        x, side = chart.across(eta), KNOB * self._theme.text_scale**0.5
        if not chart.box.left() - 1 <= x <= chart.box.right() + 1:
            return None
        return QRectF(x - side, chart.box.bottom() - side, 2 * side, 2 * side)

    def _paint_knob(self, painter: QPainter, knob: QRectF, role: str) -> None:
        theme = self._theme
        painter.setPen(QPen(theme.colour("surface"), 2))
        painter.setBrush(theme.colour(role))
        painter.drawRoundedRect(knob, 4, 4)
        painter.setPen(QPen(theme.colour("on_highlight"), 1.2))
        middle, reach = knob.center(), 0.45 * knob.height() / 2
        for aside in (-0.35 * reach, 0.35 * reach):
            x = middle.x() + 1.2 * aside
            painter.drawLine(QLineF(x, middle.y() - reach, x, middle.y() + reach))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def eta_at(self, pixel: QPointF) -> float | None:
        """Return the learning rate over a pixel, at the picture's edge for one beside it; None before it is painted."""
        if self.chart is None:
            return None
        box = self.chart.box
        return self.chart.value_at(min(max(pixel.x(), box.left()), box.right()))


def chart_value(chart: Chart, pixel: float) -> float:
    """Return the value of the upright axis at a pixel."""
    bottom, top = chart.down(0.0), chart.down(1.0)
    return (bottom - pixel) / (bottom - top) if bottom != top else math.nan


def eta_line(eta: float, cost: float, found: Slice) -> list[str]:
    """Return what the pointer tells of a place on the curve."""
    here = "no finite cost known here" if math.isnan(cost) else f"cost {cost_texts([cost, found.cost])[0]}"
    side = "uphill, " if eta < 0 else ""
    return [
        f"η = {eta_text(abs(eta)) if eta >= 0 else '−' + eta_text(-eta)}: {here}",
        f"the tangent says {short(found.tangent(eta))}",
        f"{side}{short(abs(eta) * found.distance)} away in the space of parameters",
    ]
