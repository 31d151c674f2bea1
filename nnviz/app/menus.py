"""The menu bar, and the buttons at its end that lay the views out, made from the actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QToolButton, QWidget

from nnviz.app.actions import MENUS
from nnviz.app.layouts import LAYOUTS
from nnviz.app.manners import Manners

GAP = 4
BESIDE_MENU = 24
"""Pixels of a menu's place in the bar beside its title."""


def add_menus(
    window: QMainWindow, actions: Mapping[str, QAction], recent: QMenu, docks: Sequence[QAction]
) -> None:
    """Fill the window's menu bar as MENUS says.

    Parameters
    ----------
    window : QMainWindow
    actions : mapping
        All actions by key.
    recent : QMenu
        The files opened last.
    docks : sequence of QAction
        Those that show and hide the views.
    """
    for title, text in MENUS.items():
        menu = window.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        for key in text.split():
            if key == "|":
                menu.addSeparator()
            elif key == "recent":
                menu.addMenu(recent)
            elif key == "docks":
                menu.addActions(list(docks))
            else:
                menu.addAction(actions[key])


class LayoutButtons(QWidget):
    """A button for each layout at the end of a menu bar; where that is too narrow for all, one with a menu of them.

    Parameters
    ----------
    window : QMainWindow
        In the menu bar of which they are.
    actions : mapping
        All actions by key.
    """

    def __init__(self, window: QMainWindow, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._bar = window.menuBar()
        self._buttons: list[QToolButton] = []
        self._all_fit: bool | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 8, 2)
        row.setSpacing(GAP)
        layouts = QActionGroup(window)  # of which the one chosen last is marked
        for name in LAYOUTS:
            actions[name.lower()].setIconText(name)
            button = QToolButton()
            button.setDefaultAction(layouts.addAction(actions[name.lower()]))
            button.setAccessibleName(f"{name} layout")
            self._buttons.append(button)
        self._all = QToolButton()
        self._all.setText("Layout")
        self._all.setAccessibleName("Layout")
        self._all.setToolTip("Arrange the views in one of the ways there are to start from.")
        menu = QMenu(self._all)
        menu.setToolTipsVisible(True)
        menu.addActions(layouts.actions())
        self._all.setMenu(menu)
        self._all.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for button in (*self._buttons, self._all):
            button.setProperty("role", "layout")
            row.addWidget(button)
        Manners(self)
        self._bar.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show as many buttons as the menu bar has room for, whenever it or its text gets another size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
        return False

    def _fit(self) -> None:
        metrics = QFontMetrics(self._bar.font())
        titles = [action.text().replace("&", "") for action in self._bar.actions()]
        room = (
            self._bar.width()
            - sum(metrics.horizontalAdvance(title) + BESIDE_MENU for title in titles)
            - 2 * GAP
        )
        all_fit = sum(button.sizeHint().width() + GAP for button in self._buttons) + 8 <= room
        if all_fit is self._all_fit:
            return
        self._all_fit = all_fit
        in_bar = self.parentWidget() is not None
        if in_bar:
            self.hide()
        for button in self._buttons:
            button.setVisible(all_fit)
        self._all.setVisible(not all_fit)
        if in_bar:
            self.show()  # a menu bar asks for the size of what is at its end only when that is shown


def add_layout_buttons(window: QMainWindow, actions: Mapping[str, QAction]) -> QWidget:
    """Put a button for each layout at the end of the menu bar, and return them, for the caller to keep."""
    corner = LayoutButtons(window, actions)
    window.menuBar().setCornerWidget(corner)
    return corner
