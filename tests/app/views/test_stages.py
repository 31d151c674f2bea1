import numpy as np
import pytest
from app.painted import overlapping, strings, texts_of
from app.small_window import PATIENCE_MS, move_mouse, receive, small_trainer, spec_of
from app.stage_by_hand import HOSTILE, trace_of, traced_of
from PySide6.QtCore import QEvent, QRectF, Qt
from run.small import small_data

from nnviz.app.choice import TRAINING, Choice, Neuron
from nnviz.app.run_control import RunControl
from nnviz.app.stage_walk import StageWalk
from nnviz.app.views.stages import BEFORE_DATA, NO_WALK, StagesView
from nnviz.core.stages import Kind

KEYS = {"left": Qt.Key.Key_Left, "right": Qt.Key.Key_Right, "up": Qt.Key.Key_Up, "down": Qt.Key.Key_Down}


@pytest.fixture
def choice(qapp):
    choice = Choice()
    choice.set_data(small_data())
    return choice


@pytest.fixture
def walk(qapp):
    control = RunControl()
    control._timer.setInterval(3)
    yield StageWalk(control, control)
    assert control.close()
    control.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def view(qtbot, theme, choice, walk):
    view = StagesView(theme, choice, walk)
    qtbot.addWidget(view)
    view.resize(760, 560)
    view.show()
    receive(qtbot, view, small_trainer().snapshot())
    yield view
    view.close()


@pytest.fixture
def traced():
    return traced_of(trace_of())


def open_at(walk, traced, kind, layer=None):
    stages = traced.trace.stages
    walk.open(traced, next(k for k, s in enumerate(stages) if s.kind is kind and layer in (None, s.layer)))


def figure_texts(view, size=(760, 560)):
    return strings(texts_of(lambda painter: view.paint_figure(painter, QRectF(0, 0, *size)), *size))


def click(qtbot, view, point):
    qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=point.toPoint())


def test_before_data_it_says_what_will_appear(qtbot, theme, walk):
    view = StagesView(theme, Choice(), walk)
    qtbot.addWidget(view)
    assert figure_texts(view) == [BEFORE_DATA]


def test_without_a_walk_it_says_how_to_begin_one(view):
    assert view.shown is None
    assert figure_texts(view) == [NO_WALK]
    assert view.windowTitle() == "Stages of a step"


def test_it_shows_where_the_walk_stands(view, walk, traced):
    walk.open(traced)
    assert view.shown.stage.kind is Kind.MINI_BATCH
    walk.stand_at(1)
    assert view.shown.stage.kind is Kind.FORWARD
    assert any(text.startswith("Forward, layer 1") for text in figure_texts(view))
    walk.leave()
    assert view.shown is None


def test_the_chosen_sample_is_shown_if_it_is_in_the_mini_batch(view, walk, choice, traced):
    walk.open(traced)
    assert view.shown.place == 0
    choice.choose(TRAINING, int(traced.samples[4]))
    assert view.shown.place == 4
    outside = next(k for k in range(53) if k not in traced.samples)
    choice.choose(TRAINING, outside)
    assert view.shown.place == 0
    common = next(place for place, k in enumerate(traced.samples) if place and k < len(choice.data.test))
    choice.choose("test", int(traced.samples[common]))
    assert view.shown.place == 0


def test_a_click_on_an_image_chooses_that_sample(qtbot, view, walk, choice, traced):
    walk.open(traced)
    view.grab()
    click(qtbot, view, view._picture.images[3].center())
    assert (choice.sample.source, choice.sample.index) == (TRAINING, traced.samples[3])
    assert view.shown.place == 3


def test_a_click_on_the_bar_goes_to_that_stage(qtbot, view, walk, traced):
    walk.open(traced)
    view.grab()
    click(qtbot, view, view._bar.boxes[5].center())
    assert walk.index == 5


def test_a_click_on_a_neuron_pins_it(qtbot, view, walk, choice, traced):
    open_at(walk, traced, Kind.FORWARD, 2)
    view.grab()
    click(qtbot, view, view._picture.visible[1].cells.cell(0, 3).center())
    assert choice.neuron == Neuron(2, 3)
    assert view.shown.pinned == Neuron(2, 3)


def test_the_spin_box_chooses_a_sample_of_the_mini_batch(view, walk, choice, traced):
    walk.open(traced)
    assert (view.controls.sample.minimum(), view.controls.sample.maximum()) == (1, 7)
    view.controls.sample.setValue(6)
    assert choice.sample.index == traced.samples[5]
    choice.choose(TRAINING, int(traced.samples[2]))
    assert view.controls.sample.value() == 3


def test_the_arrows_choose_samples_and_pin_neurons(qtbot, view, walk, choice, traced):
    open_at(walk, traced, Kind.FORWARD, 2)
    qtbot.keyClick(view.canvas, KEYS["right"])
    assert view.shown.place == 1
    qtbot.keyClick(view.canvas, KEYS["left"])
    qtbot.keyClick(view.canvas, KEYS["left"])
    assert view.shown.place == 6
    qtbot.keyClick(view.canvas, KEYS["down"])
    qtbot.keyClick(view.canvas, KEYS["up"])
    assert choice.neuron == Neuron(2, 4)


