"""The gradient as a list: every component by size, which is to say how sensitive the cost is to each parameter."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backprop.header import Head, divide, paint_head
from nnviz.app.graphics.backprop.shares import LayerShares
from nnviz.app.graphics.backprop.subject import Spot, Subject, spot_of
from nnviz.app.graphics.backprop.words import figures, parameter_name, parameter_place, signed_figures
from nnviz.app.graphics.layer_colours import layer_colours
from nnviz.app.graphics.numerals import Numerals
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.components import Component, Ranking, component, index_of, rank
from nnviz.core.encoding import Floats

SHARE = "share"
"""What can be pointed at here and nowhere else: a layer's share of ‖∇C‖²."""
POINTS = 10.0
NUDGE = 0.01
"""By how much a parameter is moved in a sentence."""
LEAST_BAR, WIDEST_BAR = 40.0, 460.0
"""Pixels at the usual size of text; a shorter bar is left out."""
LEAST_SHARED = 8.0
"""Lines of text: where there are fewer, the list has all of them."""
SLOT, SHORT_SLOT = "−1.23·10⁻¹⁰", "−1·10⁻¹⁰"
"""As wide as the longest number, in three figures and in one."""
LEAST_POINTS = 7.0
"""Of text in rows, where there is very little room."""


@dataclass(frozen=True)
class Columns:
    """From where to where the columns reach, in pixels; None for one that has no room.

    Parameters
    ----------
    rank, name, place, value, derivative, bar : (float, float) or None
    """

    rank: tuple[float, float] | None
    name: tuple[float, float]
    place: tuple[float, float] | None
    value: tuple[float, float] | None
    derivative: tuple[float, float]
    bar: tuple[float, float] | None


