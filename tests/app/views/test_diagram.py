import numpy as np
import pytest
from app.graphics.scenes import Record, colours_in
from app.small_window import move_mouse, no_warnings, receive, small_trainer
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QKeySequence, QPainter, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from run.small import small_data

from nnviz.app.choice import Choice, Neuron
from nnviz.app.graphics.network import answer as network_answer
from nnviz.app.graphics.network import player as layer_player
from nnviz.app.views import diagram
from nnviz.app.views.diagram import EMPTY, DiagramView

PIXELS = 20


@pytest.fixture
def choice(qapp):
    choice = Choice()
    choice.set_data(small_data())
    return choice


@pytest.fixture
def view(qtbot, theme, choice):
    view = DiagramView(theme, choice)
    qtbot.addWidget(view)
    view.resize(620, 460)
    view.show()
    yield view
    view.close()


def snapshot_of(sizes=(PIXELS, 6, 10), **changes):
    return small_trainer(sizes, **changes).snapshot()


@pytest.fixture
def shown(qtbot, view):
    """A snapshot that the view shows, painted."""
    snapshot = snapshot_of()
    receive(qtbot, view, snapshot)
    view.grab()
    return snapshot


def place_of(view, layer, index):
    layout = view._picture.layout(QRectF(view._canvas.rect()))
    return layout.columns[layer].centre(index).toPoint()


def empty_place(view):
    layout = view._picture.layout(QRectF(view._canvas.rect()))
    left, right = layout.columns[0].box.right(), layout.columns[1].box.left()
    return QPoint(round((left + right) / 2), round(layout.columns[1].box.center().y()))


def click(view, place):
    QTest.mouseClick(view._canvas, Qt.MouseButton.LeftButton, pos=place)


def hover(view, layer, index):
    move_mouse(view._canvas, place_of(view, layer, index))


def panel(view, monkeypatch):
    """Return what the panel says, and where it and its neuron are."""
    kept = []
    paint_panel = diagram.paint_panel

    def keep(painter, theme, area, about, lines, *given):
        kept.append((list(lines), paint_panel(painter, theme, area, about, lines, *given), QRectF(about)))
        return kept[-1][1]

    monkeypatch.setattr(diagram, "paint_panel", keep)
    view.grab()
    monkeypatch.setattr(diagram, "paint_panel", paint_panel)
    return kept[-1] if kept else None


# What is shown


def test_before_there_is_data_the_view_says_what_will_come(view, monkeypatch):
    record = Record(diagram.write)
    monkeypatch.setattr(diagram, "write", record)
    view.grab()
    assert record.texts == [EMPTY]
    assert not view.controls.play.isEnabled()
    move_mouse(view._canvas, QPoint(50, 50))
    click(view, QPoint(50, 50))
    QTest.keyClick(view._canvas, Qt.Key.Key_Right)
    view.play_forward()
    assert view._player.reached is None


def test_the_view_shows_what_the_network_makes_of_the_chosen_sample(view, shown, choice):
    scene = view._picture.scene
    assert scene.network is shown.network
    assert scene.sample is choice.sample
    np.testing.assert_array_equal(scene.response.a[-1], choice.response(shown.network).a[-1])
    choice.choose("training", 5)
    assert view._picture.scene.sample is choice.sample
    assert view._picture.scene.response is choice.response(shown.network)


def legend_of(view):
    layout = view._picture.layout(QRectF(view._canvas.rect()))
    foot = layout.foot.toAlignedRect()
    foot.setWidth(300)
    return view._canvas.grab().toImage().copy(foot)


@pytest.mark.parametrize("change", ["another overlay", "a forward pass", "another theme"])
def test_the_legend_is_painted_anew_where_it_has_changed(qtbot, view, theme, change):
    """On a widget, what stands still is kept as a pixmap."""
    view.resize(900, 600)
    trainer = small_trainer()
    trainer.network.theta[...] = 0
    trainer.network.biases[0][...] = 3  # and so is z: both have the same scale
    receive(qtbot, view, trainer.snapshot())
    view.controls.buttons["z"].click()
    before = legend_of(view)
    assert legend_of(view) == before
    if change == "another overlay":
        view.controls.buttons["b"].click()
    elif change == "a forward pass":
        view.play_forward()
    else:
        theme.choose("dark", colour_blind_safe=True)
    assert legend_of(view) != before
    view._player.stop()


