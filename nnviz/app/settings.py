"""What the program remembers from one start to the next."""

from __future__ import annotations

import contextlib
import math
import shutil
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

VERSION = 1
MOST_RECENT = 8
"""Files and folders that are remembered as opened."""


class Settings:
    """Remembered window, theme and files.

    Parameters
    ----------
    store : QSettings, optional
        The user's own where not given.
    """

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "nnviz", "nnviz"
        )
        # A file that is broken or of another version is not read; the next change writes a good one.
        if self._store.status() != QSettings.Status.NoError or self._text("version", str(VERSION)) != str(
            VERSION
        ):
            self._set_aside()
            self._store.clear()
        self._store.setValue("version", VERSION)

    def _set_aside(self) -> None:
        """Keep a file that cannot be used beside the new one, for whoever wants to know what was in it."""
        file = Path(self._store.fileName())
        with contextlib.suppress(OSError):
            shutil.copyfile(file, file.with_name(f"{file.name}.broken"))

    @property
    def theme(self) -> str:
        """Return "dark" or "light"."""
        return self._text("theme", "dark")

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def colour_blind_safe(self) -> bool:
        """Whether signs are blue and orange."""
        return self._text("colour_blind_safe", "false") == "true"

    @colour_blind_safe.setter
    def colour_blind_safe(self, safe: bool) -> None:
        self._store.setValue("colour_blind_safe", "true" if safe else "false")

    @property
    def text_scale(self) -> float:
        """By how much all text is larger than usual."""
        try:
            scale = float(self._text("text_scale", "1"))
        except ValueError:
            return 1.0
        return scale if math.isfinite(scale) else 1.0

    @text_scale.setter
    def text_scale(self, scale: float) -> None:
        self._store.setValue("text_scale", f"{scale:g}")

    @property
    def motion(self) -> bool:
        """Whether pictures may move by themselves."""
        return self._text("motion", "true") != "false"

    @motion.setter
    def motion(self, wanted: bool) -> None:
        self._store.setValue("motion", "true" if wanted else "false")

    @property
    def layout(self) -> str:
        """The name of the layout that was chosen last; empty if none was."""
        return self._text("layout", "")

    @layout.setter
    def layout(self, name: str) -> None:
        self._store.setValue("layout", name)

    @property
    def recent(self) -> list[Path]:
        """Files and folders that were opened, the latest first; those that are gone are left out."""
        names = self._store.value("recent", [])
        names = [names] if isinstance(names, str) else names if isinstance(names, list) else []
        return [Path(name) for name in names if isinstance(name, str) and name and _is_there(Path(name))]

    def remember_opened(self, path: Path) -> None:
        """Put a file or folder at the head of those opened."""
        path = path.absolute()
        names = [str(path), *(str(other) for other in self.recent if other != path)]
        self._store.setValue("recent", names[:MOST_RECENT])

    def forget_opened(self) -> None:
        """Forget all files and folders that were opened."""
        self._store.remove("recent")

    def window(self) -> tuple[QByteArray, QByteArray, list[str]] | None:
        """Return the window's geometry, the state of its docks, and which can be seen, if they were remembered."""
        geometry, state = self._store.value("geometry"), self._store.value("state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
            return geometry, state, self._text("seen", "").split()
        return None

    def remember_window(self, geometry: QByteArray, state: QByteArray, seen: Iterable[str]) -> None:
        """Remember the window's geometry, the state of its docks, and the keys of those that can be seen."""
        self._store.setValue("geometry", geometry)
        self._store.setValue("state", state)
        self._store.setValue("seen", " ".join(seen))

    def save(self) -> None:
        """Write to disk now."""
        self._store.sync()

    def _text(self, name: str, otherwise: str) -> str:
        value = self._store.value(name, otherwise)
        return value if isinstance(value, str) else str(value)


def _is_there(path: Path) -> bool:
    """Return whether a file or folder can be found; one that may not be looked at, or on a lost drive, cannot."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
