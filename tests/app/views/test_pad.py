import re
from pathlib import Path

import numpy as np
import pytest
from app.pad_hand import (
    NONE,
    RIGHT,
    STROKE,
    bars_data,
    draw,
    lift,
    move,
    on_pad,
    painted,
    put_down,
    saying,
    send,
)
from app.small_window import move_mouse, no_warnings, receive, small_trainer
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QAction, QGuiApplication, QImage, QKeySequence, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QCheckBox, QFileDialog, QMainWindow, QPushButton, QSlider, QVBoxLayout, QWidget
from run.small import small_data

from nnviz.app.choice import DRAWN, TEST, TRAINING, Choice, Neuron
from nnviz.app.views.pad import ANSWER_MS, NO_IMAGES, NO_PAD, NO_PICTURE, PadView
from nnviz.app.views.pad_controls import TEXTS
from nnviz.data import drawing
from nnviz.data.dataset import DataSet, Samples

CHANGES = ("left", "up", "down", "right", "anticlockwise", "clockwise", "thicker", "thinner")


@pytest.fixture
def choice():
    choice = Choice()
    choice.set_data(bars_data())
    return choice


@pytest.fixture
def view(qtbot, theme, choice):
    view = PadView(theme, choice, np.random.default_rng(4))
    qtbot.addWidget(view)
    view.resize(620, 420)
    view.show()
    receive(qtbot, view, saying().snapshot())
    return view


@pytest.fixture
def failures(view):
    sentences = []
    view.failed.connect(sentences.append)
    return sentences


def press(view, key):
    """Press a tool's button, be it in the row or the menu."""
    view._controls.actions[key].trigger()


def enabled(view):
    return {key for key, action in view._controls.actions.items() if action.isEnabled()}


def image_of(grey):
    grey = np.ascontiguousarray(grey, np.uint8)
    return QImage(
        grey.data, grey.shape[1], grey.shape[0], grey.shape[1], QImage.Format.Format_Grayscale8
    ).copy()


def picture(folder, grey=None, name="digit.png"):
    """Write a picture of a dark stroke on a light page."""
    if grey is None:
        grey = np.full((60, 50), 240)
        grey[10:50, 22:28] = 15
    assert image_of(grey).save(str(folder / name))
    return folder / name


class Watch(QObject):
    """Notes what of a widget is painted."""

    def __init__(self):
        super().__init__()
        self.painted = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.painted.append(event.region().boundingRect())
        return False


# Drawing.


def test_before_anything_is_drawn_the_pad_leaves_the_chosen_sample_alone_and_invites(view, choice):
    assert choice.sample.source == TEST
    assert view.sketch.is_blank
    pad = view._canvas.surface.toRect()
    grabbed = view._canvas.grab(pad).toImage()
    colours = {
        grabbed.pixelColor(x, y).name() for x in range(0, pad.width(), 2) for y in range(0, pad.height(), 2)
    }
    assert view.theme.colours.muted in colours


def test_a_stroke_becomes_the_chosen_sample_prepared_as_mnist_was(view, choice):
    draw(view._canvas)
    assert choice.sample.source == DRAWN
    assert choice.sample.label is None
    expected = drawing.prepare(view.sketch.ink, (28, 28)).pixels
    np.testing.assert_array_equal(choice.sample.pixels, expected.ravel())
    assert expected.any()


def test_the_stroke_is_where_the_pointer_was(view):
    draw(view._canvas, ((0.25, 0.75), (0.25, 0.75)))
    rows, cols = np.nonzero(view.sketch.ink)
    assert np.mean(rows) == pytest.approx(0.75 * 280, abs=1)
    assert np.mean(cols) == pytest.approx(0.25 * 280, abs=1)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_ink_has_the_colour_of_a_neuron_that_is_on_and_the_pad_of_one_that_is_off(view, theme, name):
    theme.choose(name, False)
    draw(view._canvas, ((0.2, 0.5), (0.8, 0.5)))
    grabbed = view._canvas.grab().toImage()
    assert grabbed.pixelColor(on_pad(view._canvas, (0.5, 0.5)).toPoint()).name() == theme.colours.activation
    assert grabbed.pixelColor(on_pad(view._canvas, (0.5, 0.1)).toPoint()).name() == theme.colours.zero


