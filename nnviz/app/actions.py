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
    "back": Entry("One step back", "Go back to the parameters before the last step.", "Left"),
    "start": Entry("To the start", "Go back to the parameters before the first step.", "Home"),
    "end": Entry("To the newest step", "Go to the newest step that was made.", "End"),
    "into": Entry("Step into", "Open the next mini-batch, or go to the next stage of its step.", "F11"),
    "stage_back": Entry("Back a stage", "Go to the stage before, of this step or the last.", "Shift+F11"),
    "over": Entry("Step over", "Make the whole step, and stand before the next.", "F10"),
    "out": Entry("Step out", "Make the rest of the step, and leave its stages.", "Ctrl+F11"),
    "undo": Entry("Undo", "Take the last change at this step back.", "Ctrl+Z"),
    "redo": Entry("Redo", "Make the change again that was taken back.", "Ctrl+Shift+Z"),
    "breakpoints": Entry("Add a breakpoint…", "Choose what the run is to pause at.", "Ctrl+B"),
    "break_prediction": Entry(
        "Pause at a new prediction", "Pause when the network takes the chosen sample for another digit."
    ),
    "lesion": Entry(
        "Lesion the neuron", "Cut the pinned neuron off: the weights that lead from it become 0."
    ),
    "redraw": Entry("Re-randomise the layer", "Draw the parameters of the pinned neuron's layer anew."),
    "bring_back": Entry("Bring back the last run", "Return to the run that was left by New run or Reset."),
    "new_run": Entry("New run", "Start at step 0 with the network that the setup panel describes.", "Ctrl+N"),
    "open_session": Entry(
        "Open session…", "Go on with a run that was saved: its branches, changes and steps.", "Ctrl+Alt+O"
    ),
    "save_session": Entry(
        "Save session", "Write the run with its branches, changes and steps into its file.", "Ctrl+Shift+S"
    ),
    "save_session_as": Entry("Save session as…", "Write the run into another file, which becomes its own."),
    "bring_back_unsaved": Entry(
        "Bring back the unsaved run", "Go on with the run that was left when nnviz last ended."
    ),
    "open_model": Entry(
        "Open model…", "Begin a run from the weights and biases of a saved model.", "Ctrl+Shift+O"
    ),
    "open_data": Entry(
        "Open data…", "Learn from another folder of four IDX files, such as Fashion-MNIST.", "Ctrl+O"
    ),
    "use_mnist": Entry("Use MNIST", "Go back to the handwritten digits that come with the program."),
    "open_picture": Entry(
        "Open picture…", "Put a picture of a digit on the pad, and see what the network says."
    ),
    "save": Entry("Save model…", "Write all weights and biases as they are now into an .npz file.", "Ctrl+S"),
    "export": Entry("Export view…", "Save a view as PNG or SVG, or copy it.", "Ctrl+E"),
    "copy": Entry(
        "Copy view", "Put a picture of the view under the pointer on the clipboard.", "Ctrl+Shift+C"
    ),
    "save_metrics": Entry(
        "Export metrics…", "Write cost, accuracy and gradient norms so far as a table (CSV)."
    ),
    "quit": Entry("Quit", "Close the window.", "Ctrl+Q"),
    "next_sample": Entry("Next sample", "Choose the sample after the chosen one.", "."),
    "previous_sample": Entry("Previous sample", "Choose the sample before the chosen one.", ","),
    "random_sample": Entry("Random test image", "Choose any of the test images.", "R"),
    "next_mistake": Entry("Next mistake", "Choose the next test image that the network gets wrong.", "M"),
    "next_changed": Entry(
        "Next changed",
        "Choose the next test image that an edit of this step made another digit of.",
        "Shift+M",
    ),
    "play": Entry("Play the forward pass", "Light the network up layer by layer, from the image on.", "P"),
    "play_back": Entry(
        "Play the backward pass", "Light the errors up layer by layer, from the cost on.", "Shift+P"
    ),
    "unpin": Entry("Unpin the neuron", "Look at the whole network again.", "U"),
    "keep_step": Entry("Keep this step", "Remember these weights, to see later what has changed since.", "K"),
    "lecture": Entry(
        "Lecture layout", "The network large, the cost and the weights beside it.", "Ctrl+1", True
    ),
    "explore": Entry("Explore layout", "All that explains one sample, at once.", "Ctrl+2", True),
    "evaluate": Entry("Evaluate layout", "What the network has learnt, and where it errs.", "Ctrl+3", True),
    "debug": Entry("Debug layout", "One step taken apart, beside the network.", "Ctrl+4", True),
    "surface": Entry(
        "Surface layout", "The cost as a landscape, and the way that the run takes down it.", "Ctrl+5", True
    ),
    "reset_layout": Entry(
        "Reset layout", "Put every view back where the layout chosen last has it.", "Ctrl+0"
    ),
    "light": Entry("Light theme", "Dark text on a light ground, for bright lecture rooms.", "Ctrl+T", True),
    "colour_blind": Entry("Blue and orange signs", "For eyes that cannot tell green from red.", "", True),
    "larger": Entry("Larger text", "Make all text larger, for a projector.", "Ctrl++"),
    "smaller": Entry("Smaller text", "Make all text smaller.", "Ctrl+-"),
    "motion": Entry("Motion", "Let pictures move by themselves; without it they change at once.", "", True),
    "full_screen": Entry("Full screen", "Use the whole screen, for projecting.", "Ctrl+Shift+F", True),
    "palette": Entry("Find an action…", "Do anything by typing a few letters of its name.", "Ctrl+Shift+P"),
    "shortcuts": Entry("Keyboard shortcuts", "List every action with its key.", "F1"),
    "about": Entry("About nnviz", "What this program is, and whose ideas it shows."),
}

