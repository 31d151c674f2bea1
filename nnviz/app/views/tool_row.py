"""A row of buttons that puts those for which there is no room into a menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

GAP, GROUP_GAP = 2, 10
PADDING = 4


class ToolRow(QWidget):
    """Buttons in groups, as many as there is room for; the others are in the menu "More", at the end.

    Parameters
    ----------
    groups : sequence of sequences of QAction
        The first ones last longest. Every action has an icon.
    name : str
        For screen readers.
    """

    def __init__(self, groups: Sequence[Sequence[QAction]], name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._groups = groups
        self._buttons = {action: self._button(action) for group in groups for action in group}
        self._menu = QMenu("More", self)
        self._menu.setToolTipsVisible(True)
        self._more = QToolButton(self)
        self._more.setText("More")
        self._more.setToolTip("Everything for which there is no room in this row.")
        self._more.setAccessibleName("More")
        self._more.setMenu(self._menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._in_menu: list[QAction] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def in_menu(self) -> list[QAction]:
        """The actions that are in the menu."""
        return list(self._in_menu)

    def button(self, action: QAction) -> QToolButton:
        """Return an action's button, which may be hidden."""
        return self._buttons[action]

    def set_icon_size(self, side: int) -> None:
        """Make the buttons larger or smaller."""
        for button in self._buttons.values():
            button.setIconSize(QSize(side, side))
        self.updateGeometry()
        self._arrange()

    def sizeHint(self) -> QSize:
        """Ask for as much as all buttons need beside each other."""
        return QSize(self._width(list(self._buttons)), self._height())

    def minimumSizeHint(self) -> QSize:
        """Ask for the menu's button, at least."""
        return QSize(self._more.sizeHint().width(), self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the buttons anew."""
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Arrange the buttons anew where text has another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self._arrange()

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setAccessibleName(action.text())
        button.setStyleSheet(f"QToolButton {{ padding: {PADDING}px; }}")
        return button

    def _height(self) -> int:
        buttons = [*self._buttons.values(), self._more]
        return max(button.sizeHint().height() for button in buttons)

    def _width(self, actions: list[QAction]) -> int:
        """Return how much room some of the buttons need beside each other."""
        width, before = 0, None
        for group in self._groups:
            for action in group:
                if action in actions:
                    gap = 0 if before is None else GAP if before is group else GROUP_GAP
                    width += gap + self._buttons[action].sizeHint().width()
                    before = group
        return width

    def _arrange(self) -> None:
        every = list(self._buttons)
        shown = every
        if self._width(every) > self.width():
            room = self.width() - GROUP_GAP - self._more.sizeHint().width()
            while shown and self._width(shown) > room:
                shown = shown[:-1]
        for count, (action, button) in enumerate(self._buttons.items()):
            button.setVisible(action in shown)
            size = button.sizeHint()
            left = self._width(every[: count + 1]) - size.width()
            button.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())
        rest = every[len(shown) :]
        self._more.setVisible(bool(rest))
        left = self._width(shown) + (GROUP_GAP if shown else 0)
        size = self._more.sizeHint()
        self._more.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())
        if rest != self._in_menu:
            self._in_menu = rest
            self._menu.clear()
            self._menu.addActions(rest)
