import pytest
from app.graphics.scenes import network_of
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnviz.app.views.plane_controls import PlaneControls, component_of, place_of
from nnviz.core.components import Component, component
from nnviz.core.plane import PlaneError, Window


@pytest.fixture
def controls(qtbot):
    made = PlaneControls()
    qtbot.addWidget(made)
    made.resize(600, 40)
    made.show()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w(1, 3, 407)", Component(1, 3, 407)),
        (" W 1 3 407 ", Component(1, 3, 407)),
        ("2,5,3", Component(2, 5, 3)),
        ("b(2, 5)", Component(2, 5)),
        ("2 5", Component(2, 5)),
    ],
)
def test_a_parameter_can_be_written_in_some_ways(text, expected):
    assert component_of(text) == expected


@pytest.mark.parametrize(
    "text", ["", "w", "w(1, 3)", "b(1, 2, 3)", "x(1, 2, 3)", "1", "1 2 3 4", "ζ 1 2", "-1 2 x"]
)
def test_what_is_no_parameter_gives_a_sentence(text):
    with pytest.raises(PlaneError, match="is no parameter"):
        component_of(text)


@pytest.mark.parametrize(
    "text", ["w(9, 0, 0)", "w(1, 6, 0)", "w(1, 0, 20)", "b(0, 0)", "w(1, 0, 99999999999999)"]
)
def test_a_parameter_that_the_network_does_not_have_gives_a_sentence(text):
    with pytest.raises(PlaneError, match="has no parameter"):
        place_of(text, network_of((20, 6, 10)))


def test_a_parameter_lies_where_the_network_has_it():
    network = network_of((20, 6, 10))
    assert component(network, place_of("w(2, 3, 4)", network)) == Component(2, 3, 4)


def test_only_what_the_directions_need_is_there(controls):
    needs = {
        "principal": set(),
        "downhill": set(),
        "random": {controls.seed},
        "parameters": {controls.one, controls.other},
        "points": set(),
    }
    for directions, needed in needs.items():
        controls.show_directions(directions)
        some = (controls.seed, controls.one, controls.other, controls.branch)
        assert {part for part in some if part.isVisible()} == needed
        assert controls.centre.isVisible() == (directions != "points")
    controls.show_branches(["branch 2", "main"])
    controls.show_directions("points")
    assert controls.branch.isVisible()


def test_the_branch_that_is_chosen_stays_chosen(controls):
    controls.show_branches(["branch 1", "main"])
    assert controls.branch.currentText() == "branch 1"
    controls.branch.setCurrentText("main")
    controls.show_branches(["branch 2", "branch 1", "main"])
    assert controls.branch.currentText() == "main"
    controls.show_branches([])
    assert controls.branch.currentText() == ""


def test_each_change_is_told(controls, qtbot):
    controls.show_directions("random")
    with qtbot.waitSignal(controls.changed):
        controls.seed.setValue(7)
    with qtbot.waitSignal(controls.changed):
        controls.centre.setCurrentText("Start")
    assert controls.centred == "start"
    controls.show_directions("parameters")
    with qtbot.waitSignal(controls.changed):
        QTest.keyClicks(controls.one, "w 1 2 3")
        QTest.keyClick(controls.one, Qt.Key.Key_Return)
    assert controls.one.text() == "w 1 2 3"


def test_where_nothing_was_typed_two_parameters_of_the_last_layer_are_taken(controls):
    network = network_of((20, 6, 10))
    one, other = controls.parameters(network)
    assert (component(network, one), component(network, other)) == (Component(2, 0, 0), Component(2, 0, 1))


def test_a_network_of_one_neuron_has_two_parameters(controls):
    network = network_of((20, 1, 1))
    assert len(set(controls.parameters(network))) == 2


def test_what_is_chosen_elsewhere_comes_first_and_the_one_before_second(controls):
    controls.choose_component(Component(1, 2, 3))
    controls.choose_component(Component(2, 4))
    assert (controls.one.text(), controls.other.text()) == ("b(2, 4)", "w(1, 2, 3)")


def test_the_extent_is_shown_and_told(controls, qtbot):
    controls.show_window(Window(-3, 5, 0, 1))
    assert controls.extent.value() == 4
    with qtbot.waitSignal(controls.extent_typed) as told:
        controls.extent.setValue(2.5)
    assert told.args == [2.5]


def test_every_control_says_what_it_does(controls):
    for part in (
        controls.centre,
        controls.seed,
        controls.one,
        controls.other,
        controls.branch,
        controls.extent,
    ):
        assert part.toolTip().endswith(".")
        assert part.accessibleName()
