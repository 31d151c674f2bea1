import numpy as np
import pytest
from app.painted import colour_at, overlapping, picture_of, strings, texts_of
from app.small_window import move_mouse
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from nnviz.app.figure_file import figure_png, figure_svg
from nnviz.app.graphics.landscape.gl import NONE
from nnviz.app.views.toys import ToysView
from nnviz.core.balls import Ball, roll
from nnviz.core.race import MOST_BALLS
from nnviz.core.surfaces import CURVE, TOYS

T = {toy.name: toy for toy in TOYS}
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot, theme):
    view = ToysView(theme)
    qtbot.addWidget(view)
    view.resize(640, 520)
    view.show()
    yield view
    view.close()


def press(view, key):
    QTest.mouseClick(view.controls.buttons[key], LEFT)


def pixel(view, point):
    """Return where a point of the toy is on the canvas."""
    value = float(view.race.toy.value(np.array(point)))
    return view._picture.where(np.array(point), value, view._area()).toPoint()


def points(view, place=0):
    return np.array([footprint.point for footprint in view.race.way(place)])


def figure_texts(view, width=1000, height=560):
    paint = lambda painter: view.paint_figure(painter, QRectF(0, 0, width, height))  # noqa: E731
    return texts_of(paint, width, height)


def test_it_begins_with_a_curve_of_two_valleys_and_a_ball_above_them(view):
    assert view.race.toy is CURVE
    assert points(view).tolist() == [[CURVE.start[0]]]
    picture = view.canvas.grab().toImage()
    assert colour_at(picture, pixel(view, CURVE.start)) == view.theme.colours.highlight


def test_step_and_back_make_and_unmake_a_step(view):
    press(view, "step")
    press(view, "step")
    assert points(view) == pytest.approx(roll(CURVE, view.race.balls[0], 2).points)
    press(view, "back")
    assert len(points(view)) == 2
    press(view, "reset")
    assert len(points(view)) == 1
    assert not view.controls.buttons["back"].isEnabled()


def test_run_makes_step_after_step_until_it_is_pressed_again(qtbot, view):
    view.controls.speed.setCurrentIndex(3)
    press(view, "run")
    qtbot.waitUntil(lambda: view.race.step >= 4)
    assert view.controls.buttons["run"].accessibleName() == "Pause"
    press(view, "run")
    step = view.race.step
    qtbot.wait(120)
    assert view.race.step == step
    assert points(view) == pytest.approx(roll(CURVE, view.race.balls[0], step).points)


def test_a_run_ends_when_all_balls_have_diverged_and_when_nobody_looks(qtbot, view):
    view.change_ball(CURVE.etas[2], 0.0)
    view.controls.speed.setCurrentIndex(3)
    press(view, "run")
    qtbot.waitUntil(lambda: not view.is_running)
    assert "diverged at step 2" in view.canvas.accessibleDescription()
    view.choose_toy(T["Bowl"])
    press(view, "run")
    view.hide()
    assert not view.is_running


def test_a_click_puts_the_ball_there_and_its_way_begins_anew(view):
    view.choose_toy(T["Bowl"])
    press(view, "step")
    place = pixel(view, (-1.0, 1.5))
    QTest.mouseClick(view.canvas, LEFT, pos=place)
    assert points(view) == pytest.approx(np.array([[-1.0, 1.5]]), abs=0.05)
    assert colour_at(view.canvas.grab().toImage(), place) == view.theme.colours.highlight
    press(view, "step")
    assert len(points(view)) == 2


def test_a_click_on_a_curve_takes_the_x_under_the_pointer(view):
    QTest.mouseClick(view.canvas, LEFT, pos=pixel(view, (-0.5,)))
    assert points(view) == pytest.approx(np.array([[-0.5]]), abs=0.02)


def test_the_arrow_keys_put_the_ball_a_little_further_and_keep_it_in_the_picture(view):
    view.choose_toy(T["Bowl"])
    view.canvas.setFocus()
    QTest.keyClick(view.canvas, Qt.Key.Key_Up)
    QTest.keyClick(view.canvas, Qt.Key.Key_Left)
    x, y = T["Bowl"].start
    assert points(view) == pytest.approx(np.array([[x - 0.15, y + 0.15]]))
    for _ in range(50):
        QTest.keyClick(view.canvas, Qt.Key.Key_Right)
    assert points(view)[0, 0] == T["Bowl"].window.right


def test_another_eta_shows_at_once_where_the_ball_would_be(view):
    view.choose_toy(T["Bowl"])
    for _ in range(6):
        press(view, "step")
    view.controls.eta.setValue(0.1)
    assert points(view) == pytest.approx(roll(T["Bowl"], Ball(T["Bowl"].start, 0.1), 6).points)
    view.controls.momentum.setValue(0.9)
    assert points(view) == pytest.approx(roll(T["Bowl"], Ball(T["Bowl"].start, 0.1, 0.9), 6).points)


def test_the_slider_goes_from_too_small_an_eta_to_one_that_diverges(view):
    for toy in TOYS:
        view.choose_toy(toy)
        view.controls.slider.setValue(0)
        assert view.race.balls[0].eta <= toy.etas[0]
        view.controls.slider.setValue(view.controls.slider.maximum())
        assert view.race.balls[0].eta >= toy.etas[2]
        assert view.controls.eta.value() == view.race.balls[0].eta


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_eta_can_be_read_in_full(view, theme, scale):
    theme.choose_text_scale(scale)
    for eta in (0.0015, 0.00012, 12.34567):
        view.change_ball(eta, 0.0)
        line = view.controls.eta.findChild(QLineEdit)
        assert view.controls.eta.width() >= view.controls.eta.sizeHint().width()
        assert line.fontMetrics().horizontalAdvance(line.text()) <= line.width() - 2
    theme.choose_text_scale(1.0)


