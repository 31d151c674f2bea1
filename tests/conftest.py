"""What all tests share: no screen, no settings of the developer's, and nothing left behind."""

import gc
import json
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

import pytest

LIBRARIES_OWN_THREADS = ("TMonitor",)
"""Types of threads that a library starts once and keeps: tqdm's watch over its bars."""

SCREEN = {"name": "screen", "x": 0, "y": 0, "width": 1920, "height": 1080}
"""In place of the offscreen platform's own, which at 800 × 800 is smaller than the window."""

_configuration = pytest.StashKey[str]()
_went_wrong = pytest.StashKey[bool]()


def pytest_addoption(parser):
    parser.addoption(
        "--update-pictures",
        action="store_true",
        help="keep what the views look like now, for later tests to compare with",
    )


def pytest_configure(config):
    # Both before any application is made; a test that wants a real display starts a process of its own.
    folder = tempfile.mkdtemp(prefix="nnviz-tests-")
    config.stash[_configuration] = folder
    screen = Path(folder) / "screen.json"
    screen.write_text(json.dumps({"screens": [SCREEN]}))
    os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={screen}")
    os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"] = folder
    # The offscreen platform says so of every window with a smallest size.
    config.addinivalue_line("qt_log_ignore", "This plugin does not support propagateSizeHints")
    config.addinivalue_line("qt_log_ignore", "This plugin does not support raise")


def pytest_unconfigure(config):
    shutil.rmtree(config.stash[_configuration], ignore_errors=True)


def pytest_runtest_makereport(item, call):
    if call.excinfo is not None:
        item.stash[_went_wrong] = True


@pytest.fixture(scope="session")
def qapp(pytestconfig):
    """The program's own application, in place of pytest-qt's plain one."""
    from PySide6.QtCore import QSettings

    from nnviz.app.application import make_application

    ini, user = QSettings.Format.IniFormat, QSettings.Scope.UserScope
    QSettings.setPath(ini, user, pytestconfig.stash[_configuration])
    return make_application()


@pytest.fixture(autouse=True)
def _nothing_left_behind(request):
    """Fail a test after which a top-level widget, a running timer or a thread is still there."""
    threads = set(threading.enumerate())
    if "qapp" not in request.fixturenames:
        yield
        left = _threads_but(threads)
    else:
        qapp = request.getfixturevalue("qapp")
        # References, not their addresses, which a later widget could have again.
        known = qapp.topLevelWidgets() + _timers_of(qapp)
        # What is frozen, gc.get_objects leaves out: afterwards it lists what the test made, and quickly.
        gc.freeze()
        try:
            yield
            request.node.funcargs.clear()  # pytest would hold on to a window, and it to pyqtgraph's menus
            left = _threads_but(threads) + _qt_but(qapp, known)
        finally:
            gc.unfreeze()
    # What went wrong has a traceback, and that holds on to everything.
    if left and not request.node.stash.get(_went_wrong, False):
        pytest.fail(f"{request.node.nodeid} leaves behind: {'; '.join(left)}", pytrace=False)


def _threads_but(known):
    deadline = time.monotonic() + 2
    while True:
        left = [
            thread
            for thread in threading.enumerate()
            if thread not in known and type(thread).__name__ not in LIBRARIES_OWN_THREADS
        ]
        if not left or time.monotonic() > deadline:
            return [f"the thread {thread.name!r}" for thread in left]
        time.sleep(0.005)


def _qt_but(qapp, known):
    from PySide6.QtCore import QEvent

    for attempt in range(2):
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
        left = _widgets_but(qapp, known) + _running_but(qapp, known)
        if not left:
            return left
        if attempt == 0:
            gc.collect()  # what only a circle of references kept alive is not left behind
    return left


def _widgets_but(qapp, known):
    return [
        f"the widget {type(widget).__name__} {widget.objectName() or widget.windowTitle()!r}"
        for widget in qapp.topLevelWidgets()
        if widget not in known
    ]


def _timers_of(qapp):
    from PySide6.QtCore import QTimer

    return qapp.findChildren(QTimer)


def _running_but(qapp, known):
    """Describe the running timers and QThreads that the test made, wherever they are."""
    from PySide6.QtCore import QThread, QTimer
    from shiboken6 import isValid

    made = [thing for thing in gc.get_objects() if isinstance(thing, QTimer | QThread) and isValid(thing)]
    made += [timer for timer in _timers_of(qapp) if timer not in made and timer not in known]
    left = []
    for thing in made:
        if isinstance(thing, QTimer):
            if thing.isActive():
                left.append(f"a timer of {thing.interval()} ms, child of {thing.parent()!r}")
        elif thing.isRunning() and thing is not QThread.currentThread():
            left.append(f"the QThread {thing.objectName()!r}")
    return left
