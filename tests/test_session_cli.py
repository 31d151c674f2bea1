"""Sessions on the command line: what `nnviz train --session` records and `nnviz replay` makes of it."""

import io
import json
import os
import re
import select
import shutil
import signal
import subprocess
import time
from contextlib import redirect_stderr, redirect_stdout

import numpy as np
import pytest
from e2e.processes import nnviz, surroundings
from run.damage import members_of, zipped
from run.histories import session_of, three_branches
from run.small import small_data, small_spec, write_folder

from nnviz.cli import main
from nnviz.data.dataset import load_folder
from nnviz.run.model_file import load_model
from nnviz.run.session_file import load_session, save_session
from nnviz.run.trainer import Trainer

OPTIONS = ("--hidden", 8, "--eta", 0.5, "--momentum", 0.4, "--dropout", 0.2, "--batch-size", 7, "--seed", 3)
STEPS = 37 * 2


def run(*arguments):
    """Return a command's status, and what it wrote to stdout and stderr; in this process, which is quicker."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code
    return status, out.getvalue(), err.getvalue()


def process(folder, *arguments, stderr=subprocess.PIPE):
    return subprocess.Popen(
        [*nnviz(), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        env=surroundings(folder, PYTHONUNBUFFERED=None),
    )


def succeeded(*arguments):
    status, out, err = run(*arguments)
    assert (status, err) == (0, ""), err
    return out


def complaint(*arguments, status=2):
    found, out, err = run(*arguments)
    assert (found, out) == (status, "")
    return one_line(err)


def one_line(text):
    assert text.endswith("\n")
    assert text.count("\n") == 1, text
    assert text.startswith("nnviz")
    assert text.rstrip()[-1] in ".'"
    return text


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_folder(tmp_path_factory.mktemp("data") / "small digits", small_data(253, 131))


@pytest.fixture(scope="module")
def spec(folder):
    """What OPTIONS say."""
    hyper = {"eta": 0.5, "momentum": 0.4, "dropout": 0.2, "batch_size": 7}
    return small_spec((20, 8, 10), seed=3, data=str(folder), **hyper)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory, folder):
    """A session that was recorded in two epochs."""
    path = tmp_path_factory.mktemp("session") / "run.nnviz"
    succeeded("train", "--data", folder, *OPTIONS, "--epochs", 2, "--session", path)
    return path


@pytest.fixture(scope="module")
def forked(tmp_path_factory, folder):
    """A session of three branches, saved by a window."""
    branches = three_branches(load_folder(folder), data=str(folder))
    path = tmp_path_factory.mktemp("forked") / "run.nnviz"
    save_session(path, session_of(branches, 1))
    return path, branches


def at(trainer, step):
    trainer.go_to(step)
    return trainer.network.theta.tobytes()


# Recording


def test_training_records_a_session(recorded, spec, folder):
    session = load_session(recorded)
    (branch,) = session.branches
    assert session.spec == spec
    assert (branch.name, branch.made, branch.step, branch.journal) == ("main", STEPS, STEPS, ())
    assert [frame.step for frame in branch.keyframes] == [0, 16, 32, 48, 64, STEPS]
    trainer = Trainer(spec, load_folder(folder))
    trainer.advance(STEPS)
    assert branch.keyframes[-1].theta.tobytes() == trainer.network.theta.tobytes()
    session.refuse_other_data(trainer.data)


def test_training_with_a_session_prints_and_saves_the_same_as_without(tmp_path, folder, recorded):
    model, session = tmp_path / "model.npz", tmp_path / "run.nnviz"
    arguments = ("train", "--data", folder, *OPTIONS, "--epochs", 2, "--json")
    with_both = objects(succeeded(*arguments, "--out", model, "--session", session))
    without = objects(succeeded(*arguments))
    assert [{**line, "seconds": 0} for line in with_both] == [{**line, "seconds": 0} for line in without]
    assert load_model(model).network.theta.tobytes() == (
        load_session(session).branches[0].keyframes[-1].theta.tobytes()
    )
    assert session.read_bytes() == recorded.read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="Signals differ elsewhere.")
def test_interrupted_training_keeps_the_session_so_far(tmp_path):
    folder = write_folder(tmp_path / "many digits", small_data(20_000, 1000))
    session = tmp_path / "run.nnviz"
    arguments = ["train", "--data", folder, "--epochs", 500, "--json", "--session", session]
    training = process(tmp_path, *arguments)
    training.stdout.readline()
    time.sleep(0.3)
    training.send_signal(signal.SIGINT)
    _, errors = training.communicate(timeout=30)
    assert (training.returncode, errors) == (130, "nnviz: Stopped.\n")
    assert load_session(session).branches[0].made >= 2000
    assert "bit for bit" in succeeded("replay", session)


def test_a_run_that_diverges_is_recorded_and_its_end_cannot_be_written(tmp_path, folder):
    session, out = tmp_path / "run.nnviz", tmp_path / "model.npz"
    options = ("--eta", 1e30, "--l2", 1, "--session", session, "--out", out)
    assert "diverged" in complaint("train", "--data", folder, "--epochs", 1, *options, status=1)
    assert not out.exists()
    made = load_session(session).branches[0].made
    assert "bit for bit" in succeeded("replay", session)
    assert "diverged" in complaint("replay", session, "--to", made, "--out", out, status=1)
    assert not out.exists()
    succeeded("replay", session, "--to", 0, "--out", out)


# Making it again


def test_a_session_made_again_says_so(recorded, forked):
    line = f"'main'   {STEPS} steps   6 saved states   made again, bit for bit\n"
    assert succeeded("replay", recorded) == line
    path, branches = forked
    lines = succeeded("replay", path).splitlines()
    assert [line.split("   ")[0] for line in lines] == ["'branch 0'", "'branch 1'", "'branch 2'"]
    assert succeeded("replay", path, "--branch", "branch 2") == succeeded("replay", path, "--branch", 2)
    printed = objects(succeeded("replay", path, "--json"))
    assert [report["steps"] for report in printed] == [b.trainer.made for b in branches]
    assert [report["differs_at"] for report in printed] == [None] * 3
    assert list(printed[0]) == ["branch", "number", "steps", "states", "same_until", "differs_at"]


@pytest.mark.parametrize("step", [0, 1, 16, 33, STEPS - 1, STEPS])
def test_the_parameters_of_a_step_are_those_of_training_to_it(tmp_path, folder, recorded, spec, step):
    out = tmp_path / "model.npz"
    text = succeeded("replay", recorded, "--to", step, "--out", out)
    trainer = Trainer(spec, load_folder(folder))
    trainer.advance(step)
    model = load_model(out)
    assert model.network.theta.tobytes() == trainer.network.theta.tobytes()
    assert (model.spec, model.step) == (spec, step)
    assert re.search(rf"^step +{step} of {STEPS}$", text, re.M)
    told = json.loads(succeeded("evaluate", out, "--data", folder, "--json"))
    report = json.loads(succeeded("replay", recorded, "--to", step, "--json"))
    assert report == {
        **{"branch": "main", "number": 0, "step": step},
        **{"test_cost": told["test_cost"], "test_accuracy": told["test_accuracy"]},
    }
    assert f"{told['test_accuracy']:.2%} of 131 images" in text


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_parameters_of_a_branch_are_its_own(tmp_path, forked, number):
    path, branches = forked
    trainer, out = branches[number].trainer, tmp_path / "model.npz"
    for step in (3, trainer.made // 2, trainer.made):
        succeeded("replay", path, "--branch", f"branch {number}", "--to", step, "--out", out)
        assert load_model(out).network.theta.tobytes() == at(trainer, step)


def test_without_a_step_or_a_branch_it_is_what_the_window_showed(tmp_path, forked):
    path, branches = forked
    out = tmp_path / "model.npz"
    text = succeeded("replay", path, "--out", out)
    step = load_session(path).branch(1).step
    assert "'branch 1'" in text
    assert load_model(out).step == step
    assert load_model(out).network.theta.tobytes() == at(branches[1].trainer, step)


def test_data_that_have_moved_are_named(tmp_path, folder, forked):
    elsewhere, path = tmp_path / "elsewhere", tmp_path / "run.nnviz"
    shutil.copytree(folder, elsewhere)
    members = members_of(forked[0].read_bytes())
    text = members["session.json"].replace(str(folder).encode(), b"/missing/folder")
    path.write_bytes(zipped(members | {"session.json": text}))
    assert "/missing/folder" in complaint("replay", path)
    assert "bit for bit" in succeeded("replay", path, "--data", elsewhere)
    out = tmp_path / "model.npz"
    succeeded("replay", path, "--data", elsewhere, "--to", 5, "--out", out)
    assert load_model(out).spec.data == "/missing/folder"


def test_the_built_in_data_are_used_where_the_session_says_so(tmp_path):
    session, out = tmp_path / "run.nnviz", tmp_path / "model.npz"
    options = ("--epochs", 1, "--train-size", 300, "--hidden", "0", "--session", session, "--out", out)
    succeeded("train", *options)
    assert "30 steps" in succeeded("replay", session)
    ends = tmp_path / "end.npz"
    succeeded("replay", session, "--to", 30, "--out", ends)
    assert ends.read_bytes() == out.read_bytes()


# What it refuses


def test_a_machine_that_computes_otherwise_is_told_and_nothing_is_written(tmp_path, folder, recorded):
    # As if saved by another machine: one number of one state is another, in its last bit.
    members = members_of(recorded.read_bytes())
    theta = bytearray(members["theta_0.npy"])
    size = 20 * 8 + 8 + 8 * 10 + 10
    theta[-4 * size * 3] ^= 1  # of the state of step 48, the fourth of six
    path, out = tmp_path / "run.nnviz", tmp_path / "model.npz"
    path.write_bytes(zipped(members | {"theta_0.npy": bytes(theta)}))
    status, out_text, errors = run("replay", path)
    assert (status, out_text) == (1, f"'main'   {STEPS} steps   6 saved states   not the same at step 48\n")
    assert "from a step between 33 and 48 on" in one_line(errors)
    status, out_text, _ = run("replay", path, "--json")
    assert (status, json.loads(out_text)["differs_at"]) == (1, 48)
    told = complaint("replay", path, "--to", 40, "--out", out, status=1)
    assert "step 32" in told
    assert "step 48" in told
    assert not out.exists()
    succeeded("replay", path, "--to", 20, "--out", out)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--to", STEPS + 1], f"step {STEPS}"),
        (["--to", -1], "-1"),
        (["--to", "soon"], "'soon'"),
        (["--branch", "other"], "'other'"),
        (["--branch", 1], "'1'"),
        (["--data", "/missing"], "/missing"),
        (["--out", "/missing/model.npz"], "/missing"),
        (["--out", "/"], "--out"),
        (["--until", 5], "--until"),
    ],
    ids=str,
)
def test_a_bad_option_is_refused_with_one_sentence(recorded, options, named):
    assert named in complaint("replay", recorded, *options)


def test_other_data_are_refused(tmp_path, recorded):
    other = write_folder(tmp_path / "other digits", small_data(253, 130))
    assert "other data than other digits" in complaint("replay", recorded, "--data", other)


@pytest.mark.parametrize("content", [b"", b"no session", b"PK\x05\x06" + bytes(18)])
def test_a_broken_session_is_refused_and_left_as_it_is(tmp_path, content):
    path = tmp_path / "run.nnviz"
    path.write_bytes(content)
    assert str(path) in complaint("replay", path)
    assert path.read_bytes() == content


def test_a_missing_session_is_refused(tmp_path):
    assert "no file" in complaint("replay", tmp_path / "run.nnviz")
    assert "SESSION" in complaint("replay")


def test_a_model_does_not_take_the_place_of_its_session(tmp_path, folder, recorded):
    before = recorded.read_bytes()
    assert "--out" in complaint("replay", recorded, "--out", recorded)
    assert recorded.read_bytes() == before
    both = tmp_path / "run"
    options = ("--epochs", 0, "--out", both, "--session", tmp_path / "." / "run")
    assert "--session" in complaint("train", "--data", folder, *options)
    assert not both.exists()


@pytest.mark.parametrize("name", ["/missing/folder/run.nnviz", "/", "/" + "x" * 300])
def test_a_session_that_could_not_be_saved_is_refused_before_training(folder, name):
    complaint("train", "--data", folder, "--epochs", 100_000, "--session", name)


def test_a_disk_that_is_full_in_the_end_is_told_in_one_sentence(folder, tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nnviz.run.session_file.write_archive", full)
    path = tmp_path / "run.nnviz"
    assert "No space" in complaint("train", "--data", folder, "--epochs", 0, "--session", path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="Signals differ elsewhere.")
def test_it_can_be_interrupted(tmp_path, recorded):
    members = members_of(recorded.read_bytes())
    value = json.loads(members["session.json"])
    value["branches"][0].update(made=10**9)
    path = tmp_path / "run.nnviz"
    path.write_bytes(zipped(members | {"session.json": json.dumps(value).encode()}))
    replaying = process(tmp_path, "replay", path)
    time.sleep(2)
    replaying.send_signal(signal.SIGINT)
    assert replaying.communicate(timeout=30) == ("", "nnviz: Stopped.\n")
    assert replaying.returncode == 130


@pytest.mark.skipif(os.name != "posix", reason="There are no such terminals elsewhere.")
def test_on_a_terminal_a_bar_shows_how_far_it_is(tmp_path):
    import pty  # these are not there elsewhere
    import termios

    folder = write_folder(tmp_path / "many digits", small_data(20_000, 1000))
    path = tmp_path / "run.nnviz"
    succeeded("train", "--data", folder, "--epochs", 3, "--session", path)
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    replaying = process(tmp_path, "replay", path, stderr=theirs)
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            shown += os.read(ours, 1 << 16)
        except OSError:  # the other end has closed
            break
    os.close(ours)
    assert "bit for bit" in replaying.communicate(timeout=30)[0]
    assert b"/6000" in shown
    assert np.diff([int(n) for n in re.findall(rb"(\d+)/6000", shown)]).min() >= 0
