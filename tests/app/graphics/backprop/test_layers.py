import pytest
from app.backprop_scene import diverged, saturated_network, subject
from app.ink import near, painted, where
from app.painted import overlapping, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.backprop.layers import LayersPicture, Part
from nnviz.app.graphics.backprop.subject import NEURON, PARAMETER, PIXEL, Spot
from nnviz.app.graphics.backprop.words import DIVERGED, NOTHING_LOST
from nnviz.app.graphics.scale_bar import limit_text

WIDTH, HEIGHT = 900, 640
AREA = QRectF(0, 0, WIDTH, HEIGHT)


def picture_of(theme, found, part=Part.BOTH, one_scale=False):
    picture = LayersPicture(theme)
    picture.show(found, part, one_scale)
    return picture


def shot(picture, pointed=None, width=WIDTH, height=HEIGHT):
    return painted(lambda p, area: picture.paint(p, area, pointed), width, height)


def said(picture, width=WIDTH, height=HEIGHT):
    texts = texts_of(lambda p: picture.paint(p, QRectF(0, 0, width, height)), width, height)
    return "".join(text.text for text in texts).replace(" ", "")


def test_it_says_whose_cost_it_is_and_how_large(theme):
    found = subject(label=2)
    assert f"Testimage5,labelled2:itscostC={found.trace.cost:.3g}" in said(picture_of(theme, found))


def test_the_worst_lost_error_is_told_in_the_colour_of_warnings(theme):
    picture = picture_of(theme, subject(network=saturated_network(neuron=2)))
    assert "Neuron2oflayer1issaturated" in said(picture)
    assert where(shot(picture), theme.colours.warning).any()
    calm = picture_of(theme, subject())
    assert NOTHING_LOST.replace(" ", "") in said(calm)
    assert not where(shot(calm), theme.colours.warning).any()


def test_layers_are_beside_each_other_and_the_gradient_below_the_errors(theme):
    picture = picture_of(theme, subject(sizes=(6, 4, 5, 3)))
    shot(picture)
    rows = [picture.where(Spot(NEURON, layer, 0)) for layer in (1, 2, 3)]
    assert rows[0].right() < rows[1].left() < rows[1].right() < rows[2].left()
    for layer in (1, 2, 3):
        weight = picture.where(Spot(PARAMETER, layer, 0, 0))
        assert weight.top() > picture.where(Spot(NEURON, layer, 0)).bottom()


def test_what_lies_under_a_point_is_found(theme):
    picture = picture_of(theme, subject())
    shot(picture)
    for spot in (
        Spot(NEURON, 1, 3),
        Spot(NEURON, 2, 0),
        Spot(PARAMETER, 1, 2, 4),
        Spot(PARAMETER, 2, 1),
        Spot(PIXEL, index=5),
    ):
        assert picture.at(picture.where(spot).center()) == spot
    assert picture.at(QPointF(2, 2)) is None


def test_nothing_is_found_before_it_was_painted(theme):
    picture = LayersPicture(theme)
    assert picture.at(QPointF(100, 100)) is None
    assert picture.beside(None, 0, 1) is None
    shot(picture)


def test_the_pinned_neuron_has_a_frame_in_errors_and_gradient(theme):
    plain, pinned = (picture_of(theme, subject(pinned=pin)) for pin in (None, (1, 2)))
    assert not where(shot(plain), theme.colours.highlight).any()
    marks = where(shot(pinned), theme.colours.highlight)
    row = pinned.where(Spot(NEURON, 1, 2))
    image = pinned.where(Spot(PARAMETER, 1, 2, 0))
    for place in (row, image):
        assert marks[int(place.top()) - 8 : int(place.bottom()) + 60].any()
    assert not marks[:, int(row.right()) + 4 :].any()