def test_the_network_answers_while_one_draws(qtbot, view, choice):
    put_down(view._canvas, STROKE[0])
    move(view._canvas, STROKE[1])
    qtbot.waitUntil(lambda: choice.sample.source == DRAWN)
    first = choice.sample
    move(view._canvas, STROKE[2])
    qtbot.waitUntil(lambda: choice.sample is not first)
    assert view.sketch.is_drawing
    assert "The network says 3" in view.caption
    lift(view._canvas, STROKE[2])


def test_many_moves_make_few_answers(qtbot, view, choice):
    chosen = []
    choice.sample_changed.connect(lambda: chosen.append(choice.sample))
    put_down(view._canvas, (0.1, 0.5))
    for step in range(200):
        move(view._canvas, (0.1 + 0.004 * step, 0.5))
    assert chosen == []
    lift(view._canvas, (0.9, 0.5))
    assert len(chosen) == 1


def test_the_answers_do_not_wait_for_the_hand_to_rest(qtbot, view, choice):
    put_down(view._canvas, (0.1, 0.5))
    for step in range(200):
        move(view._canvas, (0.1 + 0.004 * step, 0.5))
        qtbot.wait(8)
        if choice.sample.source == DRAWN:
            break
    assert choice.sample.source == DRAWN
    lift(view._canvas, (0.9, 0.5))


def test_with_the_first_touch_the_invitation_goes(view):
    view.grab()
    QGuiApplication.processEvents()
    watch = Watch()
    view._canvas.installEventFilter(watch)
    put_down(view._canvas, (0.1, 0.1))
    QGuiApplication.processEvents()
    assert watch.painted[0].contains(view._canvas.surface.toRect())
    lift(view._canvas, (0.1, 0.1))


def test_the_right_button_erases(view):
    draw(view._canvas, ((0.2, 0.5), (0.8, 0.5)))
    draw(view._canvas, ((0.5, 0.2), (0.5, 0.8)), button=RIGHT)
    assert view.sketch.ink[140, 140] == 0
    assert view.sketch.ink[140, 60] == 255


def test_the_eraser_erases_until_the_brush_is_taken(view):
    draw(view._canvas, ((0.2, 0.5), (0.8, 0.5)))
    press(view, "eraser")
    draw(view._canvas, ((0.5, 0.2), (0.5, 0.8)))
    assert view.sketch.ink[140, 140] == 0
    press(view, "brush")
    draw(view._canvas, ((0.5, 0.2), (0.5, 0.8)))
    assert view.sketch.ink[140, 140] == 255


def test_the_ring_around_the_pointer_is_as_wide_as_the_tool_in_hand(view):
    assert view._canvas.brush == pytest.approx(2.2 / 28)
    press(view, "eraser")
    assert view._canvas.brush == pytest.approx(4.4 / 28)
    view.findChild(QSlider).setValue(30)
    assert view._canvas.brush == pytest.approx(6 / 28)
    press(view, "brush")
    assert view._canvas.brush == pytest.approx(3 / 28)


def test_the_slider_sets_the_width_of_the_brush(view):
    view.findChild(QSlider).setValue(50)
    draw(view._canvas, ((0.2, 0.5), (0.8, 0.5)))
    assert view.sketch.ink[:, 140].sum() / 2550 == pytest.approx(5.0, abs=0.1)


def test_hiding_the_view_ends_the_stroke_and_loses_nothing(view, choice):
    put_down(view._canvas, STROKE[0])
    move(view._canvas, STROKE[1])
    view.hide()
    assert not view.sketch.is_drawing
    assert not view._soon.isActive()
    np.testing.assert_array_equal(choice.sample.pixels, view.sketch.prepare().pixels.ravel())
    view.show()
    move(view._canvas, STROKE[3], NONE)
    assert not view.sketch.is_drawing


