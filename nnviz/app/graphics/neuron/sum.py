"""A neuron's sum in numbers: z = Σ w a + b, and what adds most to it either way."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from nnviz.app.graphics.equations import equation_ascent, equation_size, paint_equation
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, line_height, number, raised, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.response import NeuronResponse

FUNCTIONS = {
    "sigmoid": r"\sigma(z)",
    "tanh": r"\tanh(z)",
    "relu": r"\max(0,z)",
    "softmax": r"e^z/\sum e^{z_k}",
    "step": r"\mathrm{step}(z)",
}
"""Activation functions in formulas, by the names they have in the core."""
SLOTS = {"tanh": "−0.0000", "relu": "00.000"}
"""The room for an activation that a function other than the sigmoid needs."""
LEAST_SHARE = 0.00005
"""Below, four decimals would be a zero that is none."""
MOST_ROWS = 3
"""Contributions that are listed of those that push up, and of those that push down."""
UP, DOWN = "▲", "▼"


def brief(value: float) -> str:
    """Return a number in about six figures and signs: "−4.21", "123.4", "1.2·10⁸"."""
    return number(value, _decimals(value))


def rounded(value: float) -> float:
    """Return a number as it reads when it is written briefly."""
    return float(f"{value:.{_decimals(value)}f}")


def share(value: float) -> str:
    """Return an activation or a slope: "0.9387", or "3·10⁻⁹" for what is small but not 0."""
    if 0 < abs(value) < LEAST_SHARE:
        mantissa, power = f"{value:.0e}".split("e-")
        return f"{mantissa}·10⁻{raised(int(power))}".replace("-", "−")
    size = abs(value)
    return number(value, 4 if size < 9.99995 else 3) if size < 99.9995 else brief(value)


def equals(expected: float, result: float) -> str:
    """Return "=", or "≈" where a result is not what the rounded numbers before it make.

    Parameters
    ----------
    expected : float
        What they make.
    result : float
    """
    if not math.isfinite(result):
        return "="
    decimals = _decimals(result)
    return "=" if float(f"{expected:.{decimals}f}") == float(f"{result:.{decimals}f}") else "≈"


def _decimals(value: float) -> int:
    size = abs(value)
    return 2 if size < 99.995 else 1 if size < 999.95 else 0


@dataclass(frozen=True)
class Piece:
    """A formula that stands still, or a number or sign in a slot of a fixed width."""

    latex: str = ""
    text: Callable[[NeuronResponse], str] | None = None
    slot: str = ""
    strong: bool = False
    at_left: bool = False


BIAS = Piece(text=lambda n: brief(abs(n.bias)), slot="0.00", at_left=True)
Z = [
    Piece(latex=r"z="),
    Piece(text=lambda n: brief(n.weighted_sum), slot="−00.00"),
    Piece(text=lambda n: "−" if n.bias < 0 else "+", slot="+"),
    BIAS,
    Piece(text=lambda n: equals(rounded(n.weighted_sum) + rounded(n.bias), n.z), slot="="),
    Piece(text=lambda n: brief(n.z), slot="−00.00", strong=True),
]
LONG_Z = [Piece(latex=r"z=\sum w_k a_k+b="), *Z[1:]]
SHORT_Z = [Z[0], Z[-1]]
SPACE = Piece(slot="00")


class SumLine:
    """z = Σ_k w_k a_k + b and a = σ(z), with the numbers put in.

    It takes the longest form that there is room for; numbers have slots of a fixed width, so that nothing moves
    while they run.

    Parameters
    ----------
    theme : Theme
    function : str
        The activation function's name in the core.

    Attributes
    ----------
    has_wide_bias : bool
        Whether the bias has two figures before the point, for which it is to be laid out anew.
    """

    def __init__(self, theme: Theme, function: str) -> None:
        self._theme = theme
        formula = FUNCTIONS.get(function, FUNCTIONS["sigmoid"])
        a = Piece(text=lambda n: share(n.a), slot=SLOTS.get(function, "0.0000"), strong=True)
        self._a, self._short_a = [Piece(latex=f"a={formula}="), a], [Piece(latex="a="), a]
        self._neuron: NeuronResponse | None = None
        self._placed: list[tuple[Piece, QRectF]] = []
        self._points = 13.0
        self._is_compact = False
        self.has_wide_bias = False

    def show(self, neuron: NeuronResponse) -> None:
        """Take a neuron's numbers."""
        self._neuron = neuron
        # Biases are small as a rule, and change slowly: an empty place in each would be seen more than a leap.
        self.has_wide_bias = abs(neuron.bias) >= 9.995

    def in_one_line(self, width: float, points: float) -> bool:
        """Return whether z and a have room beside each other."""
        return len(self._lines(width, points)) == 1

    def make_compact(self, compact: bool) -> None:
        """Write z and a in one line without terms, however much room there is in breadth; or as usual again."""
        self._is_compact = compact

    def height(self, width: float, points: float) -> float:
        """Return how much room the longest form takes that is no wider."""
        return sum(sum(self._reach(line, points)) for line in self._lines(width, points))

    def lay_out(self, area: QRectF, points: float) -> None:
        """Lay the lines out, centred, formulas and numbers on one baseline."""
        self._points = points
        self._placed = []
        lines = self._lines(area.width(), points)
        left = max(area.left(), area.center().x() - max(self._width(line, points) for line in lines) / 2)
        baseline = area.top()
        for line in lines:
            above, below = self._reach(line, points)
            baseline += above
            across = left
            for piece in line:
                width, ascent, descent = self._size(piece, points)
                self._placed.append((piece, QRectF(across, baseline - ascent, width, ascent + descent)))
                across += width + self._space(points)
            baseline += below

    def _lines(self, width: float, points: float) -> list[list[Piece]]:
        long, middle, short = (
            [
                replace(piece, slot="00.00") if piece is BIAS and self.has_wide_bias else piece
                for piece in form
            ]
            for form in (LONG_Z, Z, SHORT_Z)
        )
        if self._is_compact:
            return [[*short, replace(SPACE, slot="0"), *self._short_a]]
        for form in ([[*long, SPACE, *self._a]], [long, self._a], [middle, self._a], [short, self._a]):
            if all(self._width(line, points) <= width for line in form):
                return form
        return [short, self._short_a]

    def _size(self, piece: Piece, points: float) -> tuple[float, float, float]:
        """Return how wide a piece is, and how far it reaches above and below the baseline."""
        if piece.latex:
            size = equation_size(self._theme, piece.latex, points)
            ascent = equation_ascent(self._theme, piece.latex, points)
            return size.width(), ascent, size.height() - ascent
        metrics = QFontMetricsF(self._theme.font(points, piece.strong))
        return metrics.horizontalAdvance(piece.slot), metrics.ascent(), metrics.descent()

    def _reach(self, line: list[Piece], points: float) -> tuple[float, float]:
        sizes = [self._size(piece, points) for piece in line]
        return max(size[1] for size in sizes), max(size[2] for size in sizes)

    def fits(self, width: float, points: float) -> bool:
        """Return whether the form that is chosen for a width is no wider."""
        return all(self._width(line, points) <= width for line in self._lines(width, points))

    def _width(self, line: list[Piece], points: float) -> float:
        return sum(self._size(piece, points)[0] + self._space(points) for piece in line)

    def _space(self, points: float) -> float:
        return 0.5 * text_width(self._theme, "0", points)

    def paint_still(self, painter: QPainter) -> None:
        """Paint the formulas."""
        for piece, where in self._placed:
            if piece.latex:
                paint_equation(painter, self._theme, where.topLeft(), piece.latex, self._points)

    def paint(self, painter: QPainter) -> None:
        """Write the numbers."""
        if self._neuron is None:
            return
        for piece, where in self._placed:
            if piece.text is not None:
                align = LEFT if piece.at_left else RIGHT
                text = piece.text(self._neuron)
                _write(
                    painter, self._theme, where, text, align, self._points, "text", piece.slot, piece.strong
                )


