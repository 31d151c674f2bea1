"""What happens to a drawing or a picture of a digit before a network reads it, and to images for experiment's sake.

Ink is 0 (background) to 255, as in the data sets; an image is an array (rows, cols). How MNIST prepared its images,
in its authors' words: they "were size normalized to fit in a 20x20 pixel box while preserving their aspect ratio.
The resulting images contain grey levels as a result of the anti-aliasing technique", and they "were centered in a
28x28 image by computing the center of mass of the pixels, and translating the image so as to position this point at
the center of the 28x28 field" (http://yann.lecun.com/exdb/mnist/).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.uint8]
BOX = 20 / 28
"""The side of the box that a digit is fitted into, as a share of the field's."""
FAINT = 16
"""Ink that the eraser leaves weaker than this is taken away: nobody sees it, but the box would be fitted to it."""
GRAIN = 4.0
"""How many times the border's median deviation a picture's ink stands out from its ground."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """An image as a network gets it, and where the preparation put things.

    Parameters
    ----------
    pixels : uint8 array, (rows, cols)
    box : (top, left, height, width) or None
        In pixels: the box that the digit was fitted into; None where it was not, or there was no ink.
    centre : (row, column) or None
        The centre of mass of the ink, as `centre_of_mass` counts it.
    """

    pixels: Ink
    box: tuple[float, float, float, float] | None
    centre: tuple[float, float] | None


def prepare(ink: Ink, shape: tuple[int, int]) -> Prepared:
    """Bring a drawing into the form of MNIST's images.

    What is inked is cut out, made as large as the box, 20 × 20 pixels of 28 × 28, without changing its aspect
    ratio, and moved by whole pixels until its centre of mass is as near as can be to the middle of pixel (14, 14).
    That this is where MNIST has it, and that it was moved by whole pixels, its own images tell: their centres are
    all between 13.5 and 14.5. Where the digit would be pushed out of the field, it is moved less.

    Parameters
    ----------
    ink : uint8 array, (h, w)
        Usually finer than the image.
    shape : (rows, cols)
    """
    rows, cols = shape
    inked_rows, inked_cols = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(inked_rows) == 0:
        return Prepared(np.zeros(shape, np.uint8), None, None)
    cut = ink[inked_rows[0] : inked_rows[-1] + 1, inked_cols[0] : inked_cols[-1] + 1]
    box_rows, box_cols = (max(1, round(BOX * side)) for side in shape)
    digit = resize(cut, fitted(cut.shape, (box_rows, box_cols)))
    height, width = digit.shape
    down, across = centre_of_mass(digit) or (height / 2, width / 2)
    top = _place(rows // 2 + 0.5 - down, rows - height)
    left = _place(cols // 2 + 0.5 - across, cols - width)
    pixels = np.zeros(shape, np.uint8)
    pixels[top : top + height, left : left + width] = np.rint(digit)
    box = (top - (box_rows - height) / 2, left - (box_cols - width) / 2, float(box_rows), float(box_cols))
    return Prepared(pixels, box, (top + down, left + across))


def reduce(ink: Ink, shape: tuple[int, int]) -> Prepared:
    """Bring a drawing into the size of an image and leave it where it is."""
    pixels: Ink = np.rint(resize(ink, shape)).astype(np.uint8)
    return Prepared(pixels, None, centre_of_mass(pixels))


def resize(image: NDArray[Any], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return an image in another size, each pixel the mean over the area that it covers.

    Parameters
    ----------
    image : array, (h, w)
    shape : (rows, cols)

    Returns
    -------
    float array, (rows, cols)
    """
    shrunk: NDArray[np.float64] = (
        _shares(image.shape[0], shape[0]) @ image @ _shares(image.shape[1], shape[1]).T
    )
    return shrunk


def fitted(shape: tuple[int, ...], box: tuple[int, int]) -> tuple[int, int]:
    """Return the size, in whole pixels, in which something fills a box without changing its aspect ratio."""
    scale = min(box[0] / shape[0], box[1] / shape[1])
    return max(1, round(scale * shape[0])), max(1, round(scale * shape[1]))


def fit(image: Ink, shape: tuple[int, int]) -> Ink:
    """Return a whole image in the middle of a field of background, as large as it fits."""
    height, width = fitted(image.shape, shape)
    top, left = (shape[0] - height) // 2, (shape[1] - width) // 2
    field = np.zeros(shape, np.uint8)
    field[top : top + height, left : left + width] = np.rint(resize(image, (height, width)))
    return field


def centre_of_mass(image: NDArray[Any]) -> tuple[float, float] | None:
    """Return the centre of mass of an image's ink, as (row, column); None where there is no ink.

    It is measured from the upper left corner of the image, so that the middle of its first pixel is (0.5, 0.5).
    """
    down, across = image.sum(axis=1, dtype=np.float64), image.sum(axis=0, dtype=np.float64)
    total = down.sum()
    if total == 0:
        return None
    middles = [np.arange(len(sums)) + 0.5 for sums in (down, across)]
    return float(down @ middles[0] / total), float(across @ middles[1] / total)


def enlarge(image: Ink, factor: int) -> Ink:
    """Return an image in which every pixel is a square of so many pixels each way."""
    return np.repeat(np.repeat(image, factor, axis=0), factor, axis=1)


