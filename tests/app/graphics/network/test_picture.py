import numpy as np
import pytest
from app.graphics.scenes import Record, colour_at, colours_in, network_of, painted, sample_of, scene_of
from app.small_window import no_warnings
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.choice import Neuron
from nnviz.app.graphics.network import answer as network_answer
from nnviz.app.graphics.network.picture import NetworkPicture
from nnviz.core.network import Network

AREA = QRectF(0, 0, 620, 420)


@pytest.fixture
def picture(theme):
    return NetworkPicture(theme)


def paint(picture, scene, width=620, height=420, **named):
    picture.show(scene)
    image = painted(
        picture._theme, lambda painter, area: picture.paint(painter, area, **named), width, height
    )
    return picture.layout(QRectF(0, 0, width, height)), image


def bright_and_dark():
    """Return a network of 4-2-2 neurons whose neurons 0 are fully on and whose neurons 1 are off."""
    network = network_of((4, 2, 2))
    for biases in network.biases:
        biases[...] = (50, -50)
    return network


def between(layout, source, target, layer=1, share=0.5):
    """Return a small box on the edge from a neuron to one of the next layer."""
    start, end = layout.columns[layer - 1].centre(source), layout.columns[layer].centre(target)
    middle = start + share * (end - start)
    return QRectF(middle - QPointF(3, 3), middle + QPointF(3, 3))


@pytest.mark.parametrize("name", ["dark", "light"])
def test_neurons_light_up_with_their_activation(picture, theme, name):
    theme.choose(name, colour_blind_safe=False)
    layout, image = paint(picture, scene_of(bright_and_dark(), [255, 0, 0, 0]))
    off_centre = QPointF(0, 0.6 * layout.columns[1].radius)  # beside the number in its middle
    for layer in (1, 2):
        column = layout.columns[layer]
        assert colour_at(image, column.centre(0) - off_centre) == theme.colours.activation
        assert colour_at(image, column.centre(1) - off_centre) == theme.colours.zero
    assert colour_at(image, layout.columns[0].centre(0)) == theme.colours.activation
    assert colour_at(image, layout.columns[0].centre(1)) == theme.colours.zero


def test_a_half_active_neuron_is_in_between(picture, theme):
    layout, image = paint(picture, scene_of(network_of((784, 16, 16, 10))))
    colour = colour_at(image, layout.columns[1].centre(5))
    assert colour not in (theme.colours.zero, theme.colours.activation, theme.colours.surface)


@pytest.mark.parametrize(("overlay", "role"), [("z", "positive"), ("b", "negative")])
def test_weighted_inputs_and_biases_have_the_colours_of_their_signs(picture, theme, overlay, role):
    network = network_of((4, 16, 2))
    network.biases[0][3] = -5.0
    network.weights[0][3] = (10.0, 0, 0, 0)  # z = 5
    layout, image = paint(picture, scene_of(network, [255, 0, 0, 0], overlay=overlay))
    assert colour_at(image, layout.columns[1].centre(3)) == getattr(theme.colours, role)
    assert colour_at(image, layout.columns[1].centre(4)) == theme.colours.zero


def test_negative_activations_have_the_negative_colour(picture, theme):
    network = network_of((4, 16, 2), activation="tanh")
    network.biases[0][...] = -20
    layout, image = paint(picture, scene_of(network))
    assert colour_at(image, layout.columns[1].centre(3)) == theme.colours.negative


def test_edges_have_the_colours_of_their_signs_and_none_is_drawn_for_no_weight(picture, theme):
    network = network_of((2, 2, 2))
    network.weights[0][0, 0], network.weights[0][1, 1] = 1.0, -1.0
    layout, image = paint(picture, scene_of(network))
    positive, negative = (colours_in(image, between(layout, n, n)) for n in (0, 1))
    assert any(ink(name, theme) == "positive" for name in positive)
    assert any(ink(name, theme) == "negative" for name in negative)
    assert colours_in(image, between(layout, 0, 0, layer=2)) == {theme.colours.surface}


def ink(name, theme):
    """Return whether a colour is nearer to that of positive or of negative numbers, or to the ground."""

    def distance(role):
        other = getattr(theme.colours, role)
        return sum(abs(int(name[i : i + 2], 16) - int(other[i : i + 2], 16)) for i in (1, 3, 5))

    return min(("positive", "negative", "surface"), key=distance)


