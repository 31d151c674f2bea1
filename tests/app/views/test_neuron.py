from dataclasses import replace

import numpy as np
import pytest
from app.painted import colours_in, overlapping, strings, texts_of
from app.small_window import move_mouse, receive, small_trainer
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from run.small import small_data

from nnviz.app.choice import Choice, Neuron
from nnviz.app.graphics.neuron.picture import CURVE, INPUT, ROW, Place
from nnviz.app.views.neuron import BEFORE_DATA, HINT, NO_NUMBERS, NO_SAMPLE, STRONGEST, NeuronView
from nnviz.core.network import Network

SIZES = (20, 6, 5, 10)


@pytest.fixture
def choice(qapp):
    choice = Choice()
    choice.set_data(small_data())
    return choice


@pytest.fixture
def view(qtbot, theme, choice):
    view = NeuronView(theme, choice)
    qtbot.addWidget(view)
    view.resize(640, 440)
    view.show()
    return view


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def snapshot_of(sizes=SIZES, network=None, **changes):
    trainer = small_trainer(sizes, **changes)
    snapshot = trainer.snapshot()
    return snapshot if network is None else replace(snapshot, network=network)


def by_hand():
    """Return a snapshot 20–6–5–10 whose every weight is 0, but for those set here."""
    trainer = small_trainer(SIZES)
    network = trainer.network
    network.theta[...] = 0
    network.weights[0][2, 7] = 3.0
    network.weights[0][2, 8] = -2.0
    network.biases[0][2] = 0.5
    network.weights[1][4, 2] = 1.5
    network.biases[2][6] = 2.0  # output 6 answers strongest
    return trainer.snapshot()


def show(qtbot, view, snapshot=None):
    receive(qtbot, view, by_hand() if snapshot is None else snapshot)
    view.grab()  # paints, and so lays out


def read(view):
    """Return all that is written on the canvas."""
    size = view.canvas.size()
    return strings(screen_texts(view, size))


def screen_texts(view, size):
    area = QRectF(0, 0, size.width(), size.height())
    return texts_of(lambda painter: view._paint(painter, area), size.width(), size.height())


def figure(view, width=1000, height=700):
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(view.theme.colour("surface"))
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        view.paint_figure(painter, QRectF(0, 0, width, height))
    return picture


def choose_layer(view, index):
    view.layer.setCurrentIndex(index)
    view.layer.activated.emit(index)


def middle_of(view, place):
    view.grab()
    return view._picture.where(place).center().toPoint()


def click(view, point):
    qt = QTest.mouseClick
    qt(view.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)


def press(view, key):
    QTest.keyClick(view.canvas, key)


# Before there is anything to show


def test_before_data_a_sentence_says_what_will_come(view):
    assert "".join(read(view)).replace(" ", "") == BEFORE_DATA.replace(" ", "")
    assert not view.neuron.isEnabled()


def test_without_a_sample_it_asks_for_one(qtbot, theme):
    view = NeuronView(theme, Choice())
    qtbot.addWidget(view)
    view.resize(640, 440)
    view.show()
    show(qtbot, view)
    assert "".join(read(view)).replace(" ", "") == NO_SAMPLE.replace(" ", "")
    figure(view)


def test_a_sample_of_another_size_is_said_not_to_fit(qtbot, view):
    show(qtbot, view, snapshot_of(network=Network((12, 4, 10))))
    said = "".join(read(view)).replace(" ", "")
    assert "20pixels" in said
    assert "12inputs" in said
    assert not view.neuron.isEnabled()
    show(qtbot, view)
    assert view.neuron.isEnabled()
    assert "20pixels" not in "".join(read(view)).replace(" ", "")


# Which neuron


def test_with_none_pinned_it_shows_the_output_that_answers_strongest_and_says_so(qtbot, view):
    show(qtbot, view)
    heading = read(view)
    assert any(text.startswith("Output neuron 6 answers strongest") for text in heading)
    assert any(text.endswith(HINT) for text in heading)
    assert view.layer.currentText() == STRONGEST
    assert view.neuron.value() == 6


