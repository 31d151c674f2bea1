"""A main window on a small data set, for tests."""

import warnings
from contextlib import contextmanager
from functools import cache

from PySide6.QtCore import QEvent, QPointF, QSettings, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from run.small import COLS, ROWS, small_data, small_spec, write_folder

from nnviz.app.main_window import MainWindow
from nnviz.app.settings import Settings
from nnviz.run.trainer import Trainer

PIXELS = ROWS * COLS
PATIENCE_MS = 20_000
"""How long a test waits before it takes the program for hung."""


def settings_in(folder):
    return Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))


def small_folder(folder):
    """Write a data set of 53 training and 31 test images of 5 × 4 pixels, and return its folder."""
    return write_folder(folder, small_data())


def spec_of(folder, **changes):
    """Return the specification of a run on the small data set in `folder`."""
    return small_spec(data=str(folder), **changes)


def make_window(theme, folder):
    """Return a window of the standard size, shown, whose run has not been started."""
    window = MainWindow(theme, settings_in(folder))
    window.resize(1280, 800)
    window.show()
    return window


def begin(qtbot, window, spec):
    """Start the window's first run, and wait until it is there and evaluated."""
    with qtbot.waitSignal(window.run_control.run_ready, timeout=PATIENCE_MS):
        window.run_control.start(spec)
    wait_for_evaluation(qtbot, window)


def close(qapp, window):
    """Close a window and destroy it."""
    window.close()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def step_of(window):
    """Return the step that the window shows, −1 if none."""
    snapshot = window.run_control.snapshot
    return -1 if snapshot is None else snapshot.step


def wait_for_step(qtbot, window, step):
    """Wait until the window shows this step or a later one."""
    qtbot.waitUntil(lambda: step_of(window) >= step, timeout=PATIENCE_MS)


def wait_for_running(qtbot, window, running):
    """Wait until the window knows that training runs, or that it does not."""
    qtbot.waitUntil(lambda: window.run_control.running is running, timeout=PATIENCE_MS)


def wait_for_evaluation(qtbot, window, epochs=1):
    """Wait until the window shows the records of so many epochs, the 0th included."""
    qtbot.waitUntil(
        lambda: window.run_control.snapshot is not None and len(window.run_control.snapshot.epochs) >= epochs,
        timeout=PATIENCE_MS,
    )


def wait_for_message(qtbot, window, part):
    """Wait until the message bar shows a sentence with this part, and return the sentence."""
    message = window.message
    qtbot.waitUntil(
        lambda: (
            message.isVisible() and part in message.text and message.height() >= message.sizeHint().height()
        ),
        timeout=PATIENCE_MS,
    )
    return window.message.text


def trainer_of(window):
    """Return the worker's trainer. Read it only while the run is paused and evaluated."""
    return window.run_control._worker._trainer


def rest(qtbot, window):
    """Wait until the worker has obeyed all that it was asked before, and the window shows what came of it."""
    window.run_control._worker.pause()
    qtbot.waitUntil(window.run_control._worker._commands.empty, timeout=PATIENCE_MS)
    # Two collections later, what the worker told meanwhile has arrived.
    for _ in range(2):
        with qtbot.waitSignal(window.run_control._timer.timeout, timeout=PATIENCE_MS):
            pass


def small_trainer(sizes=(PIXELS, 6, 10), **changes):
    """Return a trainer on the small data set."""
    return Trainer(small_spec(sizes, **changes), small_data())


@cache
def _snapshots(count):
    trainer = small_trainer()
    made = [trainer.snapshot()]
    for _ in range(count):
        trainer.advance(1)
        made.append(trainer.snapshot())
    return made


def small_snapshot(step):
    """Return a snapshot of one and the same small run at a step, 0 to 120."""
    return _snapshots(120)[step]


def move_mouse(widget, place):
    """Move the pointer to a place in a widget, wherever the pointer of other tests was."""
    button, keys, where = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, QPointF(place)
    event = QMouseEvent(QEvent.Type.MouseMove, where, widget.mapToGlobal(where), button, button, keys)
    QApplication.sendEvent(widget, event)


@contextmanager
def no_warnings():
    """Fail at the end if anything warned.

    A test that uses this has the mark `filterwarnings("ignore")`: raised in the middle of painting, a warning
    would take the process down with it.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    assert [str(warning.message) for warning in caught] == []


def receive(qtbot, view, snapshot):
    """Give a view a snapshot, and wait until it shows it."""
    view.receive(snapshot)
    qtbot.waitUntil(lambda: view._is_shown, timeout=PATIENCE_MS)
