"""A small data set to train on, and what tells two trainers apart."""

from functools import cache

import numpy as np

from nnviz.core.descent import HyperParameters
from nnviz.data.dataset import FILES, DataSet, Samples
from nnviz.run.spec import RunSpec

ROWS, COLS = 5, 4


def samples(n, seed, classes=10):
    """Return digits of a kind: one pattern for each label, under noise."""
    patterns = np.random.default_rng(7).integers(0, 200, (10, ROWS * COLS))
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, n).astype(np.uint8)
    noise = rng.integers(0, 56, (n, ROWS * COLS))
    return Samples((patterns[labels] + noise).astype(np.uint8), labels, (ROWS, COLS))


@cache
def small_data(n_training=53, n_test=31):
    """Return a data set whose size no usual batch size divides."""
    return DataSet("small digits", samples(n_training, 1), samples(n_test, 2))


def small_spec(sizes=(ROWS * COLS, 6, 10), **changes):
    names = HyperParameters.__dataclass_fields__
    hyper = {name: changes.pop(name) for name in list(changes) if name in names}
    return RunSpec(sizes, hyper=HyperParameters(**{"eta": 0.5, "batch_size": 7, **hyper}), **changes)


def bits(trainer):
    """Return all that a run has left behind, to be compared bit by bit."""
    return (
        trainer.step,
        trainer.epoch,
        trainer.position,
        trainer.hyper,
        trainer.network.theta.tobytes(),
        trainer.descent.velocity.tobytes(),
        trainer.log.rows(0, trainer.step).tobytes(),
        trainer.log.count,
        tuple(trainer.epochs),
    )


def write_folder(folder, data):
    """Write a data set as four IDX files."""
    from data.idx_files import idx_bytes

    folder.mkdir(parents=True, exist_ok=True)
    arrays = []
    for part in (data.training, data.test):
        arrays += [part.images.reshape(-1, *part.shape), part.labels]
    for name, array in zip(FILES, arrays, strict=True):
        (folder / name).write_bytes(idx_bytes(array))
    return folder
