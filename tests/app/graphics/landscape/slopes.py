"""Small surfaces whose contour lines are known."""

import numpy as np

from nnviz.core.survey import Surface


def surface_of(value, low=-2.0, high=2.0, cells=40):
    """Return the surface of a function of (x, y) over a square."""
    ticks = np.linspace(low, high, cells + 1)
    x, y = np.meshgrid(ticks, ticks)
    return Surface(ticks, ticks, value(x, y) + np.zeros_like(x), is_finest=True)


def bowl(cells=40):
    """Return x² + y², whose contour lines are circles."""
    return surface_of(lambda x, y: x**2 + y**2, cells=cells)


def slope(cells=40):
    """Return x + 2, from 0 at the left to 4 at the right."""
    return surface_of(lambda x, _: x + 2, cells=cells)


def torn():
    """Return a slope without any cost where x and y are above 0."""
    return surface_of(lambda x, y: np.where((x > 0) & (y > 0), np.nan, x + 2))