def test_a_pinned_neuron_is_shown_at_once_with_what_it_sees(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(1, 2))
    texts = read(view)
    label = choice.sample.label
    assert f"Neuron 2 of layer 1 sees test image 0, labelled {label}" in texts
    assert not any(text.endswith(HINT) for text in texts)
    assert (view.layer.currentText(), view.neuron.value()) == ("Layer 1", 2)
    choice.pin(None)
    assert any(text.startswith("Output neuron 6 answers strongest") for text in read(view))
    assert view.layer.currentText() == STRONGEST


def test_an_output_neuron_is_called_one(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(3, 4))
    assert any(text.startswith("Output neuron 4 sees test image 0") for text in read(view))
    assert view.layer.currentText() == "Layer 3, output"


@pytest.mark.parametrize("neuron", [Neuron(4, 0), Neuron(1, 6), Neuron(0, 3), Neuron(-1, 0)])
def test_a_neuron_that_this_network_has_not_is_as_none(qtbot, view, choice, neuron):
    choice.pin(neuron)
    show(qtbot, view)
    assert view.layer.currentText() == STRONGEST
    assert any("answers strongest" in text for text in read(view))


def test_another_sample_is_shown_at_once(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(1, 2))
    before = read(view)
    choice.choose("training", 7)
    assert any("sees training image 7, labelled " in text for text in read(view))
    assert read(view) != before


def test_a_drawn_digit_has_no_label(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(1, 2))
    choice.choose_drawn(np.full(20, 255, np.uint8))
    assert "Neuron 2 of layer 1 sees the pad's image" in read(view)
    # 3 − 2 + 0.5
    for text in ("1.00", "0.50", "1.50"):
        assert text in read(view)


def test_the_numbers_follow_the_training(qtbot, view, choice):
    trainer = small_trainer(SIZES)
    choice.pin(Neuron(1, 2))
    seen = set()
    for _ in range(3):
        trainer.advance(20)
        show(qtbot, view, trainer.snapshot())
        seen.add(tuple(read(view)))
        z = choice.response(view.snapshot.network).z[0][2]
        assert f"{z:.2f}".replace("-", "−") in read(view)
    assert len(seen) == 3


def test_it_moves_at_a_pace_that_leaves_the_training_its_time(view):
    assert 100 <= view.least_ms <= 250


# The controls


def test_the_layers_are_those_of_the_network(qtbot, view):
    show(qtbot, view)
    items = [view.layer.itemText(place) for place in range(view.layer.count())]
    assert items == [STRONGEST, "Layer 1", "Layer 2", "Layer 3, output"]
    show(qtbot, view, snapshot_of((20, 10)))
    items = [view.layer.itemText(place) for place in range(view.layer.count())]
    assert items == [STRONGEST, "Layer 1, output"]


def test_choosing_a_layer_pins_a_neuron_of_it(qtbot, view, choice):
    show(qtbot, view)
    choose_layer(view, 1)
    assert choice.neuron == Neuron(1, 5), "the layer has no neuron 6"
    assert view.neuron.maximum() == 5
    choose_layer(view, 3)
    assert choice.neuron == Neuron(3, 5)
    assert view.neuron.maximum() == 9
    choose_layer(view, 0)
    assert choice.neuron is None


def test_choosing_a_number_pins_that_neuron_of_the_layer(qtbot, view, choice):
    show(qtbot, view)
    view.neuron.setValue(3)
    assert choice.neuron == Neuron(3, 3), "what was shown was the output layer"
    choose_layer(view, 1)
    view.neuron.setValue(4)
    assert choice.neuron == Neuron(1, 4)
    view.neuron.stepBy(1)
    assert choice.neuron == Neuron(1, 5)
    view.neuron.stepBy(1)
    assert choice.neuron == Neuron(1, 0), "after the last comes the first"


def test_the_controls_only_follow_a_pin_from_elsewhere(qtbot, view, choice):
    show(qtbot, view)
    pins = []
    choice.neuron_changed.connect(lambda: pins.append(choice.neuron))
    choice.pin(Neuron(2, 4))
    choice.pin(Neuron(1, 5))
    choice.pin(None)
    assert pins == [Neuron(2, 4), Neuron(1, 5), None]


