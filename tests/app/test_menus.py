"""The menu bar and the buttons at its end."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from nnviz.app.layouts import LAYOUTS
from nnviz.app.menus import add_layout_buttons

TITLES = ("&File", "&Run", "&Sample", "&View", "&Help")


@pytest.fixture
def bar(qtbot, theme):
    window = QMainWindow()
    qtbot.addWidget(window)
    for title in TITLES:
        window.menuBar().addMenu(title)
    window.made = {name.lower(): QAction(f"Layout: {name}", window) for name in LAYOUTS}
    for action in window.made.values():
        action.setCheckable(True)
    window.corner = add_layout_buttons(window, window.made)
    window.resize(1280, 300)
    with qtbot.waitExposed(window):
        window.show()
    yield window.menuBar()
    theme.choose_text_scale(1.0)


def shown(bar):
    return [
        button.text()
        for button in (*bar.cornerWidget()._buttons, bar.cornerWidget()._all)
        if button.isVisible()
    ]


def all_menus_can_be_seen(bar):
    places = [bar.actionGeometry(action) for action in bar.actions()]
    end = bar.cornerWidget().geometry().left()
    return all(not place.isEmpty() and place.right() < end for place in places)


def test_there_is_a_button_for_each_layout(bar):
    assert shown(bar) == list(LAYOUTS)
    assert all_menus_can_be_seen(bar)


def test_where_the_bar_is_too_narrow_one_button_has_a_menu_of_them(qtbot, bar):
    bar.window().resize(500, 300)
    qtbot.waitUntil(lambda: shown(bar) == ["Layout"])
    assert all_menus_can_be_seen(bar)
    made = list(bar.window().made.values())
    assert bar.cornerWidget()._all.menu().actions() == made
    bar.window().resize(1280, 300)
    qtbot.waitUntil(lambda: shown(bar) == list(LAYOUTS))
    assert all_menus_can_be_seen(bar)


def test_larger_text_needs_more_room(qtbot, theme, bar):
    bar.window().resize(900, 300)
    qtbot.waitUntil(lambda: shown(bar) == list(LAYOUTS))
    theme.choose_text_scale(2.0)
    qtbot.waitUntil(lambda: shown(bar) == ["Layout"])
    assert all_menus_can_be_seen(bar)
    theme.choose_text_scale(1.0)
    qtbot.waitUntil(lambda: shown(bar) == list(LAYOUTS))
