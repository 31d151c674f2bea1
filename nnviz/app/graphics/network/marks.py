"""What is marked in the network diagram: the pinned neuron, the one that is looked at, the chosen component."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backprop.words import parameter_name
from nnviz.app.graphics.network.layout import NetworkLayout
from nnviz.app.graphics.network.values import Scene
from nnviz.app.graphics.text import CENTRE, MIDDLE, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.components import Component

NAME_POINTS = 9.5
GLOW = ((0.35, 7.0), (1.0, 2.6))
"""Opacities and widths of the lines, drawn over each other, that mark what is chosen."""


def paint_rings(
    painter: QPainter,
    theme: Theme,
    layout: NetworkLayout,
    scene: Scene,
    looked_at: tuple[int, int] | None,
    unit: float,
) -> None:
    """Ring the pinned neuron, the neuron of the chosen bias, and the one that is looked at.

    Parameters
    ----------
    looked_at : (layer, neuron) or None
    unit : float
        By which lines are thicker than usual.
    """
    painter.setBrush(Qt.BrushStyle.NoBrush)
    component, pinned = scene.component, scene.pinned
    ringed = {(pinned.layer, pinned.index)} if pinned is not None else set()
    if component is not None and component.is_bias:
        ringed.add((component.layer, component.neuron))
    for place in ringed:
        for opacity, width in GLOW:
            painter.setPen(QPen(theme.colour("highlight", opacity), width * unit))
            painter.drawEllipse(layout.circle(*place))
    if looked_at is None:
        return
    layer, index = looked_at
    if looked_at not in ringed:
        painter.setPen(QPen(theme.colour("text"), 2.2))
        painter.drawEllipse(layout.circle(layer, index))
    pixel = layout.pixel(index) if layer == 0 else None
    if pixel is not None:
        painter.setPen(QPen(theme.colour("highlight"), 2))
        painter.drawRect(pixel.adjusted(-1, -1, 1, 1))


def paint_component_edge(
    painter: QPainter, theme: Theme, layout: NetworkLayout, component: Component, unit: float
) -> None:
    """Draw the edge of a chosen weight over all other edges, and mark its pixel."""
    ends = _ends(layout, component)
    if ends is None or component.input is None:
        return
    for opacity, width in GLOW:
        painter.setPen(QPen(theme.colour("highlight", opacity), width * unit))
        painter.drawLine(*ends)
    pixel = layout.pixel(component.input) if component.layer == 1 else None
    if pixel is not None:
        painter.setPen(QPen(theme.colour("highlight"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(pixel.adjusted(-1, -1, 1, 1))


def paint_edge_looked_at(
    painter: QPainter, theme: Theme, layout: NetworkLayout, component: Component
) -> QRectF:
    """Draw the edge that the pointer is on, and return what it covers with the neurons at its ends."""
    ends = _ends(layout, component)
    if ends is None or component.input is None:
        return QRectF()
    painter.setPen(QPen(theme.colour("text"), 2.2))
    painter.drawLine(*ends)
    source, target = component.layer - 1, component.layer
    return layout.circle(source, component.input).united(layout.circle(target, component.neuron))


def paint_component_name(
    painter: QPainter, theme: Theme, layout: NetworkLayout, component: Component
) -> None:
    """Write the name of the chosen component beside its edge, or of a bias beside its neuron."""
    name = parameter_name(component)
    box = name_box(theme, layout, component)
    painter.setPen(QPen(theme.colour("highlight"), 1.2))
    painter.setBrush(theme.colour("background", 0.92))
    painter.drawRoundedRect(box, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    write(painter, theme, box, name, CENTRE | MIDDLE, NAME_POINTS, "text", strong=True)


def name_box(theme: Theme, layout: NetworkLayout, component: Component) -> QRectF:
    """Return where the name of a component stands: inside the diagram, and not over its neurons."""
    width = text_width(theme, parameter_name(component), NAME_POINTS, strong=True) + 12
    height = line_height(theme, NAME_POINTS, strong=True) + 2
    ends = _ends(layout, component)
    if ends is not None:
        middle = (ends[0] + ends[1]) / 2
        across, down = ends[1].x() - ends[0].x(), ends[1].y() - ends[0].y()
        above = height / 2 + 5 + abs(down / across) * width / 2
        if above <= 2.5 * height:  # along a steep edge, there is enough of it on both sides of its name
            middle -= QPointF(0, above)
    else:
        circle = layout.circle(component.layer, component.neuron)
        middle = QPointF(circle.left() - 8 - width / 2, circle.center().y())
    box = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
    area = layout.area.adjusted(2, 2, -2, -2)
    box.moveLeft(max(min(box.left(), area.right() - width), area.left()))
    box.moveTop(max(min(box.top(), area.bottom() - height), area.top()))
    return box


def _ends(layout: NetworkLayout, component: Component) -> tuple[QPointF, QPointF] | None:
    """Return where a weight's edge leaves its source and meets its target; None for a bias."""
    if component.input is None:
        return None
    columns = layout.columns[component.layer - 1 : component.layer + 1]
    edge = QLineF(columns[0].centre(component.input), columns[1].centre(component.neuron))
    starts_at = columns[0].radius if component.input in columns[0].shown else 0.0
    way = QPointF(edge.dx(), edge.dy()) / max(edge.length(), 1.0)
    return edge.p1() + way * starts_at, edge.p2() - way * columns[1].radius
