"""How well text can be read on a ground, as the Web Content Accessibility Guidelines define it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtGui import QColor

from nnviz.app.graphics.colour_scales import rgb
from nnviz.app.theme import Colours

LEGIBLE = 4.5
"""The least contrast of text with what it stands on."""
DARKER = 0.5
"""How bright the dark ink is, of the theme's darkest colour."""


def channels(packed: ArrayLike) -> NDArray[np.uint32]:
    """Return colours as QImage's RGB32 has them, (…), as red, green and blue, 0 to 255, (…, 3)."""
    numbers = np.asarray(packed, np.uint32)
    return np.stack([(numbers >> shift) & 255 for shift in (16, 8, 0)], axis=-1)


def luminance(colours: ArrayLike) -> NDArray[np.float64]:
    """Return how bright colours, (…, 3), are, 0 to 1."""
    shares = np.asarray(colours) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    bright: NDArray[np.float64] = linear @ np.array([0.2126, 0.7152, 0.0722])
    return bright


def contrast(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """Return how far apart colours, (…, 3), are in brightness, 1 to 21."""
    first, second = luminance(one), luminance(other)
    between: NDArray[np.float64] = (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)
    return between


@lru_cache(maxsize=8)
def inks(colours: Colours) -> tuple[QColor, QColor]:
    """Return the inks for numbers on cells of any colour, whose contrast to one of them is at least LEGIBLE.

    The first is like the theme's text and the second like its ground, but further apart: on a middle grey, neither of
    those themselves could be read well enough.
    """
    dark, bright = sorted((rgb(colours.zero), rgb(colours.activation)), key=lambda ink: float(luminance(ink)))
    darkest, brightest = (QColor(*(round(part) for part in ink)) for ink in (DARKER * dark, bright))
    is_dark_theme = luminance(rgb(colours.text)) > luminance(rgb(colours.background))
    return (brightest, darkest) if is_dark_theme else (darkest, brightest)


def take_second(colours: Colours, grounds: NDArray[Any]) -> NDArray[np.bool_]:
    """Return on which grounds, as QImage's RGB32 has them, the second of the inks can be read better."""
    cells = channels(grounds)
    first, second = (contrast(cells, channels(ink.rgb())) for ink in inks(colours))
    better: NDArray[np.bool_] = second > first
    return better