def many_edges():
    """Return a network in which neuron 0 of layer 1 has a weak weight from every input, and others strong ones."""
    network = network_of((784, 8, 4))
    network.weights[0][...] = -1.0
    network.weights[0][0] = 0.3
    return network


def test_a_neuron_that_is_looked_at_has_all_its_edges_drawn(picture, theme, monkeypatch):
    bundles = painted_bundles(picture, monkeypatch, many_edges(), looked_at=(1, 0))
    into = [edges for edges in bundles[-1] if edges.layer == 1]
    assert sorted(into[0].sources.tolist()) == list(range(784))
    assert set(into[0].targets.tolist()) == {0}
    onwards = [edges for edges in bundles[-1] if edges.layer == 2]
    assert onwards[0].targets.tolist() == [0, 1, 2, 3]


def painted_bundles(picture, monkeypatch, network, pinned=None, **named):
    """Return which bundles of edges are painted, one list for each set of pens."""
    from nnviz.app.graphics.network.edges import EdgePens

    kept, paint_edges = [], EdgePens.paint

    def keep(pens, painter, layout, bundles, *given):
        kept.append(list(bundles))
        paint_edges(pens, painter, layout, bundles, *given)

    monkeypatch.setattr(EdgePens, "paint", keep)
    paint(picture, scene_of(network, pinned=pinned), **named)
    return kept


def test_an_input_that_is_looked_at_has_its_edges_to_every_neuron_of_the_next_layer(picture, monkeypatch):
    bundles = painted_bundles(picture, monkeypatch, many_edges(), looked_at=(0, 400))
    assert [(edges.layer, edges.targets.tolist()) for edges in bundles[-1]] == [(1, list(range(8)))]
    assert set(bundles[-1][0].sources.tolist()) == {400}


def test_usually_each_neuron_has_only_its_strongest_edges(picture, monkeypatch):
    bundles = painted_bundles(picture, monkeypatch, Network((784, 16, 10)))
    assert len(bundles) == 1
    into = bundles[0][0]
    assert (np.bincount(into.targets) <= 6).all()
    assert set(into.targets.tolist()) == set(range(16))


def test_a_pinned_neuron_has_its_edges_emphasised_and_the_others_dimmed(picture, theme):
    network = network_of((2, 2, 2))
    network.weights[0][0, 0], network.weights[0][1, 1] = 1.0, -1.0
    _, plain = paint(picture, scene_of(network))
    layout, pinned = paint(picture, scene_of(network, pinned=Neuron(1, 0)))
    for n, role in ((0, "positive"), (1, "negative")):
        inks = {ink(name, theme) for name in colours_in(plain, between(layout, n, n))}
        assert role in inks
    assert "positive" in {ink(name, theme) for name in colours_in(pinned, between(layout, 0, 0))}
    assert "negative" not in {ink(name, theme) for name in colours_in(pinned, between(layout, 1, 1))}


def test_a_pinned_neuron_is_ringed_in_the_highlight_colour(picture, theme):
    network = bright_and_dark()
    for pinned, expected in ((None, False), (Neuron(1, 1), True)):
        layout, image = paint(picture, scene_of(network, pinned=pinned))
        circle = layout.circle(1, 1)
        rim = QRectF(circle.center().x() - 1, circle.top() - 2, 2, 4)
        assert (theme.colours.highlight in colours_in(image, rim)) is expected


def test_an_input_that_is_looked_at_is_marked_in_the_image(picture, theme):
    scene = scene_of(network_of((784, 8, 4)), [0] * 784, shape=(28, 28))
    layout, image = paint(picture, scene, looked_at=(0, 300))
    assert theme.colours.highlight in colours_in(image, layout.pixel(300).adjusted(-3, -3, 3, 3))
    _, other = paint(picture, scene, looked_at=(0, 500))
    assert theme.colours.highlight not in colours_in(other, layout.pixel(300).adjusted(-3, -3, 3, 3))


