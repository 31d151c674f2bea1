"""Stochastic gradient descent: one step, which is one mini-batch update."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.core.backprop import Workspace, backward, forward
from nnviz.core.encoding import Floats, one_hot
from nnviz.core.network import Network, check_samples
from nnviz.core.randomness import Stream, generator
from nnviz.core.regularisation import Regularisation


@dataclass(frozen=True)
class HyperParameters:
    """What may change between two steps.

    Parameters
    ----------
    eta : float
        Learning rate η.
    batch_size : int
        Samples in a mini-batch, m.
    l2, l1 : float
        Regularisation λ of either kind.
    momentum : float
        μ: the share of the last change of θ that is kept; 0 for none.
    dropout : float
        The probability p that a hidden neuron is left out of a step.

    Raises
    ------
    ValueError
        If one is out of its range; the message says which.
    """

    eta: float = 3.0
    batch_size: int = 10
    l2: float = 0.0
    l1: float = 0.0
    momentum: float = 0.0
    dropout: float = 0.0

    def __post_init__(self) -> None:
        for name, symbol in (("eta", "η"), ("l2", "λ (L2)"), ("l1", "λ (L1)")):
            value = _number(getattr(self, name), symbol)
            if not 0 <= value < float("inf"):
                raise ValueError(f"{symbol} is a number from 0 upwards; given was {value:g}.")
            object.__setattr__(self, name, value)
        for name, symbol in (("momentum", "Momentum μ"), ("dropout", "Dropout p")):
            value = _number(getattr(self, name), symbol)
            if not 0 <= value < 1:
                raise ValueError(f"{symbol} is at least 0 and below 1; given was {value:g}.")
            object.__setattr__(self, name, value)
        m = self.batch_size
        if isinstance(m, bool) or not isinstance(m, int | np.integer) or m < 1:
            raise ValueError(f"The batch size is a whole number, at least 1; given was {m!r}.")
        object.__setattr__(self, "batch_size", int(m))


def _number(value: Any, symbol: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise ValueError(f"{symbol} is a number; given was {value!r}.")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{symbol} is larger than any number that nnviz computes with.") from None


class Descent:
    """Gradient descent on a network, in place, by mini-batches of a set of training samples.

    Its state is the network's θ and `velocity`. Nothing else that it holds outlives a step.

    Parameters
    ----------
    network : Network
        Changed by every step.
    images : uint8 array, (n, n_0)
        Training images; they stay bytes and become floats in the batch's buffer.
    labels : int array, (n,)
    seed : int
        For dropout.

    Raises
    ------
    ValueError
        If the network cannot be trained, or not on these samples.

    Attributes
    ----------
    velocity : float array, (P,)
        The last change of θ, v in the book's equations for momentum.
    gradient : float array, (P,)
        The last step's ∇C; a buffer that a later step overwrites.
    work : Workspace or None
        All that the last step computed, in buffers that a later step overwrites; None before the first.
    """

    def __init__(
        self, network: Network, images: NDArray[np.uint8], labels: NDArray[np.uint8], seed: int = 0
    ) -> None:
        network.refuse_if_untrainable()
        check_samples(network, images, labels)
        self.network = network
        self.images = images
        self.targets = np.ascontiguousarray(one_hot(labels, network.sizes[-1], network.dtype).T)
        self.seed = seed
        self.velocity = np.zeros_like(network.theta)
        self.gradient = np.zeros_like(network.theta)
        self.work: Workspace | None = None
        self._scratch = np.zeros_like(network.theta)
        self._rate = np.zeros((), network.dtype)  # −η, kept as an array for the reason given at functions.ONE
        self._is_weight = network.is_weight()
        self._workspaces: dict[int, tuple[Workspace, NDArray[np.uint8]]] = {}

    def step(self, samples: NDArray[np.int64], hyper: HyperParameters, step: int = 0) -> float:
        """Make one step: gather the mini-batch, backpropagate, update θ.

        v → μ v − η ∇C and θ → θ + v; without momentum that is θ → θ − η ∇C.

        Runs under the caller's `np.errstate(all="ignore")`: entering it here would cost a fortieth of a step.

        Parameters
        ----------
        samples : int64 array, (m,), m at least 1
            The indices of the mini-batch's samples; each below n, which is not checked.
        hyper : HyperParameters
            `batch_size` is not read: the mini-batch is as long as `samples`.
        step : int
            The number of steps made before, which addresses the dropout masks.

        Returns
        -------
        float
            The mini-batch's cost before the update, regularisation included.
        """
        work, pixels = self._workspace(len(samples))
        # "clip" skips the copy that NumPy makes to leave `out` whole in case of an error
        self.images.take(samples, 0, pixels, "clip")
        work.fill(pixels)
        self.targets.take(samples, 1, work.targets, "clip")

        network = self.network
        masks = self.masks(hyper.dropout, step) if hyper.dropout else None
        forward(work, masks)
        cost = backward(work, masks)
        gradient, theta, velocity = work.gradient, network.theta, self.velocity
        if hyper.l2 or hyper.l1:
            regularisation = Regularisation(hyper.l2, hyper.l1, len(self.images))
            cost += regularisation.cost_of(network.weights)
            regularisation.add_gradient(theta, self._is_weight, gradient, self._scratch)

        self._rate.fill(-hyper.eta)
        if hyper.momentum:
            np.multiply(velocity, hyper.momentum, velocity)
            np.multiply(gradient, self._rate, self._scratch)
            np.add(velocity, self._scratch, velocity)
        else:
            np.multiply(gradient, self._rate, velocity)
        np.add(theta, velocity, theta)
        self.gradient = gradient
        self.work = work
        return cost

    def masks(self, dropout: float, step: int) -> list[Floats]:
        """Return the dropout masks of one step, a function of (seed, step) alone.

        As in the book, one choice of neurons holds for the whole mini-batch. Those that are kept are
        strengthened by 1/(1 − p), so that the full network needs no correction afterwards.

        Returns
        -------
        list of (n_l, 1), one for each hidden layer
        """
        hidden = self.network.sizes[1:-1]
        drawn = generator(self.seed, Stream.DROPOUT, step).random(sum(hidden))
        kept = ((drawn >= dropout) / (1 - dropout)).astype(self.network.dtype)
        return np.split(kept[:, np.newaxis], np.cumsum(hidden)[:-1]) if hidden else []

    def _workspace(self, m: int) -> tuple[Workspace, NDArray[np.uint8]]:
        """Return the buffers for m samples; kept for the usual batch and an epoch's shorter last one."""
        held = self._workspaces.get(m)
        if held is None:
            if len(self._workspaces) >= 2:
                self._workspaces.clear()
            held = Workspace(self.network, m), np.empty((m, self.images.shape[1]), np.uint8)
            self._workspaces[m] = held
        return held
