import numpy as np
import pytest
from app.graphics.scenes import colours_in, painted
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.network.edges import (
    FEWEST,
    EdgePens,
    Edges,
    edge_at,
    edges_from,
    edges_into,
    shares_of,
    strongest_edges,
)
from nnviz.app.graphics.network.layout import Measures, lay_out_network

AREA = QRectF(0, 0, 620, 420)


@pytest.fixture
def layout():
    return lay_out_network((2, 2, 2), AREA, None, Measures(16, 38, 28, 36))


def pairs(edges):
    return set(zip(edges.sources.tolist(), edges.targets.tolist(), strict=True))


def test_of_a_small_layer_all_edges_are_drawn():
    weights = np.arange(1.0, 257).reshape(16, 16)
    edges = strongest_edges(2, weights, np.arange(16))
    assert pairs(edges) == {(k, j) for j in range(16) for k in range(16)}
    assert edges.layer == 2


def test_each_edge_has_the_share_of_its_own_weight():
    weights = np.random.default_rng(1).standard_normal((5, 90))
    targets = np.array([0, 2, 4, 6, 8])
    edges = strongest_edges(1, weights, targets)
    limit = np.abs(weights).max()
    for source, target, share in zip(edges.sources, edges.targets, edges.shares, strict=True):
        assert share == pytest.approx(weights[target // 2, source] / limit)
    assert np.abs(edges.shares).max() == 1


def test_of_a_large_layer_only_the_strongest_into_each_neuron_are_drawn():
    weights = np.random.default_rng(1).standard_normal((100, 784))
    edges = strongest_edges(1, weights, np.arange(100), is_abridged=True)
    counts = np.bincount(edges.targets)
    assert (counts == counts[0]).all()
    assert FEWEST <= counts[0] <= 6
    for target in (0, 57):
        drawn = edges.sources[edges.targets == target]
        others = np.delete(np.abs(weights[target]), drawn)
        assert np.abs(weights[target, drawn]).min() >= others.max()


def test_all_edges_into_a_neuron_are_drawn_or_its_strongest():
    weights = np.array([1.0, -4.0, 2.0])
    edges = edges_into(1, weights, 5, 4.0)
    assert pairs(edges) == {(0, 5), (1, 5), (2, 5)}
    assert edges.shares.tolist() == [0.25, -1, 0.5]
    assert pairs(edges_into(1, weights, 5, 4.0, count=2)) == {(1, 5), (2, 5)}


def test_all_edges_from_a_neuron_are_drawn():
    edges = edges_from(2, np.array([1.0, -2.0]), 7, np.array([0, 3]), 2.0)
    assert pairs(edges) == {(7, 0), (7, 3)}
    assert edges.shares.tolist() == [0.5, -1]


def test_shares_are_numbers_whatever_the_weights_are():
    weights = np.array([np.nan, np.inf, -np.inf, 1.0])
    assert shares_of(weights, 2.0).tolist() == [0, 1, -1, 0.5]
    assert shares_of(weights, 0.0).tolist() == [0, 0, 0, 0]


def draw(theme, layout, edges, faintest=0.2, grown=1.0):
    pens = EdgePens(theme, 1.0, faintest, 1.0, (1.0, 3.0))
    return painted(theme, lambda painter, _: pens.paint(painter, layout, edges, grown))


def around(layout, share):
    """Return a small box on the way from neuron 0 of layer 0 to neuron 0 of layer 1, which is a level line."""
    start, end = layout.columns[0].centre(0), layout.columns[1].centre(0)
    middle = start + share * (end - start)
    return QRectF(middle - QPointF(1, 4), middle + QPointF(1, 4))


def one(share):
    return [Edges(1, np.array([0]), np.array([0]), np.array([share]))]


@pytest.mark.parametrize(("share", "role"), [(1.0, "positive"), (-1.0, "negative")])
def test_the_strongest_edges_have_the_colours_of_their_signs(theme, layout, share, role):
    image = draw(theme, layout, one(share))
    assert getattr(theme.colours, role) in colours_in(image, around(layout, 0.5))


def painted_pixels(theme, image, box):
    ground = theme.colours.surface
    area = box.toRect()
    return sum(
        image.pixelColor(x, y).name() != ground
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    )


def test_a_weaker_edge_is_thinner_and_fainter(theme, layout):
    strong, weak = draw(theme, layout, one(1.0)), draw(theme, layout, one(0.2))
    box = around(layout, 0.5)
    assert painted_pixels(theme, strong, box) > painted_pixels(theme, weak, box) > 0
    assert theme.colours.positive not in colours_in(weak, box)


def test_an_edge_of_hardly_any_strength_is_drawn_only_where_all_are_wanted(theme, layout):
    box = around(layout, 0.5)
    assert painted_pixels(theme, draw(theme, layout, one(0.01), faintest=0.0), box) == 0
    assert painted_pixels(theme, draw(theme, layout, one(0.01), faintest=0.2), box) > 0


def test_a_growing_edge_has_come_as_far_as_it_has(theme, layout):
    image = draw(theme, layout, one(1.0), grown=0.5)
    assert painted_pixels(theme, image, around(layout, 0.4)) > 0
    assert painted_pixels(theme, image, around(layout, 0.6)) == 0
    assert painted_pixels(theme, draw(theme, layout, one(1.0), grown=0.0), around(layout, 0.1)) == 0


def test_strong_edges_lie_above_weak_ones(theme, layout):
    both = Edges(1, np.array([0, 0]), np.array([0, 0]), np.array([-1.0, 0.2]))
    assert theme.colours.negative in colours_in(draw(theme, layout, [both]), around(layout, 0.5))


def test_edges_of_all_layers_are_drawn(theme, layout):
    bundles = [Edges(layer, np.array([1]), np.array([1]), np.array([1.0])) for layer in (1, 2)]
    image = draw(theme, layout, bundles)
    for layer in (1, 2):
        start, end = layout.columns[layer - 1].centre(1), layout.columns[layer].centre(1)
        middle = (start + end) / 2
        box = QRectF(middle - QPointF(1, 4), middle + QPointF(1, 4))
        assert theme.colours.positive in colours_in(image, box)


def one_edge(layer=1, source=0, target=1, share=1.0):
    return Edges(layer, np.array([source]), np.array([target]), np.array([share]))


def test_an_edge_that_comes_from_the_right_begins_at_its_target(theme, layout):
    pens = EdgePens(theme, 1.0, 0.2, 1.0, (2, 2))
    start, end = layout.columns[0].centre(0), layout.columns[1].centre(0)

    def half(from_right):
        return painted(
            theme, lambda painter, _: pens.paint(painter, layout, [one_edge(target=0)], 0.5, from_right)
        )

    def is_there(image, share):
        place = start + (end - start) * share
        box = QRectF(place - QPointF(2, 2), place + QPointF(2, 2))
        return theme.colours.positive in colours_in(image, box)

    assert [is_there(half(False), share) for share in (0.25, 0.75)] == [True, False]
    assert [is_there(half(True), share) for share in (0.25, 0.75)] == [False, True]


def test_the_edge_under_a_point_is_found_and_of_several_the_strongest(layout):
    weak, strong = one_edge(share=-0.4), one_edge(source=1, target=0, share=0.9)
    start, end = layout.columns[0].centre(0), layout.columns[1].centre(1)
    assert edge_at(layout, [weak], start + (end - start) * 0.3) == (1, 1, 0)
    assert edge_at(layout, [weak], start + (end - start) * 0.3 + QPointF(0, 12)) is None
    middle = (layout.columns[0].box.center() + layout.columns[1].box.center()) / 2  # where the two cross
    assert edge_at(layout, [weak, strong], middle) == (1, 0, 1)


def test_beyond_its_ends_an_edge_is_not_found_and_neither_is_one_too_faint_to_be_seen(layout):
    start, end = layout.columns[0].centre(0), layout.columns[1].centre(1)
    assert edge_at(layout, [one_edge()], start + (end - start) * 1.2) is None
    assert edge_at(layout, [one_edge(share=0.01)], start + (end - start) * 0.5) is None
    assert edge_at(layout, [], start) is None
    empty = Edges(1, np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0))
    assert edge_at(layout, [empty], start) is None


def test_an_edge_of_nought_is_not_drawn_even_where_the_faintest_are(theme, layout):
    pens = EdgePens(theme, 1.0, 0.2, 1.0, (2, 2))
    bare = painted(theme, lambda *_: None)
    assert painted(theme, lambda painter, _: pens.paint(painter, layout, [one_edge(share=0.0)])) == bare
    assert painted(theme, lambda painter, _: pens.paint(painter, layout, [one_edge(share=0.01)])) != bare
