"""The watch over what tests leave behind, see tests/conftest.py, notices each kind of thing."""

import os
import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]

CODE = """
import threading

kept = []

def test_a_widget(qapp):
    from PySide6.QtWidgets import QLabel
    kept.append(QLabel("left"))

def test_a_timer(qapp):
    from PySide6.QtCore import QTimer
    kept.append(QTimer())
    kept[-1].start(1000)

def test_a_timer_of_the_application(qapp):
    from PySide6.QtCore import QTimer
    QTimer(qapp).start(1000)

def test_a_qthread(qapp):
    from PySide6.QtCore import QThread
    kept.append(QThread())
    kept[-1].start()

def test_a_thread():
    kept.append(threading.Event())
    threading.Thread(target=kept[-1].wait, name="left", daemon=True).start()

def test_nothing(qapp):
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QLabel
    label = QLabel("gone")
    timer = QTimer(label)
    timer.start(1000)
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()

def test_the_end(qapp):
    from PySide6.QtCore import QThread
    for thing in kept:
        if isinstance(thing, QThread):
            thing.quit()
            thing.wait()
"""


def test_everything_that_is_left_behind_is_named_and_nothing_else(tmp_path):
    file = tmp_path / "test_left.py"
    file.write_text(CODE)
    command = [sys.executable, "-m", "pytest", str(file), "-p", "conftest", "-p", "no:cacheprovider"]
    command += ["-c", str(TESTS.parent / "pyproject.toml"), "--rootdir", str(tmp_path), "-q"]
    path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    named = dict(re.findall(r"::(\w+) leaves behind: (.*)", done.stdout))
    assert "7 passed, 5 errors" in done.stdout, done.stdout
    assert named.keys() == {
        "test_a_widget",
        "test_a_timer",
        "test_a_timer_of_the_application",
        "test_a_qthread",
        "test_a_thread",
    }
    assert named["test_a_widget"].startswith("the widget QLabel")
    assert named["test_a_timer"].startswith("a timer of 1000 ms")
    assert named["test_a_thread"] == "the thread 'left'"


def test_tests_without_qt_make_no_application(tmp_path):
    file = tmp_path / "test_core.py"
    file.write_text(
        "def test_core():\n"
        "    import sys\n"
        "    from PySide6.QtCore import QCoreApplication\n"
        "    assert QCoreApplication.instance() is None\n"
        "    assert not [name for name in sys.modules if name.startswith(('nnviz.app', 'pyqtgraph'))]\n"
    )
    command = [sys.executable, "-m", "pytest", str(file), "-p", "conftest", "-p", "no:cacheprovider"]
    command += ["-c", str(TESTS.parent / "pyproject.toml"), "--rootdir", str(tmp_path), "-q"]
    path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
