import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton, QWidget

from nnviz.app.views.weight_controls import Order, Show, WeightControls

SIZES = (784, 16, 16, 10)


@pytest.fixture
def controls(qtbot, theme):
    controls = WeightControls()
    qtbot.addWidget(controls)
    controls.show_sizes(SIZES)
    controls.resize(900, controls.sizeHint().height())
    controls.show()
    return controls


def combo(controls, name):
    return next(box for box in controls.findChildren(QComboBox) if box.accessibleName() == name)


def shown(controls):
    return [
        child for child in controls.findChildren(QWidget) if child.parent() is controls and child.isVisible()
    ]


def menu_of(controls):
    controls._menu.aboutToShow.emit()
    return {action.text(): action for action in controls._menu.actions()}


def test_layers_are_offered_with_what_they_join(controls):
    layers = combo(controls, "Layer")
    assert [layers.itemText(n) for n in range(layers.count())] == [
        "Layer 1 · 784→16",
        "Layer 2 · 16→16",
        "Layer 3 · 16→10",
    ]
    assert controls.layer == 1


def test_the_same_network_again_changes_nothing(qtbot, controls):
    combo(controls, "Layer").setCurrentIndex(2)
    with qtbot.assertNotEmitted(controls.changed):
        controls.show_sizes(SIZES)
    assert controls.layer == 3


def test_another_network_keeps_the_layer_as_far_as_it_has_one(qtbot, controls):
    combo(controls, "Layer").setCurrentIndex(2)
    with qtbot.assertNotEmitted(controls.changed):  # who shows the network shows it anyway
        controls.show_sizes((784, 30, 20, 15, 10))
        assert controls.layer == 3
        controls.show_sizes((784, 10))
        assert controls.layer == 1
        assert combo(controls, "Layer").currentText() == "Layer 1 · 784→10"


def test_before_there_is_a_network_the_first_layer_is_chosen(qtbot, theme):
    controls = WeightControls()
    qtbot.addWidget(controls)
    assert (controls.layer, controls.show_what, controls.order, controls.shared) == (
        1,
        Show.WEIGHTS,
        Order.NUMBER,
        True,
    )


def test_every_choice_is_told(qtbot, controls):
    for name, index in (("Layer", 1), ("What is shown", 2), ("Order of the neurons", 1)):
        with qtbot.waitSignal(controls.changed):
            combo(controls, name).setCurrentIndex(index)
    box = controls.findChild(QCheckBox)
    with qtbot.waitSignal(controls.changed):
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    with qtbot.waitSignal(controls.keep_wanted):
        qtbot.mouseClick(controls.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert (controls.layer, controls.show_what, controls.order, controls.shared) == (
        2,
        Show.SINCE_KEPT,
        Order.NORM,
        False,
    )


def test_every_control_has_a_name_and_a_tip(controls):
    for control in controls._controls:
        assert control.accessibleName() or control.text()
        assert control.toolTip().endswith(".")


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [60, 150, 276, 400, 596, 720, 1500])
def test_controls_lie_in_their_row_apart_from_each_other_and_whole(qapp, theme, controls, width, scale):
    theme.choose_text_scale(scale)
    controls.resize(width, controls.sizeHint().height())
    qapp.processEvents()
    seen = sorted(shown(controls), key=lambda control: control.x())
    for control in seen:
        assert control.width() >= control.sizeHint().width()
        assert control.x() == 0 or control.geometry().right() < width
        assert control.y() >= 0
        assert control.geometry().bottom() <= controls.height()
    for left, right in zip(seen, seen[1:], strict=False):
        assert left.geometry().right() < right.x()
    assert len(seen) == (5 if not controls.in_menu else 6 - len(controls.in_menu))
    theme.choose_text_scale(1.0)


def test_what_has_no_room_is_in_the_menu(qtbot, controls):
    controls.resize(300, controls.height())
    menu = menu_of(controls)
    assert list(menu) == ["What is shown", "Keep this step", "Order of the neurons", "One scale"]
    what = menu["What is shown"].menu().actions()
    assert [action.text() for action in what] == [show.value for show in Show]
    assert [action.isChecked() for action in what] == [True, False, False]
    with qtbot.waitSignal(controls.changed):
        what[1].trigger()
    assert controls.show_what is Show.SINCE_START
    with qtbot.waitSignal(controls.keep_wanted):
        menu["Keep this step"].trigger()
    with qtbot.waitSignal(controls.changed):
        menu["One scale"].trigger()
    assert not controls.shared
    menu = menu_of(controls)
    assert not menu["One scale"].isChecked()
    assert menu["What is shown"].menu().actions()[1].isChecked()


def test_with_more_room_the_menu_goes(qapp, controls):
    controls.resize(300, controls.height())
    assert controls._more.isVisible()
    controls.resize(900, controls.height())
    assert not controls._more.isVisible()
    assert controls.in_menu == []
    assert len(shown(controls)) == 5


def test_a_longer_name_of_a_layer_finds_room(controls):
    widths = [child.width() for child in shown(controls)]
    controls.show_sizes((123456, 1234, 10))
    assert shown(controls)[0].width() > widths[0]
    assert shown(controls)[0].geometry().right() < shown(controls)[1].x()
