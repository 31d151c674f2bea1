"""Cost and accuracy over the steps of the run."""

from __future__ import annotations

import html
import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent, QTextDocument
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from nnviz.app.graphics.axes import Glide, StepAxis, ValueAxis, nice_above
from nnviz.app.graphics.live_curve import LiveCurve, Marks
from nnviz.app.theme import Theme
from nnviz.app.views.view import View
from nnviz.run.branches import BranchInfo
from nnviz.run.epochs import EpochRecord
from nnviz.run.snapshot import Snapshot
from nnviz.run.step_log import COST, SMOOTHED, Envelope, StepLog

QWIDGETSIZE_MAX = 16_777_215
"""What Qt takes for no limit."""
STRETCHES = 400
"""About as many as the plot is wide in pixels; more could hardly be told apart, and take longer to paint."""
LEAST_STEPS = 200
"""The narrowest range of steps shown."""
WIDEST_LEGEND = "━ smoothed 0.1234"
"""What a line of the legend has room for, at least."""
ROOM_FOR_ACCURACIES, ROOM_FOR_NAMES = 11, 17
"""From so many lines of text in height on, there is a plot of accuracies, and the axis of steps says its name."""
LEAST_COST = 1e-4
"""The lower end of the logarithmic scale."""
LONGEST_SHOWN = 24
"""Letters of a branch's name in the legend."""


