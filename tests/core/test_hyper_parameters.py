"""The hyper-parameters of nnviz.core.descent; test_descent.py tests what they do."""

import math

import numpy as np
import pytest

from nnviz.core.descent import HyperParameters

SYMBOLS = {"eta": "η", "l2": "λ (L2)", "l1": "λ (L1)", "momentum": "Momentum μ", "dropout": "Dropout p"}


def refusal(**named):
    with pytest.raises(ValueError) as caught:
        HyperParameters(**named)
    message = str(caught.value)
    assert message.endswith(".")
    return message


def test_the_hyper_parameters_start_with_those_of_the_books_first_network():
    assert HyperParameters() == HyperParameters(3.0, 10, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("name", SYMBOLS)
@pytest.mark.parametrize("value", [-0.001, -5, math.nan, math.inf, -math.inf])
def test_numbers_out_of_their_range_are_refused(name, value):
    message = refusal(**{name: value})
    assert message.startswith(SYMBOLS[name])
    assert f"given was {value:g}" in message


@pytest.mark.parametrize("name", ["momentum", "dropout"])
@pytest.mark.parametrize("value", [1, 1.0, 1.5])
def test_shares_of_1_and_above_are_refused(name, value):
    message = refusal(**{name: value})
    assert message == f"{SYMBOLS[name]} is at least 0 and below 1; given was {value:g}."


@pytest.mark.parametrize("name", SYMBOLS)
@pytest.mark.parametrize("value", [True, False, "0.5", None, 1j, [0.5], np.array([0.5]), np.True_])
def test_what_is_no_number_is_refused(name, value):
    assert refusal(**{name: value}) == f"{SYMBOLS[name]} is a number; given was {value!r}."


@pytest.mark.parametrize("value", [0, -1, 2.5, 10.0, True, False, "10", None, math.nan, math.inf])
def test_a_batch_size_that_is_no_whole_number_from_1_is_refused(value):
    assert refusal(batch_size=value) == f"The batch size is a whole number, at least 1; given was {value!r}."


@pytest.mark.parametrize(
    "hyper",
    [
        {"eta": 0, "l2": 0, "l1": 0, "momentum": 0, "dropout": 0, "batch_size": 1},
        {"eta": 1e6, "l2": 1e6, "l1": 1e6, "momentum": 0.999, "dropout": 0.999, "batch_size": 60_000},
        {"eta": np.float32(0.5), "momentum": np.float64(0.5), "l2": np.int64(5), "batch_size": np.int64(10)},
    ],
)
def test_values_within_their_ranges_are_kept_as_plain_numbers(hyper):
    kept = HyperParameters(**hyper)
    for name, value in hyper.items():
        assert getattr(kept, name) == value
        assert type(getattr(kept, name)) is (int if name == "batch_size" else float)
