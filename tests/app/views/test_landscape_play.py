"""The balls and the film of the cost surface, and its third dimension where there is no OpenGL."""

import importlib.util
import threading
from dataclasses import replace

import numpy as np
import pytest
from app.views.test_landscape import middle_of, show, wait
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtTest import QTest
from run.small import small_data
from run.test_planes import trained

from nnviz.app.ball_desk import MOST_BALLS
from nnviz.app.choice import Choice
from nnviz.app.figure_file import figure_png, figure_svg
from nnviz.app.graphics.landscape.gl import NONE
from nnviz.app.views.ball_controls import ROLES
from nnviz.app.views.landscape import LandscapeView
from nnviz.core.survey import Surface
from nnviz.run.plane_race import PlaneGround
from nnviz.run.planes import CostOver

LEFT_OF_MIDDLE = QPointF(-60, 20)


@pytest.fixture
def trainer():
    return trained()


@pytest.fixture
def view(theme, qtbot, trainer):
    choice = Choice()
    made = LandscapeView(theme, choice)
    qtbot.addWidget(made)
    choice.set_data(small_data())
    made.resize(640, 480)
    made.receive(trainer.snapshot())
    yield made
    made.close()


def click(widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(8, widget.height() // 2))


def with_ball(view, qtbot, trainer, by=LEFT_OF_MIDDLE):
    show(view, qtbot, trainer)
    click(view.play.with_balls)
    view.canvas.repaint()
    put(view, qtbot, by)


def put(view, qtbot, by):
    where = (middle_of(view) + by).toPoint()
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=where)
    settle(view, qtbot)
    return view._coordinates(QPointF(where))


def settle(view, qtbot):
    desk = view.play.desk
    qtbot.waitUntil(
        lambda: len(desk.walks) == len(desk.balls) and not desk._collecting.isActive(), timeout=10_000
    )


def steps(view):
    return [walk.steps for walk in view.play.desk.walks]


def test_a_click_puts_a_ball_there_with_the_runs_own_rate(view, qtbot, trainer):
    with_ball(view, qtbot, trainer)
    at = put(view, qtbot, QPointF(30, -40))
    ball = view.play.desk.balls[0].ball
    assert ball.start == pytest.approx(at)
    assert ball.eta == trainer.hyper.eta
    assert "step 0" in view.play.list.accessibleDescription()


def test_without_the_box_ticked_a_click_puts_no_ball(view, qtbot, trainer):
    show(view, qtbot, trainer)
    view.canvas.repaint()
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=middle_of(view).toPoint())
    assert view.play.desk.balls == ()


def test_a_drag_moves_the_map_and_puts_no_ball(view, qtbot, trainer):
    show(view, qtbot, trainer)
    click(view.play.with_balls)
    view.canvas.repaint()
    start = middle_of(view).toPoint()
    QTest.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.canvas, start + QPoint(30, 0))
    QTest.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 0))
    assert view.play.desk.balls == ()


def test_keys_put_a_ball_and_move_it(view, qtbot, trainer):
    show(view, qtbot, trainer)
    click(view.play.with_balls)
    QTest.keyClick(view.canvas, Qt.Key.Key_Return)
    settle(view, qtbot)
    before = view.play.desk.balls[0].ball.start
    window = view._window
    QTest.keyClick(view.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    settle(view, qtbot)
    after = view.play.desk.balls[0].ball.start
    assert after[0] - before[0] == pytest.approx((window.right - window.left) / 40)
    assert view._window == window


def test_steps_are_made_taken_back_and_begun_anew(view, qtbot, trainer):
    with_ball(view, qtbot, trainer)
    buttons = view.play.controls.buttons
    for key, wanted in (("step", 1), ("step", 2), ("back", 1), ("step", 2), ("reset", 0)):
        click(buttons[key])
        settle(view, qtbot)
        assert steps(view) == [wanted]


def test_running_the_ball_goes_down_until_it_is_paused(view, qtbot, trainer):
    with_ball(view, qtbot, trainer)
    view.play.controls.speed.setCurrentIndex(3)
    run = view.play.controls.buttons["run"]
    click(run)
    assert run.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: steps(view)[0] >= 4, timeout=10_000)
    click(run)
    settle(view, qtbot)
    costs = view.play.desk.walks[0].costs
    assert costs[-1] < costs[0]
    made = steps(view)
    QTest.qWait(120)
    assert steps(view) == made


def test_the_second_ball_is_the_drunk_one_and_each_has_its_own_numbers(view, qtbot, trainer):
    with_ball(view, qtbot, trainer)
    controls, desk = view.play.controls, view.play.desk
    click(controls.add)
    settle(view, qtbot)
    assert [ball.batch_size for ball in desk.balls] == [None, trainer.hyper.batch_size]
    assert desk.balls[0].ball == desk.balls[1].ball
    controls.eta.setValue(0.25)
    controls.momentum.setValue(0.5)
    settle(view, qtbot)
    click(controls.chips[0])
    assert controls.eta.value() == trainer.hyper.eta
    assert (desk.balls[1].ball.eta, desk.balls[1].ball.momentum) == (0.25, 0.5)
    for _ in range(MOST_BALLS):
        click(controls.add)
    settle(view, qtbot)
    assert len(desk.balls) == MOST_BALLS == len(ROLES)
    view.grab()
    for _ in range(MOST_BALLS):
        click(controls.remove)
    assert desk.balls == ()


