"""The picture in three dimensions, with OpenGL, on an X display."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.processes import PATIENCE, complaints, surroundings
from PySide6.QtGui import QImage

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb (on Debian: xvfb, libgl1-mesa-dri)"),
    pytest.mark.skipif(not importlib.util.find_spec("OpenGL"), reason="needs PyOpenGL"),
]
PROGRAM = Path(__file__).with_name("relief_on_screen.py")
PROBE = """
from PySide6.QtGui import QGuiApplication, QOpenGLContext
application = QGuiApplication([])
context = QOpenGLContext()
raise SystemExit(not context.create())
"""
"""Whether Qt finds any OpenGL, asked without the program."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("relief")


@pytest.fixture(scope="module")
def found(display, folder):
    environment = surroundings(folder, DISPLAY=display, QT_QPA_PLATFORM=None, WAYLAND_DISPLAY=None)

    def run(*arguments):
        command = [sys.executable, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)

    if run("-c", PROBE).returncode:
        pytest.skip("there is no OpenGL on this display (on Debian: libgl1-mesa-dri)")
    done = run(str(PROGRAM), str(folder))
    assert done.returncode == 0, done.stderr
    assert complaints(done.stderr) == []
    found = json.loads(done.stdout)
    assert found["said"] == []
    return found


def test_a_surface_is_drawn_lit_and_the_same_twice(found):
    assert found["colours"] > 300
    assert found["is the same twice"]


def test_a_ball_is_seen_before_a_hill_and_not_behind_it(found):
    assert found["a ball before the hill is seen"]
    assert not found["a ball behind the hill is seen"]


def test_a_trail_fades_with_its_opacity_and_behind_a_hill(found):
    opaque, faint, behind = (
        int(found[f"a trail, {name}"][1:3], 16) for name in ("opaque", "faint", "behind")
    )
    assert opaque > faint + 60
    assert opaque > behind + 30


def test_what_is_outside_of_the_box_is_left_out(found):
    assert found["what is outside is left out"]


def test_keys_turn_it(found):
    assert found["a key turns it"]
    assert found["and back"]


def test_the_pointer_is_told_what_it_points_at(found):
    (alpha, beta), height = found["numbers"]
    assert (alpha, beta) == pytest.approx((0, 0), abs=0.11)
    assert height == pytest.approx(1, abs=0.05)


def test_heights_by_logarithms_and_another_theme_change_it(found):
    assert found["logarithms change it"]
    assert found["light ground"]


def test_where_there_is_no_cost_one_sees_the_ground(found):
    assert found["through the hole"] == found["ground"]
    assert found["beside the hole"] != found["ground"]


def test_the_toys_have_it_beside_their_map_where_there_is_room(found):
    assert found["relief beside the map"]
    assert found["relief can be hidden"]


def test_figures_have_it_in_the_size_that_was_asked_for(found, folder):
    image = QImage(str(folder / "figure.png"))
    assert (image.width(), image.height()) == (2240, 1120)
    right = {image.pixel(x, y) for x in range(1400, 2100, 5) for y in range(300, 900, 5)}
    assert len(right) > 300
    assert found["svg has a picture"]


def test_a_driver_that_fails_later_is_told_of_once_and_ends_nothing(found):
    assert found["said in the end"] == 1