def test_the_gradient_is_that_of_the_pinned_neurons_layer_or_the_one_asked_for(view, walk, choice, traced):
    open_at(walk, traced, Kind.GRADIENT)
    assert view.controls.layer.isVisible()
    assert view.shown.layer == 3
    choice.pin(Neuron(1, 2))
    assert view.shown.layer == 1
    view.controls.layer.setValue(2)
    assert view.shown.layer == 2
    choice.pin(Neuron(3, 2))
    assert view.shown.layer == 3
    open_at(walk, traced, Kind.UPDATE)
    assert not view.controls.layer.isVisible()


def test_a_click_on_a_layers_norm_shows_its_gradient(qtbot, view, walk, traced):
    open_at(walk, traced, Kind.GRADIENT)
    view.grab()
    click(qtbot, view, view._picture._bars[0].center())
    assert view.shown.layer == 1


def test_what_is_pointed_at_tells_its_exact_number(view, walk, traced):
    open_at(walk, traced, Kind.COST)
    view.grab()
    cells = view._picture.visible[0].cells
    move_mouse(view.canvas, cells.cell(0, 4).center())
    assert view._spot.lines[0] == "Neuron 4 of layer 3"
    assert view.canvas.cursor().shape() == Qt.CursorShape.PointingHandCursor
    with_panel = view.canvas.grab().toImage()
    view.canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    assert view._spot is None
    assert view.canvas.grab().toImage() != with_panel


def test_a_figure_is_without_the_pointer_and_leaves_the_screen_as_it_is(view, walk, traced):
    open_at(walk, traced, Kind.FORWARD, 2)
    view.grab()
    before = view._picture.visible[1].cells.cell(0, 3).center()
    figure_texts(view, (400, 300))
    assert view._picture.visible[1].cells.cell(0, 3).center() == before


def test_it_paints_without_ever_having_been_shown(qtbot, theme, choice, walk, traced):
    view = StagesView(theme, choice, walk)
    qtbot.addWidget(view)
    open_at(walk, traced, Kind.BACKWARD, 1)
    view.show_snapshot(small_trainer().snapshot())
    assert any("Backward, layer 1" in text for text in figure_texts(view))


def test_a_snapshot_alone_paints_nothing_anew(qtbot, view, walk, traced):
    walk.open(traced)
    picture = view._picture
    view.show_snapshot(small_trainer().snapshot())
    assert view._picture is picture


def test_the_theme_is_taken_up(qtbot, view, walk, theme, traced):
    open_at(walk, traced, Kind.FORWARD, 2)
    before = view._picture
    theme.choose("light", colour_blind_safe=False)
    assert view._picture is not before
    view.grab()


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("size", [(300, 150), (600, 370)])
def test_texts_stand_inside_and_apart(view, walk, theme, traced, scale, size):
    theme.choose_text_scale(scale)
    try:
        for index in range(len(traced.trace.stages)):
            walk.open(traced, index)
            area = QRectF(0, 0, *size)
            texts = texts_of(lambda painter, area=area: view.paint_figure(painter, area), *size)
            assert overlapping(texts) == []
            assert all(area.adjusted(-2, -2, 2, 2).contains(text.where) for text in texts), index
    finally:
        theme.choose_text_scale(1.0)


@pytest.mark.parametrize("name", HOSTILE)
def test_it_stands_every_step(view, walk, choice, name):
    made = traced_of(trace_of(**HOSTILE[name]))
    choice.pin(Neuron(1, 0))
    view.resize(420, 340)
    for index in range(len(made.trace.stages)):
        walk.open(made, index)
        view.grab()


def test_where_nobody_knows_how_pixels_lie_the_input_is_a_strip(view, walk, choice, traced):
    open_at(walk, traced, Kind.FORWARD, 1)
    assert view.shown.shape == (5, 4)
    choice.data = None
    view.show_again()
    assert view.shown.shape is None
    view.grab()
    assert view._picture.visible[0].name == "a⁰"


def test_it_fits_a_small_dock(view, walk, traced):
    open_at(walk, traced, Kind.GRADIENT)
    assert view.minimumSizeHint().width() <= 300
    assert view.minimumSizeHint().height() <= 200


def test_the_buttons_walk(qtbot, view, walk, choice, data_folder):
    control = walk._run
    with qtbot.waitSignal(control.run_ready, timeout=PATIENCE_MS):
        control.start(spec_of(data_folder))
    qtbot.waitUntil(lambda: control.snapshot is not None, timeout=PATIENCE_MS)
    buttons = view.controls.buttons
    assert not buttons["out"].isEnabled()
    assert not buttons["back"].isEnabled()
    for button, place in (
        ("into", (0, 0)),
        ("into", (0, 1)),
        ("back", (0, 0)),
        ("over", (1, 0)),
        ("back", (0, 7)),
    ):
        buttons[button].click()
        qtbot.waitUntil(lambda place=place: (walk.step, walk.index) == place, timeout=PATIENCE_MS)
        assert view.shown.step == place[0]
    buttons["out"].click()
    qtbot.waitUntil(lambda: control.snapshot.step == 1, timeout=PATIENCE_MS)
    assert not walk.is_on
    assert view.shown is None
    for button in buttons.values():
        assert button.toolTip().endswith(".")
        assert button.accessibleName().startswith("Step ")


def test_the_samples_of_a_walk_are_those_of_the_data(view, walk, traced):
    walk.open(traced)
    images = small_data().training.images[traced.samples]
    assert np.array_equal(view.shown.trace.images, images)
