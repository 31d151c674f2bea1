"""The worker alone, without Qt."""

import math
import queue
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from run.small import COLS, ROWS, samples, small_data, small_spec, write_folder

from nnviz.app import runs as runs_module
from nnviz.app.events import (
    BranchesChanged,
    DataLoaded,
    Evaluating,
    Failed,
    Mailbox,
    Paused,
    RunReady,
    Saved,
    Started,
    Working,
)
from nnviz.app.worker import Worker
from nnviz.data.dataset import DataSet
from nnviz.run.model_file import load_model
from nnviz.run.trainer import replay

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


def next_event(worker):
    return worker.events.get(timeout=PATIENCE)


def events_until(worker, kind):
    """Return all events up to the first of a kind."""
    deadline = time.monotonic() + PATIENCE
    events = [next_event(worker)]
    while not isinstance(events[-1], kind):
        assert time.monotonic() < deadline, f"{kind.__name__} does not come"
        events.append(next_event(worker))
    return events


def begin(worker, spec):
    """Set up a run and wait for its evaluation before the first step."""
    worker.runs.begin(spec)
    events = events_until(worker, RunReady)
    while next_event(worker) != Evaluating(False):
        pass
    return events


def run_for_steps(worker, steps):
    """Run until at least so many steps more are made, and pause."""
    goal = worker._trainer.step + steps
    worker.run()
    deadline = time.monotonic() + PATIENCE
    while worker._trainer.step < goal:
        assert time.monotonic() < deadline, "the worker makes no steps"
        time.sleep(0.001)
    worker.pause()
    events_until(worker, Paused)


def obeyed(worker):
    """Wait until the worker has obeyed all commands given so far."""
    done = threading.Event()
    worker._commands.put(done.set)
    assert done.wait(PATIENCE)


def all_events(worker):
    obeyed(worker)
    events = []
    while True:
        try:
            events.append(worker.events.get_nowait())
        except queue.Empty:
            return events


def settled_step(worker):
    obeyed(worker)
    return worker._trainer.step


