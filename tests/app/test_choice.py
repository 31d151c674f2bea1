import numpy as np
import pytest
from run.small import COLS, ROWS, samples, small_data, small_spec

from nnviz.app.choice import DRAWN, TEST, TRAINING, Choice, Neuron, component_in, pinned_in
from nnviz.core.components import Component
from nnviz.core.network import Network
from nnviz.core.response import respond
from nnviz.data.dataset import DataSet, Samples

PIXELS = ROWS * COLS


@pytest.fixture
def told():
    """What the choice has told, in order."""
    return []


@pytest.fixture
def choice(qapp, told):
    choice = Choice()
    choice.data_changed.connect(lambda: told.append("data"))
    choice.sample_changed.connect(lambda: told.append("sample"))
    choice.neuron_changed.connect(lambda: told.append("neuron"))
    choice.component_changed.connect(lambda: told.append("component"))
    return choice


@pytest.fixture
def filled(choice, told):
    """A choice with data, that has told nothing yet."""
    choice.set_data(small_data())
    told.clear()
    return choice


def chosen(choice):
    return choice.sample.source, choice.sample.index


def vectors():
    """Return a data set of 20 numbers a sample, which are no image."""
    flat = Samples(np.zeros((3, PIXELS), np.uint8), np.arange(3, dtype=np.uint8), (1, PIXELS))
    return DataSet("vectors", flat, flat)


# The sample


def test_before_there_is_data_nothing_is_chosen_and_nothing_can_be(choice, told):
    choice.choose(TEST, 0)
    choice.choose_drawn(np.zeros(PIXELS, np.uint8))
    choice.move(1)
    assert (choice.data, choice.sample, choice.neuron) == (None, None, None)
    assert choice.samples(TEST) is choice.samples(TRAINING) is None
    assert choice.response(small_spec().network()) is None
    assert told == []


def test_with_data_comes_its_first_test_image(choice, told):
    data = small_data()
    choice.set_data(data)
    assert choice.data is data
    assert chosen(choice) == (TEST, 0)
    assert np.array_equal(choice.sample.pixels, data.test.images[0])
    assert told == ["data", "sample"], "whoever hears of the sample knows the data already"


def test_with_other_data_comes_their_first_test_image(filled):
    filled.choose(TRAINING, 20)
    other = DataSet("other", samples(5, 3), samples(4, 4))
    filled.set_data(other)
    assert chosen(filled) == (TEST, 0)
    assert np.array_equal(filled.sample.pixels, other.test.images[0])


@pytest.mark.parametrize(("source", "index"), [(TRAINING, 52), (TRAINING, 0), (TEST, 30), (TEST, 7)])
def test_a_chosen_sample_is_the_one_of_the_data(filled, told, source, index):
    filled.choose(source, index)
    part = filled.samples(source)
    assert chosen(filled) == (source, index)
    assert np.array_equal(filled.sample.pixels, part.images[index])
    assert filled.sample.label == part.labels[index]
    assert type(filled.sample.label) is int
    assert filled.sample.shape == (ROWS, COLS)
    assert told == ["sample"]


def test_the_sources_are_the_parts_of_the_data(filled):
    assert filled.samples(TRAINING) is small_data().training
    assert filled.samples(TEST) is small_data().test
    assert filled.samples(DRAWN) is None


@pytest.mark.parametrize(("asked", "got"), [(-1, 0), (-(10**9), 0), (31, 30), (10**12, 30)])
def test_an_index_out_of_range_is_brought_back_into_it(filled, asked, got):
    filled.choose(TEST, asked)
    assert chosen(filled) == (TEST, got)


def test_there_is_no_other_source(filled, told):
    before = filled.sample
    filled.choose("validation", 1)
    filled.choose(DRAWN, 0)
    assert filled.sample is before
    assert told == []


