from itertools import combinations

import numpy as np
import pytest
from app.painted import colours_in, overlapping, picture_of, strings, texts_of
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from nnviz.app.graphics.neuron.picture import CURVE, INPUT, ROW, NeuronPicture, Place
from nnviz.core.network import Network
from nnviz.core.response import respond

TINY, SMALL, MIDDLE, FIGURE, WIDE, TALL = (
    (300, 160),
    (320, 182),
    (600, 380),
    (960, 640),
    (1200, 762),
    (380, 860),
)
SIZES = [TINY, SMALL, MIDDLE, FIGURE, WIDE, TALL, (820, 300), (1900, 1000), (460, 380)]
HEADINGS = [
    "Neuron 2 of layer 1 sees test image 3, labelled 0",
    "Neuron 2 of layer 1: test image 3",
    "Neuron 2",
]
STRUCTURES = [(784, 10), (784, 16, 16, 10), (784, 100, 2), (784, 30, 20, 20, 20, 20), (784, 1, 10)]


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def network_of(sizes=(784, 16, 16, 10), activation="sigmoid", cost="quadratic", seed=1):
    return Network(sizes, activation, cost, seed=seed)


def some_input(network, seed=2):
    random = np.random.default_rng(seed)
    ink = random.random(network.sizes[0]) < 0.2
    return np.where(ink, random.random(network.sizes[0]), 0).astype(np.float32)


def shown(theme, network=None, layer=1, index=0, shape=(28, 28), pinned=True, x=None):
    network = network or network_of()
    picture = NeuronPicture(theme)
    x = some_input(network) if x is None else x
    picture.show(network, respond(network, x), layer, index, shape, pinned)
    return picture


def painter_of(picture, size, pointed=None):
    return lambda painter: picture.paint(painter, QRectF(0, 0, *size), HEADINGS, pointed)


def texts(picture, size, pointed=None):
    return texts_of(painter_of(picture, size, pointed), *size)


def parts(layout):
    named = ("heading", "products", "total", "contributions", "curve", "matrix")
    return {name: getattr(layout, name) for name in named if getattr(layout, name) is not None}


# The layout


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("size", SIZES)
def test_parts_lie_in_the_area_apart_from_each_other(sized, size, layer, scale):
    sized.choose_text_scale(scale)
    picture = shown(sized, layer=layer)
    picture_of(painter_of(picture, size), *size)
    found = parts(picture.layout)
    whole = QRectF(0, 0, *size)
    for name, part in found.items():
        assert whole.adjusted(-1, -1, 1, 1).contains(part), name
        assert part.width() > 40, name
        assert part.height() > 15, name
    for (one, first), (other, second) in combinations(found.items(), 2):
        assert not first.adjusted(1, 1, -1, -1).intersects(second), (one, other)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("size", [SMALL, MIDDLE, WIDE, TALL])
def test_no_text_is_cut_or_runs_into_another(sized, size, structure, scale):
    sized.choose_text_scale(scale)
    network = network_of(structure)
    whole = QRectF(0, 0, *size)
    for layer in {1, len(structure) - 1}:
        found = texts(shown(sized, network, layer), size)
        assert overlapping(found) == []
        for text in found:
            assert whole.adjusted(-1, -2, 1, 2).contains(text.where), text
            assert "…" not in text.text or size == SMALL or scale > 1, text


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (TINY, {"products", "total"}),
        (SMALL, {"heading", "products", "total"}),
        (MIDDLE, {"heading", "products", "total", "contributions", "curve"}),
        (FIGURE, {"heading", "products", "total", "contributions", "curve"}),
        (WIDE, {"heading", "products", "total", "contributions", "curve", "matrix"}),
        (TALL, {"heading", "products", "total", "contributions", "curve", "matrix"}),
    ],
)
def test_the_less_there_is_room_the_more_is_left_out(theme, size, expected):
    for layer in (1, 2):
        picture = shown(theme, layer=layer)
        picture_of(painter_of(picture, size), *size)
        assert set(parts(picture.layout)) == expected


def test_images_are_large_where_there_is_room(theme):
    for size, least in ((SMALL, 60), (MIDDLE, 130), (FIGURE, 220), (WIDE, 300)):
        picture = shown(theme)
        picture_of(painter_of(picture, size), *size)
        assert picture.where(Place(INPUT, 0)).width() * 28 >= least


