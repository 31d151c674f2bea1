import numpy as np
import pytest
from app.backprop_scene import diverged, subject
from app.ink import painted, where
from app.painted import overlapping, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.list import SHARE, GradientPicture
from nnviz.app.graphics.backprop.subject import Spot, spot_of
from nnviz.app.graphics.backprop.words import parameter_name, signed_figures
from nnviz.core.components import Component

WIDTH, HEIGHT = 700, 420
AREA = QRectF(0, 0, WIDTH, HEIGHT)


def picture_of(theme, found, chosen=None, area=AREA):
    picture = GradientPicture(theme)
    picture.show(found, chosen)
    picture.lay_out(area)
    return picture


def shot(picture, width=WIDTH, height=HEIGHT, pointed=None):
    return painted(lambda p, area: picture.paint(p, area, pointed), width, height)


def texts(picture, width=WIDTH, height=HEIGHT):
    return texts_of(lambda p: picture.paint(p, QRectF(0, 0, width, height)), width, height)


def said(picture, width=WIDTH, height=HEIGHT):
    return "".join(text.text for text in texts(picture, width, height)).replace(" ", "")


def test_all_components_are_in_it_the_largest_first(theme):
    found = subject()
    picture = picture_of(theme, found)
    assert picture.count == found.network.theta.size == 43
    sizes = [abs(found.derivative(picture.component_at_rank(place))) for place in range(43)]
    assert sizes == sorted(sizes, reverse=True)
    assert len({picture.component_at_rank(place) for place in range(43)}) == 43
    assert picture.component_at_rank(43) is None
    assert picture.component_at_rank(-1) is None


def test_the_rank_of_a_component_is_the_row_it_is_in(theme):
    picture = picture_of(theme, subject())
    for place in (0, 17, 42):
        assert picture.rank_of(picture.component_at_rank(place)) == place
    assert picture.rank_of(Component(7, 0, 0)) is None


def test_only_rows_in_sight_are_written(theme):
    picture = picture_of(theme, subject())
    written = said(picture)
    inside = [picture.component_at_rank(place) for place in range(picture.in_sight)]
    beyond = [picture.component_at_rank(place) for place in range(picture.in_sight, picture.count)]
    assert 5 < picture.in_sight < picture.count
    assert all(parameter_name(entry).replace(" ", "") in written for entry in inside)
    assert not any(parameter_name(entry).replace(" ", "") in written for entry in beyond)


def test_each_row_has_its_derivative_and_says_where_it_leads(theme):
    found = subject()
    written = said(picture_of(theme, found))
    first = picture_of(theme, found).component_at_rank(0)
    assert signed_figures(found.derivative(first)) in written
    assert "tooutputneuron" in written or "biasofoutputneuron" in written


def test_scrolling_stops_at_the_ends(theme):
    picture = picture_of(theme, subject())
    picture.scroll_to(5)
    assert picture.first == 5
    assert parameter_name(picture.component_at_rank(5)).replace(" ", "") in said(picture)
    picture.scroll_to(10**6)
    assert picture.first == picture.count - picture.in_sight
    picture.scroll_to(-3)
    assert picture.first == 0


def test_a_row_is_revealed_with_as_little_scrolling_as_need_be(theme):
    picture = picture_of(theme, subject())
    rows = picture.in_sight
    picture.reveal(rows - 1)
    assert picture.first == 0
    picture.reveal(rows)
    assert picture.first == 1
    picture.scroll_to(10)
    picture.reveal(9)
    assert picture.first == 9
    picture.reveal(40)
    assert picture.first <= 40 < picture.first + rows


def test_a_point_belongs_to_the_component_of_its_row(theme):
    picture = picture_of(theme, subject())
    shot(picture)
    picture.scroll_to(4)
    for place in (4, 6, 4 + picture.in_sight - 1):
        assert picture.at(picture.row(place).center()) == spot_of(picture.component_at_rank(place))
    assert picture.at(QPointF(WIDTH / 2, HEIGHT - 1)) is None


