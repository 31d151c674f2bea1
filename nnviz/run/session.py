"""A session: all that has to be kept of a run, its branches and its window, so that both can be had again."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnviz import __version__
from nnviz.core.encoding import Floats
from nnviz.core.network import parameter_count
from nnviz.data.dataset import DataSet
from nnviz.data.fingerprint import fingerprint
from nnviz.run.branches import LONGEST_NAME, MOST_BRANCHES, Branches
from nnviz.run.journal import Change, Entry, Journal
from nnviz.run.keyframes import MEBIBYTE, Keyframe
from nnviz.run.shown_text import check_text
from nnviz.run.spec import JsonObject, RunSpec
from nnviz.run.trainer import Trainer

MOST_STEPS = 2**53
MOST_LISTED = 1000
"""Kept steps of a branch, its saved states, or breakpoints."""
KEYFRAME_BYTES = 8 * MEBIBYTE
"""For the saved states of a branch; where not even one fits, there is one."""
LONGEST_TEXT = 200


class SessionError(Exception):
    """A session cannot be saved, opened or made again; the text says which one and why."""


def this_program() -> str:
    """Say what makes a run's arithmetic what it is here: the program, NumPy, and the kind of processor."""
    return f"nnviz {__version__} with NumPy {np.__version__} on {platform.machine() or 'an unknown machine'}"


@dataclass(frozen=True, eq=False)
class SavedBranch:
    """A branch of a run.

    Parameters
    ----------
    number : int
        That no other branch of the session has.
    name : str
    journal : tuple of Change and Edit
        From the run's first step on, whatever branch it was written in.
    made, step : int
        The step that it has come to, and the one at which it stands.
    keyframes : tuple of Keyframe
        Some of its states, by step, at least one: each *after* the entries that the journal has for its step. Since
        an entry says what a number is, and not by how much it changes, to make it a second time changes nothing.
    parent : int or None
        The number of the branch that it came from; None for the first, or where that was deleted.
    forked_at : int
        The step that it came from.
    kept : tuple of int
        Steps that somebody wants to come back to, in order.

    Raises
    ------
    ValueError
        If something does not hold together; the message says what.
    """

    number: int
    name: str
    journal: tuple[Entry, ...]
    made: int
    step: int
    keyframes: tuple[Keyframe, ...]
    parent: int | None = None
    forked_at: int = 0
    kept: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        _whole("A branch's number", self.number, MOST_STEPS)
        check_text("A branch's name", self.name, LONGEST_NAME)
        _whole("The number of steps that a branch has made", self.made, MOST_STEPS)
        for what, step in (("A branch's step", self.step), ("The step of a fork", self.forked_at)):
            _whole(what, step, self.made)
        for entry in Journal(self.journal):  # which refuses what is not in order
            _whole("The step of a change", entry.step, self.made)
        _check_steps("The kept steps of a branch", self.kept, self.made)
        if not self.keyframes:
            raise ValueError("A branch has at least one saved state.")
        _check_steps("The saved states of a branch", [frame.step for frame in self.keyframes], self.made)
        for frame in self.keyframes:
            _whole("The epoch of a saved state", frame.epoch, frame.step)
            _whole("The samples that a saved state has used", frame.position, MOST_STEPS)
            for numbers in (frame.theta, frame.velocity):
                if numbers.dtype != np.float32 or not np.isfinite(numbers).all():
                    raise ValueError("A saved state consists of finite numbers, in float32.")

    def before(self, step: int) -> Keyframe | None:
        """Return the newest saved state that is not after a step."""
        return max((f for f in self.keyframes if f.step <= step), key=lambda f: f.step, default=None)

    def after(self, step: int) -> Keyframe | None:
        """Return the oldest saved state that is after a step."""
        return min((f for f in self.keyframes if f.step > step), key=lambda f: f.step, default=None)


