"""The application: Qt, the theme, and one window."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QStyleFactory

from nnviz import __version__
from nnviz.app.autosaves import usual_folder
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import Settings
from nnviz.app.theme import Theme, load_fonts


def make_application() -> QApplication:
    """Return the application, with the style and the fonts that the theme builds on."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("nnviz")
    application.setApplicationVersion(__version__)
    application.setStyle(QStyleFactory.create("Fusion"))
    load_fonts(application)
    pg.setConfigOptions(antialias=True, imageAxisOrder="row-major")
    return application


def run_application(to_open: Path | None = None) -> int:
    """Open the window, and in it a file or folder, and return the exit status once it is closed."""
    application = make_application()
    settings = Settings()
    theme = Theme(application)
    theme.motion = settings.motion
    theme.choose(settings.theme, settings.colour_blind_safe)
    theme.choose_text_scale(settings.text_scale)
    window = MainWindow(theme, settings, usual_folder(), to_open)
    # The window's timer lets Python notice Ctrl+C, which it can only between two of its own instructions.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: application.closeAllWindows())
    window.show()
    window.start()
    return application.exec()
