"""The program on a real X display."""

import shutil
import signal
import subprocess
import time

import pytest
from e2e.processes import PATIENCE, complaints, nnviz, surroundings

TOOLS = ("Xvfb", "xdotool", "import", "convert")

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(
        not all(shutil.which(tool) for tool in TOOLS),
        reason=f"needs {', '.join(TOOLS)} (on Debian: xvfb, xdotool, imagemagick)",
    ),
]


@pytest.fixture
def program(display, tmp_path):
    """The program on that display, with its window's id and what sends it keys."""
    environment = surroundings(tmp_path, DISPLAY=display, QT_QPA_PLATFORM=None, WAYLAND_DISPLAY=None)
    process = subprocess.Popen(
        nnviz(), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield Program(process, environment, tmp_path)
    finally:
        process.kill()
        process.communicate()


class Program:
    def __init__(self, process, environment, folder):
        self.process = process
        self._environment = environment
        self._folder = folder

    def ask(self, *command):
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=PATIENCE
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    def wait_for(self, what, question):
        deadline = time.monotonic() + PATIENCE
        while not (answer := question()):
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() < deadline, f"{what} does not come"
            time.sleep(0.1)
        return answer

    def window(self):
        """Wait for the window with its data, give it the focus, and return its id."""
        found = self.wait_for(
            "the window", lambda: self.ask("xdotool", "search", "--onlyvisible", "--name", "60,000 training")
        ).split()[0]
        self.ask("xdotool", "windowfocus", "--sync", found)
        return found

    def press(self, key):
        self.ask("xdotool", "key", "--clearmodifiers", key)

    def screenshot(self, name):
        """Return the path of a picture of the screen, and how many colours it has."""
        path = self._folder / f"{name}.png"
        self.ask("import", "-window", "root", str(path))
        return path, int(self.ask("convert", str(path), "-format", "%k", "info:"))

    def ended(self):
        out, err = self.process.communicate(timeout=PATIENCE)
        assert complaints(err) == []
        assert out == ""
        return self.process.returncode


def differing_pixels(program, first, second):
    done = subprocess.run(
        ["compare", "-metric", "AE", str(first), str(second), "null:"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    return float(done.stderr.split()[0])


def test_the_window_is_drawn_runs_at_the_press_of_space_and_quits(program):
    program.window()
    before, colours = program.screenshot("before")
    assert colours > 200, "the window is blank"
    program.press("space")
    after = program.wait_for(
        "a change of the picture",
        lambda: (
            (shot := program.screenshot("running")[0])
            and differing_pixels(program, before, shot) > 5000
            and shot
        ),
    )
    assert after.stat().st_size > 20_000
    program.press("space")
    program.press("ctrl+q")
    assert program.ended() == 0


def test_a_question_mark_and_escape_on_a_real_keyboard(program):
    program.window()
    program.press("question")
    box = program.wait_for(
        "the box", lambda: program.ask("xdotool", "search", "--onlyvisible", "--name", "Keyboard shortcuts")
    )
    program.ask("xdotool", "windowfocus", "--sync", box.split()[0])
    program.press("Escape")
    program.wait_for(
        "the end of the box",
        lambda: not program.ask("xdotool", "search", "--onlyvisible", "--name", "Keyboard shortcuts"),
    )
    program.process.send_signal(signal.SIGTERM)
    assert program.ended() == 0


def test_sigterm_ends_the_program_while_it_trains(program):
    program.window()
    program.press("space")
    time.sleep(0.5)
    program.process.send_signal(signal.SIGTERM)
    assert program.ended() == 0


def test_sigterm_ends_the_program_while_it_loads(program):
    program.wait_for(
        "the window", lambda: program.ask("xdotool", "search", "--onlyvisible", "--name", "nnviz")
    )
    program.process.send_signal(signal.SIGTERM)
    assert program.ended() == 0


def test_sigterm_ends_the_program_while_it_asks_for_a_file(program):
    program.window()
    program.press("ctrl+s")
    program.wait_for(
        "the dialog", lambda: program.ask("xdotool", "search", "--onlyvisible", "--name", "Save model")
    )
    program.process.send_signal(signal.SIGTERM)
    assert program.ended() == 0
