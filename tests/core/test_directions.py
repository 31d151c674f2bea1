import numpy as np
import pytest
from core.plain import some_network
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.core.directions import (
    COLUMNS,
    downhill,
    filter_normalised,
    principal,
    random_plane,
    through_points,
    two_parameters,
)
from nnviz.core.plane import PlaneError

seeds = st.integers(0, 2**31)
SIZES = (6, 5, 4, 3)


def some_path(seed=0, count=9, size=30, dtype=np.float64):
    """Return a random walk."""
    return np.random.default_rng(seed).normal(size=(count, size)).cumsum(axis=0).astype(dtype)


def aligned(vector, like):
    return vector * np.sign(np.dot(vector, like))


def test_downhill_is_against_the_gradient_and_then_along_the_way():
    centre, gradient, travelled = np.random.default_rng(0).normal(size=(3, 20)).astype(np.float32)
    plane = downhill(centre, gradient, travelled)
    assert plane.centre == pytest.approx(centre)
    assert plane.project(gradient) == pytest.approx([-np.linalg.norm(gradient), 0], abs=1e-6)
    rest = travelled - np.dot(travelled, plane.u) * plane.u
    assert plane.v == pytest.approx(rest / np.linalg.norm(rest), abs=1e-6)


@pytest.mark.parametrize(
    ("gradient", "travelled", "sentence"),
    [
        (np.zeros(4), np.ones(4), "gradient is zero"),
        (np.ones(4), np.zeros(4), "Make some steps"),
        (np.ones(4), -2 * np.ones(4), "Make some steps"),
        (np.full(4, np.nan), np.ones(4), "finite"),
    ],
)
def test_without_a_slope_or_a_way_there_is_a_sentence(gradient, travelled, sentence):
    with pytest.raises(PlaneError, match=sentence):
        downhill(np.zeros(4), gradient, travelled)


@settings(deadline=None, derandomize=True)
@given(seeds, st.integers(3, 12), st.integers(2, 40))
def test_principal_components_are_the_singular_vectors_of_the_centred_path(seed, count, size):
    path = some_path(seed, count, size)
    plane = principal(path)
    components = np.linalg.svd(path - path.mean(axis=0))[2]
    assert plane.centre == pytest.approx(path.mean(axis=0))
    for direction, component in zip((plane.u, plane.v), components, strict=False):
        assert direction == pytest.approx(aligned(component, direction), abs=1e-6)


def test_principal_components_are_those_of_scikit_learn():
    decomposition = pytest.importorskip("sklearn.decomposition")
    path = some_path(3)
    plane, pca = principal(path), decomposition.PCA(2).fit(path)
    for direction, component in zip((plane.u, plane.v), pca.components_, strict=True):
        assert direction == pytest.approx(aligned(component, direction), abs=1e-9)


def test_the_path_ends_on_the_positive_side_of_both_components():
    for seed in range(10):
        path = some_path(seed)
        assert (principal(path).coordinates(path)[-1] > 0).all()


def test_a_long_theta_is_gone_through_in_parts():
    path = some_path(count=4, size=2 * COLUMNS + 17, dtype=np.float32)
    whole = np.linalg.svd(path - path.mean(axis=0, dtype=np.float64), full_matrices=False)[2]
    plane = principal(list(path))
    assert plane.u == pytest.approx(aligned(whole[0], plane.u), abs=1e-6)


def test_principal_components_may_have_another_centre():
    path = some_path()
    there = principal(path, path[-1])
    assert there.centre.tolist() == path[-1].tolist()
    assert there.u.tolist() == principal(path).u.tolist()


@pytest.mark.parametrize(
    "path",
    [
        some_path(count=2),
        np.ones((5, 8)),
        np.outer(np.arange(6.0), np.ones(8)),
        np.zeros((0, 8)),
    ],
    ids=["two", "one point", "a line", "none"],
)
def test_a_path_without_two_directions_is_refused_with_a_sentence(path):
    with pytest.raises(PlaneError, match="no two directions"):
        principal(path)


def test_a_path_that_has_diverged_is_refused_with_a_sentence():
    path = some_path()
    path[-1, 3] = np.inf
    with np.errstate(all="raise"), pytest.raises(PlaneError, match="finite"):
        principal(path)


@settings(deadline=None, derandomize=True)
@given(seeds, seeds)
def test_each_neurons_block_of_a_random_direction_is_as_long_as_that_of_theta(network_seed, seed):
    network = some_network("relu", "quadratic", SIZES, network_seed)
    first, second = filter_normalised(network, seed)
    for direction in (first, second):
        for block, of_theta in zip(network.layers(direction), network.weights_and_biases, strict=True):
            assert np.linalg.norm(block, axis=1) == pytest.approx(np.linalg.norm(of_theta, axis=1))
    for one, other in zip(network.layers(first), network.layers(second), strict=True):
        assert (one * other).sum(axis=1) == pytest.approx(0, abs=1e-10)


