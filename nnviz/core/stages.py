"""One step of training taken apart: its stages in their order, and everything that each of them computes.

A step is looked at before it is made, on buffers of its own: neither the network nor the descent notices. The
arithmetic is that of the step itself, so that θ at the end is, bit for bit, what the step would have made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.core.backprop import Workspace, backward, forward
from nnviz.core.descent import Descent, HyperParameters
from nnviz.core.encoding import Floats, one_hot
from nnviz.core.frozen import all_frozen, frozen
from nnviz.core.network import Network, check_samples
from nnviz.core.regularisation import Regularisation


class Kind(StrEnum):
    """What is done in a stage."""

    MINI_BATCH = "mini-batch"
    FORWARD = "forward"
    COST = "cost"
    OUTPUT_ERROR = "output error"
    BACKWARD = "backward"
    GRADIENT = "gradient"
    UPDATE = "update"


EQUATIONS: dict[Kind, tuple[str, ...]] = {
    Kind.OUTPUT_ERROR: ("BP1",),
    Kind.BACKWARD: ("BP2",),
    Kind.GRADIENT: ("BP3", "BP4"),
}
"""Which of the book's four equations a stage carries out; see `nnviz.core.backprop`."""


@dataclass(frozen=True)
class Stage:
    """A part of one step.

    Parameters
    ----------
    kind : Kind
    layer : int, optional
        From 1: the layer that is computed, for "forward", "output error" (L) and "backward".
    """

    kind: Kind
    layer: int | None = None

    @property
    def equations(self) -> tuple[str, ...]:
        """The names of the book's equations that are carried out: "BP1" to "BP4", or none."""
        return EQUATIONS.get(self.kind, ())


def stages(n_layers: int) -> tuple[Stage, ...]:
    """Return the stages of a step in their order.

    Parameters
    ----------
    n_layers : int
        L, the layers without the input's.
    """
    return (
        Stage(Kind.MINI_BATCH),
        *(Stage(Kind.FORWARD, layer) for layer in range(1, n_layers + 1)),
        Stage(Kind.COST),
        Stage(Kind.OUTPUT_ERROR, n_layers),
        *(Stage(Kind.BACKWARD, layer) for layer in range(n_layers - 1, 0, -1)),
        Stage(Kind.GRADIENT),
        Stage(Kind.UPDATE),
    )


@dataclass(frozen=True, eq=False)
class StepTrace:
    """Everything that one step computes. The arrays are its own and read-only.

    Tuples have one entry for each layer 1…L, (n_l, m) each: a sample is a column. Errors and their factors are
    those of each sample, ∂C_x/∂z and so on, not divided by m; only the gradient is a mean over the mini-batch.

    With dropout, `a` is what is passed on, the mask times σ(z), and `slope` is ∂a/∂z of that.

    Parameters
    ----------
    hyper : HyperParameters
    regularisation : Regularisation
        Its λ, and the number of training samples that it is shared by.
    network, after : Network
        Before the step and after it, each at read-only parameters of its own.
    images : uint8 array, (m, n_0)
        The mini-batch.
    labels : int64 array, (m,)
    inputs : (m, n_0)
        The pixels from 0 to 1.
    targets : (n_L, m)
    masks : tuple of (n_l, 1), one for each hidden layer, or None
        Dropout: 0 for a neuron that is left out of the step, 1/(1 − p) for one that is kept.
    z, a : tuples
        Weighted inputs and activations.
    slope : tuple
        σ′(z). For softmax the diagonal ∂a_j/∂z_j of its Jacobian.
    error : tuple
        What arrives before the slope is applied: (wᵀδ) of the layer after, and ∇ₐC_x at the output.
    delta : tuple
        δ = ∂C_x/∂z. It is `error` ⊙ `slope`, but for two outputs: a softmax's Jacobian is full, and where the
        cross-entropy has cancelled the slope, δ = a − y holds even where rounding leaves nothing of the two factors.
    costs : (m,)
        C_x of each sample.
    mean_cost : float
        Their mean over the mini-batch.
    penalty : float
        What regularisation adds to it.
    cost : float
        Both together, which is the cost that the step returns.
    mean_gradient : (P,)
        ∇C without regularisation, the mean over the mini-batch.
    penalty_gradient : (P,)
        What regularisation adds to it.
    gradient : (P,)
        Both together: the gradient that the step follows.
    kept : (P,)
        μ v: what momentum keeps of the last change of θ. All 0 without momentum.
    update : (P,)
        The change of θ, Δθ = μ v − η ∇C, which is the velocity after the step.
    """

    hyper: HyperParameters
    regularisation: Regularisation
    network: Network
    after: Network
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    inputs: Floats
    targets: Floats
    masks: tuple[Floats, ...] | None
    z: tuple[Floats, ...]
    a: tuple[Floats, ...]
    slope: tuple[Floats, ...]
    error: tuple[Floats, ...]
    delta: tuple[Floats, ...]
    costs: Floats
    mean_cost: float
    penalty: float
    cost: float
    mean_gradient: Floats
    penalty_gradient: Floats
    gradient: Floats
    kept: Floats
    update: Floats

    @property
    def m(self) -> int:
        """The number of samples in the mini-batch."""
        return len(self.labels)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages in their order."""
        return stages(len(self.z))

    def activations(self, layer: int) -> Floats:
        """Return the activations of a layer, (n_l, m), 0 for the input's."""
        return self.inputs.T if layer == 0 else self.a[layer - 1]


