"""The row below the network diagram: what its neurons show, and the button that plays a pass."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLayout, QPushButton, QSizePolicy, QWidget

from nnviz.app.graphics.network.values import ACTIVATIONS, BIASES, ERRORS, WEIGHTED_INPUTS

OVERLAYS = {
    ACTIVATIONS: ("Activations a", "Activations", "Light up each neuron with its activation a = σ(z)."),
    WEIGHTED_INPUTS: (
        "Weighted inputs z",
        "Weighted inputs",
        "Show z = Σ w·a + b, what each neuron's σ is applied to.",
    ),
    BIASES: (
        "Biases b",
        "Biases",
        "Show the bias b of each neuron, which is added to the weighted sum of its inputs.",
    ),
    ERRORS: (
        "Errors δ",
        "Errors",
        "Show the error δ = ∂C/∂z of each neuron, ∂C/∂w on the edges, and ∂C/∂x in the place of the image.",
    ),
}
PASSES = {
    False: (
        "forward pass",
        "Show layer by layer how the sample's activations arise: a = σ(Σ w·a + b).",
    ),
    True: (
        "backward pass",
        "Show layer by layer how the sample's error goes back: δ = (Σ w·δ) · σ′(z), and ∂C/∂w = a·δ.",
    ),
}
"""The name of a pass and what to play it shows, by whether it goes back."""
GAP = 4
"""Pixels between the buttons."""


class DiagramControls(QWidget):
    """Buttons, whose names become shorter where there is little room.

    Attributes
    ----------
    buttons : dict of QPushButton
        By the letter of what they let the neurons show.
    play : QPushButton
        Plays the pass that goes with it: back for the errors, forward for all else.
    """

    overlay_chosen = Signal(str)
    """What the neurons are to show, by its letter."""

    def __init__(self) -> None:
        super().__init__()
        self._overlay = ACTIVATIONS
        self._is_playing = False
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        # The buttons' words are made to fit the view, not the view to fit them.
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        for letter, (name, _, tip) in OVERLAYS.items():
            button = _button(name, tip)
            button.setCheckable(True)
            button.setChecked(letter == ACTIVATIONS)
            self._group.addButton(button)
            self.buttons[letter] = button
            row.addWidget(button)
        self._group.buttonToggled.connect(self._choose)
        row.addStretch(1)
        self.play = _button(f"Play {PASSES[False][0]}", PASSES[False][1])
        self.play.setEnabled(False)
        row.addWidget(self.play)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name_buttons()

    def show_playing(self, is_playing: bool) -> None:
        """Let the button play, or stop."""
        if is_playing != self._is_playing:
            self._is_playing = is_playing
            self._name_buttons()

    def show_overlay(self, overlay: str) -> None:
        """Say what the neurons show where that was not chosen here."""
        with QSignalBlocker(self):
            self.buttons[overlay].setChecked(True)

    @Slot(QPushButton, bool)
    def _choose(self, button: QPushButton, checked: bool) -> None:
        if checked:
            self._overlay = next(letter for letter, other in self.buttons.items() if other is button)
            self._name_buttons()
            self.overlay_chosen.emit(self._overlay)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the buttons' words fit."""
        super().resizeEvent(event)
        self._name_buttons()

    def changeEvent(self, event: QEvent) -> None:
        """Make the buttons' words fit where text has another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._name_buttons()

    def _name_buttons(self) -> None:
        """Give the buttons the longest names for which there is room."""
        name, tip = PASSES[self._overlay == ERRORS]
        short = "Stop" if self._is_playing else "Play"
        long = f"{short} {name}"
        self.play.setAccessibleName(long)
        self.play.setToolTip(tip)
        names = {
            self.buttons[letter]: (full, brief, letter, letter)
            for letter, (full, brief, _) in OVERLAYS.items()
        }
        names[self.play] = (long, short, long, short)
        for length in range(4):
            for button, choices in names.items():
                button.setText(choices[length])
            room = self.width() - GAP * len(names)
            if sum(button.sizeHint().width() for button in names) <= room:
                return


def _button(name: str, tip: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return button
