"""The controls of the slice: the cost over which images, and the learning rate that is tried."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QVBoxLayout, QWidget

from nnviz.app.views.landscape_controls import OVER
from nnviz.app.views.number_field import NumberField
from nnviz.app.views.toy_controls import Fitting
from nnviz.run.planes import CostOver

LEAST_ETA, MOST_ETA = 0.0001, 1000.0
"""Of a run that is set by hand."""


class SliceControls(QWidget):
    """One row: images, η, and whether the run is to take it."""

    over_chosen = Signal()
    eta_typed = Signal(float)
    use_wanted = Signal()
    back_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.images = QComboBox()
        self.images.addItems(list(OVER))
        self.images.setToolTip("Over which training images cost and gradient are taken.")
        self.images.setAccessibleName("Cost over")
        self.images.currentIndexChanged.connect(self.over_chosen)
        self.symbol = QLabel("η")
        self.eta = NumberField(LEAST_ETA, MOST_ETA)
        self.eta.setToolTip("Learning rate that is tried: type it, or drag the handle in the picture.")
        self.eta.setAccessibleName("Learning rate that is tried")
        self.eta.valueChanged.connect(self.eta_typed)
        self.use = QPushButton("Use this η")
        self.use.setToolTip("Let the run go on with this learning rate (Enter).")
        self.use.setAccessibleName("Use this learning rate")
        self.use.clicked.connect(self.use_wanted)
        self.back = QPushButton("Run's η")
        self.back.setToolTip("Bring back the learning rate of the run (0, or a double click in the picture).")
        self.back.setAccessibleName("Back to the run's learning rate")
        self.back.clicked.connect(self.back_wanted)
        parts = [self.images, self.symbol, self.eta, self.use, self.back]
        self._row = Fitting(parts, [self.back, self.symbol, self.images, self.use])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._row)
        self.show_eta(3.0, is_tried=False)

    @property
    def over(self) -> CostOver:
        """The images that are chosen."""
        return OVER[self.images.currentText()]

    @Slot(float, bool)
    def show_eta(self, eta: float, is_tried: bool) -> None:
        """Show the learning rate that the picture shows, and whether it is another than the run's."""
        if not self.eta.hasFocus() or abs(self.eta.value() - eta) > 1e-9 * eta:
            with QSignalBlocker(self.eta):
                self.eta.setValue(eta)
        self.use.setEnabled(is_tried)
        self.back.setEnabled(is_tried)

    def minimumSizeHint(self) -> QSize:
        """Ask for no width."""
        return QSize(60, self._row.sizeHint().height())