# Buttons.


def test_only_what_can_be_done_can_be_pressed(view):
    every = set(TEXTS)
    assert enabled(view) == every - {"undo", "redo", "clear"}, "changes would take the chosen sample first"
    draw(view._canvas)
    assert enabled(view) == every - {"redo"}
    press(view, "undo")
    assert enabled(view) == every - {"undo", "clear"}
    press(view, "redo")
    press(view, "clear")
    assert enabled(view) == every - {"redo", "clear"}


def test_every_tool_has_a_name_and_a_sentence_for_tip(view):
    for key, action in view._controls.actions.items():
        button = view._controls.above.button(action)
        assert button.accessibleName() == TEXTS[key][0]
        assert re.fullmatch(r"[A-Z].*[.?]", button.toolTip())
        assert not button.icon().isNull()


def test_strokes_pictures_noise_and_changes_can_be_undone_and_done_again(view, choice, tmp_path):
    deeds = [lambda: draw(view._canvas), lambda: view.load_picture(picture(tmp_path))]
    deeds += [lambda key=key: press(view, key) for key in ("noise", *CHANGES, "take", "clear")]
    seen = [None]
    for deed in deeds:
        deed()
        seen.append(choice.sample.pixels.tobytes())
    assert len(set(seen)) > 10
    for expected in seen[-2:0:-1]:
        press(view, "undo")
        assert choice.sample.pixels.tobytes() == expected
    press(view, "undo")
    assert not choice.sample.pixels.any()
    for expected in seen[1:]:
        press(view, "redo")
        assert choice.sample.pixels.tobytes() == expected


def test_the_chosen_sample_is_taken_onto_the_pad_with_its_label(view, choice):
    choice.choose(TRAINING, 7)
    pixels = choice.sample.pixels
    press(view, "take")
    assert choice.sample.source == DRAWN
    assert choice.sample.label == 7
    np.testing.assert_array_equal(choice.sample.pixels, pixels)
    assert view.caption.endswith("; the label is 7.")


def test_after_the_pad_was_wiped_the_sample_chosen_before_can_be_taken_again(view, choice):
    choice.choose(TEST, 2)
    pixels = choice.sample.pixels
    press(view, "take")
    press(view, "clear")
    assert choice.sample.source == DRAWN
    press(view, "take")
    np.testing.assert_array_equal(choice.sample.pixels, pixels)


@pytest.mark.parametrize("key", CHANGES)
def test_changing_an_empty_pad_changes_the_chosen_sample_and_keeps_its_label(view, choice, key):
    choice.choose(TEST, 1)
    before = choice.sample.pixels.reshape(28, 28)
    press(view, key)
    assert choice.sample.source == DRAWN
    assert choice.sample.label == 1
    assert not np.array_equal(choice.sample.pixels, before.ravel())
    if key in ("left", "up", "down", "right"):
        down, across = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}[key]
        np.testing.assert_array_equal(
            choice.sample.pixels.reshape(28, 28), drawing.nudge(before, down, across)
        )


def test_turning_goes_the_way_that_its_button_says(view):
    draw(view._canvas, ((0.5, 0.2), (0.5, 0.8)))
    press(view, "clockwise")
    upper, lower = view.sketch.ink[70], view.sketch.ink[210]
    assert np.flatnonzero(upper).mean() > np.flatnonzero(lower).mean()
    press(view, "anticlockwise")
    press(view, "anticlockwise")
    upper, lower = view.sketch.ink[70], view.sketch.ink[210]
    assert np.flatnonzero(upper).mean() < np.flatnonzero(lower).mean()


def test_noise_is_another_each_time_and_the_generators(view, choice):
    rng = np.random.default_rng(4)
    for _ in range(2):
        press(view, "noise")
        np.testing.assert_array_equal(choice.sample.pixels.reshape(28, 28), drawing.noise(rng, (28, 28)))


def test_noise_without_a_generator_given_differs_from_view_to_view(qtbot, theme, choice):
    made = []
    for _ in range(2):
        view = PadView(theme, choice)
        qtbot.addWidget(view)
        press(view, "noise")
        made.append(choice.sample.pixels.tobytes())
    assert made[0] != made[1]


