"""The worker's part that finds what edits did: the network before and after them, on the test samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from nnviz.app.events import EffectKnown, Event
from nnviz.core.encoding import Floats
from nnviz.core.evaluation import Evaluation
from nnviz.run.branches import Branches
from nnviz.run.effect import RunningEffect, effect_of
from nnviz.run.trainer import Trainer


class Desk(Protocol):
    """What this part needs of the worker."""

    branches: Branches | None

    def ask(self, command: Callable[[], None]) -> None:
        """Have a command obeyed on the worker's thread."""

    def tell(self, event: Event) -> None:
        """Tell what happened."""


class Effects:
    """The effect of the present step's edits, found by pieces. All its methods are the worker's own.

    What the network did before the first edit is remembered, so that each further one takes a single evaluation.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._running: RunningEffect | None = None
        self._before: tuple[Trainer, int, Floats, Evaluation] | None = None
        self._key: tuple[Trainer, int, Floats] | None = None

    @property
    def is_due(self) -> bool:
        """Whether there is something to find."""
        return self._running is not None

    def begin(self) -> None:
        """Find out anew, since the run is at another step, or its edits are others."""
        self._running = None
        branches = self._desk.branches
        if branches is None:
            return
        trainer = branches.trainer
        edits, unedited, network = trainer.edits, trainer.unedited, trainer.network
        if unedited is None:
            known = self._known(trainer, network.theta)
            # After everything was taken back, one wants to see that the cost is what it was.
            effect = None
            if known is not None:
                effect = effect_of(trainer.step, 0, trainer.data.test.labels, known, known)
            self._desk.tell(EffectKnown(effect))
            return
        before = self._known(trainer, unedited) or network.at(unedited.copy())
        after = network.at(network.theta.copy())
        self._key = (trainer, trainer.step, unedited)
        self._running = RunningEffect(trainer.step, edits, before, after, trainer.data.test)

    def advance(self) -> bool:
        """Evaluate a piece; return whether all is found, and told."""
        effect = None if self._running is None else self._running.advance()
        if effect is not None and self._key is not None:
            self._running = None
            self._before = (*self._key, effect.before)
            self._desk.tell(EffectKnown(effect))
        return self._running is None

    def forget(self) -> None:
        """Give up: the run is another."""
        self._running = self._before = self._key = None

    def _known(self, trainer: Trainer, theta: Floats) -> Evaluation | None:
        """Return what is remembered of a run at its present step, if the parameters were these, bit for bit."""
        if self._before is None:
            return None
        of, step, kept, evaluation = self._before
        is_same = of is trainer and step == trainer.step and np.array_equal(kept, theta, equal_nan=True)
        return evaluation if is_same else None
