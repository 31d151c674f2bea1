"""Activation functions and cost functions, each with the derivative that backpropagation needs.

They write into arrays they are given, so that a training step allocates nothing. Overflow on the way to a
limit (e^1000 on the way to a sigmoid of 0) is meant; callers run them under `np.errstate(all="ignore")`.
"""

from typing import Protocol

import numpy as np

from nnviz.core.encoding import Floats

# NumPy takes half a microsecond to wrap a Python number, as long as it takes for the arithmetic of a layer.
# As an array of no dimensions in float32, in which it is exact, it leaves float32 and float64 as they are.
ONE = np.ones((), np.float32)
ZERO = np.zeros((), np.float32)


class Activation(Protocol):
    """An activation function σ, applied to the weighted inputs of one layer."""

    name: str
    flat: float
    """Where σ′ is below this, a tenth of its greatest value, a neuron counts as saturated; 0 for never."""

    def apply(self, z: Floats, out: Floats) -> None:
        """Write a = σ(z) into `out`; both are (n, m)."""

    def slope(self, a: Floats, out: Floats) -> None:
        """Write σ′(z) into `out`, computed from the activations a = σ(z)."""


class Sigmoid:
    """σ(z) = 1 / (1 + e^−z): the neuron of both sources, from 0 to 1."""

    name = "sigmoid"
    flat = 0.025

    def apply(self, z: Floats, out: Floats) -> None:
        """Write 1 / (1 + e^−z); for z far below 0, e^−z overflows to infinity and σ is 0, as it should be."""
        np.negative(z, out)
        np.exp(out, out)
        np.add(out, ONE, out)
        np.reciprocal(out, out)

    def slope(self, a: Floats, out: Floats) -> None:
        """Write σ′ = a (1 − a): at most ¼, and close to 0 where the neuron is saturated."""
        np.subtract(ONE, a, out)
        np.multiply(out, a, out)


class Tanh:
    """tanh z: a sigmoid stretched to reach from −1 to 1."""

    name = "tanh"
    flat = 0.1

    def apply(self, z: Floats, out: Floats) -> None:
        """Write tanh z."""
        np.tanh(z, out)

    def slope(self, a: Floats, out: Floats) -> None:
        """Write tanh′ = 1 − a²."""
        np.multiply(a, a, out)
        np.subtract(ONE, out, out)


class ReLU:
    """max(0, z): the rectified linear unit."""

    name = "relu"
    flat = 0.1

    def apply(self, z: Floats, out: Floats) -> None:
        """Write max(0, z)."""
        np.maximum(z, ZERO, out=out)

    def slope(self, a: Floats, out: Floats) -> None:
        """Write 1 where z > 0, else 0; at the kink itself the slope is taken as 0."""
        np.greater(a, ZERO, out)


class Step:
    """The perceptron's step: 1 where z > 0, else 0. For forward passes only: its slope says nothing."""

    name = "step"
    flat = 0.0

    def apply(self, z: Floats, out: Floats) -> None:
        """Write 1 where z > 0, else 0."""
        np.greater(z, ZERO, out)

    def slope(self, a: Floats, out: Floats) -> None:
        """Write 0, the slope wherever there is one; a network of steps refuses to be trained."""
        out[...] = 0


class Softmax:
    """a_j = e^(z_j) / Σ_k e^(z_k): outputs that are positive and add up to 1. For the output layer only."""

    name = "softmax"
    flat = 0.0

    def apply(self, z: Floats, out: Floats) -> None:
        """Write the softmax of each column; taking off its largest z first changes only the range."""
        np.subtract(z, z.max(axis=0, keepdims=True), out)
        np.exp(out, out)
        np.divide(out, out.sum(axis=0, keepdims=True), out)

    def slope(self, a: Floats, out: Floats) -> None:
        """Write ∂a_j/∂z_j = a_j (1 − a_j), the diagonal of a Jacobian that is full."""
        np.subtract(ONE, a, out)
        np.multiply(out, a, out)


class Cost(Protocol):
    """A cost C, averaged over the m samples of a batch; a is the output and y the target, both (n, m)."""

    name: str

    def value(self, a: Floats, y: Floats, difference: Floats) -> float:
        """Return C; `difference` is a − y, which the caller has at hand."""

    def of_each(self, a: Floats, y: Floats) -> Floats:
        """Return C_x of each sample, (m,); their mean is C."""

    def derivative(self, a: Floats, y: Floats) -> Floats:
        """Return ∂C_x/∂a for each sample, (n, m), not divided by m."""

    def output_error(self, delta: Floats, slope: Floats) -> None:
        """Turn `delta`, which holds a − y, into the output error δ = ∂C_x/∂z, given σ′(z) (BP1)."""