def test_the_module_brings_no_qt_along():
    code = (
        "import sys, nnviz.app.worker as w\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('PySide6', 'shiboken6', 'pyqtgraph')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Setting up a run


def test_a_new_run_loads_its_data_and_is_ready_at_step_0(worker, spec, folder):
    events = begin(worker, spec)
    loading = [event.fraction for event in events if isinstance(event, Working)]
    assert loading == sorted(loading)
    assert all(0 <= fraction <= 1 for fraction in loading)
    loaded, branches, ready = events[-3:]
    assert isinstance(loaded, DataLoaded)
    assert [branch.name for branch in branches.branches] == ["main"]
    assert loaded.data.name == folder.name
    assert ready == RunReady(spec, spec.hyper, 0)
    assert worker._trainer.step == 0
    assert [record.epoch for record in worker.mailbox.take().epochs] == [0]


def test_data_that_is_there_is_not_loaded_again(worker, spec, folder):
    begin(worker, spec)
    for file in folder.iterdir():
        file.unlink()
    events = begin(worker, small_spec(data=str(folder), seed=1))
    assert [type(event) for event in events] == [Paused, BranchesChanged, RunReady]


def test_a_missing_folder_is_named_in_a_sentence(worker, tmp_path):
    worker.runs.begin(small_spec(data=str(tmp_path / "nowhere")))
    failed = events_until(worker, Failed)[-1]
    assert str(tmp_path / "nowhere") in failed.sentence
    assert failed.sentence.endswith(".")


def test_a_folder_without_the_files_is_named_in_a_sentence(worker, tmp_path):
    worker.runs.begin(small_spec(data=str(tmp_path)))
    assert "train-images-idx3-ubyte" in events_until(worker, Failed)[-1].sentence


def test_after_a_failure_the_run_before_goes_on(worker, spec, tmp_path):
    begin(worker, spec)
    run_for_steps(worker, 5)
    step, theta = worker._trainer.step, worker._trainer.network.theta.copy()
    worker.runs.begin(small_spec(data=str(tmp_path / "nowhere")))
    events_until(worker, Failed)
    assert settled_step(worker) == step
    assert np.array_equal(worker._trainer.network.theta, theta)
    worker.make_step()
    events_until(worker, Paused)
    assert worker._trainer.step == step + 1


def test_a_network_that_does_not_fit_the_data_is_refused_in_a_sentence(worker, folder):
    worker.runs.begin(small_spec((784, 16, 10), data=str(folder)))
    sentence = events_until(worker, Failed)[-1].sentence
    assert f"{ROWS * COLS} pixels" in sentence
    assert "784 neurons" in sentence


def test_other_data_are_announced_only_with_a_run_on_them(worker, spec, tmp_path):
    begin(worker, spec)
    wider = DataSet("wider digits", samples(20, 1), samples(10, 2))
    other = write_folder(tmp_path / "other digits", wider)
    worker.runs.begin(small_spec((784, 16, 10), data=str(other)))
    events = events_until(worker, Failed)
    assert not [event for event in events if isinstance(event, DataLoaded)]


def test_too_little_memory_is_said_in_a_sentence(worker, spec, monkeypatch):
    def no_room(*_, **__):
        raise MemoryError

    monkeypatch.setattr(runs_module, "Trainer", no_room)
    worker.runs.begin(spec)
    assert "not enough memory" in events_until(worker, Failed)[-1].sentence


# Steps


def test_before_there_is_a_run_commands_do_nothing(worker, tmp_path):
    for command in (
        worker.run,
        worker.run_epoch,
        worker.pause,
        worker.make_step,
        worker.runs.bring_back,
        lambda: worker.change(eta=1.0),
        lambda: worker.set_speed(10),
        lambda: worker.runs.save(tmp_path / "model.npz"),
    ):
        command()
    assert all_events(worker) == []
    assert worker.mailbox.take() is None
    assert not (tmp_path / "model.npz").exists()


def test_one_step_is_one_step(worker, spec):
    begin(worker, spec)
    for step in range(1, 4):
        worker.make_step()
        events_until(worker, Paused)
        assert worker._trainer.step == step
        assert worker.mailbox.take().step == step


def test_one_step_while_running_pauses(worker, spec):
    begin(worker, spec)
    worker.run()
    events_until(worker, Started)
    worker.make_step()
    events_until(worker, Paused)
    step = settled_step(worker)
    time.sleep(0.05)
    assert worker._trainer.step == step


def test_running_begins_goes_on_and_pauses(worker, spec):
    begin(worker, spec)
    run_for_steps(worker, 50)
    step = settled_step(worker)
    time.sleep(0.05)
    assert worker._trainer.step == step, "steps are made after the pause"
    assert worker.mailbox.take().step == step
    run_for_steps(worker, 50)
    assert worker._trainer.step >= step + 50


def test_steps_that_were_run_are_those_of_a_replay(worker, spec):
    begin(worker, spec)
    run_for_steps(worker, 20)
    worker.change(eta=0.25, momentum=0.5)
    run_for_steps(worker, 20)
    trainer = worker._trainer
    again = replay(trainer.spec, trainer.data, trainer.journal, trainer.step)
    assert len(trainer.journal) == 2
    assert again.network.theta.tobytes() == trainer.network.theta.tobytes()


def test_one_epoch_ends_with_the_epoch(worker, spec):
    begin(worker, spec)
    steps = math.ceil(53 / 7)
    worker.make_step()
    events_until(worker, Paused)
    for epoch in (1, 2):
        worker.run_epoch()
        events_until(worker, Paused)
        assert settled_step(worker) == epoch * steps
        assert worker._trainer.epoch == epoch


def test_running_an_epoch_then_running_goes_on_beyond_it(worker, spec):
    begin(worker, spec)
    worker.run_epoch()
    worker.run()
    run_for_steps(worker, 100)
    assert worker._trainer.epoch > 5


def test_every_epoch_is_evaluated_while_it_runs(worker, spec):
    begin(worker, spec)
    run_for_steps(worker, 50)
    while worker._trainer.due is not None:
        obeyed(worker)
    epochs = [record.epoch for record in worker._trainer.epochs]
    assert epochs == list(range(worker._trainer.epoch + 1))


def test_divergence_is_said_in_a_sentence_and_pauses(worker, folder):
    begin(worker, small_spec(data=str(folder), eta=1000.0, l2=1000.0))
    worker.run()
    events = events_until(worker, Failed)
    assert "Training has diverged" in events[-1].sentence
    assert Paused() in events
    step = settled_step(worker)
    worker.make_step()
    assert "Training has diverged" in events_until(worker, Failed)[-1].sentence
    assert settled_step(worker) == step


# Speed


def test_a_set_speed_bounds_the_steps(worker, spec):
    begin(worker, spec)
    worker.set_speed(50)
    started = time.monotonic()
    worker.run()
    time.sleep(0.4)
    worker.pause()
    events_until(worker, Paused)
    took = time.monotonic() - started
    assert 2 <= worker._trainer.step <= 50 * took + 2


def test_at_full_speed_many_more_steps_are_made(worker, spec):
    begin(worker, spec)
    worker.set_speed(50)
    worker.set_speed(math.inf)
    started = time.monotonic()
    run_for_steps(worker, 1000)
    assert time.monotonic() - started < 1000 / 50


def test_pause_takes_effect_while_the_worker_waits_for_the_next_step(worker, spec):
    begin(worker, spec)
    worker.set_speed(0.01)
    worker.run()
    started = time.monotonic()
    events_until(worker, Started)
    worker.pause()
    events_until(worker, Paused)
    assert time.monotonic() - started < 5, "the pause waited for a step that is a hundred seconds away"


def test_a_change_of_speed_takes_effect_while_running(worker, spec):
    begin(worker, spec)
    worker.set_speed(0.01)
    worker.run()
    events_until(worker, Started)
    worker.set_speed(math.inf)
    deadline = time.monotonic() + PATIENCE
    while worker._trainer.step < 100:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_what_could_not_be_made_in_time_is_not_made_up_for_in_a_sprint(worker, spec, monkeypatch):
    begin(worker, spec)
    worker.set_speed(20)
    worker.run()
    events_until(worker, Started)
    worker._commands.put(lambda: time.sleep(1.3))  # stands in for a long evaluation
    obeyed(worker)
    step, since = worker._trainer.step, time.monotonic()
    time.sleep(0.3)
    made, took = settled_step(worker) - step, time.monotonic() - since
    assert made <= 20 * took + 3


# Evaluation


class Slowly:
    """An evaluation that goes on until it is let go."""

    def __init__(self):
        self.pieces = 0
        self.over = False
        self.at_epochs_end = True
        self.step = 1
        self.record = SimpleNamespace(step=1)

    def advance(self):
        self.pieces += 1
        time.sleep(0.001)
        return self if self.over else None


def test_an_evaluation_is_interrupted_by_commands_and_goes_on(worker, spec):
    begin(worker, spec)
    evaluation = Slowly()

    def ask():
        worker._trainer.due = evaluation

    worker._commands.put(ask)
    assert next_event(worker) == Evaluating(True)
    worker.run()
    events_until(worker, Started)
    worker.pause()
    events_until(worker, Paused)
    assert worker._trainer.step == 0, "a step was made before the evaluation had ended"
    before = evaluation.pieces
    deadline = time.monotonic() + PATIENCE
    while evaluation.pieces == before:
        assert time.monotonic() < deadline, "the evaluation does not go on while the run is paused"
        time.sleep(0.001)
    evaluation.over = True
    assert next_event(worker) == Evaluating(False)
    assert any(record is evaluation.record for record in worker._trainer.epochs)


def test_the_worker_can_be_stopped_in_the_middle_of_an_evaluation(spec):
    worker = Worker()
    worker.start()
    begin(worker, spec)
    worker._commands.put(lambda: setattr(worker._trainer, "due", Slowly()))
    assert next_event(worker) == Evaluating(True)
    assert worker.stop(PATIENCE)


# Changes


def test_a_change_applies_from_the_next_step_on_and_is_in_the_journal(worker, spec):
    begin(worker, spec)
    run_for_steps(worker, 3)
    step = worker._trainer.step
    worker.change(eta=0.125)
    obeyed(worker)
    assert worker._trainer.hyper.eta == 0.125
    assert worker._trainer.journal.to_json() == [{"step": step, "name": "eta", "value": 0.125}]


def test_a_change_that_makes_no_sense_is_refused_in_a_sentence_and_changes_nothing(worker, spec):
    begin(worker, spec)
    worker.change(eta=-1.0)
    assert "η is a number from 0 upwards" in events_until(worker, Failed)[-1].sentence
    assert worker._trainer.hyper == spec.hyper
    assert len(worker._trainer.journal) == 0


# Bringing back


def test_the_run_before_is_brought_back_as_it_was(worker, spec, folder):
    begin(worker, spec)
    run_for_steps(worker, 10)
    first = worker._trainer
    theta = first.network.theta.copy()
    worker.runs.begin(small_spec(data=str(folder), seed=1))
    assert events_until(worker, RunReady)[-1].left_at == first.step
    worker.runs.bring_back()
    ready = events_until(worker, RunReady)[-1]
    assert ready == RunReady(first.spec, first.hyper, 0)
    obeyed(worker)
    assert np.array_equal(worker._trainer.network.theta, theta)
    assert worker.mailbox.take().step == first.step


def test_bringing_back_twice_changes_places_twice(worker, spec, folder):
    begin(worker, spec)
    run_for_steps(worker, 10)
    first = worker._trainer
    begin(worker, small_spec(data=str(folder), seed=1))
    run_for_steps(worker, 10)
    second = worker._trainer
    for expected in (first, second, first):
        worker.runs.bring_back()
        events_until(worker, RunReady)
        obeyed(worker)
        assert worker._trainer is expected


def test_a_run_with_steps_is_not_lost_for_one_that_has_none(worker, spec, folder):
    begin(worker, spec)
    run_for_steps(worker, 10)
    first = worker._trainer
    for seed in (1, 2):
        worker.runs.begin(small_spec(data=str(folder), seed=seed))
        events_until(worker, RunReady)
    worker.runs.bring_back()
    events_until(worker, RunReady)
    obeyed(worker)
    assert worker._trainer is first


def test_with_nothing_to_bring_back_the_run_stays(worker, spec):
    begin(worker, spec)
    worker.runs.bring_back()
    run_for_steps(worker, 5)
    assert worker._trainer.spec is spec


# Saving


def test_the_model_saved_is_the_network_of_now(worker, spec, tmp_path):
    begin(worker, spec)
    run_for_steps(worker, 10)
    path = tmp_path / "model.npz"
    worker.runs.save(path)
    assert events_until(worker, Saved)[-1] == Saved(path)
    model = load_model(path)
    assert model.step == worker._trainer.step
    assert np.array_equal(model.network.theta, worker._trainer.network.theta)


def test_a_model_that_cannot_be_saved_is_said_in_a_sentence(worker, spec, tmp_path):
    begin(worker, spec)
    worker.runs.save(tmp_path / "nowhere" / "model.npz")
    sentence = events_until(worker, Failed)[-1].sentence
    assert "No such file or directory" in sentence
    assert "nowhere" in sentence
    assert sentence.endswith(".")
    run_for_steps(worker, 5)


# Ending


def test_a_worker_that_was_never_started_can_be_stopped():
    assert Worker().stop()


def test_stopping_twice_is_stopping_once(spec):
    worker = Worker()
    worker.start()
    assert worker.stop(PATIENCE)
    assert worker.stop(PATIENCE)


def test_the_worker_can_be_stopped_while_it_trains(spec):
    worker = Worker()
    worker.start()
    begin(worker, spec)
    worker.run()
    events_until(worker, Started)
    assert worker.stop(PATIENCE)


def test_the_worker_can_be_stopped_while_it_waits_for_a_slow_step(spec):
    worker = Worker()
    worker.start()
    begin(worker, spec)
    worker.set_speed(0.001)
    worker.run()
    events_until(worker, Started)
    started = time.monotonic()
    assert worker.stop(PATIENCE)
    assert time.monotonic() - started < 10


def test_the_worker_can_be_stopped_while_it_loads(spec, monkeypatch):
    began = threading.Event()

    def load_for_ever(folder, progress):
        while True:
            progress(0.5)
            began.set()
            time.sleep(0.001)

    monkeypatch.setattr(runs_module, "load_folder", load_for_ever)
    worker = Worker()
    worker.start()
    worker.runs.begin(spec)
    assert began.wait(PATIENCE)
    assert worker.stop(PATIENCE)


def test_a_fault_ends_the_worker_with_a_sentence(spec, monkeypatch):
    reported = []
    monkeypatch.setattr(threading, "excepthook", reported.append)
    worker = Worker()
    worker.start()

    def fault():
        raise RuntimeError("broken")

    worker._commands.put(fault)
    sentence = events_until(worker, Failed)[-1].sentence
    assert "fault in nnviz" in sentence
    assert worker.stop(PATIENCE)
    assert len(reported) == 1, "the fault's traceback is not reported"


# The mailbox


def test_of_several_snapshots_only_the_newest_is_collected():
    mailbox = Mailbox()
    for snapshot in ("old", "new"):
        mailbox.put(snapshot)
    assert mailbox.take() == "new"
    assert mailbox.take() is None


def test_a_snapshot_is_wanted_until_one_is_there():
    mailbox = Mailbox()
    assert mailbox.wanted
    mailbox.put("snapshot")
    assert not mailbox.wanted
    mailbox.want()
    assert mailbox.wanted


def test_a_window_that_collects_nothing_costs_no_snapshots(worker, spec, monkeypatch):
    begin(worker, spec)
    obeyed(worker)
    worker.mailbox.take()
    made = []
    monkeypatch.setattr(worker.mailbox, "put", made.append)
    worker.mailbox.wanted = False
    worker._trainer.request_evaluation = lambda: None
    run_for_steps(worker, 100)
    assert len(made) == 1, "besides the one of the pause"


def test_snapshots_are_frozen_while_training_goes_on(worker, spec):
    begin(worker, spec)
    worker.run()
    deadline = time.monotonic() + PATIENCE
    snapshot = None
    while snapshot is None or snapshot.step == 0:
        assert time.monotonic() < deadline
        worker.mailbox.want()
        snapshot = worker.mailbox.take() or snapshot
    theta = snapshot.theta.copy()
    worker.pause()
    events_until(worker, Paused)
    assert np.array_equal(snapshot.theta, theta)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.theta[0] = 1


def test_two_toggles_in_a_row_leave_the_run_as_it_was(worker, spec):
    """As two presses of Space do between two frames of the window."""
    begin(worker, spec)
    worker.toggle()
    worker.toggle()
    obeyed(worker)
    assert not worker._running


def test_moving_the_speed_slider_makes_no_steps_of_its_own(worker, spec):
    begin(worker, spec)
    worker.set_speed(0.01)
    worker.run()
    obeyed(worker)
    before = settled_step(worker)
    for speed in (0.02, 0.03, 0.04, 0.05):
        worker.set_speed(speed)
        obeyed(worker)
    assert settled_step(worker) == before


def test_too_little_memory_for_a_step_pauses_with_a_sentence(worker, spec, monkeypatch):
    begin(worker, spec)

    def too_large(self):
        raise MemoryError

    monkeypatch.setattr(runs_module.Trainer, "make_step", too_large)
    worker.run()
    assert "memory" in events_until(worker, Failed)[-1].sentence
    obeyed(worker)
    assert not worker._running


# Keeping the present step evaluated


EPOCH = math.ceil(53 / 7)
"""Steps."""


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.001)


