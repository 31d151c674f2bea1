"""Readings: what is looked at in a run while it goes on, read off it as cheaply as can be."""

from __future__ import annotations

import math

import numpy as np

from nnviz.core.backprop import Workspace, forward
from nnviz.core.encoding import Floats
from nnviz.run.fields import TEST
from nnviz.run.health import EVERY, RATIO, SATURATED, saturated_share, update_ratio
from nnviz.run.table import Float32s
from nnviz.run.trainer import Trainer


class Readings:
    """What watches read off a run: the numbers as they are logged, and each pass made once a step.

    Parameters
    ----------
    trainer : Trainer
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self._passes: dict[tuple[str, int], _Pass] = {}
        self._health: tuple[int, Float32s | None] = -1, None

    def forget(self) -> None:
        """Read everything anew, since the run is somewhere else."""
        self._passes.clear()
        self._health = -1, None

    def logged(self, column: int, back: int = 0) -> float:
        """Return a number of the log, of the present step or so many before; NaN where there is none."""
        row = self.trainer.step - 1 - back
        return self.trainer.log.row(row).item(column) if row >= 0 else math.nan

    def update_ratio(self, layer: int) -> float:
        """Return the update ratio of a layer; NaN before the first step."""
        trainer, logged = self.trainer, self._logged_health()
        if logged is not None:
            return logged.item(RATIO, layer - 1)
        return float(np.float32(update_ratio(trainer.descent, layer))) if trainer.step else math.nan

    def saturated_share(self, layer: int) -> float:
        """Return the saturated share of a layer; NaN where no step was made here."""
        work, logged = self.trainer.descent.work, self._logged_health()
        if logged is not None:
            return logged.item(SATURATED, layer - 1)
        return (
            math.nan
            if work is None or not self.trainer.step
            else float(np.float32(saturated_share(work, layer)))
        )

    def _logged_health(self) -> Float32s | None:
        """Return the health log's figures of the present step, (3, L), if it is one of those that are logged."""
        step, figures = self._health
        if step != self.trainer.step:
            step = self.trainer.step
            figures = self.trainer.health_log.at(step) if step and step % EVERY == 0 else None
            self._health = step, figures
        return figures

    def activations(self, source: str, index: int) -> list[Floats]:
        """Return the activations of each layer 1…L for a sample, (n_l, 1) each, the network's own buffers."""
        passed = self._passes.get((source, index))
        if passed is None:
            passed = self._passes[source, index] = _Pass(self.trainer, source, index)
        return passed.activations()


class _Pass:
    """A forward pass of one sample, made anew at every step at which somebody asks for it."""

    def __init__(self, trainer: Trainer, source: str, index: int) -> None:
        samples = trainer.data.test if source == TEST else trainer.data.training
        self._trainer = trainer
        self._work = Workspace(trainer.network, 1)
        self._work.inputs[0] = samples.images[index].astype(np.float32) / np.float32(
            255
        )  # as views respond to it
        self._step = -1

    def activations(self) -> list[Floats]:
        if self._step != self._trainer.step:
            self._step = self._trainer.step
            forward(self._work)
        return self._work.a
