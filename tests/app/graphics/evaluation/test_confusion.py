from itertools import product

import numpy as np
import pytest
from app.ink import inked, painted
from app.painted import colour_at, overlapping, strings, texts_of
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from nnviz.app.graphics.contrast import contrast
from nnviz.app.graphics.evaluation.confusion import CALM, INKS, ConfusionPicture, legible_on
from nnviz.core.evaluation import rates

THEMES = [(name, safe) for name in ("dark", "light") for safe in (False, True)]
COUNTS = np.array([[90, 4, 0], [16, 200, 1], [0, 0, 0]])
"""Nothing has the label 2; the most frequent mistake is 16 times a 1 for a 0."""


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def picture_of(theme, counts=COUNTS, width=400, height=300, as_rates=False):
    return ConfusionPicture(theme, QRectF(0, 0, width, height), counts, as_rates)


def digits(n, seed=0):
    """Return a confusion matrix of a network that is mostly right."""
    random = np.random.default_rng(seed)
    counts = random.integers(0, 30, (n, n)) * (random.random((n, n)) < 0.7)
    counts[np.arange(n), np.arange(n)] = random.integers(700, 1100, n)
    return counts


def blend(theme, role, opacity):
    """Return a role's colour with an opacity on the theme's zero, as numbers."""
    ground, full = QColor(theme.colours.zero), QColor(getattr(theme.colours, role))
    pairs = zip(ground.getRgb()[:3], full.getRgb()[:3], strict=True)
    return [g + opacity * (f - g) for g, f in pairs]


# Colours


@pytest.mark.parametrize(("name", "safe"), THEMES)
def test_what_is_right_is_calm_and_mistakes_stand_out_by_how_frequent_they_are(theme, name, safe):
    theme.choose(name, safe)
    picture = picture_of(theme)
    expected = {
        (1, 1): blend(theme, "positive", CALM),
        (0, 0): blend(theme, "positive", CALM * (90 / 200) ** 0.5),
        (1, 0): blend(theme, "negative", 1.0),
        (0, 1): blend(theme, "negative", 0.5),
        (1, 2): blend(theme, "negative", 0.25),
        (0, 2): blend(theme, "negative", 0.0),
        (2, 2): blend(theme, "negative", 0.0),
    }
    for cell, colour in expected.items():
        assert picture.colour(*cell).getRgb()[:3] == pytest.approx(colour, abs=1), cell


def test_as_rates_cells_are_coloured_by_their_share_of_the_label(theme):
    picture = picture_of(theme, np.array([[9, 1], [100, 900]]), as_rates=True)
    assert picture.colour(0, 1) == picture.colour(1, 0)
    assert picture.colour(0, 0) == picture.colour(1, 1)
    counted = picture_of(theme, np.array([[9, 1], [100, 900]]))
    assert counted.colour(0, 1) != counted.colour(1, 0)


@pytest.mark.parametrize(
    "counts", [np.zeros((3, 3), int), np.diag([5, 6, 7]), np.ones((3, 3), int) * 4], ids=str
)
@pytest.mark.parametrize("as_rates", [False, True])
def test_a_matrix_without_mistakes_or_without_anything_has_colours_too(theme, counts, as_rates):
    picture = picture_of(theme, counts, as_rates=as_rates)
    if not counts.any():
        assert {picture.colour(*cell).name() for cell in product(range(3), repeat=2)} == {theme.colours.zero}
    elif not counts[0, 1]:
        assert picture.colour(0, 1).name() == theme.colours.zero
    painted(lambda painter, area: picture.paint(painter))


@pytest.mark.parametrize(("name", "safe"), THEMES)
@pytest.mark.parametrize("as_rates", [False, True])
def test_numbers_can_be_read_on_every_cell(theme, name, safe, as_rates):
    theme.choose(name, safe)
    for seed in range(3):
        picture = picture_of(theme, digits(10, seed), as_rates=as_rates)
        roles = legible_on(theme, picture._colours)
        for cell in product(range(10), repeat=2):
            ink = np.array(theme.colour(str(roles[cell])).getRgb()[:3])
            assert contrast(ink, np.array(picture.colour(*cell).getRgb()[:3])) >= 4.5


@pytest.mark.parametrize(("name", "safe"), THEMES)
def test_numbers_can_be_read_on_every_shade_there_is(theme, name, safe):
    theme.choose(name, safe)
    n = 45
    counts = np.arange(1, n * n + 1).reshape(n, n)
    picture = picture_of(theme, counts)
    inks = {role: np.array(theme.colour(role).getRgb()[:3]) for role in INKS}
    roles = legible_on(theme, picture._colours)
    found = [contrast(inks[str(roles[cell])], picture._colours[cell]) for cell in product(range(n), repeat=2)]
    assert min(found) >= 4.5


