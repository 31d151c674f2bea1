"""Random numbers addressed by position, so that no generator's state is part of a run."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What random numbers are drawn for; each purpose has a stream of its own."""

    INITIALISATION = 0
    ORDER = 1
    DROPOUT = 2
    DIRECTIONS = 3
    BALL = 4
    SUBSET = 5


def generator(seed: int, stream: Stream, position: int = 0) -> np.random.Generator:
    """Return a fresh generator that depends on nothing but its arguments.

    Parameters
    ----------
    seed : int
        The run's seed, at least 0.
    stream : Stream
        What the numbers are for.
    position : int
        The epoch (for the order) or the step (for dropout), at least 0.
    """
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(int(stream), position))
    return np.random.Generator(np.random.PCG64(sequence))
