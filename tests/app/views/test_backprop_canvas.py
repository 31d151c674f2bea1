import pytest
from app.small_window import move_mouse
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnviz.app.views.backprop_canvas import ENDLESS, PageCanvas

Key = Qt.Key
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def canvas(qtbot, theme):
    canvas = PageCanvas(theme, lambda painter, area: None, "A page")
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    canvas.show()
    return canvas


def heard(signal):
    got = []
    signal.connect(lambda *args: got.append(args))
    return got


def turn(canvas, angle):
    event = QWheelEvent(
        QPointF(50, 50),
        canvas.mapToGlobal(QPointF(50, 50)),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        PLAIN,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


@pytest.mark.parametrize(
    ("key", "way"),
    [(Key.Key_Left, (0, -1)), (Key.Key_Right, (0, 1)), (Key.Key_Up, (-1, 0)), (Key.Key_Down, (1, 0))],
)
def test_arrow_keys_move(canvas, key, way):
    got = heard(canvas.moved)
    QTest.keyClick(canvas, key)
    assert got == [way]


@pytest.mark.parametrize(
    ("key", "pages"),
    [(Key.Key_PageUp, -1), (Key.Key_PageDown, 1), (Key.Key_Home, -ENDLESS), (Key.Key_End, ENDLESS)],
)
def test_page_keys_scroll(canvas, key, pages):
    got = heard(canvas.paged)
    QTest.keyClick(canvas, key)
    assert got == [(pages,)]


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter])
def test_enter_chooses(canvas, key):
    got = heard(canvas.entered)
    QTest.keyClick(canvas, key)
    assert got == [()]


def test_it_takes_its_keys_before_the_window_s_shortcuts_do(canvas):
    for key, modifier, taken in (
        (Key.Key_Right, PLAIN, True),
        (Key.Key_Home, PLAIN, True),
        (Key.Key_Space, PLAIN, False),
        (Key.Key_Right, Qt.KeyboardModifier.ControlModifier, False),
    ):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
        event.ignore()
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted() is taken


def test_it_has_the_focus_by_tab_only(canvas):
    assert canvas.focusPolicy() == Qt.FocusPolicy.TabFocus


def test_a_wheel_scrolls_by_rows_and_keeps_what_is_less(canvas):
    got = heard(canvas.turned)
    turn(canvas, -120)
    turn(canvas, 120)
    assert got == [(3,), (-3,)]
    for _ in range(4):
        turn(canvas, -10)
    assert got[2:] == [(1,)]


def test_it_tells_of_dragging_only_while_the_button_is_down(canvas):
    got, hovered = heard(canvas.dragged), heard(canvas.hovered)
    move_mouse(canvas, QPointF(20, 30))
    assert got == []
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(40, 50),
        canvas.mapToGlobal(QPointF(40, 50)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        PLAIN,
    )
    QApplication.sendEvent(canvas, event)
    assert got == [(QPointF(40, 50),)]
    assert hovered == [(QPointF(20, 30),)]
    assert canvas.pointer == QPointF(40, 50)


def test_the_focus_is_marked_and_when_it_goes_nothing_is_pointed_at(canvas, theme):
    canvas.clearFocus()
    left = heard(canvas.left)
    plain = canvas.grab().toImage().pixelColor(150, 0).name()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.sendEvent(canvas, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    if canvas.hasFocus():
        assert canvas.grab().toImage().pixelColor(150, 0).name() != plain
    QApplication.sendEvent(canvas, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason))
    assert left == [()]
