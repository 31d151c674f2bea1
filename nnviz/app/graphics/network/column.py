"""One layer of the network diagram: where its neurons lie, in one column, in several, or abridged. Geometry alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

FILLED = 0.8
"""The diameter of a neuron, as a share of the distance to the next one above or below."""
SMALLEST, COMFORTABLE = 6.0, 9.0
"""Diameters: the smallest that still shows how bright a neuron is, and the one below which a layer takes another
column beside it if it can."""
MOST_ACROSS = 8
"""Columns that a large layer is staggered in, at most."""
JOINED_OF_STRIP = 20
"""Neurons of a strip that have edges into them drawn."""
REACH = 4.0
"""Pixels around a neuron that still count as the neuron, for the pointer."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Column:
    """Where the neurons of one layer lie.

    Parameters
    ----------
    x, y : float arrays, (n,)
        The centre of every neuron; those that are left out lie along the strip.
    radius : float
    shown : int array, (m,)
        The neurons that are drawn as circles.
    strip : QRectF or None
        What stands for the neurons that are left out, the first at its top; None where none are.
    """

    x: Numbers
    y: Numbers
    radius: float
    shown: NDArray[np.intp]
    strip: QRectF | None

    @cached_property
    def circles(self) -> list[QRectF]:
        """The neurons that are shown, in the order of `shown`."""
        d = 2 * self.radius
        return [
            QRectF(x - self.radius, y - self.radius, d, d)
            for x, y in zip(self.x[self.shown].tolist(), self.y[self.shown].tolist(), strict=True)
        ]

    @cached_property
    def left_out(self) -> NDArray[np.intp]:
        """The neurons that are not drawn as circles, in order."""
        is_left_out = np.ones(len(self.x), dtype=bool)
        is_left_out[self.shown] = False
        return np.flatnonzero(is_left_out)

    @cached_property
    def joined(self) -> NDArray[np.intp]:
        """The neurons to which edges are drawn: those shown, and some that stand for all that are left out."""
        if self.strip is None:
            return self.shown
        places = np.linspace(0, len(self.left_out) - 1, min(JOINED_OF_STRIP, len(self.left_out)))
        return np.concatenate([self.shown, self.left_out[np.rint(places).astype(np.intp)]])

    @cached_property
    def dots(self) -> list[QPointF]:
        """Three dots above and three below the strip, which say that something is left out."""
        if self.strip is None:
            return []
        above, below = self.y[self.shown[self.y[self.shown] < self.strip.center().y()]], self.strip.bottom()
        start = float(above.max()) + self.radius
        room = self.strip.top() - start
        x = self.strip.center().x()
        return [QPointF(x, edge + room * part / 4) for edge in (start, below) for part in (1, 2, 3)]

    @cached_property
    def box(self) -> QRectF:
        """What the layer covers."""
        r = self.radius
        left, right = float(self.x.min()), float(self.x.max())
        top, bottom = float(self.y.min()), float(self.y.max())
        return QRectF(left - r, top - r, right - left + 2 * r, bottom - top + 2 * r)

    def centre(self, index: int) -> QPointF:
        """Return where a neuron lies."""
        return QPointF(self.x[index], self.y[index])

    def at(self, point: QPointF) -> int | None:
        """Return the neuron at a point, or None."""
        x, y = point.x(), point.y()
        distance = np.hypot(self.x[self.shown] - x, self.y[self.shown] - y)
        nearest = int(distance.argmin())
        if distance[nearest] <= self.radius + REACH:
            return int(self.shown[nearest])
        if self.strip is not None and self.strip.adjusted(-REACH, 0, REACH, 0).contains(point):
            hidden = self.left_out
            share = (y - self.strip.top()) / self.strip.height()
            return int(hidden[min(int(share * len(hidden)), len(hidden) - 1)])
        return None

    def nearest(self, y: float) -> int:
        """Return the neuron shown whose height is nearest to a given one."""
        return int(self.shown[np.abs(self.y[self.shown] - y).argmin()])

    def moved(self, by: float) -> Column:
        """Return the layer so many pixels further to the right."""
        strip = None if self.strip is None else self.strip.translated(by, 0)
        return Column(self.x + by, self.y, self.radius, self.shown, strip)


def _arrange(
    n: int, height: float, widest: float, most_across: int, smallest: float
) -> tuple[int, float] | None:
    """Return in how many staggered columns n neurons fit, and their diameter; None where they do not."""
    best = None
    for across in range(1, most_across + 1):
        # All neurons lie at heights of their own, `pitch` apart; those of one column, `across` times as far.
        diameter = min(FILLED * across * height / (n - 1 + FILLED * across), widest)
        if diameter >= COMFORTABLE:
            return across, diameter
        if diameter >= smallest:
            best = across, diameter
    return best


def make_column(
    n: int, body: QRectF, widest: float, most_across: int = 1, smallest: float = SMALLEST
) -> Column:
    """Return a layer whose left end is at 0.

    It is staggered in several columns where neurons in one would be small, and abridged where that is not enough.

    Parameters
    ----------
    n : int
        Its neurons.
    body : QRectF
        Between whose top and bottom they lie.
    widest : float
        The largest diameter.
    most_across : int
        The columns that it may be staggered in.
    smallest : float
        The diameter from which on neurons need not be abridged.
    """
    arranged = _arrange(n, body.height(), widest, most_across, smallest)
    if arranged is None:
        return _abridged(n, body, widest)
    across, diameter = arranged
    closest = diameter / FILLED / across
    # Few neurons stay together rather than part as far as they can.
    farthest = max(closest, 1.9 * widest) if across == 1 else 1.5 * closest
    pitch = min((body.height() - diameter) / max(n - 1, 1), farthest)
    numbers = np.arange(n)
    apart = closest * math.sqrt(across**2 - 1)
    x, y = diameter / 2 + numbers % across * apart, body.center().y() + (numbers - (n - 1) / 2) * pitch
    return Column(x.astype(np.float64), y.astype(np.float64), diameter / 2, numbers, None)


def _abridged(n: int, body: QRectF, widest: float) -> Column:
    """Return a layer of which the first and the last few are shown, and a strip for those between."""
    height = body.height()
    pitch = min(max(height / 24, 8.0), 30.0)
    ends = min(max(int(0.22 * height / pitch), 2), 8, (n - 1) // 2)
    if ends < 1:  # one or two neurons, in no height at all
        numbers = np.arange(n)
        y = body.center().y() + (numbers - (n - 1) / 2) * height / 2
        return Column(np.full(n, 2.0), y.astype(np.float64), 2.0, numbers, None)
    pitch = min(pitch, 0.3 * height / ends)
    radius = min(0.78 * pitch, widest) / 2
    first = body.top() + radius + np.arange(ends) * pitch
    last = body.bottom() - radius - np.arange(ends)[::-1] * pitch
    top, bottom = float(first[-1]) + radius, float(last[0]) - radius
    room = min(1.3 * pitch, 0.25 * (bottom - top))
    width = max(0.7 * radius, 4.0)
    strip = QRectF(radius - width / 2, top + room, width, max(bottom - top - 2 * room, 1.0))
    between = n - 2 * ends
    places = strip.top() + (np.arange(between) + 0.5) / between * strip.height()
    shown = np.concatenate([np.arange(ends), np.arange(n - ends, n)])
    return Column(
        np.full(n, radius), np.concatenate([first, places, last]).astype(np.float64), radius, shown, strip
    )
