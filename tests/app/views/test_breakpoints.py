import re
import time
from dataclasses import replace

import pytest
from app.painted import texts_of
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QLabel
from run.small import small_data, small_spec

from nnviz.app.choice import Choice
from nnviz.app.events import Watched
from nnviz.app.views.breakpoints import NO_RUN, BreakpointsPanel
from nnviz.run.breakpoints import (
    AccuracyReaches,
    GradientNormCrosses,
    ParameterNotFinite,
    PredictionChanges,
    StepReached,
)
from nnviz.run.fields import TEST, TRAINING

POINTS = (StepReached(10), GradientNormCrosses(7), AccuracyReaches(enabled=False))


@pytest.fixture
def choice():
    choice = Choice()
    choice.set_data(small_data())
    return choice


@pytest.fixture
def empty(qtbot, theme, choice):
    """A panel without any breakpoint."""
    panel = BreakpointsPanel(theme, choice)
    qtbot.addWidget(panel)
    panel.resize(420, 500)
    panel.show()
    panel.wanted = []
    panel.add_wanted.connect(lambda point: panel.wanted.append(("add", point)))
    panel.change_wanted.connect(lambda old, new: panel.wanted.append(("change", old, new)))
    panel.switch_wanted.connect(lambda point, on: panel.wanted.append(("switch", point, on)))
    panel.remove_wanted.connect(lambda point, place: panel.wanted.append(("remove", point, place)))
    panel.show_run(small_spec(), small_data())
    panel.activateWindow()
    return panel


@pytest.fixture
def panel(empty):
    empty.show_breakpoints(watched(*POINTS))
    return empty


def watched(*points, **reasons):
    spec, data = small_spec(), small_data()
    return tuple(
        Watched(one, one.describe(spec), one.misfit(spec, data) or "", reasons.get(f"_{n}", ""))
        for n, one in enumerate(points)
    )


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def click(qtbot, widget, place=None):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place or QPoint(30, 10))


# What there is


def test_every_breakpoint_says_when_it_pauses_and_whether_it_is_on(panel):
    assert [row.switch.isChecked() for row in panel.rows] == [True, True, False]
    assert texts(panel.rows[0]) == ["Pause at step 10."]
    assert texts(panel.rows[1])[0].startswith("Pause when the gradient norm of layer 7 ")
    assert panel.suggestions == []


def test_why_one_does_not_fit_the_run_stands_below_it(panel):
    assert texts(panel.rows[1])[1] == "Layer goes up to 2 in this run; the breakpoint asks for 7."
    assert panel.rows[1].switch.accessibleDescription() == texts(panel.rows[1])[1]


def test_what_has_fired_is_marked_with_its_reason_until_the_run_goes_on(panel):
    plain = panel.rows[0].grab().toImage()
    panel.show_breakpoints(watched(*POINTS, _0="Step 10 is reached."))
    assert texts(panel.rows[0]) == ["Pause at step 10.", "Step 10 is reached."]
    assert panel.rows[0].switch.accessibleDescription() == "Step 10 is reached."
    assert panel.rows[0].property("fired") is True
    assert panel.rows[0].grab().toImage() != plain
    panel.show_breakpoints(watched(*POINTS))
    assert texts(panel.rows[0]) == ["Pause at step 10."]
    assert panel.rows[0].property("fired") is False


def test_what_has_fired_is_scrolled_to(qtbot, panel):
    points = [StepReached(step) for step in range(1, 61)]
    panel.show_breakpoints(watched(*points))
    qtbot.wait(20)
    panel.show_breakpoints(watched(*points, _55="Step 56 is reached."))
    qtbot.wait(20)
    row = panel.rows[55]
    assert row.visibleRegion().boundingRect().height() == row.height()


def test_somebody_who_fills_the_form_in_is_not_scrolled_away(qtbot, panel):
    points = [StepReached(step) for step in range(1, 61)]
    panel.show_breakpoints(watched(*points))
    panel.add_by_form()
    qtbot.keyClicks(panel.form.kind, "Step")
    panel.show_breakpoints(watched(*points, _55="Step 56 is reached."))
    qtbot.wait(20)
    assert panel.verticalScrollBar().value() == 0


# The empty state


def test_with_no_breakpoints_some_are_there_to_be_had_by_one_click(qtbot, empty):
    assert [one.point.kind for one in empty.suggestions] == [
        "accuracy",
        "gradient norm",
        "prediction",
        "non-finite",
    ]
    for one in empty.suggestions:
        click(qtbot, one.add, one.add.rect().center())
    assert empty.wanted == [("add", one.point) for one in empty.suggestions]
    empty.show_breakpoints(watched(ParameterNotFinite()))
    assert empty.suggestions == []
    empty.show_breakpoints(())
    assert len(empty.suggestions) == 4


def test_the_sample_of_a_suggestion_is_the_chosen_one(empty, choice):
    choice.choose(TRAINING, 7)
    assert PredictionChanges(TRAINING, 7) in [one.point for one in empty.suggestions]
    choice.choose_drawn(choice.sample.pixels)
    assert PredictionChanges(TEST, 0) in [one.point for one in empty.suggestions]


def test_before_there_is_a_run_the_panel_says_what_it_waits_for(qtbot, theme):
    panel = BreakpointsPanel(theme, Choice())
    qtbot.addWidget(panel)
    panel.show()
    assert NO_RUN in texts(panel)
    assert panel.suggestions == []
    panel.add_by_form()


# What is asked for


def test_a_click_on_the_box_switches_a_breakpoint(qtbot, panel):
    click(qtbot, panel.rows[0].switch, panel.rows[0].switch.rect().center())
    click(qtbot, panel.rows[2].switch, panel.rows[2].switch.rect().center())
    assert panel.wanted == [("switch", POINTS[0], False), ("switch", POINTS[2], True)]


