"""Numbers as colours: positive, negative and near zero, as everywhere in the program."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVELS = 255
"""Of a signed scale: 127 below zero, zero, 127 above."""


def rgb(colour: str) -> NDArray[np.float64]:
    """Return "#rrggbb" as three numbers, 0 to 255."""
    return np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)], np.float64)


def signed_table(negative: str, zero: str, positive: str) -> NDArray[np.uint32]:
    """Return the colours of a signed scale, from −1 over 0 to 1, as QImage's RGB32 has them, (LEVELS,).

    Indices are those that `signed_levels` returns.
    """
    middle = LEVELS // 2
    strength = np.abs(np.arange(LEVELS) - middle)[:, np.newaxis] / middle
    ends = np.where(np.arange(LEVELS)[:, np.newaxis] < middle, rgb(negative), rgb(positive))
    colours = np.rint(rgb(zero) + strength * (ends - rgb(zero))).astype(np.uint32)
    return (0xFF000000 | colours[:, 0] << 16 | colours[:, 1] << 8 | colours[:, 2]).astype(np.uint32)


def signed_levels(values: NDArray[np.floating[Any]], limit: NDArray[Any] | float) -> NDArray[np.uint8]:
    """Return the place of each value on a signed scale from −limit to limit, 0 to LEVELS − 1.

    The opacity of a value is |value / limit|^½, so that faint structure shows.

    Parameters
    ----------
    values : float array
    limit : float, or array that broadcasts to `values`
        Where the scale ends; larger values are shown as if they were there. At 0 all is shown as 0, and so is what
        is no number.
    """
    middle = LEVELS // 2
    with np.errstate(invalid="ignore"):  # after a divergence there is no number to show
        share = np.divide(values, np.where(limit == 0, np.inf, limit), dtype=np.float32)
    strength = np.sqrt(np.fmin(np.abs(share), np.float32(1)))
    strength[np.isnan(share)] = 0
    levels: NDArray[np.uint8] = np.rint(middle + np.copysign(strength * middle, share)).astype(np.uint8)
    return levels
