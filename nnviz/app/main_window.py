"""The main window: puts the views around the run, and the actions to work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, Slot
from PySide6.QtGui import QAction, QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFileDialog,
    QMainWindow,
    QMessageBox,
    QProgressBar,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from nnviz import __version__
from nnviz.app.actions import ENTRIES, make_actions, shortcut_table
from nnviz.app.graphics.icons import icon
from nnviz.app.manners import Manners
from nnviz.app.run_control import RunControl
from nnviz.app.settings import Settings
from nnviz.app.theme import Theme
from nnviz.app.views.cost_plot import CostPlot
from nnviz.app.views.message import MessageBar
from nnviz.app.views.setup_panel import SetupPanel
from nnviz.app.views.transport import Transport
from nnviz.app.views.view import View
from nnviz.app.views.weights import WeightsView
from nnviz.data.dataset import DataSet
from nnviz.run.presets import DEFAULT_PRESET, PRESETS
from nnviz.run.snapshot import Snapshot
from nnviz.run.spec import MNIST, RunSpec

ABOUT = f"""<h3>nnviz {__version__}</h3>
<p>Watch a small neural network learn handwritten digits, stop it at any instant, and see why it does what it
does.</p>
<p>The material is that of the neural-network series of 3Blue1Brown and of Michael Nielsen's book
<i>Neural Networks and Deep Learning</i>, chapters 1 to 3.</p>
<p>MNIST: Yann LeCun, Corinna Cortes and Christopher J. C. Burges (CC BY-SA 3.0).
Typeface Inter: the Inter Project Authors (SIL Open Font License).</p>"""


class MainWindow(QMainWindow):
    """The window.

    Parameters
    ----------
    theme : Theme
    settings : Settings
    """

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.theme = theme
        self.settings = settings
        self.setWindowTitle("nnviz")
        self.setDockNestingEnabled(True)
        self.run_control = RunControl(self)
        self.actions_by_key = make_actions(self)
        self.message = MessageBar()
        self.setup = SetupPanel()
        self.weights = WeightsView(theme)
        self.costs = CostPlot(theme)
        keys = ("toggle", "step", "epoch", "reset")
        self.transport = Transport(theme, [self.actions_by_key[key] for key in keys])
        self._docks: dict[str, QDockWidget] = {}
        self._build()
        self._connect()
        for part in (self.message, self.transport, self.weights, self.costs):
            Manners(part)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._first_state = self.saveState()
        self._restore()
        self._take_up_theme()

    def start(self) -> None:
        """Load the data and set up the first run."""
        self._show_loading(0.0)
        self.run_control.start(PRESETS[DEFAULT_PRESET])

    # Building.

    def _build(self) -> None:
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setAccessibleName("Progress of loading the data")
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(8, 4, 8, 4)
        column.addWidget(self.message)
        column.addWidget(self._progress)
        self._top_bar = self._add_bar(top, Qt.ToolBarArea.TopToolBarArea, "Messages")
        self._add_bar(self.transport, Qt.ToolBarArea.BottomToolBarArea, "Transport bar")
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self._add_dock("setup", self.setup, left)
        self._add_dock("weights", self.weights, right)
        self._add_dock("costs", self.costs, right)
        self.splitDockWidget(self._docks["weights"], self._docks["costs"], Qt.Orientation.Horizontal)
        self.resize(1280, 800)
        self._proportion()
        self._add_menus()

    def _proportion(self) -> None:
        docks = [self._docks[key] for key in ("setup", "weights", "costs")]
        self.resizeDocks(docks, [250, 500, 530], Qt.Orientation.Horizontal)

    def _add_bar(self, widget: QWidget, area: Qt.ToolBarArea, name: str) -> QToolBar:
        bar = QToolBar(name)
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.addWidget(widget)
        self.addToolBar(area, bar)
        return bar

    def _add_dock(self, key: str, view: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(view.windowTitle())
        dock.setObjectName(key)
        dock.setWidget(view)
        if isinstance(view, View):
            dock.visibilityChanged.connect(view.dock_shown)
        self.addDockWidget(area, dock)
        self._docks[key] = dock

    def _add_menus(self) -> None:
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        for title, keys in (
            ("&File", ("new_run", "", "open_data", "use_mnist", "", "save", "", "quit")),
            ("&Run", ("toggle", "step", "epoch", "", "reset", "bring_back")),
            ("&View", ("light", "colour_blind", "full_screen", "", "reset_layout", "")),
            ("&Help", ("shortcuts", "about")),
        ):
            menu = self.menuBar().addMenu(title)
            menu.setToolTipsVisible(True)
            for key in keys:
                if key:
                    menu.addAction(self.actions_by_key[key])
                else:
                    menu.addSeparator()
            if title == "&View":
                for dock in self._docks.values():
                    menu.addAction(dock.toggleViewAction())

    def _connect(self) -> None:
        run, actions = self.run_control, self.actions_by_key
        for key, slot in (
            ("toggle", run.toggle),
            ("step", run.make_step),
            ("epoch", run.run_epoch),
            ("reset", run.reset),
            ("bring_back", run.bring_back),
            ("new_run", self.setup.ask_for_new_run),
            ("open_data", self._open_data),
            ("use_mnist", self._use_mnist),
            ("save", self._save_model),
            ("quit", self.close),
            ("light", self._choose_theme),
            ("colour_blind", self._choose_theme),
            ("reset_layout", self._reset_layout),
            ("full_screen", self._toggle_full_screen),
            ("shortcuts", self._show_shortcuts),
            ("about", self._show_about),
        ):
            actions[key].triggered.connect(self.setup.take_what_is_typed)
            actions[key].triggered.connect(slot)
        run.snapshot_arrived.connect(self._show_snapshot)
        run.running_changed.connect(self._show_running)
        run.running_changed.connect(self.transport.show_running)
        run.evaluating_changed.connect(self.transport.show_evaluating)
        run.hyper_changed.connect(self.setup.show_hyper)
        run.data_loading.connect(self._show_loading)
        run.data_loaded.connect(self._show_data)
        run.run_ready.connect(self._show_run)
        run.saved.connect(self._show_saved)
        run.failed.connect(self._show_failure)
        self.transport.speed_chosen.connect(run.set_speed)
        self.setup.hyper_chosen.connect(run.change)
        self.setup.new_run_wanted.connect(run.new_run)
        self.message.shown.connect(self._show_top_bar)
        self.theme.changed.connect(self._take_up_theme)
        self._enable_run(False)

    def _restore(self) -> None:
        remembered = self.settings.window()
        if remembered is not None:
            self.restoreGeometry(remembered[0])
            self.restoreState(remembered[1])
            self._show_top_bar()
        self.actions_by_key["full_screen"].setChecked(self.isFullScreen())
        self.actions_by_key["light"].setChecked(self.theme.name == "light")
        self.actions_by_key["colour_blind"].setChecked(self.theme.colour_blind_safe)

    # What the run tells.

    @Slot(object)
    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self.weights.receive(snapshot)
        self.costs.receive(snapshot)
        self.transport.receive(snapshot)

    @Slot(bool)
    def _show_running(self, running: bool) -> None:
        action = self.actions_by_key["toggle"]
        action.setText("Pause" if running else "Run")
        tip = "Stop after the step that is being made." if running else ENTRIES["toggle"].tip
        action.setToolTip(f"{tip} (Space)")
        self._set_icon("toggle", "pause" if running else "run")

    @Slot(float)
    def _show_loading(self, fraction: float) -> None:
        self._progress.setValue(round(1000 * fraction))
        self._show_progress(True)

    def _show_progress(self, visible: bool) -> None:
        self._progress.setVisible(visible)
        self._show_top_bar()

    @Slot()
    def _show_top_bar(self) -> None:
        """Let the bar at the top take room only while there is something in it."""
        self._top_bar.setVisible(not (self._progress.isHidden() and self.message.isHidden()))

    @Slot(object)
    def _show_data(self, data: DataSet) -> None:
        self._show_progress(False)
        self.weights.set_image_shape(data.image_shape)
        self.setWindowTitle(f"nnviz – {data.name}, {len(data.training):,} training images")

    @Slot(object, int)
    def _show_run(self, spec: RunSpec, left_at: int) -> None:
        self._show_progress(False)
        if self.run_control.hyper is not None:
            self.setup.show_live(spec, self.run_control.hyper)
        self.actions_by_key["bring_back"].setEnabled(left_at > 0)
        self._enable_run(True)
        if left_at > 0:
            self.message.say(
                f"The run before this one was left at step {left_at:,}.",
                "Bring it back",
                self.run_control.bring_back,
            )
        else:
            self.message.put_away()

    @Slot(object)
    def _show_saved(self, path: Path) -> None:
        self.message.say(f"The model was saved as {path}.")

    @Slot(str)
    def _show_failure(self, sentence: str) -> None:
        self._show_progress(False)
        self.message.warn(sentence)

    def _enable_run(self, enabled: bool) -> None:
        for key in ("toggle", "step", "epoch", "reset", "save"):
            self.actions_by_key[key].setEnabled(enabled)
        if not enabled:
            self.actions_by_key["bring_back"].setEnabled(False)

    # What the user asks for.

    @Slot()
    def _open_data(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Open a folder of four IDX files")
        if folder:
            self.open_data(Path(folder))

    def open_data(self, folder: Path) -> None:
        """Begin a run like the present one on the data in a folder."""
        self._begin_with_data(str(folder))

    @Slot()
    def _use_mnist(self) -> None:
        self._begin_with_data(MNIST)

    def _begin_with_data(self, data: str) -> None:
        spec = self.run_control.spec or PRESETS[DEFAULT_PRESET]
        self.run_control.open_data(replace(spec, data=data))

    @Slot()
    def _save_model(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save model", "model.npz", "Models of nnviz (*.npz)")
        if name:
            self.run_control.save(Path(name if name.endswith(".npz") else f"{name}.npz"))

    @Slot()
    def _choose_theme(self) -> None:
        light, safe = (self.actions_by_key[key].isChecked() for key in ("light", "colour_blind"))
        self.theme.choose("light" if light else "dark", safe)
        self.settings.theme = self.theme.name
        self.settings.colour_blind_safe = safe

    @Slot()
    def _take_up_theme(self) -> None:
        for key in ("step", "epoch", "reset"):
            self._set_icon(key, key)
        self._set_icon("toggle", "pause" if self.run_control.running else "run")

    def _set_icon(self, key: str, name: str) -> None:
        role = "highlight" if key == "toggle" else "text"
        action: QAction = self.actions_by_key[key]
        action.setIcon(icon(name, self.theme.colour(role), self.theme.colour("line")))
        action.setIconVisibleInMenu(False)

    @Slot()
    def _reset_layout(self) -> None:
        self.restoreState(self._first_state)
        self._show_top_bar()
        self._proportion()

    @Slot()
    def _toggle_full_screen(self) -> None:
        if self.actions_by_key["full_screen"].isChecked():
            self.showFullScreen()
        else:
            self.showNormal()

    @Slot()
    def _show_shortcuts(self) -> None:
        self._show_box("Keyboard shortcuts", shortcut_table(self.actions_by_key))

    @Slot()
    def _show_about(self) -> None:
        self._show_box("About nnviz", ABOUT)

    def _show_box(self, title: str, text: str) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, QMessageBox.StandardButton.Close, self)
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def showEvent(self, event: QShowEvent) -> None:
        """Leave the focus on none of the controls, so that the keys run and step from the start."""
        super().showEvent(event)
        self.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the worker, remember the window, and close."""
        self.settings.remember_window(QByteArray(self.saveGeometry()), QByteArray(self.saveState()))
        self.settings.save()
        self.run_control.close()
        super().closeEvent(event)
