import math

import numpy as np
import pytest
from app.hand_made import neuron_of
from app.painted import colour_at, overlapping, picture_of, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.neuron.curve import POINTS, ActivationCurve, curve_places, reach_of, verdict

SIZE = (340, 220)
FUNCTIONS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "softmax": lambda z: 1 / (1 + np.exp(2 - z)),
    "step": lambda z: 1.0 * (z > 0),
}


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def neuron_at(z, function="sigmoid", **changes):
    """Return a neuron whose weighted input is z, on a function's curve."""
    a = float(FUNCTIONS[function](z)) if math.isfinite(z) else math.nan
    h = 1e-4
    slope = float(FUNCTIONS[function](z + h) - FUNCTIONS[function](z - h)) / (2 * h)
    slope = 0.0 if function == "step" else slope
    limit = {"sigmoid": 0.025, "tanh": 0.1, "relu": 0.1}.get(function, 0.0)
    return neuron_of([0.0], [1.0], z, **{"a": a, "slope": slope, "saturated": slope < limit, **changes})


def curve_of(theme, neuron, function="sigmoid", size=SIZE, points=10):
    curve = ActivationCurve(theme, function)
    z = curve_places(function, neuron.z)
    curve.show(neuron, z, FUNCTIONS[function](z))
    curve.lay_out(QRectF(10, 10, size[0] - 20, size[1] - 20), points)
    return curve


def painter_of(curve):
    def paint(painter):
        painter.fillRect(QRectF(0, 0, 2000, 2000), curve._theme.colour("surface"))
        curve.paint_still(painter)
        curve.paint(painter)

    return paint


def painted(curve, size=SIZE):
    return picture_of(painter_of(curve), *size)


def written(curve, size=SIZE):
    return texts_of(painter_of(curve), *size)


def sentence(texts):
    """Return what is said, without what belongs to the axes and the slope."""
    words = [text for text in strings(texts) if any(letter.isalpha() for letter in text)]
    return "".join(
        text if text.endswith(" ") else f"{text} " for text in words if text not in ("a", "z", "slope")
    )


# The range


@pytest.mark.parametrize(
    ("z", "reach"),
    [
        (0, 8),
        (-3, 8),
        (7.7, 8),
        (7.8, 16),
        (-8, 16),
        (15, 16),
        (16, 32),
        (-100, 128),
        (math.nan, 8),
        (math.inf, 8),
    ],
)
def test_the_z_axis_reaches_to_the_first_doubling_that_takes_z_in(z, reach):
    assert reach_of(z) == reach


def test_a_z_beyond_all_measure_ends_somewhere():
    assert math.isfinite(reach_of(1e300))


