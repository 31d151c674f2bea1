"""Checks of many components, a few in each turn of the event loop, so that the window goes on answering."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnviz.app.graphics.backprop.subject import Subject
from nnviz.app.graphics.backprop.table import Checks, checked
from nnviz.core.gradient_check import random_components

COUNT = 100
"""How many components are drawn."""
TURN_MS = 12.0
"""How long a turn may take; at least one component is checked in each."""
FIRST = 4
"""How many are checked in the first turn, which shows how long one takes."""


class CheckRun(QObject):
    """Components drawn at random, and the checks of them that are done.

    Attributes
    ----------
    checks : Checks or None
    wanted : int
        How many there will be.
    """

    advanced = Signal()
    """More are done."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.checks: Checks | None = None
        self.wanted = 0
        self._subject: Subject | None = None
        self._left: list[int] = []
        self._at_once = FIRST
        self._seed = 0
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._go_on)

    def start(self, subject: Subject) -> None:
        """Draw other components than before, and begin to check them."""
        self._seed += 1
        self._subject = subject
        self._left = random_components(subject.network, COUNT, self._seed).tolist()
        self.checks, self.wanted, self._at_once = None, len(self._left), FIRST
        self._turn.start(0)

    def forget(self) -> None:
        """Drop all checks: they are of another sample, or another network."""
        self._turn.stop()
        self.checks, self.wanted, self._left, self._subject = None, 0, [], None

    def rest(self) -> None:
        """Check no more for the time being."""
        self._turn.stop()

    def resume(self) -> None:
        """Go on where `rest` stopped."""
        if self._left:
            self._turn.start(0)

    @Slot()
    def _go_on(self) -> None:
        if self._subject is None or not self._left:
            return
        now, self._left = self._left[: self._at_once], self._left[self._at_once :]
        start = time.perf_counter()
        done = checked(self._subject, now)
        each = 1000 * (time.perf_counter() - start) / len(now)
        self._at_once = max(1, int(TURN_MS / max(each, 1e-3)))
        self.checks = done if self.checks is None else self.checks.and_also(done)
        if self._left:
            self._turn.start(0)
        self.advanced.emit()
