"""What stands still in the network diagram: names, brace, image, digits and legend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from nnviz.app.graphics.backprop.words import figures
from nnviz.app.graphics.network.layout import Measures, NetworkLayout
from nnviz.app.graphics.network.values import ACTIVATIONS, BIASES, ERRORS, Palette, Scale, Scene
from nnviz.app.graphics.text import BOTTOM, CENTRE, LEFT, MIDDLE, TOP, line_height, number, text_width, write
from nnviz.app.theme import Theme

MARKER = 0.62
"""The width of the triangle beside the target's digit, as a share of a line's height."""
DIGIT_GAP, MARKER_GAP = 9.0, 6.0
"""Pixels between an output neuron and its digit, and between that and the triangle."""
OUTPUT_POINTS = 9.0
"""The size of the numbers beside the outputs' digits."""
LEAST_POINTS = 6.5
"""The smallest size of digits, whatever size the user has chosen for text."""
QUANTITIES = {ACTIVATIONS: "activation", "z": "weighted input", BIASES: "bias", ERRORS: "error δ"}


def measure(theme: Theme, sizes: Sequence[int]) -> Measures:
    """Return what of the layout depends on text, for a network."""
    line = line_height(theme, 10)
    digit = text_width(theme, str(sizes[-1] - 1), 12, strong=True)
    return Measures(
        line,
        DIGIT_GAP + digit + MARKER_GAP + MARKER * line + 2,
        text_width(theme, f"{sizes[0]:,}", 10),
        text_width(theme, "+0.00", OUTPUT_POINTS) + 4,
    )


def short(limit: float) -> str:
    """Return the end of a scale, which is round: "5", "−0.02", "2·10⁻⁷"."""
    return number(limit, 0) if abs(limit) >= 1 else figures(limit, 1)


def digit_points(theme: Theme, layout: NetworkLayout) -> float:
    """Return the size of the output neurons' digits: smaller where they would touch, as far as can be read."""
    points = 12 * min(1.0, _apart(layout) / line_height(theme, 12, strong=True))
    return max(points, LEAST_POINTS / theme.text_scale)


def _apart(layout: NetworkLayout) -> float:
    y = layout.columns[-1].y
    return float(np.diff(y).min()) if len(y) > 1 else layout.digits.height()


def paint_frame(
    painter: QPainter,
    theme: Theme,
    layout: NetworkLayout,
    scene: Scene,
    palettes: dict[bool, Palette],
    edges_are: str,
    room: float,
) -> None:
    """Paint all that does not change from step to step.

    Parameters
    ----------
    palettes : dict of Palette
        By whether their scale is signed.
    edges_are : str
        What the edges stand for: "weight".
    room : float
        How much of the foot's width the legend may take.
    """
    _paint_heads(painter, theme, layout, scene)
    _paint_input(painter, theme, layout, scene, palettes[False])
    _paint_digits(painter, theme, layout)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("muted"))
    for column in layout.columns:
        size = max(1.1, 0.16 * column.radius)
        for dot in column.dots:
            painter.drawEllipse(dot, size, size)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if layout.foot is not None:
        foot = QRectF(layout.foot.topLeft(), layout.foot.bottomLeft() + QPointF(room, 0))
        _paint_legend(painter, theme, foot, scene, palettes, edges_are)


def _paint_heads(painter: QPainter, theme: Theme, layout: NetworkLayout, scene: Scene) -> None:
    """Write the layers' names and sizes: the longest words for which there is room above all of them."""
    if not layout.heads:
        return
    sizes = scene.network.sizes
    of_input = "pixels" if scene.image_shape is not None else "inputs"
    last = len(sizes) - 1
    hidden = ["hidden layer"] if last == 2 else [f"hidden layer {layer}" for layer in range(1, last)]
    shorter = ["hidden"] if last == 2 else [f"layer {layer}" for layer in range(1, last)]
    bare = [f"{n:,}" for n in sizes]
    counts = [f"{bare[0]} {of_input}", *(f"{n} neuron{'s' * (n != '1')}" for n in bare[1:])]
    has_two_lines = layout.heads[0].height() > 1.5 * line_height(theme, 10)
    names = (["input", *hidden, "output"], ["input", *shorter, "output"])
    choices = [(names[0], counts), (names[1], counts), (names[1], bare), ([""] * len(bare), bare)]
    if not has_two_lines:
        choices = [([f"{a} · {b}" for a, b in zip(names[1], bare, strict=True)], []), (bare, [])]
    for uppers, lowers in choices:
        fits = all(
            text_width(theme, text, 10) <= head.width()
            for texts in (uppers, lowers)
            for text, head in zip(texts, layout.heads, strict=False)
        )
        if not fits:
            continue
        for place, head in enumerate(layout.heads):
            write(painter, theme, head, uppers[place], CENTRE | TOP, 10)
            if lowers:
                write(painter, theme, head, lowers[place], CENTRE | BOTTOM, 10, "muted")
        return