def trace_next_step(
    descent: Descent, samples: NDArray[np.int64], hyper: HyperParameters, step: int = 0
) -> StepTrace:
    """Return everything that `descent.step`, called with the same arguments, would compute.

    Parameters
    ----------
    descent : Descent
        Only read.
    samples : int64 array, (m,)
        The indices of the mini-batch's samples.
    hyper : HyperParameters
    step : int
        The number of steps made before, which addresses the dropout masks.
    """
    return trace_step(
        descent.network,
        descent.images[samples],
        descent.targets[:, samples].argmax(axis=0),
        hyper,
        descent.velocity,
        descent.masks(hyper.dropout, step) if hyper.dropout else None,
        len(descent.images),
    )


def trace_step(
    network: Network,
    images: NDArray[np.uint8],
    labels: NDArray[np.integer[Any]],
    hyper: HyperParameters,
    velocity: Floats | None = None,
    masks: list[Floats] | None = None,
    n: int | None = None,
) -> StepTrace:
    """Return everything that a step from this network on this mini-batch computes.

    Parameters
    ----------
    network : Network
        Only read.
    images : uint8 array, (m, n_0)
        The mini-batch.
    labels : int array, (m,)
    hyper : HyperParameters
        Neither `batch_size` nor `dropout` is read: the mini-batch and the masks are given.
    velocity : (P,), optional
        The last change of θ; none where not given.
    masks : list of (n_l, 1), optional
        Those of dropout, one for each hidden layer.
    n : int, optional
        The number of training samples, by which regularisation is shared; m where not given.

    Raises
    ------
    ValueError
        If the network cannot be trained, or not on these samples.
    """
    network.refuse_if_untrainable()
    check_samples(network, images, labels)
    network = network.at(frozen(network.theta))
    regularisation = Regularisation(hyper.l2, hyper.l1, len(images) if n is None else n)
    work = Workspace(network, len(images))
    work.fill(images)
    work.targets[...] = one_hot(labels, network.sizes[-1], network.dtype).T
    with np.errstate(all="ignore"):
        forward(work, masks)
        delta, error, slope = _each_samples_errors(work, masks)
        mean_cost = backward(work, masks)
        mean_gradient = frozen(work.gradient)
        penalty, penalty_gradient, gradient = 0.0, np.zeros_like(network.theta), work.gradient
        if regularisation:
            penalty = regularisation.cost_of(network.weights)
            for sum_of_both in (gradient, penalty_gradient):
                scratch = np.empty_like(network.theta)
                regularisation.add_gradient(network.theta, network.is_weight(), sum_of_both, scratch)
        last = np.zeros_like(network.theta) if velocity is None else velocity
        kept, update = _update(gradient, last, hyper)
        after = network.theta + update
        costs = network.cost.of_each(work.a[-1], work.targets)
    return StepTrace(
        hyper=hyper,
        regularisation=regularisation,
        network=network,
        after=network.at(frozen(after)),
        images=frozen(images),
        labels=frozen(labels.astype(np.int64)),
        inputs=frozen(work.inputs),
        targets=frozen(work.targets),
        masks=None if masks is None else all_frozen(masks),
        z=all_frozen(work.z),
        a=all_frozen(work.a),
        slope=slope,
        error=error,
        delta=delta,
        costs=frozen(costs),
        mean_cost=mean_cost,
        penalty=penalty,
        cost=mean_cost + penalty,
        mean_gradient=mean_gradient,
        penalty_gradient=frozen(penalty_gradient),
        gradient=frozen(gradient),
        kept=frozen(kept),
        update=frozen(update),
    )


def _each_samples_errors(
    work: Workspace, masks: list[Floats] | None
) -> tuple[tuple[Floats, ...], tuple[Floats, ...], tuple[Floats, ...]]:
    """Return δ, what arrived before the slope was applied, and the slopes, from a finished forward pass.

    Everything after BP1 is linear in δ, so a backward pass with the share 1 in place of 1/m leaves every sample's own.
    """
    share = work.share.copy()
    work.share.fill(1)
    backward(work, masks)
    delta = all_frozen(work.deltas)
    work.share[...] = share
    # The products with the biases that `backward` makes, too, so that they are the same to the last bit.
    layers = zip(work.network.weights_and_biases[1:], delta[1:], strict=True)
    arriving = [np.dot(weights_and_biases.T, after)[:-1] for weights_and_biases, after in layers]
    at_output = work.network.cost.derivative(work.a[-1], work.targets)
    return delta, all_frozen([*arriving, at_output]), all_frozen(work.slopes)


def _update(gradient: Floats, velocity: Floats, hyper: HyperParameters) -> tuple[Floats, Floats]:
    """Return μ v and μ v − η ∇C, rounded as `Descent.step` rounds them."""
    downhill = gradient * np.array(-hyper.eta).astype(gradient.dtype)
    if not hyper.momentum:
        return np.zeros_like(gradient), downhill
    kept = velocity * hyper.momentum
    return kept, kept + downhill
