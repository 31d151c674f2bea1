"""The window's side of the worker: asks it for things, and passes on what it tells as signals."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from nnviz.app.events import (
    BranchDeleted,
    BranchesChanged,
    BreakpointHit,
    BreakpointsChanged,
    Compared,
    DataLoaded,
    EffectKnown,
    Evaluating,
    Event,
    Failed,
    HyperChanged,
    MemoryTold,
    ModelOpened,
    Paused,
    RunReady,
    Saved,
    SessionEvent,
    Started,
    StepExamined,
    StepTraced,
    TrailTaken,
    UndoChanged,
    Working,
)
from nnviz.app.guard import Guard
from nnviz.app.history import History
from nnviz.app.session_desk import SessionDesk
from nnviz.app.worker import Worker
from nnviz.core.descent import HyperParameters
from nnviz.run.branches import BranchInfo
from nnviz.run.effect import Effect
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
    branch_deleted = Signal(str)
    """A branch was deleted, and can be brought back; its name."""
    effect_known = Signal(object)
    """What the edits of a step did, an Effect; None for nothing."""
    compared = Signal(object)
    memory_told = Signal(object)
    step_traced = Signal(object)
    breakpoints_changed = Signal(object)
    """All breakpoints, a tuple of Watched."""
    breakpoint_hit = Signal(object)
    step_examined = Signal(object)
    trail_taken = Signal(object, object)
    """A `Trail`, where the present run has been, and `Ends`, where it and other branches have come to."""
    evaluating_changed = Signal(bool)
    session_told = Signal(object)
    """One of `SessionEvent`."""
    saved = Signal(Path)
    model_opened = Signal(Path)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.running = False
        self.spec: RunSpec | None = None
        self.hyper: HyperParameters | None = None
        self.snapshot: Snapshot | None = None
        self.effect: Effect | None = None
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

    @property
    def guard(self) -> Guard:
        """Breakpoints."""
        return self._worker.guard

    @property
    def sessions(self) -> SessionDesk:
        """What opens sessions, saves them, and keeps the run."""
        return self._worker.sessions

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
        self._worker.runs.begin(spec)

    @Slot()
    def reset(self) -> None:
        """Set up the same run again, starting with the hyper-parameters of now."""
        self._worker.runs.reset()

    def open_model(self, path: Path) -> None:
        """Leave the present run and begin one from a saved model."""
        self._worker.runs.open_model(path)

    def open_data(self, spec: RunSpec) -> None:
        """Leave the present run and begin one on other data, with an input layer that fits them."""
        self._worker.runs.open_data(spec)

    @Slot()
    def bring_back(self) -> None:
        """Go back to the run before the present one."""
        self._worker.runs.bring_back()

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
        self._worker.runs.save(path)

    def save_metrics(self, path: Path, kind: str) -> None:
        """Write the metrics so far as CSV: one of `metrics_csv.KINDS`."""
        self._worker.runs.save_metrics(path, kind)

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
        if isinstance(event, SessionEvent):
            self.session_told.emit(event)
            return
        match event:
            case Working(fraction):
                self.working.emit(fraction)
            case DataLoaded(data):
                self.data_loaded.emit(data)
            case RunReady(spec, hyper, left_at):
                self.spec, self.hyper, self.effect = spec, hyper, None
                self.run_ready.emit(spec, left_at)
            case HyperChanged(hyper):
                self.hyper = hyper
                self.hyper_changed.emit(hyper)
            case BranchesChanged(branches, present):
                self.branches = branches, present
                self.branches_changed.emit(branches, present)
            case UndoChanged(undo, redo):
                self.undo_changed.emit(undo, redo)
            case EffectKnown(effect):
                self.effect = effect
                self.effect_known.emit(effect)
            case Compared():
                self.compared.emit(event)
            case BranchDeleted(name):
                self.branch_deleted.emit(name)
            case MemoryTold():
                self.memory_told.emit(event)
            case StepTraced():
                self.step_traced.emit(event)
            case BreakpointsChanged(breakpoints):
                self.breakpoints_changed.emit(breakpoints)
            case BreakpointHit():
                self.breakpoint_hit.emit(event)
            case StepExamined():
                self.step_examined.emit(event)
            case TrailTaken(trail, ends):
                self.trail_taken.emit(trail, ends)
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
