"""The gradient, against central differences, against numbers by hand, and against PyTorch."""

import math
import warnings
from dataclasses import dataclass

import numpy as np
import pytest
from core.plain import (
    ACTIVATIONS,
    COMBINATIONS,
    COSTS,
    PlainNetwork,
    plain,
    saturated_network,
    some_batch,
    some_network,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.core.backprop import Workspace, backward, forward
from nnviz.core.gradient_check import central_differences
from nnviz.core.network import Network
from nnviz.core.regularisation import NONE, Regularisation

REGULARISATIONS = {
    "none": NONE,
    "L2": Regularisation(l2=0.9, n=5),
    "L1": Regularisation(l1=0.4, n=5),
    "both": Regularisation(l2=0.9, l1=0.4, n=5),
}


def check_against_differences(network, X, Y, regularisation):
    """Compare every parameter's derivative whose difference crosses no kink; return the share of those."""
    cost, gradient = network.gradient(X, Y, regularisation)
    oracle = plain(network, regularisation)
    differences, smooth = oracle.differences(network.theta, X, Y)
    assert cost == pytest.approx(oracle.cost(network.theta, X, Y), rel=1e-9)
    # 1e-9 is what rounding leaves of a difference of two costs of about 10, divided by 2e-5
    np.testing.assert_allclose(gradient[smooth], differences[smooth], rtol=1e-6, atol=1e-9)
    return differences, smooth.mean()


# Against central differences


@dataclass
class Drawn:
    network: Network
    X: np.ndarray
    Y: np.ndarray
    regularisation: Regularisation


@st.composite
def drawn_networks(draw):
    """Draw networks of no to three hidden layers at parameters of their own, with a batch."""
    cost = draw(st.sampled_from(COSTS))
    hidden = draw(st.lists(st.integers(1, 5), max_size=3))
    outputs = draw(st.integers(2 if cost == "log-likelihood" else 1, 5))
    sizes = (draw(st.integers(1, 5)), *hidden, outputs)
    kind = draw(st.sampled_from(sorted(REGULARISATIONS)))
    strength = st.floats(0.1, 5)
    regularisation = Regularisation(
        l2=draw(strength) if kind in ("L2", "both") else 0.0,
        l1=draw(strength) if kind in ("L1", "both") else 0.0,
        n=draw(st.integers(1, 100)),
    )
    network = some_network(draw(st.sampled_from(ACTIVATIONS)), cost, sizes, seed=draw(st.integers(0, 2**32)))
    network.theta *= draw(st.floats(0.2, 1.5))
    return Drawn(network, *some_batch(network, m=draw(st.integers(1, 4)), seed=sum(sizes)), regularisation)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(drawn_networks())
def test_the_gradient_is_what_central_differences_say(drawn):
    network, X, Y = drawn.network, drawn.X, drawn.Y
    differences, share = check_against_differences(network, X, Y, drawn.regularisation)
    assert share > 0.9, "kinks are rare, or the differences would prove nothing"
    np.testing.assert_allclose(
        central_differences(network, X, Y, regularisation=drawn.regularisation),
        differences,
        rtol=1e-6,
        atol=1e-8,
    )


@pytest.mark.parametrize("regularisation", REGULARISATIONS.values(), ids=REGULARISATIONS)
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_every_combination_has_the_gradient_that_central_differences_say(activation, cost, regularisation):
    network = some_network(activation, cost)
    _, share = check_against_differences(network, *some_batch(network), regularisation)
    assert share == 1


def test_soft_targets_have_a_gradient_too():
    """Targets need not be one-hot; those of a log-likelihood only add up to 1."""
    for activation, cost in COMBINATIONS:
        network = some_network(activation, cost)
        X, _ = some_batch(network)
        Y = np.random.default_rng(3).dirichlet(np.ones(network.sizes[-1]), len(X))
        check_against_differences(network, X, Y, NONE)


# By hand: a 2-2-1 network whose weighted inputs are logarithms, so that every activation is a plain fraction.
#
#   inputs                                               1/5 and 1
#   z1 = 1·x1 − 2·x2 + (ln 3 + 9/5) = ln 3               a1 = 3/4     σ′ = 3/16
#   z2 = −3·x1 + ½·x2 + (1/10 − ln 4) = −ln 4            a2 = 1/5     σ′ = 4/25
#   z  = 2·a1 − 1·a2 + (−ln 9 − 13/10) = −ln 9           a = 1/10     σ′ = 9/100       y = 1

BY_HAND_THETA = np.array(
    [1, -2, math.log(3) + 1.8, -3, 0.5, 0.1 - math.log(4), 2, -1, -math.log(9) - 1.3], np.float64
)
BY_HAND_X = np.array([0.2, 1.0])
#   δ  = (a − y) σ′ = −9/10 · 9/100 = −81/1000
#   δ1 = 2·δ·3/16 = −243/8000          δ2 = −1·δ·4/25 = 81/6250
BY_HAND_QUADRATIC = np.array(
    [
        -243 / 40_000, -243 / 8_000, -243 / 8_000,  # x1 δ1, x2 δ1, δ1
        81 / 31_250, 81 / 6_250, 81 / 6_250,  # x1 δ2, x2 δ2, δ2
        -243 / 4_000, -81 / 5_000, -81 / 1_000,  # a1 δ, a2 δ, δ
    ]
)  # fmt: skip
#   cross-entropy: δ = a − y = −9/10, ten ninths times ten of the above, and so is everything before it
BY_HAND_CROSS_ENTROPY = BY_HAND_QUADRATIC * 100 / 9


def by_hand(cost):
    return Network((2, 2, 1), "sigmoid", cost, dtype=np.float64).at(BY_HAND_THETA.copy())


@pytest.mark.parametrize(
    ("cost", "value", "gradient"),
    [
        ("quadratic", 81 / 200, BY_HAND_QUADRATIC),
        ("cross-entropy", math.log(10), BY_HAND_CROSS_ENTROPY),
    ],
)
def test_a_network_by_hand_has_the_cost_and_gradient_by_hand(cost, value, gradient):
    network = by_hand(cost)
    assert network.forward([BY_HAND_X]).item() == pytest.approx(1 / 10, abs=1e-12)
    found_cost, found = network.gradient([BY_HAND_X], [[1.0]])
    assert found_cost == pytest.approx(value, abs=1e-12)
    assert network.cost_of([BY_HAND_X], [[1.0]]) == pytest.approx(value, abs=1e-12)
    np.testing.assert_allclose(found, gradient, atol=1e-12, rtol=0)


def test_a_network_by_hand_has_every_number_of_both_passes_by_hand():
    trace = by_hand("quadratic").trace(BY_HAND_X, [1.0])
    expected = {
        "z": ([math.log(3), -math.log(4)], [-math.log(9)]),
        "a": ([3 / 4, 1 / 5], [1 / 10]),
        "slope": ([3 / 16, 4 / 25], [9 / 100]),
        "error": ([-81 / 500, 81 / 1000], [-9 / 10]),
        "delta": ([-243 / 8000, 81 / 6250], [-81 / 1000]),
    }
    for name, layers in expected.items():
        for found, by_layer in zip(getattr(trace, name), layers, strict=True):
            np.testing.assert_allclose(found, by_layer, atol=1e-12, rtol=0, err_msg=name)
    # 1·δ1 − 3·δ2 and −2·δ1 + ½·δ2
    pixels = [-243 / 8000 - 243 / 6250, 243 / 4000 + 81 / 12_500]
    np.testing.assert_allclose(trace.dC_dx, pixels, atol=1e-12, rtol=0)
    assert trace.cost == pytest.approx(81 / 200, abs=1e-12)


def test_a_softmax_by_hand_has_the_gradient_by_hand():
    """z = (ln 3, 0), so a = (3/4, 1/4), and for the label 1 δ = (3/4, −3/4)."""
    theta = np.array([0, math.log(3), 1, -1], np.float64)
    network = Network((1, 2), "sigmoid", "log-likelihood", dtype=np.float64).at(theta)
    cost, gradient = network.gradient([[1.0]], [[0.0, 1.0]])
    assert cost == pytest.approx(math.log(4), abs=1e-12)
    np.testing.assert_allclose(gradient, [3 / 4, 3 / 4, -3 / 4, -3 / 4], atol=1e-12, rtol=0)


# Batches, types and memory


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_the_gradient_of_a_batch_is_the_mean_of_its_samples(activation, cost):
    network = some_network(activation, cost)
    X, Y = some_batch(network, m=7)
    whole_cost, whole = network.gradient(X, Y)
    singles = [network.gradient(x[None], y[None]) for x, y in zip(X, Y, strict=True)]
    assert whole_cost == pytest.approx(np.mean([cost for cost, _ in singles]), rel=1e-13)
    np.testing.assert_allclose(whole, np.mean([g for _, g in singles], axis=0), rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_float32_agrees_with_float64(activation, cost):
    precise = some_network(activation, cost)
    X, Y = some_batch(precise)
    regularisation = REGULARISATIONS["both"]
    expected_cost, expected = precise.gradient(X, Y, regularisation)
    found_cost, found = some_network(activation, cost, dtype=np.float32).gradient(X, Y, regularisation)
    assert found.dtype == np.float32
    assert found_cost == pytest.approx(expected_cost, rel=1e-5)
    assert np.linalg.norm(found - expected) < 1e-5 * np.linalg.norm(expected)


def test_a_gradient_belongs_to_the_caller():
    network = some_network("sigmoid", "quadratic")
    X, Y = some_batch(network)
    _, first = network.gradient(X, Y)
    kept = first.copy()
    network.gradient(X[::-1] / 2, Y)
    assert first.tolist() == kept.tolist()
    assert not np.shares_memory(first, network.theta)


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_a_workspace_can_be_used_again(activation, cost):
    """A training step finds in its buffers what the last one left there."""
    network = some_network(activation, cost)
    work = Workspace(network, 6)
    gradients = []
    for seed in (1, 2, 1):
        X, Y = some_batch(network, seed=seed)
        work.inputs[...] = X
        work.targets[...] = Y.T
        forward(work)
        backward(work)
        gradients.append(work.gradient.tolist())
    assert gradients[0] == gradients[2] != gradients[1]
    assert gradients[0] == network.gradient(*some_batch(network, seed=1))[1].tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bytes_become_pixels_from_0_to_1(dtype):
    network = some_network("sigmoid", "quadratic", (256, 2), dtype=dtype)
    work = Workspace(network, 3)
    images = np.array([range(256), range(255, -1, -1), [7] * 256], np.uint8)
    for _ in range(2):
        work.fill(images)
        np.testing.assert_allclose(work.inputs, images / 255, rtol=2 * np.finfo(dtype).eps)
        assert work.inputs[0, 0] == 0
        assert work.inputs[0, 255] == 1
        assert (work.inputs_and_1[:, -1] == 1).all()


def test_the_output_errors_of_a_batch_are_a_share_of_the_mean():
    network = some_network("sigmoid", "cross-entropy", (3, 2))
    X, Y = some_batch(network, m=5)
    work = Workspace(network, 5)
    work.inputs[...] = X
    work.targets[...] = Y.T
    forward(work)
    backward(work)
    np.testing.assert_allclose(
        work.deltas[0].T, (plain(network).forward(network.theta, X) - Y) / 5, rtol=1e-12
    )


# Dropout's masks


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_masks_have_the_gradient_of_the_network_without_the_neurons_they_hide(activation, cost):
    network = some_network(activation, cost, (4, 5, 4, 3))
    X, Y = some_batch(network)
    kept = [[0, 2, 3], [1, 2]]
    masks = [np.zeros((5, 1)), np.zeros((4, 1))]
    for mask, indices in zip(masks, kept, strict=True):
        mask[indices] = 1 / (1 - 0.4)
    work = Workspace(network, len(X))
    work.inputs[...] = X
    work.targets[...] = Y.T
    forward(work, masks)
    cost_found = backward(work, masks)

    oracle = PlainNetwork(network.sizes, activation, cost, kept=kept, dropout=0.4)
    np.testing.assert_allclose(work.a[-1].T, oracle.forward(network.theta, X), rtol=1e-12)
    assert cost_found == pytest.approx(oracle.cost(network.theta, X, Y), rel=1e-11)
    differences, smooth = oracle.differences(network.theta, X, Y)
    assert smooth.all()
    np.testing.assert_allclose(work.gradient, differences, rtol=1e-6, atol=1e-9)


# Saturated


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_a_saturated_network_has_a_gradient_and_gives_no_warning(activation, cost, dtype):
    network = saturated_network(activation, cost, dtype)
    X, _ = some_batch(network)
    for label in range(network.sizes[-1]):
        Y = np.eye(network.sizes[-1])[[label] * len(X)]
        found_cost, gradient = network.gradient(X, Y)
        assert math.isfinite(found_cost)
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_saturated_mistake_teaches_under_cross_entropy_and_not_under_quadratic_cost(dtype):
    """z = 1000 where y = 0: the book's argument for the cross-entropy, at its extreme."""
    at_the_limit = np.array([0, 1000], dtype)
    for cost, slope in (("quadratic", 0), ("cross-entropy", 1)):
        network = Network((1, 1), "sigmoid", cost, dtype=dtype).at(at_the_limit)
        assert network.gradient([[1]], [[0]])[1].tolist() == [slope, slope]


# Against PyTorch


@pytest.fixture(scope="module")
def torch():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what PyTorch deprecates is not this program's concern
        return pytest.importorskip("torch")


def torch_cost(torch, network, layers, X, Y):
    """Return the cost as a PyTorch user would write it."""
    hidden = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}[network.activation_name]
    a = torch.from_numpy(X)
    for w, b in layers[:-1]:
        a = hidden(torch.nn.functional.linear(a, w, b))
    z = torch.nn.functional.linear(a, *layers[-1])
    y = torch.from_numpy(Y)
    if network.cost.name == "quadratic":
        return torch.nn.functional.mse_loss(torch.sigmoid(z), y, reduction="sum") / 2 / len(X)
    if network.cost.name == "cross-entropy":
        loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="sum")
        return loss / len(X)
    return torch.nn.functional.cross_entropy(z, y.argmax(dim=1))


@pytest.mark.parametrize("sizes", [(6, 3), (6, 5, 3), (7, 5, 4, 3), (4, 3, 5, 2, 6)])
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_autograd_finds_the_same_gradient(torch, activation, cost, sizes):
    network = some_network(activation, cost, sizes)
    X, Y = some_batch(network, m=8)
    layers = [
        (torch.tensor(w.tolist(), dtype=torch.float64, requires_grad=True),
         torch.tensor(b.tolist(), dtype=torch.float64, requires_grad=True))
        for w, b in plain(network).layers(network.theta)
    ]  # fmt: skip
    expected = torch_cost(torch, network, layers, X, Y)
    expected.backward()
    found_cost, found = network.gradient(X, Y)
    assert found_cost == pytest.approx(expected.item(), rel=1e-11)
    for (w, b), found_w, found_b in zip(layers, *network.views(found), strict=True):
        np.testing.assert_allclose(found_w, w.grad.numpy(), rtol=1e-9, atol=1e-14)
        np.testing.assert_allclose(found_b, b.grad.numpy(), rtol=1e-9, atol=1e-14)
