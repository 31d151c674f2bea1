import numpy as np
import pytest
from app.painted import colour_at, picture_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.edit.image import WeightsImage

AREA = QRectF(0, 0, 300, 260)
SHAPE = (5, 4)


@pytest.fixture
def image(theme):
    image = WeightsImage(theme, SHAPE)
    weights = np.zeros(20, np.float32)
    weights[6], weights[13] = 2, -2
    image.show(weights)
    image.lay_out(AREA)
    return image


def test_each_weight_lies_where_it_is_found(image):
    assert [image.at(image.where(slot).center()) for slot in range(20)] == list(range(20))
    assert image.at(QPointF(1, 1)) is None
    assert AREA.contains(image.place)


def test_weights_have_the_colours_of_their_signs(theme, image):
    picture = picture_of(lambda painter: image.paint(painter, None), 300, 260)
    roles = {6: "positive", 13: "negative", 0: "zero"}
    for slot, role in roles.items():
        assert colour_at(picture, image.where(slot).center()) == getattr(theme.colours, role)


def test_a_point_is_told_in_the_images_own_pixels(image):
    assert image.on_image(image.where(6).center()) == pytest.approx((2.5, 1.5))
    assert image.on_image(image.place.topLeft()) == pytest.approx((0, 0))


def test_the_arrows_lead_from_pixel_to_pixel_and_stop_at_the_rim(image):
    assert [image.beside(slot, 1, 0) for slot in (0, 3)] == [1, 3]
    assert [image.beside(slot, 0, 1) for slot in (0, 17)] == [4, 17]
    assert image.beside(5, -1, -1) == 0


def test_another_theme_gives_the_image_other_colours(theme, image):
    before = colour_at(picture_of(lambda p: image.paint(p, None), 300, 260), image.where(6).center())
    theme.choose("dark", colour_blind_safe=True)
    after = colour_at(picture_of(lambda p: image.paint(p, None), 300, 260), image.where(6).center())
    assert (before, after) == ("#5fd068", theme.colours.positive)
    assert before != after


@pytest.mark.parametrize("size", [(10, 10), (40, 300), (300, 30), (1500, 1200)])
def test_any_area_has_room_for_it(theme, size):
    image = WeightsImage(theme, (28, 28))
    image.show(np.full(784, np.nan, np.float32))
    image.lay_out(QRectF(0, 0, *size))
    picture_of(lambda painter: image.paint(painter, 5), *size)
    assert image.place.width() <= max(size[0], 1)
    assert image.place.width() == image.place.height()