def test_the_check_box_switches_the_preparation(view, choice):
    draw(view._canvas, ((0.1, 0.1), (0.3, 0.2)))
    box = view.findChild(QCheckBox)
    assert box.isChecked()
    centred = choice.sample.pixels
    box.click()
    assert not box.isChecked()
    np.testing.assert_array_equal(
        choice.sample.pixels, drawing.reduce(view.sketch.ink, (28, 28)).pixels.ravel()
    )
    box.click()
    np.testing.assert_array_equal(choice.sample.pixels, centred)


def test_the_check_box_shows_that_a_nudge_ended_the_centring_and_that_undo_brings_it_back(view, choice):
    draw(view._canvas)
    box = view.findChild(QCheckBox)
    centred = choice.sample.pixels
    press(view, "left")
    assert not box.isChecked()
    box.click()
    np.testing.assert_array_equal(choice.sample.pixels, centred)
    press(view, "undo")
    assert box.isChecked()


# Keys.


@pytest.fixture
def window(qtbot, view):
    """A window around the view, with shortcuts like the program's, and what they were pressed for."""
    window = QMainWindow()
    qtbot.addWidget(window)
    middle = QWidget()
    layout = QVBoxLayout(middle)
    layout.addWidget(view)
    window.other = QPushButton("elsewhere")
    layout.addWidget(window.other)
    window.setCentralWidget(middle)
    window.pressed = []
    for keys in ("Ctrl+Z", "Ctrl+Shift+Z", "Right", "Space", "Ctrl+V", "Delete"):
        action = QAction(keys, window)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _=False, keys=keys: window.pressed.append(keys))
        window.addAction(action)
    window.resize(700, 600)
    window.show()
    view.show()
    window.activateWindow()
    qtbot.waitActive(window)
    yield window
    view.setParent(None)


CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_on_the_pad_undo_and_redo_are_the_pads_and_elsewhere_the_windows(qtbot, window, view):
    view._canvas.setFocus()
    draw(view._canvas)
    qtbot.keyClick(view._canvas, Qt.Key.Key_Z, CONTROL)
    assert view.sketch.is_blank
    qtbot.keyClick(view._canvas, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert not view.sketch.is_blank
    qtbot.keyClick(view._canvas, Qt.Key.Key_Delete)
    assert view.sketch.is_blank
    assert window.pressed == []
    window.other.setFocus()
    qtbot.keyClick(window.other, Qt.Key.Key_Z, CONTROL)
    assert window.pressed == ["Ctrl+Z"]
    assert view.sketch.is_blank


def test_with_nothing_to_undo_the_windows_undo_does_not_step_in(qtbot, window, view):
    view._canvas.setFocus()
    qtbot.keyClick(view._canvas, Qt.Key.Key_Z, CONTROL)
    assert window.pressed == []


def test_arrows_on_the_pad_nudge_and_elsewhere_are_the_windows(qtbot, window, view, choice):
    view._canvas.setFocus()
    before = choice.sample.pixels.reshape(28, 28)
    qtbot.keyClick(view._canvas, Qt.Key.Key_Right)
    qtbot.keyClick(view._canvas, Qt.Key.Key_Up)
    np.testing.assert_array_equal(choice.sample.pixels.reshape(28, 28), drawing.nudge(before, -1, 1))
    assert window.pressed == []
    window.other.setFocus()
    qtbot.keyClick(window.other, Qt.Key.Key_Right)
    assert window.pressed == ["Right"]


def test_space_on_the_pad_is_still_the_windows(qtbot, window, view):
    view._canvas.setFocus()
    qtbot.keyClick(view._canvas, Qt.Key.Key_Space)
    assert window.pressed == ["Space"]


def test_drawing_gives_the_pad_the_focus_and_shows_it(qtbot, window, view, theme):
    window.other.setFocus()
    place = on_pad(view._canvas, (0.5, 0.5)).toPoint()
    qtbot.mouseClick(view._canvas, Qt.MouseButton.LeftButton, pos=place)
    assert view._canvas.hasFocus()
    corner = view._canvas.surface.toRect().topLeft()
    grabbed = view._canvas.grab().toImage()
    assert grabbed.pixelColor(corner.x() + 60, corner.y()).name() == theme.colours.highlight


def test_all_that_is_shown_can_be_reached_by_tab(qtbot, window, view):
    window.other.setFocus()
    reached = set()
    for _ in range(60):
        qtbot.keyClick(QGuiApplication.focusObject(), Qt.Key.Key_Tab)
        reached.add(QGuiApplication.focusObject())
    controls = view._controls
    wanted = {controls.above.button(action) for action in controls.actions.values() if action.isEnabled()}
    wanted = {button for button in wanted if button.isVisible()}
    assert len(wanted) > 8
    # A group of which one is pressed is one stop, and the arrows lead on from there.
    assert wanted - reached <= {controls.above.button(controls.actions["eraser"])}
    assert {view._canvas, controls.below.centring, controls.below.width_slider} <= reached


# Pictures.


def test_a_picture_is_put_on_the_pad_and_prepared(view, choice, tmp_path, failures):
    opened = []
    view.picture_opened.connect(opened.append)
    path = picture(tmp_path)
    view.load_picture(path)
    assert opened == [path]
    assert failures == []
    rows = np.flatnonzero(choice.sample.pixels.reshape(28, 28).any(axis=1))
    cols = np.flatnonzero(choice.sample.pixels.reshape(28, 28).any(axis=0))
    assert (len(rows), len(cols)) == (20, 3)
    assert choice.sample.label is None


def test_a_picture_of_a_sample_is_that_sample_again(view, choice, tmp_path):
    """Dark on light, and eight times as large."""
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:17] = 255
    image[10, 13] = 90
    view.load_picture(picture(tmp_path, 255 - drawing.enlarge(image, 8)))
    np.testing.assert_array_equal(choice.sample.pixels.reshape(28, 28), image)