def test_text_can_be_read_from_afar(theme):
    for size, least in ((MIDDLE, 17), (WIDE, 20)):
        heights = {text.text: text.where.height() for text in texts(shown(theme), size)}
        contribution = next(text for text in heights if text.startswith("pixel "))
        assert heights[contribution] >= least


@pytest.mark.parametrize("size", SIZES)
def test_it_is_laid_out_in_any_corner_of_a_device(theme, size):
    picture = shown(theme)
    area = QRectF(70, 40, *size)
    found = texts_of(lambda painter: picture.paint(painter, area, HEADINGS), size[0] + 140, size[1] + 80)
    assert all(area.adjusted(-1, -2, 1, 2).contains(text.where) for text in found)
    where = picture.where(Place(INPUT, 40))
    assert area.contains(where)
    assert picture.at(where.center()) == Place(INPUT, 40)


# What it shows


def test_an_image_where_the_inputs_are_pixels_and_bars_where_they_are_neurons(theme):
    assert "pixels a" in strings(texts(shown(theme, layer=1), MIDDLE))
    for layer in (2, 3):
        found = strings(texts(shown(theme, layer=layer), MIDDLE))
        assert "activations a" in found
        assert f"neuron of layer {layer - 1}" in found


@pytest.mark.parametrize("shape", [None, (4, 4), (28, 27)])
def test_inputs_that_are_no_image_are_shown_as_bars(theme, shape):
    found = strings(texts(shown(theme, shape=shape), MIDDLE))
    assert "activations a" in found
    assert "input" in found


def test_the_sum_and_the_contributions_are_those_of_the_neuron(theme):
    network = network_of((4, 2, 2))
    network.theta[...] = 0
    network.weights[0][1] = [3.0, -2.0, 0.5, 0.0]
    network.biases[0][1] = -0.75
    picture = shown(theme, network, 1, 1, (2, 2), x=np.array([1, 0.5, 0.5, 1], np.float32))
    found = strings(texts(picture, MIDDLE))
    for text in ("2.25", "−", "0.75", "=", "1.50", "0.8176"):
        assert text in found
    for text in (
        "pixel (0, 0)",
        "3.00 · 1.00 =",
        "3.00",
        "pixel (0, 1)",
        "−2.00 · 0.50 =",
        "−1.00",
        "pixel (1, 0)",
    ):
        assert text in found
    assert "pixel (1, 1)" not in found, "it adds nothing"


@pytest.mark.parametrize(("pinned", "role"), [(True, "highlight"), (False, "text")])
def test_the_heading_of_a_pinned_neuron_is_highlighted(theme, pinned, role):
    picture = shown(theme, pinned=pinned)
    image = picture_of(painter_of(picture, MIDDLE), *MIDDLE)
    assert getattr(theme.colours, role) in colours_in(image, picture.layout.heading)


@pytest.mark.parametrize("size", [MIDDLE, FIGURE, WIDE, TALL])
@pytest.mark.parametrize("layer", [1, 2])
def test_the_slope_is_written_beside_the_curve(theme, size, layer):
    assert any(text.startswith("slope ") for text in strings(texts(shown(theme, layer=layer), size)))


def test_the_longest_heading_that_fits_is_written(theme):
    picture = shown(theme)
    assert strings(texts(picture, MIDDLE)).count(HEADINGS[0]) == 1
    assert strings(texts(picture, SMALL)).count(HEADINGS[1]) == 1


def test_another_neuron_sample_or_network_shows_other_numbers(theme):
    picture = NeuronPicture(theme)
    network = network_of()
    seen = set()
    for made, x, layer, index in (
        (network, 1, 1, 0),
        (network, 1, 1, 1),
        (network, 2, 1, 1),
        (network, 1, 2, 1),
        (network_of(seed=5), 1, 2, 1),
        (network_of((784, 10)), 1, 1, 1),
    ):
        picture.show(made, respond(made, some_input(made, x)), layer, index, (28, 28), True)
        seen.add(tuple(strings(texts(picture, WIDE))))
    assert len(seen) == 6