class CostPlot(View):
    """The cost of each mini-batch as a band from least to greatest, its smoothed line, and the epochs' figures."""

    least_ms = 110

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Cost and accuracy")
        self._log: StepLog | None = None
        self._envelope = Envelope(STRETCHES)
        self._logarithmic = False
        self._drawn_epochs: tuple[EpochRecord, ...] = ()
        self._others: list[tuple[np.ndarray, np.ndarray]] = []
        self._other_names: list[str] = []
        self._step: int | None = None

        self._readout = QLabel()
        self._readout.setTextFormat(Qt.TextFormat.RichText)
        self._readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._readout.setWordWrap(True)
        self._readout.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._graphics = pg.GraphicsLayoutWidget()
        self._graphics.setAccessibleName("Plot of cost and accuracy over steps")
        self._graphics.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # there is nothing that a key could do
        self._graphics.setMinimumSize(60, 40)
        self._costs = self._add_plot(0, "cost C", show_steps=False)
        self._accuracies = self._add_plot(1, "accuracy", show_steps=True)
        self._accuracies.setXLink(self._costs)
        for plot in (self._costs, self._accuracies):
            plot.vb.sigResized.connect(self._name_axes)
        layout = self._graphics.ci.layout
        layout.setRowStretchFactor(0, 5)
        layout.setRowStretchFactor(1, 3)
        self._graphics.ci.setSpacing(4)
        self._graphics.ci.setContentsMargins(0, 0, 0, 0)

        self._accuracy_curves = {
            figure: self._accuracies.plot(symbolSize=7, ignoreBounds=True) for figure in ("training", "test")
        }
        self._curve = LiveCurve(self._graphics, self._costs)
        self._curve.hovered.connect(self._hover)
        self._hovered_step: int | None = None

        above = QHBoxLayout()
        above.addWidget(self._readout, 1)
        above.setSpacing(0)
        self._scales = QButtonGroup(self)
        for name, tip in (
            ("Linear", "Equal distances are equal differences of cost."),
            (
                "Log",
                "Equal distances are equal ratios of cost, so that late progress shows as well as early.",
            ),
        ):
            button = QPushButton(name)
            button.setCheckable(True)
            button.setChecked(name == "Linear")
            button.setToolTip(tip)
            button.setAccessibleName(f"{name} cost scale")
            self._scales.addButton(button)
            self._log_button = button
            above.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._scales.buttonClicked.connect(self._choose_scale)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 10, 14, 12)
        box.setSpacing(8)
        box.addLayout(above)
        box.addWidget(self._graphics, 1)
        self._gliding = QTimer(self)
        self._gliding.setSingleShot(True)
        self._gliding.timeout.connect(self._move_ranges)
        self._last_step, self._top, self._bottom = Glide(LEAST_STEPS), Glide(1.0), Glide(0.0)
        self._jump_ranges()
        self._accuracies.setYRange(0, 100, padding=0)
        self.take_up_theme()

    def _add_plot(self, row: int, name: str, show_steps: bool) -> pg.PlotItem:
        values = ValueAxis("left", " %" if name == "accuracy" else "")
        axes: dict[str, pg.AxisItem] = {"left": values, "bottom": StepAxis("bottom")}
        plot: pg.PlotItem = self._graphics.addPlot(row=row, col=0, axisItems=axes)
        plot.setMouseEnabled(x=False, y=False)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.disableAutoRange()
        plot.showGrid(x=False, y=True, alpha=0.18)
        plot.setLabel("left", name)
        if show_steps:
            plot.setLabel("bottom", "steps")
        else:
            plot.getAxis("bottom").setStyle(showValues=False)
            plot.getAxis("bottom").setHeight(8)
        return plot

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much as there is room for."""
        super().resizeEvent(event)
        self._fit(self.height())

    def _fit(self, height: float) -> None:
        """Leave out, the lower the view is, names, the accuracies, and buttons that would cut the legend off."""
        metrics = QFontMetrics(self.theme.font(10))
        lines = height / metrics.lineSpacing()
        both, named = lines >= ROOM_FOR_ACCURACIES, lines >= ROOM_FOR_NAMES
        # Room for what is read out from the start, so that the plot stays where it is while one reads in it.
        self._readout.setFixedHeight((3 if named else 2) * metrics.lineSpacing() + 2)
        self._accuracies.setVisible(both)
        self._graphics.ci.layout.setRowMaximumHeight(1, QWIDGETSIZE_MAX if both else 0)
        upper, lower = self._costs.getAxis("bottom"), self._accuracies.getAxis("bottom")
        upper.setStyle(showValues=not both)
        upper.setHeight(8 if both else metrics.height() + 10)
        lower.showLabel(named)
        lower.setHeight(None if named else metrics.height() + 10)
        buttons = self._scales.buttons()
        beside = self.width() - sum(button.sizeHint().width() for button in buttons) - 28
        for button in buttons:
            button.setVisible(beside >= metrics.horizontalAdvance(WIDEST_LEGEND))
        self._name_axes()

    @Slot()
    def _name_axes(self) -> None:
        """Name the upright axes where there is room for their names."""
        for plot in (self._costs, self._accuracies):
            axis = plot.getAxis("left")
            axis.showLabel(axis.label.boundingRect().width() < axis.height())

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the run up to this step."""
        if snapshot.log is not self._log:
            self._begin(snapshot.log)
        new = snapshot.log.rows(self._envelope.count, snapshot.made)
        if len(new):
            self._envelope.add(new[:, COST], new[:, SMOOTHED])
        if snapshot.epochs != self._drawn_epochs:
            self._draw_epochs(snapshot.epochs)
        self._step = snapshot.step if snapshot.step < snapshot.made else None
        self._draw_steps()
        self._show_cursor()
        self._tell()

    @Slot(object, int)
    def show_branches(self, branches: tuple[BranchInfo, ...], present: int) -> None:
        """Draw the smoothed costs of the other branches, too, each from where it went its own way."""
        others, names = [], []
        for info in branches:
            if info.number != present and info.made > info.forked_at:
                curve = Envelope(STRETCHES)
                rows = info.log.rows(info.forked_at, info.made)
                curve.add(rows[:, COST], rows[:, SMOOTHED])
                steps, _, _, smoothed = curve.arrays()
                others.append((info.forked_at + steps + 1, np.array(smoothed)))
                names.append(info.name)
        self._others, self._other_names = others, names
        self._draw_steps()
        self._tell()

    def _show_cursor(self) -> None:
        self._curve.set_cursor(self._hovered_step if self._hovered_step is not None else self._step)

    def _begin(self, log: StepLog) -> None:
        self._log = log
        self._envelope = Envelope(STRETCHES)
        self._draw_epochs(())
        self._jump_ranges()

    def _draw_steps(self) -> None:
        steps, least, greatest, smoothed = self._envelope.arrays()
        if self._envelope.count == 0:
            self._jump_ranges()
        else:
            self._aim()
            if not self._gliding.isActive():
                self._move_ranges()
        self._curve.set_others([(x, self._scaled(y)) for x, y in self._others])
        self._curve.set_data(steps + 1, *(self._scaled(costs) for costs in (least, greatest, smoothed)))

    def _draw_epochs(self, epochs: tuple[EpochRecord, ...]) -> None:
        self._drawn_epochs = epochs
        steps = np.array([record.step for record in epochs], float)
        # No line from the network before its first step: the plunge in between was not a straight one.
        begun = int(np.searchsorted(steps, 1))
        marks = []
        for figure, curve in self._accuracy_curves.items():
            accuracy = np.array([getattr(record, f"{figure}_accuracy") for record in epochs], float)
            curve.setData(steps, 100 * accuracy, connect=(steps > 0).astype(np.int32))
            cost = self._scaled(np.array([getattr(record, f"{figure}_cost") for record in epochs], float))
            marks.append(Marks(steps, cost, self.theme.colour(figure), figure == "training", begun))
        self._curve.set_marks(marks)
        after = [min(r.test_accuracy, r.training_accuracy) for r in epochs if r.epoch > 0]
        lowest = 10 * math.floor(10 * min(after)) if after else 0
        self._accuracies.setYRange(min(lowest, 90), 100, padding=0.04)
        self._curve.plot_changed()

    def _scaled(self, costs: np.ndarray) -> np.ndarray:
        return np.log10(np.maximum(costs, LEAST_COST)) if self._logarithmic else np.asarray(costs, float)

    def _aim(self) -> None:
        """Say where the ranges should end: at round numbers, so that they rarely move."""
        _, least, greatest, _ = self._envelope.arrays()
        furthest = max((float(steps[-1]) for steps, _ in self._others), default=0.0)
        self._last_step.target = float(nice_above(max(self._envelope.count, furthest, LEAST_STEPS)))
        # After a while the plunge at the start leaves the picture, so that later progress can be seen.
        started = len(greatest) // 30 if self._envelope.count > 3000 else 0
        later = [record for record in self._drawn_epochs if started == 0 or record.step > 0]
        costs = [cost for record in later for cost in (record.training_cost, record.test_cost)]
        seen = np.concatenate([greatest[started:], least[started:], costs, [0.01]])
        seen = seen[np.isfinite(seen)]
        top, lowest = nice_above(float(seen.max())), max(float(seen.min()), LEAST_COST)
        self._top.target = math.log10(top) if self._logarithmic else top
        self._bottom.target = math.floor(math.log10(lowest)) if self._logarithmic else 0.0

    @Slot()
    def _move_ranges(self) -> None:
        """Move the ranges towards where they should end, and go on until they are there."""
        if sum(glide.move() for glide in (self._last_step, self._top, self._bottom)):
            self._set_ranges()
            self._gliding.start(self.least_ms)

    def _jump_ranges(self) -> None:
        self._aim()
        for glide in (self._last_step, self._top, self._bottom):
            glide.jump(glide.target)
        self._set_ranges()

    def _set_ranges(self) -> None:
        self._costs.setXRange(0, self._last_step.value, padding=0)
        self._costs.setYRange(self._bottom.value, self._top.value, padding=0)
        self._curve.plot_changed()

    def _choose_scale(self) -> None:
        self._logarithmic = self._log_button.isChecked()
        self._costs.getAxis("left").logarithmic = self._logarithmic
        self._jump_ranges()
        self._draw_steps()
        self._draw_epochs(self._drawn_epochs)
        self._costs.getAxis("left").picture = None  # pyqtgraph keeps it until the range changes

    @Slot(object)
    def _hover(self, place: QPointF | None) -> None:
        """Take note of the step under the pointer."""
        count, step = self._envelope.count, 0
        if place is not None and any(
            p.sceneBoundingRect().contains(place) for p in (self._costs, self._accuracies)
        ):
            step = round(self._costs.vb.mapSceneToView(place).x())
        self._hovered_step = step if 1 <= step <= count else None
        self._show_cursor()
        self._tell()

    def _tell(self) -> None:
        """Write the legend, with the numbers under the pointer in it."""
        colours = self.theme.colours
        step = self._hovered_step
        parts = []
        batch = smoothed = ""
        if step is not None and self._log is not None and step <= self._log.count:
            row = self._log.row(step - 1)
            parts.append(_unbroken(colours.text, f"step {step:,}"))
            batch, smoothed = f" {row[COST]:.4f}", f" {row[SMOOTHED]:.4f}"
        parts.append(_unbroken(colours.muted, f"▮ batch{batch}"))
        parts.append(_unbroken(colours.highlight, f"━ smoothed{smoothed}"))
        if self._other_names:
            parts.append(_unbroken(colours.muted, f"─ {_named_or_counted(self._other_names)}"))
        record = self._record_near(step)
        for figure in ("training", "test"):
            number = ""
            if record is not None:
                cost, share = getattr(record, f"{figure}_cost"), getattr(record, f"{figure}_accuracy")
                number = f" {cost:.4f}, {share:.2%}"
            mark = "●" if figure == "training" else "■"
            parts.append(_unbroken(getattr(colours, figure), f"{mark} {figure}{number}"))
        if record is not None:
            parts.append(_unbroken(colours.muted, f"(epoch {record.epoch})"))
        if step is not None and not self._accuracies.isVisible():
            parts = parts[:3]  # there is room for no more
        text = "&nbsp;&nbsp; ".join(parts)
        if text != self._readout.text():
            self._readout.setText(text)

    def _record_near(self, step: int | None) -> EpochRecord | None:
        """Return the epoch whose end lies nearest the pointer, if near enough to be meant."""
        if step is None or not self._drawn_epochs:
            return None
        nearest = min(self._drawn_epochs, key=lambda record: abs(record.step - step))
        return nearest if abs(nearest.step - step) <= 0.03 * self._last_step.value else None

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the plots with their legend."""
        if not self.isVisible():
            self._jump_ranges()
        legend = QTextDocument()
        legend.setDefaultFont(self.theme.font(10))
        legend.setHtml(self._readout.text())
        legend.setTextWidth(area.width())
        painter.save()
        painter.translate(area.topLeft())
        legend.drawContents(painter)
        painter.translate(0, legend.size().height())
        shown = self._graphics.size()
        size = QSize(int(area.width()), int(area.height() - legend.size().height()))
        self._graphics.resize(size)
        self._graphics.ci.resize(size)
        self._fit(area.height())
        self._graphics.ci.layout.activate()
        self._name_axes()
        scale = painter.worldTransform().m11()
        if scale != 1:
            self._set_pens(scale)
        scene = QRectF(0, 0, size.width(), size.height())
        self._graphics.scene().render(painter, scene, scene)
        self._curve.paint_curve(painter)
        if scale != 1:
            self._set_pens(1.0)
        self._graphics.resize(shown)
        self._fit(self.height())
        painter.restore()

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours."""
        theme = self.theme
        self._readout.setFont(theme.font(10))
        self._graphics.setBackground(theme.colour("surface"))
        for plot in (self._costs, self._accuracies):
            plot.getAxis("left").text_scale = theme.text_scale
            plot.getAxis("left").setWidth(round(58 * theme.text_scale) + 6)
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setStyle(tickFont=theme.font(10), tickTextOffset=6)
                axis.label.setFont(theme.font(10.5))
        for figure, curve in self._accuracy_curves.items():
            colour = theme.colour(figure)
            curve.setSymbol("o" if figure == "training" else "s")
            curve.setSymbolBrush(colour)
            curve.setSymbolPen(None)
        self._set_pens(1.0)
        band, line, cursor = theme.colour("muted", 0.38), theme.colour("highlight"), theme.colour("text", 0.6)
        self._curve.set_colours(band, line, cursor, self.theme.colour("muted"))
        self._fit(self.height())
        self._draw_epochs(self._drawn_epochs)
        self._tell()

    def _set_pens(self, scale: float) -> None:
        """Take pens for a device on which a unit is so many pixels: those of pyqtgraph count in pixels."""
        for plot in (self._costs, self._accuracies):
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(pg.mkPen(self.theme.colour("line"), width=scale))
                axis.setTextPen(self.theme.colour("text"))  # afterwards: names take the colour of lines, too
        for figure, curve in self._accuracy_curves.items():
            curve.setPen(pg.mkPen(self.theme.colour(figure), width=1.5 * scale))


def _named_or_counted(names: list[str]) -> str:
    """Return the name of the only other branch, or how many there are, as HTML."""
    if len(names) > 1:
        return f"{len(names)} other branches"
    name = names[0]
    return html.escape(name if len(name) <= LONGEST_SHOWN else f"{name[: LONGEST_SHOWN - 1]}…")


def _unbroken(colour: str, text: str) -> str:
    """Return coloured text that no line ends in the middle of."""
    return f"<span style='color:{colour}'>{text.replace(' ', '&nbsp;')}</span>"
