"""The gradient of a step: the mean over the mini-batch of a layer, the layers' norms, and the table of nudges."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.choice import Neuron
from nnviz.app.graphics.mosaic import Mosaic
from nnviz.app.graphics.number_images import largest
from nnviz.app.graphics.stages.cells import POINTS, Cells, Look
from nnviz.app.graphics.stages.nudges import NudgesTable, part_of
from nnviz.app.graphics.stages.shown import Spot, StageShown, exact, symbol
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.components import rank

GAP = 18.0
DOMINANT = 0.25
"""The part of the mean from which its largest is said to dominate."""


class GradientPicture:
    """The gradient of one layer as images or a matrix, how long it is in each layer, and the table of nudges.

    Parameters
    ----------
    theme : Theme
    shown : StageShown
        At the stage "gradient".
    """

    def __init__(self, theme: Theme, shown: StageShown) -> None:
        self._theme = theme
        self._shown = shown
        trace = shown.trace
        self.agreement = shown.agreement
        ranking = rank(trace.network, trace.mean_gradient)
        self.norms = (ranking.norm * np.sqrt(ranking.layer_shares)).tolist()
        self.table = NudgesTable(theme, shown, self.agreement)
        self._gradient = trace.network.views(trace.mean_gradient)[0][shown.layer - 1]
        self._limit = largest(self._gradient)
        self._mosaic: Mosaic | None = None
        self._matrix: Cells | None = None
        self._has_layer = False
        self._bars: list[QRectF] = []
        self._most = QRectF()
        if shown.layer == 1 and shown.shape is not None:
            colours = theme.colours
            self._mosaic = Mosaic()
            self._mosaic.set_colours(colours.negative, colours.zero, colours.positive, colours.surface)
            images = self._gradient.reshape(-1, *shown.shape)
            self._mosaic.set_images(images, np.full(len(images), self._limit))
        else:
            self._matrix = Cells(theme, self._gradient, Look.SIGN)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Lay everything out, and paint it."""
        line = line_height(self._theme, POINTS)
        self._has_layer = False
        self._bars = []
        self._most = QRectF()
        if area.width() > 42 * line and area.height() > 7 * line:
            width = min(0.4 * area.width(), 1.3 * area.height())
            layer = QRectF(area.left(), area.top(), width, area.height())
            table = area.adjusted(width + GAP, 0, 0, 0)
        elif area.height() > 22 * line:
            height = 0.45 * area.height()
            layer = QRectF(area.left(), area.top(), area.width(), height)
            table = area.adjusted(0, height + GAP, 0, 0)
        else:
            self.table.paint(painter, area)
            return
        self._has_layer = True
        self._paint_layer(painter, layer)
        self.table.paint(painter, table)

    def _paint_layer(self, painter: QPainter, area: QRectF) -> None:
        """Paint the layer's gradient, and below it the norms of all layers and how much cancels."""
        theme, shown = self._theme, self._shown
        line = line_height(theme, POINTS)
        layers = len(self.norms)
        below = (layers + 2) * (line + 3) + 6
        if area.height() - below < 6 * line:
            below = 2 * line + 8
        if area.height() - below < 6 * line:
            below = line + 6
        title = QRectF(area.left(), area.top(), area.width(), line + 4)
        w = symbol("w", shown.layer)
        scale = Cells(theme, np.array([[-self._limit]]), Look.SIGN, self._limit).scale
        texts = (
            f"∂C/∂{w}, the mean over the mini-batch, {scale}",
            f"∂C/∂{w}, the mean, {scale}",
            f"∂C/∂{w}, {scale}",
            f"∂C/∂{w}",
        )
        write(painter, theme, title, fitting(theme, texts, title.width(), POINTS), LEFT | MIDDLE, POINTS)
        body = area.adjusted(1, title.height() + 2, -1, -below)
        if self._mosaic is not None:
            self._mosaic.paint(painter, body, theme.colour("line"))
        elif self._matrix is not None:
            rows, cols = self._matrix.values.shape
            height = min(body.height(), rows * max(1.6 * line, body.width() / cols))
            numbers = text_width(theme, f"{rows - 1}", POINTS) + 6
            self._matrix.lay_out(
                QRectF(body.left() + numbers, body.top(), body.width() - numbers, height), False
            )
            self._matrix.paint(painter)
            self._paint_row_numbers(painter, self._matrix, body.left(), numbers - 6)
        frame = self._neuron_frame(self.table.neuron)
        if frame is not None:
            painter.setPen(QPen(theme.colour("highlight"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame.adjusted(-1, -1, 1, 1))
        self._paint_norms(painter, QRectF(area.left(), area.bottom() - below + 6, area.width(), below - 6))

    def _paint_row_numbers(self, painter: QPainter, matrix: Cells, left: float, width: float) -> None:
        """Write before the rows which neuron each is: all, or every second or fifth."""
        line = line_height(self._theme, POINTS)
        rows = matrix.values.shape[0]
        high = matrix.row(0).height()
        every = next((stride for stride in (1, 2, 5, 10, 20, 50) if stride * high >= 0.95 * line), rows)
        for j in range(0, rows, every):
            where = QRectF(left, matrix.row(j).center().y() - line / 2, width, line)
            write(painter, self._theme, where, str(j), RIGHT | MIDDLE, POINTS, "muted")

    def _neuron_frame(self, j: int) -> QRectF | None:
        if self._mosaic is not None:
            return self._mosaic.rectangles[j] if j < len(self._mosaic.rectangles) else None
        return self._matrix.row(j) if self._matrix is not None else None

    def _paint_norms(self, painter: QPainter, area: QRectF) -> None:
        """Paint a bar for each layer's norm, if there is room, and what of the samples' gradients is lost."""
        theme = self._theme
        line = line_height(theme, POINTS)
        if area.height() >= (len(self.norms) + 2) * (line + 3) - 0.5:
            names = [f"layer {layer}" for layer in range(1, len(self.norms) + 1)]
            numbers = [exact(float(f"{norm:.3g}")) for norm in self.norms]
            left = max(text_width(theme, name, POINTS) for name in names) + 8
            right = max(text_width(theme, text, POINTS) for text in numbers) + 8
            limit = largest(np.array(self.norms)) or 1.0
            for place, (name, text, norm) in enumerate(zip(names, numbers, self.norms, strict=True)):
                row = QRectF(area.left(), area.top() + place * (line + 3), area.width(), line + 2)
                self._bars.append(row)
                chosen = place + 1 == self._shown.layer
                role = "highlight" if chosen else "muted"
                write(painter, theme, row, name, LEFT | MIDDLE, POINTS, role, strong=chosen)
                write(painter, theme, row, text, RIGHT | MIDDLE, POINTS)
                share = norm / limit if np.isfinite(norm) else 0.0
                bar = row.adjusted(left, 0.25 * line, -right, -0.25 * line)
                bar.setWidth(max(share * bar.width(), 0.0))
                painter.fillRect(bar, theme.colour(role))
        last = QRectF(area.left(), area.bottom() - line - 2, area.width(), line + 2)
        both = self._summary()
        if area.height() >= 2 * line + 1:
            over = last.translated(0, -line - 1)
            write(painter, theme, over, fitting(theme, both[0], over.width(), POINTS), LEFT | MIDDLE, POINTS)
            write(painter, theme, last, fitting(theme, both[1], last.width(), POINTS), LEFT | MIDDLE, POINTS)
            self._most = last
        else:
            write(painter, theme, last, fitting(theme, both[0], last.width(), POINTS), LEFT | MIDDLE, POINTS)

    def _summary(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return how much of the samples' gradients cancels, and which sample dominates, the longest texts first."""
        found, shown = self.agreement, self._shown
        if found is None:
            return ("How the samples agree is being computed …", "Being computed …", "…"), ("",)
        lost = f"{100 * found.cancelled:.0f} %" if np.isfinite(found.cancelled) else "–"
        cancels = (f"{lost} of the samples' gradients cancels", f"{lost} cancels")
        if found.dominant is None:
            return cancels, ("No sample dominates the mean", "No sample dominates")
        label = int(shown.trace.labels[found.dominant])
        share = part_of(found, found.dominant)
        most = "dominates" if share >= DOMINANT else "pulls most"
        part = f"{100 * share:.3g} %"
        name = f"training image {int(shown.samples[found.dominant]):,}, a {label}"
        return cancels, (
            f"{name[0].upper()}{name[1:]}, {most}: it makes up {part} of the mean",
            f"A {label} {most}: it makes up {part} of the mean",
            f"A {label} {most}: {part}",
        )

    def at(self, point: QPointF) -> Spot | None:
        """Return the component, the layer, or the nudge under a point."""
        if self._has_layer:
            found_most = self.agreement.dominant if self.agreement is not None else None
            if found_most is not None and self._most.contains(point):
                lines = (
                    self._shown.sample_name(found_most),
                    "pulls more than any other along the mean gradient",
                )
                return Spot(self._most, lines, sample=found_most)
            for place, row in enumerate(self._bars):
                if row.contains(point):
                    lines = (f"Layer {place + 1}", f"‖∇C‖ = {exact(self.norms[place])}")
                    return Spot(row, lines, layer=place + 1)
            found = self._component_at(point)
            if found is not None:
                j, k, where = found
                layer = self._shown.layer
                heading = f"w from {k} to neuron {j} of layer {layer}"
                lines = (heading, f"∂C/∂w = {exact(self._gradient[j, k])}")
                return Spot(where, lines, neuron=Neuron(layer, j))
        return self.table.at(point)

    def _component_at(self, point: QPointF) -> tuple[int, int, QRectF] | None:
        if self._mosaic is not None and self._shown.shape is not None:
            hit = self._mosaic.at(point.x(), point.y())
            if hit is None:
                return None
            j, row, column = hit
            return j, row * self._shown.shape[1] + column, self._mosaic.rectangles[j]
        found = self._matrix.at(point) if self._matrix is not None else None
        if found is None or self._matrix is None:
            return None
        return (*found, self._matrix.cell(*found))
