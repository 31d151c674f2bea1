import numpy as np
import pytest

from nnviz.core.regularisation import NONE, Regularisation

WEIGHTS = [np.array([[1.0, -2.0], [0.0, 3.0]]), np.array([[-0.5, 0.25]])]
# θ of a 2-2-1 network with those weights; the biases are 7, 8 and 9.
THETA = np.array([1.0, -2.0, 7.0, 0.0, 3.0, 8.0, -0.5, 0.25, 9.0])
IS_WEIGHT = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0])


def gradient_of(regularisation, dtype=np.float64):
    """Return what is added to a gradient of ones."""
    gradient = np.ones(9, dtype)
    scratch = np.full(9, np.nan, dtype)
    regularisation.add_gradient(THETA.astype(dtype), IS_WEIGHT.astype(dtype), gradient, scratch)
    return gradient - 1


def test_l2_costs_lambda_over_2n_times_the_sum_of_squares():
    squares = 1 + 4 + 9 + 0.25 + 0.0625
    assert Regularisation(l2=5, n=50).cost_of(WEIGHTS) == pytest.approx(5 / 100 * squares, rel=1e-15)


def test_l1_costs_lambda_over_n_times_the_sum_of_sizes():
    assert Regularisation(l1=5, n=50).cost_of(WEIGHTS) == pytest.approx(5 / 50 * 6.75, rel=1e-15)


def test_both_costs_add_up():
    both = Regularisation(l2=2, l1=3, n=10).cost_of(WEIGHTS)
    assert both == pytest.approx(Regularisation(l2=2, n=10).cost_of(WEIGHTS) + 3 / 10 * 6.75, rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_l2_pulls_every_weight_in_proportion_and_no_bias(dtype):
    np.testing.assert_allclose(
        gradient_of(Regularisation(l2=5, n=50), dtype), 0.1 * THETA * IS_WEIGHT, atol=1e-6, rtol=1e-6
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_l1_pulls_every_weight_alike_a_weight_of_0_and_a_bias_not_at_all(dtype):
    np.testing.assert_allclose(
        gradient_of(Regularisation(l1=5, n=50), dtype), [0.1, -0.1, 0, 0, 0.1, 0, -0.1, 0.1, 0], atol=1e-6
    )


def test_both_pulls_add_up():
    both = gradient_of(Regularisation(l2=2, l1=3, n=10))
    alone = gradient_of(Regularisation(l2=2, n=10)) + gradient_of(Regularisation(l1=3, n=10))
    np.testing.assert_allclose(both, alone, atol=1e-15)


def test_theta_is_only_read():
    theta = THETA.copy()
    Regularisation(1, 1, 1).add_gradient(theta, IS_WEIGHT, np.zeros(9), np.zeros(9))
    assert theta.tobytes() == THETA.tobytes()


def test_none_costs_nothing_and_says_so():
    assert not NONE
    assert not Regularisation(0, 0, 50_000)
    assert Regularisation(l2=1)
    assert Regularisation(l1=1)
    assert NONE.cost_of(WEIGHTS) == 0
    assert gradient_of(NONE).tolist() == [0] * 9