def test_a_number_that_is_being_typed_is_not_overwritten(qtbot, view, choice):
    trainer = small_trainer(SIZES)
    show(qtbot, view, trainer.snapshot())
    view.activateWindow()
    view.neuron.setFocus()
    if not view.neuron.hasFocus():
        pytest.skip("this platform gives no focus")
    view.neuron.selectAll()
    QTest.keyClicks(view.neuron, "1")
    trainer.network.biases[-1][...] = np.arange(10) * 50
    show(qtbot, view, trainer.snapshot())
    assert view.neuron.cleanText() == "1"
    QTest.keyClick(view.neuron, Qt.Key.Key_Return)
    assert choice.neuron == Neuron(3, 1)


def test_every_control_says_what_it_does(view):
    for control in (view.layer, view.neuron):
        assert control.toolTip().endswith(".")
        assert control.accessibleName()
    assert view.canvas.accessibleName()


# Pointing and clicking


def test_a_pixel_tells_its_numbers(qtbot, view, choice):
    show(qtbot, view)
    choice.choose_drawn(np.full(20, 102, np.uint8))
    choice.pin(Neuron(1, 2))
    plain = read(view)
    move_mouse(view.canvas, middle_of(view, Place(INPUT, 8)))
    told = [text for text in read(view) if text not in plain]
    assert told == ["w = −2.0000", "a = 0.4000", "w a = −0.8000"]
    assert read(view).count("pixel (2, 0)") == plain.count("pixel (2, 0)") + 1


def test_a_bar_tells_its_numbers(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(2, 4))
    move_mouse(view.canvas, middle_of(view, Place(INPUT, 2)))
    texts = read(view)
    assert "w = 1.5000" in texts
    a = choice.response(view.snapshot.network).a[0][2]
    assert f"a = {a:.4f}" in texts


def test_the_curve_tells_the_neurons_numbers(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(2, 4))
    move_mouse(view.canvas, middle_of(view, Place(CURVE)))
    assert any(text.startswith("slope = 0.") for text in read(view))


def test_what_is_told_follows_the_training_and_goes_with_the_pointer(qtbot, view, choice):
    trainer = small_trainer(SIZES)
    choice.pin(Neuron(1, 2))
    show(qtbot, view, trainer.snapshot())
    move_mouse(view.canvas, middle_of(view, Place(INPUT, 9)))
    first = [text for text in read(view) if text.startswith("w = ")]
    trainer.advance(30)
    show(qtbot, view, trainer.snapshot())
    second = [text for text in read(view) if text.startswith("w = ")]
    assert len(first) == len(second) == 1
    assert first != second
    QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert [text for text in read(view) if text.startswith("w = ")] == []


def test_a_click_on_a_neuron_of_the_layer_before_pins_it(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(2, 4))
    click(view, middle_of(view, Place(INPUT, 2)))
    assert choice.neuron == Neuron(1, 2)
    assert any(text.startswith("Neuron 2 of layer 1") for text in read(view))


def test_a_click_on_a_pixel_or_beside_everything_pins_nothing(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(1, 2))
    for point in (middle_of(view, Place(INPUT, 8)), middle_of(view, Place(CURVE)), QPoint(2, 2)):
        click(view, point)
        assert choice.neuron == Neuron(1, 2)


def test_a_click_on_a_row_of_the_matrix_pins_that_neuron(qtbot, view, choice):
    view.resize(1200, 800)
    show(qtbot, view)
    choice.pin(Neuron(1, 2))
    click(view, middle_of(view, Place(ROW, 4)))
    assert choice.neuron == Neuron(1, 4)


def test_the_cursor_shows_what_can_be_clicked(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(2, 4))
    move_mouse(view.canvas, middle_of(view, Place(INPUT, 2)))
    assert view.canvas.cursor().shape() == Qt.CursorShape.PointingHandCursor
    move_mouse(view.canvas, QPoint(2, 2))
    assert view.canvas.cursor().shape() == Qt.CursorShape.ArrowCursor
    choice.pin(Neuron(1, 2))
    move_mouse(view.canvas, middle_of(view, Place(INPUT, 2)))
    assert view.canvas.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_pointing_before_there_is_a_neuron_is_no_error(view):
    move_mouse(view.canvas, QPoint(100, 100))
    click(view, QPoint(100, 100))
    press(view, Qt.Key.Key_Right)
    press(view, Qt.Key.Key_Return)
    view.grab()


