import os
import subprocess

import pytest
from e2e.processes import PATIENCE


@pytest.fixture
def window(qapp, tmp_path):
    """A window whose run has not been started; 1280 × 800, shown, in the dark theme."""
    from app.small_window import close, make_window

    from nnviz.app.theme import Theme

    theme = Theme(qapp)
    theme.choose("dark", colour_blind_safe=False)
    window = make_window(theme, tmp_path)
    yield window
    theme.choose_text_scale(1.0)
    close(qapp, window)
    theme.deleteLater()


@pytest.fixture(scope="module")
def display():
    """An X display of our own, of 1920 × 1080; the server chooses a free number."""
    read, write = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(write),
        "-screen",
        "0",
        "1920x1080x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    server = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            pytest.skip("Xvfb does not start here")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(PATIENCE)
