import math
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from run.small import small_data, small_spec

from nnviz.core.encoding import one_hot
from nnviz.core.regularisation import Regularisation
from nnviz.run.step_log import COST, FIRST_NORM, SMOOTHED, Envelope, StepLog
from nnviz.run.table import BLOCK_BYTES
from nnviz.run.trainer import Trainer

# What a row holds


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"cost": "cross-entropy", "init": "scaled", "l2": 3.0, "l1": 0.5, "momentum": 0.5},
        {"sizes": (20, 8, 6, 10), "activation": "relu", "cost": "log-likelihood", "eta": 0.01},
        {"sizes": (20, 10), "activation": "tanh"},
    ],
    ids=str,
)
def test_a_row_holds_the_batchs_cost_before_the_step_and_the_norm_of_each_layers_gradient(changes):
    trainer = Trainer(small_spec(**changes), small_data())
    images, labels = trainer.training.images, trainer.training.labels
    smoothed_over = []
    for step in range(20):
        batch = trainer._order[trainer.position : trainer.position + trainer.hyper.batch_size]
        X, Y = images[batch] / np.float32(255), one_hot(labels[batch], 10)
        regularisation = Regularisation(trainer.hyper.l2, trainer.hyper.l1, len(images))
        cost = trainer.network.cost_of(X, Y, regularisation)
        _, gradient = trainer.network.gradient(X, Y, regularisation)
        norms = [np.linalg.norm(gradient[layer]) for layer in trainer.network.layer_slices]
        trainer.advance(1)
        row = trainer.log.row(step)
        assert row.dtype == np.float32
        assert row[COST] == pytest.approx(cost, rel=1e-5)
        assert row[FIRST_NORM:] == pytest.approx(norms, rel=1e-4)
        smoothed_over.append(cost)
        weights = 0.99 ** np.arange(step, -1, -1)
        assert row[SMOOTHED] == pytest.approx(np.average(smoothed_over, weights=weights), rel=1e-5)
    assert trainer.log.n_layers == len(trainer.spec.sizes) - 1
    assert trainer.log.count == 20


def test_the_smoothed_cost_of_equal_costs_is_that_cost():
    log = StepLog(1)
    assert math.isnan(log.smoothed)
    for _ in range(1000):
        log.add(0.625, [1.0])
        assert log.smoothed == pytest.approx(0.625, rel=1e-12)


def test_a_step_back_counts_one_percent_less():
    log = StepLog(1)
    for cost in (1.0, 0.0, 0.0):
        log.add(cost, [0.0])
    assert log.smoothed == pytest.approx(0.99**2 / (1 + 0.99 + 0.99**2))


# Reading


BLOCK = BLOCK_BYTES // (4 * (FIRST_NORM + 2))
"""Rows in a block of the table, for two layers."""


def filled(count):
    log = StepLog(2)
    for step in range(count):
        log.add(float(step), [step + 0.25, step + 0.5])
    return log


@pytest.fixture(scope="module")
def three_blocks():
    return filled(2 * BLOCK + 10)


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (0, 1),
        (5, 9),
        (0, BLOCK),
        (BLOCK - 1, BLOCK + 1),
        (BLOCK, 2 * BLOCK),
        (BLOCK - 3, 2 * BLOCK + 4),
        (0, 2 * BLOCK + 10),
        (2 * BLOCK, 2 * BLOCK + 10),
    ],
)
def test_rows_come_from_as_many_blocks_as_they_lie_in(three_blocks, start, stop):
    rows = three_blocks.rows(start, stop)
    steps = np.arange(start, stop)
    assert rows.shape == (stop - start, 4)
    assert np.array_equal(rows[:, COST], steps)
    assert np.array_equal(rows[:, FIRST_NORM:], np.stack([steps + 0.25, steps + 0.5], axis=1))


@pytest.mark.parametrize(
    ("start", "stop", "found"),
    [
        (-5, 3, (0, 3)),
        (7, 10**9, (7, 12)),
        (12, 20, (12, 12)),
        (9, 3, (9, 9)),
        (100, 200, (12, 12)),
        (3, -1, (3, 3)),
    ],
)
def test_only_rows_that_there_are_are_returned(start, stop, found):
    assert filled(12).rows(start, stop)[:, COST].tolist() == list(range(*found))
    assert filled(12).rows(start, stop).shape[1] == 4


def test_rows_are_a_copy(three_blocks):
    rows = three_blocks.rows(3, 6)
    rows[:] = -1
    assert three_blocks.rows(3, 6)[:, COST].tolist() == [3, 4, 5]


@pytest.mark.parametrize("step", [-1, 12, 10**6])
def test_a_row_that_there_is_not_is_an_index_error(step):
    with pytest.raises(IndexError):
        filled(12).row(step)


