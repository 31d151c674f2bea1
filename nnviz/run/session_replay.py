"""Runs of a session made again: state(k) = replay(spec, journal, k), compared with the states that were saved."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.core.encoding import Floats
from nnviz.core.network import Network
from nnviz.data.dataset import DataSet
from nnviz.data.errors import DataError
from nnviz.run.divergence import DivergenceError
from nnviz.run.journal import Journal
from nnviz.run.keyframes import Keyframe
from nnviz.run.session import SavedBranch, Session, SessionError, this_program
from nnviz.run.trainer import Trainer

PIECE = 50
"""Steps after which a caller who was promised progress hears of it."""

Progress = Callable[[float], None]


class DifferentArithmeticError(ArithmeticError):
    """A run that was made again is not the one that was saved; the text says from which step on."""


@dataclass(frozen=True)
class Difference:
    """Where a run that was made again is no longer the one that was saved.

    Parameters
    ----------
    after : int or None
        The step of the last saved state that was the same; None if not even the first was.
    by : int
        The step of the first that was not.
    """

    after: int | None
    by: int

    def describe(self, session: Session) -> str:
        """Say it in a sentence or two."""
        if self.by == 0:
            since = "from the start"
        elif self.after is None:
            since = f"from step {self.by:,} on, or sooner"
        elif self.after == self.by - 1:
            since = f"from step {self.by:,} on"
        else:
            since = f"from a step between {self.after + 1:,} and {self.by:,} on"
        return (
            f"The arithmetic of this machine differs from the one that the session was saved with, {since}. "
            f"{_origins(session)}"
        )


class Restoration:
    """The making again of a branch's run, by pieces, so that whoever waits can be told how far it is.

    The run is made from its beginning, as `Trainer` makes it, whatever was saved: so its history is there
    afterwards, and everything in it follows from the specification and the journal. The saved states are what it is
    compared with. Until it is done, `network_at` knows where the branch stands.

    Parameters
    ----------
    session : Session
    number : int
        The branch's.
    data : DataSet
        That the session was saved with, which `Session.refuse_other_data` looks after.
    with_history : bool
        Whether keyframes and the evaluations of every epoch are made, too; only to compare, they are not needed.
    origin : Restoration, optional
        Of the branch that this one came from, done and with history: what both have in common is not made again.
        Saved states of steps before the fork are then compared with that branch's alone.

    Attributes
    ----------
    trainer : Trainer
        Once it is done, at the step at which the branch stands; before, on its way.
    difference : Difference or None
        What was found so far.

    Raises
    ------
    SessionError
        If there is no such branch, or the data do not fit the network.
    """

    def __init__(
        self,
        session: Session,
        number: int,
        data: DataSet,
        with_history: bool = True,
        origin: Restoration | None = None,
    ) -> None:
        self._branch = session.branch(number)
        self._with_history = with_history
        self._replay = _replay(session, self._branch, data, recording=with_history)
        self.trainer: Trainer = self._replay
        self.difference: Difference | None = None
        self._same: int | None = None
        self._began = 0 if origin is None else self._take_over(origin)
        self._to_compare = deque(frame for frame in self._branch.keyframes if frame.step >= self._began)
        self._is_finished = False
        if with_history and self._began == 0:
            self.trainer.request_evaluation()
        self._compare()

    def _take_over(self, origin: Restoration) -> int:
        """Take over what the branch has in common with its origin; return to which step."""
        step = min(self._branch.forked_at, origin.trainer.made)
        own, other = self._branch.journal, origin.trainer.journal
        if step == 0 or [e for e in own if e.step < step] != [e for e in other if e.step < step]:
            return 0
        if origin.difference is not None and origin.difference.by <= step:
            self.difference = origin.difference
        self._same = max((f.step for f in origin._branch.keyframes if f.step < step), default=None)
        self._replay.take_over(origin.trainer, step)
        return step

    @property
    def progress(self) -> float:
        """The share of the steps that was made, 0 to 1."""
        return self.trainer.made / self._branch.made if self._branch.made else 1.0

    @property
    def steps(self) -> int:
        """The number of steps to be made, those that are made already included."""
        return self._branch.made - self._began

    @property
    def steps_made(self) -> int:
        """The number of steps that were made."""
        return self.trainer.made - self._began

    def advance(self, steps: int = PIECE) -> bool:
        """Make so many steps or pieces of evaluations; return whether all is done."""
        with np.errstate(all="ignore"):
            for _ in range(steps):
                if self._is_finished:
                    break
                self._work()
        return self._is_finished

    def _work(self) -> None:
        trainer = self.trainer
        if trainer.due is not None and self._with_history:
            trainer.evaluate_piece()
        elif trainer.made < self._branch.made:
            _make_step(self._replay, self._branch)
            if not self._with_history:
                trainer.due = None
            self._compare()
        else:
            self._is_finished = True
            if self._with_history:
                trainer.go_to(self._branch.step)

    def _compare(self) -> None:
        if not self._to_compare or self._to_compare[0].step != self.trainer.step:
            return
        saved = self._to_compare.popleft()
        if self.difference is None:
            if _is_at(self.trainer, saved):
                self._same = saved.step
            else:
                self.difference = Difference(self._same, saved.step)


def restore(
    session: Session, number: int, data: DataSet, progress: Progress | None = None, with_history: bool = True
) -> Restoration:
    """Make a branch's run again, and return how that went: `trainer` is the run, `difference` what was not the same.

    Parameters
    ----------
    session, number, data, with_history
        As for `Restoration`.
    progress : callable, optional
        Called with the share that is done, 0 to 1; what it raises passes through.
    """
    restoration = Restoration(session, number, data, with_history)
    while not restoration.advance():
        if progress is not None:
            progress(restoration.progress)
    return restoration


def verify(
    session: Session, number: int, data: DataSet, progress: Progress | None = None
) -> Difference | None:
    """Make a branch's run again, and return where it is not the one that was saved; None where it is, bit for bit."""
    return restore(session, number, data, progress, with_history=False).difference


