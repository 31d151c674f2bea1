"""Branches: runs that came to a step together, and went on from it in their own ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.core.evaluation import evaluate
from nnviz.run.keyframes import BUDGET, LEAST_BUDGET, MEBIBYTE, MOST_BUDGET
from nnviz.run.shown_text import clean_name
from nnviz.run.step_log import StepLog
from nnviz.run.trainer import Trainer

LONGEST_NAME = 40
MOST_BRANCHES = 12
"""Beyond, nobody could tell their curves apart."""


@dataclass(frozen=True, eq=False)
class BranchInfo:
    """What others may know of a branch.

    Parameters
    ----------
    number : int
        That never becomes another branch's.
    name : str
    parent : int or None
        The number of the branch it came from; None for the first, or where that was deleted.
    forked_at : int
        The step that it came from.
    made : int
        The step that it has come to.
    log : StepLog
        Of its rows, the first `made` belong to this.
    """

    number: int
    name: str
    parent: int | None
    forked_at: int
    made: int
    log: StepLog


@dataclass(eq=False)
class Branch:
    """A branch: a run with a name and an origin; see `BranchInfo`."""

    number: int
    name: str
    parent: int | None
    forked_at: int
    trainer: Trainer


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two branches, each where it stands.

    Parameters
    ----------
    distance : float
        ‖θ − θ′‖, the distance of their parameters.
    relative : float
        The same as a share of the length of the first's.
    accuracies : (float, float)
        Over the test images.
    disagreements : int array
        The test images to which they give different answers.
    answers : (uint8 array, uint8 array), (n,) each
        Both branches' answers to all test images.
    steps : (int, int)
        Where they stand.
    """

    distance: float
    relative: float
    accuracies: tuple[float, float]
    disagreements: NDArray[np.intp]
    answers: tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]]]
    steps: tuple[int, int]


