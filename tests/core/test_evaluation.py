import math

import numpy as np
import pytest
from core.plain import COMBINATIONS, COSTS, encoded, plain, saturated_network, some_network, some_samples

from nnviz.core.evaluation import (
    NO_ANSWER,
    PIECE,
    Evaluation,
    RunningEvaluation,
    confidence_histogram,
    confusion_matrix,
    evaluate,
    next_mistake,
    rates,
    worst_mistakes,
)
from nnviz.core.functions import COSTS as ALL_COSTS
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


# Sample by sample


@pytest.mark.parametrize(("activation", "cost"), COMBINATIONS)
def test_each_samples_answer_confidence_and_cost_are_those_of_the_plain_formulas(activation, cost):
    network = some_network(activation, cost)
    images, labels = some_samples(network, PIECE + 30)
    X, Y = encoded(network, images, labels)
    oracle = plain(network)
    outputs = oracle.forward(network.theta, X)
    found = evaluate(network, images, labels)
    assert found.predicted.tolist() == [row.tolist().index(max(row)) for row in outputs]
    assert found.confidence == pytest.approx(outputs.max(axis=1), rel=1e-9)
    alone = [oracle.cost(network.theta, X[i : i + 1], Y[i : i + 1]) for i in range(len(X))]
    assert found.costs == pytest.approx(np.array(alone), rel=1e-9)


@pytest.mark.parametrize(("outputs", "kind"), [(1, np.int8), (2, np.int8), (128, np.int8), (129, np.int16)])
def test_answers_take_as_few_bytes_as_hold_every_output_neuron_and_none(outputs, kind):
    network = some_network("sigmoid", "quadratic", (5, outputs))
    network.biases[-1][-1] = 100  # always the last
    images, labels = some_samples(network, 3)
    found = evaluate(network, images, np.zeros_like(labels))
    assert found.predicted.dtype == kind
    assert found.predicted.tolist() == [outputs - 1] * 3


def test_what_is_kept_of_each_sample_cannot_be_written_to():
    network = some_network("sigmoid", "quadratic")
    found = evaluate(network, *some_samples(network, 10))
    for array in (found.predicted, found.confidence, found.costs):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", COSTS)
def test_the_mean_of_each_samples_cost_is_the_cost(name, dtype):
    random = np.random.default_rng(5)
    a = random.random((10, 30)).astype(dtype)
    if name == "log-likelihood":
        a /= a.sum(axis=0)
    a[:, 0] = np.eye(10)[3]  # saturated, and exactly right or exactly wrong
    y = np.eye(10, dtype=dtype)[:, random.integers(0, 10, 30)]
    cost = ALL_COSTS[name]
    each = cost.of_each(a, y)
    assert each.shape == (30,)
    assert each.dtype == dtype
    assert each.mean() == pytest.approx(cost.value(a, y, a - y), rel=1e-5 if dtype == np.float32 else 1e-12)
    for sample in (0, 7):
        column = slice(sample, sample + 1)
        alone = cost.value(a[:, column], y[:, column], a[:, column] - y[:, column])
        assert each[sample] == pytest.approx(alone, rel=1e-5)


@pytest.mark.parametrize("name", COSTS)
def test_costs_of_each_leave_outputs_and_targets_as_they_were(name):
    random = np.random.default_rng(6)
    a, y = random.random((4, 5)), np.eye(4)[:, [0, 1, 2, 3, 0]]
    before = a.tobytes(), y.tobytes()
    ALL_COSTS[name].of_each(a, y)
    assert (a.tobytes(), y.tobytes()) == before


def test_a_network_that_is_no_number_is_evaluated_all_the_same():
    network = some_network("sigmoid", "quadratic")
    images, labels = some_samples(network, 20)
    network.theta[:] = np.nan
    found = evaluate(network, images, labels)
    assert math.isnan(found.cost)
    assert np.isnan(found.costs).all()
    assert np.isnan(found.confidence).all()
    assert found.predicted.tolist() == [NO_ANSWER] * 20
    assert (found.accuracy, found.unanswered) == (0.0, 20)


def test_only_samples_without_an_answer_count_as_wrong_for_it():
    network = Network((1, 1, 2), "relu", "log-likelihood")
    most = np.finfo(np.float32).max
    network.theta[:] = 0
    network.weights[0][...], network.weights[1][...] = most, [[-most], [most]]
    network.biases[1][...] = [1, 0]
    dark, bright = (
        0,
        255,
    )  # nothing reaches the outputs of the dark ones; what does of the bright ones, overflows
    images = np.array([[dark], [bright], [dark], [dark], [bright]], np.uint8)
    found = evaluate(network, images, np.array([0, 0, 0, 1, 1], np.uint8))
    assert found.predicted.tolist() == [0, NO_ANSWER, 0, 0, NO_ANSWER]
    assert (found.accuracy, found.unanswered) == (0.4, 2)


def test_one_output_that_is_no_number_leaves_no_answer():
    network = some_network("sigmoid", "quadratic")
    images, labels = some_samples(network, 20)
    network.biases[-1][2] = np.nan
    found = evaluate(network, images, labels)
    assert (found.unanswered, found.accuracy) == (20, 0.0)
    assert np.isnan(found.confidence).all(), "the greatest of the others is not the greatest"


# The confusion matrix


