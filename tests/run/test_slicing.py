from dataclasses import replace

import numpy as np
import pytest
from run.test_planes import trained, whereabouts

from nnviz.core.slice import slice_downhill
from nnviz.run.planes import CostOver
from nnviz.run.slicing import SliceSpec, Slicing, sliced


@pytest.mark.parametrize("over", [CostOver("mini-batch"), CostOver("subset", 20), CostOver("all")])
def test_a_slice_is_what_the_mathematics_says(over):
    where = whereabouts(trained(l2=1.0))
    found = sliced(SliceSpec(0.7, over, reach=3.0), where)
    images, labels = where.samples(over)
    expected = slice_downhill(where.network, images, labels, 0.7, where.regularisation, reach=3.0)
    assert found.slice.costs == pytest.approx(expected.costs)
    assert found.slice.etas.tolist() == expected.etas.tolist()
    assert [landing.eta for landing in found.slice.landings] == [0.35, 0.7, 1.4]
    assert found.slice.landings[2].cost == pytest.approx(expected.landings[2].cost)
    assert found.is_complete
    assert found.n_samples == len(labels)
    assert found.step == 70


def test_a_coarse_curve_comes_first(monkeypatch):
    monkeypatch.setattr("nnviz.core.landscape.PIECE", 20_000)
    slicing = Slicing(SliceSpec(1.0, CostOver("all")), whereabouts(trained()))
    sizes = []
    for task in slicing.tasks():
        known = slicing.fold(task())
        if known.slice is not None and (not sizes or len(known.slice.etas) != sizes[-1]):
            sizes.append(len(known.slice.etas))
    assert sizes == [31, 121]


@pytest.mark.parametrize("eta", [0.0, -1.0, float("nan"), float("inf")])
def test_a_learning_rate_that_leads_nowhere_gives_a_sentence(eta):
    found = sliced(SliceSpec(eta), whereabouts(trained()))
    assert found.is_complete
    assert found.slice is None
    assert "learning rate above 0" in found.refusal


def test_parameters_that_are_no_numbers_give_a_sentence():
    where = whereabouts(trained())
    theta = np.full_like(where.network.theta, np.nan)
    found = sliced(SliceSpec(1.0), replace(where, network=where.network.at(theta)))
    assert "finite" in found.refusal


def test_a_step_so_long_that_the_cost_is_no_number_leaves_a_gap():
    found = sliced(SliceSpec(1.0, reach=1e38), whereabouts(trained(cost="cross-entropy")))
    assert found.is_complete
    assert np.isfinite(found.slice.landings[0].cost)


def test_a_reach_that_is_none_is_refused():
    for reach in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="reaches"):
            SliceSpec(1.0, reach=reach)
