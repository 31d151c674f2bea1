import pytest
from app.pad_hand import LEFT, NONE, RIGHT, draw, lift, move, on_pad, put_down, send
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QEventPoint,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPointingDevice,
    QPointingDeviceUniqueId,
)
from PySide6.QtWidgets import QApplication

from nnviz.app.graphics.pad.canvas import PadCanvas

SURFACE, PANEL = QRectF(20, 30, 200, 200), QRectF(240, 30, 100, 200)


@pytest.fixture
def canvas(qtbot, theme):
    parts = []
    canvas = PadCanvas(
        theme,
        lambda painter, area: parts.append(("surface", area)),
        lambda painter, area: parts.append(("panel", area)),
        lambda area: (QRectF(SURFACE), QRectF(PANEL)),
        "Pad",
    )
    canvas.parts = parts
    canvas.brush = 0.1
    qtbot.addWidget(canvas)
    canvas.resize(360, 260)
    canvas.show()
    canvas.heard = []
    canvas.began.connect(lambda place, erase: canvas.heard.append(("began", place, erase)))
    canvas.went_on.connect(lambda place: canvas.heard.append(("went on", place)))
    canvas.ended.connect(lambda: canvas.heard.append(("ended",)))
    canvas.asked.connect(lambda key: canvas.heard.append(("asked", key)))
    canvas.clicked.connect(lambda place: canvas.heard.append(("clicked", place)))
    return canvas


def kinds(canvas):
    return [heard[0] for heard in canvas.heard]


def test_a_stroke_is_told_from_beginning_to_end(canvas):
    draw(canvas, ((0.1, 0.2), (0.5, 0.5), (0.9, 0.8)))
    assert canvas.heard == [
        ("began", QPointF(40, 70), False),
        ("went on", QPointF(120, 130)),
        ("went on", QPointF(200, 190)),
        ("ended",),
    ]


def test_the_right_button_erases_and_no_other_draws(canvas):
    draw(canvas, ((0.5, 0.5),), RIGHT)
    assert canvas.heard[0][2] is True
    canvas.heard.clear()
    draw(canvas, ((0.5, 0.5), (0.6, 0.6)), Qt.MouseButton.MiddleButton)
    assert canvas.heard == []


def test_the_other_end_of_a_pen_erases(canvas):
    device = QPointingDevice(
        "pen",
        7,
        QPointingDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Eraser,
        QPointingDevice.Capability.Position,
        1,
        1,
        "",
        QPointingDeviceUniqueId(),
    )
    point = on_pad(canvas, (0.5, 0.5))
    event = QMouseEvent(
        QEvent.Type.MouseButtonPress,
        point,
        canvas.mapToGlobal(point),
        LEFT,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
        device,
    )
    assert isinstance(event.points()[0], QEventPoint)
    QApplication.sendEvent(canvas, event)
    assert canvas.heard == [("began", point, True)]
    lift(canvas, (0.5, 0.5))


def test_beside_the_surface_a_press_is_a_click(canvas):
    send(canvas, QEvent.Type.MouseButtonPress, QPointF(300, 100), LEFT, LEFT)
    assert canvas.heard == [("clicked", QPointF(300, 100))]


def test_a_stroke_goes_on_outside_the_surface(canvas):
    put_down(canvas, (0.5, 0.5))
    move(canvas, (1.4, 0.5))
    assert canvas.heard[-1] == ("went on", QPointF(300, 130))
    lift(canvas, (1.4, 0.5))


def test_a_stroke_whose_end_was_not_told_ends_with_the_next_move(canvas):
    put_down(canvas, (0.5, 0.5))
    move(canvas, (0.6, 0.6), NONE)
    assert kinds(canvas) == ["began", "ended"]


def test_hiding_ends_a_stroke_once(canvas):
    put_down(canvas, (0.5, 0.5))
    canvas.hide()
    canvas.hide()
    assert kinds(canvas) == ["began", "ended"]


def test_a_second_button_ends_the_first_ones_stroke(canvas):
    put_down(canvas, (0.5, 0.5))
    put_down(canvas, (0.6, 0.5), RIGHT)
    assert kinds(canvas) == ["began", "ended", "began"]
    lift(canvas, (0.6, 0.5))


