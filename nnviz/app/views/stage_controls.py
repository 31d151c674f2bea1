"""The controls of the walk through a step's stages."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSpinBox, QWidget

from nnviz.app.stage_walk import StageWalk
from nnviz.app.theme import Theme
from nnviz.core.stages import Kind

BUTTONS = {
    "into": ("↓", "Into", "Go to the next stage of the step; after the last one, make the step (F11)."),
    "back": ("↑", "Back", "Go back to the stage before (Shift+F11)."),
    "over": ("→", "Over", "Make the whole step, and open the next mini-batch (F10)."),
    "out": ("✕", "Out", "Make the step, and leave the walk."),
}
"""By the walk's slots: a sign, a word, and what the button does."""
GAP = 6
LEAST_SPIN = 54


class StageControls(QWidget):
    """Buttons that walk, the number of the sample in the mini-batch, and the layer of which the gradient is shown.

    Parameters
    ----------
    theme : Theme
    walk : StageWalk
    """

    place_chosen = Signal(int)
    """Which sample of the mini-batch, from 0."""
    layer_chosen = Signal(int)

    def __init__(self, theme: Theme, walk: StageWalk) -> None:
        super().__init__()
        self._theme = theme
        self._walk = walk
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        for name, (_, word, tip) in BUTTONS.items():
            button = QPushButton()
            button.setToolTip(tip)
            button.setAccessibleName(f"Step {word.lower()}")
            button.clicked.connect(getattr(walk, name))
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            self.buttons[name] = button
            row.addWidget(button)
        row.addStretch(1)
        self.layer = self._spin("Layer", "Shows the gradient of another layer.")
        self.layer.valueChanged.connect(self.layer_chosen)
        self.sample = self._spin("Sample", "Chooses another sample of the mini-batch for all numbers shown.")
        self.sample.setWrapping(True)
        self.sample.valueChanged.connect(self._tell_place)
        row.addWidget(self.layer)
        row.addWidget(self.sample)
        self.show_walk(0, 1)
        self.take_up_theme()

    def _spin(self, name: str, tip: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setAccessibleName(name)
        spin.setToolTip(tip)
        spin.setKeyboardTracking(False)
        spin.setMinimum(1)
        spin.setMinimumWidth(LEAST_SPIN)
        spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return spin

    @Slot(int)
    def _tell_place(self, number: int) -> None:
        self.place_chosen.emit(number - 1)

    def show_walk(self, place: int, layer: int) -> None:
        """Show where the walk is, which sample of the mini-batch is shown, and which layer."""
        walk = self._walk
        trace, stage = walk.trace, walk.stage
        self.buttons["back"].setEnabled(walk.is_on and (walk.step, walk.index) != (0, 0))
        self.buttons["out"].setEnabled(walk.is_on)
        self.sample.setEnabled(trace is not None)
        with QSignalBlocker(self.sample), QSignalBlocker(self.layer):
            if trace is not None:
                self.sample.setRange(1, trace.m)
                self.layer.setRange(1, len(trace.z))
            self.sample.setValue(place + 1)
            self.layer.setValue(layer)
        self._fit(
            stage is not None and stage.kind is Kind.GRADIENT and trace is not None and len(trace.z) > 1
        )

    def _fit(self, has_layer: bool | None = None) -> None:
        """Shorten what there is no room for."""
        wants_layer = self.layer.isVisibleTo(self) if has_layer is None else has_layer
        trace = self._walk.trace
        of = "" if trace is None else f" of {trace.m:,}"
        for level in range(7):
            for name, (sign, word, _) in BUTTONS.items():
                self.buttons[name].setText(f"{sign} {word}" if level < 2 else word if level < 4 else sign)
            self.sample.setPrefix("Sample " if level < 1 else "")
            self.sample.setSuffix(of if level in (0, 1, 2, 4) else "")
            self.layer.setPrefix("Layer " if level < 5 else "")
            self.layer.setVisible(wants_layer)
            self.sample.setVisible(trace is not None and level < 6)
            if self._needed() <= self.width():
                return

    def _needed(self) -> int:
        """Return how wide all that is visible would be."""
        parts = [*self.buttons.values(), self.layer, self.sample]
        widths = [part.sizeHint().width() for part in parts if part.isVisibleTo(self)]
        return sum(widths) + GAP * len(widths)

    def minimumSizeHint(self) -> QSize:
        """Ask for no more than is left when all is shortened."""
        return QSize(80, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten what there is no room for."""
        super().resizeEvent(event)
        self._fit()

    def take_up_theme(self) -> None:
        """Take up the size of text."""
        self._fit()
