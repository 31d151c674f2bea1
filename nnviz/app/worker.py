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

import numpy as np

from nnviz.app.effects import Effects
from nnviz.app.events import (
    Evaluating,
    Event,
    Failed,
    HyperChanged,
    Mailbox,
    Paused,
    RunReady,
    Started,
    refused,
)
from nnviz.app.guard import TRY_AGAIN, Guard
from nnviz.app.history import History
from nnviz.app.pace import Pace
from nnviz.app.runs import Runs
from nnviz.app.session_desk import SessionDesk
from nnviz.data.errors import DataError
from nnviz.run.branches import Branches
from nnviz.run.divergence import DivergenceError
from nnviz.run.model_file import ModelError
from nnviz.run.session import SessionError
from nnviz.run.trainer import Trainer

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
        self.branches: Branches | None = None
        self.runs = Runs(self)
        self.history = History(self)
        self.guard = Guard(self)
        self.sessions = SessionDesk(self)
        self.effects = Effects(self)
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
        """Pause where the run was brought to or changed by hand, and show it as it is."""
        self.guard.begin()
        self.halt()

    def halt(self) -> None:
        """Pause, and show the run as it is."""
        if self._trainer is not None and self._trainer.due is None:
            self._tell_evaluating(False)
        self._pause()

    def show(self) -> None:
        """Show the run as it is, and let it go on."""
        if self._running and self._trainer is not None:
            self.guard.begin()
            self.mailbox.put(self._trainer.snapshot())
        else:
            self.hold()

    def show_another(self, left_at: int) -> None:
        """Show the run that is present now, in place of one that was left at a step."""
        trainer = self._trainer
        if trainer is None:
            return
        if trainer.due is None:  # what was being evaluated was the other run
            self._tell_evaluating(False)
        self.effects.forget()
        self.history.tell_branches()
        self.history.forget_undone()
        self.history.tell_undo()
        self.events.put(RunReady(trainer.spec, trainer.hyper, left_at))
        self.guard.begin()
        self.mailbox.put(trainer.snapshot())

    def end_if_wanted(self) -> None:
        """End the thread at once if the program is being closed."""
        if self._stopping.is_set():
            raise _StopError

    def is_alive(self) -> bool:
        """Return whether commands are obeyed."""
        return self._thread.is_alive()

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
        self.sessions.stop()
        return not self._thread.is_alive()

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
            except (DataError, ModelError, SessionError, ValueError) as error:
                self.events.put(Failed(str(error)))
            except OSError as error:
                self.events.put(Failed(refused(error)))
            except MemoryError:
                self.events.put(
                    Failed("There is not enough memory for this. Choose smaller layers or less data.")
                )
            self.sessions.notice()

    def _time_to_spare(self) -> float | None:
        """Return for how many seconds there is nothing to do; None for until the next command."""
        trainer = self._trainer
        if self.sessions.is_opening:
            return 0.0
        if trainer is None:
            return None
        wait = self._pace.ahead(self._steps()) if self._running else math.inf
        if trainer.due is None and self._keep_evaluated and not trainer.is_evaluated and wait > LEISURE:
            trainer.request_evaluation()
        if trainer.due is not None or self.effects.is_due:
            return 0.0
        return wait if self._running else None

    def _has_to_work(self) -> bool:
        """Return whether the present run wants something now."""
        trainer = self._trainer
        if trainer is None:
            return False
        return trainer.due is not None or (self._running and self._pace.ahead(self._steps()) <= 0)

    def _is_evaluation_next(self, trainer: Trainer) -> bool:
        """Return whether a piece of evaluation comes before the next step.

        An epoch's end is evaluated before the run goes on; any other step only while no step is wanted.
        """
        if trainer.due is None:
            return False
        if not self._running or trainer.due.at_epochs_end:
            return True
        if self._pace.speed == math.inf:
            trainer.drop_evaluation()  # it would be of a step that is long past
            self._tell_evaluating(False)
            return False
        return self._pace.ahead(self._steps()) > 0

    def _work(self) -> None:
        """Make a step, or a piece of the evaluation that is due; and of a session that is being opened."""
        trainer = self._trainer
        if self.sessions.is_opening:
            self.sessions.work()
            if trainer is not self._trainer or not self._has_to_work():
                return
        if trainer is None:
            return
        try:
            if self.effects.is_due:  # before the next step: somebody waits for it
                self._tell_evaluating(True)
                if self.effects.advance():
                    self._tell_evaluating(trainer.due is not None)
            elif self._is_evaluation_next(trainer):
                self._tell_evaluating(True)
                if trainer.evaluate_piece():
                    self._tell_evaluating(False)
                    self.mailbox.put(trainer.snapshot())
                    self.guard.check()
            else:
                self._make_steps(trainer)
        except DivergenceError as error:
            if not self.guard.check():
                self._pause()
                self.events.put(Failed(f"{error} {TRY_AGAIN}"))
        except MemoryError:
            trainer.due = None
            self.effects.forget()
            self._tell_evaluating(False)
            self._keep_evaluated = False  # or it would be tried again at once, and for ever
            self._pause()
            self.events.put(Failed("There is not enough memory to go on. Choose smaller layers or batches."))
        if self.mailbox.wanted:
            self.mailbox.put(trainer.snapshot())
            self.sessions.notice()

    def _make_steps(self, trainer: Trainer) -> None:
        """Make a step; at full speed go on until somebody wants something.

        To ask about everything before each step would cost a twentieth of the speed.
        """
        while True:
            trainer.make_step()
            if self.guard.check():
                return
            if trainer.epoch >= self._stop_at_epoch:
                self._pause()
                return
            is_wanted = self.mailbox.wanted or trainer.due is not None or not self._commands.empty()
            if is_wanted or self._pace.speed < math.inf:
                return

    def _tell_evaluating(self, busy: bool) -> None:
        if busy != self._evaluating:
            self._evaluating = busy
            self.events.put(Evaluating(busy))

    def _end(self) -> None:
        raise _StopError

    def _start_running(self, stop_at_epoch: float) -> None:
        if self._trainer is not None:
            self._stop_at_epoch = stop_at_epoch
            self._running = True
            self.history.forget_undone()
            self.guard.go_on()
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
            self.guard.go_on()
            failure = ""
            try:
                self._trainer.make_step()
            except DivergenceError as error:
                failure = f"{error} {TRY_AGAIN}"
            if not self.guard.check(closely=True):
                self._pause()
                if failure:
                    self.events.put(Failed(failure))

    def _change(self, **values: float) -> None:
        if self._trainer is not None:
            self.history.fork_if_past()
            self.guard.follow()
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
