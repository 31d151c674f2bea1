"""A main window for the benchmarks, on the display there is, remembering nothing."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from nnviz.app.application import make_application
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import Settings
from nnviz.app.theme import Theme
from nnviz.run.trainer import Trainer

SECONDS = 6.0
"""Of training in one measurement."""


class FrameCounter(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget):
        super().__init__()
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


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


def headless_steps_a_second(spec, data):
    """Train without a window; return steps a second."""
    trainer = Trainer(spec, data)
    start = time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        trainer.advance(200)
    return trainer.step / (time.perf_counter() - start)


def windowed_steps_a_second(window, counter):
    """Train from step 0 at full speed beside the window; return steps a second and frames a second."""
    run = window.run_control
    before = run.snapshot
    run.reset()
    wait_until(lambda: run.snapshot is not before and run.snapshot.step == 0 and bool(run.snapshot.epochs))
    frames, start = counter.count, time.perf_counter()
    run.toggle()
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * SECONDS), loop.quit)
    loop.exec()
    elapsed, painted = time.perf_counter() - start, counter.count - frames
    asked = time.perf_counter()
    run.toggle()
    wait_until(lambda: not run.running)
    # What the worker had done when the time was up, as nearly as the last frame tells.
    return run.snapshot.step / (elapsed + time.perf_counter() - asked), painted / elapsed