def evaluated_step(worker):
    return worker._trainer.evaluated.step


def wait_for_evaluated(worker, step):
    wait_until(lambda: evaluated_step(worker) == step, f"step {step} is not evaluated")


def noting_requests(worker):
    """Return the steps at which evaluations are asked for, from now on."""
    trainer, asked = worker._trainer, []
    request = trainer.request_evaluation

    def noting():
        asked.append(trainer.step)
        request()

    trainer.request_evaluation = noting
    return asked


def steps_until_paused(worker, steps):
    for _ in range(steps):
        worker.make_step()
        events_until(worker, Paused)


def test_the_present_step_of_a_paused_run_is_evaluated_where_that_is_wanted(worker, spec):
    begin(worker, spec)
    steps_until_paused(worker, 3)
    worker.keep_evaluated(True)
    wait_for_evaluated(worker, 3)
    events_until(worker, Evaluating)
    assert next_event(worker) == Evaluating(False)
    obeyed(worker)
    snapshot = worker.mailbox.take()
    assert (snapshot.step, snapshot.evaluated.step) == (3, 3)
    steps_until_paused(worker, 2)
    wait_for_evaluated(worker, 5)


def test_otherwise_only_ends_of_epochs_are_evaluated(worker, spec):
    begin(worker, spec)
    worker.keep_evaluated(True)
    worker.keep_evaluated(False)
    asked = noting_requests(worker)
    steps_until_paused(worker, EPOCH + 3)
    wait_for_evaluated(worker, EPOCH)
    assert settled_step(worker) == EPOCH + 3
    assert asked == [EPOCH]


