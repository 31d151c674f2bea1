import itertools

import numpy as np
import pytest

from nnviz.core.randomness import Stream, generator


def test_a_generator_depends_on_its_arguments_alone():
    first = generator(7, Stream.ORDER, 3).random(5)
    generator(7, Stream.ORDER, 4).random(5)
    np.random.default_rng(7).random(5)
    assert generator(7, Stream.ORDER, 3).random(5).tolist() == first.tolist()


def test_each_call_gives_a_fresh_generator():
    one, other = generator(7, Stream.DROPOUT), generator(7, Stream.DROPOUT)
    one.random(100)
    assert other.random() == generator(7, Stream.DROPOUT).random()


def test_no_two_seeds_streams_or_positions_share_numbers():
    addresses = list(itertools.product(range(8), Stream, range(8)))
    drawn = {generator(*address).random() for address in addresses}
    assert len(drawn) == len(addresses) == 8 * len(Stream) * 8


def test_neighbouring_positions_are_not_correlated():
    """Over 10,000 numbers a correlation has a standard deviation of 0.01."""
    series = [generator(0, Stream.DROPOUT, step).random(10_000) for step in range(6)]
    correlations = np.corrcoef(series)[np.triu_indices(6, 1)]
    assert np.abs(correlations).max() < 0.05


def test_seeds_may_be_as_large_as_people_like():
    seeds = (0, 2**32, 2**64, 2**100, 2**100 + 1)
    assert len({generator(seed, Stream.ORDER).random() for seed in seeds}) == 5


def test_the_streams_are_those_that_saved_runs_were_made_with():
    """A changed number of a stream would replay every saved run differently."""
    values = {stream.name: stream.value for stream in Stream}
    assert values == {
        "INITIALISATION": 0,
        "ORDER": 1,
        "DROPOUT": 2,
        "DIRECTIONS": 3,
        "BALL": 4,
        "SUBSET": 5,
    }
    normal = generator(42, Stream.INITIALISATION).standard_normal(3)
    assert normal == pytest.approx([-1.3148377963700608, 1.750398451756758, -0.11517501264793234], rel=1e-15)
    assert generator(42, Stream.DROPOUT, 5).random(2).tolist() == [0.6605898155944082, 0.6282501669715302]
