import numpy as np
import pytest
from app.hand_made import neuron_of
from app.painted import colour_at, colours_in, overlapping, picture_of, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.neuron.bars import BarProducts

SIZE = (620, 200)
NAME = "neuron of layer 1"


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def laid_out(theme, weights, inputs, size=SIZE, up=(), down=(), signed=False, points=11):
    products = BarProducts(theme, len(weights), NAME, signed)
    products.show(neuron_of(weights, inputs), up, down)
    products.lay_out(QRectF(10, 5, size[0] - 20, size[1] - 10), points)
    return products


def painter_of(products, pointed=None):
    def paint(painter):
        products.paint_still(painter)
        products.paint(painter, pointed)

    return paint


def painted(products, size=SIZE, pointed=None):
    return picture_of(painter_of(products, pointed), *size)


def written(products, size=SIZE):
    return texts_of(painter_of(products), *size)


def bar(products, picture, place, k, role, theme):
    """Return how far the colour of a role reaches above and below the middle of an input's column in a row."""
    column = products.places(k)[place]
    x, wanted = column.center().x(), getattr(theme.colours, role)
    rows = [
        y
        for y in range(int(column.top()), int(column.bottom()) + 1)
        if colour_at(picture, QPointF(x, y)) == wanted
    ]
    return (min(rows), max(rows)) if rows else None


def length(products, picture, place, k, role, theme):
    found = bar(products, picture, place, k, role, theme)
    return 0 if found is None else found[1] - found[0] + 1


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("safe", [False, True])
def test_positive_weights_point_up_and_negative_down_in_their_colours(theme, name, safe):
    theme.choose(name, safe)
    products = laid_out(theme, [2, -2, 0, 1], [1, 1, 1, 1])
    picture = painted(products)
    for place in (0, 2):
        zero = products.rows[place].center().y()
        top, bottom = bar(products, picture, place, 0, "positive", theme)
        assert top < zero - 5
        assert bottom <= zero + 1
        top, bottom = bar(products, picture, place, 1, "negative", theme)
        assert top >= zero - 1
        assert bottom > zero + 5
        assert bar(products, picture, place, 2, "positive", theme) is None
        assert bar(products, picture, place, 2, "negative", theme) is None


def test_bars_are_in_proportion_and_contributions_have_the_scale_of_the_weights(theme):
    products = laid_out(theme, [4, 2, -4, 1], [0.5, 1, 0.25, 0])
    picture = painted(products)
    full = length(products, picture, 0, 0, "positive", theme)
    assert full > 15
    assert length(products, picture, 0, 1, "positive", theme) == pytest.approx(full / 2, abs=2)
    assert length(products, picture, 0, 2, "negative", theme) == pytest.approx(full, abs=2)
    assert length(products, picture, 2, 0, "positive", theme) == pytest.approx(full / 2, abs=2)
    assert length(products, picture, 2, 1, "positive", theme) == pytest.approx(full / 2, abs=2)
    assert length(products, picture, 2, 2, "negative", theme) == pytest.approx(full / 4, abs=2)
    assert length(products, picture, 2, 3, "positive", theme) == 0


def test_activations_from_0_to_1_fill_their_row(theme):
    products = laid_out(theme, [1, 1, 1], [1, 0.5, 0])
    picture = painted(products)
    full = length(products, picture, 1, 0, "activation", theme)
    assert full >= products.rows[1].height() - 4
    assert length(products, picture, 1, 1, "activation", theme) == pytest.approx(full / 2, abs=2)
    assert length(products, picture, 1, 2, "activation", theme) == 0


def test_activations_above_1_have_a_scale_that_takes_them_in_and_says_so(theme):
    products = laid_out(theme, [1, 1], [8, 4])
    picture = painted(products)
    full = length(products, picture, 1, 0, "activation", theme)
    assert length(products, picture, 1, 1, "activation", theme) == pytest.approx(full / 2, abs=2)
    found = strings(written(products))
    assert "0 to 8.00" in found
    assert "−8.00 to 8.00" in found
    assert "−1.00 to 1.00" in found


def test_negative_activations_point_down(theme):
    products = laid_out(theme, [1, 1], [0.75, -0.75], signed=True)
    picture = painted(products)
    zero = products.rows[1].center().y()
    assert bar(products, picture, 1, 0, "activation", theme)[1] <= zero + 1
    assert bar(products, picture, 1, 1, "activation", theme)[0] >= zero - 1
    assert "−1.00 to 1.00" in strings(written(products))


