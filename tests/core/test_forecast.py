import math

import numpy as np
import pytest
from core.plain import COMBINATIONS, PlainNetwork, plain, some_samples
from core.steps import HYPERS, N, drawn_steps, prepared
from hypothesis import given, settings

from nnviz.core.descent import HyperParameters
from nnviz.core.evaluation import evaluate
from nnviz.core.forecast import Change, forecast
from nnviz.core.network import Network
from nnviz.core.regularisation import Regularisation
from nnviz.core.stages import trace_step

every_combination = pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
every_hyper = pytest.mark.parametrize("hyper", HYPERS.values(), ids=HYPERS)


def oracle_of(step):
    """Return the plain network whose cost the step descends on."""
    network, hyper = step.network, step.hyper
    regularisation = Regularisation(hyper.l2, hyper.l1, N)
    if not step.masks:
        return plain(network, regularisation)
    kept = [np.flatnonzero(mask) for mask in step.masks]
    return PlainNetwork(
        network.sizes, network.activation_name, network.cost.name, regularisation, kept, hyper.dropout
    )


def test_a_single_neuron_by_hand():
    """θ = 0, x = 1, y = 1: a = ½ and ∂C/∂w = ∂C/∂b = −1/8, so that a step of η goes η/8 along both."""
    network = Network((1, 1), dtype=np.float64).at(np.zeros(2))
    images, labels = np.array([[255]], np.uint8), np.array([0], np.uint8)
    trace = trace_step(network, images, labels, HyperParameters(eta=4, momentum=0.5), np.array([0.2, 0.4]))
    found = forecast(trace, images, labels)
    assert found.by_gradient == pytest.approx(-4 / 32, abs=1e-14)
    assert found.by_update == pytest.approx(-4 / 32 - (0.1 + 0.2) / 8, abs=1e-14)
    z = 0.5 + 0.1 + 0.5 + 0.2
    assert found.mini_batch.before == pytest.approx(1 / 8, abs=1e-14)
    assert found.mini_batch.after == pytest.approx((1 - 1 / (1 + math.exp(-z))) ** 2 / 2, abs=1e-14)
    assert found.mini_batch.actual == found.mini_batch.after - found.mini_batch.before
    assert found.evaluation == found.mini_batch


@settings(max_examples=100, deadline=None, derandomize=True)
@given(drawn_steps())
def test_the_costs_are_those_of_the_plain_formulas_before_and_after(step):
    oracle, before = oracle_of(step), step.network.theta.copy()
    X, Y = step.batch
    found = forecast(step.trace())
    assert found.mini_batch.before == pytest.approx(oracle.cost(before, X, Y), rel=1e-9)
    step.make()
    assert found.mini_batch.after == pytest.approx(oracle.cost(step.network.theta, X, Y), rel=1e-7, abs=1e-10)


@every_hyper
@every_combination
def test_the_promise_is_the_slope_of_the_cost_in_the_direction_of_the_step(activation, cost, hyper):
    step = prepared(activation, cost, hyper)
    trace = step.trace()
    X, Y = step.batch
    theta, h = step.network.theta, 1e-5
    costs = [oracle_of(step).cost(theta + sign * h * trace.update, X, Y) for sign in (1, -1)]
    found = forecast(trace)
    assert found.by_update == pytest.approx((costs[0] - costs[1]) / (2 * h), rel=1e-5, abs=1e-9)
    costs = [oracle_of(step).cost(theta - sign * h * trace.gradient, X, Y) for sign in (1, -1)]
    assert found.by_gradient == pytest.approx(hyper.eta * (costs[0] - costs[1]) / (2 * h), rel=1e-5)
    assert found.by_gradient < 0
    if not hyper.momentum:
        assert found.by_update == pytest.approx(found.by_gradient, rel=1e-12)


@every_combination
def test_small_steps_keep_the_promise_and_the_error_shrinks_with_the_square(activation, cost):
    errors = []
    for eta in (1e-3, 1e-4):
        found = forecast(prepared(activation, cost, HyperParameters(eta=eta)).trace())
        assert found.mini_batch.actual < 0
        errors.append(abs(found.mini_batch.actual - found.by_gradient))
    assert errors[1] == pytest.approx(errors[0] / 100, rel=0.2)


def test_a_step_too_far_raises_the_cost_that_it_promised_to_lower():
    found = forecast(prepared("tanh", "log-likelihood", HyperParameters(eta=50)).trace())
    assert found.by_gradient < 0 < found.mini_batch.actual


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_evaluation_is_of_the_whole_network_without_regularisation(dtype):
    step = prepared("tanh", "cross-entropy", HYPERS["everything"], dtype=dtype)
    images, labels = some_samples(step.network, 700, seed=9)
    found = forecast(step.trace(), images, labels)
    assert found.evaluation.before == pytest.approx(evaluate(step.network, images, labels).cost, rel=1e-5)
    step.make()
    assert found.evaluation.after == pytest.approx(evaluate(step.network, images, labels).cost, rel=1e-5)
    assert forecast(step.trace()).evaluation is None


def test_the_cost_before_is_that_of_the_step():
    for hyper in HYPERS.values():
        trace = prepared("relu", "log-likelihood", hyper, dtype=np.float32).trace()
        assert forecast(trace).mini_batch.before == pytest.approx(trace.cost, rel=1e-5)


def test_a_forecast_sees_changes_that_float32_does_not():
    """A cost of 0.1 is known in float32 to eight digits; the change here is in the tenth."""
    step = prepared("sigmoid", "quadratic", HyperParameters(eta=1e-6), dtype=np.float32, scale=0.1)
    step.network.theta[...] = np.round(step.network.theta * 2**10) / 2**20  # leaves room for small changes
    found = forecast(step.trace())
    assert found.mini_batch.actual == pytest.approx(found.by_update, rel=0.01)


def test_looking_ahead_changes_nothing():
    step = prepared(hyper=HYPERS["everything"])
    trace = step.trace()
    before = trace.network.theta.tobytes(), trace.after.theta.tobytes(), step.network.theta.tobytes()
    forecast(trace, *some_samples(step.network, 20))
    assert before == (
        trace.network.theta.tobytes(),
        trace.after.theta.tobytes(),
        step.network.theta.tobytes(),
    )


def test_nan_passes_without_a_warning():
    step = prepared(dtype=np.float32)
    step.network.theta[...] = np.nan
    with np.errstate(all="raise"):
        found = forecast(step.trace(), *some_samples(step.network, 20))
    assert math.isnan(found.by_gradient)
    assert math.isnan(found.mini_batch.actual)
    assert math.isnan(found.evaluation.actual)


def test_a_change_is_after_less_before():
    assert Change(0.5, 0.25).actual == -0.25


@every_hyper
def test_it_makes_no_difference_in_how_many_pieces_it_is_computed(monkeypatch, hyper):
    trace = prepared("sigmoid", "cross-entropy", hyper).trace()
    whole = forecast(trace)
    monkeypatch.setattr("nnviz.core.forecast.PIECE", 2)
    found = forecast(trace)
    assert (found.mini_batch.before, found.mini_batch.after) == pytest.approx(
        (whole.mini_batch.before, whole.mini_batch.after), rel=1e-12
    )
