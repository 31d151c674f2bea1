"""Killed at any moment while it saves a session, the program leaves the old file or the new one, whole."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from e2e.processes import PATIENCE, surroundings

from nnviz.run.session_file import load_session

ATTEMPTS = 100

SAVER = """
import os, sys
import numpy as np
from nnviz.run.keyframes import Keyframe
from nnviz.run.session import SavedBranch, Session
from nnviz.run.session_file import save_session
from nnviz.run.spec import RunSpec

path, sizes = sys.argv[1], (784, 30, 10)
ones = np.ones(RunSpec(sizes).network().theta.size, np.float32)

def session(step):
    frames = tuple(Keyframe(n, 0, 0, ones * step, -ones * step) for n in range(20))
    window = {"said": "x" * (step * 7919 % 100_000)}  # of another length each time
    branch = SavedBranch(0, f"branch {step}", (), step, step, frames)
    return Session(RunSpec(sizes), "0" * 64, (branch,), window=window)

step = 100
save_session(path, session(step))
print("ready", flush=True)
for line in sys.stdin:
    # A process of its own for each attempt: only Python and NumPy need not be loaded anew.
    child = os.fork()
    if child == 0:
        step = int(line)
        while True:
            step += 1
            new = session(step)
            print(step, os.getpid(), flush=True)
            save_session(path, new)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="There is neither fork nor SIGKILL elsewhere.")
def test_killed_a_hundred_times_while_saving_it_leaves_the_old_session_or_the_new_one(tmp_path):
    path = tmp_path / "run.nnviz"
    saver = subprocess.Popen(
        [sys.executable, "-c", SAVER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=surroundings(tmp_path),
    )
    try:
        assert saver.stdout.readline() == "ready\n"
        step, lasts = 100, 0.02
        for attempt in range(ATTEMPTS):
            saver.stdin.write(f"{step}\n")
            saver.stdin.flush()
            began, child = told(saver)
            if attempt % 10 == 0:  # how long it takes, which differs from disk to disk
                start = time.monotonic()
                began, child = told(saver)
                lasts = time.monotonic() - start
            time.sleep(random.uniform(0, 1.1 * lasts))
            os.kill(child, signal.SIGKILL)
            began = last_told(saver, began)
            step = whole_session(path)
            assert step in (began - 1, began)
    finally:
        saver.stdin.close()
        saver.wait(PATIENCE)
        saver.stdout.close()
    # What a process that was killed could not take away tells that it was killed in the middle.
    parts = list(tmp_path.glob(".run.nnviz.*.part"))
    assert len(parts) > ATTEMPTS / 10


def told(saver):
    """Return the step of the session that is being saved, and which process does it."""
    return map(int, saver.stdout.readline().split())


def last_told(saver, began):
    """Return the step of the last session that was begun to be saved, once the process has ended."""
    while (line := saver.stdout.readline()) != "ended\n":
        began = int(line.split()[0])
    return began


def whole_session(path):
    """Return the step of the session in a file, all of whose parts have to be of that step."""
    session = load_session(path)
    (branch,) = session.branches
    step = branch.step
    assert branch.name == f"branch {step}"
    assert len(session.window["said"]) == step * 7919 % 100_000
    assert all(np.all(frame.theta == step) and np.all(frame.velocity == -step) for frame in branch.keyframes)
    return step
