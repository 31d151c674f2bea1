import random

import numpy as np
import pytest
from run.test_planes import trained, whereabouts

from nnviz.core import landscape
from nnviz.core.evaluation import evaluate
from nnviz.core.plane import Window
from nnviz.core.whole import whole_gradient
from nnviz.run.planes import CostOver, PlaneSpec, SurfaceSpec
from nnviz.run.surveying import Surveying, landscapes, spread

OVER = CostOver("subset", 40)


def spec(directions="principal", **more):
    return SurfaceSpec(PlaneSpec(directions), OVER, **{"cells": 8, "fits_path": True, **more})


def test_a_landscape_has_all_that_is_drawn():
    where = whereabouts(trained(l2=0.5))
    found = list(landscapes(spec(), where))[-1]
    assert found.is_complete
    assert found.step == 70
    assert found.n_samples == 40
    assert found.steps == where.route.steps
    plane, regularisation = found.ground.plane, where.regularisation
    images, labels = where.samples(OVER)

    there = where.network.in_double_precision().at(
        plane.theta((found.surface.alphas[2], found.surface.betas[5]))
    )
    direct = evaluate(there, images, labels).cost + regularisation.cost_of(there.weights)
    assert found.surface.costs[5, 2] == pytest.approx(direct, rel=1e-5)

    direct = evaluate(where.network, images, labels).cost + regularisation.cost_of(where.network.weights)
    assert found.shadow.costs[-1] == pytest.approx(direct, rel=1e-6)
    gradient = whole_gradient(where.network, images, labels, regularisation)[1]
    assert found.downhill.on_plane == pytest.approx(-plane.project(gradient))
    assert found.downhill.norm == pytest.approx(np.linalg.norm(gradient))


def test_it_grows_from_the_path_by_coarse_surfaces_to_the_whole():
    found = list(landscapes(spec(cells=16), whereabouts(trained())))
    assert found[0].shadow is not None
    assert found[0].surface is None
    assert [f.is_complete for f in found] == [False] * (len(found) - 1) + [True]
    sizes = [f.surface.costs.size for f in found if f.surface is not None]
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1]) == (25, 289)


def test_tasks_done_in_any_order_give_the_same(monkeypatch):
    monkeypatch.setattr(landscape, "PIECE", 5_000)
    where = whereabouts(trained())
    expected = list(landscapes(spec(), where))[-1]
    surveying = Surveying(spec(), where)
    tasks = list(surveying.tasks())
    assert len(tasks) > 6
    random.Random(0).shuffle(tasks)
    for task in tasks:
        found = surveying.fold(task())
    assert found.is_complete
    assert found.surface.costs.tobytes() == expected.surface.costs.tobytes()
    assert found.shadow.costs.tobytes() == expected.shadow.costs.tobytes()
    assert found.shadow.plane_costs == pytest.approx(expected.shadow.plane_costs, rel=1e-6)


def test_the_same_request_gives_the_same_bits():
    one, again = (
        list(landscapes(spec("random"), whereabouts(trained())))[-1].surface.costs.tobytes() for _ in range(2)
    )
    assert one == again


def test_where_there_is_no_plane_there_is_a_sentence_and_nothing_else():
    found = list(landscapes(spec(), whereabouts(trained(0))))
    assert len(found) == 1
    assert found[0].is_complete
    assert "Make some more steps" in found[0].refusal
    assert found[0].surface is None


def test_far_away_the_surface_is_masked_and_the_rest_is_there():
    with np.errstate(all="raise"):
        found = list(
            landscapes(
                spec("random", window=Window(0, 1e39, 0, 1e39), fits_path=False),
                whereabouts(trained(cost="log-likelihood", activation="relu")),
            )
        )[-1]
    assert found.is_complete
    assert found.surface.masked[-1, -1]
    assert not found.surface.masked[0, 0]


def test_a_run_that_has_diverged_may_still_be_looked_at_around_its_start():
    trainer = trained()
    trainer.network.theta[...] = np.nan
    asked = SurfaceSpec(PlaneSpec("random", "start"), OVER, cells=4)
    with np.errstate(all="raise"):
        found = list(landscapes(asked, whereabouts(trainer)))[-1]
    assert found.is_complete
    assert not found.surface.masked.any()
    assert np.isnan(found.shadow.costs[-1])
    assert np.isnan(found.downhill.on_plane).all()


@pytest.mark.parametrize("count", [1, 2, 23, 24, 25, 49, 240])
@pytest.mark.parametrize("at_once", [1, 8])
def test_the_costs_of_positions_from_all_over_the_path_come_first(count, at_once):
    parts = [list(range(count))[part] for part in spread(count, at_once)]
    places = [place for part in parts for place in part]
    assert sorted(places) == list(range(count))
    assert max(map(len, parts)) <= at_once
    stride = -(-count // 24)
    outline = places[: -(-count // stride)]
    assert outline == list(range((count - 1) % stride, count, stride))
    assert outline[-1] == count - 1