@dataclass(frozen=True, eq=False)
class Session:
    """A run with its branches, and the window that it was seen in.

    Parameters
    ----------
    spec : RunSpec
        Of all branches.
    fingerprint : str
        Of the data set, see `fingerprint`.
    branches : tuple of SavedBranch
        By number.
    present : int
        The number of the branch that is shown.
    start : float32 array, (P,), or None
        The parameters that the run started from, where they are not those that `spec` draws.
    breakpoints : list, window : dict
        Anything that JSON can hold. Whoever opens a session has to look whether these make sense.
    made_with : str
        The program that saved it, see `this_program`.

    Raises
    ------
    ValueError
        If something does not hold together; the message says what.
    """

    spec: RunSpec
    fingerprint: str
    branches: tuple[SavedBranch, ...]
    present: int = 0
    start: Floats | None = None
    breakpoints: list[Any] = field(default_factory=list)
    window: JsonObject = field(default_factory=dict)
    made_with: str = field(default_factory=this_program)

    def __post_init__(self) -> None:
        if not isinstance(self.fingerprint, str) or not re.fullmatch(r"[0-9a-f]{64}", self.fingerprint):
            raise ValueError(
                f"A data set's fingerprint is 64 letters 0 to f; found was {self.fingerprint!r:.80}."
            )
        check_text("The program that saved a session", self.made_with, LONGEST_TEXT)
        if not isinstance(self.breakpoints, list) or len(self.breakpoints) > MOST_LISTED:
            raise ValueError(f"Breakpoints are a list of at most {MOST_LISTED:,}.")
        if not isinstance(self.window, dict):
            raise ValueError(f"What is kept of the window is an object; found was {self.window!r:.80}.")
        self._check_branches()
        size = parameter_count(self.spec.sizes)
        frames = [frame for branch in self.branches for frame in branch.keyframes]
        states = [numbers for frame in frames for numbers in (frame.theta, frame.velocity)]
        for numbers in states if self.start is None else [self.start, *states]:
            if numbers.shape != (size,):
                raise ValueError(
                    f"The network has {size:,} parameters, but a saved state has {numbers.shape}."
                )
        self._check_edits()

    def _check_branches(self) -> None:
        by_number = {branch.number: branch for branch in self.branches}
        if not 1 <= len(self.branches) <= MOST_BRANCHES:
            raise ValueError(
                f"A session has from 1 to {MOST_BRANCHES} branches; found were {len(self.branches)}."
            )
        if list(by_number) != sorted(branch.number for branch in self.branches):
            raise ValueError("The branches of a session come by number, and each has its own.")
        _whole("The number of the branch that is shown", self.present, max(by_number))
        if self.present not in by_number:
            raise ValueError(f"There is no branch {self.present} to be shown.")
        for branch in self.branches:
            if branch.parent is None:
                continue
            _whole("The number of the branch that another came from", branch.parent, branch.number - 1)
            if branch.parent not in by_number or by_number[branch.parent].made < branch.forked_at:
                raise ValueError(
                    f"Branch {branch.number} comes from step {branch.forked_at:,} of branch {branch.parent}, "
                    "which there is not."
                )

    def _check_edits(self) -> None:
        edits = [entry for b in self.branches for entry in b.journal if not isinstance(entry, Change)]
        if edits:  # to make a network takes time, too
            network = self.spec.network()
            for edit in edits:
                edit.refuse_unless_fit(network)

    def branch(self, number: int) -> SavedBranch:
        """Return a branch; raise SessionError if there is none of this number."""
        for branch in self.branches:
            if branch.number == number:
                return branch
        raise SessionError(f"The session has no branch {number}.")

    def refuse_other_data(self, data: DataSet) -> None:
        """Raise SessionError unless the data are those that the session was saved with, bit for bit."""
        if fingerprint(data) != self.fingerprint:
            raise SessionError(
                f"The session was made with other data than {data.name} is now: its images or labels differ, "
                "so that no step could be made again. Choose the data that it was made with."
            )


