import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from core.autograd import flat_gradient, passes
from core.plain import COMBINATIONS, PlainNetwork, plain, saturated_network, some_network, some_samples
from core.steps import HYPERS, N, arrays_in, check_frozen, drawn_steps, prepared
from hypothesis import given, settings

from nnviz.core.chain import softmax_jacobian
from nnviz.core.descent import Descent, HyperParameters
from nnviz.core.network import Network
from nnviz.core.regularisation import Regularisation
from nnviz.core.stages import Kind, Stage, stages, trace_next_step, trace_step

DTYPES = [np.float32, np.float64]
every_combination = pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
every_hyper = pytest.mark.parametrize("hyper", HYPERS.values(), ids=HYPERS)


@pytest.fixture(autouse=True)
def errors_as_a_step_has_them():
    with np.errstate(all="ignore"):
        yield


# The order of the stages


def test_the_stages_come_in_the_order_of_the_book():
    kinds = [(stage.kind, stage.layer) for stage in stages(3)]
    assert kinds == [
        ("mini-batch", None),
        ("forward", 1),
        ("forward", 2),
        ("forward", 3),
        ("cost", None),
        ("output error", 3),
        ("backward", 2),
        ("backward", 1),
        ("gradient", None),
        ("update", None),
    ]


def test_without_hidden_layers_nothing_is_propagated_backwards():
    assert [stage.kind for stage in stages(1)] == [
        Kind.MINI_BATCH, Kind.FORWARD, Kind.COST, Kind.OUTPUT_ERROR, Kind.GRADIENT, Kind.UPDATE
    ]  # fmt: skip
    assert prepared(sizes=(4, 3)).trace().stages == stages(1)


def test_each_stage_names_the_books_equations_it_carries_out():
    named = {stage.kind: stage.equations for stage in stages(2) if stage.equations}
    assert named == {"output error": ("BP1",), "backward": ("BP2",), "gradient": ("BP3", "BP4")}


# The very step


def assert_same_bits(trace, step):
    """Compare all that a step leaves behind with what the trace foretold."""
    before = step.network.theta.tobytes()
    assert trace.network.theta.tobytes() == before
    cost = step.make()
    assert trace.cost == cost or math.isnan(cost)
    assert trace.gradient.tobytes() == step.descent.gradient.tobytes()
    assert trace.update.tobytes() == step.descent.velocity.tobytes()
    assert trace.after.theta.tobytes() == step.network.theta.tobytes()
    for z, found in zip(trace.z, step.descent.work.z, strict=True):
        assert found.tobytes() == z.tobytes()


@pytest.mark.parametrize("dtype", DTYPES)
@every_hyper
@every_combination
def test_theta_after_the_stages_is_that_after_the_step_to_the_last_bit(activation, cost, hyper, dtype):
    step = prepared(activation, cost, hyper, dtype=dtype)
    for m in (5, 5, 2, 30, 1):
        step.samples = np.arange(m)
        assert_same_bits(step.trace(), step)
        step.step += 1


@settings(max_examples=150, deadline=None, derandomize=True)
@given(drawn_steps(np.float32))
def test_any_step_in_float32_is_foretold_to_the_last_bit(step):
    assert_same_bits(step.trace(), step)


@pytest.mark.parametrize("m", [1, 10, 32, 100])
@every_hyper
def test_a_step_of_the_videos_network_is_foretold_to_the_last_bit(hyper, m):
    network = Network((784, 16, 16, 10))
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (200, 784), np.uint8)
    images[:, ::3] = 0
    descent = Descent(network, images, random.integers(0, 10, 200).astype(np.uint8))
    for step in range(3):
        samples = random.integers(0, 200, m)
        trace = trace_next_step(descent, samples, hyper, step)
        assert trace.cost == descent.step(samples, hyper, step)
        assert trace.after.theta.tobytes() == network.theta.tobytes()
        assert trace.update.tobytes() == descent.velocity.tobytes()


@pytest.mark.parametrize("dtype", DTYPES)
def test_looking_changes_nothing(dtype):
    looked_at, left_alone = (prepared(hyper=HYPERS["everything"], dtype=dtype) for _ in range(2))
    for step in range(4):
        looked_at.step = left_alone.step = step
        before = looked_at.network.theta.tobytes(), looked_at.descent.velocity.tobytes()
        looked_at.trace()
        assert before == (looked_at.network.theta.tobytes(), looked_at.descent.velocity.tobytes())
        assert looked_at.make() == left_alone.make()
        gradient = looked_at.descent.gradient.tobytes()
        looked_at.trace()
        assert looked_at.descent.gradient.tobytes() == gradient
    assert looked_at.network.theta.tobytes() == left_alone.network.theta.tobytes()


