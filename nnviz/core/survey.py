"""A cost surface: the cost on a grid over a plane, coarse first and then finer, a piece at a time.

Every level is a whole surface. A finer one keeps the points of those before it, and adds those between.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.frozen import frozen
from nnviz.core.landscape import FlatCost
from nnviz.core.plane import Window

Doubles = NDArray[np.float64]

COARSEST = 4
"""Cells at least that the coarsest level has along the shorter side."""
CELLS = 40
"""Along each side, where nobody asks for another number: 41 × 41 points."""
MOST_CELLS = 400


@dataclass(frozen=True)
class Grid:
    """Points over a window at equal distances, edges included.

    Parameters
    ----------
    window : Window
    columns, rows : int
        Cells along u and v; there is one point more to each side. Numbers with many factors of 2 give many levels.

    Raises
    ------
    ValueError
        If there are no cells, or too many.
    """

    window: Window
    columns: int = CELLS
    rows: int = CELLS

    def __post_init__(self) -> None:
        for cells in (self.columns, self.rows):
            if isinstance(cells, bool) or not isinstance(cells, int) or not 1 <= cells <= MOST_CELLS:
                raise ValueError(f"A grid has from 1 to {MOST_CELLS} cells to a side; given was {cells!r}.")

    @property
    def alphas(self) -> Doubles:
        """The points' α, (columns + 1,), ascending."""
        return np.linspace(self.window.left, self.window.right, self.columns + 1)

    @property
    def betas(self) -> Doubles:
        """The points' β, (rows + 1,), ascending."""
        return np.linspace(self.window.bottom, self.window.top, self.rows + 1)

    def strides(self) -> tuple[int, ...]:
        """Return every how many points each level takes, coarsest first: (8, 4, 2, 1) for 40 cells."""
        stride, common = 1, math.gcd(self.columns, self.rows)
        strides = [1]
        while common % (2 * stride) == 0 and min(self.columns, self.rows) // (2 * stride) >= COARSEST:
            stride *= 2
            strides.append(stride)
        return tuple(reversed(strides))


@dataclass(frozen=True, eq=False)
class Surface:
    """The cost at the points of a grid. The arrays are read-only.

    Parameters
    ----------
    alphas : float64 array, (columns,)
    betas : float64 array, (rows,)
    costs : float64 array, (rows, columns)
        `costs[i, j]` is that at (alphas[j], betas[i]); NaN where it is no finite number.
    is_finest : bool
        Whether no finer surface follows.
    """

    alphas: Doubles
    betas: Doubles
    costs: Doubles
    is_finest: bool

    @property
    def masked(self) -> NDArray[np.bool_]:
        """Where there is no finite cost, (rows, columns)."""
        return np.isnan(self.costs)

    @property
    def extremes(self) -> tuple[float, float] | None:
        """The lowest and the highest cost; None where there is none."""
        finite = self.costs[~self.masked]
        return (float(finite.min()), float(finite.max())) if finite.size else None

    def cost_at(self, point: tuple[float, float]) -> float:
        """Return the cost at a point (α, β), interpolated between the four around it; NaN outside."""
        alpha, beta = point
        column = _place(self.alphas, alpha)
        row = _place(self.betas, beta)
        if column is None or row is None:
            return math.nan
        (j, right), (i, up) = column, row
        low = (1 - right) * self.costs[i, j] + right * self.costs[i, j + 1]
        high = (1 - right) * self.costs[i + 1, j] + right * self.costs[i + 1, j + 1]
        return float((1 - up) * low + up * high)


def _place(ticks: Doubles, value: float) -> tuple[int, float] | None:
    """Return in which cell a value lies, and how far in it, 0 to 1; None if it is in none."""
    if not ticks[0] <= value <= ticks[-1]:
        return None
    cell = min(int(np.searchsorted(ticks, value, side="right")) - 1, len(ticks) - 2)
    return cell, float((value - ticks[cell]) / (ticks[cell + 1] - ticks[cell]))


@dataclass(frozen=True, eq=False)
class Piece:
    """Some points of a level: places in the grid's points, row by row."""

    level: int
    places: NDArray[np.intp]


class Survey:
    """A surface in the making. Its pieces may be measured by several threads, in any order.

    What comes out is the same, bit for bit, whoever measures which piece when.

    Parameters
    ----------
    cost : FlatCost
        Of two coordinates.
    grid : Grid

    Attributes
    ----------
    pieces : tuple of Piece
        In the order in which they are best measured.
    """

    def __init__(self, cost: FlatCost, grid: Grid) -> None:
        self.cost = cost
        self.grid = grid
        self._alphas, self._betas = grid.alphas, grid.betas
        self._strides = grid.strides()
        self._costs = np.full((len(self._betas), len(self._alphas)), np.nan)
        self.pieces = tuple(self._cut())
        self._left = [sum(piece.level == level for piece in self.pieces) for level in range(self.levels)]
        self._finished = -1
        self._lock = threading.Lock()

    @property
    def levels(self) -> int:
        """How many surfaces there will be."""
        return len(self._strides)

    def _cut(self) -> Iterator[Piece]:
        size = self.cost.points_a_piece
        seen = np.zeros(self._costs.shape, bool)
        for level, stride in enumerate(self._strides):
            wanted = np.zeros_like(seen)
            wanted[::stride, ::stride] = True
            places = np.flatnonzero(wanted & ~seen)
            seen |= wanted
            for start in range(0, len(places), size):
                yield Piece(level, places[start : start + size])

    def measure(self, piece: Piece) -> Surface | None:
        """Compute the cost at the points of one piece; return the surface of a level that is now finished.

        A level counts as finished after those before it.
        """
        rows, columns = np.divmod(piece.places, len(self._alphas))
        costs = self.cost.at(np.column_stack([self._alphas[columns], self._betas[rows]]))
        with self._lock:
            self._costs[rows, columns] = costs
            self._left[piece.level] -= 1
            before = self._finished
            while self._finished + 1 < self.levels and self._left[self._finished + 1] == 0:
                self._finished += 1
            return self._surface(self._finished) if self._finished > before else None

    def _surface(self, level: int) -> Surface:
        stride = self._strides[level]
        return Surface(
            frozen(self._alphas[::stride]),
            frozen(self._betas[::stride]),
            frozen(self._costs[::stride, ::stride]),
            is_finest=stride == 1,
        )


def survey(cost: FlatCost, grid: Grid) -> Iterator[Surface | None]:
    """Yield surfaces, coarse to fine, and None between them so that whoever asks can stop after any piece."""
    making = Survey(cost, grid)
    for piece in making.pieces:
        yield making.measure(piece)


def surface(cost: FlatCost, grid: Grid) -> Surface:
    """Return the finest surface."""
    return [found for found in survey(cost, grid) if found is not None][-1]
