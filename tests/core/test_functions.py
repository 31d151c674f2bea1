import math

import numpy as np
import pytest

from nnviz.core.functions import (
    COSTS,
    HIDDEN_ACTIVATIONS,
    OUTPUT_ACTIVATIONS,
    output_activation_name,
)

Z = [-30.0, -2.5, -1.0, -0.1, 0.0, 0.1, 1.0, 2.5, 30.0]
FORMULAS = {
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": lambda z: (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z)),
    "relu": lambda z: max(0.0, z),
    "step": lambda z: 1.0 if z > 0 else 0.0,
}
SLOPES = {
    "sigmoid": lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2,
    "tanh": lambda z: 1 / math.cosh(z) ** 2,
    "relu": lambda z: 1.0 if z > 0 else 0.0,
    "step": lambda _: 0.0,
}
DTYPES = [np.float32, np.float64]


def applied(activation, z):
    out = np.full_like(z, np.nan)
    activation.apply(z, out)
    return out


def sloped(activation, a):
    out = np.full_like(a, np.nan)
    activation.slope(a, out)
    return out


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FORMULAS)
def test_an_activation_and_its_slope_follow_their_formulas(name, dtype):
    activation = HIDDEN_ACTIVATIONS[name]
    z = np.array(Z, dtype).reshape(3, 3)
    a = applied(activation, z)
    tolerance = 4 * np.finfo(dtype).eps
    assert activation.name == name
    assert a.dtype == dtype
    assert z.ravel().tolist() == np.array(Z, dtype).tolist(), "the weighted inputs are only read"
    np.testing.assert_allclose(a.ravel(), [FORMULAS[name](v) for v in Z], rtol=tolerance)
    np.testing.assert_allclose(sloped(activation, a).ravel(), [SLOPES[name](v) for v in Z], atol=tolerance)


def test_the_step_and_the_slope_of_relu_are_0_at_0_itself():
    nought = np.zeros((1, 1))
    assert applied(HIDDEN_ACTIVATIONS["step"], nought).item() == 0
    assert sloped(HIDDEN_ACTIVATIONS["relu"], nought).item() == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_makes_each_column_a_distribution(dtype):
    z = np.log(np.array([[1, 2, 7], [1, 3, 2], [2, 5, 1]], dtype))
    a = applied(OUTPUT_ACTIVATIONS["softmax"], z)
    expected = [[1 / 4, 1 / 5, 7 / 10], [1 / 4, 3 / 10, 2 / 10], [2 / 4, 5 / 10, 1 / 10]]
    assert a.dtype == dtype
    np.testing.assert_allclose(a, expected, rtol=8 * np.finfo(dtype).eps)
    slope = sloped(OUTPUT_ACTIVATIONS["softmax"], a)
    np.testing.assert_allclose(slope, np.array(expected) * (1 - np.array(expected)), rtol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("name", "limits", "slopes"),
    [("sigmoid", [0, 1], [0, 0]), ("tanh", [-1, 1], [0, 0]), ("relu", [0, 1000], [0, 1])],
)
def test_a_saturated_activation_is_at_its_limit(name, limits, slopes, dtype):
    with np.errstate(all="ignore"):
        a = applied(HIDDEN_ACTIVATIONS[name], np.array([[-1000], [1000]], dtype))
    assert a.ravel().tolist() == limits
    assert sloped(HIDDEN_ACTIVATIONS[name], a).ravel().tolist() == slopes


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_saturated_softmax_gives_all_to_the_largest(dtype):
    z = np.array([[-1000, 1000, 5000], [1000, 1000, -5000], [-1000, -1000, 0]], dtype)
    with np.errstate(all="ignore"):
        a = applied(OUTPUT_ACTIVATIONS["softmax"], z)
    assert a.tolist() == [[0, 0.5, 1], [1, 0.5, 0], [0, 0, 0]]


# Costs

A = np.array([[0.9, 0.2], [0.4, 0.7], [0.3, 0.1]])
Y = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
BY_HAND = {
    "quadratic": (0.1**2 + 0.4**2 + 0.3**2 + 0.2**2 + 0.3**2 + 0.1**2) / 2 / 2,
    "cross-entropy": -sum(math.log(p) for p in (0.9, 0.6, 0.7, 0.8, 0.7, 0.9)) / 2,
    "log-likelihood": -(math.log(0.9) + math.log(0.7)) / 2,
}


