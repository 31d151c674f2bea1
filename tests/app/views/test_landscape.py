import threading
from dataclasses import replace

import numpy as np
import pytest
from app.graphics.scenes import painted
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from run.small import small_data
from run.test_planes import trained

from nnviz.app.choice import Choice
from nnviz.app.theme import Theme
from nnviz.app.views.landscape import LandscapeView
from nnviz.run.trail import trail_of


@pytest.fixture
def trainer():
    return trained()


@pytest.fixture
def view(qapp, qtbot, trainer):
    choice = Choice()
    made = LandscapeView(Theme(qapp), choice)
    qtbot.addWidget(made)
    choice.set_data(small_data())
    made.resize(640, 480)
    made.receive(trainer.snapshot())
    yield made
    made.close()


def show(view, qtbot, trainer):
    view.show()
    view.take_up_trail(trail_of(trainer))
    wait(view, qtbot)


def wait(view, qtbot, wanted=lambda landscape: True):
    """Wait until all is computed that was asked for."""

    def is_there():
        found = view.landscape
        return found is not None and found.is_complete and not view._collecting.isActive() and wanted(found)

    qtbot.waitUntil(is_there, timeout=10_000)


def middle_of(view):
    chart = view._picture.chart
    return chart.box.center()


def test_the_surface_around_the_run_appears_with_its_path(view, qtbot, trainer):
    show(view, qtbot, trainer)
    found = view.landscape
    assert found.step == trainer.step
    assert found.steps == trail_of(trainer).route().steps
    assert found.surface.is_finest
    assert "variance" in view.canvas.accessibleDescription()


def test_seen_for_the_first_time_it_asks_where_the_run_has_been(view, qtbot):
    with qtbot.waitSignal(view.trail_wanted):
        view.show()


def test_hidden_it_has_no_threads(view, qtbot, trainer):
    show(view, qtbot, trainer)
    assert any("surveyor" in thread.name for thread in threading.enumerate())
    view.hide()
    assert not any("surveyor" in thread.name for thread in threading.enumerate())
    view.show()
    wait(view, qtbot)


def test_it_follows_the_run(view, qtbot, trainer):
    view.least_ms = 0
    show(view, qtbot, trainer)
    trainer.advance(13)
    view.receive(trainer.snapshot())
    wait(view, qtbot, lambda found: found.step == 83)
    assert view.landscape.steps[-2:] == (70, 83)


def test_a_run_that_begins_anew_has_a_new_path(view, qtbot, trainer):
    show(view, qtbot, trainer)
    other = trained(20)
    view.receive(other.snapshot())
    assert view._trail.route().steps == (20,)


def test_other_directions_are_another_surface(view, qtbot, trainer):
    show(view, qtbot, trainer)
    view.controls.directions.setFocus()
    QTest.keyClick(view.controls.directions, Qt.Key.Key_Down)
    wait(view, qtbot, lambda found: found.spec.plane.directions == "downhill")
    gradient = view.landscape.downhill
    assert np.linalg.norm(gradient.on_plane) == pytest.approx(gradient.norm, rel=1e-5)


def test_the_cost_may_be_that_of_the_next_mini_batch(view, qtbot, trainer):
    show(view, qtbot, trainer)
    view.controls.images.setCurrentText("Mini-batch")
    wait(view, qtbot, lambda found: found.n_samples == len(trainer.next_samples))


def test_the_wheel_zooms_around_the_pointer(view, qtbot, trainer):
    show(view, qtbot, trainer)
    view.canvas.repaint()
    before, at = view._window, middle_of(view) + QPointF(40, 20)
    fixed = view._coordinates(at)
    event = QWheelEvent(
        at,
        view.canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.canvas, event)
    view.canvas.repaint()
    after = view._window
    assert after.right - after.left == pytest.approx((before.right - before.left) / 1.25)
    assert view._coordinates(at) == pytest.approx(fixed)
    wait(view, qtbot, lambda found: found.ground.window == after)


