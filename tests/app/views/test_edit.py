import numpy as np
import pytest
from app.painted import overlapping, strings, texts_of
from app.small_window import move_mouse, no_warnings, receive, small_trainer
from app.views.edit_hand import LEFT, RIGHT, bar, drag, move, pixel, press, release, type_into
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from run.small import COLS, ROWS, small_data

from nnviz.app.choice import TEST, Choice, Neuron
from nnviz.app.views import edit
from nnviz.app.views.edit import (
    BEFORE_DATA,
    NOT_AN_OUTPUT,
    NOTHING_CHANGED,
    NOTHING_PINNED,
    PIN_ONE,
    EditView,
)
from nnviz.app.views.parameter_box import REFUSAL
from nnviz.core.painting import Tool
from nnviz.data.dataset import DataSet, Samples
from nnviz.run.edits import Lesion, Rerandomise, SetParameters, place_of
from nnviz.run.effect import RunningEffect

PIXELS = ROWS * COLS


@pytest.fixture
def choice(qapp):
    choice = Choice()
    choice.set_data(small_data())
    return choice


@pytest.fixture
def view(qtbot, theme, choice):
    view = EditView(theme, choice)
    qtbot.addWidget(view)
    view.resize(640, 460)
    view.show()
    yield view
    view.close()


@pytest.fixture
def trainer():
    trainer = small_trainer((PIXELS, 6, 5, 10))
    trainer.advance(12)
    return trainer


@pytest.fixture
def made(view, trainer):
    """The edits that the view asks for, at the trainer's step; they are made, and shown."""
    made = []

    def make(maker):
        made.append(maker(trainer.step))
        trainer.edit(made[-1])
        view.receive(trainer.snapshot())
        view.show_again()

    view.edit_wanted.connect(make)
    return made


def show(qtbot, view, choice, trainer, layer, index):
    choice.pin(Neuron(layer, index))
    receive(qtbot, view, trainer.snapshot())
    view.grab()


def effect_on(view, trainer):
    running = RunningEffect(
        trainer.step,
        trainer.edits,
        trainer.network.at(trainer.unedited),
        trainer.network,
        trainer.data.test,
    )
    while (effect := running.advance()) is None:
        pass
    view.show_effect(effect)
    return effect


def texts(view, width=640, height=320):
    return texts_of(lambda painter: view.paint_figure(painter, QRectF(0, 0, width, height)), width, height)


# With nothing to edit


def test_before_there_is_data_the_view_says_what_will_come(view):
    assert " ".join(strings(texts(view))) == BEFORE_DATA
    drag(view.canvas, QPoint(50, 50), QPoint(90, 90))
    QTest.keyClick(view.canvas, Qt.Key.Key_Right)
    QTest.keyClick(view.canvas, Qt.Key.Key_Return)
    assert view.weights.size == 0


def test_with_no_neuron_pinned_the_view_says_how_to_pin_one(qtbot, view, choice, trainer, made):
    receive(qtbot, view, trainer.snapshot())
    assert " ".join(strings(texts(view))) == PIN_ONE
    assert not view.controls.weight.isEnabled()
    told = []
    view.told.connect(told.append)
    view.lesion()
    view.redraw_layer()
    assert told == [NOTHING_PINNED] * 2
    drag(view.canvas, QPoint(50, 50), QPoint(90, 90))
    assert made == []
    show(qtbot, view, choice, trainer, 1, 2)
    assert view.controls.weight.isEnabled()


# Painting


