import math

import numpy as np
import pytest
from core.plain import COMBINATIONS, encoded, plain, saturated_network, some_network, some_samples

from nnviz.core.evaluation import PIECE, RunningEvaluation, evaluate
from nnviz.core.network import Network

MANY = 2 * PIECE + 200


@pytest.mark.parametrize("n", [1, 40, PIECE - 1, PIECE, PIECE + 1, MANY])
@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_an_evaluation_is_the_mean_cost_and_the_share_of_right_answers(activation, cost, n):
    network = some_network(activation, cost)
    images, labels = some_samples(network, n)
    X, Y = encoded(network, images, labels)
    oracle = plain(network)
    found = evaluate(network, images, labels)
    right = np.argmax(oracle.forward(network.theta, X), axis=1) == labels
    assert found.cost == pytest.approx(oracle.cost(network.theta, X, Y), rel=1e-9)
    assert found.accuracy == pytest.approx(right.mean(), abs=1e-15)
    assert found.count == n
    assert 0 < right.mean() < 1 or n == 1, "or the test would tell no accuracy from another"


def test_float32_evaluates_like_float64():
    network = some_network("sigmoid", "quadratic", dtype=np.float32)
    images, labels = some_samples(network, MANY)
    single = evaluate(network, images, labels)
    double = evaluate(network.in_double_precision(), images, labels)
    assert single.cost == pytest.approx(double.cost, rel=1e-5)
    assert single.accuracy == double.accuracy


def figures(evaluation):
    """Return all that is in an evaluation, to be compared bit by bit."""
    arrays = (evaluation.predicted, evaluation.confidence, evaluation.costs)
    return (evaluation.cost, evaluation.accuracy, *(array.tobytes() for array in arrays))


def test_an_evaluation_advances_by_pieces_and_can_be_asked_in_between():
    network = some_network("sigmoid", "quadratic")
    images, labels = some_samples(network, MANY)
    running = RunningEvaluation(network, images, labels)
    seen = []
    while not running.finished:
        running.advance()
        seen.append(running.done)
        assert running.result().count == running.done
        part = evaluate(network, images[: running.done], labels[: running.done])
        assert figures(running.result()) == figures(part)
    assert seen == [PIECE, 2 * PIECE, MANY]


def test_one_that_was_left_in_between_goes_on_where_it_stood():
    network = some_network("sigmoid", "quadratic")
    images, labels = some_samples(network, MANY)
    running = RunningEvaluation(network, images, labels)
    running.advance()
    evaluate(network, images[::-1], labels[::-1])
    while not running.finished:
        running.advance()
    assert figures(running.result()) == figures(evaluate(network, images, labels))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("activation", "cost"), [*COMBINATIONS, ("step", "quadratic")])
def test_evaluating_changes_neither_the_network_nor_the_samples(activation, cost, dtype):
    network = some_network(activation, cost, dtype=dtype)
    samples = some_samples(network)
    before = [array.tobytes() for array in (network.theta, *samples)]
    evaluate(network, *samples)
    assert [array.tobytes() for array in (network.theta, *samples)] == before


def test_samples_may_be_read_only_and_not_contiguous():
    network = some_network("sigmoid", "quadratic")
    images, labels = some_samples(network, 60)
    expected = evaluate(network, images[::3].copy(), labels[::3].copy())
    images.flags.writeable = labels.flags.writeable = False
    assert figures(evaluate(network, images[::3], labels[::3])) == figures(expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("activation", "cost"), [*COMBINATIONS, ("step", "quadratic")])
def test_a_saturated_network_is_evaluated_without_a_warning(activation, cost, dtype):
    network = saturated_network(activation, cost, dtype)
    found = evaluate(network, *some_samples(network))
    assert math.isfinite(found.cost)
    assert 0 <= found.accuracy <= 1


def test_a_perceptron_is_evaluated():
    """The book's NAND and NOT NAND, as two output neurons: right about three of the four labels given."""
    gates = Network((2, 2), "step", dtype=np.float64).at(np.array([2.0, 2, -3, -2, -2, 3]))
    images = np.array([[0, 0], [0, 255], [255, 0], [255, 255]], np.uint8)
    labels = np.array([1, 1, 0, 0], np.uint8)
    # each of the four is right or wrong in both outputs: a cost of 0 or of ½ (1 + 1)
    found = evaluate(gates, images, labels)
    assert (found.cost, found.accuracy, found.count) == (0.25, 0.75, 4)


def test_a_label_without_an_output_neuron_is_refused():
    network = some_network("sigmoid", "quadratic")
    images, labels = some_samples(network)
    labels[7] = network.sizes[-1]
    with pytest.raises(ValueError, match="3 output neurons"):
        evaluate(network, images, labels)
