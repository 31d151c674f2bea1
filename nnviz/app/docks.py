"""The docks of the window: one for each view, and the layouts in which they lie."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QTabBar, QTabWidget, QWidget

from nnviz.app.layouts import FIRST_LAYOUT, LAYOUTS, arrange, in_front
from nnviz.app.settings import Settings
from nnviz.app.theme import Theme
from nnviz.app.views.dock import Dock, is_out_of_sight
from nnviz.app.views.table import ABOUT, TITLES, Views

STATE_VERSION = 6
"""Of the docks: a state that was remembered when there were others is not taken up."""
IDLE_MS = 40
"""Between two views that are made ahead: short enough to be done soon, long enough for a frame between them."""


class Docks(QObject):
    """All docks, and how they lie.

    Parameters
    ----------
    window : QMainWindow
        Their window, which keeps this as its child.
    panels : mapping of QWidget
        What is there from the start, by key.
    views : Views
        Each is made when it is first seen, or in an idle moment.
    theme : Theme
    settings : Settings
    actions : mapping
        Those that lay the views out are marked here.

    Attributes
    ----------
    by_key : dict of Dock
    """

    seen_changed = Signal()
    """Other views than before can be seen, perhaps."""
    export_wanted = Signal(str)
    """A view is to be exported, by its key."""

    def __init__(
        self,
        window: QMainWindow,
        panels: Mapping[str, QWidget],
        views: Views,
        theme: Theme,
        settings: Settings,
        actions: Mapping[str, QAction],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._views = views
        self._settings = settings
        self._actions = actions
        self.by_key: dict[str, Dock] = {}
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for key in (*panels, *views):
            dock = Dock(key, TITLES[key], theme, ABOUT[key], is_exported=key in views)
            # Queued: in the middle of rearranging its docks, Qt must not be asked how they lie.
            dock.visibilityChanged.connect(self._take_note, Qt.ConnectionType.QueuedConnection)
            dock.export_wanted.connect(self.export_wanted)
            dock.toggleViewAction().setToolTip(f"Show or hide “{dock.windowTitle()}”.")
            window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
            if self.by_key:  # above each other, they would make the window as high as all together
                window.tabifyDockWidget(next(iter(self.by_key.values())), dock)
            self.by_key[key] = dock
        for key, panel in panels.items():
            self.by_key[key].hold(panel)
        views.when_made(lambda key, view: self.by_key[key].hold(view))
        self._idle = QTimer(self)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self._make_next)

    @Slot()
    def _take_note(self) -> None:
        for key, dock in self.by_key.items():
            if dock.is_seen:
                self._make(key)
        self.seen_changed.emit()

    def _make(self, key: str) -> None:
        """See to it that a dock holds its view."""
        if key in self._views:
            self._views[key]

    def make_the_rest(self) -> None:
        """Make the views behind other tabs, too, one after another, so that they are there when they come forward."""
        self._idle.start()

    @Slot()
    def _make_next(self) -> None:
        for key, dock in self.by_key.items():
            if not dock.isHidden() and key in self._views and key not in self._views.made:
                self._make(key)
                return
        self._idle.stop()

    def is_seen(self, key: str) -> bool:
        """Return whether a view is open, and not behind another tab."""
        return self.by_key[key].is_seen

    def show(self, key: str) -> None:
        """Open a view, and put it in front of other tabs."""
        self._make(key)
        self.by_key[key].come_forward()

    def toggle_actions(self) -> list[QAction]:
        """Return the actions that show and hide the views."""
        return [dock.toggleViewAction() for dock in self.by_key.values()]

    def lay_out(self, name: str) -> None:
        """Arrange the views as one of LAYOUTS; as the first of all for a name that is none."""
        name = name if name in LAYOUTS else FIRST_LAYOUT
        self._settings.layout = name
        focused = self._window.focusWidget()
        for key in in_front(name):
            self._make(key)
        arrange(self._window, self.by_key, name)
        # Qt hands the focus of what it hides on to whatever is next, which then looks as if it were meant.
        (focused if focused is not None and focused.isVisible() else self._window).setFocus()
        self._mark_layout()
        self._name_tabs()

    def restore(self) -> None:
        """Put the views where they were when the window was closed, or as the layout chosen last has them."""
        remembered = self._settings.window()
        if remembered is not None:
            geometry, state, seen = remembered
            for key in seen:  # what they hold has a say in how large they can be
                self._make(key)
            self._window.restoreGeometry(geometry)
        if remembered is None or not self._window.restoreState(state, STATE_VERSION):
            self.lay_out(self._settings.layout)
        self._mark_layout()
        self._name_tabs()

    def remember(self) -> None:
        """Keep in the settings where the views are."""
        state = QByteArray(self._window.saveState(STATE_VERSION))
        seen = [key for key, dock in self.by_key.items() if dock.is_seen]
        self._settings.remember_window(QByteArray(self._window.saveGeometry()), state, seen)

    def _mark_layout(self) -> None:
        for name in LAYOUTS:
            self._actions[name.lower()].setChecked(name == self._settings.layout)

    def _name_tabs(self) -> None:
        for tabs in self._window.findChildren(QTabBar):
            tabs.setAccessibleName("Views in one place")


def skip_what_is_out_of_sight(window: QMainWindow, moved: bool, forward: bool) -> bool:
    """Walk on by Tab past controls that lie behind another tab, which Qt takes for visible.

    Parameters
    ----------
    window : QMainWindow
    moved : bool
        What the first move of the focus returned.
    forward : bool

    Returns
    -------
    bool
        Whether the focus has moved.
    """
    first = window.focusWidget()
    while moved and is_out_of_sight(window.focusWidget()):
        moved = bool(QMainWindow.focusNextPrevChild(window, forward))
        if window.focusWidget() is first:
            break
    return moved
