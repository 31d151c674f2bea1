"""The worker's part that opens sessions, saves them, and keeps the run for the case of a sudden end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from nnviz.app.events import (
    Autosaved,
    AutosaveFailed,
    SessionChanged,
    SessionLeft,
    SessionOpened,
    SessionOpening,
    SessionSaved,
    Working,
)
from nnviz.app.session_terms import PATIENCE, Belongings, Desk, LastWord
from nnviz.app.writer import Writer
from nnviz.core.network import Network
from nnviz.data.dataset import DataSet
from nnviz.data.errors import DataError
from nnviz.data.fingerprint import fingerprint
from nnviz.run.branches import Branches
from nnviz.run.breakpoints import Breakpoint, breakpoints_from_json, breakpoints_to_json
from nnviz.run.journal import Entry
from nnviz.run.session import KEYFRAME_BYTES, Session, SessionError, whole_session
from nnviz.run.session_branches import BranchesRestoration
from nnviz.run.session_file import load_session, save_session
from nnviz.run.step_log import StepLog

ORIGINAL = "file"
"""In what is kept of the window, where the run has a file of its own: which. Heeded in what nnviz kept by itself only,
since to save a run of somebody else's must not replace a file that they chose."""
AUTOSAVED_BYTES = KEYFRAME_BYTES // 8
"""For the saved states of a branch: they are written often, and only to be compared with."""
AT_A_TIME = 0.015
"""Seconds of making steps again before commands are heard."""
SHOWN = 0.002
"""The least progress that is told of."""
NO_MEMORY = "There is not enough memory to open the session."

Mark = tuple[tuple[tuple[int, str, int, tuple[Entry, ...]], ...], tuple[Breakpoint, ...]]
"""All that must not be lost: each branch's number, name, steps and journal; and the breakpoints."""


@dataclass
class _File:
    """Where a run was saved or opened, and what it was then; no mark if that is not all in the file."""

    path: Path | None
    mark: Mark | None


@dataclass(frozen=True, eq=False)
class _Opening:
    path: Path
    session: Session
    breakpoints: tuple[Breakpoint, ...]
    restoration: BranchesRestoration
    was_left: bool


class _CancelledError(Exception):
    """Somebody has thought better of opening a session."""


