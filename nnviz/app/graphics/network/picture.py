"""The network diagram, painted: layers as columns of neurons that light up, joined by their strongest edges."""

from __future__ import annotations

import math
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPixmap

from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.network.answer import paint_answer, verdict, verdict_width
from nnviz.app.graphics.network.edges import (
    EdgePens,
    Edges,
    edge_at,
    edges_from,
    edges_into,
    strongest_edges,
)
from nnviz.app.graphics.network.frame import OUTPUT_POINTS, measure, paint_frame
from nnviz.app.graphics.network.layout import INSIDE, NetworkLayout, lay_out_network
from nnviz.app.graphics.network.marks import paint_component_edge, paint_component_name, paint_rings
from nnviz.app.graphics.network.values import Palette, Scale, Scene, largest, short_number
from nnviz.app.graphics.text import CENTRE, MIDDLE, RIGHT, line_height, text_width
from nnviz.app.theme import Theme, text_font
from nnviz.core.components import Component
from nnviz.core.connections import layer_contributions

NUMBER_POINTS = (11.0, 10.0, 9.0, 8.0)
"""Sizes of the numbers inside neurons; where not even the last fits, there are none."""
EDGES_UNTIL = 0.6
"""The share of a layer's time in a forward pass in which its edges grow; then its neurons light up."""
MIDST = CENTRE | MIDDLE
MOST_INTO_PINNED = 250
"""Edges drawn into a pinned neuron, which may stay pinned while training runs; a neuron looked at has them all."""
THICKEST = 1.3
"""By how much lines become thicker in a large picture, at most: Qt draws thick lines slowly."""

Place = tuple[int, int]
"""A layer, the input's being 0, and the number of a neuron in it."""


