"""The boxes that open over the window: the command palette, the shortcuts, and what the program is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox, QWidget

from nnviz import __version__
from nnviz.app.actions import shortcut_table
from nnviz.app.views.palette import Palette

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
    toggles : sequence of QAction
        That show and hide the views.
    """

    def __init__(self, window: QWidget, actions: dict[str, QAction], toggles: Sequence[QAction]) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._toggles = toggles

    @Slot()
    def show_palette(self) -> None:
        """Let the user find any action by its name."""
        Palette(self._window, [*self._actions.values(), *self._toggles]).open()

    @Slot()
    def show_shortcuts(self) -> None:
        """List every action with its key."""
        self._show("Keyboard shortcuts", shortcut_table(self._actions))

    @Slot()
    def show_about(self) -> None:
        """Say what the program is."""
        self._show("About nnviz", ABOUT)

    def _show(self, title: str, text: str) -> None:
        box = QMessageBox(
            QMessageBox.Icon.NoIcon, title, text, QMessageBox.StandardButton.Close, self._window
        )
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
