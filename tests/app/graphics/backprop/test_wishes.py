import numpy as np
import pytest
from app.ink import painted, where
from app.painted import colour_at, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.subject import PARAMETER, Spot
from nnviz.app.graphics.backprop.wish_rows import Wishes
from nnviz.app.graphics.backprop.wishes import WishPanel

AREA = QRectF(10, 10, 360, 380)


def panel(theme, nudges, factors, shape=None, signed=False, area=AREA):
    given = Wishes(
        "pixels a" if shape else "a",
        "−a δ",
        np.array(factors, np.float64),
        np.array(nudges, np.float64),
        signed,
        shape,
        lambda k: (f"neuron {k}", f"{k}"),
        lambda k: Spot(PARAMETER, 1, 0, k),
    )
    made = WishPanel(theme, given, 1.0)
    made.lay_out(area, 10)
    return made


def shot(made):
    return painted(lambda p, _: made.paint(p), 400, 420, antialiased=False)


def test_an_image_of_the_factors_stands_beside_one_of_the_nudges(theme):
    made = panel(theme, [0, -1, 1, 0, 0, 0], [0, 1, 0, 0, 0, 0], (2, 3))
    factors, nudges = made.where(1)[-2:]
    picture = shot(made)
    assert colour_at(picture, factors.center()) == theme.colours.activation
    assert colour_at(picture, nudges.center()) == theme.colours.negative
    assert colour_at(picture, made.where(2)[-1].center()) == theme.colours.positive
    assert factors.right() < nudges.left()


def test_bars_of_the_factors_stand_above_those_of_the_nudges(theme):
    made = panel(theme, [0.5, 1.0], [0.5, 1.0])
    factors, nudges = made.where(1)[-2:]
    assert factors.bottom() < nudges.top()
    picture = shot(made)
    assert colour_at(picture, factors.center()) == theme.colours.activation
    assert colour_at(picture, nudges.center()) == theme.colours.positive


def test_nudges_that_all_go_one_way_have_the_shape_of_what_they_follow(theme):
    made = panel(theme, [-0.5, -1.0, -0.25], [0.5, 1.0, 0.25])
    picture = shot(made)
    heights = []
    for part, role in ((-2, "activation"), (-1, "negative")):
        marks = where(picture, getattr(theme.colours, role))
        column = [made.where(k)[part] for k in range(3)]
        heights.append([marks[int(c.top()) : int(c.bottom()), int(c.center().x())].sum() for c in column])
    np.testing.assert_allclose(heights[0], heights[1], atol=2)
    assert heights[0][1] > 1.8 * heights[0][0]


def test_a_point_in_a_picture_or_a_row_belongs_to_a_nudge(theme):
    made = panel(theme, [0.5, 1.0, -0.2], [0.5, 1.0, 0.2])
    for place in made.where(2):
        assert made.at(place.center()) == Spot(PARAMETER, 1, 0, 2)
    assert len(made.where(2)) == 3
    assert made.at(QPointF(1, 1)) is None
    image = panel(theme, [0, -1, 1, 0, 0, 0], [0, 1, 0, 0, 0, 0], (2, 3))
    assert image.at(image.where(5)[-1].center()) == Spot(PARAMETER, 1, 0, 5)


def test_captions_say_what_is_shown(theme):
    def said(made):
        return "".join(text.text for text in texts_of(made.paint_still, 400, 420))

    assert said(panel(theme, [0.5], [0.5])) == "all a, and below all −a δ"
    assert said(panel(theme, [0.5] * 6, [0.5] * 6, (2, 3))) == "all pixels aall −a δ→"


def test_a_low_panel_has_rows_only(theme):
    made = panel(theme, [0.5, 1.0], [0.5, 1.0], area=QRectF(0, 0, 300, 60))
    assert made.rows.shown == [1, 0]
    assert len(made.where(1)) == 1
    assert texts_of(made.paint_still, 400, 420) == []


@pytest.mark.parametrize("values", [[np.nan] * 6, [np.inf, -np.inf, 0, 1, 2, 3], [0.0] * 6])
@pytest.mark.parametrize("shape", [None, (2, 3)])
def test_what_is_no_number_is_painted_as_nothing(theme, values, shape):
    shot(panel(theme, values, values, shape))
    shot(panel(theme, values, values, shape, signed=True))
