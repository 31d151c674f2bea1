"""A walk through the stages of one step: where it stands, without anything of how that looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnviz.app.events import StepExamined, StepTraced
from nnviz.app.run_control import RunControl
from nnviz.core.stages import Kind, Stage, StepTrace
from nnviz.run.snapshot import Snapshot

LAST = -1
"""In place of a stage's number."""
EXAMINED_FROM = (Kind.OUTPUT_ERROR, Kind.BACKWARD, Kind.GRADIENT, Kind.UPDATE)
"""Stages at which a step is examined, so that all is there when the gradient is come to."""


@dataclass(frozen=True)
class _Awaited:
    """A step that the worker was asked to take apart.

    Parameters
    ----------
    step : int or None
        The steps made before it; None for whichever it is.
    index : int
        The stage at which to stand.
    """

    step: int | None
    index: int


class StageWalk(QObject):
    """A step of the run, taken apart by the worker, and the stage of it that one stands at.

    The step that is walked through is the next one: it is made only as the walk leaves its last stage. What is
    looked at was computed on buffers of its own, so that the run comes to the same parameters, walk or no walk.

    The walk ends where the run goes elsewhere by other means. Where the step stays the same, but not what it
    starts from or how it is made (a weight is changed by hand, or η), it is taken apart anew.

    Parameters
    ----------
    run_control : RunControl
    parent : QObject, optional
    """

    changed = Signal()
    """There is another stage, another step, or no walk any more."""
    examined = Signal()
    """More is known of the step."""

    def __init__(self, run_control: RunControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run_control
        self._traced: StepTraced | None = None
        self._examined: StepExamined | None = None
        self._to_examine: StepTrace | None = None
        self._index = 0
        self._awaited: _Awaited | None = None
        # A snapshot that is told of together with a step may be older than that.
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(0)
        run_control.step_traced.connect(self._take)
        run_control.step_examined.connect(self.take_examined)
        run_control.snapshot_arrived.connect(self.follow)
        run_control.hyper_changed.connect(self._renew_if_other_hyper)
        run_control.running_changed.connect(self._leave_if_running)
        run_control.run_ready.connect(self.leave)
        run_control.failed.connect(self._await_nothing)

    # Where the walk is.

    @property
    def is_on(self) -> bool:
        """Whether one stands at a stage."""
        return self._traced is not None

    @property
    def trace(self) -> StepTrace | None:
        """Everything that the step computes; None while no walk is on, and so with the others."""
        return None if self._traced is None else self._traced.trace

    @property
    def step(self) -> int | None:
        """The number of steps made before the one that is walked through."""
        return None if self._traced is None else self._traced.step

    @property
    def samples(self) -> NDArray[np.int64] | None:
        """The mini-batch, as places among the training samples, (m,)."""
        return None if self._traced is None else self._traced.samples

    @property
    def index(self) -> int | None:
        """The number of the stage, from 0."""
        return None if self._traced is None else self._index

    @property
    def stage(self) -> Stage | None:
        """The stage itself."""
        return None if self._traced is None else self._traced.trace.stages[self._index]

    @property
    def findings(self) -> StepExamined | None:
        """How the step's samples agree, and what it promises and does; None until that is known."""
        return self._examined

    # Going.

    @Slot()
    def into(self) -> None:
        """Open the next step, or go on to its next stage; from the last one, make the step and open its successor."""
        if self._awaited is not None:
            return
        if self._traced is not None:
            if self._index + 1 < len(self._traced.trace.stages):
                self.stand_at(self._index + 1)
            else:
                self.over()
        elif self._run.snapshot is not None:
            self._run.history.move(0)  # pauses, if anything runs
            self._ask_for(None, 0)

    @Slot()
    def back(self) -> None:
        """Go back a stage; from the first one to the last of the step before, which is taken back.

        Where no walk is on, that is the last stage of the step that was made last.
        """
        if self._awaited is not None:
            return
        if self._traced is not None and self._index > 0:
            self.stand_at(self._index - 1)
        elif self._traced is not None:
            if self._traced.step > 0:
                self._run.history.move(-1)
                self._ask_for(self._traced.step - 1, LAST)
        elif self._run.snapshot is not None and self._run.snapshot.step > 0:
            self._run.history.move(-1)  # pauses, if anything runs
            self._ask_for(None, LAST)

    @Slot()
    def over(self) -> None:
        """Make the whole step; a walk goes on at the first stage of the following one."""
        if self._awaited is not None:
            return
        self._run.make_step()
        if self._traced is not None:
            self._ask_for(self._traced.step + 1, 0)

    @Slot()
    def out(self) -> None:
        """Make the step, and leave the walk."""
        if self._awaited is None and self._traced is not None:
            self._run.make_step()
            self.leave()

    @Slot()
    def leave(self) -> None:
        """Leave the walk; the step that was looked at stays unmade."""
        self._awaited = None
        if self._traced is not None:
            self._traced = self._examined = self._to_examine = None
            self.changed.emit()

    def stand_at(self, index: int) -> None:
        """Stand at another stage of the step."""
        if (
            self._traced is not None
            and index != self._index
            and index in range(len(self._traced.trace.stages))
        ):
            self._index = index
            self._examine()
            self.changed.emit()

    def open(self, traced: StepTraced, index: int = 0) -> None:
        """Stand at a stage of a step that was taken apart; negative numbers count from the last stage."""
        count = len(traced.trace.stages)
        self._traced, self._examined = traced, None
        self._index = min(max(index + count if index < 0 else index, 0), count - 1)
        self._examine()
        self.changed.emit()

    def _examine(self) -> None:
        """Have the step examined once its stages need what comes of it; a large mini-batch takes its time."""
        stage, trace = self.stage, self.trace
        if stage is not None and stage.kind in EXAMINED_FROM and self._to_examine is not trace and trace:
            self._to_examine = trace
            self._run.history.examine(trace)

    @Slot(object)
    def take_examined(self, examined: StepExamined) -> None:
        """Take note of what was found of the step, if it is the one that is walked through."""
        if self._traced is not None and examined.trace is self._traced.trace:
            self._examined = examined
            self.examined.emit()

    # Following the run.

    @Slot(object)
    def follow(self, snapshot: Snapshot) -> None:
        """Compare where the run is with where the walk is."""
        if self._traced is None or self._settling.isActive():
            return
        step, awaited = self._traced.step, self._awaited
        if awaited is not None and snapshot.step in (step, awaited.step):
            return
        if snapshot.step != step:
            self.leave()
        elif snapshot.theta.tobytes() != self._traced.trace.network.theta.tobytes():  # bits: NaN equals NaN
            self._ask_for(step, self._index)

    @Slot(object)
    def _renew_if_other_hyper(self, hyper: object) -> None:
        if self._traced is not None and self._awaited is None and hyper != self._traced.trace.hyper:
            self._ask_for(self._traced.step, self._index)

    @Slot(bool)
    def _leave_if_running(self, running: bool) -> None:
        if running:
            self.leave()

    @Slot()
    def _await_nothing(self) -> None:
        self._awaited = None

    def _ask_for(self, step: int | None, index: int) -> None:
        self._awaited = _Awaited(step, index)
        self._run.history.trace_next_step()

    @Slot(object)
    def _take(self, traced: StepTraced) -> None:
        awaited = self._awaited
        # Others may ask for steps, too; and a run that was to pause may have gone on.
        if awaited is None or self._run.running or awaited.step not in (None, traced.step):
            return
        self._awaited = None
        self._settling.start()
        self.open(traced, awaited.index)