def test_a_step_may_be_given_without_a_descent():
    step = prepared(hyper=HYPERS["everything"])
    images, labels = some_samples(step.network, N)
    trace = trace_step(
        step.network,
        images[step.samples],
        labels[step.samples],
        step.hyper,
        step.descent.velocity,
        step.masks,
        N,
    )
    assert_same_bits(trace, step)


def test_the_first_step_has_no_velocity_and_regularisation_is_shared_by_the_mini_batch_if_nothing_else_is_said():
    network = some_network("tanh", "cross-entropy")
    images, labels = some_samples(network, 6)
    hyper = HyperParameters(l2=1, momentum=0.9)
    trace = trace_step(network, images, labels, hyper)
    assert not trace.kept.any()
    assert trace.regularisation == Regularisation(1, 0, 6)


# Every number


@every_hyper
@every_combination
def test_autograd_finds_the_same_numbers_at_every_stage(activation, cost, hyper):
    step = prepared(activation, cost, hyper)
    X, Y = step.batch
    torchs = passes(step.network, X, Y, step.masks)
    torchs.costs.sum().backward()
    trace = step.trace()
    close = {"rtol": 1e-9, "atol": 1e-12}
    np.testing.assert_allclose(trace.costs, torchs.costs.detach().numpy(), **close)
    for layer in range(3):
        np.testing.assert_allclose(trace.z[layer].T, torchs.zs[layer].detach().numpy(), **close)
        np.testing.assert_allclose(trace.a[layer].T, torchs.activations[layer].detach().numpy(), **close)
        np.testing.assert_allclose(trace.delta[layer].T, torchs.zs[layer].grad.numpy(), **close)
        np.testing.assert_allclose(trace.error[layer].T, torchs.activations[layer].grad.numpy(), **close)
    np.testing.assert_allclose(trace.mean_gradient, flat_gradient(torchs.layers) / 5, **close)
    np.testing.assert_allclose(trace.inputs, X, rtol=1e-15)
    np.testing.assert_array_equal(trace.targets.T, Y)
    np.testing.assert_array_equal(trace.labels, Y.argmax(axis=1))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(drawn_steps())
