"""What the worker opens and saves, without Qt."""

import csv
import json
import math
import threading
import time

import numpy as np
import pytest
from run.small import COLS, ROWS, samples, small_data, small_spec, write_folder

from nnviz.app import runs as runs_module
from nnviz.app.events import (
    BranchesChanged,
    DataLoaded,
    Evaluating,
    Failed,
    ModelOpened,
    Paused,
    RunReady,
    Saved,
    Started,
    Working,
)
from nnviz.app.worker import Worker
from nnviz.data.dataset import DataSet, Samples
from nnviz.run import metrics_csv
from nnviz.run.metrics_csv import KINDS
from nnviz.run.model_file import load_model, save_model
from nnviz.run.trainer import Trainer, replay

PIXELS = ROWS * COLS
PATIENCE = 20
"""Seconds after which the worker is taken for hung."""


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "small digits", small_data())


@pytest.fixture
def spec(folder):
    return small_spec(data=str(folder))


@pytest.fixture
def worker():
    worker = Worker()
    worker.start()
    yield worker
    assert worker.stop(PATIENCE)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.npz"


def events_until(worker, kind):
    """Return all events up to the first of a kind."""
    events = [worker.events.get(timeout=PATIENCE)]
    while not isinstance(events[-1], kind):
        events.append(worker.events.get(timeout=PATIENCE))
    return events


def until_evaluated(worker):
    while worker.events.get(timeout=PATIENCE) != Evaluating(False):
        pass


def begin(worker, spec):
    """Set up a run and wait for its evaluation before the first step."""
    worker.runs.begin(spec)
    until_evaluated(worker)


def obeyed(worker):
    """Wait until the worker has obeyed all commands given so far."""
    done = threading.Event()
    worker._commands.put(done.set)
    assert done.wait(PATIENCE)


def trainer_of(worker):
    obeyed(worker)
    return worker._trainer


def make_steps(worker, count):
    for _ in range(count):
        worker.make_step()
        events_until(worker, Paused)


def failure(worker):
    sentence = events_until(worker, Failed)[-1].sentence
    assert sentence[0].isupper() or sentence.startswith("/")
    assert sentence.endswith(".")
    return sentence


def trained(path, steps=12, spec=None, data=None):
    """Save a model that was trained for some steps, and return the trainer."""
    trainer = Trainer(spec or small_spec(seed=5), data or small_data())
    trainer.advance(steps)
    save_model(path, trainer.network, trainer.spec, trainer.step)
    return trainer


def write_book_model(path, sizes=(PIXELS, 4, 10)):
    """Write what the book's network2.py would, and return the weights of layer 1."""
    rng = np.random.default_rng(0)
    pairs = list(zip(sizes, sizes[1:], strict=False))
    value = {
        "sizes": list(sizes),
        "weights": [rng.standard_normal((n, before)).tolist() for before, n in pairs],
        "biases": [rng.standard_normal((n, 1)).tolist() for _, n in pairs],
        "cost": "CrossEntropyCost",
    }
    path.write_text(json.dumps(value))
    return np.array(value["weights"][0], np.float32)


# Opening a model


def test_a_run_begins_from_the_parameters_of_the_model(worker, spec, path):
    begin(worker, spec)
    model = trained(path)
    worker.runs.open_model(path)
    events = events_until(worker, ModelOpened)
    assert events[0] == Paused()
    ready = events[-2]
    assert isinstance(ready, RunReady)
    assert ready.hyper == model.spec.hyper
    assert events[-1] == ModelOpened(path)
    trainer = trainer_of(worker)
    assert (trainer.step, trainer.epoch) == (0, 0)
    assert trainer.network.theta.tobytes() == model.network.theta.tobytes()
    assert worker.mailbox.take().theta.tobytes() == model.network.theta.tobytes()


def test_the_run_is_on_the_present_data_if_they_fit(worker, spec, folder, path):
    begin(worker, spec)
    model = trained(path, spec=small_spec(seed=5, data="/somewhere/else"))
    worker.runs.open_model(path)
    events = events_until(worker, ModelOpened)
    assert not [event for event in events if isinstance(event, DataLoaded | Working)]
    trainer = trainer_of(worker)
    assert trainer.spec == small_spec(seed=5, data=str(folder))
    assert trainer.data is worker.runs._data
    assert np.array_equal(trainer.network.theta, model.network.theta)


