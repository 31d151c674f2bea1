"""What the program remembers from one start to the next."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

VERSION = 1


class Settings:
    """Remembered window and theme.

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

    def window(self) -> tuple[QByteArray, QByteArray] | None:
        """Return the window's geometry and the state of its docks, if they were remembered."""
        geometry, state = self._store.value("geometry"), self._store.value("state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
            return geometry, state
        return None

    def remember_window(self, geometry: QByteArray, state: QByteArray) -> None:
        """Remember the window's geometry and the state of its docks."""
        self._store.setValue("geometry", geometry)
        self._store.setValue("state", state)

    def save(self) -> None:
        """Write to disk now."""
        self._store.sync()

    def _text(self, name: str, otherwise: str) -> str:
        value = self._store.value(name, otherwise)
        return value if isinstance(value, str) else str(value)
