import pytest
from app.small_window import small_snapshot
from app.toy_view import ToyView, dock_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QTabBar, QToolButton, QWidget

from nnviz.app.views import dock as dock_module


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QWidget())
    window.resize(600, 400)
    return window


@pytest.fixture
def view(theme):
    return ToyView(theme, "Weights")


@pytest.fixture
def dock(qtbot, window, view, theme):
    dock = dock_of("weights", view, theme)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    with qtbot.waitExposed(window):
        window.show()
    yield dock
    theme.choose_text_scale(1.0)


def button(dock, name):
    """Return the button whose accessible name begins so."""
    (found,) = [b for b in dock.findChildren(QToolButton) if b.accessibleName().startswith(name)]
    return found


def press(qtbot, dock, name):
    qtbot.mouseClick(button(dock, name), Qt.MouseButton.LeftButton)


def test_a_dock_holds_its_view_under_its_name(dock, view):
    assert dock.widget() is view
    assert dock.objectName() == "weights"
    assert dock.windowTitle() == "Weights"
    assert dock.titleBarWidget().findChild(QLabel).text() == "Weights"
    assert dock.toggleViewAction().text() == "Weights"


def test_every_button_says_what_it_does(dock):
    buttons = dock.findChildren(QToolButton)
    assert [b.accessibleName() for b in buttons] == ["Export Weights", "Float Weights", "Close Weights"]
    for each in buttons:
        assert each.toolTip().endswith(".")
        assert not each.icon().isNull()


def test_export_asks_with_the_key(qtbot, dock):
    with qtbot.waitSignal(dock.export_wanted) as signal:
        press(qtbot, dock, "Export")
    assert signal.args == ["weights"]


def test_close_hides_the_dock_and_the_menu_brings_it_back(qtbot, dock, view):
    press(qtbot, dock, "Close")
    assert not dock.isVisible()
    dock.toggleViewAction().trigger()
    assert dock.isVisible()
    assert view.isVisible()


def test_float_takes_the_dock_out_of_the_window_and_puts_it_back(qtbot, dock, view):
    press(qtbot, dock, "Float")
    assert dock.isFloating()
    assert dock.isWindow()
    assert view.isVisible()
    press(qtbot, dock, "Float")
    assert not dock.isFloating()
    assert view.isVisible()


def test_what_is_no_view_has_nothing_to_export(qtbot, theme):
    panel = QWidget()
    panel.setWindowTitle("Setup")
    dock = dock_of("setup", panel, theme)
    qtbot.addWidget(dock)
    names = [b.accessibleName() for b in dock.findChildren(QToolButton)]
    assert names == ["Float Setup", "Close Setup"]


def test_a_view_behind_another_tab_shows_what_came_when_its_tab_is_chosen(qtbot, window, dock, view, theme):
    other = dock_of("costs", ToyView(theme, "Costs"), theme)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, other)
    window.tabifyDockWidget(dock, other)
    qtbot.waitUntil(other.isVisible, timeout=5000)
    other.raise_()
    qtbot.waitUntil(lambda: view.visibleRegion().isEmpty(), timeout=5000)
    view.receive(small_snapshot(3))
    assert view.step is None
    dock.raise_()
    qtbot.waitUntil(lambda: view.step == 3, timeout=5000)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_icons_have_the_colour_of_the_theme(dock, theme, name):
    theme.choose(name, False)
    for each in dock.findChildren(QToolButton):
        picture = each.icon().pixmap(96, 96).toImage()
        colours = {
            picture.pixelColor(x, y).name()
            for x in range(picture.width())
            for y in range(picture.height())
            if picture.pixelColor(x, y).alpha() == 255
        }
        assert colours == {theme.colours.muted}, each.accessibleName()


def test_the_icons_can_be_told_apart(dock):
    pictures = [b.icon().pixmap(96, 96).toImage() for b in dock.findChildren(QToolButton)]
    assert all(one != other for n, one in enumerate(pictures) for other in pictures[:n])


def test_the_name_grows_with_the_size_of_text_and_is_not_cut_off(qtbot, dock, theme):
    label = dock.titleBarWidget().findChild(QLabel)
    before = label.sizeHint()
    theme.choose_text_scale(2.0)
    assert label.font().weight() == theme.font(strong=True).weight()
    qtbot.waitUntil(lambda: label.height() >= label.sizeHint().height(), timeout=5000)
    assert label.sizeHint().height() == pytest.approx(2 * before.height(), rel=0.15)
    assert label.width() >= label.sizeHint().width()


