import math
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator, QSvgRenderer

from nnviz.app.graphics.mosaic import GAP, Mosaic

AREAS = [QRectF(1, 1, 458, 458), QRectF(10, 20, 300, 700), QRectF(0, 0, 900, 160), QRectF(0.5, 0.5, 120, 120)]
SHAPES = [(28, 28), (5, 4), (1, 1), (30, 784)]


def mosaic_of(n, shape, area):
    mosaic = Mosaic()
    mosaic.set_images(np.zeros((n, *shape), np.float32), np.ones(n))
    mosaic.lay_out(area)
    return mosaic


def painted(mosaic, size):
    """Paint into a magenta picture."""
    picture = QImage(*size, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    painter = QPainter(picture)
    mosaic.paint(painter, QRectF(0, 0, *size), QColor("#ff00ff"))
    painter.end()
    return picture


@pytest.mark.parametrize("area", AREAS, ids=lambda area: f"{area.width():.0f}x{area.height():.0f}")
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "x".join(map(str, shape)))
@pytest.mark.parametrize("n", [1, 2, 7, 16, 30, 100])
def test_images_lie_in_the_area_apart_from_each_other_and_of_one_size(n, shape, area):
    rectangles = mosaic_of(n, shape, area).rectangles
    assert len(rectangles) == n
    whole = area.adjusted(-0.5, -0.5, 0.5, 0.5)  # rectangles lie on whole pixels
    for rectangle in rectangles:
        assert whole.contains(rectangle)
    assert len({(r.width(), r.height()) for r in rectangles}) == 1
    if rectangles[0].width() >= 1 and rectangles[0].height() >= 1:
        overlapping = [(a, b) for a, b in combinations(rectangles, 2) if a.intersects(b)]
        assert overlapping == []


@pytest.mark.parametrize("n", [1, 16, 30, 100])
def test_images_use_the_room_there_is(n):
    area = QRectF(0, 0, 500, 500)
    rectangles = mosaic_of(n, (28, 28), area).rectangles
    used = sum(r.width() * r.height() for r in rectangles)
    assert used > 0.5 * area.width() * area.height()


@pytest.mark.parametrize("side", range(300, 700, 37))
def test_large_pixels_are_all_of_one_size_unless_that_costs_much(side):
    for n in (1, 4, 16, 30):
        mosaic = mosaic_of(n, (28, 28), QRectF(0, 0, side, side))
        rectangle = mosaic.rectangles[0]
        pixel = rectangle.width() / 28
        assert rectangle.width() == pytest.approx(rectangle.height())
        gap = round(GAP * 28)
        counts = (mosaic.across, math.ceil(n / mosaic.across))
        largest = min(side / (count * (28 + gap) - gap) for count in counts)
        if largest >= 2 and pixel * 2 != int(pixel * 2):
            assert rectangle.width() == pytest.approx(round(rectangle.width())), "not even the image is"
            assert int(largest * 2) / 2 < 0.85 * largest


@pytest.mark.parametrize("n", [1, 16, 30, 100])
def test_what_lies_under_a_point_is_the_inverse_of_the_layout(n):
    mosaic = mosaic_of(n, (5, 4), QRectF(3, 7, 400, 300))
    for index, rectangle in enumerate(mosaic.rectangles):
        for row in range(5):
            for column in range(4):
                x = rectangle.left() + (column + 0.5) * rectangle.width() / 4
                y = rectangle.top() + (row + 0.5) * rectangle.height() / 5
                assert mosaic.at(x, y) == (index, row, column)


def test_between_the_images_the_ground_is_painted():
    mosaic = mosaic_of(7, (5, 4), QRectF(0, 0, 300, 300))
    mosaic.set_colours("#ff0000", "#000000", "#00ff00", "#123456")
    picture = painted(mosaic, (300, 300))
    first, second = mosaic.rectangles[:2]
    middle = (first.right() + second.left()) / 2
    assert picture.pixelColor(round(middle), round(first.center().y())).name() == "#123456"


def test_where_the_last_row_is_not_full_nothing_stale_is_painted():
    mosaic = mosaic_of(7, (5, 4), QRectF(0, 0, 300, 300))
    mosaic.set_colours("#ff0000", "#000000", "#00ff00", "#123456")
    mosaic.set_images(np.ones((7, 5, 4), np.float32), np.ones(7))
    picture = painted(mosaic, (300, 300))
    green = sum(picture.pixelColor(x, y).name() == "#00ff00" for x in range(300) for y in range(300))
    area = sum(r.width() * r.height() for r in mosaic.rectangles)
    assert green == pytest.approx(area, rel=0.1)


def test_between_the_images_lies_nothing():
    mosaic = mosaic_of(4, (5, 4), QRectF(0, 0, 300, 300))
    first, second = mosaic.rectangles[:2]
    assert first.right() < second.left()
    assert mosaic.at((first.right() + second.left()) / 2, first.center().y()) is None
    assert mosaic.at(-1, -1) is None


