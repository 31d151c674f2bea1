import numpy as np
import pytest
from core.plain import COMBINATIONS, encoded
from core.planes import scene

from nnviz.core.plane import PlaneError
from nnviz.core.regularisation import Regularisation
from nnviz.core.slice import slice_downhill

R = Regularisation(1.0, 0.3, 20)
every_combination = pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)


def cut(some, eta=0.5, **more):
    return slice_downhill(some.network, some.images, some.labels, eta, some.regularisation, **more)


def gradient_of(some):
    return some.network.gradient(*encoded(some.network, some.images, some.labels), some.regularisation)[1]


@every_combination
def test_the_curve_is_the_cost_against_the_gradient(activation, cost):
    some = scene(activation, cost, regularisation=R)
    found, gradient = cut(some), gradient_of(some)
    for eta, there in list(zip(found.etas, found.costs, strict=True))[::20]:
        assert there == pytest.approx(some.direct_at(some.network.theta - eta * gradient), rel=1e-9)
    assert found.cost == pytest.approx(some.direct_at(some.network.theta), rel=1e-10)
    assert found.distance == pytest.approx(np.linalg.norm(gradient))


@every_combination
def test_the_tangent_has_the_slope_of_the_curve(activation, cost):
    some = scene(activation, cost, regularisation=R)
    found, h = cut(some), 1e-6
    gradient = gradient_of(some)
    costs = [some.direct_at(some.network.theta - sign * h * gradient) for sign in (1, -1)]
    assert found.slope == pytest.approx((costs[0] - costs[1]) / (2 * h), rel=1e-5)
    assert found.slope == pytest.approx(-(found.distance**2))


def test_half_and_double_eta_are_marked():
    some = scene()
    found, gradient = cut(some, eta=0.8), gradient_of(some)
    assert [landing.eta for landing in found.landings] == [0.4, 0.8, 1.6]
    for landing in found.landings:
        expected = some.direct_at(some.network.theta - landing.eta * gradient)
        assert landing.cost == pytest.approx(expected, rel=1e-10)
        assert landing.promised == found.tangent(landing.eta)
    assert found.etas[0] < 0 < 1.6 < found.etas[-1]


def test_a_small_step_keeps_the_promise_and_a_large_one_overshoots():
    some = scene("tanh", "log-likelihood")
    small, large = cut(some, eta=1e-4).landings[1], cut(some, eta=100).landings[1]
    assert small.cost == pytest.approx(small.promised, abs=1e-6)
    assert large.promised < 0 < large.cost
    assert cut(some, eta=100).lowest[0] < 50


def test_the_step_of_a_mini_batch_may_be_shown_on_the_cost_over_all():
    some = scene(n=30)
    of_batch = some.network.gradient(*encoded(some.network, some.images[:3], some.labels[:3]))[1]
    found, h = cut(some, gradient=of_batch), 1e-6
    costs = [some.direct_at(some.network.theta - sign * h * of_batch) for sign in (1, -1)]
    assert found.slope == pytest.approx((costs[0] - costs[1]) / (2 * h), rel=1e-5)
    assert found.slope != pytest.approx(-(found.distance**2), rel=1e-3)


def test_the_curve_reaches_as_far_as_is_asked():
    found = cut(scene(), reach=10.0, count=11)
    assert (found.etas[0], found.etas[-1], len(found.etas)) == (-2.5, 10, 11)


def test_what_overflows_is_no_number():
    some = scene("relu", "log-likelihood", dtype=np.float32)
    with np.errstate(all="raise"):
        found = cut(some, eta=1e37)
    assert np.isnan(found.costs[-1])
    assert np.isnan(found.landings[-1].cost)
    assert found.lowest is not None


def test_without_a_slope_or_a_step_there_is_a_sentence():
    some = scene()
    with pytest.raises(PlaneError, match="gradient is zero"):
        cut(some, gradient=np.zeros_like(some.network.theta))
    with pytest.raises(PlaneError, match="η = 0"):
        cut(some, eta=0.0)
    some.network.theta[0] = np.nan
    with np.errstate(all="raise"), pytest.raises(PlaneError, match="finite"):
        cut(some)


def test_a_slice_is_frozen():
    found = cut(scene())
    assert not found.etas.flags.writeable
    assert not found.costs.flags.writeable


def test_another_eta_is_read_from_the_curve():
    found = cut(scene(), eta=0.8)
    assert found.landings_of(0.8) == found.landings
    middle = (found.etas[70] + found.etas[71]) / 2
    half, whole, double = found.landings_of(middle)
    assert whole.cost == pytest.approx((found.costs[70] + found.costs[71]) / 2)
    assert (half.eta, double.eta) == (middle / 2, 2 * middle)
    assert whole.promised == found.tangent(middle)
    assert np.isnan(found.landings_of(found.etas[-1])[2].cost)