class ContributionList:
    """The largest contributions that push z up and that push it down, each as w · a = w a.

    Parameters
    ----------
    theme : Theme
    name : callable
        Says of an input, by its number, what it is: "(12, 9)" or "neuron 5".
    widest : str
        As wide as the widest of these names.
    signed_inputs : bool
        Whether activations may be negative.
    """

    def __init__(self, theme: Theme, name: Callable[[int], str], widest: str, signed_inputs: bool) -> None:
        self._theme = theme
        times = "−00.00 · (−0.00) =" if signed_inputs else "−00.00 · 0.00 ="
        self._templates = (UP, widest, times, "−00.00")
        self._name = name
        self._neuron: NeuronResponse | None = None
        self._ways: list[list[int]] = [[], []]
        self._area = QRectF()
        self._points = 11.0
        self._columns: tuple[float, ...] = ()
        self._rows = MOST_ROWS
        self._headed = False

    def show(self, neuron: NeuronResponse, up: Sequence[int], down: Sequence[int]) -> None:
        """Take a neuron's numbers, and where its largest contributions come from."""
        self._neuron = neuron
        self._ways = [list(up), list(down)]

    def widths(self, points: float) -> tuple[float, ...]:
        """Return how wide the columns are: mark, name, "w · a =", w a."""
        gap = self._gap(points)
        return tuple(text_width(self._theme, text, points) + gap for text in self._templates)

    def _gap(self, points: float) -> float:
        return 0.6 * points * self._theme.text_scale

    def lay_out(self, area: QRectF, points: float) -> None:
        """Lay out as many rows as fit, and headings if there is room for them as well."""
        self._area, self._points = area, points
        self._columns = self.widths(points)
        lines = int(area.height() / line_height(self._theme, points) + 0.1)
        self._headed = lines >= 2 * MOST_ROWS + 2
        self._rows = MOST_ROWS if self._headed else min(MOST_ROWS, lines // 2)

    def _row(self, way: int, place: int) -> QRectF:
        """Return the row of a contribution, −1 for the heading of those that push this way."""
        line = line_height(self._theme, self._points)
        per_way = self._rows + (1 if self._headed else 0)
        number_above = way * per_way + place + (1 if self._headed else 0)
        spread = 0.5 * line if self._headed and way else 0.0
        spread = min(spread, self._area.height() - 2 * per_way * line)
        return QRectF(
            self._area.left(), self._area.top() + number_above * line + spread, sum(self._columns), line
        )

    def paint_still(self, painter: QPainter) -> None:
        """Write the headings."""
        if not self._headed:
            return
        for way, text in enumerate(("push z up", "push z down")):
            row = self._row(way, -1).adjusted(self._columns[0], 0, 0, 0)
            write(painter, self._theme, row, text, LEFT | MIDDLE, self._points, strong=True)

    def paint(self, painter: QPainter) -> None:
        """Write the contributions, and what all that push one way add up to."""
        neuron = self._neuron
        if neuron is None:
            return
        totals = (f"in all +{brief(neuron.pushed_up)}", f"in all {brief(neuron.pushed_down)}")
        for way, (mark, role) in enumerate(((UP, "positive"), (DOWN, "negative"))):
            if self._headed:
                row = self._row(way, -1)
                write(painter, self._theme, row, mark, LEFT | MIDDLE, self._points, role)
                write(painter, self._theme, row, totals[way], RIGHT | MIDDLE, self._points, role)
            for place, k in enumerate(self._ways[way][: self._rows]):
                w, a, wa = (float(v[k]) for v in (neuron.weights, neuron.inputs, neuron.contributed))
                self._paint_row(
                    painter, self._row(way, place), "" if self._headed else mark, k, (w, a, wa), role
                )

    def _paint_row(
        self,
        painter: QPainter,
        row: QRectF,
        mark: str,
        k: int,
        numbers: tuple[float, float, float],
        role: str,
    ) -> None:
        w, a, wa = numbers
        sign = equals(rounded(w) * rounded(a), wa)
        times = f"({brief(a)})" if a < 0 else brief(a)
        texts = (mark, self._name(k), f"{brief(w)} · {times} {sign}", brief(wa))
        roles = (role, "muted", "text", role)
        left, gap = row.left(), self._gap(self._points)
        for column, (width, text, colour) in enumerate(zip(self._columns, texts, roles, strict=True)):
            align = LEFT if column < 2 else RIGHT
            if text:
                place = QRectF(left, row.top(), width - gap, row.height())
                _write(
                    painter, self._theme, place, text, align, self._points, colour, self._templates[column]
                )
            left += width

    def at(self, point: QPointF) -> int | None:
        """Return which input's row lies under a point."""
        for way, chosen in enumerate(self._ways):
            for place, k in enumerate(chosen[: self._rows]):
                if self._columns and self._row(way, place).contains(point):
                    return k
        return None


def _write(
    painter: QPainter,
    theme: Theme,
    area: QRectF,
    text: str,
    align: Qt.AlignmentFlag,
    points: float,
    role: str,
    usual: str,
    strong: bool = False,
) -> None:
    """Write a text into the room of a usual one; where it is longer than that, and too wide, it is made smaller."""
    if len(text) >= len(usual):
        width = text_width(theme, text, points, strong)
        if width > area.width() + 1:
            points *= 0.98 * area.width() / width
    write(painter, theme, area.adjusted(-1, 0, 1, 0), text, align | MIDDLE, points, role, strong)
