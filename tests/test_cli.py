"""The command line as a person or a program uses it: in a process of its own."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from run.small import small_data, small_spec, write_folder

from nnviz import __version__
from nnviz.cli import main
from nnviz.core.evaluation import evaluate
from nnviz.data.dataset import load_folder
from nnviz.run.journal import Journal
from nnviz.run.model_file import load_model, save_model
from nnviz.run.spec import MNIST, RunSpec
from nnviz.run.trainer import Trainer, replay

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "nnviz"]
KEYS = ["epoch", "step", "training_cost", "test_cost", "test_accuracy", "seconds"]
UNUSED = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def environment(**more):
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**usual, "PYTHONPATH": path, **more}


def nnviz(*arguments, timeout=60, **more):
    # In the root of the file system, so that a name that is relative by mistake is found out.
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd="/",
        env=environment(**more),
    )


def succeeded(*arguments, **more):
    done = nnviz(*arguments, **more)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def complaint(*arguments, status=2, **more):
    """Return what a command says that refuses to go on: one line, and nothing on stdout."""
    done = nnviz(*arguments, **more)
    assert done.returncode == status, done
    assert done.stdout == ""
    return one_line(done.stderr)


def one_line(text):
    assert "Traceback" not in text
    assert text.endswith("\n")
    assert text.count("\n") == 1, text
    assert text.startswith("nnviz")
    assert text.rstrip()[-1] in ".'"
    return text


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data set of 253 training images and 131 test images of 5 × 4 pixels."""
    return write_folder(tmp_path_factory.mktemp("data") / "small digits", small_data(253, 131))


@pytest.fixture(scope="module")
def large_folder(tmp_path_factory):
    """A data set that takes long enough to train on to be interrupted."""
    return write_folder(tmp_path_factory.mktemp("data") / "many digits", small_data(20_000, 1000))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.npz"
    spec = small_spec()
    save_model(path, spec.network(), spec, 0)
    return path


# What it says of itself


def test_the_version_is_told():
    assert succeeded("--version") == f"nnviz {__version__}\n"


def test_the_help_shows_the_commands_and_examples():
    text = succeeded("--help")
    for expected in ("train", "evaluate", "examples:", "nnviz train --hidden 30 --eta 3 --epochs 30"):
        assert expected in text


def test_the_examples_of_the_help_are_ones_that_can_be_given():
    from nnviz import cli

    shown = re.findall(r"^  nnviz (\S.*?)(?:   .*)?$", cli.EXAMPLES, re.M)
    assert len(shown) == 7
    for line in shown:
        cli.parser().parse_args(line.split())


def test_the_help_of_figure_names_its_options():
    text = succeeded("figure", "--help")
    names = "list model sample source neuron replay theme colour-blind-safe text size scale out data"
    assert [name for name in names.split() if f"--{name}" not in text] == []


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_the_help_of_a_command_names_its_options(command):
    text = succeeded(command, "--help")
    assert "--json" in text
    assert "--data" in text
    names = "hidden activation cost eta batch-size epochs l2 l1 momentum dropout init seed train-size out"
    assert command == "evaluate" or [name for name in names.split() if f"--{name}" not in text] == []


def test_the_help_can_be_read_where_there_are_no_greek_letters():
    # Regression: η in the help ended in a traceback where stdout is in an encoding without it.
    for encoding in ("ascii", "cp1252"):
        assert "learning rate" in succeeded("train", "--help", PYTHONIOENCODING=encoding)


# Training


def test_training_prints_a_line_for_each_epoch(folder):
    lines = succeeded("train", "--data", folder, "--epochs", 11, "--hidden", "8").splitlines()
    assert len(lines) == 11
    for epoch, line in enumerate(lines, start=1):
        assert re.fullmatch(
            rf"epoch +{epoch}   training cost \d+\.\d{{4}}   test cost \d+\.\d{{4}}   "
            r"test accuracy \d+\.\d\d%   \d+\.\d s",
            line,
        )
    assert len({len(line) for line in lines}) == 1


