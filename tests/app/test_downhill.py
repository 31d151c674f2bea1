"""The views of the cost surface in the window: what they ask the run for, and which keys are theirs."""

import pytest
from app.small_window import PATIENCE_MS, step_of, wait_for_running
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest


def walk(qtbot, window, wait_for, steps=12):
    for step in range(1, steps + 1):
        window.run_control.make_step()
        wait_for(step)


def open_view(qtbot, window, key):
    window.show_view(key)
    view = window.views[key]
    qtbot.waitUntil(view.isVisible)
    return view


def test_an_eta_that_is_tried_leaves_the_run_alone_until_it_is_used(qtbot, window):
    view = open_view(qtbot, window, "slice")
    qtbot.waitUntil(lambda: view.sliced is not None and view.sliced.is_complete, timeout=PATIENCE_MS)
    before = window.run_control.hyper.eta
    view.try_eta(2.5)
    qtbot.wait(100)
    assert window.run_control.hyper.eta == before
    QTest.mouseClick(view.controls.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.setup.hyper["eta"].value() == 2.5, timeout=PATIENCE_MS)
    assert window.run_control.hyper.eta == 2.5
    assert not view.controls.use.isEnabled()


def test_the_slice_follows_a_run_while_it_runs_and_after(qtbot, window):
    view = open_view(qtbot, window, "slice")
    window.run_control.set_speed(200)
    window.run_control.toggle()
    qtbot.waitUntil(lambda: view.sliced is not None and view.sliced.step > 20, timeout=PATIENCE_MS)
    window.run_control.toggle()
    wait_for_running(qtbot, window, running=False)
    qtbot.waitUntil(
        lambda: view.sliced.step == step_of(window) and view.sliced.is_complete, timeout=PATIENCE_MS
    )


@pytest.mark.parametrize("key", ["slice", "landscape"])
def test_an_arrow_on_the_picture_is_the_pictures_and_makes_no_step(qtbot, window, wait_for, key):
    walk(qtbot, window, wait_for)
    view = open_view(qtbot, window, key)
    window.activateWindow()
    view.canvas.setFocus()
    qtbot.waitUntil(view.canvas.hasFocus)
    QTest.keyClick(view.canvas, Qt.Key.Key_Right)
    qtbot.wait(150)
    assert step_of(window) == 12


def test_three_points_take_another_branch_that_was_trained(qtbot, window, wait_for):
    walk(qtbot, window, wait_for)
    view = open_view(qtbot, window, "landscape")
    view.controls.directions.setCurrentText("Three points")
    qtbot.waitUntil(
        lambda: view.landscape is not None and "Fork" in view.landscape.refusal, timeout=PATIENCE_MS
    )
    run = window.run_control
    run.history.move(-8)
    qtbot.waitUntil(lambda: step_of(window) == 4, timeout=PATIENCE_MS)
    run.history.fork()
    qtbot.waitUntil(lambda: run.branches is not None and run.branches[1] == 1, timeout=PATIENCE_MS)
    run.change("eta", 3.0)
    for step in range(5, 12):
        run.make_step()
        wait_for(step)
    qtbot.waitUntil(
        lambda: (
            view.landscape is not None and view.landscape.surface is not None and view.landscape.step == 11
        ),
        timeout=PATIENCE_MS,
    )
    assert view.controls.more.branch.currentText() == "main"


def test_gone_back_the_map_can_be_centred_at_the_end(qtbot, window, wait_for):
    view = open_view(qtbot, window, "landscape")
    walk(qtbot, window, wait_for)
    end = window.run_control.snapshot.theta
    window.run_control.history.move(-2)
    qtbot.waitUntil(lambda: step_of(window) == 10, timeout=PATIENCE_MS)
    view.controls.more.centre.setCurrentText("End")

    def is_there():
        found = view.landscape
        return found is not None and found.ground is not None and found.spec.plane.centre == "end"

    qtbot.waitUntil(is_there, timeout=PATIENCE_MS)
    assert abs(view.landscape.ground.plane.centre - end).max() == 0


def test_a_view_that_has_seen_more_of_the_way_than_the_run_remembers_keeps_it(qtbot, window, wait_for):
    view = open_view(qtbot, window, "landscape")
    walk(qtbot, window, wait_for)
    with qtbot.waitSignal(window.run_control.trail_taken, timeout=PATIENCE_MS):
        view.controls.directions.setCurrentText("Three points")
    assert len(view._trail) > 5
