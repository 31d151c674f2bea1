"""The stages of a step: a walk through one mini-batch, from its images to the update of all parameters."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QVBoxLayout

from nnviz.app.choice import TRAINING, Choice, Neuron
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.inspector_canvas import InspectorCanvas
from nnviz.app.graphics.stages.bar import StageBar, long_name
from nnviz.app.graphics.stages.caption import Caption
from nnviz.app.graphics.stages.pictures import make_picture
from nnviz.app.graphics.stages.shown import Spot, StagePicture, StageShown
from nnviz.app.graphics.text import CENTRE, MIDDLE, line_height, write
from nnviz.app.stage_walk import StageWalk
from nnviz.app.theme import Theme
from nnviz.app.views.stage_controls import StageControls
from nnviz.app.views.view import View
from nnviz.core.stages import Kind
from nnviz.run.snapshot import Snapshot

BEFORE_DATA = "The stages of a step appear here as soon as the data is loaded."
NO_WALK = "Press F11 to open the next mini-batch and walk through it."
POINTS = 11.0
GROUPS_FROM = 17.0
"""Lines of height from which the groups of stages are named."""


class StagesView(View):
    """A bar of the step's stages, what the present one does in words and numbers, and a picture of it.

    Numbers are those of the chosen sample, if it is in the mini-batch, else of the mini-batch's first one. A click
    on a stage goes there; on a sample, chooses it; on a neuron, pins it. With the focus, ← and → choose the sample
    before and after, ↑ and ↓ pin the neuron before and after.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    walk : StageWalk
    """

    least_ms = 120
    figure_size = QSize(1200, 800)

    def __init__(self, theme: Theme, choice: Choice, walk: StageWalk) -> None:
        super().__init__(theme, "Stages of a step", choice)
        self._choice = choice
        self._walk = walk
        self._layer: int | None = None
        self._shown: StageShown | None = None
        self._picture: StagePicture | None = None
        self._caption: Caption | None = None
        self._bar = StageBar(theme)
        self._spot: Spot | None = None
        self._has_shown = False
        self.controls = StageControls(theme, walk)
        self.controls.place_chosen.connect(self.choose_place)
        self.controls.layer_chosen.connect(self.choose_layer)
        self.canvas = InspectorCanvas(theme, self._paint, "The stage in numbers")
        self.canvas.hovered.connect(self._point_at)
        self.canvas.clicked.connect(self._click)
        self.canvas.moved.connect(self._move)
        walk.changed.connect(self.show_again)
        walk.examined.connect(self.show_again)
        choice.neuron_changed.connect(self._forget_layer)
        around = QVBoxLayout()
        around.setContentsMargins(12, 8, 12, 0)
        around.addWidget(self.controls)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(around)
        column.addWidget(self.canvas, 1)

    # What is shown.

    @property
    def shown(self) -> StageShown | None:
        """What is shown; None while no walk is on."""
        return self._shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the stage at which the walk stands."""
        walk, before = self._walk, self._shown
        trace, samples, step, stage = walk.trace, walk.samples, walk.step, walk.stage
        if trace is None or samples is None or step is None or stage is None:
            self._shown = self._picture = self._caption = None
            if before is not None:
                self.canvas.setAccessibleDescription(NO_WALK)
        else:
            shape = None if self._choice.data is None else self._choice.data.image_shape
            if shape is not None and shape[0] * shape[1] != trace.network.sizes[0]:
                shape = None
            shown = StageShown(
                trace,
                samples,
                step,
                stage,
                self._place_among(samples),
                self._choice.neuron,
                self._layer_of(len(trace.z)),
                shape,
                None if walk.findings is None else walk.findings.agreement,
                None if walk.findings is None else walk.findings.forecast,
            )
            if before is None or _differ(before, shown):
                self._shown = shown
                self._make()
        self.controls.show_walk(*((self._shown.place, self._shown.layer) if self._shown else (0, 1)))
        if self._shown is not before or not self._has_shown:
            self._has_shown = True
            self._tell_spot()
            self.canvas.update()

    def _make(self) -> None:
        if self._shown is not None:
            self._picture = make_picture(self.theme, self._shown)
            self._caption = Caption(self.theme, self._shown, long_name(self._shown.stage))
            self.canvas.setAccessibleDescription(f"{self._caption.title}. {self._caption.sentences[0]}")

    def _place_among(self, samples: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
        """Return the chosen sample's place in the mini-batch; the first, if it is not in it."""
        sample = self._choice.sample
        if sample is None or sample.source != TRAINING:
            return 0
        found = np.flatnonzero(samples == sample.index)
        return int(found[0]) if found.size else 0

    def _layer_of(self, n_layers: int) -> int:
        """Return whose gradient is shown: the layer that was asked for, else the pinned neuron's, else the last."""
        pinned = self._choice.neuron
        for layer in (self._layer, None if pinned is None else pinned.layer):
            if layer is not None and 1 <= layer <= n_layers:
                return layer
        return n_layers

    # What is chosen.

    @Slot(int)
    def choose_place(self, place: int) -> None:
        """Choose a sample by its place in the mini-batch."""
        if self._shown is not None:
            self._choice.choose(TRAINING, int(self._shown.samples[place % self._shown.trace.m]))

    @Slot(int)
    def choose_layer(self, layer: int) -> None:
        """Show the gradient of another layer."""
        self._layer = layer
        self.show_again()

    @Slot()
    def _forget_layer(self) -> None:
        self._layer = None
        self.show_again()

    @Slot(int, int)
    def _move(self, rows: int, columns: int) -> None:
        """Choose the sample, or pin the neuron, so many places further."""
        shown = self._shown
        if shown is None:
            return
        if columns:
            self.choose_place(shown.place + columns)
        elif shown.stage.kind not in (Kind.MINI_BATCH, Kind.UPDATE):
            layer = shown.layer if shown.stage.kind is Kind.GRADIENT else shown.stage.layer or shown.n_layers
            pinned = shown.pinned_in(layer)
            count = shown.trace.network.sizes[layer]
            self._choice.pin(Neuron(layer, 0 if pinned is None else (pinned + rows) % count))

    # The pointer.

    @Slot(object)
    def _point_at(self, point: QPointF | None) -> None:
        self._tell_spot()
        self.canvas.update()

    def _tell_spot(self) -> None:
        pointer = self.canvas.pointer
        self._spot = None if pointer is None else self._at(pointer)
        hand = self._spot is not None and self._spot.is_clickable
        self.canvas.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def _at(self, point: QPointF) -> Spot | None:
        if self._picture is None:
            return None
        return self._bar.at(point) or self._picture.at(point)

    @Slot(QPointF)
    def _click(self, point: QPointF) -> None:
        spot = self._at(point)
        if spot is None:
            return
        if spot.stage is not None:
            self._walk.stand_at(spot.stage)
        if spot.layer is not None:
            self.choose_layer(spot.layer)
        if spot.neuron is not None:
            self._choice.pin(spot.neuron)
        if spot.sample is not None:
            self.choose_place(spot.sample)

    # Painting.

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the stage without what the pointer tells."""
        if self._shown is None or self._caption is None:
            self._paint_sentence(painter, area)
            return
        # Other pictures than those on the screen, which go on knowing where everything is there.
        bar, picture = StageBar(self.theme), make_picture(self.theme, self._shown)
        self._paint_stage(painter, area, bar, self._caption, picture, self._shown)

    def _paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the stage on the screen, where it can be pointed at and clicked."""
        if self._shown is None or self._caption is None or self._picture is None:
            self._paint_sentence(painter, area)
            return
        self._paint_stage(painter, area, self._bar, self._caption, self._picture, self._shown)
        if self._spot is not None:
            painter.setPen(QPen(self.theme.colour("text"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._spot.where.adjusted(-0.5, -0.5, 0.5, 0.5))
            inner = area.adjusted(4, 4, -4, -4)
            paint_panel(painter, self.theme, inner, self._spot.where, self._spot.lines, POINTS)

    def _paint_stage(
        self,
        painter: QPainter,
        area: QRectF,
        bar: StageBar,
        caption: Caption,
        picture: StagePicture,
        shown: StageShown,
    ) -> None:
        inner = area.adjusted(12, 8, -12, -10)
        lines = area.height() / line_height(self.theme, POINTS)
        height = bar.height(with_groups=lines >= GROUPS_FROM)
        index = shown.trace.stages.index(shown.stage)
        row = QRectF(inner.left(), inner.top(), inner.width(), height)
        bar.paint(painter, row, shown.trace.stages, index)
        below = inner.adjusted(0, height + 8, 0, 0)
        taken = caption.paint(painter, below)
        body = below.adjusted(0, taken, 0, 0)
        if body.height() > 8 and body.width() > 8:
            picture.paint(painter, body)

    def _paint_sentence(self, painter: QPainter, area: QRectF) -> None:
        text = BEFORE_DATA if self._choice.data is None and self.snapshot is None else NO_WALK
        inner = area.adjusted(20, 12, -20, -12)
        write(painter, self.theme, inner, text, CENTRE | MIDDLE, POINTS, "muted", wrap=True)

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        super().take_up_theme()
        self.controls.take_up_theme()
        self._make()
        self.canvas.update()


def _differ(one: StageShown, other: StageShown) -> bool:
    """Return whether another picture is needed."""
    return (
        one.trace is not other.trace
        or any(
            getattr(one, name) != getattr(other, name)
            for name in ("stage", "place", "pinned", "layer", "shape")
        )
        or (other.stage.kind in (Kind.GRADIENT, Kind.UPDATE) and one.forecast is not other.forecast)
    )
