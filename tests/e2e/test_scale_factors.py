"""The layouts hold on screens of any scale, in any size of text: nothing is cut off, nothing lies outside.

Qt reads the scale when it starts, so every case is a program of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnviz.app.layouts import LAYOUTS

ROOT = Path(__file__).parents[2]
SCREEN = {"screens": [{"name": "large", "x": 0, "y": 0, "width": 2560, "height": 1600}]}
"""In pixels of the screen itself: 1280 × 800 at a scale of 2."""


@pytest.fixture(scope="module")
def screen(tmp_path_factory):
    path = tmp_path_factory.mktemp("screen") / "large.json"
    path.write_text(json.dumps(SCREEN))
    return path


def report(screen, scale, width, height, text, folder=None):
    environment = {
        **os.environ,
        "QT_SCALE_FACTOR": str(scale),
        "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
        "PYTHONPATH": str(ROOT),
    }
    arguments = [str(argument) for argument in (width, height, text, *([] if folder is None else [folder]))]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("scaled_window.py")), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("scale", "width", "height", "text"),
    [
        (1, 1280, 800, 1.0),
        (1, 1280, 800, 2.0),
        (1.25, 1280, 800, 1.0),
        (1.25, 1280, 800, 2.0),
        (2, 1280, 800, 1.0),
        (2, 1280, 800, 2.0),
        (2, 960, 540, 1.0),  # a projector's 1920 × 1080
    ],
)
def test_in_no_layout_is_anything_cut_off(screen, scale, width, height, text):
    found = report(screen, scale, width, height, text)
    assert found["ratio"] == scale, "the scale has reached the window"
    assert found["size"] == [width, height], "the window has not grown beyond what was asked for"
    assert all(least <= size for least, size in zip(found["least"], found["size"], strict=True))
    assert all(size <= most for size, most in zip(found["size"], found["screen"], strict=True))
    assert found["cut"] == {name: [] for name in LAYOUTS}
    assert found["said"] == []


def test_what_is_cut_off_is_noticed(screen):
    """So that the test above can fail: a window in which there is not room for everything."""
    found = report(screen, 1, 700, 640, 2.0)
    assert sum(len(cut) for cut in found["cut"].values()) > 3
