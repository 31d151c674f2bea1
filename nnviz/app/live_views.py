"""The window's views: those of the table and those that only a run has, each connected when it is made."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnviz.app.choice import Choice
from nnviz.app.manners import Manners
from nnviz.app.run_control import RunControl
from nnviz.app.stage_walk import StageWalk
from nnviz.app.theme import Theme
from nnviz.app.views.table import Views
from nnviz.app.views.view import View


class ViewSignals(QObject):
    """What views want of the window, whichever of them are there."""

    told = Signal(str)
    failed = Signal(str)
    picture_opened = Signal(Path)
    cell_chosen = Signal(str, int, int)
    """Of the confusion matrix: source, label and answer."""


class LiveViews(Views):
    """All views of a window, connected to its run.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    run : RunControl
    walk : StageWalk
    parent : QObject

    Attributes
    ----------
    signals : ViewSignals
    """

    def __init__(
        self, theme: Theme, choice: Choice, run: RunControl, walk: StageWalk, parent: QObject
    ) -> None:
        more = {"stages": self._make_stages, "edit": self._make_edit, "toys": self._make_toys}
        super().__init__(theme, choice, more)
        self.signals = ViewSignals(parent)
        self._theme = theme
        self._choice = choice
        self._run = run
        self._walk = walk
        self.when_made(self._connect)

    def _make_stages(self) -> View:
        from nnviz.app.views.stages import StagesView

        return StagesView(self._theme, self._choice, self._walk)

    def _make_edit(self) -> View:
        from nnviz.app.views.edit import EditView

        return EditView(self._theme, self._choice)

    def _make_toys(self) -> View:
        from nnviz.app.views.toys import ToysView

        toys = ToysView(self._theme)
        toys.told.connect(self.signals.told)
        return toys

    def _connect(self, key: str, view: View) -> None:
        """Connect a view that was just made, and show it how things are."""
        Manners(view)
        run, signals = self._run, self.signals
        match key:
            case "costs":
                run.branches_changed.connect(self.costs.show_branches)
                if run.branches is not None:
                    self.costs.show_branches(*run.branches)
            case "pad":
                self.pad.failed.connect(signals.failed)
                self.pad.picture_opened.connect(signals.picture_opened)
            case "diagram":
                self.diagram.edit_wanted.connect(run.history.edit)
                self._walk.changed.connect(self._follow_walk)
                self._follow_walk()
                run.failed.connect(view.show_again)  # an edit that is refused is not to be seen
            case "edit":
                self.edit.edit_wanted.connect(run.history.edit)
                self.edit.told.connect(signals.told)
                run.failed.connect(view.show_again)
                run.effect_known.connect(self.edit.show_effect)
                run.run_ready.connect(self.edit.forget_effect)
                if run.effect is not None:
                    self.edit.show_effect(run.effect)
            case "landscape":
                self.landscape.trail_wanted.connect(run.history.take_trail)
                run.trail_taken.connect(self.landscape.take_up_trail)
                self.landscape.play.branch_wanted.connect(run.history.branch_with)
                self.landscape.play.told.connect(signals.told)
                self.landscape.play.failed.connect(signals.failed)
            case "slice":
                self.slice.eta_chosen.connect(self._take_up_eta)
            case "evaluation":
                self.evaluation.cell_chosen.connect(signals.cell_chosen)
        if run.snapshot is not None:
            view.receive(run.snapshot)

    def _follow_walk(self) -> None:
        self.diagram.follow(self._walk)

    def _take_up_eta(self, eta: float) -> None:
        self._run.change("eta", eta)