@pytest.mark.parametrize(
    ("source", "start", "by", "end"),
    [
        (TEST, 0, 1, 1),
        (TEST, 30, 1, 0),
        (TEST, 0, -1, 30),
        (TEST, 5, 31, 5),
        (TRAINING, 52, 2, 1),
        (TRAINING, 1, -3, 51),
    ],
)
def test_one_walks_round_the_ends_of_a_source(filled, source, start, by, end):
    filled.choose(source, start)
    filled.move(by)
    assert chosen(filled) == (source, end)


def test_from_a_drawn_digit_one_walks_back_to_the_first_test_image(filled):
    filled.choose(TRAINING, 9)
    filled.choose_drawn(np.full(PIXELS, 9, np.uint8))
    filled.move(-1)
    assert chosen(filled) == (TEST, 0)


def test_what_is_drawn_is_chosen_as_it_was_when_it_was_given(filled, told):
    pixels = np.arange(PIXELS, dtype=np.uint8)
    filled.choose_drawn(pixels)
    pixels[:] = 255
    assert chosen(filled) == (DRAWN, 0)
    assert filled.sample.pixels.tolist() == list(range(PIXELS))
    assert filled.sample.label is None
    assert filled.sample.shape == (ROWS, COLS)
    assert told == ["sample"]
    assert pixels.flags.writeable


@pytest.mark.parametrize(
    "choose", [lambda c: c.choose(TEST, 3), lambda c: c.choose_drawn(np.ones(PIXELS, np.uint8))]
)
def test_nobody_can_change_a_chosen_sample(filled, choose):
    choose(filled)
    with pytest.raises(ValueError, match="read-only"):
        filled.sample.pixels[0] = 1


def test_a_drawn_digit_can_have_a_label(filled):
    filled.choose_drawn(np.zeros(PIXELS, np.uint8), label=7)
    assert filled.sample.label == 7


@pytest.mark.parametrize("shape", [(PIXELS - 1,), (ROWS, COLS), (0,), (1, PIXELS)])
def test_a_drawing_of_another_size_is_not_chosen(filled, told, shape):
    before = filled.sample
    filled.choose_drawn(np.zeros(shape, np.uint8))
    assert filled.sample is before
    assert told == []


def test_samples_are_called_what_a_person_calls_them(filled):
    filled.choose(TRAINING, 12)
    assert filled.sample.name == "training image 12"
    filled.choose_drawn(np.zeros(PIXELS, np.uint8))
    assert filled.sample.name == "the pad's image"


def test_large_numbers_are_written_so_that_they_can_be_read(choice):
    choice.set_data(DataSet("many", samples(1300, 1), samples(5, 2)))
    choice.choose(TRAINING, 1234)
    assert choice.sample.name == "training image 1,234"


def test_the_input_is_ink_from_0_to_1(filled):
    filled.choose_drawn(np.array([0, 255, 51] + [0] * (PIXELS - 3), np.uint8))
    x = filled.sample.x
    assert x.dtype == np.float32
    assert x[:3].tolist() == [0, 1, np.float32(51) / np.float32(255)]


def test_samples_that_are_no_pictures_have_no_shape(choice):
    choice.set_data(vectors())
    assert choice.sample.shape is None
    choice.choose_drawn(np.zeros(PIXELS, np.uint8))
    assert choice.sample.shape is None


# The neuron


def test_a_pinned_neuron_is_told_once(filled, told):
    filled.pin(Neuron(1, 4))
    filled.pin(Neuron(1, 4))
    assert filled.neuron == Neuron(1, 4)
    assert told == ["neuron"]
    filled.pin(Neuron(2, 4))
    filled.pin(None)
    filled.pin(None)
    assert filled.neuron is None
    assert told == ["neuron"] * 3


def test_a_neuron_stays_pinned_when_another_sample_is_chosen(filled):
    filled.pin(Neuron(2, 9))
    filled.move(1)
    filled.set_data(vectors())
    assert filled.neuron == Neuron(2, 9)


