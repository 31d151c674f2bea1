"""What is on the pad: ink in more detail than an image has, with a past to go back to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from nnviz.data import drawing
from nnviz.data.drawing import Ink, Prepared

SIDE = 280
"""Of the pad's longer side, in its own pixels, or nearly: a whole number of them make a pixel of the image."""
BRUSH = 2.2
"""The width of the pen in MNIST's images, in 28ths of the field, near enough."""
ERASER = 2.0
"""How much wider than the brush the eraser is."""
MOST_KEPT = 100
MOST_BYTES = 1 << 24
"""Of the past: so many contents, or fewer where they are large."""
Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Content:
    """What is on a pad at one time.

    Parameters
    ----------
    ink : uint8 array, (h, w)
        0 = background, 255 = ink.
    is_finished : bool
        Whether it is an image already, not a drawing still to be centred and scaled.
    label : int or None
        What it shows, where that is known.
    is_noise : bool
    """

    ink: Ink
    is_finished: bool = False
    label: int | None = None
    is_noise: bool = False


class Sketch:
    """A drawing for images of one shape.

    Parameters
    ----------
    shape : (rows, cols)
        Of the images.

    Attributes
    ----------
    ink : uint8 array, (h, w)
        As it is now; always the same array.
    detail : int
        How many pixels of the ink make one of the image, each way.
    brush : float
        The brush's width, in 28ths of the pad's shorter side.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape
        self.detail = max(1, round(SIDE / max(shape)))
        self.ink = np.zeros((shape[0] * self.detail, shape[1] * self.detail), np.uint8)
        self.brush = BRUSH
        self._centring = True
        self._now = Content(self.ink.copy())
        self._past: list[Content] = []
        self._future: list[Content] = []
        self._most_kept = max(8, min(MOST_KEPT, MOST_BYTES // self.ink.size))
        self._last: tuple[float, float] | None = None
        self._middle = (0.0, 0.0)
        self._erases = False

    @property
    def is_blank(self) -> bool:
        """Whether there is no ink."""
        return not self.ink.any()

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke has begun and not ended."""
        return self._last is not None

    @property
    def label(self) -> int | None:
        """What is on the pad, where that is known."""
        return self._now.label

    @property
    def is_noise(self) -> bool:
        """Whether it is noise, however treated, with nothing drawn on it."""
        return self._now.is_noise

    @property
    def centres(self) -> bool:
        """Whether the drawing is centred and scaled as MNIST's images were."""
        return self._centring and not self._now.is_finished

    @centres.setter
    def centres(self, wanted: bool) -> None:
        self._centring = wanted
        if wanted:
            self._now = replace(self._now, is_finished=False)

    def prepare(self) -> Prepared:
        """Return the image that a network gets."""
        return (drawing.prepare if self.centres else drawing.reduce)(self.ink, self.shape)

    # Strokes. Places are (x, y) in pixels of the ink.

    def radius(self, erase: bool) -> float:
        """Return half the width of a stroke, in pixels of the ink."""
        return self.brush * (ERASER if erase else 1) * min(self.ink.shape) / 28 / 2

    def begin(self, place: tuple[float, float], erase: bool = False) -> Rectangle:
        """Put the brush or the eraser down, and return what of the ink has changed."""
        self.end()
        self._erases = erase
        self._last = self._middle = place
        return self._line(place, place)

    def go_on(self, place: tuple[float, float]) -> Rectangle:
        """Draw on to a place, and return what of the ink has changed.

        The stroke runs from the middle between two places to the middle between the next two, in a curve that each
        place in between bends towards itself: a quick hand leaves only few of them, and no corners are wanted.
        """
        if self._last is None:
            return 0, 0, 0, 0
        start, bend, stop = self._middle, self._last, _middle_of(self._last, place)
        length = math.dist(start, bend) + math.dist(bend, stop)
        pieces = min(max(math.ceil(2 * length / max(self.radius(False), 2)), 1), 40)
        changed = []
        here = start
        for piece in range(1, pieces + 1):
            t = piece / pieces
            there = _middle_of(_middle_of(start, bend, t), _middle_of(bend, stop, t), t)
            changed.append(self._line(here, there))
            here = there
        self._last, self._middle = place, stop
        return _around(changed)

    def end(self) -> Rectangle:
        """Lift the brush, and return what of the ink has changed."""
        if self._last is None:
            return 0, 0, 0, 0
        changed = self._line(self._middle, self._last)
        self._last = None
        # Nobody has said what a sample shows that someone has drawn on.
        self._keep(replace(self._now, ink=self.ink.copy(), label=None, is_noise=False))
        return changed

    def _line(self, start: tuple[float, float], stop: tuple[float, float]) -> Rectangle:
        return drawing.draw_line(self.ink, start, stop, self.radius(self._erases), self._erases)

    # What puts something else on the pad.

    def clear(self) -> None:
        """Wipe the pad."""
        self._take(Content(np.zeros_like(self.ink)))

    def put(self, ink: Ink) -> None:
        """Put the ink of a picture of any size on the pad, in its middle."""
        self._take(Content(drawing.fit(ink, self._size)))

    def take(self, pixels: Ink, label: int | None = None) -> None:
        """Put a sample on the pad, to be left as it is: (rows · cols,) or (rows, cols)."""
        ink = drawing.enlarge(pixels.reshape(self.shape), self.detail)
        self._take(Content(ink, is_finished=True, label=label))

    def put_noise(self, rng: np.random.Generator) -> None:
        """Put noise on the pad, to be left as it is."""
        ink = drawing.enlarge(drawing.noise(rng, self.shape), self.detail)
        self._take(Content(ink, is_finished=True, is_noise=True))

    # What changes what is there.

    def nudge(self, down: int, across: int) -> None:
        """Move the image by whole pixels of it. Centring would undo that, so it is done once, before, and is over."""
        self.end()
        ink = drawing.enlarge(self.prepare().pixels, self.detail) if self.centres else self.ink
        moved = drawing.nudge(ink, down * self.detail, across * self.detail)
        self._take(replace(self._now, ink=moved, is_finished=True))

    def rotate(self, degrees: float) -> None:
        """Turn the ink anticlockwise about its centre of mass."""
        self._change(lambda ink: drawing.rotate(ink, degrees, drawing.centre_of_mass(ink)))

    def thicken(self) -> None:
        """Let the ink grow by half a pixel of the image on every side."""
        self._change(lambda ink: drawing.thicken(ink, self._half_pixel))

    def thin(self) -> None:
        """Let the ink shrink by half a pixel of the image on every side."""
        self._change(lambda ink: drawing.thin(ink, self._half_pixel))

    # The past.

    @property
    def can_undo(self) -> bool:
        """Whether there is something to go back to."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something was undone and nothing done since."""
        return bool(self._future)

    def undo(self) -> None:
        """Go back to what was on the pad before."""
        self.end()
        if self._past:
            self._future.append(self._now)
            self._show(self._past.pop())

    def redo(self) -> None:
        """Bring back what was undone."""
        self.end()
        if self._future:
            self._past.append(self._now)
            self._show(self._future.pop())

    @property
    def _size(self) -> tuple[int, int]:
        return self.ink.shape[0], self.ink.shape[1]

    @property
    def _half_pixel(self) -> float:
        return max(1.0, self.detail / 2)

    def _change(self, change: Callable[[Ink], Ink]) -> None:
        self.end()
        self._take(replace(self._now, ink=change(self.ink)))

    def _take(self, content: Content) -> None:
        self.end()
        self._keep(content)
        self._show(content)

    def _keep(self, content: Content) -> None:
        self._past = [*self._past, self._now][-self._most_kept :]
        self._future = []
        self._now = content

    def _show(self, content: Content) -> None:
        self._now = content
        self.ink[...] = content.ink


def _middle_of(a: tuple[float, float], b: tuple[float, float], t: float = 0.5) -> tuple[float, float]:
    """Return the point that lies the share t of the way from a to b."""
    return a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])


def _around(rectangles: list[Rectangle]) -> Rectangle:
    """Return the smallest rectangle around others."""
    lefts, tops, rights, bottoms = zip(*rectangles, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
