import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from nnviz.app.views.sample_controls import NO_ANSWERS_TIP, ORDERS, SampleControls
from nnviz.run.sample_query import SampleQuery


@pytest.fixture
def controls(qtbot, theme):
    controls = SampleControls()
    qtbot.addWidget(controls)
    controls.show_digits(range(10), range(10))
    controls.show_answers_known(True)
    controls.set_most_rows(3)
    controls.resize(900, 30)
    controls.show()
    yield controls
    theme.choose_text_scale(1.0)


def names(box):
    return [box.itemText(index) for index in range(box.count())]


def pick(box, name):
    box.setCurrentIndex(names(box).index(name))


def shown(controls):
    return [box for box in controls.findChildren(QComboBox) if box.isVisible()]


def test_what_is_picked_becomes_the_query(qtbot, controls):
    queries = []
    controls.query_changed.connect(queries.append)
    pick(controls.source, "Training")
    pick(controls.digit, "Only 4")
    pick(controls.right, "Wrong")
    pick(controls.predicted, "Taken for 9")
    pick(controls.order, "Highest cost")
    assert queries[-1] == controls.query == SampleQuery("training", 4, False, 9, "cost", True)
    assert len(queries) == 5
    for box in (controls.digit, controls.right, controls.predicted):
        box.setCurrentIndex(0)
    assert queries[-1] == SampleQuery("training", order="cost", descending=True)


def test_every_order_can_be_picked(controls):
    for name, (order, descending) in ORDERS:
        pick(controls.order, name)
        assert (controls.query.order, controls.query.descending) == (order, descending)


def test_a_query_is_shown_without_a_signal(qtbot, controls):
    query = SampleQuery("training", 4, True, 9, "confidence", False)
    with qtbot.assertNotEmitted(controls.query_changed):
        controls.show_query(query)
    texts = [box.currentText() for box in controls.findChildren(QComboBox)]
    assert texts == ["Training", "Only 4", "Right", "Taken for 9", "Least confident"]
    pick(controls.right, "Wrong")
    assert controls.query == SampleQuery("training", 4, False, 9, "confidence", False)


def test_the_digits_that_occur_are_offered(qtbot, controls):
    controls.show_query(SampleQuery(digit=3, predicted=3))
    with qtbot.assertNotEmitted(controls.query_changed):
        controls.show_digits([0, 3, 200], range(5))
    assert names(controls.digit) == ["Any digit", "Only 0", "Only 3", "Only 200"]
    assert names(controls.predicted)[1:] == [f"Taken for {answer}" for answer in range(5)]
    assert (controls.digit.currentText(), controls.predicted.currentText()) == ("Only 3", "Taken for 3")
    assert controls.query == SampleQuery(digit=3, predicted=3)


def test_a_digit_that_does_not_occur_is_offered_as_long_as_it_is_asked_for(controls):
    controls.show_digits([0, 1], [0, 1])
    controls.show_query(SampleQuery(digit=7, predicted=12))
    assert (controls.digit.currentText(), controls.predicted.currentText()) == ("Only 7", "Taken for 12")
    controls.show_query(SampleQuery())
    assert names(controls.digit) == ["Any digit", "Only 0", "Only 1"]


def test_before_there_are_answers_nothing_asks_for_them_and_says_why(controls):
    controls.show_answers_known(False)
    for box in (controls.right, controls.predicted):
        assert not box.isEnabled()
        assert box.toolTip() == NO_ANSWERS_TIP
    assert controls.digit.isEnabled()
    items = [controls.order.model().item(index) for index in range(controls.order.count())]
    assert [item.isEnabled() for item in items] == [True, True, False, False, False, False]
    assert items[2].toolTip() == NO_ANSWERS_TIP
    controls.show_answers_known(True)
    assert controls.right.isEnabled()
    assert controls.right.toolTip() != NO_ANSWERS_TIP
    assert all(item.isEnabled() and not item.toolTip() for item in items)


def test_the_keyboard_picks_too(qtbot, controls):
    controls.digit.setFocus()
    with qtbot.waitSignal(controls.query_changed):
        QTest.keyClick(controls.digit, Qt.Key.Key_Down)
    assert controls.query.digit == 0


def test_every_control_says_what_it_does(controls):
    for box in controls.findChildren(QComboBox):
        assert box.toolTip().endswith(".")
        assert box.accessibleName()


def test_with_room_the_controls_stand_in_one_row(controls):
    assert len(shown(controls)) == 5
    assert {box.y() for box in shown(controls)} == {0}
    assert controls.height() == controls.source.height()


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [120, 272, 592])
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_with_less_room_they_stand_in_rows_as_many_as_may_be_and_never_overlap(
    qtbot, theme, controls, width, rows, scale
):
    theme.choose_text_scale(scale)
    controls.set_most_rows(rows)
    controls.resize(width, controls.height())
    qtbot.waitUntil(lambda: controls.source.height() >= controls.source.sizeHint().height())
    boxes = shown(controls)
    assert boxes[0] is controls.source
    assert len({box.y() for box in boxes}) <= rows
    for box in boxes:
        assert controls.rect().contains(box.geometry())
        assert not any(box.geometry().intersects(other.geometry()) for other in boxes if other is not box)
        if box.sizeHint().width() <= width:
            assert box.width() >= box.sizeHint().width()


def test_at_the_usual_size_of_a_view_one_row_is_enough(controls):
    controls.resize(592, 30)
    assert {box.y() for box in shown(controls)} == {0}
    assert len(shown(controls)) == 5


def test_larger_text_moves_the_controls(qtbot, theme, controls):
    controls.resize(700, 30)
    before = controls.height()
    theme.choose_text_scale(2.0)
    qtbot.waitUntil(lambda: len({box.y() for box in shown(controls)}) > 1)
    assert controls.height() > 2 * before
