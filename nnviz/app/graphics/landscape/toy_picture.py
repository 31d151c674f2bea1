"""A toy surface as a picture: its map or its curve, the balls on it, and what there is to be told of them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.equations import equation_size, paint_equation
from nnviz.app.graphics.landscape.heat_map import HeatMap
from nnviz.app.graphics.landscape.height_scale import HeightScale
from nnviz.app.graphics.landscape.marks import Marble, Marks, Trail
from nnviz.app.graphics.landscape.paint_marks import paint_marks
from nnviz.app.graphics.landscape.toy_curve import Tangent, ToyCurve, ball_on_curve, on_curve
from nnviz.app.graphics.landscape.toy_words import figures, name_of, sentence, short_sentence
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, fitting, line_height, number, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.race import Race
from nnviz.core.surfaces import Toy
from nnviz.core.survey import Surface
from nnviz.core.telling import Told, tell

Doubles = NDArray[np.float64]

NAMES = ("x", "y", "C")
POINTS = 10.0
FORMULA_POINTS = 11.0
NEAR = 12.0
"""Pixels between the pointer and a ball that it means, at most."""
ARROWS = 15
"""Slopes are shown at so many places across, and as many in proportion upwards."""
SHORTEST = 0.25
"""How long the shortest arrow is beside the longest, whose slope is the steepest."""


@dataclass(frozen=True, eq=False)
class Shown:
    """Everything a picture shows, as it is at one step.

    Parameters
    ----------
    race : Race
    told : tuple of Told
        Of each ball.
    roles : tuple of str
        The colour of each ball.
    chosen : int
    """

    race: Race
    told: tuple[Told, ...]
    roles: tuple[str, ...]
    chosen: int


def shown_of(race: Race, surface: Surface | None, roles: tuple[str, ...], chosen: int) -> Shown:
    """Return how a race is at its present step."""
    told = tuple(
        tell(race.toy, ball, race.way(place), race.has_diverged(place), surface)
        for place, ball in enumerate(race.balls)
    )
    return Shown(race, told, roles, chosen)


def marks_of(shown: Shown) -> Marks:
    """Return trails and balls of a race on a surface of two variables."""
    race = shown.race
    trails, marbles = [], []
    for place, ball in enumerate(race.balls):
        way = race.way(place)
        points = np.array([footprint.point for footprint in way])
        costs = np.array([footprint.cost for footprint in way])
        trails.append(Trail(points, costs, shown.roles[place]))
        following = race.next(place)
        x, y = points[-1].tolist()
        several = len(race.balls) > 1
        marbles.append(
            Marble(
                (x, y),
                float(costs[-1]),
                shown.roles[place],
                name_of(ball) if several else "",
                None if following is None else (float(following.point[0]), float(following.point[1])),
                several and place == shown.chosen,
            )
        )
    return Marks(trails, marbles)


class ToyPicture:
    """The map, or the curve, of a toy.

    Parameters
    ----------
    theme : Theme
    toy : Toy
    surface : Surface or None
        None for a curve.
    scale : HeightScale
    """

    def __init__(self, theme: Theme, toy: Toy, surface: Surface | None, scale: HeightScale) -> None:
        self._theme = theme
        self.toy = toy
        self.surface = surface
        self.scale = scale
        self.has_slopes = False
        self._backdrop = Backdrop()
        self._laid_out: tuple[Hashable, HeatMap | ToyCurve] | None = None
        x = np.linspace(toy.window.left, toy.window.right, 401)
        self._curve = (x, toy.value(x[:, np.newaxis])) if toy.dimensions == 1 else None
        self._slopes = _slopes(toy) if toy.dimensions == 2 else None

    def layout(self, area: QRectF) -> HeatMap | ToyCurve:
        """Return where everything is in an area."""
        key = (area.x(), area.y(), area.width(), area.height(), self._look())
        if self._laid_out is None or self._laid_out[0] != key:
            self._laid_out = key, self._lay_out(area)
        return self._laid_out[1]

    def _look(self) -> Hashable:
        theme = self._theme
        return theme.name, theme.colour_blind_safe, theme.text_scale, self.has_slopes

    def _lay_out(self, area: QRectF) -> HeatMap | ToyCurve:
        if self._curve is not None:
            return ToyCurve(self._theme, area, self.toy.window, *self._curve)
        assert self.surface is not None
        return HeatMap(self._theme, area, self.surface, self.scale, NAMES)

    def paint(self, painter: QPainter, area: QRectF, shown: Shown, is_live: bool = False) -> None:
        """Paint it; `is_live` for the widget on the screen, where what stands still is kept."""
        if area.width() < 20 or area.height() < 20:
            return
        layout = self.layout(area) if is_live else self._lay_out(area)

        def draw(onto: QPainter, _: QRectF) -> None:
            layout.paint(onto)
            if isinstance(layout, HeatMap) and self.has_slopes:
                self._paint_slopes(onto, layout)

        if is_live:
            self._backdrop.paint(painter, area, (self._look(), id(self)), draw)
        else:
            draw(painter, area)
        if isinstance(layout, ToyCurve):
            layout.paint_marks(painter, self._marks_on_curve(shown), self._tangent(shown))
            return
        painter.save()
        painter.setClipRect(layout.box)
        paint_marks(painter, self._theme, marks_of(shown), layout.points)
        painter.restore()

    def _marks_on_curve(self, shown: Shown) -> Marks:
        race = shown.race
        trails, marbles = [], []
        several = len(race.balls) > 1
        for place, ball in enumerate(race.balls):
            way = race.way(place)
            points = np.array([footprint.point for footprint in way])
            costs = np.array([footprint.cost for footprint in way])
            role = shown.roles[place]
            trails.append(on_curve(points, costs, role))
            x, value = float(points[-1, 0]), float(costs[-1])
            name = name_of(ball) if several else ""
            marbles.append(ball_on_curve(x, value, role, name, several and place == shown.chosen))
        return Marks(trails, marbles)

    def _tangent(self, shown: Shown) -> Tangent | None:
        now = shown.race.way(shown.chosen)[-1]
        following = shown.race.next(shown.chosen)
        if following is None:
            return None
        return Tangent(
            float(now.point[0]),
            now.cost,
            float(now.gradient[0]),
            float(following.point[0]),
            following.cost,
        )

    def _paint_slopes(self, painter: QPainter, layout: HeatMap) -> None:
        """Paint small arrows downhill, all over the map."""
        assert self._slopes is not None
        points, downhill, strength = self._slopes
        box = layout.box
        window = self.toy.window
        reach = 0.42 * box.width() / ARROWS
        pixels = np.array([(p.x(), p.y()) for p in layout.points(points).toList()])
        scale = np.array(
            [box.width() / (window.right - window.left), -box.height() / (window.top - window.bottom)]
        )
        way = downhill * scale
        lengths = np.linalg.norm(way, axis=1, keepdims=True)
        unit = np.divide(way, lengths, out=np.zeros_like(way), where=lengths > 0)
        way = unit * (reach * (SHORTEST + (1 - SHORTEST) * strength))[:, np.newaxis]
        side = np.stack([-unit[:, 1], unit[:, 0]], axis=1)
        ends, starts = pixels + way, pixels - way
        head = 0.35 * reach
        wings = [ends - head * (unit + turn * 0.6 * side) for turn in (-1, 1)]
        lines = [
            QLineF(*one, *other)
            for to in (starts, *wings)
            for one, other in zip(ends.tolist(), to.tolist(), strict=True)
        ]
        painter.save()
        painter.setClipRect(box)
        for role, width in (("background", 3.2), ("text", 1.3)):
            painter.setPen(QPen(self._theme.colour(role, 0.35 if width > 2 else 0.65), width))
            painter.drawLines(lines)
        painter.restore()

    # The pointer.

    def at(self, pixel: QPointF, area: QRectF) -> tuple[float, ...] | None:
        """Return the point of the toy under a pixel; None beside it."""
        layout = self.layout(area)
        if isinstance(layout, HeatMap):
            return layout.at(pixel)
        x = layout.at(pixel)
        return None if x is None else (x,)

    def ball_at(self, pixel: QPointF, area: QRectF, shown: Shown) -> int | None:
        """Return the place of the ball under a pixel; of several, the one on top."""
        found = None
        for place in range(len(shown.told)):
            where = self.where(shown.race.way(place)[-1].point, shown.told[place].cost, area)
            if QLineF(where, pixel).length() <= NEAR:
                found = place
        return found

    def where(self, point: Doubles, value: float, area: QRectF) -> QPointF:
        """Return where a point of the toy lies, in pixels."""
        layout = self.layout(area)
        if isinstance(layout, HeatMap):
            return layout.point((float(point[0]), float(point[1])))
        return layout.point(float(point[0]), value)

    def numbers_at(self, point: tuple[float, ...]) -> list[str]:
        """Return value and slope at a point, in words."""
        there = np.array(point)
        value, gradient = float(self.toy.value(there)), self.toy.gradient(there)
        place = ", ".join(f"{name} = {number(x, 3)}" for name, x in zip(NAMES, point, strict=False))
        if len(point) == 1:
            return [f"C = {number(value, 3)}", place, f"slope C′ = {number(float(gradient[0]), 3)}"]
        slope = ", ".join(number(float(part), 3) for part in gradient)
        return [f"C = {number(value, 3)}", place, f"∇C = ({slope})"]


def _slopes(toy: Toy) -> tuple[Doubles, Doubles, Doubles]:
    """Return places all over a toy, −∇C there, and how strong that is beside the strongest, 0 to 1."""
    window = toy.window
    apart = (window.right - window.left) / ARROWS
    rows = max(round((window.top - window.bottom) / apart), 2)
    x = window.left + (np.arange(ARROWS) + 0.5) * apart
    y = window.bottom + (np.arange(rows) + 0.5) * (window.top - window.bottom) / rows
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    downhill = -toy.gradient(points)
    strength = np.linalg.norm(downhill, axis=1)
    strongest = float(strength.max()) or 1.0
    return points, downhill, (strength / strongest) ** 0.4  # so that gentle slopes are seen beside steep ones


def paint_head(painter: QPainter, theme: Theme, area: QRectF, toy: Toy) -> None:
    """Write a toy's formula and, where there is room beside it, what there is to be seen on it."""
    size = equation_size(theme, toy.formula, FORMULA_POINTS)
    widest = min(size.width(), area.width())
    height = size.height() * widest / max(size.width(), 1.0)
    top = area.top() + (area.height() - height) / 2
    paint_equation(painter, theme, QPointF(area.left(), top), toy.formula, FORMULA_POINTS, widest=widest)
    rest = area.adjusted(widest + 18, 0, 0, 0)
    if text_width(theme, toy.lesson, POINTS) <= rest.width():
        write(painter, theme, rest, toy.lesson, RIGHT | MIDDLE, POINTS, "muted")


