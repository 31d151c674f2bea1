import math

import numpy as np
import pytest
from app.backprop_scene import diverged, saturated_network, subject

from nnviz.app.graphics.backprop.subject import NEURON, PARAMETER, PIXEL, Spot
from nnviz.app.graphics.backprop.words import (
    NOTHING_LOST,
    about_lost,
    equation_of,
    figures,
    input_name,
    layer_title,
    neuron_name,
    parameter_name,
    parameter_place,
    sentences_of,
    signed_figures,
    tell,
    titles_of,
)
from nnviz.core.components import Component
from nnviz.core.sensitivity import avenues, lost_errors


@pytest.mark.parametrize(
    ("value", "count", "text"),
    [
        (0.0, 3, "0"),
        (0.0123, 3, "0.0123"),
        (-4.2099, 3, "−4.21"),
        (0.99999, 3, "1.00"),
        (9.9996, 4, "10.00"),
        (12345.0, 3, "12345"),
        (123456.0, 3, "1.23·10⁵"),
        (0.001234, 2, "0.0012"),
        (0.000999, 3, "9.99·10⁻⁴"),
        (-0.0000999999, 3, "−1.00·10⁻⁴"),
        (1.5e-12, 1, "2·10⁻¹²"),
        (math.nan, 3, "NaN"),
        (-math.inf, 3, "−∞"),
    ],
)
def test_numbers_have_the_figures_that_count(value, count, text):
    assert figures(value, count) == text


def test_a_plus_stands_only_before_what_is_above_zero():
    assert signed_figures(0.5, 2) == "+0.50"
    assert signed_figures(-0.5, 2) == "−0.50"
    assert signed_figures(0.0) == "0"
    assert signed_figures(math.nan) == "NaN"


def test_neurons_inputs_and_parameters_have_names():
    found = subject()
    assert neuron_name(found, 1, 3) == "neuron 3 of layer 1"
    assert neuron_name(found, 2, 0) == "output neuron 0"
    assert neuron_name(found, 0, 4) == "pixel (1, 1)"
    assert input_name(found, 1, 5) == "pixel (1, 2)"
    assert input_name(found, 2, 3) == "neuron 3"
    assert input_name(subject(shape=None), 1, 5) == "input 5"
    assert parameter_name(Component(1, 3, 407)) == "w(1, 3, 407)"
    assert parameter_name(Component(1, 3)) == "b(1, 3)"
    assert parameter_place(found, Component(1, 3, 5)) == "from pixel (1, 2) to neuron 3 of layer 1"
    assert parameter_place(found, Component(2, 1)) == "bias of output neuron 1"
    assert layer_title(1, 2) == "Layer 1"
    assert layer_title(2, 2) == "Layer 2, output"


def test_a_neuron_tells_its_numbers():
    found = subject()
    trace = found.trace
    lines = tell(found, Spot(NEURON, 1, 2))
    assert lines[0] == "Neuron 2 of layer 1"
    for name, layers in (
        ("z", trace.z),
        ("a", trace.a),
        ("σ′(z)", trace.slope),
        ("∂C/∂a", trace.error),
        ("δ", trace.delta),
    ):
        assert f"{name} = {figures(float(layers[0][2]), 5)}" in lines


def test_a_weight_tells_what_its_derivative_is_the_product_of():
    found = subject()
    delta = found.trace.delta[0][3]
    lines = tell(found, Spot(PARAMETER, 1, 3, 5))
    assert lines[:2] == ["w(1, 3, 5)", "from pixel (1, 2) to neuron 3 of layer 1"]
    assert f"∂C/∂w = a δ = 0.80000 · {figures(float(delta), 5)}" in lines
    assert f"= {figures(float(np.float32(0.8) * delta), 5)}" in lines


def test_a_bias_tells_that_its_derivative_is_the_error():
    found = subject()
    lines = tell(found, Spot(PARAMETER, 2, 1))
    assert lines[-1] == f"∂C/∂b = δ = {figures(float(found.trace.delta[1][1]), 5)}"


def test_a_pixel_tells_how_the_cost_answers_to_it():
    found = subject()
    assert tell(found, Spot(PIXEL, index=5)) == [
        "Pixel (1, 2)",
        "x = 0.80000",
        f"∂C/∂x = {figures(float(found.trace.dC_dx[5]), 5)}",
    ]


def test_the_worst_lost_error_is_named_with_its_numbers():
    found = subject(network=saturated_network(neuron=2))
    lost = lost_errors(found.network, found.trace)
    assert [(one.layer, one.neuron) for one in lost] == [(1, 2)]
    sentence = about_lost(found, lost)[0]
    assert sentence.startswith("Neuron 2 of layer 1 is saturated: an error of ")
    assert figures(lost[0].error, 2) in sentence
    assert f"leaves δ = {figures(lost[0].delta, 2)}." in sentence
    assert "more" not in sentence
    assert "2 more neurons" in about_lost(found, lost * 3)[0]
    assert "one more" in about_lost(found, lost * 2)[0]


def test_where_nothing_is_lost_that_is_said():
    assert about_lost(subject(), ())[0] == NOTHING_LOST


def test_of_a_divergence_it_says_so_and_no_more():
    found = subject(network=diverged())
    assert "diverged" in about_lost(found, ())[0]
    assert titles_of(found, avenues(found.network, found.trace, 2, 1))[0] == "Output neuron 1: its −δ is NaN"


def test_every_list_of_sentences_goes_from_long_to_short():
    found = subject(network=saturated_network())
    asked = avenues(found.network, found.trace, 1, 2)
    for texts in (
        about_lost(found, lost_errors(found.network, found.trace)),
        titles_of(found, asked),
        sentences_of(found, asked),
    ):
        assert [len(text) for text in texts] == sorted((len(text) for text in texts), reverse=True)


def test_titles_say_which_way_z_should_go():
    found = subject()
    for j in range(3):
        asked = avenues(found.network, found.trace, 2, j)
        way = "go up" if asked.delta < 0 else "go down"
        assert f"its z should {way}, −δ = {signed_figures(-asked.delta)}" in titles_of(found, asked)[0]


def test_the_label_s_output_is_called_that_while_no_neuron_is_pinned():
    found = subject()
    asked = avenues(found.network, found.trace, 2, 1)
    assert sentences_of(found, asked)[0].startswith("The label's output, as no neuron is pinned.")
    pinned = subject(pinned=(2, 1))
    assert sentences_of(pinned, asked)[0].startswith("a = ")


def test_a_softmax_s_error_is_not_called_a_product():
    found = subject(cost="log-likelihood", pinned=(2, 1))
    asked = avenues(found.network, found.trace, 2, 1)
    assert sentences_of(found, asked)[-2] == f"δ = a − y = {figures(asked.delta)}"
    hidden = avenues(found.network, found.trace, 1, 1)
    assert "∂C/∂a · σ′(z)" in sentences_of(found, hidden)[0]


def test_each_layer_has_the_equation_that_its_error_comes_from():
    assert r"(w^{2})^T\delta^{2}\odot\sigma'(z^{1})" in equation_of(subject(), 1)
    assert r"\nabla" in equation_of(subject(), 2)
    assert equation_of(subject(cost="log-likelihood"), 2) == r"\delta^{2}=a^{2}-y"
