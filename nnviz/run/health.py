"""Whether learning is healthy: how strongly each layer is told to change, does change, and can still answer.

Where gradients vanish on their way back, the first layers' norms and ratios lie far below the last ones'; where
neurons are saturated, σ′ is close to 0 and little gradient passes.
"""

from __future__ import annotations

import math

import numpy as np

from nnviz.core.backprop import Workspace
from nnviz.core.descent import Descent
from nnviz.core.encoding import Floats
from nnviz.run.table import Float32s, Table

EVERY = 10
"""Steps from one row of the log to the next: health changes slowly, and to look at it costs time."""
NORM, RATIO, SATURATED = 0, 1, 2
"""The log's figures of a layer."""


class HealthLog:
    """A table with a row for every tenth step: three figures for each layer 1…L.

    Other threads may read the rows of steps that they know to have been made.

    Parameters
    ----------
    n_layers : int
        L.
    """

    def __init__(self, n_layers: int) -> None:
        self.n_layers = n_layers
        self._table = Table(3 * n_layers)

    def add(self, descent: Descent) -> None:
        """Add a row for the step that was just made."""
        self._table.add(health(descent).ravel())

    def until(self, step: int) -> HealthLog:
        """Return a log of its own of the first steps."""
        first = HealthLog(self.n_layers)
        first._table.extend(self._table.rows(0, self.count_at(step)))
        return first

    @staticmethod
    def count_at(step: int) -> int:
        """Return how many rows there are after so many steps; row r is of step EVERY · (r + 1)."""
        return step // EVERY

    def figures(self, start: int, stop: int) -> Float32s:
        """Return rows `start` to `stop` − 1, (rows, 3, L): gradient norm, update ratio, saturated share."""
        return self._table.rows(start, stop).reshape(-1, 3, self.n_layers)

    def at(self, step: int) -> Float32s:
        """Return the figures of the newest row that is not after a step, (3, L)."""
        return self._table.row(self.count_at(step) - 1).reshape(3, self.n_layers)


def health(descent: Descent) -> Floats:
    """Return the figures of the step that was just made, (3, L).

    For each layer: the norm of its gradient, ‖∇C‖; the length of its last update against that of its parameters,
    ‖Δθ‖ / ‖θ‖, weights and biases together; and the share of its activations, over neurons and samples of the
    mini-batch, at which the activation function is so flat that the neuron hardly learns.
    """
    slices = descent.network.layer_slices
    figures = np.zeros((3, len(slices)))
    with np.errstate(all="ignore"):
        for layer, where in enumerate(slices, 1):
            figures[NORM, layer - 1] = _length(descent.gradient[where])
            figures[RATIO, layer - 1] = update_ratio(descent, layer)
            if descent.work is not None:
                figures[SATURATED, layer - 1] = saturated_share(descent.work, layer)
    return figures


def update_ratio(descent: Descent, layer: int) -> float:
    """Return a layer's ‖Δθ‖ / ‖θ‖, see `health`; 0 where all its parameters are."""
    where = descent.network.layer_slices[layer - 1]
    parameters = _length(descent.network.theta[where])
    return _length(descent.velocity[where]) / parameters if parameters else 0.0


def saturated_share(work: Workspace, layer: int) -> float:
    """Return a layer's saturated share, see `health`, from z: what dropout hid was not saturated."""
    activation, z = work.network.activations[layer - 1], work.z[layer - 1]
    a = np.empty_like(z)
    activation.apply(z, a)
    slope = np.empty_like(z)
    activation.slope(a, slope)
    return float(np.count_nonzero(slope < activation.flat) / slope.size)


def _length(vector: Floats) -> float:
    return math.sqrt(np.dot(vector, vector))
