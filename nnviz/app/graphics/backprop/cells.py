"""Numbers of neurons as coloured cells: what the strips of the backprop inspector are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.app.graphics.backprop.subject import Subject
from nnviz.app.graphics.backprop.words import figures
from nnviz.app.graphics.number_images import Colours, brightness, largest, signs
from nnviz.app.graphics.scale_bar import limit_text
from nnviz.app.graphics.text import number
from nnviz.app.theme import Theme

Z, A, DELTA, SLOPE, ERROR = "z", "a", "δ", "σ′(z)", "∂C/∂a"
"""The strips of a layer, from left to right; each is headed by its name."""
FIXED = {1.0: "1", 0.25: "¼"}
"""The ends of scales that end where the function does."""


@dataclass(frozen=True, eq=False)
class Strip:
    """A number for each neuron.

    Parameters
    ----------
    name : str
    values : float array, (n,)
    limit : float
        Where its scale ends.
    signed : bool
        Whether it has the colours of signs, or else brightness.
    """

    name: str
    values: NDArray[np.floating]
    limit: float
    signed: bool

    def colours(self, theme: Theme) -> Colours:
        """Return the colour of each number."""
        if self.signed:
            return signs(theme, self.values, self.limit)
        with np.errstate(all="ignore"):
            return brightness(theme, self.values / self.limit if self.limit > 0 else self.values)

    @property
    def ends(self) -> str:
        """From what to what its scale reaches."""
        end = FIXED.get(self.limit) or limit_text(self.limit)
        return f"±{end}" if self.signed else f"0–{end}"


def strips_of(subject: Subject, layer: int, limits: tuple[float, float]) -> list[Strip]:
    """Return the strips of a layer, from 1.

    Parameters
    ----------
    limits : (float, float)
        The ends of the scales of ∂C/∂a and of δ.
    """
    trace, place = subject.trace, layer - 1
    z, a, activation = trace.z[place], trace.a[place], subject.network.activations[place]
    # For softmax no slope counts as flat; the diagonal of its Jacobian is a (1 − a), at most ¼.
    steepest = 10 * activation.flat if activation.flat else 0.25
    return [
        Strip(Z, z, largest(z), True),
        Strip(A, a, largest(a) if activation.name == "relu" else 1.0, activation.name == "tanh"),
        Strip(DELTA, trace.delta[place], limits[1], True),
        Strip(SLOPE, trace.slope[place], steepest, False),
        Strip(ERROR, trace.error[place], limits[0], True),
    ]


def brief(value: float) -> str:
    """Return a number for a cell: "−4.21", "0.035", "3·10⁻⁹"."""
    size = abs(value)
    if size == 0:
        return "0"
    if size < 0.0095:
        return figures(value, 1) if size < 0.00095 else number(value, 3)
    return number(value, 3 if size < 0.9995 else 2 if size < 9.995 else 1 if size < 999.95 else 0)
