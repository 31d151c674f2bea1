import threading
from dataclasses import replace

import numpy as np
import pytest
from app.graphics.scenes import painted
from app.known_network import few_digits
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from run.small import small_data
from run.test_planes import trained

from nnviz.app.choice import Choice
from nnviz.app.theme import Theme
from nnviz.app.views.slice import BEFORE_DATA, NO_FIT, SliceView
from nnviz.core.slice import slice_downhill


@pytest.fixture
def trainer():
    return trained()


@pytest.fixture
def view(qapp, qtbot, trainer):
    choice = Choice()
    made = SliceView(Theme(qapp), choice)
    made.theme.motion = False
    qtbot.addWidget(made)
    choice.set_data(small_data())
    made.resize(640, 480)
    made.receive(trainer.snapshot())
    yield made
    made.close()


def wait(view, qtbot, wanted=lambda found: True):
    def is_there():
        found = view.sliced
        return found is not None and found.is_complete and not view.asking.is_busy and wanted(found)

    qtbot.waitUntil(is_there, timeout=10_000)
    view.canvas.repaint()


def show(view, qtbot):
    view.show()
    wait(view, qtbot)


def test_the_cost_downhill_appears(view, qtbot, trainer):
    show(view, qtbot)
    found = view.sliced.slice
    images, labels = trainer.training.images, trainer.training.labels
    expected = slice_downhill(trainer.network, images, labels, 0.5, reach=float(found.etas[-1]))
    assert found.costs == pytest.approx(expected.costs, rel=1e-5)
    assert [landing.eta for landing in view.landings] == [0.25, 0.5, 1.0]
    assert "η = 0.5" in view.canvas.accessibleDescription()


def test_before_the_first_step_there_is_a_slice_too(qapp, qtbot):
    choice = Choice()
    view = SliceView(Theme(qapp), choice)
    qtbot.addWidget(view)
    choice.set_data(small_data())
    view.receive(trained(0).snapshot())
    show(view, qtbot)
    assert view.sliced.slice is not None
    view.close()


def test_it_follows_the_run(view, qtbot, trainer):
    view.least_ms = 0
    show(view, qtbot)
    trainer.advance(5)
    view.receive(trainer.snapshot())
    wait(view, qtbot, lambda found: found.step == 75)


def test_the_handle_can_be_dragged_and_the_run_is_not_changed(view, qtbot):
    show(view, qtbot)
    chosen = []
    view.eta_chosen.connect(chosen.append)
    chart = view._picture.chart
    knob = view._picture.knob(0.5).center()
    to = QPointF(chart.across(1.2), knob.y())
    QTest.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=knob.toPoint())
    QTest.mouseMove(view.canvas, to.toPoint())
    assert view.eta == pytest.approx(1.2, abs=0.05)
    assert "η = 1.2" in view.sentences()[0] or "η = 1.1" in view.sentences()[0]
    QTest.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=to.toPoint())
    wait(view, qtbot, lambda found: found.spec.eta == view.eta)
    assert chosen == []
    assert view.controls.use.isEnabled()
    assert view.controls.eta.value() == pytest.approx(view.eta)


def test_use_this_eta_asks_the_run_to_take_it(view, qtbot):
    show(view, qtbot)
    view.controls.eta.setFocus()
    view.controls.eta.selectAll()
    QTest.keyClicks(view.controls.eta, "0.9")
    QTest.keyClick(view.controls.eta, Qt.Key.Key_Return)
    assert view.eta == pytest.approx(0.9)
    with qtbot.waitSignal(view.eta_chosen) as told:
        QTest.mouseClick(view.controls.use, Qt.MouseButton.LeftButton)
    assert told.args == [pytest.approx(0.9)]
    assert not view.controls.use.isEnabled()
    wait(view, qtbot)


def test_the_runs_own_eta_can_be_brought_back(view, qtbot):
    show(view, qtbot)
    view.try_eta(2.0)
    QTest.mouseClick(view.controls.back, Qt.MouseButton.LeftButton)
    assert view.eta == 0.5
    view.try_eta(2.0)
    QTest.keyClick(view.canvas, Qt.Key.Key_0)
    assert view.eta == 0.5
    wait(view, qtbot)


def test_what_is_tried_stays_while_the_run_goes_on(view, qtbot, trainer):
    view.least_ms = 0
    show(view, qtbot)
    view.try_eta(1.5)
    trainer.advance(5)
    view.receive(trainer.snapshot())
    wait(view, qtbot, lambda found: found.step == 75)
    assert view.eta == 1.5
    assert view.sliced.spec.eta == 1.5


