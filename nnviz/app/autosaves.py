"""The folder in which nnviz keeps runs for the case of a sudden end: which file is whose, and which are nobody's."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QDateTime, QLocale, QLockFile, QStandardPaths

from nnviz.run.session_file import SUFFIX

PREFIX = "run-"
LOCK = ".lock"


def usual_folder() -> Path:
    """Return the folder for them among those that the platform has for programs' data."""
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(data) / "unsaved"


@dataclass(frozen=True)
class Left:
    """A run that a window left behind.

    Parameters
    ----------
    path : Path
    when : float
        Of its last change, in seconds since 1970.
    was_sudden : bool
        Whether the window had no time to take leave.
    """

    path: Path
    when: float
    was_sudden: bool

    def describe(self) -> str:
        """Say it in a sentence."""
        moment = QDateTime.fromSecsSinceEpoch(int(self.when))
        when = QLocale(QLocale.Language.English).toString(moment, "d MMMM 'at' HH:mm")
        if self.was_sudden:
            return f"nnviz came to a sudden end; its run was kept on {when}."
        return f"The last run was left on {when}, and not saved as a session."


class Autosaves:
    """One window's file in the folder, and what windows before it have left there.

    Each window has a file of its own, and holds a lock beside it as long as it lives: so no window takes another's
    file for one that was left.

    Parameters
    ----------
    folder : Path
        Made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / f"{PREFIX}{uuid4().hex[:16]}{SUFFIX}"
        self.left: Left | None = None
        self._lock: QLockFile | None = None
        self._lock_of_left: QLockFile | None = None

    def claim(self) -> None:
        """Make the folder, and take hold of this window's file in it.

        Raises
        ------
        OSError
            If that cannot be done.
        """
        if self._lock is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = _lock_of(self.path)
        if not lock.tryLock(0):
            raise OSError(0, f"the folder {self._folder} cannot be written to")
        self._lock = lock

    def find_left(self) -> Left | None:
        """Take hold of the newest run that was left, if there is any, and clear away what is no run."""
        found: list[tuple[float, Path]] = []
        with contextlib.suppress(OSError):
            for path in sorted(self._folder.glob(f"{PREFIX}*{SUFFIX}")):
                with contextlib.suppress(OSError):
                    found.append((path.stat().st_mtime, path))
        for when, path in sorted(found, reverse=True):
            was_sudden = _lock_path(path).exists()
            lock = _lock_of(path)
            if lock.tryLock(0):
                self._lock_of_left = lock
                self.left = Left(path, when, was_sudden)
                break
        self._clear_away({path for _, path in found})
        return self.left

    def drop_left(self) -> None:
        """Remove the run that was left: there is something newer, or it was brought back and kept."""
        if self.left is not None:
            _remove(self.left.path)
            self.left = None
        self._let_go_of_left()

    def release(self) -> None:
        """Let go of everything; what was not removed is left for the next window."""
        self._let_go_of_left()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _let_go_of_left(self) -> None:
        if self._lock_of_left is not None:
            self._lock_of_left.unlock()
            self._lock_of_left = None

    def _clear_away(self, runs: set[Path]) -> None:
        """Remove what windows have left that came to an end before they had kept anything."""
        with contextlib.suppress(OSError):
            for locked in sorted(self._folder.glob(f"{PREFIX}*{SUFFIX}{LOCK}")):
                path = locked.with_name(locked.name.removesuffix(LOCK))
                lock = _lock_of(path)
                if path not in runs and path != self.path and lock.tryLock(0):
                    if not path.exists():  # its window may have kept it, and ended, just now
                        _remove(path)
                    lock.unlock()


def _lock_path(path: Path) -> Path:
    return path.with_name(path.name + LOCK)


def _lock_of(path: Path) -> QLockFile:
    lock = QLockFile(str(_lock_path(path)))
    lock.setStaleLockTime(0)  # only the end of its process makes a lock void, not its age
    return lock


def _remove(path: Path) -> None:
    """Remove a kept run, and what a sudden end left of one that was being written."""
    with contextlib.suppress(OSError):
        for part in path.parent.glob(f".{path.name[:40]}.*.part"):
            os.unlink(part)  # noqa: PTH108
        path.unlink(missing_ok=True)
