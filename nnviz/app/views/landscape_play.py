"""What there is beside the map of the cost surface: the same surface in three dimensions, and balls to play with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from nnviz.app.ball_desk import BallDesk
from nnviz.app.graphics.canvas import Canvas
from nnviz.app.graphics.chart import Chart
from nnviz.app.graphics.landscape.marks import Marks
from nnviz.app.graphics.landscape.paint_marks import paint_marks
from nnviz.app.graphics.landscape.path_marks import (
    ball_marks,
    list_height,
    name_of,
    paint_list,
    pixels,
    told,
)
from nnviz.app.theme import Theme
from nnviz.app.views.ball_controls import ROLES, BallControls
from nnviz.app.views.landscape_controls import LandscapeControls
from nnviz.app.views.landscape_film import Descent, FilmButton
from nnviz.app.views.landscape_look import BY_SIDE, LOOKS, split
from nnviz.app.views.landscape_relief import LandscapeRelief
from nnviz.app.views.map_canvas import MapCanvas
from nnviz.core.balls import Ball
from nnviz.core.descent import HyperParameters
from nnviz.core.plane import Plane, Window
from nnviz.run.edits import Placement
from nnviz.run.plane_race import PlaneBall, PlaneGround
from nnviz.run.planes import CostOver, Whereabouts
from nnviz.run.snapshot import Snapshot
from nnviz.run.surveying import Landscape

LOOK_TIPS = (
    "The surface seen from above.",
    "The surface in three dimensions: drag, arrows and the wheel turn, tilt and zoom it.",
    "Both beside each other.",
)
LEAST_NUMBERS, LEAST_LIST = 260.0, 330.0
"""Pixels of height, at the usual size of text, from which the balls' numbers and their list have room."""
A_KEY = 1 / 40
"""How far Shift and an arrow move a ball, as a share of the map."""
HINT = "Click on the map to put a ball there (or press Enter); then let it roll in this plane, or for real."


