"""What is said where no window can be opened. Each in a process of its own: Qt aborts where it cannot start."""

import os
import subprocess
import sys

import pytest

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")


def answer(code, **environment):
    """Run Python code in an environment; a variable that is None is absent."""
    changed = {"QT_QPA_PLATFORM": None, "DISPLAY": None, "WAYLAND_DISPLAY": None, **environment}
    given = {name: value for name, value in {**os.environ, **changed}.items() if value is not None}
    return subprocess.run([sys.executable, *code], env=given, capture_output=True, text=True, timeout=60)


def reason(**environment):
    code = "from nnviz.app.display import why_no_window; print(why_no_window())"
    done = answer(["-c", code], **environment)
    assert done.stderr == ""
    return done.stdout.strip()


@on_linux
def test_without_a_display_the_program_says_so_and_names_the_way_out():
    done = answer(["-m", "nnviz"])
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "nnviz: There is no display to open a window on. To train without a window, use 'nnviz train'.\n"
    )


@on_linux
def test_a_display_that_cannot_be_reached_is_named():
    done = answer(["-m", "nnviz"], DISPLAY=":99")
    assert done.returncode == 2
    assert ":99 cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


@on_linux
def test_a_display_that_makes_no_sense_is_not_reached():
    assert "cannot be reached" in reason(DISPLAY="nonsense")


@on_linux
def test_other_platforms_than_x11_need_no_x_display():
    assert reason(QT_QPA_PLATFORM="offscreen") == "None"
    assert reason(QT_QPA_PLATFORM="offscreen:size=800x600") == "None"
    assert reason(WAYLAND_DISPLAY="wayland-0") == "None"


@on_linux
def test_the_platform_xcb_needs_a_display_even_under_wayland():
    assert (
        reason(QT_QPA_PLATFORM="xcb", WAYLAND_DISPLAY="wayland-0")
        == "There is no display to open a window on."
    )


def test_elsewhere_there_is_always_a_display(monkeypatch):
    from nnviz.app.display import why_no_window

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    assert why_no_window() is None