class GradientPicture:
    """Shares of ‖∇C‖² by layer, and below them the list, of which only the rows in sight are painted.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    first : int
        The first row in sight.
    in_sight : int
        How many rows have room.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._numerals = Numerals()
        self._subject: Subject | None = None
        self._ranking: Ranking | None = None
        self._gradient: Floats = np.zeros(0)
        self._zeros = 0
        self._chosen: Component | None = None
        self._shares = LayerShares(theme)
        self._head: Head | None = None
        self._heads: QRectF | None = None
        self._rows = QRectF()
        self._row_height = 1.0
        self._columns: Columns | None = None
        self._points = POINTS
        self.first = 0
        self.in_sight = 1

    def show(self, subject: Subject, chosen: Component | None = None) -> None:
        """Take a sample's gradient, and which component is chosen."""
        trace = subject.trace
        _, gradient = subject.network.gradient(trace.x[np.newaxis], trace.y[np.newaxis])
        self._subject, self._gradient, self._chosen = subject, gradient, chosen
        self._ranking = rank(subject.network, gradient)
        self._zeros = int(gradient.size - np.count_nonzero(gradient))
        self._shares.show(self._ranking)
        self.scroll_to(self.first)

    @property
    def count(self) -> int:
        """How many components there are."""
        return int(self._gradient.size)

    def component_at_rank(self, place: int) -> Component | None:
        """Return which component is in a row, counted from 0."""
        if self._subject is None or self._ranking is None or not 0 <= place < self.count:
            return None
        return component(self._subject.network, int(self._ranking.order[place]))

    def rank_of(self, wanted: Component) -> int | None:
        """Return in which row a component is; None where the network has none such."""
        subject, ranking = self._subject, self._ranking
        if subject is None or ranking is None or not subject.has(wanted):
            return None
        return int((ranking.order == index_of(subject.network, wanted)).argmax())

    def first_of_layer(self, layer: int) -> Component | None:
        """Return the largest component of a layer."""
        subject, ranking = self._subject, self._ranking
        if subject is None or ranking is None:
            return None
        where = subject.network.layer_slices[layer - 1]
        inside = (ranking.order >= where.start) & (ranking.order < where.stop)
        return component(subject.network, int(ranking.order[inside.argmax()]))

    def scroll_to(self, first: int) -> None:
        """Let the rows in sight begin with this one, as far as there are so many."""
        self.first = min(max(first, 0), max(self.count - self.in_sight, 0))

    def reveal(self, place: int) -> None:
        """Scroll as little as need be for a row to be in sight."""
        if place < self.first - 1 or place > self.first + self.in_sight:
            self.scroll_to(place - self.in_sight // 2)
        elif place < self.first:
            self.scroll_to(place)
        elif place == self.first + self.in_sight:
            self.scroll_to(self.first + 1)

    # Where things are.

    def lay_out(self, area: QRectF) -> None:
        """Divide an area among head, shares, the heads of the columns, and rows."""
        subject, theme = self._subject, self._theme
        if subject is None:
            return
        head = self._head = divide(theme, area, subject.shape)
        body, line = head.body, line_height(theme, POINTS)
        top = body.top()
        self._shares.lay_out(QRectF())
        if body.height() >= LEAST_SHARED * line:
            height = self._shares.height(body.width())
            self._shares.lay_out(QRectF(body.left(), top, body.width(), height))
            top += height + 0.6 * line
        self._heads = None
        if body.bottom() - top >= 4 * line:
            self._heads = QRectF(body.left(), top, body.width(), line + 2)
            top += line + 4
        self._row_height = math.floor(1.22 * line)
        self.in_sight = max(int((body.bottom() - top) / self._row_height), 1)
        self._rows = QRectF(body.left(), round(top), body.width(), self.in_sight * self._row_height)
        self._columns = self._divide(subject, body)
        self.scroll_to(self.first)

    def _divide(self, subject: Subject, body: QRectF) -> Columns:
        """Give the columns their places: name and derivative first, then the bar, then what is left for the others."""
        theme, gap = self._theme, 0.9 * line_height(self._theme, POINTS)

        def wide(text: str) -> float:
            return text_width(theme, text, self._points) + 1

        sizes = subject.network.sizes
        widest = [Component(layer, sizes[layer] - 1, sizes[layer - 1] - 1) for layer in (1, len(sizes) - 1)]
        names = [parameter_name(entry) for entry in widest]
        self._points = POINTS
        while self._points > LEAST_POINTS and max(map(wide, names)) + wide(SHORT_SLOT) > 0.85 * body.width():
            self._points -= 0.5
        name = max(map(wide, names))
        place = max(wide(parameter_place(subject, entry)) for entry in widest)
        dot = 0.8 * line_height(theme, self._points)
        number, counted = wide(SLOT), wide(f"{self.count:,}")
        least = LEAST_BAR * theme.text_scale
        room = body.width() - dot - name - gap - number
        has_bar = room >= least + gap
        room -= least + gap if has_bar else 0.0
        has_rank = room >= counted + gap
        room -= counted + gap if has_rank else 0.0
        has_value = room >= number + gap
        room -= number + gap if has_value else 0.0
        has_place = room >= place + gap + least
        left = body.left()

        def take(width: float, taken: bool = True) -> tuple[float, float] | None:
            nonlocal left
            if not taken:
                return None
            start = left
            left += width + gap
            return start, start + width

        columns = {"rank": take(counted, has_rank)}
        left += dot
        columns |= {
            "name": take(name),
            "place": take(place, has_place),
            "value": take(number, has_value),
            "derivative": take(number),
        }
        bar = (left, min(body.right(), left + WIDEST_BAR * theme.text_scale)) if has_bar else None
        name_at, derivative_at = columns["name"], columns["derivative"]
        assert name_at is not None
        assert derivative_at is not None
        if derivative_at[1] > body.right():
            derivative_at = (name_at[1] + 0.3 * gap, body.right())
        return Columns(columns["rank"], name_at, columns["place"], columns["value"], derivative_at, bar)

    def row(self, place: int) -> QRectF:
        """Return where a row is, which need not be in sight."""
        top = self._rows.top() + (place - self.first) * self._row_height
        return QRectF(self._rows.left(), top, self._rows.width(), self._row_height)

    # Painting.

    def paint(self, painter: QPainter, area: QRectF, pointed: Spot | None = None) -> None:
        """Paint the shares and the rows in sight, what is pointed at marked."""
        subject, ranking = self._subject, self._ranking
        if subject is None or ranking is None:
            return
        self.lay_out(area)
        head = self._head
        assert head is not None
        paint_head(
            painter,
            self._theme,
            head,
            subject,
            self._titles(subject, ranking),
            self._sentences(subject, ranking),
        )
        self._shares.paint(painter)
        self._paint_heads(painter)
        self._paint_rows(painter, subject, ranking, pointed)

    def _titles(self, subject: Subject, ranking: Ranking) -> list[str]:
        norm = f"‖∇C‖ = {figures(ranking.norm, 3)}"
        return [
            f"All {self.count:,} components of ∇C for {subject.sample.name}, by size; {norm}",
            f"All {self.count:,} components of ∇C by size; {norm}",
            f"{self.count:,} components; {norm}",
            norm,
        ]

    def _sentences(self, subject: Subject, ranking: Ranking) -> list[str]:
        wanted = self._chosen if self._chosen is not None and subject.has(self._chosen) else None
        first = wanted or component(subject.network, int(ranking.order[0]))
        derivative = subject.derivative(first)
        name = parameter_name(first)
        moved = f"where {name} grows by {NUDGE}, C changes by about {signed_figures(NUDGE * derivative, 3)}"
        zeros = f"{self._zeros:,} are 0." if self._zeros else ""
        start = "Chosen:" if wanted else "Most sensitive:"
        return [
            f"{start} {moved}. {zeros}".strip(),
            f"{start} {moved}.",
            f"{start} {name}, {signed_figures(derivative, 3)}.",
            f"{name}: {signed_figures(derivative, 3)}",
            name,
        ]

    def _paint_heads(self, painter: QPainter) -> None:
        heads, columns, theme = self._heads, self._columns, self._theme
        if heads is None or columns is None:
            return
        for span, text, align in (
            (columns.rank, "rank", RIGHT),
            (columns.name, "parameter", LEFT),
            (columns.place, "leads", LEFT),
            (columns.value, "value", RIGHT),
            (columns.derivative, "∂C/∂θ", RIGHT),
        ):
            if span is not None:
                width = max(span[1] - span[0], text_width(theme, text, POINTS - 1) + 1)
                if align == LEFT and span[0] + width > columns.derivative[1]:
                    continue
                left = span[0] if align == LEFT else span[1] - width
                place = QRectF(left, heads.top(), width, heads.height())
                write(painter, theme, place, text, align | MIDDLE, POINTS - 1, "muted")
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(
            QPointF(heads.left(), heads.bottom() + 0.5), QPointF(heads.right(), heads.bottom() + 0.5)
        )

    def _paint_rows(
        self, painter: QPainter, subject: Subject, ranking: Ranking, pointed: Spot | None
    ) -> None:
        theme, columns = self._theme, self._columns
        if columns is None:
            return
        colours = layer_colours(theme, subject.n_layers)
        places = range(self.first, min(self.first + self.in_sight, self.count))
        rows = [(place, self.component_at_rank(place)) for place in places]
        for place, entry in rows:
            self._paint_ground(painter, place, entry, pointed)
        texts: dict[str, list[tuple[str, float, float]]] = {"text": [], "muted": []}
        rights: dict[str, list[tuple[str, float, float]]] = {
            role: [] for role in ("text", "muted", "positive", "negative")
        }
        bars: dict[str, list[QRectF]] = {"positive": [], "negative": []}
        dots: list[list[QPointF]] = [[] for _ in colours]
        index = ranking.order[self.first : self.first + self.in_sight]
        longest = abs(float(self._gradient[ranking.order[0]]))
        for (place, entry), derivative in zip(rows, self._gradient[index].tolist(), strict=True):
            if entry is None:
                continue
            row = self.row(place)
            y = row.center().y()
            role = "positive" if derivative > 0 else "negative" if derivative < 0 else "muted"
            rights[role].append((self._derivative(derivative, columns), columns.derivative[1], y))
            texts["text"].append((parameter_name(entry), columns.name[0], y))
            dots[entry.layer - 1].append(QPointF(columns.name[0] - 0.45 * row.height(), y))
            if columns.rank is not None:
                rights["muted"].append((f"{place + 1:,}", columns.rank[1], y))
            if columns.place is not None:
                texts["muted"].append((parameter_place(subject, entry), columns.place[0], y))
            if columns.value is not None:
                rights["text"].append((figures(subject.value(entry), 3), columns.value[1], y))
            if columns.bar is not None and longest > 0 and math.isfinite(derivative) and role != "muted":
                length = abs(derivative) / longest * (columns.bar[1] - columns.bar[0])
                bars[role].append(
                    QRectF(columns.bar[0], y - 0.26 * row.height(), length, 0.52 * row.height())
                )
        painter.setPen(Qt.PenStyle.NoPen)
        for role, rectangles in bars.items():
            painter.setBrush(theme.colour(role))
            painter.drawRects(rectangles)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, points in zip(colours, dots, strict=True):
            painter.setPen(
                QPen(colour, 0.36 * self._row_height, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            )
            painter.drawPoints(points)
        self._numerals.set_font(theme.font(self._points))
        for across, groups in ((0.0, texts), (1.0, rights)):
            for role, group in groups.items():
                self._numerals.paint(painter, theme.colour(role), group, across)

    def _derivative(self, value: float, columns: Columns) -> str:
        texts = [signed_figures(value, count) for count in (3, 2, 1)]
        return fitting(self._theme, texts, columns.derivative[1] - columns.derivative[0], self._points)

    def _paint_ground(
        self, painter: QPainter, place: int, entry: Component | None, pointed: Spot | None
    ) -> None:
        """Mark the row that is chosen, and the one that is pointed at."""
        if entry is None:
            return
        theme, row = self._theme, self.row(place).adjusted(-4, 0, 4, 0)
        if entry == self._chosen:
            painter.fillRect(row, theme.colour("highlight", 0.22))
            painter.fillRect(QRectF(row.left(), row.top(), 3, row.height()), theme.colour("highlight"))
        elif pointed is not None and pointed.component == entry:
            painter.fillRect(row, theme.colour("raised"))

    # What is pointed at.

    def at(self, point: QPointF) -> Spot | None:
        """Return what lies under a point of the area that was painted last."""
        if self._rows.contains(point):
            entry = self.component_at_rank(
                self.first + int((point.y() - self._rows.top()) / self._row_height)
            )
            return None if entry is None else spot_of(entry)
        layer = self._shares.at(point)
        return None if layer is None else Spot(SHARE, layer)

    def where(self, spot: Spot) -> QRectF:
        """Return where what is pointed at is, for what is told of it to stand beside."""
        if spot.part == SHARE:
            return self._shares.where(spot.layer)
        place = None if spot.component is None else self.rank_of(spot.component)
        if place is None or self._columns is None:
            return QRectF()
        row = self.row(place)
        row.setRight(self._columns.derivative[1] + 4)  # what is told may cover the bars
        return row

    def tell(self, spot: Spot) -> list[str]:
        """Return the exact numbers of a layer's share."""
        return self._shares.tell(spot.layer) if spot.part == SHARE else []