MENUS = {
    "&File": "new_run | open_session open_model open_data use_mnist open_picture recent bring_back_unsaved | "
    "save_session save_session_as save save_metrics | export copy | quit",
    "&Run": "toggle step epoch | back start end | into stage_back over out | breakpoints break_prediction "
    "| undo redo lesion redraw | reset bring_back",
    "&Sample": "next_sample previous_sample random_sample next_mistake next_changed | play play_back unpin keep_step",
    "&View": "lecture explore evaluate debug surface reset_layout | docks | light colour_blind larger smaller motion "
    "full_screen",
    "&Help": "palette shortcuts about",
}
"""The menus: keys of actions, "|" for a line, and what is made elsewhere."""


def make_actions(parent: QWidget) -> dict[str, QAction]:
    """Return all actions, made from ENTRIES and added to `parent`, so that their shortcuts work in it."""
    actions = {}
    for key, entry in ENTRIES.items():
        action = QAction(entry.name, parent)
        action.setObjectName(key)
        action.setCheckable(entry.checkable)
        # To hold → down is to walk; any other key held down was held too long.
        action.setAutoRepeat(key in ("step", "back", "next_sample", "previous_sample"))
        if entry.shortcut:
            action.setShortcut(QKeySequence(entry.shortcut))
            action.setToolTip(f"{entry.tip} ({entry.shortcut})")
        else:
            action.setToolTip(entry.tip)
        action.setStatusTip(entry.tip)
        parent.addAction(action)
        actions[key] = action
    for key, second in (("shortcuts", "?"), ("larger", "Ctrl+="), ("toggle", "F5")):
        actions[key].setShortcuts([actions[key].shortcut(), QKeySequence(second)])
    return actions


def shortcut_table(actions: dict[str, QAction]) -> str:
    """Return a table of all actions with their keys, menu by menu, as HTML, made from the actions themselves."""
    rows: list[str] = []
    for menu, keys in MENUS.items():
        above = 14 if rows else 0
        rows.append(
            f"<tr><td colspan='3' style='padding:{above}px 0 4px 0'><h3>{menu.lstrip('&')}</h3></td></tr>"
        )
        rows += [_shortcut_row(actions[key]) for key in keys.split() if key in actions]
    return f"<table width='100%'>{''.join(rows)}</table>"


def _shortcut_row(action: QAction) -> str:
    keys = " or ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
    cells = (f"<b>{keys or '–'}</b>", action.text(), action.statusTip())
    return "<tr>" + "".join(f"<td style='padding:3px 18px 3px 0'>{cell}</td>" for cell in cells) + "</tr>"
