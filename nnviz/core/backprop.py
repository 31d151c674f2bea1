"""Backpropagation: the gradient of the cost, by four equations.

In the book's notation (Nielsen, "Neural Networks and Deep Learning", chapter 2), with L the last layer:

    (BP1)  δᴸ = ∇ₐC ⊙ σ′(zᴸ)                     the error of the output layer
    (BP2)  δˡ = ((wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ′(zˡ)           the error of a layer, from that of the layer after it
    (BP3)  ∂C/∂bˡⱼ = δˡⱼ                          a bias's share of the gradient
    (BP4)  ∂C/∂wˡⱼₖ = aˡ⁻¹ₖ δˡⱼ                   a weight's share of the gradient

Here they run over a batch at once. A sample is a column, so that z = w a + b reads as in the book, and the
sums over samples that BP3 and BP4 need are done by the matrix products. Everything after BP1 is linear in δ,
so dividing δᴸ by m makes every later number a mean over the batch.

A bias is the weight of an input that is always 1. Each layer's activations carry such a 1 as their last row,
and each neuron's bias stands behind its weights: then w a + b is one product, and BP3 is the last column of
BP4. At the size of these networks a call costs more than its arithmetic, and this saves one in four.

Everything is written into a `Workspace`, whose buffers are allocated once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nnviz.core.encoding import Floats

if TYPE_CHECKING:
    from nnviz.core.network import Network


class Workspace:
    """The buffers of one forward and one backward pass of m samples through a network.

    Lists have one entry for each layer 1…L, (n_l, m) each, but for those that say otherwise.

    Attributes
    ----------
    inputs_and_1 : (m, n_0 + 1)
        The batch, a sample a row, each with its 1; the caller fills it.
    inputs : (m, n_0)
        Its view without the 1.
    targets : (n_L, m)
        What the outputs should be; the caller fills it.
    z, a : lists
        Weighted inputs and activations. With dropout, `a` is what is passed on to the next layer.
    a_and_1 : list of (n_l + 1, m), one for each layer 0…L−1
        Activations with the 1 that biases are the weights of; `a` and `inputs` are views of them.
    slopes : list
        σ′(z).
    stretches : list of (activation, a, slopes)
        Neighbouring layers that have their activation function in common lie in one stretch of a buffer, so
        that their slopes are computed by one call. What the row of ones makes of it is not used.
    deltas : list
        The errors δ, divided by m.
    deltas_and_rest : list of (n_l + 1, m), one for each hidden layer
        The same with a last row, which is what the product with weights and biases leaves there.
    share : ()
        1/m, the share of one sample in the batch.
    gradient : (P,)
        The mean gradient.
    layer_gradients : list of (n_l, n_{l−1} + 1)
        The gradient's views by layer, each row the weights and the bias of one neuron.
    """

    def __init__(self, network: Network, m: int) -> None:
        sizes, dtype = network.sizes, network.dtype
        self.network = network
        self.m = m
        self.share = np.array(1 / m, dtype)
        self._ink = np.array(1 / 255, dtype)
        self.inputs_and_1 = np.ones((m, sizes[0] + 1), dtype)
        self.inputs = self.inputs_and_1[:, :-1]
        self.targets = np.zeros((sizes[-1], m), dtype)
        self.z = [np.zeros((n, m), dtype) for n in sizes[1:]]

        starts = np.cumsum([0, *(n + 1 for n in sizes[1:])])
        rows = [slice(int(start), int(start) + n) for start, n in zip(starts, sizes[1:], strict=False)]
        all_a = np.ones((starts[-1], m), dtype)
        all_slopes = np.zeros((starts[-1], m), dtype)
        all_deltas = np.zeros((starts[-1], m), dtype)
        self.a = [all_a[layer] for layer in rows]
        self.slopes = [all_slopes[layer] for layer in rows]
        self.deltas = [all_deltas[layer] for layer in rows]
        self.a_and_1 = [self.inputs_and_1.T, *(all_a[layer.start : layer.stop + 1] for layer in rows[:-1])]
        self.deltas_and_rest = [all_deltas[layer.start : layer.stop + 1] for layer in rows[:-1]]
        self.slopes_and_rest = [all_slopes[layer.start : layer.stop + 1] for layer in rows[:-1]]
        output = rows[-1].start
        parts = (
            [slice(0, None)]
            if len(set(network.activations)) == 1
            else [slice(0, output), slice(output, None)]
        )
        self.stretches = [(network.activations[-1 if p.start else 0], all_a[p], all_slopes[p]) for p in parts]
        self.gradient = np.zeros_like(network.theta)
        self.layer_gradients = network.layers(self.gradient)
        # What the passes go through, layer by layer. Making a view takes as long as using it, so they are made once.
        self.forwards = list(
            zip(network.weights_and_biases, self.a_and_1, self.z, self.a, network.activations, strict=True)
        )
        self.backwards = [
            (
                self.deltas[layer],
                self.a_and_1[layer].T,
                self.layer_gradients[layer],
                network.weights_and_biases[layer].T,
                self.deltas_and_rest[layer - 1],
                self.slopes_and_rest[layer - 1],
            )
            for layer in range(len(self.a) - 1, 0, -1)
        ]

    def fill(self, images: NDArray[np.uint8]) -> None:
        """Put a batch of images into `inputs`, their pixels scaled from bytes to floats, 0 to 1.

        Parameters
        ----------
        images : uint8 array, (m, n_0)
        """
        # First copied, then scaled as one block, ones and all: row by row a view would take twice the time.
        self.inputs[...] = images
        self.inputs_and_1[:, -1] = 255
        np.multiply(self.inputs_and_1, self._ink, self.inputs_and_1)


def forward(work: Workspace, masks: list[Floats] | None = None) -> None:
    """Compute every layer's z = w a + b and a = σ(z), from `work.inputs` on.

    Parameters
    ----------
    work : Workspace
    masks : list of (n_l, 1), optional
        Dropout: for each hidden layer, 0 for a neuron that is left out and 1/(1 − p) for one that is kept.
    """
    for layer, (weights_and_biases, a_before, z, a, activation) in enumerate(work.forwards):
        np.dot(weights_and_biases, a_before, z)
        activation.apply(z, a)
        if masks is not None and layer < len(masks):
            activation.slope(a, work.slopes[layer])
            np.multiply(work.slopes[layer], masks[layer], work.slopes[layer])
            np.multiply(a, masks[layer], a)


def backward(work: Workspace, masks: list[Floats] | None = None) -> float:
    """Compute the cost, every layer's δ and the gradient, from a finished forward pass and `work.targets`.

    Parameters
    ----------
    work, masks
        As given to `forward`.

    Returns
    -------
    float
        The cost of the batch, without regularisation.
    """
    a, delta, cost = work.a[-1], work.deltas[-1], work.network.cost
    if masks is None:
        for activation, stretch, slopes in work.stretches:
            activation.slope(stretch, slopes)
    else:  # those of the hidden layers were computed before the masks hid what they follow from
        work.network.activations[-1].slope(a, work.slopes[-1])
    np.subtract(a, work.targets, delta)
    value = cost.value(a, work.targets, delta)
    cost.output_error(delta, work.slopes[-1])  # (BP1)
    np.multiply(delta, work.share, delta)

    for delta, a_before, gradient, weights_and_biases, before, slopes in work.backwards:
        np.dot(delta, a_before, gradient)  # (BP3, BP4)
        np.dot(weights_and_biases, delta, before)
        np.multiply(before, slopes, before)  # (BP2)
    np.dot(work.deltas[0], work.inputs_and_1, work.layer_gradients[0])  # (BP3, BP4)
    return value
