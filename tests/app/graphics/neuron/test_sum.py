import math

import pytest
from app.hand_made import neuron_of
from app.painted import colour_at, overlapping, picture_of, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.neuron.sum import (
    DOWN,
    FUNCTIONS,
    UP,
    ContributionList,
    SumLine,
    brief,
    equals,
    rounded,
    share,
)
from nnviz.app.graphics.text import line_height

AREA = QRectF(10, 5, 580, 40)
SCALES = [0.8, 1.0, 2.0]


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


# Numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (-4.214, "−4.21"),
        (-0.001, "0.00"),
        (99.99, "99.99"),
        (99.996, "100.0"),
        (-123.45, "−123.5"),
        (999.96, "1000"),
        (-12345.6, "−12346"),
        (1.23e8, "1.2·10⁸"),
        (-1.23e30, "−1.2·10³⁰"),
        (math.nan, "NaN"),
        (-math.inf, "−∞"),
    ],
)
def test_numbers_are_brief(value, text):
    assert brief(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0000"),
        (1.0, "1.0000"),
        (0.93871, "0.9387"),
        (0.0001, "0.0001"),
        (0.00004, "4·10⁻⁵"),
        (3.4e-11, "3·10⁻¹¹"),
        (-2e-7, "−2·10⁻⁷"),
        (-0.5, "−0.5000"),
        (12.34567, "12.346"),
        (123.4567, "123.5"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
    ],
)
def test_an_activation_that_is_not_0_never_reads_as_0(value, text):
    assert share(value) == text


def test_a_rounded_number_is_what_can_be_read():
    for value in (-4.214, 0.005, 123.45, 98765.4, 0.0):
        assert rounded(value) == float(brief(value).replace("−", "-"))


@pytest.mark.parametrize(
    ("terms", "result", "sign"),
    [
        ((-4.21, 1.3), -2.91, "="),
        ((-4.214, 1.296), -2.918, "≈"),  # −4.21 + 1.30 is not −2.92
        ((-4.214, 1.304), -2.91, "="),
        ((0.1, 0.2), 0.3, "="),
        ((0.004, -0.004), 0.0, "="),
        ((1.0, -1.0), -0.004, "="),
        ((150.04, 0.04), 150.08, "≈"),  # 150.0 + 0.04 is not 150.1
        ((150.04, 0.0), 150.04, "="),
        ((1.0, 1.0), math.nan, "="),
        ((math.nan, 1.0), 2.0, "≈"),
    ],
)
def test_where_rounded_numbers_do_not_add_up_the_sign_says_so(terms, result, sign):
    assert equals(sum(rounded(term) for term in terms), result) == sign


# The sum


def sum_line(theme, neuron, function="sigmoid", area=AREA, points=13):
    line = SumLine(theme, function)
    line.show(neuron)
    line.lay_out(area, points)
    return line


def sum_texts(line, width=620, height=200):
    def paint(painter):
        line.paint_still(painter)
        line.paint(painter)

    return texts_of(paint, width, height)


def test_the_sum_has_the_numbers_put_in(theme):
    neuron = neuron_of([-4.21], [1.0], 1.3)
    assert strings(sum_texts(sum_line(theme, neuron))) == ["−4.21", "+", "1.30", "=", "−2.91", "0.0517"]


def test_a_negative_bias_is_taken_off(theme):
    neuron = neuron_of([4.0], [0.5], -1.25)
    assert strings(sum_texts(sum_line(theme, neuron)))[:5] == ["2.00", "−", "1.25", "=", "0.75"]


