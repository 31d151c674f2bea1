import math
from itertools import product

import numpy as np
import pytest

from nnviz.core.evaluation import Evaluation
from nnviz.run.sample_query import ORDERS, SOURCES, SampleQuery, find

LABELS = np.array([3, 1, 3, 0, 3, 1], np.uint8)
PREDICTED = np.array([3, 3, 5, 0, 5, 1], np.uint8)
COSTS = np.array([0.1, 0.9, 0.5, 0.2, 0.7, 0.2], np.float32)
CONFIDENCE = np.array([0.9, 0.4, 0.6, 0.8, 0.6, 0.3], np.float32)


def evaluation(predicted=PREDICTED, confidence=CONFIDENCE, costs=COSTS):
    return Evaluation(float("nan"), float("nan"), predicted, confidence, costs)


def found(answers=None, labels=LABELS, **query):
    return find(SampleQuery(**query), labels, evaluation() if answers is None else answers).tolist()


def found_without_answers(**query):
    return find(SampleQuery(**query), LABELS, None).tolist()


def test_a_query_that_leaves_all_open_finds_every_sample_by_its_number():
    assert found() == [0, 1, 2, 3, 4, 5]
    assert found(descending=True) == [5, 4, 3, 2, 1, 0]


def test_samples_are_found_by_their_digit():
    assert found(digit=3) == [0, 2, 4]
    assert found(digit=7) == []


def test_samples_are_found_by_whether_the_answer_is_right():
    assert found(right=True) == [0, 3, 5]
    assert found(right=False) == [1, 2, 4]


def test_samples_are_found_by_the_answer():
    assert found(predicted=3) == [0, 1]
    assert found(predicted=5) == [2, 4]


def test_conditions_hold_together():
    assert found(digit=3, predicted=5) == [2, 4]
    assert found(digit=3, right=True) == [0]
    assert found(right=False, predicted=3) == [1]
    assert found(digit=3, right=True, predicted=5) == []


def test_the_costliest_come_first_and_of_equal_costs_the_earlier():
    assert found(order="cost", descending=True) == [1, 4, 2, 3, 5, 0]
    assert found(order="cost") == [0, 3, 5, 2, 4, 1]


def test_the_most_confident_come_first_and_of_equal_confidences_the_earlier():
    assert found(order="confidence", descending=True) == [0, 3, 2, 4, 1, 5]
    assert found(order="confidence") == [5, 1, 2, 4, 3, 0]


def test_what_is_found_is_sorted():
    assert found(right=False, order="cost") == [2, 4, 1]
    assert found(digit=3, order="confidence") == [2, 4, 0]


def test_nothing_costs_more_than_a_cost_that_is_no_number_and_nothing_is_less_confident():
    costs = np.array([1, math.nan, math.inf, -1, 0, math.nan], np.float32)
    confidence = np.array([0.5, math.nan, 0.1, 0, math.nan, 1], np.float32)
    answers = evaluation(costs=costs, confidence=confidence)
    assert found(answers, order="cost", descending=True) == [1, 2, 5, 0, 4, 3]
    assert found(answers, order="cost") == [3, 4, 0, 1, 2, 5]
    assert found(answers, order="confidence") == [1, 3, 4, 2, 0, 5]
    assert found(answers, order="confidence", descending=True) == [5, 0, 2, 1, 3, 4]


def test_without_answers_only_the_digit_counts():
    assert found_without_answers(digit=1, right=False, predicted=3, order="cost") == [1, 5]
    assert found_without_answers(descending=True) == [5, 4, 3, 2, 1, 0]


def test_samples_without_an_answer_are_neither_right_nor_wrong_and_come_last():
    some = evaluation(PREDICTED[:4], CONFIDENCE[:4], COSTS[:4])
    assert found(some) == [0, 1, 2, 3, 4, 5]
    assert found(some, right=True) == [0, 3]
    assert found(some, right=False) == [1, 2]
    assert found(some, predicted=5) == [2]
    for descending in (False, True):
        assert found(some, order="cost", descending=descending)[4:] == [4, 5]
        assert found(some, digit=3, order="confidence", descending=descending)[2:] == [4]


def test_an_evaluation_of_more_samples_than_there_are_is_refused():
    with pytest.raises(ValueError, match="6 samples, but there are 4"):
        find(SampleQuery(), LABELS[:4], evaluation())


def test_an_answer_beyond_the_type_of_the_answers_is_found_nowhere():
    assert found(predicted=300) == found(digit=300) == found(digit=-1) == []


def test_no_samples_and_no_answers_are_no_fault():
    nothing = np.array([], np.float32)
    none = evaluation(np.array([], np.uint8), nothing, nothing)
    assert found(none, np.array([], np.uint8), order="cost", right=True) == []
    assert found(none, order="cost", digit=1) == [1, 5]


def test_every_query_finds_what_a_loop_over_the_samples_finds():
    rng = np.random.default_rng(5)
    n, n_answered = 400, 300
    labels = rng.integers(0, 4, n).astype(np.uint8)
    predicted = rng.integers(0, 4, n_answered).astype(np.uint8)
    # Few different values, so that many are equal.
    costs, confidence = (rng.integers(0, 20, n_answered).astype(np.float32) / 8 for _ in range(2))
    answers = evaluation(predicted, confidence, costs)
    for digit, right, answer, order, descending in product(
        (None, 2), (None, True, False), (None, 1, 2), ORDERS, (False, True)
    ):
        query = SampleQuery("training", digit, right, answer, order, descending)

        def is_wanted(number, digit=digit, right=right, answer=answer):
            if digit is not None and labels[number] != digit:
                return False
            if right is None and answer is None:
                return True
            if number >= n_answered or (answer is not None and predicted[number] != answer):
                return False
            return right is None or (predicted[number] == labels[number]) == right

        def rank(number, order=order, sign=-1 if descending else 1):
            if order == "natural":
                return (0, sign * number)
            if number >= n_answered:
                return (1, 0, number)
            return (0, sign * (costs if order == "cost" else confidence)[number], number)

        expected = sorted(filter(is_wanted, range(n)), key=rank)
        assert find(query, labels, answers).tolist() == expected, query


def test_a_query_knows_whether_it_leaves_samples_out_and_whether_it_needs_answers():
    assert not SampleQuery().is_filtered
    assert SampleQuery(digit=0).is_filtered
    assert SampleQuery(predicted=0).is_filtered
    assert SampleQuery(right=False).is_filtered
    assert not SampleQuery(order="cost").is_filtered
    assert not SampleQuery(digit=0).is_about_answers
    assert SampleQuery(right=False).is_about_answers


def test_without_its_filters_a_query_keeps_its_source_and_its_order():
    query = SampleQuery("training", 3, False, 5, "cost", True)
    assert query.unfiltered() == SampleQuery("training", order="cost", descending=True)


def test_a_source_or_an_order_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="drawn"):
        SampleQuery("drawn")
    with pytest.raises(ValueError, match="beauty"):
        SampleQuery(order="beauty")
    for source, order in product(SOURCES, ORDERS):
        SampleQuery(source, order=order)
