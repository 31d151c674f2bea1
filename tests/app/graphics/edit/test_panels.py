import pytest
from PySide6.QtCore import QRectF

from nnviz.app.graphics.edit.panels import divide


@pytest.mark.parametrize("size", [(300, 120), (640, 300), (400, 640), (1400, 800)])
@pytest.mark.parametrize("is_image", [True, False])
def test_the_parts_share_the_area_without_touching(theme, size, is_image):
    area = QRectF(5, 7, *size)
    parts = [part for part in divide(theme, area, is_image) if not part.isEmpty()]
    for place, one in enumerate(parts):
        assert area.contains(one)
        assert not any(one.intersects(other) for other in parts[place + 1 :])


def test_wide_the_effect_stands_beside_the_picture_and_high_below_it(theme):
    _, picture, effect = divide(theme, QRectF(0, 0, 800, 400), True)
    assert effect.left() > picture.right()
    assert picture.width() <= 400
    _, picture, effect = divide(theme, QRectF(0, 0, 400, 800), True)
    assert effect.top() > picture.bottom()


def test_where_there_is_little_height_there_is_no_title(theme):
    assert divide(theme, QRectF(0, 0, 300, 100), True)[0].isEmpty()
    assert not divide(theme, QRectF(0, 0, 600, 300), True)[0].isEmpty()
