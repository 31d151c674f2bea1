"""A session's branches made again, all of them, by pieces."""

from __future__ import annotations

from collections import deque

from nnviz.data.dataset import DataSet
from nnviz.run.branches import Branch, Branches
from nnviz.run.keyframes import BUDGET, LEAST_BUDGET
from nnviz.run.session import SavedBranch, Session
from nnviz.run.session_replay import PIECE, Difference, Restoration


class BranchesRestoration:
    """The making again of all branches of a session, by pieces, so that whoever waits can be told how far it is.

    What a branch has in common with the one that it came from is made once.

    Parameters
    ----------
    session : Session
    data : DataSet
        That the session was saved with, which `Session.refuse_other_data` looks after.

    Attributes
    ----------
    difference : Difference or None
        The first that was found so far.
    steps : int
        About how many there are to be made.

    Raises
    ------
    SessionError
        If the data do not fit the network; `advance` likewise.
    """

    def __init__(self, session: Session, data: DataSet) -> None:
        self._session = session
        self._data = data
        self.difference: Difference | None = None
        self.steps = sum(_own_steps(branch) for branch in session.branches)
        self._steps_before = 0
        self._done: dict[int, Restoration] = {}
        self._to_do = deque(session.branches)
        self._present: Restoration | None = None
        self._begin_next()

    @property
    def progress(self) -> float:
        """The share of the steps that was made, 0 to 1."""
        made = self._steps_before + (0 if self._present is None else self._present.steps_made)
        return min(1.0, made / self.steps) if self.steps else 1.0

    def advance(self, pieces: int = PIECE) -> bool:
        """Make so many steps or pieces of evaluations; return whether all is done."""
        restoration = self._present
        if restoration is not None and restoration.advance(pieces):
            number = self._to_do.popleft().number
            self._done[number] = restoration
            self._steps_before += restoration.steps
            found = restoration.difference
            if found is not None and (self.difference is None or found.by < self.difference.by):
                self.difference = found
            self._begin_next()
        return self._present is None

    def branches(self) -> Branches:
        """Return the branches, each where it stood, once all is done."""
        again = [_branch(saved, self._done[saved.number]) for saved in self._session.branches]
        return Branches.again(again, self._session.present)

    def _begin_next(self) -> None:
        self._present = None
        if not self._to_do:
            return
        saved = self._to_do[0]
        origin = None if saved.parent is None else self._done[saved.parent]
        self._present = Restoration(self._session, saved.number, self._data, origin=origin)
        share = max(BUDGET // len(self._session.branches), LEAST_BUDGET)
        self._present.trainer.keyframes.budget = share


def _branch(saved: SavedBranch, restored: Restoration) -> Branch:
    return Branch(saved.number, saved.name, saved.parent, saved.forked_at, restored.trainer)


def _own_steps(branch: SavedBranch) -> int:
    return branch.made - (0 if branch.parent is None else branch.forked_at)