def network_at(
    session: Session, number: int, step: int, data: DataSet, progress: Progress | None = None
) -> Network:
    """Return the network of a branch at a step, soon: it is made from the nearest state that was saved before.

    From there the run is made on to the next state that was saved, so that the parameters are known to be those of
    the run that was saved. (Of the last steps, after which no state was saved, only the arithmetic before them tells.)

    Parameters
    ----------
    session, number, data, progress
        As for `restore`.
    step : int

    Raises
    ------
    SessionError
        If the branch did not come to the step, or the data do not fit the network.
    DifferentArithmeticError
        If that next state is not reached, bit for bit.
    """
    branch = session.branch(number)
    if not 0 <= step <= branch.made:
        raise SessionError(
            f"There is no step {step:,} of the branch {branch.name!r}; it has come to step {branch.made:,}."
        )
    before, after = branch.before(step), branch.after(step)
    trainer = _replay(session, branch, data)
    if before is not None:
        trainer.take_up(before)
    began = trainer.step
    end = step if after is None or (before is not None and before.step == step) else after.step

    def walk_to(goal: int) -> None:
        while trainer.step < goal:
            trainer.walk(min(PIECE, goal - trainer.step))
            if progress is not None:
                progress((trainer.step - began) / (end - began))

    walk_to(step)
    network = trainer.network.at(trainer.network.theta.copy())
    walk_to(end)
    if end > step and after is not None and not _is_at(trainer, after):
        raise DifferentArithmeticError(
            f"The parameters of step {step:,} cannot be made exactly: from step {began:,} on, this machine does not "
            f"come to those that were saved of step {end:,}. {_origins(session)} Those of step {end:,} can be had."
        )
    return network


class _Replay(Trainer):
    """A run of which it is known how far it came; what stopped it once does not stop it before that."""

    def take_up(self, saved: Keyframe) -> None:
        """Go to a saved state. There is no history of the steps before: only `walk` makes sense from here."""
        if saved.position >= len(self.training):
            raise SessionError(
                f"The state that was saved of step {saved.step:,} has used {saved.position:,} samples of its "
                f"epoch, but an epoch has {len(self.training):,}."
            )
        self._restore(saved)

    def take_over(self, origin: Trainer, step: int) -> None:
        """Go to a step of another run that has come there in the same way, and take over its history so far."""
        self.log, self.health_log = origin.log.until(step), origin.health_log.until(step)
        self.epochs = [record for record in origin.epochs if record.step <= step]
        self.evaluated = origin.evaluated
        self.keyframes = origin.keyframes.until(step)
        self._make_again(step)

    def walk(self, steps: int) -> None:
        """Make so many steps, and take no note of them."""
        with np.errstate(all="ignore"):
            for _ in range(steps):
                self._descend()
                self._apply_changes()

    def forget_divergence(self) -> None:
        """Let the run go on in spite of it."""
        self._diverged = None


def _replay(session: Session, branch: SavedBranch, data: DataSet, recording: bool = False) -> _Replay:
    try:
        return _Replay(session.spec, data, Journal(branch.journal), session.start, recording)
    except (ValueError, DataError) as error:
        raise SessionError(f"The session does not fit the data. {error}") from error


def _make_step(trainer: _Replay, branch: SavedBranch) -> None:
    """Make a step, even where this machine diverges and the one that the session was saved with did not."""
    try:
        trainer.make_step()
    except DivergenceError:
        if trainer.step < branch.made:
            trainer.forget_divergence()


def _is_at(trainer: Trainer, saved: Keyframe) -> bool:
    """Return whether a run is in a state that was saved, to the last bit."""
    here = (trainer.step, trainer.epoch, trainer.position)
    return (
        here == (saved.step, saved.epoch, saved.position)
        and _same_bits(trainer.network.theta, saved.theta)
        and _same_bits(trainer.descent.velocity, saved.velocity)
    )


def _origins(session: Session) -> str:
    return f"The session was saved by {session.made_with}; this is {this_program()}."


def _same_bits(one: Floats, other: Floats) -> bool:
    return bool(np.array_equal(one.view(np.uint32), other.view(np.uint32)))
