"""Pictures of the views, as the user asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.app.figure_file import FigureError, figure_image
from nnviz.app.views.export_dialog import ExportDialog, put_on_clipboard
from nnviz.app.views.table import Views

COPY_SCALE = 2


class Figures(QObject):
    """Exports and copies views.

    Parameters
    ----------
    window : QWidget
        That the dialog belongs to.
    views : Views
        The first is meant where no other is.
    actions : dict of QAction
        With the keys "export" and "copy".
    """

    told = Signal(str)
    failed = Signal(str)

    def __init__(self, window: QWidget, views: Views, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window = window
        self._views = views
        actions["export"].triggered.connect(self._export_what_is_meant)
        actions["copy"].triggered.connect(self.copy)

    @Slot(str)
    def export(self, key: str) -> None:
        """Open the dialog that saves a view."""
        dialog = ExportDialog(self._window, self._views, key)
        dialog.told.connect(self.told)
        dialog.open()

    @Slot()
    def _export_what_is_meant(self) -> None:
        self.export(self._meant())

    @Slot()
    def copy(self) -> None:
        """Put a picture of the view that is meant on the clipboard."""
        view = self._views[self._meant()]
        size = view.size() if view.isVisible() else view.figure_size
        try:
            put_on_clipboard(figure_image(view, size, COPY_SCALE))
        except FigureError as error:
            self.failed.emit(str(error))
        else:
            self.told.emit(f"A picture of “{view.windowTitle()}” is on the clipboard.")

    def _meant(self) -> str:
        """Return the key of the view under the pointer, of the one that has the focus, or of the first."""
        for widget in (QApplication.widgetAt(QCursor.pos()), QApplication.focusWidget()):
            while widget is not None:
                for key, view in self._views.made.items():
                    if view is widget:
                        return key
                widget = widget.parentWidget()
        return next(iter(self._views))