@pytest.mark.parametrize("n", [1, 2, 16, 100, 784])
def test_bars_are_aligned_and_stay_in_the_area(theme, n):
    products = laid_out(theme, np.ones(n), np.ones(n))
    area = QRectF(10, 5, 600, 190).adjusted(-1, -1, 1, 1)
    for k in {0, n // 2, n - 1}:
        one, two, three = products.places(k)
        assert one.left() == two.left() == three.left()
        assert one.width() == two.width() == three.width()
        assert area.contains(one)
        assert area.contains(three)
    assert not products.rows[0].intersects(products.rows[1])
    assert not products.rows[1].intersects(products.rows[2])
    if n >= 16:
        assert products.rows[0].width() > 0.95 * (610 - products.rows[0].left())


def test_with_100_inputs_neighbouring_bars_are_apart(theme):
    products = laid_out(theme, np.ones(100), np.ones(100))
    picture = painted(products)
    y = products.rows[0].center().y() - 6
    left, right = products.places(40)[0].center().x(), products.places(41)[0].center().x()
    between = QPointF((left + right) / 2, y)
    assert colour_at(picture, QPointF(left, y)) == theme.colours.positive
    assert colour_at(picture, between) != theme.colours.positive


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize("n", [1, 16, 100, 784])
@pytest.mark.parametrize("size", [(1100, 420), SIZE, (620, 330), (300, 110), (300, 60), (380, 300)])
def test_texts_stay_in_the_area_and_apart(sized, size, n, scale):
    sized.choose_text_scale(scale)
    products = laid_out(sized, np.ones(n), np.ones(n), size)
    texts = written(products, size)
    assert overlapping(texts) == []
    whole = QRectF(0, 0, *size)
    for text in texts:
        assert whole.adjusted(-1, -1, 1, 1).contains(text.where), text
    assert all(row.height() > 3 for row in products.rows)


def test_rows_are_captioned_and_joined_by_times_and_equals(theme):
    products = laid_out(theme, np.ones(16), np.ones(16))
    where = {text.text: text.where for text in written(products)}
    first, second, third = (where[text] for text in ("weights w", "activations a", "contributions w a"))
    for row, caption in zip(products.rows, (first, second, third), strict=True):
        assert row.top() - 2 <= caption.center().y() <= row.bottom()
        assert caption.right() < row.left()
    assert where["×"].center().y() == pytest.approx(second.center().y(), abs=3)
    assert where["="].center().y() == pytest.approx(third.center().y(), abs=3)
    assert where["×"].right() < second.left()


@pytest.mark.parametrize(
    ("n", "expected"), [(3, "0 1 2"), (16, " ".join(map(str, range(16)))), (100, "0 10 20")]
)
def test_the_numbers_below_name_the_inputs(theme, n, expected):
    products = laid_out(theme, np.ones(n), np.ones(n))
    texts = [text for text in written(products) if text.text.isdecimal()]
    assert " ".join(strings(texts)).startswith(expected)
    for text in texts:
        assert text.where.center().x() == pytest.approx(
            products.places(int(text.text))[0].center().x(), abs=2
        )
    assert NAME in strings(written(products))


# Marks


def test_marks_stand_beyond_the_tips_of_the_largest_contributions(theme):
    products = laid_out(theme, [4, -4, 1, 1], [1, 1, 1, 1], up=[0], down=[1])
    picture = painted(products)
    top, _ = bar(products, picture, 2, 0, "positive", theme)
    _, bottom = bar(products, picture, 2, 1, "negative", theme)
    middle = [products.places(k)[2].center().x() for k in range(4)]
    assert colour_at(picture, QPointF(middle[0], top - 4)) == theme.colours.text
    assert colour_at(picture, QPointF(middle[1], bottom + 5)) == theme.colours.text
    below = QRectF(middle[2] - 6, products.rows[2].top(), 12, products.rows[2].height())
    assert theme.colours.text not in colours_in(picture, below)
    assert products.rows[2].contains(QPointF(middle[0], top - 7)), "the mark has no room"


def test_a_column_that_is_pointed_at_is_marked_through_all_rows(theme):
    products = laid_out(theme, np.zeros(8), np.zeros(8))
    plain, pointed = painted(products), painted(products, pointed=3)
    for cell in products.places(3):
        place = cell.center() + QPointF(0, -3)
        assert colour_at(plain, place) != colour_at(pointed, place)
    other = products.places(5)[0].center() + QPointF(0, -3)
    assert colour_at(plain, other) == colour_at(pointed, other)
    assert painted(products, pointed=8) == plain


@pytest.mark.parametrize("n", [1, 16, 100])
def test_a_column_is_found_in_and_between_its_rows(theme, n):
    products = laid_out(theme, np.ones(n), np.ones(n))
    for k in range(n):
        for cell in products.places(k):
            assert products.at(cell.center()) == k
    between = (products.rows[0].bottom() + products.rows[1].top()) / 2
    assert products.at(QPointF(products.places(0)[0].center().x(), between)) == 0
    assert products.at(QPointF(products.rows[0].left() - 3, products.rows[0].center().y())) is None
    assert products.at(QPointF(products.places(0)[0].center().x(), products.rows[2].bottom() + 3)) is None


def test_before_it_is_laid_out_nothing_is_found(theme):
    assert BarProducts(theme, 3, NAME, False).at(QPointF(10, 10)) is None


def test_what_is_no_number_has_no_bar_and_infinity_the_longest(theme):
    products = laid_out(theme, [np.nan, np.inf, -np.inf, 1], [1, 1, 1, np.nan])
    picture = painted(products)
    assert bar(products, picture, 0, 0, "positive", theme) is None
    top, bottom = bar(products, picture, 0, 1, "positive", theme)
    assert top >= products.rows[0].top()
    assert bottom - top > 10
    assert bar(products, picture, 0, 2, "negative", theme)[1] <= products.rows[0].bottom()
    assert bar(products, picture, 1, 3, "activation", theme) is None


def test_a_neuron_without_weights_has_no_bars_and_no_error(theme):
    products = laid_out(theme, np.zeros(5), np.zeros(5))
    whole = colours_in(painted(products), QRectF(products.rows[0].left(), 0, 400, 200))
    assert theme.colours.positive not in whole
    assert theme.colours.negative not in whole
