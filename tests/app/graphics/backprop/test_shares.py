import numpy as np
import pytest
from app.ink import painted, where
from app.painted import overlapping, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.shares import LayerShares
from nnviz.app.graphics.layer_colours import layer_colours
from nnviz.core.components import Ranking

AREA = QRectF(10, 10, 500, 40)


def shares_of(theme, shares, norm=2.0, area=AREA):
    made = LayerShares(theme)
    made.show(Ranking(np.arange(3), np.array(shares, np.float64), norm))
    made.lay_out(area)
    return made


def said(made):
    return "".join(text.text for text in texts_of(made.paint, 620, 80)).replace(" ", "")


def test_the_bar_is_divided_by_the_shares_of_the_layers(theme):
    made = shares_of(theme, [0.2, 0.5, 0.3])
    widths = [made.where(layer).width() for layer in (1, 2, 3)]
    assert widths == pytest.approx([100, 250, 150], abs=2)
    assert made.where(1).left() == 10
    assert made.where(3).right() == pytest.approx(510)


def test_each_layer_has_its_colour(theme):
    made = shares_of(theme, [0.25, 0.5, 0.25])
    picture = painted(lambda p, _: made.paint(p), 620, 80, antialiased=False)
    for layer, colour in enumerate(layer_colours(theme, 3), 1):
        marks = where(picture, colour.name())
        place = made.where(layer)
        assert marks[int(place.top()) + 1, int(place.left()) + 3]


def test_the_percentages_are_written(theme):
    text = said(shares_of(theme, [0.62, 0.375, 0.005]))
    for part in ("62%", "38%", "<1%", "layer1", "layer2", "output"):
        assert part in text


def test_a_share_that_is_nearly_nothing_can_still_be_pointed_at(theme):
    made = shares_of(theme, [1.0, 1e-12])
    place = made.where(2)
    assert place.width() > 1
    assert made.at(place.center()) == 2
    assert made.at(made.where(1).center()) == 1
    assert made.at(QPointF(10, 12)) is None


def test_a_layer_tells_its_exact_share(theme):
    lines = shares_of(theme, [0.123456, 0.876544]).tell(1)
    assert lines[0] == "Layer 1"
    assert "12.346 %" in lines[1]
    assert "2.0000" in lines[2]


@pytest.mark.parametrize("shares", [[0.0, 0.0], [np.nan, np.nan]])
def test_a_gradient_without_shares_has_a_bar_without_colours(theme, shares):
    made = shares_of(theme, shares, norm=0.0)
    picture = painted(lambda p, _: made.paint(p), 620, 80)
    assert "–" in said(made)
    assert made.where(1).width() == pytest.approx(made.where(2).width())
    bar = made.where(1)
    assert where(picture, theme.colours.raised)[int(bar.center().y()), int(bar.center().x())]


def test_nothing_is_painted_where_there_is_no_room(theme):
    made = shares_of(theme, [0.5, 0.5], area=QRectF())
    assert said(made) == ""
    assert made.where(1).isEmpty()
    assert made.at(QPointF(20, 20)) is None


@pytest.mark.parametrize("width", [120, 200, 300, 600])
def test_the_legend_is_as_long_as_there_is_room_for(theme, width):
    made = shares_of(theme, [0.2] * 5, area=QRectF(0, 0, width, 40))
    texts = texts_of(made.paint, 700, 80)
    assert overlapping(texts) == []
    assert all(text.where.right() <= width + 1 for text in texts)
