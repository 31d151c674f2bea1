"""Where there is no OpenGL, as on the platform that these tests run on; with it, see tests/e2e/test_relief.py."""

import sys

import pytest
from app.graphics.landscape.slopes import bowl, surface_of
from app.painted import strings, texts_of
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from nnviz.app.graphics.landscape.camera import Camera
from nnviz.app.graphics.landscape.gl import NONE, NoGraphicsError, make_context, stage
from nnviz.app.views.relief import NO_LOGARITHMS, Relief

AREA = QRectF(0, 0, 500, 300)


@pytest.fixture
def relief(qtbot, theme):
    relief = Relief(theme)
    qtbot.addWidget(relief)
    relief.resize(500, 340)
    relief.show()
    yield relief
    relief.close()


def drag(canvas, by):
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    QTest.mouseMove(canvas, canvas.rect().center() + by)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center() + by)


def test_without_opengl_there_is_a_sentence_in_its_place_and_it_is_said_once(relief):
    said = []
    relief.canvas.unavailable.connect(said.append)
    for _ in range(3):
        relief.show_surface(bowl())
        relief.canvas.grab()
    assert said == [NONE]
    assert not relief.canvas.is_available()
    texts = strings(texts_of(lambda painter: relief.paint_figure(painter, AREA), 500, 300))
    assert " ".join(" ".join(texts).split()) == NONE


def test_nothing_that_draws_is_loaded_where_it_cannot(relief):
    relief.show_surface(bowl())
    relief.canvas.grab()
    assert "OpenGL.GL" not in sys.modules
    assert "pyqtgraph.opengl" not in sys.modules


def test_to_look_for_a_context_where_there_is_none_is_answered_and_harms_nothing(qapp):
    for look in (make_context, stage, stage):
        with pytest.raises(NoGraphicsError, match="no OpenGL"):
            look()


@pytest.mark.parametrize(
    ("key", "moved"),
    [
        (Qt.Key.Key_Left, Camera().moved(-5)),
        (Qt.Key.Key_Right, Camera().moved(5)),
        (Qt.Key.Key_Up, Camera().moved(0, 5)),
        (Qt.Key.Key_Down, Camera().moved(0, -5)),
        (Qt.Key.Key_PageUp, Camera().moved(0, 15)),
        (Qt.Key.Key_PageDown, Camera().moved(0, -15)),
        (Qt.Key.Key_Plus, Camera().moved(nearer=1.1)),
        (Qt.Key.Key_Minus, Camera().moved(nearer=1 / 1.1)),
    ],
)
def test_keys_move_the_camera_and_home_brings_it_back(relief, key, moved):
    relief.canvas.setFocus()
    QTest.keyClick(relief.canvas, key)
    assert relief.camera == moved
    QTest.keyClick(relief.canvas, Qt.Key.Key_Home)
    assert relief.camera == Camera()


def test_dragging_turns_and_tilts_it_and_a_double_click_brings_it_back(relief):
    moved = []
    relief.canvas.camera_changed.connect(moved.append)
    drag(relief.canvas, QPointF(50, 20).toPoint())
    assert relief.camera.azimuth == pytest.approx(Camera().azimuth - 20)
    assert relief.camera.elevation == pytest.approx(Camera().elevation + 8)
    assert moved[-1] == relief.camera
    QTest.mouseDClick(relief.canvas, Qt.MouseButton.LeftButton)
    assert relief.camera == Camera()


def test_the_camera_stays_where_it_is_when_another_surface_is_shown(relief):
    relief.camera = Camera(100, 20, 4)
    relief.show_surface(bowl())
    relief.hide()
    relief.show()
    assert relief.camera == Camera(100, 20, 4)
    QTest.mouseClick(relief.reset, Qt.MouseButton.LeftButton)
    assert relief.camera == Camera()


def test_heights_below_zero_cannot_be_shown_by_logarithms(relief):
    relief.show_surface(bowl())
    assert relief.logarithmic.isEnabled()
    relief.show_surface(surface_of(lambda x, y: x - y))
    assert not relief.logarithmic.isEnabled()
    assert relief.logarithmic.toolTip() == NO_LOGARITHMS
    relief.show_surface(None)
    relief.canvas.grab()
