import pytest
from app.graphics.scenes import Record, colour_at, colours_in, network_of, painted, scene_of
from PySide6.QtCore import QRectF

from nnviz.app.graphics.network import frame as network_frame
from nnviz.app.graphics.network.frame import digit_points, measure, paint_frame
from nnviz.app.graphics.network.layout import lay_out_network
from nnviz.app.graphics.network.values import Palette
from nnviz.app.graphics.text import text_width


@pytest.fixture
def written(monkeypatch):
    record = Record(network_frame.write)
    monkeypatch.setattr(network_frame, "write", record)
    return record


def paint(theme, scene, width=620, height=420, edges_are="weight", room=None):
    sizes = scene.network.sizes
    layout = lay_out_network(sizes, QRectF(0, 0, width, height), scene.image_shape, measure(theme, sizes))
    palettes = {signed: Palette(theme, signed) for signed in (False, True)}
    if room is None:
        room = layout.foot.width() if layout.foot is not None else 0
    image = painted(
        theme,
        lambda painter, _: paint_frame(painter, theme, layout, scene, palettes, edges_are, room),
        width,
        height,
    )
    return layout, image


def heads(written, layout):
    """Return the words above each layer."""
    return [[text for text, area in written.calls if area == head and text] for head in layout.heads]


def mnist_scene(sizes=(784, 16, 10), **named):
    pixels = [0] * 784
    pixels[28 * 3 + 5] = 255
    return scene_of(network_of(sizes), pixels, shape=(28, 28), **named)


def test_every_layer_is_named_with_its_size(theme, written):
    layout, _ = paint(theme, mnist_scene())
    assert heads(written, layout) == [
        ["input", "784 pixels"],
        ["hidden layer", "16 neurons"],
        ["output", "10 neurons"],
    ]


def test_several_hidden_layers_are_numbered(theme, written):
    layout, _ = paint(theme, mnist_scene((784, 16, 1, 10)), 900)
    assert heads(written, layout)[1:3] == [["hidden layer 1", "16 neurons"], ["hidden layer 2", "1 neuron"]]


@pytest.mark.parametrize("size", [(620, 420), (420, 330), (320, 220), (300, 180)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("sizes", [(784, 10), (784, 100, 100, 100, 100, 10), (784, 1000, 10)])
def test_no_word_is_cut_however_little_room_there_is(theme, monkeypatch, size, scale, sizes):
    theme.choose_text_scale(scale)
    cut = []

    def write(painter, theme, area, text, align=None, points=10, role="text", strong=False, wrap=False):
        if text_width(theme, text, points, strong) > area.width() + 0.5:
            cut.append(text)

    monkeypatch.setattr(network_frame, "write", write)
    paint(theme, mnist_scene(sizes), *size)
    theme.choose_text_scale(1.0)
    assert cut == []


def test_inputs_that_are_no_image_are_called_inputs(theme, written):
    layout, _ = paint(theme, scene_of(network_of((784, 16, 10))))
    assert layout.image is None
    assert heads(written, layout)[0] == ["input", "784 inputs"]


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_input_is_painted_as_its_image(theme, written, name):
    theme.choose(name, colour_blind_safe=False)
    layout, image = paint(theme, mnist_scene())
    assert colour_at(image, layout.pixel(28 * 3 + 5).center()) == theme.colours.activation
    for other in (0, 28 * 3 + 4, 28 * 5 + 3, 783):
        assert colour_at(image, layout.pixel(other).center()) == theme.colours.zero
    assert "test image 7" in written.texts


def test_a_brace_bears_the_number_of_inputs(theme, written):
    layout, image = paint(theme, mnist_scene())
    assert [text for text, area in written.calls if area == layout.count] == ["784"]
    assert len(colours_in(image, layout.brace)) > 1


def test_output_neurons_bear_their_digits(theme, written):
    layout, _ = paint(theme, mnist_scene())
    column = layout.columns[-1]
    places = {
        text: area.center().y() for text, area in written.calls if area.width() == layout.digits.width()
    }
    assert places == {str(digit): pytest.approx(column.y[digit]) for digit in range(10)}


def test_digits_that_would_touch_become_smaller_and_then_fewer(theme, written):
    layout, _ = paint(theme, mnist_scene((784, 16, 10)), 320, 220)
    assert digit_points(theme, layout) < 12
    written.calls.clear()
    layout, _ = paint(theme, mnist_scene((784, 16, 20)), 320, 150)
    digits = [text for text, area in written.calls if area.width() == layout.digits.width()]
    assert digits[0] == "0"
    assert 4 <= len(digits) < 20


@pytest.mark.parametrize(
    ("overlay", "texts"),
    [
        ("a", ["activation", "0", "1"]),
        ("z", ["weighted input", "−5", "5"]),
        ("b", ["bias", "−5", "5"]),
    ],
)
def test_the_legend_says_what_colours_mean(theme, written, overlay, texts):
    network = network_of((6, 3, 4))
    network.biases[0][0] = 3.0
    layout, image = paint(theme, scene_of(network, overlay=overlay))
    legend = [text for text, area in written.calls if area.top() == layout.foot.top()]
    assert legend == [*texts, "weight > 0", "weight < 0"]
    colours = colours_in(image, layout.foot)
    assert {theme.colours.positive, theme.colours.negative} <= colours


def test_where_hidden_and_output_neurons_have_other_scales_both_are_shown(theme, written):
    layout, _ = paint(theme, scene_of(network_of((6, 3, 4), activation="tanh")))
    legend = [text for text, area in written.calls if area.top() == layout.foot.top()]
    assert legend[:6] == ["hidden", "−1", "1", "output", "0", "1"]


def test_the_legend_takes_no_more_room_than_it_is_given(theme, written):
    layout, _ = paint(theme, mnist_scene(), room=180)
    legend = [(text, area) for text, area in written.calls if area.top() == layout.foot.top()]
    assert [text for text, _ in legend] == ["activation", "0", "1"]
    assert all(area.right() <= layout.foot.left() + 181 for _, area in legend)
    written.calls.clear()
    paint(theme, mnist_scene(), room=20)
    assert "activation" not in written.texts
