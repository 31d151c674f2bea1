"""What moves on a surface: balls, and the trails behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trail:
    """A way across a surface.

    Parameters
    ----------
    points : float64 array, (k, 2)
        (α, β) of each position.
    heights : float64 array, (k,)
        The true cost of each; NaN where it is not known, which leaves a gap.
    role : str
        The theme's colour for it.
    opacity : float64 array, (k,), optional
        From 0 to 1: less, the further a position is from the plane. 1 throughout where not given.
    """

    points: Doubles
    heights: Doubles
    role: str = "highlight"
    opacity: Doubles | None = None

    @property
    def opacities(self) -> Doubles:
        """The opacity of each position, (k,)."""
        return np.ones(len(self.points)) if self.opacity is None else self.opacity


@dataclass(frozen=True)
class Marble:
    """A ball where it is now.

    Parameters
    ----------
    point : (float, float)
    height : float
    role : str
        The theme's colour for it.
    name : str
        Written beside it on a map; may be empty.
    arrow : (float, float), optional
        Where the step that it is about to make leads, as (α, β) of the arrow's head.
    is_chosen : bool
        Whether it is the one that controls act on.
    """

    point: tuple[float, float]
    height: float
    role: str = "highlight"
    name: str = ""
    arrow: tuple[float, float] | None = None
    is_chosen: bool = False


@dataclass(frozen=True, eq=False)
class Marks:
    """All that moves on a surface."""

    trails: Sequence[Trail] = field(default_factory=tuple)
    marbles: Sequence[Marble] = field(default_factory=tuple)
