"""What the worker tells: what happened, in order, and what the run looks like, the newest only."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnviz.core.descent import HyperParameters
from nnviz.core.stages import StepTrace
from nnviz.data.dataset import DataSet
from nnviz.run.branches import BranchInfo, Comparison
from nnviz.run.snapshot import Snapshot
from nnviz.run.spec import RunSpec
from nnviz.run.trail import Trail


@dataclass(frozen=True)
class Working:
    """A file is being read or written; `fraction` of it, 0 to 1, is done."""

    fraction: float


@dataclass(frozen=True)
class DataLoaded:
    """A data set is there."""

    data: DataSet


@dataclass(frozen=True)
class RunReady:
    """A run is there, paused: a new one at step 0, or the one before it, back again.

    `left_at` is the step of the run that made room for it and can be brought back; 0 if there is none.
    """

    spec: RunSpec
    hyper: HyperParameters
    left_at: int


@dataclass(frozen=True)
class HyperChanged:
    """The run goes on with these hyper-parameters."""

    hyper: HyperParameters


@dataclass(frozen=True)
class BranchesChanged:
    """There are other branches, or another of them is present."""

    branches: tuple[BranchInfo, ...]
    present: int


@dataclass(frozen=True)
class UndoChanged:
    """Something else, or nothing, can be undone and redone; each text says what, or is empty."""

    undo: str
    redo: str


@dataclass(frozen=True)
class Compared:
    """Two branches were compared."""

    one: BranchInfo
    other: BranchInfo
    comparison: Comparison


@dataclass(frozen=True)
class StepTraced:
    """The next step was taken apart; nothing of the run has changed."""

    trace: StepTrace
    step: int
    samples: NDArray[np.int64]


@dataclass(frozen=True)
class TrailTaken:
    """Where the present run has been; the worker keeps no hold of it."""

    trail: Trail


@dataclass(frozen=True)
class Started:
    """Training has begun or gone on."""


@dataclass(frozen=True)
class Paused:
    """Training has stopped after a step, at the user's wish or because it reached what was asked for."""


@dataclass(frozen=True)
class Evaluating:
    """The evaluation at the end of an epoch has begun, or has ended."""

    busy: bool


@dataclass(frozen=True)
class Saved:
    """The model, or the metrics, were saved."""

    path: Path


@dataclass(frozen=True)
class ModelOpened:
    """A run that starts from a saved model is there."""

    path: Path


@dataclass(frozen=True)
class Failed:
    """Something could not be done; `sentence` says what and what helps."""

    sentence: str


Event = (
    Working
    | DataLoaded
    | RunReady
    | HyperChanged
    | BranchesChanged
    | UndoChanged
    | Compared
    | StepTraced
    | TrailTaken
    | Started
    | Paused
    | Evaluating
    | Saved
    | ModelOpened
    | Failed
)


class Mailbox:
    """One slot for the newest snapshot.

    Who collects says with `want` that a new one is welcome; until then the worker makes none, so that a busy
    window costs training nothing.
    """

    def __init__(self) -> None:
        # A deque drops the old one by itself, and to append and to pop are each one indivisible operation.
        self._slot: deque[Snapshot] = deque(maxlen=1)
        self.wanted = True

    def want(self) -> None:
        """Ask for a snapshot."""
        self.wanted = True

    def put(self, snapshot: Snapshot) -> None:
        """Leave a snapshot, in place of one that nobody collected."""
        self.wanted = False
        self._slot.append(snapshot)

    def take(self) -> Snapshot | None:
        """Collect the newest snapshot, if there is one that was not collected."""
        try:
            return self._slot.pop()
        except IndexError:
            return None