def test_the_far_edge_of_an_image_belongs_to_its_last_pixels():
    mosaic = mosaic_of(1, (5, 4), QRectF(0, 0, 300, 300))
    rectangle = mosaic.rectangles[0]
    assert mosaic.at(rectangle.right(), rectangle.bottom()) == (0, 4, 3)


def test_an_empty_mosaic_paints_nothing_and_has_nothing_under_a_point():
    mosaic = Mosaic()
    assert len(mosaic) == 0
    assert mosaic.at(5, 5) is None
    picture = painted(mosaic, (20, 20))
    assert {picture.pixelColor(x, y).name() for x in range(20) for y in range(20)} == {"#ff00ff"}


def test_an_area_without_room_is_left_alone():
    mosaic = mosaic_of(4, (5, 4), QRectF(0, 0, 0, 50))
    assert mosaic.rectangles == []
    assert mosaic.at(0, 0) is None


def test_pixels_have_the_colours_of_their_numbers():
    images = np.array([[[1.0, -1.0], [0.0, 0.25]], [[-4.0, 0.0], [0.0, 2.0]]], np.float32)
    mosaic = Mosaic()
    mosaic.set_colours("#ff0000", "#000000", "#00ff00", "#123456")
    mosaic.set_images(images, np.array([1.0, 4.0]))
    picture = painted(mosaic, (240, 120))
    expected = [
        [["#00ff00", "#ff0000"], ["#000000", 0.5]],
        [["#ff0000", "#000000"], ["#000000", 0.5**0.5]],
    ]
    for rectangle, image in zip(mosaic.rectangles, expected, strict=True):
        for row in range(2):
            for column in range(2):
                x = round(rectangle.left() + (column + 0.5) * rectangle.width() / 2)
                y = round(rectangle.top() + (row + 0.5) * rectangle.height() / 2)
                found, wanted = picture.pixelColor(x, y), image[row][column]
                if isinstance(wanted, str):
                    assert found.name() == wanted
                else:  # a share of the scale's positive end
                    assert found.green() == pytest.approx(255 * wanted, abs=1.5)
                    assert found.red() == found.blue() == 0


def test_pixels_have_sharp_edges():
    mosaic = Mosaic()
    mosaic.set_images(np.array([[[1.0, -1.0]]], np.float32), np.array([1.0]))
    picture = painted(mosaic, (200, 100))
    rectangle = mosaic.rectangles[0]
    y = round(rectangle.center().y())
    row = {picture.pixelColor(x, y).name() for x in range(int(rectangle.left()), int(rectangle.right()))}
    assert row == {"#00ff00", "#ff0000"}


def test_other_colours_show_at_once():
    mosaic = Mosaic()
    mosaic.set_images(np.array([[[1.0]]], np.float32), np.array([1.0]))
    mosaic.set_colours("#0000ff", "#ffffff", "#ff8800", "#123456")
    assert painted(mosaic, (50, 50)).pixelColor(25, 25).name() == "#ff8800"


def test_a_network_of_other_layers_is_laid_out_anew():
    mosaic = mosaic_of(100, (5, 4), QRectF(0, 0, 300, 300))
    mosaic.set_images(np.zeros((6, 5, 4), np.float32), np.ones(6))
    mosaic.lay_out(QRectF(0, 0, 300, 300))
    assert len(mosaic.rectangles) == 6


def test_what_lies_under_a_point_is_never_an_image_that_is_gone():
    mosaic = mosaic_of(100, (5, 4), QRectF(0, 0, 300, 300))
    centre = mosaic.rectangles[-1].center()
    mosaic.set_images(np.zeros((6, 5, 4), np.float32), np.ones(6))  # not painted yet
    under = mosaic.at(centre.x(), centre.y())
    assert under is None or under[0] < 6


def test_rows_of_parameters_can_be_shown_without_a_copy():
    """The weights of a layer are a view of θ with the biases between the rows."""
    layer = np.arange(2 * 21, dtype=np.float32).reshape(2, 21) - 20
    images = layer[:, :-1].reshape(2, 5, 4)
    mosaic = Mosaic()
    mosaic.set_images(images, np.full(2, 30.0))
    view = painted(mosaic, (100, 60))
    mosaic.set_images(images.copy(), np.full(2, 30.0))
    assert painted(mosaic, (100, 60)) == view


def with_strips(n, shape, area, caption=0.0):
    mosaic = Mosaic()
    mosaic.set_images(np.zeros((n, *shape), np.float32), np.ones(n), np.linspace(-1, 1, n))
    mosaic.lay_out(area, caption)
    return mosaic