def test_what_is_pointed_at_has_a_frame(theme):
    picture = picture_of(theme, subject())
    shot(picture)
    row = picture.where(Spot(NEURON, 1, 2))
    edge = slice(int(row.top()) - 2, int(row.top()) + 2), slice(int(row.left()), int(row.right()))
    plain, marked = (
        near(shot(picture, pointed), theme.colours.text).astype(int)[edge].sum()
        for pointed in (None, Spot(NEURON, 1, 2))
    )
    assert marked > plain + 0.8 * row.width()


@pytest.mark.parametrize(
    ("part", "errors", "gradient"),
    [(Part.BOTH, True, True), (Part.ERRORS, True, False), (Part.GRADIENT, False, True)],
)
def test_errors_and_gradient_can_be_shown_alone(theme, part, errors, gradient):
    text = said(picture_of(theme, subject(), part))
    assert ("BP2" in text) is errors
    assert ("∂C/∂w¹" in text) is gradient


def test_errors_alone_are_larger(theme):
    both, alone = (picture_of(theme, subject(sizes=(6, 30, 3)), part) for part in (Part.BOTH, Part.ERRORS))
    shot(both)
    shot(alone)
    assert alone.where(Spot(NEURON, 1, 0)).height() > both.where(Spot(NEURON, 1, 0)).height()


def test_with_one_scale_all_layers_errors_reach_as_far(theme):
    found = subject()
    limits = [abs(delta).max() for delta in found.trace.delta]
    each, one = (said(picture_of(theme, found, Part.ERRORS, is_one)) for is_one in (False, True))
    small, large = (f"±{limit_text(float(limit))}" for limit in sorted(limits))
    assert small in each
    assert large in each
    assert small not in one
    assert one.count(large) == 2


def test_a_low_area_has_errors_only(theme):
    text = said(picture_of(theme, subject()), 500, 200)
    assert "∂C/∂w" not in text
    assert "Layer1" in text


def test_arrow_keys_lead_from_neuron_to_neuron(theme):
    picture = picture_of(theme, subject(label=2))
    assert picture.beside(None, 0, 1) == Spot(NEURON, 2, 2)
    assert picture.beside(Spot(NEURON, 2, 2), 0, -1) == Spot(NEURON, 2, 1)
    assert picture.beside(Spot(NEURON, 2, 2), 0, 1) == Spot(NEURON, 2, 2)
    assert picture.beside(Spot(NEURON, 2, 2), -1, 0) == Spot(NEURON, 1, 2)
    assert picture.beside(Spot(NEURON, 1, 3), 1, 0) == Spot(NEURON, 2, 2), "the output has three neurons"
    assert picture.beside(Spot(PIXEL, index=3), 0, 1) == Spot(NEURON, 2, 2)


@pytest.mark.parametrize("size", [(284, 150), (320, 220), (620, 380), (1200, 740)])
@pytest.mark.parametrize("sizes", [(6, 3), (6, 4, 3), (6, 100, 3), (6, 4, 4, 4, 4, 20), (6, 1, 1)])
def test_no_text_runs_into_another(theme, size, sizes):
    label = min(1, sizes[-1] - 1)
    picture = picture_of(theme, subject(sizes=sizes, label=label))
    texts = texts_of(lambda p: picture.paint(p, QRectF(0, 0, *size)), *size)
    assert overlapping(texts) == []


@pytest.mark.parametrize(
    "kind", [{}, {"activation": "tanh"}, {"activation": "relu", "cost": "log-likelihood"}]
)
def test_a_network_that_has_diverged_says_so(theme, kind):
    picture = picture_of(theme, subject(network=diverged(**kind)))
    assert DIVERGED.replace(" ", "") in said(picture)
    shot(picture)


def test_another_network_can_follow(theme):
    picture = LayersPicture(theme)
    for sizes in ((6, 4, 3), (6, 3), (6, 5, 5, 3), (6, 4, 3)):
        picture.show(subject(sizes=sizes))
        shot(picture)
        assert picture.at(picture.where(Spot(NEURON, len(sizes) - 1, 2)).center()) == Spot(
            NEURON, len(sizes) - 1, 2
        )