def test_ink_is_the_colour_of_text_wherever_that_will_do(theme):
    grounds = np.array([theme.colour(role).getRgb()[:3] for role in ("zero", "surface", "activation")])
    assert legible_on(theme, grounds).tolist() == ["text", "text", "zero"]


def test_contrast_is_what_the_guidelines_say():
    black, white = np.zeros(3), np.full(3, 255)
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(white, white) == 1
    assert contrast(np.full(3, 0x76), white) == pytest.approx(4.54, abs=0.01)


# What is written


def test_cells_say_how_many_and_are_empty_where_there_are_none(theme):
    picture = picture_of(theme)
    assert [[picture.text(i, j) for j in range(3)] for i in range(3)] == [
        ["90", "4", ""],
        ["16", "200", "1"],
        ["", "", ""],
    ]


def test_as_rates_cells_say_per_cent_of_the_label(theme):
    picture = picture_of(theme, np.array([[999, 1], [0, 7]]), as_rates=True)
    assert [picture.text(0, 0), picture.text(0, 1), picture.text(1, 0), picture.text(1, 1)] == [
        "99.9",
        "0.1",
        "",
        "100",
    ]


def test_a_row_is_a_label_and_a_column_an_answer(theme):
    picture = picture_of(theme, digits(10), 900, 500)
    texts = texts_of(picture.paint, 900, 500)
    (answer,) = [text.where for text in texts if text.text == "the network's answer"]
    (label,) = [text.where for text in texts if text.text == "label"]
    assert answer.bottom() <= picture.matrix.top()
    assert label.right() <= picture.matrix.left()
    assert label.height() > label.width(), "it is written upwards"
    sevens = [text.where for text in texts if text.text == "7"]
    row, column = picture.rectangle(7, 0), picture.rectangle(0, 7)
    assert any(s.right() <= row.left() and row.top() < s.center().y() < row.bottom() for s in sevens)
    assert any(
        s.bottom() <= column.top() + 1 and column.left() < s.center().x() < column.right() for s in sevens
    )


def test_each_number_stands_in_its_cell(theme):
    picture = picture_of(theme, COUNTS, 500, 400)
    texts = texts_of(picture.paint, 500, 400)
    for cell, number in {(0, 0): "90", (1, 0): "16", (1, 1): "200", (0, 1): "4"}.items():
        assert any(
            text.text == number and picture.rectangle(*cell).contains(text.where.center()) for text in texts
        )


def test_numbers_are_smaller_in_small_cells_and_left_out_in_smaller_ones(theme):
    counts = digits(10)
    large, medium, small = (picture_of(theme, counts, size, size) for size in (700, 330, 120))
    assert large.points[0] > medium.points[0] > 0
    assert small.points == (0, 0)
    for picture in (large, medium):
        texts = texts_of(picture.paint, 1000, 1000)
        inside = [text for text in texts if picture.matrix.contains(text.where.center())]
        assert len(inside) == np.count_nonzero(counts)
        for text in inside:
            cell = picture.rectangle(*picture.cell_at(text.where.center()))
            assert text.where.width() <= cell.width(), "a number is wider than its cell"


@pytest.mark.parametrize("n", [1, 2, 10, 20, 100])
@pytest.mark.parametrize(("width", "height"), [(60, 30), (272, 90), (290, 140), (560, 340), (1180, 700)])
@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
def test_whatever_the_size_all_is_within_the_area_and_nothing_overlaps(sized, n, width, height, scale):
    sized.choose_text_scale(scale)
    picture = picture_of(sized, digits(n), width, height)
    area = QRectF(0, 0, width, height)
    assert area.adjusted(-1, -1, 1, 1).contains(picture.matrix)
    assert min(picture.matrix.width(), picture.matrix.height()) > 0
    texts = texts_of(picture.paint, width, height)
    assert overlapping(texts) == []
    assert not [text.text for text in texts if "…" in text.text]
    assert [text for text in texts if not area.adjusted(-2, -3, 2, 3).contains(text.where)] == []
    painted(lambda painter, _: picture.paint(painter), width, height)


def test_little_room_goes_to_the_matrix_and_not_to_titles(sized):
    sized.choose_text_scale(2.0)
    assert strings(texts_of(picture_of(sized, digits(10), 272, 80).paint, 272, 80)) == []
    sized.choose_text_scale(1.0)
    some = strings(texts_of(picture_of(sized, digits(10), 272, 80).paint, 272, 80))
    assert "0" in some
    assert "label" not in some


