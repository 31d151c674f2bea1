import pytest
from app.backprop_scene import subject
from app.ink import painted, where
from app.painted import colour_at, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.cells import DELTA, ERROR, SLOPE, A, Z, brief
from nnviz.app.graphics.backprop.strips import LayerStrips
from nnviz.app.graphics.numerals import Numerals

AREA = QRectF(10, 10, 560, 380)


def strips(theme, found, layer=1, area=AREA, lost=(), limits=(1.0, 1.0)):
    made = LayerStrips(theme, found, layer, limits, set(lost))
    names = made.names_for(area.width(), 11)
    made.lay_out(area, 11, names, made.needs_two_lines(names, area.width(), 11))
    return made


def texts(made, still=True, numbers=True):
    def paint(painter):
        if still:
            made.paint_still(painter)
        if numbers:
            made.paint(painter, Numerals())

    return strings(texts_of(paint, 620, 420))


def picture(made):
    def paint(painter, area):
        made.paint_still(painter)
        made.paint(painter, Numerals())

    return painted(paint, 620, 420)


def test_a_layer_with_room_has_all_five_strips_from_left_to_right(theme):
    made = strips(theme, subject())
    assert list(made.columns) == [Z, A, DELTA, SLOPE, ERROR]
    lefts = [column.left() for column in made.columns.values()]
    assert lefts == sorted(lefts)
    assert all(
        one.right() <= other.left()
        for one, other in zip(made.columns.values(), list(made.columns.values())[1:], strict=False)
    )
    assert AREA.contains(QRectF(made.rows))


@pytest.mark.parametrize(("width", "first"), [(400, Z), (108, A), (95, DELTA), (46, DELTA)])
def test_what_is_worth_least_goes_first_where_it_is_narrow(theme, width, first):
    made = strips(theme, subject(), area=QRectF(0, 0, width, 300))
    assert next(iter(made.columns)) == first
    assert DELTA in made.columns


def test_each_cell_has_its_number(theme):
    found = subject()
    written = texts(strips(theme, found), still=False)
    trace = found.trace
    for layers in (trace.z, trace.a, trace.delta, trace.slope, trace.error):
        for value in layers[0].tolist():
            assert brief(value) in written


def test_names_scales_and_the_layer_s_title_are_written(theme):
    written = texts(strips(theme, subject(), limits=(0.5, 0.25)))
    for text in ("Layer 1 · BP2", "z", "a", "δ", "σ′(z)", "∂C/∂a", "0–1", "0–¼", "±0.500", "±¼"):
        assert text.replace(" ", "") in "".join(written).replace(" ", "")
    assert "Layer 2, output · BP1" in texts(strips(theme, subject(), layer=2))


def test_the_colour_of_a_cell_is_that_of_its_number(theme):
    found = subject()
    found.trace.delta[0].flags.writeable = True
    found.trace.delta[0][:] = [1.0, -1.0, 0.0, 1.0]
    made = strips(theme, found, area=QRectF(10, 10, 160, 110))
    column = made.columns[DELTA]
    shot = picture(made)
    for j, colour in enumerate(("positive", "negative", "zero", "positive")):
        middle = QPointF(column.center().x(), made.row(j).center().y())
        assert colour_at(shot, middle) == getattr(theme.colours, colour)


def test_a_lost_error_is_marked_between_slope_and_error(theme):
    made = strips(theme, subject(), lost=[2])
    shot = picture(made)
    marks = where(shot, theme.colours.warning)
    rows, cols = marks.any(axis=1).nonzero()[0], marks.any(axis=0).nonzero()[0]
    row = made.row(2)
    assert row.top() <= rows[0] <= rows[-1] <= row.bottom()
    assert made.columns[SLOPE].right() <= cols[0] <= cols[-1] <= made.columns[ERROR].left()
    assert not where(picture(strips(theme, subject())), theme.colours.warning).any()


def test_a_point_belongs_to_the_row_that_it_is_in(theme):
    made = strips(theme, subject())
    for j in range(4):
        assert made.at(made.row(j).center()) == j
        assert made.at(QPointF(made.columns[Z].left() + 1, made.row(j).center().y())) == j
    assert made.at(QPointF(made.rows.left() - 30, made.row(0).center().y())) is None
    assert made.at(QPointF(made.rows.center().x(), made.rows.bottom() + 5)) is None


def test_the_label_s_row_of_the_output_stands_out(theme):
    found = subject(label=2, sizes=(6, 4, 12))
    made = strips(theme, found, layer=2)
    labelled = [t for t in texts_of(made.paint_still, 620, 420) if t.text == "2"]
    assert len(labelled) == 1
    assert where(painted(lambda p, _: made.paint_still(p), 620, 420), theme.colours.text).any()


def test_numbers_of_neurons_that_have_no_room_are_left_out_but_not_the_label_s(theme):
    found = subject(label=7, sizes=(6, 4, 20))
    made = strips(theme, found, layer=2, area=QRectF(0, 0, 300, 170))
    placed = [t for t in texts_of(made.paint_still, 620, 420) if t.text.isdigit()]
    numbers = [t.text for t in placed]
    assert "7" in numbers
    assert len(numbers) < 20
    tops = sorted(t.where.center().y() for t in placed)
    assert all(other - one > 11 for one, other in zip(tops, tops[1:], strict=False))


def test_a_low_area_has_rows_and_no_captions(theme):
    made = strips(theme, subject(), area=QRectF(0, 0, 300, 44))
    assert made.rows.height() > 15
    assert "±1" not in texts(made)


def test_the_arrow_to_the_layer_before_leaves_above_its_error(theme):
    made = strips(theme, subject(), layer=2)
    assert made.leaves.x() == made.columns[DELTA].center().x()
    assert made.arrives.x() == made.columns[ERROR].center().x()
    assert made.leaves.y() < made.rows.top()
    assert strips(theme, subject(), area=QRectF(0, 0, 300, 60)).leaves is None


def test_a_softmax_has_no_sign_of_a_product(theme):
    assert strips(theme, subject(), layer=2).is_product
    assert not strips(theme, subject(cost="log-likelihood"), layer=2).is_product
    assert strips(theme, subject(cost="log-likelihood"), layer=1).is_product
