"""Arrays of numbers as images: signed numbers by sign and size, activations by brightness."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from nnviz.app.graphics.colour_scales import rgb, signed_levels, signed_table
from nnviz.app.theme import Theme

Colours = NDArray[np.uint32]
"""As QImage's RGB32 has them."""


def brightness(theme: Theme, activations: NDArray[Any]) -> Colours:
    """Return activations from 0 to 1 as colours, from the theme's zero to its activation, as RGB32 has them."""
    zero, full = rgb(theme.colours.zero), rgb(theme.colours.activation)
    share = np.nan_to_num(activations, nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1).astype(np.float64)
    levels = np.rint(zero + share[..., np.newaxis] * (full - zero)).astype(np.uint32)
    colours: Colours = (0xFF000000 | levels[..., 0] << 16 | levels[..., 1] << 8 | levels[..., 2]).astype(
        np.uint32
    )
    return colours


def signs(theme: Theme, values: NDArray[Any], limit: float) -> Colours:
    """Return numbers from −limit to limit in the colours of their signs, as RGB32 has them."""
    colours = theme.colours
    return _table(colours.negative, colours.zero, colours.positive)[signed_levels(values, limit)]


@lru_cache(maxsize=8)
def _table(negative: str, zero: str, positive: str) -> Colours:
    return signed_table(negative, zero, positive)


def image_of(pixels: Colours) -> QImage:
    """Return an image of colours, (rows, cols), that owns its memory."""
    rows, cols = pixels.shape
    pixels = np.ascontiguousarray(pixels)
    return QImage(pixels.data, cols, rows, 4 * cols, QImage.Format.Format_RGB32).copy()


def largest(values: NDArray[Any]) -> float:
    """Return the largest absolute value that is a number, 0 if there is none."""
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max()) if finite.size else 0.0
