"""The setup panel: what the network is, and how it learns."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QLocale, Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.manners import Manners
from nnviz.core.descent import HyperParameters
from nnviz.run.presets import DEFAULT_PRESET, PRESETS
from nnviz.run.spec import RunSpec

CUSTOM = "Your own"
AT_ONCE, WITH_NEW_RUN = "Learning, at once", "Learning, with the new run"
"""Above the hyper-parameters: as they are, and as a preset would have them."""
DECIMALS = {"eta": (4, 1000.0), "l2": (3, 1000.0), "momentum": (3, 0.999), "dropout": (2, 0.95)}
"""Hyper-parameters that are decimal numbers: how many decimals, and the largest."""
TIPS = {
    "eta": "Learning rate η: a step moves the parameters by −η times the gradient.",
    "batch_size": "Samples in a mini-batch, m: the gradient of a step is the mean over these.",
    "l2": "Regularisation λ: every step also shrinks all weights by the factor 1 − ηλ/n.",
    "momentum": "Momentum μ: the share of the last change of the parameters that is made again.",
    "dropout": "Dropout p: the share of hidden neurons that each step leaves out.",
}


class SetupPanel(QScrollArea):
    """Presets, structure, and hyper-parameters.

    Hyper-parameters apply to the live run at once, one by one; the structure applies with "New run".
    """

    hyper_chosen = Signal(str, float)
    new_run_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Setup")
        self.setAccessibleName("Setup")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields have it, and are scrolled to
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._live: RunSpec | None = None
        self._filling = False
        self._labels: dict[QWidget, QLabel] = {}

        self.preset = _choices([*PRESETS, CUSTOM], "Preset", "Networks of the video and of the book.")
        self.hidden = QLineEdit()
        self.hidden.setPlaceholderText("such as 16, 16")
        self.hidden.setAccessibleName("Hidden layers")
        self.hidden.setToolTip("How many neurons each hidden layer has, with commas between; empty for none.")
        self.activation = _choices(
            ["sigmoid", "tanh", "relu"],
            "Activation",
            "The function σ of the hidden layers, which turns z into a.",
        )
        self.cost = _choices(
            ["quadratic", "cross-entropy", "log-likelihood"],
            "Cost",
            "What training lowers. Log-likelihood brings a softmax output layer along.",
        )
        self.init = _choices(
            ["large", "scaled"],
            "Initial weights",
            "Large: every weight from N(0, 1). Scaled: from N(0, 1/n), so that no neuron starts saturated.",
        )
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setAccessibleName("Seed")
        self.seed.setToolTip("The same seed gives the same run, bit for bit.")
        self.hyper: dict[str, QSpinBox | QDoubleSpinBox] = {
            name: _decimal(name, decimals, most) for name, (decimals, most) in DECIMALS.items()
        }
        self.hyper["batch_size"] = _whole("batch_size", 1, 60_000)
        self.new_run = QPushButton("New run")
        self.new_run.setToolTip("Start again at step 0 with this network. (Ctrl+N)")
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setProperty("role", "warning")
        self._lay_out()

        self.preset.textActivated.connect(self._take_preset)
        self.hidden.textEdited.connect(self._structure_edited)
        self.hidden.returnPressed.connect(self.ask_for_new_run)
        for box in (self.activation, self.cost, self.init):
            box.currentTextChanged.connect(self._structure_edited)
        self.seed.valueChanged.connect(self._structure_edited)
        for name, spin in self.hyper.items():
            spin.valueChanged.connect(lambda value, name=name: self._hyper_edited(name, value))
        self.new_run.clicked.connect(self.ask_for_new_run)
        Manners(self)
        self.fill(PRESETS[DEFAULT_PRESET])

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 10, 14, 14)
        column.setSpacing(8)
        column.addWidget(_heading("Preset"))
        column.addWidget(self.preset)
        column.addSpacing(10)
        column.addWidget(_heading("Network, from the next run on"))
        column.addLayout(
            self._form(
                ("Hidden layers", self.hidden),
                ("Activation", self.activation),
                ("Cost", self.cost),
                ("Initial weights", self.init),
                ("Seed", self.seed),
            )
        )
        column.addWidget(self._note)
        column.addWidget(self.new_run)
        column.addSpacing(10)
        self._learning = _heading(AT_ONCE)
        column.addWidget(self._learning)
        column.addLayout(
            self._form(
                ("Learning rate η", self.hyper["eta"]),
                ("Batch size m", self.hyper["batch_size"]),
                ("L2 strength λ", self.hyper["l2"]),
                ("Momentum μ", self.hyper["momentum"]),
                ("Dropout p", self.hyper["dropout"]),
            )
        )
        column.addStretch(1)
        self._inside = inside
        self.setWidget(inside)
        self._fit_width()

    def _form(self, *rows: tuple[str, QWidget]) -> QFormLayout:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, widget in rows:
            label = QLabel(name)
            label.setBuddy(widget)
            form.addRow(label, widget)
            self._labels[widget] = label
        return form

    def _fit_width(self) -> None:
        """Be no wider than the contents need: the room belongs to the pictures."""
        width = self._inside.minimumSizeHint().width() + 2 * self.frameWidth() + 14
        self.setMinimumWidth(width)
        self.setMaximumWidth(width + 40)

    def event(self, event: QEvent) -> bool:
        """Keep to the width of the contents when their text becomes larger or smaller."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.widget() is not None:
            self._fit_width()
        return done

    def fill(self, spec: RunSpec) -> None:
        """Show the settings of a specification, without applying any."""
        self._filling = True
        self.hidden.setText(", ".join(str(n) for n in spec.sizes[1:-1]))
        self.activation.setCurrentText(spec.activation)
        self.cost.setCurrentText(spec.cost)
        self.init.setCurrentText(spec.init)
        self.seed.setValue(spec.seed)
        for name, spin in self.hyper.items():
            spin.setValue(getattr(spec.hyper, name))
        self._filling = False
        self._compare()

    def show_live(self, spec: RunSpec, hyper: HyperParameters) -> None:
        """Take note of the run that is live, and show its settings."""
        self._live = replace(spec, hyper=hyper)
        self.fill(self._live)

    @Slot(object)
    def show_hyper(self, hyper: HyperParameters) -> None:
        """Take note of the live run's hyper-parameters, and show them where nobody is typing."""
        if self._live is None:
            return
        self._live = replace(self._live, hyper=hyper)
        self._filling = True
        for name, spin in self.hyper.items():
            if not spin.hasFocus():
                spin.setValue(getattr(hyper, name))
        self._filling = False
        self._compare()

    def wanted(self) -> RunSpec:
        """Return the specification that the panel describes.

        Raises
        ------
        ValueError
            If it makes no sense; the message says why.
        """
        live = self._live or PRESETS[DEFAULT_PRESET]
        return replace(
            live,
            sizes=(live.sizes[0], *self._hidden_sizes(), live.sizes[-1]),
            activation=self.activation.currentText(),
            cost=self.cost.currentText(),
            init=self.init.currentText(),
            seed=self.seed.value(),
            hyper=replace(live.hyper, **{name: spin.value() for name, spin in self.hyper.items()}),  # type: ignore[arg-type]
        )

    def _hidden_sizes(self) -> tuple[int, ...]:
        parts = self.hidden.text().replace(",", " ").replace("-", " ").split()
        if not all(part.isdecimal() for part in parts):
            raise ValueError("Write the sizes of the hidden layers as whole numbers, such as 16, 16.")
        return tuple(int(part) for part in parts)

    def _says_sizes(self, spec: RunSpec) -> bool:
        try:
            return self._hidden_sizes() == spec.sizes[1:-1]
        except ValueError:
            return False

    @Slot()
    def take_what_is_typed(self) -> None:
        """Let a number that stands in its field without Enter count, as whoever reads it there expects."""
        for spin in (*self.hyper.values(), self.seed):
            spin.interpretText()

    @Slot()
    def ask_for_new_run(self) -> None:
        """Ask for a run as the panel describes it, if that makes sense."""
        try:
            wanted = self.wanted()
        except ValueError as error:
            self._note.setText(str(error))
            return
        self.new_run_wanted.emit(wanted)

    @Slot(str)
    def _take_preset(self, name: str) -> None:
        if name in PRESETS:
            live = self._live
            spec = PRESETS[name]
            if live is not None:
                sizes = (live.sizes[0], *spec.sizes[1:-1], live.sizes[-1])
                spec = replace(spec, sizes=sizes, data=live.data, seed=self.seed.value())
            self.fill(spec)
        else:
            self._compare()  # which says what the settings are, whatever was chosen

    @Slot()
    def _structure_edited(self) -> None:
        if not self._filling:
            self._compare()

    def _hyper_edited(self, name: str, value: float) -> None:
        if self._filling:
            return
        if self._live is not None:
            self._live = self._live.with_hyper(**{name: value})
        self.hyper_chosen.emit(name, float(value))
        self._compare()

    def _compare(self) -> None:
        """Say whether the panel differs from the live run, which preset it is, and what is wrong with it."""
        problem, wanted = "", None
        try:
            wanted = self.wanted()
        except ValueError as error:
            problem = str(error)
        differs = wanted is not None and self._live is not None and wanted != self._live
        self._note.setText(problem)
        self._note.setVisible(bool(problem))
        self.new_run.setEnabled(not problem)
        self.new_run.setText("New run with these settings" if differs else "New run")
        if self.new_run.property("primary") != differs:
            self.new_run.setProperty("primary", differs)
            _polish(self.new_run)
        self.preset.setCurrentText(CUSTOM if wanted is None else _preset_like(wanted))
        self._mark()

    def _mark(self) -> None:
        """Mark the fields that show another value than the live run has."""
        live = self._live
        if live is None:
            return
        hyper = [name for name, spin in self.hyper.items() if spin.value() != getattr(live.hyper, name)]
        self._learning.setText(WITH_NEW_RUN if hyper else AT_ONCE)
        waiting: dict[QWidget, bool] = {spin: name in hyper for name, spin in self.hyper.items()}
        waiting |= {
            self.hidden: not self._says_sizes(live),
            self.activation: self.activation.currentText() != live.activation,
            self.cost: self.cost.currentText() != live.cost,
            self.init: self.init.currentText() != live.init,
            self.seed: self.seed.value() != live.seed,
        }
        for field, waits in waiting.items():
            label = self._labels[field]
            role = "waiting" if waits else ""
            if label.property("role") != role:
                label.setProperty("role", role)
                _polish(label)


