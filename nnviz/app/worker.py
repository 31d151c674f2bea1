"""The worker: one plain Python thread that loads data and trains, and touches nothing of Qt.

Commands go in through one queue. What happened comes out as events, in order, in a second queue; what the run
looks like comes out as snapshots through a mailbox with one slot, in which the newest wins. The window collects
both when it likes.
"""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from nnviz.app.events import (
    DataLoaded,
    Evaluating,
    Event,
    Failed,
    HyperChanged,
    Mailbox,
    ModelOpened,
    Paused,
    RunReady,
    Saved,
    Started,
    Working,
    refused,
)
from nnviz.app.history import History
from nnviz.app.pace import Pace
from nnviz.data.dataset import DataSet, load_folder, load_mnist
from nnviz.data.errors import DataError
from nnviz.run.branches import Branches
from nnviz.run.metrics_csv import write_metrics
from nnviz.run.model_file import ModelError, load_model, save_model
from nnviz.run.spec import MNIST, RunSpec
from nnviz.run.still import spec_of
from nnviz.run.trainer import DivergenceError, Trainer

LEISURE = 0.02
"""Seconds before the next step is wanted that are worth filling with an evaluation."""


class _StopError(Exception):
    """The worker is to end."""


class Worker:
    """The thread, and the only owner of the trainer.

    Every public method may be called from any thread and returns at once.
    """

    def __init__(self) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.mailbox = Mailbox()
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="nnviz-worker", daemon=True)
        self._data: DataSet | None = None
        self._data_name: str | None = None
        self.branches: Branches | None = None
        self._previous: Branches | None = None
        self.history = History(self)
        self._running = False
        self._evaluating = False
        self._keep_evaluated = False
        self._stop_at_epoch = math.inf
        self._pace = Pace()

    @property
    def _trainer(self) -> Trainer | None:
        return None if self.branches is None else self.branches.trainer

    # What the worker's parts need of it.

    def ask(self, command: Callable[[], None]) -> None:
        """Have a command obeyed on the worker's thread."""
        self._commands.put(command)

    def tell(self, event: Event) -> None:
        """Tell what happened."""
        self.events.put(event)

    def hold(self) -> None:
        """Pause, and show the run as it is."""
        if self._trainer is not None and self._trainer.due is None:
            self._tell_evaluating(False)
        self._pause()

    # What others may ask for.

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, patience: float = 2.0) -> bool:
        """End the thread, whatever it is doing; return whether it ended within `patience` seconds."""
        self._stopping.set()
        self._commands.put(self._end)
        if self._thread.is_alive():
            self._thread.join(patience)
        return not self._thread.is_alive()

    def new_run(self, spec: RunSpec) -> None:
        """Load the data that `spec` names, unless it is there, and set up its run, paused at step 0."""
        self._commands.put(lambda: self._new_run(spec))

    def open_data(self, spec: RunSpec) -> None:
        """Begin a new run on the data that `spec` names, with an input layer that fits them."""
        self._commands.put(lambda: self._new_run(spec, fit_to_data=True))

    def open_model(self, path: Path) -> None:
        """Begin a new run from a saved model: on the present data if it fits them, else on those it names."""
        self._commands.put(lambda: self._open_model(path))

    def reset(self) -> None:
        """Set up the present run again, starting with the hyper-parameters of now."""
        self._commands.put(self._reset)

    def bring_back(self) -> None:
        """Go back to the run before the present one."""
        self._commands.put(self._bring_back)

    def run(self) -> None:
        """Train until paused."""
        self._commands.put(lambda: self._start_running(math.inf))

    def toggle(self) -> None:
        """Train until paused, or pause, whichever of the two is not the case when its turn comes."""
        self._commands.put(lambda: self._pause() if self._running else self._start_running(math.inf))

    def run_epoch(self) -> None:
        """Train to the end of the present epoch."""
        self._commands.put(self._run_epoch)

    def pause(self) -> None:
        """Stop after the step that is being made."""
        self._commands.put(self._pause)

    def make_step(self) -> None:
        """Make one step, and pause."""
        self._commands.put(self._one_step)

    def change(self, **values: float) -> None:
        """Change hyper-parameters from the next step on."""
        self._commands.put(lambda: self._change(**values))

    def set_speed(self, steps_a_second: float) -> None:
        """Make at most so many steps a second; infinity for as many as it can."""
        self._commands.put(lambda: self._set_speed(steps_a_second))

    def keep_evaluated(self, wanted: bool) -> None:
        """Say whether, with nothing else to do, the present step is to be evaluated, too, not only ends of epochs."""
        self._commands.put(lambda: self._set_keep_evaluated(wanted))

    def save(self, path: Path) -> None:
        """Save the network as it is now."""
        self._commands.put(lambda: self._save(path))

    def save_metrics(self, path: Path, kind: str) -> None:
        """Write the metrics so far as CSV: one of `metrics_csv.KINDS`."""
        self._commands.put(lambda: self._save_metrics(path, kind))

    # The thread's own.

    def _live(self) -> None:
        with np.errstate(all="ignore"):
            try:
                while True:
                    self._wait_and_obey()
                    self._work()
            except _StopError:
                return
            except Exception as error:
                self.events.put(
                    Failed(
                        f"Training has ended because of a fault in nnviz ({error!r}). Please start it again."
                    )
                )
                raise

    def _wait_and_obey(self) -> None:
        """Obey commands; with nothing else to do, or ahead of the pace that is wanted, wait for one."""
        while True:
            wait = self._time_to_spare()
            if wait is not None and wait <= 0 and self._commands.empty():
                return
            try:
                command = self._commands.get(timeout=None if wait is None or wait <= 0 else min(wait, 1.0))
            except queue.Empty:
                continue
            try:
                command()
            except (DataError, ModelError, ValueError) as error:
                self.events.put(Failed(str(error)))
            except OSError as error:
                self.events.put(Failed(refused(error)))
            except MemoryError:
                self.events.put(
                    Failed("There is not enough memory for this. Choose smaller layers or less data.")
                )

    def _time_to_spare(self) -> float | None:
        """Return for how many seconds there is nothing to do; None for until the next command."""
        trainer = self._trainer
        if trainer is None:
            return None
        wait = self._pace.ahead(self._steps()) if self._running else math.inf
        if trainer.due is None and self._keep_evaluated and not trainer.is_evaluated and wait > LEISURE:
            trainer.request_evaluation()
        if trainer.due is not None:
            return 0.0
        return wait if self._running else None

    def _is_evaluation_next(self, trainer: Trainer) -> bool:
        """Return whether a piece of evaluation comes before the next step.

        An epoch's end is evaluated before the run goes on; any other step only while no step is wanted.
        """
        if trainer.due is None:
            return False
        if not self._running or trainer.due.at_epochs_end:
            return True
        if self._pace.speed == math.inf:
            trainer.due = None  # it would be of a step that is long past
            self._tell_evaluating(False)
            return False
        return self._pace.ahead(self._steps()) > 0

    def _work(self) -> None:
        """Make a step, or a piece of the evaluation that is due."""
        trainer = self._trainer
        if trainer is None:
            return
        try:
            if self._is_evaluation_next(trainer):
                self._tell_evaluating(True)
                if trainer.evaluate_piece():
                    self._tell_evaluating(False)
                    self.mailbox.put(trainer.snapshot())
            else:
                trainer.make_step()
                if trainer.epoch >= self._stop_at_epoch:
                    self._pause()
        except DivergenceError as error:
            self._pause()
            self.events.put(Failed(f"{error} Reset to step 0 to try again."))
        except MemoryError:
            trainer.due = None
            self._tell_evaluating(False)
            self._keep_evaluated = False  # or it would be tried again at once, and for ever
            self._pause()
            self.events.put(Failed("There is not enough memory to go on. Choose smaller layers or batches."))
        if self.mailbox.wanted:
            self.mailbox.put(trainer.snapshot())

    def _tell_evaluating(self, busy: bool) -> None:
        if busy != self._evaluating:
            self._evaluating = busy
            self.events.put(Evaluating(busy))

    def _end(self) -> None:
        raise _StopError

    def _new_run(self, spec: RunSpec, fit_to_data: bool = False) -> None:
        self._pause()
        data = self._loaded(spec.data)
        if fit_to_data:
            spec = replace(spec, sizes=(data.training.images.shape[1], *spec.sizes[1:]))
        self._begin(Trainer(spec, data, recording=True))

    def _loaded(self, name: str) -> DataSet:
        """Return the data that a specification names; those that are there already are not read again."""
        if self._data is not None and self._data_name == name:
            return self._data
        load = load_mnist if name == MNIST else partial(load_folder, name)
        return load(self._tell_progress)

    def _open_model(self, path: Path) -> None:
        self._pause()
        model = load_model(path)
        spec = spec_of(model)
        if self._data is not None and self._data_name is not None and _fits(spec, self._data):
            spec = replace(spec, data=self._data_name)
        self._begin(Trainer(spec, self._loaded(spec.data), start=model.network.theta, recording=True))
        self.events.put(ModelOpened(path))

    def _reset(self) -> None:
        self._pause()
        if self._trainer is not None:
            old = self._trainer
            spec = replace(old.spec, hyper=old.hyper)
            self._begin(Trainer(spec, old.data, start=old.start, recording=True))

    def _bring_back(self) -> None:
        self._pause()
        if self._previous is not None:
            self._take_up(self._previous)

    def _begin(self, trainer: Trainer) -> None:
        trainer.request_evaluation()
        self._take_up(Branches(trainer))

    def _take_up(self, branches: Branches) -> None:
        """Make another run the present one; the present one can be brought back, if it has come anywhere."""
        left, self.branches = self.branches, branches
        if left is not None and left.trainer.made > 0:
            self._previous = left
        elif self._previous is branches:
            self._previous = None
        trainer = branches.trainer
        self._data_name = trainer.spec.data
        if trainer.data is not self._data:
            self._data = trainer.data
            self.events.put(DataLoaded(trainer.data))
        if self._evaluating and trainer.due is None:  # what was being evaluated was the other run
            self._tell_evaluating(False)
        left_at = 0 if self._previous is None else self._previous.trainer.step
        self.history.tell_branches()
        self.history.forget_undone()
        self.history.tell_undo()
        self.events.put(RunReady(trainer.spec, trainer.hyper, left_at))
        self.mailbox.put(trainer.snapshot())

    def _tell_progress(self, fraction: float) -> None:
        if self._stopping.is_set():
            raise _StopError
        self.events.put(Working(fraction))

    def _start_running(self, stop_at_epoch: float) -> None:
        if self._trainer is not None:
            self._stop_at_epoch = stop_at_epoch
            self._running = True
            self.history.forget_undone()
            self._pace.begin(self._steps())
            self.events.put(Started())

    def _run_epoch(self) -> None:
        if self._trainer is not None:
            self._start_running(self._trainer.epoch + 1)

    def _pause(self) -> None:
        self._running = False
        if self._trainer is not None:
            self.history.tell_undo()
            self.mailbox.put(self._trainer.snapshot())
            self.events.put(Paused())

    def _one_step(self) -> None:
        if self._trainer is not None:
            self.history.forget_undone()
            try:
                self._trainer.make_step()
            except DivergenceError as error:
                self.events.put(Failed(f"{error} Reset to step 0 to try again."))
            self._pause()

    def _change(self, **values: float) -> None:
        if self._trainer is not None:
            self.history.fork_if_past()
            self._trainer.change(**values)
            self.history.forget_undone()
            self.history.tell_undo()
            self.events.put(HyperChanged(self._trainer.hyper))

    def _set_speed(self, steps_a_second: float) -> None:
        self._pace.set_speed(steps_a_second, self._steps())

    def _steps(self) -> int:
        return 0 if self._trainer is None else self._trainer.step

    def _set_keep_evaluated(self, wanted: bool) -> None:
        self._keep_evaluated = wanted

    def _save(self, path: Path) -> None:
        if self._trainer is not None:
            save_model(path, self._trainer.network, self._trainer.spec, self._trainer.step)
            self.events.put(Saved(path))

    def _save_metrics(self, path: Path, kind: str) -> None:
        if self._trainer is not None:
            write_metrics(path, self._trainer.snapshot(), kind, self._tell_progress)
            self.events.put(Saved(path))


def _fits(spec: RunSpec, data: DataSet) -> bool:
    """Return whether a run could as well be on these data."""
    return (
        data.test.images.shape[1] == spec.sizes[0]
        and max(data.training.labels.max(), data.test.labels.max()) < spec.sizes[-1]
        and (spec.train_size is None or spec.train_size <= len(data.training))
    )