def test_a_long_name_keeps_no_dock_from_being_narrow(qtbot, theme):
    dock = dock_of("long", ToyView(theme, "A name " * 20), theme)
    qtbot.addWidget(dock)
    assert dock.minimumSizeHint().width() < 300


def test_a_dock_can_be_moved_put_elsewhere_and_closed(dock):
    features = QDockWidget.DockWidgetFeature
    for feature in (features.DockWidgetMovable, features.DockWidgetFloatable, features.DockWidgetClosable):
        assert dock.features() & feature


def test_a_dock_that_the_menu_brings_back_is_in_front_of_other_tabs(qtbot, window, dock, theme):
    other = dock_of("costs", ToyView(theme, "Costs"), theme)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, other)
    window.tabifyDockWidget(dock, other)
    qtbot.waitUntil(other.isVisible, timeout=5000)
    other.close()
    qtbot.waitUntil(lambda: not dock.widget().visibleRegion().isEmpty(), timeout=5000)
    other.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: not other.widget().visibleRegion().isEmpty(), timeout=5000)
    assert dock.widget().visibleRegion().isEmpty()
    other.toggleViewAction().trigger()
    assert not other.isVisible()


def name_on(dock):
    return dock.titleBarWidget().findChild(QLabel).text()


def test_the_name_is_left_to_the_tab_as_long_as_there_is_one(qtbot, window, dock, theme):
    other = dock_of("costs", ToyView(theme, "Costs"), theme)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, other)
    qtbot.waitUntil(other.isVisible, timeout=5000)
    assert (name_on(dock), name_on(other)) == ("Weights", "Costs")
    window.tabifyDockWidget(dock, other)
    qtbot.waitUntil(lambda: (name_on(dock), name_on(other)) == ("", ""), timeout=5000)
    other.setFloating(True)
    qtbot.waitUntil(lambda: (name_on(dock), name_on(other)) == ("Weights", ""), timeout=5000)
    other.setFloating(False)
    qtbot.waitUntil(lambda: (name_on(dock), name_on(other)) == ("", ""), timeout=5000)


def test_a_dock_has_its_name_again_when_the_one_behind_it_is_closed(qtbot, window, dock, theme):
    other = dock_of("costs", ToyView(theme, "Costs"), theme)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, other)
    window.tabifyDockWidget(dock, other)
    qtbot.waitUntil(lambda: name_on(dock) == "", timeout=5000)
    dock.raise_()
    qtbot.waitUntil(lambda: other.widget().visibleRegion().isEmpty(), timeout=5000)
    other.close()
    qtbot.waitUntil(lambda: name_on(dock) == "Weights", timeout=5000)
    other.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: name_on(dock) == "", timeout=5000)


def test_where_the_name_stands_elsewhere_a_dock_says_what_its_view_is_about(qtbot, window, dock, theme):
    about = "How wrong the network is"
    other = dock_of("costs", ToyView(theme, "Costs"), theme, about)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, other)
    qtbot.waitUntil(other.isVisible, timeout=5000)
    assert name_on(other) == "Costs"
    window.tabifyDockWidget(dock, other)
    qtbot.waitUntil(lambda: name_on(other) == about, timeout=5000)
    label = other.titleBarWidget().findChild(QLabel)
    assert label.sizeHint().width() <= label.width()
    other.resize(120, other.height())
    assert name_on(other) == "", "cut off"
    other.resize(400, other.height())
    assert name_on(other) == about
    theme.choose_text_scale(2.0)
    assert name_on(other) == "" or label.sizeHint().width() <= label.width()


def test_a_view_that_floats_has_a_frame_to_be_resized_by(qtbot, dock):
    """Qt leaves a dock with a title bar of its own without any, and then it has one size for ever."""
    press(qtbot, dock, "Float")
    assert dock.isFloating()
    frameless = Qt.WindowType.FramelessWindowHint
    qtbot.waitUntil(lambda: dock.isVisible() and not dock.windowFlags() & frameless, timeout=5000)
    assert dock.windowFlags() & Qt.WindowType.WindowMaximizeButtonHint
    assert dock.windowType() == Qt.WindowType.Tool, "the window's shortcuts would not work in it"
    press(qtbot, dock, "Float")
    assert not dock.isFloating()
    assert dock.isVisible()


