"""The trainer: a run that can be advanced a step, any number of steps, or to the end of the epoch."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nnviz.core.descent import Descent
from nnviz.core.encoding import Floats
from nnviz.core.regularisation import Regularisation
from nnviz.data.dataset import DataSet
from nnviz.data.order import epoch_order
from nnviz.run.blas import hold_blas_to_one_thread
from nnviz.run.divergence import DivergenceError, divergence_error
from nnviz.run.edits import Edit
from nnviz.run.epochs import EpochRecord, FullEvaluation, RunningFullEvaluation
from nnviz.run.health import EVERY, HealthLog, health
from nnviz.run.journal import Change, Entry, Journal
from nnviz.run.keyframes import Keyframe, Keyframes
from nnviz.run.snapshot import Snapshot
from nnviz.run.spec import RunSpec
from nnviz.run.step_log import StepLog


class Trainer:
    """One run: state(k) = replay(spec, journal, k), bit for bit.

    θ and the velocity are all the state that steps carry from one to the next. Looking at a trainer, pausing
    it, evaluating its network and going back and forth in it change nothing.

    Parameters
    ----------
    spec : RunSpec
    data : DataSet
    journal : Journal, optional
        Changes that are made when their step comes; new ones are added by `change`.
    start : float array, (P,), optional
        The parameters to start from, such as a saved model's; those that the specification draws where not given.
    recording : bool
        Whether keyframes are kept, so that `go_to` is quick; without them it begins at step 0.

    Attributes
    ----------
    step, epoch, position : int
        Steps made, epochs finished, and samples of the present epoch already used.
    hyper : HyperParameters
        Those of the next step.
    log : StepLog
    epochs : list of EpochRecord
    evaluated : FullEvaluation or None
        The newest.
    due : RunningFullEvaluation or None
        An evaluation that is to be made; `advance` makes it at once, a caller of `make_step` when it likes. That of an
        epoch's end stays due until it is made, wherever the run goes.
    unedited : float array, (P,), or None
        The parameters as they were before the edits of the present step; None where it has none.

    Raises
    ------
    ValueError
        If the network does not fit the data.
    """

    def __init__(
        self,
        spec: RunSpec,
        data: DataSet,
        journal: Journal | None = None,
        start: Floats | None = None,
        recording: bool = False,
    ) -> None:
        hold_blas_to_one_thread()
        training = data.training if spec.train_size is None else data.training.take(spec.train_size)
        pixels = training.images.shape[1]
        if spec.sizes[0] != pixels:
            raise ValueError(
                f"The images of {data.name} have {pixels} pixels, but the network's first layer has "
                f"{spec.sizes[0]} neurons. The first layer needs {pixels}."
            )
        highest = int(data.test.labels.max())
        if highest >= spec.sizes[-1]:  # the training labels are checked where their targets are made
            raise ValueError(
                f"The test labels of {data.name} reach to {highest}, but the network has "
                f"{spec.sizes[-1]} output neurons, for the labels 0 to {spec.sizes[-1] - 1}."
            )
        self.spec = spec
        self.data = data
        self.training = training
        self.journal = journal if journal is not None else Journal()
        self.start = start
        self.recording = recording
        self.network = spec.network() if start is None else spec.network().at(start.astype(np.float32))
        self.descent = Descent(self.network, training.images, training.labels, spec.seed)
        self.hyper = spec.hyper
        self.step = 0
        self.epoch = 0
        self.position = 0
        self.log = StepLog(len(spec.sizes) - 1)
        self.health_log = HealthLog(len(spec.sizes) - 1)
        self.epochs: list[EpochRecord] = []
        self.evaluated: FullEvaluation | None = None
        self.due: RunningFullEvaluation | None = None
        self._due_later: list[RunningFullEvaluation] = []
        self._diverged: DivergenceError | None = None
        self.unedited: Floats | None = None
        self._is_edited = False
        self.keyframes = Keyframes()
        self._order = epoch_order(len(training), spec.seed, 0)
        self._steps_with_changes = self.journal.steps()
        self.keyframes.add(self._keyframe())
        self._apply_changes()

    @property
    def next_samples(self) -> NDArray[np.int64]:
        """The samples of the next step's mini-batch, as places among the training samples."""
        return self._order[self.position : self.position + self.hyper.batch_size]

    @property
    def made(self) -> int:
        """The number of steps made so far; `step` is less where somebody went back."""
        return self.log.count

    @property
    def divergence(self) -> DivergenceError | None:
        """Why the newest step can have no successor; None before it, and where somebody has edited what it left."""
        if self._diverged is None or self.step < self.made:
            return None
        edited = any(not isinstance(entry, Change) for entry in self.journal.at(self.step))
        return None if edited else self._diverged

    def go_to(self, step: int) -> None:
        """Go to a step that was made already; the state is the same, bit for bit, as it was there the first time.

        Raises
        ------
        ValueError
            If there is no such step yet.
        """
        if not 0 <= step <= self.made:
            raise ValueError(f"There is no step {step:,} yet; the run has come to step {self.made:,}.")
        if step != self.step:
            self._make_again(step)

    def _make_again(self, step: int) -> None:
        # At least the last step is made again, so that gradient and workspace are those of this step, too.
        keyframe = self.keyframes.before(max(step - 1, 0))
        if not keyframe.step <= self.step < step:  # else, go on from here
            self._restore(keyframe)
        self.drop_evaluation()
        with np.errstate(all="ignore"):
            while self.step < step:
                self._descend()
                self._apply_changes()

    def fork(self) -> Trainer:
        """Return another run that has come to the present step in the same way, and may go on otherwise."""
        other = Trainer(self.spec, self.data, self.journal.until(self.step), self.start, self.recording)
        other.log, other.health_log = self.log.until(self.step), self.health_log.until(self.step)
        other.epochs = [record for record in self.epochs if record.step <= self.step]
        if self.evaluated is not None and self.evaluated.step <= self.step:
            other.evaluated, other._is_edited = self.evaluated, self._is_edited
        # What is evaluated is frozen, and to finish it twice gives the same: both runs may do so.
        due = [due for due in self._all_due() if due.at_epochs_end and due.step <= self.step]
        other.due, other._due_later = (due[0] if due else None), due[1:]
        other.keyframes = self.keyframes.until(self.step)
        other._make_again(self.step)
        if self.step == self.made:
            other._diverged = self._diverged
        return other

    def change(self, **values: float) -> None:
        """Change hyper-parameters from the next step on, and write that into the journal.

        Raises
        ------
        ValueError
            If one has no such value; then none is changed.
        """
        self._refuse_in_the_past()
        for change in [Change(self.step, name, value) for name, value in values.items()]:
            self._write(change)

    def edit(self, edit: Edit) -> None:
        """Change parameters by hand, and write that into the journal.

        Parameters
        ----------
        edit : SetParameters, Lesion or Rerandomise
            Of the present step.

        Raises
        ------
        ValueError
            If the network has no such parameters, or the edit is of another step.
        """
        self._refuse_in_the_past()
        if edit.step != self.step:
            raise ValueError(f"The run is at step {self.step:,}; the edit is for step {edit.step:,}.")
        edit.refuse_unless_fit(self.network)
        self._write(edit)

    @property
    def edits(self) -> int:
        """The number of edits at the present step."""
        return sum(not isinstance(entry, Change) for entry in self.journal.at(self.step))

    @property
    def can_undo(self) -> bool:
        """Whether the newest entry of the journal is of the present step, with no step made after it."""
        return self.step == self.made and bool(self.journal.at(self.step))

    def undo(self) -> Entry | None:
        """Take the newest entry of the journal back, if it is of the present step; return it."""
        if not self.can_undo:
            return None
        entry = self.journal.pop()
        self._is_edited = True
        self._steps_with_changes = self.journal.steps()
        step, self.step = self.step, self.step + 1  # not from here, where it has happened
        self._make_again(step)
        return entry

    def _refuse_in_the_past(self) -> None:
        if self.step < self.made:
            raise ValueError("Steps were made after this one. Fork the run to go on otherwise from here.")

    def _write(self, entry: Entry) -> None:
        self._is_edited = True
        self.journal.add(entry)
        self._steps_with_changes = self.journal.steps()
        self._apply(entry)

    def _apply(self, entry: Entry) -> None:
        if isinstance(entry, Change):
            self.hyper = entry.applied_to(self.hyper)
        else:
            if self.unedited is None:
                self.unedited = self.network.theta.copy()
            entry.apply(self.network, self.spec.init)

    def make_step(self) -> None:
        """Make one step. Runs under the caller's `np.errstate(all="ignore")`, see `Descent.step`.

        At the end of an epoch its evaluation becomes `due`.

        Raises
        ------
        DivergenceError
            If the cost, the gradient or a parameter is no longer finite, and at every later attempt.
        """
        if self.divergence is not None:
            raise self.divergence
        if self.step < self.made:
            self.go_to(self.step + 1)
        else:
            self._take_note(self._descend())
            self._apply_changes()
        if self.divergence is not None:
            raise self.divergence

    def _descend(self) -> float:
        """Make one step of the state, whether it is the first time or not; return the mini-batch's cost."""
        stop = self.position + self.hyper.batch_size
        cost = self.descent.step(self._order[self.position : stop], self.hyper, self.step)
        self.step += 1
        self.position = stop
        if stop >= len(self._order):
            self.epoch += 1
            self.position = 0
            self._order = epoch_order(len(self._order), self.spec.seed, self.epoch)
        if self.recording and self.step % self.keyframes.every == 0:
            self.keyframes.add(self._keyframe())
        return cost

    def _take_note(self, cost: float) -> None:
        """Keep what there is to keep of a step that was made for the first time."""
        gradient, theta = self.descent.gradient, self.network.theta
        norms = [math.sqrt(np.dot(part, part)) for part in (gradient[s] for s in self.network.layer_slices)]
        self.log.add(cost, norms)
        if self.step % EVERY == 0:
            self.health_log.add(self.descent)
        self._diverged = None
        # A square can overflow where the number itself does not: only then the slower question.
        if not math.isfinite(cost) or not (math.isfinite(np.dot(theta, theta)) or np.isfinite(theta).all()):
            self._diverged = divergence_error(cost, self.step, self.hyper, self.spec.init)
        if self.position == 0:
            self.request_evaluation()

    def _keyframe(self) -> Keyframe:
        return Keyframe(self.step, self.epoch, self.position, self.network.theta, self.descent.velocity)

    def _restore(self, keyframe: Keyframe) -> None:
        self.step, self.epoch, self.position = keyframe.step, keyframe.epoch, keyframe.position
        self.network.theta[...] = keyframe.theta
        self.descent.velocity[...] = keyframe.velocity
        self._order = epoch_order(len(self._order), self.spec.seed, self.epoch)
        self.hyper = self.spec.hyper
        for entry in self.journal:
            if isinstance(entry, Change) and entry.step < self.step:
                self.hyper = entry.applied_to(self.hyper)
        self._apply_changes()

    def advance(self, steps: int, after_step: Callable[[], None] | None = None) -> None:
        """Make so many steps, and every evaluation as it becomes due.

        Parameters
        ----------
        steps : int
        after_step : callable, optional
            Called after each; what it raises ends the advance.

        Raises
        ------
        DivergenceError
            As `make_step` does.
        """
        with np.errstate(all="ignore"):
            for _ in range(steps):
                self.make_step()
                while not self.evaluate_piece():
                    pass
                if after_step is not None:
                    after_step()

    def advance_to_end_of_epoch(self, after_step: Callable[[], None] | None = None) -> None:
        """Make the steps that are left of the present epoch, and its evaluation."""
        epoch = self.epoch
        while self.epoch == epoch:
            self.advance(1, after_step)

    @property
    def is_evaluated(self) -> bool:
        """Whether `evaluated` is of the network as it is now."""
        return self.evaluated is not None and self.evaluated.step == self.step and not self._is_edited

    def request_evaluation(self) -> None:
        """Make an evaluation of the network as it is now due, in place of one that is not finished.

        That of an epoch's end is finished before: it would be missing from `epochs`.
        """
        self._is_edited = False
        self.drop_evaluation()
        regularisation = Regularisation(self.hyper.l2, self.hyper.l1, len(self.training))
        frozen = self.network.at(self.network.theta.copy())
        wanted = RunningFullEvaluation(
            frozen,
            self.training,
            self.data.test,
            regularisation,
            self.epoch,
            self.step,
            at_epochs_end=self.position == 0 and all(record.step != self.step for record in self.epochs),
        )
        if self.due is None:
            self.due = wanted
        else:
            self._due_later.append(wanted)

    def drop_evaluation(self) -> None:
        """Give up an evaluation that is due, unless it is of an epoch's end."""
        due = [due for due in self._all_due() if due.at_epochs_end]
        self.due, self._due_later = (due[0] if due else None), due[1:]

    def _all_due(self) -> list[RunningFullEvaluation]:
        return [] if self.due is None else [self.due, *self._due_later]

    def evaluate_piece(self) -> bool:
        """Make a piece of the evaluation that is due, if any; return whether none is due any more.

        With the last piece, `evaluated` is new, and so is one of `epochs` if it was made at an epoch's end.
        """
        due = self.due
        done = None if due is None else due.advance()
        if due is not None and done is not None:
            self.evaluated = done
            self.due = self._due_later.pop(0) if self._due_later else None
            place = bisect_left(self.epochs, done.step, key=lambda record: record.step)
            if due.at_epochs_end and (place == len(self.epochs) or self.epochs[place].step != done.step):
                self.epochs.insert(place, done.record)
        return self.due is None

    def snapshot(self) -> Snapshot:
        """Return a frozen picture of the run as it is now."""
        theta = self.network.theta.copy()
        theta.flags.writeable = False
        newest = self.log.row(self.step - 1) if self.step else (math.nan, math.nan)
        return Snapshot(
            spec=self.spec,
            step=self.step,
            made=self.made,
            epoch=self.epoch,
            epoch_progress=self.position / len(self._order),
            hyper=self.hyper,
            network=self.network.at(theta),
            log=self.log,
            health_log=self.health_log,
            health=health(self.descent) if self.step else None,
            epochs=tuple(record for record in self.epochs if record.step <= self.step),
            evaluated=self.evaluated,
            cost=float(newest[0]),
            smoothed_cost=float(newest[1]),
            start=self.start,
        )

    def _apply_changes(self) -> None:
        self.unedited = None
        if self.step in self._steps_with_changes:
            for entry in self.journal.at(self.step):
                self._apply(entry)


def replay(spec: RunSpec, data: DataSet, journal: Journal, step: int, start: Floats | None = None) -> Trainer:
    """Return a trainer after `step` steps of a run, made again from the beginning."""
    trainer = Trainer(spec, data, journal, start)
    trainer.advance(step)
    return trainer