def test_several_balls_have_an_eta_each_and_the_chosen_one_is_acted_on(view):
    view.resize(900, 520)
    view.choose_toy(T["Bowl"])
    for _ in range(MOST_BALLS - 1):
        QTest.mouseClick(view.controls.add, LEFT)
    assert not view.controls.add.isEnabled()
    assert len({(ball.eta, ball.momentum) for ball in view.race.balls}) == MOST_BALLS
    assert view.chosen == MOST_BALLS - 1
    QTest.mouseClick(view.controls.chips[1], LEFT)
    assert view.chosen == 1
    assert view.controls.eta.value() == view.race.balls[1].eta == T["Bowl"].etas[2]
    QTest.mouseClick(view.canvas, LEFT, pos=pixel(view, (0.0, -2.0)))
    assert points(view, 1) == pytest.approx(np.array([[0.0, -2.0]]), abs=0.05)
    assert points(view, 0).tolist() == [list(T["Bowl"].start)]
    QTest.mouseClick(view.controls.remove, LEFT)
    assert len(view.race.balls) == MOST_BALLS - 1


def test_a_click_on_another_ball_chooses_it(view):
    view.choose_toy(T["Bowl"])
    view.add_ball()
    press(view, "step")
    assert view.chosen == 1
    QTest.mouseClick(view.canvas, LEFT, pos=pixel(view, points(view, 0)[-1]))
    assert view.chosen == 0
    assert len(points(view, 0)) == 2


def test_what_happens_is_written_below_for_every_ball(view):
    view.choose_toy(T["Bowl"])
    view.add_ball()
    press(view, "step")
    texts = strings(figure_texts(view))
    assert "It rolls downhill." in texts
    assert "The step is longer than the valley is wide: it climbs." in texts
    assert "step 1 · C = 1.040 · moved 1.442" in texts


def test_the_pointer_is_told_numbers(view):
    view.choose_toy(T["Bowl"])
    place = pixel(view, (-1.0, -2.0))
    move_mouse(view.canvas, place)
    point = view._picture.at(place, view._area())
    assert view._picture.numbers_at((-1.0, -2.0)) == [
        "C = 2.500",
        "x = −1.000, y = −2.000",
        "∇C = (−1.000, −2.000)",
    ]
    before = view.canvas.grab().toImage()
    view.canvas.pointer = None
    assert before != view.canvas.grab().toImage()
    assert point == pytest.approx((-1, -2), abs=0.05)


def test_slopes_are_shown_all_over_the_map(view):
    view.choose_toy(T["Bowl"])
    without = view.canvas.grab().toImage()
    QTest.mouseClick(view.controls.slopes, LEFT)
    assert view.canvas.grab().toImage() != without


def test_rosenbrock_is_shown_by_logarithms_and_a_saddle_cannot_be(view):
    view.choose_toy(T["Rosenbrock"])
    assert view.controls.log.isChecked()
    view.choose_toy(T["Saddle"])
    assert not view.controls.log.isEnabled()


def test_without_opengl_it_is_said_once_and_the_map_has_all_the_room(view):
    said = []
    view.told.connect(said.append)
    view.resize(1100, 600)
    view.choose_toy(T["Bowl"])
    view.choose_toy(T["Ravine"])
    view.resize(1200, 700)
    assert said == [NONE]
    assert view.relief.isHidden()
    assert not view.controls.relief.isEnabled()
    assert view.canvas.width() > 1100


def test_a_figure_is_painted_by_a_view_that_was_never_shown(qtbot, theme):
    view = ToysView(theme)
    qtbot.addWidget(view)
    view.choose_toy(T["Two basins"])
    png = figure_png(view, view.figure_size)
    assert png == figure_png(view, view.figure_size)
    assert len(png) > 20_000
    assert NONE.encode() not in figure_svg(view, view.figure_size)


@pytest.mark.parametrize("toy", TOYS, ids=T)
@pytest.mark.parametrize("size", [(300, 200), (600, 420), (1200, 800)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_in_every_size_of_window_and_text_nothing_is_written_over_something_else(
    qtbot, theme, toy, size, scale
):
    theme.choose_text_scale(scale)
    view = ToysView(theme)
    qtbot.addWidget(view)
    view.resize(*size)
    view.show()
    view.choose_toy(toy)
    press(view, "step")
    for part in (view.controls, view.canvas, view.foot):
        assert part.geometry().right() <= view.width()
        assert part.geometry().bottom() <= view.height()
    assert not view.controls.geometry().intersects(view.canvas.geometry())
    shown = view.controls.shown_controls()
    assert {view.controls.buttons["step"], view.controls.buttons["run"]} <= set(shown)
    for control in shown:
        assert control.geometry().right() <= control.parentWidget().width()
    picture_of(lambda painter: view.paint_figure(painter, QRectF(0, 0, *size)), *size)
    assert overlapping(figure_texts(view, *size)) == []
    view.close()
    theme.choose_text_scale(1.0)


@pytest.mark.parametrize("toy", TOYS, ids=T)
def test_every_toy_with_every_eta_is_shown_to_its_end(view, toy):
    view.choose_toy(toy)
    for _ in range(MOST_BALLS - 1):
        view.add_ball()
    for _ in range(40):
        view.race.advance(5)
        view._show_balls()
        view.canvas.grab()


def test_the_theme_is_taken_up(view, theme):
    view.choose_toy(T["Bowl"])
    dark = view.grab().toImage()
    theme.choose("light", colour_blind_safe=True)
    light = view.grab().toImage()
    assert light != dark
    assert light.pixelColor(3, 3).name() == theme.colours.surface
