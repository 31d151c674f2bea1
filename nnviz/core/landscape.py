"""The cost over a plane, at thousands of points at once.

At θ₀ + αu + βv the first layer's weighted inputs are affine in the coordinates,

    z¹ = w¹x + b¹ = z¹(θ₀) + α z¹(u) + β z¹(v),

so that three products with the images, once, stand for one at every point. And that is where the time goes: of the
13,002 parameters of 784-16-16-10, 12,560 meet the images. What is left to do for each point are additions, the
activation functions, and products with the small matrices of the later layers. The same holds for a line, with two
products, and for any flat of a few directions.

Arrays here are (neurons, points, samples): as everywhere a sample is a column, and its neurons are its first axis,
so that the functions of `functions` apply as they are. The samples come in blocks and the points in chunks, such that
the activations of both stay in the processor's cache.

The cost is that of the whole network: dropout, which leaves neurons out of single steps, is left out of account.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.encoding import Floats, one_hot
from nnviz.core.network import Network, check_samples
from nnviz.core.plane import Plane
from nnviz.core.regularisation import NONE, Regularisation

Doubles = NDArray[np.float64]
Bytes = NDArray[np.uint8]

BLOCK = 500
"""Samples at a time."""
CACHE = 128_000
"""Activations of one layer at a time: points × samples × neurons."""
PIECE = 8_000_000
"""Activations of all layers in one piece of work, some 20 ms."""
MOST_KEPT = 256 << 20
"""Bytes of first-layer products that are kept; those of further samples are computed again for every piece."""
MOST_LATER = 4_000_000
"""Numbers that the later layers' parameters may take at all the points of a piece."""


