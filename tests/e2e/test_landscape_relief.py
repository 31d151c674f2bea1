"""The cost surface of a run in three dimensions, with OpenGL, on an X display."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.processes import PATIENCE, complaints, surroundings
from e2e.test_relief import PROBE
from PySide6.QtGui import QImage

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb (on Debian: xvfb, libgl1-mesa-dri)"),
    pytest.mark.skipif(not importlib.util.find_spec("OpenGL"), reason="needs PyOpenGL"),
]
PROGRAM = Path(__file__).with_name("landscape_on_screen.py")
TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("landscape")


@pytest.fixture(scope="module")
def found(display, folder):
    more = {"DISPLAY": display, "QT_QPA_PLATFORM": None, "WAYLAND_DISPLAY": None}
    environment = surroundings(folder, **more)
    environment["PYTHONPATH"] = f"{TESTS}:{environment.get('PYTHONPATH', '')}"

    def run(*arguments):
        command = [sys.executable, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)

    if run("-c", PROBE).returncode:
        pytest.skip("there is no OpenGL on this display (on Debian: libgl1-mesa-dri)")
    done = run(str(PROGRAM), str(folder))
    assert done.returncode == 0, done.stderr
    assert complaints(done.stderr) == []
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "what",
    [
        "relief is hidden at first",
        "both beside each other",
        "here has the path's hue",
        "room for true costs",
        "a ball is seen",
        "the ball moves",
        "it follows the run",
        "the figure is the same twice",
        "the film has the third dimension",
        "3-D alone",
        "the map alone",
    ],
)
def test_the_runs_own_surface_in_three_dimensions(found, what):
    assert found[what]


def test_with_opengl_nothing_is_said_of_its_absence(found):
    assert found["said"] == []


def test_a_figure_of_both_has_colours_on_both_sides(found, folder):
    image = QImage(str(folder / "both.png"))
    for start in (0, image.width() // 2):
        part = image.copy(start, 0, image.width() // 2, image.height())
        colours = {part.pixel(x, y) for x in range(0, part.width(), 4) for y in range(0, part.height(), 4)}
        assert len(colours) > 100