def test_what_was_pointed_at_is_forgotten_with_its_layer(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(1, 2))
    move_mouse(view.canvas, middle_of(view, Place(INPUT, 19)))
    assert any(text.startswith("w a = ") for text in read(view))
    choice.pin(Neuron(2, 0))
    assert not any(text.startswith("w a = ") for text in read(view))
    move_mouse(view.canvas, middle_of(view, Place(INPUT, 5)))
    show(qtbot, view, snapshot_of((20, 3, 3, 10)))
    assert not any(text.startswith("w a = ") for text in read(view))


# Keys


def test_the_arrows_move_over_the_pixels_from_the_largest_contribution(qtbot, view, choice):
    show(qtbot, view)
    choice.choose_drawn(np.full(20, 255, np.uint8))
    choice.pin(Neuron(1, 2))
    press(view, Qt.Key.Key_Left)
    assert view._pointed == Place(INPUT, 7)
    assert "w = 3.0000" in read(view)
    press(view, Qt.Key.Key_Right)
    assert view._pointed == Place(INPUT, 7), "the end of a row"
    press(view, Qt.Key.Key_Down)
    press(view, Qt.Key.Key_Left)
    assert view._pointed == Place(INPUT, 10)
    press(view, Qt.Key.Key_Up)
    assert view._pointed == Place(INPUT, 6)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_pins_the_neuron_that_is_pointed_at(qtbot, view, choice, key):
    show(qtbot, view)
    choice.pin(Neuron(2, 4))
    press(view, Qt.Key.Key_Right)
    press(view, key)
    assert choice.neuron == Neuron(1, 2)


def override(view, key, modifiers=Qt.KeyboardModifier.NoModifier):
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
    event.ignore()
    QApplication.sendEvent(view.canvas, event)
    return event.isAccepted()


def test_with_the_focus_the_canvas_has_the_arrows_before_the_windows_shortcuts(view):
    assert override(view, Qt.Key.Key_Right)
    assert override(view, Qt.Key.Key_Up)
    assert override(view, Qt.Key.Key_Return)
    assert not override(view, Qt.Key.Key_Space)
    assert not override(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)


def test_a_click_leaves_the_focus_and_so_the_step_key_where_it_was(view):
    assert view.canvas.focusPolicy() == Qt.FocusPolicy.TabFocus


def test_the_focus_is_marked_and_what_it_pointed_at_forgotten_when_it_goes(qtbot, view, choice, theme):
    show(qtbot, view)
    choice.pin(Neuron(1, 2))
    view.activateWindow()
    view.canvas.setFocus()
    if not view.canvas.hasFocus():
        pytest.skip("this platform gives no focus")
    edge = QRectF(0, 0, view.canvas.width() - 1, 1)
    assert theme.colours.highlight in colours_in(view.canvas.grab().toImage(), edge)
    press(view, Qt.Key.Key_Right)
    assert view._pointed is not None
    view.canvas.clearFocus()
    assert view._pointed is None
    assert theme.colours.highlight not in colours_in(view.canvas.grab().toImage(), edge)


def test_losing_a_focus_that_it_never_had_is_no_error(view):
    QApplication.sendEvent(view.canvas, QFocusEvent(QEvent.Type.FocusOut))


# The figure


def test_a_figure_needs_no_screen(qtbot, theme, choice):
    choice.pin(Neuron(1, 2))
    view = NeuronView(theme, choice)
    qtbot.addWidget(view)
    figure(view)
    view.show_snapshot(by_hand())
    picture = figure(view)
    assert theme.colours.positive in colours_in(picture, QRectF(0, 0, 1000, 700))
    texts = texts_of(lambda painter: view.paint_figure(painter, QRectF(0, 0, 1200, 800)), 1200, 800)
    assert {"weights w", "pixels a", "contributions w a", "16 × 20"} - set(strings(texts)) == {"16 × 20"}
    assert "6 × 20" in strings(texts)
    assert overlapping(texts) == []


def test_a_figure_has_neither_hints_nor_what_is_pointed_at(qtbot, view, choice, theme):
    show(qtbot, view)
    click(view, middle_of(view, Place(CURVE)))
    assert any(HINT in text for text in read(view))
    assert any(text.startswith("slope = ") for text in read(view))
    texts = strings(texts_of(lambda painter: view.paint_figure(painter, QRectF(0, 0, 1000, 700)), 1000, 700))
    assert any("answers strongest" in text for text in texts)
    assert not any(HINT in text for text in texts)
    assert not any(text.startswith("slope = ") for text in texts)


