"""What the window, the worker and its part for sessions say to each other about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from nnviz.app.events import Event
from nnviz.app.guard import Guard
from nnviz.app.runs import Runs
from nnviz.run.branches import Branches
from nnviz.run.spec import JsonObject
from nnviz.run.step_log import StepLog

PATIENCE = 10.0
"""Seconds that a disk may take in the end."""


@dataclass(frozen=True, eq=False)
class Belongings:
    """What the window has of a run, and a session is to hold.

    Parameters
    ----------
    window : dict
        As in `Session`.
    kept : (int, StepLog) or None
        A step that somebody wants to come back to, and the log of its branch.
    """

    window: JsonObject = field(default_factory=dict)
    kept: tuple[int, StepLog] | None = None


@dataclass(frozen=True)
class LastWord:
    """What came of keeping the run in the end.

    Parameters
    ----------
    is_kept : bool
        Whether it was written.
    sentence : str
        Why not, if it should have been.
    """

    is_kept: bool
    sentence: str = ""


class Desk(Protocol):
    """What this part needs of the worker."""

    branches: Branches | None
    guard: Guard
    runs: Runs

    def ask(self, command: Callable[[], None]) -> None:
        """Have a command obeyed on the worker's thread."""

    def tell(self, event: Event) -> None:
        """Tell what happened."""

    def pause(self) -> None:
        """Stop after the step that is being made."""

    def is_alive(self) -> bool:
        """Return whether commands are obeyed."""
