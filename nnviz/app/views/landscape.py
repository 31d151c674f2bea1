"""The cost surface around the run, as a map."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPen, QResizeEvent, QShowEvent

from nnviz.app.choice import Choice, component_in
from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.landscape.map import MapPicture, height_text
from nnviz.app.graphics.landscape.words import sentences_about, shorter
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, fitting, line_height, number, write
from nnviz.app.surveyor import Surveyor
from nnviz.app.theme import Theme
from nnviz.app.views.honesty import HonestyStrip
from nnviz.app.views.landscape_controls import LandscapeControls
from nnviz.app.views.landscape_play import LandscapePlay
from nnviz.app.views.map_canvas import MapCanvas
from nnviz.app.views.view import View
from nnviz.core.encoding import Floats
from nnviz.core.plane import Plane, PlaneError, Window
from nnviz.run.planes import PlaneSpec, SurfaceSpec, Whereabouts
from nnviz.run.snapshot import Snapshot
from nnviz.run.surveying import Landscape, Surveying, landscapes
from nnviz.run.trail import NO_ENDS, End, Ends, Trail

BEFORE_DATA = "The cost surface appears here as soon as the data is loaded."
MAKING = "The surface is being computed …"
COLLECT_MS = 30
RESTING_MS = 700
"""Without a new step for so long, training rests, and both cores are free."""
THREADS = 2
BALLS_TAKE = 220
"""Pixels of height, at the usual size of text, of what belongs to the balls."""
ROOM_FOR_ROW, ROOM_FOR_STRIP = 260, 430
"""Pixels of height, at the usual size of text, from which there is a second row of controls, and the strip."""
REST = 1.0
"""Of the surveyor beside training, for each second of its work: training is to keep most of its speed."""


class LandscapeView(View):
    """A map of the cost on a plane through the parameters, with the path of the run on it.

    While the view is seen, threads of its own compute the surface: coarse first, again when the run has gone on, and
    at once when something else is to be seen.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    """

    trail_wanted = Signal()
    """The view is seen, and knows nothing yet of where the run has been."""

    least_ms = 500
    figure_size = QSize(1000, 760)

    def __init__(self, theme: Theme, choice: Choice) -> None:
        super().__init__(theme, "Cost surface")
        self._choice = choice
        self.spec = SurfaceSpec(fits_path=True)
        self._trail = Trail()
        self._trail_log: object = None
        self._ends = NO_ENDS
        self._seen_end: End | None = None
        self._plane: Plane | None = None
        self._surveyor: Surveyor | None = None
        self._number = 0
        self._asked = -1
        self._landscape: Landscape | None = None
        self._window: Window | None = None
        self._picture = MapPicture(theme)
        self._backdrop = Backdrop()
        self._collecting = self._timer(COLLECT_MS, self._collect)
        self._resting = self._timer(RESTING_MS, self._rest)
        self._resting.setSingleShot(True)
        self.controls = LandscapeControls()
        self.canvas = MapCanvas(theme, self._paint, "Map of the cost surface")
        self.honesty = HonestyStrip(theme)
        logarithm = self.controls.logarithm
        self.play = LandscapePlay(theme, self.canvas, self._whereabouts, logarithm.isChecked, self)
        self.play.lay_out(self.controls, self.honesty)
        self._connect()
        choice.data_changed.connect(self.show_again)

    def _timer(self, interval: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.timeout.connect(slot)
        return timer

    def _connect(self) -> None:
        self.controls.chosen.connect(self._choose)
        self.controls.more.extent_typed.connect(self._reach_to)
        self._choice.component_changed.connect(self._take_component)
        self.controls.logarithm.toggled.connect(self.canvas.update)
        self.controls.fit.clicked.connect(self._fit_path)
        self.canvas.fit_wanted.connect(self._fit_path)
        self.canvas.zoomed.connect(self._zoom)
        self.canvas.dragged.connect(self._drag)
        self.canvas.shifted.connect(self._shift)
        self.canvas.hovered.connect(self._point_at)
        self.honesty.pointed.connect(self._point_at)
        self.controls.logarithm.toggled.connect(self.honesty.take_logarithms)
        self.controls.honest.toggled.connect(self._make_room)
        self.play.with_balls.toggled.connect(self._make_room)
        self.canvas.tapped.connect(self._put_ball)
        self.controls.logarithm.toggled.connect(self.play.show_relief)
        self.play.released.connect(self._ask)

    # What is shown.

    @property
    def landscape(self) -> Landscape | None:
        """What is known of the surface that is shown."""
        return self._landscape

    @Slot(object)
    def receive(self, snapshot: Snapshot) -> None:
        """Take note of where the run is, seen or not: the path is drawn from it."""
        is_other = snapshot.log is not self._trail_log
        if is_other:  # another run, or another branch
            self._plane = self._seen_end = None
            self._ends = replace(self._ends, present=None)
            self._trail, self._trail_log = Trail(), snapshot.log
            self.play.forget_path()
            if self._surveyor is not None:
                self.trail_wanted.emit()
        self._trail.add(snapshot.step, snapshot.theta)
        if snapshot.step == snapshot.made:
            self._seen_end = End("", snapshot.step, snapshot.theta)
        self.snapshot = (
            snapshot  # first: the balls of another run are let go, and a surface without them asked for
        )
        self.play.take_snapshot(snapshot)
        super().receive(snapshot)
        if is_other and self.spec.plane.directions == "parameters":
            self._choose()  # the same names may be other places of θ

    @Slot(object, object)
    def take_up_trail(self, trail: Trail, ends: Ends = NO_ENDS) -> None:
        """Take up the trail of the run that is shown, with what it passed before this view came to know of it.

        Parameters
        ----------
        trail : Trail
        ends : Ends
            Where the run, and other branches of it, have come to.
        """
        self._ends = ends
        self.controls.more.show_branches([end.name for end in ends.others])
        self.controls.more.show_directions(self.spec.plane.directions)
        if self.snapshot is not None:
            trail.add(self.snapshot.step, self.snapshot.theta)
            if len(trail) > len(self._trail) or trail.first < self._trail.first:
                self._trail = trail  # else, the view has seen more of the way than the run remembers
            self._ask()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Have the surface around the run computed, unless that of a moment ago is still in the making."""
        if self._trail_log is None:  # a figure: nothing has been received
            self.receive(snapshot)
            return
        if self._surveyor is None:
            return
        moved = self._landscape is None or self._landscape.step != snapshot.step
        if moved and self._landscape is not None:
            self._surveyor.use(THREADS - 1, REST)  # training needs a core
            self._resting.start()
        if moved and (self._is_drawn() or not self._surveyor.is_busy):
            self._ask()

    def _is_drawn(self) -> bool:
        """Return whether what was asked for is there but for most of the path's costs, which can wait for a rest."""
        found = self._landscape
        if found is None or found.step != self._asked or found.surface is None:
            return False
        return found.is_outlined if self.honesty.isVisible() else found.surface.is_finest

    @property
    def _is_ready(self) -> bool:
        """Whether there is anything to compute a surface of."""
        return self.snapshot is not None and self._choice.data is not None

    def _whereabouts(self) -> Whereabouts | None:
        snapshot, data = self.snapshot, self._choice.data
        if snapshot is None or data is None or data.training.images.shape[1] != snapshot.spec.sizes[0]:
            return None
        chosen = self.controls.more.branch.currentText()
        there = next((end.theta for end in self._ends.others if end.name == chosen), None)
        where = Whereabouts.of(snapshot, data, self._trail.route(), self._end_of(snapshot), there)
        return replace(where, held=self.play.held)

    def _end_of(self, snapshot: Snapshot) -> Floats | None:
        """Return the newest position of the run that is known, where it is another than here."""
        ends = [end for end in (self._ends.present, self._seen_end) if end is not None]
        newest = max(ends, key=lambda end: end.step, default=None)
        return newest.theta if newest is not None and newest.step > snapshot.step else None

    @Slot()
    def _ask(self) -> None:
        where = self._whereabouts()
        if where is not None and self._surveyor is not None:
            self._asked = where.route.steps[-1]
            kept = None if where.held is not None else self._plane
            self._number = self._surveyor.ask(Surveying(self.spec, where, kept))
            self._collecting.start()

    @Slot()
    def _collect(self) -> None:
        surveyor = self._surveyor
        found = None if surveyor is None else surveyor.take()
        if found is None or found.number != self._number:
            return
        if found.result is not None:
            self._take(found.result)
        if found.is_last:
            self._collecting.stop()
            if (
                self.snapshot is not None
                and found.result is not None
                and found.result.step != self.snapshot.step
            ):
                self._later.start(self.least_ms)
                self._is_shown = False

    def _take(self, landscape: Landscape) -> None:
        before = self._landscape
        if (
            landscape.surface is None
            and not landscape.refusal
            and before is not None
            and before.surface is not None
        ):
            return  # the surface of before stays until there is another
        self._landscape = landscape
        if landscape.ground is not None and landscape.spec.plane == self.spec.plane:
            self._plane = landscape.ground.plane
        if landscape.ground is not None and (self._window is None or self.spec.window is None):
            self._window = landscape.ground.window
            self.controls.more.show_window(self._window)
        self.honesty.show_landscape(landscape)
        self._make_room()
        self.play.show_landscape(landscape)
        self.canvas.setAccessibleDescription(" ".join(sentences_about(landscape)))
        self.canvas.update()

    @Slot()
    def _rest(self) -> None:
        if self._surveyor is not None:
            self._surveyor.use(THREADS)

    # What is wanted.

    @Slot()
    def _choose(self) -> None:
        plane = self.controls.plane
        if plane.directions == "parameters" and self.snapshot is not None:
            try:
                plane = replace(plane, parameters=self._parameters(self.snapshot))
            except PlaneError as error:
                self._refuse(plane, str(error))
                return
        is_other = plane != self.spec.plane
        self.spec = replace(
            self.spec,
            plane=plane,
            over=self.controls.over,
            window=None if is_other else self.spec.window,
            fits_path=plane.directions == "principal" if is_other else self.spec.fits_path,
        )
        if is_other or plane.directions == "points":
            self._landscape = self._window = self._plane = None
        if self._surveyor is not None and (plane.directions == "points" or plane.centre == "end"):
            self.trail_wanted.emit()
        if is_other:
            self.play.let_go()
            self.play.show_landscape(None)
        self.play.change_cost(self.spec.over)
        self._ask()
        self.canvas.update()

    def _parameters(self, snapshot: Snapshot) -> tuple[int, int]:
        component = component_in(self._choice.component, snapshot.network)
        if component is not None and not self.controls.more.one.text():
            self.controls.more.choose_component(component)
        return self.controls.more.parameters(snapshot.network)

    def _refuse(self, plane: PlaneSpec, sentence: str) -> None:
        """Show a sentence in place of the map."""
        if self._surveyor is not None:
            self._surveyor.drop()
        self._collecting.stop()
        self.spec = replace(self.spec, plane=plane)
        self._window = None
        step = 0 if self.snapshot is None else self.snapshot.step
        self._take(Landscape(self.spec, step, 0, (), refusal=sentence))

    @Slot()
    def _take_component(self) -> None:
        component = self._choice.component
        if component is not None and self.spec.plane.directions == "parameters":
            self.controls.more.choose_component(component)
            self._choose()

    @Slot(float)
    def _reach_to(self, extent: float) -> None:
        window = self._window
        if window is not None:
            alpha, beta = (window.left + window.right) / 2, (window.bottom + window.top) / 2
            self._look_at(Window(alpha - extent, alpha + extent, beta - extent, beta + extent))

    @Slot()
    def _fit_path(self) -> None:
        self.spec = replace(self.spec, window=None, fits_path=True)
        self._ask()

    def _look_at(self, window: Window) -> None:
        self._window = window
        self.spec = replace(self.spec, window=window, fits_path=False)
        self.controls.more.show_window(window)
        self._ask()
        self.canvas.update()

    @Slot(object, float)
    def _zoom(self, point: QPointF | None, by: float) -> None:
        window, chart = self._window, self._picture.chart
        if window is None:
            return
        alpha, beta = (window.left + window.right) / 2, (window.bottom + window.top) / 2
        if point is not None and chart is not None and chart.box.contains(point):
            alpha, beta = self._coordinates(point)
        sides = (
            alpha + by * (window.left - alpha),
            alpha + by * (window.right - alpha),
            beta + by * (window.bottom - beta),
            beta + by * (window.top - beta),
        )
        if min(sides[1] - sides[0], sides[3] - sides[2]) > 1e-6 and max(map(abs, sides)) < 1e6:
            self._look_at(Window(*sides))

    @Slot(QPointF)
    def _drag(self, by: QPointF) -> None:
        chart = self._picture.chart
        if chart is not None:
            self._shift(-by.x() / chart.box.width(), by.y() / chart.box.height())

    @Slot(float, float)
    def _shift(self, right: float, up: float) -> None:
        window = self._window
        if window is not None:
            across, along = right * (window.right - window.left), up * (window.top - window.bottom)
            self._look_at(
                Window(window.left + across, window.right + across, window.bottom + along, window.top + along)
            )

    def _coordinates(self, point: QPointF) -> tuple[float, float]:
        chart, window = self._picture.chart, self._window
        if chart is None or window is None:
            return math.nan, math.nan
        box = chart.box
        return (
            window.left + (point.x() - box.left()) / box.width() * (window.right - window.left),
            window.bottom + (box.bottom() - point.y()) / box.height() * (window.top - window.bottom),
        )

    @Slot(QPointF)
    def _put_ball(self, pixel: QPointF) -> None:
        chart = self._picture.chart
        if chart is not None and chart.box.contains(pixel):
            self.play.put(self._coordinates(pixel))

    @Slot(object)
    def _point_at(self, point: QPointF | None) -> None:
        self.canvas.update()

    @Slot()
    def _make_room(self) -> None:
        """Leave out what there is no room for: first the strip under the map, then the second row of controls."""
        room = self.height() / self.theme.text_scale
        is_wanted = self.controls.honest.isChecked() and self.honesty.has_path
        taken = BALLS_TAKE if self.play.with_balls.isChecked() else 0
        self.honesty.setVisible(is_wanted and room >= ROOM_FOR_STRIP + taken)
        self.controls.more.setVisible(room >= ROOM_FOR_ROW + taken)

    def minimumSizeHint(self) -> QSize:
        """Ask for little: what there is no room for is left out."""
        return QSize(200, 160)

    # The threads live while the view is seen.

    def showEvent(self, event: QShowEvent) -> None:
        """Start the threads, and take up what came meanwhile."""
        if self._surveyor is None:
            self._surveyor = Surveyor(THREADS)
            self._surveyor.start()
            self._is_shown = False
            self.trail_wanted.emit()
        self.play.open()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """End the threads."""
        super().hideEvent(event)
        self._collecting.stop()
        self._resting.stop()
        self._later.stop()
        self.play.close()
        if self._surveyor is not None:
            self._surveyor.stop()
            self._surveyor = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make use of the room that there is, and leave out what there is none for."""
        super().resizeEvent(event)
        self.play.fit(event.size())
        self._make_room()

    # Painting.

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the map, computed to the end on this thread if that was not done."""
        landscape = self._landscape
        if landscape is None or not landscape.is_complete:
            where = self._whereabouts()
            if where is not None:
                *_, landscape = landscapes(self.spec, where)
                if landscape.refusal:  # of a model from a file no path is known
                    *_, landscape = landscapes(replace(self.spec, plane=PlaneSpec("random")), where)
        window = (
            None if landscape is None or landscape.ground is None else self._window or landscape.ground.window
        )
        picture = MapPicture(self.theme)

        def paint_map(part: QRectF) -> None:
            self._paint_landscape(painter, part, picture, landscape, window)
            if picture.chart is not None:
                self.play.paint_on_map(painter, picture.chart)

        self.play.paint_figure(painter, area, landscape, paint_map)

    def _paint(self, painter: QPainter, area: QRectF) -> None:
        landscape, window = self._landscape, self._window
        key = (
            landscape,
            window,
            self.controls.logarithm.isChecked(),
            self.theme.colours,
            self.theme.text_scale,
            self._is_ready,
        )
        self._backdrop.paint(
            painter,
            area,
            key,
            lambda onto, whole: self._paint_landscape(onto, whole, self._picture, landscape, window),
        )
        if self.canvas.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.theme.colour("highlight"), 1))
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        if self._picture.chart is not None and landscape is not None:
            self.play.paint_on_map(painter, self._picture.chart)
        self._paint_readout(painter, area)

    def _paint_landscape(
        self,
        painter: QPainter,
        area: QRectF,
        picture: MapPicture,
        landscape: Landscape | None,
        window: Window | None,
    ) -> None:
        theme = self.theme
        inner = area.adjusted(12, 8, -12, -8)
        if landscape is None or landscape.refusal or window is None:
            text = MAKING if self._is_ready else BEFORE_DATA
            if landscape is not None and landscape.refusal:
                text = landscape.refusal
            write(painter, theme, inner.adjusted(8, 4, -8, -4), text, CENTRE | MIDDLE, 11, "muted", wrap=True)
            return
        line = line_height(theme, 10)
        sentences = sentences_about(landscape) if inner.height() > 12 * line else []
        below = len(sentences) * line + (6 if sentences else 0)
        picture.paint(
            painter, inner.adjusted(0, 0, 0, -below), landscape, window, self.controls.logarithm.isChecked()
        )
        row = QRectF(inner.left(), inner.bottom() - len(sentences) * line, inner.width(), line)
        for place, whole in enumerate(sentences):
            sentence = fitting(theme, (whole, shorter(whole)), row.width(), 10)
            write(painter, theme, row, sentence, LEFT | MIDDLE, 10, "muted" if place else "text")
            row.translate(0, line)

    def _paint_readout(self, painter: QPainter, area: QRectF) -> None:
        self._paint_place(painter)
        pointer, chart, landscape = self.canvas.pointer, self._picture.chart, self._landscape
        if pointer is None or chart is None or landscape is None or landscape.surface is None:
            return
        if not chart.box.contains(pointer):
            return
        alpha, beta = self._coordinates(pointer)
        cost = landscape.surface.cost_at((alpha, beta))
        lines = [
            f"cost {height_text(cost)}" if not math.isnan(cost) else "no finite cost known here",
            f"α = {number(alpha)}, β = {number(beta)}",
        ]
        about = QRectF(pointer.x() - 8, pointer.y() - 8, 16, 16)
        paint_panel(painter, self.theme, area.adjusted(4, 4, -4, -4), about, lines)

    def _paint_place(self, painter: QPainter) -> None:
        """Paint a ring around the position of the path that is pointed at in the strip."""
        place, told, chart = self.honesty.place, self.honesty.landscape, self._picture.chart
        if (
            place is None
            or told is None
            or told.shadow is None
            or chart is None
            or told is not self._landscape
        ):
            return
        alpha, beta = told.shadow.coordinates[place]
        if math.isfinite(alpha) and math.isfinite(beta):
            painter.save()
            painter.setClipRect(chart.box)
            painter.setPen(QPen(self.theme.colour("text"), 2))
            painter.drawEllipse(QPointF(chart.across(alpha), chart.down(beta)), 8, 8)
            painter.restore()

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        super().take_up_theme()
        self._picture.forget_colours()
        self.play.fit(self.size())
        self.canvas.update()
        self.honesty.forget_colours()
        self._make_room()
