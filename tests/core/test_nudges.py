import math

import numpy as np
import pytest
from core.autograd import flat_gradient, passes
from core.plain import COMBINATIONS, saturated_network, some_samples
from core.steps import HYPERS, N, check_frozen, drawn_steps, prepared
from hypothesis import given, settings

from nnviz.core.descent import HyperParameters
from nnviz.core.network import Network
from nnviz.core.nudges import agreement, dot_products, nudges
from nnviz.core.stages import trace_step


def gradients_one_by_one(step):
    """Return ∇C_x of every sample, (m, P), by a step of that sample alone: the slow way."""
    images, labels = some_samples(step.network, N)
    hyper = HyperParameters()
    singles = [
        trace_step(step.network, images[[sample]], labels[[sample]], hyper, masks=step.masks)
        for sample in step.samples
    ]
    return np.array([single.mean_gradient for single in singles])


def some_step(**named):
    return prepared(**{"m": 6, **named})


# Nudges of chosen parameters


@settings(max_examples=100, deadline=None, derandomize=True)
@given(drawn_steps())
def test_the_nudges_are_each_samples_gradient_downhill(step):
    gradients = gradients_one_by_one(step)
    found = nudges(step.trace(), np.arange(step.network.theta.size))
    np.testing.assert_allclose(found.each, -gradients, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.mean, -step.trace().mean_gradient, rtol=1e-9, atol=1e-12)
    assert ((found.cancelled >= 0) & (found.cancelled <= 1)).all()


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_autograd_finds_the_same_nudges(activation, cost):
    step = some_step(activation=activation, cost=cost, hyper=HYPERS["dropout"])
    found = nudges(step.trace(), np.arange(step.network.theta.size))
    for x, y, row in zip(*step.batch, found.each, strict=True):
        torchs = passes(step.network, x[None], y[None], step.masks)
        torchs.costs.sum().backward()
        np.testing.assert_allclose(row, -flat_gradient(torchs.layers), rtol=1e-9, atol=1e-12)


def test_only_the_parameters_asked_for_are_returned_in_their_order():
    trace = some_step().trace()
    everything = nudges(trace, np.arange(trace.network.theta.size))
    some = nudges(trace, [30, 2, 2, 50, 0])
    assert some.indices.tolist() == [30, 2, 2, 50, 0]
    assert some.each.tolist() == everything.each[:, [30, 2, 2, 50, 0]].tolist()
    assert some.cancelled.tolist() == everything.cancelled[[30, 2, 2, 50, 0]].tolist()
    assert nudges(trace, []).each.shape == (6, 0)


def test_regularisation_asks_nothing_of_a_single_sample():
    plain, regularised = some_step().trace(), some_step(hyper=HYPERS["L2"]).trace()
    assert nudges(plain, [0, 7]).each.tolist() == nudges(regularised, [0, 7]).each.tolist()


def one_neuron(bytes_in, labels):
    """Return the trace of a sigmoid neuron for each of two labels, at θ = 0: a = ½, δ = ±⅛, ∂C/∂w = x δ."""
    network = Network((1, 2), dtype=np.float64)
    network.theta[...] = 0
    images = np.array(bytes_in, np.uint8)[:, None]
    return trace_step(network, images, np.array(labels, np.uint8), HyperParameters())


def test_opposite_nudges_cancel():
    # Neuron 0 is to be 1 for the first and 0 for the others: −∂C/∂b is ⅛, −⅛ and −⅛, and −∂C/∂w that times x.
    trace = one_neuron([255, 255, 51], [0, 1, 1])
    found = nudges(trace, [0, 1])
    np.testing.assert_allclose(found.each, [[1 / 8, 1 / 8], [-1 / 8, -1 / 8], [-1 / 40, -1 / 8]], atol=1e-15)
    np.testing.assert_allclose(found.mean, [-1 / 120, -1 / 24], atol=1e-15)
    # |1 − 1 − 1/5| of 1 + 1 + 1/5 is left of one, a third of the other
    np.testing.assert_allclose(found.cancelled, [10 / 11, 2 / 3], atol=1e-12)


