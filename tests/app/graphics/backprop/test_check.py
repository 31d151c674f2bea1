import numpy as np
import pytest
from app.backprop_scene import diverged, subject
from app.ink import painted
from app.painted import overlapping, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.chain import COST
from nnviz.app.graphics.backprop.check import CheckPicture, most_sensitive
from nnviz.app.graphics.backprop.subject import PARAMETER, Spot
from nnviz.app.graphics.backprop.table import checked
from nnviz.app.graphics.backprop.words import figures
from nnviz.core.components import Component, index_of

WIDTH, HEIGHT = 900, 600


def picture_of(theme, found, chosen=None, **more):
    picture = CheckPicture(theme)
    picture.show(found, chosen, **more)
    return picture


def shot(picture, width=WIDTH, height=HEIGHT, pointed=None):
    return painted(lambda p, area: picture.paint(p, area, pointed), width, height)


def said(picture, width=WIDTH, height=HEIGHT):
    texts = texts_of(lambda p: picture.paint(p, QRectF(0, 0, width, height)), width, height)
    return "".join(text.text for text in texts).replace(" ", "")


def test_the_title_names_the_parameter_and_its_derivative(theme):
    found, weight = subject(), Component(1, 2, 3)
    assert f"Howw(1,2,3)reachesthecostoftestimage5:∂C/∂w={figures(found.derivative(weight))}" in said(
        picture_of(theme, found, weight)
    )
    assert "∂C/∂b=" in said(picture_of(theme, found, Component(1, 2)))


def test_without_a_choice_it_is_the_most_sensitive_parameter(theme):
    found = subject()
    first = most_sensitive(found)
    derivatives = np.abs(found.network.gradient(found.trace.x[np.newaxis], found.trace.y[np.newaxis])[1])
    assert abs(found.derivative(first)) == pytest.approx(derivatives.max())
    for chosen in (None, Component(9, 9, 9)):
        assert picture_of(theme, found, chosen).walk.chain.parameter == first


def test_chain_chart_and_table_are_there_where_there_is_room(theme):
    text = said(picture_of(theme, subject(), Component(1, 2, 3)))
    for part in ("∂z/∂w", "Truecost", "centraldifference", "Theyagree"):
        assert part in text


@pytest.mark.parametrize(
    ("size", "there", "absent"),
    [
        ((608, 330), ("∂z/∂w", "Truecost", "error"), ()),
        ((420, 800), ("∂z/∂w", "Truecost", "error"), ()),
        ((320, 240), ("Theyagree",), ("Truecost",)),
        ((284, 130), ("Theyagree", "w(1,2,3)"), ("∂z/∂w", "Truecost")),
    ],
)
def test_what_is_worth_less_goes_first_where_there_is_little_room(theme, size, there, absent):
    text = said(picture_of(theme, subject(), Component(1, 2, 3)), *size)
    assert all(part in text for part in there)
    assert not any(part in text for part in absent)


def test_moving_the_parameter_changes_chain_and_chart_and_not_the_check(theme):
    picture = picture_of(theme, subject(), Component(2, 1, 3))
    before = said(picture)
    picture.move(1.5)
    after = said(picture)
    assert picture.walk.change == 1.5
    assert "Movedby+1.50" in after
    assert "Movedby" not in before
    assert after[after.index("Theyagree") :] == before[before.index("Theyagree") :]


def test_the_parameter_s_line_and_the_chart_can_be_dragged(theme):
    picture = picture_of(theme, subject(), Component(2, 1, 3))
    assert picture.change_at(QPointF(100, 100)) is None, "nothing has been painted"
    shot(picture)
    line = picture.where(Spot(PARAMETER, 2, 1, 3))
    assert picture.change_at(QPointF(line.center().x(), line.top())) == pytest.approx(3, abs=0.1)
    box = picture._tangent.box
    assert picture.change_at(QPointF(box.right(), box.center().y())) == pytest.approx(3)
    assert picture.change_at(QPointF(WIDTH - 3, HEIGHT - 3)) is None


def test_what_lies_under_a_point_is_found(theme):
    found = subject()
    drawn = checked(found, range(5))
    picture = picture_of(theme, found, Component(2, 1, 3), drawn=drawn, wanted=5)
    shot(picture)
    for spot in (Spot(COST), Spot(PARAMETER, 1, 0, 4)):
        assert picture.at(picture.where(spot).center()) == spot
    assert picture.tell(Spot(COST))[0] == "Cost of this sample"
    assert picture.tell(Spot(PARAMETER, 1, 0, 4)) == []


def test_other_checks_can_be_taken_alone(theme):
    found = subject()
    picture = picture_of(theme, found, Component(2, 1, 3))
    picture.take_checks(checked(found, range(7)), 7)
    assert picture.table.count == 7
    assert "All7agree" in said(picture)
    assert picture.walk.chain.parameter == Component(2, 1, 3)


@pytest.mark.parametrize(
    "size", [(284, 130), (284, 180), (320, 400), (608, 330), (620, 380), (420, 900), (1200, 740)]
)
@pytest.mark.parametrize("sizes", [(6, 3), (6, 4, 3), (6, 4, 4, 4, 4, 20), (6, 1, 1)])
def test_no_text_runs_into_another(theme, size, sizes):
    found = subject(sizes=sizes, label=0)
    drawn = checked(found, range(6))
    picture = picture_of(theme, found, Component(1, 0, 4), change=0.8, drawn=drawn, wanted=6)
    texts = texts_of(lambda p: picture.paint(p, QRectF(0, 0, *size)), *size)
    assert overlapping(texts) == []


@pytest.mark.parametrize("size", [(284, 130), (900, 600)])
def test_a_network_that_has_diverged_can_be_shown(theme, size):
    found = subject(network=diverged())
    picture = picture_of(theme, found, Component(1, 0, 1), change=0.5)
    shot(picture, *size)
    picture.move(1.0)
    shot(picture, *size)
    assert index_of(found.network, most_sensitive(found)) >= 0


def test_nothing_is_painted_before_there_is_anything(theme):
    picture = CheckPicture(theme)
    shot(picture)
    picture.move(1.0)
    picture.take_checks(None, 0)
    assert picture.at(QPointF(10, 10)) is None
    assert picture.walk is None
