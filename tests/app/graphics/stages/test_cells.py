import numpy as np
import pytest
from app.painted import colour_at, overlapping, picture_of, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.contrast import take_second
from nnviz.app.graphics.stages.cells import Cells, Look, number_columns

AREA = QRectF(10, 10, 300, 60)


def cells_of(theme, values, look=Look.SIGN, limit=None, area=AREA, with_unit=True):
    cells = Cells(theme, np.array(values, np.float32), look, limit)
    cells.lay_out(area, with_unit)
    return cells


def written(cells):
    """Return the texts from left to right."""
    return sorted(texts_of(cells.paint, 400, 200), key=lambda text: text.where.left())


def numbers_in(cells):
    return strings(written(cells))


def test_numbers_stand_in_their_cells(theme):
    cells = cells_of(theme, [[0.5, -1.0, 0.0]])
    texts = written(cells)
    assert strings(texts) == ["+0.50", "−1.00", "0.00"]
    for column, text in enumerate(texts):
        assert cells.cell(0, column).adjusted(-1, -1, 1, 1).contains(text.where)


def test_signs_have_the_colours_that_they_have_everywhere(theme):
    cells = cells_of(theme, [[1.0, -1.0, 0.0]], area=QRectF(0, 0, 60, 8))  # no room for numbers
    picture = picture_of(cells.paint, 80, 20)
    colours = [colour_at(picture, cells.cell(0, column).center()) for column in range(3)]
    assert colours == [theme.colours.positive, theme.colours.negative, theme.colours.zero]


def test_brightness_goes_from_zero_to_activation(theme):
    cells = cells_of(theme, [[1.0, 0.0]], Look.BRIGHTNESS, 1.0, QRectF(0, 0, 40, 8))
    picture = picture_of(cells.paint, 80, 20)
    colours = [colour_at(picture, cells.cell(0, column).center()) for column in range(2)]
    assert colours == [theme.colours.activation, theme.colours.zero]


def test_activations_below_zero_are_shown_by_their_signs(theme):
    assert cells_of(theme, [[0.5, -0.5]], Look.BRIGHTNESS, 1.0).look is Look.SIGN
    assert cells_of(theme, [[0.5, 0.0]], Look.BRIGHTNESS, 1.0).look is Look.BRIGHTNESS


@pytest.mark.parametrize(
    ("limit", "texts", "unit"),
    [
        (0.5, ["+0.500", "−0.250"], ""),
        (0.02, ["+0.0200", "−0.0100"], ""),
        (2e-5, ["+2.00", "−1.00"], "10⁻⁵"),
        (3e7, ["+3.00", "−1.50"], "10⁷"),
        (40.0, ["+40.0", "−20.0"], ""),
    ],
)
def test_small_and_large_numbers_have_a_unit_of_their_own(theme, limit, texts, unit):
    cells = cells_of(theme, [[limit, -limit / 2]])
    assert numbers_in(cells) == texts
    assert cells.unit == unit


def test_where_nobody_names_a_unit_there_is_none(theme):
    cells = cells_of(theme, [[2e-5, 0]], with_unit=False)
    assert numbers_in(cells) == []
    assert cells.unit == ""


def test_what_is_rounded_to_zero_has_no_sign(theme):
    assert numbers_in(cells_of(theme, [[1.0, -0.001, 0.001]])) == ["+1.00", "0.00", "0.00"]


def test_no_number_is_a_dash(theme):
    assert numbers_in(cells_of(theme, [[np.nan, 1.0, np.inf]])) == ["–", "+1.00", "–"]
    assert numbers_in(cells_of(theme, [[np.nan, np.nan]])) == ["–", "–"]
    assert numbers_in(cells_of(theme, [[0.0, 0.0]])) == ["0", "0"]


def test_cells_without_room_have_no_numbers(theme):
    assert numbers_in(cells_of(theme, np.ones((1, 40)))) == []
    assert numbers_in(cells_of(theme, np.ones((10, 2)))) == []


def test_every_cell_is_found_at_its_middle(theme):
    cells = cells_of(theme, np.zeros((3, 7)))
    for row in range(3):
        for column in range(7):
            assert cells.at(cells.cell(row, column).center()) == (row, column)
    assert cells.at(QPointF(5, 5)) is None


def test_more_numbers_than_pixels_are_shrunk(theme):
    cells = cells_of(theme, np.ones((1, 2000)), area=QRectF(0, 0, 50, 10))
    picture = picture_of(cells.paint, 80, 20)
    assert colour_at(picture, QPointF(25, 5)) == theme.colours.positive


def test_a_scale_says_where_it_ends(theme):
    assert cells_of(theme, [[2.0, -1.0]]).scale == "±2.00"
    assert cells_of(theme, [[0.5]], Look.BRIGHTNESS, 1.0).scale == "0 to 1.00"


@pytest.mark.parametrize("name", ["dark", "light"])
def test_numbers_stand_out_from_their_cells(theme, name):
    theme.choose(name, colour_blind_safe=False)
    cells = cells_of(theme, [[1.0, 0.0]], Look.BRIGHTNESS, 1.0)
    bright, dark = take_second(theme.colours, cells._colours)[0]
    assert bright
    assert not dark


def test_names_of_columns_do_not_run_into_each_other(theme):
    names = [str(number) for number in range(100)]
    texts = texts_of(lambda painter: number_columns(painter, theme, QRectF(0, 0, 300, 20), names), 320, 40)
    assert strings(texts)[:3] == ["0", "10", "20"]
    assert overlapping(texts) == []
    assert texts_of(lambda painter: number_columns(painter, theme, QRectF(0, 0, 300, 20), []), 320, 40) == []