def test_all_may_cancel_or_nothing():
    assert nudges(one_neuron([255, 255], [0, 1]), [0, 1]).cancelled.tolist() == [1, 1]
    assert nudges(one_neuron([255, 51], [1, 1]), [0, 1]).cancelled.tolist() == [0, 0]
    assert nudges(one_neuron([0, 0], [1, 0]), [0, 1]).cancelled.tolist() == [0, 1], "black pixels ask nothing"


@pytest.mark.parametrize("index", [-1, 51, 1000])
def test_a_parameter_that_is_not_there_is_refused(index):
    trace = some_step().trace()
    with pytest.raises(IndexError, match=f"no parameter {index:,}"):
        nudges(trace, [0, index])


# The whole gradients


def check_agreement(step):
    gradients = gradients_one_by_one(step)
    mean = gradients.mean(axis=0)
    norms, mean_norm = np.linalg.norm(gradients, axis=1), np.linalg.norm(mean)
    found = agreement(step.trace())
    # Where all samples cancel, what is left of the mean is rounding.
    close = {"rtol": 1e-8, "atol": 1e-9 * max(1.0, norms.max())}
    np.testing.assert_allclose(found.norms, norms, **close)
    assert found.mean_norm == pytest.approx(mean_norm, rel=1e-8, abs=1e-12)
    np.testing.assert_allclose(dot_products(step.trace()), gradients @ gradients.T, **close)
    if mean_norm > 1e-6 * norms.max():
        np.testing.assert_allclose(found.projections, gradients @ mean / mean_norm, **close)
        assert found.projections.mean() == pytest.approx(found.mean_norm, rel=1e-8)
        cosines = gradients @ mean / np.where(norms == 0, np.nan, norms) / mean_norm
        np.testing.assert_allclose(found.cosines, cosines, rtol=1e-7, atol=1e-7)
        assert found.projections[found.dominant] == found.projections.max()
    assert found.cancelled == pytest.approx(1 - mean_norm / norms.mean() if norms.any() else 0.0, abs=1e-9)
    assert 0 <= found.cancelled <= 1


@settings(max_examples=150, deadline=None, derandomize=True)
@given(drawn_steps())
def test_norms_and_angles_are_those_of_the_gradients_written_out(step):
    check_agreement(step)


@pytest.mark.parametrize("hyper", HYPERS.values(), ids=HYPERS)
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_every_combination_agrees_with_the_gradients_written_out(activation, cost, hyper):
    check_agreement(some_step(activation=activation, cost=cost, hyper=hyper))


def test_two_samples_by_hand():
    """Both neurons' δ are ±⅛: ∇C is (x δ, δ, −x δ, −δ), of the norm ⅛ √(2 (x² + 1))."""
    trace = one_neuron([255, 0], [0, 1])
    found = agreement(trace)
    np.testing.assert_allclose(found.norms, [1 / 4, math.sqrt(2) / 8], atol=1e-15)
    # the mean is (−1/16, 0, 1/16, 0): the second sample's gradient is at right angles to it
    assert found.mean_norm == pytest.approx(math.sqrt(2) / 16, abs=1e-15)
    np.testing.assert_allclose(found.projections, [math.sqrt(2) / 8, 0], atol=1e-15)
    np.testing.assert_allclose(found.cosines, [math.sqrt(0.5), 0], atol=1e-15)
    assert found.cancelled == pytest.approx(
        1 - (math.sqrt(2) / 16) / ((1 / 4 + math.sqrt(2) / 8) / 2), abs=1e-14
    )
    assert found.dominant == 0
    np.testing.assert_allclose(dot_products(trace), [[1 / 16, -1 / 32], [-1 / 32, 1 / 32]], atol=1e-15)


