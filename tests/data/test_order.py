import numpy as np
import pytest

from nnviz.core.randomness import Stream, generator
from nnviz.data.order import epoch_order


@pytest.mark.parametrize("n", [1, 2, 10, 60_000])
def test_an_order_visits_every_sample_once(n):
    order = epoch_order(n, seed=3, epoch=5)
    assert order.dtype == np.int64
    assert np.array_equal(np.sort(order), np.arange(n))


def test_an_order_depends_on_its_arguments_alone():
    first = epoch_order(1000, seed=7, epoch=2)
    epoch_order(1000, seed=7, epoch=3)
    np.random.default_rng(7).random(100)
    assert np.array_equal(first, epoch_order(1000, seed=7, epoch=2))


def test_no_two_seeds_or_epochs_share_an_order():
    orders = {epoch_order(1000, seed, epoch).tobytes() for seed in range(20) for epoch in range(20)}
    assert len(orders) == 400


def test_epochs_of_one_seed_are_not_epochs_of_another():
    assert not np.array_equal(epoch_order(1000, seed=0, epoch=1), epoch_order(1000, seed=1, epoch=0))


@pytest.mark.parametrize("stream", [Stream.INITIALISATION, Stream.DROPOUT])
def test_an_order_shares_no_stream_with_weights_or_dropout(stream):
    other = np.arange(1000)
    generator(7, stream, 2).shuffle(other)
    assert not np.array_equal(other, epoch_order(1000, seed=7, epoch=2))


def test_samples_come_first_equally_often():
    # 10 places, 5,000 epochs: 500 expected each, standard deviation 21.
    firsts = [int(epoch_order(10, seed=1, epoch=epoch)[0]) for epoch in range(5000)]
    assert np.abs(np.bincount(firsts, minlength=10) - 500).max() < 5 * 21.3


def test_the_stream_is_the_one_that_saved_runs_were_made_with():
    """NumPy may change what its generators yield; a session file of before would then replay differently."""
    assert epoch_order(60_000, seed=42, epoch=3)[:6].tolist() == [14825, 23937, 36836, 15036, 47684, 35299]
    assert epoch_order(10, seed=0, epoch=0).tolist() == [7, 3, 0, 5, 1, 6, 9, 2, 8, 4]


@pytest.mark.parametrize(("n", "seed", "epoch"), [(0, 0, 0), (-1, 0, 0), (10, -1, 0), (10, 0, -1)])
def test_arguments_below_their_least_value_are_refused(n, seed, epoch):
    with pytest.raises(ValueError, match=f"n = {n}, seed = {seed} and epoch = {epoch}"):
        epoch_order(n, seed, epoch)
