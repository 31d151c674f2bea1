"""A ball on the cost surface becomes a branch of the run."""

import numpy as np
import pytest
from app.small_window import PATIENCE_MS, rest, step_of, trainer_of, wait_for_message, wait_for_step
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnviz.run.edits import Placement


def click(widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(8, widget.height() // 2))


@pytest.fixture
def rolling(qtbot, window):
    """The window at step 40, with a ball on the cost surface."""
    for _ in range(40):
        window.run_control.make_step()
        QTest.qWait(1)
    wait_for_step(qtbot, window, 40)
    window.show_view("landscape")
    view = window.views.landscape
    view.controls.directions.setCurrentText("Random")
    rest(qtbot, window)
    qtbot.waitUntil(
        lambda: (
            view.landscape is not None
            and view.landscape.is_complete
            and view.landscape.step == 40
            and view.landscape.surface is not None
        ),
        timeout=PATIENCE_MS,
    )
    click(view.play.with_balls)
    view.resize(500, 400)
    view.canvas.repaint()
    where = view._picture.chart.box.center() + QPointF(20, 4)
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=where.toPoint())
    qtbot.waitUntil(lambda: len(view.play.desk.walks) == 1, timeout=PATIENCE_MS)
    return window


def go_for_real(qtbot, window):
    play = window.views.landscape.play
    theta = play.held.theta(play.desk.walks[0].points[-1]).astype(np.float32)
    click(play.controls.real)
    branches = window.run_control._worker.branches
    qtbot.waitUntil(lambda: len(branches) == 2, timeout=PATIENCE_MS)
    rest(qtbot, window)
    return theta


def test_a_branch_begins_at_the_ball_and_the_run_stays_as_it_was(qtbot, rolling):
    main = trainer_of(rolling)
    before = main.network.theta.copy()
    theta = go_for_real(qtbot, rolling)
    branch = trainer_of(rolling)
    assert branch is not main
    assert branch.network.theta.tobytes() == theta.tobytes()
    assert main.network.theta.tobytes() == before.tobytes()
    assert list(branch.journal) == [Placement.at(40, theta)]
    wait_for_message(qtbot, rolling, "branch begins at the ball")


def test_training_goes_on_from_the_ball_and_the_ball_stays_on_the_map(qtbot, rolling):
    theta = go_for_real(qtbot, rolling)
    held = rolling.views.landscape.play.held
    rolling.run_control.make_step()
    wait_for_step(qtbot, rolling, 41)
    assert 0 < np.abs(trainer_of(rolling).network.theta - theta).max() < np.inf
    assert rolling.views.landscape.play.held is held


def test_it_can_be_undone_in_the_branch(qtbot, rolling):
    before = trainer_of(rolling).network.theta.copy()
    go_for_real(qtbot, rolling)
    QTest.keyClick(rolling, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(
        lambda: trainer_of(rolling).network.theta.tobytes() == before.tobytes(), timeout=PATIENCE_MS
    )


def test_in_the_past_the_branch_begins_there(qtbot, rolling):
    rolling.run_control.history.go_to(15)
    qtbot.waitUntil(lambda: step_of(rolling) == 15, timeout=PATIENCE_MS)
    theta = go_for_real(qtbot, rolling)
    assert [entry.step for entry in trainer_of(rolling).journal] == [15]
    assert trainer_of(rolling).network.theta.tobytes() == theta.tobytes()


def test_a_placement_that_does_not_fit_makes_no_branch(qtbot, rolling):
    rolling.run_control.history.branch_with(lambda step: Placement.at(step, np.zeros(3)))
    wait_for_message(qtbot, rolling, "3 coordinates")
    assert len(rolling.run_control._worker.branches) == 1
