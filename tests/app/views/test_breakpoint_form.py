import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox
from run.small import small_data, small_spec

from nnviz.app.choice import Choice, Neuron
from nnviz.app.views.breakpoint_form import GROUPS, BreakpointForm
from nnviz.run.breakpoints import (
    ABOVE,
    BELOW,
    EITHER,
    FIELDS,
    KINDS,
    CostCrosses,
    GradientNormCrosses,
    NeuronCrosses,
    PredictionChanges,
    StepReached,
    UpdateRatioLeaves,
    WeightCrosses,
)
from nnviz.run.fields import TEST, TRAINING


@pytest.fixture
def choice():
    choice = Choice()
    choice.set_data(small_data())
    return choice


@pytest.fixture
def form(qtbot, theme, choice):
    form = BreakpointForm(choice)
    qtbot.addWidget(form)
    form.show_run(small_spec(), small_data())
    form.resize(420, 400)
    form.show()
    form.activateWindow()
    form.added, form.changed = [], []
    form.add_wanted.connect(form.added.append)
    form.change_wanted.connect(lambda old, new: form.changed.append((old, new)))
    return form


def choose(form, kind):
    form.kind.setCurrentIndex(form.kind.findData(kind))


def fill(form, **values):
    """Set fields as a person does."""
    for name, value in values.items():
        control = form._controls[name]
        if isinstance(control, QComboBox):
            control.setCurrentIndex(control.findData(value))
        else:
            control.setValue(value)


def test_every_kind_can_be_chosen_and_no_heading_can(form):
    kinds = [kind for _, some in GROUPS for kind in some]
    assert sorted(kinds) == sorted(KINDS)
    offered = [
        form.kind.itemData(n)
        for n in range(form.kind.count())
        if form.kind.model().item(n).flags() & Qt.ItemFlag.ItemIsEnabled
    ]
    assert offered == kinds


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_is_left_as_it_is_makes_the_usual_breakpoint(form, kind):
    choose(form, kind)
    assert form.point() == KINDS[kind]()
    assert form._says.text() == KINDS[kind]().describe(small_spec())
    form._add.click()
    assert form.added == [KINDS[kind]()]
    assert form.point() is None
    assert form.kind.currentIndex() == -1


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_name_and_says_in_a_sentence_what_it_is(form, kind):
    choose(form, kind)
    assert list(form._controls) == [field.name for field in FIELDS[kind]]
    for control in form._controls.values():
        assert control.accessibleName()
        assert re.fullmatch(r"\S+ .*[.]", control.toolTip())


@pytest.mark.parametrize(
    "point",
    [
        CostCrosses("cost", ABOVE, 12.5),
        GradientNormCrosses(2, ABOVE, 1e-7),
        NeuronCrosses(1, 3, TRAINING, 41, EITHER, -0.25, every=7),
        WeightCrosses(2, 9, None, EITHER, -1e-9),
        WeightCrosses(1, 5, 19, BELOW, 3.0),
        UpdateRatioLeaves(2, 1e-9, 3.5, every=1),
        PredictionChanges(TRAINING, 52, enabled=False),
        StepReached(10**12),
    ],
)
def test_a_breakpoint_that_is_edited_is_in_the_fields_as_it_was(form, point):
    form.edit(point)
    assert form.point() == point
    form.accept()
    assert form.changed == [(point, point)]
    assert form.added == []


def test_an_edited_breakpoint_stands_in_the_place_of_the_old_one(form):
    form.edit(StepReached(30, enabled=False))
    assert form._add.text() == "Change"
    fill(form, step=40)
    form._add.click()
    assert form.changed == [(StepReached(30, enabled=False), StepReached(40, enabled=False))]
    choose(form, "step")
    assert form._add.text() == "Add"


def test_fields_go_as_far_as_the_run_does(form):
    choose(form, "weight")
    assert [form._controls["layer"].itemText(n) for n in range(2)] == ["Layer 1", "Output layer"]
    assert form._controls["layer"].count() == 2
    assert (form._controls["neuron"].maximum(), form._controls["input"].maximum()) == (5, 19)
    fill(form, input=19, layer=2)
    assert (form._controls["neuron"].maximum(), form._controls["input"].maximum()) == (9, 5)
    assert form.point().input == 5
    choose(form, "prediction")
    assert form._controls["index"].maximum() == 30
    fill(form, source=TRAINING)
    assert form._controls["index"].maximum() == 52


def test_another_run_takes_what_was_filled_in_as_far_as_it_has_it(form):
    choose(form, "weight")
    fill(form, layer=2, neuron=9, input=5, bound=0.25)
    form.show_run(small_spec((20, 3, 10)), small_data())
    assert form.point() == WeightCrosses(2, 9, 2, EITHER, 0.25)


