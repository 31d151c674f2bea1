from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from nnviz.app.graphics.contact_sheet import AROUND, ContactSheet, Contents, ink_table
from nnviz.app.graphics.text import text_width

SHAPES = [(5, 4), (28, 28), (1, 1), (1, 784), (90, 2), (64, 64)]
SIDES = [28, 56, 79.2, 168]


def contents_of(n, shape=(5, 4), numbers=None, predicted=None, labels=None):
    """Return samples of which number k has the grey level k all over, and the label k modulo 10."""
    levels = np.arange(n) % 256
    return Contents(
        np.repeat(levels.astype(np.uint8)[:, np.newaxis], shape[0] * shape[1], axis=1),
        (np.arange(n) % 10).astype(np.uint8) if labels is None else np.array(labels, np.uint8),
        shape,
        np.arange(n) if numbers is None else np.array(numbers, np.intp),
        None if predicted is None else np.array(predicted, np.int16),
    )


@pytest.fixture
def sheet(theme):
    yield ContactSheet(theme)
    theme.choose_text_scale(1.0)


def painted(sheet, grid, size=(400, 300), scrolled=0, **marks):
    picture = QImage(*size, QImage.Format.Format_RGB32)
    picture.fill(QColor("#123456"))
    with QPainter(picture) as painter:
        sheet.paint(painter, QRectF(0, 0, *size), grid, scrolled, **marks)
    return picture


def colour_at(picture, place):
    return picture.pixelColor(place.toPoint()).name()


def colours_in(picture, area):
    box = area.toAlignedRect()
    return {
        picture.pixelColor(x, y).name()
        for x in range(box.left(), box.right() + 1)
        for y in range(box.top(), box.bottom() + 1)
    }


def caption_of(grid, place):
    tile = grid.tile(place)
    return QRectF(tile.left(), tile.bottom() - grid.caption + 2, tile.width(), grid.caption)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "x".join(map(str, shape)))
def test_tiles_lie_apart_from_each_other_and_within_the_width(theme, sheet, shape, side, scale):
    theme.choose_text_scale(scale)
    sheet.show_contents(contents_of(50, shape))
    for width in (300, 620, 1203):
        grid = sheet.grid(width, side)
        tiles = [grid.tile(place) for place in range(50)]
        framed = [tile.adjusted(-AROUND, -AROUND, AROUND, AROUND) for tile in tiles]
        assert all(frame.left() >= 0 and frame.right() <= width for frame in framed)
        assert framed[0].top() >= 0
        assert framed[-1].bottom() <= grid.whole_height
        for place, next_place in pairwise(range(50)):
            assert not tiles[place].intersects(tiles[next_place])
            if next_place + grid.across - 1 < 50:
                assert not framed[place].intersects(tiles[next_place + grid.across - 1])


@pytest.mark.parametrize("side", SIDES)
def test_images_are_about_as_large_as_asked_and_their_pixels_square(sheet, side):
    for shape in ((5, 4), (28, 28), (64, 64)):
        sheet.show_contents(contents_of(3, shape))
        grid = sheet.grid(620, side)
        assert grid.scale_x == grid.scale_y
        assert 0.75 * side < max(grid.width, grid.height) <= side


def test_inputs_that_are_no_image_become_a_strip_that_can_be_seen(sheet):
    sheet.show_contents(contents_of(3, (1, 784)))
    grid = sheet.grid(620, 56)
    assert (grid.width, grid.height) == (pytest.approx(56), pytest.approx(14))


def test_the_tiles_use_the_width_there_is(sheet):
    sheet.show_contents(contents_of(100, (28, 28)))
    for width in range(300, 900, 7):
        grid = sheet.grid(width, 56)
        last = grid.tile(grid.across - 1)
        assert grid.tile(0).left() + (width - last.right()) < 2 * (AROUND + 1) + 2 * grid.across


def test_a_caption_has_room_below_however_long_its_numbers(theme, sheet):
    sheet.show_contents(contents_of(30, predicted=[3] * 30))
    narrow = sheet.grid(620, 28)
    sheet.show_contents(contents_of(30, predicted=[203] * 30))
    wide = sheet.grid(620, 28)
    assert wide.across < narrow.across
    assert wide.tile(0).width() >= text_width(theme, "200 → 203", 10, strong=True)
    assert wide.pitch_x >= wide.tile(0).width()


@pytest.mark.parametrize("width", [130, 400, 777])
def test_what_lies_under_a_point_is_the_inverse_of_the_layout(sheet, width):
    sheet.show_contents(contents_of(23))
    grid = sheet.grid(width, 56)
    for place in range(23):
        tile = grid.tile(place)
        for point in (tile.center(), tile.topLeft(), tile.bottomRight()):
            assert grid.place_at(point.x(), point.y()) == place
    last = grid.tile(22)
    assert grid.place_at(last.center().x(), last.bottom() + grid.pitch_y) is None
    assert grid.place_at(-50, last.center().y()) is None
    assert grid.place_at(width + 50, 10) is None
    assert grid.place_at(10, -10) is None


