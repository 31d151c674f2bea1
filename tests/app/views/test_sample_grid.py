import numpy as np
import pytest
from app.small_window import move_mouse
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnviz.app.graphics.contact_sheet import Contents
from nnviz.app.views.sample_grid import KEYS, SampleGrid

Key = Qt.Key


def contents_of(n, shape=(28, 28), predicted=None):
    pixels = np.zeros((n, shape[0] * shape[1]), np.uint8)
    labels = (np.arange(n) % 10).astype(np.uint8)
    return Contents(pixels, labels, shape, np.arange(n), predicted)


@pytest.fixture
def grid(qtbot, theme):
    """A grid of 1,000 samples that marks what is chosen, as a view would."""
    theme.motion = False
    grid = SampleGrid(theme)
    qtbot.addWidget(grid)
    grid.resize(600, 400)
    grid.show()
    grid.show_contents(contents_of(1000), from_top=True)
    grid.chosen.connect(grid.mark)
    yield grid
    theme.choose_text_scale(1.0)


def in_sight(grid, place):
    """Return whether a tile can be seen whole."""
    tile, scrolled = grid.grid.tile(place), grid.bar.value()
    return scrolled <= tile.top() and tile.bottom() <= scrolled + grid.canvas.height()


def centre(grid, place):
    return QPointF(grid.grid.tile(place).center().x(), grid.grid.tile(place).center().y() - grid.bar.value())


def click(grid, place):
    QTest.mouseClick(grid.canvas, Qt.MouseButton.LeftButton, pos=centre(grid, place).toPoint())


def press(grid, key, times=1):
    """Press a key, and return the place that is chosen then."""
    for _ in range(times):
        QTest.keyClick(grid, key)
    return grid._chosen


def turn(grid, angle=-120, pixels=0, keys=Qt.KeyboardModifier.NoModifier):
    where = QPointF(100, 100)
    event = QWheelEvent(
        where,
        grid.mapToGlobal(where),
        QPoint(0, pixels),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid, event)  # Qt passes on to parents only what comes from a real wheel


def test_a_click_chooses_the_tile_under_the_pointer(qtbot, grid):
    places = []
    grid.chosen.connect(places.append)
    for place in (0, 3, grid.grid.across + 1):
        click(grid, place)
    grid.bar.setValue(1234)
    row = int(1234 // grid.grid.pitch_y) + 2
    click(grid, row * grid.grid.across)
    assert places == [0, 3, grid.grid.across + 1, row * grid.grid.across]


def test_a_click_beside_the_tiles_chooses_none(qtbot, grid):
    grid.show_contents(contents_of(2), from_top=True)
    with qtbot.assertNotEmitted(grid.chosen):
        QTest.mouseClick(grid.canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 380))


def test_every_sample_can_be_scrolled_to(grid):
    grid.show_contents(contents_of(60_000, (5, 4)), from_top=True)
    grid.bar.setValue(grid.bar.maximum())
    assert in_sight(grid, 59_999)
    assert not in_sight(grid, 0)
    grid.bar.setValue(0)
    assert in_sight(grid, 0)


def test_where_all_fit_nothing_scrolls(grid):
    grid.show_contents(contents_of(3), from_top=True)
    assert grid.bar.maximum() == 0


def test_arrows_move_in_the_grid(grid):
    across = grid.grid.across
    grid.mark(2 * across + 1)
    assert press(grid, Key.Key_Right) == 2 * across + 2
    assert press(grid, Key.Key_Left) == 2 * across + 1
    assert press(grid, Key.Key_Down) == 3 * across + 1
    assert press(grid, Key.Key_Up) == 2 * across + 1
    assert press(grid, Key.Key_Left, 2) == 2 * across - 1


