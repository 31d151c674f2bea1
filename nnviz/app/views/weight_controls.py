"""What a person can choose about the gallery of weights."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from nnviz.app.views.control_menu import fill_menu

GAP = 6


class Show(Enum):
    """What is shown of a layer."""

    WEIGHTS = "Weights"
    SINCE_START = "Change since step 0"
    SINCE_KEPT = "Change since kept step"


class Order(Enum):
    """The order that neurons are shown in."""

    NUMBER = "By number"
    NORM = "By norm"
    ACTIVATION = "By activation"


class WeightControls(QWidget):
    """Controls in a row; those for which there is no room are in the menu "More", at its end."""

    changed = Signal()
    """Something else was chosen."""
    keep_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sizes: tuple[int, ...] = ()
        self._layer = self._combo(
            [], "Layer", "The layer whose weights are shown, with how many neurons it joins."
        )
        self._show = self._combo(
            [show.value for show in Show],
            "What is shown",
            "Show the weights themselves, or by how much training has changed them since a step.",
        )
        self._keep = QPushButton("Keep this step", self)
        self._keep.setToolTip("Remember the weights of this step, to see later how they have changed since.")
        self._keep.clicked.connect(self.keep_wanted)
        self._order = self._combo(
            [order.value for order in Order],
            "Order of the neurons",
            "Put the neurons in the order of their numbers, or those first whose weights are longest, ‖w‖, "
            "or whose activation for the chosen sample is greatest.",
        )
        self._shared = QCheckBox("One scale", self)
        self._shared.setChecked(True)
        self._shared.setAccessibleName("One scale for all neurons")
        self._shared.setToolTip(
            "One scale: brightness compares neurons. Otherwise each neuron's largest weight is the brightest."
        )
        self._shared.toggled.connect(self.changed)
        self._controls: list[QComboBox | QAbstractButton] = [
            self._layer,
            self._show,
            self._keep,
            self._order,
            self._shared,
        ]
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._more = QToolButton(self)
        self._more.setText("More")
        self._more.setToolTip("Everything for which there is no room in this row.")
        self._more.setAccessibleName("More")
        self._more.setMenu(self._menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _combo(self, texts: Sequence[str], name: str, tip: str) -> QComboBox:
        combo = QComboBox(self)
        combo.addItems(texts)
        combo.setAccessibleName(name)
        combo.setToolTip(tip)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        combo.currentIndexChanged.connect(self.changed)
        return combo

    @property
    def layer(self) -> int:
        """The layer that was chosen, from 1."""
        return max(self._layer.currentIndex(), 0) + 1

    @property
    def show_what(self) -> Show:
        """What is to be shown of it."""
        return list(Show)[self._show.currentIndex()]

    @property
    def order(self) -> Order:
        """The order of its neurons."""
        return list(Order)[self._order.currentIndex()]

    @property
    def shared(self) -> bool:
        """Whether all neurons have one scale."""
        return bool(self._shared.isChecked())

    def show_sizes(self, sizes: tuple[int, ...]) -> None:
        """Offer the layers of a network, and keep to the one that was chosen as long as there is one like it."""
        if sizes == self._sizes:
            return
        self._sizes = sizes
        chosen = self._layer.currentIndex()
        self._layer.blockSignals(True)
        self._layer.clear()
        for layer in range(1, len(sizes)):
            self._layer.addItem(f"Layer {layer} · {sizes[layer - 1]}→{sizes[layer]}")
        self._layer.setCurrentIndex(min(max(chosen, 0), len(sizes) - 2))
        self._layer.blockSignals(False)
        self.arrange()

    @property
    def in_menu(self) -> list[QComboBox | QAbstractButton]:
        """The controls that are in the menu."""
        return [control for control in self._controls if control.isHidden()]

    def arrange(self) -> None:
        """Put the controls in place, as many as there is room for."""
        widths = [control.sizeHint().width() + GAP for control in self._controls]
        count = len(widths)
        if sum(widths) - GAP > self.width():
            room = self.width() - self._more.sizeHint().width()
            while count and sum(widths[:count]) > room:
                count -= 1
        left = 0
        for place, control in enumerate(self._controls):
            control.setVisible(place < count)
            left = self._put(control, left) if place < count else left
        self._more.setVisible(count < len(widths))
        self._put(self._more, left)

    def _put(self, control: QWidget, left: int) -> int:
        """Put a control at a place, and return where the next one begins."""
        size = control.sizeHint()
        control.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())
        return left + size.width() + GAP

    @Slot()
    def _fill_menu(self) -> None:
        fill_menu(self._menu, self.in_menu)

    def sizeHint(self) -> QSize:
        """Ask for the height of a row; the width may be any."""
        controls = [*self._controls, self._more]
        return QSize(100, max(control.sizeHint().height() for control in controls))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the controls in place anew."""
        self.arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Put the controls in place anew where their text has another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self.arrange()
