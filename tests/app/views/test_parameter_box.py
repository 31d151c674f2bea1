import pytest
from app.views.edit_hand import type_into
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from nnviz.app.views.parameter_box import LARGEST, REFUSAL, ParameterBox, value_of, value_text


@pytest.fixture
def around(qtbot, theme):
    around = QWidget()
    qtbot.addWidget(around)
    column = QVBoxLayout(around)
    around.box, around.other = ParameterBox("Weight", "A weight."), QPushButton("Other")
    column.addWidget(around.box)
    column.addWidget(around.other)
    around.show()
    around.activateWindow()
    qtbot.waitUntil(around.isActiveWindow)
    return around


@pytest.fixture
def box(around):
    around.box.show_value(0.5)
    return around.box


@pytest.fixture
def finished(box):
    finished = []
    box.finished.connect(finished.append)
    return finished


@pytest.fixture
def refused(box):
    refused = []
    box.refused.connect(refused.append)
    return refused


def test_enter_finishes_a_value(box, finished):
    type_into(box, "-1.25")
    assert finished == [-1.25]
    assert (box.value, box.text()) == (-1.25, "−1.25")


def test_leaving_the_box_finishes_it_too(qtbot, around, box, finished):
    type_into(box, "3", None)
    assert finished == []
    around.other.setFocus()
    assert finished == [3]


def test_enter_on_what_nobody_has_changed_finishes_nothing(box, finished, refused):
    box.show_value(1 / 3)  # of which not all figures are shown
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert (finished, refused) == ([], [])


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e7", "abc", "1 2", "--1"])
def test_what_is_no_parameter_is_refused(qtbot, around, box, finished, refused, text):
    type_into(box, text)
    assert (finished, refused) == ([], [REFUSAL])
    assert box.text() == text  # to be mended
    around.other.setFocus()
    assert box.text() == "0.5"
    assert finished == []


def test_what_is_typed_is_not_overwritten_until_it_counts(box, finished):
    type_into(box, "7", None)
    box.show_value(0.25)
    assert box.text() == "7"
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert finished == [7]
    box.show_value(8)
    assert box.text() == "8"


def test_escape_brings_back_what_was_there(box, finished):
    type_into(box, "7", None)
    box.show_value(0.25)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "0.25"
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert finished == []


def test_many_steps_are_one_value(qtbot, box, finished):
    box.setFocus()
    for _ in range(3):
        QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.text() == "0.8"
    box.show_value(0.5)  # comes from the run meanwhile
    assert box.text() == "0.8"
    qtbot.waitUntil(lambda: finished == [0.8])
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert finished == [0.8, 0.7]


def test_steps_end_at_the_largest_value(box):
    box.show_value(LARGEST)
    box.stepUp()
    assert box.text() == value_text(LARGEST)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.5", 1.5), (" −2 ", -2), ("0,25", 0.25), ("1e-3", 0.001), ("", None), ("nan", None), ("x", None)],
)
def test_a_text_says_a_number_or_none(text, value):
    assert value_of(text) == value


def test_values_are_written_shortly():
    texts = [value_text(value) for value in (0.1234567, -3.0, float("nan"), float("-inf"), 1e-9)]
    assert texts == ["0.123457", "−3", "NaN", "−∞", "1e−09"]