def test_a_click_on_the_cross_removes_a_breakpoint(qtbot, panel):
    click(qtbot, panel.rows[1].remove, panel.rows[1].remove.rect().center())
    assert panel.wanted == [("remove", POINTS[1], 1)]


def test_a_double_click_opens_the_form_and_enter_takes_it_back(qtbot, panel):
    qtbot.mouseDClick(panel.rows[0], Qt.MouseButton.LeftButton, pos=QPoint(60, 12))
    field = QApplication.focusWidget()
    assert field is panel.form._controls["step"]
    qtbot.keyClicks(field, "25")
    qtbot.keyClick(field, Qt.Key.Key_Enter)
    assert panel.wanted == [("change", POINTS[0], StepReached(25))]


def test_a_breakpoint_that_does_not_fit_is_edited_into_one_that_does(panel):
    panel._edit(POINTS[1])
    panel.form.accept()
    assert panel.wanted == [("change", POINTS[1], GradientNormCrosses(2))]


@pytest.mark.parametrize("part", ["row", "switch", "remove"])
def test_a_row_is_worked_by_the_keyboard_wherever_in_it_the_focus_is(qtbot, panel, part):
    def focus(row):
        (row if part == "row" else getattr(row, part)).setFocus()

    focus(panel.rows[0])
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert panel.rows[1].switch.hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up)
    assert panel.rows[0].switch.hasFocus()
    focus(panel.rows[1])
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    assert panel.wanted == [("remove", POINTS[1], 1)]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert panel.form._controls
    assert QApplication.focusWidget() is panel.form._controls["layer"]


def test_space_switches_the_breakpoint_that_has_the_focus(qtbot, panel):
    panel.rows[0].switch.setFocus()
    qtbot.keyClick(panel.rows[0].switch, Qt.Key.Key_Space)
    assert panel.wanted == [("switch", POINTS[0], False)]


def test_a_click_on_a_row_gives_it_the_focus_for_delete(qtbot, panel):
    click(qtbot, panel.rows[1], QPoint(60, 12))
    assert panel.rows[1].hasFocus()
    qtbot.keyClick(panel.rows[1], Qt.Key.Key_Delete)
    assert panel.wanted == [("remove", POINTS[1], 1)]


def test_the_focus_stays_in_the_list_when_its_breakpoint_is_removed(panel):
    panel.rows[2].switch.setFocus()
    panel.show_breakpoints(watched(*POINTS[:2]))
    assert panel.rows[1].switch.hasFocus()
    panel.show_breakpoints(watched(POINTS[0]))
    assert panel.rows[0].switch.hasFocus()
    panel.show_breakpoints(())
    assert panel.form.kind.hasFocus()


def test_tab_walks_from_the_form_through_the_rows(qtbot, panel):
    panel.form.kind.setFocus()
    walked = []
    for _ in range(6):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        walked.append(QApplication.focusWidget())
    assert walked == [part for row in panel.rows for part in (row.switch, row.remove)]


def test_every_control_has_a_name_and_says_in_a_sentence_what_it_does(qtbot, empty):
    for kind in ("neuron", "weight", "cost jump"):
        empty.form.kind.setCurrentIndex(empty.form.kind.findData(kind))
        for points in ((), POINTS):
            empty.show_breakpoints(watched(*points))
            qtbot.wait(1)
            controls = [
                control
                for some in (QAbstractButton, QAbstractSpinBox, QComboBox)
                for control in empty.widget().findChildren(some)
                if control.isVisible()
            ]
            assert len(controls) > 8, kind
            for control in controls:
                assert control.accessibleName() or control.text()
                assert re.fullmatch(r"\S+ .*[.](?: \([^()]+\))?", control.toolTip()), control.toolTip()


# How it looks, and how much it bears


def test_a_hundred_rows_are_shown_and_changed_at_once(panel):
    points = [StepReached(step) for step in range(1, 101)]
    panel.show_breakpoints(watched(*points))
    assert len(panel.rows) == 100
    kept = list(panel.rows)
    start = time.perf_counter()
    panel.show_breakpoints(watched(replace(points[0], enabled=False), *points[1:]))
    assert panel.rows == kept, "rows are kept, so that little is made anew"
    assert time.perf_counter() - start < 5
    panel.show_breakpoints(())
    assert panel.rows == []


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("kind", ["neuron", "update ratio"])
def test_in_a_small_dock_with_large_text_nothing_is_wider_than_it(qtbot, panel, theme, scale, kind):
    theme.choose_text_scale(scale)
    panel.resize(300, 200)
    panel.form.kind.setCurrentIndex(panel.form.kind.findData(kind))
    qtbot.wait(20)
    assert panel.widget().width() <= panel.viewport().width()
    for row in panel.rows:
        labels = [label for label in row.findChildren(QLabel) if not label.isHidden()]
        assert all(label.height() >= label.heightForWidth(label.width()) for label in labels)
    theme.choose_text_scale(1.0)


def test_before_a_kind_is_chosen_the_box_says_what_it_is_for(panel):
    box = panel.form.kind
    shown = texts_of(lambda painter: box.render(painter, QPoint()), box.width(), box.height())
    assert [text.text for text in shown if text.text.strip()] == ["Pause when…"]


def test_another_theme_and_size_of_text_are_taken_up(panel, theme):
    before = panel.grab().toImage()
    theme.choose("light", False)
    assert panel.grab().toImage() != before
    side = panel.rows[0].remove.iconSize().width()
    theme.choose_text_scale(2.0)
    assert panel.rows[0].remove.iconSize().width() == 2 * side
    theme.choose_text_scale(1.0)