def test_a_step_is_evaluated_once(worker, spec):
    begin(worker, spec)
    worker.keep_evaluated(True)
    asked = noting_requests(worker)
    steps_until_paused(worker, 1)
    wait_for_evaluated(worker, 1)
    all_events(worker)
    for _ in range(5):
        worker.pause()
        obeyed(worker)
    assert asked == [1]
    assert Evaluating(True) not in all_events(worker)


def test_while_running_at_full_speed_keeping_evaluated_disturbs_nothing(worker, spec):
    begin(worker, spec)
    worker.keep_evaluated(True)
    obeyed(worker)
    asked = noting_requests(worker)
    worker.run()
    wait_until(lambda: worker._trainer.step > 100, "the worker makes no steps")
    worker.run_epoch()  # so that it ends with an epoch, and no other step comes to rest
    events_until(worker, Paused)
    assert len(asked) > 10
    assert all(step % EPOCH == 0 for step in asked)


def test_an_evaluation_that_was_begun_gives_way_to_a_run_at_full_speed(worker, spec):
    begin(worker, spec)
    steps_until_paused(worker, 3)
    evaluation = Slowly()
    evaluation.at_epochs_end = False
    worker._commands.put(lambda: setattr(worker._trainer, "due", evaluation))
    assert next_event(worker) == Evaluating(True)
    worker.run()
    assert events_until(worker, Evaluating)[-1] == Evaluating(False)
    wait_until(lambda: worker._trainer.step > 50, "the run waits for the evaluation")
    assert worker._trainer.evaluated is not evaluation