def test_a_drag_moves_what_is_held_along_with_the_pointer(view, qtbot, trainer):
    show(view, qtbot, trainer)
    view.canvas.repaint()
    start, end = middle_of(view).toPoint(), (middle_of(view) + QPointF(-50, 30)).toPoint()
    held = view._coordinates(QPointF(start))
    QTest.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.canvas, end)
    QTest.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=end)
    view.canvas.repaint()
    assert view._coordinates(QPointF(end)) == pytest.approx(held, abs=1e-6)


def test_keys_zoom_and_shift_and_show_all_again(view, qtbot, trainer):
    show(view, qtbot, trainer)
    before = view._window
    QTest.keyClick(view.canvas, Qt.Key.Key_Plus)
    QTest.keyClick(view.canvas, Qt.Key.Key_Right)
    QTest.keyClick(view.canvas, Qt.Key.Key_Up)
    after = view._window
    assert after.right - after.left < before.right - before.left
    assert after.left + after.right > before.left + before.right
    assert after.bottom + after.top > before.bottom + before.top
    QTest.keyClick(view.canvas, Qt.Key.Key_0)
    wait(view, qtbot, lambda found: found.ground.window == before)
    assert view._window == before


def test_the_pointer_tells_coordinates_and_cost(view, qtbot, trainer):
    show(view, qtbot, trainer)
    plain = view.grab().toImage()
    QTest.mouseMove(view.canvas, middle_of(view).toPoint())
    assert view.grab().toImage() != plain
    cost = view.landscape.surface.cost_at(view._coordinates(middle_of(view)))
    low, high = view.landscape.surface.extremes
    assert low <= cost <= high


def test_where_there_is_no_plane_there_is_a_sentence(qapp, qtbot):
    choice = Choice()
    view = LandscapeView(Theme(qapp), choice)
    qtbot.addWidget(view)
    choice.set_data(small_data())
    view.receive(trained(0).snapshot())
    view.show()
    wait(view, qtbot)
    assert "Make some more steps" in view.canvas.accessibleDescription()
    view.grab()
    view.close()


def test_before_the_data_is_there_nothing_is_computed(qapp, qtbot):
    view = LandscapeView(Theme(qapp), Choice())
    qtbot.addWidget(view)
    view.show()
    view.grab()
    assert view.landscape is None
    view.close()


def test_a_figure_is_complete_without_ever_having_been_seen(qapp, qtbot, trainer):
    theme, choice = Theme(qapp), Choice()
    view = LandscapeView(theme, choice)
    qtbot.addWidget(view)
    choice.set_data(small_data())
    view.show_snapshot(trainer.snapshot())
    colours = set()
    image = painted(theme, view.paint_figure)
    for x in range(100, 500, 7):
        for y in range(60, 300, 7):
            colours.add(image.pixel(x, y))
    assert len(colours) > 50
    assert not any("surveyor" in thread.name for thread in threading.enumerate())


def test_a_run_that_has_diverged_gives_a_sentence(qapp, qtbot, trainer):
    choice = Choice()
    view = LandscapeView(Theme(qapp), choice)
    qtbot.addWidget(view)
    choice.set_data(small_data())
    snapshot = trainer.snapshot()
    theta = np.full_like(snapshot.theta, np.nan)
    theta.flags.writeable = False
    view.receive(replace(snapshot, network=snapshot.network.at(theta)))
    view.show()
    wait(view, qtbot)
    assert "no longer finite" in view.canvas.accessibleDescription()
    view.grab()
    view.close()


def test_small_and_with_large_letters_it_still_paints(view, qtbot, trainer):
    show(view, qtbot, trainer)
    view.theme.choose_text_scale(2.0)
    for size in ((300, 200), (700, 500)):
        view.resize(*size)
        view.grab()
    view.theme.choose_text_scale(1.0)
