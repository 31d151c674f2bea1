import pytest
from app.ink import GROUND, painted, pixels, where
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from nnviz.app.graphics.backdrop import Backdrop

INK = "#ff8800"


class Easel(QWidget):
    """A widget that paints a backdrop, and takes note of each time that it is drawn anew."""

    def __init__(self):
        super().__init__()
        self.backdrop = Backdrop()
        self.key = "one"
        self.area = QRectF(10.5, 20, 100, 50)
        self.drawn = []
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def draw(self, painter, area):
        self.drawn.append((self.key, QRectF(area)))
        painter.fillRect(area.adjusted(10, 10, -10, -10), QColor(INK))
        painter.setPen(QColor("#00ffff"))
        painter.drawLine(area.topLeft(), area.bottomRight())

    def paintEvent(self, event):
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(GROUND))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.backdrop.paint(painter, self.area, self.key, self.draw)


@pytest.fixture
def easel(qtbot):
    easel = Easel()
    qtbot.addWidget(easel)
    easel.resize(200, 120)
    return easel


def test_a_picture_is_drawn_once_and_then_shown_again(easel):
    first = easel.grab().toImage()
    assert where(first, INK).any()
    for _ in range(3):
        assert easel.grab().toImage() == first
    assert easel.drawn == [("one", easel.area)]


def test_a_picture_of_something_else_is_drawn_anew(easel):
    easel.grab()
    easel.key = "two"
    easel.grab()
    easel.key = "one"
    easel.grab()
    assert [key for key, _ in easel.drawn] == ["one", "two", "one"]


@pytest.mark.parametrize(
    "other", [QRectF(0, 0, 100, 50), QRectF(10.5, 20, 101, 50), QRectF(10.5, 20, 100, 60)]
)
def test_a_picture_in_another_place_or_size_is_drawn_anew(easel, other):
    easel.grab()
    easel.area = other
    image = easel.grab().toImage()
    assert [area for _, area in easel.drawn][1:] == [other]
    assert image.pixelColor(other.center().toPoint() + QPointF(-15, 0).toPoint()).name() == INK


def test_a_picture_that_was_kept_is_where_and_what_it_would_be_without(easel):
    kept = easel.grab().toImage()

    def at_once(painter, area):
        easel.draw(painter, easel.area)

    drawn = painted(at_once, 200, 120)
    alike = pixels(kept) == pixels(drawn)
    assert alike.mean() > 0.99


def test_what_lies_below_shines_through(easel):
    image = easel.grab().toImage()
    assert image.pixelColor(100, 25).name() == GROUND, "right of the line, above the rectangle"


def test_in_a_file_a_picture_is_drawn_as_it_is_each_time(easel):
    for _ in range(2):
        image = painted(
            lambda painter, area: easel.backdrop.paint(painter, area, "one", easel.draw), 200, 120
        )
        assert where(image, INK).any()
    assert len(easel.drawn) == 2


@pytest.mark.parametrize("area", [QRectF(), QRectF(5, 5, 0, 10), QRectF(5, 5, 10, 0), QRectF(5, 5, -10, 10)])
def test_in_no_room_nothing_is_drawn(easel, area):
    """Qt would warn of a painter on an empty pixmap."""
    easel.area = area
    easel.grab()
    assert easel.drawn == []