def test_while_balls_lie_on_it_the_plane_stays_and_the_path_goes_on(view, qtbot, trainer):
    view.least_ms = 0
    with_ball(view, qtbot, trainer)
    held = view.landscape.ground.plane
    trainer.advance(13)
    view.receive(trainer.snapshot())
    wait(view, qtbot, lambda found: found.step == 83)
    assert view.landscape.ground.plane is held
    click(view.play.with_balls)
    wait(view, qtbot, lambda found: found.ground.plane is not held)
    assert view.play.desk.balls == ()


def test_other_directions_take_the_balls_away(view, qtbot, trainer):
    with_ball(view, qtbot, trainer)
    view.controls.directions.setCurrentText("Random")
    wait(view, qtbot, lambda found: found.spec.plane.directions == "random")
    assert view.play.desk.balls == ()


def test_a_run_of_another_network_takes_the_balls_away(view, qtbot, trainer):
    view.least_ms = 0
    with_ball(view, qtbot, trainer)
    other = trained(30, seed=5)
    view.receive(other.snapshot())
    assert view.play.desk.balls == ()


def test_for_real_a_branch_begins_at_the_ball(view, qtbot, trainer):
    with_ball(view, qtbot, trainer)
    wanted = []
    view.play.branch_wanted.connect(wanted.append)
    click(view.play.controls.real)
    placement = wanted[0](70)
    plane, point = view.play.held, view.play.desk.walks[0].points[-1]
    assert placement.step == 70
    assert placement.position.tobytes() == plane.theta(point).astype(np.float32).tobytes()


def test_a_ball_that_diverges_is_told_of_and_the_view_still_paints(view, qtbot, trainer):
    with_ball(view, qtbot, trainer)
    view.play.controls.eta.setValue(9999)
    view.play.controls.momentum.setValue(0.99)
    for _ in range(3):
        view.play.desk.go_to(1500)
        settle(view, qtbot)
    view.grab()
    assert view.play.list.accessibleDescription()


def test_hidden_nothing_rolls_and_seen_again_the_ball_is_where_it_was(view, qtbot, trainer):
    with_ball(view, qtbot, trainer)
    click(view.play.controls.buttons["step"])
    settle(view, qtbot)
    view.play.desk.run()
    view.hide()
    assert not any("roller" in thread.name for thread in threading.enumerate())
    assert not view.play.desk.is_running
    step = view.play.desk.step
    view.show()
    settle(view, qtbot)
    assert steps(view) == [step]


@pytest.mark.parametrize("size", [QSize(300, 200), QSize(420, 240), QSize(1200, 500)])
def test_balls_fit_into_any_view(view, qtbot, trainer, size):
    with_ball(view, qtbot, trainer)
    view.resize(size)
    QTest.qWait(20)
    view.grab()
    assert view.size() == size
    assert view.play.controls.real.isVisible()
    assert view.canvas.height() >= 60


def test_without_opengl_the_map_carries_everything_and_that_is_said_once(view, qtbot, trainer):
    said = []
    view.play.told.connect(said.append)
    show(view, qtbot, trainer)
    for look in (1, 2, 1):
        view.play.look.setCurrentIndex(look)
        view.grab()
    assert said == [NONE]
    assert view.canvas.isVisible()
    assert view.play.relief.isHidden()
    assert view.play.look.currentIndex() == 0
    assert view.play.look.toolTip() == NONE


def test_a_figure_shows_the_balls_and_is_the_same_twice(view, qtbot, trainer):
    show(view, qtbot, trainer)
    size = QSize(600, 420)
    plain = figure_png(view, size)
    click(view.play.with_balls)
    view.canvas.repaint()
    put(view, qtbot, QPointF(-40, 10))
    for make in (figure_png, figure_svg):
        assert make(view, size) == make(view, size) != plain


