import numpy as np
import pytest
from app.hand_made import neuron_of
from app.painted import colour_at, colours_in, overlapping, picture_of, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.neuron.products import ImageProducts

ROWS, COLS = 5, 4
WIDE, NARROW, TINY = (900, 380), (560, 190), (300, 100)


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def some_neuron():
    """Return a neuron with a positive weight at pixel (0, 1), a negative at (2, 3), and one under no ink at (4, 0)."""
    weights, pixels = np.zeros(20), np.zeros(20)
    weights[[1, 11, 16]] = 2.0, -2.0, 2.0
    pixels[[1, 11, 12]] = 1.0, 1.0, 0.5
    return neuron_of(weights, pixels)


def laid_out(theme, size=NARROW, neuron=None, up=(), down=(), points=11, shape=(ROWS, COLS)):
    products = ImageProducts(theme, shape)
    products.show(neuron or some_neuron(), up, down)
    height = products.lay_out(QRectF(10, 5, size[0] - 20, size[1] - 10), points)
    return products, height


def painter_of(products, pointed=None):
    def paint(painter):
        products.paint_still(painter)
        products.paint(painter, pointed)

    return paint


def painted(products, size=NARROW, pointed=None):
    return picture_of(painter_of(products, pointed), *size)


def written(products, size=NARROW):
    return texts_of(painter_of(products), *size)


def colour(products, picture, place, k):
    return colour_at(picture, products.places(k)[place].center())


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("safe", [False, True])
def test_the_three_images_show_weights_pixels_and_products(theme, name, safe):
    theme.choose(name, safe)
    colours = theme.colours
    products, _ = laid_out(theme)
    picture = painted(products)
    assert [colour(products, picture, 0, k) for k in (1, 11, 16, 0)] == [
        colours.positive,
        colours.negative,
        colours.positive,
        colours.zero,
    ]
    assert [colour(products, picture, 1, k) for k in (1, 11, 16)] == [
        colours.activation,
        colours.activation,
        colours.zero,
    ]
    assert colour(products, picture, 1, 12) not in (colours.activation, colours.zero)
    # What has no ink, pushes neither way, however large its weight.
    assert [colour(products, picture, 2, k) for k in (1, 11, 16, 0)] == [
        colours.positive,
        colours.negative,
        colours.zero,
        colours.zero,
    ]


def test_contributions_have_the_scale_of_the_weights(theme):
    neuron = neuron_of([4.0, 0, 0, 0] * 5, [0.25] * 20)
    products, _ = laid_out(theme, neuron=neuron)
    picture = painted(products)
    assert colour(products, picture, 0, 0) == theme.colours.positive
    # |w a / max w|^½ = ½: half way between zero and positive.
    green = int(colour(products, picture, 2, 0)[3:5], 16)
    ends = [int(getattr(theme.colours, role)[3:5], 16) for role in ("zero", "positive")]
    assert green == pytest.approx(sum(ends) / 2, abs=2)


@pytest.mark.parametrize("size", [WIDE, NARROW, TINY, (380, 400)])
@pytest.mark.parametrize("shape", [(5, 4), (4, 5), (28, 28), (1, 20), (20, 1)])
def test_images_lie_in_a_row_in_the_area_all_of_one_size(theme, size, shape):
    n = shape[0] * shape[1]
    products, height = laid_out(theme, size, neuron_of(np.ones(n), np.ones(n)), shape=shape)
    one, two, three = products.rectangles
    area = QRectF(10, 5, size[0] - 20, size[1] - 10).adjusted(-1, -1, 1, 1)
    assert all(area.contains(rectangle) for rectangle in (one, two, three))
    assert one.size() == two.size() == three.size()
    assert one.top() == two.top() == three.top()
    assert two.left() - one.right() == pytest.approx(three.left() - two.right(), abs=1)
    assert two.left() - one.right() > 10, "there is no room for a sign"
    assert one.width() / shape[1] == pytest.approx(one.height() / shape[0])
    assert one.bottom() <= 5 + height <= size[1]


def test_large_pixels_are_of_whole_or_half_a_size(theme):
    for width in range(500, 900, 37):
        products, _ = laid_out(theme, (width, 400), neuron_of(np.ones(784), np.ones(784)), shape=(28, 28))
        assert products.rectangles[0].width() / 28 * 2 == int(products.rectangles[0].width() / 28 * 2)


def test_between_the_images_stand_times_and_equals(theme):
    products, _ = laid_out(theme)
    texts = {text.text: text.where for text in written(products)}
    one, two, three = products.rectangles
    assert one.right() < texts["×"].left() < texts["×"].right() < two.left()
    assert two.right() < texts["="].left() < texts["="].right() < three.left()
    assert texts["×"].center().y() == pytest.approx(one.center().y(), abs=3)


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize("size", [(1100, 460), WIDE, NARROW, TINY, (300, 400)])
def test_captions_and_scales_are_written_in_full_in_the_area_and_apart(sized, size, scale):
    sized.choose_text_scale(scale)
    products, _ = laid_out(sized, size)
    texts = written(products, size)
    assert overlapping(texts) == []
    whole = QRectF(0, 0, *size)
    for text in texts:
        assert "…" not in text.text
        assert whole.contains(text.where.adjusted(1, 1, -1, -1)), text


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_each_image_is_captioned(theme, size):
    products, _ = laid_out(theme, size, neuron_of(np.ones(784), np.ones(784)), shape=(28, 28))
    assert {"weights w", "pixels a", "contributions w a"} <= set(strings(written(products, size)))


