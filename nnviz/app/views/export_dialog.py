"""The dialog that makes a picture of a view."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.figure_file import FigureError, figure_image, save_figure
from nnviz.app.save_dialog import ask_where_to_save
from nnviz.app.views.view import View

PREVIEW = QSize(420, 280)
SIZES = {
    "As on the screen": None,
    "Half a slide, 960 × 640": QSize(960, 640),
    "A slide, 1280 × 720": QSize(1280, 720),
}
LARGEST_SCALE = 8
KINDS = {"PNG pictures (*.png)": ".png", "SVG drawings (*.svg)": ".svg"}


class ExportDialog(QDialog):
    """Which view, how large, and where to.

    Parameters
    ----------
    parent : QWidget
    views : mapping of str to View
        By key.
    key : str
        The view that is asked for at first.
    """

    told = Signal(str)
    """A sentence about what was done."""

    def __init__(self, parent: QWidget, views: Mapping[str, View], key: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export a view")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._views = views
        self.view = QComboBox()
        for name, view in views.items():
            self.view.addItem(view.windowTitle(), name)
        self.view.setCurrentIndex(list(views).index(key))
        self.view.setAccessibleName("View")
        self.view.setToolTip("Which view becomes a picture.")
        self.size_choice = QComboBox()
        self.size_choice.addItems(list(SIZES))
        self.size_choice.setAccessibleName("Size")
        self.size_choice.setToolTip("How large the picture is laid out; text keeps its size.")
        self.scale = QSpinBox()
        self.scale.setRange(1, LARGEST_SCALE)
        self.scale.setValue(2)
        self.scale.setSuffix(" ×")
        self.scale.setAccessibleName("Scale of a PNG")
        self.scale.setToolTip("Pixels of a PNG for each unit of its size; an SVG has no pixels.")
        self._preview = QLabel()
        self._preview.setFixedSize(PREVIEW)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview.setAccessibleName("Preview")
        self._note = QLabel()
        self._note.setProperty("role", "warning")
        self._note.setWordWrap(True)
        self._note.hide()
        self._lay_out()
        for box in (self.view, self.size_choice):
            box.currentIndexChanged.connect(self._show_preview)
        self._show_preview()

    def _lay_out(self) -> None:
        form = QFormLayout()
        for name, control in (
            ("View", self.view),
            ("Size", self.size_choice),
            ("Scale of a PNG", self.scale),
        ):
            form.addRow(name, control)
        save, copy = QPushButton("Save as PNG or SVG…"), QPushButton("Copy to the clipboard")
        save.setToolTip("Write the picture to a file; the name's ending says whether as PNG or as SVG.")
        copy.setToolTip("Put the picture on the clipboard, in pixels.")
        save.setProperty("primary", True)
        save.clicked.connect(self._save)
        copy.clicked.connect(self.copy)
        save.setDefault(True)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.button(QDialogButtonBox.StandardButton.Close).setToolTip("Leave without making a picture.")
        close.rejected.connect(self.reject)
        buttons = QHBoxLayout()
        for button in (save, copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._preview, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(form)
        column.addWidget(self._note)
        column.addLayout(buttons)

    def chosen_view(self) -> View:
        """Return the view that is to become a picture."""
        return self._views[self.view.currentData()]

    def chosen_size(self) -> QSize:
        """Return the size to lay it out in."""
        size = SIZES[self.size_choice.currentText()]
        if size is not None:
            return size
        view = self.chosen_view()
        return view.size() if view.isVisible() else view.figure_size

    @Slot()
    def _show_preview(self) -> None:
        size = self.chosen_size().expandedTo(QSize(1, 1))
        scale = min(PREVIEW.width() / size.width(), PREVIEW.height() / size.height())
        ratio = self.devicePixelRatioF()
        try:
            image = figure_image(self.chosen_view(), size, scale * ratio)
        except FigureError as error:
            self._complain(str(error))
            return
        image.setDevicePixelRatio(ratio)
        self._preview.setPixmap(QPixmap.fromImage(image))
        self._note.hide()

    @Slot()
    def _save(self) -> None:
        # Without an ending, which would have to be the one of the kind that is chosen.
        place = ask_where_to_save(self, "Save the view", self.view.currentData(), KINDS)
        if place is not None:
            self.save_as(place[0])

    def save_as(self, path: Path) -> None:
        """Write the picture to a file; stay open, with a sentence, if that fails."""
        try:
            save_figure(self.chosen_view(), path, self.chosen_size(), self.scale.value())
        except FigureError as error:
            self._complain(str(error))
            return
        self.told.emit(f"The view was saved as {path}.")
        self.accept()

    @Slot()
    def copy(self) -> None:
        """Put the picture on the clipboard."""
        try:
            image = figure_image(self.chosen_view(), self.chosen_size(), self.scale.value())
        except FigureError as error:
            self._complain(str(error))
            return
        put_on_clipboard(image)
        self.told.emit(f"A picture of “{self.chosen_view().windowTitle()}” is on the clipboard.")
        self.accept()

    def _complain(self, sentence: str) -> None:
        self._note.setText(sentence)
        self._note.show()


def put_on_clipboard(image: QImage) -> None:
    """Put an image on the clipboard."""
    QGuiApplication.clipboard().setImage(image)