def test_the_chosen_sample_and_the_pinned_neuron_are_filled_in(form, choice):
    choice.choose(TRAINING, 7)
    choice.pin(Neuron(2, 4))
    choose(form, "neuron")
    assert form.point() == NeuronCrosses(2, 4, TRAINING, 7)
    choice.choose(TEST, 9)
    choice.pin(Neuron(1, 5))
    assert form.point() == NeuronCrosses(1, 5, TEST, 9)


def test_what_somebody_has_filled_in_stays_whatever_is_chosen(form, choice):
    choose(form, "neuron")
    fill(form, index=3)
    choice.choose(TRAINING, 7)
    choice.pin(Neuron(2, 4))
    assert form.point() == NeuronCrosses(2, 4, TEST, 3)
    fill(form, neuron=6)
    choice.pin(Neuron(1, 0))
    assert form.point() == NeuronCrosses(2, 6, TEST, 3)


def test_a_pinned_neuron_that_the_run_has_not_and_a_drawing_are_not_filled_in(form, choice):
    choice.pin(Neuron(4, 1))
    choice.choose_drawn(choice.sample.pixels)
    choose(form, "neuron")
    assert form.point() == NeuronCrosses()


def test_the_accuracys_images_are_not_taken_for_the_chosen_samples(form, choice):
    choice.choose(TRAINING, 7)
    choose(form, "accuracy")
    assert form.point().of == TEST


def test_what_makes_no_sense_cannot_be_added_and_is_told(form):
    choose(form, "update ratio")
    fill(form, low=2.0, high=1.0)
    assert "band" in form._note.text()
    assert form._note.isVisible()
    assert not form._add.isEnabled()
    form.accept()
    assert form.added == []
    fill(form, high=3.0)
    assert not form._note.isVisible()
    assert form._add.isEnabled()


def test_a_breakpoint_is_made_by_the_keyboard_alone(qtbot, form):
    form.kind.setFocus()
    qtbot.keyClicks(form.kind, "Step")
    assert form.kind.currentData() == "step"
    qtbot.keyClick(form.kind, Qt.Key.Key_Tab)
    field = QApplication.focusWidget()
    assert field is form._controls["step"]
    qtbot.keyClicks(field, "250")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert form.added == [StepReached(250)]
    assert form.kind.hasFocus()


def test_tab_walks_through_the_fields_in_their_order(qtbot, form):
    form.kind.setFocus()
    choose(form, "neuron")
    walked = []
    for _ in range(9):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        walked.append(QApplication.focusWidget())
    assert walked == [*form._controls.values(), form._cancel, form._add]


def test_escape_closes_the_form_and_nothing_is_added(qtbot, form):
    form.kind.setFocus()
    choose(form, "step")
    form.focus_first()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert form.added == []
    assert form.point() is None
    assert not form._add.isVisible()
    assert form.kind.hasFocus()


def test_a_number_that_was_typed_counts_though_the_button_is_clicked(qtbot, form):
    choose(form, "step")
    form.focus_first()
    field = form._controls["step"]
    qtbot.keyClicks(field, "77")
    qtbot.mouseClick(form._add, Qt.MouseButton.LeftButton)
    assert form.added == [StepReached(77)]


def test_the_arrows_of_the_kinds_pass_the_headings(qtbot, form):
    form.kind.setFocus()
    seen = []
    for _ in range(len(KINDS)):
        qtbot.keyClick(form.kind, Qt.Key.Key_Down)
        seen.append(form.kind.currentData())
    assert seen == [kind for _, some in GROUPS for kind in some]


def test_the_wheel_changes_no_field_that_has_not_the_focus(form):
    choose(form, "neuron")
    for control in form._controls.values():
        assert control.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert form.findChildren(QAbstractSpinBox)


def test_before_there_is_a_run_nothing_can_be_filled_in(qtbot, theme):
    form = BreakpointForm(Choice())
    qtbot.addWidget(form)
    form.show()
    assert not form.kind.isEnabled()
    form.edit(StepReached(3))
    assert form.point() is None


def test_the_sentence_says_what_is_typed_while_it_is_typed(qtbot, form):
    choose(form, "weight")
    field = form._controls["input"]
    field.setValue(-1)
    field.setFocus()
    field.selectAll()
    assert "the bias of neuron 0" in form._says.text()
    qtbot.keyClicks(field, "1")
    assert "the weight from input 1 " in form._says.text()
    qtbot.keyClicks(field, "7")
    assert "the weight from input 17 " in form._says.text()
    assert field.text() == "17"
