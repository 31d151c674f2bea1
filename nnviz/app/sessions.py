"""Sessions in the window: opened, saved, and kept for the case of a sudden end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnviz.app.autosaves import Autosaves
from nnviz.app.events import (
    Autosaved,
    AutosaveFailed,
    SessionChanged,
    SessionEvent,
    SessionLeft,
    SessionOpened,
    SessionOpening,
    SessionSaved,
)
from nnviz.app.run_control import RunControl
from nnviz.app.save_dialog import ask_where_to_save
from nnviz.app.session_terms import Belongings, LastWord
from nnviz.run.session_file import SUFFIX

OPENED = f"Sessions (*{SUFFIX});;All files (*)"
SAVED = {f"Sessions of nnviz (*{SUFFIX})": SUFFIX}
EVERY_MS = 55_000
"""A little less than the minute that may be lost: to write takes time, too."""
AFTER_PAUSE_MS = 300
AGAIN_AFTER = 5.0
"""Seconds from one pause's keeping to the next's: who walks step by step pauses at each."""


class Sessions(QObject):
    """The File menu's work with sessions, and the run's safety.

    Parameters
    ----------
    window : QWidget
        That dialogs belong to.
    run : RunControl
    actions : mapping of QAction
        With the keys "open_session", "save_session", "save_session_as" and "bring_back_unsaved".
    belongings : callable
        Returns what the window has of the run, and a session is to hold.
    folder : Path or None
        Where runs are kept; None keeps none.
    """

    told = Signal(str)
    failed = Signal(str)
    asked = Signal(str, str, object)
    """A sentence, an answer, and what to do if that is given; to stay until it was answered, or declined."""
    offered = Signal(str, str, object)
    """Likewise, for a while."""
    busy = Signal(str)
    """What is being done that can be cancelled; empty when it is over."""
    changed = Signal()
    """Another file, or something unsaved, or no more."""
    opened = Signal(object)
    """What the worker told of it, a `SessionOpened`."""
    remembered = Signal(Path)
    """A session's file that was opened or saved."""

    def __init__(
        self,
        window: QWidget,
        run: RunControl,
        actions: Mapping[str, QAction],
        belongings: Callable[[], Belongings],
        folder: Path | None = None,
    ) -> None:
        super().__init__(window)
        self.file: Path | None = None
        self.is_unsaved = False
        self.is_asking: Callable[[str], bool] = lambda _: False
        """Whether a sentence is still there to be answered; whoever shows it knows."""
        self._window = window
        self._run = run
        self._actions = actions
        self._belongings = belongings
        self._autosaves = None if folder is None else Autosaves(folder)
        self._is_bringing_back = False
        self._is_brought_back = False
        self._has_warned = False
        self._question = ""
        self._kept_at = -AGAIN_AFTER
        self._every = QTimer(self)
        self._every.setInterval(EVERY_MS)
        self._every.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._every.timeout.connect(self.keep)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.keep)
        for key, slot in (
            ("open_session", self._ask_what_to_open),
            ("save_session", self._save),
            ("save_session_as", self._save_as),
            ("bring_back_unsaved", self.bring_back),
        ):
            actions[key].triggered.connect(slot)
        actions["bring_back_unsaved"].setEnabled(False)
        run.session_told.connect(self._take)
        run.snapshot_arrived.connect(self._keep_if_paused)
        run.running_changed.connect(self._keep_if_paused)

    # What was left, at the start and in the end.

    def begin(self, is_asking: bool = True) -> None:
        """Begin to keep the run; look for one that was left, and if `is_asking`, say so."""
        if self._autosaves is None:
            return
        self._every.start()
        left = self._autosaves.find_left()
        self._actions["bring_back_unsaved"].setEnabled(left is not None)
        if left is not None and is_asking:
            self._question = left.describe()
            tell = self.asked if left.was_sudden else self.offered
            tell.emit(self._question, "Bring it back", self.bring_back)

    @Slot()
    def bring_back(self) -> None:
        """Open the run that was left."""
        if self._autosaves is not None and self._autosaves.left is not None and not self._is_bringing_back:
            self._is_bringing_back = True
            self._run.sessions.open(self._autosaves.left.path, was_left=True)

    def close(self) -> bool:
        """Keep the run for the next start; return whether the window may close, or the user has thought better."""
        self._every.stop()
        self._soon.stop()
        if self._autosaves is None:
            return True
        word = self._keep_at_last(self._autosaves)
        if word.sentence and not self._may_lose_it(word.sentence):
            self._every.start()
            return False
        if word.is_kept:
            self._drop_left()
        self._autosaves.release()
        return True

    def _keep_at_last(self, autosaves: Autosaves) -> LastWord:
        if (
            self._run.snapshot is None
        ):  # there is no run yet; to wait for one would take the longer, the more data
            return LastWord(False)
        try:
            autosaves.claim()
        except OSError as error:
            return LastWord(False, _reason(error) if self.is_unsaved else "")
        return self._run.sessions.keep_at_last(autosaves.path, self._belongings())

    def _may_lose_it(self, reason: str) -> bool:
        text = f"The run is not saved, and could not be kept for the next start: {reason} Close and lose it?"
        return QMessageBox.question(self._window, "Lose the run?", text) == QMessageBox.StandardButton.Yes

    # Keeping.

    @Slot()
    def keep(self) -> None:
        """Keep the run, if it has changed since it was kept or saved last."""
        if self._autosaves is None or not self._every.isActive():
            return
        wait = self._kept_at + AGAIN_AFTER - time.monotonic()
        if wait > 0:
            self._soon.start(round(1000 * wait) + 1)
            return
        self._kept_at = time.monotonic()
        try:
            self._autosaves.claim()
        except OSError as error:
            if self.is_unsaved:
                self._warn(_reason(error))
            return
        self._run.sessions.keep(self._autosaves.path, self._belongings())

    @Slot()
    def _keep_if_paused(self) -> None:
        if not self._run.running and self._every.isActive() and not self._soon.isActive():
            self._soon.start(AFTER_PAUSE_MS)

    def _warn(self, reason: str) -> None:
        """Say, once, that runs cannot be kept."""
        if not self._has_warned:
            self._has_warned = True
            self.failed.emit(
                f"The run cannot be kept for the case of a sudden end: {reason} To be safe, save the session elsewhere."
            )

    # Opening and saving.

    def open(self, path: Path) -> None:
        """Open a session."""
        self._is_bringing_back = False
        self._run.sessions.open(path)

    @Slot()
    def cancel(self) -> None:
        """Stop opening a session."""
        self._run.sessions.cancel()

    @Slot()
    def _ask_what_to_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Open session", "", OPENED)
        if name:
            self.open(Path(name))

    @Slot()
    def _save(self) -> None:
        if self.file is None:
            self._save_as()
        else:
            self._run.sessions.save(self.file, self._belongings())

    @Slot()
    def _save_as(self) -> None:
        suggested = f"run{SUFFIX}" if self.file is None else str(self.file)
        place = ask_where_to_save(self._window, "Save session", suggested, SAVED)
        if place is not None:
            self._run.sessions.save(place[0].absolute(), self._belongings())

    # What the worker tells.

    @Slot(object)
    def _take(self, event: SessionEvent) -> None:
        match event:
            case SessionOpening(path, steps):
                name = "the run" if self._is_bringing_back else path.name
                self.busy.emit(f"Making {steps:,} steps of {name} again" if steps else f"Reading {name}")
            case SessionOpened():
                self.busy.emit("")
                self._take_opened(event)
            case SessionLeft(sentence):
                self._is_bringing_back = False
                self.busy.emit("")
                if sentence:
                    self.failed.emit(sentence)
            case SessionChanged(file, is_unsaved):
                self.file, self.is_unsaved = file, is_unsaved
                self.changed.emit()
            case SessionSaved(path):
                if self._is_brought_back:
                    self._drop_left()
                self.remembered.emit(path)
                self.told.emit(f"Saved as {path}.")
            case Autosaved():
                self._has_warned = False
                self._drop_left()
            case AutosaveFailed(sentence):
                self._warn(sentence)

    def _take_opened(self, event: SessionOpened) -> None:
        was_left = self._is_bringing_back
        self._is_bringing_back, self._is_brought_back = False, was_left
        self.opened.emit(event)
        step = f"{event.session.branch(event.session.present).step:,}"
        if event.warning:
            self.failed.emit(event.warning)
        elif was_left:
            self.told.emit(f"The run is back, at step {step}.")
        else:
            self.told.emit(f"{event.path.name} is open, at step {step}.")
        if not was_left:
            self.remembered.emit(event.path)

    def _drop_left(self) -> None:
        """Remove the run that was left, now that there is something newer; unless somebody may still want it."""
        if self._autosaves is None or self._autosaves.left is None or self._is_bringing_back:
            return
        if not (self._autosaves.left.was_sudden and self.is_asking(self._question)):
            self._autosaves.drop_left()
            self._actions["bring_back_unsaved"].setEnabled(False)


def _reason(error: OSError) -> str:
    text = error.strerror or str(error)
    return f"{text[:1].upper()}{text[1:]}."
