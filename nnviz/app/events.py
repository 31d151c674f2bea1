"""What the worker tells: what happened, in order, and what the run looks like, the newest only."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnviz.core.descent import HyperParameters
from nnviz.core.forecast import Forecast
from nnviz.core.network import Network
from nnviz.core.nudges import Agreement
from nnviz.core.stages import StepTrace
from nnviz.data.dataset import DataSet
from nnviz.run.branches import BranchInfo, Comparison
from nnviz.run.breakpoints import Breakpoint
from nnviz.run.effect import Effect
from nnviz.run.session import Session
from nnviz.run.snapshot import Snapshot
from nnviz.run.spec import RunSpec
from nnviz.run.step_log import StepLog
from nnviz.run.trail import NO_ENDS, Ends, Trail
from nnviz.run.watchers import Hit


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
class BranchDeleted:
    """A branch was deleted, and can be brought back."""

    name: str


@dataclass(frozen=True)
class UndoChanged:
    """Something else, or nothing, can be undone and redone; each text says what, or is empty."""

    undo: str
    redo: str


@dataclass(frozen=True)
class EffectKnown:
    """What the edits of the present step did is known; None where it has none, and there was none to take back."""

    effect: Effect | None


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
class Watched:
    """A breakpoint, and how it is with it in the present run.

    Parameters
    ----------
    point : Breakpoint
    sentence : str
        When it pauses the run.
    misfit : str
        Why it cannot be looked for in this run; empty if it can.
    reason : str
        Why the run has paused, as long as it stands there; empty if it did not because of this.
    """

    point: Breakpoint
    sentence: str
    misfit: str = ""
    reason: str = ""


@dataclass(frozen=True)
class BreakpointsChanged:
    """There are other breakpoints, or it is otherwise with some of them."""

    breakpoints: tuple[Watched, ...]


@dataclass(frozen=True)
class BreakpointHit:
    """Breakpoints have fired; the run is paused at the step at which that came about.

    `divergence` says what usually helps where the run can go no further; else it is empty.
    """

    hits: tuple[Hit, ...]
    divergence: str


@dataclass(frozen=True)
class StepExamined:
    """How the samples of a step that was taken apart agree, and what the step promises and does."""

    trace: StepTrace
    agreement: Agreement
    forecast: Forecast


@dataclass(frozen=True)
class MemoryTold:
    """What going back takes: bytes used and allowed, states that are kept, and steps from one to the next."""

    used: int
    budget: int
    states: int
    every: int


@dataclass(frozen=True)
class TrailTaken:
    """Where the present run has been, and where it and other branches have come to; the worker keeps no hold of it."""

    trail: Trail
    ends: Ends = NO_ENDS


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
class SessionOpening:
    """A session is being opened: so many steps are to be made again, of which `Working` tells the share."""

    path: Path
    steps: int


@dataclass(frozen=True, eq=False)
class SessionOpened:
    """The run of a session is there, paused where it stood.

    Parameters
    ----------
    path : Path
    session : Session
        As it was in the file.
    kept : (Network, int, StepLog) or None
        A step that somebody wanted to come back to, on the present branch: what it was, and whose.
    warning : str
        A sentence if the run is not the one that was saved; else empty.
    """

    path: Path
    session: Session
    kept: tuple[Network, int, StepLog] | None
    warning: str


@dataclass(frozen=True)
class SessionLeft:
    """A session is not opened after all, and the run is the one that it was; `sentence` is empty if that was wanted."""

    sentence: str


@dataclass(frozen=True)
class SessionChanged:
    """The run has another file, or none; or what that has of it is no longer, or again, all there is.

    `is_unsaved` is true as well for a run without a file in which anything has happened.
    """

    file: Path | None
    is_unsaved: bool


@dataclass(frozen=True)
class SessionSaved:
    """The run was saved as a session."""

    path: Path


@dataclass(frozen=True)
class Autosaved:
    """The run was saved, for the case that the program comes to a sudden end."""

    path: Path


@dataclass(frozen=True)
class AutosaveFailed:
    """That could not be done; `sentence` says why."""

    sentence: str


SessionEvent = (
    SessionOpening | SessionOpened | SessionLeft | SessionChanged | SessionSaved | Autosaved | AutosaveFailed
)


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
    | BranchDeleted
    | UndoChanged
    | EffectKnown
    | Compared
    | StepTraced
    | BreakpointsChanged
    | BreakpointHit
    | StepExamined
    | MemoryTold
    | TrailTaken
    | Started
    | Paused
    | Evaluating
    | Saved
    | ModelOpened
    | SessionEvent
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


def refused(error: OSError) -> str:
    """Return a sentence about what the operating system has refused."""
    what = f"{error.filename} could not be written" if error.filename else "This could not be done"
    return f"{what}: {error.strerror or error}. Choose another place."
