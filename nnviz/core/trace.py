"""The trace of one sample: everything one forward and backward pass computed, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nnviz.core.backprop import Workspace, backward, forward
from nnviz.core.encoding import Floats
from nnviz.core.frozen import frozen, only_columns

if TYPE_CHECKING:
    from nnviz.core.network import Network


@dataclass(frozen=True)
class Trace:
    """One sample's forward and backward pass; every array is the trace's own and read-only.

    Lists have one entry for each layer 1…L.

    Attributes
    ----------
    x : (n_0,)
        The input.
    y : (n_L,)
        The target.
    cost : float
        C of this sample, without regularisation.
    z, a : tuples of (n_l,)
        Weighted inputs and activations.
    slope : tuple of (n_l,)
        σ′(z). For softmax the diagonal ∂a_j/∂z_j of its Jacobian.
    error : tuple of (n_l,)
        What arrives before σ′ is applied: ∂C/∂a, which is (wᵀδ) of the layer after, and ∇ₐC at the output.
    delta : tuple of (n_l,)
        δ = ∂C/∂z. It is `error` ⊙ `slope`, except for softmax, whose Jacobian is full.
    dC_dw : tuple of (n_l, n_{l−1})
    dC_db : tuple of (n_l,)
    dC_dx : (n_0,)
        How the cost answers to each pixel.
    """

    x: Floats
    y: Floats
    cost: float
    z: tuple[Floats, ...]
    a: tuple[Floats, ...]
    slope: tuple[Floats, ...]
    error: tuple[Floats, ...]
    delta: tuple[Floats, ...]
    dC_dw: tuple[Floats, ...]  # noqa: N815 (the book's notation)
    dC_db: tuple[Floats, ...]  # noqa: N815
    dC_dx: Floats  # noqa: N815


def trace(network: Network, work: Workspace) -> Trace:
    """Run both passes over a workspace that holds one sample, and keep all they computed."""
    with np.errstate(all="ignore"):
        forward(work)
        cost = backward(work)
        arriving = [
            w.T @ delta for w, delta in zip(network.weights, work.deltas, strict=True)
        ]  # ∂C/∂a of the layer before each
        at_output = network.cost.derivative(work.a[-1], work.targets)
    weight_gradients, bias_gradients = network.views(work.gradient)
    return Trace(
        x=frozen(work.inputs[0]),
        y=frozen(work.targets[:, 0]),
        cost=cost,
        z=only_columns(work.z),
        a=only_columns(work.a),
        slope=only_columns(work.slopes),
        error=only_columns([*arriving[1:], at_output]),
        delta=only_columns(work.deltas),
        dC_dw=tuple(frozen(w) for w in weight_gradients),
        dC_db=tuple(frozen(b) for b in bias_gradients),
        dC_dx=frozen(arriving[0][:, 0]),
    )
