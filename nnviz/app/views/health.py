"""Whether learning is healthy: each layer's gradient, update and saturation over the steps of the run."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QTimer, Slot
from PySide6.QtGui import QHideEvent, QPainter
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from nnviz.app.choice import Choice
from nnviz.app.graphics.axes import Glide, nice_above
from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.canvas import Canvas
from nnviz.app.graphics.health_charts import HealthCharts, Ranges
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, TOP, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.app.views.view import View
from nnviz.run.health import EVERY, NORM, RATIO, SATURATED, HealthLog
from nnviz.run.health_history import HealthHistory, shrinkage
from nnviz.run.snapshot import Snapshot

HINT = "Each layer's gradient, update and saturation show from the first step on."
LEAST_STEPS = 200
"""The narrowest range of steps shown."""
MOST_DECADES = 8
"""Of a logarithmic axis; what lies further below is not worth that the rest is pressed together."""
ALIKE = 1.5
"""Gradients that differ by less than this factor are called about as large."""
CHOICES = (
    ("All three", (NORM, RATIO, SATURATED)),
    ("Gradient", (NORM,)),
    ("Update", (RATIO,)),
    ("Saturation", (SATURATED,)),
)


class HealthView(View):
    """Gradient norm, update ratio and share of saturated neurons, a line for each layer, over a common axis."""

    least_ms = 300

    def __init__(self, theme: Theme, choice: Choice | None = None) -> None:
        super().__init__(theme, "Gradient and health", choice)
        self._log: HealthLog | None = None
        self._history = HealthHistory(1)
        self._steps, self._means = self._history.arrays()
        self._step = 0
        self._newest: np.ndarray | None = None
        self._recent: np.ndarray | None = None
        self._reach: dict[int, tuple[int, int]] = {}
        self._last_step = Glide(LEAST_STEPS)
        self._decades = {figure: (Glide(-3.0), Glide(0.0)) for figure in (NORM, RATIO)}
        self._backdrop = Backdrop()
        self._charts: tuple[object, HealthCharts] | None = None

        self._which = QComboBox()
        self._which.addItems([name for name, _ in CHOICES])
        self._which.setToolTip(
            "What is shown: gradient norm, update ratio, share of saturated neurons, or all; one alone is larger."
        )
        self._which.setAccessibleName("Figures shown")
        self._canvas = Canvas(
            theme, self.paint_figure, "Charts of each layer's gradient, update and saturation"
        )
        self._which.currentIndexChanged.connect(self._canvas.update)
        self._canvas.hovered.connect(self._canvas.update)
        above = QHBoxLayout()
        above.addWidget(self._which)
        above.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 8, 10, 8)
        box.setSpacing(6)
        box.addLayout(above)
        box.addWidget(self._canvas, 1)
        self._gliding = QTimer(self)
        self._gliding.setSingleShot(True)
        self._gliding.timeout.connect(self._move_ranges)

    # What is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the run up to this step."""
        rows = HealthLog.count_at(snapshot.step)
        is_new = snapshot.health_log is not self._log or rows < self._history.count
        if is_new:
            self._log = snapshot.health_log
            self._history = HealthHistory(snapshot.health_log.n_layers)
            self._reach = {}
        if rows > self._history.count or is_new:
            self._history.add(snapshot.health_log.figures(self._history.count, rows))
            self._steps, self._means = self._history.arrays()
        self._step = snapshot.step
        self._newest = snapshot.health
        self._recent = self._history.recent()
        if self._recent is None:
            self._recent = self._newest
        self._aim()
        if is_new or not self.isVisible() or not self.theme.motion:
            self._jump_ranges()
        elif not self._gliding.isActive():
            self._move_ranges()
        self._canvas.update()

    def _aim(self) -> None:
        """Say where the axes should end: at round steps and whole decades, where they were or further out."""
        self._last_step.target = float(nice_above(max(self._step, LEAST_STEPS)))
        for figure, (low, high) in self._decades.items():
            newest = np.empty(0) if self._newest is None else self._newest[figure]
            seen = np.concatenate([self._means[:, figure].ravel(), newest])
            seen = seen[np.isfinite(seen) & (seen > 0)]
            if len(seen):
                # a float32 may lie a hair beyond the power of ten that it stands for
                bottom = math.floor(math.log10(seen.min()) + 1e-6)
                top = math.ceil(math.log10(seen.max()) - 1e-6)
                before = self._reach.get(figure, (bottom, bottom + 1))
                self._reach[figure] = bottom, top = min(bottom, before[0]), max(top, before[1])
                low.target, high.target = float(max(bottom, top - MOST_DECADES)), float(top)

    def _glides(self) -> list[Glide]:
        return [self._last_step, *(glide for pair in self._decades.values() for glide in pair)]

    @Slot()
    def _move_ranges(self) -> None:
        """Move the axes towards where they should end, and go on until they are there."""
        if sum(glide.move() for glide in self._glides()):
            self._canvas.update()
            self._gliding.start(self.least_ms // 2)

    def _jump_ranges(self) -> None:
        self._gliding.stop()
        for glide in self._glides():
            glide.jump(glide.target)

    def hideEvent(self, event: QHideEvent) -> None:
        """Move nothing that nobody sees."""
        super().hideEvent(event)
        self._jump_ranges()

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        self._canvas.update()

    # Painting

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the sentence and the charts."""
        theme = self.theme
        if self._newest is None or self._recent is None:
            write(painter, theme, area, HINT, CENTRE | MIDDLE, 10, "muted", wrap=True)
            return
        header = self._header(area)
        if not header.isEmpty():
            sentence = what_norms_say(self._recent)
            write(painter, theme, header, sentence, LEFT | TOP, 10.5, strong=True, wrap=True)
        below = area.adjusted(0, header.height() + 4, 0, 0)
        charts = self._laid_out(below)
        self._backdrop.paint(painter, below, charts, lambda onto, _: charts.paint_frames(onto))
        charts.paint_lines(painter, self._steps, self._means)
        step = self._step_at_pointer(charts) if isinstance(painter.device(), QWidget) else None
        if step is None or self._log is None:
            step, shown = self._step, self._newest
        else:
            shown = self._log.figures(step // EVERY - 1, step // EVERY)[0]
        charts.paint_figures(painter, step, shown, step == self._step, self._step, self._recent)

    def _header(self, area: QRectF) -> QRectF:
        """Return where the sentence is, in as many lines as it may need; empty where the charts need the room."""
        theme = self.theme
        lines = math.ceil(text_width(theme, LONGEST, 10.5, strong=True) / max(area.width() - 8, 1))
        height = min(lines, 3) * line_height(theme, 10.5, strong=True) + 4
        if area.height() - height < 8 * line_height(theme, 9):
            height = 0.0
        return QRectF(area.left(), area.top(), area.width(), height)

    def _laid_out(self, area: QRectF) -> HealthCharts:
        """Return the charts in an area; those of the last time as long as nothing has changed."""
        theme = self.theme
        decades = {f: (low.value, high.value) for f, (low, high) in self._decades.items()}
        ranges = Ranges(self._last_step.value, decades)
        figures = CHOICES[self._which.currentIndex()][1]
        n_layers, smoothed = self._history.n_layers, EVERY * self._history.width
        key = (figures, n_layers, ranges, smoothed, theme.colours, theme.text_scale, QRectF(area))
        if self._charts is None or key != self._charts[0]:
            self._charts = key, HealthCharts(theme, area, figures, n_layers, ranges, smoothed)
        return self._charts[1]

    def _step_at_pointer(self, charts: HealthCharts) -> int | None:
        """Return the step under the pointer that has a row in the log; None for the newest step."""
        pointer: QPointF | None = self._canvas.pointer
        box = charts.first.box
        if pointer is None or self._history.count == 0 or not box.left() <= pointer.x() <= box.right():
            return None
        step = EVERY * max(1, round(charts.first.value_at(pointer.x()) / EVERY))
        return step if step <= EVERY * self._history.count else None


def what_norms_say(figures: np.ndarray) -> str:
    """Return a sentence that compares the gradients of the first and the last layer.

    Parameters
    ----------
    figures : (3, L)
        Of a step, or means over several.
    """
    norms = figures[NORM]
    if not np.isfinite(norms).all():
        return "The gradient is no longer a finite number."
    if not norms.any():
        return "The gradient is 0: nothing is learnt."
    if len(norms) == 1:
        return "With no hidden layer, the gradient has no way back on which it could vanish."
    factor = shrinkage(figures)
    if factor == math.inf:
        return "Layer 1's gradient is 0: it learns nothing."
    if factor == 0:
        return "The output layer's gradient is 0."
    if 1 / ALIKE < factor < ALIKE:
        return "Layer 1's gradient is about as large as the output layer's."
    times, than = (factor, "smaller") if factor > 1 else (1 / factor, "larger")
    return f"Layer 1's gradient is {_times(times)} times {than} than the output layer's."


LONGEST = "Layer 1's gradient is 100,000 times smaller than the output layer's."


def _times(factor: float) -> str:
    if factor < 9.95:
        return f"{factor:.1f}"
    if factor >= 1e6:
        return "more than a million"
    magnitude = 10 ** max(0, math.floor(math.log10(factor)) - 1)
    return f"{magnitude * round(factor / magnitude):,}"
