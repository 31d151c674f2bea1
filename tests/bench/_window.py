"""A main window for the benchmarks, on the display there is, remembering nothing."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from nnviz.app.application import make_application
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import Settings
from nnviz.app.theme import Theme


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Let Qt work until a condition holds; raise TimeoutError if it never does."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("The window did not come to the state that was waited for.")
        QApplication.processEvents()
        time.sleep(0.001)


def open_window(width: int = 1280, height: int = 800) -> MainWindow:
    """Return a window that shows MNIST at step 0, paused, in the dark theme."""
    application = make_application()
    theme = Theme(application)
    theme.choose("dark", colour_blind_safe=False)
    store = QSettings(str(Path(tempfile.mkdtemp()) / "nnviz.ini"), QSettings.Format.IniFormat)
    window = MainWindow(theme, Settings(store))
    window.resize(width, height)
    window.show()
    window.start()
    wait_until(lambda: window.run_control.snapshot is not None and bool(window.run_control.snapshot.epochs))
    return window
