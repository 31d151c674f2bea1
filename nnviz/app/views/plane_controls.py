"""The second row of the map's controls: what else a plane takes, where its centre is, and how far one sees."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from nnviz.app.graphics.backprop.words import parameter_name
from nnviz.app.views.number_field import NumberField
from nnviz.app.views.toy_controls import Fitting
from nnviz.core.components import Component, index_of
from nnviz.core.network import Network
from nnviz.core.plane import PlaneError, Window

CENTRES = {
    "Here": ("here", "The present position is the centre, and goes along as training goes on."),
    "Start": ("start", "The centre is where the run began."),
    "End": ("end", "The centre is the newest step that was made and is remembered."),
}
MOST_SEED = 999_999
LEAST_EXTENT, MOST_EXTENT = 1e-6, 1e6
HOW = "Write a weight as w(layer, neuron, input), such as w(1, 3, 407), and a bias as b(layer, neuron)."
NUMBERS = re.compile(r"\d+")
LETTERS = re.compile(r"[wb]?[\s\d,;()]*", re.IGNORECASE)


def component_of(text: str) -> Component:
    """Return the parameter that a text names: "w(1, 3, 407)", "1 3 407", "b(2, 5)".

    Raises
    ------
    PlaneError
        If it names none.
    """
    numbers = [int(found[:9]) for found in NUMBERS.findall(text)]
    kind = text.strip()[:1].lower()
    wanted = {"w": (3,), "b": (2,)}.get(kind, (2, 3))
    if not LETTERS.fullmatch(text.strip()) or len(numbers) not in wanted:
        raise PlaneError(f"“{text.strip()[:20]}” is no parameter. {HOW}")
    layer, neuron, *rest = numbers
    return Component(layer, neuron, rest[0] if rest else None)


def place_of(text: str, network: Network) -> int:
    """Return where in θ the parameter lies that a text names.

    Raises
    ------
    PlaneError
        If the text names none, or the network has no such.
    """
    component = component_of(text)
    try:
        return index_of(network, component)
    except IndexError:
        sizes = network.sizes
        sentence = (
            f"This network has no parameter {parameter_name(component)}: its layers are 1 to {len(sizes) - 1}"
        )
        if 1 <= component.layer < len(sizes):
            n_in, n_out = sizes[component.layer - 1], sizes[component.layer]
            sentence = (
                f"This network has no parameter {parameter_name(component)}: layer {component.layer} has neurons "
                f"0 to {n_out - 1}, of inputs 0 to {n_in - 1}"
            )
        raise PlaneError(f"{sentence}.") from None


class PlaneControls(QWidget):
    """One row; of what belongs to certain directions, only what is needed is there."""

    changed = Signal()
    """Another centre, seed, parameter or branch."""
    extent_typed = Signal(float)
    """How far the map is to go from its middle to each side."""

    def __init__(self) -> None:
        super().__init__()
        self.centre = _combo("Centre", "Where the middle of the plane is.")
        self.centre.addItems(list(CENTRES))
        for place, (_, tip) in enumerate(CENTRES.values()):
            self.centre.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.seed = NumberField(0, MOST_SEED, whole=True)
        self.seed.setPrefix("seed ")
        self.seed.setToolTip("Another seed draws two other random directions; the same seed the same.")
        self.seed.setAccessibleName("Seed of the random directions")
        self.one = _Parameter("First parameter", "The parameter that changes along α.")
        self.other = _Parameter("Second parameter", "The parameter that changes along β.")
        self.branch = _combo("Other branch", "The branch whose end is the third point of the plane.")
        self.extent = NumberField(LEAST_EXTENT, MOST_EXTENT)
        self.extent.setPrefix("± ")
        self.extent.setValue(1)
        self.extent.setEnabled(False)  # until there is a map
        self.extent.setToolTip(
            "How far the map goes from its middle to each side; the wheel changes it, too."
        )
        self.extent.setAccessibleName("Extent of the map")
        parts = [self.centre, self.seed, self.one, self.other, self.branch, self.extent]
        self._row = Fitting(parts, [self.extent, self.centre, self.seed])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._row)
        self.centre.currentIndexChanged.connect(self.changed)
        self.seed.valueChanged.connect(self.changed)
        self.branch.currentIndexChanged.connect(self.changed)
        self.one.told.connect(self.changed)
        self.other.told.connect(self.changed)
        self.extent.valueChanged.connect(self.extent_typed)
        self.show_directions("principal")
        self.show_branches(())

    def show_directions(self, directions: str) -> None:
        """Show what the directions need: a seed, two parameters, or a branch."""
        self._row.want(self.centre, directions != "points")
        self._row.want(self.seed, directions == "random")
        self._row.want(self.one, directions == "parameters")
        self._row.want(self.other, directions == "parameters")
        self._row.want(self.branch, directions == "points" and self.branch.count() > 1)

    def show_branches(self, names: Sequence[str]) -> None:
        """Show which other branches there are, and keep the one that is chosen, if there still is one."""
        chosen = self.branch.currentText()
        with QSignalBlocker(self.branch):
            self.branch.clear()
            self.branch.addItems(list(names))
            self.branch.setCurrentIndex(max(self.branch.findText(chosen), 0 if names else -1))
        if not self.branch.isHidden() and len(names) < 2:
            self._row.want(self.branch, False)

    def show_window(self, window: Window) -> None:
        """Show how far the map goes."""
        self.extent.setEnabled(True)
        if not self.extent.hasFocus():
            with QSignalBlocker(self.extent):
                self.extent.setValue(float(f"{(window.right - window.left) / 2:.3g}"))

    @property
    def centred(self) -> str:
        """Where the centre is: one of `run.planes.CENTRES`."""
        return CENTRES[self.centre.currentText()][0]

    # Two parameters.

    def choose_component(self, component: Component) -> None:
        """Take a parameter that was chosen elsewhere as the first; the one before becomes the second."""
        name = parameter_name(component)
        if name != self.one.text():
            self.other.show_name(self.one.text() or self.other.text())
            self.one.show_name(name)

    def parameters(self, network: Network) -> tuple[int, int]:
        """Return where in θ both parameters lie; where nothing was typed yet, two of the last layer.

        Raises
        ------
        PlaneError
            If what was typed names no parameter of the network.
        """
        last = len(network.sizes) - 1
        usual = [parameter_name(Component(last, 0, k)) for k in (0, 1 if network.sizes[-2] > 1 else None)]
        for box in (self.one, self.other):
            if not box.text().strip():
                box.show_name(
                    next(name for name in usual if name not in (self.one.text(), self.other.text()))
                )
        return place_of(self.one.text(), network), place_of(self.other.text(), network)


class _Parameter(QLineEdit):
    """The name of a parameter, told when it is finished."""

    told = Signal()

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(f"{tip} {HOW}")
        self.setMaxLength(24)
        self._was = ""
        self.editingFinished.connect(self._tell)
        self.installEventFilter(self)

    @Slot()
    def _tell(self) -> None:
        if self.text() != self._was:
            self._was = self.text()
            self.told.emit()

    def show_name(self, text: str) -> None:
        """Show another name, without telling of it."""
        self._was = text
        self.setText(text)

    def sizeHint(self) -> QSize:
        """Ask for room for a usual name."""
        return QSize(self.fontMetrics().horizontalAdvance("w(1, 15, 783)") + 22, super().sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let a space be typed: it runs and pauses elsewhere."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        ):
            event.accept()
            return True
        return bool(super().eventFilter(watched, event))


def _combo(name: str, tip: str) -> QComboBox:
    combo = QComboBox()
    combo.setToolTip(tip)
    combo.setAccessibleName(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo
