"""The chain rule as linked number lines: w, z, a, …, C upright beside each other, and between them their slopes."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backprop.subject import NEURON, Spot, spot_of
from nnviz.app.graphics.backprop.walk import REACH, Walk
from nnviz.app.graphics.backprop.words import EXACT, figures, parameter_name
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.chain import Quantity

LINK = "link"
"""What can be pointed at here and nowhere else: a local derivative, by its place in the chain."""
COST = "cost"
"""Likewise the cost at the end."""
POINTS, SMALL = 10.0, 9.0
LEAST_LINES = 1.6
"""Lines of text that the number lines are high at least."""


def quantity_name(quantity: Quantity) -> str:
    """Return "z(1, 3)" for a neuron's, by layer and number; the cost is C, and a parameter as it is in lists."""
    if quantity.layer is None:
        return quantity.symbol
    place = f"{quantity.layer}, {quantity.neuron}"
    return f"{quantity.symbol}({place}{'' if quantity.input is None else f', {quantity.input}'})"


class ChainLines:
    """A number line for each quantity of a chain; what is on one moves what is on the next.

    Parameters
    ----------
    theme : Theme
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._walk: Walk | None = None
        self._area = QRectF()
        self._across: list[float] = []
        self._top = self._bottom = 0.0
        self._pitch = 1.0
        self._names_at = self._links_at = 0.0
        self._are_short = False
        self._has_names = self._has_slopes = self._has_symbols = self._has_values = False

    def show(self, walk: Walk) -> None:
        """Take a chain."""
        self._walk = walk

    # Where things are.

    def lay_out(self, area: QRectF) -> None:
        """Divide an area: names, slopes, number lines, numbers; what has no room is left out."""
        walk, theme = self._walk, self._theme
        self._area, self._across = area, []
        if walk is None or area.isEmpty():
            return
        self._are_short = False
        count = len(walk.quantities)
        line, small = line_height(theme, POINTS, strong=True), line_height(theme, SMALL)
        names = self._widths(walk)
        first, last = max(names[0], small) / 2 + 4, max(names[-1], self._value_width()) / 2 + 2
        first = max(first, self._value_width() / 2 + 2)
        self._pitch = max((area.width() - first - last) / max(count - 1, 1), 1.0)
        if any((one + other) / 2 + 6 > self._pitch for one, other in zip(names, names[1:], strict=False)):
            self._are_short = True
            names = self._widths(walk)
        self._across = [area.left() + first + place * self._pitch for place in range(count)]
        pairs = zip(names, names[1:], strict=False)
        self._has_names = max((one + other) / 2 for one, other in pairs) + 6 <= self._pitch
        self._has_values = self._value_width() + 6 <= self._pitch
        self._has_slopes = text_width(theme, "× −0.00", SMALL) <= self._pitch
        room = area.height() - LEAST_LINES * line
        top = area.top()
        self._names_at = top
        if self._has_names and room >= line:
            top += line
            room -= line
        else:
            self._has_names = False
        self._links_at = top
        if self._has_slopes and room >= line:
            top += line
            room -= line
        else:
            self._has_slopes = False
        self._has_symbols = self._has_slopes and room >= 2 * small
        if self._has_symbols:
            top += small
            room -= small
        self._has_values = self._has_values and room >= small
        self._top = top + 5
        self._bottom = area.bottom() - 5 - (small + 2 if self._has_values else 0.0)

    def _names(self, walk: Walk) -> list[str]:
        return [
            quantity.symbol if self._are_short else quantity_name(quantity) for quantity in walk.quantities
        ]

    def _widths(self, walk: Walk) -> list[float]:
        return [text_width(self._theme, name, POINTS, strong=True) for name in self._names(walk)]

    def _value_width(self) -> float:
        return text_width(self._theme, "−0.0000", SMALL)

    def _down(self, place: int, value: float) -> float:
        """Return how far down a value is on a number line."""
        walk = self._walk
        assert walk is not None
        low, high = float(walk.lows[place]), float(walk.highs[place])
        share = (value - low) / (high - low) if high > low and math.isfinite(high - low) else 0.5
        if not math.isfinite(share):
            share = 0.5
        return self._bottom - min(max(share, 0.0), 1.0) * (self._bottom - self._top)

    # Painting.

    def paint(self, painter: QPainter) -> None:
        """Paint the lines, what is on them, and what links them."""
        walk = self._walk
        if walk is None or not self._across:
            return
        theme = self._theme
        painter.setPen(QPen(theme.colour("line"), 1.5))
        painter.drawLines([QLineF(x, self._top, x, self._bottom) for x in self._across])
        before = [QPointF(x, self._down(n, float(walk.values[n]))) for n, x in enumerate(self._across)]
        after = [QPointF(x, self._down(n, float(walk.moved[n]))) for n, x in enumerate(self._across)]
        has_moved = walk.change != 0
        self._paint_way(painter, before, "muted" if has_moved else "highlight", not has_moved)
        if has_moved:
            self._paint_way(painter, after, "highlight", True)
        if self._has_names:
            self._paint_names(painter, walk)
        if self._has_slopes:
            self._paint_slopes(painter, walk)
        if self._has_values:
            self._paint_values(painter, walk)
        self._paint_ends(painter, walk)
        if has_moved:
            self._paint_predicted(painter, walk)

    def _paint_ends(self, painter: QPainter, walk: Walk) -> None:
        """Write at the ends of the number lines from where to where they reach, where there is plenty of room."""
        theme, small = self._theme, line_height(self._theme, SMALL)
        width = self._value_width()
        if self._bottom - self._top < 5 * small or self._pitch < 2.6 * width:
            return
        for n, x in enumerate(self._across):
            for value, top in ((walk.highs[n], self._top - 2), (walk.lows[n], self._bottom - small + 2)):
                text = figures(float(value), 3)
                room = text_width(theme, text, SMALL - 1) + 2
                place = QRectF(x + 6, top, room, small)
                if place.right() > self._area.right():
                    place.moveRight(x - 6)
                write(painter, theme, place, text, LEFT | MIDDLE, SMALL - 1, "muted")

    def _paint_predicted(self, painter: QPainter, walk: Walk) -> None:
        """Paint on the number line of the cost where the tangent says it would be, as a ring."""
        point = QPointF(self._across[-1], self._down(len(self._across) - 1, walk.predicted))
        radius = 6.0 * self._theme.text_scale
        painter.setPen(QPen(self._theme.colour("highlight"), 1.4, Qt.PenStyle.DotLine))
        painter.drawEllipse(point, radius, radius)

    def _paint_way(self, painter: QPainter, points: list[QPointF], role: str, filled: bool) -> None:
        theme = self._theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour(role, 0.55), 1.5))
        painter.drawLines([QLineF(one, other) for one, other in zip(points, points[1:], strict=False)])
        radius = 3.6 * theme.text_scale
        painter.setPen(QPen(theme.colour(role), 1.6))
        painter.setBrush(theme.colour(role if filled else "surface"))
        for point in points:
            painter.drawEllipse(point, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_names(self, painter: QPainter, walk: Walk) -> None:
        theme = self._theme
        line = line_height(theme, POINTS, strong=True)
        middle = self._names_at + line / 2
        names, widths = self._names(walk), self._widths(walk)
        for x, name, width in zip(self._across, names, widths, strict=True):
            place = QRectF(x - width / 2 - 1, self._names_at, width + 2, line)
            write(painter, theme, place, name, CENTRE | MIDDLE, POINTS, strong=True)
        painter.setPen(QPen(theme.colour("muted"), 1.2))
        tip = 3.0 * theme.text_scale
        for n in range(len(names) - 1):
            left = self._across[n] + widths[n] / 2 + 5
            right = self._across[n + 1] - widths[n + 1] / 2 - 5
            if right - left > 2.5 * tip:
                painter.drawLine(QPointF(left, middle), QPointF(right, middle))
                painter.drawPolyline(
                    [
                        QPointF(right - tip, middle - tip),
                        QPointF(right, middle),
                        QPointF(right - tip, middle + tip),
                    ]
                )

    def _paint_slopes(self, painter: QPainter, walk: Walk) -> None:
        """Write the local derivatives between the lines that they lead from and to."""
        theme = self._theme
        line, small = line_height(theme, POINTS, strong=True), line_height(theme, SMALL)
        for n, link in enumerate(walk.chain.links):
            left = self._across[n]
            texts = [f"× {figures(link.derivative, count)}" for count in (3, 2, 1)]
            texts += [figures(link.derivative, 1), "×"]
            text = fitting(theme, texts, self._pitch - 4, POINTS)
            place = QRectF(left, self._links_at, self._pitch, line)
            write(painter, theme, place, text, CENTRE | MIDDLE, POINTS)
            if self._has_symbols:
                symbol = f"∂{link.of.symbol}/∂{link.by.symbol}"
                place = QRectF(left, self._links_at + line - 2, self._pitch, small)
                write(painter, theme, place, symbol, CENTRE | MIDDLE, SMALL, "muted")

    def _paint_values(self, painter: QPainter, walk: Walk) -> None:
        theme, small = self._theme, line_height(self._theme, SMALL)
        role = "highlight" if walk.change != 0 else "text"
        for x, value in zip(self._across, walk.moved.tolist(), strict=True):
            texts = [figures(value, count) for count in (4, 3, 2)]
            text = next((t for t in texts if text_width(theme, t, SMALL) + 4 <= self._pitch), texts[-1])
            width = text_width(theme, text, SMALL) + 2
            place = QRectF(x - width / 2, self._bottom + 7, width, small)
            if place.right() > self._area.right():
                place.moveRight(self._area.right())
            write(painter, theme, place, text, CENTRE | MIDDLE, SMALL, role)

    # What is pointed at.

    def at(self, point: QPointF) -> Spot | None:
        """Return the quantity whose line is near a point, or the link between two."""
        walk = self._walk
        if walk is None or not self._across or not self._area.contains(point):
            return None
        place = (point.x() - self._across[0]) / self._pitch
        near = min(max(round(place), 0), len(self._across) - 1)
        if abs(place - near) * self._pitch <= max(0.22 * self._pitch, 8.0):
            return self._spot(walk, near)
        link = math.floor(place)
        return Spot(LINK, index=link) if 0 <= link < len(walk.chain.links) else None

    def change_at(self, point: QPointF) -> float | None:
        """Return by how much the parameter is moved where a point near its number line is."""
        walk = self._walk
        if walk is None or not self._across or not self._area.contains(point):
            return None
        if abs(point.x() - self._across[0]) > max(0.22 * self._pitch, 8.0) or self._bottom <= self._top:
            return None
        share = (self._bottom - point.y()) / (self._bottom - self._top)
        return min(max(2 * share - 1, -1.0), 1.0) * REACH

    def _spot(self, walk: Walk, place: int) -> Spot:
        quantity = walk.quantities[place]
        if place == 0:
            return spot_of(walk.chain.parameter)
        if quantity.layer is None or quantity.neuron is None:
            return Spot(COST)
        return Spot(NEURON, quantity.layer, quantity.neuron)

    def where(self, spot: Spot) -> QRectF:
        """Return where what is pointed at is."""
        walk = self._walk
        if walk is None or not self._across:
            return QRectF()
        if spot.part == LINK:
            left = self._across[min(spot.index, len(self._across) - 1)]
            return QRectF(left, self._links_at, self._pitch, self._top - self._links_at)
        for place, x in enumerate(self._across):
            if self._spot(walk, place) == spot:
                return QRectF(x - 6, self._top, 12, self._bottom - self._top)
        return QRectF()

    def tell(self, spot: Spot) -> list[str]:
        """Return the exact numbers of a link, or of the cost."""
        walk = self._walk
        if walk is None:
            return []
        if spot.part == COST:
            lines = ["Cost of this sample", f"C = {figures(walk.along.cost, EXACT)}"]
            if walk.change:
                lines += [
                    f"moved: C = {figures(float(walk.moved[-1]), EXACT)}",
                    f"tangent: {figures(walk.predicted, EXACT)}",
                ]
            return lines
        if spot.part != LINK or spot.index >= len(walk.chain.links):
            return []
        link = walk.chain.links[spot.index]
        name = f"∂{quantity_name(link.of)} / ∂{quantity_name(link.by)}"
        return [name, f"= {figures(link.derivative, EXACT)}"]


def about_chain(walk: Walk) -> list[str]:
    """Return what is said of a chain, the longest first."""
    found, name = walk.chain, parameter_name(walk.chain.parameter)
    total, along = figures(found.total, 3), figures(found.along, 3)
    if found.ways == 1:
        return [
            f"The product of the slopes is ∂C/∂θ of {name}: {total}.",
            f"Their product is {total}.",
            f"∂C/∂θ = {total}",
        ]
    return [
        f"Along the strongest of {found.ways:,} ways the slopes multiply to {along}; all ways together make {total}.",
        f"The strongest of {found.ways:,} ways gives {along}; all make {total}.",
        f"This way {along}, all ways {total}.",
        f"∂C/∂θ = {total}",
    ]
