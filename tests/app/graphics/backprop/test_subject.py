from dataclasses import replace

import numpy as np
import pytest
from app.backprop_scene import subject
from app.small_window import small_trainer
from run.small import small_data

from nnviz.app.choice import Choice, Neuron
from nnviz.app.graphics.backprop.subject import (
    NEURON,
    NO_LABEL,
    NO_SAMPLE,
    PARAMETER,
    PIXEL,
    Spot,
    Subject,
    spot_of,
    subject_of,
)
from nnviz.core.components import Component
from nnviz.core.network import UNTRAINABLE, Network


@pytest.fixture
def choice(qapp):
    choice = Choice()
    choice.set_data(small_data())
    return choice


@pytest.fixture
def snapshot():
    return small_trainer().snapshot()


def test_a_labelled_sample_is_traced_through_the_network_of_the_snapshot(choice, snapshot):
    found = subject_of(snapshot, choice)
    assert isinstance(found, Subject)
    label = choice.sample.label
    y = np.zeros(10)
    y[label] = 1
    assert found.label == label
    np.testing.assert_array_equal(found.trace.y, y)
    expected = snapshot.network.trace(choice.sample.x, y)
    for layer in range(2):
        np.testing.assert_array_equal(found.trace.delta[layer], expected.delta[layer])
    assert (found.step, found.pinned, found.shape) == (0, None, (5, 4))


def test_without_a_sample_it_asks_for_one(qapp, snapshot):
    assert subject_of(snapshot, Choice()) == NO_SAMPLE


def test_a_sample_of_another_size_is_said_not_to_fit(choice, snapshot):
    sentence = subject_of(replace(snapshot, network=Network((12, 4, 10))), choice)
    assert "20 pixels" in sentence
    assert "12 inputs" in sentence


def test_a_drawn_digit_without_a_label_has_nothing_to_learn_from(choice, snapshot):
    choice.choose_drawn(np.full(20, 9, np.uint8))
    assert subject_of(snapshot, choice) == NO_LABEL
    choice.choose_drawn(np.full(20, 9, np.uint8), label=4)
    assert subject_of(snapshot, choice).label == 4


def test_a_network_of_steps_is_said_not_to_be_trainable(choice, snapshot):
    steps = replace(snapshot, network=Network((20, 6, 10), activation="step"))
    assert subject_of(steps, choice) == UNTRAINABLE


@pytest.mark.parametrize(
    ("outputs", "part"), [(2, "only the 2 output neurons 0 to 1"), (1, "only one output neuron")]
)
def test_a_label_that_has_no_output_is_named(choice, snapshot, outputs, part):
    choice.choose_drawn(np.full(20, 9, np.uint8), label=5)
    sentence = subject_of(replace(snapshot, network=Network((20, 6, outputs))), choice)
    assert "is 5" in sentence
    assert part in sentence


def test_a_pinned_neuron_counts_only_if_the_network_has_it(choice, snapshot):
    choice.pin(Neuron(1, 5))
    assert subject_of(snapshot, choice).pinned == Neuron(1, 5)
    choice.pin(Neuron(1, 6))
    assert subject_of(snapshot, choice).pinned is None


def test_the_focus_is_the_pinned_neuron_or_else_the_label_s_output():
    assert subject(label=2).focus == Neuron(2, 2)
    assert subject(pinned=(1, 3)).focus == Neuron(1, 3)


def test_parameters_are_found_with_their_derivatives():
    found = subject()
    weight, bias = Component(1, 3, 2), Component(2, 1)
    assert found.value(weight) == found.network.weights[0][3, 2]
    assert found.value(bias) == found.network.biases[1][1]
    assert found.derivative(weight) == found.trace.dC_dw[0][3, 2]
    assert found.derivative(bias) == found.trace.dC_db[1][1]


def test_it_knows_which_parameters_there_are():
    found = subject()
    for there in (Component(1, 0, 0), Component(1, 3, 5), Component(2, 2, 3), Component(2, 2)):
        assert found.has(there)
    for absent in (
        Component(0, 0, 0),
        Component(3, 0, 0),
        Component(1, 4, 0),
        Component(1, 0, 6),
        Component(2, 0, 4),
        Component(1, -1),
    ):
        assert not found.has(absent)


def test_a_shape_that_is_not_that_of_the_inputs_is_none():
    assert subject(shape=(2, 3)).shape == (2, 3)
    assert subject(shape=(2, 2)).shape is None
    assert subject(shape=None).shape is None


def test_it_knows_a_divergence_and_a_softmax():
    assert not subject().diverged
    network = Network((6, 4, 3), seed=3)
    network.weights[0][0, 2] = np.nan
    assert subject(network=network).diverged
    assert not subject().is_softmax
    assert subject(cost="log-likelihood").is_softmax


def test_the_activations_of_layer_0_are_the_pixels():
    found = subject()
    np.testing.assert_allclose(found.activations(0), [0, 0.2, 1, 0.4, 0, 0.8], rtol=1e-6)
    assert found.activations(2) is found.trace.a[1]


def test_a_spot_knows_its_neuron_and_its_parameter():
    assert Spot(NEURON, 2, 1).neuron == Neuron(2, 1)
    assert Spot(NEURON, 2, 1).component is None
    assert Spot(PARAMETER, 1, 3, 2).neuron == Neuron(1, 3)
    assert spot_of(Component(1, 3, 2)).component == Component(1, 3, 2)
    assert spot_of(Component(1, 3)).component == Component(1, 3)
    assert Spot(PIXEL, index=4).neuron is None
