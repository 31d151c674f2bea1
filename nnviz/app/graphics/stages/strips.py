"""The numbers of one sample in a stage, row below row, and below them those of the whole mini-batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.choice import Neuron
from nnviz.app.graphics.number_images import brightness, image_of, largest
from nnviz.app.graphics.stages.cells import POINTS, Cells, Look, number_columns
from nnviz.app.graphics.stages.shown import Spot, StageShown, exact, symbol
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, TOP, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.stages import Kind

LABEL_POINTS, SCALE_POINTS = 10.0, 8.5
GAP = 5.0
"""Pixels between strips."""
MOST_LABEL = 0.3
"""Of the width, for what stands before the strips."""
LOWEST, HIGHEST = 1.0, 2.3
"""Of a strip, in lines of text; lower where even that is too much."""
BELOW_FROM = 3.6
"""Lines of text below the strips, from which there is room for the mini-batch."""
UNIT = ", in 10⁻⁰"
"""As wide as this, the unit of a strip's numbers can be named."""
IMAGE_FROM = 70.0
"""Pixels; smaller, the sample's image is left out."""


@dataclass(frozen=True, eq=False)
class Strip:
    """One row: a number for each neuron.

    Parameters
    ----------
    labels : tuple of str
        What the numbers are, the longest first.
    name : str
        The same in a symbol, for a number that is read out.
    cells : Cells
        A single row.
    layer : int
        Of the neurons; 0 for the input.
    """

    labels: tuple[str, ...]
    name: str
    cells: Cells
    layer: int


