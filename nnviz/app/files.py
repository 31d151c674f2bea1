"""What is opened from files and saved to them, and which were opened lately."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from nnviz.app.opening import Kind, kind_of
from nnviz.app.run_control import RunControl
from nnviz.app.save_dialog import ask_where_to_save
from nnviz.app.settings import Settings
from nnviz.run.presets import DEFAULT_PRESET, PRESETS
from nnviz.run.spec import MNIST, RunSpec

MODELS = "Models (*.npz *.json);;All files (*)"
PICTURES = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.svg);;All files (*)"
SAVED_MODELS = {"Models of nnviz (*.npz)": ".npz"}
TABLES = {
    "Every step (*.csv)": "steps",
    "Every epoch (*.csv)": "epochs",
    "Health, every tenth step (*.csv)": "health",
}


class Files(QObject):
    """The File menu's work.

    Parameters
    ----------
    window : QWidget
        That dialogs belong to.
    run : RunControl
    settings : Settings
    actions : dict of QAction
    """

    session_wanted = Signal(Path)
    """A session was chosen."""
    picture_wanted = Signal(Path)
    """A picture was chosen, for the pad."""

    def __init__(
        self, window: QWidget, run: RunControl, settings: Settings, actions: dict[str, QAction]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._run = run
        self._settings = settings
        self._folder: Path | None = None
        run.run_ready.connect(self._remember_folder)
        self.recent_menu = QMenu("Open &recent", window)
        self.recent_menu.aboutToShow.connect(self._list_recent)
        for key, slot in (
            ("open_model", self._ask_for_model),
            ("open_data", self._ask_for_data),
            ("use_mnist", self._use_mnist),
            ("open_picture", self._ask_for_picture),
            ("save", self._save_model),
            ("save_metrics", self._save_metrics),
        ):
            actions[key].triggered.connect(slot)

    def open(self, path: Path) -> None:
        """Open whatever it is: a folder of data, a session, a model, or a picture."""
        match kind_of(path):
            case Kind.DATA:
                self.open_data(path)
            case Kind.SESSION:
                self.session_wanted.emit(path)
            case Kind.MODEL:
                self._run.open_model(path)
            case Kind.PICTURE:
                self.picture_wanted.emit(path)

    def open_data(self, folder: Path) -> None:
        """Begin a run like the present one on the data in a folder."""
        self._folder = folder.absolute()
        self._begin_with_data(str(self._folder))

    @Slot(object, int)
    def _remember_folder(self, spec: RunSpec, left_at: int) -> None:
        """Remember the folder that was asked for last, once there is a run on it: it has proved to be one of data."""
        if self._folder is not None and spec.data == str(self._folder):
            self.remember(self._folder)
            self._folder = None

    @Slot(object)
    def remember(self, path: Path) -> None:
        """Remember a file that was opened."""
        self._settings.remember_opened(path)

    @Slot()
    def _ask_for_model(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Open model", "", MODELS)
        if name:
            self._run.open_model(Path(name))

    @Slot()
    def _ask_for_data(self) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, "Open a folder of four IDX files")
        if folder:
            self.open_data(Path(folder))

    @Slot()
    def _use_mnist(self) -> None:
        self._begin_with_data(MNIST)

    def _begin_with_data(self, data: str) -> None:
        spec = self._run.spec or PRESETS[DEFAULT_PRESET]
        self._run.open_data(replace(spec, data=data))

    @Slot()
    def _ask_for_picture(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a picture of a digit", "", PICTURES)
        if name:
            self.picture_wanted.emit(Path(name))

    @Slot()
    def _save_model(self) -> None:
        place = ask_where_to_save(self._window, "Save model", "model.npz", SAVED_MODELS)
        if place is not None:
            self._run.save(place[0])

    @Slot()
    def _save_metrics(self) -> None:
        place = ask_where_to_save(
            self._window, "Export metrics", "metrics.csv", dict.fromkeys(TABLES, ".csv")
        )
        if place is not None:
            path, table = place
            self._run.save_metrics(path, TABLES[table])

    @Slot()
    def _list_recent(self) -> None:
        self.recent_menu.clear()
        for path in self._settings.recent:
            text = f"{path.name}  ({path.parent})".replace("&", "&&")  # one alone marks a letter to press
            action = self.recent_menu.addAction(text)
            action.triggered.connect(lambda _=False, path=path: self.open(path))
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction("Nothing was opened yet").setEnabled(False)
        else:
            self.recent_menu.addSeparator()
            self.recent_menu.addAction("Forget these").triggered.connect(self._settings.forget_opened)
