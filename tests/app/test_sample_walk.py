from dataclasses import replace

import numpy as np
import pytest
from app.small_window import small_trainer
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from run.small import small_data

from nnviz.app.choice import Choice
from nnviz.app.sample_walk import SampleWalk
from nnviz.core.evaluation import NO_ANSWER
from nnviz.run.names import no_answers

NAMES = ("next_sample", "previous_sample", "random_sample", "next_mistake", "unpin")


class _Run:
    """Of a run, what a walk through samples asks of it."""

    snapshot = None


@pytest.fixture
def walk(qapp):
    owner, choice, run = QObject(), Choice(), _Run()
    choice.set_data(small_data())
    actions = {name: QAction(name, owner) for name in NAMES}
    made = SampleWalk(choice, run, actions, owner)
    made.actions, made.choice, made.run, made.said = actions, choice, run, []
    made.told.connect(made.said.append)
    yield made
    choice.deleteLater()


def evaluated(theta=None):
    trainer = small_trainer()
    if theta is not None:
        trainer.network.theta[:] = theta
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass
    return trainer.snapshot()


def test_the_next_mistake_is_the_next_image_that_was_taken_for_another_digit(walk):
    walk.run.snapshot = evaluated()
    test = walk.run.snapshot.evaluated.test
    wrong = np.flatnonzero(test.predicted != small_data().test.labels).tolist()
    found = []
    for _ in wrong:
        walk.actions["next_mistake"].trigger()
        found.append(walk.choice.sample.index)
    assert sorted(found) == wrong, "round the end, from the one after the chosen sample"
    assert walk.said == []


def test_where_nothing_was_taken_for_another_digit_a_sentence_says_so(walk):
    snapshot = evaluated()
    labels = small_data().test.labels
    test = replace(snapshot.evaluated.test, predicted=labels.astype(np.int8))
    walk.run.snapshot = replace(snapshot, evaluated=replace(snapshot.evaluated, test=test))
    walk.actions["next_mistake"].trigger()
    assert walk.said == ["At step 0, no test image was taken for another digit."]


def test_images_without_an_answer_are_no_mistakes_and_are_spoken_of(walk):
    walk.run.snapshot = evaluated(np.nan)
    assert (walk.run.snapshot.evaluated.test.predicted == NO_ANSWER).all()
    before = walk.choice.sample
    walk.actions["next_mistake"].trigger()
    assert walk.choice.sample is before
    (sentence,) = walk.said
    assert sentence.endswith(f"another digit. {no_answers(31)}")


def test_one_image_without_an_answer_is_one_image():
    assert no_answers(1) == "1 image has no answer: the outputs are not numbers."
    assert no_answers(10_000) == "10,000 images have no answer: the outputs are not numbers."