def test_a_stroke_is_one_edit_of_the_weights_under_it(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    before = trainer.network.weights[0][2].copy()
    view.controls.tools[Tool.POSITIVE].click()
    view.controls.radius_slider.setValue(7)
    drag(view.canvas, pixel(view, 2, 0), pixel(view, 2, 3))
    (entry,) = made
    assert isinstance(entry, SetParameters)
    first = place_of(trainer.network, 1, 2, 0)
    assert set(range(first + 8, first + 12)) <= set(entry.places)
    after = trainer.network.weights[0][2]
    assert after[8:12].tolist() == [1, 1, 1, 1]
    far = [*range(4), *range(16, 20)]
    np.testing.assert_array_equal(after[far], before[far])
    np.testing.assert_array_equal(view.weights, after)


def test_a_stroke_is_shown_while_it_is_drawn(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    view.controls.tools[Tool.NEGATIVE].click()
    press(view.canvas, pixel(view, 2, 1))
    move(view.canvas, pixel(view, 2, 2))
    assert view.weights[9] == view.weights[10] == -1
    assert made == []
    release(view.canvas, pixel(view, 2, 2))
    assert len(made) == 1


def test_a_stroke_under_way_lies_on_the_weights_of_a_run_that_goes_on(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    view.controls.tools[Tool.POSITIVE].click()
    view.controls.radius_slider.setValue(7)
    press(view.canvas, pixel(view, 2, 1))
    trainer.advance(5)
    receive(qtbot, view, trainer.snapshot())
    assert view.weights[9] == 1
    assert view.weights[19] == trainer.network.weights[0][2][19]
    release(view.canvas, pixel(view, 2, 1))
    assert made[0].step == trainer.step


def test_escape_gives_a_stroke_up(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    press(view.canvas, pixel(view, 2, 1))
    QTest.keyClick(view.canvas, Qt.Key.Key_Escape)
    np.testing.assert_array_equal(view.weights, trainer.network.weights[0][2])
    release(view.canvas, pixel(view, 2, 1))
    assert made == []


def test_the_right_button_erases(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    drag(view.canvas, pixel(view, 1, 1), pixel(view, 1, 2), RIGHT)
    assert trainer.network.weights[0][2][5:7].tolist() == [0, 0]


def test_the_edge_brush_leaves_a_bright_line_with_a_negative_surround(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    view.controls.radius_slider.setValue(7)
    drag(view.canvas, pixel(view, 2, 0), pixel(view, 2, 3))
    image = trainer.network.weights[0][2].reshape(ROWS, COLS)
    assert image[2].min() == 1
    assert image[[1, 3]].max() < -0.1


def test_the_strength_is_what_is_typed(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    view.controls.tools[Tool.POSITIVE].click()
    type_into(view.controls.strength_box, "2.5")
    drag(view.canvas, pixel(view, 2, 1), pixel(view, 2, 2))
    assert trainer.network.weights[0][2][9] == 2.5


@pytest.mark.parametrize("name", ["level", "rising", "upright", "falling"])
def test_a_preset_paints_an_edge_detector(qtbot, view, choice, trainer, made, name):
    show(qtbot, view, choice, trainer, 1, 2)
    (action,) = [a for a in view.controls.presets.menu().actions() if a.text().endswith(f", {name}")]
    action.trigger()
    assert len(made) == 1
    assert trainer.network.weights[0][2].max() > 0.5
    assert trainer.network.weights[0][2].min() < -0.3


def test_presets_blank_and_blur(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    before = np.abs(np.diff(trainer.network.weights[0][2])).sum()
    actions = {a.objectName(): a for a in view.controls.presets.menu().actions()}
    actions["blur"].trigger()
    assert np.abs(np.diff(trainer.network.weights[0][2])).sum() < before
    actions["blank"].trigger()
    assert not trainer.network.weights[0][2].any()
    actions["blank"].trigger()  # changes nothing, so is no edit
    assert len(made) == 2


# Dragging


def test_a_bar_is_dragged_by_as_much_as_the_pointer_moves(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 2, 3)
    before = float(trainer.network.weights[1][3, 4])
    picture, place = view._lay_out(), bar(view, 4)
    expected = before + picture.value_at(place.y() - 40) - picture.value_at(place.y())
    drag(view.canvas, place, place + QPoint(0, -40))
    (entry,) = made
    assert entry.places == (place_of(trainer.network, 2, 3, 4),)
    assert entry.values[0] == pytest.approx(expected, rel=0.05)


def test_the_bias_is_a_bar_too(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 2, 3)
    before = float(trainer.network.biases[1][3])
    drag(view.canvas, bar(view, 6), bar(view, 6) + QPoint(0, 30))
    assert made[0].places == (place_of(trainer.network, 2, 3, None),)
    assert trainer.network.biases[1][3] < before


def test_a_click_on_a_bar_chooses_its_weight_and_changes_nothing(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 2, 3)
    QTest.mouseClick(view.canvas, LEFT, pos=bar(view, 4).toPoint())
    assert made == []
    assert view.controls.source.value() == 4
    assert view.controls.weight.value == pytest.approx(float(trainer.network.weights[1][3, 4]))


def test_while_a_bar_is_dragged_its_old_and_new_value_are_shown(
    qtbot, view, choice, trainer, made, monkeypatch
):
    show(qtbot, view, choice, trainer, 2, 3)
    kept = []
    monkeypatch.setattr(edit, "paint_panel", lambda painter, theme, area, about, lines: kept.append(lines))
    press(view.canvas, bar(view, 4))
    move(view.canvas, bar(view, 4) - QPoint(0, 25))
    view.canvas.grab()
    name, change = kept[-1]
    assert name == "w(2, 3, 4)"
    old, new = change.replace("−", "-").split(" → ")
    assert float(old) == pytest.approx(float(trainer.network.weights[1][3, 4]), abs=6e-4)
    assert float(new) > float(old)
    QTest.keyClick(view.canvas, Qt.Key.Key_Escape)
    release(view.canvas, bar(view, 4))
    assert made == []


# Typing


def test_a_weight_and_a_bias_are_typed(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 2, 3)
    view.controls.source.setValue(5)
    assert view.controls.weight.value == pytest.approx(float(trainer.network.weights[1][3, 5]))
    type_into(view.controls.weight, "-0.125")
    type_into(view.controls.bias, "2,5")
    assert trainer.network.weights[1][3, 5] == -0.125
    assert trainer.network.biases[1][3] == 2.5
    assert len(made) == 2


@pytest.mark.parametrize("text", ["nan", "inf", "1e300", "-2000000", "seven", ""])
def test_what_is_no_parameter_is_answered_with_a_sentence(qtbot, view, choice, trainer, made, text):
    show(qtbot, view, choice, trainer, 2, 3)
    type_into(view.controls.bias, text, None)
    QTest.keyClick(view.controls.bias, Qt.Key.Key_Backspace) if text == "" else None
    QTest.keyClick(view.controls.bias, Qt.Key.Key_Return)
    assert made == []
    assert view.note.isVisible()
    assert view.note.text() == REFUSAL
    type_into(view.controls.bias, "1")
    assert not view.note.isVisible()
    assert len(made) == 1


def test_arrows_choose_a_weight_and_enter_lets_it_be_typed(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    view.activateWindow()
    view.canvas.setFocus()
    qtbot.waitUntil(view.canvas.hasFocus)
    start = view.controls.source.value()
    QTest.keyClick(view.canvas, Qt.Key.Key_Right)
    QTest.keyClick(view.canvas, Qt.Key.Key_Down)
    assert view.controls.source.value() == start + 1 + COLS
    assert f"w(1, 2, {start + 1 + COLS})" in view.canvas.accessibleDescription()
    QTest.keyClick(view.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(view.controls.weight.hasFocus)
    QTest.keyClicks(view.controls.weight, "0.75")
    QTest.keyClick(view.controls.weight, Qt.Key.Key_Return)
    assert trainer.network.weights[0][2, start + 1 + COLS] == 0.75


def test_under_the_pointer_a_weight_says_its_name_and_value(qtbot, view, choice, trainer):
    show(qtbot, view, choice, trainer, 1, 2)
    move_mouse(view.canvas, pixel(view, 3, 2))
    assert view._subject.reading(view._pointed).startswith("pixel (3, 2): w(1, 2, 14) = ")


# Whole neurons and layers


def test_a_neuron_is_cut_off_and_the_title_says_so(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    view.controls.lesion.click()
    assert made == [Lesion(trainer.step, 1, 2)]
    assert "Weights of layer 1, neuron 2, which is cut off" in strings(texts(view, 1000, 600))


def test_an_output_neuron_cannot_be_cut_off(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 3, 2)
    assert not view.controls.lesion.isEnabled()
    told = []
    view.told.connect(told.append)
    view.lesion()
    assert (told, made) == ([NOT_AN_OUTPUT], [])


def test_a_layer_is_drawn_anew_from_the_seed_that_is_shown(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 2, 3)
    view.controls.seed.setValue(41)
    view.controls.redraw.click()
    view.controls.redraw.click()
    assert made == [Rerandomise(trainer.step, 2, 41), Rerandomise(trainer.step, 2, 42)]


# Effects


def test_the_effect_is_told_in_numbers_and_shown_in_samples(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    view.controls.redraw.click()
    effect = effect_on(view, trainer)
    written = " ".join(strings(texts(view, 900, 500)))
    assert f"test cost {effect.before.cost:.4f} → {effect.after.cost:.4f}" in written
    assert f"accuracy {100 * effect.before.accuracy:.2f} % → {100 * effect.after.accuracy:.2f} %" in written
    assert f"{len(effect.changed)} of 31 test images change their prediction" in written
    assert f"✗ {len(effect.spoilt)} now wrong" in written
    index = int(effect.changed[0])
    assert f"{effect.before.predicted[index]}→{effect.after.predicted[index]}" in written


def test_a_click_on_a_sample_chooses_it_and_the_next_one_follows(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    view.controls.redraw.click()
    effect = effect_on(view, trainer)
    view.canvas.grab()
    index, tile = view._effect.tiles[1]
    QTest.mouseClick(view.canvas, LEFT, pos=tile.center().toPoint())
    assert (choice.sample.source, choice.sample.index) == (TEST, index)
    view.next_changed()
    assert choice.sample.index == int(effect.changed[2])
    choice.choose(TEST, int(effect.changed[-1]))
    view.next_changed()
    assert choice.sample.index == int(effect.changed[0])


def test_with_no_effect_there_is_no_next_sample(qtbot, view, choice, trainer):
    told = []
    view.told.connect(told.append)
    view.next_changed()
    assert told == [NOTHING_CHANGED]


def test_an_effect_of_another_data_set_is_not_shown(qtbot, view, choice, trainer, made):
    show(qtbot, view, choice, trainer, 1, 2)
    view.controls.redraw.click()
    effect_on(view, trainer)
    few = small_data().test.take(5)
    choice.set_data(DataSet("few", small_data().training, few))
    view.show_again()
    view.canvas.grab()
    assert view.effect_lines == []
    assert view._effect.tiles == []


# Whatever comes


def vectors():
    samples = small_data().training
    flat = Samples(samples.images, samples.labels, (1, PIXELS))
    return DataSet("vectors", flat, flat.take(31))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sizes", [(PIXELS, 10), (PIXELS, 100, 10), (PIXELS, 4, 3, 3, 4, 2), (PIXELS, 1, 1)])
@pytest.mark.parametrize("size", [(300, 200), (160, 120), (900, 500)])
@pytest.mark.parametrize("is_image", [True, False])
def test_any_neuron_of_any_network_can_be_edited_at_any_size(qtbot, theme, choice, sizes, size, is_image):
    with no_warnings():
        data = small_data() if is_image else vectors()
        classes = sizes[-1]
        keep = lambda s: Samples(s.images, s.labels % classes, s.shape)  # noqa: E731
        data = DataSet("any", keep(data.training), keep(data.test))
        choice.set_data(data)
        trainer = small_trainer(sizes) if classes == 10 else None
        if trainer is None:
            from run.small import small_spec

            from nnviz.run.trainer import Trainer

            trainer = Trainer(small_spec(sizes), data)
        view = EditView(theme, choice)
        qtbot.addWidget(view)
        view.edit_wanted.connect(lambda make: trainer.edit(make(trainer.step)))
        view.resize(*size)
        view.show()
        for layer in range(1, len(sizes)):
            for values in (None, np.nan, 1e30):
                if values is not None:
                    trainer.network.theta[::3] = values
                show(qtbot, view, choice, trainer, layer, sizes[layer] - 1)
                place = view._lay_out().where(0).center()
                drag(view.canvas, place, place + QPoint(3, -20))
                trainer.edit(SetParameters(trainer.step, (0,), (0.5,)))
                effect_on(view, trainer)
                view.grab()
        view.close()


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("size", [(640, 420), (420, 700), (1200, 700)])
def test_texts_do_not_run_into_each_other_however_large_they_are(
    qtbot, view, choice, trainer, made, theme, name, size
):
    theme.choose(name, colour_blind_safe=True)
    for scale in (1.0, 2.0):
        theme.choose_text_scale(scale)
        show(qtbot, view, choice, trainer, 2, 2)
        view.controls.redraw.click()
        effect_on(view, trainer)
        assert overlapping(texts(view, *size)) == []
        view.resize(*size)
        view.grab()
        shown = [c for group in view.controls._groups for c in group if c.isVisible()]
        for place, one in enumerate(shown):
            assert one.geometry().right() <= view.controls.width()
            for other in shown[place + 1 :]:
                assert not one.geometry().intersects(other.geometry())
    theme.choose_text_scale(1.0)


def test_the_controls_leave_room_for_the_picture(qtbot, view, choice, trainer):
    show(qtbot, view, choice, trainer, 1, 2)
    view.resize(300, 200)
    qtbot.waitUntil(lambda: view.canvas.height() >= 100)
    assert view._lay_out().place.height() >= 60


def test_the_wheel_scrolls_through_the_samples(qtbot, view, choice, trainer, made, monkeypatch):
    show(qtbot, view, choice, trainer, 1, 2)
    turned = []
    monkeypatch.setattr(view._effect, "scroll", lambda rows: turned.append(rows) or True)
    middle = QPointF(view.canvas.rect().center())
    for degrees in (-60, -60, 240):
        QApplication.sendEvent(
            view.canvas,
            QWheelEvent(
                middle,
                view.canvas.mapToGlobal(middle),
                QPoint(),
                QPoint(0, degrees),
                LEFT.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )
    assert turned == [1, -2]