def test_a_sum_that_rounding_puts_out_is_written_with_a_wavy_sign(theme):
    neuron = neuron_of([-4.214], [1.0], 1.296)
    assert strings(sum_texts(sum_line(theme, neuron)))[:5] == ["−4.21", "+", "1.30", "≈", "−2.92"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_formulas_of_every_activation_function_are_set_and_only_the_numbers_written(theme, function):
    line = sum_line(theme, neuron_of([1.0], [1.0], 1.0), function, QRectF(10, 5, 680, 40))
    assert line.in_one_line(680, 13)
    texts = sum_texts(line, 700)
    assert strings(texts) == ["1.00", "+", "1.00", "=", "2.00", "0.8808"]
    picture = picture_of(line.paint_still, 700, 60)
    # Between the slots of the numbers there is a formula.
    between = [(texts[4].where.right() + 8, texts[5].where.left() - 4), (20, texts[0].where.left() - 4)]
    for left, right in between:
        inked = [
            (x, y)
            for x in range(int(left), int(right))
            for y in range(5, 45)
            if picture.pixelColor(x, y).name() == theme.colours.text
        ]
        assert len(inked) > 15


def test_formulas_and_numbers_stand_on_one_baseline(theme):
    line = sum_line(theme, neuron_of([1.0], [1.0], 1.0), points=30, area=QRectF(10, 20, 1500, 100))
    texts = sum_texts(line, 1600, 200)
    # The z of "z =" and the figures have their feet at one height.
    picture = picture_of(
        lambda painter: (line.paint_still(painter), line.paint(painter)), 1600, 200, "#000000"
    )

    def feet(left, right):
        rows = [
            y
            for y in range(200)
            for x in range(int(left), int(right))
            if picture.pixelColor(x, y).lightness() > 120
        ]
        return max(rows)

    first = min(text.where.left() for text in texts)
    z = next(x for x in range(1600) if any(picture.pixelColor(x, y).lightness() > 120 for y in range(200)))
    assert z < first
    assert feet(z, z + 16) == pytest.approx(feet(texts[0].where.left(), texts[0].where.right()), abs=2)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("width", [1150, 590, 430, 300])
@pytest.mark.parametrize("function", ["sigmoid", "relu", "softmax"])
def test_the_form_that_fits_stays_in_its_area_with_its_numbers_apart(sized, width, function, scale):
    sized.choose_text_scale(scale)
    line = SumLine(sized, function)
    line.show(neuron_of([-42.21], [1.0], 10.3))
    height = line.height(width, 13)
    line.lay_out(QRectF(10, 5, width, height), 13)
    texts = sum_texts(line, width + 20, int(height) + 10)
    assert overlapping(texts) == []
    assert "−31.91" in strings(texts)
    assert "…" not in "".join(strings(texts))
    for text in texts:
        assert QRectF(8, 3, width + 4, height + 4).contains(text.where), text


def test_with_less_room_z_and_a_stand_below_each_other_and_then_without_the_terms(theme):
    line = SumLine(theme, "sigmoid")
    assert line.in_one_line(580, 13)
    assert not line.in_one_line(400, 13)
    line.show(neuron_of([-4.21], [1.0], 1.3))
    for width, expected in ((310, 6), (180, 2)):
        line.lay_out(QRectF(0, 0, width, 60), 13)
        texts = sum_texts(line)
        assert len(texts) == expected
        assert texts[-1].where.top() > texts[0].where.center().y()


@pytest.mark.parametrize(
    "numbers", [(-1.23e30, 1.0), (math.nan, 1.0), (math.inf, -math.inf), (-12345.0, 0.0), (-123.4, -99.99)]
)
def test_numbers_that_are_huge_or_none_are_written_in_full(theme, numbers):
    weight, bias = numbers
    neuron = neuron_of([weight], [1.0], bias, z=weight + bias, a=1.0)
    texts = sum_texts(sum_line(theme, neuron))
    assert len(texts) == 6
    assert overlapping(texts) == []
    assert texts[0].text == brief(weight)
    assert texts[4].text == brief(weight + bias)


def test_nothing_moves_while_the_numbers_run(theme):
    line = sum_line(theme, neuron_of([1.0], [1.0], 1.0))
    places = []
    for weight, bias in ((1.11, 1.0), (-9.99, -3.33), (88.88, 0.55), (-77.77, 2.22)):
        line.show(neuron_of([weight], [1.0], bias))
        places.append([text.where.right() for text in sum_texts(line)])
    for other in places[1:]:
        assert other == pytest.approx(places[0], abs=1.0)


def test_a_bias_of_two_figures_has_the_room_it_needs_when_laid_out_anew(theme):
    line = SumLine(theme, "sigmoid")
    gaps = {}
    for bias in (1.25, -12.75):
        line.show(neuron_of([1.0], [1.0], bias))
        assert line.has_wide_bias is (bias < 0)
        line.lay_out(AREA, 13)
        texts = sum_texts(line)
        gaps[bias] = (
            texts[2].where.left() - texts[1].where.right(),
            texts[3].where.left() - texts[2].where.right(),
        )
    assert gaps[1.25] == pytest.approx(gaps[-12.75], abs=1.5)


def test_before_there_is_a_neuron_nothing_is_written(theme):
    line = SumLine(theme, "sigmoid")
    line.lay_out(AREA, 13)
    assert sum_texts(line) == []


# The list


def contribution_list(theme, neuron, up, down, lines=8, points=11, signed=False, name="neuron {}".format):
    listing = ContributionList(theme, name, name(10), signed)
    listing.show(neuron, up, down)
    height = lines * line_height(theme, points)
    listing.lay_out(QRectF(10, 5, sum(listing.widths(points)), height), points)
    return listing


def list_texts(listing, width=420, height=400):
    def paint(painter):
        listing.paint_still(painter)
        listing.paint(painter)

    return texts_of(paint, width, height)


def some_neuron():
    return neuron_of([2.0, -3.0, 0.5, 1.5, -0.25, 4.0, -1.0], [1.0, 0.5, 1.0, 1.0, 1.0, 0.25, 1.0])


UPWARDS, DOWNWARDS = [0, 3, 5], [1, 6, 4]


def test_contributions_are_listed_as_products_under_what_all_of_their_direction_add_up_to(theme):
    texts = list_texts(contribution_list(theme, some_neuron(), UPWARDS, DOWNWARDS, lines=9))
    lines = {}
    for text in texts:
        lines.setdefault(round(text.where.center().y()), []).append((text.where.left(), text.text))
    read = [" ".join(text for _, text in sorted(line)) for _, line in sorted(lines.items())]
    assert read == [
        f"{UP} push z up in all +5.00",
        "neuron 0 2.00 · 1.00 = 2.00",
        "neuron 3 1.50 · 1.00 = 1.50",
        "neuron 5 4.00 · 0.25 = 1.00",
        f"{DOWN} push z down in all −2.75",
        "neuron 1 −3.00 · 0.50 = −1.50",
        "neuron 6 −1.00 · 1.00 = −1.00",
        "neuron 4 −0.25 · 1.00 = −0.25",
    ]


def test_with_less_room_the_headings_go_and_every_row_has_its_mark(theme):
    found = strings(list_texts(contribution_list(theme, some_neuron(), UPWARDS, DOWNWARDS, lines=6)))
    assert found.count(UP) == found.count(DOWN) == 3
    assert "push z up" not in found
    found = strings(list_texts(contribution_list(theme, some_neuron(), UPWARDS, DOWNWARDS, lines=4)))
    assert found.count(UP) == found.count(DOWN) == 2
    assert "neuron 5" not in found


@pytest.mark.parametrize("name", ["dark", "light"])
def test_what_pushes_up_and_what_down_has_its_colour(theme, name):
    theme.choose(name, False)
    listing = contribution_list(theme, some_neuron(), [0], [1], lines=2)
    picture = picture_of(listing.paint, 300, 60)
    line = line_height(theme, 11)
    for row, role in ((0, "positive"), (1, "negative")):
        colours = {
            colour_at(picture, QPointF(x, 5 + (row + 0.5) * line)) for x in range(10, 40)
        }  # through the triangle
        assert getattr(theme.colours, role) in colours


def test_a_negative_activation_stands_in_brackets(theme):
    neuron = neuron_of([1.5], [-0.5])
    assert "1.50 · (−0.50) =" in strings(list_texts(contribution_list(theme, neuron, [], [0], signed=True)))


def test_a_product_that_rounding_puts_out_has_a_wavy_sign(theme):
    neuron = neuron_of([2.404], [0.8549])  # 2.055…, but 2.40 · 0.85 = 2.04
    assert "2.40 · 0.85 ≈" in strings(list_texts(contribution_list(theme, neuron, [0], [])))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("lines", [2, 4, 6, 8, 9, 12])
def test_rows_stay_in_the_area_and_apart(sized, lines, scale):
    sized.choose_text_scale(scale)
    neuron = neuron_of([-98.76, 98.76, -1e9], [1.0, 12.34, 1.0])
    listing = contribution_list(sized, neuron, [1], [0, 2], lines=lines, name="pixel (27, {})".format)
    texts = list_texts(listing, 1000, 800)
    assert overlapping(texts) == []
    bottom = 5 + lines * line_height(sized, 11) + 3
    for text in texts:
        assert text.where.bottom() <= bottom, text
        assert text.where.right() <= 10 + sum(listing.widths(11)) + 2, text


def test_a_row_is_found_under_the_pointer(theme):
    for lines in (6, 9):
        listing = contribution_list(theme, some_neuron(), UPWARDS, DOWNWARDS, lines=lines)
        for text in list_texts(listing):
            if text.text.startswith("neuron"):
                assert listing.at(text.where.center()) == int(text.text.split()[1])
            if text.text.startswith("push"):
                assert listing.at(text.where.center()) is None
        assert listing.at(QPointF(2, 2)) is None
        assert listing.at(QPointF(20, 395)) is None


def test_where_nothing_pushes_the_list_is_empty(theme):
    listing = contribution_list(theme, neuron_of([0.0], [1.0]), [], [], lines=6)
    assert list_texts(listing) == []
    assert listing.at(QPointF(20, 20)) is None


def test_before_there_is_a_neuron_nothing_is_listed(theme):
    listing = ContributionList(theme, str, "00", False)
    assert listing.at(QPointF(20, 20)) is None
    listing.lay_out(QRectF(0, 0, 300, 60), 11)
    assert list_texts(listing) == []
