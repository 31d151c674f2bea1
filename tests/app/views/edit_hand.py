"""A hand that edits, for tests: it paints, drags and types as a person does."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def send(canvas, kind, point, button, buttons, keys=NO_KEYS):
    point = QPointF(point)
    QApplication.sendEvent(canvas, QMouseEvent(kind, point, canvas.mapToGlobal(point), button, buttons, keys))


def press(canvas, point, button=LEFT):
    QTest.mousePress(canvas, button, pos=QPointF(point).toPoint())


def move(canvas, point, button=LEFT, keys=NO_KEYS):
    send(canvas, QEvent.Type.MouseMove, point, NONE, button, keys)


def release(canvas, point, button=LEFT):
    QTest.mouseRelease(canvas, button, pos=QPointF(point).toPoint())


def drag(canvas, start, stop, button=LEFT, keys=NO_KEYS):
    """Press at a place, move on in some steps, and let go."""
    start, stop = QPointF(start), QPointF(stop)
    press(canvas, start, button)
    for part in range(1, 6):
        move(canvas, start + (stop - start) * part / 5, button, keys)
    release(canvas, stop, button)


def pixel(view, row, col):
    """Return where a weight lies on the canvas of the view of edits."""
    picture = view._lay_out()
    return picture.where(row * picture.shape[1] + col).center()


def bar(view, slot):
    """Return where a parameter's column is."""
    return view._lay_out().where(slot).center()


def type_into(box, text, key=Qt.Key.Key_Return):
    """Type into a box, in place of what is there, and press a key."""
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    if key is not None:
        QTest.keyClick(box, key)


def neuron_place(diagram, layer, index):
    return diagram._picture.layout(QRectF(diagram._canvas.rect())).columns[layer].centre(index)


def edge_place(diagram, layer, target, source, share=0.5):
    start, stop = neuron_place(diagram, layer - 1, source), neuron_place(diagram, layer, target)
    return start + (stop - start) * share