def test_a_figure_does_not_move_what_can_be_pointed_at_on_the_screen(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(1, 2))
    point = middle_of(view, Place(INPUT, 8))
    figure(view, 1900, 1000)
    move_mouse(view.canvas, point)
    assert view._pointed == Place(INPUT, 8)


# Themes, sizes, and networks of every kind


def test_another_theme_is_taken_up_at_once(qtbot, view, choice, theme):
    show(qtbot, view)
    choice.choose_drawn(np.full(20, 255, np.uint8))
    choice.pin(Neuron(1, 2))
    for name in ("light", "dark"):
        theme.choose(name, False)
        picture = view.canvas.grab().toImage()
        found = colours_in(picture, QRectF(picture.rect()))
        assert {theme.colours.surface, theme.colours.positive, theme.colours.activation} <= found


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_fits_in_a_small_dock(qtbot, sized, choice, scale):
    sized.choose_text_scale(scale)
    view = NeuronView(sized, choice)
    qtbot.addWidget(view)
    assert view.minimumSizeHint().width() <= 300
    assert view.minimumSizeHint().height() <= 200
    view.resize(300, 200)
    view.show()
    for pin in (None, Neuron(1, 2), Neuron(2, 3)):
        choice.pin(pin)
        show(qtbot, view)
        assert (view.width(), view.height()) == (300, 200)
        assert overlapping(screen_texts(view, view.canvas.size())) == []


def test_the_number_is_named_where_there_is_room(view, theme):
    assert view.neuron.text() == "Neuron 0"
    view.resize(200, 200)
    assert view.neuron.text() == "0"
    view.resize(640, 440)
    assert view.neuron.text() == "Neuron 0"


@pytest.mark.parametrize("sizes", [(20, 2), (20, 1, 10), (20, 100, 20), (20, 4, 4, 4, 4, 3)])
def test_networks_of_any_depth_and_width_are_shown(qtbot, view, choice, sizes):
    for layer in range(1, len(sizes)):
        choice.pin(Neuron(layer, sizes[layer] - 1))
        show(qtbot, view, snapshot_of(network=Network(sizes)))
        assert view.neuron.value() == sizes[layer] - 1
        assert overlapping(screen_texts(view, view.canvas.size())) == []


def test_a_network_that_diverged_is_shown(qtbot, view, choice):
    network = Network(SIZES)
    network.theta[...] = np.nan
    for pin in (None, Neuron(1, 2), Neuron(2, 3)):
        choice.pin(pin)
        show(qtbot, view, snapshot_of(network=network))
        assert "NaN" in read(view)


def test_a_network_of_another_shape_takes_the_place_of_the_last(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(2, 4))
    show(qtbot, view, snapshot_of((20, 10)))
    assert view.layer.currentText() == STRONGEST
    show(qtbot, view)
    assert (view.layer.currentText(), view.neuron.value()) == ("Layer 2", 4)


def test_a_hidden_view_shows_what_came_when_it_is_seen_again(qtbot, view, choice):
    show(qtbot, view)
    view.hide()
    choice.pin(Neuron(1, 3))
    assert view.layer.currentText() == STRONGEST
    view.show()
    assert (view.layer.currentText(), view.neuron.value()) == ("Layer 1", 3)


def test_the_mouse_moves_past_without_a_button(qtbot, view, choice):
    show(qtbot, view)
    choice.pin(Neuron(2, 4))
    place = QPointF(middle_of(view, Place(INPUT, 2)))
    button, keys = Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(
        QEvent.Type.MouseButtonPress, place, view.canvas.mapToGlobal(place), button, button, keys
    )
    QApplication.sendEvent(view.canvas, event)
    assert choice.neuron == Neuron(2, 4), "only the left button pins"


def test_where_the_outputs_are_no_numbers_none_is_called_the_strongest(qtbot, view, choice):
    network = Network(SIZES)
    network.theta[...] = np.nan
    show(qtbot, view, snapshot_of(network=network))
    assert any(text.startswith(NO_NUMBERS) for text in read(view))
    choice.pin(Neuron(1, 2))
    assert not any(text.startswith(NO_NUMBERS) for text in read(view))