def test_filter_normalisation_is_the_division_and_multiplication_of_the_paper():
    """d ← d / ‖d‖ · ‖θ‖ for every filter, which for a fully connected layer is a neuron."""
    network = some_network("sigmoid", "quadratic", SIZES)
    raw = filter_normalised(network.at(np.ones_like(network.theta)), 5)[0]
    place = 0
    expected = []
    for n_in, n_out in zip(SIZES, SIZES[1:], strict=False):
        for _ in range(n_out):
            block = slice(place, place + n_in + 1)
            expected.append(raw[block] / np.linalg.norm(raw[block]) * np.linalg.norm(network.theta[block]))
            place = block.stop
    assert filter_normalised(network, 5)[0] == pytest.approx(np.concatenate(expected))


def test_a_seed_makes_random_directions_repeatable():
    network = some_network("sigmoid", "quadratic", SIZES)
    one, again, other = (random_plane(network, seed) for seed in (3, 3, 4))
    assert one.u.tolist() == again.u.tolist()
    assert one.v.tolist() == again.v.tolist()
    assert abs(np.dot(one.u, other.u)) < 0.9


def test_a_random_plane_reaches_as_far_as_theta_is_long():
    network = some_network("sigmoid", "quadratic", SIZES)
    assert random_plane(network, 0).reach == pytest.approx(np.linalg.norm(network.theta))


def test_rescaling_a_neuron_rescales_the_random_plane_with_it():
    """A ReLU neuron times 8 and what follows it by 8 compute the same; the surfaces look alike then."""
    network = some_network("relu", "quadratic", SIZES)
    first, _ = filter_normalised(network, 1)
    scaled = network.at(network.theta.copy())
    scaled.weights_and_biases[0][2] *= 8
    assert network.layers(filter_normalised(scaled, 1)[0])[0][2] == pytest.approx(
        8 * network.layers(first)[0][2]
    )


def test_a_neuron_without_parameters_stays_without():
    network = some_network("relu", "quadratic", SIZES)
    network.weights_and_biases[1][0] = 0
    first, second = filter_normalised(network, 0)
    assert not network.layers(first)[1][0].any()
    assert not network.layers(second)[1][0].any()
    random_plane(network, 0)


def test_a_network_of_zeros_has_no_scale():
    network = some_network("relu", "quadratic", SIZES)
    with np.errstate(all="raise"), pytest.raises(PlaneError, match="All parameters are 0"):
        random_plane(network.at(np.zeros_like(network.theta)), 0)


def test_a_diverged_network_has_no_random_plane():
    network = some_network("relu", "quadratic", SIZES)
    network.theta[4] = np.nan
    with np.errstate(all="raise"), pytest.raises(PlaneError, match="finite"):
        random_plane(network, 0)


def test_two_parameters_move_alone():
    theta = np.arange(5.0)
    plane = two_parameters(theta, 4, 1)
    assert plane.theta((10, 20)).tolist() == [0, 21, 2, 3, 14]
    assert plane.reach == 8


@pytest.mark.parametrize(
    ("places", "sentence"), [((2, 2), "different"), ((0, 5), "no parameter 5"), ((-1, 0), "-1")]
)
def test_places_that_are_no_two_parameters_are_refused(places, sentence):
    with pytest.raises(PlaneError, match=sentence):
        two_parameters(np.arange(5.0), *places)


@settings(deadline=None, derandomize=True)
@given(seeds)
def test_a_plane_through_three_points_holds_them(seed):
    points = np.random.default_rng(seed).normal(size=(3, 11)).astype(np.float32)
    plane = through_points(*points)
    assert plane.distances(points) == pytest.approx(0, abs=1e-9)
    start, here, _ = plane.coordinates(points)
    assert here[0] > start[0]
    assert here[1] == pytest.approx(start[1], abs=1e-9)
    assert np.abs(plane.coordinates(points)).max() <= plane.reach


@pytest.mark.parametrize("there", [0, 1, 2.5])
def test_three_points_on_a_line_are_refused_with_a_sentence(there):
    start, here = np.zeros(4), np.ones(4)
    with pytest.raises(PlaneError, match="on a line"):
        through_points(start, here, there * here)
    with pytest.raises(PlaneError, match="on a line"):
        through_points(here, here, start)