def test_the_model_is_evaluated_before_the_first_step(worker, spec, path):
    begin(worker, spec)
    model = trained(path)
    model.request_evaluation()
    while not model.evaluate_piece():
        pass
    worker.runs.open_model(path)
    until_evaluated(worker)
    (record,) = trainer_of(worker).epochs
    assert (record.epoch, record.step) == (0, 0)
    assert record.test_accuracy == model.evaluated.record.test_accuracy
    assert record.test_cost == model.evaluated.record.test_cost


def test_steps_from_a_model_are_those_of_a_replay_from_it(worker, spec, path):
    begin(worker, spec)
    start = trained(path).network.theta.copy()
    worker.runs.open_model(path)
    events_until(worker, ModelOpened)
    make_steps(worker, 10)
    trainer = trainer_of(worker)
    again = replay(trainer.spec, trainer.data, trainer.journal, 10, start)
    assert trainer.network.theta.tobytes() == again.network.theta.tobytes()
    assert not np.array_equal(trainer.network.theta, start)


def test_a_network_of_the_book_is_opened_on_the_present_data(worker, spec, folder, tmp_path):
    begin(worker, spec)
    weights = write_book_model(tmp_path / "book.json")
    worker.runs.open_model(tmp_path / "book.json")
    ready = events_until(worker, ModelOpened)[-2]
    assert (ready.spec.sizes, ready.spec.cost, ready.spec.data) == (
        (PIXELS, 4, 10),
        "cross-entropy",
        str(folder),
    )
    assert np.array_equal(trainer_of(worker).network.weights[0], weights)


def test_before_any_data_the_model_brings_the_data_that_it_names(worker, spec, path):
    model = trained(path, spec=spec)
    worker.runs.open_model(path)
    events = events_until(worker, ModelOpened)
    kinds = [type(event) for event in events if not isinstance(event, Working)]
    assert kinds == [DataLoaded, BranchesChanged, RunReady, ModelOpened]
    assert np.array_equal(trainer_of(worker).network.theta, model.network.theta)


def wider_model(path, folder, n=PIXELS + 1):
    """Save a model of a run on larger images, in a folder of their own."""
    images = np.random.default_rng(0).integers(0, 256, (30, n), dtype=np.uint8)
    labels = (np.arange(30) % 10).astype(np.uint8)
    part = Samples(images, labels, (1, n))
    data = DataSet("wider", part, part)
    write_folder(folder, data)
    return trained(path, spec=small_spec((n, 5, 10), data=str(folder)), data=data)


def test_where_the_present_data_do_not_fit_those_are_loaded_that_the_model_names(
    worker, spec, path, tmp_path
):
    begin(worker, spec)
    wider_model(path, tmp_path / "wider digits")
    worker.runs.open_model(path)
    events = events_until(worker, ModelOpened)
    (loaded,) = [event for event in events if isinstance(event, DataLoaded)]
    assert loaded.data.name == "wider digits"
    assert trainer_of(worker).spec.data == str(tmp_path / "wider digits")


def test_a_model_that_learnt_from_more_images_than_there_are_brings_its_own(worker, spec, path, tmp_path):
    """It was refused because of the number of images."""
    begin(worker, spec)
    more = DataSet("more", samples(70, 1), samples(20, 2))
    other = write_folder(tmp_path / "more digits", more)
    trained(path, spec=small_spec(train_size=60, data=str(other)), data=more)
    worker.runs.open_model(path)
    events_until(worker, ModelOpened)
    trainer = trainer_of(worker)
    assert trainer.spec.data == str(other)
    assert len(trainer.training) == 60


def test_a_model_that_tells_fewer_digits_apart_than_there_are_brings_its_own(worker, spec, path, tmp_path):
    begin(worker, spec)
    few = DataSet("few", samples(40, 1, classes=3), samples(20, 2, classes=3))
    other = write_folder(tmp_path / "few digits", few)
    trained(path, spec=small_spec((PIXELS, 4, 3), data=str(other)), data=few)
    worker.runs.open_model(path)
    events_until(worker, ModelOpened)
    assert trainer_of(worker).spec.data == str(other)


def test_the_run_before_can_be_brought_back(worker, spec, path):
    begin(worker, spec)
    make_steps(worker, 4)
    first = trainer_of(worker)
    trained(path)
    worker.runs.open_model(path)
    assert events_until(worker, RunReady)[-1].left_at == 4
    worker.runs.bring_back()
    events_until(worker, RunReady)
    assert trainer_of(worker) is first


def test_opening_a_model_pauses_a_run(worker, spec, path):
    begin(worker, spec)
    trained(path)
    worker.run()
    events_until(worker, Started)
    worker.runs.open_model(path)
    events_until(worker, ModelOpened)
    trainer = trainer_of(worker)
    time.sleep(0.05)
    assert trainer.step == 0


