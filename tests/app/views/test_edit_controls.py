import pytest
from app.views.edit_hand import type_into
from PySide6.QtWidgets import QWidget

from nnviz.app.views.edit_controls import LARGEST_SEED, EditControls
from nnviz.core.painting import Tool


@pytest.fixture
def around(qtbot, theme):
    around = QWidget()
    qtbot.addWidget(around)
    around.controls = EditControls()
    around.controls.setParent(around)
    around.resize(1500, 400)
    around.controls.resize(1500, 400)
    around.controls.show_neuron("pixel", 784, has_image=True, is_output=False)
    around.show()
    return around


@pytest.fixture
def controls(around):
    return around.controls


def lines_of(controls):
    shown = [c for group in controls._groups for c in group if c.isVisible()]
    return len({c.geometry().center().y() // controls.line for c in shown}), shown


def test_every_control_says_what_it_does(controls):
    for group in controls._groups:
        for control in group:
            if control.property("role") != "muted":
                assert control.accessibleName()
                assert control.toolTip()


def test_tools_size_and_strength_are_told(controls, qtbot):
    controls.tools[Tool.NEGATIVE].click()
    controls.radius_slider.setValue(30)
    type_into(controls.strength_box, "0.25")
    assert (controls.tool, controls.radius, controls.strength) == (Tool.NEGATIVE, 3.0, 0.25)


def test_narrow_the_groups_take_more_lines_and_none_is_cut(controls):
    for width in (1500, 700, 400, 300):
        controls.setFixedWidth(width)
        controls.arrange()
        count, shown = lines_of(controls)
        assert controls.height() >= count * controls.line
        assert all(control.geometry().right() < width for control in shown)
        assert controls.lesion in shown


def test_where_there_is_no_height_the_last_groups_are_left_out(controls):
    controls.setFixedWidth(300)
    controls.allow_lines(2)
    count, shown = lines_of(controls)
    assert count == 2
    assert controls.tools[Tool.EDGE] in shown
    assert controls.redraw not in shown
    controls.allow_lines(20)
    assert controls.redraw in lines_of(controls)[1]


def test_without_an_image_there_is_no_brush(controls):
    controls.show_neuron("neuron", 16, has_image=False, is_output=True)
    shown = lines_of(controls)[1]
    assert controls.tools[Tool.EDGE] not in shown
    assert controls.strength_box not in shown
    assert not controls.lesion.isEnabled()
    texts = [
        action.text() for action in controls.presets.menu().actions() if action.isVisible() and action.text()
    ]
    assert texts == ["Blank: all weights 0"]
    assert controls.source.maximum() == 15
    controls.show_neuron("pixel", 784, has_image=True, is_output=False)
    assert controls.tools[Tool.EDGE] in lines_of(controls)[1]
    assert controls.lesion.isEnabled()


def test_choosing_a_source_for_it_signals_nothing(controls):
    told = []
    controls.source_chosen.connect(told.append)
    controls.choose_source(100)
    assert (controls.source.value(), told) == (100, [])
    controls.source.setValue(101)
    assert told == [101]


def test_presets_tell_their_key(controls):
    told = []
    controls.preset_wanted.connect(told.append)
    for action in controls.presets.menu().actions():
        action.trigger()
    assert told == ["level", "rising", "upright", "falling", "blank", "blur"]


def test_seeds_are_whole_numbers_from_1(controls):
    assert (controls.seed.minimum(), controls.seed.maximum()) == (1, LARGEST_SEED)
