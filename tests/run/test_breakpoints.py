import json
from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run.json_values import is_sentence, json_values, scalars, value_or_refusal, with_something_else
from run.small import small_data, small_spec

from nnviz.run.breakpoints import (
    ABOVE,
    EITHER,
    FIELDS,
    KINDS,
    MOST_BREAKPOINTS,
    AccuracyReaches,
    Breakpoint,
    CostCrosses,
    CostJumps,
    EpochReached,
    GradientNormCrosses,
    NeuronCrosses,
    ParameterNotFinite,
    PredictionChanges,
    SaturatedShareExceeds,
    StepReached,
    UpdateRatioLeaves,
    WeightCrosses,
    breakpoints_from_json,
    breakpoints_to_json,
)
from nnviz.run.fields import CHOICE, INPUT, NUMBER
from nnviz.run.spec import RunSpec

EVIL = ["__import__('os').system('true')", "1 + 1", "0.5", "lambda: 1", "{}", "nan", "\x00"]


def values(field):
    if field.type == CHOICE:
        return st.sampled_from([name for name, _ in field.choices])
    if field.type == NUMBER:
        return st.floats(field.least, field.most)
    whole = st.integers(field.least, field.most)
    return whole | st.none() if field.type == INPUT else whole


@st.composite
def breakpoints(draw):
    kind = draw(st.sampled_from(list(KINDS)))
    given = {field.name: draw(values(field)) for field in FIELDS[kind]}
    if kind == "update ratio":
        given["low"], given["high"] = sorted([given["low"], given["high"]])
    return KINDS[kind](**given, enabled=draw(st.booleans()))


def refusal(action, *arguments, **named):
    with pytest.raises(ValueError) as caught:
        action(*arguments, **named)
    text = str(caught.value)
    assert is_sentence(text), text
    return text


# What a form needs


def test_there_is_a_form_for_every_kind():
    assert len(KINDS) == 12
    assert set(FIELDS) == set(KINDS)
    for kind, one in KINDS.items():
        assert one.kind == kind
        assert is_sentence(f"{one.title}.")
        names = [field.name for field in FIELDS[kind]]
        assert sorted([*names, "enabled"]) == sorted(field.name for field in fields(one))
        for field in FIELDS[kind]:
            assert field.label[0].isupper()
            assert is_sentence(field.tip), field.tip
            assert getattr(one(), field.name) == field.default
        assert len({field.label for field in FIELDS[kind]}) == len(names)


@pytest.mark.parametrize("kind", KINDS)
def test_limits_are_allowed_and_what_lies_beyond_is_refused(kind):
    def made(**given):
        # The other end of a band makes way.
        return KINDS[kind](**({"low": 0.0, "high": 1e30} if kind == "update ratio" else {}) | given)

    for field in FIELDS[kind]:
        if field.type == CHOICE:
            for name, label in field.choices:
                assert getattr(made(**{field.name: name}), field.name) == name
                assert label
            continue
        for limit, beyond in (
            (field.least, np.nextafter(field.least, -np.inf)),
            (field.most, field.most * 1.5 + 1),
        ):
            assert getattr(made(**{field.name: limit}), field.name) == limit
            outside = float(beyond) if field.type == NUMBER else int(limit + np.sign(beyond - limit))
            assert field.label in refusal(made, **{field.name: outside})


def test_the_greatest_values_of_a_run_follow_from_its_network_and_data():
    spec, data = small_spec((20, 7, 5, 10)), small_data()
    fields_of = {field.name: field for field in FIELDS["weight"] + FIELDS["prediction"]}

    def most(name, **given):
        return fields_of[name].most_in(given, spec, data)

    assert most("layer") == 3
    assert [most("neuron", layer=layer) for layer in (1, 2, 3)] == [6, 4, 9]
    assert [most("input", layer=layer) for layer in (1, 2, 3)] == [19, 6, 4]
    assert most("index", source="training") == 52
    assert most("index", source="test") == 30


