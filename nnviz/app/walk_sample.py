"""While a step is walked through, the chosen sample is one of its mini-batch: all views show the same numbers."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Slot

from nnviz.app.choice import DRAWN, TRAINING, Choice, Sample
from nnviz.app.stage_walk import StageWalk
from nnviz.core.stages import StepTrace


class WalkSample(QObject):
    """Chooses the mini-batch's first sample where a walk begins, and afterwards what was chosen before.

    A sample that the user chooses meanwhile stays chosen.

    Parameters
    ----------
    walk : StageWalk
    choice : Choice
    parent : QObject
    """

    def __init__(self, walk: StageWalk, choice: Choice, parent: QObject) -> None:
        super().__init__(parent)
        self._walk = walk
        self._choice = choice
        self._trace: StepTrace | None = None
        self._before: Sample | None = None
        self._ours: Sample | None = None
        walk.changed.connect(self._follow)

    @Slot()
    def _follow(self) -> None:
        trace, samples = self._walk.trace, self._walk.samples
        if trace is self._trace:
            return
        self._trace = trace
        choice, sample = self._choice, self._choice.sample
        is_ours = sample is not None and sample is self._ours
        if samples is None:
            before, self._before, self._ours = self._before, None, None
            if is_ours and before is not None:
                self._choose_again(before)
        elif sample is None or sample.source != TRAINING or not np.isin(sample.index, samples):
            if not is_ours:
                self._before = sample
            choice.choose(TRAINING, int(samples[0]))
            self._ours = choice.sample

    def _choose_again(self, sample: Sample) -> None:
        if sample.source == DRAWN:
            self._choice.choose_drawn(sample.pixels, sample.label)
        else:
            self._choice.choose(sample.source, sample.index)
