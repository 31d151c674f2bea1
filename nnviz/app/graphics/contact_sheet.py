"""A contact sheet: samples by the thousands in a grid of tiles, of which only those in sight are painted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QStaticText, QTransform

from nnviz.app.graphics.colour_scales import rgb
from nnviz.app.graphics.text import line_height, text_width
from nnviz.app.theme import Theme
from nnviz.core.evaluation import NO_ANSWER

CAPTION_POINTS = 10
LEAST_GAP = 8
"""Between tiles, in pixels of the screen."""
AROUND = 3
"""From a tile to the frame around the chosen one."""
FLATTEST = 0.25
"""The least share of a tile's width or height that an image takes: inputs that are no image become a strip."""
RIGHT_MARK = " ✓"
TAKEN_FOR = " → "
ANSWERS, BESIDE = ":  ", " | "
"""Between a label and the first of two answers, and between these."""
NO_FIGURE = "–"
"""In place of the answer, where there is none."""


def ink_table(zero: str, activation: str) -> NDArray[np.uint32]:
    """Return the colours of pixels from 0, background, to 255, ink, as QImage's RGB32 has them, (256,)."""
    share = np.arange(256)[:, np.newaxis] / 255
    colours = np.rint(rgb(zero) + share * (rgb(activation) - rgb(zero))).astype(np.uint32)
    return (0xFF000000 | colours[:, 0] << 16 | colours[:, 1] << 8 | colours[:, 2]).astype(np.uint32)