def test_a_neuron_shown_again_after_one_that_nobody_saw_is_laid_out_again(theme):
    network = network_of()
    response = respond(network, some_input(network))
    picture = NeuronPicture(theme)
    for layers in ((1,), (2, 1), (3, 2, 1)):
        for layer in layers:
            picture.show(network, response, layer, 0, (28, 28), True)
        assert "pixels a" in strings(texts(picture, MIDDLE))


def test_a_theme_in_other_colours_is_taken_up_with_the_next_numbers(theme):
    network = network_of()
    response = respond(network, some_input(network))
    picture = NeuronPicture(theme)
    for name in ("dark", "light", "dark"):
        theme.choose(name, False)
        picture.show(network, response, 1, 3, (28, 28), True)
        image = picture_of(painter_of(picture, MIDDLE), *MIDDLE)
        again = shown(theme, network, 1, 3)
        assert image == picture_of(painter_of(again, MIDDLE), *MIDDLE)


def test_the_same_numbers_give_the_same_picture(theme):
    images = [picture_of(painter_of(shown(theme), WIDE), *WIDE) for _ in range(2)]
    assert images[0] == images[1]


def test_on_a_widget_what_stands_still_is_painted_once_and_looks_the_same(qtbot, theme, monkeypatch):
    picture = shown(theme)
    drawn = []
    still = picture._paint_still
    monkeypatch.setattr(
        picture, "_paint_still", lambda painter, area: (drawn.append(area), still(painter, area))
    )
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(*MIDDLE)

    def paint_event(event):
        with QPainter(widget) as painter:
            painter.fillRect(widget.rect(), theme.colour("surface"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            picture.paint(painter, QRectF(widget.rect()), HEADINGS)

    widget.paintEvent = paint_event
    network = network_of()
    for seed in (2, 3, 4):
        picture.show(network, respond(network, some_input(network, seed)), 1, seed, (28, 28), True)
        grabbed = QPixmap(widget.size())
        widget.render(grabbed)
    assert len(drawn) == 1


# Pointing


@pytest.mark.parametrize("layer", [1, 2])
def test_an_input_is_found_where_it_is_and_in_the_list(theme, layer):
    picture = shown(theme, layer=layer)
    for text in texts(picture, MIDDLE):
        if (
            text.text.startswith(("pixel (", "neuron "))
            and text.text[-1] in ")0123456789"
            and "of" not in text.text
        ):
            place = picture.at(text.where.center())
            assert place.kind == INPUT
            assert picture.name_of(place.index) == text.text
    for k in (0, 7, 15):
        assert picture.at(picture.where(Place(INPUT, k)).center()) == Place(INPUT, k)


def test_the_curve_and_the_rows_of_the_matrix_are_found(theme):
    picture = shown(theme)
    picture_of(painter_of(picture, WIDE), *WIDE)
    assert picture.at(picture.where(Place(CURVE)).center()) == Place(CURVE)
    for row in range(16):
        assert picture.at(picture.where(Place(ROW, row)).center()) == Place(ROW, row)
    assert picture.at(QPointF(1, 1)) is None


def test_before_it_is_painted_nothing_is_found(theme):
    assert shown(theme).at(QPointF(100, 100)) is None
    picture = NeuronPicture(theme)
    assert picture.at(QPointF(100, 100)) is None
    assert picture.tell(Place(INPUT, 0)) == []
    assert picture.input_beside(None, 0, 1) == 0
    picture_of(painter_of(picture, MIDDLE), *MIDDLE)


def test_a_place_tells_its_exact_numbers(theme):
    network = network_of()
    x = some_input(network)
    response = respond(network, x)
    picture = shown(theme, network, 2, 5, x=x)
    w, a = network.weights[1][5, 3], response.a[0][3]

    def exact(value):
        return f"{value:.4f}".replace("-", "−")

    assert picture.tell(Place(INPUT, 3)) == [
        "neuron 3",
        f"w = {exact(w)}",
        f"a = {exact(a)}",
        f"w a = {exact(w * a)}",
    ]
    assert picture.tell(Place(ROW, 8)) == [
        "neuron 8",
        f"b = {exact(network.biases[1][8])}",
        f"z = {exact(response.z[1][8])}",
        f"a = {exact(response.a[1][8])}",
    ]
    told = picture.tell(Place(CURVE))
    assert told[:2] == [f"z = {exact(response.z[1][5])}", f"a = {exact(response.a[1][5])}"]
    assert told[2].startswith("slope = 0.")
    assert picture.tell(Place(INPUT, 16)) == []
    assert picture.tell(Place(ROW, 16)) == []


def test_inputs_are_called_what_they_are(theme):
    assert shown(theme).name_of(28 * 12 + 9) == "pixel (12, 9)"
    assert shown(theme, layer=2).name_of(5) == "neuron 5"
    assert shown(theme, shape=None).name_of(5) == "input 5"


def test_from_nowhere_the_keys_lead_to_the_largest_contribution_and_from_there_one_by_one(theme):
    picture = shown(theme)
    first = picture.input_beside(None, 0, 1)
    assert abs(picture.neuron.contributed[first]) == abs(picture.neuron.contributed).max()
    assert picture.input_beside(0, 0, 1) == 1
    assert picture.input_beside(0, 1, 0) == 28
    assert picture.input_beside(29, -1, -1) == 0
    assert picture.input_beside(0, -1, 0) == picture.input_beside(0, 0, -1) == 0
    assert picture.input_beside(27, 0, 1) == 27, "the end of a row is not the beginning of the next"
    assert picture.input_beside(783, 1, 1) == 783
    bars = shown(theme, layer=2)
    assert bars.input_beside(3, 0, 1) == 4
    assert bars.input_beside(3, 1, 0) == 3
    assert bars.input_beside(15, 0, 1) == 15


def test_what_is_pointed_at_is_marked_and_nothing_else_changes(theme):
    picture = shown(theme)
    plain = picture_of(painter_of(picture, MIDDLE), *MIDDLE)
    marked = picture_of(painter_of(picture, MIDDLE, Place(INPUT, 300)), *MIDDLE)
    near = picture.where(Place(INPUT, 300)).adjusted(-3, -3, 3, 3)
    assert theme.colours.highlight in colours_in(marked, near)
    assert theme.colours.highlight not in colours_in(plain, near)
    assert picture_of(painter_of(picture, MIDDLE, Place(CURVE)), *MIDDLE) == plain


# Networks of every kind, and what is no number


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("cost", ["quadratic", "cross-entropy", "log-likelihood"])
@pytest.mark.parametrize("size", [MIDDLE, WIDE])
def test_neurons_of_every_function_are_shown(theme, size, activation, cost):
    network = network_of((784, 30, 20, 10), activation, cost)
    for layer in (2, 3):
        found = texts(shown(theme, network, layer, 1), size)
        assert overlapping(found) == []
        if size == WIDE:
            word = {"sigmoid": "σ", "tanh": "tanh", "relu": "ReLU"}[activation]
            word = ("softmax" if cost == "log-likelihood" else "σ") if layer == 3 else word
            assert word in strings(found)


def test_a_network_of_steps_is_shown(theme):
    network = network_of((784, 5, 3), "step")
    said = " ".join(strings(texts(shown(theme, network), WIDE)))
    assert "gradient descent has nothing to go by" in said


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30, -3e38, 0.0])
@pytest.mark.parametrize("layer", [1, 2, 3])
def test_parameters_gone_astray_are_shown_without_a_warning(theme, value, layer):
    network = network_of()
    network.theta[...] = value
    for size in (SMALL, MIDDLE, WIDE):
        found = texts(shown(theme, network, layer), size)
        assert overlapping(found) == []


def test_a_network_that_diverged_says_so(theme):
    network = network_of()
    network.theta[...] = np.nan
    said = "".join(strings(texts(shown(theme, network), WIDE)))
    assert "NaN" in said
    assert "training has diverged" in said


@pytest.mark.parametrize("outputs", [2, 20])
def test_any_number_of_outputs_is_shown(theme, outputs):
    network = network_of((784, 12, outputs))
    picture = shown(theme, network, 2, outputs - 1)
    found = texts(picture, WIDE)
    assert overlapping(found) == []
    assert f"{outputs} × 12" in strings(found)


def test_an_area_with_no_room_at_all_is_no_error(theme):
    for size in ((1, 1), (40, 20), (80, 60), (2000, 30), (30, 2000)):
        for layer in (1, 2):
            picture_of(painter_of(shown(theme, layer=layer), size), *size)
