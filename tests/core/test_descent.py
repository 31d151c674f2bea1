import math

import numpy as np
import pytest
from core.plain import (
    COMBINATIONS,
    PlainNetwork,
    encoded,
    plain,
    saturated_network,
    some_network,
    some_samples,
)

from nnviz.core.descent import Descent, HyperParameters
from nnviz.core.evaluation import RunningEvaluation, evaluate
from nnviz.core.network import Network
from nnviz.core.regularisation import Regularisation

DTYPES = [np.float32, np.float64]
N = 40
BATCH = np.array([3, 17, 0, 39, 8])


@pytest.fixture(autouse=True)
def errors_as_the_docstring_says():
    with np.errstate(all="ignore"):
        yield


def some_descent(activation="sigmoid", cost="quadratic", seed=0, **named):
    network = some_network(activation, cost, **named)
    return Descent(network, *some_samples(network, N), seed)


def batch_of(descent, samples=BATCH):
    images, labels = some_samples(descent.network, N)
    return encoded(descent.network, images[samples], labels[samples])


# One step


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_a_step_goes_eta_times_the_gradient_downhill(activation, cost):
    descent = some_descent(activation, cost)
    network = descent.network
    before = network.theta.copy()
    expected_cost, gradient = network.gradient(*batch_of(descent))
    found_cost = descent.step(BATCH, HyperParameters(eta=0.7))
    assert found_cost == pytest.approx(expected_cost, rel=1e-13)
    assert isinstance(found_cost, float)
    np.testing.assert_allclose(network.theta, before - 0.7 * gradient, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(descent.gradient, gradient, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(descent.velocity, -0.7 * gradient, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_float32_steps_like_float64(activation, cost):
    precise, single = (some_descent(activation, cost, dtype=dtype) for dtype in (np.float64, np.float32))
    hyper = HyperParameters(eta=0.5, l2=1, l1=0.5, momentum=0.5)
    for _ in range(5):
        costs = [descent.step(BATCH, hyper) for descent in (precise, single)]
        assert costs[1] == pytest.approx(costs[0], rel=1e-4)
    assert single.network.theta.dtype == single.velocity.dtype == single.gradient.dtype == np.float32
    np.testing.assert_allclose(single.network.theta, precise.network.theta, rtol=1e-4, atol=1e-5)


def test_the_network_is_changed_in_place():
    descent = some_descent()
    theta, weights = descent.network.theta, descent.network.weights[1]
    before = weights.copy()
    descent.step(BATCH, HyperParameters())
    assert descent.network.theta is theta
    assert (weights != before).any()


def test_a_learning_rate_of_0_only_computes():
    descent = some_descent()
    before = descent.network.theta.tobytes()
    cost = descent.step(BATCH, HyperParameters(eta=0))
    assert cost == pytest.approx(descent.network.cost_of(*batch_of(descent)), rel=1e-13)
    assert descent.network.theta.tobytes() == before
    assert descent.gradient.any()


def test_a_step_reads_the_samples_and_changes_none():
    descent = some_descent()
    images, labels = some_samples(descent.network, N)
    descent = Descent(descent.network, images, labels)
    images.flags.writeable = labels.flags.writeable = False
    batch = BATCH.copy()
    batch.flags.writeable = False
    descent.step(batch, HyperParameters())
    expected = some_samples(descent.network, N)
    assert images.tobytes() == expected[0].tobytes()
    assert labels.tobytes() == expected[1].tobytes()


def test_a_sample_that_is_twice_in_a_batch_counts_twice():
    once, twice = some_descent(), some_descent()
    once.step(np.array([4]), HyperParameters())
    twice.step(np.array([4, 4, 4]), HyperParameters())
    np.testing.assert_allclose(twice.network.theta, once.network.theta, rtol=1e-13)


def test_batches_may_change_their_length_at_any_step():
    """An epoch's last mini-batch is shorter, and the user may choose another size: no buffer may go stale."""
    descent = some_descent()
    hyper = HyperParameters(eta=0.5)
    for m in (10, 10, 3, 10, 7, 3, 10, 1, 40, 10):
        samples = np.arange(m)
        expected_cost, gradient = descent.network.gradient(*batch_of(descent, samples))
        expected = descent.network.theta - 0.5 * gradient
        assert descent.step(samples, hyper) == pytest.approx(expected_cost, rel=1e-13)
        np.testing.assert_allclose(descent.network.theta, expected, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(descent.gradient, gradient, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_steps_are_the_same_to_the_last_bit_whatever_was_computed_in_between(dtype):
    straight, disturbed = some_descent(dtype=dtype), some_descent(dtype=dtype)
    samples = some_samples(disturbed.network, N)
    hyper = HyperParameters(eta=0.5, momentum=0.3, l2=0.1, dropout=0.5)
    for step in range(6):
        costs = [descent.step(BATCH + step % 3, hyper, step) for descent in (straight, disturbed)]
        assert costs[0] == costs[1]
        X, Y = encoded(disturbed.network, *samples)
        evaluate(disturbed.network, *samples)
        disturbed.network.trace(X[0], Y[0])
        disturbed.network.gradient(X, Y)
        disturbed.masks(0.5, 99)
    assert straight.network.theta.tobytes() == disturbed.network.theta.tobytes()


@pytest.mark.parametrize("dtype", DTYPES)
def test_theta_and_velocity_are_all_there_is_to_carry_over(dtype):
    """A keyframe holds these two; whoever goes on from it must come to the same bits."""
    hyper = HyperParameters(eta=0.5, momentum=0.9, l1=0.1, dropout=0.3)
    whole = some_descent(dtype=dtype, seed=5)
    for step in range(8):
        if step == 4:
            theta, velocity = whole.network.theta.copy(), whole.velocity.copy()
        whole.step(BATCH[: 5 - step % 2], hyper, step)
    resumed = some_descent(dtype=dtype, seed=5)
    resumed.network.theta[...] = theta
    resumed.velocity[...] = velocity
    for step in range(4, 8):
        resumed.step(BATCH[: 5 - step % 2], hyper, step)
    assert resumed.network.theta.tobytes() == whole.network.theta.tobytes()
    assert resumed.velocity.tobytes() == whole.velocity.tobytes()


# Regularisation


def test_l2_lets_weights_decay_as_the_book_says():
    """w → (1 − ηλ/n) w − η ∂C₀/∂w, and b → b − η ∂C₀/∂b."""
    eta, l2 = 0.5, 4.0
    descent = some_descent()
    network = descent.network
    before = network.at(network.theta.copy())
    cost, gradient = network.gradient(*batch_of(descent))
    dw, db = network.views(gradient)
    squares = sum((w**2).sum() for w in before.weights)
    found_cost = descent.step(BATCH, HyperParameters(eta=eta, l2=l2))
    assert found_cost == pytest.approx(cost + l2 / (2 * N) * squares, rel=1e-13)
    for layer in range(3):
        expected = (1 - eta * l2 / N) * before.weights[layer] - eta * dw[layer]
        np.testing.assert_allclose(network.weights[layer], expected, rtol=1e-12)
        np.testing.assert_allclose(network.biases[layer], before.biases[layer] - eta * db[layer], rtol=1e-12)


def test_l1_shrinks_weights_by_a_constant_as_the_book_says():
    """w → w − ηλ/n sgn w − η ∂C₀/∂w, and b → b − η ∂C₀/∂b."""
    eta, l1 = 0.5, 4.0
    descent = some_descent()
    network = descent.network
    before = network.at(network.theta.copy())
    cost, gradient = network.gradient(*batch_of(descent))
    dw, db = network.views(gradient)
    found_cost = descent.step(BATCH, HyperParameters(eta=eta, l1=l1))
    assert found_cost == pytest.approx(cost + l1 / N * sum(abs(w).sum() for w in before.weights), rel=1e-13)
    for layer in range(3):
        w = before.weights[layer]
        expected = w - eta * l1 / N * np.sign(w) - eta * dw[layer]
        np.testing.assert_allclose(network.weights[layer], expected, rtol=1e-12)
        np.testing.assert_allclose(network.biases[layer], before.biases[layer] - eta * db[layer], rtol=1e-12)


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_a_regularised_step_follows_the_gradient_of_the_regularised_cost(activation, cost):
    descent = some_descent(activation, cost)
    network = descent.network
    before = network.theta.copy()
    regularisation = Regularisation(l2=3, l1=2, n=N)
    expected_cost, gradient = network.gradient(*batch_of(descent), regularisation)
    found_cost = descent.step(BATCH, HyperParameters(eta=0.2, l2=3, l1=2))
    assert found_cost == pytest.approx(expected_cost, rel=1e-13)
    np.testing.assert_allclose(network.theta, before - 0.2 * gradient, rtol=1e-12, atol=1e-15)


# Momentum


def test_momentum_follows_the_books_equations():
    """v → μ v − η ∇C and θ → θ + v, over steps in which η and μ change."""
    descent = some_descent()
    network = descent.network
    theta, velocity = network.theta.copy(), np.zeros_like(network.theta)
    schedule = [(0.5, 0.9), (0.5, 0.9), (0.5, 0.9), (0.1, 0.9), (0.5, 0.3), (0.5, 0.0), (0.5, 0.6)]
    for step, (eta, mu) in enumerate(schedule):
        samples = np.arange(step, step + 6)
        _, gradient = network.at(theta).gradient(*batch_of(descent, samples))
        velocity = mu * velocity - eta * gradient
        theta = theta + velocity
        descent.step(samples, HyperParameters(eta=eta, momentum=mu), step)
        np.testing.assert_allclose(network.theta, theta, rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(descent.velocity, velocity, rtol=1e-10, atol=1e-13)


def test_momentum_by_hand():
    """The 2-2-1 network of test_backprop, whose gradient is known as fractions: x = (51, 255) in bytes."""
    theta = np.array([1, -2, math.log(3) + 1.8, -3, 0.5, 0.1 - math.log(4), 2, -1, -math.log(9) - 1.3])
    network = Network((2, 2, 1), dtype=np.float64).at(theta.copy())
    descent = Descent(network, np.array([[51, 255]], np.uint8), np.array([0], np.uint8))
    descent.velocity[...] = [0.1, 0.2, 0.3, -0.1, -0.2, -0.3, 0.4, 0.0, -0.4]
    cost = descent.step(np.array([0]), HyperParameters(eta=2, momentum=0.5))
    assert cost == pytest.approx(0.405, abs=1e-12)
    # half the velocity, less twice (x1 δ1, x2 δ1, δ1, x1 δ2, x2 δ2, δ2, a1 δ, a2 δ, δ)
    velocity = [
        0.05 + 2 * 0.006075, 0.1 + 2 * 0.030375, 0.15 + 2 * 0.030375,
        -0.05 - 2 * 0.002592, -0.1 - 2 * 0.01296, -0.15 - 2 * 0.01296,
        0.2 + 2 * 0.06075, 0.0 + 2 * 0.0162, -0.2 + 2 * 0.081,
    ]  # fmt: skip
    np.testing.assert_allclose(descent.velocity, velocity, atol=1e-12, rtol=0)
    np.testing.assert_allclose(network.theta, theta + velocity, atol=1e-12, rtol=0)


# Dropout


def dropout_descent(activation="sigmoid", cost="quadratic", seed=0):
    return some_descent(activation, cost, seed, sizes=(4, 6, 5, 3))


def test_masks_depend_on_seed_and_step_alone():
    descent, other = dropout_descent(seed=3), dropout_descent("tanh", "log-likelihood", seed=3)
    masks = [np.concatenate(descent.masks(0.5, step)).tolist() for step in range(20)]
    for step in reversed(range(20)):
        other.step(BATCH, HyperParameters(dropout=0.2), step)
        assert np.concatenate(other.masks(0.5, step)).tolist() == masks[step]
    assert len({tuple(map(tuple, mask)) for mask in masks}) > 15
    different = dropout_descent(seed=4)
    assert [np.concatenate(different.masks(0.5, step)).tolist() for step in range(20)] != masks


def test_masks_hide_hidden_neurons_with_probability_p_and_strengthen_the_others():
    network = Network((3, 200, 100, 4))
    descent = Descent(network, *some_samples(network))
    for p in (0.1, 0.5, 0.8):
        for step in range(3):
            masks = descent.masks(p, step)
            assert [mask.shape for mask in masks] == [(200, 1), (100, 1)]
            values = np.concatenate(masks).ravel()
            assert values.dtype == np.float32
            kept = values[values != 0]
            np.testing.assert_allclose(kept, 1 / (1 - p), rtol=1e-6)
            assert abs(len(kept) / 300 - (1 - p)) < 4.5 * math.sqrt(p * (1 - p) / 300)


def test_a_network_without_hidden_layers_has_nothing_to_drop():
    descent, plain_descent = some_descent(sizes=(4, 3)), some_descent(sizes=(4, 3))
    assert descent.masks(0.5, 0) == []
    descent.step(BATCH, HyperParameters(dropout=0.5))
    plain_descent.step(BATCH, HyperParameters())
    assert descent.network.theta.tobytes() == plain_descent.network.theta.tobytes()


@pytest.mark.parametrize("step", [0, 1, 7])
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_a_step_with_dropout_is_one_of_the_network_without_the_neurons_left_out(activation, cost, step):
    descent = dropout_descent(activation, cost, seed=2)
    network = descent.network
    kept = [np.flatnonzero(mask) for mask in descent.masks(0.4, step)]
    assert 0 < sum(map(len, kept)) < 11, "or the test would test nothing"
    oracle = PlainNetwork(network.sizes, activation, cost, Regularisation(2, 0, N), kept, 0.4)
    before = network.theta.copy()
    X, Y = batch_of(descent)
    differences, smooth = oracle.differences(before, X, Y)
    found_cost = descent.step(BATCH, HyperParameters(eta=0.3, l2=2, dropout=0.4), step)
    assert found_cost == pytest.approx(oracle.cost(before, X, Y), rel=1e-10)
    assert smooth.all()
    np.testing.assert_allclose(descent.gradient, differences, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(network.theta, before - 0.3 * differences, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_no_weight_into_or_out_of_a_neuron_left_out_learns(activation):
    descent = dropout_descent(activation)
    masks = descent.masks(0.5, 3)
    descent.step(BATCH, HyperParameters(dropout=0.5), 3)
    dw, db = descent.network.views(descent.gradient)
    for layer, mask in enumerate(masks):
        out = np.flatnonzero(mask == 0)
        assert len(out)
        assert not dw[layer][out].any()
        assert not db[layer][out].any()
        assert not dw[layer + 1][:, out].any()


def test_dropout_leaves_nothing_behind_for_the_steps_without_it():
    for activation, cost in COMBINATIONS:
        descent = dropout_descent(activation, cost)
        for step, dropout in enumerate((0.0, 0.5, 0.0, 0.5, 0.5, 0.0)):
            _, gradient = descent.network.gradient(*batch_of(descent))
            descent.step(BATCH, HyperParameters(eta=0.1, dropout=dropout), step)
            if not dropout:
                np.testing.assert_allclose(descent.gradient, gradient, rtol=1e-10, atol=1e-13)


def test_leaving_out_every_hidden_neuron_is_survived():
    descent = dropout_descent()
    step = next(s for s in range(1000) if not np.concatenate(descent.masks(0.9, s)).any())
    X, Y = batch_of(descent)
    expected = PlainNetwork((1, 3), "sigmoid", "quadratic")
    alone = np.column_stack([np.zeros(3), descent.network.biases[-1]]).ravel()
    found = descent.step(BATCH, HyperParameters(dropout=0.9), step)
    assert found == pytest.approx(expected.cost(alone, X[:, :1], Y), rel=1e-12)


# Edges


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_a_saturated_network_steps_in_numbers_and_without_a_warning(activation, cost, dtype):
    network = saturated_network(activation, cost, dtype)
    descent = Descent(network, *some_samples(network, N))
    hyper = HyperParameters(eta=0.1, l2=1, l1=1, momentum=0.5, dropout=0.3)
    for step in range(4):
        assert math.isfinite(descent.step(BATCH, hyper, step))
        assert np.isfinite(network.theta).all()
        assert np.isfinite(descent.gradient).all()


def test_a_network_of_steps_is_refused():
    network = Network((4, 3, 3), "step")
    with pytest.raises(
        ValueError, match=r"step functions cannot be trained .* Choose sigmoid, tanh or relu\."
    ):
        Descent(network, *some_samples(network))


def test_a_label_without_an_output_neuron_is_refused_before_the_first_step():
    network = Network((4, 3, 3))
    images, labels = some_samples(network)
    labels[5] = 3
    with pytest.raises(ValueError, match="3 output neurons, for the labels 0 to 2"):
        Descent(network, images, labels)


# Learning


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_exclusive_or_is_learnt(activation, cost, dtype):
    """No network without a hidden layer can, so that here layers must work together."""
    images = np.array([[0, 0], [0, 255], [255, 0], [255, 255]], np.uint8)
    labels = np.array([0, 1, 1, 0], np.uint8)
    network = Network((2, 32, 2), activation, cost, "scaled", dtype=dtype)
    descent = Descent(network, images, labels)
    before = evaluate(network, images, labels)
    hyper = HyperParameters(eta=0.1, batch_size=4, momentum=0.9)
    for step in range(2000):
        descent.step(np.arange(4), hyper, step)
    after = evaluate(network, images, labels)
    assert after.accuracy == 1
    assert after.cost < 0.02 < before.cost


def test_mini_batches_learn_what_generalises():
    """Three noisy patterns of nine pixels, by mini-batches of ten, tested on others."""
    random = np.random.default_rng(0)
    patterns = random.integers(40, 216, (3, 9))

    def noisy(n):
        labels = random.integers(3, size=n).astype(np.uint8)
        return (patterns[labels] + random.integers(-40, 40, (n, 9))).astype(np.uint8), labels

    training, test = noisy(300), noisy(200)
    network = Network((9, 6, 3), init="scaled")
    descent = Descent(network, *training)
    for epoch in range(10):
        for start in range(0, 300, 10):
            descent.step(
                np.arange(start, start + 10), HyperParameters(eta=3, dropout=0.1), 30 * epoch + start // 10
            )
    assert evaluate(network, *test).accuracy > 0.97


def test_small_steps_never_raise_the_cost_of_the_whole_set():
    descent = some_descent()
    everything = np.arange(N)
    costs = [descent.step(everything, HyperParameters(eta=0.05)) for _ in range(200)]
    assert all(later <= earlier for earlier, later in zip(costs, costs[1:], strict=False))
    assert costs[-1] < 0.9 * costs[0]
    assert costs[0] == pytest.approx(
        plain(descent.network).cost(some_descent().network.theta, *batch_of(descent, everything))
    )


def test_a_learning_rate_beyond_floats_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="larger than any number"):
        HyperParameters(eta=10**400)


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.ones((4, 3), np.float32), np.zeros(4, np.uint8), "bytes"),
        (np.ones((4, 1), np.uint8), np.zeros(4, np.uint8), r"\(n, 3\)"),
        (np.ones((4, 3), np.uint8), np.zeros(3, np.uint8), "labels of the shape"),
        (np.ones((0, 3), np.uint8), np.zeros(0, np.uint8), "at least 1"),
    ],
)
def test_samples_that_a_network_cannot_take_are_refused_before_the_first_step(images, labels, words):
    network = Network([3, 2])
    with pytest.raises(ValueError, match=words):
        Descent(network, images, labels)
    with pytest.raises(ValueError, match=words):
        RunningEvaluation(network, images, labels)
