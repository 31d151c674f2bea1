"""The bar of a step's stages: those that are done, the present one, and those to come."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.stages.shown import Spot, symbol
from nnviz.app.graphics.text import CENTRE, MIDDLE, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.stages import Kind, Stage

POINTS, GROUP_POINTS = 10.0, 9.0
GAP, GROUP_GAP = 3.0, 12.0
WIDEST = 92.0
"""Pixels of a stage, at the usual size of text."""
RADIUS = 5.0
GROUPS = {
    Kind.MINI_BATCH: "mini-batch",
    Kind.FORWARD: "forward",
    Kind.COST: "cost",
    Kind.OUTPUT_ERROR: "backward",
    Kind.BACKWARD: "backward",
    Kind.GRADIENT: "gradient",
    Kind.UPDATE: "update",
}
SHORT = {"mini-batch": "batch", "gradient": "grad."}


def short_name(stage: Stage) -> str:
    """Return what the stage computes, in a letter: "a¹", "δ²"."""
    match stage.kind:
        case Kind.FORWARD:
            return symbol("a", stage.layer or 0)
        case Kind.OUTPUT_ERROR | Kind.BACKWARD:
            return symbol("δ", stage.layer or 0)
    return {Kind.MINI_BATCH: "x", Kind.COST: "C", Kind.GRADIENT: "∇C", Kind.UPDATE: "Δθ"}[stage.kind]


def long_name(stage: Stage) -> str:
    """Return the stage's name: "Forward, layer 1"."""
    name = stage.kind.value.capitalize()
    return f"{name}, layer {stage.layer}" if stage.kind in (Kind.FORWARD, Kind.BACKWARD) else name


class StageBar:
    """The stages of a step in a row, in groups.

    Parameters
    ----------
    theme : Theme
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._stages: Sequence[Stage] = ()
        self.boxes: list[QRectF] = []

    def height(self, with_groups: bool) -> float:
        """Return how high the bar is, with or without the groups' names."""
        box = line_height(self._theme, POINTS, strong=True) + 6
        return box + (line_height(self._theme, GROUP_POINTS) + 1 if with_groups else 0)

    def paint(self, painter: QPainter, area: QRectF, stages: Sequence[Stage], index: int) -> None:
        """Paint the bar.

        Parameters
        ----------
        area : QRectF
            As high as `height` says.
        stages : sequence of Stage
        index : int
            The present one.
        """
        theme = self._theme
        self._stages = stages
        names = [name for name, _ in groupby(stages, lambda stage: GROUPS[stage.kind])]
        counts = [len(list(group)) for _, group in groupby(stages, lambda stage: GROUPS[stage.kind])]
        gap = min(GROUP_GAP, 0.02 * area.width() + 2)
        taken = gap * (len(names) - 1) + GAP * (len(stages) - len(names))
        width = min((area.width() - taken) / len(stages), WIDEST * theme.text_scale)
        box = self.height(with_groups=False)
        top = area.bottom() - box
        has_groups = area.height() >= self.height(with_groups=True) - 0.5
        self.boxes = []
        left = area.left()
        for name, count in zip(names, counts, strict=True):
            right = left + count * width + (count - 1) * GAP
            if has_groups:
                over = QRectF(left - gap / 2, area.top(), right - left + gap, top - area.top())
                text = fitting(theme, (name, SHORT.get(name, name), ""), over.width(), GROUP_POINTS)
                write(painter, theme, over, text, CENTRE | MIDDLE, GROUP_POINTS, "muted")
            self.boxes += [QRectF(left + place * (width + GAP), top, width, box) for place in range(count)]
            left = right + gap
        for place, (stage, where) in enumerate(zip(stages, self.boxes, strict=True)):
            self._paint_stage(painter, where, short_name(stage), place - index)

    def _paint_stage(self, painter: QPainter, where: QRectF, name: str, ahead: int) -> None:
        """Paint one stage; `ahead` is below 0 for one that is done, and 0 for the present one."""
        theme = self._theme
        painter.setPen(QPen(theme.colour("highlight" if ahead == 0 else "line"), 1))
        fill = "highlight" if ahead == 0 else "line" if ahead < 0 else "surface"
        painter.setBrush(theme.colour(fill))
        painter.drawRoundedRect(where.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        role = "on_highlight" if ahead == 0 else "text" if ahead < 0 else "muted"
        for points in (POINTS, 0.8 * POINTS, 0.65 * POINTS, 0.5 * POINTS):
            if text_width(theme, name, points, strong=ahead == 0) <= where.width() - 2:
                write(painter, theme, where, name, CENTRE | MIDDLE, points, role, strong=ahead == 0)
                return

    def at(self, point: QPointF) -> Spot | None:
        """Return the stage under a point."""
        for place, (stage, where) in enumerate(zip(self._stages, self.boxes, strict=False)):
            if where.contains(point):
                return Spot(where, (long_name(stage), "Click to go there."), stage=place)
        return None