def test_beside_a_last_row_that_is_not_full_lies_nothing(sheet):
    sheet.show_contents(contents_of(23))
    grid = sheet.grid(400, 56)
    across = grid.across
    assert 23 % across
    beside = grid.tile(22).center().x() + grid.pitch_x
    assert grid.place_at(beside, grid.tile(22).center().y()) is None


def test_the_rows_in_sight_are_those_with_something_to_see(sheet):
    sheet.show_contents(contents_of(100))
    grid = sheet.grid(400, 56)
    assert grid.rows_between(0, grid.whole_height) == range(grid.rows)
    first, second = grid.tile(0), grid.tile(grid.across)
    assert grid.rows_between(first.bottom() - 1, second.top() - 1) == range(1)
    assert grid.rows_between(first.bottom() - 1, second.top() + 1) == range(2)
    assert grid.rows_between(first.bottom() + 1, second.top() + 1) == range(1, 2)
    assert len(grid.rows_between(1e6, 2e6)) == 0
    assert len(grid.rows_between(-500, -100)) == 0


@pytest.mark.parametrize("name", ["dark", "light"])
def test_ink_has_the_colour_of_activation_and_paper_that_of_zero(theme, name):
    theme.choose(name, False)
    table = ink_table(theme.colours.zero, theme.colours.activation)
    assert QColor(table[0]).name() == theme.colours.zero
    assert QColor(table[255]).name() == theme.colours.activation
    assert len(set(table.tolist())) > 200


@pytest.mark.parametrize("name", ["dark", "light"])
def test_every_place_shows_its_own_sample(theme, sheet, name):
    theme.choose(name, False)
    table = ink_table(theme.colours.zero, theme.colours.activation)
    numbers = [200, 3, 77, 40, 255, 0, 9, 128, 31, 5, 60]
    sheet.show_contents(contents_of(256, numbers=numbers))
    grid = sheet.grid(400, 40)
    assert grid.rows > 1
    picture = painted(sheet, grid)
    for place, number in enumerate(numbers):
        image = grid.image(place)
        for x in (image.left() + 1, image.right() - 2):
            for y in (image.top() + 1, image.bottom() - 2):
                assert picture.pixelColor(round(x), round(y)).name() == QColor(table[number]).name()


def test_scrolled_the_tiles_lie_higher_by_as_much(sheet):
    sheet.show_contents(contents_of(256))
    grid = sheet.grid(400, 40)
    table = ink_table("#0a0b0e", "#ffffff")
    for scrolled in (1, 33, 500):
        picture = painted(sheet, grid, scrolled=scrolled)
        seen = 0
        for place in range(256):
            centre = grid.image(place).center()
            if 0 <= centre.y() - scrolled < 300:
                centre.setY(centre.y() - scrolled)
                assert colour_at(picture, centre) == QColor(table[place]).name()
                seen += 1
        assert seen > 10


def test_pixels_of_an_image_lie_as_in_the_image(sheet):
    pixels = np.zeros((1, 20), np.uint8)
    pixels[0, 3] = 255  # row 0, column 3
    pixels[0, 16] = 255  # row 4, column 0
    sheet.show_contents(Contents(pixels, np.array([7], np.uint8), (5, 4), np.array([0]), None))
    grid = sheet.grid(200, 50)
    picture = painted(sheet, grid, (200, 100))
    image = grid.image(0)
    for row in range(5):
        for column in range(4):
            x = round(image.left() + (column + 0.5) * grid.scale_x)
            y = round(image.top() + (row + 0.5) * grid.scale_y)
            expected = "#ffffff" if (row, column) in ((0, 3), (4, 0)) else "#0a0b0e"
            assert picture.pixelColor(x, y).name() == expected


def test_only_the_samples_in_sight_are_read(sheet):
    class Watched(np.ndarray):
        """Images that count how many of them were asked for."""

        asked = 0

        def __getitem__(self, numbers):
            Watched.asked += len(numbers)
            return np.asarray(self)[numbers]

    contents = contents_of(60_000)
    watched = Contents(contents.images.view(Watched), contents.labels, (5, 4), contents.numbers, None)
    sheet.show_contents(watched)
    grid = sheet.grid(400, 56)
    painted(sheet, grid, scrolled=100_000)
    assert 0 < Watched.asked < 100


