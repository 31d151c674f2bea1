import pytest

from nnviz.core.descent import HyperParameters
from nnviz.core.network import parameter_count
from nnviz.run.presets import DEFAULT_PRESET, PRESETS
from nnviz.run.spec import MNIST, RunSpec


def test_the_presets_are_the_networks_of_the_sources():
    assert [spec.sizes for spec in PRESETS.values()] == [
        (784, 16, 16, 10),
        (784, 30, 10),
        (784, 15, 10),
        (784, 100, 10),
    ]


def test_the_default_preset_is_the_videos_network_with_its_13002_parameters():
    spec = PRESETS[DEFAULT_PRESET]
    assert parameter_count(spec.sizes) == 13_002
    assert spec == RunSpec()


@pytest.mark.parametrize("name", list(PRESETS)[:3])
def test_the_first_networks_learn_as_in_the_books_first_chapter(name):
    spec = PRESETS[name]
    assert (spec.activation, spec.cost, spec.init) == ("sigmoid", "quadratic", "large")
    assert spec.hyper == HyperParameters(eta=3.0, batch_size=10)


def test_the_improved_network_learns_as_in_the_books_third_chapter():
    improved = PRESETS["The book's improved network (cross-entropy, scaled, λ = 5, 100 hidden)"]
    assert (improved.activation, improved.cost, improved.init) == ("sigmoid", "cross-entropy", "scaled")
    assert improved.hyper == HyperParameters(eta=0.5, batch_size=10, l2=5.0)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_learns_mnist_and_can_be_saved(name):
    spec = PRESETS[name]
    assert spec.data == MNIST
    assert (spec.sizes[0], spec.sizes[-1]) == (784, 10)
    assert RunSpec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize("name", [name for name in PRESETS if "784-" in name])
def test_a_name_that_gives_layer_sizes_gives_the_right_ones(name):
    assert "-".join(map(str, PRESETS[name].sizes)) in name
