from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from run.small import small_data
from run.test_planes import trained, whereabouts

from nnviz.app.choice import Choice
from nnviz.app.graphics.landscape.honesty import PLANE, TRUE, lines_about
from nnviz.app.theme import Theme
from nnviz.app.views.honesty import HonestyStrip
from nnviz.app.views.landscape import LandscapeView
from nnviz.run.planes import CostOver, SurfaceSpec
from nnviz.run.surveying import landscapes
from nnviz.run.trail import trail_of

SPEC = SurfaceSpec(over=CostOver("all"), cells=8, fits_path=True)


@pytest.fixture(scope="module")
def landscape():
    *_, found = landscapes(SPEC, whereabouts(trained()))
    return found


@pytest.fixture
def strip(qapp, qtbot):
    made = HonestyStrip(Theme(qapp))
    qtbot.addWidget(made)
    made.resize(600, 160)
    made.show()
    yield made
    made.close()


def colour(image, point):
    return image.pixelColor(round(point.x()), round(point.y()))


def test_both_costs_of_each_position_are_drawn_at_their_heights(strip, landscape):
    strip.show_landscape(landscape)
    image = strip.grab().toImage()
    chart = strip._picture.chart
    place = len(landscape.steps) // 2
    x = chart.across(landscape.steps[place])
    true = colour(image, QPointF(x, chart.down(landscape.shadow.costs[place])))
    assert true.name() == QColor(strip._theme.colour(TRUE)).name()
    assert PLANE != TRUE


def test_the_pointer_tells_of_the_nearest_position(strip, landscape, qtbot):
    strip.show_landscape(landscape)
    strip.repaint()
    chart = strip._picture.chart
    with qtbot.waitSignal(strip.pointed) as told:
        QTest.mouseMove(strip, QPointF(chart.across(landscape.steps[3]), chart.box.center().y()).toPoint())
    assert told.args == [3]
    assert f"step {landscape.steps[3]}" in strip.accessibleDescription()
    strip.grab()


def test_the_arrows_go_from_position_to_position(strip, landscape):
    strip.show_landscape(landscape)
    strip.setFocus()
    last = len(landscape.steps) - 1
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert strip.place == last
    QTest.keyClick(strip, Qt.Key.Key_Left)
    assert strip.place == last - 1
    for _ in range(3):
        QTest.keyClick(strip, Qt.Key.Key_Right)
    assert strip.place == last
    strip.grab()


def test_what_is_told_is_what_was_computed(landscape):
    step, true, plane, distance = lines_about(landscape, 0)
    assert step == "step 0"
    assert float(true.split(": ")[1]) == pytest.approx(landscape.shadow.costs[0], rel=0.01)
    assert float(plane.split(": ")[1]) == pytest.approx(landscape.shadow.plane_costs[0], rel=0.01)
    assert float(distance.split(": ")[1]) == pytest.approx(landscape.shadow.distances[0], rel=0.01)


def test_costs_that_are_not_known_yet_are_said_to_be_so(landscape):
    unknown = np.full(len(landscape.steps), np.nan)
    shadow = replace(landscape.shadow, costs=unknown, plane_costs=unknown, known=0)
    assert "not computed yet" in lines_about(replace(landscape, shadow=shadow), 0)[1]


def test_while_training_runs_what_is_known_stays(strip, landscape):
    strip.show_landscape(landscape)
    unknown = np.full(len(landscape.steps), np.nan)
    shadow = replace(landscape.shadow, costs=unknown, plane_costs=unknown, known=0)
    strip.show_landscape(replace(landscape, shadow=shadow))
    assert strip.landscape is landscape
    other = replace(
        landscape, spec=replace(SPEC, plane=replace(SPEC.plane, directions="random")), shadow=shadow
    )
    strip.show_landscape(other)
    assert strip.landscape is other
    strip.grab()


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, -1.0, 1e300])
def test_any_costs_and_distances_can_be_painted(strip, landscape, value):
    some = landscape.shadow.costs.copy()
    some[::2] = value
    for shadow in (
        replace(landscape.shadow, costs=some, plane_costs=some),
        replace(landscape.shadow, distances=some),
        replace(landscape.shadow, distances=np.full(len(some), value), costs=np.full(len(some), value)),
    ):
        for logarithmic in (False, True):
            strip.take_logarithms(logarithmic)
            strip.show_landscape(replace(landscape, shadow=shadow))
            QTest.mouseMove(strip, strip.rect().center())
            strip.grab()


def test_without_a_path_there_is_a_sentence(strip, landscape):
    strip.show_landscape(None)
    strip.grab()
    assert not strip.has_path
    strip.show_landscape(replace(landscape, shadow=None, refusal="No plane."))
    strip.grab()
    assert not strip.has_path


def test_under_the_map_it_is_there_where_there_is_room_and_can_be_left_out(qapp, qtbot):
    choice, trainer = Choice(), trained()
    view = LandscapeView(Theme(qapp), choice)
    qtbot.addWidget(view)
    choice.set_data(small_data())
    view.resize(640, 600)
    view.receive(trainer.snapshot())
    view.show()
    view.take_up_trail(trail_of(trainer))

    def is_complete():
        return view.landscape is not None and view.landscape.shadow is not None and view.landscape.is_complete

    qtbot.waitUntil(is_complete, timeout=10_000)
    assert view.honesty.isVisible()
    assert view.honesty.landscape is view.landscape
    plain = view.canvas.grab().toImage()
    view.honesty.setFocus()
    QTest.keyClick(view.honesty, Qt.Key.Key_Left)
    QTest.keyClick(view.honesty, Qt.Key.Key_Left)
    assert view.canvas.grab().toImage() != plain  # the position is marked on the map
    QTest.mouseClick(view.controls.honest, Qt.MouseButton.LeftButton)
    assert not view.honesty.isVisible()
    QTest.mouseClick(view.controls.honest, Qt.MouseButton.LeftButton)
    view.resize(300, 200)
    assert not view.honesty.isVisible()
    assert not view.controls.more.isVisible()
    view.grab()
    view.close()