@pytest.mark.parametrize("area", AREAS, ids=lambda area: f"{area.width():.0f}x{area.height():.0f}")
@pytest.mark.parametrize("caption", [0, 17])
@pytest.mark.parametrize("n", [1, 7, 16, 100])
def test_images_with_strips_and_captions_lie_in_the_area_apart_from_each_other(n, caption, area):
    mosaic = with_strips(n, (28, 28), area, caption)
    if not mosaic.rectangles or mosaic.rectangles[0].width() < 8:
        return
    whole = area.adjusted(-1, -1, 1, 1)
    cells = [block.united(room) for block, room in zip(mosaic.blocks, mosaic.captions, strict=True)]
    for image, block, room, cell in zip(
        mosaic.rectangles, mosaic.blocks, mosaic.captions, cells, strict=True
    ):
        assert whole.contains(cell)
        assert block.contains(image)
        assert block.height() > image.height()
        assert room.height() == caption
        assert room.top() == pytest.approx(block.bottom())
    assert [(a, b) for a, b in combinations(cells, 2) if a.intersects(b)] == []


@pytest.mark.parametrize("caption", [0.0, 17.0])
def test_how_wide_images_come_out_is_known_beforehand(caption):
    area = QRectF(0, 0, 600, 310)
    mosaic = with_strips(16, (28, 28), area, caption)
    assert mosaic.image_width(area, caption) == pytest.approx(mosaic.rectangles[0].width())
    assert Mosaic().image_width(area) == 0


def test_captions_make_images_smaller():
    area = QRectF(0, 0, 600, 310)
    mosaic = with_strips(100, (28, 28), area)
    assert mosaic.image_width(area, 40) < mosaic.image_width(area, 15) < mosaic.image_width(area)


def test_strips_have_the_colours_of_their_numbers():
    mosaic = Mosaic()
    mosaic.set_colours("#ff0000", "#000000", "#00ff00", "#123456")
    strips = np.array([2.0, -2.0, 0.0, 0.5])
    mosaic.set_images(np.zeros((4, 28, 28), np.float32), np.ones(4), strips, 2.0)
    picture = painted(mosaic, (300, 320))
    found = []
    for block, image in zip(mosaic.blocks, mosaic.rectangles, strict=True):
        pixel = image.height() / 28
        assert (
            picture.pixelColor(round(image.center().x()), round(image.bottom() + pixel / 2)).name()
            == "#123456"
        )
        y = round(block.bottom() - pixel)
        colours = {
            picture.pixelColor(x, y).name() for x in range(round(block.left()), round(block.right()) - 1)
        }
        assert len(colours) == 1
        found.append(colours.pop())
    assert found[:3] == ["#00ff00", "#ff0000", "#000000"]
    assert QColor(found[3]).green() == pytest.approx(255 / 2, abs=1.5)


def test_every_row_of_images_shows_its_own(qapp):
    """An SVG has no parts of images: each row is one image of its own."""
    mosaic = Mosaic()
    mosaic.set_colours("#ff0000", "#000000", "#00ff00", "#000000")
    values = np.array([1, -1, -1, 1, 1, -1, 1], np.float32)
    mosaic.set_images(np.tile(values[:, None, None], (1, 6, 6)), np.ones(7))
    svg = QBuffer()
    svg.open(QBuffer.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(svg)
    generator.setSize(QSize(200, 200))
    generator.setViewBox(QRectF(0, 0, 200, 200))
    with QPainter(generator) as painter:
        mosaic.paint(painter, QRectF(0, 0, 200, 200))
    picture = QImage(200, 200, QImage.Format.Format_RGB32)
    with QPainter(picture) as painter:
        QSvgRenderer(svg.data()).render(painter)
    assert mosaic.across < 7
    for rectangle, value in zip(mosaic.rectangles, values, strict=True):
        centre = rectangle.center().toPoint()
        assert picture.pixelColor(centre).name() == ("#00ff00" if value > 0 else "#ff0000")


def test_a_strip_and_a_caption_belong_to_their_image_but_not_to_its_pixels():
    mosaic = with_strips(16, (28, 28), QRectF(0, 0, 620, 310), 17)
    for index in (0, 7, 15):
        image, block, room = (part[index] for part in (mosaic.rectangles, mosaic.blocks, mosaic.captions))
        assert mosaic.index_at(image.center().x(), image.center().y()) == index
        for y in (block.bottom() - 2, room.center().y()):
            assert mosaic.at(image.center().x(), y) is None
            assert mosaic.index_at(image.center().x(), y) == index
    assert mosaic.index_at(-1, -1) is None


def test_frames_go_round_images_and_strips():
    mosaic = with_strips(1, (28, 28), QRectF(0, 0, 200, 220))
    picture = QImage(200, 220, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    with QPainter(picture) as painter:
        mosaic.paint_frames(painter, QColor("#00ffff"))
    image, block = mosaic.rectangles[0], mosaic.blocks[0]
    for y in (image.top() - 1, image.bottom(), block.bottom()):
        row = [picture.pixelColor(round(image.center().x()), round(y) + by).name() for by in (-1, 0, 1)]
        assert "#00ffff" in row


def test_strips_that_come_or_go_change_the_layout():
    mosaic = with_strips(4, (28, 28), QRectF(0, 0, 300, 300))
    mosaic.set_images(np.zeros((4, 28, 28), np.float32), np.ones(4))
    assert mosaic.blocks == []
    mosaic.lay_out(QRectF(0, 0, 300, 300))
    assert mosaic.blocks == mosaic.rectangles
