"""What the window does with breakpoints: has them kept, says why the run has paused, and offers ways to set them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from nnviz.app.choice import DRAWN, Choice
from nnviz.app.events import BreakpointHit, Watched
from nnviz.app.run_control import RunControl
from nnviz.app.settings import Settings
from nnviz.app.views.breakpoints import BreakpointsPanel
from nnviz.app.views.message import MessageBar
from nnviz.run.breakpoints import Breakpoint, PredictionChanges
from nnviz.run.spec import RunSpec

SHOW = "Show breakpoints"
MOST_REASONS = 3
"""In one message; the panel has them all."""


class BreakControl(QObject):
    """Puts the panel of breakpoints and the actions to work.

    Parameters
    ----------
    panel : BreakpointsPanel
    run : RunControl
    choice : Choice
    settings : Settings
        From which the breakpoints of the last time come, and where they are kept.
    message : MessageBar
    actions : mapping of QAction
        With the keys "breakpoints" and "break_prediction".
    show : callable
        Opens the panel.
    parent : QObject
    """

    def __init__(
        self,
        panel: BreakpointsPanel,
        run: RunControl,
        choice: Choice,
        settings: Settings,
        message: MessageBar,
        actions: Mapping[str, QAction],
        show: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._run = run
        self._choice = choice
        self._settings = settings
        self._message = message
        self._show = show
        self._said = ""
        self._points: list[Breakpoint] = []
        panel.add_wanted.connect(self._add)
        panel.change_wanted.connect(self._change)
        panel.switch_wanted.connect(self._switch)
        panel.remove_wanted.connect(self._remove)
        run.run_ready.connect(self._show_run)
        run.breakpoints_changed.connect(self._take)
        run.breakpoint_hit.connect(self._say_why)
        actions["breakpoints"].triggered.connect(self._add_by_form)
        actions["break_prediction"].triggered.connect(self._break_at_prediction)
        remembered = settings.breakpoints
        if remembered:
            run.guard.set_all(remembered)

    # What the run tells.

    @Slot(object, int)
    def _show_run(self, spec: RunSpec, _left_at: int) -> None:
        if self._choice.data is not None:
            self._panel.show_run(spec, self._choice.data)

    @Slot(object)
    def _take(self, watched: tuple[Watched, ...]) -> None:
        self._panel.show_breakpoints(watched)
        if self._said and not any(one.reason for one in watched):  # the run has gone on
            if self._message.text == self._said:
                self._message.put_away()
            self._said = ""
        points = [one.point for one in watched]
        if points != self._points:
            self._points = self._settings.breakpoints = points

    @Slot(object)
    def _say_why(self, hit: BreakpointHit) -> None:
        reasons = [one.reason for one in hit.hits]
        more = len(reasons) - MOST_REASONS
        others = [f"{more:,} more {'has' if more == 1 else 'have'} fired."] if more > 0 else []
        helps = [hit.divergence] if hit.divergence else []
        self._said = " ".join([*reasons[:MOST_REASONS], *others, *helps])
        self._message.warn(self._said, SHOW, self._show)

    # What the user asks for.

    @Slot(object)
    def _add(self, point: Breakpoint) -> None:
        self._run.guard.add(point)

    @Slot(object, object)
    def _change(self, old: Breakpoint, new: Breakpoint) -> None:
        self._run.guard.change(old, new)

    @Slot(object, bool)
    def _switch(self, point: Breakpoint, enabled: bool) -> None:
        self._run.guard.switch(point, enabled)

    @Slot(object, int)
    def _remove(self, point: Breakpoint, place: int) -> None:
        self._run.guard.remove(point)
        self._message.say(
            "The breakpoint is removed.", "Bring it back", lambda: self._run.guard.add(point, place)
        )

    @Slot()
    def _add_by_form(self) -> None:
        self._show()
        self._panel.add_by_form()

    @Slot()
    def _break_at_prediction(self) -> None:
        sample, spec = self._choice.sample, self._run.spec
        if sample is None or spec is None:
            return
        if sample.source == DRAWN:
            self._message.warn(
                "What is on the pad may change at any time. Choose a training or test image first."
            )
            return
        point = PredictionChanges(source=sample.source, index=sample.index)
        self._run.guard.add(point)
        self._message.say(f"From now on: {point.describe(spec)}", SHOW, self._show)