def saved_branch(
    trainer: Trainer,
    number: int = 0,
    name: str = "main",
    parent: int | None = None,
    forked_at: int = 0,
    kept: Sequence[int] = (),
    room: int = KEYFRAME_BYTES,
) -> SavedBranch:
    """Return what is to be saved of a branch, whose trainer may go on meanwhile.

    Of the states that there are keyframes of, it has the first, the next, the newest and some in between, and that
    at which the branch stands: as many as fit into `room` bytes, and only such as are finite.
    """
    here = Keyframe(
        trainer.step, trainer.epoch, trainer.position, trainer.network.theta, trainer.descent.velocity
    )
    held = [frame for frame in trainer.keyframes if frame.step != here.step]
    most = min(room // max(1, here.nbytes), MOST_LISTED) - 1
    places = set(range(len(held)))
    if len(held) > most:
        places = set(np.linspace(0, len(held) - 1, max(0, most - 1)).astype(int).tolist())
        places |= {1} if most > 2 else set()
    frames = [_after_entries(trainer, held[place]) for place in sorted(places)] + [here]
    finite = [frame for frame in frames if _is_finite(frame)]
    while not finite:  # it diverged; the state of step 0, which is always held, did not
        finite = [frame for frame in [_after_entries(trainer, held.pop())] if _is_finite(frame)]
    return SavedBranch(
        number,
        name,
        tuple(trainer.journal),
        trainer.made,
        trainer.step,
        tuple(sorted(finite, key=lambda frame: frame.step)),
        parent,
        forked_at,
        tuple(kept),
    )


def single_run(trainer: Trainer) -> Session:
    """Return a session of a run without branches and without a window."""
    branch = saved_branch(trainer)
    return Session(trainer.spec, fingerprint(trainer.data), (branch,), start=_start(trainer))


def whole_session(
    branches: Branches,
    data: str,
    kept: Mapping[int, Sequence[int]] | None = None,
    breakpoints: Sequence[Any] = (),
    window: JsonObject | None = None,
    room: int = KEYFRAME_BYTES,
) -> Session:
    """Return a session of a run with all its branches, which may go on meanwhile.

    Parameters
    ----------
    branches : Branches
    data : str
        The fingerprint of the data that they train on.
    kept : mapping, optional
        For the numbers of some branches, the steps of it that somebody wants to come back to, in order.
    breakpoints, window
        As in `Session`.
    room : int
        Bytes for the saved states of a branch.
    """
    saved = tuple(
        saved_branch(b.trainer, b.number, b.name, b.parent, b.forked_at, (kept or {}).get(b.number, ()), room)
        for b in sorted(branches, key=lambda branch: branch.number)
    )
    trainer = branches.trainer
    number = branches.present.number
    return Session(trainer.spec, data, saved, number, _start(trainer), list(breakpoints), dict(window or {}))


def _start(trainer: Trainer) -> Floats | None:
    return None if trainer.start is None else trainer.start.astype(np.float32)


def _after_entries(trainer: Trainer, frame: Keyframe) -> Keyframe:
    """Return a trainer's keyframe, which is of before the journal's entries for its step, as it is after them."""
    edits = [entry for entry in trainer.journal.at(frame.step) if not isinstance(entry, Change)]
    if not edits:
        return frame
    network = trainer.network.at(frame.theta.copy())
    for edit in edits:
        edit.apply(network, trainer.spec.init)
    return Keyframe(frame.step, frame.epoch, frame.position, network.theta, frame.velocity)


def _is_finite(frame: Keyframe) -> bool:
    return bool(np.isfinite(frame.theta).all() and np.isfinite(frame.velocity).all())


def _whole(what: str, value: Any, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"{what} is a whole number from 0 to {most:,}; found was {value!r:.80}.")


def _check_steps(what: str, steps: Sequence[Any], made: int) -> None:
    if len(steps) > MOST_LISTED:
        raise ValueError(f"{what} are at most {MOST_LISTED:,}; found were {len(steps):,}.")
    for step in steps:
        _whole(f"{what}: each", step, made)
    if list(steps) != sorted(set(steps)):
        raise ValueError(f"{what} come in order, and none comes twice.")
