import json
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from hypothesis import given, settings
from run.json_values import is_sentence, json_values, specs, value_or_refusal, with_something_else

from nnviz.core.descent import HyperParameters
from nnviz.run.spec import MNIST, RunSpec

FULL = RunSpec(
    sizes=(20, 7, 5, 10),
    activation="tanh",
    cost="log-likelihood",
    init="scaled",
    seed=2**63 - 1,
    hyper=HyperParameters(eta=0.1, batch_size=3, l2=0.2, l1=0.3, momentum=0.4, dropout=0.5),
    data="/some/wh€re",
    train_size=1000,
)


def refusal(*arguments, **values):
    with pytest.raises(ValueError) as caught:
        RunSpec(*arguments, **values)
    text = str(caught.value)
    assert is_sentence(text), text
    return text


def json_refusal(value):
    with pytest.raises(ValueError) as caught:
        RunSpec.from_json(value)
    return str(caught.value)


def test_the_run_one_starts_with_is_the_videos_network_on_mnist():
    spec = RunSpec()
    assert spec.sizes == (784, 16, 16, 10)
    assert (spec.activation, spec.cost, spec.init, spec.seed) == ("sigmoid", "quadratic", "large", 0)
    assert spec.hyper == HyperParameters(eta=3.0, batch_size=10)
    assert (spec.data, spec.train_size) == (MNIST, None)


@pytest.mark.parametrize("name", [field.name for field in fields(RunSpec)])
def test_a_specification_is_frozen(name):
    spec = RunSpec()
    with pytest.raises(FrozenInstanceError):
        setattr(spec, name, getattr(FULL, name))
    assert spec == RunSpec()


def test_equal_specifications_are_one_key():
    assert len({RunSpec(seed=1), RunSpec(seed=1), RunSpec(seed=2)}) == 2


def test_whole_numbers_of_numpy_become_plain_ones():
    spec = RunSpec(
        sizes=[np.int64(20), np.int32(10)],
        seed=np.int64(5),
        train_size=np.int64(30),
        hyper=HyperParameters(batch_size=np.int64(3), eta=np.float32(0.5)),
    )
    assert spec.sizes == (20, 10)
    assert isinstance(spec.sizes, tuple)
    assert RunSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


def test_another_hyper_parameter_makes_another_specification():
    changed = FULL.with_hyper(eta=7.0, batch_size=4)
    assert (changed.hyper.eta, changed.hyper.batch_size, changed.hyper.l2) == (7.0, 4, 0.2)
    assert FULL.hyper.eta == 0.1
    assert changed.sizes == FULL.sizes
    with pytest.raises(ValueError, match="-1"):
        FULL.with_hyper(eta=-1)


def test_the_network_is_the_one_specified():
    network = FULL.network()
    assert network.sizes == FULL.sizes
    assert network.dtype == np.float32
    assert network.activation_name == "tanh"
    assert network.cost.name == "log-likelihood"
    assert network.theta.tobytes() == FULL.network().theta.tobytes()
    assert FULL.network(np.float64).dtype == np.float64


def test_the_seed_decides_the_first_parameters():
    assert RunSpec(seed=1).network().theta.tobytes() != RunSpec(seed=2).network().theta.tobytes()


