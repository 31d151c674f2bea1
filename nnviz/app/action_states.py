"""How the run is, as the actions show it: which can be taken now, what they are called, and their icons."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from nnviz.app.actions import ENTRIES
from nnviz.app.graphics.icons import icon
from nnviz.app.run_control import RunControl
from nnviz.app.theme import Theme
from nnviz.run.snapshot import Snapshot
from nnviz.run.spec import RunSpec

NEED_RUN = (
    *("toggle", "step", "epoch", "reset", "into", "stage_back", "over", "out"),
    *("save_session", "save_session_as", "save", "save_metrics"),
    *("next_mistake", "play", "play_back", "keep_step", "breakpoints", "break_prediction"),
    *("lesion", "redraw", "next_changed"),
)
"""Actions that want a run."""
NEED_PAST = ("bring_back", "undo", "redo", "back", "start", "end")
"""Actions that want a run that has come somewhere."""
WITH_ICONS = ("step", "epoch", "reset", "back", "start", "end")


class ActionStates(QObject):
    """Keeps the actions as the run is.

    Parameters
    ----------
    actions : mapping of QAction
        By key.
    run : RunControl
    theme : Theme
    parent : QObject
    """

    def __init__(
        self, actions: Mapping[str, QAction], run: RunControl, theme: Theme, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._run = run
        self._theme = theme
        self._undoable = ("", "")
        for key in (*NEED_RUN, *NEED_PAST):
            actions[key].setEnabled(False)
        run.snapshot_arrived.connect(self._show_snapshot)
        run.running_changed.connect(self._show_running)
        run.run_ready.connect(self._show_run)
        run.undo_changed.connect(self._show_undo)
        actions["undo"].triggered.connect(self._undo)
        theme.changed.connect(self._take_up_theme)
        self._take_up_theme()

    @Slot(object)
    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self._actions["back"].setEnabled(snapshot.step > 0)
        self._actions["start"].setEnabled(snapshot.step > 0)
        self._actions["end"].setEnabled(snapshot.step < snapshot.made)

    @Slot(bool)
    def _show_running(self, running: bool) -> None:
        action = self._actions["toggle"]
        action.setText("Pause" if running else "Run")
        tip = "Stop after the step that is being made." if running else ENTRIES["toggle"].tip
        action.setToolTip(f"{tip} (Space)")
        self._set_icon("toggle", "pause" if running else "run")

    @Slot(object, int)
    def _show_run(self, _spec: RunSpec, left_at: int) -> None:
        self._actions["bring_back"].setEnabled(left_at > 0)
        self._show_undo(*self._undoable)
        for key in NEED_RUN:
            self._actions[key].setEnabled(True)

    @Slot(str, str)
    def _show_undo(self, undo: str, redo: str) -> None:
        """Say what undo and redo would do; with nothing else, undo brings the run before this one back."""
        self._undoable = (undo, redo)
        actions = self._actions
        can_bring_back = actions["bring_back"].isEnabled()
        actions["undo"].setText(f"Undo: {undo}" if undo else "Undo: new run" if can_bring_back else "Undo")
        actions["undo"].setEnabled(bool(undo) or can_bring_back)
        actions["redo"].setText(f"Redo: {redo}" if redo else "Redo")
        actions["redo"].setEnabled(bool(redo))

    @Slot()
    def _undo(self) -> None:
        if self._undoable[0]:
            self._run.history.undo()
        else:
            self._run.bring_back()

    @Slot()
    def _take_up_theme(self) -> None:
        for key in WITH_ICONS:
            self._set_icon(key, key)
        self._set_icon("toggle", "pause" if self._run.running else "run")

    def _set_icon(self, key: str, name: str) -> None:
        role = "highlight" if key == "toggle" else "text"
        action = self._actions[key]
        action.setIcon(icon(name, self._theme.colour(role), self._theme.colour("line")))
        action.setIconVisibleInMenu(False)
