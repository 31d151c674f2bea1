"""The cost along the negative gradient: where the step that η takes lands, and what half and double would do."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from nnviz.app.asking import Asking
from nnviz.app.choice import Choice
from nnviz.app.graphics.axes import Glide
from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.landscape.slice_picture import SlicePicture, eta_line, heights_of
from nnviz.app.graphics.landscape.slice_words import headline, left_out, of_tangent, shorter
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.app.views.slice_canvas import SliceCanvas
from nnviz.app.views.slice_controls import LEAST_ETA, MOST_ETA, SliceControls
from nnviz.app.views.view import View
from nnviz.core.slice import Landing
from nnviz.run.planes import Whereabouts
from nnviz.run.slicing import Sliced, SliceSpec, Slicing, sliced
from nnviz.run.snapshot import Snapshot
from nnviz.run.trail import Route

BEFORE_DATA = "The cost downhill appears here as soon as the data is loaded."
MAKING = "The slice is being computed …"
NO_FIT = "This network takes images of another size than the data's, so it has no cost here."
GLIDE_MS = 35
REACH = 4.0
"""Times η, how far the curve goes at first."""
ROOMY = 0.45
"""The heights that are shown stay while what is to be seen fills at least this share of them."""


class SliceView(View):
    """The cost over the learning rate of the next step, with a handle by which others are tried.

    To try one changes nothing of the run. While the view is seen, a thread of its own computes the curve.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    """

    eta_chosen = Signal(float)
    """The run is to go on with this learning rate."""

    least_ms = 250
    figure_size = QSize(960, 600)

    def __init__(self, theme: Theme, choice: Choice) -> None:
        super().__init__(theme, "Downhill slice")
        self._choice = choice
        self._tried: float | None = None
        self._reach: float | None = None
        self._sliced: Sliced | None = None
        self._run_eta = 0.0
        self._heights = Glide(0.0), Glide(1.0)
        self._picture = SlicePicture(theme)
        self._backdrop = Backdrop()
        self.asking = Asking(self)
        self.asking.found.connect(self._take)
        self.asking.failed.connect(self._fail)
        self.asking.over.connect(self._go_on)
        self._gliding = QTimer(self)
        self._gliding.setInterval(GLIDE_MS)
        self._gliding.timeout.connect(self._glide)
        self.controls = SliceControls()
        self.canvas = SliceCanvas(theme, self._paint, "Cost along the negative gradient")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        around = QVBoxLayout()
        around.setContentsMargins(12, 8, 12, 0)
        around.addWidget(self.controls)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(around)
        column.addWidget(self.canvas, 1)

    def _connect(self) -> None:
        controls, canvas = self.controls, self.canvas
        controls.over_chosen.connect(self._choose)
        controls.eta_typed.connect(self.try_eta)
        controls.use_wanted.connect(self._use)
        controls.back_wanted.connect(self.forget_tried)
        canvas.held.connect(self._hold)
        canvas.let_go.connect(self._let_go)
        canvas.multiplied.connect(self._multiply)
        canvas.zoomed.connect(self._zoom)
        canvas.back_wanted.connect(self.forget_tried)
        canvas.use_wanted.connect(self._use)
        canvas.hovered.connect(self._point_at)
        self._choice.data_changed.connect(self.show_again)

    # What is shown.

    @property
    def eta(self) -> float:
        """The learning rate whose step is shown."""
        return self._run_eta if self._tried is None else self._tried

    @property
    def sliced(self) -> Sliced | None:
        """What is known of the slice that is shown."""
        return self._sliced

    @property
    def landings(self) -> tuple[Landing, ...]:
        """Where half of that learning rate, it and its double land."""
        found = None if self._sliced is None else self._sliced.slice
        return () if found is None else found.landings_of(self.eta)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Have the slice at the run's present place computed, unless that of a moment ago is still in the making."""
        self.snapshot = snapshot  # of a figure, nothing was received
        self._run_eta = snapshot.hyper.eta
        self._show_eta()
        moved = self._sliced is None or self._sliced.step != snapshot.step
        if moved and self._sliced is not None:
            self.asking.spare()
        if not moved or not self.asking.is_busy:
            self._ask()

    def _show_eta(self) -> None:
        is_tried = self._tried is not None and not math.isclose(self._tried, self._run_eta)
        self.controls.show_eta(self.eta, is_tried)

    def _spec(self) -> SliceSpec:
        eta = self.eta
        if self._reach is None or not 2 * eta <= 1.1 * self._reach <= 40 * eta:
            self._reach = REACH * eta if 0 < eta < math.inf else None
        return SliceSpec(eta, self.controls.over, self._reach)

    def _whereabouts(self) -> Whereabouts | None:
        snapshot, data = self.snapshot, self._choice.data
        if snapshot is None or data is None or data.training.images.shape[1] != snapshot.spec.sizes[0]:
            return None
        return Whereabouts.of(snapshot, data, Route((snapshot.step,), (snapshot.theta,)))

    @Slot()
    def _ask(self) -> None:
        where = self._whereabouts()
        if where is None:
            self._sliced = None
        else:
            self.asking.ask(Slicing(self._spec(), where))
        self.canvas.update()

    @Slot(object)
    def _take(self, found: Sliced) -> None:
        before = self._sliced
        if found.slice is None and not found.refusal:
            return  # the one of before stays until there is another
        self._sliced = found
        is_another = before is None or before.slice is None or before.spec.over != found.spec.over
        self._aim(jumps=is_another or not self.theme.motion)
        self.canvas.setAccessibleDescription(" ".join(self.sentences()))
        self.canvas.update()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        if self.snapshot is not None:
            self._take(Sliced(self._spec(), self.snapshot.step, 0, is_complete=True, refusal=sentence))

    @Slot()
    def _go_on(self) -> None:
        """If the run has gone on meanwhile, follow it, at the view's pace."""
        if self.snapshot is not None and self._sliced is not None and self._sliced.step != self.snapshot.step:
            self._is_shown = False
            self._later.start(self.least_ms)

    def _aim(self, jumps: bool) -> None:
        """Let the picture go from the lowest to the highest cost that matters, smoothly; small changes leave it."""
        found = None if self._sliced is None else self._sliced.slice
        if found is None:
            return
        low, high = heights_of(found, self.landings)
        bottom, top = self._heights
        is_inside = bottom.target <= low + 0.06 * (high - low) and high <= top.target + 0.06 * (high - low)
        if jumps:
            bottom.jump(low)
            top.jump(high)
        elif not is_inside or high - low < ROOMY * (top.target - bottom.target):
            bottom.target, top.target = low, high
            self._gliding.start()

    @Slot()
    def _glide(self) -> None:
        moved = [height.move() for height in self._heights]
        if not any(moved):
            self._gliding.stop()
        self.canvas.update()

    def sentences(self) -> list[str]:
        """Return what is said of the step: where it lands, what others would do, and what the tangent promised."""
        known = self._sliced
        if known is None or known.slice is None:
            return [] if known is None else [known.refusal]
        return list(self._told(known))

    def _told(self, known: Sliced) -> tuple[str, str, str]:
        assert known.slice is not None
        landings = known.slice.landings_of(self.eta)
        hyper = None if self.snapshot is None else self.snapshot.hyper
        omitted = left_out(hyper.momentum, hyper.dropout) if hyper is not None else ""
        first, second = headline(known.slice, landings)
        return first, second, " ".join(filter(None, [of_tangent(known.slice, landings[1]), omitted]))

    # What is wanted.

    @Slot()
    def _choose(self) -> None:
        self._ask()

    @Slot(float)
    def try_eta(self, eta: float) -> None:
        """Show the step of another learning rate; nothing of the run changes."""
        self._tried = min(max(eta, LEAST_ETA), MOST_ETA)
        self._show_eta()
        if not self.canvas.is_held:
            self._ask()
        self.canvas.setAccessibleDescription(" ".join(self.sentences()))
        self.canvas.update()

    @Slot()
    def forget_tried(self) -> None:
        """Show the step of the run's own learning rate."""
        self._tried = None
        self.canvas.is_held = False
        self._show_eta()
        self._ask()

    @Slot()
    def _use(self) -> None:
        if self._tried is not None and not math.isclose(self._tried, self._run_eta):
            self.eta_chosen.emit(self._tried)
            self._run_eta = self._tried
            self._tried = None
            self._show_eta()
            self._ask()

    @Slot(QPointF)
    def _hold(self, pixel: QPointF) -> None:
        eta = self._picture.eta_at(pixel)
        if eta is not None and self._sliced is not None and self._sliced.slice is not None:
            least = self._sliced.slice.etas[-1] / 200
            self.try_eta(float(f"{max(eta, least):.3g}"))

    @Slot()
    def _let_go(self) -> None:
        self._ask()

    @Slot(float)
    def _multiply(self, by: float) -> None:
        if self._sliced is not None and self.eta > 0:
            self.try_eta(float(f"{self.eta * by:.3g}"))

    @Slot(float)
    def _zoom(self, by: float) -> None:
        if self._reach is not None:
            self._reach = min(max(self._reach * by, 2 * self.eta / 1.1), 36 * self.eta)
            self._ask()

    @Slot(object)
    def _point_at(self, point: QPointF | None) -> None:
        knob = self._picture.knob(self.eta)
        is_over = point is not None and knob is not None and knob.contains(point)
        shape = Qt.CursorShape.SizeHorCursor if is_over else Qt.CursorShape.ArrowCursor
        if self.canvas.cursor().shape() != shape:
            self.canvas.setCursor(shape)
        self.canvas.update()

    # The thread lives while the view is seen.

    def showEvent(self, event: QShowEvent) -> None:
        """Start the thread, and take up what came meanwhile."""
        if not self.asking.is_open:
            self.asking.open()
            self._is_shown = False
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """End the thread."""
        super().hideEvent(event)
        self.asking.close()
        self._later.stop()
        self._gliding.stop()

    # Painting.

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the slice, computed to the end on this thread if that was not done."""
        known = self._sliced
        if known is None or not known.is_complete:
            where = self._whereabouts()
            if where is not None:
                known = sliced(self._spec(), where)
        heights = None
        if known is not None and known.slice is not None:
            heights = heights_of(known.slice, known.slice.landings_of(self.eta))
        self._paint_sliced(painter, area, SlicePicture(self.theme), known, heights)

    def _paint(self, painter: QPainter, area: QRectF) -> None:
        heights = self._heights[0].value, self._heights[1].value
        data = self._choice.data is not None
        key = (
            self._sliced,
            self.eta,
            heights,
            self.theme.colours,
            self.theme.text_scale,
            data,
            self._run_eta,
        )
        self._backdrop.paint(
            painter,
            area,
            key,
            lambda onto, whole: self._paint_sliced(onto, whole, self._picture, self._sliced, heights),
        )
        if self.canvas.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.theme.colour("highlight"), 1))
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_readout(painter, area)

    def _paint_sliced(
        self,
        painter: QPainter,
        area: QRectF,
        picture: SlicePicture,
        known: Sliced | None,
        heights: tuple[float, float] | None,
    ) -> None:
        theme = self.theme
        inner = area.adjusted(12, 8, -12, -8)
        if known is None or known.slice is None or heights is None:
            text = known.refusal if known is not None and known.refusal else self._why_empty()
            write(painter, theme, inner.adjusted(8, 4, -8, -4), text, CENTRE | MIDDLE, 11, "muted", wrap=True)
            return
        first, second, third = self._told(known)
        large, small = line_height(theme, 11, strong=True), line_height(theme, 10)
        row = QRectF(inner.left(), inner.top(), inner.width(), large)
        whole = fitting(theme, (first, shorter(first)), row.width(), 11, strong=True)
        write(painter, theme, row, whole, LEFT | MIDDLE, 11, strong=True)
        used = large
        if inner.height() > 9 * small:
            beside = text_width(theme, f"{first}  ", 11, strong=True) + text_width(theme, second, 11)
            if beside < inner.width():
                left = inner.left() + text_width(theme, f"{first}  ", 11, strong=True)
                write(
                    painter,
                    theme,
                    QRectF(left, inner.top(), inner.right() - left, large),
                    second,
                    LEFT | MIDDLE,
                    11,
                )
            else:
                row = QRectF(inner.left(), inner.top() + used, inner.width(), small)
                write(painter, theme, row, second, LEFT | MIDDLE, 10)
                used += small
            if third and inner.height() > 13 * small:
                row = QRectF(inner.left(), inner.top() + used, inner.width(), small)
                texts = (third, f"{third.split('. ')[0].split(';')[0].rstrip('.')}.")
                write(painter, theme, row, fitting(theme, texts, row.width(), 10), LEFT | MIDDLE, 10, "muted")
                used += small
        chart = inner.adjusted(0, used + 6, 0, 0)
        landings = known.slice.landings_of(self.eta)
        picture.paint(painter, chart, known.slice, landings, heights, known.n_samples, self._run_eta)

    def _why_empty(self) -> str:
        if self._choice.data is None or self.snapshot is None:
            return BEFORE_DATA
        return MAKING if self._whereabouts() is not None else NO_FIT

    def _paint_readout(self, painter: QPainter, area: QRectF) -> None:
        pointer, chart = self.canvas.pointer, self._picture.chart
        found = None if self._sliced is None else self._sliced.slice
        if pointer is None or chart is None or found is None or self.canvas.is_held:
            return
        if not chart.box.contains(pointer):
            return
        eta = chart.value_at(pointer.x())
        cost = found.cost_at(eta)
        spot = QPointF(pointer.x(), chart.down(cost) if math.isfinite(cost) else pointer.y())
        painter.setPen(QPen(self.theme.colour("muted"), 1))
        painter.drawLine(QPointF(spot.x(), chart.box.top()), QPointF(spot.x(), chart.box.bottom()))
        if math.isfinite(cost) and chart.box.contains(spot):
            painter.setBrush(self.theme.colour("training"))
            painter.setPen(QPen(self.theme.colour("surface"), 1.5))
            painter.drawEllipse(spot, 4, 4)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        about = QRectF(pointer.x() - 8, pointer.y() - 8, 16, 16)
        paint_panel(painter, self.theme, area.adjusted(4, 4, -4, -4), about, eta_line(eta, cost, found))