def test_keys_change_eta_and_the_reach(view, qtbot):
    show(view, qtbot)
    QTest.keyClick(view.canvas, Qt.Key.Key_Right)
    assert view.eta == pytest.approx(0.55)
    QTest.keyClick(view.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.eta == pytest.approx(0.539, abs=1e-3)
    wait(view, qtbot)
    before = view.sliced.slice.etas[-1]
    QTest.keyClick(view.canvas, Qt.Key.Key_Minus)
    wait(view, qtbot, lambda found: found.slice.etas[-1] > before)
    with qtbot.waitSignal(view.eta_chosen):
        QTest.keyClick(view.canvas, Qt.Key.Key_Return)


def test_the_wheel_lets_the_curve_go_farther(view, qtbot):
    show(view, qtbot)
    before = view.sliced.slice.etas[-1]
    at = view._picture.chart.box.center()
    event = QWheelEvent(
        at,
        view.canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.canvas, event)
    wait(view, qtbot, lambda found: found.slice.etas[-1] == pytest.approx(1.25 * before))


def test_the_pointer_tells_exact_numbers(view, qtbot):
    show(view, qtbot)
    plain = view.grab().toImage()
    QTest.mouseMove(view.canvas, view._picture.chart.box.center().toPoint())
    assert view.grab().toImage() != plain


def test_the_cost_may_be_that_of_the_mini_batch(view, qtbot, trainer):
    show(view, qtbot)
    view.controls.images.setCurrentText("Mini-batch")
    wait(view, qtbot, lambda found: found.n_samples == len(trainer.next_samples))


def test_a_run_that_has_diverged_gives_a_sentence_and_comes_back(view, qtbot, trainer):
    view.least_ms = 0
    show(view, qtbot)
    snapshot = trainer.snapshot()
    theta = np.full_like(snapshot.theta, np.nan)
    theta.flags.writeable = False
    view.receive(replace(snapshot, step=71, network=snapshot.network.at(theta)))
    wait(view, qtbot, lambda found: bool(found.refusal))
    assert "finite" in view.canvas.accessibleDescription()
    view.grab()
    view.receive(snapshot)
    wait(view, qtbot, lambda found: found.slice is not None)


def test_a_learning_rate_of_zero_gives_a_sentence_and_another_can_be_tried(view, qtbot, trainer):
    view.least_ms = 0
    snapshot = trainer.snapshot()
    view.receive(replace(snapshot, hyper=replace(snapshot.hyper, eta=0.0)))
    view.show()
    wait(view, qtbot, lambda found: "above 0" in found.refusal)
    view.grab()
    view.try_eta(1.0)
    wait(view, qtbot, lambda found: found.slice is not None)
    view.grab()


@pytest.mark.parametrize("eta", [1e-4, 1000.0])
def test_the_smallest_and_the_largest_eta_can_be_tried(view, qtbot, eta):
    show(view, qtbot)
    view.try_eta(eta)
    wait(view, qtbot, lambda found: found.spec.eta == eta)
    view.grab()
    view.try_eta(1e9)
    assert view.eta == 1000.0
    wait(view, qtbot)


def test_data_of_another_size_gives_a_sentence(qapp, qtbot, trainer):
    choice = Choice()
    view = SliceView(Theme(qapp), choice)
    qtbot.addWidget(view)
    choice.set_data(few_digits())
    view.receive(trainer.snapshot())
    view.show()
    view.grab()
    assert view._why_empty() == NO_FIT
    view.close()


def test_a_network_without_a_hidden_layer_has_a_slice_too(qapp, qtbot):
    choice = Choice()
    view = SliceView(Theme(qapp), choice)
    qtbot.addWidget(view)
    choice.set_data(small_data())
    view.receive(trained(sizes=(20, 10)).snapshot())
    show(view, qtbot)
    assert view.sliced.slice is not None
    view.close()


def test_before_the_data_is_there_it_says_so(qapp, qtbot):
    view = SliceView(Theme(qapp), Choice())
    qtbot.addWidget(view)
    view.show()
    view.grab()
    assert view._why_empty() == BEFORE_DATA
    assert view.sliced is None
    view.close()


def test_hidden_it_has_no_threads(view, qtbot):
    show(view, qtbot)
    assert any("surveyor" in thread.name for thread in threading.enumerate())
    view.hide()
    assert not any("surveyor" in thread.name for thread in threading.enumerate())
    view.show()
    wait(view, qtbot)


def test_a_figure_is_complete_without_ever_having_been_seen(qapp, qtbot, trainer):
    theme, choice = Theme(qapp), Choice()
    view = SliceView(theme, choice)
    qtbot.addWidget(view)
    choice.set_data(small_data())
    view.show_snapshot(trainer.snapshot())
    image = painted(theme, view.paint_figure)
    colours = {image.pixel(x, y) for x in range(100, 500, 5) for y in range(60, 300, 5)}
    assert len(colours) > 8
    assert not any("surveyor" in thread.name for thread in threading.enumerate())


def test_small_and_with_large_letters_it_still_paints(view, qtbot):
    show(view, qtbot)
    view.theme.choose_text_scale(2.0)
    for size in ((300, 200), (700, 500)):
        view.resize(*size)
        view.grab()
    view.theme.choose_text_scale(1.0)
