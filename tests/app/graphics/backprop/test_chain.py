import numpy as np
import pytest
from app.backprop_scene import diverged, subject
from app.ink import near, painted
from app.painted import overlapping, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.chain import COST, LINK, ChainLines, about_chain, quantity_name
from nnviz.app.graphics.backprop.subject import NEURON, PARAMETER, Spot
from nnviz.app.graphics.backprop.walk import REACH, walk
from nnviz.app.graphics.backprop.words import figures
from nnviz.core.chain import Quantity
from nnviz.core.components import Component

AREA = QRectF(10, 10, 680, 180)
PARAMETER_AT = Component(1, 2, 3)


def lines_of(theme, found=None, parameter=PARAMETER_AT, change=0.0, area=AREA):
    made = ChainLines(theme)
    made.show(walk(subject() if found is None else found, parameter, change))
    made.lay_out(area)
    return made


def said(made):
    return "".join(text.text for text in texts_of(made.paint, 720, 220)).replace(" ", "")


def test_quantities_are_named_by_their_place():
    assert quantity_name(Quantity("z", 1, 3)) == "z(1, 3)"
    assert quantity_name(Quantity("w", 1, 3, 407)) == "w(1, 3, 407)"
    assert quantity_name(Quantity("b", 2, 0)) == "b(2, 0)"
    assert quantity_name(Quantity("C")) == "C"


def test_every_quantity_and_every_local_derivative_is_written(theme):
    found = subject()
    made = lines_of(theme, found)
    shown = walk(found, PARAMETER_AT)
    text = said(made)
    for quantity in shown.quantities:
        assert quantity_name(quantity).replace(" ", "") in text
    for link in shown.chain.links:
        assert f"×{figures(link.derivative, 3)}" in text
        assert f"∂{link.of.symbol}/∂{link.by.symbol}" in text
    for value in shown.values.tolist():
        assert figures(value, 4) in text


def test_where_the_parameter_is_moved_the_moved_values_are_written(theme):
    found = subject()
    made = lines_of(theme, found, change=1.5)
    shown = walk(found, PARAMETER_AT, 1.5)
    for value in shown.moved.tolist():
        assert figures(value, 4) in said(made)


def test_a_dot_on_the_first_line_is_where_the_parameter_is_moved_to(theme):
    for change in (0.0, 2.0, -3.0):
        made = lines_of(theme, change=change)
        marks = near(painted(lambda p, _, m=made: m.paint(p), 720, 220), theme.colours.highlight)
        x, y = made._across[0], made._bottom - (change + REACH) / (2 * REACH) * (made._bottom - made._top)
        assert marks[int(y), int(x)]
        middle = (made._top + made._bottom) / 2
        assert marks[int(middle), int(x)] == (change == 0), "where it is, there is a ring only"


def test_lines_and_links_can_be_pointed_at(theme):
    made = lines_of(theme)
    x = made._across
    low = made._bottom - 10
    assert made.at(QPointF(x[0], low)) == Spot(PARAMETER, 1, 2, 3)
    assert made.at(QPointF(x[1], low)) == Spot(NEURON, 1, 2)
    assert made.at(QPointF(x[-1], low)) == Spot(COST)
    assert made.at(QPointF((x[1] + x[2]) / 2, low)) == Spot(LINK, index=1)
    assert made.at(QPointF(x[0], 205)) is None
    for spot in (Spot(PARAMETER, 1, 2, 3), Spot(LINK, index=1), Spot(COST)):
        assert not made.where(spot).isEmpty()


def test_a_link_and_the_cost_tell_their_exact_numbers(theme):
    found = subject()
    made, shown = lines_of(theme, found, change=0.5), walk(found, PARAMETER_AT, 0.5)
    assert made.tell(Spot(LINK, index=0)) == [
        "∂z(1, 2) / ∂w(1, 2, 3)",
        f"= {figures(shown.chain.links[0].derivative, 5)}",
    ]
    lines = made.tell(Spot(COST))
    assert f"C = {figures(shown.along.cost, 5)}" in lines
    assert f"moved: C = {figures(float(shown.moved[-1]), 5)}" in lines
    assert f"tangent: {figures(shown.predicted, 5)}" in lines
    assert made.tell(Spot(NEURON, 1, 2)) == []


def test_the_first_line_can_be_dragged_along(theme):
    made = lines_of(theme)
    x, top, bottom = made._across[0], made._top, made._bottom
    assert made.change_at(QPointF(x, top)) == pytest.approx(REACH)
    assert made.change_at(QPointF(x, bottom)) == pytest.approx(-REACH)
    assert made.change_at(QPointF(x, (top + bottom) / 2)) == pytest.approx(0)
    assert made.change_at(QPointF(made._across[1], top)) is None


def test_names_grow_short_before_they_run_into_each_other(theme):
    found = subject(sizes=(6, 4, 4, 4, 3))
    wide, narrow = (lines_of(theme, found, area=QRectF(0, 0, width, 160)) for width in (700, 300))
    assert "w(1,2,3)" in said(wide)
    assert "w(1,2,3)" not in said(narrow)


@pytest.mark.parametrize("width", [100, 200, 284, 420, 592, 700])
@pytest.mark.parametrize("height", [60, 100, 200])
@pytest.mark.parametrize("sizes", [(6, 3), (6, 4, 3), (6, 4, 4, 4, 4, 3)])
def test_no_text_runs_into_another(theme, width, height, sizes):
    made = lines_of(theme, subject(sizes=sizes), Component(1, 2, 3), 0.5, QRectF(0, 0, width, height))
    texts = texts_of(made.paint, 720, 220)
    assert overlapping(texts) == []
    assert all(text.where.right() <= width + 1 and text.where.left() >= -1 for text in texts)


def test_the_sentence_compares_one_way_with_all():
    found = subject()
    shown = walk(found, PARAMETER_AT)
    assert shown.chain.ways == 3
    sentence = about_chain(shown)[0]
    assert "strongest of 3 ways" in sentence
    assert figures(shown.chain.along) in sentence
    assert figures(shown.chain.total) in sentence
    assert "product of the slopes" in about_chain(walk(found, Component(2, 1, 0)))[0]


def test_a_network_that_has_diverged_can_be_shown(theme):
    made = lines_of(theme, subject(network=diverged()), Component(1, 0, 1), 0.5)
    painted(lambda p, _: made.paint(p), 720, 220)
    assert "NaN" in said(made)


def test_nothing_is_painted_where_there_is_no_room(theme):
    made = lines_of(theme, area=QRectF())
    assert said(made) == ""
    assert made.at(QPointF(0, 0)) is None
    assert made.change_at(QPointF(0, 0)) is None
    assert np.isfinite(made._pitch)
