"""The worker's part that goes back and forth in the run, forks it, and edits it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Protocol

from nnviz.app.effects import Effects
from nnviz.app.events import (
    BranchDeleted,
    BranchesChanged,
    Compared,
    Event,
    HyperChanged,
    MemoryTold,
    StepExamined,
    StepTraced,
    TrailTaken,
    UndoChanged,
)
from nnviz.core.forecast import forecast
from nnviz.core.nudges import agreement
from nnviz.core.stages import StepTrace, trace_next_step
from nnviz.run.branches import Branches
from nnviz.run.edits import Edit
from nnviz.run.fixed_samples import fixed_samples
from nnviz.run.journal import Change, Entry
from nnviz.run.keyframes import BUDGET
from nnviz.run.trail import ends_of, trail_of


class Desk(Protocol):
    """What this part needs of the worker."""

    branches: Branches | None
    effects: Effects

    def ask(self, command: Callable[[], None]) -> None:
        """Have a command obeyed on the worker's thread."""

    def tell(self, event: Event) -> None:
        """Tell what happened."""

    def hold(self) -> None:
        """Pause where the run was brought to or changed by hand, and show it as it is."""

    def show(self) -> None:
        """Show the run as it is, and let it go on."""


class History:
    """Time travel, branches, edits and undo.

    Public methods may be called from any thread and return at once, but for `fork_if_past`, which is the worker's.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wanted: int | None = None
        self._undone: list[Entry] = []
        self._told = UndoChanged("", "")
        self.budget = BUDGET

    # What others may ask for.

    def go_to(self, step: int) -> None:
        """Go to a step that was made, or the nearest to it; of several that wait, only the newest is gone to."""
        self._wanted = step
        self._desk.ask(self._go)

    def go_to_newest(self) -> None:
        """Go to the newest step that was made."""
        self.go_to(sys.maxsize)

    def move(self, by: int) -> None:
        """Go so many steps on or back, as far as they were made."""
        self._desk.ask(lambda: self._move(by))

    def fork(self) -> None:
        """Make a branch from here."""
        self._desk.ask(self._fork)

    def switch(self, number: int) -> None:
        """Make another branch the present one."""
        self._desk.ask(lambda: self._switch(number))

    def rename(self, number: int, name: str) -> None:
        """Give a branch another name."""
        self._desk.ask(lambda: self._rename(number, name))

    def delete(self, number: int) -> None:
        """Delete a branch."""
        self._desk.ask(lambda: self._delete(number))

    def compare(self, one: int, other: int) -> None:
        """Compare two branches, each where it stands."""
        self._desk.ask(lambda: self._compare(one, other))

    def bring_back_branch(self) -> None:
        """Take the branch up again that was deleted last."""
        self._desk.ask(self._bring_back_branch)

    def set_budget(self, nbytes: int) -> None:
        """Let the keyframes of all branches take so much memory, in this run and in those to come."""
        self._desk.ask(lambda: self._set_budget(nbytes))

    def ask_for_memory(self) -> None:
        """Ask to be told what going back takes."""
        self._desk.ask(self._tell_memory)

    def examine(self, trace: StepTrace) -> None:
        """Ask how the samples of a step that was taken apart agree, and what the step promises and does."""
        self._desk.ask(lambda: self._examine(trace))

    def edit(self, make: Callable[[int], Edit]) -> None:
        """Change parameters by hand, at the present step, which `make` is given; in the past, on a new branch.

        A run that is under way goes on with them.
        """
        self._desk.ask(lambda: self._edit(make))

    def branch_with(self, make: Callable[[int], Edit]) -> None:
        """Make a branch from here that begins with an edit, which `make` makes of the present step.

        A run that is under way goes on in the branch.
        """
        self._desk.ask(lambda: self._branch_with(make))

    def undo(self) -> None:
        """Take the newest change at the present step back."""
        self._desk.ask(self._undo)

    def redo(self) -> None:
        """Make again what was undone last."""
        self._desk.ask(self._redo)

    def trace_next_step(self) -> None:
        """Take the next step apart, without making it."""
        self._desk.ask(self._trace_next_step)

    def take_trail(self) -> None:
        """Tell where the present run has been so far."""
        self._desk.ask(self._take_trail)

    # The worker's own.

    def fork_if_past(self) -> None:
        """Before something changes: where steps were made after this one, go on in a branch."""
        branches = self._desk.branches
        if branches is not None and branches.trainer.step < branches.trainer.made:
            branches.fork()
            self.tell_branches()

    def forget_undone(self) -> None:
        """Drop what could be redone: the run has gone on, or is another."""
        if self._undone:
            self._undone.clear()
            self.tell_undo()

    def tell_branches(self) -> None:
        """Tell which branches there are."""
        branches = self._desk.branches
        if branches is not None:
            self._desk.tell(BranchesChanged(branches.infos(), branches.present.number))

    def tell_undo(self) -> None:
        """Tell what can be undone and redone."""
        branches = self._desk.branches
        if branches is None:
            return
        trainer = branches.trainer
        entries = trainer.journal.at(trainer.step) if trainer.can_undo else []
        undo = self._described(entries[-1]) if entries else ""
        redo = self._described(self._undone[-1]) if self._undone else ""
        told = UndoChanged(undo, redo)
        if told != self._told:
            self._told = told
            self._desk.tell(told)

    def _described(self, entry: Entry) -> str:
        branches = self._desk.branches
        if isinstance(entry, Change) or branches is None:
            return f"{entry.name} = {entry.value:g}" if isinstance(entry, Change) else ""
        return entry.describe(branches.trainer.network)

    def _go(self) -> None:
        branches, wanted = self._desk.branches, self._wanted
        self._wanted = None
        if branches is None or wanted is None:
            return
        trainer = branches.trainer
        step = min(max(wanted, 0), trainer.made)
        if step != trainer.step:
            trainer.go_to(step)
            self.forget_undone()
            self.tell_undo()
            self._desk.effects.begin()
        self._desk.tell(HyperChanged(trainer.hyper))
        self._desk.hold()

    def _move(self, by: int) -> None:
        if self._desk.branches is not None:
            self._wanted = self._desk.branches.trainer.step + by
            self._go()

    def _fork(self) -> None:
        if self._desk.branches is not None:
            self._desk.branches.fork()
            self._show_present()

    def _switch(self, number: int) -> None:
        if self._desk.branches is not None:
            self._desk.branches.switch(number)
            self._show_present()

    def _rename(self, number: int, name: str) -> None:
        if self._desk.branches is not None:
            self._desk.branches.rename(number, name)
            self.tell_branches()

    def _delete(self, number: int) -> None:
        branches = self._desk.branches
        if branches is not None:
            name = next((info.name for info in branches.infos() if info.number == number), "")
            branches.delete(number)
            self._show_present()
            self._desk.tell(BranchDeleted(name))

    def _bring_back_branch(self) -> None:
        if self._desk.branches is not None and self._desk.branches.bring_back() is not None:
            self._show_present()

    def _compare(self, one: int, other: int) -> None:
        branches = self._desk.branches
        if branches is not None:
            comparison = branches.compare(one, other)
            infos = {info.number: info for info in branches.infos()}
            self._desk.tell(Compared(infos[one], infos[other], comparison))

    def _set_budget(self, nbytes: int) -> None:
        if self._desk.branches is not None:
            self._desk.branches.budget = nbytes
        self.budget = nbytes
        self._tell_memory()

    def _tell_memory(self) -> None:
        branches = self._desk.branches
        if branches is not None:
            keyframes = branches.trainer.keyframes
            self._desk.tell(MemoryTold(branches.nbytes, branches.budget, len(keyframes), keyframes.every))

    def _edit(self, make: Callable[[int], Edit]) -> None:
        branches = self._desk.branches
        if branches is None:
            return
        make(branches.trainer.step).refuse_unless_fit(branches.trainer.network)
        self.fork_if_past()
        branches.trainer.edit(make(branches.trainer.step))
        self._undone.clear()
        self._show_changed(pausing=False)

    def _branch_with(self, make: Callable[[int], Edit]) -> None:
        branches = self._desk.branches
        if branches is not None:
            make(branches.trainer.step).refuse_unless_fit(branches.trainer.network)
            branches.fork()
            self.tell_branches()
            self._edit(make)

    def _undo(self) -> None:
        branches = self._desk.branches
        entry = branches.trainer.undo() if branches is not None else None
        if entry is not None:
            self._undone.append(entry)
            self._show_changed()
        else:
            self.tell_undo()  # the run has gone on since it was told

    def _redo(self) -> None:
        branches = self._desk.branches
        if branches is None or not self._undone:
            return
        entry = self._undone.pop()
        if isinstance(entry, Change):
            branches.trainer.change(**{entry.name: entry.value})
        else:
            branches.trainer.edit(entry)
        self._show_changed()

    def _trace_next_step(self) -> None:
        if self._desk.branches is not None:
            trainer = self._desk.branches.trainer
            samples = trainer.next_samples.copy()
            trace = trace_next_step(trainer.descent, samples, trainer.hyper, trainer.step)
            self._desk.tell(StepTraced(trace, trainer.step, samples))

    def _examine(self, trace: StepTrace) -> None:
        if self._desk.branches is not None:
            fixed = fixed_samples(self._desk.branches.trainer.data.test)
            if fixed.images.shape[1] != trace.network.sizes[0]:
                return  # another run is there, on other data
            told = forecast(trace, fixed.images, fixed.labels)
            self._desk.tell(StepExamined(trace, agreement(trace), told))

    def _take_trail(self) -> None:
        if self._desk.branches is not None:
            branches = self._desk.branches
            self._desk.tell(TrailTaken(trail_of(branches.trainer), ends_of(branches)))

    def _show_present(self) -> None:
        self._undone.clear()
        self.tell_branches()
        self._show_changed()

    def _show_changed(self, pausing: bool = True) -> None:
        if self._desk.branches is not None:
            trainer = self._desk.branches.trainer
            trainer.drop_evaluation()
            self._desk.tell(HyperChanged(trainer.hyper))
            self.tell_undo()
            self._desk.effects.begin()
            if pausing:
                self._desk.hold()
            else:
                self._desk.show()