class FlatCost:
    """The cost C as a function of coordinates on a plane, or on any flat of a few directions.

    Once made, it may be asked by several threads at the same time.

    Parameters
    ----------
    network : Network
        For its structure and its precision; its parameters are not looked at.
    centre : float array, (P,)
        θ₀.
    directions : float array, (d, P)
        The point of coordinates c is θ₀ + Σ_i c_i directions_i.
    images : uint8 array, (n, n_0)
    labels : int array, (n,)
    regularisation : Regularisation
        Counted in exactly.

    Attributes
    ----------
    points_a_piece : int
        Into pieces of so many points work is best cut, to be left between them.
    """

    def __init__(
        self,
        network: Network,
        centre: Floats,
        directions: Floats,
        images: Bytes,
        labels: Bytes,
        regularisation: Regularisation = NONE,
    ) -> None:
        check_samples(network, images, labels)
        self.network = network
        self.images, self.labels = images, labels
        self.regularisation = regularisation
        exact = np.concatenate([np.atleast_2d(centre), directions]).astype(np.float64)  # (1 + d, P)
        self._weights = exact * network.is_weight() if regularisation else exact[:, :0]
        with np.errstate(over="ignore"):
            layers = [network.layers(vector.astype(network.dtype)) for vector in exact]
        # The first layer's weights and biases of θ₀ and all directions as one matrix, neuron by neuron.
        self._first = np.stack([of_vector[0] for of_vector in layers], axis=1)  # (n_1, 1 + d, n_0 + 1)
        self._later = [np.stack(matrices) for matrices in list(zip(*layers, strict=True))[1:]]
        self._blocks = [slice(start, start + BLOCK) for start in range(0, len(images), BLOCK)]
        products = len(images) * self._first.shape[0] * self._first.shape[1] * network.dtype.itemsize
        self._are_kept = products <= MOST_KEPT
        self._kept: dict[int, Floats] = {}
        by_work = PIECE // (len(images) * sum(network.sizes[1:]))
        by_memory = MOST_LATER // max(1, sum(matrices[0].size for matrices in self._later))
        self.points_a_piece = max(1, min(by_work, by_memory))

    @classmethod
    def on(
        cls,
        plane: Plane,
        network: Network,
        images: Bytes,
        labels: Bytes,
        regularisation: Regularisation = NONE,
    ) -> FlatCost:
        """Return the cost on a plane, as a function of (α, β)."""
        return cls(network, plane.centre, plane.directions, images, labels, regularisation)

    def at(self, points: ArrayLike) -> Doubles:
        """Return the cost at some points, (k,); NaN where it is no finite number.

        Parameters
        ----------
        points : (k, d)
            Coordinates.
        """
        coordinates = np.asarray(points, np.float64)
        size = self.points_a_piece
        pieces = [coordinates[start : start + size] for start in range(0, len(coordinates), size)]
        return np.concatenate([np.empty(0), *(self._at(piece) for piece in pieces)])

    def _at(self, points: Doubles) -> Doubles:
        with np.errstate(all="ignore"):
            exact = np.column_stack([np.ones(len(points)), points])  # (k, 1 + d)
            coordinates = exact.astype(self.network.dtype)
            # θ₀ + αu + βv of the later layers, (k, n_l, n_{l−1} + 1) each.
            later = [np.tensordot(coordinates, matrices, 1) for matrices in self._later]
            total = np.zeros(len(points))
            buffers: dict[tuple[int, int], _Layers] = {}
            for block, samples in enumerate(self._blocks):
                products, targets = self._products(block), self._targets(samples)
                for some in self._chunks(len(points), targets.shape[-1]):
                    shape = len(coordinates[some]), targets.shape[-1]
                    if shape not in buffers:
                        buffers[shape] = _Layers(self.network, *shape)
                    outputs = buffers[shape].forward(
                        coordinates[some], products, [matrices[some] for matrices in later]
                    )
                    costs = self.network.cost.of_each(outputs, targets)  # (points, samples)
                    total[some] += costs.sum(axis=1, dtype=np.float64)
            cost = total / len(self.images) + self._regularisation_at(exact)
        cost[~np.isfinite(cost)] = np.nan
        return cost

    def _chunks(self, n_points: int, n_samples: int) -> Iterator[slice]:
        size = max(1, CACHE // (n_samples * max(self.network.sizes[1:])))
        return (slice(start, min(start + size, n_points)) for start in range(0, n_points, size))

    def _products(self, block: int) -> Floats:
        """Return the first layer's weighted inputs for θ₀ and for all directions, (n_1, 1 + d, samples).

        Two threads may come to the same block at once; then both compute the same.
        """
        found = self._kept.get(block)
        if found is None:
            images = self.images[self._blocks[block]]
            inputs_and_1 = np.ones((self._first.shape[-1], len(images)), self.network.dtype)
            np.multiply(images.T, np.array(1 / 255, self.network.dtype), inputs_and_1[:-1])
            found = np.matmul(self._first, inputs_and_1)
            if self._are_kept:
                self._kept[block] = found
        return found

    def _targets(self, samples: slice) -> Floats:
        targets = one_hot(self.labels[samples], self.network.sizes[-1], self.network.dtype)
        return targets.T[:, np.newaxis]  # (n_L, 1, samples), the same at every point

    def _regularisation_at(self, coordinates: Doubles) -> Doubles:
        """Return λ/(2n) Σ w² + λ₁/n Σ |w| at some points, (k,): the squares are a quadratic form in coordinates."""
        added = np.zeros(len(coordinates))
        l2, l1, n = self.regularisation.l2, self.regularisation.l1, self.regularisation.n
        if l2:
            gram = self._weights @ self._weights.T
            added += l2 / (2 * n) * np.einsum("ki,ij,kj->k", coordinates, gram, coordinates)
        if l1:
            added += l1 / n * np.array([np.abs(point @ self._weights).sum() for point in coordinates])
        return added


class _Layers:
    """The buffers of one forward pass of some samples at some points.

    Parameters
    ----------
    network : Network
    n_points, n_samples : int

    Attributes
    ----------
    a_and_1 : list of (n_l + 1, points, samples), one for each layer 1…L
        Activations with the 1 that biases are the weights of. Weighted inputs are turned into activations where
        they lie, so that all fits into the cache.
    """

    def __init__(self, network: Network, n_points: int, n_samples: int) -> None:
        self.activations = network.activations
        self.a_and_1 = [np.ones((n + 1, n_points, n_samples), network.dtype) for n in network.sizes[1:]]

    def forward(self, coordinates: Floats, products: Floats, later: list[Floats]) -> Floats:
        """Return the outputs, (n_L, points, samples), in a buffer that the next pass overwrites.

        Parameters
        ----------
        coordinates : (points, 1 + d)
            Each with its 1.
        products : (n_1, 1 + d, samples)
        later : list of (points, n_l, n_{l−1} + 1), one for each layer 2…L
        """
        z = self.a_and_1[0][:-1]
        np.matmul(coordinates, products, out=z)  # z¹(θ₀) + α z¹(u) + β z¹(v), for each neuron
        self.activations[0].apply(z, z)
        for weights_and_biases, before, after, activation in zip(
            later, self.a_and_1, self.a_and_1[1:], self.activations[1:], strict=False
        ):
            z = after[:-1]
            np.matmul(weights_and_biases, before.swapaxes(0, 1), out=z.swapaxes(0, 1))  # point by point
            activation.apply(z, z)
        return self.a_and_1[-1][:-1]