class Branches:
    """The branches of one run, one of them present.

    Parameters
    ----------
    trainer : Trainer
        Of the first branch.
    budget : int
        Bytes for the keyframes of all branches together.
    """

    def __init__(self, trainer: Trainer, budget: int = BUDGET) -> None:
        self._all = [Branch(0, "main", None, 0, trainer)]
        self._next = 1
        self._deleted: Branch | None = None
        self._orphans: list[Branch] = []
        self.present = self._all[0]
        self.budget = budget

    @classmethod
    def again(cls, branches: Sequence[Branch], present: int, budget: int = BUDGET) -> Branches:
        """Return branches that there were before, of which one is the present one.

        Parameters
        ----------
        branches : sequence of Branch
            By number, each with its own.
        present : int
            The number of one of them.
        budget : int
        """
        some = cls(branches[0].trainer, budget)
        some._all = list(branches)
        some._next = branches[-1].number + 1
        some.switch(present)
        some._share_budget()
        return some

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Branch]:
        return iter(self._all)

    @property
    def trainer(self) -> Trainer:
        """The present branch's run."""
        return self.present.trainer

    @property
    def budget(self) -> int:
        """Bytes for the keyframes of all branches together; another raises ValueError if it makes no sense."""
        return self._budget

    @budget.setter
    def budget(self, budget: int) -> None:
        if not LEAST_BUDGET <= budget <= MOST_BUDGET:
            raise ValueError(
                f"The memory for going back is from {LEAST_BUDGET // MEBIBYTE} to {MOST_BUDGET // MEBIBYTE:,} MB."
            )
        self._budget = budget
        self._share_budget()

    @property
    def nbytes(self) -> int:
        """The memory that the keyframes of all branches take; those that branches share are there once."""
        frames = [frame for branch in self._with_deleted() for frame in branch.trainer.keyframes]
        return sum({id(frame): frame.nbytes for frame in frames}.values())

    def infos(self) -> tuple[BranchInfo, ...]:
        """Return what others may know of each."""
        return tuple(
            BranchInfo(
                b.number,
                b.name,
                b.parent,
                b.forked_at,
                b.trainer.made,
                b.trainer.log,
            )
            for b in self._all
        )

    def fork(self) -> Branch:
        """Make a branch from where the present one stands, and make it the present one.

        Raises
        ------
        ValueError
            If there are too many.
        """
        self._refuse_too_many()
        origin = self.present
        trainer = origin.trainer.fork()
        branch = Branch(self._next, self._new_name(), origin.number, trainer.step, trainer)
        self._next += 1
        self._all.append(branch)
        self.present = branch
        self._share_budget()
        return branch

    def _refuse_too_many(self) -> None:
        if len(self._all) >= MOST_BRANCHES:
            raise ValueError(f"There are {MOST_BRANCHES} branches, and no room for more. Delete one first.")

    def switch(self, number: int) -> None:
        """Make another branch the present one."""
        self.present = self._find(number)

    def rename(self, number: int, name: str) -> None:
        """Give a branch another name; raise ValueError for one that cannot be shown, is too long or taken."""
        name = clean_name("A branch's name", name, LONGEST_NAME)
        if any(branch.name == name and branch.number != number for branch in self._all):
            raise ValueError(f"There is a branch called “{name}” already.")
        self._find(number).name = name

    def _new_name(self) -> str:
        taken = {branch.name for branch in self._all}
        return next(name for n in count(self._next) if (name := f"branch {n}") not in taken)

    def delete(self, number: int) -> None:
        """Delete a branch; those that came from it stay. The present one gives way to its origin or the first.

        The one that was deleted last is kept for `bring_back`, with its share of the memory.

        Raises
        ------
        ValueError
            If it is the only one.
        """
        if len(self._all) == 1:
            raise ValueError("The only branch cannot be deleted. Reset goes back to step 0.")
        gone = self._find(number)
        self._all.remove(gone)
        self._deleted = gone
        self._orphans = [branch for branch in self._all if branch.parent == number]
        for branch in self._orphans:
            branch.parent = None
        if self.present is gone:
            self.present = next((b for b in self._all if b.number == gone.parent), self._all[0])
        self._share_budget()

    def bring_back(self) -> Branch | None:
        """Take the branch up again that was deleted last, and make it the present one; return it if there is one.

        Raises
        ------
        ValueError
            If there are too many branches meanwhile.
        """
        branch = self._deleted
        if branch is None:
            return None
        self._refuse_too_many()
        self._deleted = None
        for orphan in self._orphans:
            orphan.parent = branch.number
        if any(other.name == branch.name for other in self._all):
            branch.name = self._new_name()
        self._all.append(branch)
        self._all.sort(key=lambda other: other.number)
        self.present = branch
        self._share_budget()
        return branch

    def compare(self, number: int, other: int) -> Comparison:
        """Compare two branches, each where it stands."""
        one, two = self._find(number).trainer, self._find(other).trainer
        theta = one.network.theta.astype(np.float64)
        distance = float(np.linalg.norm(theta - two.network.theta))
        length = float(np.linalg.norm(theta))
        test = one.data.test
        first, second = (evaluate(t.network, test.images, test.labels) for t in (one, two))
        return Comparison(
            distance,
            distance / length if length else 0.0,
            (first.accuracy, second.accuracy),
            np.flatnonzero(first.predicted != second.predicted),
            (first.predicted, second.predicted),
            (one.step, two.step),
        )

    def _find(self, number: int) -> Branch:
        for branch in self._all:
            if branch.number == number:
                return branch
        raise ValueError(f"There is no branch {number} any more.")

    def _share_budget(self) -> None:
        branches = self._with_deleted()
        for branch in branches:
            branch.trainer.keyframes.budget = self._budget // len(branches)

    def _with_deleted(self) -> list[Branch]:
        return self._all if self._deleted is None else [*self._all, self._deleted]