def key_event(kind, key, keys=Qt.KeyboardModifier.NoModifier):
    event = QKeyEvent(kind, key, keys)
    event.ignore()
    return event


CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MEANT = [
    (Qt.Key.Key_Z, CONTROL, "undo"),
    (Qt.Key.Key_Z, CONTROL | SHIFT, "redo"),
    (Qt.Key.Key_V, CONTROL, "paste"),
    (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "clear"),
    (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, "left"),
    (Qt.Key.Key_Right, Qt.KeyboardModifier.KeypadModifier, "right"),
    (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, "up"),
    (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, "down"),
]


@pytest.mark.parametrize(("key", "keys", "meaning"), MEANT)
def test_keys_that_mean_something_are_claimed_and_told(canvas, key, keys, meaning):
    override = key_event(QEvent.Type.ShortcutOverride, key, keys)
    QApplication.sendEvent(canvas, override)
    assert override.isAccepted()
    QApplication.sendEvent(canvas, key_event(QEvent.Type.KeyPress, key, keys))
    assert canvas.heard == [("asked", meaning)]


@pytest.mark.parametrize(
    ("key", "keys"),
    [
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, SHIFT),
        (Qt.Key.Key_N, CONTROL),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_other_keys_are_left_to_the_window(canvas, key, keys):
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        event = key_event(kind, key, keys)
        QApplication.sendEvent(canvas, event)
        assert not event.isAccepted()
    assert canvas.heard == []


def mime_of(kind):
    mime = QMimeData()
    if kind == "file":
        mime.setUrls([QUrl.fromLocalFile("/tmp/digit.png")])
    elif kind == "picture":
        mime.setImageData(QImage(3, 3, QImage.Format.Format_RGB32))
    elif kind == "page":
        mime.setUrls([QUrl("https://example.org/digit.png")])
    else:
        mime.setText("a digit")
    return mime


@pytest.mark.parametrize(
    ("kind", "taken"), [("file", True), ("picture", True), ("page", False), ("text", False)]
)
def test_files_and_pictures_can_be_dropped_and_nothing_else(canvas, kind, taken):
    mime = mime_of(kind)
    rest = (Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(100, 100), *rest)
    enter.ignore()
    canvas.dragEnterEvent(enter)
    assert enter.isAccepted() is taken
    if taken:
        got = []
        canvas.dropped.connect(lambda mime: got.append(mime.formats()))
        canvas.dropEvent(QDropEvent(QPointF(100, 100), *rest))
        assert got == [mime.formats()]


def test_the_right_button_opens_no_menu_on_the_surface_and_may_beside_it(canvas):
    for point, kept in ((SURFACE.center(), True), (PANEL.center(), False)):
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, point.toPoint(), canvas.mapToGlobal(point.toPoint())
        )
        canvas.contextMenuEvent(event)
        assert event.isAccepted() is kept


def test_only_the_part_that_has_changed_is_painted(canvas):
    canvas.grab()
    assert {name for name, _ in canvas.parts} == {"surface", "panel"}
    for area, name in ((SURFACE, "surface"), (PANEL, "panel")):
        canvas.parts.clear()
        canvas.repaint(area.toRect().adjusted(5, 5, -5, -5))
        assert canvas.parts == [(name, area)]


def test_a_ring_as_wide_as_the_brush_goes_with_the_pointer(canvas, theme):
    def pen_at(x, y):
        return canvas.grab().toImage().pixelColor(x, y).name() == theme.colours.surface

    move(canvas, (0.5, 0.5), NONE)
    assert canvas._ringed == QRectF(110, 120, 20, 20)
    assert canvas.cursor().shape() == Qt.CursorShape.CrossCursor
    assert not pen_at(110, 130) or not pen_at(109, 130)
    assert pen_at(120, 130)
    send(canvas, QEvent.Type.MouseMove, QPointF(300, 100), NONE, NONE)
    assert canvas._ringed.isEmpty()
    assert canvas.cursor().shape() == Qt.CursorShape.ArrowCursor
    move(canvas, (0.5, 0.5), NONE)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert canvas._ringed.isEmpty()