def numbers_in(monkeypatch, picture, scene, width, height):
    """Return the texts that are written into circles, by painting onto a painter that tells."""
    from nnviz.app.graphics.network import picture as network_picture

    texts, short_number = [], network_picture.short_number

    def keep(value, scale):
        texts.append(short_number(value, scale))
        return texts[-1]

    monkeypatch.setattr(network_picture, "short_number", keep)
    paint(picture, scene, width, height)
    return texts


def test_numbers_are_written_where_there_is_room(picture, monkeypatch):
    network = bright_and_dark()
    large = numbers_in(monkeypatch, picture, scene_of(network), 900, 700)
    assert large.count("1.00") >= 2
    assert large.count("0.00") >= 2


def test_in_a_small_picture_no_numbers_are_written(picture, monkeypatch):
    texts = numbers_in(monkeypatch, picture, scene_of(network_of((784, 16, 10))), 320, 200)
    assert "0.50" not in texts


def test_outputs_whose_numbers_stand_beside_them_have_none_inside(picture, monkeypatch):
    network = network_of((784, 16, 10))
    network.biases[1][...] = 1.5
    texts = numbers_in(monkeypatch, picture, scene_of(network, overlay="z"), 900, 500)
    assert picture.layout(QRectF(0, 0, 900, 500)).numbers is not None
    assert texts.count("+1.5") == 10


def test_the_strip_of_an_abridged_layer_lights_up_too(picture, theme):
    pixels = np.zeros(784)
    pixels[380:420] = 255
    layout, image = paint(picture, scene_of(network_of((784, 8, 4)), pixels))
    column = layout.columns[0]
    assert colour_at(image, column.centre(400)) == theme.colours.activation
    assert colour_at(image, column.centre(200)) == theme.colours.zero


# A forward pass


def lights(picture, reached):
    """Return the colour of neuron 0 of each layer at a moment of a forward pass."""
    scene = scene_of(bright_and_dark(), [255, 0, 0, 0], label=0)
    layout, image = paint(picture, scene, 500, 330, reached=reached)
    up = QPointF(0, 0.6 * layout.columns[1].radius)
    places = [layout.columns[0].centre(0)] + [layout.columns[layer].centre(0) - up for layer in (1, 2)]
    return [colour_at(image, place) for place in places]


def test_in_a_forward_pass_layers_beyond_the_present_one_are_dark(picture, theme):
    on, off = theme.colours.activation, theme.colours.zero
    assert lights(picture, 0.0) == [off, off, off]
    assert lights(picture, 1.0) == [on, off, off]
    assert lights(picture, 2.0) == [on, on, off]
    assert lights(picture, 3.0) == [on, on, on]
    assert lights(picture, None) == [on, on, on]


def test_a_layer_lights_up_bit_by_bit_after_its_edges_have_come(picture, theme):
    assert lights(picture, 1.5)[1] == theme.colours.zero
    assert lights(picture, 1.8)[1] not in (theme.colours.zero, theme.colours.activation)


def test_edges_into_the_present_layer_grow_and_are_contributions(picture, theme):
    network = network_of((2, 2, 2))
    network.weights[0][...] = ((1.0, 0), (0, 1.0))
    scene = scene_of(network, [255, 0])  # input 1 is black: its weight contributes nothing
    layout, image = paint(picture, scene, reached=1.3)
    assert colours_in(image, between(layout, 0, 0, share=0.3)) != {theme.colours.surface}
    assert colours_in(image, between(layout, 0, 0, share=0.75)) == {theme.colours.surface}
    _, image = paint(picture, scene, reached=1.6)
    strong, none = (colours_in(image, between(layout, n, n, share=0.75)) for n in (0, 1))
    assert theme.colours.positive in strong
    assert theme.colours.positive not in none


def test_in_a_forward_pass_there_are_no_edges_beyond_the_present_layer(picture, monkeypatch):
    network = Network((4, 3, 3, 2))
    for reached, layers in ((0.5, set()), (1.5, {1}), (2.0, {1}), (2.1, {1, 2}), (4.0, {1, 2, 3})):
        bundles = painted_bundles(picture, monkeypatch, network, reached=reached)
        assert {edges.layer for pens in bundles for edges in pens} == layers