# Models that cannot be opened


def assert_goes_on(worker, trainer):
    """Check that a run is still there, and can go on."""
    assert trainer_of(worker) is trainer
    before = trainer.step
    make_steps(worker, 1)
    assert trainer.step == before + 1


def test_a_model_that_is_missing_is_said_and_the_run_goes_on(worker, spec, tmp_path):
    begin(worker, spec)
    trainer = trainer_of(worker)
    worker.runs.open_model(tmp_path / "missing.npz")
    assert str(tmp_path / "missing.npz") in failure(worker)
    assert_goes_on(worker, trainer)


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04 and then nothing", b"{}"])
def test_what_is_no_model_is_said_and_the_run_goes_on(worker, spec, path, content):
    begin(worker, spec)
    trainer = trainer_of(worker)
    path.write_bytes(content)
    worker.runs.open_model(path)
    assert str(path) in failure(worker)
    assert_goes_on(worker, trainer)


def test_a_model_whose_data_are_gone_is_said_and_the_run_goes_on(worker, spec, path, tmp_path):
    begin(worker, spec)
    trainer = trainer_of(worker)
    wider_model(path, tmp_path / "wider digits")
    for file in (tmp_path / "wider digits").iterdir():
        file.unlink()
    worker.runs.open_model(path)
    assert str(tmp_path / "wider digits") in failure(worker)
    assert_goes_on(worker, trainer)


def test_a_model_that_its_own_data_no_longer_fit_is_said(worker, spec, path, tmp_path):
    begin(worker, spec)
    wider_model(path, tmp_path / "digits")
    for file in (tmp_path / "digits").iterdir():
        file.unlink()
    write_folder(tmp_path / "digits", small_data())
    worker.runs.open_model(path)
    sentence = failure(worker)
    assert f"{PIXELS} pixels" in sentence
    assert f"{PIXELS + 1} neurons" in sentence


def test_too_little_memory_for_a_model_is_said(worker, spec, path, monkeypatch):
    begin(worker, spec)
    trained(path)

    def no_room(_):
        raise MemoryError

    monkeypatch.setattr(runs_module, "load_model", no_room)
    worker.runs.open_model(path)
    assert "not enough memory" in failure(worker)


# Reset


def test_a_reset_begins_again_from_the_model_that_was_opened(worker, spec, path):
    begin(worker, spec)
    start = trained(path).network.theta.copy()
    worker.runs.open_model(path)
    events_until(worker, ModelOpened)
    for _ in range(2):
        make_steps(worker, 3)
        worker.runs.reset()
        assert events_until(worker, RunReady)[-1].left_at == 3
        trainer = trainer_of(worker)
        assert trainer.step == 0
        assert trainer.network.theta.tobytes() == start.tobytes()


def test_a_reset_begins_with_the_hyper_parameters_of_now(worker, spec, path):
    begin(worker, spec)
    trained(path)
    worker.runs.open_model(path)
    events_until(worker, ModelOpened)
    make_steps(worker, 2)
    worker.change(eta=0.125)
    worker.runs.reset()
    ready = events_until(worker, RunReady)[-1]
    assert ready.hyper.eta == ready.spec.hyper.eta == 0.125
    assert len(trainer_of(worker).journal) == 0


def test_a_reset_of_a_new_run_draws_the_same_parameters(worker, spec):
    begin(worker, spec)
    make_steps(worker, 3)
    worker.runs.reset()
    events_until(worker, RunReady)
    assert trainer_of(worker).network.theta.tobytes() == spec.network().theta.tobytes()


def test_a_new_run_after_a_model_does_not_begin_from_it(worker, spec, path):
    begin(worker, spec)
    trained(path)
    worker.runs.open_model(path)
    events_until(worker, ModelOpened)
    worker.runs.begin(spec)
    events_until(worker, RunReady)
    assert trainer_of(worker).network.theta.tobytes() == spec.network().theta.tobytes()


def test_before_there_is_a_run_nothing_is_reset_or_saved(worker, tmp_path):
    worker.runs.reset()
    worker.runs.save_metrics(tmp_path / "metrics.csv", "steps")
    obeyed(worker)
    assert worker.events.empty()
    assert list(tmp_path.iterdir()) == []


# Evaluation, when the run is another


class ForEver:
    """An evaluation that does not end."""

    at_epochs_end = True
    step = 0

    def advance(self):
        time.sleep(0.001)


