"""A fixed set of samples to look at before and after a step: always the same, and few enough to be quick."""

from __future__ import annotations

import numpy as np

from nnviz.data.dataset import Samples

COUNT = 1000
"""Of 10,000 test images they leave an accuracy uncertain by about one per cent; a cost's change, by far less."""
SEED = 1


def fixed_samples(samples: Samples, count: int = COUNT) -> Samples:
    """Return samples drawn at random, the same at every call; all, where there are no more."""
    if len(samples) <= count:
        return samples
    places = np.sort(np.random.default_rng(SEED).choice(len(samples), count, replace=False))
    return Samples(samples.images[places], samples.labels[places], samples.shape)