def head_height(theme: Theme, toy: Toy) -> float:
    """Return how much room a toy's formula takes."""
    return max(equation_size(theme, toy.formula, FORMULA_POINTS).height(), line_height(theme, POINTS)) + 4


def paint_foot(painter: QPainter, theme: Theme, area: QRectF, shown: Shown) -> None:
    """Write a line for each ball, or for the chosen one if there is room for no more: what happens to it."""
    line = line_height(theme, POINTS)
    places = list(range(len(shown.told)))
    if area.height() < line * len(places) - 1:
        places = [shown.chosen]
    names = [name_of(shown.race.balls[place]) for place in places]
    widest = max(text_width(theme, name, POINTS, strong=True) for name in names)
    numbers = [figures(shown.told[place]) for place in places]
    column = max(text_width(theme, text, POINTS) for text in numbers)
    longest = max(text_width(theme, sentence(shown.told[place]), POINTS) for place in places)
    has_numbers = (
        0.96 * line + widest + 14 + column + 14 + longest <= area.width()
    )  # beside all, or beside none
    for row, (place, name, text) in enumerate(zip(places, names, numbers, strict=True)):
        told = sentence(shown.told[place])
        y = area.top() + row * line
        dot = 0.32 * line
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(shown.roles[place]))
        painter.drawEllipse(QPointF(area.left() + dot, y + line / 2), dot, dot)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        left = area.left() + 3 * dot
        write(painter, theme, QRectF(left, y, widest + 4, line), name, LEFT | MIDDLE, POINTS, strong=True)
        left += widest + 14
        if has_numbers:
            write(painter, theme, QRectF(left, y, column + 4, line), text, LEFT | MIDDLE, POINTS, "muted")
            left += column + 14
        place_of_sentence = QRectF(left, y, area.right() - left, line)
        words = fitting(theme, [told, short_sentence(shown.told[place])], place_of_sentence.width(), POINTS)
        write(painter, theme, place_of_sentence, words, LEFT | MIDDLE, POINTS)


def foot_height(theme: Theme, shown: Shown, room: float) -> float:
    """Return how much of some room the lines below a picture take."""
    line = line_height(theme, POINTS)
    wanted = line * len(shown.told) + 4
    return wanted if wanted <= room else line + 4