def test_the_answer_comes_at_the_end(picture, monkeypatch):
    record = Record(network_answer.write)
    monkeypatch.setattr(network_answer, "write", record)
    scene = scene_of(bright_and_dark(), label=0)
    paint(picture, scene, reached=2.9)
    assert record.texts == []
    paint(picture, scene, reached=3.0)
    assert record.texts == ["says 0", "label 0 ✓"]


# Whatever there is to paint


KINDS = [
    ((784, 10), {}),
    ((784, 16, 16, 10), {}),
    ((784, 100, 10), {}),
    ((784, 1000, 10), {}),
    ((784, 5, 5, 5, 5, 2), {}),
    ((784, 16, 20), {}),
    ((784, 3, 1), {}),
    ((784, 12, 10), {"activation": "relu"}),
    ((784, 12, 10), {"activation": "tanh", "cost": "log-likelihood"}),
    ((784, 12, 10), {"activation": "step"}),
]


@pytest.mark.parametrize(("sizes", "kinds"), KINDS, ids=str)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("bad", [None, np.nan, np.inf, -np.inf, 3e38])
def test_every_network_can_be_painted_even_after_a_divergence(picture, sizes, kinds, bad):
    network = Network(sizes, **kinds)
    if bad is not None:
        network.theta[::7] = bad
    pixels = np.arange(784) % 256
    with no_warnings():
        for overlay in "azb":
            scene = scene_of(network, pixels, 3, (28, 28), Neuron(1, 0), overlay)
            for size in ((620, 420), (90, 50)):
                paint(picture, scene, *size)
        paint(picture, scene, looked_at=(0, 5))
        paint(picture, scene, looked_at=(len(sizes) - 1, 0))
        paint(picture, scene, reached=1.7)


def test_all_parameters_no_number_is_painted_too(picture):
    network = network_of((784, 16, 10), np.nan)
    paint(picture, scene_of(network, label=2, pinned=Neuron(1, 3)), looked_at=(1, 4))


def test_a_sample_that_does_not_fit_leaves_the_network_to_be_seen(picture, theme):
    network = network_of((4, 16, 2))
    network.weights[0][0, 0] = 1.0
    layout, image = paint(picture, scene_of(network, [1, 2, 3], shape=(1, 3)))
    assert layout.image is None
    assert colours_in(image, between(layout, 0, 0)) != {theme.colours.surface}
    assert colour_at(image, layout.columns[1].centre(0)) == theme.colours.zero
    paint(picture, scene_of(network, [1, 2, 3]), reached=1.5)


def test_without_a_sample_there_is_still_a_network(picture):
    from nnviz.app.graphics.network.values import Scene

    paint(picture, Scene(network_of((4, 3, 2)), None, None, None))


def test_without_a_scene_nothing_is_painted(picture, theme):
    image = painted(theme, picture.paint)
    assert colours_in(image, AREA) == {theme.colours.surface}
    assert picture.layout(AREA) is None


def test_the_layout_is_kept_as_long_as_it_is_the_same(picture, theme):
    network = network_of((784, 16, 10))
    layout, _ = paint(picture, scene_of(network))
    again, _ = paint(picture, scene_of(network))
    assert again is layout
    other, _ = paint(picture, scene_of(network), 900, 500)
    assert other is not layout
    theme.choose_text_scale(1.5)
    larger, _ = paint(picture, scene_of(network), 900, 500)
    assert larger is not other
    theme.choose_text_scale(1.0)


def test_colours_follow_the_theme(picture, theme):
    scene = scene_of(bright_and_dark(), [255, 0, 0, 0])
    paint(picture, scene)
    theme.choose("light", colour_blind_safe=False)
    layout, image = paint(picture, scene)
    assert colour_at(image, layout.columns[0].centre(0)) == theme.colours.activation == "#000000"


def test_another_sample_is_painted_in_the_old_ones_place(picture, theme):
    network = network_of((784, 8, 4))
    black, white = np.zeros(784), np.full(784, 255)
    for pixels, role in ((black, "zero"), (white, "activation"), (black, "zero")):
        layout, image = paint(picture, scene_of(network, pixels, shape=(28, 28)))
        assert colour_at(image, layout.image.center()) == getattr(theme.colours, role)
    assert sample_of(black).name == "test image 7"
