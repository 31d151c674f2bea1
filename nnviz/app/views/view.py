"""What all views have in common: they read snapshots, only while they can be seen, and each at its own pace."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QShowEvent
from PySide6.QtWidgets import QWidget

from nnviz.app.choice import Choice
from nnviz.app.theme import Theme
from nnviz.run.snapshot import Snapshot


class View(QWidget):
    """A view of the run. Hidden, it keeps the newest snapshot and does nothing with it.

    Parameters
    ----------
    theme : Theme
    title : str
        As it stands above the view and in menus.
    choice : Choice, optional
        Where given, the view shows its snapshot again when another sample is chosen or another neuron pinned.
    """

    least_ms = 0
    """The shortest time between two snapshots that are shown. While the view paints, training waits."""
    figure_size = QSize(960, 640)
    """Of the view as a picture for a slide, where nobody asks for another."""

    def __init__(self, theme: Theme, title: str, choice: Choice | None = None) -> None:
        super().__init__()
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "view")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.snapshot: Snapshot | None = None
        self._is_shown = False
        self._shown_at = 0.0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._show_if_seen)
        theme.changed.connect(self.take_up_theme)
        if choice is not None:
            choice.sample_changed.connect(self.show_again)
            choice.neuron_changed.connect(self.show_again)

    @Slot(object)
    def receive(self, snapshot: Snapshot) -> None:
        """Take note of a new snapshot, and show it, soon enough, if anyone can see it."""
        self.snapshot = snapshot
        self._is_shown = False
        wait = self.least_ms - 1000 * (time.monotonic() - self._shown_at)
        if wait <= 0:
            self._show_if_seen()
        elif not self._later.isActive():
            self._later.start(int(wait))

    @Slot()
    def show_again(self) -> None:
        """Show the snapshot anew, at once if anyone can see it: the user has chosen something else to see of it."""
        self._is_shown = False
        self._show_if_seen()

    @Slot()
    def _show_if_seen(self) -> None:
        # A view behind another tab is visible to Qt, but nothing of it is left to be seen.
        if self.isVisible() and not self.visibleRegion().isEmpty():
            self._show()

    def _show(self) -> None:
        if self.snapshot is not None and not self._is_shown:
            self._is_shown = True
            self._shown_at = time.monotonic()
            self.show_snapshot(self.snapshot)

    @Slot(bool)
    def dock_shown(self, shown: bool) -> None:
        """Show what came while the view was behind another tab; Qt itself counted it as visible all the time."""
        if shown:
            self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what came while the view was hidden."""
        super().showEvent(event)
        self._show()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot; for each view to define."""
        raise NotImplementedError

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint what the view shows, without its controls, into an area of any paint device.

        For each view to define; it works without the view ever having been on a screen, once `show_snapshot`
        was called. The ground is painted before.
        """
        raise NotImplementedError

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text; where painting asks the theme, that is enough."""
        self.update()