def test_a_caption_is_positive_where_the_answer_is_right_and_negative_where_it_is_wrong(theme, sheet):
    sheet.show_contents(contents_of(3, labels=[4, 4, 4], predicted=[4, 9]))
    grid = sheet.grid(400, 56)
    picture = painted(sheet, grid)
    colours = theme.colours
    right, wrong, unknown = (colours_in(picture, caption_of(grid, place)) for place in range(3))
    assert colours.positive in right
    assert colours.negative not in right
    assert colours.negative in wrong
    assert colours.positive not in wrong
    assert not {colours.positive, colours.negative} & unknown
    assert all(colours.muted in caption for caption in (right, wrong, unknown))


def test_right_and_wrong_can_be_told_apart_without_colours(sheet):
    sheet.show_contents(contents_of(10, predicted=[0] * 10))
    written = [[part for _, part, _ in sheet._caption(4, answer).parts] for answer in (4, 9, -1, None)]
    assert [[text.text() for text in parts] for parts in written] == [
        ["4", " ✓"],
        ["4", " → 9"],
        ["4", " → –"],
        ["4"],
    ]


def test_a_wrong_answer_has_a_frame_that_is_seen_from_afar(theme, sheet):
    sheet.show_contents(contents_of(2, labels=[4, 4], predicted=[4, 9]))
    grid = sheet.grid(400, 56)
    picture = painted(sheet, grid)
    frames = []
    for place in range(2):
        image = grid.image(place).toAlignedRect()
        frames.append(picture.pixelColor(image.left() - 1, image.center().y()).name())
    assert frames == [theme.colours.line, theme.colours.negative]


def test_the_chosen_sample_and_the_one_under_the_pointer_have_frames(theme, sheet):
    sheet.show_contents(contents_of(20))
    grid = sheet.grid(400, 56)

    def frame(picture, place):
        tile = grid.tile(place)
        return picture.pixelColor(round(tile.left() - AROUND), round(tile.center().y())).name()

    picture = painted(sheet, grid, chosen=2, pointed=1)
    assert frame(picture, 2) == theme.colours.highlight
    assert frame(picture, 1) not in (theme.colours.highlight, theme.colours.surface)
    assert frame(picture, 0) != theme.colours.highlight
    assert frame(painted(sheet, grid), 2) != theme.colours.highlight
    painted(sheet, grid, chosen=10**6, pointed=10**6)


def test_captions_follow_the_size_of_text(theme, sheet):
    sheet.show_contents(contents_of(1, labels=[4], predicted=[9]))
    small = sheet._caption(4, 9).width
    theme.choose_text_scale(2.0)
    assert sheet._caption(4, 9).width == pytest.approx(2 * small, rel=0.1)
    assert sheet.grid(300, 28).caption > 30


def test_nothing_to_show_paints_nothing(sheet):
    for contents in (None, contents_of(0), contents_of(5, numbers=[])):
        if contents is not None:
            sheet.show_contents(contents)
        grid = sheet.grid(100, 56)
        assert grid.count == grid.rows == 0
        assert grid.place_at(20, 20) is None
        picture = painted(sheet, grid, (100, 100), chosen=0)
        assert colours_in(picture, QRectF(0, 0, 99, 99)) == {"#123456"}


@pytest.mark.parametrize("size", [(0, 0), (1, 300), (300, 1), (20, 20)])
def test_no_room_is_no_fault(sheet, size):
    sheet.show_contents(contents_of(30, predicted=[1] * 30))
    grid = sheet.grid(size[0], 56)
    assert grid.across >= 1
    painted(sheet, grid, (max(1, size[0]), max(1, size[1])))


def test_a_sample_is_found_in_its_place():
    contents = contents_of(50, numbers=[7, 3, 49])
    assert [contents.place_of(number) for number in (7, 49, 3, 0)] == [0, 2, 1, None]


def test_two_answers_stand_beside_each_other_each_with_its_sign(theme, sheet):
    written = {
        answers: [(role, text.text()) for role, text, _ in sheet._caption(4, *answers).parts]
        for answers in ((4, 9), (9, 4), (9, 7))
    }
    signs = {answers: [role for role, _ in parts] for answers, parts in written.items()}
    assert [text for _, text in written[4, 9]] == ["4:  ", "4", " | ", "9"]
    assert signs[4, 9] == ["muted", "positive", "muted", "negative"]
    assert signs[9, 4] == ["muted", "negative", "muted", "positive"]
    assert signs[9, 7] == ["muted", "negative", "muted", "negative"]


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_two_answers_have_room_below_a_small_image(theme, sheet, scale):
    theme.choose_text_scale(scale)
    contents = contents_of(30, predicted=[9] * 30)
    sheet.show_contents(replace(contents, compared=np.full(30, 8, np.uint8)))
    grid = sheet.grid(600, 28)
    assert sheet._caption(9, 9, 8).width <= grid.tile_width + 4
