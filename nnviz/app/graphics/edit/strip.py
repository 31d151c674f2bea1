"""The samples that edits made another digit of: a grid of their images, of which a part is in sight."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from nnviz.app.graphics.edit.ways import MARKS, ROLES, way_of
from nnviz.app.graphics.number_images import image_of
from nnviz.app.graphics.pad.surface import ink_colours
from nnviz.app.graphics.text import CENTRE, MIDDLE, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.data.dataset import Samples
from nnviz.run.effect import Effect

SMALL = 9.0
TILE, GAP = 42.0, 6.0
"""The side of a sample's image at the usual size of text, and the room between two, in pixels."""
FLAT = 0.4
"""The height of a sample that is no image, as a share of its width."""
BAR = 4.0
"""Pixels across the bar that says which part is in sight."""


class SampleStrip:
    """The grid. It turns to the chosen sample where that is one of them, and else by the wheel.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    row : int
        The first that is in sight.
    tiles : list of (int, QRectF)
        The samples that were painted last, and where.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._effect: Effect | None = None
        self._test: Samples | None = None
        self._shape: tuple[int, int] | None = None
        self._chosen: int | None = None
        self.row = 0
        self._across = self._down = 1
        self._images: tuple[Hashable, list[QImage]] = ((), [])
        self.tiles: list[tuple[int, QRectF]] = []

    def show(self, effect: Effect | None, test: Samples | None, shape: tuple[int, int] | None) -> None:
        """Take an effect, the samples it is about, and how their pixels lie in an image."""
        if effect is self._effect and test is self._test and shape == self._shape:
            return
        self.row, self._chosen = 0, None
        self._effect, self._test, self._shape = effect, test, shape
        self._images = ((), [])
        self.tiles = []

    @property
    def _rows(self) -> int:
        count = 0 if self._effect is None else len(self._effect.changed)
        return -(-count // self._across)

    def scroll(self, rows: int) -> bool:
        """Go so many rows on, as far as there are; return whether others are in sight."""
        before = self.row
        self.row = min(max(self.row + rows, 0), max(self._rows - self._down, 0))
        return self.row != before

    def paint(self, painter: QPainter, area: QRectF, chosen: int | None) -> None:
        """Paint as many of the samples as have room."""
        theme, effect, test = self._theme, self._effect, self._test
        self.tiles = []
        if effect is None or test is None or not len(effect.changed):
            return
        rows, cols = self._shape or (1, test.images.shape[1])
        side, line = TILE * theme.text_scale, line_height(theme, SMALL)
        tall = side * min(rows / cols, 1.0) if self._shape else FLAT * side
        wide = side * min(cols / rows, 1.0)
        cell = max(wide, text_width(theme, "9→9 ✗", SMALL))
        self._across = int((area.width() - BAR) // (cell + GAP))
        self._down = int((area.height() + GAP) // (tall + line + GAP))
        if self._across < 1 or self._down < 1:
            self._across, self._down = 1, 1
            return
        self._turn_to(chosen)
        first = self.row * self._across
        shown = effect.changed[first : first + self._across * self._down]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for slot, (index, image) in enumerate(
            zip(shown.tolist(), self._painted(shown.tolist()), strict=True)
        ):
            left = area.left() + slot % self._across * (cell + GAP)
            top = area.top() + slot // self._across * (tall + line + GAP)
            tile = QRectF(round(left + (cell - wide) / 2), round(top), wide, tall)
            painter.drawImage(tile, image)
            is_chosen = index == chosen
            painter.setPen(QPen(theme.colour("highlight" if is_chosen else "line"), 3 if is_chosen else 1))
            painter.drawRect(tile.adjusted(-1.5, -1.5, 1.5, 1.5) if is_chosen else tile)
            caption = QRectF(left, tile.bottom(), cell, line)
            way = way_of(effect, test, index)
            text = f"{effect.before.predicted[index]}→{effect.after.predicted[index]} {MARKS[way]}"
            write(painter, theme, caption, text, CENTRE | MIDDLE, SMALL, ROLES[way])
            self.tiles.append((index, tile.united(caption)))
        self._paint_bar(painter, area)

    def _turn_to(self, chosen: int | None) -> None:
        """Bring the chosen sample into sight, once, and keep the end of the grid at the bottom."""
        if self._effect is not None and chosen is not None and chosen != self._chosen:
            found = np.flatnonzero(self._effect.changed == chosen)
            row = int(found[0]) // self._across if found.size else self.row
            if not self.row <= row < self.row + self._down:
                self.row = row
        self._chosen = chosen
        self.scroll(0)

    def _painted(self, numbers: list[int]) -> list[QImage]:
        """Return the images of samples, kept from one painting to the next."""
        key = (self._theme.colours, tuple(numbers))
        if key != self._images[0] and self._test is not None:
            colours = ink_colours(self._theme.colours)
            shape = self._shape or (1, self._test.images.shape[1])
            pictures = [image_of(colours[self._test.images[number].reshape(shape)]) for number in numbers]
            self._images = (key, pictures)
        return self._images[1]

    def _paint_bar(self, painter: QPainter, area: QRectF) -> None:
        if self._rows <= self._down:
            return
        high = area.height() / self._rows
        part = QRectF(area.right() - BAR, area.top() + self.row * high, BAR, max(self._down * high, 2 * BAR))
        part.moveBottom(min(part.bottom(), area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(part, BAR / 2, BAR / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def at(self, point: QPointF) -> int | None:
        """Return the sample under a point."""
        return next((index for index, tile in self.tiles if tile.contains(point)), None)