def test_the_image_is_painted_anew_where_another_sample_is_chosen(view, shown, choice):
    def image():
        layout = view._picture.layout(QRectF(view._canvas.rect()))
        return view._canvas.grab().toImage().copy(layout.image.toAlignedRect())

    before = image()
    assert image() == before
    choice.choose("test", 8)
    assert image() != before


def test_a_pinned_neuron_is_shown_as_long_as_the_network_has_it(qtbot, view, shown, choice):
    choice.pin(Neuron(1, 5))
    assert view._picture.scene.pinned == Neuron(1, 5)
    receive(qtbot, view, snapshot_of((PIXELS, 3, 10)))
    assert view._picture.scene.pinned is None


def test_it_is_painted_without_ever_having_been_on_a_screen(theme, choice):
    view = DiagramView(theme, choice)
    view.show_snapshot(snapshot_of())
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    image.fill(theme.colour("surface"))
    with QPainter(image) as painter:
        view.paint_figure(painter, QRectF(100, 50, 480, 320))
    assert len(colours_in(image, QRectF(100, 50, 480, 320))) > 20
    assert colours_in(image, QRectF(0, 0, 99, 400)) == {theme.colours.surface}
    view.deleteLater()


def test_a_picture_for_a_file_leaves_the_neurons_on_the_screen_where_they_are(view, shown):
    place = place_of(view, 1, 3)
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        view.paint_figure(painter, QRectF(0, 0, 300, 200))
    move_mouse(view._canvas, place)
    assert view._hovered == (1, 3)


# The mouse


def test_hover_reads_out_a_neuron_exactly(view, shown, choice, monkeypatch):
    response = choice.response(shown.network)
    for layer, index, name in ((1, 4, "layer 1, neuron 4"), (2, 7, "output 7")):
        hover(view, layer, index)
        lines, _, _ = panel(view, monkeypatch)
        values = response.a[layer - 1][index], response.z[layer - 1][index]
        values = *values, shown.network.biases[layer - 1][index]
        expected = [
            f"{letter} = {value:.4f}".replace("-", "−") for letter, value in zip("azb", values, strict=True)
        ]
        assert lines == [name, *expected]


def test_hover_over_an_input_reads_out_its_pixel(view, shown, choice, monkeypatch):
    hover(view, 0, 6)
    lines, _, _ = panel(view, monkeypatch)
    assert lines == [f"pixel (1, 2) = {choice.sample.x[6]:.3f}"]
    layout = view._picture.layout(QRectF(view._canvas.rect()))
    move_mouse(view._canvas, layout.pixel(13).center().toPoint())
    assert view._hovered == (0, 13)
    lines, place, about = panel(view, monkeypatch)
    assert lines == [f"pixel (3, 1) = {choice.sample.x[13]:.3f}"]
    assert about.contains(layout.pixel(13))
    assert not place.intersects(layout.pixel(13))


def test_hover_reads_out_the_weight_that_joins_a_neuron_to_the_pinned_one(view, shown, choice, monkeypatch):
    choice.pin(Neuron(1, 2))
    weights = shown.network.weights
    for layer, index, words, weight in (
        (0, 6, "into pinned", weights[0][2, 6]),
        (2, 7, "from pinned", weights[1][7, 2]),
    ):
        hover(view, layer, index)
        lines, _, _ = panel(view, monkeypatch)
        assert lines[-1] == f"{words}: w = {weight:.4f}".replace("-", "−")
    hover(view, 1, 4)
    assert len(panel(view, monkeypatch)[0]) == 4


