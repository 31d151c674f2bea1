"""A network whose weights are set by a formula, and snapshots of it, so that every picture of it is known."""

from dataclasses import replace
from functools import cache

import numpy as np

from nnviz.core.descent import HyperParameters
from nnviz.data.dataset import DataSet, load_mnist
from nnviz.run.spec import RunSpec
from nnviz.run.trainer import Trainer

SIZES = (784, 16, 16, 10)


@cache
def few_digits():
    """Return a data set of MNIST's first 600 training and 200 test images."""
    mnist = load_mnist()
    return DataSet("few digits", mnist.training.take(600), mnist.test.take(200))


def known_parameters(sizes=SIZES):
    """Return θ for layers of waves: each first-layer neuron looks for stripes of its own width and direction."""
    rows, cols = np.mgrid[:28, :28] / 28 - 0.5
    parts = []
    for layer, (n_in, n_out) in enumerate(zip(sizes, sizes[1:], strict=False)):
        block = np.zeros((n_out, n_in + 1))
        for j in range(n_out):
            if layer == 0:
                angle, width = np.pi * j / n_out, 2 + j % 4
                wave = np.cos(2 * np.pi * width * (np.cos(angle) * cols + np.sin(angle) * rows))
                block[j, :-1] = (wave * np.exp(-8 * (rows**2 + cols**2))).ravel()
            else:
                block[j, :-1] = 2.5 * np.cos(1 + j * (layer + 1) + 1.7 * np.arange(n_in))
            block[j, -1] = 0.5 * np.sin(j + layer)
        parts.append(block.ravel())
    return np.concatenate(parts).astype(np.float32)


@cache
def known_snapshot(sizes=SIZES, steps=60):
    """Return a snapshot of a short run that starts from these parameters, evaluated before and after."""
    spec = RunSpec(sizes, hyper=HyperParameters(eta=0.5, batch_size=10))
    trainer = Trainer(spec, few_digits(), start=known_parameters(sizes))
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass
    trainer.advance(steps)
    snapshot = trainer.snapshot()
    # The parameters of the picture are those of the formula, not those that sums in one order or another lead to.
    network = snapshot.network.at(known_parameters(sizes))
    return replace(snapshot, network=network, evaluated=_evaluated(trainer, network))


def _evaluated(trainer, network):
    trainer.network.theta[...] = network.theta
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass
    return trainer.evaluated