@pytest.mark.parametrize(
    ("neuron", "is_there"),
    [
        (Neuron(1, 0), True),
        (Neuron(1, 5), True),
        (Neuron(1, 6), False),
        (Neuron(2, 9), True),
        (Neuron(2, 10), False),
        (Neuron(3, 0), False),
        (Neuron(0, 0), False),
        (Neuron(-1, 0), False),
        (Neuron(1, -1), False),
        (None, False),
    ],
)
def test_a_neuron_is_pinned_in_a_network_that_has_it(neuron, is_there):
    network = small_spec((PIXELS, 6, 10)).network()
    assert pinned_in(neuron, network) == (neuron if is_there else None)


# The response


def test_the_response_is_that_of_the_network_to_the_sample(filled):
    network = small_spec().network()
    filled.choose(TEST, 8)
    response, expected = (
        filled.response(network),
        respond(network, small_data().test.images[8] / np.float32(255)),
    )
    for got, wanted in zip(response.a, expected.a, strict=True):
        assert np.array_equal(got, wanted)


def test_views_that_ask_one_after_the_other_share_a_forward_pass(filled):
    network = small_spec().network()
    assert filled.response(network) is filled.response(network)


def test_another_network_or_another_sample_has_another_response(filled):
    network, other = small_spec().network(), small_spec(seed=1).network()
    first = filled.response(network)
    filled.move(1)
    second = filled.response(network)
    assert not np.array_equal(second.a[-1], first.a[-1])
    assert not np.array_equal(filled.response(other).a[-1], second.a[-1])


def test_a_network_that_the_sample_does_not_fit_has_no_response(filled):
    assert filled.response(small_spec((PIXELS + 1, 6, 10)).network()) is None
    assert filled.response(small_spec((PIXELS, 6, 10)).network()) is not None


def test_of_a_network_that_is_no_longer_finite_there_is_still_a_response(filled):
    network = small_spec().network()
    network.theta[:] = np.nan
    assert np.isnan(filled.response(network).a[-1]).all()


# The component


def test_a_chosen_component_is_told_once(filled, told):
    filled.choose_component(Component(2, 1, 4))
    filled.choose_component(Component(2, 1, 4))
    assert filled.component == Component(2, 1, 4)
    assert told == ["component"]
    filled.choose_component(None)
    assert filled.component is None
    assert told == ["component"] * 2


@pytest.mark.parametrize(
    ("component", "is_there"),
    [
        (Component(1, 5, PIXELS - 1), True),
        (Component(1, 5, PIXELS), False),
        (Component(1, 5, -1), False),
        (Component(2, 9), True),
        (Component(2, 10), False),
        (Component(3, 0, 0), False),
        (None, False),
    ],
)
def test_a_component_is_chosen_in_a_network_that_has_it(component, is_there):
    network = small_spec((PIXELS, 6, 10)).network()
    assert component_in(component, network) == (component if is_there else None)


# The trace


def test_the_trace_is_that_of_the_sample_and_its_label(filled):
    network = small_spec().network()
    filled.choose(TEST, 8)
    trace = filled.trace(network)
    _, gradient = network.gradient(filled.sample.x[np.newaxis], trace.y[np.newaxis])
    assert trace.y.argmax() == filled.sample.label
    assert np.allclose(trace.dC_dw[0], network.views(gradient)[0][0], rtol=1e-5)


def test_views_that_ask_one_after_the_other_share_a_trace(filled):
    network = small_spec().network()
    first = filled.trace(network)
    assert filled.trace(network) is first
    filled.move(1)
    assert filled.trace(network) is not first


def test_without_a_label_or_with_another_network_there_is_no_trace(filled):
    assert filled.trace(small_spec((PIXELS + 1, 6, 10)).network()) is None
    assert filled.trace(Network((PIXELS, 6, 10), activation="step")) is None
    network = small_spec((PIXELS, 6, 3)).network()
    filled.choose_drawn(np.zeros(PIXELS, np.uint8))
    assert filled.trace(network) is None
    filled.choose_drawn(np.zeros(PIXELS, np.uint8), 2)
    assert filled.trace(network) is not None
    filled.choose_drawn(np.zeros(PIXELS, np.uint8), 3)
    assert filled.trace(network) is None
