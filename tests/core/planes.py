"""Networks, samples and planes through their parameters, drawn by hypothesis or made by hand."""

from dataclasses import dataclass

import numpy as np
from core.plain import ACTIVATIONS, COSTS, encoded, plain, some_network, some_samples
from hypothesis import strategies as st

from nnviz.core.landscape import FlatCost
from nnviz.core.network import Network
from nnviz.core.plane import Plane, spanned
from nnviz.core.regularisation import NONE, Regularisation


@dataclass
class Scene:
    """A plane through a network's parameters, and the samples that the cost is of."""

    network: Network
    images: np.ndarray
    labels: np.ndarray
    plane: Plane
    regularisation: Regularisation = NONE

    @property
    def cost(self):
        return FlatCost.on(self.plane, self.network, self.images, self.labels, self.regularisation)

    def direct(self, point):
        """Return the cost at a point by the plain formulas."""
        return self.direct_at(self.plane.centre + point[0] * self.plane.u + point[1] * self.plane.v)

    def direct_at(self, theta):
        return plain(self.network, self.regularisation).cost(
            theta, *encoded(self.network, self.images, self.labels)
        )


def scene(
    activation="sigmoid",
    cost="quadratic",
    sizes=(5, 4, 3, 3),
    n=20,
    seed=0,
    regularisation=NONE,
    dtype=np.float64,
):
    network = some_network(activation, cost, sizes, seed, dtype)
    random = np.random.default_rng(seed + 1)
    first, second = random.normal(size=(2, network.theta.size))
    plane = spanned(network.theta, first, second)
    return Scene(network, *some_samples(network, n, seed + 2), plane, regularisation)


@st.composite
def scenes(draw):
    """Draw networks of no to three hidden layers, samples, regularisers and planes."""
    cost = draw(st.sampled_from(COSTS))
    hidden = draw(st.lists(st.integers(1, 6), max_size=3))
    outputs = draw(st.integers(2 if cost == "log-likelihood" else 1, 5))
    maybe = st.just(0.0) | st.floats(0.1, 5)
    n = draw(st.integers(1, 40))
    return scene(
        draw(st.sampled_from(ACTIVATIONS)),
        cost,
        (draw(st.integers(1, 5)), *hidden, outputs),
        n,
        draw(st.integers(0, 2**31)),
        Regularisation(draw(maybe), draw(maybe), n),
    )
