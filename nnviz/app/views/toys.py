"""Toy surfaces: balls roll over a curve, a bowl, a ravine, … to understand descent before a network descends."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from nnviz.app.graphics.canvas import Canvas
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.inspector_canvas import InspectorCanvas
from nnviz.app.graphics.landscape.height_scale import HeightScale, takes_logarithms
from nnviz.app.graphics.landscape.toy_picture import (
    NAMES,
    ToyPicture,
    foot_height,
    head_height,
    marks_of,
    paint_foot,
    paint_head,
    shown_of,
)
from nnviz.app.graphics.landscape.toy_words import figures, name_of, sentence
from nnviz.app.theme import Theme
from nnviz.app.views.relief_canvas import ReliefCanvas
from nnviz.app.views.toy_controls import ROLES, SPEEDS, ToyControls
from nnviz.app.views.view import View
from nnviz.core.balls import Ball
from nnviz.core.race import MOST_BALLS, Race, toy_surface
from nnviz.core.surfaces import TOYS, Toy
from nnviz.core.survey import Surface
from nnviz.run.snapshot import Snapshot

TITLE = "Toy surfaces"
LOGARITHMIC = ("Rosenbrock",)
"""Toys whose heights differ so much that only their logarithms can be seen beside each other."""
COARSE = 80
"""Cells to each side of the surface in three dimensions."""
SHARE = 0.52
"""Of the width, the map's; the rest is the relief's."""
LEAST_WIDTH, LEAST_HEIGHT = 620.0, 240.0
"""Pixels, at the usual size of text, from which the relief has room beside the map."""
LEAST_HEAD = 330.0
"""Pixels of height from which the formula has room above."""
SECOND_ROW = 190.0
"""Pixels of height from which the second row of controls has room."""
FOOT = 0.16
"""The share of the height that what is told may take."""
A_KEY = 1 / 40
"""How far an arrow key moves a ball, as a share of the picture."""


class ToysView(View):
    """A toy surface as a map, or as a curve, and in three dimensions, with up to four balls on it.

    A click puts the chosen ball there; so do the arrow keys. A click on another ball chooses that. Nothing here
    depends on the run: what a ball does is a function of the toy, its start, η, μ and the number of steps.

    Parameters
    ----------
    theme : Theme
    """

    figure_size = QSize(1120, 560)
    told = Signal(str)
    """A sentence, once: that there is no OpenGL."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, TITLE)
        self.race = Race(TOYS[0])
        self.chosen = 0
        self._surface: Surface | None = None
        self._coarse: Surface | None = None
        self._scale = HeightScale(0.0, 1.0)
        self._picture = ToyPicture(theme, TOYS[0], None, self._scale)
        self._shown = shown_of(self.race, None, ROLES, 0)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._run_on)
        self._set_speed(SPEEDS[1])
        self.controls = ToyControls(theme)
        self.head = Canvas(theme, self._paint_head, "Formula")
        self.canvas = InspectorCanvas(theme, self._paint, "Toy surface")
        self.canvas.hovered.connect(self._point_at)
        self.canvas.clicked.connect(self._click)
        self.canvas.moved.connect(self._move)
        self.relief = ReliefCanvas(theme)
        self.relief.unavailable.connect(self._do_without_relief)
        self.foot = Canvas(theme, self._paint_foot, "What happens")
        for strip in (self.head, self.foot):
            strip.setMinimumSize(40, 0)
            strip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        pictures = QHBoxLayout()
        pictures.setSpacing(8)
        pictures.addWidget(self.canvas, 52)
        pictures.addWidget(self.relief, 48)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addWidget(self.controls)
        column.addWidget(self.head)
        column.addLayout(pictures, 1)
        column.addWidget(self.foot)
        controls = self.controls
        controls.toy_chosen.connect(self.choose_toy)
        controls.wanted.connect(self._do)
        controls.speed_chosen.connect(self._set_speed)
        controls.ball_chosen.connect(self.choose_ball)
        controls.ball_added.connect(self.add_ball)
        controls.ball_removed.connect(self.remove_ball)
        controls.ball_changed.connect(self.change_ball)
        controls.look_changed.connect(self._take_look)
        self.choose_toy(TOYS[0])

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show nothing of the run."""

    # What is chosen.

    @Slot(object)
    def choose_toy(self, toy: Toy) -> None:
        """Show another surface, with one ball at its start."""
        self.stop()
        self.race = Race(toy)
        self.chosen = 0
        self._surface = toy_surface(toy) if toy.dimensions == 2 else None
        self._coarse = toy_surface(toy, COARSE) if toy.dimensions == 2 else None
        extremes = None if self._surface is None else self._surface.extremes
        self.controls.log.blockSignals(True)
        self.controls.log.setEnabled(extremes is not None and takes_logarithms(*extremes))
        self.controls.log.setChecked(toy.name in LOGARITHMIC)
        self.controls.log.blockSignals(False)
        self.controls.show_toy(toy)
        self._take_look()
        self._show_balls()

    @Slot()
    def _take_look(self) -> None:
        extremes = None if self._surface is None else self._surface.extremes
        self._scale = HeightScale.of(extremes, self.controls.log.isChecked())
        self._picture = ToyPicture(self.theme, self.race.toy, self._surface, self._scale)
        self._picture.has_slopes = self.controls.slopes.isChecked()
        self._fit()
        self._show_race()

    @Slot(int)
    def choose_ball(self, place: int) -> None:
        """Have the controls, clicks and arrow keys act on another ball."""
        if 0 <= place < len(self.race.balls):
            self.chosen = place
            self._show_balls()

    @Slot()
    def add_ball(self) -> None:
        """Add a ball at the start, with an η that is too large, one that is too small, or with momentum."""
        toy, count = self.race.toy, len(self.race.balls)
        if count >= MOST_BALLS:
            return
        small, good, large = toy.etas
        kinds = [(large, 0.0), (small, 0.0), (good, 0.8)]
        eta, momentum = kinds[(count - 1) % len(kinds)]
        self.race.add(Ball(toy.start, eta, momentum))
        self.chosen = count
        self._show_balls()

    @Slot()
    def remove_ball(self) -> None:
        """Take the chosen ball away; the last one stays."""
        self.race.remove(self.chosen)
        self.chosen = min(self.chosen, len(self.race.balls) - 1)
        self._show_balls()

    @Slot(float, float)
    def change_ball(self, eta: float, momentum: float) -> None:
        """Have the chosen ball roll with another η and μ, from its start."""
        ball = self.race.balls[self.chosen]
        self.race.change(self.chosen, replace(ball, eta=eta, momentum=momentum))
        self._show_balls()

    def put_ball(self, point: tuple[float, ...]) -> None:
        """Put the chosen ball somewhere."""
        self.race.put(self.chosen, point)
        self._show_balls()

    # Steps.

    @property
    def is_running(self) -> bool:
        """Whether the balls make step after step."""
        return self._timer.isActive()

    @Slot(str)
    def _do(self, what: str) -> None:
        if what == "run" and not self.is_running:
            self.run()
            return
        self.stop()
        if what == "step":
            self.race.advance()
        elif what == "back":
            self.race.back()
        elif what == "reset":
            self.race.reset()
        self._show_balls()

    def run(self) -> None:
        """Make step after step, until all balls have diverged or it takes too long."""
        self._timer.start()
        self._run_on()

    @Slot()
    def _run_on(self) -> None:
        if not self.race.advance():
            self.stop()
        self._show_balls()

    def stop(self) -> None:
        """Make no more steps."""
        self._timer.stop()

    @Slot(int)
    def _set_speed(self, steps_a_second: int) -> None:
        self._timer.setInterval(round(1000 / steps_a_second))

    def hideEvent(self, event: QHideEvent) -> None:
        """Make no steps that nobody sees."""
        super().hideEvent(event)
        self.stop()
        self._show_running()

    # What is shown.

    def _show_balls(self) -> None:
        self.controls.show_balls(self.race.balls, self.chosen)
        self._show_running()
        self._show_race()

    def _show_running(self) -> None:
        self.controls.show_running(self.is_running, self.race.step > 0)

    def _show_race(self) -> None:
        lines = len(self._shown.told)
        self._shown = shown_of(self.race, self._surface, ROLES, self.chosen)
        if lines != len(self._shown.told):
            self._fit()
        if self._has_relief():
            self.relief.show_surface(self._coarse, self._scale, marks_of(self._shown), NAMES)
        told = self._shown.told[self.chosen]
        name = name_of(self.race.balls[self.chosen])
        self.canvas.setAccessibleDescription(f"{name}: {figures(told)}. {sentence(told)}")
        for part in (self.head, self.canvas, self.foot):
            part.update()

    @Slot(str)
    def _do_without_relief(self, sentence: str) -> None:
        """Say once that there is no third dimension here, and let the map carry everything."""
        self.controls.relief.setEnabled(False)
        self.controls.relief.setToolTip(sentence)
        self.told.emit(sentence)

    def _wants_relief(self, width: float, height: float) -> bool:
        scale = self.theme.text_scale
        has_room = width >= LEAST_WIDTH * scale and height >= LEAST_HEIGHT * scale
        return has_room and self._surface is not None and self.controls.relief.isChecked()

    def _has_relief(self) -> bool:
        return self.isVisible() and self.relief.isVisibleTo(self)

    def _fit(self) -> None:
        """Give room to what matters most."""
        wanted = self._wants_relief(self.width(), self.height())
        # What draws in three dimensions is loaded where somebody is going to see it.
        self.relief.setVisible(wanted and (not self.isVisible() or self.relief.is_available()))
        self.head.setVisible(self.height() >= LEAST_HEAD * self.theme.text_scale)
        self.head.setFixedHeight(round(head_height(self.theme, self.race.toy)))
        self.foot.setFixedHeight(round(foot_height(self.theme, self._shown, FOOT * self.height())))
        self.controls.show_second_row(self.height() >= SECOND_ROW * self.theme.text_scale)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give room to what matters most."""
        super().resizeEvent(event)
        self._fit()
        self._show_race()

    def showEvent(self, event: QShowEvent) -> None:
        """Take up what room there is."""
        super().showEvent(event)
        self._fit()
        self._show_race()

    # Painting.

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint formula, map or curve, relief, and what happens."""
        theme = self.theme
        head = head_height(theme, self.race.toy) if area.height() >= LEAST_HEAD else 0.0
        foot = foot_height(theme, self._shown, FOOT * area.height())
        if head:
            paint_head(painter, theme, QRectF(area.left(), area.top(), area.width(), head), self.race.toy)
        body = area.adjusted(0, head + 6 if head else 0, 0, -foot - 6)
        if self._wants_relief(area.width(), area.height()) and self.relief.is_available():
            left = SHARE * body.width()
            self.relief.show_surface(self._coarse, self._scale, marks_of(self._shown), NAMES)
            self.relief.paint_figure(painter, body.adjusted(left + 4, 0, 0, 0))
            body = body.adjusted(0, 0, left - body.width() - 4, 0)
        self._picture.paint(painter, body, self._shown)
        paint_foot(
            painter, theme, QRectF(area.left(), area.bottom() - foot + 4, area.width(), foot), self._shown
        )

    def _paint_head(self, painter: QPainter, area: QRectF) -> None:
        paint_head(painter, self.theme, area, self.race.toy)

    def _paint_foot(self, painter: QPainter, area: QRectF) -> None:
        paint_foot(painter, self.theme, area.adjusted(0, 2, 0, 0), self._shown)

    def _inner(self, area: QRectF) -> QRectF:
        return area.adjusted(2, 2, -2, -2)

    def _paint(self, painter: QPainter, area: QRectF) -> None:
        inner = self._inner(area)
        self._picture.paint(painter, inner, self._shown, is_live=True)
        pointer = self.canvas.pointer
        if pointer is None or inner.width() < 20 or inner.height() < 20:
            return
        ball = self._picture.ball_at(pointer, inner, self._shown)
        point = self._picture.at(pointer, inner)
        if ball is not None:
            told = self._shown.told[ball]
            lines = [name_of(self.race.balls[ball]), figures(told), sentence(told)]
        elif point is not None:
            lines = self._picture.numbers_at(point)
        else:
            return
        about = QRectF(pointer.x() - 6, pointer.y() - 6, 12, 12)
        paint_panel(painter, self.theme, inner, about, lines, 10)

    # The pointer and the keys.

    @Slot(object)
    def _point_at(self, point: QPointF | None) -> None:
        inside = point is not None and self._picture.at(point, self._area()) is not None
        self.canvas.setCursor(Qt.CursorShape.CrossCursor if inside else Qt.CursorShape.ArrowCursor)
        self.canvas.update()

    def _area(self) -> QRectF:
        return self._inner(QRectF(self.canvas.rect()))

    @Slot(QPointF)
    def _click(self, pixel: QPointF) -> None:
        ball = self._picture.ball_at(pixel, self._area(), self._shown)
        point = self._picture.at(pixel, self._area())
        if ball is not None and ball != self.chosen:
            self.choose_ball(ball)
        elif point is not None:
            self.put_ball(point)

    @Slot(int, int)
    def _move(self, rows: int, columns: int) -> None:
        """Put the chosen ball a little further, from where it is, inside the picture."""
        window = self.race.toy.window
        now = self.race.way(self.chosen)[-1].point
        by = (columns * A_KEY * (window.right - window.left), -rows * A_KEY * (window.top - window.bottom))
        low, high = (window.left, window.bottom), (window.right, window.top)
        moved = zip(now.tolist(), by, low, high, strict=False)
        self.put_ball(tuple(min(max(x + step, least), most) for x, step, least, most in moved))

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        super().take_up_theme()
        self._fit()
        self._show_race()