def test_an_evaluation_that_was_not_begun_is_not_told_to_have_ended(worker, spec):
    begin(worker, spec)
    steps_until_paused(worker, 3)
    evaluation = Slowly()
    evaluation.at_epochs_end = False

    def ask_and_run():
        worker._trainer.due = evaluation
        worker._start_running(math.inf)
        worker._stop_at_epoch = 1

    worker._commands.put(ask_and_run)
    events = events_until(worker, Paused)
    assert evaluation.pieces == 0
    assert [event for event in events if isinstance(event, Evaluating)] == []


def test_at_a_slow_pace_steps_are_evaluated_in_between(worker, spec):
    begin(worker, spec)
    worker.keep_evaluated(True)
    worker.set_speed(8)
    worker.run()
    events_until(worker, Started)
    wait_until(
        lambda: worker._trainer.evaluated.step > 0 and worker._trainer.evaluated.step % EPOCH,
        "no step within an epoch is evaluated",
    )
    assert worker._running


def test_at_a_slow_pace_a_long_evaluation_holds_up_no_step(worker, spec):
    begin(worker, spec)
    steps_until_paused(worker, 1)
    evaluation = Slowly()
    evaluation.at_epochs_end = False
    worker._commands.put(lambda: setattr(worker._trainer, "due", evaluation))
    worker.set_speed(50)
    worker.run()
    wait_until(lambda: worker._trainer.step >= EPOCH - 1, "the steps wait for the evaluation")
    assert evaluation.pieces > 0
    worker.pause()
    events_until(worker, Paused)


