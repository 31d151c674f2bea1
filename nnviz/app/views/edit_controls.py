"""What a person can set in the view of edits: the brush, one weight and the bias, and what is done to the whole."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from nnviz.app.views.parameter_box import ParameterBox
from nnviz.core.painting import Tool

GAP, GROUP_GAP, LINE_GAP = 4, 14, 5
LEAST_WIDTH = 40
TOOLS = {
    Tool.EDGE: ("Edge", "Draw a bright line with a negative surround: a neuron that likes an edge."),
    Tool.POSITIVE: ("+", "Give the weights under the brush the positive strength."),
    Tool.NEGATIVE: ("−", "Give the weights under the brush the negative strength."),
    Tool.ZERO: ("0", "Erase: give the weights under the brush the value 0. The right button always does."),
}
EDGES = {"level": 0, "rising": 45, "upright": 90, "falling": 135}
BLANK, BLUR = "blank", "blur"
TENTHS = (5, 50)
"""The smallest and the largest radius of the brush, in tenths of a pixel of the image."""
RADIUS, STRENGTH = 12, 1.0
LARGEST_SEED = 9999


class EditControls(QWidget):
    """Groups of controls in as many lines as they need, or as there may be: those at the end are left out.

    Attributes
    ----------
    brush : bool
        Whether there is an image to paint on, and so a brush.
    """

    brush_changed = Signal()
    preset_wanted = Signal(str)
    """A key of EDGES, BLANK or BLUR."""
    source_chosen = Signal(int)
    lesion_wanted = Signal()
    redraw_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.brush = True
        self._most_lines = 9
        self._tools = QButtonGroup(self)
        self.tools = {tool: self._tool(tool) for tool in Tool}
        self.tools[Tool.EDGE].setChecked(True)
        self.presets = QToolButton(self)
        self.presets.setText("Presets")
        self.presets.setAccessibleName("Presets")
        self.presets.setToolTip("Give this neuron other weights: an edge detector, none, or softer ones.")
        self.presets.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.presets.setMenu(self._preset_menu())
        self.radius_slider = QSlider(Qt.Orientation.Horizontal, self)
        self.radius_slider.setRange(*TENTHS)
        self.radius_slider.setValue(RADIUS)
        self.radius_slider.setAccessibleName("Size of the brush")
        self.radius_slider.setToolTip("How wide the brush is.")
        self.radius_slider.valueChanged.connect(self.brush_changed)
        self.strength_box = ParameterBox("Strength of the brush", "The weight that the brush leaves behind.")
        self.strength_box.setParent(self)
        self.strength_box.show_value(STRENGTH)
        self.source = QSpinBox(self)
        self.source.setAccessibleName("Which weight")
        self.source.setToolTip(
            "From which neuron or pixel the weight comes; a click in the picture chooses it, too."
        )
        self.source.valueChanged.connect(self.source_chosen)
        self.weight = ParameterBox("Weight", "The weight w: type any value, and press Enter.")
        self.bias = ParameterBox("Bias", "The bias b, which is added to the weighted sum: type any value.")
        for box in (self.weight, self.bias):
            box.setParent(self)
        self.lesion = QPushButton("Lesion", self)
        self.lesion.setAccessibleName("Lesion this neuron")
        self.lesion.clicked.connect(self.lesion_wanted)
        self.redraw = QPushButton("Re-randomise layer", self)
        self.redraw.setAccessibleName("Re-randomise this layer")
        self.redraw.setToolTip(
            "Draw all weights and biases of this neuron's layer anew, from the seed beside it."
        )
        self.redraw.clicked.connect(self.redraw_wanted)
        self.seed = QSpinBox(self)
        self.seed.setRange(1, LARGEST_SEED)
        self.seed.setAccessibleName("Seed for the layer")
        self.seed.setToolTip("The same seed draws the same numbers again.")
        self._source_label = self._label("weight from")
        self._groups: list[list[QWidget]] = [
            [*self.tools.values()],
            [self.presets],
            [self._label("size"), self.radius_slider],
            [self._label("strength"), self.strength_box],
            [self._source_label, self.source, self._label("="), self.weight],
            [self._label("bias ="), self.bias],
            [self.lesion],
            [self.redraw, self._label("seed"), self.seed],
        ]
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_neuron(None, 1, True, True)

    # Making.

    def _tool(self, tool: Tool) -> QPushButton:
        text, tip = TOOLS[tool]
        button = QPushButton(text, self)
        button.setCheckable(True)
        button.setAccessibleName(f"{tool.value} brush")
        button.setToolTip(tip)
        button.toggled.connect(self.brush_changed)
        self._tools.addButton(button)
        return button

    def _label(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("role", "muted")
        return label

    def _preset_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for name in EDGES:
            action = menu.addAction(f"Edge detector, {name}")
            action.setToolTip("A bright line with a negative surround, and 0 everywhere else.")
            action.triggered.connect(partial(self._preset, name))
        menu.addSeparator()
        for key, text, tip in (
            (BLANK, "Blank: all weights 0", "The neuron looks at nothing any more; only its bias is left."),
            (BLUR, "Blur", "Each weight becomes a mean over its neighbours."),
        ):
            action = menu.addAction(text)
            action.setToolTip(tip)
            action.setObjectName(key)
            action.triggered.connect(partial(self._preset, key))
        return menu

    def _preset(self, key: str, _checked: bool = False) -> None:
        self.preset_wanted.emit(key)

    # What is set.

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return next((tool for tool, button in self.tools.items() if button.isChecked()), Tool.EDGE)

    @property
    def radius(self) -> float:
        """The brush's, in pixels of the image."""
        return self.radius_slider.value() / 10

    @property
    def strength(self) -> float:
        """The weight that the brush leaves behind."""
        return self.strength_box.value

    def show_neuron(self, name: str | None, inputs: int, has_image: bool, is_output: bool) -> None:
        """Let the controls be about a neuron; nothing is signalled.

        Parameters
        ----------
        name : str or None
            What its weights come from; None where there is no neuron.
        inputs : int
            How many weights it has.
        has_image : bool
            Whether they lie as an image.
        is_output : bool
            Whether it is an output neuron, which cannot be cut off.
        """
        with QSignalBlocker(self.source):
            self.source.setRange(0, max(inputs - 1, 0))
        self._source_label.setText(f"weight from {name or 'input'}")
        self.brush = has_image
        for key in (*EDGES, BLUR):
            for action in self.presets.menu().actions():
                if action.objectName() == key or action.text().endswith(f", {key}"):
                    action.setVisible(has_image)
        for group in self._groups:
            for control in group:
                control.setEnabled(name is not None)
        self.lesion.setEnabled(name is not None and not is_output)
        self.lesion.setToolTip(
            "An output neuron cannot be cut off: nothing comes after it."
            if is_output
            else "Cut this neuron off: all weights that lead from it become 0."
        )
        self.arrange()

    def choose_source(self, source: int) -> None:
        """Show another source; nothing is signalled."""
        with QSignalBlocker(self.source):
            self.source.setValue(source)

    @Slot(int)
    def allow_lines(self, count: int) -> None:
        """Take so many lines at most."""
        if count != self._most_lines:
            self._most_lines = count
            self.arrange()

    @property
    def line(self) -> int:
        """The height of a line of controls."""
        return max(control.sizeHint().height() for group in self._groups for control in group) + LINE_GAP

    # Their places.

    def arrange(self) -> None:
        """Put the groups in place, line by line."""
        groups = [g for place, g in enumerate(self._groups) if self.brush or place not in (0, 2, 3)]
        width, line = max(self.width(), LEAST_WIDTH), self.line
        for group in self._groups:
            if group not in groups:
                _hide(group)
        left, row = 0, 0
        for group in groups:
            wanted = sum(control.sizeHint().width() for control in group) + GAP * (len(group) - 1)
            if left > 0 and left + wanted > width:
                left, row = 0, row + 1
            if row >= self._most_lines:
                _hide(group)
                continue
            spare = width - wanted
            for control in group:
                size = control.sizeHint()
                wide = size.width()
                if spare < 0 and not isinstance(control, QAbstractButton):
                    narrower = max(wide + spare, LEAST_WIDTH)
                    spare += max(wide - narrower, 0)
                    wide = min(wide, narrower)
                top = row * line + (line - LINE_GAP - size.height()) // 2
                control.setGeometry(left, top, wide, size.height())
                control.show()
                left += wide + GAP
            left += GROUP_GAP - GAP
        self.setFixedHeight(min(row + 1, self._most_lines) * line)

    def sizeHint(self) -> QSize:
        """Ask for the height that the lines need."""
        return QSize(100, self.height())

    def minimumSizeHint(self) -> QSize:
        """Ask for no width."""
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the groups in place anew."""
        super().resizeEvent(event)
        self.arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Put the groups in place anew where text has another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.arrange()


def _hide(group: list[QWidget]) -> None:
    for control in group:
        control.hide()
