import threading

import numpy as np
import pytest
from core.plain import COMBINATIONS, saturated_network, some_samples
from core.planes import Scene, scene, scenes
from hypothesis import given, settings

from nnviz.core import landscape
from nnviz.core.evaluation import evaluate
from nnviz.core.landscape import BLOCK, FlatCost
from nnviz.core.network import Network
from nnviz.core.plane import spanned
from nnviz.core.regularisation import Regularisation

POINTS = np.array([(0, 0), (1, 0), (0, 1), (-0.5, 2), (3, -1), (0.001, 0.002)])
every_combination = pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(scenes())
def test_the_cost_on_a_plane_is_that_of_the_plain_formulas(drawn):
    expected = [drawn.direct(point) for point in POINTS]
    assert drawn.cost.at(POINTS) == pytest.approx(expected, rel=1e-10, abs=1e-10)


@every_combination
def test_it_is_that_of_the_network_itself_over_many_blocks_of_samples(activation, cost):
    some = scene(activation, cost, (7, 6, 5, 4), n=2 * BLOCK + 3)
    direct = [
        evaluate(some.network.at(some.plane.theta(point)), some.images, some.labels).cost for point in POINTS
    ]
    assert some.cost.at(POINTS) == pytest.approx(direct, rel=1e-10)


@every_combination
def test_in_single_precision_it_is_equal_to_five_digits(activation, cost):
    some = scene(activation, cost, (30, 8, 6, 5), n=200, dtype=np.float32)
    direct = [
        evaluate(some.network.at(some.plane.theta(point).astype(np.float32)), some.images, some.labels).cost
        for point in POINTS
    ]
    assert some.cost.at(POINTS) == pytest.approx(direct, rel=1e-5, abs=1e-6)


def test_a_network_of_steps_has_a_surface_too():
    some = scene("step", "quadratic")
    direct = [
        evaluate(some.network.at(some.plane.theta(point)), some.images, some.labels).cost for point in POINTS
    ]
    assert some.cost.at(POINTS) == pytest.approx(direct, rel=1e-12)


def test_points_come_in_any_number(monkeypatch):
    """Pieces of one point, chunks of one point, and all at once give the same."""
    some = scene(sizes=(5, 4, 3))
    points = np.random.default_rng(0).normal(size=(37, 2))
    expected = some.cost.at(points)
    assert some.cost.at([]).shape == (0,)
    for name in ("PIECE", "CACHE", "MOST_LATER", "MOST_KEPT"):
        with monkeypatch.context() as patched:
            patched.setattr(landscape, name, 1)
            assert some.cost.at(points) == pytest.approx(expected, rel=1e-12)
    monkeypatch.setattr(landscape, "BLOCK", 3)
    assert some.cost.at(points) == pytest.approx(expected, rel=1e-12)


def test_pieces_are_small_where_the_work_is_large():
    large, small = scene(n=2000), scene(n=20)
    assert large.cost.points_a_piece < small.cost.points_a_piece


def test_on_a_line_there_is_one_coordinate():
    some = scene("tanh", "cross-entropy", regularisation=Regularisation(1.0, 0.5, 20))
    line = FlatCost(
        some.network,
        some.plane.centre,
        3 * some.plane.u[np.newaxis],
        some.images,
        some.labels,
        some.regularisation,
    )
    assert line.at([[0.0], [2.0]]) == pytest.approx([some.direct((0, 0)), some.direct((6, 0))], rel=1e-10)


def test_the_networks_own_parameters_do_not_matter():
    some = scene()
    cost = some.cost
    before = cost.at(POINTS)
    some.network.theta[...] = 7
    assert cost.at(POINTS).tolist() == before.tolist()


@every_combination
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_saturated_neurons_pass_without_a_warning(activation, cost, dtype):
    network = saturated_network(activation, cost, dtype)
    random = np.random.default_rng(0)
    plane = spanned(network.theta, *random.normal(size=(2, network.theta.size)))
    images, labels = some_samples(network, 9)
    with np.errstate(all="raise"):
        found = FlatCost.on(plane, network, images, labels).at(POINTS)
    direct = [evaluate(network.at(plane.theta(point).astype(dtype)), images, labels).cost for point in POINTS]
    assert found == pytest.approx(direct, rel=1e-4, abs=1e-6)


def test_where_the_cost_is_no_finite_number_it_is_nan():
    some = scene("relu", "log-likelihood", dtype=np.float32)
    with np.errstate(all="raise"):
        found = some.cost.at([(0, 0), (1e30, 0), (0, 1e38), (np.nan, 0), (np.inf, 1)])
    assert np.isfinite(found[0])
    assert np.isnan(found[1:]).all()


def test_several_threads_may_ask_at_once():
    some = scene(sizes=(40, 20, 10), n=3000)
    points = np.random.default_rng(0).normal(size=(40, 2))
    expected, cost, found = some.cost.at(points), some.cost, {}
    threads = [threading.Thread(target=lambda n=n: found.update({n: cost.at(points)})) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[n].tolist() for n in range(4)] == [expected.tolist()] * 4


def test_samples_that_do_not_fit_are_refused():
    some = scene()
    with pytest.raises(ValueError, match="have the shape"):
        Scene(Network((6, 3)), some.images, some.labels, some.plane).cost  # noqa: B018