def test_pages_and_ends(grid):
    across = grid.grid.across
    page = int(grid.canvas.height() // grid.grid.pitch_y)
    assert page > 1
    grid.mark(1)
    assert press(grid, Key.Key_PageDown) == page * across + 1
    assert press(grid, Key.Key_PageUp) == 1
    assert press(grid, Key.Key_End) == 999
    assert press(grid, Key.Key_Home) == 0


def test_at_the_edges_the_arrows_stay_within(grid):
    grid.show_contents(contents_of(3 * grid.grid.across + 2), from_top=True)
    across, count = grid.grid.across, grid.grid.count
    grid.mark(0)
    assert press(grid, Key.Key_Left) == 0
    assert press(grid, Key.Key_Up) == 0
    assert press(grid, Key.Key_PageUp) == 0
    grid.mark(across + 1)
    assert press(grid, Key.Key_PageUp) == 1
    grid.mark(3 * across - 1)
    assert press(grid, Key.Key_Down) == count - 1, "the last row is not full"
    assert press(grid, Key.Key_Down) == count - 1
    assert press(grid, Key.Key_Right) == count - 1
    assert press(grid, Key.Key_PageDown) == count - 1


def test_a_page_that_is_not_full_leads_to_the_last_row_of_the_same_column(grid):
    across = grid.grid.across
    grid.show_contents(contents_of(20 * across), from_top=True)
    grid.mark(18 * across + 2)
    assert press(grid, Key.Key_PageDown) == 19 * across + 2
    grid.mark(across + 2)
    assert press(grid, Key.Key_PageUp) == 2


def test_a_key_that_leads_nowhere_chooses_nothing_again(qtbot, grid):
    grid.mark(0)
    with qtbot.assertNotEmitted(grid.chosen):
        QTest.keyClick(grid, Key.Key_Left)


def test_where_the_chosen_sample_is_not_shown_the_first_key_chooses_one_in_sight(grid):
    grid.bar.setValue(1000)
    place = press(grid, Key.Key_Down)
    assert in_sight(grid, place)
    assert grid.bar.value() == 1000


def test_keys_have_nothing_to_move_in_an_empty_grid(qtbot, grid):
    grid.show_contents(contents_of(0), from_top=True)
    with qtbot.assertNotEmitted(grid.chosen):
        for key in KEYS:
            QTest.keyClick(grid, key)


def test_the_chosen_tile_is_always_in_sight(grid):
    grid.mark(0)
    for key, times in ((Key.Key_Down, 30), (Key.Key_Up, 12), (Key.Key_PageDown, 5), (Key.Key_End, 1)):
        for _ in range(times):
            assert in_sight(grid, press(grid, key))


def test_a_step_aside_scrolls_no_further_than_it_must(grid):
    grid.mark(0)
    rows = 0
    while grid.bar.value() == 0:
        press(grid, Key.Key_Down)
        rows += 1
    assert grid.bar.value() < grid.grid.pitch_y
    assert rows >= 3
    scrolled = grid.bar.value()
    press(grid, Key.Key_Up)
    assert grid.bar.value() == scrolled


def test_a_sample_far_away_comes_to_the_middle(grid):
    grid.mark(600)
    middle = grid.grid.tile(600).center().y() - grid.bar.value()
    assert middle == pytest.approx(grid.canvas.height() / 2, abs=2)


@pytest.mark.parametrize("modifiers", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier])
def test_the_grid_takes_its_keys_before_the_windows_shortcuts_do(grid, modifiers):
    def is_taken(key, modifiers=modifiers):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
        event.ignore()
        QApplication.sendEvent(grid, event)
        return event.isAccepted()

    assert all(is_taken(key) for key in KEYS)
    assert not is_taken(Key.Key_Space)
    assert not is_taken(Key.Key_Right, Qt.KeyboardModifier.ShiftModifier), "⇧→ makes an epoch"


def test_keys_that_do_not_move_go_on_to_the_window(grid):
    event = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(grid, event)
    assert not event.isAccepted()


def test_a_click_brings_the_focus_and_the_focus_can_be_seen(qtbot, theme, grid):
    grid.activateWindow()
    other = grid.bar
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    other.setFocus()
    without = grid.canvas.grab().toImage()
    click(grid, 0)
    assert grid.hasFocus()
    grid.mark(None)
    assert grid.canvas.grab().toImage() != without
    other.setFocus()
    assert grid.canvas.grab().toImage() == without


def test_the_wheel_scrolls_by_about_a_row(grid):
    turn(grid)
    assert grid.bar.value() == pytest.approx(grid.grid.pitch_y, abs=1)
    turn(grid, 120)
    assert grid.bar.value() == 0
    turn(grid, 120)
    assert grid.bar.value() == 0


def test_a_touchpad_scrolls_by_pixels(grid):
    turn(grid, angle=-8, pixels=-7)
    assert grid.bar.value() == 7


def test_with_motion_the_wheel_glides_and_turns_add_up(qtbot, theme, grid):
    theme.motion = True
    for _ in range(3):
        turn(grid)
    assert grid.bar.value() < grid.grid.pitch_y
    qtbot.waitUntil(lambda: grid.bar.value() >= 3 * grid.grid.pitch_y - 1, timeout=3000)
    turn(grid)
    grid.hide()
    resting = grid.bar.value()
    qtbot.wait(50)
    assert grid.bar.value() == resting


def test_ctrl_and_the_wheel_ask_for_other_sizes(qtbot, grid):
    sizes = []
    grid.zoomed.connect(sizes.append)
    control = Qt.KeyboardModifier.ControlModifier
    turn(grid, 120, keys=control)
    turn(grid, -240, keys=control)
    for _ in range(4):
        turn(grid, 30, keys=control)
    assert sizes == [1, -2, 1]
    assert grid.bar.value() == 0


def test_other_answers_leave_the_scroll_position_alone(grid):
    grid.mark(0)
    for scrolled in (0, 3, 1111, grid.bar.maximum()):
        grid.bar.setValue(scrolled)
        grid.show_contents(contents_of(1000, predicted=np.zeros(1000, np.uint8)), from_top=False)
        assert grid.bar.value() == scrolled