def test_training_with_json_prints_one_object_for_each_epoch_and_nothing_else(folder):
    printed = objects(succeeded("train", "--data", folder, "--epochs", 3, "--hidden", "8", "--json"))
    assert [list(epoch) for epoch in printed] == [KEYS] * 3
    assert [epoch["epoch"] for epoch in printed] == [1, 2, 3]
    assert [epoch["step"] for epoch in printed] == [26, 52, 78]
    for epoch in printed:
        assert [type(epoch[key]) for key in KEYS] == [int, int, float, float, float, float]
        assert 0 <= epoch["test_accuracy"] <= 1
        assert epoch["training_cost"] > 0
        assert epoch["test_cost"] > 0
    seconds = [epoch["seconds"] for epoch in printed]
    assert seconds == sorted(seconds)
    assert 0 < seconds[-1] < 60


OPTIONS = {
    "--hidden": "7,5",
    "--activation": "tanh",
    "--cost": "log-likelihood",
    "--init": "scaled",
    "--eta": 0.25,
    "--batch-size": 12,
    "--l2": 0.5,
    "--l1": 0.125,
    "--momentum": 0.5,
    "--dropout": 0.25,
    "--seed": 17,
    "--train-size": 100,
}


def test_every_option_reaches_the_run(folder, tmp_path):
    out = tmp_path / "model.npz"
    given = [part for option in OPTIONS.items() for part in option]
    printed = objects(succeeded("train", "--data", folder, *given, "--epochs", 2, "--json", "--out", out))
    spec = small_spec(
        (20, 7, 5, 10),
        activation="tanh",
        cost="log-likelihood",
        init="scaled",
        eta=0.25,
        batch_size=12,
        l2=0.5,
        l1=0.125,
        momentum=0.5,
        dropout=0.25,
        seed=17,
        train_size=100,
        data=str(folder),
    )
    trainer = Trainer(spec, load_folder(folder))
    trainer.advance(18)
    saved = load_model(out)
    assert saved.spec == spec
    assert saved.step == 18
    assert saved.network.theta.tobytes() == trainer.network.theta.tobytes()
    for epoch, record in zip(printed, trainer.epochs, strict=True):
        assert {key: epoch[key] for key in KEYS[:-1]} == {key: getattr(record, key) for key in KEYS[:-1]}


def test_without_options_the_videos_network_is_trained(folder, tmp_path):
    succeeded("train", "--data", folder, "--epochs", 0, "--out", tmp_path / "model.npz")
    spec = load_model(tmp_path / "model.npz").spec
    assert spec == RunSpec(sizes=(20, 16, 16, 10), data=str(folder))


def test_a_folder_called_as_the_built_in_data_are_is_not_taken_for_them(folder, tmp_path):
    # Regression: the saved model named its data set as the option did, so a folder MNIST became the MNIST.
    (tmp_path / MNIST).symlink_to(folder)
    arguments = ["train", "--data", MNIST, "--epochs", "0", "--hidden", "0", "--out", "model.npz"]
    subprocess.run([*COMMAND, *arguments], cwd=tmp_path, env=environment(), check=True)
    assert load_model(tmp_path / "model.npz").spec.data == str(tmp_path / MNIST)


@pytest.mark.parametrize("hidden", ["0", ""])
def test_a_network_without_a_hidden_layer_can_be_trained(folder, tmp_path, hidden):
    out = tmp_path / "model.npz"
    succeeded("train", "--data", folder, "--epochs", 1, "--hidden", hidden, "--out", out)
    assert load_model(out).network.sizes == (20, 10)


