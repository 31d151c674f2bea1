"""What cannot be read or written: in the running window there is a sentence, and nothing that was there is lost."""

import os
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from app.small_window import rest, step_of, trainer_of, wait_for_message, wait_for_running, wait_for_step
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QFileDialog

from nnviz.app.views.export_dialog import ExportDialog

LONG = "a" * 300
"""Longer than any file system takes for a name."""


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(width, height):
    """Return a whole PNG of a size, small itself: all of one shade."""
    squeezed = zlib.compressobj(9)
    line = b"\0" + bytes(width // 8)
    body = b"".join([*(squeezed.compress(line) for _ in range(height)), squeezed.flush()])
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def half_a_picture(path):
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(0xFF336699)
    assert picture.save(str(path), "PNG")
    path.write_bytes(path.read_bytes()[:60])


@pytest.fixture(params=["bomb", "half", "text", "empty", "gone", "folder gone", "not a file"])
def bad_picture(request, tmp_path):
    path = tmp_path / "picture.png"
    match request.param:
        case "bomb":
            path.write_bytes(bomb(20_000, 20_000))
        case "half":
            half_a_picture(path)
        case "text":
            path.write_text("This is no picture.")
        case "empty":
            path.write_bytes(b"")
        case "folder gone":
            path = tmp_path / "no such folder" / "picture.png"
        case "not a file":
            path = tmp_path / "pipe.png"
            os.mkfifo(path)
    return path


def drop(window, path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(100, 100),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_a_picture_that_cannot_be_read_is_refused_in_a_sentence_while_training_goes_on(
    qtbot, window, bad_picture
):
    window.show_view("pad")
    window.views.pad.do("noise")
    ink, sample = window.views.pad.sketch.ink.copy(), window.choice.sample
    window.run_control.toggle()
    wait_for_running(qtbot, window, True)
    began = time.monotonic()
    drop(window, bad_picture)
    assert time.monotonic() - began < 2, "the window stood still"
    said = wait_for_message(qtbot, window, bad_picture.name)
    assert said.endswith(".")
    assert np.array_equal(window.views.pad.sketch.ink, ink)
    assert window.choice.sample is sample
    assert window.run_control.running
    wait_for_step(qtbot, window, step_of(window) + 20)
    window.run_control.toggle()
    wait_for_running(qtbot, window, False)


@pytest.fixture(params=["folder gone", "is a folder", "long name", "forbidden"])
def bad_place(request, tmp_path):
    """A place to which nobody may write, not even who may do everything."""
    match request.param:
        case "folder gone":
            return tmp_path / "no such folder" / "file"
        case "is a folder":
            for ending in (".npz", ".csv", ".png", ".svg"):
                (tmp_path / f"folder{ending}").mkdir()
            return tmp_path / "folder"
        case "long name":
            return tmp_path / LONG
    return "/proc/file"


@pytest.mark.parametrize(("key", "ending"), [("save", ".npz"), ("save_metrics", ".csv")])
def test_a_file_that_cannot_be_written_is_a_sentence_and_the_run_goes_on(
    qtbot, window, bad_place, monkeypatch, key, ending
):
    wanted = f"{bad_place}{ending}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (wanted, ""))
    window.run_control.make_step()
    wait_for_step(qtbot, window, 1)
    rest(qtbot, window)
    theta = trainer_of(window).network.theta.copy()
    window.actions_by_key[key].trigger()
    said = wait_for_message(qtbot, window, "could not be written")
    assert said.startswith(wanted)
    assert ".part" not in said, "what the program calls its own files is of no use to anybody"
    rest(qtbot, window)
    assert np.array_equal(trainer_of(window).network.theta, theta)
    window.run_control.make_step()
    wait_for_step(qtbot, window, 2)


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_a_view_that_cannot_be_exported_there_is_a_sentence_in_the_dialog_which_stays_open(
    qtbot, window, bad_place, ending
):
    window.actions_by_key["export"].trigger()
    dialog = window.findChild(ExportDialog)
    dialog.save_as(Path(f"{bad_place}{ending}"))
    assert dialog.isVisible()
    assert dialog._note.isVisible()
    assert "could not be saved" in dialog._note.text()
    dialog.close()
