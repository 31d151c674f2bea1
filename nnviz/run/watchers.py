"""Watchers: breakpoints held against a run, step after step.

Looking changes nothing of the run. A step takes no longer than a few dozen calls of NumPy do, so after most steps all
that is done is to see that every number is in the range in which its watch has nothing to look at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from nnviz.run.breakpoints import Breakpoint
from nnviz.run.divergence import DivergenceError
from nnviz.run.readings import Readings
from nnviz.run.trainer import Trainer
from nnviz.run.watch import LOG, STEP, THETA, Range, Watch
from nnviz.run.watches import WATCHES


@dataclass(frozen=True)
class Hit:
    """A breakpoint has fired.

    Parameters
    ----------
    breakpoint : Breakpoint
    step : int
        The number of steps made; where it was evaluated what the run has gone on from, those made then.
    since : int
        The step of the look before, at which that had not come about.
    reason : str
        A sentence that says what came about, with the numbers and the step.
    """

    breakpoint: Breakpoint
    step: int
    since: int
    reason: str


class Watchers:
    """The breakpoints that are looked for in one run.

    Whoever makes steps calls `check` after each of them, also after one that raised `DivergenceError`, and after
    each evaluation; and `begin` after going to another step.

    Parameters
    ----------
    breakpoints : iterable of Breakpoint
    trainer : Trainer

    Attributes
    ----------
    misfits : tuple of (Breakpoint, str)
        Those that cannot be looked for in this run, each with a sentence that says why.
    hits : list of Hit
        All that fired when one did last, in the order of the breakpoints.
    """

    def __init__(self, breakpoints: Iterable[Breakpoint], trainer: Trainer) -> None:
        self.misfits: tuple[tuple[Breakpoint, str], ...] = ()
        self.hits: list[Hit] = []
        self._trainer = trainer
        self._readings = Readings(trainer)
        self._parameter = trainer.network.theta.item
        self._watches: dict[Breakpoint, Watch] = {}
        self.watch(breakpoints)

    @property
    def trainer(self) -> Trainer:
        """The run."""
        return self._trainer

    def watch(self, breakpoints: Iterable[Breakpoint]) -> None:
        """Look for these from now on; what was looked for already goes on as it was."""
        known, self._watches, misfits = self._watches, {}, []
        for one in breakpoints:
            why_not = one.misfit(self._trainer.spec, self._trainer.data)
            if why_not is not None:
                misfits.append((one, why_not))
            elif one.enabled:
                self._watches[one] = known.get(one) or WATCHES[type(one)](one, self._readings)
        self.misfits = tuple(misfits)
        watches = self._watches.values()
        self._of_log = [watch for watch in watches if watch.waits_for == LOG]
        self._of_theta = [watch for watch in watches if watch.waits_for == THETA]
        self._of_steps = [watch for watch in watches if watch.waits_for == STEP]
        self._begin_with(watch for one, watch in self._watches.items() if one not in known)

    def begin(self) -> None:
        """Take the run as it is now for what came before, since somebody went to another step or edited θ."""
        self._begin_with(self._watches.values())

    def _begin_with(self, watches: Iterable[Watch]) -> None:
        trainer = self._trainer
        self._readings.forget()
        with np.errstate(all="ignore"):
            for watch in watches:
                watch.looked = trainer.step
                watch.due = watch.due_after(trainer.step)
                watch.begin()
        self._note()

    def _note(self) -> None:
        """Note where the run is, and when there will be something to look at."""
        trainer = self._trainer
        self._step, self._newest = trainer.step, trainer.log.newest
        self._epoch, self._evaluated = trainer.epoch, trainer.evaluated
        self._log_ranges, self._theta_ranges = _quiet_ranges(self._of_log), _quiet_ranges(self._of_theta)
        self._due = min((watch.due for watch in self._of_steps), default=math.inf)

    def check(self, closely: bool = False) -> Hit | None:
        """Look at the step that was just made, or the evaluation; return what fired, the first if it is several.

        Runs under the caller's `np.errstate(all="ignore")`, see `Descent.step`.

        Parameters
        ----------
        closely : bool
            Whether there is time to look at everything, whatever a breakpoint's interval.
        """
        trainer = self._trainer
        step, newest = trainer.step, trainer.log.newest
        # Where nothing is new in the log, a step was made once more, and its numbers are not the newest.
        if (
            step == self._step + 1
            and newest is not self._newest
            and trainer.epoch == self._epoch
            and trainer.evaluated is self._evaluated
            and trainer.divergence is None
            and not closely
        ):
            for column, low, high in self._log_ranges:
                if not low <= newest[column] <= high:
                    break
            else:
                for place, low, high in self._theta_ranges:
                    if not low <= self._parameter(place) <= high:
                        break
                else:
                    self._step, self._newest = step, newest
                    return None if step < self._due else self._look_now_and_then(step)
        return self._look_at_all(closely)

    def _look_now_and_then(self, step: int) -> Hit | None:
        """Look at what is due after so many steps."""
        fired = []
        for watch in self._of_steps:
            if step >= watch.due:
                if (reason := watch.look()) is not None:
                    fired.append(Hit(watch.point, watch.came_about(), watch.looked, reason))
                watch.looked = step
                watch.due = watch.due_after(step)
        self._due = min([watch.due for watch in self._of_steps])
        return self._first_of(fired)

    def _look_at_all(self, closely: bool) -> Hit | None:
        """Look at everything, since something is out of its range or out of the ordinary."""
        step = self._trainer.step
        if step < self._step:  # somebody went back
            self.begin()
            return None
        fired = []
        for watch in self._watches.values():
            if watch.waits_for != STEP:
                watch.looked = self._step
            elif not closely and step < watch.due:
                continue
            if (reason := watch.look()) is not None:
                fired.append(Hit(watch.point, watch.came_about(), watch.looked, reason))
            watch.looked = step
            watch.due = watch.due_after(step)
        self._note()
        return self._first_of(fired)

    def locate(self, after_step: Callable[[], None] = lambda: None) -> list[Hit]:
        """Go back to the very step at which the first of `hits` came about.

        There is a step to go back to where something was looked for only now and then, or where the run had gone on
        while it was evaluated. The run then stands at that step; those after it are made already, see
        `Trainer.go_to`, and what came about at one of them will come about once more.

        Parameters
        ----------
        after_step : callable, optional
            Called after each step that is looked at; what it raises ends the search.

        Returns
        -------
        list of Hit
            What fired at that step, in the order of the breakpoints.
        """
        trainer = self._trainer
        last, first = trainer.step, min(hit.step for hit in self.hits)
        late = [hit for hit in self.hits if hit.step - hit.since > 1]
        if late:
            found = self._search(late, last, after_step)
            if trainer.step < last:
                self.hits = found
            else:
                exact = {hit.breakpoint: hit for hit in found}
                self.hits = [exact.get(hit.breakpoint, hit) for hit in self.hits]
            self.begin()
        elif first < last:
            trainer.go_to(first)
            self.hits = [hit for hit in self.hits if hit.step == first]
            self.begin()
        return self.hits

    def _search(self, late: list[Hit], last: int, after_step: Callable[[], None]) -> list[Hit]:
        """Go to the first step at which any of these fires, or to the last; return what fires there."""
        trainer = self._trainer
        trainer.go_to(min(hit.since for hit in late))
        alone = Watchers([hit.breakpoint for hit in late], trainer)
        with np.errstate(all="ignore"):
            while trainer.step < last:
                with suppress(DivergenceError):  # as it was when this step was made first
                    trainer.make_step()
                if alone.check(closely=True):
                    return alone.hits
                after_step()
        return []

    def _first_of(self, fired: list[Hit]) -> Hit | None:
        if not fired:
            return None
        self.hits = fired
        return fired[0]


def _quiet_ranges(watches: Iterable[Watch]) -> list[Range]:
    """Return, for each number that somebody watches, the range that is quiet for all who do."""
    ranges: dict[int, tuple[float, float]] = {}
    for place, low, high in (one for watch in watches for one in watch.quiet()):
        least, most = ranges.get(place, (low, high))
        ranges[place] = max(low, least), min(high, most)
    return [(place, low, high) for place, (low, high) in ranges.items()]
