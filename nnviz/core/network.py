"""The network: layer sizes, functions, and one flat vector of parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nnviz.core import trace as tracing
from nnviz.core.backprop import Workspace, backward, forward
from nnviz.core.encoding import Floats
from nnviz.core.functions import COSTS, HIDDEN_ACTIVATIONS, OUTPUT_ACTIVATIONS, output_activation_name
from nnviz.core.randomness import Stream, generator
from nnviz.core.regularisation import NONE, Regularisation

INITIALISATIONS = ("large", "scaled")
MOST_PARAMETERS = 50_000_000
UNTRAINABLE = (
    "A network of step functions cannot be trained by gradient descent: the step's slope is 0 everywhere and "
    "infinite at the step. Choose sigmoid, tanh or relu."
)


class Network:
    """A fully connected feed-forward network.

    Parameters
    ----------
    sizes : sequence of int
        The number of neurons of each layer, the input's first: (784, 16, 16, 10).
    activation : {"sigmoid", "tanh", "relu", "step"}
        Of the hidden layers. The output layer is sigmoid, or softmax with the log-likelihood cost, or step
        where the hidden layers are.
    cost : {"quadratic", "cross-entropy", "log-likelihood"}
    init : {"large", "scaled"}
        Every parameter from N(0, 1), the book's first choice; or weights from N(0, 1/n_in), its later one.
    seed : int
        For the initial parameters.
    dtype : float32 or float64

    Attributes
    ----------
    theta : float array, (P,)
        All parameters θ, layer by layer and neuron by neuron: the weights into a neuron, then its bias.
    weights : list of (n_out, n_in) views of theta
        `weights[l]` leads into layer l + 1; row j holds the weights into neuron j.
    biases : list of (n_out,) views of theta

    Raises
    ------
    ValueError
        If the arguments make no sense together; the message says which and why.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str = "sigmoid",
        cost: str = "quadratic",
        init: str = "large",
        seed: int = 0,
        dtype: DTypeLike = np.float32,
    ) -> None:
        output = check_structure(sizes, activation, cost, init)
        if np.dtype(dtype) not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise ValueError(f"A network computes in float32 or float64, not in {np.dtype(dtype)}.")
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise ValueError(f"A seed is a whole number, at least 0; given was {seed!r}.")
        self.sizes = tuple(int(n) for n in sizes)
        self.dtype = np.dtype(dtype)
        hidden_layers = len(self.sizes) - 2
        self.activations = [HIDDEN_ACTIVATIONS[activation]] * hidden_layers + [OUTPUT_ACTIVATIONS[output]]
        self.activation_name = activation
        self.cost = COSTS[cost]
        self.layer_slices = _layer_slices(self.sizes)
        self._hold(initial_parameters(self.sizes, init, seed).astype(self.dtype))

    def _hold(self, theta: Floats) -> None:
        self.theta = theta
        self.weights, self.biases = self.views(theta)
        self.weights_and_biases = self.layers(theta)

    def at(self, theta: Floats) -> Self:
        """Return the same network at other parameters, which are not copied.

        Parameters
        ----------
        theta : float array, (P,), of this network's dtype

        Raises
        ------
        ValueError
            If the shape or dtype is another.
        """
        if theta.shape != self.theta.shape or theta.dtype != self.dtype:
            raise ValueError(
                f"This network has {self.theta.size:,} parameters of type {self.dtype}; "
                f"given were {theta.shape} of type {theta.dtype}."
            )
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._hold(theta)
        return other

    def in_double_precision(self) -> Self:
        """Return a copy of the network that computes in float64."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, dtype=np.dtype(np.float64))
        other._hold(self.theta.astype(np.float64))
        return other

    def views(self, flat: Floats) -> tuple[list[Floats], list[Floats]]:
        """View a flat vector, θ or a gradient, as weights and biases.

        Parameters
        ----------
        flat : (P,)

        Returns
        -------
        weights : list of (n_out, n_in)
        biases : list of (n_out,)
        """
        layers = self.layers(flat)
        return [layer[:, :-1] for layer in layers], [layer[:, -1] for layer in layers]

    def layers(self, flat: Floats) -> list[Floats]:
        """View a flat vector as a matrix a layer, (n_out, n_in + 1), each row a neuron's weights and bias."""
        shapes = zip(self.layer_slices, self.sizes[1:], self.sizes, strict=False)
        return [flat[layer].reshape(n_out, n_in + 1) for layer, n_out, n_in in shapes]

    def is_weight(self) -> Floats:
        """Return a flat vector that is 1 for weights and 0 for biases, (P,)."""
        mask = np.zeros_like(self.theta)
        for weights in self.views(mask)[0]:
            weights[...] = 1
        return mask

    @property
    def trainable(self) -> bool:
        """Whether gradients say anything: not for the perceptron's step function."""
        return self.activation_name != "step"

    def forward(self, X: ArrayLike) -> Floats:
        """Return the outputs for a batch of inputs.

        Parameters
        ----------
        X : (m, n_0)
            Inputs, pixels from 0 to 1.

        Returns
        -------
        float array, (m, n_L)
        """
        work = self._filled(X)
        with np.errstate(all="ignore"):
            forward(work)
        return work.a[-1].T.copy()

    def cost_of(self, X: ArrayLike, Y: ArrayLike, regularisation: Regularisation = NONE) -> float:
        """Return the cost C, averaged over the batch, plus that of the regularisation.

        Parameters
        ----------
        X : (m, n_0)
        Y : (m, n_L)
            Targets.
        regularisation : Regularisation
        """
        work = self._filled(X, Y)
        with np.errstate(all="ignore"):
            forward(work)
            cost = self.cost.value(work.a[-1], work.targets, work.a[-1] - work.targets)
            return cost + regularisation.cost_of(self.weights)

    def gradient(
        self, X: ArrayLike, Y: ArrayLike, regularisation: Regularisation = NONE
    ) -> tuple[float, Floats]:
        """Return the cost of a batch and its gradient by θ.

        Parameters
        ----------
        X : (m, n_0)
        Y : (m, n_L)
            Targets.
        regularisation : Regularisation

        Returns
        -------
        cost : float
            As `cost_of` returns it.
        gradient : (P,)
            A new array; `views` shows it as weights and biases.

        Raises
        ------
        ValueError
            For the step activation, which has no slope to descend by.
        """
        self.refuse_if_untrainable()
        work = self._filled(X, Y)
        with np.errstate(all="ignore"):
            forward(work)
            cost = backward(work)
            if regularisation:
                cost += regularisation.cost_of(self.weights)
                regularisation.add_gradient(
                    self.theta, self.is_weight(), work.gradient, np.empty_like(self.theta)
                )
        return cost, work.gradient

    def trace(self, x: ArrayLike, y: ArrayLike) -> tracing.Trace:
        """Return everything that one forward and backward pass computes for one sample.

        Parameters
        ----------
        x : (n_0,)
        y : (n_L,)
            Its target.
        """
        self.refuse_if_untrainable()
        if np.ndim(x) != 1 or np.ndim(y) != 1:
            raise ValueError(
                f"A trace is of one sample: x has the shape ({self.sizes[0]},) and y ({self.sizes[-1]},); "
                f"given were {np.shape(x)} and {np.shape(y)}."
            )
        return tracing.trace(self, self._filled(np.atleast_2d(x), np.atleast_2d(y)))

    def refuse_if_untrainable(self) -> None:
        """Raise ValueError for the step activation."""
        if not self.trainable:
            raise ValueError(UNTRAINABLE)

    def _filled(self, X: ArrayLike, Y: ArrayLike | None = None) -> Workspace:
        X = np.asarray(X)
        if X.ndim != 2 or X.shape[1] != self.sizes[0] or len(X) == 0:
            raise ValueError(
                f"Inputs for this network have the shape (m, {self.sizes[0]}), m at least 1, not {X.shape}."
            )
        work = Workspace(self, len(X))
        work.inputs[...] = X
        if Y is not None:
            Y = np.asarray(Y)
            if Y.shape != (work.m, self.sizes[-1]):
                raise ValueError(
                    f"Targets for these inputs have the shape {(work.m, self.sizes[-1])}, not {Y.shape}."
                )
            work.targets[...] = Y.T
        return work


