"""From what data files hold, bytes and labels, to what a network computes with."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Floats = NDArray[np.floating[Any]]
"""Arrays of float32 or float64, whichever the network computes in."""


def one_hot(labels: NDArray[np.integer[Any]], n_classes: int, dtype: DTypeLike = np.float32) -> Floats:
    """Return the targets y for labels: 1 at the label, 0 elsewhere.

    Parameters
    ----------
    labels : int array, (m,)
    n_classes : int
        The number of output neurons; every label is below it.

    Returns
    -------
    float array, (m, n_classes)

    Raises
    ------
    ValueError
        If a label has no output neuron.
    """
    labels = np.asarray(labels)
    if labels.size and not 0 <= int(labels.min()) <= int(labels.max()) < n_classes:
        raise ValueError(
            f"The labels reach from {labels.min()} to {labels.max()}, but the network has {n_classes} "
            f"output neurons, for the labels 0 to {n_classes - 1}."
        )
    targets = np.zeros((labels.size, n_classes), dtype)
    targets[np.arange(labels.size), labels] = 1
    return targets
