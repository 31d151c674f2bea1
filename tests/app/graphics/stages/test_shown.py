import numpy as np
import pytest
from app.stage_by_hand import shown_of, trace_of
from PySide6.QtCore import QRectF

from nnviz.app.choice import Neuron
from nnviz.app.graphics.stages.shown import Spot, exact, plural
from nnviz.core.stages import Kind


def test_the_pinned_neuron_is_the_one_whose_numbers_are_shown():
    shown = shown_of(Kind.FORWARD, 2, pinned=Neuron(2, 3))
    assert shown.focus(2) == 3
    assert shown.pinned_in(1) is None


def test_of_the_outputs_the_one_that_should_be_1_is_shown():
    shown = shown_of(Kind.COST, place=2)
    assert shown.focus(3) == shown.trace.labels[2]


def test_of_a_hidden_layer_the_one_for_which_the_stage_comes_to_most_is_shown():
    shown = shown_of(Kind.BACKWARD, 1, place=1)
    assert shown.focus(1) == np.abs(shown.trace.delta[0][:, 1]).argmax()
    shown = shown_of(Kind.FORWARD, 1, place=1)
    assert shown.focus(1) == shown.trace.a[0][:, 1].argmax()


def test_a_pinned_neuron_that_the_network_lacks_is_none():
    assert shown_of(Kind.FORWARD, 1, pinned=Neuron(1, 99)).pinned_in(1) is None


def test_the_gradient_is_shown_of_the_neuron_with_its_largest_component():
    shown = shown_of(Kind.GRADIENT, gradient_layer=2)
    gradient = shown.trace.network.layers(shown.trace.mean_gradient)[1]
    assert shown.gradient_focus() == np.abs(gradient).max(axis=1).argmax()


def test_without_numbers_there_is_still_a_neuron():
    shown = shown_of(Kind.GRADIENT, made=trace_of(theta=np.nan))
    assert shown.gradient_focus() == 0


def test_a_sample_has_a_name():
    shown = shown_of(Kind.COST)
    assert shown.sample_name(1) == f"training image {shown.samples[1]}, labelled {shown.trace.labels[1]}"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1234567, "0.123457"), (-2.0, "−2"), (-1.5e-9, "−1.5·10⁻⁹"), (float("nan"), "NaN"), (3e20, "3·10²⁰")],
)
def test_exact_numbers(value, text):
    assert exact(value) == text


def test_plurals():
    assert plural(1, "sample") == "1 sample"
    assert plural(1200, "sample") == "1,200 samples"


def test_only_what_chooses_something_can_be_clicked():
    assert not Spot(QRectF(), ("text",)).is_clickable
    assert Spot(QRectF(), ("text",), sample=0).is_clickable
