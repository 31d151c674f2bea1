"""What happens to a ball: why the step that it has made went well, or did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from nnviz.core.balls import Ball, Footprint
from nnviz.core.surfaces import Toy
from nnviz.core.survey import Surface

Doubles = NDArray[np.float64]

AT_REST = 3e-3
"""A ball is at rest where level ground is nearer, and its last step shorter, than this share of the diagonal."""
NEAR = 0.03
"""A ball lingers at a saddle that is nearer than this share of the diagonal."""
SMALL = 3e-3
"""A step that is shorter than this share of the window's diagonal is small."""
LEVEL = 0.03
"""Ground is almost level where its slope is below this share of the window's usual slope."""
AS_DEEP = 0.02
"""A minimum is as deep as the deepest if it is above it by less than this share of the surface's extent."""
APART = 1e-4
"""Between points at which slopes are compared, as a share of the window's diagonal."""


class Event(Enum):
    """What there is to be told of a ball."""

    START = auto()
    """No step was made yet."""
    DIVERGED = auto()
    """It is out of sight."""
    DEEPEST = auto()
    """It rests in the deepest minimum, or one as deep."""
    MINIMUM = auto()
    """It rests in a minimum that is not the deepest."""
    SADDLE = auto()
    """Close by, the ground is level, but it falls away to some side."""
    PLATEAU = auto()
    """The ground is almost level, so that steps are small."""
    THROWN = auto()
    """A single step has led further than the window is wide."""
    CLIMBED = auto()
    """The step was longer than the valley is wide, and ended higher up."""
    CARRIED = auto()
    """Its momentum has carried it uphill."""
    ACROSS = auto()
    """The step has led across the valley to the other side, and lower."""
    CREEPS = auto()
    """The ground is steep, but η is so small that steps are."""
    DOWN = auto()
    """It rolls down."""


@dataclass(frozen=True)
class Told:
    """What is told of a ball.

    Parameters
    ----------
    event : Event
    step : int
        Steps it has made; for one that has diverged, those until it had.
    length : float
        Of the last step; 0 without one.
    cost : float
        Where it is now.
    before : float
        The cost before the last step; NaN without one.
    """

    event: Event
    step: int
    length: float
    cost: float
    before: float


def tell(
    toy: Toy, ball: Ball, way: Sequence[Footprint], has_diverged: bool, surface: Surface | None = None
) -> Told:
    """Return what happened in the last step of a ball.

    Parameters
    ----------
    toy : Toy
    ball : Ball
    way : sequence of Footprint
        From the start to now, at least one.
    has_diverged : bool
    surface : Surface, optional
        Of the toy, for how deep and how steep it is elsewhere; one of the toy's own points where not given.
    """
    now = way[-1]
    before = way[-2] if len(way) > 1 else None
    move = now.point - before.point if before is not None else np.zeros_like(now.point)
    length = float(np.linalg.norm(move))
    return Told(
        _event(toy, ball, now, before, move, has_diverged, surface),
        now.step,
        length,
        now.cost,
        before.cost if before is not None else float("nan"),
    )


def _event(
    toy: Toy,
    ball: Ball,
    now: Footprint,
    before: Footprint | None,
    move: Doubles,
    has_diverged: bool,
    surface: Surface | None,
) -> Event:
    if has_diverged:
        return Event.DIVERGED
    diagonal = _diagonal(toy)
    steepness = float(np.linalg.norm(now.gradient))
    length = float(np.linalg.norm(move))
    if length < AT_REST * diagonal and _to_level_ground(toy, now) < AT_REST * diagonal:
        return _rest(toy, now, surface)
    if before is None:
        return Event.START
    if length > diagonal:
        return Event.THROWN
    if now.cost > before.cost:
        alone = (
            before.point - ball.eta * before.gradient
        )  # where the slope without the momentum would have led
        return Event.CLIMBED if float(toy.value(alone)) > before.cost else Event.CARRIED
    if float(move @ now.gradient) > 0 and length >= SMALL * diagonal:
        return Event.ACROSS
    if _to_level_ground(toy, now) < NEAR * diagonal and _falls_away(toy, now.point):
        return Event.SADDLE
    if length < SMALL * diagonal:
        return Event.CREEPS if steepness >= LEVEL * _usual_slope(toy) else Event.PLATEAU
    return Event.DOWN


def _rest(toy: Toy, now: Footprint, surface: Surface | None) -> Event:
    if _falls_away(toy, now.point):
        return Event.SADDLE
    values = _values(toy) if surface is None else surface.costs
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return Event.DEEPEST if now.cost <= low + AS_DEEP * (high - low) else Event.MINIMUM


def _diagonal(toy: Toy) -> float:
    window = toy.window
    sides = (window.right - window.left, window.top - window.bottom)[: toy.dimensions]
    return float(np.linalg.norm(sides))


def _points(toy: Toy) -> Doubles:
    """Return points all over a toy's window, (k, d)."""
    window = toy.window
    x = np.linspace(window.left, window.right, 25)
    if toy.dimensions == 1:
        return x[:, np.newaxis]
    y = np.linspace(window.bottom, window.top, 25)
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def _values(toy: Toy) -> Doubles:
    return toy.value(_points(toy))


def _usual_slope(toy: Toy) -> float:
    return float(np.median(np.linalg.norm(toy.gradient(_points(toy)), axis=-1)))


def _to_level_ground(toy: Toy, now: Footprint) -> float:
    """Return how far away the ground is level, by a step of Newton's: ‖H⁻¹ ∇C‖; infinity for where it is nowhere."""
    try:
        return float(np.linalg.norm(np.linalg.solve(_curvature(toy, now.point), now.gradient)))
    except np.linalg.LinAlgError:
        return float("inf")


def _falls_away(toy: Toy, point: Doubles) -> bool:
    """Return whether the ground is curved downwards along some direction."""
    return bool(np.linalg.eigvalsh(_curvature(toy, point)).min() < 0)


def _curvature(toy: Toy, point: Doubles) -> Doubles:
    """Return the second derivatives H of a toy at a point, (d, d), from its slopes nearby."""
    apart = APART * _diagonal(toy)
    ahead = apart * np.eye(len(point))
    second: Doubles = (toy.gradient(point + ahead) - toy.gradient(point - ahead)) / (2 * apart)
    return (second + second.T) / 2
