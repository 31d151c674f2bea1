"""A surface in three dimensions: lit, coloured by height, with contour lines on the floor, axes, trails and balls."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnviz.app.graphics.chart import Axis
from nnviz.app.graphics.landscape.camera import Camera
from nnviz.app.graphics.landscape.contour_lines import contours
from nnviz.app.graphics.landscape.gl import stage
from nnviz.app.graphics.landscape.height_scale import ColoursOf, HeightScale, height_colours, ink_on
from nnviz.app.graphics.landscape.marks import Marks, Trail
from nnviz.app.graphics.landscape.relief_shape import (
    Box,
    Mesh,
    clipped,
    contour_segments,
    mesh,
    segments,
    sphere,
    wall_lines,
)
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, RIGHT, line_height, text_width
from nnviz.app.theme import Theme
from nnviz.core.survey import Surface

if TYPE_CHECKING:
    from nnviz.app.graphics.landscape.gl_stage import Lines, Scene, Solid

Doubles = NDArray[np.float64]

POINTS = 9.0
RADIUS = 0.05
"""Of a ball; half a side of the box is 1."""
LIFT = 0.012
"""How far a trail floats above its heights, so that the surface does not swallow it."""
GHOST = 0.3
"""Opacity of what is seen through the surface."""
REACH = 14.0
"""Pixels between the pointer and the point of the surface that it means, at most."""
LEAST = 150.0
"""Pixels of a side, at the usual size of text, from which the axes are labelled."""
SLOW = 0.02
"""Seconds that a picture takes from which on drafts are drawn while the camera moves."""
FINER = 2.0
"""Pixels of the picture for a unit of a file that has none."""


class ReliefPicture:
    """The picture of one surface at a time.

    Parameters
    ----------
    theme : Theme
    colours : callable, optional
        Those of heights: a map beside it has the same.

    Attributes
    ----------
    camera : Camera
    is_moving : bool
        Whether the next picture follows soon, so that this one may be a draft where it would take too long.
    """

    def __init__(self, theme: Theme, colours: ColoursOf = height_colours) -> None:
        self._theme = theme
        self._colours = colours
        self.camera = Camera()
        self.is_moving = False
        self._seconds = 0.0
        self.surface: Surface | None = None
        self._scale = HeightScale(0.0, 1.0)
        self._marks = Marks()
        self._names = ("α", "β", "cost")
        self._mesh: Mesh | None = None
        self._scene: tuple[object, Scene] | None = None
        self._image: tuple[object, QImage] | None = None

    def show(
        self,
        surface: Surface,
        scale: HeightScale,
        marks: Marks,
        names: tuple[str, str, str] = ("α", "β", "cost"),
    ) -> None:
        """Show a surface with what moves on it.

        Parameters
        ----------
        surface : Surface
        scale : HeightScale
        marks : Marks
            Trails are drawn at their own heights, which need not be those of the surface.
        names : (str, str, str)
            Of α, of β and of the height.
        """
        if surface is not self.surface or scale is not self._scale:
            self._mesh = None
        self.surface, self._scale, self._marks, self._names = surface, scale, marks, names
        self._scene = None

    def take_up_theme(self) -> None:
        """Take up the theme's colours."""
        self._scene = None

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the picture with its labels.

        Raises
        ------
        NoGraphicsError
            If there is no OpenGL.
        """
        if self.surface is None or area.width() < 2 or area.height() < 2:
            return
        fine = painter.device().devicePixelRatioF() * painter.transform().m11()
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            fine = max(fine, FINER)
        size = (area.size() * fine).toSize()
        # What is exported stays, and is never a draft.
        is_draft = self.is_moving and self._seconds > SLOW and isinstance(painter.device(), QWidget)
        painter.drawImage(area, self._drawn(size, is_draft))
        box = Box(self.surface, self._scale)
        self._paint_balls(painter, area, box)
        if min(area.width(), area.height()) >= LEAST * self._theme.text_scale:
            self._paint_axes(painter, area, box)

    def told_at(self, pixel: QPointF, area: QRectF) -> tuple[QPointF, tuple[float, float], float] | None:
        """Return the point of the surface under a pixel: where it appears, (α, β), and its height."""
        surface = self.surface
        if surface is None:
            return None
        box = Box(surface, self._scale)
        alphas, betas = np.meshgrid(surface.alphas, surface.betas)
        seen = self.camera.seen(box.places(np.stack([alphas, betas], -1), surface.costs), area)
        off = np.hypot(seen[..., 0] - pixel.x(), seen[..., 1] - pixel.y())
        # Of those near the pointer, the one in front: what is behind it cannot be seen.
        depth = np.where(off < REACH, seen[..., 2] + off / REACH * 0.2, np.nan)
        if np.isnan(depth).all():
            return None
        i, j = np.unravel_index(int(np.nanargmin(depth)), depth.shape)
        at = (float(surface.alphas[j]), float(surface.betas[i]))
        return QPointF(float(seen[i, j, 0]), float(seen[i, j, 1])), at, float(surface.costs[i, j])

    # The picture itself.

    def _drawn(self, size: QSize, is_draft: bool) -> QImage:
        scene = self._current_scene()
        key = (scene, self.camera, size.width(), size.height(), is_draft)
        if self._image is None or self._image[0] != key:
            start = time.perf_counter()
            self._image = key, stage().draw(scene, self.camera, size, is_draft)
            if not is_draft:
                self._seconds = time.perf_counter() - start
        return self._image[1]

    def _current_scene(self) -> Scene:
        place = self.camera.position
        key = (bool(place[0] > 0), bool(place[1] > 0), self._theme.name, self._theme.colour_blind_safe)
        if self._scene is None or self._scene[0] != key:
            stage()  # so that what draws is loaded only where it can
            self._scene = key, self._make_scene(place)
        return self._scene[1]

    def _make_scene(self, camera_at: Doubles) -> Scene:
        from nnviz.app.graphics.landscape.gl_stage import Lines, Scene, Solid

        theme, surface, scale = self._theme, self.surface, self._scale
        assert surface is not None
        box = Box(surface, scale)
        if self._mesh is None:
            self._mesh = mesh(surface, box)
        colours = self._colours(theme, scale.share(surface.costs)).reshape(-1, 3) / 255
        solids = []
        if len(self._mesh.triangles):
            solids.append(Solid(self._mesh, _opaque(colours)))
        levels = [height for height, _ in scale.levels()]
        found = contours(surface, levels)
        on_floor, heights = contour_segments(found, box, on_floor=True)
        # On the floor each line has its height's colour, brought out from the ground.
        ground = theme.colour("surface")
        shades = {
            height: _blend(self._colours(theme, float(scale.share(height))), theme.colour("muted"))
            for height in levels
        }
        floor_colours = np.array([shades[height] for height in heights.tolist()], np.float32).reshape(-1, 4)
        on_surface, heights = contour_segments(found, box, on_floor=False)
        inks = {
            height: _rgba(ink_on(theme, float(scale.share(height)), 0.45, self._colours)) for height in levels
        }
        surface_colours = np.array([inks[height] for height in heights.tolist()], np.float32).reshape(-1, 4)
        walls = wall_lines(box, camera_at, [height for height, _ in scale.levels(5)])
        lines = [
            Lines(walls, _all(theme.colour("line"), len(walls))),
            Lines(on_floor, floor_colours, 1.5),
            Lines(on_surface, surface_colours),
        ]
        for trail in self._marks.trails:
            lines += self._trail_lines(trail, box)
        solids += self._balls(box)
        lines += self._plumb_lines(box)
        return Scene(ground, solids, lines)

    def _trail_lines(self, trail: Trail, box: Box) -> list[Lines]:
        from nnviz.app.graphics.landscape.gl_stage import Lines

        if len(trail.points) < 2:
            return []
        places = box.places(trail.points, trail.heights) + [0, 0, LIFT]
        starts, ends, which = clipped(places[:-1], places[1:], *box.corners)
        pieces = np.stack([starts, ends], axis=1).reshape(-1, 3)
        opacity = np.nan_to_num(trail.opacities).clip(0, 1)
        each = np.stack([opacity[which], opacity[which + 1]], axis=1).reshape(-1)
        colours = _all(self._theme.colour(trail.role), len(pieces))
        colours[:, 3] = each
        faint = colours * np.array([1, 1, 1, GHOST], np.float32)
        return [Lines(pieces, faint, 2.0, through=True), Lines(pieces, colours, 3.0)]

    def _balls(self, box: Box) -> list[Solid]:
        from nnviz.app.graphics.landscape.gl_stage import Solid

        ball = sphere(RADIUS)
        return [
            Solid(ball, np.array(_rgba(self._theme.colour(role)), np.float32), (x, y, z + 0.8 * RADIUS), True)
            for (x, y, z), role in self._ball_places(box)
        ]

    def _plumb_lines(self, box: Box) -> list[Lines]:
        """Return a line from each ball to where it stands over the floor."""
        from nnviz.app.graphics.landscape.gl_stage import Lines

        found = []
        for (x, y, z), role in self._ball_places(box):
            pieces = segments([np.array([(x, y, 0.0), (x, y, z)])])
            found.append(Lines(pieces, _all(self._theme.colour(role, 0.6), 2), 1.5, through=True))
        return found

    def _ball_places(self, box: Box) -> list[tuple[tuple[float, float, float], str]]:
        """Return where the balls that are in the box are, and their roles."""
        low, high = box.corners
        found = []
        for marble in self._marks.marbles:
            place = box.places(marble.point, marble.height)
            if np.isfinite(place).all() and (place >= low - 1e-9).all() and (place <= high + 1e-9).all():
                x, y, z = place.tolist()
                found.append(((x, y, z), marble.role))
        return found

    # What is painted over it.

    def _paint_balls(self, painter: QPainter, area: QRectF, box: Box) -> None:
        """Mark where each ball stands over the floor, and where it is, even behind a hill."""
        theme = self._theme
        for (x, y, z), role in self._ball_places(box):
            seen = self.camera.seen([(x, y, 0.0), (x, y, z + 0.8 * RADIUS), (x, y, z + 1.8 * RADIUS)], area)
            if np.isnan(seen).any():
                continue
            floor, ball = (QPointF(*place[:2].tolist()) for place in seen[:2])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(role))
            painter.drawEllipse(floor, 2.5, 2.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("text", 0.7), 1.2))
            radius = max(float(np.hypot(*(seen[2] - seen[1])[:2])), 4.0) + 1.5
            painter.drawEllipse(ball, radius, radius)

    def _paint_axes(self, painter: QPainter, area: QRectF, box: Box) -> None:
        place = self.camera.position
        (left, near, _), (right, far, _) = box.corners
        front_x, back_x = (right, left) if place[0] > 0 else (left, right)
        front_y, back_y = (far, near) if place[1] > 0 else (near, far)
        low, high = box.low, box.high
        middle = self.camera.seen((0, 0, 0), area)
        writer = _Writer(painter, self._theme, area, QPointF(*middle[:2].tolist()))
        for axis, fixed in ((0, front_y), (1, front_x)):
            marks = Axis("", float(low[axis]), float(high[axis])).marks(5)
            at = np.tile(low, (len(marks), 1))
            at[:, axis] = [value for value, _ in marks]
            share = box.across(at)[:, axis].tolist()
            places = [(x, fixed, 0.0) if axis == 0 else (fixed, x, 0.0) for x in share]
            edge = (0.0, fixed, 0.0) if axis == 0 else (fixed, 0.0, 0.0)
            seen = self.camera.seen([edge, *places], area)
            writer.write_along(seen[0], self._names[axis], seen[1:], [text for _, text in marks])
        # Heights go up at whichever end of the two walls behind is further left.
        uprights = self.camera.seen([(back_x, front_y, 0.5), (front_x, back_y, 0.5)], area)
        x, y = (back_x, front_y) if uprights[0, 0] <= uprights[1, 0] else (front_x, back_y)
        levels = self._scale.levels(5)
        steps = [(x, y, up) for up in box.up([height for height, _ in levels]).tolist()]
        top = self.camera.seen((x, y, box.corners[1][2]), area)
        writer.write_up(
            top, self._names[2], self.camera.seen(np.reshape(steps, (-1, 3)), area), [t for _, t in levels]
        )


class _Writer:
    """Writes beside the edges of the box, away from its middle, and nothing over anything else."""

    def __init__(self, painter: QPainter, theme: Theme, area: QRectF, middle: QPointF) -> None:
        self._painter = painter
        self._theme = theme
        self._area = area
        self._middle = middle
        self._line = line_height(theme, POINTS)
        self._taken: list[QRectF] = []

    def write_along(self, edge: Doubles, name: str, places: Doubles, texts: Sequence[str]) -> None:
        """Write an axis's name and its ticks along one of the floor's edges."""
        away = QPointF(float(edge[0]), float(edge[1])) - self._middle
        length = max(float(np.hypot(away.x(), away.y())), 1.0)
        out = QPointF(away.x() / length, away.y() / length)
        self._write(edge, name, out * (2.4 * self._line), "text", CENTRE | MIDDLE)
        for place, text in zip(places, texts, strict=True):
            self._write(place, text, out * (1.0 * self._line), "muted", CENTRE | MIDDLE)

    def write_up(self, top: Doubles, name: str, places: Doubles, texts: Sequence[str]) -> None:
        """Write the heights' name and ticks to the left of an upright edge."""
        self._write(top, name, QPointF(0, -0.9 * self._line), "text", CENTRE | MIDDLE)
        for place, text in zip(places, texts, strict=True):
            self._write(place, text, QPointF(-6, 0), "muted", RIGHT | MIDDLE)

    def _write(
        self, place: Doubles, text: str, by: QPointF, role: str, align: Qt.AlignmentFlag = LEFT | MIDDLE
    ) -> None:
        if not text or not np.isfinite(place).all():
            return
        theme = self._theme
        width = text_width(theme, text, POINTS) + 4
        at = QPointF(float(place[0]), float(place[1])) + by
        left = at.x() - (width if align & RIGHT else width / 2)
        row = QRectF(left, at.y() - self._line / 2, width, self._line)
        if not self._area.contains(row) or any(row.intersects(other) for other in self._taken):
            return
        self._taken.append(row)
        self._painter.setFont(theme.font(POINTS, strong=role == "text"))
        self._painter.setPen(theme.colour(role))
        self._painter.drawText(row, align, text)


def _rgba(colour: QColor) -> tuple[float, float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF(), colour.alphaF()


def _all(colour: QColor, count: int) -> NDArray[np.float32]:
    return np.tile(np.array(_rgba(colour), np.float32), (count, 1))


def _opaque(colours: Doubles) -> NDArray[np.float32]:
    return np.column_stack([colours, np.ones(len(colours))]).astype(np.float32)


def _blend(colour: Doubles, other: QColor) -> tuple[float, float, float, float]:
    """Return a colour, 0 to 255, halfway to another."""
    red, green, blue = (colour / 255).tolist()
    return (red + other.redF()) / 2, (green + other.greenF()) / 2, (blue + other.blueF()) / 2, 1.0