@pytest.mark.parametrize(
    ("point", "named"),
    [
        (GradientNormCrosses(4), "Layer goes up to 3"),
        (SaturatedShareExceeds(1000), "asks for 1,000"),
        (NeuronCrosses(1, 7), "Neuron goes up to 6"),
        (NeuronCrosses(9, 7), "Layer goes up to 3"),
        (NeuronCrosses(1, 6, "test", 31), "Sample goes up to 30"),
        (WeightCrosses(2, 4, 7), "From input goes up to 6"),
        (PredictionChanges("training", 53), "Sample goes up to 52"),
    ],
)
def test_what_a_run_does_not_have_is_named(point, named):
    sentence = point.misfit(small_spec((20, 7, 5, 10)), small_data())
    assert named in sentence
    assert is_sentence(sentence)


@pytest.mark.parametrize(
    "point",
    [
        *(kind() for kind in KINDS.values()),
        GradientNormCrosses(3),
        NeuronCrosses(1, 6, "test", 30),
        WeightCrosses(2, 4, 6),
        WeightCrosses(2, 4, None),
        PredictionChanges("training", 52),
    ],
    ids=repr,
)
def test_what_a_run_has_fits(point):
    assert point.misfit(small_spec((20, 7, 5, 10)), small_data()) is None


# What it says


SENTENCES = {
    CostCrosses(): "Pause when the smoothed cost falls below 0.1.",
    CostCrosses("cost", ABOVE, 2.5): "Pause when the cost rises above 2.5.",
    CostJumps(): "Pause when the smoothed cost is more than 2 times what it was 100 steps before.",
    CostJumps("cost", 10, 1): "Pause when the cost is more than 10 times the smoothed cost a step before.",
    AccuracyReaches(
        "training", 0.975
    ): "Pause when an evaluation finds that the training accuracy has reached 97.5 %.",
    GradientNormCrosses(1, "below", 1e-6): "Pause when the gradient norm of layer 1 falls below 1e-06.",
    GradientNormCrosses(3, EITHER, 7): "Pause when the gradient norm of the output layer crosses 7.",
    SaturatedShareExceeds(2, 0.1, every=1): "Pause when the saturated share of layer 2 rises above 10 %.",
    NeuronCrosses(2, 3, "training", 41, every=5): (
        "Pause when the activation of neuron 3 of layer 2 for training image 41 rises above 0.5, "
        "looked at every 5 steps."
    ),
    NeuronCrosses(
        3, 3, every=1
    ): "Pause when the activation of output neuron 3 for test image 0 rises above 0.5.",
    WeightCrosses(1, 3, 407): "Pause when the weight from input 407 to neuron 3 of layer 1 crosses 0.",
    WeightCrosses(3, 0, 5, "below", -1): (
        "Pause when the weight from neuron 5 of layer 2 to output neuron 0 falls below -1."
    ),
    WeightCrosses(2, 4, None): "Pause when the bias of neuron 4 of layer 2 crosses 0.",
    UpdateRatioLeaves(1, 0.001, 0.25, every=1): (
        "Pause when the update-to-weight ratio of layer 1 leaves the band from 0.001 to 0.25."
    ),
    PredictionChanges(
        index=1234
    ): "Pause when the prediction for test image 1,234 changes, looked at every 100 steps.",
    ParameterNotFinite(): "Pause when a parameter becomes infinite, or no number at all.",
    StepReached(12000): "Pause at step 12,000.",
    EpochReached(2): "Pause at the end of epoch 2.",
}


@pytest.mark.parametrize("point", SENTENCES, ids=lambda point: point.kind)
def test_a_breakpoint_says_when_it_pauses_the_run(point):
    assert point.describe(RunSpec((784, 16, 16, 10))) == SENTENCES[point]


@given(breakpoints())
def test_every_description_is_one_sentence(point):
    assert is_sentence(point.describe(RunSpec()))


def test_a_breakpoint_is_frozen_and_switched_off_by_a_copy():
    point = StepReached(5)
    assert point.enabled
    with pytest.raises(FrozenInstanceError):
        point.enabled = False
    off = replace(point, enabled=False)
    assert (off.step, off.enabled) == (5, False)
    assert off != point


