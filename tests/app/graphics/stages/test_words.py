import numpy as np
import pytest
from app.stage_by_hand import ALL_KINDS, HOSTILE, shown_of, trace_of
from ziamath.zmath import Latex

from nnviz.app.choice import Neuron
from nnviz.app.graphics.stages.words import equation, plus, sentences, tex, with_numbers
from nnviz.core.stages import Kind


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.5, "0.5"),
        (-0.25, "{-}0.25"),
        (0.05294, "0.0529"),
        (23.7512, "23.75"),
        (1234.56, "1235"),
        (100.0, "100"),
        (1.234e-5, r"1.23\cdot 10^{-5}"),
        (-1.234e7, r"{-}1.23\cdot 10^{7}"),
        (float("nan"), r"\mathrm{NaN}"),
        (float("-inf"), r"-\infty"),
    ],
)
def test_numbers_are_short_and_right(value, text):
    assert tex(value) == text


def test_a_negative_number_is_taken_off():
    assert plus(-0.5) == "-0.5"
    assert plus(0.5) == "+0.5"


def test_the_books_equations_are_named():
    assert "BP1" in equation(shown_of(Kind.OUTPUT_ERROR))
    assert "BP2" in equation(shown_of(Kind.BACKWARD, 1))
    assert "BP3" in equation(shown_of(Kind.GRADIENT))
    assert "BP4" in equation(shown_of(Kind.GRADIENT))
    assert equation(shown_of(Kind.MINI_BATCH)) is None


def test_forward_adds_the_bias_to_what_comes_in():
    shown = shown_of(Kind.FORWARD, 2, place=1, pinned=Neuron(2, 3))
    z, a = (float(values[1][3, 1]) for values in (shown.trace.z, shown.trace.a))
    b = float(shown.trace.network.biases[1][3])
    text = with_numbers(shown)
    assert text.startswith(rf"z^{{2}}_{{3}}={tex(z - b)}{plus(b)}={tex(z)}")
    assert text.endswith(rf"a^{{2}}_{{3}}=\sigma({tex(z)})={tex(a)}")


def test_dropout_multiplies_what_is_passed_on():
    made = trace_of(dropout=0.5)
    shown = shown_of(Kind.FORWARD, 1, pinned=Neuron(1, 2), made=made)
    mask = float(made[0].masks[0][2, 0])
    assert rf"={tex(mask)}\cdot \sigma(" in with_numbers(shown)
    assert "Dropout" in sentences(shown)[0]


def test_the_output_error_is_that_of_the_output_that_should_be_1():
    shown = shown_of(Kind.OUTPUT_ERROR)
    j, trace = int(shown.trace.labels[0]), shown.trace
    a, slope, delta = (float(values[-1][j, 0]) for values in (trace.a, trace.slope, trace.delta))
    assert with_numbers(shown) == rf"\delta^{{3}}_{{{j}}}=({tex(a)}-1)\cdot {tex(slope)}={tex(delta)}"
    assert np.isclose((a - 1) * slope, delta, rtol=1e-5)


def test_with_the_cross_entropy_the_slope_has_cancelled():
    shown = shown_of(Kind.OUTPUT_ERROR, made=trace_of(cost="cross-entropy"))
    assert r"\cdot" not in with_numbers(shown)
    assert r"\sigma'" not in equation(shown)
    assert "cancels" in sentences(shown)[0]


def test_an_error_goes_back_through_the_slope():
    shown = shown_of(Kind.BACKWARD, 1, place=2, pinned=Neuron(1, 4))
    error, slope, delta = (
        float(part[0][4, 2]) for part in (shown.trace.error, shown.trace.slope, shown.trace.delta)
    )
    text = with_numbers(shown)
    assert text.endswith(rf"\cdot {tex(slope)}={tex(delta)}")
    assert tex(error) in text


def test_the_gradient_of_a_bias_is_the_mean_of_the_errors():
    shown = shown_of(Kind.GRADIENT, place=1, pinned=Neuron(2, 3), gradient_layer=2)
    trace = shown.trace
    mean = float(trace.delta[1][3].mean())
    assert tex(mean)[:6] in with_numbers(shown)
    assert tex(float(trace.delta[1][3, 1])) in with_numbers(shown)


def test_the_update_is_of_the_parameter_that_changes_most():
    shown = shown_of(Kind.UPDATE)
    trace = shown.trace
    index = int(np.abs(trace.update).argmax())
    text = with_numbers(shown)
    assert text.endswith(f"={tex(float(trace.after.theta[index]))}")
    assert rf"\to {tex(float(trace.network.theta[index]))}" in text


def test_momentum_adds_what_is_kept():
    shown = shown_of(Kind.UPDATE, made=trace_of(momentum=0.5))
    index = int(np.abs(shown.trace.update).argmax())
    assert plus(float(shown.trace.kept[index])) in with_numbers(shown)
    assert r"\mu v" in equation(shown)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ALL_KINDS)
def test_everything_can_be_said_and_set(name, kind):
    made = trace_of(**HOSTILE[name])
    if kind not in [stage.kind for stage in made[0].stages]:
        pytest.skip("a network without hidden layers has no such stage")
    shown = shown_of(kind, made=made)
    long, short = sentences(shown)
    assert long.endswith(".")
    assert short.endswith(".")
    for latex in (equation(shown), with_numbers(shown)):
        if latex is not None:
            assert "<svg" in Latex(latex).svg()
