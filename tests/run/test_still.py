import json
import math

import numpy as np
import pytest
from run.small import COLS, ROWS, bits, small_data, small_spec

from nnviz.core.evaluation import evaluate
from nnviz.core.regularisation import Regularisation
from nnviz.data.dataset import DataSet
from nnviz.data.errors import DataError
from nnviz.run.model_file import Model, ModelError, load_model, save_model
from nnviz.run.still import run_again, spec_of, still
from nnviz.run.trainer import Trainer

PIXELS = ROWS * COLS
EPOCH = math.ceil(53 / 7)


def run_of(steps, **changes):
    """Return a trainer after so many steps, evaluated before the first and now, as the window's is."""
    trainer = Trainer(small_spec(**changes), small_data())
    evaluate_now(trainer)
    trainer.advance(steps)
    evaluate_now(trainer)
    return trainer


def evaluate_now(trainer):
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass


def saved(trainer, folder):
    """Return a trainer's model as it comes back from a file."""
    path = folder / "model.npz"
    save_model(path, trainer.network, trainer.spec, trainer.step)
    return load_model(path)


def book_model(folder, sizes=(PIXELS, 4, 10)):
    """Return a model as it comes from the JSON of the book's network2.py."""
    rng = np.random.default_rng(0)
    pairs = list(zip(sizes, sizes[1:], strict=False))
    value = {
        "sizes": list(sizes),
        "weights": [rng.standard_normal((n, before)).tolist() for before, n in pairs],
        "biases": [rng.standard_normal((n, 1)).tolist() for _, n in pairs],
        "cost": "CrossEntropyCost",
    }
    path = folder / "book.json"
    path.write_text(json.dumps(value))
    return load_model(path), value


def assert_same_evaluation(first, second):
    assert first.cost == second.cost
    assert first.accuracy == second.accuracy
    for name in ("predicted", "confidence", "costs"):
        assert np.array_equal(getattr(first, name), getattr(second, name)), name


