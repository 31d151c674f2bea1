import numpy as np
import pytest
from app.backprop_scene import diverged, subject
from app.ink import painted, where
from app.painted import overlapping, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.avenues import WISH, AvenuesPicture
from nnviz.app.graphics.backprop.subject import NEURON, PARAMETER, PIXEL, Spot
from nnviz.app.graphics.backprop.words import figures, signed_figures

WIDTH, HEIGHT = 900, 600


def picture_of(theme, found):
    picture = AvenuesPicture(theme)
    picture.show(found)
    return picture


def shot(picture, width=WIDTH, height=HEIGHT, pointed=None):
    return painted(lambda p, area: picture.paint(p, area, pointed), width, height)


def said(picture, width=WIDTH, height=HEIGHT):
    texts = texts_of(lambda p: picture.paint(p, QRectF(0, 0, width, height)), width, height)
    return "".join(text.text for text in texts).replace(" ", "")


def test_the_three_avenues_have_their_exact_numbers(theme):
    found = subject(pinned=(2, 1))
    delta = float(found.trace.delta[1][1])
    text = said(picture_of(theme, found))
    assert signed_figures(-delta) in text
    for k in range(4):
        a, w = float(found.trace.a[0][k]), float(found.network.weights[1][1, k])
        assert signed_figures(float(np.float32(-a) * np.float32(delta))) in text
        assert signed_figures(float(np.float32(-w) * np.float32(delta))) in text
    for title in ("Changetheweights", "Wishforotheractivations"):
        assert title in text


def test_the_bias_s_panel_says_which_way_and_from_where(theme):
    found = subject(pinned=(2, 1))
    way = "Raise" if found.trace.delta[1][1] < 0 else "Lower"
    bias = figures(float(found.network.biases[1][1]))
    assert f"{way}thebias" in said(picture_of(theme, found))
    assert f"nowb={bias}" in said(picture_of(theme, found))


def test_without_a_pinned_neuron_it_is_the_label_s_output(theme):
    picture = picture_of(theme, subject(label=2))
    assert "Outputneuron2" in said(picture)
    assert not where(shot(picture), theme.colours.highlight).any()
    pinned = picture_of(theme, subject(label=2, pinned=(1, 3)))
    assert "Neuron3oflayer1" in said(pinned)
    assert where(shot(pinned), theme.colours.highlight).any()


def test_of_the_first_layer_it_is_said_that_pixels_do_not_follow(theme):
    assert "Thepixelsarewhattheyare" in said(picture_of(theme, subject(pinned=(1, 0))))
    assert "inproportiontotheweightsw" in said(picture_of(theme, subject(pinned=(2, 0))))


def test_weights_and_wishes_can_be_pointed_at(theme):
    picture = picture_of(theme, subject(pinned=(2, 1)))
    shot(picture)
    for spot in (Spot(PARAMETER, 2, 1, 3), Spot(WISH, 2, 1, 0), Spot(PARAMETER, 2, 1)):
        assert picture.at(picture.where(spot).center()) == spot
    assert picture.at(QPointF(WIDTH - 2, 2)) is None


def test_a_wish_tells_its_numbers_and_whose_activation_it_is_about(theme):
    found = subject(pinned=(2, 1))
    picture = picture_of(theme, found)
    w, delta = float(found.network.weights[1][1, 3]), float(found.trace.delta[1][1])
    lines = picture.tell(Spot(WISH, 2, 1, 3))
    assert lines[0] == "Neuron 3"
    assert f"w(2, 1, 3) = {figures(w, 5)}" in lines
    assert lines[-1] == f"−w δ = {figures(float(np.float32(-w) * np.float32(delta)), 5)}"
    assert picture.source(Spot(WISH, 2, 1, 3)) == Spot(NEURON, 1, 3)
    assert picture.source(Spot(WISH, 1, 1, 3)) == Spot(PIXEL, 0, 3)
    assert picture.tell(Spot(NEURON, 1, 3)) == []


def test_a_weight_and_the_wish_by_way_of_it_are_marked_together(theme):
    picture = picture_of(theme, subject(pinned=(2, 1)))
    plain = where(shot(picture), theme.colours.text).sum()
    marked = where(shot(picture, pointed=Spot(PARAMETER, 2, 1, 3)), theme.colours.text)
    assert marked.sum() > plain
    row, wish = picture.where(Spot(PARAMETER, 2, 1, 3)), picture.where(Spot(WISH, 2, 1, 3))
    for place in (row, wish):
        assert marked[
            int(place.top()) - 1 : int(place.bottom()) + 2, int(place.left()) : int(place.right())
        ].any()


def test_arrow_keys_lead_from_panel_to_panel_and_from_row_to_row(theme):
    picture = picture_of(theme, subject(pinned=(2, 1)))
    shot(picture)
    bias = Spot(PARAMETER, 2, 1)
    assert picture.beside(None, 0, 1) == bias
    first = picture.beside(bias, 1, 0)
    assert (first.part, first.input is None) == (PARAMETER, False)
    second = picture.beside(first, 0, 1)
    assert second.input != first.input
    wish = picture.beside(second, 1, 0)
    assert wish.part == WISH
    assert picture.beside(wish, 1, 0).part == WISH
    assert picture.beside(picture.beside(wish, -1, 0), -1, 0) == bias


def test_a_small_area_has_a_line_for_each_avenue(theme):
    found = subject(pinned=(2, 1))
    picture = picture_of(theme, found)
    text = said(picture, 284, 130)
    assert signed_figures(-float(found.trace.delta[1][1])) in text
    for word in ("bias", "eights", "ctivations"):
        assert word in text


def test_a_narrow_area_has_the_panels_below_each_other(theme):
    picture = picture_of(theme, subject(pinned=(2, 1)))
    shot(picture, 340, 620)
    weights, wishes = picture.where(Spot(PARAMETER, 2, 1, 3)), picture.where(Spot(WISH, 2, 1, 3))
    assert weights.bottom() < wishes.top()
    assert weights.width() > 250


def test_a_neuron_of_which_nothing_is_asked_says_so(theme):
    found = subject(pinned=(2, 1))
    found.trace.delta[1].flags.writeable = True
    found.trace.delta[1][1] = 0
    picture = picture_of(theme, found)
    assert "itszshouldstay" in said(picture)
    assert "Keepthebias" in said(picture)


@pytest.mark.parametrize("size", [(284, 130), (320, 220), (340, 620), (620, 380), (1200, 740)])
@pytest.mark.parametrize(
    ("sizes", "pinned"), [((6, 3), (1, 2)), ((6, 4, 3), (1, 0)), ((6, 100, 3), (2, 2)), ((6, 1, 1), (2, 0))]
)
def test_no_text_runs_into_another(theme, size, sizes, pinned):
    picture = picture_of(theme, subject(sizes=sizes, pinned=pinned, label=0))
    texts = texts_of(lambda p: picture.paint(p, QRectF(0, 0, *size)), *size)
    assert overlapping(texts) == []


@pytest.mark.parametrize("pinned", [(1, 0), (2, 2), None])
@pytest.mark.parametrize("size", [(284, 130), (900, 600)])
def test_a_network_that_has_diverged_can_be_shown(theme, pinned, size):
    shot(picture_of(theme, subject(network=diverged(), pinned=pinned)), *size)


def test_nothing_is_painted_before_there_is_anything(theme):
    picture = AvenuesPicture(theme)
    shot(picture)
    assert picture.at(QPointF(10, 10)) is None
    assert picture.beside(None, 1, 0) is None