@pytest.mark.parametrize("kind", ["missing", "folder", "empty", "no picture", "one shade"])
def test_a_picture_that_cannot_be_used_is_refused_and_nothing_is_lost(view, choice, tmp_path, failures, kind):
    draw(view._canvas)
    ink, sample = view.sketch.ink.copy(), choice.sample
    path = tmp_path / "picture.png"
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.touch()
    elif kind == "no picture":
        path.write_text("hello")
    elif kind == "one shade":
        picture(tmp_path, np.full((9, 9), 77), "picture.png")
    opened = []
    view.picture_opened.connect(opened.append)
    view.load_picture(path)
    assert opened == []
    assert len(failures) == 1
    assert re.search(r"[Cc]hoose", failures[0])
    np.testing.assert_array_equal(view.sketch.ink, ink)
    assert choice.sample is sample
    press(view, "undo")
    assert view.sketch.is_blank


def test_the_button_asks_for_a_file(view, choice, tmp_path, monkeypatch):
    path = picture(tmp_path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    press(view, "open")
    assert choice.sample.source == TEST
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    press(view, "open")
    assert choice.sample.source == DRAWN


def test_a_file_a_picture_and_neither_can_be_dropped(view, choice, tmp_path, failures):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture(tmp_path)))])
    view._canvas.dropped.emit(mime)
    from_file = choice.sample
    assert from_file.source == DRAWN
    mime = QMimeData()
    mime.setImageData(image_of(np.pad(np.full((20, 5), 255), 10)))
    view._canvas.dropped.emit(mime)
    assert choice.sample is not from_file
    assert failures == []
    last = choice.sample
    for nothing in (QMimeData(), QMimeData(), QMimeData()):
        nothing.setUrls([QUrl("https://example.org/digit.png")])
        view._canvas.dropped.emit(nothing)
    assert failures == [NO_PICTURE] * 3
    assert choice.sample is last


