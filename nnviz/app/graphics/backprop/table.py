"""Backpropagated derivatives beside central differences, and what is to be thought of how far they are apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backprop.subject import Spot, Subject, spot_of
from nnviz.app.graphics.backprop.words import DIVERGED_SHORT, EXACT, figures, parameter_name
from nnviz.app.graphics.numerals import Numerals
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.components import Component, component
from nnviz.core.gradient_check import check_gradient

POINTS, SMALL = 10.0, 9.0
CLOSE = 1e-5
"""Derivatives that are relatively no further apart than this agree; so do those that rounding keeps apart."""
ROUNDINGS, CHECKABLE = 2.0, 1e4
"""How many times the rounding of a difference is let pass, and how much larger a derivative is that can be checked."""
SLOT, SHORT_SLOT = "−0.000012345", "−1.23·10⁻⁶"
RELATIVE_SLOT = "1·10⁻¹⁰"
HEADS = ("parameter", "backpropagation", "central difference", "relative error")
SHORT_HEADS = ("parameter", "backprop", "difference", "rel. error")
HINT = "“Check 100” compares a hundred more, drawn at random."
FORMS = (
    (HEADS, SLOT, EXACT, (0, 1, 2)),
    (SHORT_HEADS, SLOT, EXACT, (0, 1, 2)),
    (SHORT_HEADS, SHORT_SLOT, 3, (0, 1, 2)),
    (SHORT_HEADS, SHORT_SLOT, 3, (0, 2)),
    (SHORT_HEADS, SHORT_SLOT, 3, (0,)),
)
"""Heads, the widest number, figures, and which of the three columns of numbers there are; the widest form first."""


@dataclass(frozen=True, eq=False)
class Checks:
    """Components that were checked.

    Parameters
    ----------
    step : int
        At which the network was.
    components : tuple of Component, c of them
    backpropagated, differences, errors : float64 arrays, (c,)
        The two derivatives, and how far they are apart relative to the larger.
    rounding : float
        How far off a difference may be by rounding alone.
    """

    step: int
    components: tuple[Component, ...]
    backpropagated: NDArray[np.float64]
    differences: NDArray[np.float64]
    errors: NDArray[np.float64]
    rounding: float

    def and_also(self, other: Checks) -> Checks:
        """Return these, and others of the same network and sample after them."""
        return Checks(
            self.step,
            self.components + other.components,
            np.append(self.backpropagated, other.backpropagated),
            np.append(self.differences, other.differences),
            np.append(self.errors, other.errors),
            max(self.rounding, other.rounding),
        )

    @property
    def larger(self) -> NDArray[np.float64]:
        """The size of the larger of the two derivatives, (c,)."""
        return np.maximum(np.abs(self.backpropagated), np.abs(self.differences))

    @property
    def agrees(self) -> NDArray[np.bool_]:
        """Where the two are the same but for rounding, (c,); never where one is no number."""
        with np.errstate(invalid="ignore"):
            apart = np.abs(self.backpropagated - self.differences)
            return apart <= CLOSE * self.larger + ROUNDINGS * self.rounding

    @property
    def can_be_checked(self) -> NDArray[np.bool_]:
        """Where a derivative is so much larger than rounding that its relative error says something, (c,)."""
        return self.larger > CHECKABLE * self.rounding


def checked(subject: Subject, indices: Sequence[int] | NDArray[np.int64]) -> Checks:
    """Check the components at some places in θ."""
    network, trace = subject.network, subject.trace
    found = check_gradient(network, trace.x[np.newaxis], trace.y[np.newaxis], indices)
    return Checks(
        subject.step,
        tuple(component(network, int(index)) for index in found.indices),
        found.backpropagated.astype(np.float64),
        found.differences.astype(np.float64),
        found.relative_errors.astype(np.float64),
        found.rounding,
    )


def verdict(checks: Checks, wanted: int) -> tuple[list[str], bool]:
    """Return what is to be thought of checks, the longest first, and whether it is bad news.

    Parameters
    ----------
    checks : Checks
    wanted : int
        How many there will be.
    """
    count = len(checks.components)
    if count < wanted:
        return [f"Checked {count} of {wanted} …", f"{count} of {wanted} …"], False
    if not np.isfinite(checks.backpropagated).all():
        return ["There is nothing to compare: training has diverged.", DIVERGED_SHORT], True
    bad = count - int(np.count_nonzero(checks.agrees))
    if bad:
        worst = int(np.argmax(np.where(checks.agrees, -1.0, np.nan_to_num(checks.errors, nan=np.inf))))
        name = parameter_name(checks.components[worst])
        return [
            f"{bad} of {count} do not agree, {name} the least. At a kink, as of a ReLU, a difference finds no slope.",
            f"{bad} of {count} do not agree, {name} the least.",
            f"{bad} of {count} do not agree.",
        ], True
    telling = checks.can_be_checked
    all_of_them = f"All {count} agree" if count > 1 else "They agree"
    if not telling.any():
        small = (
            "all are 0 or too small to be told from rounding"
            if count > 1
            else "0, or hardly more than rounding"
        )
        return [f"{all_of_them}: {small}.", f"{all_of_them}."], False
    largest = figures(float(checks.errors[telling].max()), 1)
    nothing = int(np.count_nonzero(~telling))
    rest = f" ({nothing} are 0 or too small to tell.)" if nothing else ""
    return [
        f"{all_of_them}: the relative error is at most {largest}.{rest}",
        f"{all_of_them}, to a relative error of {largest}.",
        f"{all_of_them} ({largest}).",
        f"{all_of_them}.",
    ], False


class CheckTable:
    """A row for each component that was checked: the chosen one first, those drawn at random below it.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    first : int
        The first of the random rows in sight.
    in_sight : int
        How many of them have room.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._numerals = Numerals()
        self._chosen: Checks | None = None
        self._drawn: Checks | None = None
        self._order: list[int] = []
        self._wanted = 0
        self._area = QRectF()
        self._verdict: QRectF | None = None
        self._heads: QRectF | None = None
        self._rows = QRectF()
        self._row_height = 1.0
        self._rights: list[float] = []
        self._exact = EXACT
        self._names = HEADS
        self._which: tuple[int, ...] = (0, 1, 2)
        self.first = 0
        self.in_sight = 1

    def show(self, chosen: Checks, drawn: Checks | None, wanted: int) -> None:
        """Take the check of the chosen component, those of components drawn at random, and how many these will be."""
        self._chosen, self._drawn, self._wanted = chosen, drawn, wanted
        self._order = [] if drawn is None else _telling_first(drawn)

    @property
    def count(self) -> int:
        """How many random rows there are."""
        return 0 if self._drawn is None else len(self._drawn.components)

    def scroll_to(self, first: int) -> None:
        """Let the random rows in sight begin with this one, as far as there are so many."""
        self.first = min(max(first, 0), max(self.count - self.in_sight, 0))

    # Where things are.

    def lay_out(self, area: QRectF) -> None:
        """Divide an area among verdict, heads and rows."""
        theme = self._theme
        self._area = area
        line = line_height(theme, POINTS)
        self._row_height = math.floor(1.18 * line)
        top = area.top()
        self._verdict = self._heads = None
        if area.height() >= 3.2 * line:
            self._verdict = QRectF(area.left(), top, area.width(), 1.15 * line)
            top += 1.3 * line
        if area.height() >= 2.2 * line:
            self._heads = QRectF(area.left(), top, area.width(), line)
            top += line + 3
        room = max(area.bottom() - top, self._row_height)
        rows = max(int(room / self._row_height), 1)
        self._rows = QRectF(area.left(), top, area.width(), rows * self._row_height)
        self.in_sight = max(rows - 1, 0)
        self._columns(area)
        self.scroll_to(self.first)

    def _columns(self, area: QRectF) -> None:
        """Find which columns there are and where they end: fewer figures, then fewer columns, for want of room."""
        theme = self._theme

        def wide(*texts: str) -> float:
            return max(text_width(theme, text, POINTS) for text in texts)

        shown = [checks for checks in (self._chosen, self._drawn) if checks is not None]
        name = wide(HEADS[0], *(parameter_name(entry) for checks in shown for entry in checks.components))
        gap = 0.7 * line_height(theme, POINTS)
        widths: list[float] = []
        for form in FORMS:
            names, slot, self._exact, self._which = form
            slots = [wide(slot, names[1]), wide(slot, names[2]), wide(RELATIVE_SLOT, names[3])]
            self._names, widths = names, [slots[column] for column in self._which]
            if name + sum(widths) + len(widths) * gap <= area.width():
                break
        spare = max(area.width() - name - sum(widths) - len(widths) * gap, 0.0) / len(widths)
        left = area.left() + name
        self._rights = []
        for width in widths:
            left += gap + min(spare, 2 * gap) + width
            self._rights.append(min(left, area.right()))

    # Painting.

    def paint(self, painter: QPainter, pointed: Spot | None = None) -> None:
        """Paint verdict, heads and the rows in sight."""
        chosen = self._chosen
        if chosen is None or self._area.isEmpty():
            return
        theme = self._theme
        if self._verdict is not None:
            texts, is_bad = self.verdict()
            text = fitting(theme, texts, self._verdict.width(), POINTS, strong=True)
            role = "warning" if is_bad else "text"
            write(painter, theme, self._verdict, text, LEFT | MIDDLE, POINTS, role, strong=True)
        if self._heads is not None:
            self._paint_heads(painter, self._heads)
        lefts: list[tuple[str, float, float]] = []
        rights: list[tuple[str, float, float]] = []
        muted: list[tuple[str, float, float]] = []
        for row, checks, place in self._in_sight(chosen):
            entry = checks.components[place]
            is_chosen = checks is chosen
            wide = row.adjusted(-4, 0, 4, 0)
            if is_chosen:
                painter.fillRect(wide, theme.colour("highlight", 0.22))
            elif pointed is not None and pointed.component == entry:
                painter.fillRect(wide, theme.colour("raised"))
            y = row.center().y()
            lefts.append((parameter_name(entry), row.left(), y))
            says = bool(checks.can_be_checked[place]) or not bool(checks.agrees[place])
            relative = figures(float(checks.errors[place]), 1) if says else "–"
            values = (float(checks.backpropagated[place]), float(checks.differences[place]))
            texts = [*(self._figures(value, entry) for value in values), relative]
            for text, right in zip([texts[column] for column in self._which], self._rights, strict=True):
                (rights if says else muted).append((text, right, y))
        if self._drawn is None and not self._wanted and self.in_sight > 1:
            below = self._row(1).translated(0, 0.3 * self._row_height)
            if text_width(theme, HINT, SMALL) <= below.width():
                write(painter, theme, below, HINT, LEFT | MIDDLE, SMALL, "muted")
        self._numerals.set_font(theme.font(POINTS))
        self._numerals.paint(painter, theme.colour("text"), lefts, 0.0)
        self._numerals.paint(painter, theme.colour("text"), rights, 1.0)
        self._numerals.paint(painter, theme.colour("muted"), muted, 1.0)

    def _figures(self, value: float, entry: Component) -> str:
        """Return a derivative; where its column is alone, in no more figures than there is room for beside the name."""
        if len(self._which) > 1:
            return figures(value, self._exact)
        room = (
            self._rights[0] - self._area.left() - text_width(self._theme, parameter_name(entry), POINTS) - 8
        )
        return fitting(self._theme, [figures(value, count) for count in (self._exact, 2, 1)], room, POINTS)

    def verdict(self) -> tuple[list[str], bool]:
        """Return what is to be thought of the random components, or where there are none of the chosen one."""
        chosen, drawn = self._chosen, self._drawn
        if chosen is None:
            return [""], False
        if drawn is None:
            return ([f"Checked 0 of {self._wanted} …"], False) if self._wanted else verdict(chosen, 1)
        texts, is_bad = verdict(drawn, self._wanted)
        if drawn.step != chosen.step:  # training has gone on since
            texts = [*(f"{text} (At step {drawn.step:,}.)" for text in texts), *texts]
        return texts, is_bad

    def _paint_heads(self, painter: QPainter, heads: QRectF) -> None:
        theme = self._theme
        write(painter, theme, heads, self._names[0], LEFT | MIDDLE, SMALL, "muted")
        before = heads.left() + text_width(theme, self._names[0], SMALL) + 6
        names = [self._names[1 + column] for column in self._which]
        for name, right in zip(names, self._rights, strict=True):
            if right - before >= text_width(theme, name, SMALL):
                place = QRectF(before, heads.top(), right - before, heads.height())
                write(painter, theme, place, name, RIGHT | MIDDLE, SMALL, "muted")
                before = right + 4
        painter.setPen(QPen(theme.colour("line"), 1))
        bottom = heads.bottom() + 1.5
        painter.drawLine(QPointF(heads.left(), bottom), QPointF(heads.right(), bottom))

    def _in_sight(self, chosen: Checks) -> list[tuple[QRectF, Checks, int]]:
        """Return the rows in sight: where, of which checks, and which of them."""
        rows = [(self._row(0), chosen, 0)]
        if self._drawn is not None:
            places = range(self.first, min(self.first + self.in_sight, self.count))
            rows += [(self._row(1 + n), self._drawn, self._order[place]) for n, place in enumerate(places)]
        return rows

    def _row(self, place: int) -> QRectF:
        top = self._rows.top() + place * self._row_height
        return QRectF(self._rows.left(), top, self._rows.width(), self._row_height)

    # What is pointed at.

    def at(self, point: QPointF) -> Spot | None:
        """Return the component whose row lies under a point."""
        if self._chosen is None:
            return None
        for row, checks, place in self._in_sight(self._chosen):
            if row.contains(point):
                return spot_of(checks.components[place])
        return None

    def where(self, spot: Spot) -> QRectF:
        """Return where a component's row is."""
        if self._chosen is None or spot.component is None:
            return QRectF()
        rows = self._in_sight(self._chosen)
        return next((row for row, c, place in rows if c.components[place] == spot.component), QRectF())


def _telling_first(checks: Checks) -> list[int]:
    """Return the order of rows: those that say something before those that are too small, the worst error first."""
    says_nothing = ~checks.can_be_checked & checks.agrees
    errors = np.nan_to_num(checks.errors, nan=np.inf, posinf=np.inf)
    order: list[int] = np.lexsort((-checks.larger, -errors, says_nothing)).tolist()
    return order


def tell_check(checks: Checks, place: int = 0) -> list[str]:
    """Return the exact numbers of one check, in lines."""
    difference = f"central difference {figures(float(checks.differences[place]), 7)}"
    if checks.can_be_checked[place] or not checks.agrees[place]:
        return [difference, f"relative error {figures(float(checks.errors[place]), 2)}"]
    return [difference, "too small for a relative error"]
