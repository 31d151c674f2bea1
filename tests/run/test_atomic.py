import os
import signal
import stat
import subprocess
import sys
import time

import pytest

from nnviz.run.atomic import write_atomically
from nnviz.run.model_file import load_model, save_model
from nnviz.run.spec import RunSpec

LONGEST_NAME = 255


def write(content):
    return lambda file: file.write(content)


def test_a_new_file_is_written(tmp_path):
    write_atomically(tmp_path / "new", write(b"abc"))
    assert (tmp_path / "new").read_bytes() == b"abc"
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_an_old_file_is_replaced_whole(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a long old content")
    write_atomically(path, write(b"new"))
    assert path.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def look_around(file):
        file.write(b"half of it")
        file.flush()
        assert path.read_bytes() == b"old"
        file.write(b", and the rest")

    write_atomically(path, look_around)
    assert path.read_bytes() == b"half of it, and the rest"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError(), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, error):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(file):
        file.write(b"half of it")
        raise error

    with pytest.raises(type(error)) as caught:
        write_atomically(path, fail)
    assert caught.value is error
    assert path.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_replacement_that_fails_leaves_no_temporary_file(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError):
        write_atomically(tmp_path / "folder", write(b"new"))
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_missing_folder_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        write_atomically(tmp_path / "missing" / "file", write(b"new"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="Permissions are kept otherwise.")
@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_the_file_may_be_read_by_whom_the_user_allows(tmp_path, mask):
    before = os.umask(mask)
    try:
        write_atomically(tmp_path / "file", write(b"new"))
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("letter", ["a", "é"])
def test_the_longest_name_that_a_file_can_have_can_be_written(tmp_path, letter):
    # Regression: the temporary file's name was longer than the file's own, too long for the system.
    path = tmp_path / (letter * (LONGEST_NAME // len(letter.encode())))
    write_atomically(path, write(b"new"))
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix", reason="Links need a privilege elsewhere.")
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_the_file_it_leads_to_is_replaced(tmp_path, there):
    # Regression: the link itself was replaced, and the file it led to kept the old content.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if there:
        (elsewhere / "file").write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(elsewhere / "file")
    write_atomically(link, write(b"new"))
    assert link.is_symlink()
    assert (elsewhere / "file").read_bytes() == b"new"
    assert [path.name for path in elsewhere.iterdir()] == ["file"]


SAVE_FOR_EVER = """
import sys
from nnviz.run.model_file import save_model
from nnviz.run.spec import RunSpec
spec = RunSpec(({inputs}, 200, 10))
network = spec.network()
step = 0
while True:
    step += 1
    network.theta[:] = step
    save_model(sys.argv[1], network, spec, step)
    print(step, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="There is no SIGKILL elsewhere.")
def test_killed_in_the_middle_a_save_leaves_a_whole_model(tmp_path):
    path = tmp_path / "model.npz"
    sizes = (784, 200, 10)
    save_model(path, RunSpec(sizes).network(), RunSpec(sizes), 0)
    for attempt in range(6):
        program = subprocess.Popen(
            [sys.executable, "-c", SAVE_FOR_EVER.format(inputs=sizes[0]), str(path)], stdout=subprocess.PIPE
        )
        program.stdout.readline()  # one is saved, so the next is under way
        time.sleep(0.0007 * attempt)
        program.send_signal(signal.SIGKILL)
        rest = program.stdout.read().split()
        program.wait()
        program.stdout.close()
        model = load_model(path)
        assert (model.network.theta == model.step).all()  # nothing of an older or a newer one
        told = int(rest[-1]) if rest else 1
        assert model.step in (told, told + 1)


def test_an_error_names_the_file_that_was_wanted(tmp_path):
    wanted = tmp_path / "no such folder" / "file.npz"
    with pytest.raises(FileNotFoundError) as failed:
        write_atomically(wanted, lambda file: None)
    assert failed.value.filename == str(wanted)