def test_numbers_of_numpy_become_plain_ones():
    point = WeightCrosses(np.int64(1), np.int32(3), np.uint8(4), bound=np.float32(0.5))
    assert json.loads(json.dumps(point.to_json())) == WeightCrosses(1, 3, 4, bound=0.5).to_json()
    assert type(point.bound) is float


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: CostCrosses(of="loss"), "'loss'"),
        (lambda: CostCrosses(direction="up"), "'up'"),
        (lambda: CostCrosses(bound="0.1"), "'0.1'"),
        (lambda: CostCrosses(bound=float("nan")), "nan"),
        (lambda: CostCrosses(bound=float("inf")), "inf"),
        (lambda: CostCrosses(bound=10**400), "Bound"),
        (lambda: CostCrosses(bound=True), "True"),
        (lambda: CostCrosses(bound=None), "None"),
        (lambda: CostCrosses(bound=np.array([1.0, 2.0])), "array"),
        (lambda: StepReached(0), "0"),
        (lambda: StepReached(5.0), "5.0"),
        (lambda: GradientNormCrosses(layer=0), "0"),
        (lambda: WeightCrosses(input=-1), "-1"),
        (lambda: WeightCrosses(neuron=None), "None"),
        (lambda: UpdateRatioLeaves(low=2.0, high=1.0), "from 2 to 1"),
        (lambda: PredictionChanges(every=0), "0"),
        (lambda: PredictionChanges(enabled=1), "1"),
        (lambda: PredictionChanges(enabled="no"), "'no'"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence_that_names_it(make, named):
    assert named in refusal(make)


# JSON


@given(st.lists(breakpoints(), max_size=5))
def test_any_breakpoints_come_back_from_json(some):
    assert breakpoints_from_json(json.loads(json.dumps(breakpoints_to_json(some)))) == some


def test_a_field_that_is_left_out_has_its_usual_value():
    assert Breakpoint.from_json({"kind": "accuracy"}) == AccuracyReaches()
    assert Breakpoint.from_json({"kind": "step", "step": 7}) == StepReached(7)


@pytest.mark.parametrize("value", [None, [], [1], "step", 5, True])
def test_what_is_no_object_is_refused(value):
    assert "JSON object" in refusal(Breakpoint.from_json, value)


@pytest.mark.parametrize(
    "kind", [None, "", "steps", "StepReached", "Breakpoint", "__class__", [], {}, 3, *EVIL]
)
def test_another_kind_is_refused_and_the_kinds_are_named(kind):
    text = refusal(Breakpoint.from_json, {"kind": kind, "step": 3})
    assert "update ratio" in text


def test_an_unknown_field_is_refused_and_the_known_ones_are_named():
    text = refusal(Breakpoint.from_json, {"kind": "step", "step": 3, "when": "now"})
    assert "'when'" in text
    assert "enabled" in text
    for name in ("describe", "title", "__post_init__", "_when"):
        assert name in refusal(Breakpoint.from_json, {"kind": "step", name: 3})


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_is_taken_for_a_value(kind):
    for name in [field.name for field in FIELDS[kind]] + ["enabled"]:
        for text in EVIL:
            refusal(Breakpoint.from_json, {"kind": kind, name: text})


def test_lists_have_a_limit():
    many = [{"kind": "step", "step": 1 + step} for step in range(MOST_BREAKPOINTS)]
    assert len(breakpoints_from_json(many)) == MOST_BREAKPOINTS
    assert "101" in refusal(breakpoints_from_json, [*many, many[0]])
    for value in (None, {}, "x", 3):
        assert "are a list" in refusal(breakpoints_from_json, value)


def test_a_long_text_in_a_bad_file_makes_no_long_message():
    long = "y" * 10_000
    for value in (
        [long],
        {long: 1},
        {"kind": long},
        {"kind": "step", long: 1},
        {"kind": "step", "step": long},
    ):
        assert len(refusal(Breakpoint.from_json, value)) < 300
        assert len(refusal(breakpoints_from_json, value)) < 300


def read_or_refuse(value):
    point = value_or_refusal(Breakpoint.from_json, value)
    assert point is None or Breakpoint.from_json(json.loads(json.dumps(point.to_json()))) == point


@settings(max_examples=300)
@given(
    json_values | st.fixed_dictionaries({"kind": st.sampled_from(list(KINDS))}, optional={"bound": scalars})
)
def test_any_json_is_read_or_refused_with_a_sentence(value):
    read_or_refuse(value)
    value_or_refusal(breakpoints_from_json, value)


@settings(max_examples=500)
@given(with_something_else(breakpoints().map(Breakpoint.to_json)))
def test_a_breakpoint_with_something_else_in_it_is_read_or_refused_with_a_sentence(value):
    read_or_refuse(value)