def test_keeping_evaluated_changes_no_epochs_record_and_no_bit(worker, spec):
    begin(worker, spec)
    worker.keep_evaluated(True)
    worker.set_speed(60)
    worker.run()
    wait_until(lambda: worker._trainer.step >= 2 * EPOCH + 1, "the worker makes no steps")
    worker.pause()
    events_until(worker, Paused)
    steps_until_paused(worker, 3)
    trainer = worker._trainer
    wait_for_evaluated(worker, settled_step(worker))
    again = replay(trainer.spec, trainer.data, trainer.journal, trainer.step)
    assert again.network.theta.tobytes() == trainer.network.theta.tobytes()
    assert trainer.epochs[0].epoch == 0
    assert trainer.epochs[1:] == again.epochs


def test_a_run_that_diverged_is_evaluated_once_and_then_left_alone(worker, folder):
    begin(worker, small_spec(data=str(folder), eta=1000.0, l2=1000.0))
    worker.keep_evaluated(True)
    worker.run()
    events_until(worker, Failed)
    wait_for_evaluated(worker, settled_step(worker))
    asked = noting_requests(worker)
    all_events(worker)
    time.sleep(0.05)
    assert all_events(worker) == []
    assert asked == []


def test_too_little_memory_for_an_evaluation_is_said_once(worker, spec, monkeypatch):
    begin(worker, spec)
    steps_until_paused(worker, 1)

    def too_large(self):
        raise MemoryError

    monkeypatch.setattr(runs_module.Trainer, "evaluate_piece", too_large)
    worker.keep_evaluated(True)
    assert "memory" in events_until(worker, Failed)[-1].sentence
    time.sleep(0.05)
    assert [event for event in all_events(worker) if isinstance(event, Failed)] == []
    assert not worker._evaluating