def test_fewer_samples_for_a_while_do_not_lose_the_scroll_position(grid):
    grid.bar.setValue(2000)
    grid.show_contents(contents_of(5), from_top=False)
    assert grid.bar.value() == 0
    grid.show_contents(contents_of(1000), from_top=False)
    assert grid.bar.value() == 2000


def test_another_question_is_answered_from_the_top(grid):
    grid.bar.setValue(2000)
    grid.show_contents(contents_of(1000), from_top=True)
    assert grid.bar.value() == 0


def test_the_first_sample_in_sight_stays_the_first_when_sizes_change(grid):
    grid.bar.setValue(round(20 * grid.grid.pitch_y))
    first = 20 * grid.grid.across
    for change in (
        lambda: grid.set_side(84),
        lambda: grid.resize(450, 300),
        lambda: grid.set_side(28),
        lambda: grid.resize(900, 500),
    ):
        change()
        row = first // grid.grid.across
        assert grid.bar.value() == round(row * grid.grid.pitch_y)


def test_the_chosen_sample_stays_in_sight_when_sizes_change(grid):
    grid.mark(300)
    for change in (
        lambda: grid.set_side(84),
        lambda: grid.resize(450, 200),
        lambda: grid.set_side(28),
        lambda: grid.resize(900, 500),
        lambda: grid.set_side(168),
    ):
        change()
        assert in_sight(grid, 300)
    grid.bar.setValue(0)
    grid.set_side(56)
    assert not in_sight(grid, 300), "who scrolled away from it wants to see something else"


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_in_a_low_grid_a_tile_can_be_seen_whole(theme, grid, scale):
    theme.choose_text_scale(scale)
    grid.resize(300, 130)
    grid.set_side(168)
    grid.mark(500)
    assert in_sight(grid, 500)
    assert grid.grid.height >= 28


def test_hover_tells_the_place_under_the_pointer_and_follows_the_scrolling(qtbot, qapp, grid):
    places = []
    grid.hovered.connect(places.append)
    move_mouse(grid.canvas, centre(grid, 2).toPoint())
    assert places[-1] == 2
    grid.bar.setValue(round(3 * grid.grid.pitch_y))
    assert places[-1] == 3 * grid.grid.across + 2
    qapp.sendEvent(grid.canvas, QEvent(QEvent.Type.Leave))
    assert places[-1] is None


def test_scrolling_repaints(grid, theme):
    pixels = np.zeros((1000, 784), np.uint8)
    pixels[::2] = 255
    old = grid.contents
    assert old is not None
    grid.show_contents(Contents(pixels, old.labels, old.shape, old.numbers, None), from_top=True)
    grid.clearFocus()  # its mark does not scroll
    before = grid.canvas.grab().toImage()
    grid.bar.setValue(37)
    after = grid.canvas.grab().toImage()
    assert before != after
    moved = before.copy(0, 37, before.width(), 200)
    assert moved == after.copy(0, 0, before.width(), 200)


def figure(grid, size=(500, 330)):
    picture = QImage(*size, QImage.Format.Format_RGB32)
    picture.fill(QColor("#123456"))
    with QPainter(picture) as painter:
        covered = grid.paint_figure(painter, QRectF(0, 0, *size))
    return picture, covered


def test_a_figure_shows_whole_rows_from_the_first_in_sight(theme, grid):
    pixels = np.zeros((1000, 784), np.uint8)
    old = grid.contents
    pixels[10 * grid.grid.across] = 255
    grid.show_contents(Contents(pixels, old.labels, old.shape, old.numbers, None), from_top=True)
    grid.bar.setValue(round(10 * grid.grid.pitch_y))
    picture, covered = figure(grid)
    layout = grid._sheet.grid(500, 56)
    place = 10 * grid.grid.across
    first = place // layout.across * layout.across
    centre = layout.image(place - first).center()
    assert picture.pixelColor(round(centre.x()), round(covered.top() + centre.y())).name() == "#ffffff"
    rows = (covered.height() - layout.top) / layout.pitch_y
    assert rows == pytest.approx(round(rows))
    assert covered.top() == pytest.approx(330 - covered.bottom())


def test_a_figure_of_the_last_samples_is_full(theme, grid):
    grid.bar.setValue(grid.bar.maximum())
    picture, covered = figure(grid, (500, 900))
    layout = grid._sheet.grid(500, 56)
    assert covered.height() > 800
    for row in range(int(covered.height() // layout.pitch_y)):
        centre = layout.image(row * layout.across).center()
        assert picture.pixelColor(round(centre.x()), round(covered.top() + centre.y())).name() == "#0a0b0e"


def test_the_figure_of_an_empty_grid_says_why_it_is_empty(grid):
    grid.show_contents(contents_of(0), from_top=True)
    blank, _ = figure(grid)
    grid.show_nothing("There is none.", "Wait.")
    written, covered = figure(grid)
    assert written != blank
    assert covered == QRectF(0, 0, 500, 330)


@pytest.mark.parametrize("size", [(1, 1), (30, 20), (300, 40)])
def test_a_figure_in_no_room_is_no_fault(grid, size):
    figure(grid, size)