def check_structure(sizes: Sequence[int], activation: str, cost: str, init: str) -> str:
    """Return the output layer's activation, or raise ValueError saying what does not go together and why."""
    check_sizes(sizes)
    output = output_activation_name(activation, cost)
    if output == "softmax" and sizes[-1] == 1:
        raise ValueError(
            "A softmax over one output neuron is always 1. Give the network two output neurons or more, "
            "or choose another cost than log-likelihood."
        )
    if init not in INITIALISATIONS:
        choice = ", ".join(INITIALISATIONS)
        raise ValueError(f"There is no initialisation {init!r}. Choose one of {choice}.")
    return output


def check_samples(network: Network, images: NDArray[Any], labels: NDArray[Any]) -> None:
    """Raise ValueError with a sentence unless these are samples, pixels in bytes, that the network takes."""
    if images.dtype != np.uint8:
        raise ValueError(
            f"Pixels are bytes, 0 to 255 (uint8), until they are used; these are {images.dtype}."
        )
    if images.ndim != 2 or images.shape[1] != network.sizes[0] or len(images) == 0:
        raise ValueError(
            f"Images for this network have the shape (n, {network.sizes[0]}), n at least 1, not {images.shape}."
        )
    if labels.shape != (len(images),):
        raise ValueError(f"There are {len(images):,} images, but labels of the shape {labels.shape}.")


def check_sizes(sizes: Sequence[Any]) -> None:
    """Raise ValueError with a sentence unless `sizes` are layer sizes that fit into memory."""
    if isinstance(sizes, str | bytes) or not isinstance(sizes, Sequence | np.ndarray) or len(sizes) < 2:
        raise ValueError(f"A network has two layers or more, the input and the output; given was {sizes!r}.")
    for n in sizes:
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
            raise ValueError(f"Every layer has a whole number of neurons, at least 1; given was {n!r}.")
    count = parameter_count(sizes)
    if count > MOST_PARAMETERS:
        raise ValueError(
            f"A network of {'-'.join(str(n) for n in sizes)} has {count:,} parameters; "
            f"nnviz goes up to {MOST_PARAMETERS:,}. Choose smaller layers."
        )


def parameter_count(sizes: Sequence[int]) -> int:
    """Return how many weights and biases a network of these layer sizes has."""
    return sum(int(n_in) * int(n_out) + int(n_out) for n_in, n_out in zip(sizes, sizes[1:], strict=False))


def initial_parameters(sizes: Sequence[int], init: str, seed: int) -> Floats:
    """Draw θ in float64: "large" or "scaled", see `Network`."""
    theta = generator(seed, Stream.INITIALISATION).standard_normal(parameter_count(sizes))
    if init == "scaled":
        for n_in, n_out, layer in zip(sizes, sizes[1:], _layer_slices(sizes), strict=False):
            theta[layer].reshape(n_out, n_in + 1)[:, :-1] /= math.sqrt(n_in)
    return theta


def _layer_slices(sizes: Sequence[int]) -> list[slice]:
    """Return where in θ each layer's weights and biases lie."""
    slices, start = [], 0
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        stop = start + n_in * n_out + n_out
        slices.append(slice(start, stop))
        start = stop
    return slices