def test_a_copied_picture_is_pasted(qtbot, view, choice, failures):
    clipboard = QGuiApplication.clipboard()
    clipboard.setImage(image_of(np.pad(np.full((20, 5), 255), 10)))
    view._canvas.setFocus()
    qtbot.keyClick(view._canvas, Qt.Key.Key_V, CONTROL)
    assert choice.sample.source == DRAWN
    assert failures == []
    clipboard.clear()
    qtbot.keyClick(view._canvas, Qt.Key.Key_V, CONTROL)
    assert failures == [NO_PICTURE]


# The answer.


def answer(view):
    return view._panel.answer


def test_the_answer_is_that_to_the_chosen_sample_whichever_it_is(view, choice):
    assert answer(view).subject == "test image 0"
    assert view.caption == "The network says 3, with an activation of 0.95; the label is 0."
    choice.choose(TRAINING, 5)
    assert answer(view).subject == "training image 5"
    np.testing.assert_array_equal(answer(view).image.pixels.ravel(), choice.sample.pixels)
    draw(view._canvas)
    assert answer(view).subject == "the pad"
    assert view.caption == "The network says 3, with an activation of 0.95."
    choice.choose(TEST, 1)
    assert answer(view).subject == "test image 1"


def test_the_answer_names_noise_and_an_empty_pad_for_what_they_are(view):
    press(view, "noise")
    assert view.caption == "This is noise, and yet the network says 3 (0.95)."
    press(view, "thicker")
    assert view.caption.startswith("This is noise")
    press(view, "clear")
    assert view.caption == "There is nothing on the pad, and yet the network says 3 (0.95)."


def test_the_answer_follows_the_network(qtbot, view):
    receive(qtbot, view, saying(8).snapshot())
    assert "says 8" in view.caption
    np.testing.assert_allclose(answer(view).a, [0.0067] * 8 + [0.9526, 0.0067], atol=1e-4)


def test_the_traces_of_the_preparation_are_shown_where_it_was_done(view, choice):
    assert answer(view).image.box is None
    draw(view._canvas)
    assert answer(view).image.box[2:] == (20, 20)
    assert answer(view).image.centre == pytest.approx((14.5, 14.5), abs=0.51)
    view.findChild(QCheckBox).click()
    assert answer(view).image.box is None


def test_what_another_part_of_the_program_drew_is_explained_too_and_can_be_taken(view, choice):
    draw(view._canvas)
    foreign = np.roll(np.arange(784) % 256, 5).astype(np.uint8)
    choice.choose_drawn(foreign, 6)
    assert answer(view).subject == "the pad's image"
    press(view, "take")
    np.testing.assert_array_equal(choice.sample.pixels, foreign)
    assert choice.sample.label == 6


def bar_place(view, j, n=10):
    places = view._panel.places(view._canvas.panel)
    plot = view._panel._bars.plot(places.bars, places.number.isEmpty())
    return QPointF(plot.left() + (j + 0.5) * plot.width() / n, plot.bottom() - 2)


def test_hover_gives_the_exact_numbers_of_an_output_and_of_a_pixel(view):
    move_mouse(view._canvas, bar_place(view, 3))
    assert view._panel.hint == "a₃ = 0.9526, z₃ = +3.00"
    move_mouse(view._canvas, bar_place(view, 0))
    assert view._panel.hint == "a₀ = 0.0067, z₀ = −5.00"
    image = view._panel.places(view._canvas.panel).image
    move_mouse(view._canvas, image.topLeft() + QPointF(14.5, 7.5) * (image.width() / 28))
    assert view._panel.hint == f"Pixel (7, 14): {220 / 255:.3f}"
    move_mouse(view._canvas, on_pad(view._canvas, (0.5, 0.5)))
    assert view._panel.hint == ""


def test_a_hovered_output_is_read_out_anew_as_it_changes(qtbot, view):
    move_mouse(view._canvas, bar_place(view, 3))
    receive(qtbot, view, saying(8).snapshot())
    assert view._panel.hint == "a₃ = 0.0067, z₃ = −5.00"