def _preset_like(spec: RunSpec) -> str:
    for name, preset in PRESETS.items():
        if replace(spec, data=preset.data, seed=preset.seed, train_size=preset.train_size) == preset:
            return name
    return CUSTOM


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    return label


def _polish(widget: QWidget) -> None:
    """Have a widget take up what the stylesheet says of its new property."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class Choices(QComboBox):
    """A combo box that says with dots where it has no room for all of what is chosen."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it with as much of the text as there is room for."""
        option, kind = QStyleOptionComboBox(), QStyle.ComplexControl.CC_ComboBox
        self.initStyleOption(option)
        room = self.style().subControlRect(kind, option, QStyle.SubControl.SC_ComboBoxEditField, self).width()
        text, dots = option.currentText, Qt.TextElideMode.ElideRight
        if self.currentIndex() < 0:  # Qt writes this in its own painting alone
            text = self.placeholderText()
            option.palette.setBrush(QPalette.ColorRole.ButtonText, option.palette.placeholderText())
            option.palette.setBrush(QPalette.ColorRole.Text, option.palette.placeholderText())
        option.currentText = self.fontMetrics().elidedText(text, dots, room - 2)
        painter = QStylePainter(self)
        painter.drawComplexControl(kind, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


def _choices(names: list[str], accessible_name: str, tip: str) -> QComboBox:
    box = Choices()
    box.addItems(names)
    box.setAccessibleName(accessible_name)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    box.view().setMinimumWidth(box.view().sizeHintForColumn(0) + 24)  # long names in full, once it is open
    for index, name in enumerate(names):
        box.setItemData(index, name, Qt.ItemDataRole.ToolTipRole)
    return box


def _prepare(spin: QSpinBox | QDoubleSpinBox, name: str) -> None:
    spin.setLocale(QLocale.c())  # a point in numbers, as in the formulas
    spin.setKeyboardTracking(False)  # typing "0.25" does not pass through 0
    spin.setToolTip(TIPS[name])
    spin.setAccessibleName(TIPS[name].split(":")[0])


def _whole(name: str, least: int, most: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(least, most)
    _prepare(spin, name)
    return spin


def _decimal(name: str, decimals: int, most: float) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setDecimals(decimals)
    spin.setRange(0.0, most)
    spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    _prepare(spin, name)
    return spin
