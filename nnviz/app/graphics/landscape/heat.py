"""Heights as colours: the higher, the brighter."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtGui import QImage

from nnviz.app.graphics.colour_scales import rgb
from nnviz.app.theme import Colours, Theme
from nnviz.core.survey import Surface

LEVELS = 256
MIDDLE = 0.55
"""Where on the scale the colour between the two ends lies."""
BRIGHTEST = 0.45
"""How far the scale goes on from there to the brightest colour: lines and letters are to stand out from it."""

Numbers = NDArray[np.float64]


def height_table(colours: Colours) -> NDArray[np.uint32]:
    """Return the colours of heights from the lowest to the highest, as QImage's RGB32 has them, (LEVELS + 1,).

    The last is that of no number.
    """
    low, middle = rgb(colours.zero), 0.75 * rgb(colours.training) + 0.25 * rgb(colours.zero)
    high = middle + BRIGHTEST * (rgb(colours.activation) - middle)
    along = np.linspace(0, 1, LEVELS)
    mixed = np.column_stack(
        [np.interp(along, (0, MIDDLE, 1), (low[k], middle[k], high[k])) for k in range(3)]
    )
    levels = np.rint(np.vstack([mixed, rgb(colours.raised)])).astype(np.uint32)
    table: NDArray[np.uint32] = (0xFF000000 | levels[:, 0] << 16 | levels[:, 1] << 8 | levels[:, 2]).astype(
        np.uint32
    )
    return table


def map_colours(theme: Theme, share: ArrayLike) -> Numbers:
    """Return red, green and blue, 0 to 255, of places on the scale, (…,) to (…, 3); NaN is taken for the bottom."""
    places = np.rint(np.nan_to_num(np.asarray(share, np.float64)).clip(0, 1) * (LEVELS - 1)).astype(np.intp)
    colours = height_table(theme.colours)[places]
    return np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=-1).astype(np.float64)


def shares(heights: Numbers, low: float, high: float, logarithmic: bool) -> Numbers:
    """Return how far heights lie between two, 0 to 1; NaN stays NaN."""
    if logarithmic and low > 0:
        heights, low, high = np.log(np.maximum(heights, low)), float(np.log(low)), float(np.log(high))
    if high <= low:
        return np.where(np.isnan(heights), np.nan, 0.0)
    return np.clip((heights - low) / (high - low), 0, 1)


def height_image(
    surface: Surface, extremes: tuple[float, float], logarithmic: bool, colours: Colours
) -> QImage:
    """Return a surface as an image with a pixel for each point, the highest β on top."""
    share = shares(surface.costs[::-1], *extremes, logarithmic)
    places = np.where(np.isnan(share), LEVELS, np.rint(np.nan_to_num(share) * (LEVELS - 1))).astype(np.intp)
    pixels = np.ascontiguousarray(height_table(colours)[places])
    rows, columns = pixels.shape
    # A copy, since the image does not keep the array alive.
    return QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()
