import numpy as np
import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.app.views.pad_controls import CENTRING, CENTRING_SHORT, GROUPS, TEXTS, PadControls
from nnviz.data.sketch import BRUSH, Sketch


@pytest.fixture
def controls(qtbot, theme):
    around = QWidget()
    controls = PadControls(theme, around)
    layout = QVBoxLayout(around)
    layout.addWidget(controls.above)
    layout.addWidget(controls.below)
    qtbot.addWidget(around)
    around.resize(700, 200)
    around.show()
    controls.around = around
    yield controls
    theme.choose_text_scale(1.0)


def enabled(controls):
    return {key for key, action in controls.actions.items() if action.isEnabled()}


def test_every_tool_is_in_one_group():
    assert sorted(key for group in GROUPS for key in group) == sorted(TEXTS)


def test_tools_ask_for_what_they_are_called(controls):
    controls.show_state(Sketch((28, 28)), can_take=True)
    asked = []
    controls.asked.connect(asked.append)
    for key in ("noise", "take", "left"):
        controls.actions[key].trigger()
    assert asked == ["noise", "take", "left"]


def test_either_the_brush_or_the_eraser_is_in_hand(controls):
    assert not controls.erases
    controls.actions["eraser"].trigger()
    assert controls.erases
    assert not controls.actions["brush"].isChecked()
    controls.actions["brush"].trigger()
    assert not controls.erases


def test_without_a_pad_nothing_can_be_done(controls):
    controls.show_state(None, can_take=True)
    assert enabled(controls) == set()
    assert not controls.below.isEnabled()


def test_what_can_be_done_depends_on_what_is_there(controls):
    sketch = Sketch((28, 28))
    controls.show_state(sketch, can_take=False)
    assert enabled(controls) == {"brush", "eraser", "noise", "open"}
    sketch.put_noise(np.random.default_rng(0))
    controls.show_state(sketch, can_take=False)
    assert enabled(controls) == set(TEXTS) - {"take", "redo"}
    assert not controls.below.centring.isChecked()


def test_the_check_box_tells_only_of_what_the_user_does(controls):
    told = []
    controls.centring_chosen.connect(told.append)
    sketch = Sketch((28, 28))
    controls.show_state(sketch, True)
    sketch.centres = False
    controls.show_state(sketch, True)
    assert told == []
    controls.below.centring.click()
    assert told == [True]


def test_the_slider_begins_at_mnists_pen_and_tells_the_width(controls):
    assert controls.brush == BRUSH
    told = []
    controls.brush_chosen.connect(told.append)
    controls.below.width_slider.setValue(35)
    assert told == [3.5]
    assert controls.brush == 3.5


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
def test_below_the_pad_no_text_is_cut_off_and_nothing_overlaps(controls, theme, scale):
    theme.choose_text_scale(scale)
    controls.take_up_theme()
    below = controls.below
    for width in range(300, 1000, 40):
        controls.around.resize(width, 200)
        box = below.centring
        assert box.text() in (CENTRING, CENTRING_SHORT)
        assert box.width() >= box.sizeHint().width()
        if below.width_slider.isVisible():
            assert box.geometry().right() < below.width_label.geometry().left()
            assert below.width_label.geometry().right() < below.width_slider.geometry().left()
            assert below.width_slider.geometry().right() <= below.width()
    assert below.width_slider.isVisible()
    assert box.text() == CENTRING


def test_icons_take_up_the_theme(controls, theme):
    def colour():
        image = controls.actions["undo"].icon().pixmap(48).toImage()
        names = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        return {colour.name() for colour in names if colour.alpha() == 255}

    controls.actions["undo"].setEnabled(True)
    assert colour() == {theme.colours.text}
    theme.choose("light", False)
    controls.take_up_theme()
    assert colour() == {theme.colours.text}
