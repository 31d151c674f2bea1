import numpy as np
import pytest
from app.painted import colour_at, picture_of, strings, texts_of
from PySide6.QtCore import QRectF

from nnviz.app.graphics.landscape.marks import Marks
from nnviz.app.graphics.landscape.toy_curve import Tangent, ToyCurve, ball_on_curve, on_curve
from nnviz.core.plane import Window

X = np.linspace(-2, 2, 81)


@pytest.fixture
def curve(theme):
    return ToyCurve(theme, QRectF(0, 0, 400, 300), Window(-2, 2, 0, 4), X, X**2)


def test_the_curve_goes_through_its_points(theme, curve):
    picture = picture_of(curve.paint, 400, 300)
    for x in (-1.3, 0.4, 1.5):
        assert colour_at(picture, curve.point(x, x**2)) == theme.colours.training
    assert curve.at(curve.point(0.7, 1)) == pytest.approx(0.7)
    assert curve.at(curve.box.bottomLeft()) is not None
    assert curve.at(curve.box.bottomLeft() * 0) is None


def test_the_tangent_promises_what_the_slope_says():
    assert Tangent(1.0, 1.0, 2.0, 0.5, 0.25).promised == pytest.approx(0)


def test_the_step_is_an_arrow_along_the_tangent_with_its_length_at_the_ground(theme, curve):
    tangent = Tangent(1.5, 2.25, 3.0, 1.0, 1.0)
    marks = Marks((), [ball_on_curve(1.5, 2.25, "highlight", "", False)])
    picture = picture_of(lambda painter: curve.paint_marks(painter, marks, tangent), 400, 300)
    on_arrow = picture.pixelColor(curve.point(1.2, 2.25 - 0.9).toPoint())
    assert on_arrow.lightness() > theme.colour("text").lightness() - 15
    assert colour_at(picture, curve.point(1.5, 2.25)) == theme.colours.highlight
    assert colour_at(picture, curve.point(1.0, 1.0)) == theme.colours.surface
    texts = texts_of(lambda painter: curve.paint_marks(painter, marks, tangent), 400, 300)
    assert strings(texts) == ["step −0.500"]


def test_a_trail_leads_from_place_to_place(theme, curve):
    trail = on_curve(np.array([[1.5], [-0.5], [0.1]]), np.array([2.25, 0.25, 0.01]), "test")
    picture = picture_of(lambda painter: curve.paint_marks(painter, Marks([trail]), None), 400, 300)
    assert colour_at(picture, curve.point(0.5, 1.25)) == theme.colours.test


@pytest.mark.parametrize("to", [np.inf, 1e300, 1.5])
def test_steps_to_nowhere_or_of_no_length_are_painted(theme, curve, to):
    tangent = Tangent(1.5, 2.25, 3.0, to, np.inf)
    picture_of(lambda painter: curve.paint_marks(painter, Marks(), tangent), 400, 300)
