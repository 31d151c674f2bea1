"""The actions that walk through samples, whatever views are open."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from nnviz.app.choice import TEST, Choice
from nnviz.app.run_control import RunControl
from nnviz.core.evaluation import next_mistake
from nnviz.run.names import no_answers


class SampleWalk(QObject):
    """Chooses the next sample, any sample, or the next one that the network gets wrong.

    Parameters
    ----------
    choice : Choice
    run : RunControl
    actions : mapping of QAction
        With the keys "next_sample", "previous_sample", "random_sample", "next_mistake" and "unpin".
    parent : QObject
    """

    told = Signal(str)
    """A sentence where there is nothing to choose."""

    def __init__(
        self, choice: Choice, run: RunControl, actions: Mapping[str, QAction], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._run = run
        actions["next_sample"].triggered.connect(lambda: choice.move(1))
        actions["previous_sample"].triggered.connect(lambda: choice.move(-1))
        actions["random_sample"].triggered.connect(self._choose_any)
        actions["next_mistake"].triggered.connect(self._choose_next_mistake)
        actions["unpin"].triggered.connect(self._let_go)

    @Slot()
    def _let_go(self) -> None:
        self._choice.pin(None)
        self._choice.choose_component(None)

    @Slot()
    def _choose_any(self) -> None:
        samples = self._choice.samples(TEST)
        if samples is not None:
            self._choice.choose(TEST, int(np.random.default_rng().integers(len(samples))))

    @Slot()
    def _choose_next_mistake(self) -> None:
        samples, snapshot, sample = self._choice.samples(TEST), self._run.snapshot, self._choice.sample
        if samples is None or snapshot is None or snapshot.evaluated is None:
            return
        after = sample.index if sample is not None and sample.source == TEST else -1
        found = next_mistake(samples.labels, snapshot.evaluated.test, after)
        if found is None:
            unanswered = snapshot.evaluated.test.unanswered
            why = f" {no_answers(unanswered)}" if unanswered else ""
            self.told.emit(
                f"At step {snapshot.evaluated.step:,}, no test image was taken for another digit.{why}"
            )
        else:
            self._choice.choose(TEST, found)
