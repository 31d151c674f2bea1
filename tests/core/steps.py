"""Steps to be taken apart: a network, a mini-batch and all that a step is given."""

from dataclasses import dataclass

import numpy as np
from core.plain import ACTIVATIONS, COSTS, encoded, some_network, some_samples
from hypothesis import strategies as st

from nnviz.core.descent import Descent, HyperParameters
from nnviz.core.network import Network
from nnviz.core.stages import trace_next_step

N = 30
HYPERS = {
    "plain": HyperParameters(eta=0.7),
    "momentum": HyperParameters(eta=0.3, momentum=0.9),
    "L2": HyperParameters(eta=0.3, l2=2.0),
    "L1": HyperParameters(eta=0.3, l1=1.5),
    "dropout": HyperParameters(eta=0.3, dropout=0.4),
    "everything": HyperParameters(eta=0.2, l2=2.0, l1=0.5, momentum=0.7, dropout=0.3),
}


@dataclass
class Prepared:
    """A descent on the way, and what its next step is to be."""

    descent: Descent
    samples: np.ndarray
    hyper: HyperParameters
    step: int

    @property
    def network(self) -> Network:
        return self.descent.network

    @property
    def batch(self):
        """The mini-batch as inputs from 0 to 1 and one-hot targets."""
        images, labels = some_samples(self.network, N)
        return encoded(self.network, images[self.samples], labels[self.samples])

    @property
    def masks(self):
        return self.descent.masks(self.hyper.dropout, self.step) if self.hyper.dropout else None

    def trace(self):
        return trace_next_step(self.descent, self.samples, self.hyper, self.step)

    def make(self):
        return self.descent.step(self.samples, self.hyper, self.step)


def prepared(
    activation="sigmoid",
    cost="quadratic",
    hyper=HYPERS["plain"],
    m=5,
    sizes=(5, 4, 3, 3),
    dtype=np.float64,
    seed=0,
    scale=1.0,
):
    """Return a step in the middle of a descent, so that there is a velocity."""
    network = some_network(activation, cost, sizes, seed, dtype)
    network.theta *= scale
    descent = Descent(network, *some_samples(network, N), seed)
    descent.velocity[...] = np.random.default_rng(seed + 1).normal(0, 0.1, descent.velocity.size)
    samples = np.random.default_rng(seed + 2).integers(N, size=m)
    return Prepared(descent, samples, hyper, step=seed % 7)


@st.composite
def drawn_steps(draw, dtype=np.float64):
    """Draw networks of no to three hidden layers, and all that a step may be given."""
    cost = draw(st.sampled_from(COSTS))
    hidden = draw(st.lists(st.integers(1, 5), max_size=3))
    outputs = draw(st.integers(2 if cost == "log-likelihood" else 1, 5))
    maybe = st.just(0.0) | st.floats(0.1, 5)
    hyper = HyperParameters(
        eta=draw(st.floats(0, 3)),
        l2=draw(maybe),
        l1=draw(maybe),
        momentum=draw(st.just(0.0) | st.floats(0.01, 0.99)),
        dropout=draw(st.just(0.0) | st.floats(0.1, 0.6)),
    )
    return prepared(
        draw(st.sampled_from(ACTIVATIONS)),
        cost,
        hyper,
        m=draw(st.integers(1, 6)),
        sizes=(draw(st.integers(1, 5)), *hidden, outputs),
        dtype=dtype,
        seed=draw(st.integers(0, 2**31)),
        scale=draw(st.floats(0.2, 1.5)),
    )


def arrays_in(result):
    """Yield every array that a frozen result holds, with its name."""
    for name, value in vars(result).items():
        if isinstance(value, Network):
            yield f"{name}.theta", value.theta
        elif isinstance(value, np.ndarray):
            yield name, value
        elif isinstance(value, tuple):
            yield from (
                (f"{name}[{i}]", part) for i, part in enumerate(value) if isinstance(part, np.ndarray)
            )


def check_frozen(result):
    """Fail unless every array is read-only and shares memory with nothing."""
    arrays = list(arrays_in(result))
    assert arrays, "or nothing is checked"
    for place, (name, array) in enumerate(arrays):
        assert not array.flags.writeable, name
        assert array.base is None, f"{name} would change if what it views did"
        assert not any(np.shares_memory(array, other) for _, other in arrays[place + 1 :]), name