class LandscapePlay(QObject):
    """The parts around a map: a row of switches, the picture in three dimensions, the balls with their controls.

    Parameters
    ----------
    theme : Theme
    canvas : MapCanvas
        With the map.
    whereabouts : callable
        Returns where the run is, or None.
    is_logarithmic : callable
        Returns whether heights are to be shown by their logarithms.
    parent : QWidget
    """

    branch_wanted = Signal(object)
    """A function that makes of a step the edit which a branch is to begin with."""
    told = Signal(str)
    failed = Signal(str)
    released = Signal()
    """No ball holds the plane fast any more."""

    def __init__(
        self,
        theme: Theme,
        canvas: MapCanvas,
        whereabouts: Callable[[], Whereabouts | None],
        is_logarithmic: Callable[[], bool],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._view = parent
        self._theme = theme
        self._canvas = canvas
        self._whereabouts = whereabouts
        self._is_logarithmic = is_logarithmic
        self._landscape: Landscape | None = None
        self._held_for: object = None
        self._over = CostOver()
        self._hyper: HyperParameters | None = None
        self._is_open = False
        self._has_list = True
        self.desk = BallDesk(self)
        self.desk.failed.connect(self.failed)
        self.desk.changed.connect(self._show_balls)
        self.third = LandscapeRelief(theme, is_logarithmic)
        self.relief = self.third.canvas
        self.relief.unavailable.connect(self._do_without_relief)
        self.look = QComboBox()
        self.look.addItems(list(LOOKS))
        self.look.setAccessibleName("Map or 3-D")
        self.look.setToolTip("Show the surface from above, in three dimensions, or both.")
        for place, tip in enumerate(LOOK_TIPS):
            self.look.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.look.currentIndexChanged.connect(self._take_look)
        self.with_balls = QCheckBox("Balls")
        self.with_balls.setAccessibleName("Balls")
        self.with_balls.setToolTip("Put balls on the map, and watch gradient descent from there.")
        self.with_balls.toggled.connect(self._take_balls)
        self.film = QPushButton()
        self.filming = FilmButton(self.film, parent)
        self.filming.told.connect(self.told)
        self.filming.failed.connect(self.failed)
        self.filming.wanted.connect(self._make_film)
        self.controls = BallControls(theme, self.desk)
        self.controls.hide()
        self.controls.for_real.connect(self.go_for_real)
        self.list = Canvas(theme, self._paint_list, "Balls")
        self.list.setMinimumSize(40, 0)
        self.list.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.list.setFixedHeight(round(list_height(theme, 1)))
        self.list.hide()
        canvas.nudged.connect(self.nudge)
        self._pictures = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._beside: LandscapeControls | None = None

    # Where everything is.

    def lay_out(self, controls: LandscapeControls, under: QWidget) -> None:
        """Put the view's controls, the pictures, what goes under them, and what belongs to the balls in place."""
        self._beside = controls
        controls.add([self.look, self.with_balls, self.film], [self.film])
        around = QVBoxLayout()
        around.setContentsMargins(12, 8, 12, 0)
        around.setSpacing(6)
        around.addWidget(controls)
        around.addWidget(self.controls)
        self._pictures.setSpacing(0)
        self._pictures.addWidget(self._canvas, 52)
        self._pictures.addWidget(self.relief, 48)
        below = QVBoxLayout()
        below.setContentsMargins(12, 0, 12, 0)
        below.addWidget(self.list)
        column = QVBoxLayout(self._view)
        # The view may be lower than all that is in it; it leaves out what there is no room for.
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(around)
        column.addLayout(self._pictures, 1)
        column.addWidget(under)
        column.addLayout(below)

    def fit(self, size: QSize) -> None:
        """Make use of the room that there is."""
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        scale = self._theme.text_scale
        is_low = size.height() < LEAST_NUMBERS * scale
        self.controls.show_numbers_row(not is_low)
        if self._beside is not None:
            self._beside.setVisible(not (is_low and self.with_balls.isChecked()))
        self._has_list = size.height() >= LEAST_LIST * scale
        self.list.setVisible(self._has_list and self.with_balls.isChecked())
        self._pictures.setDirection(across if size.width() >= BY_SIDE * size.height() else down)

    def open(self) -> None:
        """Begin to compute: the view is seen."""
        self._is_open = True
        self.desk.open()
        self._take_look()

    def close(self) -> None:
        """Compute nothing any more."""
        self._is_open = False
        self.filming.cancel()
        self.desk.close()

    # The third dimension.

    @property
    def has_relief(self) -> bool:
        """Whether the surface is shown in three dimensions."""
        return self.look.currentIndex() > 0

    @Slot()
    def _take_look(self) -> None:
        if not self._is_open:
            return  # what draws in three dimensions is loaded where somebody is going to see it
        if self.has_relief and not self.relief.is_available():
            self.look.setCurrentIndex(0)
        wanted = self.has_relief
        self.relief.setVisible(wanted)
        self._canvas.setVisible(not wanted or LOOKS[self.look.currentIndex()] == "Both")
        self.show_relief()

    @Slot(str)
    def _do_without_relief(self, sentence: str) -> None:
        """Say once that there is no third dimension here, and let the map carry everything."""
        self.look.setCurrentIndex(0)
        self.look.setEnabled(False)
        self.look.setToolTip(sentence)
        self.told.emit(sentence)

    @Slot()
    def show_relief(self) -> None:
        """Show the surface in three dimensions as it is now, where it is to be seen."""
        if self._is_open and not self.relief.isHidden():
            self.third.fill(self._balls())

    def paint_figure(
        self,
        painter: QPainter,
        area: QRectF,
        landscape: Landscape | None,
        paint_map: Callable[[QRectF], None],
    ) -> None:
        """Paint what the user sees of a landscape: the map, by `paint_map`, and the third dimension."""
        if landscape is not None and landscape is not self._landscape:
            self.show_landscape(landscape)
        rows = self._rows()
        if rows:
            below = list_height(self._theme, len(rows))
            paint_list(
                painter,
                self._theme,
                QRectF(area.left() + 12, area.bottom() - below, area.width() - 24, below),
                rows,
                self.desk.chosen,
            )
            area = area.adjusted(0, 0, 0, -below)
        if self.third.surface is None or not self.has_relief or not self.relief.is_available():
            paint_map(area)
            return
        map_area, relief_area = split(area, LOOKS[self.look.currentIndex()])
        self.third.fill(self._balls())
        self.relief.paint_figure(painter, relief_area)
        if map_area is not None:
            paint_map(map_area)

    # The film.

    def descent(self) -> Descent | None:
        """Return the film of what is known now; None before there is a surface."""
        landscape, desk = self._landscape, self.desk
        if (
            landscape is None
            or landscape.surface is None
            or landscape.ground is None
            or landscape.shadow is None
        ):
            return None
        shadow = replace(landscape.shadow, costs=self.third.costs(landscape))
        return Descent(
            self._theme,
            replace(landscape, shadow=shadow),
            landscape.ground.window,
            LOOKS[self.look.currentIndex()] if not self.relief.isHidden() else "Map",
            self.third.scale,
            self.relief.camera,
            self._is_logarithmic(),
            list(zip(desk.balls, desk.walks, ROLES, strict=False)),
            desk.n_samples,
        )

    @Slot()
    def _make_film(self) -> None:
        descent = self.descent()
        if descent is None:
            self.failed.emit("There is no surface yet that a film could show.")
        else:
            self.filming.make(descent)

    # What is shown.

    def forget_path(self) -> None:
        """Forget what the path's positions cost: it is another path."""
        self.third.forget_path()

    def take_snapshot(self, snapshot: Snapshot) -> None:
        """Let the balls go if the run is another one: a branch leaves them where they are."""
        hyper = snapshot.hyper
        self.controls.batch_size = hyper.batch_size
        if self.desk.balls and self._held_for != snapshot.spec:
            self.desk.clear()
            self.released.emit()
        if not self.desk.balls:
            self._held_for = snapshot.spec
            if hyper != self._hyper:  # what the user has typed for the first ball stays otherwise
                self._hyper = hyper
                self.controls.show_numbers(PlaneBall(Ball((0.0, 0.0), hyper.eta, hyper.momentum)))

    def show_landscape(self, landscape: Landscape | None) -> None:
        """Show a landscape; in three dimensions that of before stays until this one is fine enough."""
        self._landscape = landscape
        self.third.take(landscape)
        self.show_relief()

    @property
    def held(self) -> Plane | None:
        """The plane that the balls hold fast."""
        return self.desk.plane

    def paint_on_map(self, painter: QPainter, chart: Chart) -> None:
        """Paint the balls, and the ways that they have come."""
        if not self.desk.walks:
            return
        painter.save()
        painter.setClipRect(chart.box)
        paint_marks(painter, self._theme, self._balls(), lambda points: pixels(chart, points))
        painter.restore()

    def _balls(self) -> Marks:
        return ball_marks(self.desk.walks, ROLES, self.desk.chosen)

    @Slot()
    def _show_balls(self) -> None:
        count = len(self.desk.balls)
        self.list.setFixedHeight(round(list_height(self._theme, max(count, 1))))
        self.list.setAccessibleDescription(". ".join(" ".join(row[1:]) for row in self._rows()))
        self.list.update()
        self._canvas.update()
        self.show_relief()

    def _rows(self) -> list[tuple[str, str, str]]:
        desk = self.desk
        return [
            (role, name_of(ball, desk.n_samples), told(walk))
            for ball, walk, role in zip(desk.balls, desk.walks, ROLES, strict=False)
        ]

    def _paint_list(self, painter: QPainter, area: QRectF) -> None:
        rows = self._rows() or [("line", HINT, "")]
        paint_list(painter, self._theme, area, rows, self.desk.chosen)

    # The balls.

    @Slot(bool)
    def _take_balls(self, wanted: bool) -> None:
        self.controls.setVisible(wanted)
        self.list.setVisible(wanted and self._has_list)
        self.fit(self._view.size())
        if wanted:
            self._show_balls()
        elif self.desk.balls:
            self.desk.clear()
            self.released.emit()

    def put(self, point: tuple[float, float]) -> None:
        """Put the chosen ball at a point of the plane, if the user wants balls."""
        if not self.with_balls.isChecked():
            return
        landscape = self._landscape
        if self.desk.plane is None and (landscape is None or not self._take_ground(landscape.spec.over)):
            return
        self.desk.put(point, self.controls.ball_at(point))

    def change_cost(self, over: CostOver) -> None:
        """Have the balls roll on the cost over other samples: the user has chosen them."""
        if self.desk.balls and over != self._over:
            self._take_ground(over)

    def let_go(self) -> None:
        """Take the balls away: the user has chosen another plane."""
        self.desk.clear()

    def _take_ground(self, over: CostOver) -> bool:
        """Let balls roll on a cost, on the plane that they hold, or on that of the map."""
        where, plane = self._whereabouts(), self.desk.plane
        if plane is None and self._landscape is not None and self._landscape.ground is not None:
            plane = self._landscape.ground.plane
        if where is None or plane is None:
            return False
        self._over = over
        self.desk.set_ground(PlaneGround(plane, where, over))
        return True

    @Slot(float, float)
    def nudge(self, right: float, up: float) -> None:
        """Put the chosen ball a little further, or one into the middle of the map."""
        window = (
            None
            if self._landscape is None or self._landscape.ground is None
            else self._landscape.ground.window
        )
        if window is None:
            return
        desk = self.desk
        if len(desk.walks) > desk.chosen:
            alpha, beta = desk.walks[desk.chosen].points[-1].tolist()
        else:
            alpha, beta = (window.left + window.right) / 2, (window.bottom + window.top) / 2
        self.put(_moved((alpha, beta), window, A_KEY * right, A_KEY * up))

    @Slot()
    def go_for_real(self) -> None:
        """Have a branch of the run begin where the chosen ball is."""
        desk = self.desk
        plane = desk.plane
        if plane is None or len(desk.walks) <= desk.chosen:
            return
        theta = plane.theta(desk.walks[desk.chosen].points[-1])
        placement = Placement.at(0, theta)
        self.branch_wanted.emit(lambda step: Placement(step, placement.theta))
        self.told.emit(
            f"A branch begins at the ball, with all {theta.size:,} parameters: Run trains it from there. "
            "The timeline leads back to the other branches."
        )


def _moved(point: tuple[float, float], window: Window, right: float, up: float) -> tuple[float, float]:
    """Return a point a little further, inside a window; shares of its sides."""
    alpha = point[0] + right * (window.right - window.left)
    beta = point[1] + up * (window.top - window.bottom)
    return min(max(alpha, window.left), window.right), min(max(beta, window.bottom), window.top)
