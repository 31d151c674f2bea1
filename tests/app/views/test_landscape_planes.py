"""The planes that the map's second row of controls gives."""

import numpy as np
import pytest
from app.views.test_landscape import show, wait
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from run.small import small_data
from run.test_planes import trained

from nnviz.app.choice import Choice
from nnviz.app.theme import Theme
from nnviz.app.views.landscape import LandscapeView
from nnviz.core.components import Component, index_of
from nnviz.run.branches import Branches
from nnviz.run.trail import ends_of, trail_of


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


def choose(view, text):
    view.controls.directions.setCurrentText(text)


def type_into(box, text):
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def test_two_parameters_span_a_plane(view, qtbot, trainer):
    show(view, qtbot, trainer)
    choose(view, "Two parameters")
    wait(view, qtbot)
    type_into(view.controls.more.one, "w(1, 2, 3)")
    type_into(view.controls.more.other, "b(2, 4)")
    network = trainer.network
    places = index_of(network, Component(1, 2, 3)), index_of(network, Component(2, 4))
    wait(view, qtbot, lambda found: found.spec.plane.parameters == places)
    plane = view.landscape.ground.plane
    assert plane.u[places[0]] == plane.v[places[1]] == 1


def test_a_component_that_is_chosen_elsewhere_is_the_first_parameter(view, qtbot, trainer):
    show(view, qtbot, trainer)
    view._choice.choose_component(Component(1, 5, 7))
    choose(view, "Two parameters")
    wait(view, qtbot)
    first = index_of(trainer.network, Component(1, 5, 7))
    assert view.landscape.spec.plane.parameters[0] == first
    view._choice.choose_component(Component(2, 1, 1))
    second = index_of(trainer.network, Component(2, 1, 1))
    wait(view, qtbot, lambda found: found.spec.plane.parameters == (second, first))


@pytest.mark.parametrize(
    ("text", "sentence"), [("nonsense", "is no parameter"), ("w(7, 0, 0)", "no parameter w(7, 0, 0)")]
)
def test_what_is_no_parameter_is_answered_in_the_view_and_can_be_mended(view, qtbot, trainer, text, sentence):
    show(view, qtbot, trainer)
    choose(view, "Two parameters")
    wait(view, qtbot)
    type_into(view.controls.more.one, text)
    assert sentence in view.canvas.accessibleDescription()
    view.grab()
    type_into(view.controls.more.one, "w(1, 0, 0)")
    wait(view, qtbot, lambda found: found.surface is not None)


def test_one_parameter_twice_is_answered_in_the_view(view, qtbot, trainer):
    show(view, qtbot, trainer)
    choose(view, "Two parameters")
    type_into(view.controls.more.other, view.controls.more.one.text())
    wait(view, qtbot, lambda found: "two different" in found.refusal)


def test_another_seed_is_another_random_plane(view, qtbot, trainer):
    show(view, qtbot, trainer)
    choose(view, "Random")
    wait(view, qtbot)
    before = view.landscape.ground.plane
    view.controls.more.seed.setValue(5)
    wait(view, qtbot, lambda found: found.spec.plane.seed == 5)
    assert not np.array_equal(view.landscape.ground.plane.u, before.u)


def test_the_centre_can_be_the_start(view, qtbot, trainer):
    show(view, qtbot, trainer)
    view.controls.more.centre.setCurrentText("Start")
    wait(view, qtbot, lambda found: found.spec.plane.centre == "start")
    assert view.landscape.ground.plane.centre == pytest.approx(trail_of(trainer).route().positions[0])


def test_gone_back_the_centre_can_be_the_end(view, qtbot, trainer):
    branches = Branches(trainer)
    end = trainer.network.theta.copy()
    show(view, qtbot, trainer)
    ends = ends_of(branches)
    trainer.go_to(40)
    view.least_ms = 0
    view.receive(trainer.snapshot())
    with qtbot.waitSignal(view.trail_wanted):
        view.controls.more.centre.setCurrentText("End")
    view.take_up_trail(trail_of(trainer), ends)
    wait(view, qtbot, lambda found: found.step == 40)
    assert view.landscape.ground.plane.centre == pytest.approx(end)


def test_three_points_need_another_branch(view, qtbot, trainer):
    show(view, qtbot, trainer)
    choose(view, "Three points")
    wait(view, qtbot, lambda found: "Fork the run" in found.refusal)
    view.grab()


def test_three_points_lie_on_the_plane(view, qtbot):
    trainer = trained(40)
    branches = Branches(trainer)
    branches.fork()
    branches.trainer.change(eta=2.0)
    branches.trainer.advance(30)
    other = branches.trainer.network.theta.copy()
    branches.switch(0)
    trainer.advance(30)
    view.receive(trainer.snapshot())
    show(view, qtbot, trainer)
    choose(view, "Three points")
    ends = ends_of(branches)
    assert [end.name for end in ends.others] == ["branch 1"]
    view.take_up_trail(trail_of(trainer), ends)
    wait(view, qtbot, lambda found: found.ground is not None)
    points = [trail_of(trainer).route().positions[0], trainer.network.theta, other]
    assert view.landscape.ground.plane.distances(points) == pytest.approx(0, abs=1e-5)


def test_the_extent_can_be_typed(view, qtbot, trainer):
    show(view, qtbot, trainer)
    view.controls.more.extent.setValue(3.0)
    wait(view, qtbot, lambda found: found.ground.window.right - found.ground.window.left == pytest.approx(6))
    assert view.landscape.ground.window.top - view.landscape.ground.window.bottom == pytest.approx(6)


def test_while_the_run_goes_on_the_plane_of_the_path_stays(view, qtbot, trainer):
    view.least_ms = 0
    show(view, qtbot, trainer)
    before = view.landscape.ground.plane
    trainer.advance(1)
    view.receive(trainer.snapshot())
    wait(view, qtbot, lambda found: found.step == 71)
    after = view.landscape.ground.plane
    assert np.array_equal(after.u, before.u)
    assert after.centre == pytest.approx(trainer.network.theta)
    view.receive(trained(90).snapshot())
    assert view._plane is None
    wait(view, qtbot, lambda found: found.step == 90)
