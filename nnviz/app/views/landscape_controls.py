"""The controls of the map: which plane, the cost over which images, and how heights become colours."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from nnviz.run.planes import CostOver, PlaneSpec

DIRECTIONS = {
    "Path": ("principal", "The plane that the path so far leaves least: its first two principal components."),
    "Downhill": ("downhill", "The plane of the negative gradient and of the steps before."),
    "Random": (
        "random",
        "Two random directions, as long for each neuron as its own parameters (Li et al., 2018).",
    ),
}
OVER = {
    "1,000 images": CostOver("subset", 1000),
    "Mini-batch": CostOver("mini-batch"),
    "10,000 images": CostOver("subset", 10_000),
    "All images": CostOver("all"),
}


class LandscapeControls(QWidget):
    """Two choices, a box to tick and a button, in one row."""

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
        self.fit = QPushButton("Fit")
        self.fit.setToolTip("Shows all of the path again (0, or a double click on the map).")
        self.fit.setAccessibleName("Fit the path")
        self.directions.currentIndexChanged.connect(self.chosen)
        self.images.currentIndexChanged.connect(self.chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for part in (self.directions, self.images, self.logarithm, self.fit):
            row.addWidget(part)
        row.addStretch(1)

    @property
    def plane(self) -> PlaneSpec:
        """The plane that is chosen."""
        return PlaneSpec(DIRECTIONS[self.directions.currentText()][0])

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