@dataclass(frozen=True, eq=False)
class Contents:
    """What a contact sheet shows. A *place* is a position in the grid, a *number* that of a sample in its source.

    Parameters
    ----------
    images : uint8 array, (n, n_0)
    labels : uint8 array, (n,)
    shape : (rows, cols)
        Of an image.
    numbers : int array, (places,)
        Which sample is in which place.
    predicted : int array, (n or fewer,), or None
        What a network answered to the first samples; `NO_ANSWER` where its outputs were not numbers.
    compared : unsigned int array, (n,), or None
        What another network answered, to be shown beside that.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    shape: tuple[int, int]
    numbers: NDArray[np.intp]
    predicted: NDArray[np.integer[Any]] | None
    compared: NDArray[np.integer[Any]] | None = None

    def place_of(self, number: int) -> int | None:
        """Return where a sample is, or None where it is not among those shown."""
        found = np.flatnonzero(self.numbers == number)
        return int(found[0]) if len(found) else None


@dataclass(frozen=True)
class TileGrid:
    """Where tiles lie, in pixels of the screen from the upper left corner of the whole grid.

    A tile is an image with its caption below. All lengths between images are whole numbers of the images' own
    pixels, so that a stretch of the grid can be painted as one image.

    Parameters
    ----------
    count : int
        Of tiles.
    across : int
        Tiles in a row.
    shape : (rows, cols)
        Of an image.
    scale_x, scale_y : float
        The size of an image's pixel.
    gap_x, gap_y : int
        From an image to the next, in its own pixels; below an image, that is where its caption goes.
    left, top : float
        Of the first image.
    tile_width : float
        Of a tile: an image may be narrower than its caption.
    caption : float
        The height of a caption.
    """

    count: int
    across: int
    shape: tuple[int, int]
    scale_x: float
    scale_y: float
    gap_x: int
    gap_y: int
    left: float
    top: float
    tile_width: float
    caption: float

    @property
    def width(self) -> float:
        """Of an image."""
        return self.shape[1] * self.scale_x

    @property
    def height(self) -> float:
        """Of an image."""
        return self.shape[0] * self.scale_y

    @property
    def pitch_x(self) -> float:
        """From a tile to the next in its row."""
        return (self.shape[1] + self.gap_x) * self.scale_x

    @property
    def pitch_y(self) -> float:
        """From a row to the next."""
        return (self.shape[0] + self.gap_y) * self.scale_y

    @property
    def rows(self) -> int:
        """Of tiles."""
        return math.ceil(self.count / self.across)

    @property
    def whole_height(self) -> float:
        """Of all rows, with equal room above the first and below the last."""
        return self.rows * self.pitch_y + self.top

    def rows_between(self, top: float, bottom: float) -> range:
        """Return the rows of which something other than gaps lies between two heights."""
        first = math.floor((top - self.top - self.height - self.caption) / self.pitch_y) + 1
        last = math.ceil((bottom - self.top) / self.pitch_y)
        return range(min(max(first, 0), self.rows), max(min(last, self.rows), 0))

    def image(self, place: int) -> QRectF:
        """Return where the image of a place lies."""
        row, column = divmod(place, self.across)
        x, y = self.left + column * self.pitch_x, self.top + row * self.pitch_y
        return QRectF(x, y, self.width, self.height)

    def tile(self, place: int) -> QRectF:
        """Return what the image of a place and its caption cover."""
        more = (self.tile_width - self.width) / 2
        return self.image(place).adjusted(-more, 0, more, self.caption)

    def place_at(self, x: float, y: float) -> int | None:
        """Return the place whose tile, with half of the gaps around it, lies under a point."""
        column = math.floor((x - self.left + (self.pitch_x - self.width) / 2) / self.pitch_x)
        row = math.floor((y - self.top + LEAST_GAP / 2) / self.pitch_y)
        place = row * self.across + column
        return place if 0 <= column < self.across and row >= 0 and place < self.count else None


class ContactSheet:
    """Paints samples as a grid of tiles: each its image, its label, and what the network took it for.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    contents : Contents or None
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._greatest = 0
        self._captions: dict[tuple[int, int | None, int | None], _Caption] = {}
        self._captions_scale = 0.0
        self.contents: Contents | None = None

    def show_contents(self, contents: Contents) -> None:
        """Show other samples, or others' answers."""
        self.contents = contents
        answers = contents.predicted
        greatest_answer = 0 if answers is None else int(answers.max(initial=0))
        self._greatest = max(int(contents.labels.max(initial=0)), greatest_answer)

    def grid(self, width: float, side: float) -> TileGrid:
        """Lay tiles out over a width, with images of about `side` pixels of the screen."""
        contents = self.contents
        rows, cols = (1, 1) if contents is None else contents.shape
        scale_x, scale_y = _scales(rows, cols, side)
        caption = line_height(self._theme, CAPTION_POINTS, strong=True)
        figures = "0" * len(str(self._greatest))
        longest = f"{figures}{TAKEN_FOR}{figures}"
        if contents is not None and contents.compared is not None:
            longest = f"{figures}{ANSWERS}{figures}{BESIDE}{figures}"
        text = text_width(self._theme, longest, CAPTION_POINTS, strong=True)
        # Distances in whole pixels of the images; room for a frame at both ends.
        tile_width = max(cols * scale_x, text)
        least = math.ceil((tile_width + LEAST_GAP) / scale_x)
        between = max(0.0, width - tile_width - 2 * (AROUND + 1)) / scale_x
        gaps = math.floor(between / least)
        pitch_x = math.floor(between / gaps) if gaps else least
        return TileGrid(
            count=0 if contents is None else len(contents.numbers),
            across=gaps + 1,
            shape=(rows, cols),
            scale_x=scale_x,
            scale_y=scale_y,
            gap_x=pitch_x - cols,
            gap_y=math.ceil((caption + LEAST_GAP + 2) / scale_y),
            left=round((width - gaps * pitch_x * scale_x - cols * scale_x) / 2),
            top=LEAST_GAP - 1,
            tile_width=tile_width,
            caption=caption,
        )

    def paint(
        self,
        painter: QPainter,
        area: QRectF,
        grid: TileGrid,
        scrolled: float = 0,
        chosen: int | None = None,
        pointed: int | None = None,
    ) -> None:
        """Paint the tiles that lie in an area.

        Parameters
        ----------
        grid : TileGrid
            As returned by `grid` for the width of the area.
        scrolled : float
            How much of the grid lies above the area.
        chosen, pointed : int or None
            The places of the chosen sample and of the one under the pointer.
        """
        contents = self.contents
        rows = grid.rows_between(scrolled, scrolled + area.height())
        if contents is None or not rows:
            return
        places = range(rows.start * grid.across, min(rows.stop * grid.across, grid.count))
        numbers = contents.numbers[places.start : places.stop]
        painter.save()
        painter.setClipRect(area)
        painter.translate(area.left(), area.top() - scrolled)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_images(painter, grid, rows, numbers)
        self._paint_captions(painter, grid, places, numbers)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for place, role, thick in ((pointed, "muted", 1.5), (chosen, "highlight", 3.0)):
            if place is not None and place in places:
                painter.setPen(QPen(self._theme.colour(role), thick))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(grid.tile(place).adjusted(-AROUND, -AROUND, AROUND, AROUND), 4, 4)
        painter.restore()

    def _paint_images(
        self, painter: QPainter, grid: TileGrid, rows: range, numbers: NDArray[np.intp]
    ) -> None:
        pixels = self._join(grid, rows, numbers)
        height, width = pixels.shape
        first = grid.image(rows.start * grid.across)
        target = QRectF(first.left(), first.top(), width * grid.scale_x, height * grid.scale_y)
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        # Whole pixels stay sharp; others would come out of unequal width.
        smooth = not (grid.scale_x.is_integer() and grid.scale_y.is_integer())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(target, image)

    def _join(self, grid: TileGrid, rows: range, numbers: NDArray[np.intp]) -> NDArray[np.uint32]:
        """Return the images of some rows of tiles as one, a pixel for a pixel, with the ground between them."""
        assert self.contents is not None
        (high, wide), across = grid.shape, grid.across
        colours = self._theme.colours
        table = _cached_table(colours.zero, colours.activation)
        ground = np.uint32(self._theme.colour("surface").rgb())
        pixels = np.full((len(rows) * (high + grid.gap_y), across * (wide + grid.gap_x)), ground)
        cells = pixels.reshape(len(rows), high + grid.gap_y, across, wide + grid.gap_x)[:, :high, :, :wide]
        images = table[self.contents.images[numbers]]
        full = len(numbers) // across
        cells[:full] = images[: full * across].reshape(full, across, high, wide).transpose(0, 2, 1, 3)
        if full < len(rows):
            rest = images[full * across :].reshape(-1, high, wide)
            cells[full, :, : len(rest)] = rest.transpose(1, 0, 2)
        return pixels[: -grid.gap_y]

    def _paint_captions(
        self, painter: QPainter, grid: TileGrid, places: range, numbers: NDArray[np.intp]
    ) -> None:
        """Frame each image, and write its label and its answer below: every pen is taken up once."""
        assert self.contents is not None
        frames: dict[str, list[QRect]] = {"line": [], "negative": []}
        texts: dict[str, list[tuple[int, int, QStaticText]]] = {"muted": [], "positive": [], "negative": []}
        labels = self.contents.labels[numbers].tolist()
        compared = self.contents.compared
        others = [None] * len(labels) if compared is None else compared[numbers].tolist()
        for place, label, answer, other in zip(places, labels, self._answers(numbers), others, strict=True):
            image = grid.image(place)
            wrong = answer is not None and answer != label and other is None
            frames["negative" if wrong else "line"].append(image.toAlignedRect().adjusted(-1, -1, 0, 0))
            caption = self._caption(label, answer, other)
            x, y = round(image.center().x() - caption.width / 2), round(image.bottom()) + 2
            for role, text, offset in caption.parts:
                texts[role].append((x + offset, y, text))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for role, rectangles in frames.items():
            painter.setPen(self._theme.colour(role))
            painter.drawRects(rectangles)
        for role, written in texts.items():
            painter.setFont(self._theme.font(CAPTION_POINTS, strong=role != "muted"))
            painter.setPen(self._theme.colour(role))
            for x, y, text in written:
                painter.drawStaticText(x, y, text)

    def _answers(self, numbers: NDArray[np.intp]) -> list[int | None]:
        predicted = None if self.contents is None else self.contents.predicted
        if predicted is None or len(predicted) == 0:
            return [None] * len(numbers)
        answers = predicted[np.minimum(numbers, len(predicted) - 1)].tolist()
        known = (numbers < len(predicted)).tolist()
        return [answer if is_known else None for answer, is_known in zip(answers, known, strict=True)]

    def _caption(self, label: int, answer: int | None, other: int | None = None) -> _Caption:
        """Return "7 ✓", "4 → 9", "4 → –" or "4:  4 | 9"; there are few different ones, so that each is set but once."""
        if self._captions_scale != self._theme.text_scale:
            self._captions_scale = self._theme.text_scale
            self._captions.clear()
        key = (label, answer, other)
        if key not in self._captions:
            parts = [("muted", str(label))]
            if answer is not None and other is not None:
                first, second = ("positive" if given == label else "negative" for given in (answer, other))
                parts = [("muted", f"{label}{ANSWERS}"), (first, str(answer)), ("muted", BESIDE)]
                parts.append((second, str(other)))
            elif answer is not None:
                right = answer == label
                figure = NO_FIGURE if answer == NO_ANSWER else str(answer)
                parts.append(("positive", RIGHT_MARK) if right else ("negative", TAKEN_FOR + figure))
            self._captions[key] = self._set(parts)
        return self._captions[key]

    def _set(self, parts: list[tuple[str, str]]) -> _Caption:
        width, placed = 0.0, []
        for role, text in parts:
            strong = role != "muted"
            static = QStaticText(text)
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.prepare(QTransform(), self._theme.font(CAPTION_POINTS, strong))
            placed.append((role, static, round(width)))
            width += text_width(self._theme, text, CAPTION_POINTS, strong)
        return _Caption(width, tuple(placed))


@dataclass(frozen=True)
class _Caption:
    """Text set for painting: its parts with the role of their colour, and how far each is from the left."""

    width: float
    parts: tuple[tuple[str, QStaticText, int], ...]


def _scales(rows: int, cols: int, side: float) -> tuple[float, float]:
    """Return the width and the height of an image's pixel where the image is about `side` long."""
    scale = side / max(rows, cols)
    if scale >= 2:
        scale = math.floor(2 * scale) / 2  # pixels of unequal width would look like an error
    return max(scale, FLATTEST * side / cols), max(scale, FLATTEST * side / rows)


@lru_cache(maxsize=4)
def _cached_table(zero: str, activation: str) -> NDArray[np.uint32]:
    return ink_table(zero, activation)
