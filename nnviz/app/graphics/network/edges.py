"""The edges of the network diagram: lines whose colour says the sign and whose strength the magnitude."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnviz.app.graphics.colour_scales import rgb
from nnviz.app.graphics.network.layout import NetworkLayout
from nnviz.app.graphics.network.values import largest
from nnviz.app.theme import Theme
from nnviz.core.connections import strongest

STRENGTHS = 8
"""How many strengths of line there are for each sign."""
EDGES_A_GAP = 256
"""About how many edges are drawn between two layers; each neuron has its share of them."""
FEWEST = 2
"""Edges into each neuron, at least."""
MOST_FROM_STRIP = 6
"""Edges into each neuron from a layer that is abridged: they all come from one small strip."""

ALIKE = 1.5
"""Pixels by which the weakest of all edges seems further away than the strongest, to a pointer between the two."""

SOLID, FLAT = Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap
Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Edges:
    """Some of the edges into one layer.

    Parameters
    ----------
    layer : int
        Into which they lead, from 1.
    sources, targets : int arrays, (m,)
        The neurons they join.
    shares : float array, (m,)
        How strong each is, −1 to 1, of the strongest there is.
    """

    layer: int
    sources: NDArray[np.intp]
    targets: NDArray[np.intp]
    shares: Numbers


def strongest_edges(
    layer: int, strengths: Numbers, targets: NDArray[np.intp], is_abridged: bool = False
) -> Edges:
    """Return the strongest edges into each neuron, on a scale up to the strongest of all.

    Parameters
    ----------
    layer : int
    strengths : float array, (m, n_{l−1})
        Weights or contributions, a row for each target.
    targets : int array, (m,)
    is_abridged : bool
        Whether the layer that the edges come from is not shown in full.
    """
    count = max(round(EDGES_A_GAP / max(len(targets), 1)), FEWEST)
    if is_abridged:
        count = min(count, MOST_FROM_STRIP)
    sources = strongest(strengths, count)
    chosen = np.take_along_axis(strengths, sources, axis=1)
    return Edges(
        layer,
        sources.ravel(),
        np.repeat(targets, sources.shape[1]),
        shares_of(chosen, largest(strengths)).ravel(),
    )


def edges_into(layer: int, weights: Numbers, target: int, limit: float, count: int | None = None) -> Edges:
    """Return the edges into one neuron of a layer, all or the strongest.

    Parameters
    ----------
    weights : float array, (n_{l−1},)
        The neuron's.
    limit : float
        The weight that is strongest.
    count : int, optional
        How many; all, where not given.
    """
    sources = strongest(weights[np.newaxis], len(weights) if count is None else count)[0]
    return Edges(layer, sources, np.full(len(sources), target), shares_of(weights[sources], limit))


def edges_from(layer: int, weights: Numbers, source: int, targets: NDArray[np.intp], limit: float) -> Edges:
    """Return the edges from one neuron into those of the next layer, whose number is `layer`.

    Parameters
    ----------
    weights : float array, (m,)
        Of the targets.
    """
    return Edges(layer, np.full(len(targets), source), targets, shares_of(weights, limit))


def shares_of(values: Numbers, limit: float) -> Numbers:
    """Return values as shares of a limit, −1 to 1; what is no number becomes 0."""
    if limit == 0:
        return np.zeros_like(values)
    with np.errstate(all="ignore"):
        shares: Numbers = np.clip(values / limit, -1, 1)
    shares[np.isnan(shares)] = 0
    return shares


def nearest_edge(
    layout: NetworkLayout, bundles: Sequence[Edges], x: float, y: float, reach: float
) -> tuple[int, int, int] | None:
    """Return the layer, target and source of the edge that passes nearest to a point; None where none is near.

    Of edges that pass equally near, or nearly so, the strongest.

    Parameters
    ----------
    layout : NetworkLayout
    bundles : sequence of Edges
    x, y : float
    reach : float
        In pixels.
    """
    best, found = reach, None
    for edges in bundles:
        if not len(edges.sources):
            continue
        x1, y1, x2, y2 = _ends(layout, edges)
        along, down = x2 - x1, y2 - y1
        length = np.maximum(along * along + down * down, 1e-9)
        share = ((x - x1) * along + (y - y1) * down) / length
        distance = np.hypot(x - x1 - share * along, y - y1 - share * down)
        distance[(share < 0) | (share > 1)] = np.inf
        distance += ALIKE * (1 - np.abs(edges.shares))
        nearest = int(distance.argmin())
        if distance[nearest] < best:
            best = float(distance[nearest])
            found = edges.layer, int(edges.targets[nearest]), int(edges.sources[nearest])
    return found


class EdgePens:
    """A pen for each sign and strength.

    The colours are mixed with the ground instead of being translucent: Qt draws opaque lines five times as fast,
    and training waits for it.

    Parameters
    ----------
    theme : Theme
    unit : float
        By which all widths are multiplied.
    faintest, strongest : float
        The share of the sign's colour in the colour of the weakest and of the strongest edge. At 0, the weakest
        are not drawn at all.
    widths : (float, float)
        Of the weakest and of the strongest, in pixels.
    """

    def __init__(
        self, theme: Theme, unit: float, faintest: float, strongest: float, widths: tuple[float, float]
    ) -> None:
        ground = rgb(theme.colours.surface)
        self._pens: list[QPen | None] = []
        for strength in range(STRENGTHS):
            share = strength / (STRENGTHS - 1)
            for role in ("positive", "negative"):
                opacity = faintest + (strongest - faintest) * share
                if opacity == 0:
                    self._pens.append(None)
                    continue
                colour = ground + opacity * (rgb(getattr(theme.colours, role)) - ground)
                # Lines of up to one pixel are the fastest, so weak edges stay thin.
                width = unit * (widths[0] + (widths[1] - widths[0]) * share**2)
                self._pens.append(QPen(QColor(*np.rint(colour).astype(int).tolist()), width, SOLID, FLAT))

    def paint(
        self,
        painter: QPainter,
        layout: NetworkLayout,
        bundles: Sequence[Edges],
        grown: float = 1.0,
        from_right: bool = False,
    ) -> None:
        """Draw edges, the weakest first.

        Parameters
        ----------
        painter : QPainter
        layout : NetworkLayout
        bundles : sequence of Edges
        grown : float
            How much of each edge is there, from its source on, 0 to 1.
        from_right : bool
            Whether it is there from its target on instead, as errors go.
        """
        if not bundles or grown <= 0:
            return
        places = [_ends(layout, edges) for edges in bundles]
        x1, y1, x2, y2 = (np.concatenate(parts) for parts in zip(*places, strict=True))
        shares = np.concatenate([edges.shares for edges in bundles])
        if not shares.all():  # what is 0 has no sign, and no line
            x1, y1, x2, y2, shares = (numbers[shares != 0] for numbers in (x1, y1, x2, y2, shares))
        if from_right:
            x1, y1, x2, y2 = x2, y2, x1, y1
        if grown < 1:
            x2, y2 = x1 + grown * (x2 - x1), y1 + grown * (y2 - y1)
        pens = 2 * np.rint(np.abs(shares) * (STRENGTHS - 1)).astype(np.intp) + (shares < 0)
        order = np.argsort(pens, kind="stable")
        lines = list(
            map(QLineF, x1[order].tolist(), y1[order].tolist(), x2[order].tolist(), y2[order].tolist())
        )
        end = 0
        for pen, count in zip(self._pens, np.bincount(pens, minlength=2 * STRENGTHS).tolist(), strict=True):
            if count and pen is not None:
                painter.setPen(pen)
                painter.drawLines(lines[end : end + count])
            end += count


def edge_at(
    layout: NetworkLayout, bundles: Sequence[Edges], point: QPointF, reach: float = 3.5
) -> tuple[int, int, int] | None:
    """Return the layer, target and source of the edge at a point, of several the strongest; None where there is none.

    Parameters
    ----------
    layout : NetworkLayout
    bundles : sequence of Edges
        Those that are drawn; of these, the faintest cannot be seen and are not found either.
    point : QPointF
    reach : float
        How many pixels beside an edge still count as the edge.
    """
    best, found = 0.5 / (STRENGTHS - 1), None
    for edges in bundles:
        x1, y1, x2, y2 = _ends(layout, edges)
        dx, dy = x2 - x1, y2 - y1
        length = np.hypot(dx, dy)
        share = ((point.x() - x1) * dx + (point.y() - y1) * dy) / length**2
        apart = np.abs((point.x() - x1) * dy - (point.y() - y1) * dx) / length
        strength = np.where((share > 0) & (share < 1) & (apart <= reach), np.abs(edges.shares), 0)
        place = int(strength.argmax()) if len(strength) else 0
        if len(strength) and strength[place] > best:
            best = float(strength[place])
            found = edges.layer, int(edges.targets[place]), int(edges.sources[place])
    return found


def _ends(layout: NetworkLayout, edges: Edges) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    source, target = layout.columns[edges.layer - 1], layout.columns[edges.layer]
    return (
        source.x[edges.sources],
        source.y[edges.sources],
        target.x[edges.targets],
        target.y[edges.targets],
    )
