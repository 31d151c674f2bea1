import pytest
from app.toy_view import ToyView, dock_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QWidget

from nnviz.app.actions import make_actions
from nnviz.app.boxes import Boxes
from nnviz.app.views.palette import Palette
from nnviz.app.views.text_box import TextBox


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QWidget())
    window.resize(900, 700)
    return window


@pytest.fixture
def docks(qtbot, window, theme):
    """Three views: "Costs" in front of "Weights", and "Pad", which is hidden."""
    docks = [dock_of(name.lower(), ToyView(theme, name), theme) for name in ("Weights", "Costs", "Pad")]
    for dock in docks:
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.tabifyDockWidget(docks[0], docks[1])
    docks[2].hide()
    window.show()
    qtbot.waitExposed(window)
    docks[1].raise_()
    qtbot.waitUntil(lambda: [dock.is_seen for dock in docks] == [False, True, False], timeout=5000)
    return docks


@pytest.fixture
def boxes(window, docks):
    return Boxes(window, make_actions(window), docks)


def named(window, boxes, wanted):
    """Return the names of the actions that the palette offers for what is typed."""
    boxes.show_palette()
    palette = window.findChild(Palette)
    palette.field.setText(wanted)
    return palette, [palette.list.item(row).text() for row in range(palette.list.count())]


@pytest.mark.parametrize(
    ("typed", "name"),
    [("weights", "Show Weights"), ("costs", "Hide Costs"), ("pad", "Show Pad")],
)
def test_the_palette_says_whether_it_shows_or_hides_a_view(window, boxes, typed, name):
    assert name in named(window, boxes, typed)[1]


@pytest.mark.parametrize("which", [0, 2])
def test_who_asks_the_palette_for_a_view_sees_it(qtbot, window, boxes, docks, which):
    """One behind another tab was hidden altogether."""
    dock = docks[which]
    palette, names = named(window, boxes, f"show {dock.windowTitle()}")
    assert names[0] == f"Show {dock.windowTitle()}"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dock.is_seen, timeout=5000)


def test_the_palette_hides_a_view_that_is_seen(qtbot, window, boxes, docks):
    palette, _ = named(window, boxes, "hide costs")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert docks[1].isHidden()


@pytest.mark.parametrize(("name", "part"), [("show_shortcuts", "Ctrl+R"), ("show_about", "3Blue1Brown")])
def test_a_box_of_text_belongs_to_the_window(window, boxes, name, part):
    getattr(boxes, name)()
    box = window.findChild(TextBox)
    assert box.isVisible()
    assert part in box.text.toPlainText()
    box.close()
