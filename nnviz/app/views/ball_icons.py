"""Icons of the controls by which balls roll: those that walk, and a disc of its colour for each ball."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton

from nnviz.app.graphics.icons import icon
from nnviz.app.theme import Theme

SIDE = 14
"""Pixels of an icon, at the usual size of text."""


def set_icons(
    theme: Theme,
    buttons: Mapping[str, QAbstractButton],
    running: bool,
    chips: Mapping[str, QAbstractButton],
) -> None:
    """Give buttons their icons, in the theme's colours and the size of its text.

    Parameters
    ----------
    theme : Theme
    buttons : mapping
        With the keys "back", "step", "run" and "reset".
    running : bool
        Whether "run" pauses.
    chips : mapping
        The balls' buttons, by the roles of their colours.
    """
    side = round(SIDE * theme.text_scale)
    names = {"back": "back", "step": "step", "run": "pause" if running else "run", "reset": "reset"}
    for key, name in names.items():
        role = "highlight" if key == "run" else "text"
        buttons[key].setIcon(icon(name, theme.colour(role), theme.colour("line")))
    for role, chip in chips.items():
        chip.setIcon(_disc(theme, role, side))
    for button in (*buttons.values(), *chips.values()):
        button.setIconSize(QSize(side, side))


def _disc(theme: Theme, role: str, side: int) -> QIcon:
    pixmap = QPixmap(4 * side, 4 * side)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(role))
        painter.drawEllipse(pixmap.rect().adjusted(side // 2, side // 2, -side // 2, -side // 2))
    return QIcon(pixmap)