def test_the_gradient_is_what_central_differences_say(step):
    kept = None if step.masks is None else [np.flatnonzero(mask) for mask in step.masks]
    regularisation = Regularisation(step.hyper.l2, step.hyper.l1, N)
    dropout = step.hyper.dropout if kept else 0.0
    oracle = PlainNetwork(
        step.network.sizes,
        step.network.activation_name,
        step.network.cost.name,
        regularisation,
        kept,
        dropout,
    )
    X, Y = step.batch
    differences, smooth = oracle.differences(step.network.theta, X, Y)
    trace = step.trace()
    assert trace.cost == pytest.approx(oracle.cost(step.network.theta, X, Y), rel=1e-9)
    np.testing.assert_allclose(trace.gradient[smooth], differences[smooth], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(trace.after.theta - trace.network.theta, trace.update, rtol=1e-9, atol=1e-14)


@every_combination
def test_each_sample_has_the_errors_of_its_own_trace_not_divided_by_m(activation, cost):
    step = prepared(activation, cost, m=4)
    trace = step.trace()
    for sample, (x, y) in enumerate(zip(*step.batch, strict=True)):
        alone = step.network.trace(x, y)
        assert trace.costs[sample] == pytest.approx(alone.cost, rel=1e-12)
        for name in ("z", "a", "slope", "error", "delta"):
            for layer, expected in enumerate(getattr(alone, name)):
                np.testing.assert_allclose(
                    getattr(trace, name)[layer][:, sample], expected, rtol=1e-10, atol=1e-14, err_msg=name
                )


@pytest.mark.parametrize("dtype", DTYPES)
@every_hyper
@every_combination
def test_delta_is_error_times_slope_to_the_last_bit_in_hidden_layers(activation, cost, hyper, dtype):
    trace = prepared(activation, cost, hyper, dtype=dtype).trace()
    for layer in (0, 1):
        np.testing.assert_array_equal(trace.delta[layer], trace.error[layer] * trace.slope[layer])


@every_combination
def test_delta_at_the_output_is_what_the_jacobian_makes_of_the_error(activation, cost):
    """For a softmax it is full, and error ⊙ slope would be wrong."""
    trace = prepared(activation, cost).trace()
    product = trace.error[-1] * trace.slope[-1]
    if cost == "log-likelihood":
        for sample in range(trace.m):
            expected = softmax_jacobian(trace.a[-1][:, sample]) @ trace.error[-1][:, sample]
            np.testing.assert_allclose(trace.delta[-1][:, sample], expected, rtol=1e-10, atol=1e-14)
        assert not np.allclose(trace.delta[-1], product)
    else:
        np.testing.assert_allclose(trace.delta[-1], product, rtol=1e-10, atol=1e-14)


def test_with_dropout_a_neuron_left_out_passes_nothing_on_and_gets_no_error():
    step = prepared("tanh", "cross-entropy", HYPERS["dropout"], sizes=(5, 8, 6, 3))
    trace = step.trace()
    for layer, mask in enumerate(step.masks):
        out = mask.ravel() == 0
        assert 0 < out.sum() < len(out), "or nothing is tested"
        assert trace.masks[layer].tolist() == mask.tolist()
        for arrays in (trace.a, trace.slope, trace.delta):
            assert not arrays[layer][out].any()
        assert trace.z[layer][out].all(), "z is computed all the same"
        np.testing.assert_allclose(trace.a[layer], mask * np.tanh(trace.z[layer]), rtol=1e-12)
    assert prepared("tanh").trace().masks is None


def test_regularisation_is_shown_apart_and_leaves_biases_alone():
    step = prepared(hyper=HYPERS["everything"])
    theta, is_weight = step.network.theta.copy(), step.network.is_weight()
    trace = step.trace()
    pull = (2.0 * theta + 0.5 * np.sign(theta)) / N * is_weight
    np.testing.assert_allclose(trace.penalty_gradient, pull, rtol=1e-12)
    np.testing.assert_allclose(trace.gradient, trace.mean_gradient + pull, rtol=1e-12, atol=1e-15)
    weights = theta[is_weight == 1]
    assert trace.penalty == pytest.approx((weights**2).sum() / N + 0.5 * np.abs(weights).sum() / N, rel=1e-12)
    assert trace.cost == trace.mean_cost + trace.penalty
    assert trace.mean_cost == pytest.approx(trace.costs.mean(), rel=1e-12)


def test_without_regularisation_there_is_no_part_of_it():
    trace = prepared().trace()
    assert (trace.penalty, trace.penalty_gradient.any(), trace.cost) == (0.0, False, trace.mean_cost)
    assert trace.gradient.tobytes() == trace.mean_gradient.tobytes()


def test_momentum_is_shown_apart():
    step = prepared(hyper=HYPERS["momentum"])
    velocity = step.descent.velocity.copy()
    trace = step.trace()
    np.testing.assert_allclose(trace.kept, 0.9 * velocity, rtol=1e-14)
    np.testing.assert_allclose(trace.update, 0.9 * velocity - 0.3 * trace.gradient, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(trace.after.theta, step.network.theta + trace.update, rtol=1e-15)
    assert not prepared(hyper=HYPERS["plain"]).trace().kept.any()


def test_the_network_by_hand_has_every_number_of_its_step_by_hand():
    """The 2-2-1 network of test_backprop, whose weighted inputs are logarithms: x = (51, 255) in bytes, y = 1."""
    theta = np.array([1, -2, math.log(3) + 1.8, -3, 0.5, 0.1 - math.log(4), 2, -1, -math.log(9) - 1.3])
    network = Network((2, 2, 1), dtype=np.float64).at(theta)
    # twice the same sample: the mean is that of one, and so is each column
    images, labels = np.array([[51, 255]] * 2, np.uint8), np.zeros(2, np.uint8)
    velocity = np.array([0.1, 0.2, 0.3, -0.1, -0.2, -0.3, 0.4, 0.0, -0.4])
    trace = trace_step(network, images, labels, HyperParameters(eta=2, momentum=0.5, l2=9), velocity, n=3)
    expected = {
        "z": ([math.log(3), -math.log(4)], [-math.log(9)]),
        "a": ([3 / 4, 1 / 5], [1 / 10]),
        "slope": ([3 / 16, 4 / 25], [9 / 100]),
        "error": ([-81 / 500, 81 / 1000], [-9 / 10]),
        "delta": ([-243 / 8000, 81 / 6250], [-81 / 1000]),
    }
    for name, layers in expected.items():
        for found, by_layer in zip(getattr(trace, name), layers, strict=True):
            by_sample = np.array([by_layer] * 2).T
            np.testing.assert_allclose(found, by_sample, atol=1e-12, rtol=0, err_msg=name)
    gradient = np.array(
        [-0.006075, -0.030375, -0.030375, 0.002592, 0.01296, 0.01296, -0.06075, -0.0162, -0.081]
    )
    pull = 3 * np.array([1, -2, 0, -3, 0.5, 0, 2, -1, 0])
    np.testing.assert_allclose(trace.mean_gradient, gradient, atol=1e-12, rtol=0)
    np.testing.assert_allclose(trace.penalty_gradient, pull, atol=1e-12, rtol=0)
    np.testing.assert_allclose(trace.kept, velocity / 2, atol=1e-15, rtol=0)
    np.testing.assert_allclose(trace.update, velocity / 2 - 2 * (gradient + pull), atol=1e-12, rtol=0)
    np.testing.assert_allclose(trace.after.theta, theta + trace.update, atol=1e-12, rtol=0)
    assert trace.costs == pytest.approx([81 / 200] * 2, abs=1e-12)
    assert trace.penalty == pytest.approx(9 / 6 * (1 + 4 + 9 + 0.25 + 4 + 1), abs=1e-12)


def test_activations_begin_with_the_inputs():
    trace = prepared().trace()
    assert trace.activations(0).tolist() == trace.inputs.T.tolist()
    assert trace.activations(2) is trace.a[1]
    assert not trace.activations(0).flags.writeable


@pytest.mark.parametrize("sizes", [(4, 3), (4, 5, 3), (4, 5, 6, 2, 3)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_trace_has_an_array_for_every_layer_of_the_networks_type(sizes, dtype):
    trace = prepared(sizes=sizes, m=7, dtype=dtype).trace()
    for arrays in (trace.z, trace.a, trace.slope, trace.error, trace.delta):
        assert [(array.shape, array.dtype) for array in arrays] == [((n, 7), dtype) for n in sizes[1:]]
    vectors = (trace.mean_gradient, trace.penalty_gradient, trace.gradient, trace.kept, trace.update)
    assert {(vector.shape, vector.dtype) for vector in vectors} == {
        (trace.network.theta.shape, np.dtype(dtype))
    }
    assert (trace.m, trace.costs.shape, trace.costs.dtype) == (7, (7,), dtype)
    assert (trace.images.dtype, trace.labels.dtype) == (np.uint8, np.int64)


# Frozen


@every_hyper
def test_no_array_of_a_trace_can_be_written_and_none_is_shared(hyper):
    step = prepared(hyper=hyper)
    trace = step.trace()
    check_frozen(trace)
    with pytest.raises(ValueError, match="read-only"):
        trace.after.weights[0][...] = 0
    with pytest.raises(FrozenInstanceError):
        trace.cost = 0.0


def test_a_trace_stays_as_it_is_when_the_descent_goes_on():
    step = prepared(hyper=HYPERS["everything"])
    trace = step.trace()
    before = {name: array.tobytes() for name, array in arrays_in(trace)}
    for _ in range(3):
        step.make()
    step.network.theta[...] = np.nan
    step.descent.images[...] = 0
    step.trace()
    assert {name: array.tobytes() for name, array in arrays_in(trace)} == before


# Edges


@pytest.mark.parametrize("dtype", DTYPES)
@every_combination
def test_a_saturated_step_is_traced_in_numbers_without_a_warning(activation, cost, dtype):
    network = saturated_network(activation, cost, dtype)
    descent = Descent(network, *some_samples(network, N))
    with np.errstate(all="raise"):  # whatever the caller has set, a trace sets its own
        trace = trace_next_step(descent, np.arange(6), HYPERS["everything"], 1)
    for name, array in arrays_in(trace):
        assert np.isfinite(array).all(), name


def test_a_diverged_network_is_traced_all_the_same():
    step = prepared(dtype=np.float32)
    step.network.theta[...] = np.nan
    with np.errstate(all="raise"):
        trace = step.trace()
    assert math.isnan(trace.cost)
    assert np.isnan(trace.after.theta).all()


def test_a_network_without_hidden_layers_has_empty_masks():
    step = prepared(hyper=HYPERS["dropout"], sizes=(4, 3))
    assert step.trace().masks == ()
    assert_same_bits(step.trace(), step)


def test_what_a_step_refuses_a_trace_refuses():
    network = some_network("sigmoid", "quadratic")
    images, labels = some_samples(network, 4)
    with pytest.raises(ValueError, match="step functions cannot be trained"):
        trace_step(Network((5, 4, 3), "step"), images, labels, HyperParameters())
    with pytest.raises(ValueError, match="these are float64"):
        trace_step(network, images / 255, labels, HyperParameters())
    with pytest.raises(ValueError, match=r"\(n, 5\)"):
        trace_step(network, images[:, :3], labels, HyperParameters())
    with pytest.raises(ValueError, match="output neurons, for the labels 0 to 2"):
        trace_step(network, images, labels + 3, HyperParameters())


def test_stages_are_values():
    assert Stage(Kind.FORWARD, 1) == Stage(Kind("forward"), 1) != Stage(Kind.FORWARD, 2)
    assert stages(2).index(Stage(Kind.BACKWARD, 1)) == 5


def test_the_oracle_knows_dropout():
    """So that the agreement above says something."""
    step = prepared(hyper=HYPERS["dropout"])
    X, Y = step.batch
    assert step.trace().mean_cost != pytest.approx(plain(step.network).cost(step.network.theta, X, Y))
