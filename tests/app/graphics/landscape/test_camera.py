import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QMatrix4x4, QVector3D, QVector4D

from nnviz.app.graphics.landscape.camera import FURTHEST, HIGHEST, LOWEST, MIDDLE, NEAREST, Camera

AREA = QRectF(10, 20, 400, 300)


def test_it_looks_at_the_middle_of_the_box():
    for camera in (Camera(), Camera(10, 80, 3), Camera(200, 5, 8)):
        across, down, depth = camera.seen(MIDDLE, AREA)
        assert (across, down) == pytest.approx((AREA.center().x(), AREA.center().y()))
        assert depth == pytest.approx(camera.distance)


def test_what_is_higher_appears_higher_and_what_is_nearer_larger():
    camera = Camera(azimuth=0)
    low, high = camera.seen([(0, 0, 0), (0, 0, 1)], AREA)
    assert high[1] < low[1]
    near = camera.seen([(0.9, -0.1, 0), (0.9, 0.1, 0)], AREA)
    far = camera.seen([(-0.9, -0.1, 0), (-0.9, 0.1, 0)], AREA)
    assert near[1, 0] - near[0, 0] > far[1, 0] - far[0, 0] > 0


def test_it_sees_what_opengl_draws_by_the_matrices_of_pyqtgraph():
    """The labels are painted where `seen` says; the surface is where pyqtgraph's matrices put it."""
    camera = Camera(123, 31, 4)
    fov, near = np.radians(camera.opening(AREA.width(), AREA.height())), 0.004
    right = near * np.tan(fov / 2)
    top = right * AREA.height() / AREA.width()
    projection, view = QMatrix4x4(), QMatrix4x4()
    projection.frustum(-right, right, -top, top, near, 4000)
    view.translate(0, 0, -camera.distance)
    view.rotate(camera.elevation - 90, 1, 0, 0)
    view.rotate(camera.azimuth + 90, 0, 0, -1)
    view.translate(-QVector3D(*MIDDLE))
    for point in [(1, 1, 0), (-1, 0.5, 1), (0.2, -0.7, 0.6)]:
        clip = (projection * view).map(QVector4D(*point, 1))
        across = AREA.left() + AREA.width() * (clip.x() / clip.w() + 1) / 2
        down = AREA.top() + AREA.height() * (1 - clip.y() / clip.w()) / 2
        assert camera.seen(point, AREA)[:2] == pytest.approx((across, down), abs=0.02)


def test_it_goes_all_the_way_round_but_neither_under_the_floor_nor_into_the_surface():
    camera = Camera()
    assert camera.moved(round_by=360) == camera
    assert camera.moved(up_by=500).elevation == HIGHEST
    assert camera.moved(up_by=-500).elevation == LOWEST
    assert camera.moved(nearer=1e9).distance == NEAREST
    assert camera.moved(nearer=1e-9).distance == FURTHEST


def test_what_is_behind_it_is_nowhere():
    camera = Camera(azimuth=0, elevation=LOWEST, distance=NEAREST)
    assert np.isnan(camera.seen((10, 0, 0), AREA)).all()
