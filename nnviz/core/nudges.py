"""What each sample of a mini-batch asks of the parameters, and what is left of it when they are averaged.

The nudge that a sample asks of a parameter is −∂C_x/∂θ, downhill on its own cost C_x. A step follows the mean
over the mini-batch (regularisation apart, which asks the same whatever the sample). Where samples disagree, they
cancel.

No gradient of a single sample is ever written out: BP3 and BP4 say that the part of a layer is the outer product
δ (aᵀ, 1), so that its length is ‖δ‖ √(‖a‖² + 1), and the dot product of two samples' is (δ·δ′)(a·a′ + 1).
All is computed in float64, from what the step computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.frozen import frozen
from nnviz.core.stages import StepTrace

Doubles = NDArray[np.float64]

PIECE = 4096
"""Samples that are computed at a time: those of a mini-batch of 60,000, in float64, would take half a gigabyte."""


@dataclass(frozen=True, eq=False)
class Nudges:
    """What each sample asks of chosen parameters. The arrays are read-only.

    Parameters
    ----------
    indices : int64 array, (p,)
        The parameters' places in θ.
    each : float64 array, (m, p)
        −∂C_x/∂θ, a sample a row.
    mean : float64 array, (p,)
        Its mean, which is −∂C/∂θ without regularisation.
    cancelled : float64 array, (p,)
        The share that cancels, 1 − |mean of nudges| / mean of |nudges|: 0 where all samples pull one way,
        1 where they pull to both sides alike; 0 where none pulls.
    """

    indices: NDArray[np.int64]
    each: Doubles
    mean: Doubles
    cancelled: Doubles


@dataclass(frozen=True, eq=False)
class Agreement:
    """How the whole gradients of a mini-batch's samples agree. The arrays are read-only.

    The mean gradient here is without regularisation.

    Parameters
    ----------
    norms : float64 array, (m,)
        ‖∇C_x‖, how strongly each sample pulls.
    projections : float64 array, (m,)
        How far each pulls along the mean gradient's direction. Their mean is `mean_norm`, so that each one's part
        of their sum is its part in the step; one below 0 pulls against it. NaN where the mean gradient is 0.
    cosines : float64 array, (m,)
        Of the angle between each sample's gradient and the mean; NaN where either is 0 and has no direction.
    mean_norm : float
        ‖∇C‖, the length of the mean.
    cancelled : float
        The share that cancels, 1 − ‖mean gradient‖ / mean of ‖∇C_x‖; 0 where there is no gradient at all.
    dominant : int or None
        The sample with the largest projection; None where the mean gradient is 0 or no number.
    """

    norms: Doubles
    projections: Doubles
    cosines: Doubles
    mean_norm: float
    cancelled: float
    dominant: int | None


def nudges(trace: StepTrace, indices: ArrayLike) -> Nudges:
    """Return what each sample of a step's mini-batch asks of chosen parameters.

    Parameters
    ----------
    trace : StepTrace
    indices : int array, (p,)
        Places in θ.

    Raises
    ------
    IndexError
        If θ has no such place.
    """
    chosen = np.array(indices, dtype=np.int64).reshape(-1)
    size = trace.network.theta.size
    outside = chosen[(chosen < 0) | (chosen >= size)]
    if outside.size:
        raise IndexError(f"This network has parameters 0 to {size - 1:,}, but no parameter {outside[0]:,}.")
    each = np.empty((trace.m, chosen.size))
    with np.errstate(all="ignore"):
        for layer, where in enumerate(trace.network.layer_slices):
            a = trace.activations(layer)
            here = np.flatnonzero((where.start <= chosen) & (chosen < where.stop))
            neurons, inputs = np.divmod(chosen[here] - where.start, len(a) + 1)
            a_or_1 = np.ones((here.size, trace.m))
            is_weight = inputs < len(a)
            a_or_1[is_weight] = a[inputs[is_weight]]
            each[:, here] = -(trace.delta[layer][neurons].astype(np.float64) * a_or_1).T  # (BP3, BP4)
        mean = each.mean(axis=0)
        strength = np.abs(each).mean(axis=0)
        cancelled = _cancelled(np.abs(mean), strength)
    return Nudges(frozen(chosen), frozen(each), frozen(mean), frozen(cancelled))


def agreement(trace: StepTrace) -> Agreement:
    """Return how the gradients of a step's samples agree; the work and the memory grow with m, not with m²."""
    squares, along, mean_square = np.zeros(trace.m), np.zeros(trace.m), 0.0
    with np.errstate(all="ignore"):
        for layer in range(len(trace.delta)):
            mean_gradient = np.zeros((len(trace.delta[layer]), len(trace.activations(layer)) + 1))
            for where, delta, a_and_1 in _factors(trace, layer):
                squares[where] += _squares(delta) * _squares(a_and_1)
                mean_gradient += delta @ a_and_1.T
            mean_gradient /= trace.m
            for where, delta, a_and_1 in _factors(trace, layer):
                along[where] += ((mean_gradient @ a_and_1) * delta).sum(axis=0)  # ∇C_x · ∇C
            mean_square += float(np.vdot(mean_gradient, mean_gradient))
        norms, mean_norm = np.sqrt(squares), np.sqrt(np.float64(mean_square))
        projections = along / mean_norm
        cosines = projections / norms
        cancelled = _cancelled(mean_norm, norms.mean())
    return Agreement(
        norms=frozen(norms),
        projections=frozen(projections),
        cosines=frozen(np.clip(cosines, -1, 1)),
        mean_norm=float(mean_norm),
        cancelled=float(cancelled),
        dominant=int(projections.argmax()) if np.isfinite(projections).all() else None,
    )


def dot_products(trace: StepTrace) -> Doubles:
    """Return ∇C_x · ∇C_x′ for every two samples of a step, (m, m); read-only."""
    products = np.zeros((trace.m, trace.m))
    with np.errstate(all="ignore"):
        for layer in range(len(trace.delta)):
            for _, delta, a_and_1 in _factors(trace, layer, trace.m):
                products += (delta.T @ delta) * (a_and_1.T @ a_and_1)
    return frozen(products)


def _factors(
    trace: StepTrace, layer: int, piece: int | None = None
) -> Iterator[tuple[slice, Doubles, Doubles]]:
    """Yield δ of the layer after, (n_l, piece), and the activations before it with their 1, (n_{l−1} + 1, piece)."""
    piece = piece or PIECE
    for start in range(0, trace.m, piece):
        where = slice(start, min(start + piece, trace.m))
        a = trace.activations(layer)[:, where]
        yield where, trace.delta[layer][:, where].astype(np.float64), np.vstack([a, np.ones((1, a.shape[1]))])


def _cancelled(of_mean: ArrayLike, mean_of_each: ArrayLike) -> Doubles:
    """Return 1 − size of the mean / mean of the sizes, held between 0 and 1 against rounding."""
    nothing = np.equal(mean_of_each, 0)
    return np.where(nothing, 0.0, np.clip(1 - np.divide(of_mean, mean_of_each), 0, 1))


def _squares(columns: NDArray[np.floating[Any]]) -> Doubles:
    squares: Doubles = np.einsum("ij,ij->j", columns, columns)
    return squares
