"""The menu bar, and the buttons at its end that lay the views out, made from the actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QToolButton, QWidget

from nnviz.app.actions import MENUS
from nnviz.app.layouts import LAYOUTS
from nnviz.app.manners import Manners


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


def add_layout_buttons(window: QMainWindow, actions: Mapping[str, QAction]) -> QWidget:
    """Put a button for each layout at the end of the menu bar, and return them, for the caller to keep."""
    corner = QWidget()
    row = QHBoxLayout(corner)
    row.setContentsMargins(0, 2, 8, 2)
    row.setSpacing(4)
    layouts = QActionGroup(window)  # of which the one chosen last is marked
    for name in LAYOUTS:
        actions[name.lower()].setIconText(name)
        button = QToolButton()
        button.setDefaultAction(layouts.addAction(actions[name.lower()]))
        button.setProperty("role", "layout")
        button.setAccessibleName(f"{name} layout")
        row.addWidget(button)
    Manners(corner)
    window.menuBar().setCornerWidget(corner)
    return corner
