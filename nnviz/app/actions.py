"""Every action of the window, from one table: its name, shortcut, and what it does to the mathematics."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Entry:
    """An action before it is made.

    Parameters
    ----------
    name : str
        In menus.
    tip : str
        One sentence: what it does.
    shortcut : str
        Empty for none.
    checkable : bool
    """

    name: str
    tip: str
    shortcut: str = ""
    checkable: bool = False


ENTRIES = {
    "toggle": Entry("Run", "Make steps of gradient descent until paused.", "Space"),
    "step": Entry("One step", "Make one step: one mini-batch, one update of all parameters.", "Right"),
    "epoch": Entry("One epoch", "Make steps until every training image has had its turn.", "Shift+Right"),
    "reset": Entry("Reset to step 0", "Draw the same initial parameters again and start over.", "Ctrl+R"),
    "bring_back": Entry(
        "Bring back the last run", "Return to the run that was left by New run or Reset.", "Ctrl+Z"
    ),
    "new_run": Entry("New run", "Start at step 0 with the network that the setup panel describes.", "Ctrl+N"),
    "open_data": Entry(
        "Open data…", "Learn from another folder of four IDX files, such as Fashion-MNIST.", "Ctrl+O"
    ),
    "use_mnist": Entry("Use MNIST", "Learn from the handwritten digits that come with the program."),
    "save": Entry("Save model…", "Write all weights and biases as they are now into an .npz file.", "Ctrl+S"),
    "quit": Entry("Quit", "Close the window.", "Ctrl+Q"),
    "light": Entry("Light theme", "Dark text on a light ground, for bright lecture rooms.", "Ctrl+T", True),
    "colour_blind": Entry("Blue and orange signs", "For eyes that cannot tell green from red.", "", True),
    "reset_layout": Entry("Reset layout", "Put every view back where it was at first."),
    "full_screen": Entry("Full screen", "Use the whole screen, for projecting.", "Ctrl+Shift+F", True),
    "shortcuts": Entry("Keyboard shortcuts", "List every action with its key.", "F1"),
    "about": Entry("About nnviz", "What this program is, and whose ideas it shows."),
}


def make_actions(parent: QWidget) -> dict[str, QAction]:
    """Return all actions, made from ENTRIES and added to `parent`, so that their shortcuts work in it."""
    actions = {}
    for key, entry in ENTRIES.items():
        action = QAction(entry.name, parent)
        action.setObjectName(key)
        action.setCheckable(entry.checkable)
        action.setAutoRepeat(
            key == "step"
        )  # to hold → down is to walk; any other key held down was held too long
        if entry.shortcut:
            action.setShortcut(QKeySequence(entry.shortcut))
            action.setToolTip(f"{entry.tip} ({entry.shortcut})")
        else:
            action.setToolTip(entry.tip)
        action.setStatusTip(entry.tip)
        parent.addAction(action)
        actions[key] = action
    actions["shortcuts"].setShortcuts([QKeySequence("F1"), QKeySequence("?")])
    return actions


def shortcut_table(actions: dict[str, QAction]) -> str:
    """Return a table of all actions with their keys, as HTML, made from the actions themselves."""
    rows = []
    for action in actions.values():
        keys = " or ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
        rows.append(
            f"<tr><td style='padding:3px 18px 3px 0'><b>{keys or '–'}</b></td>"
            f"<td style='padding:3px 18px 3px 0'>{action.text()}</td><td>{action.statusTip()}</td></tr>"
        )
    return f"<table>{''.join(rows)}</table>"
