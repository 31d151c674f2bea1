"""One layer of a trace as upright strips: z, a, and how δ comes about, each neuron a row across them all."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backprop.cells import DELTA, ERROR, SLOPE, A, Strip, Z, brief, strips_of
from nnviz.app.graphics.backprop.strip_heads import SMALL, names_above, paint_signs
from nnviz.app.graphics.backprop.subject import Subject
from nnviz.app.graphics.backprop.words import equation_of, layer_title
from nnviz.app.graphics.contrast import inks, take_second
from nnviz.app.graphics.equations import equation_size, paint_equation
from nnviz.app.graphics.number_images import image_of
from nnviz.app.graphics.numerals import Numerals
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, RIGHT, line_height, text_width, write
from nnviz.app.theme import Theme

GOES_FIRST = (Z, A, SLOPE, ERROR)
"""Which strips are left out where there is no room for all: the first first."""
NARROWEST, WIDEST = 11.0, 84.0
"""Pixels of a strip, at the usual size of text."""
HIGHEST = 2.1
"""Lines of text that a cell is high at most."""
GRID_FROM = 5.0
"""Pixels; rows that are less high have no lines between them."""
SLOT = "−0·10⁻⁰⁰"
"""As wide as the longest number in a cell."""
LEAST_CELLS = 2.5
"""Lines of text that the cells need in all; for their sake captions are left out."""


class LayerStrips:
    """The strips of one layer, in columns beside each other, with what they are above them and their scales below.

    Parameters
    ----------
    theme : Theme
    subject : Subject
    layer : int
        From 1.
    limits : (float, float)
        The ends of the scales of ∂C/∂a and of δ.
    lost : set of int
        The neurons whose error dies in a flat slope.
    """

    def __init__(
        self, theme: Theme, subject: Subject, layer: int, limits: tuple[float, float], lost: set[int]
    ) -> None:
        self._theme = theme
        self._subject = subject
        self.layer = layer
        self._lost = sorted(lost)
        self.n = len(subject.trace.z[layer - 1])
        self.strips = strips_of(subject, layer, limits)
        self._is_output = layer == subject.n_layers
        # A softmax's δ is no product of two numbers in its row.
        self.is_product = not (self._is_output and subject.is_softmax)
        self.columns: dict[str, QRectF] = {}
        self.rows = QRectF()
        self._area = self._group = self._labels = QRectF()
        self._points, self._down = 11.0, 1.0
        self._middles: list[float] = []
        self._heads = self._ends = self._lane = self._heads_at = self._lane_at = 0.0
        self._title: QRectF | None = None
        self._equation: QRectF | None = None
        self._stacked = False
        self._has_numbers = False

    # Where things are.

    def names_for(self, width: float, points: float) -> list[str]:
        """Return the names of the strips that have room beside each other."""
        names = [strip.name for strip in self.strips]
        for gone in (None, *GOES_FIRST):
            names = [name for name in names if name != gone]
            if self._column_width(names, width, points) >= NARROWEST * self._theme.text_scale:
                break
        return names

    def needs_two_lines(self, names: Sequence[str], width: float, points: float) -> bool:
        """Return whether title and equation have no room beside each other."""
        theme = self._theme
        used = self._taken(names, points) + len(names) * self._column_width(names, width, points)
        equation = equation_size(theme, equation_of(self._subject, self.layer), points).width()
        return text_width(theme, self._heading(), points, strong=True) + 16 + equation > used

    def _column_width(self, names: Sequence[str], width: float, points: float) -> int:
        room = (width - self._taken(names, points)) / len(names)
        return max(math.floor(min(room, WIDEST * self._theme.text_scale)), 4)

    def _taken(self, names: Sequence[str], points: float) -> float:
        """Return how much of the width is taken by the neurons' numbers and by gaps."""
        labels = text_width(self._theme, str(self.n - 1), SMALL) + 6
        return labels + sum(self._gap_before(name, names, points) for name in names)

    def _gap_before(self, name: str, names: Sequence[str], points: float) -> float:
        """Return how far a strip is from the one before: forward from backward, and factors by their sign."""
        if name in (SLOPE, ERROR):
            return round(1.5 * text_width(self._theme, "=", points))
        if name == DELTA:
            return round(0.9 * line_height(self._theme, points, strong=True)) if A in names else 0
        return 2 if name == A and Z in names else 0

    def lay_out(self, area: QRectF, points: float, names: Sequence[str], two_lines: bool) -> None:
        """Divide an area among strips and captions; captions for which there is no room are left out.

        Parameters
        ----------
        area : QRectF
        points : float
            The size of titles.
        names : sequence of str
            Which strips there are.
        two_lines : bool
            Whether the equation stands below the title, and not beside it.
        """
        theme = self._theme
        self._points, self._area, self._stacked = points, area, two_lines
        small, line = line_height(theme, SMALL), line_height(theme, points, strong=True)
        width = self._column_width(names, area.width(), points)
        labels = text_width(theme, str(self.n - 1), SMALL) + 6
        used = self._taken(names, points) + len(names) * width
        left = area.left() + max(area.width() - used, 0.0) / 2
        self._group = QRectF(left, area.top(), used, area.height())
        top = self._lay_out_captions(area, line, small)
        below = small + 2 if self._ends else 0.0
        height = max(area.bottom() - below - top, 4.0)
        down = min(height / self.n, HIGHEST * small)
        if down >= 3:
            down = math.floor(down)
        self._down = down
        self.rows = QRectF(left, round(top), used, down * self.n)
        self._labels = QRectF(left, self.rows.top(), labels - 6, self.rows.height())
        x = round(left + labels)
        self.columns = {}
        for name in names:
            x += round(self._gap_before(name, names, points))
            self.columns[name] = QRectF(x, self.rows.top(), width, self.rows.height())
            x += width
        self._has_numbers = width >= text_width(theme, SLOT, SMALL) - 2 and down >= small - 1
        self._middles = [self.rows.top() + (j + 0.5) * down for j in range(self.n)]

    def _lay_out_captions(self, area: QRectF, line: float, small: float) -> float:
        """Lay out what is above and below the strips, as much as leaves room for them; return where they begin."""
        theme, top = self._theme, area.top()
        self._title = QRectF(area.left(), top, area.width(), line)
        size = equation_size(theme, equation_of(self._subject, self.layer), self._points)
        # In the order of what is worth least: the arrows' lane, the scales, the equation, the heads, the title.
        wanted = {"title": line, "heads": small + 3, "equation": 0.0, "ends": small + 2, "lane": 0.75 * small}
        if self._stacked:
            wanted["equation"] = size.height() * min(1.0, area.width() / size.width()) + 3
        room = area.height() - LEAST_CELLS * small
        given: dict[str, float] = {}
        for name, height in wanted.items():
            if height <= room:
                given[name] = height
                room -= height
            else:
                break
        self._equation = None
        if "title" not in given:
            self._title = None
        top += given.get("title", 0.0)
        if "equation" in given:
            if self._stacked:
                self._equation = QRectF(area.left(), top + 1, area.width(), given["equation"])
                top += given["equation"]
            else:
                self._equation = QRectF(area.left(), area.top(), area.width(), line)
        self._lane = given.get("lane", 0.0)
        self._heads = given.get("heads", 0.0)
        self._ends = given.get("ends", 0.0)
        self._lane_at = top + 4 + self._lane / 2
        top += (self._lane + 4) if self._lane else 2.0
        self._heads_at = top
        return top + self._heads

    def _heading(self) -> str:
        title = layer_title(self.layer, self._subject.n_layers)
        return f"{title} · {'BP1' if self._is_output else 'BP2'}"

    def row(self, index: int) -> QRectF:
        """Return where a neuron's row is, in all strips."""
        return QRectF(
            self._labels.left() - 2,
            self.rows.top() + index * self._down,
            self.columns_right - self._labels.left() + 2,
            self._down,
        )

    @property
    def columns_right(self) -> float:
        """Where the last strip ends."""
        return max((column.right() for column in self.columns.values()), default=self.rows.right())

    def at(self, point: QPointF) -> int | None:
        """Return which neuron's row lies under a point."""
        whole = self.row(0)
        whole.setBottom(self.rows.bottom())
        if not whole.contains(point) or self._down <= 0:
            return None
        return min(int((point.y() - self.rows.top()) / self._down), self.n - 1)

    @property
    def leaves(self) -> QPointF | None:
        """Where the arrow to the layer before leaves, above δ."""
        return self._over(DELTA)

    @property
    def arrives(self) -> QPointF | None:
        """Where the arrow from the layer after arrives, above ∂C/∂a."""
        return self._over(ERROR)

    def _over(self, name: str) -> QPointF | None:
        column = self.columns.get(name)
        return None if column is None or not self._lane else QPointF(column.center().x(), self._lane_at)

    # What does not change with the numbers.

    def paint_still(self, painter: QPainter) -> None:
        """Paint titles, names, signs, frames and the numbers of the neurons."""
        theme = self._theme
        if self._title is not None:
            self._paint_title(painter, self._title)
        if self._heads:
            points, names = names_above(theme, self.columns, self._area.right() + 5)
            for text, left, right in names.values():
                place = QRectF(left - 1, self._heads_at, right - left + 2, self._heads - 2)
                write(painter, theme, place, text, CENTRE | MIDDLE, points)
            if self.is_product:
                paint_signs(painter, theme, names, self._heads_at + (self._heads - 2) / 2)
        self._paint_labels(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("zero"))
        painter.drawRects(list(self.columns.values()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRects([column.adjusted(-0.5, -0.5, 0.5, 0.5) for column in self.columns.values()])

    def _paint_title(self, painter: QPainter, title: QRectF) -> None:
        theme, points = self._theme, self._points
        group = self._group
        place = QRectF(group.left(), title.top(), max(group.width(), 1.0), title.height())
        texts = (self._heading(), layer_title(self.layer, self._subject.n_layers), f"Layer {self.layer}")
        fitting = [text for text in texts if text_width(theme, text, points, strong=True) <= title.width()]
        text = fitting[0] if fitting else str(self.layer)
        if text_width(theme, text, points, strong=True) > place.width():
            place = title
        write(painter, theme, place, text, LEFT | MIDDLE, points, strong=True)
        if self._equation is not None:
            latex = equation_of(self._subject, self.layer)
            size, area = equation_size(theme, latex, points), self._equation
            shrunk = min(1.0, area.width() / size.width())
            if self._stacked:
                x = min(group.left(), area.right() - shrunk * size.width())
                corner = QPointF(x, area.top())
            else:
                x = group.right() - size.width()
                corner = QPointF(x, area.top() + (area.height() - size.height()) / 2)
            paint_equation(painter, theme, corner, latex, points, widest=area.width())

    def _paint_labels(self, painter: QPainter) -> None:
        """Write the numbers of the neurons beside their rows, as many as have room; the label's stands out."""
        small = line_height(self._theme, SMALL)
        stride = next((s for s in (1, 2, 5, 10, 20, 50, 100) if s * self._down >= 0.92 * small), 200)
        label = self._subject.label if self._is_output else None
        bottom = -math.inf  # of the number before, which is pushed down where it would reach above the rows
        for j in range(0, self.n, stride):
            top = self._label_at(j) - small / 2
            hides_label = label is not None and 0 < abs(j - label) * self._down < 0.92 * small
            if top >= bottom - 0.08 * small and not hides_label:
                self._write_label(painter, j, j == label)
                bottom = top + small
        if label is not None and label % stride:
            self._write_label(painter, label, True)

    def _label_at(self, j: int) -> float:
        # Where rows are low, the first number would reach into what is above them, and the last one below.
        room = 0.4 * line_height(self._theme, SMALL)
        return max(min(self._middles[j], self.rows.bottom() - room), self.rows.top() + room)

    def _write_label(self, painter: QPainter, j: int, stands_out: bool) -> None:
        small = line_height(self._theme, SMALL)
        place = QRectF(
            self._labels.left() - 2, self._label_at(j) - small / 2, self._labels.width() + 2, small
        )
        role = "text" if stands_out else "muted"
        write(painter, self._theme, place, str(j), RIGHT | MIDDLE, SMALL, role, strong=stands_out)

    # The numbers.

    def paint(self, painter: QPainter, numerals: Numerals) -> None:
        """Paint the colours of the numbers, the numbers where they fit, and marks where an error is lost."""
        theme = self._theme
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        dark: list[tuple[str, float, float]] = []
        light: list[tuple[str, float, float]] = []
        for strip in self.strips:
            column = self.columns.get(strip.name)
            if column is None:
                continue
            colours = strip.colours(theme)
            painter.drawImage(column, image_of(colours[:, np.newaxis]))
            if self._has_numbers:
                self._collect(strip, column, take_second(theme.colours, colours), dark, light)
        self._paint_grid(painter)
        if self._has_numbers:
            numerals.set_font(theme.font(SMALL))
            for ink, texts in zip(inks(theme.colours), (dark, light), strict=True):
                numerals.paint(painter, ink, texts)
        self._paint_ends(painter)
        self._paint_lost(painter)

    def _collect(
        self,
        strip: Strip,
        column: QRectF,
        on_light: NDArray[np.bool_],
        dark: list[tuple[str, float, float]],
        light: list[tuple[str, float, float]],
    ) -> None:
        x = column.center().x()
        for value, y, is_light in zip(strip.values.tolist(), self._middles, on_light.tolist(), strict=True):
            (light if is_light else dark).append((brief(value), x, y))

    def _paint_grid(self, painter: QPainter) -> None:
        if self._down >= GRID_FROM:
            tops = [self.rows.top() + j * self._down for j in range(1, self.n)]
            columns = self.columns.values()
            painter.setPen(QPen(self._theme.colour("surface"), 1))
            painter.drawLines([QLineF(c.left(), y, c.right(), y) for c in columns for y in tops])

    def _paint_ends(self, painter: QPainter) -> None:
        if not self._ends:
            return
        theme = self._theme
        for strip in self.strips:
            column = self.columns.get(strip.name)
            if column is None:
                continue
            width = text_width(theme, strip.ends, SMALL - 1) + 2
            if width <= column.width() + 6:
                under = QRectF(column.center().x() - width / 2, column.bottom() + 2, width, self._ends - 2)
                write(painter, theme, under, strip.ends, CENTRE | MIDDLE, SMALL - 1, "muted")

    def _paint_lost(self, painter: QPainter) -> None:
        """Paint a dot between slope and error where one kills the other."""
        before, after = self.columns.get(SLOPE), self.columns.get(ERROR)
        if before is None or after is None or not self._lost:
            return
        size = min(0.85 * self._down, 0.62 * (after.left() - before.right()))
        x = (before.right() + after.left()) / 2
        pen = QPen(self._theme.colour("warning"), max(size, 1.5))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints([QPointF(x, self._middles[j]) for j in self._lost])
