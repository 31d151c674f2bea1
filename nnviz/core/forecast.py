"""What the gradient promises of a step, beside what the cost really does.

∇C · Δθ is the change of the cost to first order. Without momentum Δθ is −η ∇C, and the promise −η ‖∇C‖², which is
never above 0. What really happens differs by the curvature of the cost, which a large η goes too far across.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.backprop import Workspace, forward
from nnviz.core.evaluation import evaluate
from nnviz.core.network import Network
from nnviz.core.stages import StepTrace

PIECE = 4096
"""Samples that are computed at a time: those of a mini-batch of 60,000, in float64, would take half a gigabyte."""


@dataclass(frozen=True)
class Change:
    """A cost before and after a step.

    Parameters
    ----------
    before, after : float
    """

    before: float
    after: float

    @property
    def actual(self) -> float:
        """How the cost has changed; below 0 where it fell."""
        return self.after - self.before


@dataclass(frozen=True)
class Forecast:
    """The change that a step promises, and those that happen. All computed in float64.

    Parameters
    ----------
    by_gradient : float
        −η ‖∇C‖², the promise of a step straight downhill.
    by_update : float
        ∇C · Δθ, the promise of the step as it is made, momentum included; the same without momentum.
    mini_batch : Change
        Of the mini-batch's cost, with regularisation and the step's dropout masks: of that cost ∇C is the gradient.
    evaluation : Change or None
        Of the cost on a fixed set of samples, by the whole network and without regularisation.
    samples : int
        In that set.
    """

    by_gradient: float
    by_update: float
    mini_batch: Change
    evaluation: Change | None
    samples: int = 0


def forecast(
    trace: StepTrace,
    images: NDArray[np.uint8] | None = None,
    labels: NDArray[np.uint8] | None = None,
) -> Forecast:
    """Return what a step promises and what it does.

    Parameters
    ----------
    trace : StepTrace
    images : uint8 array, (n, n_0), optional
        A fixed set of samples to evaluate before and after the step.
    labels : uint8 array, (n,), optional
    """
    gradient, update = trace.gradient.astype(np.float64), trace.update.astype(np.float64)
    before, after = trace.network.in_double_precision(), trace.after.in_double_precision()
    evaluation = None
    if images is not None and labels is not None:
        evaluation = Change(*(evaluate(network, images, labels).cost for network in (before, after)))
    with np.errstate(all="ignore"):
        return Forecast(
            by_gradient=-trace.hyper.eta * float(np.dot(gradient, gradient)),
            by_update=float(np.dot(gradient, update)),
            mini_batch=Change(_cost_of(trace, before), _cost_of(trace, after)),
            evaluation=evaluation,
            samples=0 if evaluation is None or labels is None else len(labels),
        )


def _cost_of(trace: StepTrace, network: Network) -> float:
    """Return the cost that the step descends on, at some parameters."""
    masks = None if trace.masks is None else [mask.astype(network.dtype) for mask in trace.masks]
    total = 0.0
    for start in range(0, trace.m, PIECE):
        images = trace.images[start : start + PIECE]
        work = Workspace(network, len(images))
        work.fill(images)
        work.targets[...] = trace.targets[:, start : start + PIECE]
        forward(work, masks)
        outputs, targets = work.a[-1], work.targets
        total += len(images) / trace.m * network.cost.value(outputs, targets, outputs - targets)
    return total + trace.regularisation.cost_of(network.weights)
