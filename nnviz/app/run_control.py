"""The window's side of the worker: asks it for things, and passes on what it tells as signals."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from nnviz.app.events import (
    BranchesChanged,
    Compared,
    DataLoaded,
    Evaluating,
    Event,
    Failed,
    HyperChanged,
    ModelOpened,
    Paused,
    RunReady,
    Saved,
    Started,
    StepTraced,
    UndoChanged,
    Working,
)
from nnviz.app.history import History
from nnviz.app.worker import Worker
from nnviz.core.descent import HyperParameters
from nnviz.run.branches import BranchInfo
from nnviz.run.snapshot import Snapshot
from nnviz.run.spec import RunSpec

FRAME_MS = 35
"""A little under 30 frames a second: as smooth as a film, and every frame costs training some steps."""


class RunControl(QObject):
    """The run, as the window sees it.

    The worker is asked at every frame what is new; nothing of Qt is touched by its thread.
    """

    snapshot_arrived = Signal(Snapshot)
    hyper_changed = Signal(object)
    running_changed = Signal(bool)
    working = Signal(float)
    data_loaded = Signal(object)
    run_ready = Signal(object, int)
    branches_changed = Signal(object, int)
    """All branches, a tuple of BranchInfo, and the number of the present one."""
    undo_changed = Signal(str, str)
    """What can be undone and what can be redone; empty for nothing."""
    compared = Signal(object)
    step_traced = Signal(object)
    evaluating_changed = Signal(bool)
    saved = Signal(Path)
    model_opened = Signal(Path)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.running = False
        self.spec: RunSpec | None = None
        self.hyper: HyperParameters | None = None
        self.snapshot: Snapshot | None = None
        self.branches: tuple[tuple[BranchInfo, ...], int] | None = None
        self._worker = Worker()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._collect)

    @property
    def history(self) -> History:
        """Time travel, branches, edits and undo."""
        return self._worker.history

    def start(self, spec: RunSpec) -> None:
        """Start the worker and set up a first run."""
        self._worker.start()
        self._timer.start()
        self.new_run(spec)

    def close(self) -> bool:
        """End the worker; return whether it ended in time."""
        self._timer.stop()
        return self._worker.stop()

    def new_run(self, spec: RunSpec) -> None:
        """Leave the present run and set up another, paused at step 0."""
        self._worker.new_run(spec)

    @Slot()
    def reset(self) -> None:
        """Set up the same run again, starting with the hyper-parameters of now."""
        self._worker.reset()

    def open_model(self, path: Path) -> None:
        """Leave the present run and begin one from a saved model."""
        self._worker.open_model(path)

    def open_data(self, spec: RunSpec) -> None:
        """Leave the present run and begin one on other data, with an input layer that fits them."""
        self._worker.open_data(spec)

    @Slot()
    def bring_back(self) -> None:
        """Go back to the run before the present one."""
        self._worker.bring_back()

    @Slot()
    def toggle(self) -> None:
        """Run, or pause."""
        self._worker.toggle()

    @Slot()
    def make_step(self) -> None:
        """Make one step, and pause."""
        self._worker.make_step()

    @Slot()
    def run_epoch(self) -> None:
        """Train to the end of the present epoch."""
        self._worker.run_epoch()

    @Slot(str, float)
    def change(self, name: str, value: float) -> None:
        """Change a hyper-parameter of the live run from the next step on."""
        value = int(value) if name == "batch_size" else value
        changed = None if self.hyper is None else replace(self.hyper, **{name: value})  # type: ignore[arg-type]
        if changed is not None and changed != self.hyper:
            self.hyper = changed  # at once, for whoever asks next; the worker's own word follows
            self._worker.change(**{name: value})

    def set_speed(self, steps_a_second: float) -> None:
        """Make at most so many steps a second; infinity for as fast as it goes."""
        self._worker.set_speed(steps_a_second if steps_a_second > 0 else math.inf)

    def save(self, path: Path) -> None:
        """Save the network as it is now."""
        self._worker.save(path)

    def save_metrics(self, path: Path, kind: str) -> None:
        """Write the metrics so far as CSV: one of `metrics_csv.KINDS`."""
        self._worker.save_metrics(path, kind)

    @Slot(bool)
    def keep_evaluated(self, wanted: bool) -> None:
        """Say whether a step that is looked at is to be evaluated, too, not only ends of epochs."""
        self._worker.keep_evaluated(wanted)

    @Slot()
    def _collect(self) -> None:
        # The snapshot first: whatever it belongs to has been told of by then, and is heard of before it is shown.
        snapshot = self._worker.mailbox.take()
        self._worker.mailbox.want()
        events = self._worker.events
        while not events.empty():
            self._tell(events.get())
        if snapshot is not None and snapshot.spec is self.spec:
            self.snapshot = snapshot
            self.snapshot_arrived.emit(snapshot)

    def _tell(self, event: Event) -> None:
        match event:
            case Working(fraction):
                self.working.emit(fraction)
            case DataLoaded(data):
                self.data_loaded.emit(data)
            case RunReady(spec, hyper, left_at):
                self.spec, self.hyper = spec, hyper
                self.run_ready.emit(spec, left_at)
            case HyperChanged(hyper):
                self.hyper = hyper
                self.hyper_changed.emit(hyper)
            case BranchesChanged(branches, present):
                self.branches = branches, present
                self.branches_changed.emit(branches, present)
            case UndoChanged(undo, redo):
                self.undo_changed.emit(undo, redo)
            case Compared():
                self.compared.emit(event)
            case StepTraced():
                self.step_traced.emit(event)
            case Started():
                self._set_running(True)
            case Paused():
                self._set_running(False)
            case Evaluating(busy):
                self.evaluating_changed.emit(busy)
            case Saved(path):
                self.saved.emit(path)
            case ModelOpened(path):
                self.model_opened.emit(path)
            case Failed(sentence):
                self.failed.emit(sentence)

    def _set_running(self, running: bool) -> None:
        if running != self.running:
            self.running = running
            self.running_changed.emit(running)
