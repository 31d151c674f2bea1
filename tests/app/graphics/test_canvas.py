import pytest
from app.small_window import move_mouse
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QSizePolicy

from nnviz.app.graphics.canvas import Canvas


class Drawing:
    """Paints a square in the middle, and remembers the areas that it was to paint into."""

    def __init__(self):
        self.areas = []
        self.smooth = []

    def __call__(self, painter, area):
        self.areas.append(QRectF(area))
        self.smooth.append(bool(painter.renderHints() & QPainter.RenderHint.Antialiasing))
        painter.fillRect(QRectF(area.center().x() - 5, area.center().y() - 5, 10, 10), Qt.GlobalColor.red)


@pytest.fixture
def drawing():
    return Drawing()


@pytest.fixture
def canvas(qtbot, theme, drawing):
    canvas = Canvas(theme, drawing, "A square")
    qtbot.addWidget(canvas)
    canvas.resize(200, 120)
    canvas.show()
    return canvas


def test_the_whole_widget_is_painted(canvas, drawing):
    picture = canvas.grab().toImage()
    assert drawing.areas[-1] == QRectF(0, 0, 200, 120)
    assert drawing.smooth[-1]
    assert picture.pixelColor(100, 60).name() == "#ff0000"


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_ground_is_the_themes_and_reaches_into_every_corner(canvas, theme, name):
    theme.choose(name, False)
    picture = canvas.grab().toImage()
    for x, y in ((0, 0), (199, 0), (0, 119), (199, 119), (90, 60)):
        assert picture.pixelColor(x, y).name() == theme.colours.surface


def test_a_new_size_is_painted_anew(canvas, drawing):
    canvas.resize(90, 70)
    canvas.grab()
    assert drawing.areas[-1] == QRectF(0, 0, 90, 70)


def test_a_canvas_says_what_it_is_to_a_screen_reader(canvas):
    assert canvas.accessibleName() == "A square"


def test_the_pointer_is_told_wherever_it_moves_without_a_button(canvas):
    told = []
    canvas.hovered.connect(told.append)
    assert canvas.hasMouseTracking()
    assert canvas.pointer is None
    for place in (QPointF(3, 4), QPointF(150.5, 60.25)):
        move_mouse(canvas, place)
        assert canvas.pointer == place
    assert told == [QPointF(3, 4), QPointF(150.5, 60.25)]


def test_that_the_pointer_has_left_is_told(canvas):
    told = []
    move_mouse(canvas, QPointF(3, 4))
    canvas.hovered.connect(told.append)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert told == [None]
    assert canvas.pointer is None


def test_a_click_is_told_with_its_place(qtbot, canvas):
    told = []
    canvas.clicked.connect(told.append)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(33, 44))
    assert told == [QPointF(33, 44)]


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_other_buttons_choose_nothing(qtbot, canvas, button):
    told = []
    canvas.clicked.connect(told.append)
    qtbot.mouseClick(canvas, button, pos=QPoint(33, 44))
    assert told == []


def test_a_canvas_takes_the_room_that_there_is_and_can_be_small(canvas):
    policy = canvas.sizePolicy()
    assert policy.horizontalPolicy() == policy.verticalPolicy() == QSizePolicy.Policy.Expanding
    assert canvas.minimumWidth() <= 100
    assert canvas.minimumHeight() <= 80
    assert canvas.sizeHint().width() < 400
