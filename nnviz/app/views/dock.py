"""A dock with a title bar of its own: the view's name, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMainWindow, QSizePolicy, QToolButton, QWidget

from nnviz.app.graphics.icons import icon
from nnviz.app.theme import Theme
from nnviz.app.views.view import View

SIDE = 14


class Dock(QDockWidget):
    """A view that can be moved, put behind another as a tab, floated, hidden and exported.

    Parameters
    ----------
    key : str
        What the window's layouts call it.
    view : QWidget
    theme : Theme
    """

    export_wanted = Signal(str)
    """The key of the view."""

    def __init__(self, key: str, view: QWidget, theme: Theme) -> None:
        super().__init__(view.windowTitle())
        self._theme = theme
        self.setObjectName(key)
        self.setWidget(view)
        self._buttons: dict[str, QToolButton] = {}
        self._name = QLabel(view.windowTitle())
        self._name.setProperty("role", "dock")
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        bar = QWidget()
        bar.setProperty("role", "dock")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 3, 4, 3)
        row.setSpacing(2)
        row.addWidget(self._name, 1)
        if isinstance(view, View):
            self.visibilityChanged.connect(view.dock_shown)
            self._add_button(row, "export", "Save this view as a picture, or copy it.", self._ask_for_export)
        self._add_button(row, "float", "Take this view out of the window, or put it back.", self._float)
        self._add_button(row, "close", "Hide this view; the View menu brings it back.", self.close)
        self.setTitleBarWidget(bar)
        for changed in (self.visibilityChanged, self.topLevelChanged, self.dockLocationChanged):
            # Queued: in the middle of rearranging its docks, Qt must not be asked how they lie.
            changed.connect(self._name_docks, Qt.ConnectionType.QueuedConnection)
        self.toggleViewAction().triggered.connect(self._come_forward)
        theme.changed.connect(self._take_up_theme)
        self._take_up_theme()

    def _add_button(self, row: QHBoxLayout, name: str, tip: str, slot: object) -> None:
        button = QToolButton()
        button.setProperty("role", "dock")
        button.setToolTip(tip)
        button.setAccessibleName(f"{name.capitalize()} {self.windowTitle()}")
        button.setIconSize(QSize(SIDE, SIDE))
        button.clicked.connect(slot)
        row.addWidget(button)
        self._buttons[name] = button

    @Slot()
    def _name_docks(self) -> None:
        """Have all docks of the window say their names, or not: one that comes or goes gives tabs to others."""
        window = self.parentWidget()
        if isinstance(window, QMainWindow):
            for dock in window.findChildren(Dock):
                others = [] if dock.isFloating() else window.tabifiedDockWidgets(dock)
                has_tab = any(not other.isHidden() for other in others)
                dock._name.setText("" if has_tab else dock.windowTitle())

    @Slot(bool)
    def _come_forward(self, shown: bool) -> None:
        """Be in front of other tabs where the menu opens the dock."""
        if shown:
            self.raise_()

    @Slot()
    def _ask_for_export(self) -> None:
        self.export_wanted.emit(self.objectName())

    @Slot()
    def _float(self) -> None:
        self.setFloating(not self.isFloating())

    @Slot()
    def _take_up_theme(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(icon(name, self._theme.colour("muted"), self._theme.colour("line")))
        self._name.setFont(self._theme.font(strong=True))
