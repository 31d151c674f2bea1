"""The order in which an epoch visits the training samples."""

import numpy as np
from numpy.typing import NDArray

from nnviz.core.randomness import Stream, generator


def epoch_order(n: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """Return the order of one epoch, a pure function of its arguments: no epoch needs the one before it.

    Parameters
    ----------
    n : int
        The number of training samples, at least 1.
    seed : int
        The run's seed, at least 0.
    epoch : int
        The epoch, counted from 0.

    Returns
    -------
    int64 array, (n,)
        A permutation of 0 … n − 1; the epoch's mini-batches are consecutive pieces of it.

    Raises
    ------
    ValueError
        If an argument is below its least value.
    """
    if n < 1 or seed < 0 or epoch < 0:
        raise ValueError(
            f"An order needs at least 1 sample and no negative seed or epoch, "
            f"but it was given n = {n}, seed = {seed} and epoch = {epoch}."
        )
    # Not permutation(n): its integers are as wide as the platform likes, and a run is the same everywhere.
    order = np.arange(n, dtype=np.int64)
    generator(seed, Stream.ORDER, epoch).shuffle(order)
    return order
