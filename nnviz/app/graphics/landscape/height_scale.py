"""Heights as colours, from deep blue up to pale sand, linear or logarithmic.

Lightness grows with height throughout, so that the scale reads without colour, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtGui import QColor

from nnviz.app.graphics.chart import Axis
from nnviz.app.graphics.colour_scales import rgb
from nnviz.app.theme import Theme

Doubles = NDArray[np.float64]

TONES = 256
STOPS = {
    "dark": ("#0d1830", "#16335c", "#245a86", "#3f87a0", "#7db0a8", "#c3cda6", "#f1e6bd"),
    "light": ("#27517f", "#3f77a6", "#679dbe", "#93bfcc", "#bfd8ce", "#dfe6cd", "#f7f0d6"),
}
"""By the theme's name: colours from the lowest to the highest, at equal distances."""
DECADES = 5
"""How many powers of ten below the highest a logarithmic scale begins at most: a lowest height may be 0."""
MARKS = 9


class HeightScale:
    """Where heights lie between the lowest and the highest, and which are marked.

    Parameters
    ----------
    low, high : float
        The scale's ends.
    logarithmic : bool
        Honoured where heights can have logarithms: see `takes_logarithms`.
    """

    def __init__(self, low: float, high: float, logarithmic: bool = False) -> None:
        self.logarithmic = logarithmic and takes_logarithms(low, high)
        if self.logarithmic:
            low = max(low, high / 10**DECADES)
        self.low, self.high = low, high
        self.axis = Axis("", low, high, logarithmic=self.logarithmic)

    @classmethod
    def of(cls, extremes: tuple[float, float] | None, logarithmic: bool = False) -> HeightScale:
        """Return the scale of a surface, which may have no height at all."""
        return cls(*(extremes or (0.0, 1.0)), logarithmic=logarithmic)

    def share(self, heights: ArrayLike) -> Doubles:
        """Return how far up the scale heights lie, 0 to 1 within it; NaN stays NaN."""
        share = np.asarray(self.axis.share(heights), np.float64)
        # What has no logarithm lies at the bottom; beyond the ends, a picture ends too.
        share = np.where(np.isneginf(share), 0.0, share)
        if self.logarithmic:
            share = np.where(np.asarray(heights, np.float64) <= 0, 0.0, share)
        return share

    def levels(self, most: int = MARKS) -> list[tuple[float, str]]:
        """Return heights for contour lines, ascending and between the ends, with their texts."""
        if self.logarithmic:
            return [(height, text) for height, text in self._powers(most) if self.low < height < self.high]
        marks = self.axis.marks(most)
        return [(height, text) for height, text in marks if self.low < height < self.high]

    def _powers(self, most: int) -> Sequence[tuple[float, str]]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        digits = next(
            (digits for digits in ((1, 2, 5), (1, 3), (1,)) if len(digits) * (last - first) <= most), (1,)
        )
        heights = [digit * 10.0**power for power in range(first, last + 1) for digit in digits]
        return [(height, f"{height:,.10g}" if height >= 1e-4 else f"{height:.0e}") for height in heights]


def takes_logarithms(low: float, high: float) -> bool:
    """Return whether heights between two ends have logarithms; 0 itself is taken for very little."""
    return 0 <= low < high < math.inf and high > 0


@lru_cache(maxsize=4)
def _tones(name: str) -> Doubles:
    stops = np.array([rgb(colour) for colour in STOPS[name]])
    places = np.linspace(0, len(stops) - 1, TONES)
    tones = np.stack([np.interp(places, np.arange(len(stops)), channel) for channel in stops.T], axis=1)
    tones.flags.writeable = False
    return tones


def height_colours(theme: Theme, share: ArrayLike) -> Doubles:
    """Return red, green and blue, 0 to 255, of places on the scale, (…,) to (…, 3); NaN is taken for the bottom."""
    place = np.nan_to_num(np.asarray(share, np.float64)).clip(0, 1) * (TONES - 1)
    colours: Doubles = _tones(theme.name)[np.rint(place).astype(np.intp)]
    return colours


ColoursOf = Callable[[Theme, ArrayLike], Doubles]
"""What returns the colours of places on a scale, as `height_colours` does."""


def height_colour(theme: Theme, share: float, colours: ColoursOf = height_colours) -> QColor:
    """Return the colour of one place on the scale."""
    return QColor(*(round(part) for part in colours(theme, share).tolist()))


def ink_on(theme: Theme, share: float, alpha: float = 1.0, colours: ColoursOf = height_colours) -> QColor:
    """Return text's colour or the ground's: whichever stands out more from a place on the scale."""
    ground = _lightness(height_colour(theme, share, colours))
    inks = (theme.colour("text", alpha), theme.colour("background", alpha))
    return max(inks, key=lambda ink: abs(_lightness(ink) - ground))


def _lightness(colour: QColor) -> float:
    return float(0.299 * colour.redF() + 0.587 * colour.greenF() + 0.114 * colour.blueF())