@pytest.mark.parametrize("size", [1, 253])
def test_as_few_or_as_many_training_images_as_there_are_can_be_asked_for(folder, size):
    (epoch,) = objects(succeeded("train", "--data", folder, "--epochs", 1, "--train-size", size, "--json"))
    assert epoch["step"] == -(-size // 10)


def test_no_epochs_print_nothing_and_save_the_network_as_it_begins(folder, tmp_path):
    out = tmp_path / "model.npz"
    assert succeeded("train", "--data", folder, "--epochs", 0, "--out", out) == ""
    saved = load_model(out)
    assert saved.step == 0
    assert saved.network.theta.tobytes() == saved.spec.network().theta.tobytes()


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(folder):
    def numbers(seed):
        arguments = ("train", "--data", folder, "--epochs", 2, "--seed", seed, "--dropout", 0.2, "--json")
        return [{**epoch, "seconds": None} for epoch in objects(succeeded(*arguments))]

    assert numbers(5) == numbers(5)
    assert numbers(5) != numbers(6)


def test_a_saved_model_evaluates_to_the_last_epochs_test_figures(folder, tmp_path):
    out = tmp_path / "model.npz"
    last = objects(succeeded("train", "--data", folder, "--epochs", 3, "--out", out, "--json"))[-1]
    told = json.loads(succeeded("evaluate", out, "--data", folder, "--json"))
    assert list(told) == ["sizes", "parameters", "test_cost", "test_accuracy"]
    assert told["sizes"] == [20, 16, 16, 10]
    assert told["parameters"] == 20 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10
    assert told["test_cost"] == last["test_cost"]
    assert told["test_accuracy"] == last["test_accuracy"]
    text = succeeded("evaluate", out, "--data", folder)
    assert re.search(r"^size +20-16-16-10$", text, re.M)
    assert re.search(r"^parameters +778$", text, re.M)
    assert re.search(rf"^test cost +{last['test_cost']:.4f} \(quadratic\)$", text, re.M)
    share = re.escape(f"{last['test_accuracy']:.2%}")
    assert re.search(rf"^test accuracy +{share} of 131 images$", text, re.M)


def test_the_built_in_data_are_used_where_no_folder_is_given(tmp_path):
    out = tmp_path / "model.npz"
    (epoch,) = objects(
        succeeded("train", "--epochs", 1, "--train-size", 2000, "--hidden", "10", "--json", "--out", out)
    )
    assert epoch["step"] == 200
    assert load_model(out).spec.data == MNIST
    assert json.loads(succeeded("evaluate", out, "--json"))["test_accuracy"] == epoch["test_accuracy"]


def test_a_network_of_the_book_is_evaluated(folder, tmp_path):
    network = small_spec(cost="cross-entropy").network()
    book = {
        "sizes": list(network.sizes),
        "weights": [weights.tolist() for weights in network.weights],
        "biases": [biases[:, np.newaxis].tolist() for biases in network.biases],
        "cost": "CrossEntropyCost",
    }
    (tmp_path / "book.json").write_text(json.dumps(book))
    told = json.loads(succeeded("evaluate", tmp_path / "book.json", "--data", folder, "--json"))
    test = load_folder(folder).test
    expected = evaluate(network, test.images, test.labels)
    assert (told["test_cost"], told["test_accuracy"]) == (expected.cost, expected.accuracy)


def test_a_network_whose_outputs_overflow_has_no_answers_and_no_nan_in_its_json(folder, tmp_path):
    spec = small_spec((20, 6, 10), activation="relu", cost="log-likelihood")
    network = spec.network()
    network.weights[0][...] = network.weights[1][...] = np.finfo(np.float32).max
    save_model(tmp_path / "huge.npz", network, spec, 0)
    printed = succeeded("evaluate", tmp_path / "huge.npz", "--data", folder, "--json")
    told = json.loads(printed, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert (told["test_cost"], told["test_accuracy"]) == (None, 0.0)
    text = succeeded("evaluate", tmp_path / "huge.npz", "--data", folder)
    assert re.search(r"^test cost +no number \(log-likelihood\)$", text, re.M)
    assert re.search(r"^test accuracy +0.00% of 131 images$", text, re.M)
    assert re.search(r"^no answers +131 images have no answer: the outputs are not numbers\.$", text, re.M)


# What it refuses


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--eta", "fast"], "'fast'"),
        (["--eta", "-1"], "-1"),
        (["--eta", "nan"], "nan"),
        (["--eta", "inf"], "inf"),
        (["--eta"], "--eta"),
        (["--batch-size", "0"], "0"),
        (["--batch-size", "2.5"], "2.5"),
        (["--l2", "-1"], "-1"),
        (["--l1", "x"], "'x'"),
        (["--momentum", "1"], "1"),
        (["--dropout", "1"], "1"),
        (["--epochs", "-1"], "-1"),
        (["--epochs", "many"], "many"),
        (["--hidden", "x"], "'x'"),
        (["--hidden", "16,,16"], "16,,16"),
        (["--hidden", "16,0"], "0"),
        (["--hidden", "-5"], "-5"),
        (["--hidden", "99999999"], "99999999"),
        (["--activation", "sigmoit"], "'sigmoit'"),
        (["--activation", "step"], "step"),
        (["--cost", "loss"], "'loss'"),
        (["--init", "small"], "'small'"),
        (["--seed", "-1"], "-1"),
        (["--seed", "1.5"], "1.5"),
        (["--train-size", "0"], "0"),
        (["--train-size", "254"], "254"),
        (["--learning-rate", "3"], "--learning-rate"),
        (["--out", "/missing/folder/model.npz"], "/missing/folder"),
        (["--out", "/"], "folder"),
        (["--out", "/" + "x" * 300], "too long"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_a_bad_option_is_refused_with_one_sentence(folder, options, named):
    # Regression: a name too long for a file was a traceback.
    assert named in complaint("train", "--data", folder, *options)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="There are no pipes in folders here.")
def test_what_is_no_regular_file_is_not_replaced_by_a_model(folder, tmp_path):
    # Regression: trained by root with --out /dev/null, a network took the place of the device.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "device or a pipe" in complaint("train", "--data", folder, "--epochs", 0, "--out", pipe)
    assert pipe.is_fifo()


def test_a_model_cannot_be_saved_inside_of_a_file(folder, tmp_path):
    # Regression: a traceback.
    (tmp_path / "file").write_text("no folder")
    out = tmp_path / "file" / "model.npz"
    assert str(out) in complaint("train", "--data", folder, "--epochs", 0, "--out", out)


def test_an_unknown_command_is_refused():
    text = complaint("learn")
    assert "learn" in text
    assert "--help" in text


@pytest.mark.parametrize("command", [["train"], ["evaluate", "MODEL"]])
@pytest.mark.parametrize("what", ["missing", "empty", "a file", "damaged"])
def test_bad_data_are_refused_with_one_sentence(tmp_path, folder, model, command, what):
    given = tmp_path / "given"
    if what == "empty":
        given.mkdir()
    elif what == "a file":
        given.write_text("no folder")
    elif what == "damaged":
        write_folder(given, small_data())
        (given / "train-labels-idx1-ubyte").write_bytes(b"\0\0\x08\x01\0\0\0\x35")
    command = [str(model) if part == "MODEL" else part for part in command]
    assert str(given) in complaint(*command, "--data", given)


@pytest.mark.parametrize("what", ["missing", "garbage", "a folder", "other size", "few outputs"])
def test_a_bad_model_is_refused_with_one_sentence(tmp_path, folder, what):
    path = tmp_path / "model.npz"
    if what == "garbage":
        path.write_bytes(bytes(range(256)) * 4)
    elif what == "a folder":
        path.mkdir()
    elif what in ("other size", "few outputs"):
        spec = RunSpec((21, 5, 10) if what == "other size" else (20, 5, 3))
        save_model(path, spec.network(), spec, 0)
    text = complaint("evaluate", path, "--data", folder)
    assert (str(path) in text) or (what == "few outputs" and "3 output neurons" in text)
    assert what != "other size" or ("21" in text and "20" in text)


def test_a_command_without_its_model_is_refused():
    assert "MODEL" in complaint("evaluate")


def test_nothing_is_read_before_a_bad_option_is_refused(tmp_path):
    assert "'sigmoit'" in complaint("train", "--data", tmp_path / "missing", "--activation", "sigmoit")


@contextmanager
def ordinary_user():
    """Lay down root's power to write everywhere, where the tests run as root."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)  # os.access asks for the real user, not for the effective one
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.skipif(not hasattr(os, "setresuid"), reason="This system keeps permissions otherwise.")
def test_a_folder_that_may_not_be_written_to_is_refused_before_training(tmp_path, capsys):
    # In this process: as another user, Python itself might not be readable.
    with tempfile.TemporaryDirectory() as closed:
        Path(closed).chmod(0o555)
        with ordinary_user():
            status = main(["train", "--data", str(tmp_path / "unread"), "--out", f"{closed}/model.npz"])
    assert status == 2
    assert f"{closed} may not be written to" in one_line(capsys.readouterr().err)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="There is no folder that only seems writable.")
def test_a_model_that_cannot_be_saved_after_all_is_told_in_one_sentence(folder):
    assert "/proc/model.npz" in complaint(
        "train", "--data", folder, "--epochs", 0, "--out", "/proc/model.npz"
    )


# What goes wrong on the way


def test_a_training_that_diverges_says_so_fails_and_saves_nothing(folder, tmp_path):
    out = tmp_path / "model.npz"
    arguments = ["train", "--data", folder, "--activation", "relu", "--eta", "1e30", "--l2", "1"]
    text = complaint(*arguments, "--out", out, status=1)
    assert "diverged" in text
    assert "smaller learning rate" in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="Pipes close otherwise.")
@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_a_reader_that_leaves_early_is_no_error(folder, as_json):
    training = subprocess.Popen(
        [*COMMAND, "train", "--data", folder, "--epochs", "400", "--hidden", "4", *as_json],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert training.stdout.readline()
    training.stdout.close()
    assert training.stderr.read() == ""
    training.stderr.close()
    assert training.wait(30) == 1


@pytest.mark.skipif(os.name != "posix", reason="There is no shell with pipes.")
@pytest.mark.parametrize(
    "arguments", [["--help"], ["train", "--help"], ["evaluate", "MODEL", "--data", "DATA"]]
)
def test_a_reader_that_never_reads_is_no_error(folder, model, arguments):
    # Regression: what was printed last was written when Python ended, which complained in its own way.
    given = {"MODEL": str(model), "DATA": str(folder)}
    command = [*COMMAND, *(given.get(part, part) for part in arguments)]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, env=environment())
    os.close(writing)
    assert done.stderr == ""
    assert done.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="There is no disk that is always full.")
@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_full_disk_is_told_in_one_sentence(folder, model, command):
    # Regression: it was a traceback.
    arguments = [command, *([] if command == "train" else [str(model)]), "--data", str(folder)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, env=environment()
        )
    assert "No space left" in one_line(done.stderr)
    assert done.returncode == 1


@pytest.mark.skipif(os.name != "posix", reason="Signals differ elsewhere.")
def test_an_interruption_is_told_and_what_was_learnt_is_saved(large_folder, tmp_path):
    # Regression: Ctrl-C within a step left parameters of that step under the number of the one before.
    for attempt in range(3):
        out = tmp_path / f"model {attempt}.npz"
        training = subprocess.Popen(
            [*COMMAND, "train", "--data", large_folder, "--epochs", "10000", "--out", out, "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        first = json.loads(training.stdout.readline())
        time.sleep(0.013 * attempt)
        training.send_signal(signal.SIGINT)
        rest, errors = training.communicate(timeout=30)
        assert training.returncode == 130
        assert errors == "nnviz: Stopped.\n"
        for line in rest.splitlines():
            json.loads(line)
        saved = load_model(out)
        assert saved.step >= first["step"]
        again = replay(saved.spec, load_folder(large_folder), Journal(), saved.step)
        assert saved.network.theta.tobytes() == again.network.theta.tobytes()


@pytest.mark.skipif(os.name != "posix", reason="Signals differ elsewhere.")
def test_an_interruption_while_the_data_are_read_leaves_no_traceback():
    program = (
        "import os, signal, sys\n"
        "from nnviz import cli\n"
        "cli.load_mnist = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.exit(cli.main(['train']))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment())
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "nnviz: Stopped.\n")


def test_training_leaves_python_its_own_way_with_interruptions(folder, capsys):
    before = signal.getsignal(signal.SIGINT)
    assert main(["train", "--data", str(folder), "--epochs", "1"]) == 0
    assert signal.getsignal(signal.SIGINT) is before
    assert capsys.readouterr().out.startswith("epoch 1 ")


@pytest.mark.skipif(os.name != "posix", reason="There are no such terminals elsewhere.")
def test_on_a_terminal_a_bar_shows_how_far_it_is_and_stays_out_of_the_output(large_folder):
    import pty  # these are not there elsewhere
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    training = subprocess.Popen(
        [*COMMAND, "train", "--data", large_folder, "--epochs", "3", "--json"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        env=environment(),
    )
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            piece = os.read(ours, 1 << 16)
        except OSError:  # the other end has closed
            break
        shown += piece
    os.close(ours)
    printed = objects(training.communicate(timeout=30)[0])
    assert training.returncode == 0
    assert [epoch["epoch"] for epoch in printed] == [1, 2, 3]
    assert b"epoch 3 of 3: 100%" in shown
    assert b"6000/6000" in shown
    assert b"steps/s" in shown


# Figures; what they show and which are refused, tests/app/test_figure_command.py looks at from inside.

NO_SCREEN = dict.fromkeys(UNUSED, "")
OTHER_SCREEN = {
    "QT_QPA_PLATFORM": "xcb",
    "DISPLAY": ":99",
    "QT_SCALE_FACTOR": "2",
    "QT_SCREEN_SCALE_FACTORS": "1.5",
    "QT_FONT_DPI": "144",
    "QT_STYLE_OVERRIDE": "windows",
    "LC_ALL": "C",
}
"""A display that there is not, and what a user may have set for another."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory, folder):
    """A model after two epochs, whose file says by which run."""
    path = tmp_path_factory.mktemp("model") / "trained.npz"
    succeeded("train", "--data", folder, "--epochs", 2, "--hidden", "8,6", "--out", path)
    return path


@pytest.mark.parametrize(
    ("view", "suffix"),
    [
        ("diagram", "png"),
        ("neuron", "svg"),
        ("weights", "png"),
        ("samples", "svg"),
        ("pad", "png"),
        ("evaluation", "svg"),
        ("costs", "png"),
        ("health", "svg"),
    ],
)
def test_a_figure_needs_no_display_and_is_the_same_in_every_process(folder, trained, tmp_path, view, suffix):
    contents = []
    for surroundings in (NO_SCREEN, OTHER_SCREEN):
        out = tmp_path / f"{view}.{suffix}"
        told = succeeded(
            "figure", view, "--replay", "--model", trained, "--data", folder, "-o", out, **surroundings
        )
        assert told == ""
        assert list(tmp_path.iterdir()) == [out]
        contents.append(out.read_bytes())
        out.unlink()
    assert contents[0] == contents[1]
    assert contents[0].startswith(b"\x89PNG" if suffix == "png" else b"<?xml")


def test_the_built_in_data_are_shown_where_no_folder_is_given(tmp_path):
    model, out = tmp_path / "model.npz", tmp_path / "a.svg"
    spec = RunSpec((784, 5, 10))
    save_model(model, spec.network(), spec, 0)
    succeeded("figure", "pad", "--model", model, "--sample", 9999, "-o", out)
    assert "test image 9,999" in out.read_text()


def test_a_figure_is_refused_with_one_sentence_and_no_file_is_left(folder, trained, tmp_path):
    out = tmp_path / "a.png"
    for options, named in (
        (["scenery"], "'scenery'"),
        (["pad", "--sample", "131"], "131"),
        (["pad", "--sample", "x"], "'x'"),
        (["pad", "--shade"], "--shade"),
    ):
        assert named in complaint("figure", *options, "--model", trained, "--data", folder, "-o", out)
    assert list(tmp_path.iterdir()) == []


def test_a_run_made_again_for_a_figure_can_be_interrupted(large_folder, tmp_path):
    model, out = tmp_path / "model.npz", tmp_path / "a.png"
    spec = RunSpec((20, 16, 16, 10), data=str(large_folder))
    save_model(model, spec.network(), spec, 10_000_000)
    arguments = ["costs", "--replay", "--model", model, "--data", large_folder, "-o", out]
    making = subprocess.Popen(
        [*COMMAND, "figure", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    time.sleep(8)  # until all modules are there, on a busy machine, too
    making.send_signal(signal.SIGINT)
    assert making.communicate(timeout=30) == ("", "nnviz: Stopped.\n")
    assert making.returncode == 130
    assert list(tmp_path.iterdir()) == [model]


def test_a_figure_says_which_library_is_missing_where_qt_cannot_start(trained, tmp_path):
    """Regression: on a server without them, it ended in a traceback."""
    program = (
        "import sys\n"
        "sys.modules['PySide6.QtGui'] = None\n"
        "from nnviz.cli import main\n"
        f"sys.exit(main(['figure', 'pad', '--model', {str(trained)!r}, '-o', 'a.png']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment(), cwd=tmp_path
    )
    assert done.returncode == 2
    assert "libegl1" in one_line(done.stderr)
    assert list(tmp_path.iterdir()) == []


# The window


def test_without_a_display_it_says_so_and_names_what_works():
    clean = {name: value for name, value in environment().items() if name not in UNUSED}
    done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=60, env=clean)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "nnviz train" in one_line(done.stderr)