class SessionDesk:
    """Opens sessions, saves them, and keeps the run.

    To open one is to make its steps again. Meanwhile the present run stays what it is, and commands are obeyed;
    only when all is there, it gives way. Files are written on a thread of their own, while training goes on.

    Public methods may be called from any thread and return at once, but for those that say otherwise.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._writer = Writer()
        self._files: WeakKeyDictionary[Branches, _File] = WeakKeyDictionary()
        self._told = SessionChanged(None, False)
        self._opening: _Opening | None = None
        self._cancelled = threading.Event()
        self._progress = 0.0
        self._fingerprint: tuple[DataSet, str] | None = None
        self._kept: tuple[Branches, Path] | None = None
        self._kept_last: tuple[Any, ...] = ()
        self._is_keeping = False
        self._to_keep: Callable[[], None] | None = None

    # What others may ask for.

    def open(self, path: Path, was_left: bool = False) -> None:
        """Open a session; `was_left` says that it is none of the user's, but what nnviz kept by itself."""
        self._cancelled.clear()
        self._desk.ask(lambda: self._open(path, was_left))

    def cancel(self) -> None:
        """Stop opening a session; the run stays the one that it is."""
        self._cancelled.set()
        self._desk.ask(self._give_up)

    def save(self, path: Path, belongings: Belongings) -> None:
        """Save the run as a session, which becomes its file."""
        self._desk.ask(lambda: self._save(path, belongings))

    def keep(self, path: Path, belongings: Belongings) -> None:
        """Keep the run in a file, if it has changed since it was kept or saved last."""
        self._desk.ask(lambda: self._keep(path, belongings))

    def keep_at_last(self, path: Path, belongings: Belongings, patience: float = PATIENCE) -> LastWord:
        """Pause, keep the run, wait until that is done, and return what came of it."""
        if not self._desk.is_alive():
            return LastWord(False)
        over = threading.Event()
        words: list[LastWord] = []

        def end(word: LastWord) -> None:
            words.append(word)
            over.set()

        def keep() -> None:
            self._desk.pause()
            self._keep(path, belongings, end)

        self._desk.ask(keep)
        over.wait(patience)
        return words[0] if words else LastWord(False, "The disk, or training, takes too long.")

    def stop(self) -> None:
        """End the writing; wait for what is being written."""
        self._writer.stop(PATIENCE)

    # The worker's own.

    def notice(self) -> None:
        """Tell whether the run is as it is in its file, if that is no longer what was told."""
        branches = self._desk.branches
        if branches is None:
            return
        mark = self._mark(branches)
        file = self._files.setdefault(branches, _File(None, mark))
        told = SessionChanged(file.path, mark != file.mark)
        if told != self._told:
            self._told = told
            self._desk.tell(told)

    @property
    def is_opening(self) -> bool:
        """Whether there are steps to be made again."""
        return self._opening is not None

    def work(self) -> None:
        """Make some steps of the session that is being opened."""
        opening = self._opening
        if opening is None:
            return
        end = time.monotonic() + AT_A_TIME
        try:
            is_done = False
            while not is_done and time.monotonic() < end:
                is_done = opening.restoration.advance(5)
            self._tell_progress(opening.restoration.progress)
            if is_done:
                self._opening = None
                self._take_up(opening)
        except (SessionError, DataError, ValueError) as error:
            self._leave(str(error))
        except MemoryError:
            self._leave(NO_MEMORY)

    # Opening.

    def _open(self, path: Path, was_left: bool) -> None:
        self._opening = None
        self._desk.pause()
        self._desk.tell(SessionOpening(path, 0))
        self._progress = 0.0
        try:
            session = load_session(path)
            breakpoints = tuple(breakpoints_from_json(session.breakpoints))
            session, data = self._on_its_data(session)
            restoration = BranchesRestoration(session, data)
        except _CancelledError:
            self._leave("")
            return
        except (SessionError, DataError, ValueError) as error:
            self._leave(str(error))
            return
        except OSError as error:
            self._leave(f"The session's data could not be read: {error.strerror or error}.")
            return
        except MemoryError:
            self._leave(NO_MEMORY)
            return
        self._opening = _Opening(path, session, breakpoints, restoration, was_left)
        self._desk.tell(SessionOpening(path, restoration.steps))

    def _on_its_data(self, session: Session) -> tuple[Session, DataSet]:
        """Return a session's data, and the session as it calls them; where those at hand are the same, these."""
        present = self._desk.runs.present_data()
        if present is not None and self._fingerprint_of(present[0]) == session.fingerprint:
            data, name = present
            return replace(session, spec=replace(session.spec, data=name)), data
        try:
            data = self._desk.runs.load_data(session.spec.data, self._heed_cancellation)
        except DataError as error:
            raise SessionError(
                f"The session's data could not be opened: {error} If they have moved, open them first, with "
                "“Open data…”, and then the session."
            ) from error
        session.refuse_other_data(data)
        return session, data

    def _fingerprint_of(self, data: DataSet) -> str:
        if self._fingerprint is None or self._fingerprint[0] is not data:
            self._fingerprint = (data, fingerprint(data))
        return self._fingerprint[1]

    def _heed_cancellation(self, fraction: float) -> None:
        if self._cancelled.is_set():
            raise _CancelledError

    def _tell_progress(self, fraction: float) -> None:
        if not self._progress <= fraction < self._progress + SHOWN:
            self._progress = fraction
            self._desk.tell(Working(fraction))

    def _take_up(self, opening: _Opening) -> None:
        session, branches = opening.session, opening.restoration.branches()
        difference = opening.restoration.difference
        self._desk.guard.take(opening.breakpoints)
        is_as_saved = difference is None and not opening.was_left
        file = _original(session) if opening.was_left else opening.path
        self._files[branches] = _File(file, self._mark(branches) if is_as_saved else None)
        kept = self._kept_step(session, branches)
        self._desk.runs.take_up(branches)
        warning = "" if difference is None else difference.describe(session)
        self._desk.tell(SessionOpened(opening.path, session, kept, warning))
        self.notice()

    def _kept_step(self, session: Session, branches: Branches) -> tuple[Network, int, StepLog] | None:
        steps, trainer = session.branch(session.present).kept, branches.trainer
        if not steps:
            return None
        here = trainer.step
        trainer.go_to(steps[-1])
        theta = trainer.network.theta.copy()
        theta.flags.writeable = False
        network = trainer.network.at(theta)
        trainer.go_to(here)
        return network, steps[-1], trainer.log

    def _give_up(self) -> None:
        if self._opening is not None:
            self._leave("")

    def _leave(self, sentence: str) -> None:
        self._opening = None
        self._desk.tell(SessionLeft(sentence))

    # Saving.

    def _mark(self, branches: Branches) -> Mark:
        several = tuple((b.number, b.name, b.trainer.made, tuple(b.trainer.journal)) for b in branches)
        return several, self._desk.guard.points

    def _session(self, branches: Branches, belongings: Belongings, room: int = KEYFRAME_BYTES) -> Session:
        kept: dict[int, tuple[int, ...]] = {}
        if belongings.kept is not None:
            step, log = belongings.kept
            kept = {b.number: (step,) for b in branches if b.trainer.log is log}
        data = self._fingerprint_of(branches.trainer.data)
        breakpoints = breakpoints_to_json(self._desk.guard.points)
        return whole_session(branches, data, kept, breakpoints, belongings.window, room)

    def _save(self, path: Path, belongings: Belongings) -> None:
        branches = self._desk.branches
        if branches is None:
            return
        mark = self._mark(branches)
        session = self._session(branches, belongings)
        self._writer.submit(
            lambda: self._write(path, session, lambda word: self._saved(path, branches, mark, word))
        )

    def _saved(self, path: Path, branches: Branches, mark: Mark, sentence: str) -> None:
        if sentence:
            raise SessionError(f"The session could not be saved as {path}: {sentence}")
        self._files[branches] = _File(path, mark)
        self._desk.tell(SessionSaved(path))
        if self._kept is not None and self._kept[0] is branches:  # by now there is something newer
            self._writer.submit(partial(_remove, self._kept[1]))
            self._kept, self._kept_last = None, ()

    def _keep(
        self, path: Path, belongings: Belongings, end: Callable[[LastWord], None] | None = None
    ) -> None:
        if self._is_keeping:
            self._to_keep = partial(self._keep, path, belongings, end)
            return
        branches = self._desk.branches
        self.notice()
        if branches is None or not self._told.is_unsaved:
            if end is not None:
                end(LastWord(False))
            return
        window = dict(belongings.window)
        if self._told.file is not None:
            window[ORIGINAL] = str(self._told.file)
        now = (
            branches,
            branches.present.number,
            branches.trainer.step,
            belongings.kept,
            self._mark(branches),
            window,
        )
        if now == self._kept_last and path.exists():
            if end is not None:
                end(LastWord(True))
            return
        try:
            session = self._session(branches, replace(belongings, window=window), AUTOSAVED_BYTES)
        except (ValueError, MemoryError) as error:
            sentence = str(error) or "There is not enough memory."
            self._desk.tell(AutosaveFailed(sentence))
            if end is not None:
                end(LastWord(False, sentence))
            return
        self._is_keeping = True

        def write() -> None:
            self._write(path, session, lambda word: self._were_kept(path, branches, now, word), end)

        self._writer.submit(write)

    def _were_kept(self, path: Path, branches: Branches, now: tuple[Any, ...], sentence: str) -> None:
        self._is_keeping = False
        if sentence:
            self._desk.tell(AutosaveFailed(sentence))
        else:
            self._kept, self._kept_last = (branches, path), now
            self._desk.tell(Autosaved(path))
        waiting, self._to_keep = self._to_keep, None
        if waiting is not None:
            waiting()

    def _write(
        self,
        path: Path,
        session: Session,
        then: Callable[[str], None],
        end: Callable[[LastWord], None] | None = None,
    ) -> None:
        """On the writer's thread: write a session, and have the worker told what came of it, in a sentence if bad."""
        try:
            save_session(path, session)
            sentence = ""
        except OSError as error:
            sentence = f"{error.strerror or error}."
        except (SessionError, ValueError) as error:
            sentence = str(error)
        except MemoryError:
            sentence = "There is not enough memory."
        self._desk.ask(partial(then, sentence))
        if end is not None:
            end(LastWord(not sentence, sentence))


def _original(session: Session) -> Path | None:
    name = session.window.get(ORIGINAL)
    return Path(name) if isinstance(name, str) and name else None


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # it will be replaced some time