def test_a_view_gets_no_frame_while_it_is_dragged(qtbot, dock, monkeypatch):
    """It would be torn out of the hand."""
    pressed = Qt.MouseButton.LeftButton
    monkeypatch.setattr(dock_module.QGuiApplication, "mouseButtons", lambda: pressed)
    dock.setFloating(True)
    qtbot.wait(50)
    assert dock.windowFlags() & Qt.WindowType.FramelessWindowHint
    monkeypatch.undo()
    qtbot.mouseClick(dock, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dock.windowFlags() & Qt.WindowType.FramelessWindowHint, timeout=5000)
    assert dock.isVisible()


def test_a_floating_view_that_is_hidden_stays_hidden(qtbot, dock):
    dock.setFloating(True)
    dock.hide()
    qtbot.wait(50)
    assert not dock.isVisible()


def test_the_icons_grow_with_the_size_of_text(dock, theme):
    before = button(dock, "Close").iconSize().width()
    theme.choose_text_scale(2.0)
    assert button(dock, "Close").iconSize().width() == 2 * before


@pytest.fixture
def tabbed(qtbot, window, theme):
    """Two docks in one place, the first of which has a short name."""
    docks = [
        dock_of("costs", ToyView(theme, "Cost and accuracy"), theme, short="Cost"),
        dock_of("weights", ToyView(theme, "Weights"), theme),
    ]
    for each in docks:
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, each)
    window.tabifyDockWidget(*docks)
    docks[0].raise_()
    with qtbot.waitExposed(window):
        window.show()
    yield docks
    theme.choose_text_scale(1.0)


def test_a_tab_has_a_short_name_where_there_is_no_room_for_the_whole(qtbot, window, theme, tabbed):
    costs, weights = tabbed
    tabs = window.findChild(QTabBar)
    window.resizeDocks([costs], [400], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: tabs.tabText(0) == "Cost and accuracy")
    window.resizeDocks([costs], [180], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: tabs.tabText(0) == "Cost")
    assert tabs.tabText(1) == "Weights"
    assert costs.toggleViewAction().text() == "Cost and accuracy", "in the menu there is room"
    assert button(costs, "Export").accessibleName() == "Export Cost and accuracy"
    weights.close()
    qtbot.waitUntil(lambda: costs.windowTitle() == "Cost and accuracy")
    assert costs.titleBarWidget().findChild(QLabel).text().startswith("Cost a"), "there is no tab any more"


def test_a_tab_behind_another_has_a_short_name_as_well_where_there_is_no_room(qtbot, window, tabbed):
    _, weights = tabbed
    weights.raise_()
    tabs = window.findChild(QTabBar)
    window.resizeDocks([weights], [400], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: weights.width() == 400 and tabs.tabText(0) == "Cost and accuracy")
    window.resizeDocks([weights], [180], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: tabs.tabText(0) == "Cost", timeout=2000)
    window.resizeDocks([weights], [400], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: tabs.tabText(0) == "Cost and accuracy", timeout=2000)


def test_a_tab_has_a_short_name_where_text_becomes_too_large_for_the_whole(qtbot, window, theme, tabbed):
    _, weights = tabbed
    weights.raise_()
    tabs = window.findChild(QTabBar)
    window.resizeDocks([weights], [400], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: weights.width() == 400 and tabs.tabText(0) == "Cost and accuracy")
    theme.choose_text_scale(2.0)
    qtbot.waitUntil(lambda: tabs.tabText(0) == "Cost", timeout=2000)
    assert weights.width() == 400, "the dock itself has not changed"
    theme.choose_text_scale(1.0)
    qtbot.waitUntil(lambda: tabs.tabText(0) == "Cost and accuracy")


def test_a_name_that_is_too_long_for_its_bar_ends_in_dots(qtbot, window, theme):
    dock = dock_of("costs", ToyView(theme, "A view whose name is long"), theme)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    with qtbot.waitExposed(window):
        window.show()
    window.resizeDocks([dock], [200], Qt.Orientation.Horizontal)
    label = dock.titleBarWidget().findChild(QLabel)
    qtbot.waitUntil(lambda: label.text().endswith("…"))
    assert label.sizeHint().width() <= label.width() + 1
