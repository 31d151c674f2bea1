"""What moves on a network's cost surface: the path of the run at its true cost, and balls on the plane."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from nnviz.app.graphics.chart import Chart
from nnviz.app.graphics.landscape.map import FAINTEST, height_text
from nnviz.app.graphics.landscape.marks import Marble, Marks, Trail
from nnviz.app.graphics.text import LEFT, MIDDLE, fitting, line_height, number, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.survey import Surface
from nnviz.run.plane_race import PlaneBall, Walk
from nnviz.run.surveying import Landscape

ON_PLANE = 1e-6
"""A position is on the plane if it is nearer than this share of the window's width."""
POINTS = 9.0
FAR = 1e6
"""Pixels."""


class KnownCosts:
    """The true costs of a path's positions, as far as they are known: they outlive the plane that moves on."""

    def __init__(self) -> None:
        self._of: object = None
        self._costs: dict[int, float] = {}

    def forget(self) -> None:
        """Forget all: the path is another."""
        self._costs.clear()

    def take(self, landscape: Landscape) -> NDArray[np.float64]:
        """Take note of a landscape's costs; return those of its path, (N,), NaN where they are not known yet."""
        over = landscape.spec.over
        of = (over, landscape.step) if over.samples == "mini-batch" else over
        if of != self._of:
            self._of, self._costs = of, {}
        if landscape.shadow is None:
            return np.empty(0)
        known = zip(landscape.steps, landscape.shadow.costs.tolist(), strict=True)
        self._costs |= {step: cost for step, cost in known if not math.isnan(cost)}
        return np.array([self._costs.get(step, math.nan) for step in landscape.steps])


def path_marks(landscape: Landscape, costs: NDArray[np.float64]) -> Marks:
    """Return the path at its true cost, fainter where it is farther from the plane, and where it ends.

    Parameters
    ----------
    landscape : Landscape
    costs : float64 array, (N,)
        The true cost of each position; those that are not known are left out.
    """
    shadow = landscape.shadow
    if shadow is None or not len(costs):
        return Marks()
    known = np.isfinite(costs) & np.isfinite(shadow.coordinates).all(axis=1)
    farthest = float(np.nanmax(shadow.distances, initial=0.0)) or 1.0
    opacity = 1 - (1 - FAINTEST) * np.nan_to_num(shadow.distances / farthest, nan=1.0)
    trail = Trail(shadow.coordinates[known], costs[known], "highlight", opacity[known])
    here = (float(shadow.coordinates[-1, 0]), float(shadow.coordinates[-1, 1]))
    height = float(costs[-1])
    ground, surface = landscape.ground, landscape.surface
    if math.isnan(height) and ground is not None and surface is not None:
        width = ground.window.right - ground.window.left
        if shadow.distances[-1] < ON_PLANE * width:  # there the plane's cost is its own
            height = surface.cost_at(here)
    marbles = [] if math.isnan(height) else [Marble(here, height, "highlight")]
    return Marks([trail], marbles)


def ball_marks(walks: Sequence[Walk], roles: Sequence[str], chosen: int) -> Marks:
    """Return balls with the ways that they have come."""
    trails, marbles = [], []
    for place, (walk, role) in enumerate(zip(walks, roles, strict=False)):
        trails.append(Trail(walk.points, walk.costs, role))
        alpha, beta = walk.points[-1].tolist()
        is_chosen = len(walks) > 1 and place == chosen
        marbles.append(Marble((alpha, beta), float(walk.costs[-1]), role, is_chosen=is_chosen))
    return Marks(trails, marbles)


def joined(*some: Marks) -> Marks:
    """Return all that moves."""
    return Marks(
        [trail for marks in some for trail in marks.trails],
        [marble for marks in some for marble in marks.marbles],
    )


def ends_with(ends: tuple[float, float], path: Marks, surface: Surface | None) -> tuple[float, float]:
    """Return the ends of a scale of heights that has room for a path, too, where it passes over a surface.

    The path's true cost may be less, or more, than the plane's anywhere.
    """
    low, high = ends
    if surface is not None:
        for trail in path.trails:
            alphas, betas = trail.points[:, 0], trail.points[:, 1]
            inside = (surface.alphas[0] <= alphas) & (alphas <= surface.alphas[-1])
            inside &= (surface.betas[0] <= betas) & (betas <= surface.betas[-1])
            heights = trail.heights[inside]
            if len(heights):
                low, high = min(low, float(heights.min())), max(high, float(heights.max()))
    return low, high


def name_of(ball: PlaneBall, n_samples: int) -> str:
    """Return by which numbers a ball rolls."""
    batch = n_samples if ball.batch_size is None else min(ball.batch_size, n_samples)
    what = f"all {batch:,} images" if batch == n_samples else f"mini-batches of {batch:,}"
    momentum = f", μ = {ball.ball.momentum:g}" if ball.ball.momentum else ""
    return f"η = {ball.ball.eta:g}{momentum}, {what}"


def told(walk: Walk) -> str:
    """Return where a ball is."""
    if walk.diverged:
        return f"diverged after step {walk.steps:,}"
    cost = float(walk.costs[-1])
    height = "no finite cost" if math.isnan(cost) else f"cost {height_text(cost)}"
    alpha, beta = walk.points[-1].tolist()
    return f"step {walk.steps:,}: {height} at ({number(alpha)}, {number(beta)})"


def list_height(theme: Theme, count: int) -> float:
    """Return how much room a list of so many balls takes."""
    return count * line_height(theme, POINTS) + 6 if count else 0.0


def paint_list(
    painter: QPainter, theme: Theme, area: QRectF, rows: Sequence[tuple[str, str, str]], chosen: int
) -> None:
    """Paint a row for each ball: its colour, its numbers, and where it is.

    Parameters
    ----------
    rows : sequence of (str, str, str)
        Role, numbers, place.
    chosen : int
    """
    line = line_height(theme, POINTS)
    row = QRectF(area.left(), area.top() + 2, area.width(), line)
    left = 1.3 * line
    longest = max((text_width(theme, numbers, POINTS) for _, numbers, _ in rows), default=0.0)
    for place, (role, numbers, where) in enumerate(rows):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(role))
        painter.drawEllipse(QPointF(row.left() + line / 2, row.center().y()), 0.28 * line, 0.28 * line)
        room = row.adjusted(left, 0, 0, 0)
        strong = len(rows) > 1 and place == chosen
        if room.width() > longest + 8 + text_width(theme, where, POINTS):
            write(painter, theme, room, numbers, LEFT | MIDDLE, POINTS, "text", strong)
            write(painter, theme, room.adjusted(longest + 18, 0, 0, 0), where, LEFT | MIDDLE, POINTS, "muted")
        else:
            short = fitting(theme, (where, where.split(" at ")[0]), room.width(), POINTS)
            write(painter, theme, room, short, LEFT | MIDDLE, POINTS, "text", strong)
        row.translate(0, line)


def pixels(chart: Chart, points: NDArray[np.float64]) -> QPolygonF:
    """Return where points are on the map, or far outside of it: painters give up on what is farther still."""
    places = chart.points(points[:, 0], points[:, 1])
    return QPolygonF(
        [QPointF(min(max(p.x(), -FAR), FAR), min(max(p.y(), -FAR), FAR)) for p in places.toList()]
    )