def value(name, a, y):
    return COSTS[name].value(a, y, a - y)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_cost_is_the_mean_over_its_samples(name):
    assert COSTS[name].name == name
    assert value(name, A, Y) == pytest.approx(BY_HAND[name], rel=1e-14)
    assert isinstance(value(name, A, Y), float)


@pytest.mark.parametrize("name", BY_HAND)
def test_the_derivative_of_a_cost_is_that_of_each_sample_by_each_output(name):
    derivative = COSTS[name].derivative(A, Y)
    m, h = A.shape[1], 1e-6
    for place in np.ndindex(A.shape):
        above, below = A.copy(), A.copy()
        above[place] += h
        below[place] -= h
        difference = m * (value(name, above, Y) - value(name, below, Y)) / (2 * h)
        assert derivative[place] == pytest.approx(difference, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("name", ["quadratic", "cross-entropy"])
def test_the_output_error_of_sigmoids_is_derivative_times_slope(name):
    slope = A * (1 - A)
    delta = A - Y
    COSTS[name].output_error(delta, slope)
    np.testing.assert_allclose(delta, COSTS[name].derivative(A, Y) * slope, rtol=1e-14)


def test_the_output_error_of_a_softmax_is_what_its_whole_jacobian_makes_of_the_derivative():
    a = np.array([[0.2], [0.7], [0.1]])
    y = np.array([[0.0], [0.0], [1.0]])
    jacobian = np.diag(a[:, 0]) - a @ a.T
    delta = a - y
    COSTS["log-likelihood"].output_error(delta, a * (1 - a))
    np.testing.assert_allclose(delta, jacobian @ COSTS["log-likelihood"].derivative(a, y), rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", BY_HAND)
def test_a_saturated_output_costs_nothing_if_right_and_a_finite_sum_if_wrong(name, dtype):
    right = np.eye(3, dtype=dtype)
    wrong = right[[1, 2, 0]]
    assert value(name, right, right) == 0
    assert 0.9 < value(name, wrong, right) < math.inf
    assert np.isfinite(COSTS[name].derivative(wrong, right)).all()
    assert COSTS[name].derivative(wrong, right).dtype == dtype


def test_confident_mistakes_still_differ_in_cost():
    """Clipping at 1e-3, say, would hide the last part of training from view."""
    y = np.array([[1.0], [0.0]])
    costs = [value("log-likelihood", np.array([[a], [1 - a]]), y) for a in (1e-4, 1e-8, 1e-16)]
    assert costs == pytest.approx([4 * math.log(10), 8 * math.log(10), 16 * math.log(10)])


# What goes together


@pytest.mark.parametrize(
    ("activation", "cost", "output"),
    [(a, c, "sigmoid") for a in ("sigmoid", "tanh", "relu") for c in ("quadratic", "cross-entropy")]
    + [(a, "log-likelihood", "softmax") for a in ("sigmoid", "tanh", "relu")]
    + [("step", "quadratic", "step")],
)
def test_the_cost_decides_the_output_layer(activation, cost, output):
    assert output_activation_name(activation, cost) == output


def refusal(activation, cost):
    with pytest.raises(ValueError) as caught:
        output_activation_name(activation, cost)
    return str(caught.value)


@pytest.mark.parametrize("cost", ["cross-entropy", "log-likelihood"])
def test_the_step_does_not_go_with_logarithms(cost):
    message = refusal("step", cost)
    assert "step activation" in message
    assert f"the {cost} cost" in message
    assert "Choose the quadratic cost." in message


@pytest.mark.parametrize("cost", COSTS)
def test_softmax_is_refused_for_hidden_layers_with_the_cost_that_brings_it(cost):
    message = refusal("softmax", cost)
    assert "'softmax' for hidden layers" in message
    assert "log-likelihood" in message
    assert "sigmoid, tanh, relu, step" in message


def test_unknown_names_are_refused_with_those_there_are():
    message = refusal("swish", "quadratic")
    assert "'swish'" in message
    assert "sigmoid, tanh, relu, step" in message
    assert "Softmax" not in message
    message = refusal("sigmoid", "hinge")
    assert "'hinge'" in message
    assert "quadratic, cross-entropy, log-likelihood" in message