def test_a_film_shows_the_way_of_the_run_and_of_the_ball(view, qtbot, trainer):
    from PySide6.QtGui import QImage, QPainter

    with_ball(view, qtbot, trainer)
    view.play.desk.go_to(6)
    settle(view, qtbot)
    descent = view.play.descent()

    def picture(place):
        image = QImage(descent.size, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            descent.paint(place, painter, QRectF(0, 0, descent.size.width(), descent.size.height()))
        return image

    first, middle, last = picture(0), picture(descent.count // 2), picture(descent.count - 1)
    assert first != middle != last != first
    assert picture(0) == first


@pytest.mark.skipif(not importlib.util.find_spec("PIL"), reason="needs Pillow")
def test_a_film_is_written_while_the_button_tells_how_far_it_is(view, qtbot, trainer, tmp_path):
    show(view, qtbot, trainer)
    path, texts = tmp_path / "descent.gif", set()
    descent = view.play.descent()
    descent.size, descent.count = QSize(160, 120), 25
    view.play.filming.save_as(path, descent)
    with qtbot.waitSignal(view.play.told, timeout=20_000) as told:
        view.play.filming.film.progressed.connect(lambda share: texts.add(view.play.film.text()))
    assert str(path) in told.args[0]
    assert any(text.startswith("Cancel") for text in texts)
    assert path.read_bytes().startswith(b"GIF8")
    assert view.play.film.text() == "Film…"


@pytest.mark.skipif(not importlib.util.find_spec("PIL"), reason="needs Pillow")
def test_the_same_button_leaves_a_film_and_so_does_hiding_the_view(view, qtbot, trainer, tmp_path):
    show(view, qtbot, trainer)
    for leave in (lambda: click(view.play.film), view.hide):
        view.play.filming.save_as(tmp_path / "descent.gif", view.play.descent())
        QTest.qWait(30)
        leave()
        assert view.play.filming.film is None
        assert list(tmp_path.iterdir()) == []
        assert not any("film" in thread.name for thread in threading.enumerate())


def test_a_film_without_its_library_is_refused_with_the_command(view, qtbot, trainer, tmp_path, monkeypatch):
    from nnviz.app import film_writer

    show(view, qtbot, trainer)
    monkeypatch.setattr(film_writer.importlib.util, "find_spec", lambda name: None)
    with qtbot.waitSignal(view.play.failed) as failed:
        view.play.filming.save_as(tmp_path / "descent.mp4", view.play.descent())
    assert "pip install av" in failed.args[0]


def test_before_there_is_a_surface_there_is_no_film(view, qtbot):
    with qtbot.waitSignal(view.play.failed):
        view.play.film.click()


def test_in_three_dimensions_a_fine_surface_stays_until_the_next_is_fine_enough(view, qtbot, trainer):
    show(view, qtbot, trainer)
    play, fine = view.play, view.landscape
    few = fine.surface.alphas[::8], fine.surface.betas[::8], fine.surface.costs[::8, ::8]
    coarse = replace(fine, surface=Surface(*few, is_finest=False), step=71)
    path = play.third.path
    play.show_landscape(coarse)
    assert play.third.surface is fine.surface
    assert play.third.path is path  # a path belongs to its plane
    some = fine.surface.alphas[::2], fine.surface.betas[::2], fine.surface.costs[::2, ::2]
    finer = replace(coarse, surface=Surface(*some, is_finest=False))
    play.show_landscape(finer)
    assert play.third.surface is finer.surface
    assert play.third.path is not path


def test_true_costs_that_are_known_stay_known_while_the_run_goes_on(view, qtbot, trainer):
    show(view, qtbot, trainer)
    found = view.landscape
    unknown = np.full(len(found.steps), np.nan)
    unknown[-1] = 1.0
    later = replace(found, shadow=replace(found.shadow, costs=unknown))
    known = view.play.third.costs(later)
    assert known[:-1].tolist() == found.shadow.costs[:-1].tolist()
    assert known[-1] == 1.0
    other = replace(later, spec=replace(later.spec, over=CostOver("all")))
    assert np.isnan(view.play.third.costs(other)[:-1]).all()


def test_a_ball_that_cannot_roll_is_taken_away_with_a_sentence(view, qtbot, trainer, monkeypatch):
    def slope(self, batch_size):
        raise ValueError("There is no gradient.")

    monkeypatch.setattr(PlaneGround, "slope", slope)
    show(view, qtbot, trainer)
    click(view.play.with_balls)
    with qtbot.waitSignal(view.play.failed) as failed:
        QTest.keyClick(view.canvas, Qt.Key.Key_Return)
    assert failed.args == ["There is no gradient."]
    assert view.play.desk.balls == ()


def test_a_run_that_is_no_number_any_more_leaves_the_balls_on_their_plane(view, qtbot, trainer):
    view.least_ms = 0
    with_ball(view, qtbot, trainer)
    trainer.network.theta[:] = np.nan
    trainer.advance(0)
    view.receive(trainer.snapshot())
    QTest.qWait(200)
    click(view.play.controls.buttons["step"])
    settle(view, qtbot)
    assert steps(view) == [1]
    view.grab()


def test_what_is_typed_before_the_first_ball_is_not_lost_while_the_run_goes_on(view, qtbot, trainer):
    show(view, qtbot, trainer)
    click(view.play.with_balls)
    view.play.controls.eta.setValue(0.125)
    trainer.advance(3)
    view.receive(trainer.snapshot())
    QTest.keyClick(view.canvas, Qt.Key.Key_Return)
    settle(view, qtbot)
    assert view.play.desk.balls[0].ball.eta == 0.125