class NetworkPicture:
    """Paints a scene.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    scene : Scene or None
        What was shown last.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._backdrop = Backdrop()
        self._laid_out: tuple[Hashable, NetworkLayout] | None = None
        self._look: Hashable = None
        self._unit = 1.0
        self.scene: Scene | None = None
        self._scales: list[Scale] = []
        self._levels: list[NDArray[np.uint8] | None] = []
        self._edges: list[Edges] | None = None
        self._edges_of: Scene | None = None
        self._edges_drawn = 0
        self._edge_layer = Backdrop()
        self._contributions: list[Edges] | None = None

    @property
    def edges_are_older(self) -> bool:
        """Whether the edges on the screen are those of a network before the one that is shown."""
        return self.scene is not None and self._edges_of is not self.scene

    def show(self, scene: Scene, keep_edges: bool = False) -> None:
        """Take another scene, to be painted next.

        Parameters
        ----------
        scene : Scene
        keep_edges : bool
            Whether the edges on the screen may stay as they are, where they are of such a network. To draw them
            takes three quarters of the time, and from one frame to the next they hardly change.
        """
        before = self._edges_of
        if before is not None and before.same_edges(scene):
            self._edges_of = scene
        elif before is None or not (keep_edges and before.like_edges(scene)):
            self._edges_of, self._edges = scene, None
            self._edges_drawn += 1
        self.scene = scene
        self._scales = scene.scales()
        self._levels = []
        for layer, scale in enumerate(self._scales):
            values = scene.values(layer)
            self._levels.append(None if values is None else scale.levels(values))
        self._contributions = None

    def layout(self, area: QRectF) -> NetworkLayout | None:
        """Return where everything lies if painted into an area; None without a scene."""
        scene = self.scene
        if scene is None:
            return None
        sizes, shape = scene.network.sizes, scene.image_shape
        key = (sizes, shape, area.x(), area.y(), area.width(), area.height(), self._theme.text_scale)
        if self._laid_out is None or self._laid_out[0] != key:
            layout = lay_out_network(sizes, area, shape, measure(self._theme, sizes))
            self._laid_out = key, layout
            self._edges = self._contributions = None  # which are drawn depends on which neurons are shown
        return self._laid_out[1]

    def paint(
        self,
        painter: QPainter,
        area: QRectF,
        looked_at: Place | None = None,
        reached: float | None = None,
    ) -> None:
        """Paint the scene into an area.

        Parameters
        ----------
        painter : QPainter
        area : QRectF
        looked_at : (layer, neuron), optional
            All edges of this neuron are drawn, on a scale of their own.
        reached : float, optional
            How far a pass has come, in layers, forward or, where the scene shows errors, back; all the way where
            not given.
        """
        scene, layout = self.scene, self.layout(area)
        if scene is None or layout is None:
            return
        self._take_up_look(area)
        answer_width = verdict_width(self._theme, verdict(scene))
        edges_are = "∂C/∂w" if scene.goes_back else "weight" if reached is None else "contribution w·a"
        key = (
            self._look,
            scene.overlay,
            tuple(self._scales),
            scene.network.sizes,
            scene.sample if scene.response is not None else None,
            edges_are,
            round(answer_width),
        )
        room = layout.foot.width() - answer_width - 16 if layout.foot is not None else 0.0
        self._backdrop.paint(
            painter,
            area,
            key,
            lambda onto, _: paint_frame(
                onto, self._theme, layout, scene, self._palettes, edges_are, max(room, 0.0)
            ),
        )
        if scene.goes_back:
            self._paint_pixels(painter, layout, scene, _lit(reached, len(layout.columns) - 1))
        if reached is None:
            drawn = (self._look, self._edges_drawn, scene.network.sizes, looked_at)
            self._edge_layer.paint(
                painter, area, drawn, lambda onto, _: self._paint_edges(onto, layout, looked_at)
            )
        else:
            self._paint_pass(painter, layout, scene, reached)
        if scene.component is not None:
            paint_component_edge(painter, self._theme, layout, scene.component, self._unit)
        last = len(layout.columns) - 1
        for layer in range(last + 1):
            turn = last - layer if scene.goes_back else layer
            self._paint_neurons(painter, layout, scene, layer, _lit(reached, turn))
        if reached is None or reached >= last + 1 or scene.goes_back:
            paint_answer(painter, self._theme, layout, scene, min(self._unit, THICKEST))
        paint_rings(painter, self._theme, layout, scene, looked_at, self._unit)
        if scene.component is not None:
            paint_component_name(painter, self._theme, layout, scene.component)

    def _take_up_look(self, area: QRectF) -> None:
        """Make pens and brushes, where the theme or the size is another."""
        theme = self._theme
        unit = min(max(min(area.width() / 620, area.height() / 400), 0.7), 1.7)
        look = (theme.colours, theme.text_scale, unit)
        if look == self._look:
            return
        self._look, self._unit = look, unit
        thickness = min(unit, THICKEST)
        self._palettes = {signed: Palette(theme, signed) for signed in (False, True)}
        self._usual = EdgePens(theme, thickness, 0.0, 0.95, (0.6, 2.2))
        self._dimmed = EdgePens(theme, thickness, 0.0, 0.24, (0.6, 1.0))
        self._emphasised = EdgePens(theme, thickness, 0.20, 1.0, (0.6, 2.6))
        self._passed = EdgePens(theme, thickness, 0.0, 0.50, (0.6, 1.6))
        self._outline = QPen(theme.colour("muted"), 1.2 * thickness)
        self._dark_outline = QPen(theme.colour("line"), 1.2 * thickness)

    def _paint_edges(self, painter: QPainter, layout: NetworkLayout, looked_at: Place | None) -> None:
        if not isinstance(painter.device(), QPixmap) and self.edges_are_older:  # not for the screen
            self._edges_of, self._edges = self.scene, None
            self._edges_drawn += 1
        usual, emphasised = self._drawn(layout, looked_at)
        (self._dimmed if emphasised else self._usual).paint(painter, layout, usual)
        if emphasised:
            self._emphasised.paint(painter, layout, emphasised)

    def edges_at_rest(self, area: QRectF) -> list[Edges]:
        """Return the edges that stand out while no neuron is looked at: the pinned one's, or the strongest."""
        layout = self.layout(area)
        if layout is None:
            return []
        usual, emphasised = self._drawn(layout, None)
        return emphasised or usual

    def _drawn(self, layout: NetworkLayout, looked_at: Place | None) -> tuple[list[Edges], list[Edges]]:
        """Return the edges that are drawn, and those of the neuron that is looked at or pinned."""
        scene = self._edges_of
        if scene is None:
            return [], []
        shown = [
            (layer, edges)
            for layer in range(1, len(layout.columns))
            if (edges := scene.edges(layer)) is not None
        ]
        if self._edges is None:
            self._edges = [
                self._strongest(layout, layer, edges[layout.columns[layer].joined]) for layer, edges in shown
            ]
        most = None
        if looked_at is None and scene.pinned is not None:
            looked_at, most = (scene.pinned.layer, scene.pinned.index), MOST_INTO_PINNED
        bundles: list[Edges] = []
        if looked_at is None:
            return self._edges, bundles
        layer, index = looked_at
        for into, edges in shown:
            if into == layer:
                bundles.append(edges_into(layer, edges[index], index, largest(edges[index]), most))
            elif into == layer + 1:
                targets = layout.columns[into].joined
                out = edges[targets, index]
                bundles.append(edges_from(into, out, index, targets, largest(out)))
        return self._edges, bundles

    @staticmethod
    def _strongest(layout: NetworkLayout, layer: int, strengths: NDArray[Any]) -> Edges:
        return strongest_edges(layer, strengths, layout.columns[layer].joined, layout.is_abridged(layer - 1))

    def edge_at(self, area: QRectF, point: QPointF, looked_at: Place | None = None) -> Component | None:
        """Return the weight whose edge, one of those that are drawn, lies at a point of an area."""
        layout = self.layout(area)
        if layout is None:
            return None
        usual, emphasised = self._drawn(layout, looked_at)
        found = edge_at(layout, emphasised, point) or edge_at(layout, usual, point)
        return None if found is None else Component(*found)

    def _paint_pass(self, painter: QPainter, layout: NetworkLayout, scene: Scene, reached: float) -> None:
        """Paint the edges of a pass: those into its present layer bright, on their way."""
        if self._contributions is None:
            layers = range(1, len(layout.columns))
            of_layers = [self._passed_on(scene, layer, layout.columns[layer].joined) for layer in layers]
            if any(strengths is None for strengths in of_layers):
                return
            self._contributions = [
                self._strongest(layout, layer, strengths)
                for layer, strengths in zip(layers, of_layers, strict=True)
                if strengths is not None
            ]
        in_turn = self._contributions[:: -1 if scene.goes_back else 1]
        present = min(math.ceil(reached) - 1, len(in_turn))
        self._passed.paint(painter, layout, in_turn[: max(present - 1, 0)])
        if present >= 1:
            grown = min((reached - present) / EDGES_UNTIL, 1.0)
            self._emphasised.paint(painter, layout, in_turn[present - 1 : present], grown, scene.goes_back)

    @staticmethod
    def _passed_on(scene: Scene, layer: int, neurons: NDArray[np.intp]) -> NDArray[Any] | None:
        """Return what edges into some neurons carry in the pass: w a forward, and ∂C/∂w back."""
        if scene.goes_back:
            edges = scene.edges(layer)
            return None if edges is None else edges[neurons]
        if scene.response is None:
            return None
        return layer_contributions(scene.network, scene.response, layer, neurons)

    def _paint_pixels(self, painter: QPainter, layout: NetworkLayout, scene: Scene, lit: float) -> None:
        """Paint ∂C/∂x in the place of the image."""
        levels = self._levels[0]
        if layout.image is None or layout.image_shape is None or levels is None:
            return
        scale = self._scales[0]
        levels = scale.dimmed(levels, lit) if lit < 1 else levels
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(
            layout.image, self._palettes[scale.signed].image(levels.reshape(layout.image_shape))
        )

    def _paint_neurons(
        self, painter: QPainter, layout: NetworkLayout, scene: Scene, layer: int, lit: float
    ) -> None:
        column, scale, levels = layout.columns[layer], self._scales[layer], self._levels[layer]
        palette = self._palettes[scale.signed]
        is_known = levels is not None
        if levels is None:
            levels = scale.levels(np.zeros(len(column.x), np.float32))
        elif lit < 1:
            levels = scale.dimmed(levels, lit)
        if column.strip is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(column.strip, palette.image(levels[column.left_out][:, np.newaxis]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self._dark_outline)
            painter.drawRect(column.strip.adjusted(-0.5, -0.5, 0.5, 0.5))
        shown = levels[column.shown].tolist()
        painter.setPen(self._outline if lit > 0 else self._dark_outline)
        for circle, level in zip(column.circles, shown, strict=True):
            painter.setBrush(palette.brushes[level])
            painter.drawEllipse(circle)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if is_known and lit > 0.5 and layer > 0:
            self._write_numbers(painter, layout, scene, layer, shown)
            if layer == len(layout.columns) - 1:
                self._write_beside(painter, layout, scene)

    def _write_numbers(
        self, painter: QPainter, layout: NetworkLayout, scene: Scene, layer: int, levels: list[int]
    ) -> None:
        """Write the neurons' numbers into them, if there is room for the widest that may come."""
        column, scale, values = layout.columns[layer], self._scales[layer], scene.values(layer)
        widest = short_number(-scale.limit if scale.signed else 0.88 * scale.limit, scale)
        points = _number_points(2 * column.radius, widest, self._theme.text_scale)
        is_beside = layer == len(layout.columns) - 1 and layout.numbers is not None
        if points is None or values is None or is_beside:
            return
        inks = self._palettes[scale.signed].inks
        painter.setFont(self._theme.font(points))
        ink = None
        for circle, level, value in zip(column.circles, levels, values[column.shown].tolist(), strict=True):
            if inks[level] is not ink:
                ink = inks[level]
                painter.setPen(ink)
            painter.drawText(circle, MIDST, short_number(value, scale))

    def _write_beside(self, painter: QPainter, layout: NetworkLayout, scene: Scene) -> None:
        """Write the outputs' numbers beside their digits."""
        values, column = scene.values(len(layout.columns) - 1), layout.columns[-1]
        numbers, line = layout.numbers, line_height(self._theme, OUTPUT_POINTS)
        if numbers is None or values is None:
            return
        scale = self._scales[-1]
        widest = text_width(self._theme, short_number(-scale.limit, scale), OUTPUT_POINTS)
        points = OUTPUT_POINTS * min((numbers.width() - 4) / widest, 1.0)  # there is room for "+0.00"
        painter.setFont(self._theme.font(points))
        muted, strong = self._theme.colour("muted"), self._theme.colour("text")
        says = scene.response.predicted if scene.response is not None else None
        for index in column.shown.tolist():
            painter.setPen(strong if index == says else muted)
            row = QRectF(numbers.left(), float(column.y[index]) - line / 2, numbers.width(), line)
            painter.drawText(row, RIGHT | MIDDLE, short_number(float(values[index]), scale))


def _lit(reached: float | None, turn: int) -> float:
    """Return how bright a layer is in a pass, 0 to 1; turn 0 has the layer where the pass begins."""
    if reached is None:
        return 1.0
    start = 0.0 if turn == 0 else turn + EDGES_UNTIL
    return min(max((reached - start) / (1 - EDGES_UNTIL), 0.0), 1.0)


@lru_cache(maxsize=256)
def _number_points(diameter: float, widest: str, text_scale: float) -> float | None:
    """Return the size in which a text fits into a neuron, before the user's text size is applied; None for none."""
    for points in NUMBER_POINTS:
        metrics = QFontMetricsF(text_font(points * text_scale))
        # The corners of the figures, which fill the middle of their line, lie inside the circle.
        if math.hypot(metrics.horizontalAdvance(widest), 0.6 * metrics.height()) <= diameter - INSIDE:
            return points
    return None
