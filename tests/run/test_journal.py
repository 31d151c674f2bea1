import json
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run.json_values import (
    hyper_parameter_values,
    is_sentence,
    json_values,
    value_or_refusal,
    with_something_else,
)

from nnviz.core.descent import HyperParameters
from nnviz.run.journal import HYPER_PARAMETERS, Change, Journal

changes = st.builds(lambda step, named: Change(step, *named), st.integers(0, 10**6), hyper_parameter_values)
journals = st.lists(changes, max_size=8).map(lambda some: Journal(sorted(some, key=lambda c: c.step)))


def refusal(action, *arguments):
    with pytest.raises(ValueError) as caught:
        action(*arguments)
    text = str(caught.value)
    assert is_sentence(text), text
    return text


# A change


def test_a_change_sets_one_hyper_parameter_and_leaves_the_others():
    before = HyperParameters(eta=3.0, batch_size=10, l2=5.0)
    assert Change(7, "eta", 0.5).applied_to(before) == HyperParameters(eta=0.5, batch_size=10, l2=5.0)
    assert before.eta == 3.0


def test_every_hyper_parameter_can_be_changed():
    assert HYPER_PARAMETERS == ("eta", "batch_size", "l2", "l1", "momentum", "dropout")
    for name in HYPER_PARAMETERS:
        value = 4 if name == "batch_size" else 0.25
        assert getattr(Change(0, name, value).applied_to(HyperParameters()), name) == value


def test_a_change_is_frozen():
    with pytest.raises(FrozenInstanceError):
        Change(7, "eta", 0.5).value = 0.6


