import os
import subprocess
import sys

import pytest

from nnviz.app.autosaves import Autosaves, usual_folder

pytestmark = pytest.mark.usefixtures("qapp")

HOLDER = """
import sys
from pathlib import Path
from nnviz.app.autosaves import Autosaves
one = Autosaves(Path(sys.argv[1]))
one.claim()
if sys.argv[2] == "keep":
    one.path.write_bytes(b"a run")
one.path.with_name(f".{one.path.name}.x.part").write_bytes(b"half a run")
print(one.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "far" / "away"


def hold(folder, what="keep"):
    """Start a window's process, and return it and its file."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, folder / os.path.basename(process.stdout.readline().strip())  # noqa: PTH119


def kill(process):
    process.kill()
    process.communicate()


def leave(folder, content=b"a run", when=None):
    """Leave a run as a window does that is closed."""
    window = Autosaves(folder)
    window.claim()
    window.path.write_bytes(content)
    if when is not None:
        os.utime(window.path, (when, when))
    window.release()
    return window.path


def test_the_folder_is_made_and_is_the_users_own(folder):
    window = Autosaves(folder)
    window.claim()
    window.claim()
    assert folder.is_dir()
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0
    window.release()
    assert list(folder.iterdir()) == []


def test_where_there_is_no_folder_nothing_was_left(folder):
    window = Autosaves(folder)
    assert window.find_left() is None
    assert not folder.exists()
    window.drop_left()
    window.release()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError):
        Autosaves(tmp_path / "file" / "folder").claim()


def test_what_a_closed_window_left_is_found_and_dropped(folder):
    path = leave(folder)
    window = Autosaves(folder)
    left = window.find_left()
    assert (left.path, left.was_sudden) == (path, False)
    assert "not saved" in left.describe()
    window.drop_left()
    assert window.left is None
    assert list(folder.iterdir()) == []


def test_of_several_the_newest_is_found_and_the_others_stay(folder):
    paths = [leave(folder, when=1000 + n) for n in range(3)]
    first, second = Autosaves(folder), Autosaves(folder)
    assert first.find_left().path == paths[2]
    assert second.find_left().path == paths[1], "the newest is the first window's"
    first.release()
    second.release()
    assert all(path.exists() for path in paths)


def test_the_file_of_a_window_that_is_open_is_left_alone(folder):
    process, path = hold(folder)
    try:
        assert Autosaves(folder).find_left() is None
        assert path.exists()
    finally:
        kill(process)


def test_the_file_of_a_window_that_was_killed_is_found_and_goes_with_all_that_is_its(folder):
    process, path = hold(folder)
    kill(process)
    window = Autosaves(folder)
    left = window.find_left()
    assert (left.path, left.was_sudden) == (path, True)
    assert "sudden end" in left.describe()
    window.drop_left()
    assert list(folder.iterdir()) == []


def test_what_a_window_left_that_was_killed_before_it_kept_anything_is_cleared_away(folder):
    process, path = hold(folder, "keep nothing")
    assert not path.exists()
    other, alive = hold(folder, "keep nothing")
    try:
        kill(process)
        assert Autosaves(folder).find_left() is None
        assert [file.name for file in folder.iterdir() if path.name in file.name] == []
        assert len([file for file in folder.iterdir() if alive.name in file.name]) == 2
    finally:
        kill(other)


def test_the_moment_is_told_in_english_words(folder):
    leave(folder, when=1_700_000_000)
    window = Autosaves(folder)
    assert "November at" in window.find_left().describe()
    window.release()


def test_files_of_others_in_the_folder_are_left_alone(folder):
    folder.mkdir(parents=True)
    for name in ("notes.txt", "run.nnviz", "run-x.txt", ".hidden.part"):
        (folder / name).write_bytes(b"mine")
    window = Autosaves(folder)
    assert window.find_left() is None
    window.release()
    assert len(list(folder.iterdir())) == 4


def test_the_usual_folder_is_among_the_users_data(qapp, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert usual_folder() == tmp_path / "nnviz" / "unsaved"
    assert usual_folder().name == "unsaved"
