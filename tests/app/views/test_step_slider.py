import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle

from nnviz.app.views.step_slider import StepSlider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def slider(qtbot, theme):
    slider = StepSlider()
    qtbot.addWidget(slider)
    slider.resize(500, 30)
    slider.setRange(0, 6000)
    slider.show()
    return slider


def at(slider, share):
    return QPoint(round(share * slider.width()), slider.height() // 2)


def handle_of(slider):
    return slider._part(QStyle.SubControl.SC_SliderHandle)


@pytest.mark.parametrize("share", [0.1, 0.37, 0.5, 0.93])
def test_a_press_takes_the_handle_there_at_once(slider, share):
    slider.setValue(3600)
    seen = []
    slider.valueChanged.connect(seen.append)
    QTest.mouseClick(slider, LEFT, pos=at(slider, share))
    assert seen == [slider.value()]
    assert slider.value() == pytest.approx(6000 * share, abs=120)
    assert handle_of(slider).contains(at(slider, share))


def test_from_there_it_is_dragged_on(slider):
    QTest.mousePress(slider, LEFT, pos=at(slider, 0.5))
    assert slider.isSliderDown()
    QTest.mouseMove(slider, at(slider, 0.8))
    QTest.mouseRelease(slider, LEFT, pos=at(slider, 0.8))
    assert slider.value() == pytest.approx(4800, abs=150)
    assert not slider.isSliderDown()


def test_both_ends_can_be_pressed(slider):
    QTest.mouseClick(slider, LEFT, pos=at(slider, 0.999))
    assert slider.value() == 6000
    QTest.mouseClick(slider, LEFT, pos=QPoint(0, 15))
    assert slider.value() == 0


def test_to_take_hold_of_the_handle_moves_nothing(slider):
    slider.setValue(3000)
    QTest.mouseClick(slider, LEFT, pos=handle_of(slider).center() + QPoint(3, 0))
    assert slider.value() == 3000


def test_the_other_button_moves_nothing_by_itself(slider):
    QTest.mouseClick(slider, Qt.MouseButton.RightButton, pos=at(slider, 0.5))
    assert slider.value() == 0


def test_before_the_first_step_a_press_does_nothing(slider):
    slider.setRange(0, 0)
    QTest.mouseClick(slider, LEFT, pos=at(slider, 0.5))
    assert slider.value() == 0