def test_where_there_is_little_room_captions_are_shorter_rather_than_cut(theme):
    products, _ = laid_out(theme, TINY, neuron_of(np.ones(784), np.ones(784)), shape=(28, 28))
    found = strings(written(products, TINY))
    assert found[:3] == ["weights w", "pixels a", "product w a"]


def test_the_scale_is_written_beside_the_captions_or_below_large_images(theme):
    neuron = neuron_of([3.25, *np.zeros(783)], np.ones(784))
    products, _ = laid_out(theme, NARROW, neuron, shape=(28, 28))
    found = strings(written(products, NARROW))
    assert "±3.25" in found
    assert "0 to 1" in found
    products, _ = laid_out(theme, WIDE, neuron, shape=(28, 28))
    found = strings(written(products, WIDE))
    assert found.count("−3.25") == found.count("+3.25") == 2
    assert "0" in found
    assert "1" in found


def test_the_bar_below_a_large_image_runs_through_its_colours(theme):
    products, _ = laid_out(theme, WIDE, neuron_of(np.ones(784), np.ones(784)), shape=(28, 28))
    picture = painted(products, WIDE)
    for place, ends in (
        (0, ("negative", "positive")),
        (1, ("zero", "activation")),
        (2, ("negative", "positive")),
    ):
        below = products.rectangles[place]
        strip = colours_in(picture, QRectF(below.left(), below.bottom() + 4, below.width(), 16))
        assert {getattr(theme.colours, role) for role in ends} <= strip


# Marks


def test_the_largest_contributions_are_framed_in_the_colour_of_their_direction(theme):
    products, _ = laid_out(theme, up=[1], down=[11])
    picture = painted(products)
    plain = painted(laid_out(theme)[0])
    for k, role in ((1, "positive"), (11, "negative")):
        for cell in products.places(k):
            # The frame's line lies just outside the pixel: 1.5 pixels of its colour, on a ground of zero.
            beside = QPointF(cell.left() - 0.75, cell.center().y())
            assert colour_at(picture, beside) == getattr(theme.colours, role)
            assert colour_at(picture, cell.center()) == colour_at(plain, cell.center())


def test_what_is_pointed_at_is_framed_in_all_three_images(theme):
    products, _ = laid_out(theme)
    picture, plain = painted(products, pointed=6), painted(products)
    for cell in products.places(6):
        beside = QPointF(cell.left() - 1.2, cell.center().y())
        assert colour_at(picture, beside) == theme.colours.highlight
        assert colour_at(plain, beside) != theme.colours.highlight


def test_pointing_beyond_the_last_pixel_marks_nothing(theme):
    products, _ = laid_out(theme)
    assert painted(products, pointed=20) == painted(products)


@pytest.mark.parametrize("place", range(3))
def test_a_pixel_is_found_in_each_image(theme, place):
    products, _ = laid_out(theme)
    for k in range(20):
        assert products.at(products.places(k)[place].center()) == k


def test_pixels_lie_row_by_row(theme):
    products, _ = laid_out(theme)
    image = products.rectangles[2]
    assert products.at(image.topLeft() + QPointF(1, 1)) == 0
    assert products.at(image.topRight() + QPointF(-1, 1)) == COLS - 1
    assert products.at(image.bottomLeft() + QPointF(1, -1)) == (ROWS - 1) * COLS


def test_between_and_beside_the_images_is_no_pixel(theme):
    products, _ = laid_out(theme)
    one, two, _ = products.rectangles
    assert products.at(QPointF((one.right() + two.left()) / 2, one.center().y())) is None
    assert products.at(QPointF(0, 0)) is None


def test_before_it_is_laid_out_nothing_is_found(theme):
    assert ImageProducts(theme, (5, 4)).at(QPointF(10, 10)) is None


@pytest.mark.filterwarnings("error")
def test_what_is_no_number_is_shown_as_zero(theme):
    products, _ = laid_out(theme, neuron=neuron_of(np.full(20, np.nan), np.ones(20)))
    picture = painted(products)
    assert colour(products, picture, 0, 3) == theme.colours.zero
    laid = laid_out(theme, neuron=neuron_of([np.inf, -np.inf, *np.ones(18)], np.ones(20)))[0]
    assert colour(laid, painted(laid), 0, 0) == theme.colours.positive
    assert colour(laid, painted(laid), 0, 1) == theme.colours.negative
