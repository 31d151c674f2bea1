"""What a gallery of weights shows: a layer's weights or how they have changed, how strong they are, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.encoding import Floats
from nnviz.core.network import Network
from nnviz.run.snapshot import Snapshot
from nnviz.run.step_log import StepLog

Numbers = NDArray[np.intp]


class Beginnings:
    """Remembers the parameters that each run began with, as long as anyone holds on to the run.

    Where nobody has noted a run's snapshot of step 0, they are those that the run started from, before any edit.
    """

    def __init__(self) -> None:
        self._networks: WeakKeyDictionary[StepLog, Network] = WeakKeyDictionary()

    def note(self, snapshot: Snapshot) -> None:
        """Take note of a snapshot, whichever; of those of step 0 the first one counts."""
        if snapshot.step == 0:
            self._networks.setdefault(snapshot.log, snapshot.network)

    def network(self, snapshot: Snapshot) -> Network:
        """Return the network that a snapshot's run began with."""
        self.note(snapshot)
        known = self._networks.get(snapshot.log)
        if known is None:
            known = snapshot.spec.network()
            if snapshot.start is not None:
                known = known.at(snapshot.start.astype(np.float32))
            self._networks[snapshot.log] = known
        return known


def parameters(network: Network, layer: int, since: Network | None = None) -> tuple[Floats, Floats]:
    """Return the weights and biases of a layer, or how they have changed.

    Parameters
    ----------
    network : Network
    layer : int
        From 1.
    since : Network, optional
        Of the same sizes: the change is w − w_since.

    Returns
    -------
    weights : (n_l, n_{l−1})
    biases : (n_l,)
    """
    weights, biases = network.weights[layer - 1], network.biases[layer - 1]
    if since is None:
        return weights, biases
    with np.errstate(all="ignore"):  # after a divergence
        return weights - since.weights[layer - 1], biases - since.biases[layer - 1]


@dataclass(frozen=True, eq=False)
class Gallery:
    """A layer's neurons, in the order in which they are shown.

    Parameters
    ----------
    layer : int
        From 1.
    order : int array, (n_l,)
        The neurons' numbers.
    weights : (n_l, n_{l−1})
        A row for each neuron: the weights into it, or their change.
    biases : (n_l,)
        Likewise.
    limits : (n_l,)
        The largest |weight| of each; of them all, where they share a scale.
    biases_limit : float
        The largest |bias|.
    """

    layer: int
    order: Numbers
    weights: Floats
    biases: Floats
    limits: Floats
    biases_limit: float


def gallery(
    network: Network,
    layer: int,
    order: Numbers | None = None,
    since: Network | None = None,
    shared: bool = True,
) -> Gallery:
    """Return the gallery of a layer.

    Parameters
    ----------
    network : Network
    layer : int
        From 1.
    order : int array, (n_l,), optional
        The numbers of the neurons in the order in which they are shown; as they are numbered where not given.
    since : Network, optional
        To show what has changed since then.
    shared : bool
        Whether the neurons share a scale.
    """
    weights, biases = parameters(network, layer, since)
    if order is None:
        order = np.arange(len(biases))
    else:
        weights, biases = weights[order], biases[order]
    limits = largest(weights)
    if shared:
        limits = np.full_like(limits, limits.max())
    return Gallery(layer, order, weights, biases, limits, float(largest(biases)))


def norms(weights: Floats) -> Floats:
    """Return how long each neuron's vector of weights is, ‖w‖ = (Σ_k w_k²)^½.

    Parameters
    ----------
    weights : (n_l, n_{l−1})

    Returns
    -------
    float array, (n_l,)
    """
    with np.errstate(all="ignore"):
        lengths: Floats = np.sqrt(np.einsum("jk,jk->j", weights, weights))
    return lengths


def largest(values: Floats) -> Floats:
    """Return the largest finite |value| along the last axis; 0 where no value is finite.

    Parameters
    ----------
    values : (…, n)

    Returns
    -------
    float array, (…)
    """
    sizes = np.abs(values)
    found: Floats = sizes.max(axis=-1)
    if not np.isfinite(found).all():  # seldom, and only then the slower question
        found = np.where(np.isfinite(sizes), sizes, 0).max(axis=-1)
    return found


def descending(values: ArrayLike) -> Numbers:
    """Return where the largest value is, then the next, and so on; of equals the first first, NaN last.

    Parameters
    ----------
    values : (n,)

    Returns
    -------
    int array, (n,)
    """
    return np.argsort(-np.asarray(values), kind="stable")
