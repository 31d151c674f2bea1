"""The worker's part that has to do with which run is present: new ones, models, files, and the one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from nnviz.app.events import DataLoaded, Event, ModelOpened, Saved, Working
from nnviz.app.history import History
from nnviz.data.dataset import DataSet, load_folder, load_mnist
from nnviz.run.branches import Branches
from nnviz.run.metrics_csv import write_metrics
from nnviz.run.model_file import load_model, save_model
from nnviz.run.spec import MNIST, RunSpec
from nnviz.run.still import spec_of
from nnviz.run.trainer import Trainer


class Desk(Protocol):
    """What this part needs of the worker."""

    branches: Branches | None
    history: History

    def ask(self, command: Callable[[], None]) -> None:
        """Have a command obeyed on the worker's thread."""

    def tell(self, event: Event) -> None:
        """Tell what happened."""

    def halt(self) -> None:
        """Pause, and show the run as it is."""

    def show_another(self, left_at: int) -> None:
        """Show the run that is present now, in place of one that was left at a step."""

    def end_if_wanted(self) -> None:
        """End the thread at once if the program is being closed."""


class Runs:
    """Sets up runs, saves what they have come to, and knows the run before the present one.

    The first seven methods may be called from any thread and return at once; the others are the worker's.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._data: DataSet | None = None
        self._data_name: str | None = None
        self._previous: Branches | None = None

    # What others may ask for.

    def begin(self, spec: RunSpec) -> None:
        """Load the data that `spec` names, unless it is there, and set up its run, paused at step 0."""
        self._desk.ask(lambda: self._new_run(spec))

    def open_data(self, spec: RunSpec) -> None:
        """Begin a new run on the data that `spec` names, with an input layer that fits them."""
        self._desk.ask(lambda: self._new_run(spec, fit_to_data=True))

    def open_model(self, path: Path) -> None:
        """Begin a new run from a saved model: on the present data if it fits them, else on those it names."""
        self._desk.ask(lambda: self._open_model(path))

    def reset(self) -> None:
        """Set up the present run again, starting with the hyper-parameters of now."""
        self._desk.ask(self._reset)

    def bring_back(self) -> None:
        """Go back to the run before the present one."""
        self._desk.ask(self._bring_back)

    def save(self, path: Path) -> None:
        """Save the network as it is now."""
        self._desk.ask(lambda: self._save(path))

    def save_metrics(self, path: Path, kind: str) -> None:
        """Write the metrics so far as CSV: one of `metrics_csv.KINDS`."""
        self._desk.ask(lambda: self._save_metrics(path, kind))

    # The worker's own.

    def present_data(self) -> tuple[DataSet, str] | None:
        """Return the data that are there, and their name in specifications."""
        return None if self._data is None or self._data_name is None else (self._data, self._data_name)

    def load_data(self, name: str, progress: Callable[[float], None] | None = None) -> DataSet:
        """Return the data that a specification names; those that are there already are not read again.

        Parameters
        ----------
        name : str
        progress : callable, optional
            Is told of reading them, too.
        """
        if self._data is not None and self._data_name == name:
            return self._data

        def tell(fraction: float) -> None:
            self._tell_progress(fraction)
            if progress is not None:
                progress(fraction)

        load = load_mnist if name == MNIST else partial(load_folder, name)
        return load(tell)

    def take_up(self, branches: Branches) -> None:
        """Make another run the present one, paused."""
        self._desk.halt()
        self._take_up(branches)

    def _take_up(self, branches: Branches) -> None:
        """Leave the present run, which can be brought back if it has come anywhere."""
        left, self._desk.branches = self._desk.branches, branches
        branches.budget = self._desk.history.budget
        if left is not None and left.trainer.made > 0:
            self._previous = left
        elif self._previous is branches:
            self._previous = None
        trainer = branches.trainer
        self._data_name = trainer.spec.data
        if trainer.data is not self._data:
            self._data = trainer.data
            self._desk.tell(DataLoaded(trainer.data))
        self._desk.show_another(0 if self._previous is None else self._previous.trainer.step)

    def _new_run(self, spec: RunSpec, fit_to_data: bool = False) -> None:
        self._desk.halt()
        data = self.load_data(spec.data)
        if fit_to_data:
            spec = replace(spec, sizes=(data.training.images.shape[1], *spec.sizes[1:]))
        self._begin(Trainer(spec, data, recording=True))

    def _open_model(self, path: Path) -> None:
        self._desk.halt()
        model = load_model(path)
        spec = spec_of(model)
        if self._data is not None and self._data_name is not None and _fits(spec, self._data):
            spec = replace(spec, data=self._data_name)
        self._begin(Trainer(spec, self.load_data(spec.data), start=model.network.theta, recording=True))
        self._desk.tell(ModelOpened(path))

    def _reset(self) -> None:
        self._desk.halt()
        if self._desk.branches is not None:
            old = self._desk.branches.trainer
            spec = replace(old.spec, hyper=old.hyper)
            self._begin(Trainer(spec, old.data, start=old.start, recording=True))

    def _bring_back(self) -> None:
        self._desk.halt()
        if self._previous is not None:
            self._take_up(self._previous)

    def _begin(self, trainer: Trainer) -> None:
        trainer.request_evaluation()
        self._take_up(Branches(trainer))

    def _tell_progress(self, fraction: float) -> None:
        self._desk.end_if_wanted()
        self._desk.tell(Working(fraction))

    def _save(self, path: Path) -> None:
        if self._desk.branches is not None:
            trainer = self._desk.branches.trainer
            save_model(path, trainer.network, trainer.spec, trainer.step)
            self._desk.tell(Saved(path))

    def _save_metrics(self, path: Path, kind: str) -> None:
        if self._desk.branches is not None:
            write_metrics(path, self._desk.branches.trainer.snapshot(), kind, self._tell_progress)
            self._desk.tell(Saved(path))


def _fits(spec: RunSpec, data: DataSet) -> bool:
    """Return whether a run could as well be on these data."""
    return (
        data.test.images.shape[1] == spec.sizes[0]
        and max(data.training.labels.max(), data.test.labels.max()) < spec.sizes[-1]
        and (spec.train_size is None or spec.train_size <= len(data.training))
    )
