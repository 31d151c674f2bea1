"""Samples on their way through small networks, for tests of the backprop inspector."""

import numpy as np

from nnviz.app.choice import TEST, Neuron, Sample
from nnviz.app.graphics.backprop.subject import Subject
from nnviz.core.encoding import one_hot
from nnviz.core.network import Network

SIZES = (6, 4, 3)
SHAPE = (2, 3)
PIXELS = (0, 51, 255, 102, 0, 204)
"""0, 0.2, 1, 0.4, 0, 0.8"""


def subject(
    sizes=SIZES, shape=SHAPE, label=1, pinned=None, pixels=PIXELS, seed=3, step=7, network=None, **kind
):
    """Return a sample in a network that was drawn at random, or in one that is given.

    `pinned` is (layer, index); `kind` goes to the network.
    """
    if network is None:
        network = Network(sizes, seed=seed, **kind)
    pixels = np.resize(np.array(pixels, np.uint8), network.sizes[0])
    sample = Sample(TEST, 5, pixels, label, shape)
    y = one_hot(np.array([label]), network.sizes[-1], network.dtype)[0]
    neuron = None if pinned is None else Neuron(*pinned)
    return Subject(network, sample, network.trace(sample.x, y), step, neuron)


def saturated_network(layer=1, neuron=2):
    """Return a network 6–4–3 of which one hidden neuron is so far on that no error gets through it."""
    network = Network(SIZES, seed=3)
    network.biases[layer - 1][neuron] = 30.0
    network.weights[layer][:, neuron] = 3.0
    return network


def diverged(sizes=SIZES, **kind):
    """Return a network of which one parameter is no number, another infinite."""
    network = Network(sizes, seed=3, **kind)
    network.weights[0][0, 0] = np.nan
    network.biases[-1][-1] = np.inf
    return network
