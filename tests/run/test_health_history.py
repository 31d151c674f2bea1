import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from run.small import small_data, small_spec

from nnviz.run.health import EVERY, NORM, RATIO, SATURATED
from nnviz.run.health_history import RECENT, HealthHistory, shrinkage
from nnviz.run.trainer import Trainer


def some_figures(count, layers=2, seed=0):
    """Return rows of a health log: norms and ratios over several decades, and shares."""
    random = np.random.default_rng(seed)
    figures = 10 ** random.uniform(-6, 1, (count, 3, layers))
    figures[:, SATURATED] = random.random((count, layers))
    return figures.astype(np.float32)


def fed(figures, chunks, most=8):
    history, start = HealthHistory(figures.shape[2], most), 0
    for chunk in chunks:
        history.add(figures[start : start + chunk])
        start += chunk
    return history


def geometric_mean(numbers):
    return math.exp(sum(math.log(number) for number in numbers) / len(numbers))


def brute_force(figures, width):
    """Return the stretches' middle steps and means, number by number."""
    steps, means = [], []
    for first in range(0, len(figures), width):
        part = figures[first : first + width].astype(np.float64)
        steps.append(np.mean([EVERY * (row + 1) for row in range(first, first + len(part))]))
        mean = np.empty(part.shape[1:])
        for layer in range(part.shape[2]):
            for figure in (NORM, RATIO):
                mean[figure, layer] = geometric_mean(part[:, figure, layer])
            mean[SATURATED, layer] = part[:, SATURATED, layer].mean()
        means.append(mean)
    return np.array(steps), np.array(means)


@given(
    st.sampled_from([2, 4, 6, 10]), st.lists(st.integers(0, 20) | st.just(70), max_size=12), st.integers(0, 9)
)
def test_a_history_is_what_brute_force_finds_however_it_is_fed(most, chunks, seed):
    figures = some_figures(sum(chunks), seed=seed)
    history = fed(figures, chunks, most)
    assert history.count == len(figures)
    assert history.stretches <= most
    assert history.width == 1 or len(figures) > most * history.width // 2, "no wider than it must be"
    steps, means = history.arrays()
    if len(figures) == 0:
        assert (steps.shape, means.shape) == ((0,), (0, 3, 2))
        return
    expected_steps, expected = brute_force(figures, history.width)
    assert steps.tolist() == expected_steps.tolist()
    assert means == pytest.approx(expected, rel=1e-9)


def test_rows_stand_at_the_steps_that_they_are_of():
    history = fed(some_figures(3), [3])
    assert history.arrays()[0].tolist() == [10, 20, 30]
    history = fed(some_figures(9), [9])  # joined in pairs, the last one alone
    assert history.arrays()[0].tolist() == [15, 35, 55, 75, 90]


def test_a_history_of_many_rows_is_small():
    history = HealthHistory(5)
    figures = some_figures(5000, layers=5)
    for _ in range(40):
        history.add(figures)
    assert history.count == 200_000
    assert history.most // 2 < history.stretches <= history.most
    assert sum(array.nbytes for array in vars(history).values() if isinstance(array, np.ndarray)) < 100_000


def test_a_layer_with_no_gradient_at_all_is_0_and_not_the_mean_of_nothing():
    figures = some_figures(4)
    figures[:, NORM, 0] = 0
    assert fed(figures, [4]).arrays()[1][:, NORM, 0].tolist() == [0, 0, 0, 0]
    assert fed(figures, [4], most=2).arrays()[1][:, NORM, 0].tolist() == [0, 0]


def test_a_0_among_others_is_passed_over():
    figures = some_figures(4)
    figures[:, NORM, 1] = [0.01, 0, 1, 1]
    means = fed(figures, [4], most=2).arrays()[1]
    assert means[:, NORM, 1] == pytest.approx([0.01, 1.0])


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_no_number_hides_no_other_and_alone_is_a_gap(bad):
    figures = some_figures(4)
    figures[3, :, 0] = bad
    means = fed(figures, [4], most=2).arrays()[1]
    assert means[1, :, 0] == pytest.approx(figures[2, :, 0])
    alone = fed(figures, [4]).arrays()[1]
    assert np.isnan(alone[3, :, 0]).all()
    assert np.isfinite(alone[3, :, 1]).all()


def test_recent_is_the_mean_of_the_newest_rows_alone():
    history = HealthHistory(2)
    assert history.recent() is None
    figures = some_figures(3 * RECENT)
    for start, stop in ((0, 3), (3, RECENT + 1), (RECENT + 1, 3 * RECENT)):
        history.add(figures[start:stop])
        (expected,) = brute_force(figures[max(0, stop - RECENT) : stop], RECENT)[1]
        assert history.recent() == pytest.approx(expected, rel=1e-9)


def test_a_history_of_a_run_shows_what_its_log_holds():
    trainer = Trainer(small_spec(sizes=(20, 5, 4, 10)), small_data())
    history = HealthHistory(3, most=4)
    for steps in (7, 30, 4, 80):
        trainer.advance(steps)
        history.add(trainer.health_log.figures(history.count, trainer.step // EVERY))
    assert history.count == 12
    assert history.arrays()[1] == pytest.approx(
        brute_force(trainer.health_log.figures(0, 12), history.width)[1], rel=1e-9
    )


@pytest.mark.parametrize(
    ("norms", "factor"),
    [([0.1, 5.0, 4.7], 47), ([2.0, 1.0], 0.5), ([3.0], 1), ([0.0, 1.0], math.inf), ([1.0, 0.0], 0)],
)
def test_shrinkage_is_how_many_times_smaller_the_first_layers_gradient_is(norms, factor):
    figures = np.ones((3, len(norms)))
    figures[NORM] = norms
    assert shrinkage(figures) == pytest.approx(factor)


@pytest.mark.parametrize("norms", [[0.0, 0.0], [math.nan, 1.0], [1.0, math.nan], [0.0, math.nan]])
def test_without_gradients_there_is_no_shrinkage(norms):
    figures = np.ones((3, 2))
    figures[NORM] = norms
    assert math.isnan(shrinkage(figures))
