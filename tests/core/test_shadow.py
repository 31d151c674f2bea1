import numpy as np
import pytest
from core.planes import scene, scenes
from core.test_directions import some_path
from hypothesis import given, settings

from nnviz.core.directions import principal
from nnviz.core.plane import spanned
from nnviz.core.shadow import cast, explained_share, with_costs


def path_of(some, count=7, seed=0):
    """Return a path that comes from afar and ends at the network."""
    steps = np.random.default_rng(seed).normal(0, 0.3, (count, some.network.theta.size))
    return some.network.theta + steps.cumsum(axis=0)[::-1]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(scenes())
def test_costs_of_path_and_plane_are_those_of_the_plain_formulas(some):
    path = path_of(some)
    shadow = list(with_costs(cast(path, some.plane), path, some.cost, at_once=3))[-1]
    assert shadow.is_complete
    for n, theta in enumerate(path):
        assert shadow.costs[n] == pytest.approx(some.direct_at(theta), rel=1e-9, abs=1e-9)
        expected = some.direct(shadow.coordinates[n])
        assert shadow.plane_costs[n] == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_coordinates_and_distances_are_those_of_the_plane():
    some = scene()
    path = path_of(some)
    shadow = cast(path, some.plane)
    assert shadow.coordinates == pytest.approx(some.plane.coordinates(path))
    assert shadow.distances == pytest.approx(some.plane.distances(path))
    assert np.isnan(shadow.costs).all()
    assert not shadow.is_complete


def test_the_newest_positions_get_their_costs_first():
    some = scene()
    path = path_of(some)
    found = list(with_costs(cast(path, some.plane), path, some.cost, at_once=3))
    assert [shadow.known for shadow in found] == [3, 6, 7]
    assert np.isnan(found[0].costs).tolist() == [True] * 4 + [False] * 3


def test_a_path_on_the_plane_is_its_own_shadow():
    some = scene()
    path = [some.plane.theta(point) for point in ((0, 0), (1, 2), (3, 1), (2, 2))]
    shadow = list(with_costs(cast(path, some.plane), path, some.cost))[-1]
    assert shadow.distances == pytest.approx(0, abs=1e-12)
    assert shadow.explained == pytest.approx(1)
    assert shadow.costs == pytest.approx(shadow.plane_costs, rel=1e-10)


def test_a_path_at_right_angles_to_the_plane_is_not_explained_at_all():
    plane = spanned(np.zeros(4), np.array([1.0, 0, 0, 0]), np.array([0, 1.0, 0, 0]))
    path = [np.array([1.0, 1, x, -x]) for x in range(5)]
    assert cast(path, plane).explained == 0


def test_the_share_is_that_of_the_first_two_singular_values():
    path = some_path()
    values = np.linalg.svd(path - path.mean(axis=0), compute_uv=False) ** 2
    expected = values[:2].sum() / values.sum()
    assert cast(path, principal(path)).explained == pytest.approx(expected)
    assert cast(path, principal(path, path[-1])).explained == pytest.approx(expected)


def test_the_share_is_that_of_scikit_learn():
    decomposition = pytest.importorskip("sklearn.decomposition")
    path = some_path(4)
    expected = decomposition.PCA(2).fit(path).explained_variance_ratio_.sum()
    assert cast(path, principal(path)).explained == pytest.approx(expected)


def test_no_plane_explains_more_than_that_of_the_principal_components():
    path = some_path()
    best = cast(path, principal(path)).explained
    for seed in range(20):
        first, second = np.random.default_rng(seed).normal(size=(2, path.shape[1]))
        assert cast(path, spanned(path[0], first, second)).explained <= best


@pytest.mark.parametrize("path", [np.ones((1, 4)), np.ones((3, 4)), np.zeros((0, 4))])
def test_a_path_that_does_not_move_has_no_variance_to_explain(path):
    plane = spanned(np.zeros(4), np.array([1.0, 0, 0, 0]), np.array([0, 1.0, 0, 0]))
    assert np.isnan(cast(path, plane).explained)


def test_a_path_that_has_diverged_is_nowhere_and_raises_nothing():
    some = scene(dtype=np.float32)
    path = path_of(some).astype(np.float32)
    path[-1] = np.nan
    with np.errstate(all="raise"):
        shadow = list(with_costs(cast(path, some.plane), path, some.cost))[-1]
        share = explained_share(path, shadow.coordinates)
    assert np.isnan(shadow.costs[-1])
    assert np.isnan(shadow.plane_costs[-1])
    assert np.isfinite(shadow.costs[:-1]).all()
    assert np.isnan(share)
