"""The boxes that open over the window: the command palette, the shortcuts, and what the program is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from nnviz import __version__
from nnviz.app.actions import shortcut_table
from nnviz.app.views.dock import Dock
from nnviz.app.views.palette import Palette
from nnviz.app.views.text_box import TextBox

ABOUT = f"""<h3>nnviz {__version__}</h3>
<p>Watch a small neural network learn handwritten digits, stop it at any instant, and see why it does what it
does.</p>
<p>The material is that of the neural-network series of 3Blue1Brown and of Michael Nielsen's book
<i>Neural Networks and Deep Learning</i>, chapters 1 to 3.</p>
<p>MNIST: Yann LeCun, Corinna Cortes and Christopher J. C. Burges (CC BY-SA 3.0).
Typeface Inter: the Inter Project Authors (SIL Open Font License).</p>"""


class Boxes(QObject):
    """Opens them.

    Parameters
    ----------
    window : QWidget
        That they belong to.
    actions : dict of QAction
    docks : sequence of Dock
    """

    def __init__(self, window: QWidget, actions: dict[str, QAction], docks: Sequence[Dock]) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._docks = docks

    @Slot()
    def show_palette(self) -> None:
        """Let the user find any action by its name."""
        Palette(self._window, [*self._actions.values(), *map(_show_or_hide, self._docks)]).open()

    @Slot()
    def show_shortcuts(self) -> None:
        """List every action with its key."""
        TextBox(self._window, "Keyboard shortcuts", shortcut_table(self._actions), characters=120).open()

    @Slot()
    def show_about(self) -> None:
        """Say what the program is."""
        TextBox(self._window, "About nnviz", ABOUT, characters=62).open()


def _show_or_hide(dock: Dock) -> QAction:
    """Return an action for what a person who types a view's name wants: to see it; or, if it is seen, to hide it."""
    # One that is behind another tab counts as shown in the menu, and would be hidden by its action there.
    action = QAction(f"{'Hide' if dock.is_seen else 'Show'} {dock.toggleViewAction().text()}")
    action.setToolTip(dock.toggleViewAction().toolTip())
    action.triggered.connect(dock.close if dock.is_seen else dock.come_forward)
    return action
