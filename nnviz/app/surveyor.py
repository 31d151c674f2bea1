"""The surveyor: plain Python threads that compute cost surfaces, and touch nothing of Qt.

Of what is asked for, the newest wins: what was asked before is left between two of its tasks. What is known so far is
left in a slot, in place of what nobody collected, so that nothing queues. Most of a task passes in NumPy products,
which let other threads run meanwhile; so training beside it keeps its speed where there is a core for each.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from nnviz.run.blas import hold_blas_to_one_thread

Task = Callable[[], Any]


class Job(Protocol):
    """Something to be done by several threads, such as `run.surveying.Surveying`."""

    def tasks(self) -> Iterator[Task]:
        """Yield what there is to do. Drawn from by one thread at a time."""

    def fold(self, part: Any) -> Any:
        """Add what a task returned; return what is known now. Called by one thread at a time."""


@dataclass(frozen=True, eq=False)
class Found:
    """What is known of something that was asked for.

    Parameters
    ----------
    number : int
        What `ask` returned.
    result : object or None
        What the job's `fold` returned; None where it has failed.
    is_last : bool
        Whether nothing more will come.
    failure : str
        A sentence, or nothing.
    """

    number: int
    result: Any
    is_last: bool = False
    failure: str = ""


@dataclass(eq=False)
class _Order:
    """A job that was asked for, and how far it has come."""

    number: int
    job: Job
    drawing: threading.Lock = field(default_factory=threading.Lock)
    folding: threading.Lock = field(default_factory=threading.Lock)
    tasks: Iterator[Task] | None = None
    result: Any = None
    under_way: int = 0
    is_drawn: bool = False
    is_over: bool = False


class Surveyor:
    """The threads, and the newest order.

    Public methods may be called from any thread and return at once, but for `stop`.

    Parameters
    ----------
    threads : int
        At least 1; as many as there are cores that nobody else needs.
    """

    def __init__(self, threads: int = 2) -> None:
        self._changed = threading.Condition()
        self._order: _Order | None = None
        self._number = 0
        self._stopping = False
        self._most = threads
        self._rest = 0.0
        # A deque drops the old one by itself, and to append and to pop are each one indivisible operation.
        self._slot: deque[Found] = deque(maxlen=1)
        self._threads = [
            threading.Thread(target=self._live, args=(place,), name=f"nnviz-surveyor-{place}", daemon=True)
            for place in range(threads)
        ]

    def start(self) -> None:
        """Start the threads."""
        hold_blas_to_one_thread()
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 2.0) -> bool:
        """End the threads after the tasks they are at; return whether they ended within `patience` seconds each."""
        with self._changed:
            self._stopping = True
            self._order = None
            self._changed.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(patience)
        return not any(thread.is_alive() for thread in self._threads)

    def ask(self, job: Job) -> int:
        """Have a job done in place of the one before, and return the number that its results will bear."""
        with self._changed:
            self._number += 1
            self._order = _Order(self._number, job)
            self._slot.clear()
            self._changed.notify_all()
            return self._number

    def drop(self) -> None:
        """Leave what is being done; nothing of it will come any more."""
        with self._changed:
            self._order = None
            self._slot.clear()

    def take(self) -> Found | None:
        """Collect the newest result, if there is one that was not collected."""
        try:
            return self._slot.pop()
        except IndexError:
            return None

    def use(self, threads: int, rest: float = 0.0) -> None:
        """Let so many threads work at the same time, 1 at least, and rest: both for the sake of training.

        Parameters
        ----------
        threads : int
            Fewer than there are cores, where training needs one.
        rest : float
            Seconds for every second of work. Each time that a product ends, its thread takes Python's lock, and
            training waits for a moment: so a thread on another core slows it down, too.
        """
        with self._changed:
            self._most = max(1, threads)
            self._rest = rest
            self._changed.notify_all()

    @property
    def is_busy(self) -> bool:
        """Whether something that was asked for is not finished."""
        order = self._order
        return order is not None and not order.is_over

    # The threads' own.

    def _live(self, place: int) -> None:
        while True:
            with self._changed:
                while not self._stopping and not self._has_work_for(place):
                    self._changed.wait()
                if self._stopping or self._order is None:
                    return
                order = self._order
            begun = time.monotonic()
            try:
                self._work_at(order)
            except MemoryError:
                self._fail(order, "There is not enough memory for this surface. Choose fewer samples.")
            except ValueError as error:
                self._fail(order, str(error))
            except Exception as error:
                self._fail(order, f"The cost surface failed because of a fault in nnviz ({error!r}).")
            with self._changed:
                if self._rest and not self._stopping and order is self._order:
                    self._changed.wait(self._rest * (time.monotonic() - begun))

    def _has_work_for(self, place: int) -> bool:
        return place < self._most and self._order is not None and not self._order.is_drawn

    def _work_at(self, order: _Order) -> None:
        """Draw one task, do it, and leave in the slot what is known then."""
        with order.drawing:
            if order is not self._order or order.is_drawn:
                return
            if order.tasks is None:
                order.tasks = order.job.tasks()
            task = next(order.tasks, None)
            if task is None:
                order.is_drawn = True
            else:
                with order.folding:
                    order.under_way += 1
        part = None if task is None else task()
        with order.folding:
            if task is not None:
                order.under_way -= 1
                result = order.job.fold(part)
                is_new, order.result = result is not order.result, result
            is_last = order.is_drawn and order.under_way == 0
            if is_last or (task is not None and is_new):
                self._put(order, Found(order.number, order.result, is_last))

    def _fail(self, order: _Order, sentence: str) -> None:
        with order.folding:
            order.is_drawn = True
            self._put(order, Found(order.number, None, is_last=True, failure=sentence))

    def _put(self, order: _Order, found: Found) -> None:
        """Leave a result, unless something else was asked for meanwhile, or it has failed."""
        with self._changed:
            if order is self._order and not order.is_over:
                order.is_over = found.is_last
                self._slot.append(found)
