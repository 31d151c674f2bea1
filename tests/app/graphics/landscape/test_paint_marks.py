import numpy as np
import pytest
from app.painted import colour_at, picture_of, strings, texts_of
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPolygonF

from nnviz.app.graphics.landscape.marks import Marble, Marks, Trail
from nnviz.app.graphics.landscape.paint_marks import paint_arrow, paint_marks


def as_they_are(points):
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


def painted(theme, marks):
    return picture_of(lambda painter: paint_marks(painter, theme, marks, as_they_are), 200, 100)


def straight(role="training", opacity=None):
    points = np.array([[20.0, 50], [100, 50], [180, 50]])
    return Trail(points, np.zeros(3), role, None if opacity is None else np.array(opacity))


def test_a_trail_has_its_colour_and_a_dot_at_every_step(theme):
    picture = painted(theme, Marks([straight()]))
    assert colour_at(picture, QPointF(60, 50)) == theme.colours.training
    assert colour_at(picture, QPointF(100, 51)) == theme.colours.training
    assert colour_at(picture, QPointF(60, 54)) == "#808080"


def test_a_trail_fades_where_it_is_far_from_the_plane(theme):
    picture = painted(theme, Marks([straight(opacity=[0.1, 0.1, 1.0])]))

    def strength(x):
        return abs(picture.pixelColor(x, 50).blue() - 0x80)

    assert strength(60) < 0.5 * strength(140)


def test_a_ball_lies_over_the_trail_with_its_name_beside_it(theme):
    marks = Marks([straight()], [Marble((100.0, 50.0), 0.0, "test", "η 0.5")])
    picture = painted(theme, marks)
    assert colour_at(picture, QPointF(100, 50)) == theme.colours.test
    texts = texts_of(lambda painter: paint_marks(painter, theme, marks, as_they_are), 200, 100)
    assert strings(texts) == ["η 0.5"]


def test_an_arrow_points_to_its_end(theme):
    colour = QColor(theme.colours.positive)
    picture = picture_of(
        lambda painter: paint_arrow(painter, QPointF(20, 50), QPointF(120, 50), colour), 200, 100
    )
    assert colour_at(picture, QPointF(60, 50)) == colour.name()
    assert colour_at(picture, QPointF(111, 51)) == colour.name()
    assert colour_at(picture, QPointF(60, 52)) == "#808080"
    assert colour_at(picture, QPointF(124, 50)) == "#808080"


@pytest.mark.parametrize("end", [(100.0, 50.0), (1e9, 50.0), (1e7, -1e7)])
def test_an_arrow_of_no_length_or_an_endless_one_harms_nothing(theme, end):
    marks = Marks((), [Marble((100.0, 50.0), 0.0, arrow=end)])
    painted(theme, marks)


def test_a_trail_of_one_point_or_of_thousands_is_painted(theme):
    many = np.linspace(0, 200, 5000)
    for points in (np.zeros((1, 2)), np.stack([many, many / 2], axis=1)):
        painted(theme, Marks([Trail(points, np.zeros(len(points)))]))