# What is refused


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"sizes": ()}, "()"),
        ({"sizes": (784,)}, "(784,)"),
        ({"sizes": "784"}, "'784'"),
        ({"sizes": (784, 0, 10)}, "0"),
        ({"sizes": (784, -3, 10)}, "-3"),
        ({"sizes": (784, 16.0, 10)}, "16.0"),
        ({"sizes": (784, True, 10)}, "True"),
        ({"sizes": (784, None, 10)}, "None"),
        ({"sizes": (784, 10**6, 10)}, "784-1000000-10"),
        ({"sizes": (784, 1), "cost": "log-likelihood"}, "softmax"),
        ({"activation": "sigmoit"}, "'sigmoit'"),
        ({"activation": "softmax"}, "'softmax'"),
        ({"activation": "step"}, "step"),
        ({"activation": "step", "cost": "cross-entropy"}, "step"),
        ({"activation": None}, "None"),
        ({"activation": ["relu"]}, "['relu']"),
        ({"cost": "loss"}, "'loss'"),
        ({"cost": {}}, "{}"),
        ({"cost": 3}, "3"),
        ({"init": "small"}, "'small'"),
        ({"init": []}, "[]"),
        ({"seed": -1}, "-1"),
        ({"seed": 2**63}, str(2**63)),
        ({"seed": 1.0}, "1.0"),
        ({"seed": True}, "True"),
        ({"seed": "1"}, "'1'"),
        ({"seed": None}, "None"),
        ({"train_size": 0}, "0"),
        ({"train_size": -5}, "-5"),
        ({"train_size": 2**31 + 1}, str(2**31 + 1)),
        ({"train_size": 10.0}, "10.0"),
        ({"train_size": False}, "False"),
        ({"data": ""}, "''"),
        ({"data": None}, "None"),
        ({"data": 5}, "5"),
        ({"hyper": None}, "None"),
        ({"hyper": {"eta": 3.0}}, "{'eta': 3.0}"),
    ],
    ids=repr,
)
def test_a_value_that_makes_no_sense_is_refused_and_named(values, named):
    assert named in refusal(**values)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eta", -1),
        ("eta", float("nan")),
        ("eta", float("inf")),
        ("eta", "3"),
        ("eta", None),
        ("eta", True),
        ("eta", 10**400),
        ("l2", -0.5),
        ("l1", -0.5),
        ("l1", [1]),
        ("momentum", 1),
        ("momentum", -0.1),
        ("dropout", 1.0),
        ("dropout", float("nan")),
        ("batch_size", 0),
        ("batch_size", 2.5),
        ("batch_size", 10.0),
        ("batch_size", "10"),
        ("batch_size", None),
    ],
)
def test_a_hyper_parameter_that_makes_no_sense_is_refused_in_json(name, value):
    written = RunSpec().to_json()
    written["hyper"][name] = value
    assert is_sentence(json_refusal(written))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name in ("activation", "cost", "init", "data", "seed", "sizes", "hyper")
        for value in ([], {}, [[]], {"a": 1}, 0.5, True, None)
        if (name, value) != ("hyper", {})  # each hyper-parameter at its usual value
    ],
)
def test_a_field_of_the_wrong_type_is_refused_in_json(name, value):
    # Regression: a list as the name of an activation or a cost was a TypeError.
    assert is_sentence(json_refusal({**RunSpec().to_json(), name: value}))


@pytest.mark.parametrize("value", [None, [], [1], "spec", 5, 0.5, True])
def test_what_is_no_json_object_is_refused(value):
    assert "JSON object" in json_refusal(value)


def test_an_unknown_field_is_refused_and_the_known_ones_named():
    text = json_refusal({**RunSpec().to_json(), "learning_rate": 3})
    assert "'learning_rate'" in text
    assert "hyper" in text
    text = json_refusal({"hyper": {"learning_rate": 3}})
    assert "'learning_rate'" in text
    assert "eta" in text


def test_a_long_text_in_a_bad_file_makes_no_long_message():
    assert len(json_refusal(["x" * 10_000])) < 200
    assert len(json_refusal({"y" * 10_000: 1})) < 300


# JSON


def test_a_specification_comes_back_from_json():
    assert RunSpec.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL


def test_every_field_is_written():
    written = FULL.to_json()
    assert set(written) == {field.name for field in fields(RunSpec)}
    assert set(written["hyper"]) == {field.name for field in fields(HyperParameters)}
    assert written["sizes"] == [20, 7, 5, 10]


def test_a_field_that_is_left_out_has_its_usual_value():
    assert RunSpec.from_json({}) == RunSpec()
    assert RunSpec.from_json({"seed": 3, "hyper": {"eta": 0.5}}) == RunSpec(
        seed=3, hyper=HyperParameters(0.5)
    )


def test_reading_leaves_what_was_read_as_it_was():
    written = FULL.to_json()
    RunSpec.from_json(written)
    assert written == FULL.to_json()


@given(specs)
def test_any_specification_comes_back_from_json(spec):
    assert RunSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


def read_or_refuse(value):
    spec = value_or_refusal(RunSpec.from_json, value)
    assert spec is None or RunSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@settings(max_examples=300)
@given(json_values)
def test_any_json_is_read_or_refused_with_a_sentence(value):
    read_or_refuse(value)


@settings(max_examples=500)
@given(with_something_else(specs.map(RunSpec.to_json)))
def test_a_specification_with_something_else_in_it_is_read_or_refused_with_a_sentence(value):
    read_or_refuse(value)
