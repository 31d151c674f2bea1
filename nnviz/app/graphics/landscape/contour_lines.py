"""Contour lines of a surface, in its own coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.survey import Surface

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Contour:
    """Where a surface has one height.

    Parameters
    ----------
    height : float
    lines : tuple of float64 arrays, (k, 2)
        Each a line through points (α, β), closed where the last is the first.
    """

    height: float
    lines: tuple[Doubles, ...]


def contours(surface: Surface, heights: Sequence[float]) -> list[Contour]:
    """Return the contour lines at some heights; they end where the surface is masked.

    Parameters
    ----------
    surface : Surface
    heights : sequence of float
    """
    if min(surface.costs.shape) < 2 or not heights:
        return []
    # With the first lines, since a picture without any need not wait for it.
    from contourpy import LineType, contour_generator

    generator = contour_generator(
        surface.alphas,
        surface.betas,
        np.ma.masked_invalid(surface.costs),
        name="serial",
        line_type=LineType.Separate,
    )
    found = []
    for height in heights:
        lines = tuple(np.asarray(line, np.float64) for line in generator.lines(height))
        found.append(Contour(height, lines))
    return found
