import math
import threading
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from run.small import small_data, small_spec

from nnviz.run.trainer import Trainer


@pytest.fixture
def trainer():
    return Trainer(small_spec(), small_data())


def test_a_snapshot_shows_the_run_as_it_is(trainer):
    trainer.advance(10)
    trainer.change(eta=0.25)
    seen = trainer.snapshot()
    assert seen.spec is trainer.spec
    assert (seen.step, seen.epoch, seen.hyper.eta) == (10, 1, 0.25)
    assert seen.epoch_progress == pytest.approx(2 * 7 / 53)
    assert seen.epochs == tuple(trainer.epochs)
    assert seen.theta.tobytes() == trainer.network.theta.tobytes()
    assert seen.network.theta is seen.theta
    cost, smoothed = trainer.log.row(9)[:2]
    assert (seen.cost, seen.smoothed_cost) == (cost, smoothed)
    assert seen.smoothed_cost == pytest.approx(trainer.log.smoothed)
    assert seen.log.rows(0, seen.step).shape == (10, 4)


def test_before_the_first_step_there_is_no_cost(trainer):
    seen = trainer.snapshot()
    assert (seen.step, seen.epoch, seen.epoch_progress, seen.epochs) == (0, 0, 0.0, ())
    assert math.isnan(seen.cost)
    assert math.isnan(seen.smoothed_cost)
    assert seen.theta.tobytes() == small_spec().network().theta.tobytes()


def test_progress_goes_from_0_up_to_less_than_1_in_every_epoch(trainer):
    progress = []
    for _ in range(16):
        progress.append(trainer.snapshot().epoch_progress)
        trainer.advance(1)
    expected = [7 * step / 53 for step in range(8)]
    assert progress == pytest.approx(expected * 2)
    assert trainer.snapshot().epoch_progress == 0.0


def test_training_on_alters_nothing_of_a_snapshot(trainer):
    trainer.advance(9)
    seen = trainer.snapshot()
    theta, rows = seen.theta.tobytes(), seen.log.rows(0, seen.step).tobytes()
    outputs = seen.network.forward(small_data().test.images / 255)
    described = (seen.step, seen.epoch, seen.epoch_progress, seen.hyper, seen.epochs, seen.cost)
    trainer.change(eta=1.0, batch_size=3)
    trainer.advance(40)
    assert trainer.network.theta.tobytes() != theta
    assert seen.theta.tobytes() == theta
    assert seen.log.rows(0, seen.step).tobytes() == rows
    assert seen.network.forward(small_data().test.images / 255).tobytes() == outputs.tobytes()
    assert (seen.step, seen.epoch, seen.epoch_progress, seen.hyper, seen.epochs, seen.cost) == described


def test_nobody_can_write_into_a_snapshot(trainer):
    trainer.advance(3)
    seen = trainer.snapshot()
    with pytest.raises(FrozenInstanceError):
        seen.step = 4
    with pytest.raises(ValueError, match="read-only"):
        seen.theta[0] = 1.0
    for array in [*seen.network.weights, *seen.network.biases]:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0
    assert not np.shares_memory(seen.theta, trainer.network.theta)


def test_a_snapshot_can_explain_a_sample(trainer):
    trainer.advance(3)
    x, y = small_data().test.images[0] / np.float32(255), np.eye(10)[small_data().test.labels[0]]
    explained, expected = trainer.snapshot().network.trace(x, y), trainer.network.trace(x, y)
    assert explained.cost == expected.cost
    assert explained.dC_dx.tobytes() == expected.dC_dx.tobytes()


def test_another_thread_may_read_a_snapshot_while_the_run_goes_on(trainer):
    trainer.advance(5)
    seen = trainer.snapshot()
    images = small_data().test.images / np.float32(255)
    expected = seen.network.forward(images).tobytes()
    found = []
    stop = threading.Event()

    def read():
        while not stop.is_set():
            found.append(seen.network.forward(images).tobytes())

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        while len(found) < 20 and reader.is_alive():
            trainer.advance(20)
    finally:
        stop.set()
        reader.join(30)
    assert len(found) >= 20
    assert set(found) == {expected}
