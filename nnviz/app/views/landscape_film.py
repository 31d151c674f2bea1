"""The film of a descent: the run goes its way over the cost surface, then the balls that lie on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Signal, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QPushButton, QWidget

from nnviz.app.film import RATE, Film
from nnviz.app.film_writer import FilmError
from nnviz.app.graphics.landscape.camera import Camera
from nnviz.app.graphics.landscape.heat import map_colours
from nnviz.app.graphics.landscape.height_scale import HeightScale
from nnviz.app.graphics.landscape.map import MapPicture, height_text
from nnviz.app.graphics.landscape.marks import Marks
from nnviz.app.graphics.landscape.paint_marks import paint_marks
from nnviz.app.graphics.landscape.path_marks import (
    ball_marks,
    joined,
    list_height,
    name_of,
    paint_list,
    path_marks,
    pixels,
    told,
)
from nnviz.app.graphics.landscape.relief_picture import ReliefPicture
from nnviz.app.graphics.text import LEFT, MIDDLE, line_height, number, write
from nnviz.app.save_dialog import ask_where_to_save
from nnviz.app.theme import Theme
from nnviz.app.views.landscape_look import split
from nnviz.core.plane import Window
from nnviz.run.plane_race import PlaneBall, Walk
from nnviz.run.surveying import Landscape

SIZES = {"Map": QSize(960, 720), "3-D": QSize(960, 720), "Both": QSize(1280, 640)}
KINDS = {"GIF films (*.gif)": ".gif", "MP4 films (*.mp4)": ".mp4"}
SHORTEST, LONGEST = 3 * RATE, 6 * RATE
"""Pictures that the run, or the balls, are on their way."""
STILL = RATE
"""Pictures of the end."""


class Descent:
    """Paints any picture of a film of a descent. What it shows stays as it was when it was made.

    Parameters
    ----------
    theme : Theme
    landscape : Landscape
        With its surface.
    window : Window
    look : {"Map", "3-D", "Both"}
    scale : HeightScale
        Of the third dimension.
    camera : Camera
    logarithmic : bool
        Of the map.
    balls : sequence of (PlaneBall, Walk, str)
        With their roles.
    n_samples : int
        That the balls' cost is over.
    """

    def __init__(
        self,
        theme: Theme,
        landscape: Landscape,
        window: Window,
        look: str,
        scale: HeightScale,
        camera: Camera,
        logarithmic: bool,
        balls: Sequence[tuple[PlaneBall, Walk, str]] = (),
        n_samples: int = 0,
    ) -> None:
        self._theme = theme
        self._landscape, self._window, self._look = landscape, window, look
        self._scale, self._logarithmic = scale, logarithmic
        self._balls, self._n_samples = tuple(balls), n_samples
        self._map = MapPicture(theme)
        self._ground: tuple[object, QImage] | None = None
        self._last: tuple[object, QImage] | None = None
        self._relief = ReliefPicture(theme, map_colours)
        self._relief.camera = camera
        self._steps = max((walk.steps for _, walk, _ in self._balls), default=0)
        positions = len(landscape.steps)
        self._path = min(max(positions, SHORTEST), LONGEST) if positions > 1 else 0
        self._rolling = min(max(self._steps, SHORTEST), LONGEST) if self._steps else 0
        self.size = SIZES[look]
        self.count = self._path + self._rolling + STILL

    def paint(self, place: int, painter: QPainter, area: QRectF) -> None:
        """Paint a picture by its place in the film."""
        positions = len(self._landscape.steps)
        seen = positions if place >= self._path else max(1, math.ceil((place + 1) / self._path * positions))
        share = 1.0 if not self._rolling else min(max((place - self._path + 1) / self._rolling, 0.0), 1.0)
        step = round(share * self._steps)
        key = (seen, step, place < self._path, area.width(), area.height())
        if self._last is None or self._last[0] != key:  # a short way has several pictures of each step
            image = QImage(area.size().toSize(), QImage.Format.Format_RGB32)
            with QPainter(image) as onto:
                onto.setRenderHint(QPainter.RenderHint.Antialiasing)
                whole = QRectF(0, 0, area.width(), area.height())
                self._paint(onto, whole, seen, step, tells_path=place < self._path)
            self._last = key, image
        painter.drawImage(area.topLeft(), self._last[1])

    def _paint(self, painter: QPainter, area: QRectF, seen: int, step: int, tells_path: bool) -> None:
        """Paint so many positions of the path, and the balls after so many steps."""
        theme = self._theme
        painter.fillRect(area, theme.colour("surface"))
        walks = [_until(walk, step) for _, walk, _ in self._balls]
        landscape = _cut(self._landscape, seen)
        below = max(line_height(theme, 10) + 6, list_height(theme, len(walks)))
        inner = area.adjusted(16, 14, -16, -12)
        foot = QRectF(inner.left(), inner.bottom() - below, inner.width(), below)
        pictures = inner.adjusted(0, 0, 0, -below - 6)
        balls = ball_marks(walks, [role for _, _, role in self._balls], -1)
        map_area, relief_area = (pictures, None) if self._look == "Map" else split(pictures, self._look)
        if map_area is not None:
            self._paint_map(painter, map_area, landscape, balls)
        if relief_area is not None and landscape.surface is not None:
            path = Marks() if landscape.shadow is None else path_marks(landscape, landscape.shadow.costs)
            marks = joined(path, balls)
            self._relief.show(landscape.surface, self._scale, marks)
            self._relief.paint(painter, relief_area)
        if tells_path or not walks:
            write(painter, theme, foot, _sentence(landscape), LEFT | MIDDLE, 10)
        else:
            rows = [
                (role, name_of(ball, self._n_samples), told(walk))
                for (ball, _, role), walk in zip(self._balls, walks, strict=True)
            ]
            paint_list(painter, theme, foot, rows, -1)

    def _paint_map(self, painter: QPainter, area: QRectF, landscape: Landscape, balls: Marks) -> None:
        """Paint the map, whose ground is painted once: labels do not step aside for what moves."""
        key = (area.width(), area.height())
        if self._ground is None or self._ground[0] != key:
            image = QImage(area.size().toSize(), QImage.Format.Format_RGB32)
            image.fill(self._theme.colour("surface"))
            with QPainter(image) as onto:
                onto.setRenderHint(QPainter.RenderHint.Antialiasing)
                bare = replace(self._landscape, shadow=None, downhill=None)
                whole = QRectF(0, 0, area.width(), area.height())
                self._map.paint(onto, whole, bare, self._window, self._logarithmic)
            self._ground = key, image
        painter.save()
        painter.translate(area.topLeft())
        painter.drawImage(QPointF(0, 0), self._ground[1])
        self._map.paint_path(painter, landscape)
        chart = self._map.chart
        if chart is not None:
            painter.setClipRect(chart.box)
            paint_marks(painter, self._theme, balls, lambda points: pixels(chart, points))
        painter.restore()


def _until(walk: Walk, step: int) -> Walk:
    is_over = step < walk.steps
    return replace(
        walk,
        points=walk.points[: step + 1],
        costs=walk.costs[: step + 1],
        diverged=walk.diverged and not is_over,
    )


def _cut(landscape: Landscape, positions: int) -> Landscape:
    """Return a landscape whose path has come no further yet."""
    shadow = landscape.shadow
    if shadow is None or positions >= len(landscape.steps):
        return landscape
    part = slice(0, positions)
    cut = replace(
        shadow,
        coordinates=shadow.coordinates[part],
        distances=shadow.distances[part],
        costs=shadow.costs[part],
        plane_costs=shadow.plane_costs[part],
    )
    return replace(landscape, shadow=cut, steps=landscape.steps[part], downhill=None)


def _sentence(landscape: Landscape) -> str:
    text = f"step {landscape.steps[-1]:,}"
    shadow = landscape.shadow
    if shadow is not None:
        cost, distance = float(shadow.costs[-1]), float(shadow.distances[-1])
        if not math.isnan(cost):
            text += f": cost {height_text(cost)}"
        text += f", {number(distance)} away from the plane"
    return text


class FilmButton(QObject):
    """A button that asks where to, makes a film, and meanwhile tells how far it is and cancels it.

    Parameters
    ----------
    button : QPushButton
    parent : QWidget
    """

    told = Signal(str)
    failed = Signal(str)
    wanted = Signal()
    """The user has asked for a film: see `make`."""

    def __init__(self, button: QPushButton, parent: QWidget) -> None:
        super().__init__(parent)
        self._button = button
        self._window = parent
        self._film: Film | None = None
        button.clicked.connect(self._click)
        self._show_idle()

    @property
    def film(self) -> Film | None:
        """The one that is being made."""
        return self._film

    def _show_idle(self) -> None:
        self._button.setText("Film…")
        self._button.setAccessibleName("Film of the descent")
        self._button.setToolTip("Save a film of the descent as GIF or MP4: the run's way, then the balls'.")

    @Slot()
    def _click(self) -> None:
        if self._film is None:
            self.wanted.emit()
        else:
            self.cancel()
            self.told.emit("The film was left; there is no file.")

    def make(self, descent: Descent) -> None:
        """Ask where to save a film, and make it."""
        place = ask_where_to_save(self._window, "Save a film of the descent", "descent", KINDS)
        if place is not None:
            self.save_as(place[0], descent)

    def save_as(self, path: Path, descent: Descent) -> None:
        """Make a film."""
        try:
            film = Film(path, descent.count, descent.paint, descent.size, self)
        except FilmError as error:
            self.failed.emit(str(error))
            return
        self._film = film
        film.progressed.connect(self._show_progress)
        film.ended.connect(self._end)
        self._button.setAccessibleName("Cancel the film")
        self._button.setToolTip("Leave the film that is being made.")
        self._show_progress(0.0)
        film.start()

    def cancel(self) -> None:
        """Leave the film that is being made, if there is one."""
        film, self._film = self._film, None
        if film is not None:
            film.cancel()
            film.deleteLater()
            self._show_idle()

    @Slot(float)
    def _show_progress(self, share: float) -> None:
        self._button.setText(f"Cancel {100 * share:.0f} %")

    @Slot(str)
    def _end(self, failure: str) -> None:
        film, self._film = self._film, None
        if film is None:
            return
        if failure:
            self.failed.emit(failure)
        else:
            self.told.emit(f"The film was saved as {film.path}.")
        film.deleteLater()
        self._show_idle()
