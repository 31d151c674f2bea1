"""The light on the views that a stage is about, in a window with a small run."""

import pytest
from app.small_window import PATIENCE_MS, rest
from app.stage_by_hand import trace_of, traced_of
from PySide6.QtCore import Qt

from nnviz.app.stage_light import ALWAYS_LIT, DIMMED, LIT
from nnviz.core.stages import Kind


@pytest.fixture
def lights(window, theme):
    """The window's lights, without motion, in a layout with many views."""
    theme.motion = False
    window.lay_out("Explore")
    assert all(window.views.values())  # all are there
    yield window.stage_light
    theme.motion = True


def walk_to(window, kind):
    """Let a walk stand at a stage of a step by hand."""
    traced = traced_of(trace_of())
    index = [stage.kind for stage in traced.trace.stages].index(kind)
    window.walk.open(traced, index)


def dimmed(window):
    return {key for key, veil in window.stage_light.veils.items() if veil.strength > 0}


def test_while_no_walk_is_on_there_is_no_veil(window, lights):
    assert lights.veils == {}


@pytest.mark.parametrize("kind", list(Kind))
def test_at_a_stage_the_views_that_it_is_about_are_lit_and_the_rest_is_dimmed(window, lights, kind):
    walk_to(window, kind)
    lit = {*ALWAYS_LIT, *LIT[kind]}
    assert lit <= set(window.docks)
    assert dimmed(window) == set(window.docks) - lit
    assert {veil.strength for key, veil in lights.veils.items() if key not in lit} == {DIMMED}


def test_a_view_that_is_first_seen_during_a_walk_is_dimmed_as_well(qtbot, window, theme):
    theme.motion = False
    window.lay_out("Lecture")
    walk_to(window, Kind.BACKWARD)
    window.docking._idle.stop()
    window.show_view("samples")
    qtbot.waitUntil(lambda: "samples" in dimmed(window), timeout=PATIENCE_MS)
    theme.motion = True


def test_another_stage_lights_other_views(window, lights):
    walk_to(window, Kind.MINI_BATCH)
    assert "samples" not in dimmed(window)
    walk_to(window, Kind.BACKWARD)
    assert "samples" in dimmed(window)
    assert "backprop" not in dimmed(window)


def test_a_dimmed_view_is_darker_and_afterwards_as_before(qtbot, window, lights):
    view = window.views.samples
    qtbot.waitUntil(view.isVisible, timeout=PATIENCE_MS)
    rest(qtbot, window)

    def brightness():
        image = view.grab().toImage()
        return sum(
            image.pixelColor(x, y).lightness()
            for x in range(0, image.width(), 7)
            for y in range(0, image.height(), 7)
        )

    chosen = window.choice.sample.index
    before = brightness()
    walk_to(window, Kind.BACKWARD)
    assert brightness() < 0.75 * before
    window.walk.leave()
    assert window.choice.sample.index == chosen
    qtbot.waitUntil(lambda: brightness() == before, timeout=PATIENCE_MS)
    assert all(veil.isHidden() for veil in lights.veils.values())


def test_a_dimmed_view_can_be_used_and_resized(qtbot, window, lights):
    walk_to(window, Kind.BACKWARD)
    view, veil = window.views.samples, lights.veils["samples"]
    grid = view.grid
    place = grid.grid.image(1).center().toPoint()
    qtbot.mouseClick(grid.canvas, Qt.MouseButton.LeftButton, pos=place)
    assert veil.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert window.choice.sample.index == grid.contents.numbers[1]
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: veil.size() == view.size(), timeout=PATIENCE_MS)


def test_with_motion_the_light_fades(qtbot, window, lights, theme):
    theme.motion = True
    walk_to(window, Kind.BACKWARD)
    veil = lights.veils["samples"]
    assert veil.strength < DIMMED
    qtbot.waitUntil(lambda: veil.strength == DIMMED, timeout=PATIENCE_MS)
    window.walk.leave()
    assert veil.strength > 0
    qtbot.waitUntil(lambda: veil.strength == 0, timeout=PATIENCE_MS)
    assert veil.isHidden()


def test_to_run_on_puts_the_light_off(qtbot, window, lights):
    window.actions_by_key["into"].trigger()
    qtbot.waitUntil(lambda: bool(dimmed(window)), timeout=PATIENCE_MS)
    window.actions_by_key["toggle"].trigger()
    qtbot.waitUntil(lambda: not dimmed(window), timeout=PATIENCE_MS)
    window.actions_by_key["toggle"].trigger()
    rest(qtbot, window)
