"""How a view has something computed beside training: threads that live while it is seen, and what they find."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnviz.app.surveyor import Job, Surveyor

COLLECT_MS = 30
RESTING_MS = 700
"""Without a new step for so long, training rests, and the threads need not."""
REST = 1.0
"""Of the threads beside training, for each second of their work: training is to keep most of its speed."""


class Asking(QObject):
    """A surveyor with a timer that collects what it finds; see `Surveyor`.

    Parameters
    ----------
    parent : QObject
    threads : int
    """

    found = Signal(object)
    """What the job's `fold` has returned; of many, the newest."""
    failed = Signal(str)
    """There will be no result; a sentence."""
    over = Signal()
    """Nothing more will come of what was asked for."""

    def __init__(self, parent: QObject, threads: int = 1) -> None:
        super().__init__(parent)
        self._threads = threads
        self._surveyor: Surveyor | None = None
        self._number = 0
        self._collecting = QTimer(self)
        self._collecting.setInterval(COLLECT_MS)
        self._collecting.timeout.connect(self._collect)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(RESTING_MS)
        self._resting.timeout.connect(self._work_fully)

    @property
    def is_open(self) -> bool:
        """Whether there are threads."""
        return self._surveyor is not None

    @property
    def is_busy(self) -> bool:
        """Whether something that was asked for is not finished, or was not collected."""
        return self._collecting.isActive()

    def open(self) -> None:
        """Start the threads, if there are none."""
        if self._surveyor is None:
            self._surveyor = Surveyor(self._threads)
            self._surveyor.start()

    def close(self) -> None:
        """End the threads."""
        self._collecting.stop()
        self._resting.stop()
        if self._surveyor is not None:
            self._surveyor.stop()
            self._surveyor = None

    def ask(self, job: Job) -> None:
        """Have a job done in place of the one before, if there are threads."""
        if self._surveyor is not None:
            self._number = self._surveyor.ask(job)
            self._collecting.start()

    def spare(self) -> None:
        """Let training have its core: it has just made steps."""
        if self._surveyor is not None:
            self._surveyor.use(max(1, self._threads - 1), REST)
            self._resting.start()

    @Slot()
    def _work_fully(self) -> None:
        if self._surveyor is not None:
            self._surveyor.use(self._threads)

    @Slot()
    def _collect(self) -> None:
        surveyor = self._surveyor
        found = None if surveyor is None else surveyor.take()
        if found is None or found.number != self._number:
            return
        if found.is_last:
            self._collecting.stop()
        result: Any = found.result
        if result is not None:
            self.found.emit(result)
        elif found.failure:
            self.failed.emit(found.failure)
        if found.is_last:
            self.over.emit()
