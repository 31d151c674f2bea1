"""The form that breakpoints are made by, built from the fields that each kind of them declares."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnviz.app.choice import DRAWN, Choice
from nnviz.app.manners import Manners
from nnviz.app.views.number_field import NumberField
from nnviz.app.views.setup_panel import Choices
from nnviz.data.dataset import DataSet
from nnviz.run.breakpoints import FIELDS, KINDS, Breakpoint
from nnviz.run.fields import CHOICE, DEPENDENT, INPUT, LAYER, NUMBER, Field
from nnviz.run.names import layer_name
from nnviz.run.spec import RunSpec

GROUPS = (
    ("Cost and accuracy", ("cost", "cost jump", "accuracy")),
    ("A layer", ("gradient norm", "update ratio", "saturation")),
    ("A neuron, a weight, a sample", ("neuron", "weight", "prediction")),
    ("The run", ("step", "epoch", "non-finite")),
)
"""The kinds of breakpoints, as they stand in the list to choose from."""
BIAS = -1
SAMPLE_FIELDS, NEURON_FIELDS = ("source", "index"), ("layer", "neuron")
"""What is filled in from the chosen sample and the pinned neuron."""

_Control = QComboBox | NumberField


class BreakpointForm(QWidget):
    """The kind of a breakpoint and, once that is chosen, its fields, and what they say as a sentence.

    Layers, neurons and samples are those of the present run. As long as nobody has said otherwise, they are those
    of the pinned neuron and the chosen sample.

    Parameters
    ----------
    choice : Choice
    """

    add_wanted = Signal(object)
    change_wanted = Signal(object, object)
    """A breakpoint, and the one that is to stand in its place."""

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self._choice = choice
        self._run: tuple[RunSpec, DataSet] | None = None
        self._kind: str | None = None
        self._edited: Breakpoint | None = None
        self._controls: dict[str, _Control] = {}
        self._own: set[str] = set()
        self._filling = False
        self._fields = QWidget()
        self.kind = self._kinds()
        self._says = QLabel()
        self._note = QLabel()
        self._note.setProperty("role", "warning")
        for label in (self._says, self._note):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._add = QPushButton("Add")
        self._add.setToolTip("Have the run pause as the sentence says. (Enter)")
        self._add.setProperty("primary", True)
        self._add.clicked.connect(self.accept)
        self._cancel = QPushButton("Cancel")
        self._cancel.setToolTip("Close the form, and leave the breakpoints as they are. (Esc)")
        self._cancel.setAccessibleName("Cancel")
        self._cancel.clicked.connect(self.close_fields)
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._choose_kind)
        choice.sample_changed.connect(self._take_choice)
        choice.neuron_changed.connect(self._take_choice)
        self.setEnabled(False)
        self.close_fields()

    def _kinds(self) -> QComboBox:
        kinds = Choices()
        kinds.setPlaceholderText("Pause when…")
        kinds.setAccessibleName("Kind of a new breakpoint")
        kinds.setToolTip("What the run is to pause at.")
        kinds.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        kinds.setMinimumContentsLength(8)
        for title, names in GROUPS:
            kinds.addItem(title)
            model = kinds.model()
            if isinstance(model, QStandardItemModel):
                model.item(kinds.count() - 1).setFlags(Qt.ItemFlag.NoItemFlags)
            for name in names:
                kinds.addItem(KINDS[name].title, name)
        kinds.setCurrentIndex(-1)
        kinds.setMaxVisibleItems(kinds.count())
        return kinds

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._add)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        for widget in (self.kind, self._fields, self._says, self._note):
            self._column.addWidget(widget)
        self._column.addLayout(buttons)

    # What the run is.

    def show_run(self, spec: RunSpec, data: DataSet) -> None:
        """Offer what a run has; what was filled in stays, as far as the run has it."""
        self._run = (spec, data)
        self.setEnabled(True)
        for index in range(self.kind.count()):
            kind = self.kind.itemData(index)
            if kind is not None:
                tip = KINDS[kind]().describe(spec)
                self.kind.setItemData(index, f"Such as: {tip}", Qt.ItemDataRole.ToolTipRole)
        if self._kind is not None:
            values, own = self._values(), self._own
            self._build(self._kind)
            self._own = own
            self._fill(values)

    # Opening and closing.

    def edit(self, point: Breakpoint) -> None:
        """Open the fields with what a breakpoint says, to change it."""
        if self._run is None:
            return
        self._edited = point
        self._show_kind(point.kind)
        self._build(point.kind)
        self._own = set(self._controls)
        self._fill({name: getattr(point, name) for name in self._controls})
        self._add.setText("Change")
        self.focus_first()

    @property
    def is_open(self) -> bool:
        """Whether there are fields to fill in."""
        return self._kind is not None

    def focus_first(self) -> None:
        """Give the focus to the first field; to the kind, where there is none."""
        first = next(iter(self._controls.values()), self.kind)
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(first, NumberField):
            first.selectAll()

    def last_control(self) -> QWidget:
        """Return what Tab comes to last in the form."""
        return self._add

    @Slot()
    def close_fields(self) -> None:
        """Show nothing but the kinds to choose from."""
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self._edited = self._kind = None
        self._show_kind(None)
        self._replace_fields(QWidget(), {})
        for widget in (self._fields, self._says, self._note, self._add, self._cancel):
            widget.hide()
        if had_focus:
            self.kind.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_kind(self, kind: str | None) -> None:
        self._filling = True
        self.kind.setCurrentIndex(-1 if kind is None else self.kind.findData(kind))
        self._filling = False

    @Slot(int)
    def _choose_kind(self, index: int) -> None:
        kind = self.kind.itemData(index)
        if self._filling or kind is None or self._run is None:
            return
        self._build(kind)
        self._own = set()
        self._take_choice()

    # The fields.

    def _build(self, kind: str) -> None:
        self._kind = kind
        fields, controls = QWidget(), {}
        form = QFormLayout(fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(6)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in FIELDS[kind]:
            control = self._control(field)
            label = QLabel(field.label)
            label.setBuddy(control)
            label.setToolTip(field.tip)
            form.addRow(label, control)
            controls[field.name] = control
        self._replace_fields(fields, controls)
        self._fill({field.name: field.default for field in FIELDS[kind]})
        for name, control in controls.items():
            if isinstance(control, QComboBox):
                control.currentIndexChanged.connect(lambda _, name=name: self._edit_field(name))
            else:
                control.valueChanged.connect(lambda _, name=name: self._edit_field(name))
                control.lineEdit().textEdited.connect(lambda _, name=name: self._edit_field(name))
        for widget in (fields, self._says, self._add, self._cancel):
            widget.show()
        self._add.setText("Add" if self._edited is None else "Change")
        Manners(fields)
        order = [self.kind, *controls.values(), self._cancel, self._add]
        for before, after in zip(order, order[1:], strict=False):
            QWidget.setTabOrder(before, after)

    def _replace_fields(self, fields: QWidget, controls: dict[str, _Control]) -> None:
        old, self._fields, self._controls = self._fields, fields, controls
        self._column.replaceWidget(old, fields)
        old.hide()
        old.deleteLater()

    def _control(self, field: Field) -> _Control:
        control: _Control
        if field.type in (CHOICE, LAYER):
            control = Choices()
            control.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            control.setMinimumContentsLength(6)
            for value, text in field.choices if field.type == CHOICE else self._layers():
                control.addItem(text[0].upper() + text[1:], value)
        else:
            control = NumberField(field.least, field.most, whole=field.type != NUMBER)
            if field.type == INPUT:
                control.setMinimum(BIAS)
                control.setSpecialValueText("bias")
        control.setToolTip(field.tip)
        control.setAccessibleName(field.label)
        return control

    def _layers(self) -> list[tuple[int, str]]:
        if self._run is None:
            return []
        spec = self._run[0]
        return [(layer, layer_name(layer, spec).removeprefix("the ")) for layer in range(1, len(spec.sizes))]

    def _fill(self, values: dict[str, object]) -> None:
        """Show values, those that the run has not as the nearest that it has."""
        self._filling = True
        for field in FIELDS[self._kind or ""]:
            if field.name not in values:
                continue
            control, value = self._controls[field.name], values[field.name]
            if isinstance(control, QComboBox):
                place = control.findData(value)
                control.setCurrentIndex(place if place >= 0 else control.count() - 1)
            else:
                self._limit(field)
                control.setValue(BIAS if value is None else float(value))  # type: ignore[arg-type]
        self._filling = False
        self._say()

    def _limit(self, field: Field) -> None:
        """Let a field hold what the run has, given the fields before it."""
        control = self._controls[field.name]
        if self._run is not None and field.type in DEPENDENT and isinstance(control, NumberField):
            most = field.most_in(self._values(), *self._run)
            if most != control.maximum():  # else, Qt would write over what is being typed
                control.setMaximum(most)

    def _values(self) -> dict[str, object]:
        return {
            field.name: self._value(field, self._controls[field.name]) for field in FIELDS[self._kind or ""]
        }

    def _value(self, field: Field, control: _Control) -> object:
        if isinstance(control, QComboBox):
            return control.currentData()
        value = control.typed
        if field.type == INPUT and value == BIAS:
            return None
        return value if field.type == NUMBER else int(value)

    def _edit_field(self, name: str) -> None:
        if self._filling:
            return
        for group in (SAMPLE_FIELDS, NEURON_FIELDS):
            if name in group:
                self._own.update(group)
        self._filling = True
        for field in FIELDS[self._kind or ""]:
            self._limit(field)
        self._filling = False
        self._say()

    @Slot()
    def _take_choice(self) -> None:
        """Fill in the chosen sample and the pinned neuron, where nobody has said otherwise."""
        if self._kind is None or self._run is None:
            return
        values: dict[str, object] = {}
        sample, neuron = self._choice.sample, self._choice.neuron
        if sample is not None and sample.source != DRAWN:
            values |= {"source": sample.source, "index": sample.index}
        if neuron is not None and "neuron" in self._controls and neuron.layer < len(self._run[0].sizes):
            values |= {"layer": neuron.layer, "neuron": neuron.index}
        known = {name: value for name, value in values.items() if name in self._controls}
        if "index" not in self._controls:
            known.pop("source", None)
        self._fill({name: value for name, value in known.items() if name not in self._own})

    # What they say.

    def point(self) -> Breakpoint | None:
        """Return the breakpoint that the form describes; None if it makes no sense, or nothing was chosen."""
        try:
            return self._point()
        except ValueError:
            return None

    def _point(self) -> Breakpoint | None:
        if self._kind is None:
            return None
        enabled = self._edited is None or self._edited.enabled
        return KINDS[self._kind](**self._values(), enabled=enabled)

    def _say(self) -> None:
        sentence = problem = ""
        try:
            point = self._point()
        except ValueError as error:
            problem = str(error)
        else:
            if point is not None and self._run is not None:
                sentence = point.describe(self._run[0])
        self._says.setText(sentence)
        self._says.setVisible(bool(sentence))
        self._note.setText(problem)
        self._note.setVisible(bool(problem))
        self._add.setEnabled(bool(sentence))

    @Slot()
    def accept(self) -> None:
        """Ask for what the form describes, if that makes sense, and close it."""
        for control in self._controls.values():
            if isinstance(control, NumberField):
                control.interpretText()
        point, edited = self.point(), self._edited
        if point is None:
            return
        self.close_fields()
        if edited is None:
            self.add_wanted.emit(point)
        else:
            self.change_wanted.emit(edited, point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take what was filled in by Enter, and leave it by Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._kind is not None:
            self.accept()
        elif event.key() == Qt.Key.Key_Escape and self._kind is not None:
            self.close_fields()
        else:
            super().keyPressEvent(event)
