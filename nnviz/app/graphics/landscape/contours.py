"""Contour lines of a surface on a grid, by marching squares."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from nnviz.app.graphics.chart import round_numbers

Numbers = NDArray[np.float64]
Edge = tuple[str, int, int]
"""An edge of the grid: "across" from (row, column) to the next column, or "up" to the next row."""


def contour(xs: Numbers, ys: Numbers, heights: Numbers, level: float) -> list[Numbers]:
    """Return the lines along which a surface has a height.

    Parameters
    ----------
    xs : (columns,)
    ys : (rows,)
    heights : (rows, columns)
        Linear between neighbours; next to one that is NaN there is no line.
    level : float

    Returns
    -------
    list of (k, 2)
        Points x, y of each line; closed where the last is the first.
    """
    above = heights >= level
    ways = _ways(above, np.isnan(heights), heights, level)
    lines: list[Numbers] = []
    ends = [edge for edge, to in ways.items() if len(to) == 1]
    for start in [*ends, *ways]:  # open lines from their ends, and then the closed ones
        edges = _followed(ways, start)
        if len(edges) > 1:
            lines.append(np.array([_crossing(xs, ys, heights, level, edge) for edge in edges]))
    return lines


def _ways(
    above: NDArray[np.bool_], missing: NDArray[np.bool_], heights: Numbers, level: float
) -> dict[Edge, list[Edge]]:
    """Return which edges that the line crosses are joined to which, through the cell between them."""
    corners = above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1]
    is_known = ~(missing[:-1, :-1] | missing[:-1, 1:] | missing[1:, 1:] | missing[1:, :-1])
    crossed = sum(corner.astype(int) for corner in corners)
    ways: dict[Edge, list[Edge]] = defaultdict(list)
    for i, j in np.argwhere(is_known & (crossed > 0) & (crossed < 4)).tolist():
        round_the_cell: list[Edge] = [("across", i, j), ("up", i, j + 1), ("across", i + 1, j), ("up", i, j)]
        states = [bool(corner[i, j]) for corner in corners]
        met = [edge for n, edge in enumerate(round_the_cell) if states[n] != states[(n + 1) % 4]]
        if len(met) == 4 and (heights[i : i + 2, j : j + 2].mean() >= level) != states[0]:
            met = met[3:] + met[:3]  # a saddle, whose middle parts the first corner from the third
        for one, other in zip(met[::2], met[1::2], strict=True):
            ways[one].append(other)
            ways[other].append(one)
    return ways


def _followed(ways: dict[Edge, list[Edge]], start: Edge) -> list[Edge]:
    """Return the edges along a line from one of them, and take them out of the ways."""
    edges = [start]
    while ways[edges[-1]]:
        here = edges[-1]
        there = ways[here].pop()
        ways[there].remove(here)
        edges.append(there)
    return edges


def _crossing(xs: Numbers, ys: Numbers, heights: Numbers, level: float, edge: Edge) -> tuple[float, float]:
    direction, i, j = edge
    k, m = (i, j + 1) if direction == "across" else (i + 1, j)
    low, high = heights[i, j], heights[k, m]
    share = (level - low) / (high - low)
    return xs[j] + share * (xs[m] - xs[j]), ys[i] + share * (ys[k] - ys[i])


def contour_levels(low: float, high: float, logarithmic: bool, most: int = 9) -> list[tuple[float, str]]:
    """Return round heights between two, with their texts; none if there is nothing between.

    Logarithmic ones are 1, 2 and 5 times powers of ten.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    if not logarithmic or low <= 0:
        return [(level, text) for level, text in round_numbers(low, high, most) if low < level < high]
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    inside = [level for level in found if low < level < high]
    if len(inside) < 3:
        return contour_levels(low, high, logarithmic=False, most=most)
    return [(level, f"{level:g}") for level in inside]
