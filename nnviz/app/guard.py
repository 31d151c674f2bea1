"""The worker's part that pauses the run at its breakpoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from nnviz.app.events import BreakpointHit, BreakpointsChanged, Event, HyperChanged, Watched
from nnviz.run.branches import Branches
from nnviz.run.breakpoints import MOST_BREAKPOINTS, Breakpoint
from nnviz.run.trainer import Trainer
from nnviz.run.watchers import Watchers

TRY_AGAIN = "Reset to step 0 to try again."
"""Behind what is said of a run that has diverged."""


class Desk(Protocol):
    """What this part needs of the worker."""

    branches: Branches | None

    def ask(self, command: Callable[[], None]) -> None:
        """Have a command obeyed on the worker's thread."""

    def tell(self, event: Event) -> None:
        """Tell what happened."""

    def halt(self) -> None:
        """Pause, and show the run as it is."""

    def end_if_wanted(self) -> None:
        """End the thread at once if the program is being closed."""


class Guard:
    """Breakpoints: there is one list of them, whatever the run, and each is in it once, switched on or off.

    The first five methods may be called from any thread and return at once; the others are the worker's.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._points: list[Breakpoint] = []
        self._reasons: dict[Breakpoint, str] = {}
        self._watchers: Watchers | None = None
        self._told: tuple[Watched, ...] = ()

    # What others may ask for.

    def set_all(self, points: Sequence[Breakpoint]) -> None:
        """Have these breakpoints, and no others."""
        self._desk.ask(lambda: self._set(points))

    def add(self, point: Breakpoint, place: int | None = None) -> None:
        """Have one more, at a place in the list or at its end; one that is there already is switched on."""
        self._desk.ask(lambda: self._add(point, place))

    def change(self, old: Breakpoint, new: Breakpoint) -> None:
        """Have another in place of one."""
        self._desk.ask(lambda: self._set([new if _same(one, old) else one for one in self._points]))

    def switch(self, point: Breakpoint, enabled: bool) -> None:
        """Switch a breakpoint on or off."""
        self.change(point, replace(point, enabled=enabled))

    def remove(self, point: Breakpoint) -> None:
        """Remove a breakpoint."""
        self._desk.ask(lambda: self._set([one for one in self._points if not _same(one, point)]))

    # The worker's own.

    @property
    def points(self) -> tuple[Breakpoint, ...]:
        """All breakpoints."""
        return tuple(self._points)

    def take(self, points: Sequence[Breakpoint]) -> None:
        """Have these breakpoints, and no others, at once."""
        self._set(points)

    def begin(self) -> None:
        """Look from here on: the run is another, stands elsewhere, or was changed by hand."""
        self._watch()
        if self._watchers is not None:
            self._watchers.begin()
        self._reasons.clear()
        self._tell()

    def follow(self) -> None:
        """Look at the present branch, if it was another that was looked at."""
        if self._watchers is not None and self._watchers.trainer is not self._trainer:
            self._watch()

    def go_on(self) -> None:
        """Forget why the run has paused, since it goes on."""
        if self._reasons:
            self._reasons.clear()
            self._tell()

    def check(self, closely: bool = False) -> bool:
        """Look at the step that was made, or the evaluation; return whether something fired, and the run paused.

        It then stands at the very step at which that came about.

        Parameters
        ----------
        closely : bool
            Whether there is time to look at everything.
        """
        watchers = self._watchers
        if watchers is None or watchers.check(closely) is None:
            return False
        self._pause_at(watchers)
        return True

    def _pause_at(self, watchers: Watchers) -> None:
        trainer = watchers.trainer
        found_at = trainer.step
        hits = watchers.locate(self._desk.end_if_wanted)
        self._reasons |= {hit.breakpoint: hit.reason for hit in hits}
        if trainer.step != found_at:
            self._desk.tell(HyperChanged(trainer.hyper))  # as they were there
        self._desk.halt()
        self._tell()
        helps = "" if trainer.divergence is None else f"{trainer.divergence} {TRY_AGAIN}"
        self._desk.tell(BreakpointHit(tuple(hits), helps))

    @property
    def _trainer(self) -> Trainer | None:
        return None if self._desk.branches is None else self._desk.branches.trainer

    def _add(self, point: Breakpoint, place: int | None) -> None:
        if any(_same(one, point) for one in self._points):
            self._set([point if _same(one, point) else one for one in self._points])
            return
        place = len(self._points) if place is None else place
        self._set([*self._points[:place], point, *self._points[place:]])

    def _set(self, points: Sequence[Breakpoint]) -> None:
        if len(points) > MOST_BREAKPOINTS:
            raise ValueError(
                f"There are {MOST_BREAKPOINTS} breakpoints, and no room for more. Remove one first."
            )
        # Of those that differ in nothing but being switched on, the first stands for all.
        kept: dict[Breakpoint, Breakpoint] = {}
        for one in points:
            kept.setdefault(_on(one), one)
        self._points = list(kept.values())
        self._reasons = {one: reason for one, reason in self._reasons.items() if one in self._points}
        self._watch()
        self._tell()

    def _watch(self) -> None:
        """Look for what is in the list, and go on as before with what was looked for already."""
        trainer = self._trainer
        if trainer is None or not any(one.enabled for one in self._points):
            self._watchers = None  # a step then costs nothing more
        elif self._watchers is not None and self._watchers.trainer is trainer:
            self._watchers.watch(self._points)
        else:
            self._watchers = Watchers(self._points, trainer)

    def _tell(self) -> None:
        trainer = self._trainer
        if trainer is None:
            return
        told = tuple(
            Watched(
                one,
                one.describe(trainer.spec),
                one.misfit(trainer.spec, trainer.data) or "",
                self._reasons.get(one, ""),
            )
            for one in self._points
        )
        if told != self._told:
            self._told = told
            self._desk.tell(BreakpointsChanged(told))


def _on(point: Breakpoint) -> Breakpoint:
    return replace(point, enabled=True)


def _same(one: Breakpoint, other: Breakpoint) -> bool:
    """Return whether two breakpoints are the same, one of them perhaps switched off."""
    return _on(one) == _on(other)
