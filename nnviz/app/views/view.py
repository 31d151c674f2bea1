"""What all views have in common: they read snapshots, only while they can be seen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from nnviz.app.theme import Theme
from nnviz.run.snapshot import Snapshot


class View(QWidget):
    """A view of the run. Hidden, it keeps the newest snapshot and does nothing with it.

    Parameters
    ----------
    theme : Theme
    title : str
        As it stands above the view and in menus.
    """

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "view")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.snapshot: Snapshot | None = None
        self._is_shown = False
        theme.changed.connect(self.take_up_theme)

    @Slot(object)
    def receive(self, snapshot: Snapshot) -> None:
        """Take note of a new snapshot, and show it if anyone can see it."""
        self.snapshot = snapshot
        self._is_shown = False
        self._show_if_seen()

    def _show_if_seen(self) -> None:
        # A view behind another tab is visible to Qt, but nothing of it is left to be seen.
        seen = self.isVisible() and not self.visibleRegion().isEmpty()
        if seen and not self._is_shown and self.snapshot is not None:
            self._is_shown = True
            self.show_snapshot(self.snapshot)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what came while the view was hidden."""
        super().showEvent(event)
        if self.snapshot is not None and not self._is_shown:
            self._is_shown = True
            self.show_snapshot(self.snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot; for each view to define."""
        raise NotImplementedError

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours; for each view to define."""
        raise NotImplementedError