class Quadratic:
    """C = 1/(2m) Σ ‖y − a‖². The video leaves out the ½."""

    name = "quadratic"

    def value(self, a: Floats, y: Floats, difference: Floats) -> float:
        """Return half the mean squared length of a − y."""
        return 0.5 * float(np.vdot(difference, difference)) / int(difference.shape[1])

    def of_each(self, a: Floats, y: Floats) -> Floats:
        """Return half the squared length of each a − y."""
        difference = a - y
        np.multiply(difference, difference, difference)
        cost: Floats = 0.5 * difference.sum(axis=0)
        return cost

    def derivative(self, a: Floats, y: Floats) -> Floats:
        """Return a − y."""
        return a - y

    def output_error(self, delta: Floats, slope: Floats) -> None:
        """Write δ = (a − y) ⊙ σ′(z): a saturated output learns slowly however wrong it is."""
        np.multiply(delta, slope, delta)


def _away_from_zero(a: Floats) -> Floats:
    """Raise activations to the smallest positive number, so that their logarithm is finite."""
    return np.maximum(a, np.finfo(a.dtype).tiny)


class CrossEntropy:
    """C = −1/m Σ Σ_j [ y_j ln a_j + (1 − y_j) ln(1 − a_j) ], for sigmoid outputs."""

    name = "cross-entropy"

    def value(self, a: Floats, y: Floats, difference: Floats) -> float:
        """Return the mean cross-entropy; logarithms of 0 are held at that of the smallest positive number."""
        total = np.vdot(y, np.log(_away_from_zero(a))) + np.vdot(1.0 - y, np.log(_away_from_zero(1.0 - a)))
        return -float(total) / int(a.shape[1])

    def of_each(self, a: Floats, y: Floats) -> Floats:
        """Return each sample's cross-entropy."""
        right = y * np.log(_away_from_zero(a))
        cost: Floats = -(right + (1.0 - y) * np.log(_away_from_zero(1.0 - a))).sum(axis=0)
        return cost

    def derivative(self, a: Floats, y: Floats) -> Floats:
        """Return (a − y) / (a (1 − a)), term by term so that a correct saturated output gives 0."""
        derivative: Floats = (1.0 - y) / _away_from_zero(1.0 - a) - y / _away_from_zero(a)
        return derivative

    def output_error(self, delta: Floats, slope: Floats) -> None:
        """Leave δ = a − y: the slope σ′ has cancelled, which is the point of this cost."""


class LogLikelihood:
    """C = −1/m Σ ln a_label, for softmax outputs."""

    name = "log-likelihood"

    def value(self, a: Floats, y: Floats, difference: Floats) -> float:
        """Return the mean of −Σ_j y_j ln a_j, which for a one-hot y is −ln a_label."""
        return -float(np.vdot(y, np.log(_away_from_zero(a)))) / int(a.shape[1])

    def of_each(self, a: Floats, y: Floats) -> Floats:
        """Return each sample's −ln a_label."""
        cost: Floats = -(y * np.log(_away_from_zero(a))).sum(axis=0)
        return cost

    def derivative(self, a: Floats, y: Floats) -> Floats:
        """Return −y / a."""
        derivative: Floats = -y / _away_from_zero(a)
        return derivative

    def output_error(self, delta: Floats, slope: Floats) -> None:
        """Leave δ = a − y, which is what the softmax's full Jacobian makes of −y / a."""


HIDDEN_ACTIVATIONS: dict[str, Activation] = {f.name: f for f in (Sigmoid(), Tanh(), ReLU(), Step())}
OUTPUT_ACTIVATIONS: dict[str, Activation] = {f.name: f for f in (Sigmoid(), Softmax(), Step())}
COSTS: dict[str, Cost] = {c.name: c for c in (Quadratic(), CrossEntropy(), LogLikelihood())}


def output_activation_name(activation: str, cost: str) -> str:
    """Return which activation the output layer has, given that of the hidden layers and the cost.

    Raises
    ------
    ValueError
        If the two do not go together; the message says which and why.
    """
    if activation not in HIDDEN_ACTIVATIONS:
        why = (
            "Softmax is for the output layer, where the log-likelihood cost brings it along. "
            if activation == "softmax"
            else ""
        )
        raise ValueError(
            f"There is no activation {activation!r} for hidden layers. {why}"
            f"Choose one of {', '.join(HIDDEN_ACTIVATIONS)}."
        )
    if cost not in COSTS:
        raise ValueError(f"There is no cost {cost!r}. Choose one of {', '.join(COSTS)}.")
    if activation == "step":
        if cost != "quadratic":
            raise ValueError(
                f"The step activation does not go with the {cost} cost: its output is exactly 0 or 1, "
                "where a logarithm is infinite or says nothing. Choose the quadratic cost."
            )
        return "step"
    return "softmax" if cost == "log-likelihood" else "sigmoid"
