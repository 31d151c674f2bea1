import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar

from nnviz.app.views.progress import ProgressRow


@pytest.fixture
def row(qtbot):
    row = ProgressRow()
    qtbot.addWidget(row)
    row.show()
    return row


def test_what_cannot_be_stopped_has_a_bar_alone(row):
    row.say("")
    assert row.text == ""
    assert not row.cancel.isVisible()
    assert row.findChild(QProgressBar).isVisible()


def test_what_can_be_stopped_is_named_and_has_a_button(qtbot, row):
    row.say("Making 12 steps again")
    assert row.cancel.isVisible()
    with qtbot.waitSignal(row.cancelled):
        qtbot.mouseClick(row.cancel, Qt.MouseButton.LeftButton)


def test_the_bar_shows_the_share(qtbot, row):
    with qtbot.waitSignal(row.valueChanged) as signal:
        row.show_share(0.25)
    assert signal.args == [250]
    bar = row.findChild(QProgressBar)
    assert bar.value() / bar.maximum() == 0.25
    assert bar.accessibleName()