def _paint_input(
    painter: QPainter, theme: Theme, layout: NetworkLayout, scene: Scene, palette: Palette
) -> None:
    """Paint the image, its name and the brace."""
    if layout.image is not None and layout.image_shape is not None and scene.response is not None:
        rows, cols = layout.image_shape
        if not scene.goes_back:  # ∂C/∂x is another at every step, and painted with the neurons
            levels = Scale(1.0, False).levels(scene.response.x).reshape(rows, cols)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(layout.image, palette.image(levels))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRect(layout.image.adjusted(-0.5, -0.5, 0.5, 0.5))
        name = scene.sample.name if scene.sample is not None else ""
        if scene.goes_back:
            name = f"∂C/∂x up to ±{short(scene.scales()[0].limit)}"
        if layout.name is not None and text_width(theme, name, 9) <= layout.name.width():
            write(painter, theme, layout.name, name, CENTRE | MIDDLE, 9, "muted")
    if layout.brace is not None:
        painter.setPen(QPen(theme.colour("muted"), 1.4))
        painter.drawPath(_brace(layout.brace))
    if layout.count is not None:
        write(painter, theme, layout.count, f"{scene.network.sizes[0]:,}", CENTRE | MIDDLE, 10)


def _brace(box: QRectF) -> QPainterPath:
    """Return a curly brace that opens to the right."""
    path = QPainterPath()
    middle, bend = box.center(), min(box.width(), box.height() / 4)
    for end, way in ((box.topRight(), 1), (box.bottomRight(), -1)):
        path.moveTo(end)
        path.quadTo(QPointF(middle.x(), end.y()), QPointF(middle.x(), end.y() + way * bend))
        path.lineTo(middle.x(), middle.y() - way * bend)
        path.quadTo(QPointF(middle.x(), middle.y()), QPointF(box.left(), middle.y()))
    return path


def _paint_digits(painter: QPainter, theme: Theme, layout: NetworkLayout) -> None:
    """Write what each output neuron stands for, or every second or third where there is no room for all."""
    points = digit_points(theme, layout)
    every = math.ceil(0.75 * line_height(theme, points, strong=True) / _apart(layout))
    for index, y in enumerate(layout.columns[-1].y.tolist()):
        if index % every == 0 and index in layout.columns[-1].shown:
            row = QRectF(layout.digits.left() + DIGIT_GAP, y - 20, layout.digits.width(), 40)
            write(painter, theme, row, str(index), LEFT | MIDDLE, points, strong=True)


def _paint_legend(
    painter: QPainter,
    theme: Theme,
    foot: QRectF,
    scene: Scene,
    palettes: dict[bool, Palette],
    edges_are: str,
) -> None:
    """Paint as much of the legend as there is room for, from left to right."""
    line = line_height(theme, 9)
    gap = line
    bar = 3.2 * line

    def scale_part(name: str, scale: Scale) -> tuple[float, Callable[[float], None]]:
        low = short(-scale.limit) if scale.signed else "0"
        texts = name, low, short(scale.limit)
        widths = [text_width(theme, text, 9) for text in texts]

        def draw(left: float) -> None:
            for text, width in zip(texts[:2], widths[:2], strict=True):
                place = QRectF(left, foot.top(), width + 1, foot.height())
                write(painter, theme, place, text, LEFT | MIDDLE, 9, "muted")
                left += width + 6
            box = QRectF(left, foot.center().y() - 0.3 * line, bar, 0.6 * line)
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.setBrush(palettes[scale.signed].gradient(box))
            painter.drawRoundedRect(box, 2, 2)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            place = QRectF(box.right() + 6, foot.top(), widths[2] + 1, foot.height())
            write(painter, theme, place, texts[2], LEFT | MIDDLE, 9, "muted")

        return sum(widths) + bar + 18, draw

    edge_texts = {"positive": f"{edges_are} > 0", "negative": f"{edges_are} < 0"}
    edge_widths = {role: 1.2 * line + 6 + text_width(theme, text, 9) for role, text in edge_texts.items()}

    def draw_edges(left: float) -> None:
        y = foot.center().y()
        for role, text in edge_texts.items():
            painter.setPen(QPen(theme.colour(role), 2.4))
            painter.drawLine(QPointF(left, y), QPointF(left + 1.2 * line, y))
            place = QRectF(left + 1.2 * line + 6, foot.top(), edge_widths[role], foot.height())
            write(painter, theme, place, text, LEFT | MIDDLE, 9, "muted")
            left += edge_widths[role] + gap

    hidden, output = scene.scales()[-2:]
    if hidden == output or len(scene.network.sizes) == 2:
        parts = [scale_part(QUANTITIES[scene.overlay], output)]
    else:
        parts = [scale_part("hidden", hidden), scale_part("output", output)]
    parts.append((sum(edge_widths.values()) + gap, draw_edges))
    left = foot.left()
    for width, draw in parts:
        if left + width > foot.right():
            break
        draw(left)
        left += width + gap
