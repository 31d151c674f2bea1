"""The command palette: any action by a few letters of its name."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

LIST_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


def rank(wanted: str, name: str) -> tuple[int, ...] | None:
    """Return how well a name matches what was typed, the best lowest; None if it does not.

    Every letter typed must come in the name, in that order. A name that has it in one piece, at the beginning of a
    word, comes first. Before anything is typed, all are as good.
    """
    wanted, name = "".join(wanted.lower().split()), name.lower()
    if not wanted:
        return (0,)
    packed = name.replace(" ", "")
    if wanted in packed:
        words = [n for n in range(len(name)) if n == 0 or name[n - 1] == " "]
        starts_word = any(name[n:].replace(" ", "").startswith(wanted) for n in words)
        return (0 if packed.startswith(wanted) else 1 if starts_word else 2, len(name))
    place = first = -1
    for letter in wanted:
        place = packed.find(letter, place + 1)
        if place < 0:
            return None
        first = place if first < 0 else first
    return (3, place - first, len(name))


class Palette(QDialog):
    """A field to type in, and below it the actions whose names match; Enter does the first.

    Parameters
    ----------
    parent : QWidget
    actions : iterable of QAction
        Those that are disabled are shown, but cannot be done.
    """

    def __init__(self, parent: QWidget, actions: Iterable[QAction]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Do anything")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = [action for action in actions if action.text()]
        self.field = QLineEdit()
        self.field.setPlaceholderText("Type a few letters of what to do, such as “light” or “export”")
        self.field.setAccessibleName("Action to look for")
        self.field.setToolTip(
            "Letters of an action's name, in their order; Enter does the first action below."
        )
        self.field.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Actions that match")
        self.list.setToolTip("Arrows choose one of the actions that match, Enter or a click does it.")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._none = QLabel("No action has such a name.")
        self._none.setProperty("role", "muted")
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 12, 12)
        box.addWidget(self.field)
        box.addWidget(self.list, 1)
        box.addWidget(self._none)
        self.resize(560, 420)
        self.field.textChanged.connect(self._show_matching)
        self.field.installEventFilter(self)
        self.field.returnPressed.connect(self._do_current)
        self.list.itemClicked.connect(self._do)
        self._show_matching("")

    @Slot(str)
    def _show_matching(self, wanted: str) -> None:
        self.list.clear()
        ranked = [(rank(wanted, _name(action)), n) for n, action in enumerate(self._actions)]
        for _, n in sorted((place, n) for place, n in ranked if place is not None):
            action = self._actions[n]
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            done = "✓ " if action.isCheckable() and action.isChecked() else ""
            item = QListWidgetItem(f"{done}{_name(action)}" + (f"    {keys}" if keys else ""))
            item.setData(Qt.ItemDataRole.UserRole, n)
            item.setToolTip(action.toolTip())
            if not action.isEnabled():
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(next((r for r in range(self.list.count()) if self._enabled(r)), -1))
        self._none.setVisible(self.list.count() == 0)

    def _enabled(self, row: int) -> bool:
        return bool(self.list.item(row).flags() & Qt.ItemFlag.ItemIsEnabled)

    @Slot()
    def _do_current(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._do(item)

    @Slot(QListWidgetItem)
    def _do(self, item: QListWidgetItem) -> None:
        # A click on an item that is disabled is told, too.
        if not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        action = self._actions[item.data(Qt.ItemDataRole.UserRole)]
        self.accept()
        action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows move in the list while one types."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in LIST_KEYS:
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)


def _name(action: QAction) -> str:
    return action.text().replace("&", "").rstrip("…")
