import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator

from nnviz.app.views.number_field import NumberField


@pytest.fixture
def field(qtbot, theme):
    field = NumberField(-1e30, 1e30)
    qtbot.addWidget(field)
    field.show()
    return field


@pytest.fixture
def whole(qtbot, theme):
    field = NumberField(-1, 10**15, whole=True)
    field.setSpecialValueText("bias")
    qtbot.addWidget(field)
    field.show()
    return field


def type_into(qtbot, field, text):
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("typed", "value", "text"),
    [
        ("0.00001", 1e-5, "1e-05"),
        ("1e-12", 1e-12, "1e-12"),
        ("0.1", 0.1, "0.1"),
        ("-2.5", -2.5, "-2.5"),
        ("1000000", 1e6, "1000000"),
        ("1e29", 1e29, "1e+29"),
        ("1/3", 13.0, "13"),
    ],
)
def test_a_number_of_any_size_is_typed_and_shown_as_short_as_can_be(qtbot, field, typed, value, text):
    type_into(qtbot, field, typed)
    assert field.value() == value
    assert field.text() == text


@pytest.mark.parametrize("typed", ["nan", "inf", "-inf", "1e400", "1e31", "", "-", "e", "__import__('os')"])
def test_what_is_no_number_or_beyond_the_limits_leaves_the_number_as_it_was(qtbot, field, typed):
    field.setValue(0.5)
    type_into(qtbot, field, typed)
    assert field.value() == 0.5
    assert field.text() == "0.5"


@pytest.mark.parametrize(
    ("value", "up", "down"),
    [(0.1, 0.11, 0.099), (0.5, 0.51, 0.49), (1e-5, 1.1e-5, 9.9e-6), (-1.0, -0.99, -1.1), (0.0, 0.01, -0.01)],
)
def test_a_step_is_as_large_as_the_number_is(qtbot, field, value, up, down):
    field.setValue(value)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == up
    field.setValue(value)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.value() == down


def test_whole_numbers_may_be_larger_than_those_of_usual_fields(qtbot, whole):
    type_into(qtbot, whole, "123456789012345")
    assert whole.value() == 123456789012345
    assert whole.text() == "123456789012345"
    type_into(qtbot, whole, "2.5")
    assert whole.value() == 25, "there is no point in a whole number"
    whole.setValue(123456789012345)
    qtbot.keyClick(whole, Qt.Key.Key_Down)
    assert whole.text() == "123456789012344"


def test_a_special_value_is_below_the_least_and_can_be_typed(qtbot, whole):
    whole.setValue(0)
    qtbot.keyClick(whole, Qt.Key.Key_Down)
    assert (whole.value(), whole.text()) == (-1, "bias")
    type_into(qtbot, whole, "7")
    assert whole.value() == 7
    type_into(qtbot, whole, "bias")
    assert whole.value() == -1
    assert whole.validate("bi", 2)[0] == QValidator.State.Intermediate
    assert whole.validate("by", 2)[0] == QValidator.State.Invalid