def ink_of(grey: Ink) -> Ink:
    """Return the ink on a picture, dark on light or light on dark; all 0 if there is none.

    The border tells what is background, and the ink is on that side of it where the picture goes further. What
    differs from the background no more than the border itself does is the grain or the shading of the paper. The
    strongest ink becomes 255.

    Parameters
    ----------
    grey : uint8 array, (h, w)
        0 = black, 255 = white.
    """
    border = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]]).astype(np.float64)
    ground = float(np.median(border))
    grain = GRAIN * float(np.median(np.abs(border - ground)))
    is_light = ground - float(grey.min()) > float(grey.max()) - ground
    contrast = (-1 if is_light else 1) * (grey.astype(np.float64) - ground) - grain
    strongest = contrast.max()
    if strongest <= 0:
        return np.zeros(grey.shape, np.uint8)
    ink: Ink = np.rint(255 * np.clip(contrast / strongest, 0, 1)).astype(np.uint8)
    return ink


def draw_line(
    ink: Ink, start: tuple[float, float], end: tuple[float, float], radius: float, erase: bool = False
) -> tuple[int, int, int, int]:
    """Draw or erase a line with round ends on an array, and return what of it may have changed.

    Parameters
    ----------
    ink : uint8 array, (h, w)
        Is written to.
    start, end : (x, y)
        In pixels from the upper left corner; the same point twice makes a dot. They may lie outside.
    radius : float
        Half the line's width.
    erase : bool

    Returns
    -------
    left, top, right, bottom : int
        The last two are just outside.
    """
    (x0, y0), (x1, y1) = start, end
    height, width = ink.shape
    reach = radius + 1
    left, right = (_within(v, width) for v in (min(x0, x1) - reach, max(x0, x1) + reach + 1))
    top, bottom = (_within(v, height) for v in (min(y0, y1) - reach, max(y0, y1) + reach + 1))
    across = np.arange(left, right) + 0.5 - x0
    down = np.arange(top, bottom)[:, np.newaxis] + 0.5 - y0
    dx, dy = x1 - x0, y1 - y0
    along = np.clip((across * dx + down * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
    distance = np.hypot(across - along * dx, down - along * dy)
    # The share of a pixel that a smooth edge covers is, near enough, how far its middle is inside.
    cover = np.rint(255 * np.clip(radius + 0.5 - distance, 0, 1)).astype(np.uint8)
    part = ink[top:bottom, left:right]
    if erase:
        np.minimum(part, 255 - cover, out=part)
        part[part < FAINT] = 0
    else:
        np.maximum(part, cover, out=part)
    return left, top, right, bottom


def nudge(image: Ink, down: int, across: int) -> Ink:
    """Return an image moved by whole pixels; what leaves it is lost, and background comes in."""
    rows, cols = image.shape
    moved = np.zeros_like(image)
    if abs(down) < rows and abs(across) < cols:
        source = image[max(0, -down) : rows - max(0, down), max(0, -across) : cols - max(0, across)]
        moved[max(0, down) : rows + min(0, down), max(0, across) : cols + min(0, across)] = source
    return moved


def rotate(image: Ink, degrees: float, about: tuple[float, float] | None = None) -> Ink:
    """Return an image turned anticlockwise, each pixel interpolated from the nearest four.

    Parameters
    ----------
    image : uint8 array, (rows, cols)
    degrees : float
    about : (row, column), optional
        Which point stays where it is, as `centre_of_mass` counts; the middle where not given.
    """
    rows, cols = image.shape
    row, col = about or (rows / 2, cols / 2)
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    down = np.arange(rows)[:, np.newaxis] + 0.5 - row
    across = np.arange(cols) + 0.5 - col
    # Where each pixel comes from, counted in an image with a rim of background around it.
    y = np.clip(down * cosine + across * sine + row + 0.5, 0, rows + 1 - 1e-9)
    x = np.clip(across * cosine - down * sine + col + 0.5, 0, cols + 1 - 1e-9)
    above, before = y.astype(np.intp), x.astype(np.intp)
    y, x = y - above, x - before
    rimmed = np.pad(image, 1).astype(np.float32)
    upper = (1 - x) * rimmed[above, before] + x * rimmed[above, before + 1]
    lower = (1 - x) * rimmed[above + 1, before] + x * rimmed[above + 1, before + 1]
    turned: Ink = np.rint((1 - y) * upper + y * lower).astype(np.uint8)
    return turned


def thicken(image: Ink, radius: float) -> Ink:
    """Return an image in which each pixel has the strongest ink within a radius: a grey dilation by a disc."""
    reach = int(radius)
    rows, cols = image.shape
    rimmed = np.pad(image, reach)
    thick = image.copy()
    for down in range(-reach, reach + 1):
        half = math.isqrt(int(radius * radius - down * down))
        for across in range(-half, half + 1):
            part = rimmed[reach + down : reach + down + rows, reach + across : reach + across + cols]
            np.maximum(thick, part, out=thick)
    return thick


def thin(image: Ink, radius: float) -> Ink:
    """Return an image in which each pixel has the weakest ink within a radius: a grey erosion by a disc."""
    return 255 - thicken(255 - image, radius)


def noise(rng: np.random.Generator, shape: tuple[int, int]) -> Ink:
    """Return an image of which every pixel is as likely to be any of 0 to 255, whatever the others are."""
    return rng.integers(0, 256, shape, dtype=np.uint8)


def _place(wanted: float, most: int) -> int:
    """Return the whole number nearest to what is wanted, from 0 to `most`."""
    return min(max(round(wanted), 0), most)


def _shares(n: int, m: int) -> NDArray[np.float64]:
    """Return what share of each of n cells in a row is in each of m cells over the same length, (m, n)."""
    edges = np.arange(m + 1)[:, np.newaxis] * (n / m)
    cells = np.arange(n)
    overlap = np.minimum(edges[1:], cells + 1) - np.maximum(edges[:-1], cells)
    shares: NDArray[np.float64] = np.clip(overlap, 0, None) * (m / n)
    return shares


def _within(value: float, most: int) -> int:
    return int(min(max(value, 0), most))
