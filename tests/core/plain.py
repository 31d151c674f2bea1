"""An oracle: the formulas of the costs and activations, as plainly as the book writes them, in float64.

It shares nothing with nnviz.core but the order of parameters in θ. A sample is a row here, and logarithms are
taken of the weighted inputs rather than of the outputs, so that neither layout nor rounding is shared.
"""

from dataclasses import dataclass

import numpy as np

from nnviz.core.network import Network
from nnviz.core.regularisation import NONE, Regularisation

ACTIVATIONS = ("sigmoid", "tanh", "relu")
COSTS = ("quadratic", "cross-entropy", "log-likelihood")
COMBINATIONS = [(activation, cost) for activation in ACTIVATIONS for cost in COSTS]
H = 1e-5


def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


def softmax(z):
    return np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])


HIDDEN = {"sigmoid": sigmoid, "tanh": np.tanh, "relu": lambda z: z * (z > 0), "step": lambda z: 1.0 * (z > 0)}


@dataclass
class PlainNetwork:
    """`kept` is the dropout: for each hidden layer the indices of its neurons that take part."""

    sizes: tuple
    activation: str
    cost_name: str
    regularisation: Regularisation = NONE
    kept: list | None = None
    dropout: float = 0.0

    def layers(self, theta):
        """Return [(weights, biases)], read neuron by neuron: the weights into it, then its bias."""
        numbers = iter(theta)
        layers = []
        for n_in, n_out in zip(self.sizes, self.sizes[1:], strict=False):
            rows = [[next(numbers) for _ in range(n_in + 1)] for _ in range(n_out)]
            layers.append((np.array([row[:-1] for row in rows]), np.array([row[-1] for row in rows])))
        assert next(numbers, None) is None
        return layers

    def is_weight(self):
        pairs = zip(self.sizes, self.sizes[1:], strict=False)
        return np.array([k < n_in for n_in, n_out in pairs for _ in range(n_out) for k in range(n_in + 1)])

    def weighted_inputs(self, theta, X):
        """Return z of every layer, (m, n_l) each; those of neurons that are left out are left out."""
        layers = self.layers(theta)
        takes_part = [slice(None)] * (len(layers) + 1)
        if self.kept is not None:
            takes_part[1:-1] = self.kept
        zs, a = [], X
        for layer, (w, b) in enumerate(layers):
            z = a @ w[takes_part[layer + 1]][:, takes_part[layer]].T + b[takes_part[layer + 1]]
            zs.append(z)
            a = HIDDEN[self.activation](z) / (1 - self.dropout)
        return zs

    def forward(self, theta, X):
        z = self.weighted_inputs(theta, X)[-1]
        if self.activation == "step":
            return HIDDEN["step"](z)
        return softmax(z) if self.cost_name == "log-likelihood" else sigmoid(z)

    def cost(self, theta, X, Y):
        z = self.weighted_inputs(theta, X)[-1]
        if self.cost_name == "quadratic":
            total = ((Y - sigmoid(z)) ** 2).sum() / 2
        elif self.cost_name == "cross-entropy":
            total = (Y * np.logaddexp(0, -z) + (1 - Y) * np.logaddexp(0, z)).sum()
        else:
            total = (Y * (np.logaddexp.reduce(z, axis=1)[:, None] - z)).sum()
        w = theta[self.is_weight()]
        r = self.regularisation
        return total / len(X) + r.l2 / (2 * r.n) * (w**2).sum() + r.l1 / r.n * np.abs(w).sum()

    def differences(self, theta, X, Y):
        """Return central differences, (P,), and where they mean a derivative: where no kink lies between."""
        derivatives, smooth = np.empty(len(theta)), np.ones(len(theta), bool)
        for i in range(len(theta)):
            above, below = theta.copy(), theta.copy()
            above[i] += H
            below[i] -= H
            derivatives[i] = (self.cost(above, X, Y) - self.cost(below, X, Y)) / (2 * H)
            smooth[i] = np.array_equal(self._sides(above, X), self._sides(below, X))
        return derivatives, smooth

    def _sides(self, theta, X):
        """Return on which side of every kink θ lies."""
        sides = [np.sign(theta[self.is_weight()])] if self.regularisation.l1 else []
        if self.activation == "relu":
            sides += [np.ravel(z > 0) for z in self.weighted_inputs(theta, X)[:-1]]
        return np.concatenate([*sides, [0]])


def plain(network, regularisation=NONE, **dropout):
    return PlainNetwork(network.sizes, network.activation_name, network.cost.name, regularisation, **dropout)


def some_network(activation, cost, sizes=(5, 4, 3, 3), seed=0, dtype=np.float64):
    return Network(sizes, activation, cost, "large", seed, dtype)


def some_batch(network, m=6, seed=1):
    """Return inputs from 0 to 1 and one-hot targets."""
    random = np.random.default_rng(seed)
    X = random.random((m, network.sizes[0]))
    return X, np.eye(network.sizes[-1])[random.integers(network.sizes[-1], size=m)]


def some_samples(network, n=40, seed=1):
    """Return images in bytes and labels."""
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (n, network.sizes[0]), dtype=np.uint8)
    return images, random.integers(network.sizes[-1], size=n).astype(np.uint8)


def encoded(network, images, labels):
    """Return images in bytes and labels as inputs from 0 to 1 and one-hot targets."""
    return images / 255, np.eye(network.sizes[-1])[labels]


def saturated_network(activation, cost, dtype):
    """Return a network in which every |z| is about 1000, with both signs in each layer."""
    network = some_network(activation, cost, (4, 6, 6, 4), dtype=dtype)
    for biases in network.biases:
        biases[::2] = 1000
        biases[1::2] = -1000
    for weights in network.weights[1:]:
        weights /= 100  # a ReLU hands its 1000 on
    return network