def test_a_single_sample_agrees_with_itself():
    found = agreement(some_step(m=1).trace())
    assert found.cosines == pytest.approx([1], abs=1e-12)
    assert found.cosines[0] <= 1
    assert found.norms[0] == pytest.approx(found.mean_norm, rel=1e-12)
    assert (found.cancelled, found.dominant) == (pytest.approx(0, abs=1e-12), 0)
    assert found.cancelled >= 0


def test_where_there_is_no_gradient_nothing_cancels_and_nobody_dominates():
    """Saturated outputs of the quadratic cost ask nothing at all."""
    network = Network((1, 1), dtype=np.float64)
    network.theta[...] = [0, -1000]
    trace = trace_step(network, np.zeros((3, 1), np.uint8), np.zeros(3, np.uint8), HyperParameters())
    found = agreement(trace)
    assert found.norms.tolist() == [0, 0, 0]
    assert np.isnan(found.cosines).all()
    assert (found.mean_norm, found.cancelled, found.dominant) == (0, 0, None)
    asked = nudges(trace, [0, 1])
    assert (asked.each.any(), asked.cancelled.tolist()) == (False, [0, 0])


def test_numbers_beyond_float32_are_met_in_float64():
    """The square of an error of 1e-25 is 0 in float32."""
    network = Network((1, 1), dtype=np.float32)
    network.theta[...] = [0, -58]
    trace = trace_step(network, np.full((2, 1), 255, np.uint8), np.zeros(2, np.uint8), HyperParameters())
    found = agreement(trace)
    length = math.sqrt(2) * math.exp(-58)
    assert found.norms == pytest.approx([length, length], rel=1e-5)
    assert found.mean_norm == pytest.approx(length, rel=1e-5)
    np.testing.assert_allclose(dot_products(trace), np.full((2, 2), length**2), rtol=1e-5)


def test_float32_agrees_with_float64():
    single, double = (some_step(dtype=dtype).trace() for dtype in (np.float32, np.float64))
    np.testing.assert_allclose(agreement(single).cosines, agreement(double).cosines, rtol=1e-4, atol=1e-5)
    asked = nudges(single, [3, 20])
    assert asked.each.dtype == asked.mean.dtype == np.float64
    np.testing.assert_allclose(asked.each, nudges(double, [3, 20]).each, rtol=1e-4, atol=1e-6)


def test_nan_and_saturation_pass_without_a_warning():
    step = some_step()
    step.network.theta[...] = np.nan
    with np.errstate(all="raise"):
        trace = step.trace()
        assert np.isnan(nudges(trace, [0]).each).all()
        assert np.isnan(dot_products(trace)).all()
        found = agreement(trace)
    assert found.dominant is None
    assert math.isnan(found.cancelled)
    network = saturated_network("relu", "cross-entropy", np.float32)
    images, labels = some_samples(network, 5)
    with np.errstate(all="raise"):
        agreement(trace_step(network, images, labels, HyperParameters()))


def test_results_are_frozen():
    trace = some_step().trace()
    check_frozen(nudges(trace, [0, 1]))
    check_frozen(agreement(trace))
    assert not dot_products(trace).flags.writeable


def test_indices_belong_to_the_caller():
    indices = np.array([1, 2])
    found = nudges(some_step().trace(), indices)
    indices[...] = 0
    assert found.indices.tolist() == [1, 2]


@pytest.mark.parametrize("piece", [1, 3, 7])
def test_it_makes_no_difference_in_how_many_pieces_it_is_computed(monkeypatch, piece):
    trace = some_step(m=7).trace()
    whole = agreement(trace)
    monkeypatch.setattr("nnviz.core.nudges.PIECE", piece)
    found = agreement(trace)
    for name in ("norms", "projections", "cosines", "mean_norm", "cancelled"):
        np.testing.assert_allclose(getattr(found, name), getattr(whole, name), rtol=1e-10, atol=1e-12)
    assert found.dominant == whole.dominant
