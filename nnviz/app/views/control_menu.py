"""A menu of the controls for which there is no room."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtWidgets import QAbstractButton, QComboBox, QMenu


def fill_menu(menu: QMenu, controls: Iterable[QComboBox | QAbstractButton]) -> None:
    """Have a menu do what some controls do: a menu within it for each list of choices, an entry for each button."""
    for old in menu.findChildren(QMenu):
        old.deleteLater()
    menu.clear()
    for control in controls:
        if isinstance(control, QComboBox):
            choices = menu.addMenu(control.accessibleName())
            for index in range(control.count()):
                action = choices.addAction(control.itemText(index))
                action.setCheckable(True)
                action.setChecked(index == control.currentIndex())
                action.triggered.connect(partial(_choose, control, index))
        else:
            action = menu.addAction(control.text())
            action.setToolTip(control.toolTip())
            action.setCheckable(control.isCheckable())
            action.setChecked(control.isChecked())
            action.triggered.connect(control.click)


def _choose(combo: QComboBox, index: int, _checked: bool = False) -> None:
    combo.setCurrentIndex(index)