def test_another_thread_reads_every_row_below_the_count_while_the_log_grows():
    log, total = StepLog(2), 3 * BLOCK
    problems, reads = [], 0
    finished = threading.Event()
    firm = None

    def read():
        nonlocal reads, firm
        while not finished.is_set() or firm is None or len(firm) < total:
            count = log.count
            start = max(count - 3000, 0)
            rows = log.rows(start, count)
            steps = np.arange(start, count)
            if not np.array_equal(
                rows[:, [COST, 2, 3]], np.stack([steps, steps + 0.25, steps + 0.5], axis=1)
            ):
                problems.append((start, count))
                return
            whole = log.rows(0, count)
            if firm is not None and whole[: len(firm)].tobytes() != firm.tobytes():
                problems.append("a row was rewritten")
                return
            firm = whole
            reads += 1

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        for step in range(total):
            log.add(float(step), [step + 0.25, step + 0.5])
    finally:
        finished.set()
        reader.join(30)
    assert not reader.is_alive()
    assert problems == []
    assert reads > 3
    assert len(firm) == total


# The envelope


def brute_force(costs, smoothed, width):
    stretches = [(costs[i : i + width], smoothed[i : i + width], i) for i in range(0, len(costs), width)]
    return (
        [(i + i + len(part) - 1) / 2 for part, _, i in stretches],
        [min(part) for part, _, _ in stretches],
        [max(part) for part, _, _ in stretches],
        [part[-1] for _, part, _ in stretches],
    )


def some_costs(count, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(count).astype(np.float32), rng.standard_normal(count).astype(np.float32)


@given(
    st.sampled_from([2, 4, 6, 10, 16]),
    st.lists(st.integers(0, 25) | st.just(80), max_size=25),
    st.integers(0, 99),
)
def test_an_envelope_is_what_brute_force_finds_however_it_is_fed(most, chunks, seed):
    costs, smoothed = some_costs(sum(chunks), seed)
    envelope, fed = Envelope(most), 0
    for chunk in chunks:
        envelope.add(costs[fed : fed + chunk], smoothed[fed : fed + chunk])
        fed += chunk
        assert envelope.count == fed
        assert envelope.stretches <= most
        # no wider than it must be
        assert envelope.width == 1 or fed > most * envelope.width // 2
        found = envelope.arrays()
        for array, expected in zip(
            found, brute_force(costs[:fed], smoothed[:fed], envelope.width), strict=True
        ):
            assert array.tolist() == expected


@pytest.mark.parametrize("around", [8, 16, 32, 64, 128])
@pytest.mark.parametrize("offset", [-1, 0, 1])
@pytest.mark.parametrize("chunk", [1, 3, 8, 1000])
def test_an_envelope_is_right_around_the_joins(around, offset, chunk):
    costs, smoothed = some_costs(around + offset)
    envelope = Envelope(8)
    for start in range(0, len(costs), chunk):
        envelope.add(costs[start : start + chunk], smoothed[start : start + chunk])
    expected = brute_force(costs, smoothed, envelope.width)
    for array, wanted in zip(envelope.arrays(), expected, strict=True):
        assert array.tolist() == wanted


def test_an_envelope_of_many_steps_is_small():
    envelope = Envelope(1000)
    for _ in range(40):
        envelope.add(*some_costs(50_000))
    assert envelope.count == 2_000_000
    assert 500 < envelope.stretches <= 1000
    assert envelope.width == 2048
    kept = sum(value.nbytes for value in vars(envelope).values() if isinstance(value, np.ndarray))
    assert kept == 3 * 1000 * 4


def test_an_empty_envelope_has_nothing_to_draw():
    envelope = Envelope()
    envelope.add(*some_costs(0))
    assert [len(array) for array in envelope.arrays()] == [0, 0, 0, 0]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 40))
def test_a_cost_that_is_no_number_hides_no_other(chunks, place):
    # Regression: the step that diverged took its whole stretch out of the picture, or not, as it was fed.
    costs, smoothed = some_costs(sum(chunks))
    costs[place % len(costs)] = np.nan
    envelope, fed = Envelope(4), 0
    for chunk in chunks:
        envelope.add(costs[fed : fed + chunk], smoothed[fed : fed + chunk])
        fed += chunk
    _, least, greatest, _ = envelope.arrays()
    for number in range(envelope.stretches):
        part = costs[number * envelope.width : (number + 1) * envelope.width]
        finite = part[~np.isnan(part)]
        if len(finite):
            assert (least[number], greatest[number]) == (finite.min(), finite.max())
        else:
            assert np.isnan([least[number], greatest[number]]).all()


def test_an_envelope_of_a_run_shows_what_its_log_holds():
    trainer = Trainer(small_spec(), small_data())
    envelope = Envelope(6)
    for steps in (1, 4, 9, 3, 20):
        fed = trainer.step
        trainer.advance(steps)
        rows = trainer.log.rows(fed, trainer.step)
        envelope.add(rows[:, COST], rows[:, SMOOTHED])
    rows = trainer.log.rows(0, trainer.step)
    expected = brute_force(rows[:, COST], rows[:, SMOOTHED], envelope.width)
    for array, wanted in zip(envelope.arrays(), expected, strict=True):
        assert array.tolist() == wanted
