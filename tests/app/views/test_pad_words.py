import numpy as np
import pytest

from nnviz.app.choice import Sample
from nnviz.app.views.pad_words import (
    NO_NETWORK,
    answer_in_words,
    note_in_words,
    output_in_words,
    subject_in_words,
)
from nnviz.core.network import Network
from nnviz.core.response import respond
from nnviz.data.sketch import Sketch


def sample(label=None, source="drawn", n=784):
    return Sample(source, 1234, np.zeros(n, np.uint8), label, (28, 28))


def network(bias=2.0):
    network = Network((784, 10))
    network.theta[...] = 0
    network.biases[-1][...] = -3
    network.biases[-1][8] = bias
    return network


def words(label=None, pad=None, bias=2.0):
    asked = network(bias)
    return answer_in_words(asked, respond(asked, np.zeros(784)), sample(label), pad)


def pad_with(what):
    pad = Sketch((28, 28))
    if what == "noise":
        pad.put_noise(np.random.default_rng(0))
    elif what == "drawing":
        pad.begin((100, 100))
        pad.end()
    return pad


def test_the_answer_says_digit_and_activation():
    assert words() == ("The network says 8, with an activation of 0.88.", "")
    assert words(pad=pad_with("drawing"))[0] == "The network says 8, with an activation of 0.88."


def test_a_label_is_named_beside_the_answer():
    assert words(8)[0] == "The network says 8, with an activation of 0.88; the label is 8."
    assert words(0) == ("The network says 8, with an activation of 0.88; the label is 0.", "The label is 0.")


def test_noise_and_nothing_are_called_what_they_are():
    assert words(pad=pad_with("noise"))[0] == "This is noise, and yet the network says 8 (0.88)."
    assert (
        words(pad=pad_with("nothing"))[0] == "There is nothing on the pad, and yet the network says 8 (0.88)."
    )


def test_without_a_network_and_without_a_fit_it_is_said_why_there_is_no_answer():
    assert answer_in_words(None, None, sample(), None)[0] == NO_NETWORK
    text = answer_in_words(network(), None, sample(n=1000), None)[0]
    assert text == "The chosen sample has 1,000 pixels, but the network 784 inputs."


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_outputs_that_are_no_numbers_are_not_taken_for_an_answer():
    assert "diverged" in words(bias=np.nan)[0]


def test_an_answer_is_to_something():
    assert subject_in_words(sample(source="test"), None) == "test image 1,234"
    assert subject_in_words(sample(), pad_with("noise")) == "noise"
    assert subject_in_words(sample(), pad_with("nothing")) == "the empty pad"
    assert subject_in_words(sample(), pad_with("drawing")) == "the pad"


def test_the_note_says_where_the_pixels_are_from():
    assert note_in_words(sample(source="test"), None) == "as the data set has it"
    assert note_in_words(sample(), None) == "as drawn"
    assert note_in_words(sample(), pad_with("noise")) == "each of them random"
    assert note_in_words(sample(), pad_with("drawing")) == "the pad, only made smaller"


def test_an_outputs_numbers_have_the_books_letters():
    assert output_in_words(12, 0.03125, -3.4375) == "a₁₂ = 0.0312, z₁₂ = −3.44"
