from dataclasses import replace

import numpy as np
import pytest
from app.small_window import small_trainer

from nnviz.app.graphics.weight_pictures import Place
from nnviz.app.views.weight_controls import Order
from nnviz.app.views.weight_texts import Shown, exact, explanations, reading, titles
from nnviz.run.weight_gallery import gallery


@pytest.fixture
def network():
    network = small_trainer((20, 6, 10)).network
    network.theta[:] = 0
    network.weights[0][4, 7] = -1.25
    network.weights[0][4, 8] = 3.0
    network.biases[0][4] = 0.5
    network.weights[1][9, 5] = 0.75
    return network


@pytest.fixture
def shown(network):
    order = np.array([4, 0, 1, 2, 3, 5])
    return Shown(
        gallery=gallery(network, 1, order),
        network=network,
        step=6000,
        since="",
        shape=(5, 4),
        order=Order.NUMBER,
        sorted_by=Order.NUMBER,
        sample="test image 3",
        by=None,
        kept=None,
    )


def changed(shown, network):
    """The same, as a change since a step at which all was nought but one weight and one bias."""
    before = network.at(np.zeros_like(network.theta))
    before.weights[0][4, 7] = 1.0
    before.biases[0][4] = 0.25
    return replace(shown, gallery=gallery(network, 1, shown.gallery.order, before), since="step 1,200")


def test_the_title_names_layer_and_step(shown):
    assert titles(shown) == ["Weights into layer 1 · step 6,000", "Weights into layer 1", "Layer 1"]


def test_the_title_of_a_change_says_since_when(shown, network):
    said = titles(changed(shown, network))
    assert said[0] == "Weights into layer 1 · change since step 1,200 · step 6,000"
    assert said[3] == "Change since step 1,200"
    assert all("since step 1,200" in text.lower() for text in said)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_the_title_says_that_weights_are_no_numbers_any_more(shown, network, value):
    """A picture of them is black, as if all were nought."""
    network.weights[0][2, 3] = value
    diverged = replace(shown, gallery=gallery(network, 1, shown.gallery.order))
    assert titles(diverged)[0] == "Weights into layer 1 · no numbers any more · step 6,000"
    assert all("no numbers any more" in text.lower() for text in titles(diverged))


def test_texts_come_from_the_longest_to_the_shortest(shown, network):
    for one in (shown, changed(shown, network)):
        for texts in (titles(one), explanations(one), reading(one, Place(0, 7))):
            lengths = [len(text) for text in texts]
            assert lengths == sorted(lengths, reverse=True)


def test_what_there_is_to_see_is_explained(shown):
    assert explanations(shown)[0] == (
        "An image for each neuron: the weights into it. The strip below is its bias."
    )
    matrix = explanations(replace(shown, shape=None))[0]
    assert matrix == "A row for each neuron: the weights into it. The column b is its bias."
    assert "have changed" in explanations(replace(shown, since="step 0"))[0]


def test_the_order_is_explained_as_long_as_there_is_room_for_anything(shown):
    by_norm = replace(shown, order=Order.NORM, sorted_by=Order.NORM)
    assert explanations(by_norm)[-1] == "The largest ‖w‖ comes first."
    assert explanations(replace(by_norm, since="step 0"))[-1] == "The largest ‖Δw‖ comes first."
    by_activation = replace(shown, order=Order.ACTIVATION, sorted_by=Order.ACTIVATION)
    assert explanations(by_activation)[-1] == "The most active for test image 3 comes first."
    no_sample = replace(shown, order=Order.ACTIVATION)
    assert explanations(no_sample)[-1] == "There is no sample to sort by."


def test_a_step_that_was_kept_is_mentioned_until_it_is_compared_with(shown):
    kept = replace(shown, kept=1200)
    assert explanations(kept)[0].endswith("Step 1,200 is kept.")
    assert "is kept" not in " ".join(explanations(replace(kept, since="step 1,200")))


def test_a_weight_is_read_out_exactly_with_its_bias(shown):
    texts = reading(shown, Place(0, 7))
    assert texts[0] == "Neuron 4 · bias +0.500 · pixel (1, 3): weight −1.2500"
    assert texts[-1] == "4 · (1, 3): −1.2500"


def test_a_change_is_read_out_with_the_weight_that_came_of_it(shown, network):
    texts = reading(changed(shown, network), Place(0, 7))
    assert texts[0] == (
        "Neuron 4 · bias +0.500 (change +0.250) · pixel (1, 3): change −2.2500, weight now −1.2500"
    )
    assert texts[-1] == "4 · (1, 3): −2.2500"


def test_beside_the_weights_a_neurons_length_is_read_out(shown):
    assert reading(shown, Place(0, None)) == ["Neuron 4 · bias +0.500 · ‖w‖ 3.250", "Neuron 4 · bias +0.500"]


def test_what_neurons_are_sorted_by_is_read_out(shown):
    by = np.array([0.875, 0.5, 0.4, 0.3, 0.2, 0.1])
    texts = reading(replace(shown, order=Order.ACTIVATION, sorted_by=Order.ACTIVATION, by=by), Place(0, 7))
    assert texts[0] == "Neuron 4 · bias +0.500 · activation 0.875 · pixel (1, 3): weight −1.2500"
    texts = reading(replace(shown, order=Order.NORM, sorted_by=Order.NORM, by=by), Place(0, 7))
    assert texts[0] == "Neuron 4 · bias +0.500 · ‖w‖ 3.250 · pixel (1, 3): weight −1.2500"


def test_in_a_matrix_a_weight_leads_from_a_neuron_or_an_input(shown, network):
    second = replace(shown, gallery=gallery(network, 2), shape=None)
    assert reading(second, Place(9, 5))[0] == (
        "Neuron 9 · bias +0.000 · from neuron 5 of layer 1: weight +0.7500"
    )
    first = replace(shown, shape=None)
    assert reading(first, Place(0, 7))[0] == "Neuron 4 · bias +0.500 · input 7: weight −1.2500"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.25, "+0.250"), (-0.25, "−0.250"), (float("nan"), "NaN"), (float("-inf"), "−∞"), (3e38, "3.0·10³⁸")],
)
def test_numbers_are_exact_and_short(value, text):
    assert exact(np.float32(value), 3) == text