def test_a_confusion_matrix_counts_labels_in_rows_and_answers_in_columns():
    labels = np.array([0, 0, 1, 2, 2, 2, 0], np.uint8)
    predicted = np.array([0, 1, 1, 0, 2, 0, 1], np.uint8)
    found = confusion_matrix(labels, predicted, 4)
    assert found.tolist() == [[1, 2, 0, 0], [0, 1, 0, 0], [2, 0, 1, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize("n_classes", [1, 2, 10, 20, 300])
def test_a_confusion_matrix_is_what_counting_finds(n_classes):
    random = np.random.default_rng(n_classes)
    labels = random.integers(0, min(n_classes, 256), 500).astype(np.uint8)
    predicted = random.integers(0, n_classes, 500).astype(np.uint16)
    expected = np.zeros((n_classes, n_classes), int)
    for label, answer in zip(labels, predicted, strict=True):
        expected[label, answer] += 1
    assert np.array_equal(confusion_matrix(labels, predicted, n_classes), expected)


def test_what_has_no_answer_is_in_no_cell_of_the_confusion_matrix():
    labels = np.array([0, 0, 1, 2, 2], np.uint8)
    predicted = np.array([0, NO_ANSWER, NO_ANSWER, 2, 1], np.int8)
    found = confusion_matrix(labels, predicted, 3)
    assert found.tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 1]]
    assert rates(found, np.array([2, 1, 2])).tolist() == [[0.5, 0, 0], [0, 0, 0], [0, 0.5, 0.5]]


def test_what_has_no_answer_was_not_taken_for_another_digit():
    evaluation = made_up([NO_ANSWER, 4, NO_ANSWER, 3], costs=[np.nan, 1, np.nan, 2])
    labels = np.array([3, 3, 3, 3])
    assert worst_mistakes(labels, evaluation, 5).tolist() == [1]
    assert next_mistake(labels, evaluation, 1) == 1
    assert next_mistake(labels[:1], made_up([NO_ANSWER]), -1) is None
    right, wrong = confidence_histogram(labels, evaluation, 4)
    assert (right.sum(), wrong.sum()) == (1, 1)


def test_rates_are_shares_of_each_labels_samples():
    confusion = np.array([[3, 1, 0], [0, 0, 0], [1, 1, 2]])
    assert rates(confusion).tolist() == [[0.75, 0.25, 0], [0, 0, 0], [0.25, 0.25, 0.5]]


def test_the_diagonal_of_the_confusion_matrix_is_the_accuracy():
    network = some_network("sigmoid", "quadratic")
    images, labels = some_samples(network, 200)
    found = evaluate(network, images, labels)
    confusion = confusion_matrix(labels, found.predicted, 3)
    assert confusion.sum() == 200
    assert np.trace(confusion) / 200 == found.accuracy


# Mistakes and confidence


def made_up(predicted, confidence=None, costs=None):
    """Return an evaluation in which just these things are as they are."""
    n = len(predicted)
    return Evaluation(
        cost=0.0,
        accuracy=0.0,
        predicted=np.array(predicted, np.int8),
        confidence=np.array(confidence if confidence is not None else [0.5] * n, np.float32),
        costs=np.array(costs if costs is not None else [1.0] * n, np.float32),
    )


def test_the_worst_mistakes_are_the_costliest_that_are_wrong():
    labels = np.array([1, 1, 1, 1, 1, 1])
    evaluation = made_up([1, 2, 2, 1, 2, 2], costs=[9, 1, 3, 8, 2, 0.5])
    assert worst_mistakes(labels, evaluation, 3).tolist() == [2, 4, 1]
    assert worst_mistakes(labels, evaluation, 10).tolist() == [2, 4, 1, 5]
    assert worst_mistakes(labels, evaluation, 0).tolist() == []


def test_of_equal_costs_the_earlier_sample_comes_first():
    evaluation = made_up([1] * 50, costs=[1.0] * 20 + [2.0] * 30)
    found = worst_mistakes(np.zeros(50, int), evaluation, 50)
    assert found.tolist() == [*range(20, 50), *range(20)]


def test_a_cost_that_is_no_number_is_as_bad_as_can_be():
    evaluation = made_up([1, 1, 1], costs=[5.0, np.nan, np.inf])
    assert worst_mistakes(np.zeros(3, int), evaluation, 3).tolist() == [1, 2, 0]


def test_where_all_is_right_there_are_no_mistakes():
    assert worst_mistakes(np.array([3, 4]), made_up([3, 4]), 5).tolist() == []


def test_confidence_is_counted_in_equal_stretches_right_and_wrong_apart():
    labels = np.array([0, 0, 0, 0, 0, 0])
    evaluation = made_up([0, 0, 1, 0, 1, 0], confidence=[0.0, 0.24, 0.26, 0.5, 0.99, 1.0])
    right, wrong = confidence_histogram(labels, evaluation, 4)
    assert right.tolist() == [2, 0, 1, 1]
    assert wrong.tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("bins", [1, 5, 10])
def test_every_answer_is_in_one_stretch(bins):
    network = some_network("sigmoid", "quadratic")
    images, labels = some_samples(network, 100)
    found = evaluate(network, images, labels)
    right, wrong = confidence_histogram(labels, found, bins)
    assert (len(right), len(wrong)) == (bins, bins)
    assert right.sum() == np.count_nonzero(found.predicted == labels)
    assert right.sum() + wrong.sum() == 100


def test_a_confidence_that_is_no_number_is_none():
    right, wrong = confidence_histogram(np.array([0, 1]), made_up([0, 0], confidence=[np.nan, np.nan]), 3)
    assert (right.tolist(), wrong.tolist()) == ([1, 0, 0], [1, 0, 0])
