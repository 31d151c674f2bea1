import numpy as np
import pytest
from run.small import small_data, small_spec

from nnviz.core.evaluation import Evaluation, evaluate
from nnviz.run.edits import Lesion, Rerandomise, SetParameters
from nnviz.run.effect import RunningEffect, effect_of
from nnviz.run.journal import Change
from nnviz.run.trainer import Trainer, replay


def evaluation(predicted, costs, labels):
    predicted, costs = np.array(predicted, np.uint8), np.array(costs, np.float32)
    right = float(np.mean(predicted == labels))
    return Evaluation(float(costs.mean()), right, predicted, np.ones(len(costs), np.float32), costs)


def test_samples_are_sorted_by_which_way_they_went():
    labels = np.array([0, 1, 2, 3, 4, 5])
    before = evaluation([0, 9, 2, 3, 7, 8], [0, 1, 0, 0, 1, 1], labels)
    after = evaluation([0, 1, 8, 9, 6, 8], [0, 0, 0.5, 0.9, 1, 1], labels)
    effect = effect_of(7, 2, labels, before, after)
    assert effect.mended.tolist() == [1]
    assert effect.spoilt.tolist() == [3, 2]  # the one whose cost has changed more comes first
    assert effect.moved.tolist() == [4]
    assert effect.changed.tolist() == [1, 3, 2, 4]
    assert (effect.step, effect.edits) == (7, 2)
    assert not effect.changed.flags.writeable


def test_costs_that_are_no_numbers_come_first():
    labels = np.array([0, 0, 0])
    before, after = evaluation([0, 0, 0], [0, 0, 0], labels), evaluation([1, 1, 1], [1, np.nan, 2], labels)
    assert effect_of(0, 1, labels, before, after).changed.tolist() == [1, 2, 0]


def finish(running):
    while (effect := running.advance()) is None:
        pass
    return effect


@pytest.mark.parametrize("is_known", [False, True])
def test_the_effect_is_what_two_evaluations_say(is_known):
    trainer = Trainer(small_spec(), small_data())
    trainer.advance(30)
    test = trainer.data.test
    before = evaluate(trainer.network, test.images, test.labels)
    trainer.edit(Rerandomise(30, 1, 3))
    after = evaluate(trainer.network, test.images, test.labels)
    start = before if is_known else trainer.network.at(trainer.unedited)
    effect = finish(RunningEffect(30, 1, start, trainer.network, test))
    assert (effect.before.cost, effect.after.cost) == (before.cost, after.cost)
    np.testing.assert_array_equal(effect.after.predicted, after.predicted)
    assert set(effect.changed.tolist()) == set(np.flatnonzero(before.predicted != after.predicted).tolist())
    assert len(effect.changed) > 0


# What a trainer knows of the parameters before the edits


def test_a_trainer_remembers_the_parameters_before_the_edits_of_its_step():
    trainer = Trainer(small_spec(), small_data(), recording=True)
    trainer.advance(20)
    assert trainer.unedited is None
    before = trainer.network.theta.copy()
    trainer.edit(SetParameters(20, (3,), (1.5,)))
    trainer.edit(Lesion(20, 1, 2))
    np.testing.assert_array_equal(trainer.unedited, before)
    assert trainer.edits == 2
    trainer.undo()
    np.testing.assert_array_equal(trainer.unedited, before)
    trainer.undo()
    assert trainer.unedited is None
    assert trainer.edits == 0
    np.testing.assert_array_equal(trainer.network.theta, before)


def test_going_elsewhere_and_back_finds_them_again():
    trainer = Trainer(small_spec(), small_data(), recording=True)
    trainer.advance(20)
    before = trainer.network.theta.copy()
    trainer.edit(SetParameters(20, (3,), (1.5,)))
    trainer.advance(5)
    assert trainer.unedited is None
    trainer.go_to(20)
    np.testing.assert_array_equal(trainer.unedited, before)
    np.testing.assert_array_equal(trainer.fork().unedited, before)
    trainer.go_to(19)
    assert trainer.unedited is None


def test_edits_at_the_start_count_from_the_first_parameters():
    trainer = Trainer(small_spec(), small_data())
    before = trainer.network.theta.copy()
    trainer.edit(SetParameters(0, (3,), (1.5,)))
    np.testing.assert_array_equal(trainer.unedited, before)
    np.testing.assert_array_equal(replay(trainer.spec, trainer.data, trainer.journal, 0).unedited, before)


def test_a_change_of_a_hyper_parameter_is_no_edit():
    trainer = Trainer(small_spec(), small_data())
    trainer.change(eta=0.1)
    assert trainer.unedited is None
    assert trainer.edits == 0
    assert [type(entry) for entry in trainer.journal] == [Change]


# One gesture, one entry


def test_a_second_edit_of_the_same_parameter_is_undone_by_itself():
    trainer = Trainer(small_spec(), small_data())
    first = trainer.network.theta[3]
    trainer.edit(SetParameters(0, (3,), (1.5,)))
    trainer.edit(SetParameters(0, (3,), (2.5,)))
    trainer.undo()
    assert trainer.network.theta[3] == 1.5
    trainer.undo()
    assert trainer.network.theta[3] == first


def test_an_edit_of_a_neuron_says_which():
    trainer = Trainer(small_spec(), small_data())  # 20 inputs and a bias for each of 6 neurons
    describe = lambda *places: SetParameters(0, places, (1.0,) * len(places)).describe(trainer.network)  # noqa: E731
    assert describe(3) == "w(1, 0, 3) = 1"
    assert describe(20) == "b(1, 0) = 1"
    assert describe(21, 22, 40) == "3 parameters of neuron 1, layer 1, set"
    assert describe(3, 40) == "2 parameters set"


# Evaluations at the end of an epoch


def evaluate_now(trainer):
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass


def test_an_epochs_end_that_is_looked_at_again_has_one_record():
    trainer = Trainer(small_spec(), small_data(), recording=True)
    evaluate_now(trainer)
    trainer.advance(20)
    records = list(trainer.epochs)
    assert [record.epoch for record in records] == [0, 1, 2]
    trainer.go_to(0)
    evaluate_now(trainer)
    assert trainer.epochs == records


def test_an_epochs_end_that_has_a_record_holds_nothing_up():
    """A run that goes on waits for the evaluation of an epoch's end, but not for one that only somebody looks at."""
    trainer = Trainer(small_spec(), small_data())
    evaluate_now(trainer)
    trainer.edit(SetParameters(0, (3,), (1.5,)))
    trainer.request_evaluation()
    assert not trainer.due.at_epochs_end
