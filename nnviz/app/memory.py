"""The memory that going back may take: asked for in a dialog, and remembered from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from nnviz.app.run_control import RunControl
from nnviz.app.settings import Settings
from nnviz.app.views.memory_dialog import MemoryDialog

REFRESH_MS = 500


class Memory(QObject):
    """Gives the run its budget, and lets the user choose another.

    Parameters
    ----------
    window : QWidget
    run : RunControl
    settings : Settings
    """

    def __init__(self, window: QWidget, run: RunControl, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._run = run
        self._settings = settings
        run.history.set_budget(settings.history_budget)

    @Slot()
    def open(self) -> None:
        """Show how much is used, and let the user choose how much may be."""
        dialog = MemoryDialog(self._window, self._settings.history_budget)
        dialog.chosen.connect(self._choose)
        self._run.memory_told.connect(dialog.show_memory)
        timer = QTimer(dialog)
        timer.timeout.connect(self._run.history.ask_for_memory)
        timer.start(REFRESH_MS)
        self._run.history.ask_for_memory()
        dialog.open()

    @Slot(int)
    def _choose(self, nbytes: int) -> None:
        self._settings.history_budget = nbytes
        self._run.history.set_budget(nbytes)
