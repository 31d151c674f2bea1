"""The cost surface of a run in three dimensions: which surface and which path are shown, and on which scale."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnviz.app.graphics.landscape.heat import map_colours
from nnviz.app.graphics.landscape.height_scale import HeightScale, takes_logarithms
from nnviz.app.graphics.landscape.marks import Marks
from nnviz.app.graphics.landscape.path_marks import KnownCosts, ends_with, joined, path_marks
from nnviz.app.theme import Theme
from nnviz.app.views.relief_canvas import ReliefCanvas
from nnviz.core.survey import Surface
from nnviz.run.surveying import Landscape

FINE = 20
"""Points to a side from which a surface takes the place of a finest one."""


class LandscapeRelief:
    """Fills a picture in three dimensions with a landscape and with balls.

    Parameters
    ----------
    theme : Theme
    is_logarithmic : callable
        Returns whether heights are to be shown by their logarithms.

    Attributes
    ----------
    canvas : ReliefCanvas
    surface : Surface or None
    path : Marks
        On that surface.
    """

    def __init__(self, theme: Theme, is_logarithmic: Callable[[], bool]) -> None:
        self.canvas = ReliefCanvas(theme, map_colours)
        self.canvas.hide()
        self.surface: Surface | None = None
        self.path = Marks()
        self._is_logarithmic = is_logarithmic
        self._known = KnownCosts()
        self._scale: tuple[object, HeightScale] = None, HeightScale(0.0, 1.0)

    def forget_path(self) -> None:
        """Forget what the path's positions cost: it is another path."""
        self._known.forget()

    def costs(self, landscape: Landscape) -> NDArray[np.float64]:
        """Return the true costs of a landscape's path, (N,): NaN where they have never been known."""
        return self._known.take(landscape)

    def take(self, landscape: Landscape | None) -> None:
        """Take up a landscape; that of before stays until this one is fine enough, surface and path together."""
        surface = None if landscape is None else landscape.surface
        costs = None if landscape is None else self.costs(landscape)
        if surface is None or self.surface is None or surface.is_finest or len(surface.alphas) >= FINE:
            self.surface = surface
            self.path = Marks() if landscape is None or costs is None else path_marks(landscape, costs)

    @property
    def scale(self) -> HeightScale:
        """The scale of heights, with room for the path's true costs."""
        extremes = None if self.surface is None else self.surface.extremes
        ends = ends_with(extremes or (0.0, 1.0), self.path, self.surface)
        key = (ends, self._is_logarithmic() and takes_logarithms(*ends))
        if key != self._scale[0]:
            self._scale = key, HeightScale(*ends, logarithmic=key[1])
        return self._scale[1]

    def fill(self, balls: Marks) -> None:
        """Show the surface with the path and some balls."""
        is_there = self.surface is not None and self.surface.extremes is not None
        self.canvas.show_surface(self.surface if is_there else None, self.scale, joined(self.path, balls))
