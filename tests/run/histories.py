"""Runs with a past: trained, changed, edited, forked and gone back in, by hand or at random."""

from contextlib import suppress
from dataclasses import dataclass

from hypothesis import strategies as st
from run.small import small_data, small_spec

from nnviz.data.fingerprint import fingerprint
from nnviz.run.divergence import DivergenceError
from nnviz.run.edits import Lesion, Rerandomise, SetParameters
from nnviz.run.session import Session, saved_branch
from nnviz.run.trainer import Trainer


@dataclass
class Branch:
    trainer: Trainer
    parent: int | None = None
    forked_at: int = 0


def begin(digits=None, start=None, **changes):
    """Return the branches of a run that has just begun."""
    return [Branch(Trainer(small_spec(**changes), digits or small_data(), start=start, recording=True))]


def do(branches, action, number, where):
    """Let something happen to one of the branches, if it can; `where` is a number from 0 to 1."""
    branch = branches[number % len(branches)]
    trainer = branch.trainer
    if action == "train":
        train(trainer, 1 + int(40 * where))
    elif action == "go to":
        trainer.go_to(round(where * trainer.made))
    elif action == "fork":
        branches.append(Branch(trainer.fork(), number % len(branches), trainer.step))
    elif trainer.step < trainer.made:
        return
    elif action == "change":
        trainer.change(eta=2 * where, momentum=where / 2, batch_size=1 + int(20 * where))
    elif action == "set":
        places = (int(97 * where), 98 + int(97 * where))
        trainer.edit(SetParameters(trainer.step, places, (where, -where)))
    elif action == "lesion":
        trainer.edit(Lesion(trainer.step, 1, int(5 * where)))
    elif action == "draw anew":
        trainer.edit(Rerandomise(trainer.step, 1 + round(where), int(1000 * where)))
    elif action == "undo":
        trainer.undo()


def train(trainer, steps):
    with suppress(DivergenceError):
        trainer.advance(steps)


ACTIONS = ("train", "train", "go to", "fork", "change", "set", "lesion", "draw anew", "undo")
actions = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.integers(0, 5), st.floats(0, 1)), min_size=1, max_size=14
)


@st.composite
def histories(draw):
    """Return the branches of a run to which anything may have happened."""
    branches = begin(
        momentum=draw(st.sampled_from([0.0, 0.5])),
        dropout=draw(st.sampled_from([0.0, 0.3])),
        eta=draw(st.sampled_from([0.5, 3.0, 1e30])),
        l2=draw(st.sampled_from([0.0, 1.0])),  # with such an η, enough to diverge
    )
    for action, number, where in draw(actions):
        if action != "fork" or len(branches) < 6:
            do(branches, action, number, where)
    return branches


def session_of(branches, present=0, **more):
    """Return a session of branches, numbered as they come."""
    trainer = branches[0].trainer
    saved = tuple(
        saved_branch(b.trainer, number, f"branch {number}", b.parent, b.forked_at)
        for number, b in enumerate(branches)
    )
    return Session(trainer.spec, fingerprint(trainer.data), saved, present, trainer.start, **more)


def three_branches(digits=None, **changes):
    """Return branches with a change, edits of every kind, momentum, dropout and a fork of a fork."""
    branches = begin(digits, **{"momentum": 0.4, "dropout": 0.2, **changes})
    for action, number, where in (
        ("train", 0, 0.9),
        ("set", 0, 0.3),
        ("train", 0, 0.5),
        ("change", 0, 0.7),
        ("train", 0, 0.9),
        ("go to", 0, 0.6),
        ("fork", 0, 0),
        ("lesion", 1, 0.5),
        ("train", 1, 0.8),
        ("draw anew", 1, 0.8),
        ("fork", 1, 0),
        ("train", 2, 0.3),
        ("set", 2, 0.1),
    ):
        do(branches, action, number, where)
    return branches