def test_an_evaluation_of_a_run_that_is_left_is_told_to_have_ended(worker, spec):
    """It was said to go on for ever when a run was brought back that needed none."""
    begin(worker, spec)
    make_steps(worker, 3)
    worker.runs.begin(small_spec(data=spec.data, seed=1))
    until_evaluated(worker)
    worker._commands.put(lambda: setattr(worker._trainer, "due", ForEver()))
    assert worker.events.get(timeout=PATIENCE) == Evaluating(True)
    worker.runs.bring_back()
    assert Evaluating(False) in events_until(worker, RunReady)


# Metrics


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("kind", KINDS)
def test_metrics_are_those_of_the_run_so_far(worker, spec, tmp_path, kind):
    begin(worker, spec)
    worker.run_epoch()
    events_until(worker, Paused)
    make_steps(worker, 4)
    path = tmp_path / "metrics.csv"
    worker.runs.save_metrics(path, kind)
    assert events_until(worker, Saved)[-1] == Saved(path)
    rows = rows_of(path)
    steps = math.ceil(53 / 7) + 4
    assert len(rows) - 1 == {"steps": steps, "epochs": 2, "health": steps // 10}[kind]
    if kind == "steps":
        log = trainer_of(worker).log.rows(0, steps)
        assert np.array_equal(np.array(rows[1:], float)[:, 1:], log.astype(float))


def test_how_much_is_written_is_told(worker, spec, tmp_path, monkeypatch):
    begin(worker, spec)
    make_steps(worker, 5)
    monkeypatch.setattr(metrics_csv, "ROWS_A_PIECE", 1)
    worker.runs.save_metrics(tmp_path / "metrics.csv", "steps")
    told = [event.fraction for event in events_until(worker, Saved) if isinstance(event, Working)]
    assert told == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8])


def test_a_run_goes_on_while_its_metrics_are_saved_and_after(worker, spec, tmp_path):
    begin(worker, spec)
    worker.run()
    events_until(worker, Started)
    path = tmp_path / "metrics.csv"
    counts = []
    for _ in range(3):
        worker.runs.save_metrics(path, "steps")
        events = events_until(worker, Saved)
        assert Paused() not in events
        rows = rows_of(path)
        assert [int(row[0]) for row in rows[1:]] == list(range(1, len(rows)))
        counts.append(len(rows))
        deadline = time.monotonic() + PATIENCE
        while worker._trainer.step <= counts[-1]:
            assert time.monotonic() < deadline, "the run does not go on"
            time.sleep(0.001)
    assert counts == sorted(set(counts))


def test_metrics_that_cannot_be_saved_are_said_and_the_run_goes_on(worker, spec, tmp_path):
    begin(worker, spec)
    trainer = trainer_of(worker)
    worker.runs.save_metrics(tmp_path / "nowhere" / "metrics.csv", "steps")
    sentence = failure(worker)
    assert "No such file or directory" in sentence
    assert "nowhere" in sentence
    assert_goes_on(worker, trainer)


def test_to_end_in_the_middle_of_saving_leaves_no_half_of_a_file(spec, tmp_path, monkeypatch):
    worker = Worker()
    worker.start()
    begin(worker, spec)
    make_steps(worker, 5)
    monkeypatch.setattr(metrics_csv, "ROWS_A_PIECE", 1)
    writing, go_on = threading.Event(), threading.Event()
    tell = worker.runs._tell_progress

    def wait_in_the_middle(fraction):
        if fraction > 0.3:
            writing.set()
            assert go_on.wait(PATIENCE)
        tell(fraction)

    worker.runs._tell_progress = wait_in_the_middle
    path = tmp_path / "metrics" / "metrics.csv"
    path.parent.mkdir()
    path.write_bytes(b"old")
    worker.runs.save_metrics(path, "steps")
    assert writing.wait(PATIENCE)
    assert not worker.stop(0), "it ended before it was let go on"
    go_on.set()
    assert worker.stop(PATIENCE)
    assert [file.name for file in path.parent.iterdir()] == ["metrics.csv"]
    assert path.read_bytes() == b"old"


def test_a_model_that_was_opened_can_be_saved_again(worker, spec, path, tmp_path):
    begin(worker, spec)
    model = trained(path)
    worker.runs.open_model(path)
    events_until(worker, ModelOpened)
    again = tmp_path / "again.npz"
    worker.runs.save(again)
    events_until(worker, Saved)
    assert load_model(again).network.theta.tobytes() == model.network.theta.tobytes()
    assert load_model(again).step == 0