@pytest.mark.parametrize(
    ("step", "name", "value", "named"),
    [
        (-1, "eta", 1.0, "-1"),
        (1.0, "eta", 1.0, "1.0"),
        (True, "eta", 1.0, "True"),
        (None, "eta", 1.0, "None"),
        ("3", "eta", 1.0, "'3'"),
        (3, "theta", 1.0, "'theta'"),
        (3, "", 1.0, "''"),
        (3, None, 1.0, "None"),
        (3, ["eta"], 1.0, "['eta']"),
        (3, {}, 1.0, "{}"),
        (3, "eta", -1.0, "-1"),
        (3, "eta", float("nan"), "nan"),
        (3, "eta", float("inf"), "inf"),
        (3, "eta", "1", "'1'"),
        (3, "eta", None, "None"),
        (3, "eta", [], "[]"),
        (3, "eta", 10**400, "η"),
        (3, "momentum", 1, "1"),
        (3, "dropout", 1.5, "1.5"),
        (3, "batch_size", 0, "0"),
        (3, "batch_size", 7.0, "7.0"),
        (3, "batch_size", True, "True"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_and_named(step, name, value, named):
    assert named in refusal(Change, step, name, value)


@pytest.mark.parametrize(
    ("name", "value"), [("eta", np.float32(0.5)), ("eta", np.float64(0.5)), ("batch_size", np.int64(8))]
)
def test_a_number_of_numpy_becomes_a_plain_one_that_json_can_hold(name, value):
    # Regression: a journal with a float32 in it could not be written.
    journal = Journal([Change(3, name, value)])
    assert Journal.from_json(json.loads(json.dumps(journal.to_json()))) == journal


# The journal


def test_changes_are_kept_in_the_order_of_their_steps():
    some = [Change(0, "eta", 1.0), Change(5, "l2", 2.0), Change(5, "eta", 3.0), Change(9, "eta", 4.0)]
    journal = Journal(some)
    assert list(journal) == some
    assert len(journal) == 4
    assert journal.at(5) == some[1:3]
    assert journal.at(4) == []
    assert journal.steps() == {0, 5, 9}


def test_a_change_before_the_last_one_is_refused_and_changes_nothing():
    journal = Journal([Change(5, "eta", 1.0)])
    text = refusal(journal.add, Change(4, "eta", 2.0))
    assert "step 5" in text
    assert "step 4" in text
    assert list(journal) == [Change(5, "eta", 1.0)]


def test_a_second_value_at_the_same_step_takes_the_firsts_place():
    journal = Journal([Change(2, "eta", 9.0), Change(5, "eta", 1.0), Change(5, "l2", 2.0)])
    journal.add(Change(5, "eta", 3.0))
    assert list(journal) == [Change(2, "eta", 9.0), Change(5, "l2", 2.0), Change(5, "eta", 3.0)]


def test_dragging_a_control_while_paused_leaves_one_entry():
    journal = Journal()
    for value in np.linspace(0, 1, 100):
        journal.add(Change(12, "eta", float(value)))
    assert list(journal) == [Change(12, "eta", 1.0)]


def test_journals_are_equal_when_their_changes_are():
    assert Journal([Change(1, "eta", 1)]) == Journal([Change(1, "eta", 1.0)])
    assert Journal([Change(1, "eta", 1)]) != Journal([Change(1, "eta", 2)])
    assert Journal() != []
    with pytest.raises(TypeError):
        hash(Journal())


@given(st.lists(changes, max_size=12))
def test_what_holds_after_any_sequence_of_changes(some):
    journal = Journal()
    for change in some:
        last = max((c.step for c in journal), default=0)
        if change.step < last:
            refusal(journal.add, change)
        else:
            journal.add(change)
            assert list(journal)[-1] == change
    steps = [change.step for change in journal]
    assert steps == sorted(steps)
    assert journal.steps() == set(steps)
    assert len({(change.step, change.name) for change in journal}) == len(journal)
    assert [change for step in sorted(set(steps)) for change in journal.at(step)] == list(journal)


# JSON


@given(journals)
def test_any_journal_comes_back_from_json(journal):
    assert Journal.from_json(json.loads(json.dumps(journal.to_json()))) == journal


@pytest.mark.parametrize("value", [None, {}, "journal", 5, {"step": 1, "name": "eta", "value": 1}])
def test_what_is_no_list_is_refused(value):
    assert "list of changes" in refusal(Journal.from_json, value)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        5,
        "eta",
        [],
        ["step", "name", "value"],
        {},
        {"step": 1, "name": "eta"},
        {"step": 1, "name": "eta", "value": 1, "why": "because"},
        {"step": 1, "name": "eta", "values": 1},
    ],
    ids=repr,
)
def test_an_entry_that_is_no_change_is_refused(entry):
    good = {"step": 1, "name": "eta", "value": 1.0}
    assert "a step, a name and a value" in refusal(Journal.from_json, [good, entry])


def test_entries_out_of_order_are_refused():
    entries = [{"step": 5, "name": "eta", "value": 1.0}, {"step": 4, "name": "l2", "value": 1.0}]
    assert "step 4" in refusal(Journal.from_json, entries)


def test_a_long_text_in_a_bad_file_makes_no_long_message():
    assert len(refusal(Journal.from_json, "x" * 10_000)) < 200
    assert len(refusal(Journal.from_json, ["y" * 10_000])) < 200


def read_or_refuse(value):
    journal = value_or_refusal(Journal.from_json, value)
    assert journal is None or Journal.from_json(json.loads(json.dumps(journal.to_json()))) == journal


@settings(max_examples=300)
@given(json_values | st.lists(json_values))
def test_any_json_is_read_or_refused_with_a_sentence(value):
    read_or_refuse(value)


@settings(max_examples=200)
@given(st.lists(changes.map(vars).map(dict)), with_something_else(changes.map(vars).map(dict)))
def test_a_journal_with_something_else_in_it_is_read_or_refused_with_a_sentence(good, damaged):
    read_or_refuse([*good, damaged])


@given(json_values, json_values, json_values)
def test_a_change_of_anything_is_made_or_refused_with_a_sentence(step, name, value):
    change = value_or_refusal(Change, step, name, value)
    assert change is None or change.name in HYPER_PARAMETERS


@given(st.integers(0, 100), st.sampled_from(HYPER_PARAMETERS), json_values)
def test_any_value_is_taken_or_refused_with_a_sentence(step, name, value):
    change = value_or_refusal(Change, step, name, value)
    assert change is None or getattr(change.applied_to(HyperParameters()), name) == value