def test_a_click_on_a_bar_pins_the_output_neuron_and_a_second_lets_it_go(view, choice):
    def click(place):
        send(view._canvas, QEvent.Type.MouseButtonPress, place, Qt.MouseButton.LeftButton, NONE)

    click(bar_place(view, 7))
    assert choice.neuron == Neuron(1, 7)
    assert answer(view).pinned == 7
    click(bar_place(view, 7))
    assert choice.neuron is None
    assert answer(view).pinned is None


def test_a_pinned_hidden_neuron_is_no_output(qtbot, view, choice):
    receive(qtbot, view, saying(sizes=(784, 5, 10)).snapshot())
    choice.pin(Neuron(1, 3))
    assert answer(view).pinned is None
    choice.pin(Neuron(2, 3))
    assert answer(view).pinned == 3


def test_screen_readers_are_told_the_answer(view):
    draw(view._canvas)
    assert view._canvas.accessibleDescription() == view.caption


# Other data, other networks.


@pytest.fixture
def empty(qtbot, theme):
    view = PadView(theme, Choice())
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    return view


def test_before_there_is_data_nothing_can_be_drawn_and_nothing_goes_wrong(empty, tmp_path):
    sentences = []
    empty.failed.connect(sentences.append)
    assert enabled(empty) == set()
    empty.grab()
    send(empty._canvas, QEvent.Type.MouseButtonPress, QPointF(100, 100), Qt.MouseButton.LeftButton, NONE)
    for key in (*TEXTS, "paste"):
        if key != "paste":
            empty.do(key)
    empty.load_picture(picture(tmp_path))
    assert sentences == [NO_PAD]


def test_before_there_is_a_network_one_can_draw_and_sees_the_image(empty):
    empty._choice.set_data(bars_data())
    draw(empty._canvas)
    assert answer(empty).image.pixels.any()
    assert answer(empty).a is None
    assert empty.caption == "The network answers here as soon as there is one."
    empty.grab()


def test_inputs_that_are_no_images_cannot_be_drawn(qtbot, view, choice):
    vectors = Samples(np.zeros((3, 6), np.uint8), np.zeros(3, np.uint8), (6, 1))
    choice.set_data(DataSet("vectors", vectors, vectors))
    receive(qtbot, view, saying(sizes=(6, 10), shape=(6, 1)).snapshot())
    assert view.sketch is None
    assert enabled(view) == set()
    assert NO_IMAGES.endswith(".")
    view.grab()
    choice.set_data(bars_data())
    assert view.sketch is not None
    assert "noise" in enabled(view)


def test_images_of_another_shape_have_a_pad_of_their_own(qtbot, view, choice):
    draw(view._canvas)
    choice.set_data(small_data())
    receive(qtbot, view, small_trainer().snapshot())
    assert view.sketch.shape == (5, 4)
    assert view.sketch.is_blank
    surface = view._canvas.surface
    assert surface.width() / surface.height() == pytest.approx(4 / 5, abs=0.01)
    view.findChild(QSlider).setValue(30)
    draw(view._canvas)
    assert choice.sample.pixels.shape == (20,)
    assert answer(view).image.box[2:] == (4, 3)
    for key in CHANGES:
        press(view, key)
    view.grab()


def test_the_width_of_the_brush_outlasts_a_change_of_data(view, choice):
    view.findChild(QSlider).setValue(50)
    choice.set_data(small_data())
    assert view.sketch.brush == 5.0


def test_the_drawing_outlasts_other_data_of_the_same_shape(view, choice):
    draw(view._canvas)
    choice.set_data(bars_data())
    assert not view.sketch.is_blank
    assert answer(view).subject == "test image 0"


def test_a_sample_that_does_not_fit_the_network_is_said_to(qtbot, view):
    receive(qtbot, view, small_trainer().snapshot())
    assert answer(view).a is None
    assert view.caption == "The chosen sample has 784 pixels, but the network 20 inputs."
    view.grab()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 3e38])
