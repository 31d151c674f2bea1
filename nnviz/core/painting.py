"""Painting a first-layer neuron's weights on its image: strokes, and the pictures to start from.

Places on an image are (x, y) in its own pixels from its upper left corner, so that the middle of the first pixel is
(0.5, 0.5). Weights lie as the image does, (rows, cols).
"""

from __future__ import annotations

import math
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from nnviz.core.encoding import Floats

SURROUND = 3.0
"""How far the negative surround of an edge detector reaches from the middle of its line, in radii of the brush."""
LINE_SHARE = 0.55
"""The length of an edge detector's line, as a share of the image's shorter side."""
Distances = NDArray[np.float64]


class Tool(Enum):
    """What a stroke leaves behind."""

    EDGE = "Edge"
    POSITIVE = "Positive"
    NEGATIVE = "Negative"
    ZERO = "Zero"


class Stroke:
    """The path of a brush over an image.

    Parameters
    ----------
    shape : (rows, cols)

    Attributes
    ----------
    distances : float64 array, (rows, cols)
        From the middle of each pixel to the nearest point of the path; infinite before there is one.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self.distances: Distances = np.full(shape, np.inf)
        self._last: tuple[float, float] | None = None

    def go_to(self, place: tuple[float, float]) -> None:
        """Put the brush down at a place, or draw a straight line to it."""
        start = place if self._last is None else self._last
        self._last = place
        np.minimum(self.distances, _distances(self.distances.shape, start, place), out=self.distances)


def painted(weights: Floats, distances: Distances, tool: Tool, radius: float, strength: float) -> Floats:
    """Return weights after a stroke of the brush.

    Under the brush they become ±strength or 0, at its rim a mixture with what was there before; what is no finite
    number counts as 0. The tool EDGE leaves a line of +strength, and beside it, as far as three radii, weights that
    are negative, such that a stroke that is long gives as much negative as positive weight: a neuron that likes an
    edge, and neither ink everywhere nor none.

    Parameters
    ----------
    weights : float array, (rows, cols)
    distances : float64 array, (rows, cols)
        A stroke's.
    tool : Tool
    radius : float
        Of the brush, in pixels of the image.
    strength : float
    """
    before = np.nan_to_num(weights.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if tool is Tool.EDGE:
        around = -strength / (SURROUND - 1)
        before = _mixed(before, around, _cover(distances, SURROUND * radius))
    target = {Tool.NEGATIVE: -strength, Tool.ZERO: 0.0}.get(tool, strength)
    after = _mixed(before, target, _cover(distances, radius))
    untouched = _cover(distances, reach(tool, radius)) == 0
    result: Floats = np.where(untouched, weights, after.astype(weights.dtype))
    return result


def reach(tool: Tool, radius: float) -> float:
    """Return how far from its path a stroke changes weights, in pixels of the image."""
    return SURROUND * radius if tool is Tool.EDGE else radius


def edge_detector(shape: tuple[int, int], degrees: float, radius: float, strength: float) -> Floats:
    """Return the weights of the course's edge detector: a bright line with a negative surround, and 0 elsewhere.

    Parameters
    ----------
    shape : (rows, cols)
    degrees : float
        How the line lies: 0 is level, 90 upright, 45 rises to the right.
    radius : float
        Half the line's width, in pixels.
    strength : float
        The weight on the line.
    """
    rows, cols = shape
    half = LINE_SHARE * min(shape) / 2
    across, up = half * math.cos(math.radians(degrees)), half * math.sin(math.radians(degrees))
    stroke = Stroke(shape)
    stroke.go_to((cols / 2 - across, rows / 2 + up))
    stroke.go_to((cols / 2 + across, rows / 2 - up))
    return painted(np.zeros(shape, np.float32), stroke.distances, Tool.EDGE, radius, strength)


def blurred(weights: Floats) -> Floats:
    """Return weights of which each is a mean over its neighbours, (1 2 1; 2 4 2; 1 2 1) / 16, mirrored at the rim."""
    finite = np.nan_to_num(weights.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    for _ in range(2):  # along one side, and along the other
        rimmed = np.pad(finite, ((1, 1), (0, 0)), mode="edge")
        finite = ((rimmed[:-2] + 2 * finite + rimmed[2:]) / 4).T
    result: Floats = finite.astype(weights.dtype)
    return result


def _distances(shape: tuple[int, ...], start: tuple[float, float], stop: tuple[float, float]) -> Distances:
    """Return how far the middle of each pixel is from a line between two places."""
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    along, down = stop[0] - start[0], stop[1] - start[1]
    length = along * along + down * down
    share = 0.0
    if length > 0:
        share = np.clip(((x - start[0]) * along + (y - start[1]) * down) / length, 0, 1)
    distances: Distances = np.hypot(x - start[0] - share * along, y - start[1] - share * down)
    return distances


def _cover(distances: Distances, radius: float) -> Distances:
    """Return what share of each pixel a brush covers, near enough."""
    cover: Distances = np.clip(radius + 0.5 - distances, 0, 1)
    return cover


def _mixed(before: Distances, target: float, cover: Distances) -> Distances:
    return before + cover * (target - before)