class StripsPicture:
    """The strips of a stage, aligned neuron below neuron, and the mini-batch, a row a sample.

    Parameters
    ----------
    theme : Theme
    shown : StageShown
        At a stage "forward", "output error" or "backward".
    """

    def __init__(self, theme: Theme, shown: StageShown) -> None:
        self._theme = theme
        self._shown = shown
        self._layer = shown.stage.layer or shown.n_layers
        self._image: QRectF | None = None
        self._batch_area = QRectF()
        self.strips: list[Strip] = []
        self.visible: list[Strip] = []
        """Those for which there was room."""
        self.batch: Cells | None = None
        self._batch_name = ""
        match shown.stage.kind:
            case Kind.FORWARD:
                self._make_forward()
            case Kind.OUTPUT_ERROR:
                self._make_output_error()
            case Kind.BACKWARD:
                self._make_backward()

    # Which strips.

    def _make_forward(self) -> None:
        trace, layer = self._shown.trace, self._layer
        z, a, before = symbol("z", layer), symbol("a", layer), symbol("a", layer - 1)
        if layer > 1 or self._shown.shape is None:
            self._add((before,), before, trace.activations(layer - 1), Look.BRIGHTNESS, layer - 1)
        weighted = f"{symbol('w', layer)}{before} + {symbol('b', layer)}"
        self._add((f"z = {weighted}".replace("z", z, 1), z), z, trace.z[layer - 1], Look.SIGN, layer)
        self._add((f"{a} = {self._function(z)}", a), a, trace.a[layer - 1], Look.BRIGHTNESS, layer)
        self._show_batch(a, trace.a[layer - 1], Look.BRIGHTNESS)

    def _make_output_error(self) -> None:
        trace, last = self._shown.trace, self._layer
        a, z, delta = symbol("a", last), symbol("z", last), symbol("δ", last)
        self._add((a,), a, trace.a[-1], Look.BRIGHTNESS, last)
        if trace.network.cost.name == "quadratic":
            self._add((f"{a} − y",), f"{a} − y", trace.error[-1], Look.SIGN, last)
            self._add((f"⊙ σ′({z})", "⊙ σ′"), "σ′", trace.slope[-1], Look.BRIGHTNESS, last, self._steepest())
        else:
            self._add(("− y",), "y", trace.targets, Look.BRIGHTNESS, last)
        self._add((f"= {delta}",), delta, trace.delta[-1], Look.SIGN, last)
        self._show_batch(delta, trace.delta[-1], Look.SIGN)

    def _make_backward(self) -> None:
        trace, layer = self._shown.trace, self._layer
        after, delta = symbol("δ", layer + 1), symbol("δ", layer)
        back = f"({symbol('w', layer + 1)})ᵀ{after}"
        self._add((after,), after, trace.delta[layer], Look.SIGN, layer + 1)
        self._add((back, "wᵀδ"), back, trace.error[layer - 1], Look.SIGN, layer)
        slope = f"⊙ σ′({symbol('z', layer)})"
        self._add((slope, "⊙ σ′"), "σ′", trace.slope[layer - 1], Look.BRIGHTNESS, layer, self._steepest())
        self._add((f"= {delta}",), delta, trace.delta[layer - 1], Look.SIGN, layer)
        self._show_batch(delta, trace.delta[layer - 1], Look.SIGN)

    def _add(
        self,
        labels: tuple[str, ...],
        name: str,
        values: NDArray[np.floating[Any]],
        look: Look,
        layer: int,
        limit: float | None = None,
    ) -> None:
        """Add a strip with the sample's column of values, (n, m)."""
        column = values[np.newaxis, :, self._shown.place]
        if limit is None and look is Look.BRIGHTNESS:
            limit = max(1.0, largest(column))
        self.strips.append(Strip(labels, name, Cells(self._theme, column, look, limit), layer))

    def _show_batch(self, name: str, values: NDArray[np.floating[Any]], look: Look) -> None:
        values = values[:, : self._shown.rows]
        limit = max(1.0, largest(values)) if look is Look.BRIGHTNESS else None
        self._batch_name = name
        self.batch = Cells(self._theme, np.ascontiguousarray(values.T), look, limit)

    def _function(self, z: str) -> str:
        names = {"sigmoid": "σ", "relu": "ReLU"}
        name = self._shown.trace.network.activations[self._layer - 1].name
        return f"{names.get(name, name)}({z})"

    def _steepest(self) -> float:
        """Return the greatest slope that the layer's activation function has, or that is there."""
        flat = self._shown.trace.network.activations[self._layer - 1].flat  # a tenth of it
        slopes = largest(self._shown.trace.slope[self._layer - 1])
        return max(10 * flat if flat else 0.25, slopes)

    # Laying out and painting.

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Lay everything out, and paint it."""
        left = self._paint_image(painter, area)
        inner = area.adjusted(left, 0, 0, 0)
        label_width = self._label_width(inner.width())
        line = line_height(self._theme, POINTS)
        columns = QRectF(inner.left() + label_width, inner.top(), inner.width() - label_width, inner.height())
        axis = line + 2 if inner.height() > 7 * line else 0.0
        self.visible = list(self.strips)
        # Where there is hardly any room, the last strips are what the stage is about.
        while len(self.visible) > 1 and (inner.height() - axis) / len(self.visible) < line + GAP:
            self.visible.pop(0)
        count = len(self.visible)
        below = inner.height() - axis - count * (1.5 * line + GAP)
        has_batch = self._has_below and below >= BELOW_FROM * line
        wanted = (0.45 if has_batch else 1.0) * (inner.height() - axis) / count - GAP
        height = min(max(wanted, min(1.5 * line, wanted) if not has_batch else 1.5 * line), HIGHEST * line)
        top = inner.top()
        for strip in self.visible:
            place = QRectF(columns.left(), top, columns.width() - 1, height)
            strip.cells.lay_out(
                place, self._has_scale(height) and _unit_fits(self._theme, strip.cells, label_width)
            )
            self._paint_strip(painter, strip, inner.left(), label_width)
            top += height + GAP
        if axis:
            below_strips = QRectF(columns.left(), top - GAP + 1, columns.width() - 1, axis)
            self._paint_axis(painter, below_strips, inner.left(), label_width)
            top += axis
        rest = QRectF(inner.left(), top + 2, inner.width(), inner.bottom() - top - 2)
        self._batch_area = QRectF()
        if has_batch:
            self._paint_below(painter, rest, label_width)
        self._paint_pinned(painter)

    @property
    def _has_below(self) -> bool:
        """Whether there is anything to be shown below the strips."""
        return self.batch is not None and self._shown.trace.m > 1

    def _label_width(self, width: float) -> float:
        texts = [label for strip in self.strips for label in strip.labels[:1]]
        widest = max((text_width(self._theme, text, LABEL_POINTS) for text in texts), default=0.0)
        scales = [
            text_width(self._theme, f"{strip.cells.scale}{UNIT}", SCALE_POINTS) for strip in self.strips
        ]
        widest = max(widest, *scales)
        return min(widest, MOST_LABEL * width) + 10

    def _has_scale(self, height: float) -> bool:
        """Return whether strips so high leave room for their scales below their labels."""
        both = line_height(self._theme, LABEL_POINTS) + line_height(self._theme, SCALE_POINTS)
        return height + GAP >= both

    def _paint_image(self, painter: QPainter, area: QRectF) -> float:
        """Paint the sample as an image where the first layer sees it; return how much room it takes."""
        shown, theme = self._shown, self._theme
        self._image = None
        if shown.stage != shown.trace.stages[1] or shown.shape is None:
            return 0.0
        line = line_height(theme, POINTS)
        rows, cols = shown.shape
        side = min(0.26 * area.width(), 0.55 * area.height())
        if side < IMAGE_FROM:
            return 0.0
        scale = side / max(rows, cols)
        where = QRectF(area.left() + 1, area.top() + 1, round(cols * scale), round(rows * scale))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        image = image_of(brightness(theme, shown.trace.inputs[shown.place].reshape(rows, cols)))
        painter.drawImage(where, image)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(where.adjusted(-0.5, -0.5, 0.5, 0.5))
        self._image = where
        index = f"{int(shown.samples[shown.place]):,}"
        texts = (f"a⁰: training image {index}", f"a⁰: image {index}", "a⁰")
        under = QRectF(where.left(), where.bottom() + 3, where.width(), line)
        write(
            painter, theme, under, fitting(theme, texts, under.width(), POINTS), LEFT | TOP, POINTS, "muted"
        )
        return where.width() + 16

    def _paint_strip(self, painter: QPainter, strip: Strip, left: float, width: float) -> None:
        """Paint a strip, what it is before it, and below that where its scale ends if there is room."""
        theme, cells = self._theme, strip.cells
        cells.paint(painter)
        line, small = line_height(theme, LABEL_POINTS), line_height(theme, SCALE_POINTS)
        label = fitting(theme, strip.labels, width - 8, LABEL_POINTS)
        middle = cells.area.center().y()
        scale = _scale_of(cells)
        both = line + small
        has_scale = bool(scale) and self._has_scale(cells.area.height())
        top = middle - (both if has_scale else line) / 2
        write(painter, theme, QRectF(left, top, width - 8, line), label, RIGHT | MIDDLE, LABEL_POINTS)
        if has_scale:
            place = QRectF(left, top + line, width - 8, small)
            write(painter, theme, place, scale, RIGHT | MIDDLE, SCALE_POINTS, "muted")

    def _paint_axis(self, painter: QPainter, row: QRectF, left: float, width: float) -> None:
        n = self.visible[-1].cells.values.shape[1]
        write(
            painter,
            self._theme,
            QRectF(left, row.top(), width - 8, row.height()),
            fitting(self._theme, ("neuron", "j"), width - 8, POINTS),
            RIGHT | MIDDLE,
            POINTS,
            "muted",
        )
        number_columns(painter, self._theme, row, [str(j) for j in range(n)])

    def _paint_below(self, painter: QPainter, area: QRectF, label_width: float) -> None:
        """Paint the mini-batch, aligned with the strips."""
        if self.batch is None:
            return
        theme, shown = self._theme, self._shown
        line = line_height(theme, POINTS)
        heading = QRectF(area.left() + label_width, area.top(), area.width() - label_width, line + 2)
        room = area.bottom() - heading.bottom() - 3
        height = min(room, shown.rows * 1.7 * line)
        columns = self.visible[-1].cells.area
        self.batch.lay_out(QRectF(columns.left(), heading.bottom() + 2, columns.width(), height))
        unit = f", in {self.batch.unit}" if self.batch.unit else ""
        texts = (
            f"{self._batch_name} of {shown.samples_text}{unit}, a row for each",
            f"{self._batch_name} of {shown.samples_text}{unit}",
            f"{self._batch_name}{unit}",
        )
        write(
            painter,
            theme,
            heading,
            fitting(theme, texts, heading.width(), POINTS),
            LEFT | MIDDLE,
            POINTS,
            "muted",
        )
        self._batch_area = self.batch.area
        self.batch.paint(painter)
        self._paint_labels(painter, self.batch, area.left(), label_width)
        if shown.place < shown.rows:
            painter.setPen(QPen(theme.colour("highlight"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.batch.row(shown.place).adjusted(-1, -1, 1, 1))

    def _paint_labels(self, painter: QPainter, cells: Cells, left: float, width: float) -> None:
        paint_sample_labels(painter, self._theme, self._shown, cells, left, width)

    def _paint_pinned(self, painter: QPainter) -> None:
        """Frame the pinned neuron's column."""
        j = self._shown.pinned_in(self._layer)
        if j is None:
            return
        columns = [strip.cells.column(j) for strip in self.visible if strip.layer == self._layer]
        frames = []
        if columns:
            frames.append(columns[0].united(columns[-1]))
        if self.batch is not None and not self._batch_area.isEmpty():
            frames.append(self.batch.column(j))
        painter.setPen(QPen(self._theme.colour("highlight"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects([frame.adjusted(-1, -1, 1, 1) for frame in frames])

    # What is under the pointer.

    def at(self, point: QPointF) -> Spot | None:
        """Return the neuron, or the neuron and the sample, under a point."""
        shown = self._shown
        if self._image is not None and self._image.contains(point):
            return Spot(self._image, (shown.sample_name(shown.place),))
        for strip in self.visible:
            found = strip.cells.at(point)
            if found is not None:
                return self._tell(strip, found[1])
        if self.batch is not None and not self._batch_area.isEmpty():
            found = self.batch.at(point)
            if found is not None:
                row, j = found
                value = f"neuron {j}: {self._batch_name} = {exact(self.batch.values[row, j])}"
                lines = (shown.sample_name(row), value)
                return Spot(self.batch.cell(row, j), lines, sample=row, neuron=Neuron(self._layer, j))
        return None

    def _tell(self, strip: Strip, j: int) -> Spot:
        same = [other for other in self.strips if other.layer == strip.layer]
        numbers = tuple(f"{other.name} = {exact(other.cells.values[0, j])}" for other in same)
        if strip.layer == 0:
            return Spot(strip.cells.cell(0, j), (f"Input {j}", *numbers))
        heading = f"Neuron {j} of layer {strip.layer}"
        return Spot(strip.cells.cell(0, j), (heading, *numbers), neuron=Neuron(strip.layer, j))


def _unit_fits(theme: Theme, cells: Cells, width: float) -> bool:
    return text_width(theme, f"{cells.scale}{UNIT}", SCALE_POINTS) <= width - 8


def _scale_of(cells: Cells) -> str:
    """Return from where to where the colours of a strip go, and in what its numbers are written."""
    if cells.limit <= 0:
        return ""
    return f"{cells.scale}, in {cells.unit}" if cells.unit else cells.scale


def paint_sample_labels(
    painter: QPainter, theme: Theme, shown: StageShown, cells: Cells, left: float, width: float
) -> None:
    """Write before each row of a table of samples which digit it is, if rows are high enough."""
    line = line_height(theme, POINTS)
    if cells.row(0).height() < 0.9 * line:
        return
    labels: Sequence[int] = shown.trace.labels[: shown.rows].tolist()
    long = max(text_width(theme, f"a {label}", POINTS) for label in set(labels)) <= width - 8
    for row, label in enumerate(labels):
        is_chosen = row == shown.place
        where = QRectF(left, cells.row(row).center().y() - line / 2, width - 8, line)
        text = f"a {label}" if long else str(label)
        role = "highlight" if is_chosen else "muted"
        write(painter, theme, where, text, RIGHT | MIDDLE, POINTS, role, strong=is_chosen)
