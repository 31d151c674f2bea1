import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QMenu

from nnviz.app.graphics.backprop.layers import Part
from nnviz.app.graphics.backprop.walk import REACH
from nnviz.app.views.backprop_controls import NO_LABEL, BackpropControls, MoveRow, Page


@pytest.fixture
def controls(qtbot, theme):
    controls = BackpropControls()
    qtbot.addWidget(controls)
    controls.resize(700, controls.sizeHint().height())
    controls.show()
    return controls


@pytest.fixture
def row(qtbot, theme):
    row = MoveRow()
    qtbot.addWidget(row)
    row.resize(500, row.sizeHint().height())
    row.show()
    return row


@pytest.fixture
def sized(theme):
    yield theme
    theme.choose_text_scale(1.0)


def heard(signal):
    got = []
    signal.connect(lambda *args: got.append(args[0] if args else None))
    return got


def shown(controls):
    return [child for child in controls.children() if getattr(child, "isVisible", lambda: False)()]


# Pages


def test_a_button_for_each_page_chooses_it(controls):
    got = heard(controls.page_chosen)
    for page in (Page.NEURON, Page.GRADIENT, Page.CHECK, Page.LAYERS):
        controls.buttons[page].click()
        assert controls.buttons[page].isChecked()
    assert got == [Page.NEURON, Page.GRADIENT, Page.CHECK, Page.LAYERS]


def test_only_one_page_is_chosen_at_a_time(controls):
    controls.buttons[Page.CHECK].click()
    assert [page for page, button in controls.buttons.items() if button.isChecked()] == [Page.CHECK]
    assert controls.pages.currentText() == "Check"


def test_showing_a_page_tells_nobody(controls):
    got = heard(controls.page_chosen)
    controls.show_page(Page.GRADIENT)
    assert got == []
    assert controls.buttons[Page.GRADIENT].isChecked()


def test_where_it_is_narrow_the_pages_are_a_list(controls):
    got = heard(controls.page_chosen)
    controls.resize(220, controls.height())
    assert controls.pages.isVisible()
    assert not controls.buttons[Page.LAYERS].isVisible()
    controls.pages.activated.emit(2)
    assert got == [Page.GRADIENT]
    controls.resize(700, controls.height())
    assert not controls.pages.isVisible()
    assert controls.buttons[Page.GRADIENT].isVisible()


# What belongs to a page


def test_each_page_has_its_own_controls(controls):
    assert controls.part.isVisible()
    assert controls.one_scale.isVisible()
    assert not controls.check.isVisible()
    controls.show_page(Page.CHECK)
    assert controls.check.isVisible()
    assert not controls.part.isVisible()
    controls.show_page(Page.NEURON)
    assert not controls.check.isVisible()
    assert not controls.more.isVisible()


def test_a_choice_is_told(controls):
    changed, wanted = heard(controls.changed), heard(controls.check_wanted)
    controls.part.setCurrentIndex(1)
    assert controls.shown_part is Part.ERRORS
    controls.one_scale.click()
    assert len(changed) == 2
    controls.check.click()
    assert len(wanted) == 1


def test_what_has_no_room_is_in_the_menu_and_works_there(controls):
    controls.resize(260, controls.height())
    assert controls.in_menu == [controls.part, controls.one_scale]
    assert not controls.part.isVisible()
    controls._menu.aboutToShow.emit()
    choices = controls._menu.findChildren(QMenu)[0]
    choices.actions()[2].trigger()
    assert controls.shown_part is Part.GRADIENT
    controls._menu.actions()[1].trigger()
    assert controls.one_scale.isChecked()
    controls.resize(700, controls.height())
    assert controls.in_menu == []
    assert controls.part.isVisible()


# The label of a drawn digit


def test_labels_are_offered_as_many_as_there_are_outputs(controls):
    assert not controls.label.isVisible()
    controls.show_label(10, None)
    assert controls.label.isVisible()
    texts = [controls.label.itemText(place) for place in range(controls.label.count())]
    assert texts == [NO_LABEL, *(f"It is {'an' if n == 8 else 'a'} {n}" for n in range(10))]
    assert controls.label.currentText() == NO_LABEL
    controls.show_label(2, None)
    assert controls.label.count() == 3
    controls.show_label(None, 3)
    assert not controls.label.isVisible()


def test_as_long_as_nobody_says_what_was_drawn_there_is_nothing_else_to_choose(controls):
    controls.resize(900, controls.height())
    controls.show_label(10, None)
    assert not controls.part.isVisible()
    assert not controls.more.isVisible()
    controls.show_label(10, 4)
    assert controls.part.isVisible()
    controls.show_label(10, None)
    controls.show_page(Page.CHECK)
    assert not controls.check.isVisible()
    controls.show_label(None, 3)
    assert controls.check.isVisible()


def test_the_present_label_is_shown_and_another_is_told(controls):
    got = heard(controls.label_chosen)
    controls.show_label(10, 4)
    assert controls.label.currentText() == "It is a 4"
    assert got == []
    controls.label.activated.emit(8)
    controls.label.activated.emit(0)
    assert got == [7, None]


# Sizes and names


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("width", [276, 320, 420, 600, 1100])
@pytest.mark.parametrize("page", list(Page))
def test_controls_stay_inside_and_off_each_other(controls, sized, scale, width, page):
    sized.choose_text_scale(scale)
    controls.show_page(page)
    controls.show_label(10, None)
    controls.resize(width, controls.sizeHint().height())
    places = sorted((child.geometry() for child in shown(controls)), key=lambda place: place.left())
    assert places
    assert all(one.right() < other.left() for one, other in zip(places, places[1:], strict=False))
    assert places[0].left() >= 0
    if scale * 276 <= width:
        assert places[-1].right() < width


def test_every_control_has_a_name_and_a_tip(controls, row):
    for part in (controls, row):
        for kind in (QAbstractButton, QComboBox):
            for control in part.findChildren(kind):
                assert control.accessibleName()
                assert control.toolTip().endswith(".")
    assert row.slider.accessibleName()
    assert row.slider.toolTip().endswith(".")


# Moving a parameter


def test_the_slider_moves_the_parameter(row):
    got = heard(row.moved)
    row.slider.setValue(125)
    assert got == [1.25]
    assert row.change == 1.25
    assert row._value.text() == "+1.25"
    row.move_to(-0.5)
    assert got[-1] == -0.5
    assert row._value.text() == "−0.50"
    row.move_by(2)
    assert row.change == pytest.approx(-0.4)


def test_it_reaches_as_far_as_the_curve_does(row):
    row.move_to(100)
    assert row.change == REACH
    row.move_to(-100)
    assert row.change == -REACH


def test_a_button_puts_the_parameter_back(row):
    assert not row.back.isEnabled()
    row.move_to(1.0)
    assert row.back.isEnabled()
    row.back.click()
    assert row.change == 0
    assert not row.back.isEnabled()


def test_showing_a_change_tells_nobody(row):
    got = heard(row.moved)
    row.show_change(0.75)
    assert got == []
    assert row.change == 0.75
    assert row.back.isEnabled()


def test_it_says_whether_a_weight_or_a_bias_is_moved(row):
    row.name(True)
    assert row._name.text() == "Δb"
    row.name(False)
    assert row._name.text() == "Δw"


def test_arrow_keys_move_the_slider(row):
    row.slider.setFocus()
    QTest.keyClick(row.slider, Qt.Key.Key_Right)
    assert row.change == pytest.approx(0.05)
