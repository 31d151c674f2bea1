import numpy as np
import pytest
from app.stage_by_hand import trace_of, traced_of
from run.small import small_data

from nnviz.app.choice import DRAWN, TEST, TRAINING, Choice
from nnviz.app.run_control import RunControl
from nnviz.app.stage_walk import StageWalk
from nnviz.app.walk_sample import WalkSample


@pytest.fixture
def choice(qapp):
    choice = Choice()
    choice.set_data(small_data())
    choice.choose(TEST, 5)
    return choice


@pytest.fixture
def walk(choice):
    control = RunControl()
    control.walk = StageWalk(control, control)
    control.sample = WalkSample(control.walk, choice, control)
    yield control.walk
    control.deleteLater()


def chosen(choice):
    return choice.sample.source, choice.sample.index


def test_where_a_walk_begins_the_first_sample_of_the_mini_batch_is_chosen(walk, choice):
    traced = traced_of(trace_of())
    walk.open(traced)
    assert chosen(choice) == (TRAINING, traced.samples[0])


def test_afterwards_what_was_chosen_before_is_chosen_again(walk, choice):
    walk.open(traced_of(trace_of()))
    walk.stand_at(3)
    walk.open(traced_of(trace_of(steps=4)))
    walk.leave()
    assert chosen(choice) == (TEST, 5)


def test_what_was_drawn_comes_back_too(walk, choice):
    pixels = np.arange(20, dtype=np.uint8)
    choice.choose_drawn(pixels)
    walk.open(traced_of(trace_of()))
    walk.leave()
    assert choice.sample.source == DRAWN
    assert choice.sample.pixels.tolist() == pixels.tolist()


def test_a_sample_of_the_mini_batch_stays_chosen(walk, choice):
    traced = traced_of(trace_of())
    choice.choose(TRAINING, int(traced.samples[2]))
    walk.open(traced)
    assert chosen(choice) == (TRAINING, traced.samples[2])
    walk.leave()
    assert chosen(choice) == (TRAINING, traced.samples[2])


def test_what_the_user_chooses_meanwhile_stays_chosen(walk, choice):
    walk.open(traced_of(trace_of()))
    choice.choose(TEST, 9)
    walk.stand_at(2)
    assert chosen(choice) == (TEST, 9)
    walk.leave()
    assert chosen(choice) == (TEST, 9)
