import math

import numpy as np
import pytest

from nnviz.app.graphics.landscape.slice_words import (
    cost_texts,
    headline,
    left_out,
    of_tangent,
    short,
    shorter,
)
from nnviz.core.slice import Landing, Slice

NAN = math.nan


def told(here, half, one, double, eta=3.0, slope=-0.1):
    rates = (eta / 2, eta, 2 * eta)
    landings = tuple(
        Landing(rate, cost, here + slope * rate)
        for rate, cost in zip(rates, (half, one, double), strict=True)
    )
    found = Slice(np.array([0.0]), np.array([here]), here, slope, 1.0, landings)
    return headline(found, landings), of_tangent(found, landings[1])


@pytest.mark.parametrize(
    ("costs", "first", "second"),
    [
        (
            (0.3, 0.25, 0.21, 0.35),
            "η = 3 lands at cost 0.21: lower than here (0.3).",
            "2η overshoots: 0.35, higher",
        ),
        ((0.3, 0.25, 0.21, 0.18), "lower than here", "2η would land lower still: 0.18."),
        ((0.3, 0.25, 0.21, 0.24), "lower than here", "2η would go past the lowest point, to 0.24."),
        (
            (0.3, 0.25, 0.4, 0.8),
            "η = 3 overshoots: cost 0.4, higher than here (0.3).",
            "½η lands lower: 0.25.",
        ),
        ((0.3, 0.35, 0.4, 0.8), "overshoots", "Even ½η lands no lower."),
        ((0.3, 0.25, NAN, NAN), "η = 3 leads to where the cost is no finite number.", "½η lands lower"),
        ((0.3, 0.25, 0.21, NAN), "lower than here", "2η leads to where"),
        ((0.3, 0.3, 0.3, 0.3), "hardly changes the cost", "almost zero"),
        ((0.3, 0.3 - 1e-9, 0.3 - 1e-8, 0.3 + 1e-8), "hardly changes the cost", "almost zero"),
    ],
)
def test_a_sentence_says_where_each_step_lands(costs, first, second):
    (one, other), _ = told(*costs)
    assert first in one
    assert second in other


def test_the_promise_of_the_tangent_is_compared_with_what_the_step_gets():
    assert told(0.5, 0.4, 0.35, 0.3)[1] == "The tangent promises a fall of 0.3; the step gets 50 % of it."
    assert told(0.5, 0.4, 0.7, 0.3)[1].endswith("the cost rises by 0.2 instead.")
    assert told(0.5, 0.4, NAN, 0.3)[1] == ""
    assert told(0.5, 0.4, 0.3, 0.3, slope=-1e-9)[1] == ""


def test_costs_that_differ_little_are_told_apart():
    assert cost_texts([0.21312, 0.21308]) == ["0.21312", "0.21308"]
    assert cost_texts([0.2, 0.3]) == ["0.2", "0.3"]
    assert cost_texts([NAN, 0.3]) == ["NaN", "0.3"]


def test_numbers_are_written_as_people_write_them():
    assert short(-8.6123e-5) == "−8.61·10⁻⁵"
    assert short(float("inf")) == "∞"
    assert short(0.1) == "0.1"


def test_a_headline_can_do_with_less_room():
    assert shorter("η = 3 lands at cost 0.21: lower than here (0.3).") == "η = 3 lands at cost 0.21: lower."


def test_what_the_run_does_besides_is_named():
    assert left_out(0.0, 0.0) == ""
    assert left_out(0.9, 0.5) == "Left out of account: momentum and dropout."
