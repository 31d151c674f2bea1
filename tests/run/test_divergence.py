"""Runs that diverge: what is said of it, and what becomes of the divergence in time travel, forks and edits."""

import math

import numpy as np
import pytest
from run.small import bits, small_data, small_spec

from nnviz.core.descent import HyperParameters
from nnviz.run.divergence import DivergenceError, divergence_error
from nnviz.run.edits import Rerandomise
from nnviz.run.trainer import Trainer, replay


@pytest.fixture
def diverged():
    """A run at the step at which it diverged."""
    trainer = Trainer(small_spec(activation="relu", eta=1e30, l2=1.0), small_data(), recording=True)
    with pytest.raises(DivergenceError):
        trainer.advance(1000)
    return trainer


def mend(trainer):
    for layer in (1, 2):
        trainer.edit(Rerandomise(trainer.step, layer, 3))
    trainer.change(eta=0.5, l2=0.0)


@pytest.mark.parametrize("cost", [0.5, math.inf, math.nan])
def test_the_sentence_goes_on_in_small_letters_after_its_colon(cost):
    text = str(divergence_error(cost, 1234, HyperParameters(eta=9.0, momentum=0.5, l2=1.0), "large"))
    what = (
        "the parameters are no longer finite numbers"
        if cost == 0.5
        else "the cost is no longer a finite number"
    )
    assert text == (
        f"Training has diverged: {what} after step 1,234. What usually helps: a smaller learning rate (η is 9), "
        "or a smaller λ, or less momentum, or the scaled initialisation."
    )


def test_a_fork_of_a_diverged_step_has_diverged(diverged):
    fork = diverged.fork()
    assert str(fork.divergence) == str(diverged.divergence)
    with pytest.raises(DivergenceError):
        fork.advance(1)
    assert fork.step == diverged.step


def test_a_fork_of_a_step_before_it_has_not(diverged):
    diverged.go_to(diverged.made - 1)
    assert diverged.divergence is None
    fork = diverged.fork()
    assert fork.divergence is None
    fork.change(eta=0.5, l2=0.0)
    for layer in (1, 2):
        fork.edit(Rerandomise(fork.step, layer, 3))
    fork.advance(20)


def test_what_is_mended_by_hand_goes_on_and_is_made_again_by_a_replay(diverged):
    at = diverged.step
    mend(diverged)
    assert diverged.divergence is None
    diverged.advance(20)
    assert bits(replay(diverged.spec, diverged.data, diverged.journal, at + 20)) == bits(diverged)
    fork = diverged.fork()
    diverged.go_to(at)
    assert diverged.divergence is None
    assert diverged.fork().divergence is None
    fork.advance(1)


def test_to_undo_what_mended_it_brings_the_divergence_back(diverged):
    text = str(diverged.divergence)
    mend(diverged)
    while diverged.can_undo:
        diverged.undo()
    assert str(diverged.divergence) == text
    with pytest.raises(DivergenceError):
        diverged.advance(1)


def test_to_come_back_to_a_divergence_is_to_be_stopped_by_it_again(diverged):
    at, text = diverged.step, str(diverged.divergence)
    diverged.go_to(0)
    assert diverged.divergence is None
    diverged.go_to(at)
    assert str(diverged.divergence) == text
    assert not np.isfinite(diverged.network.theta).all()
