"""The controls of the map: which plane, the cost over which images, and how heights become colours."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.views.plane_controls import PlaneControls
from nnviz.app.views.toy_controls import Fitting
from nnviz.run.planes import CostOver, PlaneSpec

DIRECTIONS = {
    "Path": ("principal", "The plane that the path so far leaves least: its first two principal components."),
    "Downhill": ("downhill", "The plane of the negative gradient and of the steps before."),
    "Random": (
        "random",
        "Two random directions, as long for each neuron as its own parameters (Li et al., 2018).",
    ),
    "Two parameters": (
        "parameters",
        "Two weights or biases change, and all others stay: those that are chosen in Backprop, or typed.",
    ),
    "Three points": (
        "points",
        "The plane through the start of the run, here, and another branch's end.",
    ),
}
OVER = {
    "1,000 images": CostOver("subset", 1000),
    "Mini-batch": CostOver("mini-batch"),
    "10,000 images": CostOver("subset", 10_000),
    "All images": CostOver("all"),
}


class LandscapeControls(QWidget):
    """Two choices, a box to tick and a button, in one row; below, what else the plane takes."""

    chosen = Signal()
    """Another plane, or other images."""

    def __init__(self) -> None:
        super().__init__()
        self.directions = _combo("Directions", "Which two directions the plane takes.", list(DIRECTIONS))
        for place, (_, tip) in enumerate(DIRECTIONS.values()):
            self.directions.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.images = _combo(
            "Cost over",
            "Over which training images the cost is taken: watch the mini-batch's surface wobble.",
            list(OVER),
        )
        self.logarithm = QCheckBox("log")
        self.logarithm.setToolTip("Colours and contour lines follow the logarithm of the cost.")
        self.logarithm.setAccessibleName("Logarithmic height")
        self.honest = QCheckBox("true cost")
        self.honest.setChecked(True)
        self.honest.setToolTip("Compares, along the path, its true cost with the plane's cost below it.")
        self.honest.setAccessibleName("How honest the map is")
        self.fit = QPushButton("Fit")
        self.fit.setToolTip("Shows all of the path again (0, or a double click on the map).")
        self.fit.setAccessibleName("Fit the path")
        self.images.currentIndexChanged.connect(self.chosen)
        self.more = PlaneControls()
        self.directions.currentIndexChanged.connect(self._show_directions)
        self.directions.currentIndexChanged.connect(self.chosen)
        self.more.changed.connect(self.chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        parts = [self.directions, self.images, self.logarithm, self.honest, self.fit]
        self._first = Fitting(parts, [self.honest, self.fit, self.logarithm, self.images])
        column.addWidget(self._first)
        column.addWidget(self.more)

    def add(self, controls: Sequence[QWidget], least: Sequence[QWidget]) -> None:
        """Have more controls in the first row, and say which of them are left out first where there is little room."""
        self._first.add(controls, least)

    @Slot()
    def _show_directions(self) -> None:
        self.more.show_directions(self.plane.directions)

    @property
    def plane(self) -> PlaneSpec:
        """The plane that is chosen, but for the two parameters, whose places only a network knows."""
        return PlaneSpec(
            DIRECTIONS[self.directions.currentText()][0], self.more.centred, int(self.more.seed.value())
        )

    @property
    def over(self) -> CostOver:
        """The images that are chosen."""
        return OVER[self.images.currentText()]


def _combo(name: str, tip: str, texts: list[str]) -> QComboBox:
    combo = QComboBox()
    combo.addItems(texts)
    combo.setToolTip(tip)
    combo.setAccessibleName(name)
    combo.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    combo.setMinimumWidth(50)
    return combo
