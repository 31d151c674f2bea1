import pytest
from app.backprop_scene import diverged, subject
from app.ink import near, painted
from app.painted import overlapping, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.subject import NEURON, Spot
from nnviz.app.graphics.backprop.tangent import CURVE_POINT, NO_NUMBER, TangentChart
from nnviz.app.graphics.backprop.walk import POINTS, REACH, walk
from nnviz.app.graphics.backprop.words import figures
from nnviz.core.components import Component

AREA = QRectF(10, 10, 420, 260)
PARAMETER = Component(2, 1, 0)


def chart_of(theme, change=0.0, parameter=PARAMETER, area=AREA, **kind):
    made = TangentChart(theme)
    made.show(walk(subject(**kind), parameter, change))
    made.lay_out(area)
    return made


def said(made):
    return "".join(text.text for text in texts_of(made.paint, 460, 300)).replace(" ", "")


def test_curve_and_tangent_touch_where_the_parameter_is(theme):
    made = chart_of(theme)
    picture = painted(lambda p, _: made.paint(p), 460, 300)
    along = walk(subject(), PARAMETER).along
    x, y = made._chart.across(along.value), made._chart.down(along.cost)
    for role in ("training", "highlight"):
        marks = near(picture, getattr(theme.colours, role), 90)
        assert marks[int(y) - 9 : int(y) + 10, int(x) - 12 : int(x) + 13].any()


def test_axes_say_what_they_are(theme):
    text = said(chart_of(theme))
    assert "w(2,1,0)" in text
    assert "Truecost" in text
    assert "tangent" in text


def test_where_the_parameter_is_moved_cost_and_promise_are_told(theme):
    shown = walk(subject(), PARAMETER, 1.25)
    text = said(chart_of(theme, 1.25))
    assert f"Movedby+1.25:Cis{figures(float(shown.moved[-1]), 4)}" in text
    assert f"thetangentsays{figures(shown.predicted, 4)}" in text
    assert "Dragthedot" in said(chart_of(theme))


def test_a_cost_that_does_not_move_is_a_level_line(theme):
    made = chart_of(theme, parameter=Component(1, 2, 0))  # of a pixel that is 0
    shown = made._walk.along
    assert shown.slope == 0
    assert made._chart.down(float(shown.costs[0])) == pytest.approx(made._chart.down(float(shown.costs[-1])))
    assert made.box.top() < made._chart.down(float(shown.costs[0])) < made.box.bottom()


def test_a_point_of_the_chart_is_a_change_of_the_parameter(theme):
    made = chart_of(theme)
    y = made.box.center().y()
    assert made.change_at(QPointF(made.box.left(), y)) == pytest.approx(-REACH)
    assert made.change_at(QPointF(made.box.right(), y)) == pytest.approx(REACH)
    assert made.change_at(QPointF(made.box.right() + 50, y)) is None


def test_a_place_on_the_curve_tells_its_exact_numbers(theme):
    made, along = chart_of(theme), walk(subject(), PARAMETER).along
    spot = made.at(QPointF(made.box.right(), made.box.center().y()))
    assert spot == Spot(CURVE_POINT, index=POINTS - 1)
    assert made.tell(spot) == [
        f"w(2, 1, 0) = {figures(float(along.values[-1]), 5)}",
        f"C = {figures(float(along.costs[-1]), 5)}",
        f"tangent: {figures(float(along.tangent[-1]), 5)}",
    ]
    assert made.where(spot).center().x() == pytest.approx(made.box.right())
    assert made.tell(Spot(NEURON, 1, 1)) == []
    assert made.where(Spot(NEURON, 1, 1)).isEmpty()


def test_what_is_no_number_is_said_to_be_none(theme):
    made = chart_of(theme, network=diverged())
    assert NO_NUMBER.replace(" ", "") in said(made)
    assert made.at(AREA.center()) is None
    assert made.change_at(AREA.center()) is None


@pytest.mark.parametrize("size", [(150, 90), (240, 140), (420, 260), (450, 290)])
@pytest.mark.parametrize("change", [0.0, -2.25])
def test_no_text_runs_into_another(theme, size, change):
    assert overlapping(texts_of(chart_of(theme, change, area=QRectF(0, 0, *size)).paint, 460, 300)) == []


def test_nothing_is_painted_where_there_is_no_room(theme):
    assert said(chart_of(theme, area=QRectF())) == ""
