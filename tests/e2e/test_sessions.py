"""A run is kept, comes to a sudden end, and goes on: in processes of their own, as it happens to people."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from e2e.processes import PATIENCE, complaints, nnviz, surroundings
from run.small import small_data, small_spec, write_folder

from nnviz.data.dataset import load_mnist
from nnviz.run.journal import Journal
from nnviz.run.model_file import load_model
from nnviz.run.session import single_run
from nnviz.run.session_file import load_session, save_session
from nnviz.run.trainer import Trainer, replay

DRIVER = """
import hashlib, json, sys
from PySide6.QtCore import QTimer
from nnviz.app import application, sessions
from nnviz.app.main_window import MainWindow

doing = sys.argv[1]
sessions.EVERY_MS, sessions.AGAIN_AFTER = 250, 0.0

class Window(MainWindow):
    def start(self):
        super().start()
        self.run_control.run_ready.connect(self.go)
        self.sessions.asked.connect(lambda *asked: self.say(asked=asked[:2]))
        self.sessions.told.connect(self.hear)

    def say(self, **what):
        print(json.dumps(what), flush=True)

    def go(self, *_):
        self.run_control.run_ready.disconnect(self.go)
        if doing == "train":
            self.actions_by_key["toggle"].trigger()
            QTimer.singleShot(60_000, self.close)
        elif doing == "look":
            QTimer.singleShot(300, self.close)
        elif doing == "bring back":
            self.actions_by_key["bring_back_unsaved"].trigger()

    def hear(self, sentence):
        self.say(told=sentence)
        if doing in ("bring back", "open"):
            QTimer.singleShot(100, self.report)

    def report(self):
        snapshot = self.run_control.snapshot
        digest = hashlib.sha256(snapshot.theta.tobytes()).hexdigest()
        self.say(step=snapshot.step, made=snapshot.made, theta=digest, costs=len(snapshot.epochs),
                 title=self.windowTitle(), modified=self.isWindowModified())
        self.close()

application.MainWindow = Window
if len(sys.argv) > 2:
    from nnviz.cli import main
    sys.exit(main(["open", sys.argv[2]]))
sys.exit(application.run_application())
"""


def start(folder, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, *map(str, arguments)],
        env=surroundings(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process):
    """Return what a process said, once it has ended well."""
    try:
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, err
    assert complaints(err) == []
    return [json.loads(line) for line in out.splitlines()]


def unsaved(folder):
    return folder / "data" / "nnviz" / "unsaved"


def kept(folder):
    return sorted(unsaved(folder).glob("run-*.nnviz"))


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="There is no such signal elsewhere.")
def test_killed_in_the_middle_of_training_it_offers_to_go_on_from_what_was_kept_last(tmp_path):
    window = start(tmp_path, "train")
    try:
        wait_until(lambda: kept(tmp_path))
        time.sleep(random.uniform(0.3, 1.0))
        before = time.time()
        os.kill(window.pid, signal.SIGKILL)
    finally:
        window.kill()
        window.communicate()
    (path,) = kept(tmp_path)
    assert before - path.stat().st_mtime < PATIENCE / 2
    session = load_session(path)
    (branch,) = session.branches
    assert branch.made > 0

    (asked,) = finished(start(tmp_path, "look"))
    assert "sudden end" in asked["asked"][0]
    assert asked["asked"][1] == "Bring it back"
    assert kept(tmp_path) == [path], "it was declined, and there is nothing newer"

    said = finished(start(tmp_path, "bring back"))
    assert any("The run is back" in one.get("told", "") for one in said)
    report = said[-1]
    again = replay(session.spec, load_mnist(), Journal(branch.journal), branch.step)
    assert (report["step"], report["made"]) == (branch.step, branch.made)
    assert report["theta"] == digest_of(again.network.theta)
    assert len(kept(tmp_path)) == 1
    assert load_session(kept(tmp_path)[0]).branches[0].made == branch.made
    assert list(unsaved(tmp_path).glob(".*.part")) == []


def digest_of(theta):
    return hashlib.sha256(np.ascontiguousarray(theta, np.float32).tobytes()).hexdigest()


def test_two_windows_at_once_keep_a_run_each(tmp_path):
    windows = [start(tmp_path, "train") for _ in range(2)]
    try:
        wait_until(lambda: len(kept(tmp_path)) == 2)
        time.sleep(0.5)
        assert all(load_session(path).branches[0].made > 0 for path in kept(tmp_path))
    finally:
        for window in windows:
            window.kill()
            window.communicate()
    (offer,) = finished(start(tmp_path, "look"))
    assert "sudden end" in offer["asked"][0]
    assert len(kept(tmp_path)) == 2


@pytest.fixture
def recorded(tmp_path):
    """A session of a run on small data, and its trainer."""
    folder = write_folder(tmp_path / "small digits", small_data())
    trainer = Trainer(small_spec(data=str(folder)), small_data(), recording=True)
    trainer.advance(60)
    trainer.go_to(41)
    save_session(tmp_path / "run.nnviz", single_run(trainer))
    return tmp_path / "run.nnviz", trainer


def test_the_command_open_opens_a_session_and_replay_writes_the_same_parameters(tmp_path, recorded):
    path, trainer = recorded
    report = finished(start(tmp_path, "open", path))[-1]
    assert (report["step"], report["made"]) == (41, 60)
    assert report["theta"] == digest_of(trainer.network.theta)
    assert report["title"].startswith("run.nnviz[*] – nnviz – small digits")
    assert not report["modified"]
    done = subprocess.run(
        [*nnviz(), "replay", str(path), "--to", "41", "--out", str(tmp_path / "model.npz")],
        env=surroundings(tmp_path),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert digest_of(load_model(tmp_path / "model.npz").network.theta) == report["theta"]


@pytest.mark.parametrize(
    "name", ["missing.nnviz", "broken.nnviz", "broken.npz", "broken.png", "empty folder"]
)
def test_the_command_open_refuses_what_is_no_good_with_one_sentence(tmp_path, name):
    path = tmp_path / name
    if name.startswith("broken"):
        path.write_bytes(b"PK\x03\x04" + bytes(500))
    elif name == "empty folder":
        path.mkdir()
    done = subprocess.run(
        [*nnviz(), "open", str(path)],
        env=surroundings(tmp_path, QT_QPA_PLATFORM="offscreen"),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("nnviz: ")
    assert not unsaved(tmp_path).exists()
