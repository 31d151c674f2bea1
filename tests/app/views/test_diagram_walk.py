"""What the network diagram shows while a step is walked through."""

import numpy as np
import pytest
from app.small_window import receive
from app.stage_by_hand import SIZES, trace_of, traced_of
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtTest import QTest
from run.small import small_data

from nnviz.app.choice import TRAINING, Choice
from nnviz.app.graphics.network.values import ACTIVATIONS, BIASES, ERRORS
from nnviz.app.run_control import RunControl
from nnviz.app.stage_walk import StageWalk
from nnviz.app.views.diagram import DiagramView
from nnviz.app.views.diagram_walk import seen
from nnviz.core.stages import Kind, Stage, stages

LAST = len(SIZES) - 1
DARK = 40
"""Below this lightness a neuron counts as not lit."""


@pytest.fixture
def walk(qapp):
    control = RunControl()
    walk = StageWalk(control, control)
    yield walk
    assert control.close()
    control.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="module")
def made():
    return trace_of()


@pytest.fixture
def view(qtbot, theme, walk, made):
    _, samples, trainer = made
    choice = Choice()
    choice.set_data(small_data())
    choice.choose(TRAINING, int(samples[0]))
    view = DiagramView(theme, choice)
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show()
    receive(qtbot, view, trainer.snapshot())
    walk.changed.connect(lambda: view.follow(walk))
    yield view
    view.close()


def stand_at(walk, made, kind, layer=None):
    traced = traced_of(made)
    walk.open(traced, next(k for k, s in enumerate(traced.trace.stages) if s == Stage(kind, layer)))


def lit_layers(view):
    """Return the layers, the input's left aside, of which a neuron is seen in another colour than that of 0."""
    image = view._canvas.grab().toImage()
    layout = view._picture.layout(QRectF(view._canvas.rect()))
    lit = set()
    for layer, column in enumerate(layout.columns[1:], 1):
        places = [
            (float(x) - 0.55 * column.radius, float(y)) for x, y in zip(column.x, column.y, strict=True)
        ]
        colours = [image.pixelColor(round(x), round(y)) for x, y in places]
        if max(max(c.red(), c.green(), c.blue()) for c in colours) > DARK:
            lit.add(layer)
    return lit


def checked(view):
    (letter,) = [letter for letter, button in view.controls.buttons.items() if button.isChecked()]
    return letter


@pytest.mark.parametrize(
    ("kind", "layer", "overlay", "lit"),
    [
        (Kind.MINI_BATCH, None, ACTIVATIONS, set()),
        (Kind.FORWARD, 1, ACTIVATIONS, {1}),
        (Kind.FORWARD, 2, ACTIVATIONS, {1, 2}),
        (Kind.FORWARD, 3, ACTIVATIONS, {1, 2, 3}),
        (Kind.COST, None, ACTIVATIONS, {1, 2, 3}),
        (Kind.OUTPUT_ERROR, 3, ERRORS, {3}),
        (Kind.BACKWARD, 2, ERRORS, {2, 3}),
        (Kind.BACKWARD, 1, ERRORS, {1, 2, 3}),
        (Kind.GRADIENT, None, ERRORS, {1, 2, 3}),
        (Kind.UPDATE, None, ACTIVATIONS, {1, 2, 3}),
    ],
)
def test_the_layers_light_up_that_the_stages_have_come_to(view, walk, made, kind, layer, overlay, lit):
    stand_at(walk, made, kind, layer)
    assert checked(view) == overlay
    assert lit_layers(view) == lit


def test_the_numbers_are_those_of_the_stage(view, walk, made):
    trace = made[0]
    stand_at(walk, made, Kind.BACKWARD, 1)
    for layer in (1, 2, 3):
        np.testing.assert_allclose(view._picture.scene.values(layer), trace.delta[layer - 1][:, 0], rtol=1e-5)
    stand_at(walk, made, Kind.COST)
    np.testing.assert_allclose(view._picture.scene.values(LAST), trace.a[-1][:, 0], rtol=1e-6)


@pytest.mark.parametrize("overlay", [ACTIVATIONS, BIASES, ERRORS])
def test_after_the_walk_the_view_is_as_it_was_before(view, walk, made, overlay):
    QTest.mouseClick(view.controls.buttons[overlay], Qt.MouseButton.LeftButton)
    before = view._canvas.grab().toImage()
    for index in range(len(stages(LAST))):
        walk.open(traced_of(made), index)
    walk.leave()
    assert checked(view) == overlay
    assert view._canvas.grab().toImage() == before


def test_what_is_chosen_during_a_walk_is_shown_until_the_next_stage_and_after_the_walk(view, walk, made):
    stand_at(walk, made, Kind.BACKWARD, 2)
    QTest.mouseClick(view.controls.buttons[BIASES], Qt.MouseButton.LeftButton)
    assert lit_layers(view) == {1, 2, 3}
    walk.stand_at(walk.index + 1)
    assert checked(view) == ERRORS
    walk.leave()
    assert checked(view) == BIASES


def test_a_pass_that_is_played_during_a_walk_ends_where_the_walk_is(view, walk, made):
    stand_at(walk, made, Kind.FORWARD, 1)
    view.play_forward()
    assert view._reached == 0.0 or view._reached == 1.0
    view._player.stop()
    assert view._reached == 2.0
    view.play_forward()
    walk.stand_at(walk.index + 1)
    assert view._player.reached is None
    assert view._reached == 3.0


def test_a_neuron_can_be_dragged_during_a_walk_but_no_edge_that_is_not_painted(view, walk, made):
    layout = view._picture.layout(QRectF(view._canvas.rect()))
    start, end = layout.columns[1].centre(0), layout.columns[2].centre(0)
    on_edge = start + (end - start) * 0.5
    stand_at(walk, made, Kind.UPDATE)
    assert view.drag.handle_at(on_edge).source is not None
    stand_at(walk, made, Kind.FORWARD, 1)
    assert view.drag.handle_at(on_edge) is None
    assert view.drag.handle_at(end).layer == 2


def test_a_network_without_hidden_layers_is_lit_as_well():
    reached = [(at.goes_back, at.reached) for at in (seen(stage, 2) for stage in stages(1))]
    assert reached == [(False, 1.0), (False, 2.0), (False, 2.0), (True, 1.0), (True, None), (False, None)]