def test_after_a_divergence_the_view_says_so_and_paints_without_a_warning(qtbot, view, bad):
    trainer = saying()
    trainer.network.theta[...] = bad
    with no_warnings():
        receive(qtbot, view, trainer.snapshot())
        view.grab()
        draw(view._canvas)
        view.grab()
    if np.isnan(bad):
        assert "training has diverged" in view.caption
        assert answer(view).strongest is None


@pytest.mark.parametrize("n", [1, 2, 10, 20, 100])
@pytest.mark.parametrize("size", [(300, 200), (620, 420)])
def test_networks_with_any_number_of_outputs_have_their_bars(qtbot, view, theme, n, size):
    trainer = saying(0, (784, n))
    trainer.network.biases[-1][n // 2] = 6
    view.resize(*size)
    receive(qtbot, view, trainer.snapshot())
    view.grab()
    assert answer(view).strongest == n // 2 if n > 1 else answer(view).strongest == 0


@pytest.mark.parametrize("sizes", [(784, 10), (784, 8, 10), (784, 8, 7, 6, 10)])
def test_networks_of_any_depth_answer(qtbot, view, sizes):
    receive(qtbot, view, saying(4, sizes).snapshot())
    assert "says 4" in view.caption


# The picture.


def test_the_figure_is_painted_without_the_view_ever_having_been_shown(qtbot, theme, choice, tmp_path):
    view = PadView(theme, choice)
    qtbot.addWidget(view)
    view.show_snapshot(saying().snapshot())
    image = painted(view.paint_figure, 960, 640)
    colours = {image.pixelColor(x, y).name() for x in range(0, 960, 3) for y in range(0, 640, 3)}
    assert {theme.colours.zero, theme.colours.activation, theme.colours.muted} <= colours
    generator = QSvgGenerator()
    generator.setFileName(str(tmp_path / "figure.svg"))
    generator.setViewBox(QRectF(0, 0, 960, 640))
    with QPainter(generator) as painter:
        view.paint_figure(painter, QRectF(0, 0, 960, 640))
    assert "The network says 3" in (tmp_path / "figure.svg").read_text()


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize("size", [(300, 200), (320, 220), (420, 260), (300, 700), (900, 220), (1200, 800)])
def test_pad_and_panel_keep_apart_and_within_the_canvas_at_every_size(view, theme, size, scale):
    theme.choose_text_scale(scale)
    view.resize(*size)
    view.grab()
    pad, panel = view._canvas.surface, view._canvas.panel
    assert QRectF(view._canvas.rect()).contains(pad)
    assert QRectF(view._canvas.rect()).contains(panel)
    assert not pad.intersects(panel)
    assert pad.width() >= 50
    theme.choose_text_scale(1.0)


def test_a_stroke_repaints_only_where_it_is(qtbot, view):
    view.grab()
    put_down(view._canvas, (0.5, 0.5))
    qtbot.waitUntil(lambda: not view._soon.isActive())
    QGuiApplication.processEvents()
    watch = Watch()
    view._canvas.installEventFilter(watch)
    move(view._canvas, (0.52, 0.52))
    QGuiApplication.processEvents()
    assert watch.painted
    assert watch.painted[0].width() < view._canvas.surface.width() / 2
    lift(view._canvas, (0.52, 0.52))


def test_a_view_that_cannot_be_seen_draws_all_the_same(qtbot, theme, choice):
    view = PadView(theme, choice)
    qtbot.addWidget(view)
    view.load_picture(Path("does not exist.png"))
    press(view, "noise")
    assert choice.sample.source == DRAWN
    assert view.caption == "The network answers here as soon as there is one."


def test_after_a_rest_the_answer_does_not_wait(qtbot, view, monkeypatch):
    waits = []
    monkeypatch.setattr(view._soon, "start", waits.append)
    now = [100.0]
    monkeypatch.setattr("nnviz.app.views.pad.time.monotonic", lambda: now[0])
    view._choose()
    for since in (0.010, 0.024, 0.030, 5.0):
        now[0] = 100.0 + since
        view._follow((0, 0, 5, 5))
    assert waits == [ANSWER_MS - 10, 1, 0, 0]
