"""Where to save something: the question, and the ending that a name gets."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


def ask_where_to_save(
    parent: QWidget, title: str, suggested: str, kinds: Mapping[str, str]
) -> tuple[Path, str] | None:
    """Ask for a file to write.

    A name without an ending of these kinds gets that of the kind chosen. If there is such a file already, which the
    dialog could not know, the user is asked before it is replaced.

    Parameters
    ----------
    parent : QWidget
    title, suggested : str
        Of the dialog, and the name that it begins with.
    kinds : mapping of str to str
        From what the dialog calls a kind of file to its ending: {"PNG pictures (*.png)": ".png"}.

    Returns
    -------
    path, kind : Path and str
        Or None if the user has thought better of it.
    """
    name, kind = QFileDialog.getSaveFileName(parent, title, suggested, ";;".join(kinds))
    if not name:
        return None
    kind = kind if kind in kinds else next(iter(kinds))
    path = Path(name)
    if path.suffix.lower() not in kinds.values():
        path = Path(f"{name}{kinds[kind]}")
        if _is_file(path) and not _may_be_replaced(parent, path):
            return None
    return path, kind


def _is_file(path: Path) -> bool:
    with suppress(OSError):  # whoever writes to such a path will be told what is wrong with it
        return path.is_file()
    return False


def _may_be_replaced(parent: QWidget, path: Path) -> bool:
    text = f"There is a file {path.name} already. Do you want to replace it?"
    return QMessageBox.question(parent, "Replace the file?", text) == QMessageBox.StandardButton.Yes