def test_the_curve_is_drawn_through_0_and_to_both_ends():
    places = curve_places("sigmoid", 12.0)
    assert len(places) == POINTS
    assert (places[0], places[POINTS // 2], places[-1]) == (-16, 0, 16)
    step = FUNCTIONS["step"](curve_places("step", 0.0))
    rise = np.flatnonzero(np.diff(step))
    assert len(rise) == 1
    assert abs(np.diff(curve_places("step", 0.0))[rise[0]]) < 1e-6, "the step is not upright"


# The point and the curve


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("z", [-6.0, -1.0, 0.5, 3.0, 40.0])
def test_the_point_is_on_the_curve(theme, function, z):
    curve = curve_of(theme, neuron_at(z, function), function)
    picture, box = painted(curve), curve.box
    reach = reach_of(z)
    low, high = {"tanh": (-1, 1), "relu": (0, reach)}.get(function, (0, 1))
    across = box.left() + (z + reach) / (2 * reach) * box.width()
    down = box.bottom() - (float(FUNCTIONS[function](z)) - low) / (high - low) * box.height()
    assert colour_at(picture, QPointF(across, down)) == theme.colours.highlight
    assert colour_at(picture, QPointF(across + 3, down)) == theme.colours.highlight


def test_the_curve_is_drawn_in_the_colour_of_text(theme):
    curve = curve_of(theme, neuron_at(-6.0))
    picture, box = painted(curve), curve.box
    for z in (4.0, 6.0, 2.0):
        across = box.left() + (z + 8) / 16 * box.width()
        down = box.bottom() - float(FUNCTIONS["sigmoid"](z)) * box.height()
        near = {colour_at(picture, QPointF(across, down + off)) for off in (-1, 0, 1)}
        assert theme.colours.text in near


@pytest.mark.parametrize("z", [0.0, 1.5, -6.0])
def test_the_tangent_has_the_slope_of_the_curve(theme, z):
    neuron = neuron_at(z)
    curve = curve_of(theme, neuron)
    picture, box = painted(curve), curve.box
    point = QPointF(box.left() + (z + 8) / 16 * box.width(), box.bottom() - neuron.a * box.height())
    along = neuron.slope * box.height() / (box.width() / 16)  # pixels up for each to the right
    for right in (-14, 14):
        place = QPointF(point.x() + right, point.y() - along * right)
        near = {colour_at(picture, place + QPointF(0, off)) for off in (-1, 0, 1)}
        assert theme.colours.highlight in near


def test_the_tangent_of_a_steep_neuron_stays_near_its_point(theme):
    curve = curve_of(theme, neuron_at(0.0, "tanh"), "tanh", (340, 320))
    picture, box = painted(curve, (340, 320)), curve.box
    marked = [
        (x, y)
        for x in range(int(box.left()), int(box.right()))
        for y in range(int(box.center().y() - 60), int(box.bottom()))
        if picture.pixelColor(x, y).name() == theme.colours.highlight
    ]
    for x, y in marked:
        assert math.hypot(x - box.center().x(), y - box.center().y()) < 0.3 * box.width()


def test_the_slope_is_written(theme):
    assert "slope 0.2350" in strings(written(curve_of(theme, neuron_at(0.5))))
    assert "slope 2·10⁻⁹" in strings(written(curve_of(theme, neuron_at(-20.0, slope=2.1e-9))))


def test_the_axes_are_named_and_the_activations_range_is_the_functions(theme):
    for function, ends in (
        ("sigmoid", {"0", "1"}),
        ("tanh", {"−1", "1"}),
        ("softmax", {"0", "1"}),
        ("relu", {"0"}),
    ):
        found = set(strings(written(curve_of(theme, neuron_at(1.0, function), function))))
        assert {"z", "a"} | ends <= found


# What is said


@pytest.mark.parametrize(
    ("function", "z", "changes", "begins", "is_bad"),
    [
        ("sigmoid", 0.5, {}, "Not saturated: σ", False),
        ("sigmoid", -7.0, {}, "Saturated: σ is nearly flat here, so this neuron hardly learns", True),
        ("sigmoid", -7.0, {"slope_cancels": True}, "Saturated: σ is nearly flat here, but this cost", False),
        ("tanh", 3.0, {}, "Saturated: tanh is nearly flat", True),
        ("relu", -3.0, {}, "Saturated: max(0, z) is flat here, so this neuron learns nothing", True),
        ("relu", 3.0, {}, "Not saturated: max(0, z)", False),
        ("softmax", 3.0, {}, "Softmax: the outputs share one sum", False),
        ("step", 3.0, {}, "Flat: a step has no slope", True),
        ("sigmoid", math.nan, {}, "No number: training has diverged", True),
        ("softmax", math.inf, {}, "No number: training has diverged", True),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_a_sentence_says_whether_the_neuron_learns(function, z, changes, begins, is_bad):
    said, bad = verdict(function, neuron_at(z, function, **changes))
    assert said.startswith(begins)
    assert said.endswith(".")
    assert bad is is_bad


def test_the_sentence_is_written_in_full_where_it_has_room_and_as_a_word_where_not(theme):
    neuron = neuron_at(-7.0)
    full = sentence(written(curve_of(theme, neuron)))
    assert "so this neuron hardly learns from this sample." in full
    assert full.startswith("Saturated: ")
    size = (300, 90)
    assert "Saturated" in strings(written(curve_of(theme, neuron, size=size), size))


def test_bad_news_has_the_colour_of_warnings(theme):
    for z, role in ((-7.0, "warning"), (0.5, "muted")):
        curve = curve_of(theme, neuron_at(z))
        picture = painted(curve)
        colours = {picture.pixelColor(x, y).name() for x in range(10, 330) for y in range(10, 40)}
        assert getattr(theme.colours, role) in colours


def test_the_chart_stays_where_it_is_whatever_is_said(theme):
    boxes = [
        curve_of(theme, neuron_at(z, **changes)).box for z, changes in ((-7.0, {}), (0.5, {}), (7.0, {}))
    ]
    boxes.append(curve_of(theme, neuron_at(-7.0, slope_cancels=True)).box)
    assert all(box == boxes[0] for box in boxes)


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("size", [(700, 320), SIZE, (320, 130), (280, 110)])
def test_texts_stay_in_the_area_and_apart(sized, size, function, scale):
    sized.choose_text_scale(scale)
    size = (round(size[0] * scale), round(size[1] * scale))
    for z in (-7.0, 0.0, 7.0):
        curve = curve_of(sized, neuron_at(z, function), function, size)
        texts = written(curve, size)
        assert overlapping(texts) == []
        for text in texts:
            assert QRectF(0, 0, *size).contains(text.where), text
        assert curve.box.height() > 15


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_without_a_number_there_is_no_point(theme):
    curve = curve_of(theme, neuron_at(math.nan))
    picture, box = painted(curve), curve.box
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(int(box.left()), int(box.right()))
        for y in range(int(box.top()), int(box.bottom()))
    }
    assert theme.colours.highlight not in colours
    assert sentence(written(curve)).startswith("No number")


def test_before_there_is_a_neuron_there_are_only_axes(theme):
    curve = ActivationCurve(theme, "sigmoid")
    assert curve.box.isEmpty()
    picture_of(lambda painter: (curve.paint_still(painter), curve.paint(painter)), 50, 50)
    curve.lay_out(QRectF(0, 0, 300, 200), 10)
    picture_of(lambda painter: (curve.paint_still(painter), curve.paint(painter)), 300, 200)
    assert not curve.box.isEmpty()
