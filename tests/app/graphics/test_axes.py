import math
from itertools import pairwise

import pyqtgraph as pg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetricsF

from nnviz.app.graphics.axes import LEAPS, Glide, StepAxis, ValueAxis, nice_above
from nnviz.app.theme import text_font


@given(st.floats(1e-300, 1e300))
def test_the_round_number_above_is_near_and_not_below(value):
    above = nice_above(value)
    widest = max(high / low for low, high in pairwise(LEAPS))
    assert value * (1 - 1e-11) <= above <= widest * value * (1 + 1e-11)
    mantissa = above / 10 ** math.floor(math.log10(above) + 1e-9)
    assert min(abs(mantissa - leap) for leap in LEAPS) < 1e-9


@pytest.mark.parametrize(
    ("value", "above"),
    [(1, 1), (1.01, 2), (1000, 1000), (1001, 2000), (0.07, 0.1), (9.5, 10), (200, 200), (2_000_001, 3e6)],
)
def test_round_numbers(value, above):
    assert nice_above(value) == pytest.approx(above)


def test_a_glide_arrives_without_passing_its_target():
    glide = Glide(1.0)
    glide.target = 10.0
    values = [glide.value]
    while glide.move():
        values.append(glide.value)
        assert len(values) < 60
    assert values == sorted(values)
    assert len(values) > 3, "that was a jump"
    assert glide.value == 10.0
    assert not glide.move()


@pytest.mark.parametrize(("start", "target"), [(1.0, 0.0), (0.5, 0.0), (-1.0, 0.0), (0.0, -2.0), (0.3, -0.3)])
def test_a_glide_arrives_at_nought_and_across_it(start, target):
    """As on the logarithmic scale, where a cost of 1 lies at 0."""
    glide = Glide(start)
    glide.target = target
    moves = 0
    while glide.move():
        moves += 1
        assert moves < 60, f"still under way at {glide.value}"
    assert glide.value == target


def test_a_jump_is_there_at_once():
    glide = Glide(1.0)
    glide.jump(7.0)
    assert (glide.value, glide.target, glide.move()) == (7.0, 7.0, False)


def test_steps_are_whole_numbers_with_their_thousands_apart(qapp):
    axis = StepAxis("bottom")
    assert axis.tickStrings([0.0, 500.0, 12_000.0, 1_250_000.0], 1, 500) == [
        "0",
        "500",
        "12,000",
        "1,250,000",
    ]
    assert axis.tickStrings([0.5, 1.0], 1, 0.5) == ["", "1"]


@pytest.mark.parametrize("points", [8, 11, 22])
@pytest.mark.parametrize("high", [200.0, 5000.0, 50_000.0, 3_000_000.0])
@pytest.mark.parametrize("size", [120, 240, 900])
def test_labels_of_steps_do_not_run_into_each_other(qapp, size, high, points):
    """In large text, "10,000" and "20,000" overlapped."""
    axis = StepAxis("bottom")
    font = text_font(points)
    axis.setStyle(tickFont=font)
    spacing, values = axis.tickValues(0.0, high, size)[0]
    labels = axis.tickStrings(values, 1, spacing)
    metrics = QFontMetricsF(font)
    for (left, text), (right, other) in pairwise(zip(values, labels, strict=True)):
        apart = size * (right - left) / high
        assert metrics.horizontalAdvance(text) / 2 + metrics.horizontalAdvance(other) / 2 < apart
    assert all((value / spacing).is_integer() for value in values), "ticks that move as the range grows"


def test_where_there_is_room_no_label_of_a_step_is_left_out(qapp):
    axis = StepAxis("bottom")
    axis.setStyle(tickFont=text_font(10))
    assert axis.tickValues(0.0, 50_000.0, 900) == pg.AxisItem("bottom").tickValues(0.0, 50_000.0, 900)


@pytest.mark.parametrize(
    ("spacing", "values", "labels"),
    [
        (0.5, [0.0, 0.5, 1.0], ["0.0", "0.5", "1.0"]),
        (1.0, [0.0, 1.0, 10.0], ["0", "1", "10"]),
        (20.0, [0.0, 20.0], ["0", "20"]),
        (0.02, [0.0, 0.02], ["0.00", "0.02"]),
    ],
)
def test_values_have_the_decimals_they_need(qapp, spacing, values, labels):
    axis = ValueAxis("left")
    count = len(values)
    axis.tickValues(values[0], values[-1] + spacing * (9 - count), 300)
    found = axis.tickStrings(values, 1, spacing)
    assert [float(label) for label in found] == [float(label) for label in labels]
    assert len({len(label.partition(".")[2]) for label in found}) == 1


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 1.0), (0.0, 0.06), (0.0, 15.0), (90.0, 100.0), (0.0, 3000.0)]
)
@pytest.mark.parametrize("size", [40, 120, 400])
def test_no_two_linear_ticks_have_the_same_label(qapp, low, high, size):
    axis = ValueAxis("left")
    shown = [value for _, values in axis.tickValues(low, high, size)[:2] for value in values]
    labels = axis.tickStrings(shown, 1, 1)
    assert len(labels) >= 2
    assert len(set(labels)) == len(labels)
    for value, label in zip(shown, labels, strict=True):
        assert float(label) == pytest.approx(value, abs=(high - low) / 1000)


@pytest.mark.parametrize("text_scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize("size", [50, 90, 300])
def test_labels_do_not_run_into_each_other(qapp, size, text_scale):
    axis = ValueAxis("left")
    axis.text_scale = text_scale
    labelled = [value for _, values in axis.tickValues(0.0, 1.0, size)[:2] for value in values]
    assert 2 <= len(labelled) <= max(2, size / (14 * text_scale))


def test_a_unit_stands_behind_every_value(qapp):
    axis = ValueAxis("left", " %")
    axis.tickValues(80.0, 100.0, 100)
    assert axis.tickStrings([80.0, 100.0], 1, 20) == ["80 %", "100 %"]


@pytest.mark.parametrize("logarithmic", [False, True])
def test_a_huge_value_is_written_short(qapp, logarithmic):
    """Of a cost that diverges; 31 digits left no room for any label."""
    axis = ValueAxis("left")
    axis.logarithmic = logarithmic
    value = 30.0 if logarithmic else 1e30
    assert axis.tickStrings([value], 1, 1) == ["1.0·10³⁰"]


def test_logarithmic_ticks_of_large_values_have_no_exponent(qapp):
    axis = ValueAxis("left")
    axis.logarithmic = True
    assert axis.tickStrings([0.0, 3.0, 4.0], 1, 1) == ["1", "1000", "10000"]


def test_logarithmic_ticks_stand_at_1_2_and_5_and_are_labelled_with_the_values(qapp):
    axis = ValueAxis("left")
    axis.logarithmic = True
    ((_, places),) = axis.tickValues(-2.0, 0.0, 300)
    assert axis.tickStrings(places, 1, 1) == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]
    assert [10**place for place in places] == pytest.approx([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1])


def test_logarithmic_ticks_lie_within_the_range(qapp):
    axis = ValueAxis("left")
    axis.logarithmic = True
    ((_, places),) = axis.tickValues(-3.7, 0.18, 300)
    assert min(places) >= -3.7
    assert max(places) <= 0.18