def test_the_panel_stays_inside_and_never_covers_its_neuron(qtbot, view, shown, monkeypatch):
    for size in ((620, 460), (320, 220)):
        view.resize(*size)
        view.grab()
        for layer, n in ((0, PIXELS), (1, 6), (2, 10)):
            for index in (0, n // 2, n - 1):
                hover(view, layer, index)
                _, place, about = panel(view, monkeypatch)
                assert QRectF(view._canvas.rect()).contains(place)
                assert not place.intersects(about)


def test_hover_follows_the_numbers_as_they_change(qtbot, view, shown, choice, monkeypatch):
    hover(view, 1, 4)
    before, _, _ = panel(view, monkeypatch)
    choice.choose("test", 9)
    after, _, _ = panel(view, monkeypatch)
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_between_neurons_and_outside_there_is_no_panel(view, shown, monkeypatch):
    hover(view, 1, 4)
    assert panel(view, monkeypatch)
    move_mouse(view._canvas, empty_place(view))
    assert panel(view, monkeypatch) is None
    hover(view, 1, 4)
    view._canvas.hovered.emit(None)
    assert panel(view, monkeypatch) is None


def test_a_click_pins_the_neuron_under_the_pointer_and_another_click_unpins_it(view, shown, choice):
    click(view, place_of(view, 2, 3))
    assert choice.neuron == Neuron(2, 3)
    click(view, place_of(view, 1, 5))
    assert choice.neuron == Neuron(1, 5)
    click(view, place_of(view, 1, 5))
    assert choice.neuron is None


@pytest.mark.parametrize("where", ["empty ground", "an input"])
def test_a_click_on_what_cannot_be_pinned_unpins(view, shown, choice, where):
    choice.pin(Neuron(1, 2))
    click(view, empty_place(view) if where == "empty ground" else place_of(view, 0, 3))
    assert choice.neuron is None


def test_a_smaller_network_under_the_pointer_is_no_fault(qtbot, view, shown, monkeypatch):
    hover(view, 2, 9)
    receive(qtbot, view, snapshot_of((PIXELS, 2, 10)))
    assert view._looked_at() is None
    assert panel(view, monkeypatch) is None


# The keys


def press(view, *keys):
    for key in keys:
        QTest.keyClick(view._canvas, key)


LEFT, RIGHT, UP, DOWN = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down


def test_the_arrows_walk_from_neuron_to_neuron(view, shown):
    view._canvas.setFocus()
    press(view, DOWN)
    assert view._walked_to[0] == 1
    hover(view, 1, 0)
    press(view, DOWN)
    assert view._walked_to == (1, 1)
    press(view, UP, UP, UP)
    assert view._walked_to == (1, 0)
    press(view, RIGHT)
    assert view._walked_to[0] == 2
    press(view, RIGHT)
    assert view._walked_to[0] == 2
    press(view, LEFT, LEFT)
    assert view._walked_to[0] == 0
    press(view, LEFT, *[DOWN] * 30)
    assert view._walked_to == (0, PIXELS - 1)


def test_walking_sideways_goes_to_the_nearest_neuron(view, shown):
    hover(view, 1, 5)
    press(view, RIGHT)
    layout = view._picture.layout(QRectF(view._canvas.rect()))
    distances = np.abs(layout.columns[2].y - layout.columns[1].y[5])
    assert view._walked_to == (2, int(distances.argmin()))


def test_walking_begins_at_the_pinned_neuron(view, shown, choice):
    choice.pin(Neuron(2, 8))
    press(view, DOWN)
    assert view._walked_to == (2, 8)


def test_enter_pins_and_unpins_where_the_arrows_have_led(view, shown, choice):
    press(view, Qt.Key.Key_Return)
    assert choice.neuron is None
    hover(view, 1, 3)
    press(view, DOWN, Qt.Key.Key_Return)
    assert choice.neuron == Neuron(1, 4)
    press(view, Qt.Key.Key_Enter)
    assert choice.neuron is None
    choice.pin(Neuron(2, 2))
    hover(view, 0, 3)
    press(view, UP, Qt.Key.Key_Return)
    assert choice.neuron == Neuron(2, 2), "an input cannot be pinned"


def test_what_the_arrows_have_led_to_is_read_out_on_screen_and_to_screen_readers(view, shown, monkeypatch):
    hover(view, 1, 3)
    press(view, DOWN)
    lines, _, _ = panel(view, monkeypatch)
    assert lines[0] == "layer 1, neuron 4"
    assert view._canvas.accessibleDescription() == ", ".join(lines)


def test_the_mouse_and_the_focus_take_the_place_of_the_keys(view, shown):
    view._canvas.setFocus()
    press(view, DOWN)
    hover(view, 2, 2)
    assert view._looked_at() == (2, 2)
    press(view, DOWN)
    assert view._looked_at() == (2, 3)
    view.controls.play.setFocus()
    assert view._looked_at() is None


def test_with_the_focus_the_diagram_has_the_arrows_and_not_the_windows_shortcuts(qtbot, view, shown):
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(view)
    other = QLabel("elsewhere")
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    layout.addWidget(other)
    steps = []
    shortcut = QShortcut(QKeySequence("Right"), window)
    shortcut.activated.connect(lambda: steps.append("step"))
    with_shift = QShortcut(QKeySequence("Shift+Right"), window)
    with_shift.activated.connect(lambda: steps.append("epoch"))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    view._canvas.setFocus()
    hover(view, 1, 3)
    press(view, RIGHT)
    assert steps == []
    assert view._walked_to[0] == 2
    QTest.keyClick(view._canvas, RIGHT, Qt.KeyboardModifier.ShiftModifier)
    assert steps == ["epoch"]
    other.setFocus()
    QTest.keyClick(other, RIGHT)
    assert steps == ["epoch", "step"]
    view.setParent(None)
    window.close()


def test_the_focus_can_be_seen(view, shown, theme, qtbot):
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    top = QRectF(50, 0, 20, 1)
    view.controls.play.setFocus()
    assert theme.colours.highlight not in colours_in(view._canvas.grab().toImage(), top)
    view._canvas.setFocus()
    assert theme.colours.highlight in colours_in(view._canvas.grab().toImage(), top)


# Overlays


def test_overlays_exclude_each_other(view, shown):
    assert view._picture.scene.overlay == "a"
    for letter in "zba":
        QTest.mouseClick(view.controls.buttons[letter], Qt.MouseButton.LeftButton)
        assert view._picture.scene.overlay == letter
        assert [key for key, button in view.controls.buttons.items() if button.isChecked()] == [letter]


def test_an_overlay_can_be_chosen_before_there_is_a_run(qtbot, view):
    view.controls.buttons["z"].click()
    receive(qtbot, view, snapshot_of())
    assert view._picture.scene.overlay == "z"


def test_every_control_says_what_it_does(view):
    for button in view.findChildren(QPushButton):
        assert button.toolTip().endswith(".")
        assert button.accessibleName()


def buttons(view):
    return sorted(view.findChildren(QPushButton), key=lambda button: button.x())


def resize(qtbot, view, width, height):
    view.resize(width, height)
    for _ in range(3):  # the buttons' names follow the size, and their places follow their names
        qtbot.wait(1)
    assert view.size() == QSize(width, height)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("size", [(300, 200), (420, 300), (900, 600)])
def test_the_view_fits_and_no_button_is_cut(qtbot, view, shown, theme, scale, size):
    theme.choose_text_scale(scale)
    resize(qtbot, view, *size)
    end = 0
    for button in buttons(view):
        assert button.width() >= button.sizeHint().width()
        assert button.x() >= end
        end = button.geometry().right()
    assert end < view.width()
    theme.choose_text_scale(1.0)


def test_buttons_have_their_full_names_where_there_is_room(qtbot, view, shown, theme):
    resize(qtbot, view, 900, 500)
    names = ["Activations a", "Weighted inputs z", "Biases b", "Errors δ", "Play forward pass"]
    assert [button.text() for button in buttons(view)] == names
    resize(qtbot, view, 300, 200)
    assert [button.text() for button in buttons(view)][:4] == ["a", "z", "b", "δ"]
    assert [button.accessibleName() for button in buttons(view)] == names


# The forward pass


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(layer_player, "SECONDS_A_LAYER", 0.03)
    monkeypatch.setattr(layer_player, "SECONDS_A_LAYER_WITHOUT_MOTION", 0.03)


def heard(view):
    moments = []
    view._player.moved.connect(lambda: moments.append(view._player.reached))
    return moments


def test_a_forward_pass_is_played_to_its_end(qtbot, view, shown, quick):
    moments = heard(view)
    QTest.mouseClick(view.controls.play, Qt.MouseButton.LeftButton)
    assert view._player.reached == 0
    assert view.controls.play.accessibleName() == "Stop forward pass"
    qtbot.waitUntil(lambda: moments[-1] is None)
    assert sorted(moments[:-1]) == moments[:-1]
    assert view.controls.play.text() == "Play forward pass"
    assert not view._player._timer.isActive()


def test_without_motion_it_shows_one_layer_after_the_other(qtbot, view, shown, theme, quick):
    theme.motion = False
    moments = heard(view)
    view.play_forward()
    qtbot.waitUntil(lambda: moments[-1] is None)
    assert moments == [1, 2, 3, None]


def test_pressing_again_stops(view, shown):
    view.play_forward()
    assert view.controls.play.text() == "Stop forward pass"
    view.play_forward()
    assert view._player.reached is None
    assert view.controls.play.text() == "Play forward pass"


def test_escape_stops_wherever_the_focus_is_and_is_free_otherwise(qtbot, view, shown):
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    for focused in (view._canvas, view.controls.buttons["a"]):
        focused.setFocus()
        view.play_forward()
        QTest.keyClick(focused, Qt.Key.Key_Escape)
        assert view._player.reached is None
        assert not view._escape.isEnabled()


@pytest.mark.parametrize("how", ["hidden", "behind a tab"])
def test_it_stops_where_nobody_sees_it(view, shown, how):
    view.play_forward()
    if how == "hidden":
        view.hide()
    else:
        view.dock_shown(False)
    assert view._player.reached is None
    assert not view._player._timer.isActive()


def test_a_hidden_view_does_not_play(view, shown):
    view.hide()
    view.play_forward()
    assert view._player.reached is None


def test_what_is_played_is_the_network_it_began_with(qtbot, view, choice):
    trainer = small_trainer()
    first = trainer.snapshot()
    receive(qtbot, view, first)
    view.play_forward()
    trainer.advance(3)
    later = trainer.snapshot()
    receive(qtbot, view, later)
    assert view._picture.scene.network is first.network
    choice.choose("test", 4)
    assert view._picture.scene.network is first.network
    assert view._picture.scene.sample is choice.sample
    view.play_forward()
    assert view._picture.scene.network is later.network


def test_another_run_ends_what_is_played(qtbot, view, shown):
    view.play_forward()
    other = snapshot_of((PIXELS, 4, 4, 10))
    receive(qtbot, view, other)
    assert view._player.reached is None
    assert view._picture.scene.network is other.network


def test_while_it_is_played_the_answer_is_not_given_away(view, shown, monkeypatch):
    record = Record(network_answer.write)
    monkeypatch.setattr(network_answer, "write", record)
    view.play_forward()
    view.grab()
    assert record.texts == []
    view.play_forward()
    view.grab()
    assert record.texts[0].startswith("says ")


# Whatever comes


def test_of_a_sample_that_does_not_fit_nothing_can_be_played(qtbot, view, monkeypatch):
    receive(qtbot, view, snapshot_of())
    assert view.controls.play.isEnabled()
    trainer = small_trainer()
    snapshot = trainer.snapshot()
    monkeypatch.setattr(view._choice, "response", lambda network: None)
    receive(qtbot, view, snapshot)
    assert not view.controls.play.isEnabled()
    view.play_forward()
    assert view._player.reached is None
    hover(view, 1, 2)
    lines, _, _ = panel(view, monkeypatch)
    assert lines == ["layer 1, neuron 2", f"b = {snapshot.network.biases[0][2]:.4f}".replace("-", "−")]
    hover(view, 0, 2)
    assert panel(view, monkeypatch)[0] == ["input 2"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sizes", [(PIXELS, 10), (PIXELS, 3, 4, 5, 10), (PIXELS, 100, 10)], ids=str)
@pytest.mark.parametrize("bad", [None, np.nan, np.inf])
def test_every_network_is_shown_and_walked_through_without_a_warning(qtbot, view, sizes, bad):
    trainer = small_trainer(sizes)
    if bad is not None:
        trainer.network.theta[::3] = bad
    with no_warnings():
        receive(qtbot, view, trainer.snapshot())
        for key in (DOWN, RIGHT, DOWN, LEFT, LEFT, UP, Qt.Key.Key_Return):
            press(view, key)
            view.grab()
        for letter in "zb":
            view.controls.buttons[letter].click()
            view.grab()
        view.play_forward()
        view.grab()
        view.play_forward()


def test_drawn_digits_are_shown_too(view, shown, choice, monkeypatch):
    record = Record(network_answer.write)
    monkeypatch.setattr(network_answer, "write", record)
    choice.choose_drawn(np.full(PIXELS, 200, np.uint8))
    view.grab()
    assert len(record.texts) == 1
    assert record.texts[0].startswith("says ")


def test_colours_and_text_size_follow_the_theme(view, shown, theme):
    view.controls.play.setFocus()
    for name in ("light", "dark"):
        theme.choose(name, colour_blind_safe=False)
        image = view._canvas.grab().toImage()
        assert image.pixelColor(2, 2).name() == theme.colours.surface
    theme.choose_text_scale(1.5)
    view.grab()
    theme.choose_text_scale(1.0)
