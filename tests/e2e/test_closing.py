"""The program is opened, trains, and is closed at any moment: it ends soon, with status 0 and no complaint."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from e2e.processes import PATIENCE, complaints, nnviz, surroundings

DRIVER = """
import sys
from PySide6.QtCore import QTimer
from nnviz.app import application
from nnviz.app.main_window import MainWindow

wait, doing = int(sys.argv[1]), sys.argv[2]

class Window(MainWindow):
    def start(self):
        super().start()
        self.run_control.run_ready.connect(self.begin)
        if doing == "loading":
            QTimer.singleShot(wait, self.close)

    def begin(self, spec, left_at):
        if doing != "loading":
            if doing == "box":
                self.actions_by_key["about"].trigger()
            if doing == "slow":
                self.run_control.set_speed(0.5)
            self.actions_by_key["toggle"].trigger()
            QTimer.singleShot(wait, self.finish)

    def finish(self):
        print(self.run_control.running, flush=True)
        self.close()

application.MainWindow = Window
sys.exit(application.run_application())
"""


def closed(folder, wait_ms, doing):
    command = [sys.executable, "-c", DRIVER, str(wait_ms), doing]
    started = time.monotonic()
    done = subprocess.run(command, env=surroundings(folder), capture_output=True, text=True, timeout=PATIENCE)
    return done, time.monotonic() - started


@pytest.mark.parametrize("attempt", range(5))
def test_the_window_is_closed_while_it_trains(tmp_path, attempt):
    done, took = closed(tmp_path, random.randint(0, 700), "training")
    assert done.returncode == 0, done.stderr
    assert complaints(done.stderr) == []
    assert took < 20
    assert done.stdout in ("True\n", "False\n")


@pytest.mark.parametrize("wait_ms", [0, 60, 200])
def test_the_window_is_closed_while_it_loads(tmp_path, wait_ms):
    done, took = closed(tmp_path, wait_ms, "loading")
    assert done.returncode == 0, done.stderr
    assert complaints(done.stderr) == []
    assert took < 20


@pytest.mark.parametrize("doing", ["box", "slow"])
def test_the_window_is_closed_while_a_box_is_open_or_a_step_is_long_in_coming(tmp_path, doing):
    done, took = closed(tmp_path, 300, doing)
    assert done.returncode == 0, done.stderr
    assert complaints(done.stderr) == []
    assert done.stdout == "True\n"
    assert took < 20


def wait_until_caught(pid, number):
    """Wait until a process has a handler of its own for a signal, as the system says where it is Linux."""
    status, end = Path(f"/proc/{pid}/status"), time.monotonic() + PATIENCE
    if not status.exists():
        time.sleep(5)
        return
    while time.monotonic() < end:
        caught = next(line for line in status.read_text().splitlines() if line.startswith("SigCgt"))
        # Python itself catches SIGINT from the start; the window takes both in turn, and that one first.
        if int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.05)
    pytest.fail(f"nnviz never came to take notice of {number.name}")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_closes_the_window(tmp_path, number):
    process = subprocess.Popen(
        nnviz(), env=surroundings(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        wait_until_caught(process.pid, number)
        time.sleep(1)  # until the window is there
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, err
    assert complaints(err) == []
    assert out == ""


def test_settings_are_written_into_the_users_folder_alone(tmp_path):
    done, _ = closed(tmp_path, 0, "training")
    assert done.returncode == 0
    assert (tmp_path / "config" / "nnviz" / "nnviz.ini").is_file()