def test_the_chosen_row_is_marked(theme):
    found = subject()
    entry = picture_of(theme, found).component_at_rank(2)
    assert not where(shot(picture_of(theme, found)), theme.colours.highlight).any()
    picture = picture_of(theme, found, entry)
    marks = where(shot(picture), theme.colours.highlight)
    rows = np.flatnonzero(marks.any(axis=1))
    assert picture.row(2).top() <= rows[0] <= rows[-1] <= picture.row(2).bottom()


def test_the_sentence_says_how_far_the_cost_moves(theme):
    found = subject()
    entry = Component(2, 1, 3)
    derivative = found.derivative(entry)
    written = said(picture_of(theme, found, entry))
    assert f"Chosen:wherew(2,1,3)growsby0.01,Cchangesbyabout{signed_figures(0.01 * derivative)}." in written
    assert "Mostsensitive:" in said(picture_of(theme, found))
    assert "Mostsensitive:" in said(picture_of(theme, found, Component(9, 0, 0)))


def test_it_says_how_many_are_zero(theme):
    found = subject()  # two of six pixels are 0, each with a weight to every one of four neurons
    assert "8are0." in said(picture_of(theme, found), 1100, 500)


def test_bars_are_as_long_as_the_derivatives_are_large(theme):
    found = subject()
    picture = picture_of(theme, found)
    marks = shot(picture)
    start, end = picture._columns.bar
    lengths, sizes = [], []
    for place in range(8):
        derivative = found.derivative(picture.component_at_rank(place))
        role = "positive" if derivative > 0 else "negative"
        row = where(marks, getattr(theme.colours, role))[int(picture.row(place).center().y())]
        lengths.append(row[int(start) : int(end) + 1].sum())
        sizes.append(abs(derivative))
    np.testing.assert_allclose(np.array(lengths) / lengths[0], np.array(sizes) / sizes[0], atol=0.02)
    assert lengths[0] == pytest.approx(end - start, abs=2)


def test_the_shares_of_the_layers_can_be_pointed_at(theme):
    picture = picture_of(theme, subject())
    shot(picture)
    place = picture.where(Spot(SHARE, 2))
    assert picture.at(place.center()) == Spot(SHARE, 2)
    assert picture.tell(Spot(SHARE, 2))[0] == "Output"
    assert picture.tell(spot_of(Component(1, 0))) == []


def test_a_layer_has_a_largest_component(theme):
    found = subject()
    picture = picture_of(theme, found)
    for layer in (1, 2):
        first = picture.first_of_layer(layer)
        assert first.layer == layer
        before = [picture.component_at_rank(place).layer for place in range(picture.rank_of(first))]
        assert layer not in before


@pytest.mark.parametrize("size", [(284, 130), (320, 220), (608, 380), (1200, 740)])
@pytest.mark.parametrize("sizes", [(6, 3), (6, 4, 3), (784, 100, 20), (6, 1, 1)])
def test_no_text_runs_into_another(theme, size, sizes):
    picture = picture_of(theme, subject(sizes=sizes, label=0))
    written = texts(picture, *size)
    assert overlapping(written) == []
    assert all(text.where.right() <= size[0] for text in written)


def test_a_network_that_has_diverged_can_be_shown(theme):
    picture = picture_of(theme, subject(network=diverged()))
    shot(picture)
    assert "NaN" in said(picture)
    assert "Mostsensitive" not in said(picture).replace(" ", "")
    assert "traininghasdiverged" in said(picture).replace(" ", "")
    assert picture.component_at_rank(0) is not None


def test_nothing_is_painted_before_there_is_anything(theme):
    picture = GradientPicture(theme)
    shot(picture)
    assert picture.count == 0
    assert picture.at(QPointF(10, 10)) is None
    assert picture.component_at_rank(0) is None
    assert picture.first_of_layer(1) is None