def refusal(model, data=None):
    with pytest.raises(ModelError) as caught:
        run_again(model, data or small_data())
    sentence = str(caught.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    return sentence


# A still


@pytest.mark.parametrize("steps", [0, 5, EPOCH, 3 * EPOCH + 2])
def test_a_still_is_the_network_of_the_file_evaluated_as_the_run_was(tmp_path, steps):
    trainer = run_of(steps, l2=0.3)
    shown = still(saved(trainer, tmp_path), small_data())
    assert shown.step == steps
    assert shown.theta.tobytes() == trainer.network.theta.tobytes()
    assert shown.spec == trainer.spec
    assert shown.hyper == trainer.spec.hyper
    ours, theirs = shown.evaluated, trainer.evaluated
    assert ours.step == theirs.step == steps
    assert_same_evaluation(ours.test, theirs.test)
    assert_same_evaluation(ours.training, theirs.training)
    assert ours.record.training_cost == theirs.record.training_cost, "regularisation is left out"
    assert ours.record.test_cost == theirs.record.test_cost


def test_a_still_has_no_history(tmp_path):
    shown = still(saved(run_of(20), tmp_path), small_data())
    assert shown.epochs == ()
    assert shown.log.count == 0
    assert shown.health is None
    assert math.isnan(shown.cost)
    assert math.isnan(shown.smoothed_cost)


def test_a_still_is_read_only_and_leaves_the_model_as_it_is(tmp_path):
    model = saved(run_of(20), tmp_path)
    before = model.network.theta.copy()
    shown = still(model, small_data())
    with pytest.raises(ValueError, match="read-only"):
        shown.theta[0] = 0
    model.network.theta[0] += 1
    assert np.array_equal(shown.theta, before)


def test_only_the_images_that_were_learnt_from_are_training_images(tmp_path):
    trainer = run_of(4, train_size=15)
    shown = still(saved(trainer, tmp_path), small_data())
    assert shown.evaluated.training.count == 15
    assert_same_evaluation(shown.evaluated.training, trainer.evaluated.training)


def test_the_books_networks_have_stills_too(tmp_path):
    model, value = book_model(tmp_path)
    shown = still(model, small_data())
    assert shown.step == 0
    assert shown.spec.sizes == (PIXELS, 4, 10)
    assert (shown.spec.activation, shown.spec.cost) == ("sigmoid", "cross-entropy")
    assert np.array_equal(shown.network.weights[1], np.array(value["weights"][1], np.float32))
    a = small_data().test.images.T / 255
    for weights, biases in zip(value["weights"], value["biases"], strict=True):
        a = 1 / (1 + np.exp(-(np.array(weights) @ a + np.array(biases))))
    assert shown.evaluated.test.predicted.tolist() == a.argmax(axis=0).tolist()
    assert shown.evaluated.test.confidence == pytest.approx(a.max(axis=0), abs=1e-5)


def test_regularisation_that_nobody_knows_of_is_none(tmp_path):
    model, _ = book_model(tmp_path)
    data = small_data().training
    evaluation = evaluate(model.network, data.images, data.labels)
    record = still(model, small_data()).evaluated.record
    assert record.training_cost == pytest.approx(evaluation.cost)
    assert Regularisation(5.0, 0.0, len(data)).cost_of(model.network.weights) > 0.1, "it would be seen"


def test_a_model_that_does_not_fit_the_data_is_refused(tmp_path):
    model, _ = book_model(tmp_path, (PIXELS + 1, 4, 10))
    with pytest.raises(ValueError, match=r"20 pixels.*21 neurons"):
        still(model, small_data())
    model, _ = book_model(tmp_path, (PIXELS, 4, 3))
    with pytest.raises(ValueError, match="3 output neurons"):
        still(model, small_data())


def test_a_model_that_learnt_from_more_images_than_there_are_is_refused(tmp_path):
    network = small_spec().network()
    with pytest.raises(DataError, match="53"):
        still(Model(network, small_spec(train_size=54), 3), small_data())


# The specification


def test_the_specification_is_the_files(tmp_path):
    trainer = run_of(3, seed=9, cost="cross-entropy", init="scaled", momentum=0.5)
    assert spec_of(saved(trainer, tmp_path)) == trainer.spec


@pytest.mark.parametrize(
    ("activation", "cost"), [("sigmoid", "quadratic"), ("tanh", "quadratic"), ("relu", "log-likelihood")]
)
def test_where_the_file_names_none_it_is_one_of_such_a_network(activation, cost):
    network = small_spec((PIXELS, 7, 5, 10), activation=activation, cost=cost).network()
    spec = spec_of(Model(network))
    assert (spec.sizes, spec.activation, spec.cost) == ((PIXELS, 7, 5, 10), activation, cost)


# The run made again


@pytest.mark.parametrize("steps", [0, 5, EPOCH, 3 * EPOCH + 2])
def test_a_run_made_again_has_its_history_bit_for_bit(tmp_path, steps):
    trainer = run_of(steps, momentum=0.5, l2=0.1)
    shown, expected = run_again(saved(trainer, tmp_path), small_data()), trainer.snapshot()
    assert shown.theta.tobytes() == expected.theta.tobytes()
    assert (shown.step, shown.epoch, shown.epoch_progress) == (
        expected.step,
        expected.epoch,
        expected.epoch_progress,
    )
    assert shown.spec == expected.spec
    assert shown.hyper == expected.hyper
    assert shown.log.rows(0, steps).tobytes() == expected.log.rows(0, steps).tobytes()
    rows = steps // 10
    assert shown.health_log.figures(0, rows).tobytes() == expected.health_log.figures(0, rows).tobytes()
    assert steps == 0 or np.array_equal(shown.health, expected.health)
    assert shown.epochs == expected.epochs
    assert [record.epoch for record in shown.epochs] == list(range(steps // EPOCH + 1))
    assert np.array_equal(
        [shown.cost, shown.smoothed_cost], [expected.cost, expected.smoothed_cost], equal_nan=True
    )


@pytest.mark.parametrize("steps", [0, 5, EPOCH, 3 * EPOCH + 2])
def test_a_run_made_again_is_evaluated_where_it_ends(tmp_path, steps):
    trainer = run_of(steps)
    shown = run_again(saved(trainer, tmp_path), small_data())
    assert shown.evaluated.step == steps
    assert_same_evaluation(shown.evaluated.test, trainer.evaluated.test)
    assert_same_evaluation(shown.evaluated.training, trainer.evaluated.training)


def test_to_make_a_run_again_changes_nothing_of_the_model(tmp_path):
    model = saved(run_of(12), tmp_path)
    before = bits(Trainer(model.spec, small_data(), start=model.network.theta))
    run_again(model, small_data())
    assert bits(Trainer(model.spec, small_data(), start=model.network.theta)) == before


def test_a_run_with_a_change_on_the_way_is_refused(tmp_path):
    trainer = run_of(5)
    trainer.change(eta=0.25)
    trainer.advance(5)
    sentence = refusal(saved(trainer, tmp_path))
    assert "changed on the way" in sentence
    assert "without a history" in sentence


def test_a_run_that_only_a_change_kept_from_diverging_is_refused_likewise(tmp_path):
    trainer = run_of(0, eta=1e6, l2=1000.0, init="scaled")
    trainer.change(eta=0.5, l2=0.0)
    trainer.advance(30)
    model = saved(trainer, tmp_path)
    assert "changed on the way" in refusal(model)


def test_a_run_that_began_from_another_model_is_refused(tmp_path):
    start = run_of(7, seed=3).network.theta
    trainer = Trainer(small_spec(), small_data(), start=start)
    trainer.advance(4)
    refusal(saved(trainer, tmp_path))


def test_other_data_under_the_same_name_are_refused(tmp_path):
    model = saved(run_of(12), tmp_path)
    data = small_data()
    other = DataSet(data.name, data.training.take(50), data.test)
    assert "other parameters" in refusal(model, other)


@pytest.mark.parametrize("known", ["spec", "step", "neither"])
def test_a_model_that_does_not_say_which_run_made_it_is_refused(known):
    spec = small_spec()
    model = Model(
        spec.network(),
        spec if known == "spec" else None,
        3 if known == "step" else None,
    )
    assert "does not say which run" in refusal(model)


def test_the_books_networks_have_no_run_to_be_made_again(tmp_path):
    model, _ = book_model(tmp_path)
    assert "does not say which run" in refusal(model)
