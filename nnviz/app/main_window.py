"""The main window: puts the views around the run, and the actions to work."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QToolBar, QVBoxLayout, QWidget

from nnviz.app.actions import ENTRIES, make_actions
from nnviz.app.appearance import Appearance
from nnviz.app.boxes import Boxes
from nnviz.app.break_control import BreakControl
from nnviz.app.choice import Choice
from nnviz.app.docks import Docks, skip_what_is_out_of_sight
from nnviz.app.figures import Figures
from nnviz.app.files import Files
from nnviz.app.graphics.icons import icon
from nnviz.app.manners import Manners
from nnviz.app.memory import Memory
from nnviz.app.menus import add_layout_buttons, add_menus
from nnviz.app.run_control import RunControl
from nnviz.app.sample_walk import SampleWalk
from nnviz.app.session_frame import SessionFrame
from nnviz.app.sessions import Sessions
from nnviz.app.settings import Settings
from nnviz.app.stage_light import StageLight
from nnviz.app.stage_walk import StageWalk
from nnviz.app.theme import Theme
from nnviz.app.views.breakpoints import BreakpointsPanel
from nnviz.app.views.message import MessageBar
from nnviz.app.views.progress import ProgressRow
from nnviz.app.views.setup_panel import SetupPanel
from nnviz.app.views.table import Views
from nnviz.app.views.timeline import Timeline
from nnviz.app.views.transport import Transport
from nnviz.app.views.view import View
from nnviz.app.walk_sample import WalkSample
from nnviz.data.dataset import DataSet
from nnviz.run.presets import DEFAULT_PRESET, PRESETS
from nnviz.run.snapshot import Snapshot
from nnviz.run.spec import RunSpec

NEED_EVALUATION = ("evaluation", "samples")
"""Views for whose sake a step that is looked at is evaluated."""
NEED_RUN = (
    *("toggle", "step", "epoch", "reset", "into", "stage_back", "over", "out"),
    *("save_session", "save_session_as", "save", "save_metrics"),
    *("next_mistake", "play", "play_back", "keep_step", "breakpoints", "break_prediction"),
    *("lesion", "redraw", "next_changed"),
)


class MainWindow(QMainWindow):
    """The window.

    Parameters
    ----------
    theme : Theme
    settings : Settings
    unsaved : Path, optional
        The folder in which runs are kept for the case of a sudden end.
    to_open : Path, optional
        A file or folder to open at the start.
    """

    def __init__(
        self,
        theme: Theme,
        settings: Settings,
        unsaved: Path | None = None,
        to_open: Path | None = None,
    ) -> None:
        super().__init__()
        self._to_open = to_open
        self.theme = theme
        self.settings = settings
        self.setWindowTitle("nnviz")
        self.setAcceptDrops(True)
        self.run_control = RunControl(self)
        self.choice = Choice(self)
        self.actions_by_key = make_actions(self)
        self.message = MessageBar()
        self.setup = SetupPanel()
        self.walk = StageWalk(self.run_control, self)
        more = {"stages": self._make_stages, "edit": self._make_edit, "toys": self._make_toys}
        self.views = Views(theme, self.choice, more)
        keys = ("toggle", "step", "epoch", "reset")
        self.transport = Transport(theme, [self.actions_by_key[key] for key in keys])
        keys = ("start", "back", "step", "end")
        steps = [self.actions_by_key[key] for key in keys]
        self.timeline = Timeline(theme, self.choice, self.run_control, steps)
        self._undoable = ("", "")
        self.memory = Memory(self, self.run_control, settings)
        self._build()
        self.breakpoints = BreakpointsPanel(theme, self.choice)
        self.views.when_made(self._connect_view)
        panels = {"setup": self.setup, "breakpoints": self.breakpoints}
        self.docking = Docks(self, panels, self.views, theme, settings, self.actions_by_key)
        self.docks = self.docking.by_key
        self.stage_light = StageLight(self.walk, self.docks, theme, self)
        self.walk_sample = WalkSample(self.walk, self.choice, self)
        self.files = Files(self, self.run_control, settings, self.actions_by_key)
        self._frame = SessionFrame(self, self.choice, self.docking, settings, self.views)
        belongings = self._frame.belongings
        self.sessions = Sessions(self, self.run_control, self.actions_by_key, belongings, unsaved)
        self.figures = Figures(self, self.views, self.actions_by_key)
        self.sample_walk = SampleWalk(
            self.choice, run=self.run_control, actions=self.actions_by_key, parent=self
        )
        self.break_control = BreakControl(
            self.breakpoints,
            self.run_control,
            self.choice,
            settings,
            self.message,
            self.actions_by_key,
            show=lambda: self.show_view("breakpoints"),
            parent=self,
        )
        self.boxes = Boxes(self, self.actions_by_key, list(self.docks.values()))
        self.appearance = Appearance(theme, settings, self.actions_by_key, self)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        add_menus(self, self.actions_by_key, self.files.recent_menu, self.docking.toggle_actions())
        self._corner = add_layout_buttons(self, self.actions_by_key)
        self._connect()
        for part in (self.message, self._progress, self.timeline, self.transport):
            Manners(part)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._restore()
        self._take_up_theme()

    def start(self) -> None:
        """Load the data and set up the first run."""
        self._show_working(0.0)
        self.run_control.run_ready.connect(self._begin)
        self.run_control.start(PRESETS[DEFAULT_PRESET])

    @Slot()
    def _begin(self) -> None:
        """As soon as there is a run: open what was wanted from the start, or speak of a run that was left."""
        self.run_control.run_ready.disconnect(self._begin)
        self.sessions.begin(is_asking=self._to_open is None)
        if self._to_open is not None:
            self.open(self._to_open)

    # Building.

    def _build(self) -> None:
        self._progress = ProgressRow()
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(8, 4, 8, 4)
        column.addWidget(self.message)
        column.addWidget(self._progress)
        self._top_bar = self._add_bar(top, Qt.ToolBarArea.TopToolBarArea, "Messages")
        self._add_bar(self.transport, Qt.ToolBarArea.BottomToolBarArea, "Transport bar")
        self.addToolBarBreak(Qt.ToolBarArea.BottomToolBarArea)  # rows begin at the bottom
        self._add_bar(self.timeline, Qt.ToolBarArea.BottomToolBarArea, "Timeline")
        self.resize(1280, 800)

    def _add_bar(self, widget: QWidget, area: Qt.ToolBarArea, name: str) -> QToolBar:
        bar = QToolBar(name)
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.addWidget(widget)
        self.addToolBar(area, bar)
        return bar

    def _connect(self) -> None:
        run, actions, views = self.run_control, self.actions_by_key, self.views
        for action in actions.values():
            action.triggered.connect(self.setup.take_what_is_typed)
        for key, slot in (
            ("toggle", run.toggle),
            ("step", run.make_step),
            ("epoch", run.run_epoch),
            ("reset", run.reset),
            ("bring_back", run.bring_back),
            ("back", lambda: run.history.move(-1)),
            ("start", lambda: run.history.go_to(0)),
            ("end", run.history.go_to_newest),
            ("undo", self._undo),
            ("redo", run.history.redo),
            ("new_run", self.setup.ask_for_new_run),
            ("quit", self.close),
            ("play", self._play_forward),
            ("play_back", self._play_backward),
            ("keep_step", lambda: views.weights.keep()),
            ("lecture", lambda: self.lay_out("Lecture")),
            ("explore", lambda: self.lay_out("Explore")),
            ("evaluate", lambda: self.lay_out("Evaluate")),
            ("debug", lambda: self.lay_out("Debug")),
            ("lesion", lambda: views.edit.lesion()),
            ("redraw", lambda: views.edit.redraw_layer()),
            ("next_changed", lambda: views.edit.next_changed()),
            ("into", self._step_into),
            ("stage_back", self.walk.back),
            ("over", self.walk.over),
            ("out", self.walk.out),
            ("reset_layout", lambda: self.lay_out(self.settings.layout)),
            ("full_screen", self._toggle_full_screen),
            ("palette", self.boxes.show_palette),
            ("shortcuts", self.boxes.show_shortcuts),
            ("about", self.boxes.show_about),
        ):
            actions[key].triggered.connect(slot)
        run.snapshot_arrived.connect(self._show_snapshot)
        run.running_changed.connect(self._show_running)
        run.running_changed.connect(self.transport.show_running)
        run.evaluating_changed.connect(self.transport.show_evaluating)
        run.hyper_changed.connect(self.setup.show_hyper)
        run.undo_changed.connect(self._show_undo)
        self.timeline.told.connect(self.message.say)
        self.timeline.memory_wanted.connect(self.memory.open)
        run.working.connect(self._show_working)
        run.data_loaded.connect(self._show_data)
        run.run_ready.connect(self._show_run)
        run.saved.connect(self._show_saved)
        run.model_opened.connect(self._show_model)
        run.failed.connect(self._show_failure)
        self._frame.follow(self.sessions, self.message, self._progress)
        self.sessions.busy.connect(self._show_busy)
        self.sessions.remembered.connect(self.files.remember)
        self.files.session_wanted.connect(self.sessions.open)
        self.transport.speed_chosen.connect(run.set_speed)
        self.setup.hyper_chosen.connect(run.change)
        self.setup.new_run_wanted.connect(run.new_run)
        self.message.shown.connect(self._show_top_bar)
        self.files.picture_wanted.connect(self._show_picture)
        self.sample_walk.told.connect(self.message.say)
        self.figures.told.connect(self.message.say)
        self.figures.failed.connect(self.message.warn)
        self.docking.seen_changed.connect(self._tell_what_is_wanted)
        self.docking.seen_changed.connect(self.stage_light.follow)
        self.docking.export_wanted.connect(self.figures.export)
        self.theme.changed.connect(self._take_up_theme)
        self._enable_run(False)

    def _connect_view(self, key: str, view: View) -> None:
        """Connect a view that was just made, and show it how things are."""
        Manners(view)
        run, views = self.run_control, self.views
        match key:
            case "costs":
                run.branches_changed.connect(views.costs.show_branches)
                if run.branches is not None:
                    views.costs.show_branches(*run.branches)
            case "pad":
                views.pad.failed.connect(self.message.warn)
                views.pad.picture_opened.connect(self.files.remember)
            case "diagram":
                views.diagram.edit_wanted.connect(run.history.edit)
                run.failed.connect(view.show_again)  # an edit that is refused is not to be seen
            case "edit":
                views.edit.edit_wanted.connect(run.history.edit)
                views.edit.told.connect(self.message.say)
                run.failed.connect(view.show_again)
                run.effect_known.connect(views.edit.show_effect)
                run.run_ready.connect(views.edit.forget_effect)
                if run.effect is not None:
                    views.edit.show_effect(run.effect)
            case "landscape":
                views.landscape.trail_wanted.connect(run.history.take_trail)
                run.trail_taken.connect(views.landscape.take_up_trail)
                views.landscape.play.branch_wanted.connect(run.history.branch_with)
                views.landscape.play.told.connect(self.message.say)
                views.landscape.play.failed.connect(self.message.warn)
            case "evaluation":
                views.evaluation.cell_chosen.connect(self._show_confused)
        if run.snapshot is not None:
            view.receive(run.snapshot)

    def _make_stages(self) -> View:
        from nnviz.app.views.stages import StagesView

        return StagesView(self.theme, self.choice, self.walk)

    def _make_edit(self) -> View:
        from nnviz.app.views.edit import EditView

        return EditView(self.theme, self.choice)

    def _make_toys(self) -> View:
        from nnviz.app.views.toys import ToysView

        toys = ToysView(self.theme)
        toys.told.connect(self.message.say)
        return toys

    def _restore(self) -> None:
        self.docking.restore()
        self._show_top_bar()
        self.actions_by_key["full_screen"].setChecked(self.isFullScreen())

    # What the run tells.

    @Slot(object)
    def _show_snapshot(self, snapshot: Snapshot) -> None:
        for view in self.views.made.values():
            view.receive(snapshot)
        self.timeline.receive(snapshot)
        self.transport.receive(snapshot)
        self.actions_by_key["back"].setEnabled(snapshot.step > 0)
        self.actions_by_key["start"].setEnabled(snapshot.step > 0)
        self.actions_by_key["end"].setEnabled(snapshot.step < snapshot.made)

    @Slot(bool)
    def _show_running(self, running: bool) -> None:
        action = self.actions_by_key["toggle"]
        action.setText("Pause" if running else "Run")
        tip = "Stop after the step that is being made." if running else ENTRIES["toggle"].tip
        action.setToolTip(f"{tip} (Space)")
        self._set_icon("toggle", "pause" if running else "run")

    @Slot(float)
    def _show_working(self, fraction: float) -> None:
        self._progress.show_share(fraction)
        self._show_progress(True)

    def _show_progress(self, visible: bool) -> None:
        self._progress.setVisible(visible or bool(self._progress.text))
        self._show_top_bar()

    @Slot(str)
    def _show_busy(self, sentence: str) -> None:
        self._progress.say(sentence)
        self._progress.show_share(0.0)
        self._show_progress(bool(sentence))

    @Slot()
    def _show_top_bar(self) -> None:
        """Let the bar at the top take room only while there is something in it."""
        self._top_bar.setVisible(not (self._progress.isHidden() and self.message.isHidden()))

    @Slot(object)
    def _show_data(self, data: DataSet) -> None:
        self._show_progress(False)
        self.choice.set_data(data)
        self.docking.make_the_rest()

    @Slot(object, int)
    def _show_run(self, spec: RunSpec, left_at: int) -> None:
        self._show_progress(False)
        if self.run_control.hyper is not None:
            self.setup.show_live(spec, self.run_control.hyper)
        self.actions_by_key["bring_back"].setEnabled(left_at > 0)
        self._show_undo(*self._undoable)
        self._enable_run(True)
        if left_at > 0:
            self.message.say(
                f"The run before this one was left at step {left_at:,}.",
                "Bring it back",
                self.run_control.bring_back,
            )
        else:
            self.message.put_away()

    @Slot(str, str)
    def _show_undo(self, undo: str, redo: str) -> None:
        """Say what undo and redo would do; with nothing else, undo brings the run before this one back."""
        self._undoable = (undo, redo)
        actions = self.actions_by_key
        can_bring_back = actions["bring_back"].isEnabled()
        actions["undo"].setText(f"Undo: {undo}" if undo else "Undo: new run" if can_bring_back else "Undo")
        actions["undo"].setEnabled(bool(undo) or can_bring_back)
        actions["redo"].setText(f"Redo: {redo}" if redo else "Redo")
        actions["redo"].setEnabled(bool(redo))

    @Slot(object)
    def _show_saved(self, path: Path) -> None:
        self._show_progress(False)
        self.message.say(f"Saved as {path}.")

    @Slot(object)
    def _show_model(self, path: Path) -> None:
        self.files.remember(path)
        self.message.say(f"The run starts from the weights and biases in {path.name}.")

    @Slot(str)
    def _show_failure(self, sentence: str) -> None:
        self._show_progress(False)
        self.message.warn(sentence)

    def _enable_run(self, enabled: bool) -> None:
        for key in NEED_RUN:
            self.actions_by_key[key].setEnabled(enabled)
        if not enabled:
            for key in ("bring_back", "undo", "redo", "back", "start", "end"):
                self.actions_by_key[key].setEnabled(False)

    @Slot()
    def _tell_what_is_wanted(self) -> None:
        """Have steps evaluated as long as a view shows what comes of it."""
        self.run_control.keep_evaluated(any(self.is_seen(key) for key in NEED_EVALUATION))

    def is_seen(self, key: str) -> bool:
        """Return whether a view is open, and not behind another tab."""
        return self.docking.is_seen(key)

    # What the user asks for.

    @Slot()
    def _undo(self) -> None:
        if self._undoable[0]:
            self.run_control.history.undo()
        else:
            self.run_control.bring_back()

    def open(self, path: Path) -> None:
        """Open a session, a model, a picture, or a folder of data."""
        self.files.open(path)

    def lay_out(self, name: str) -> None:
        """Arrange the views as one of LAYOUTS; as the first of all for a name that is none."""
        self.docking.lay_out(name)

    def show_view(self, key: str) -> None:
        """Open a view, and put it in front of other tabs."""
        self.docking.show(key)

    @Slot()
    def _step_into(self) -> None:
        self.show_view("stages")
        self.walk.into()

    @Slot()
    def _play_forward(self) -> None:
        self.show_view("diagram")
        self.views.diagram.play_forward()

    @Slot()
    def _play_backward(self) -> None:
        self.show_view("diagram")
        self.views.diagram.play_backward()

    @Slot(str, int, int)
    def _show_confused(self, source: str, label: int, predicted: int) -> None:
        self.show_view("samples")
        self.views.samples.show_confused(source, label, predicted)

    @Slot(object)
    def _show_picture(self, path: Path) -> None:
        self.show_view("pad")
        self.views.pad.load_picture(path)

    @Slot()
    def _take_up_theme(self) -> None:
        for key in ("step", "epoch", "reset", "back", "start", "end"):
            self._set_icon(key, key)
        self._set_icon("toggle", "pause" if self.run_control.running else "run")

    def _set_icon(self, key: str, name: str) -> None:
        role = "highlight" if key == "toggle" else "text"
        action: QAction = self.actions_by_key[key]
        action.setIcon(icon(name, self.theme.colour(role), self.theme.colour("line")))
        action.setIconVisibleInMenu(False)

    @Slot()
    def _toggle_full_screen(self) -> None:
        if self.actions_by_key["full_screen"].isChecked():
            self.showFullScreen()
        else:
            self.showNormal()

    # Events.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file or folder that was dropped."""
        path = next((url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()), "")
        if path:
            event.acceptProposedAction()
            self.open(Path(path))

    def showEvent(self, event: QShowEvent) -> None:
        """Leave the focus on none of the controls, so that the keys run and step from the start."""
        super().showEvent(event)
        self.setFocus()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Walk by Tab past controls that lie behind another tab, which Qt takes for visible."""
        return skip_what_is_out_of_sight(self, super().focusNextPrevChild(forward), forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the run, end the worker, remember the window, and close."""
        if not self.sessions.close():
            event.ignore()
            return
        self.docking.remember()
        self.settings.save()
        self.run_control.close()
        super().closeEvent(event)