# Bars


def test_with_room_beside_it_each_row_has_a_bar_with_its_accuracy(theme):
    counts = np.array([[75, 25, 0], [0, 10, 0], [0, 0, 0]])
    picture = picture_of(theme, counts, 700, 250)
    assert not picture.bars.isEmpty()
    texts = [text for text in texts_of(picture.paint, 700, 250) if "%" in text.text]
    assert strings(texts) == ["75.0 %", "100 %"], "and none for a label that nothing has"
    for label, text in enumerate(texts):
        row = picture.rectangle(label, 0)
        assert row.top() < text.where.center().y() < row.bottom()
    image = painted(lambda painter, area: picture.paint(painter), 700, 250)
    middle = picture.rectangle(0, 0).center().y()
    places = [
        QPointF(picture.bars.left() + share * picture.bars.width(), middle) for share in (0.1, 0.7, 0.8, 0.95)
    ]
    colours = [colour_at(image, place) for place in places]
    assert colours[0] == colours[1] != colours[2] == colours[3]


def test_without_room_beside_it_there_are_no_bars(theme):
    picture = picture_of(theme, digits(10), 250, 250)
    assert not picture.has_accuracies
    assert picture.bar_at(QPointF(240, 100)) is None


@pytest.mark.parametrize(("width", "height", "bar"), [(700, 440, 96), (488, 440, 48), (385, 330, 0)])
def test_with_less_room_bars_are_shorter_and_at_last_there_are_only_numbers(theme, width, height, bar):
    """At 488 × 440 stands the matrix in the layout Evaluate of a window of 990 × 690."""
    picture = picture_of(theme, digits(10), width, height)
    assert picture.bars.width() == bar
    texts = texts_of(picture.paint, width, height)
    assert len([text for text in strings(texts) if text.endswith("%")]) == 10
    assert overlapping(texts) == []
    assert all(text.where.left() >= 0 and text.where.right() <= width + 1 for text in texts)


def test_a_bar_knows_its_label(theme):
    picture = picture_of(theme, digits(10), 900, 400)
    for label in range(10):
        place = QPointF(picture.bars.center().x(), picture.rectangle(label, 0).center().y())
        assert picture.bar_at(place) == label
    assert picture.bar_at(QPointF(picture.matrix.center())) is None


# Cells under the pointer


@pytest.mark.parametrize("n", [1, 2, 10, 33])
def test_every_cell_is_found_under_its_points(theme, n):
    picture = picture_of(theme, digits(n), 400, 400)
    for cell in product(range(n), repeat=2):
        rectangle = picture.rectangle(*cell)
        inner = rectangle.adjusted(0.1, 0.1, -0.1, -0.1)
        for place in (inner.center(), inner.topLeft(), inner.bottomRight()):
            assert picture.cell_at(place) == cell


def test_beside_the_matrix_there_is_no_cell(theme):
    picture = picture_of(theme)
    matrix = picture.matrix
    for place in (
        QPointF(matrix.left() - 2, matrix.center().y()),
        QPointF(matrix.right() + 2, matrix.center().y()),
        QPointF(matrix.center().x(), matrix.top() - 2),
        QPointF(matrix.center().x(), matrix.bottom() + 2),
        QPointF(0, 0),
    ):
        assert picture.cell_at(place) is None


def test_a_cell_is_painted_in_its_colour_where_it_is_found(theme):
    picture = picture_of(theme, COUNTS, 500, 400)
    image = painted(lambda painter, area: picture.paint(painter), 500, 400)
    for cell in product(range(3), repeat=2):
        corner = picture.rectangle(*cell).topLeft() + QPointF(5, 5)
        assert colour_at(image, corner) == picture.colour(*cell).name()


def test_a_frame_goes_round_a_cell_and_round_none_that_is_not_there(theme):
    picture = picture_of(theme)
    ink = inked(painted(lambda painter, area: picture.paint_frame(painter, (1, 2), "highlight", 2)))
    cell = picture.rectangle(1, 2)
    assert cell.adjusted(-3, -3, 3, 3).contains(ink)
    assert ink.contains(cell.adjusted(1, 1, -1, -1))
    nothing = painted(lambda painter, area: picture.paint_frame(painter, (1, 3), "highlight", 2))
    assert inked(nothing).isEmpty()


def test_rates_in_the_picture_are_the_cores(theme):
    counts = digits(10)
    picture = picture_of(theme, counts, as_rates=True)
    shares = rates(counts)
    for cell in product(range(10), repeat=2):
        if counts[cell]:
            assert float(picture.text(*cell)) == pytest.approx(100 * shares[cell], abs=0.05)
