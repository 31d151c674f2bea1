import pytest
from app.small_window import small_snapshot
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QTabWidget

from nnviz.app.views.view import View


class Shown(View):
    """A view that keeps count of what it shows."""

    def __init__(self, theme):
        super().__init__(theme, "A view")
        self.steps = []
        self.themes = 0

    def show_snapshot(self, snapshot):
        self.steps.append(snapshot.step)

    def take_up_theme(self):
        self.themes += 1


class Unhurried(Shown):
    least_ms = 50


@pytest.fixture
def view(qtbot, theme):
    view = Shown(theme)
    qtbot.addWidget(view)
    return view


def test_a_view_has_a_name_for_the_eye_and_for_the_ear(view):
    assert view.windowTitle() == view.accessibleName() == "A view"


def test_a_view_that_can_be_seen_shows_every_snapshot(qtbot, view):
    view.show()
    for step in range(3):
        view.receive(small_snapshot(step))
    assert view.steps == [0, 1, 2]


def test_a_hidden_view_does_nothing_until_it_is_shown_and_then_shows_the_newest(qtbot, view):
    for step in range(3):
        view.receive(small_snapshot(step))
    assert view.steps == []
    view.show()
    assert view.steps == [2]
    view.hide()
    view.show()
    assert view.steps == [2], "shown again although nothing is new"


def test_a_view_behind_another_tab_waits_until_its_tab_is_chosen(qtbot, theme):
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    front, back = Shown(theme), Shown(theme)
    tabs.addTab(front, "front")
    tabs.addTab(back, "back")
    tabs.show()
    for view in (front, back):
        view.receive(small_snapshot(1))
    assert (front.steps, back.steps) == ([1], [])
    tabs.setCurrentIndex(1)
    assert back.steps == [1]


def test_a_view_that_is_not_in_a_hurry_leaves_out_what_comes_too_fast_but_not_the_last(qtbot, theme):
    view = Unhurried(theme)
    qtbot.addWidget(view)
    view.show()
    for step in range(5):
        view.receive(small_snapshot(step))
    assert view.steps == [0]
    qtbot.waitUntil(lambda: len(view.steps) == 2, timeout=5000)
    assert view.steps == [0, 4]


def test_a_view_that_is_hidden_while_a_snapshot_waits_shows_it_later(qtbot, theme):
    view = Unhurried(theme)
    qtbot.addWidget(view)
    view.show()
    for step in range(2):
        view.receive(small_snapshot(step))
    view.hide()
    qtbot.wait(100)
    assert view.steps == [0]
    view.show()
    assert view.steps == [0, 1]


def test_a_view_takes_up_another_theme(view, theme):
    theme.choose("light", False)
    assert view.themes == 1


def test_each_view_defines_what_it_shows(qtbot, theme):
    view = View(theme, "nothing")
    qtbot.addWidget(view)
    with pytest.raises(NotImplementedError):
        view.show_snapshot(small_snapshot(0))
    with pytest.raises(NotImplementedError):
        view.paint_figure(QPainter(), QRectF())
