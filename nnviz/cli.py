"""The command line: open the window, train without one, evaluate a saved model."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from nnviz import __version__, report, session_command
from nnviz.core.descent import HyperParameters
from nnviz.core.evaluation import evaluate
from nnviz.core.network import parameter_count
from nnviz.data.dataset import DataSet, load_folder, load_mnist
from nnviz.data.errors import DataError
from nnviz.output_file import writable
from nnviz.run.blas import hold_blas_to_one_thread
from nnviz.run.divergence import DivergenceError
from nnviz.run.epochs import EpochRecord
from nnviz.run.keyframes import LEAST_BUDGET
from nnviz.run.model_file import ModelError, load_model, save_model
from nnviz.run.session import SessionError
from nnviz.run.session_replay import DifferentArithmeticError
from nnviz.run.spec import MNIST, RunSpec
from nnviz.run.trainer import Trainer

FAILED, REFUSED, INTERRUPTED = 1, 2, 130

EXAMPLES = """\
examples:
  nnviz                                          open the window
  nnviz open run.nnviz                           open it with a session, a model, a picture or a folder of data
  nnviz train --hidden 30 --eta 3 --epochs 30    the book's first network, without a window
  nnviz train --hidden 100 --cost cross-entropy --init scaled --eta 0.5 --l2 5 --out model.npz
  nnviz train --epochs 5 --session run.nnviz     keep the whole run, not only where it ends
  nnviz replay run.nnviz --to 1200 --out model.npz    the exact parameters after 1200 steps of it
  nnviz evaluate model.npz                       cost and accuracy on the test images
  nnviz figure diagram --model model.npz --sample 42 --theme light -o network.svg    a picture for a slide
"""


class _Parser(argparse.ArgumentParser):
    """A parser that refuses a bad option with one sentence."""

    def error(self, message: str) -> NoReturn:
        text = message[:1].upper() + message[1:].rstrip(".")
        self.exit(REFUSED, f"{self.prog}: {text}. Try '{self.prog} --help'.\n")


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    top = _Parser(
        prog="nnviz",
        description="Watch a small neural network learn handwritten digits. "
        "Without a command, the window opens.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"nnviz {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")

    opening = commands.add_parser(
        "open",
        help="open the window with a file",
        description="Open the window with a session (.nnviz), a model (.npz, .json), a picture of a digit, or a "
        "folder of four IDX files.",
    )
    opening.add_argument("file", metavar="FILE", help="what to open")
    train = commands.add_parser("train", help="train without a window", description="Train without a window.")
    add = train.add_argument
    add("--hidden", default="16,16", metavar="N,N", help="hidden layer sizes, 0 for none (default: 16,16)")
    add("--activation", default="sigmoid", help="of the hidden layers: sigmoid, tanh or relu")
    add("--cost", default="quadratic", help="quadratic, cross-entropy or log-likelihood (with softmax)")
    add("--eta", type=float, default=3.0, metavar="X", help="learning rate η (default: 3)")
    add("--batch-size", type=int, default=10, metavar="N", help="samples in a mini-batch (default: 10)")
    add("--epochs", type=int, default=10, metavar="N", help="passes over the training images (default: 10)")
    add("--l2", type=float, default=0.0, metavar="X", help="λ of L2 regularisation (default: 0)")
    add("--l1", type=float, default=0.0, metavar="X", help="λ of L1 regularisation (default: 0)")
    add("--momentum", type=float, default=0.0, metavar="X", help="momentum μ (default: 0)")
    add(
        "--dropout",
        type=float,
        default=0.0,
        metavar="X",
        help="share of hidden neurons left out (default: 0)",
    )
    add("--init", default="large", help="initial weights: large or scaled (default: large)")
    add("--seed", type=int, default=0, metavar="N", help="for all that is random (default: 0)")
    add("--train-size", type=int, metavar="N", help="use only the first N training images")
    add("--out", metavar="FILE", help="save the trained model here, as .npz")
    add("--session", metavar="FILE", help="save the whole run here, as .nnviz")

    evaluation = commands.add_parser(
        "evaluate",
        help="cost and accuracy of a saved model",
        description="Print size, parameter count, test cost and test accuracy of a saved model.",
    )
    evaluation.add_argument(
        "model", metavar="MODEL", help="a .npz of nnviz, or the JSON of the book's network2.py"
    )
    session_command.add_parser(commands)
    figure = commands.add_parser(
        "figure",
        help="a view of a saved model as a picture",
        description="Write a view of a saved model as PNG or SVG, without a window. The same options give the "
        "same bytes.",
    )
    add = figure.add_argument
    add("view", nargs="?", metavar="VIEW", help="what to show; --list names them")
    add("--list", action="store_true", help="name the views, and what they show")
    add("--model", metavar="MODEL", help="a .npz of nnviz, or the JSON of the book's network2.py")
    add("--sample", type=int, default=0, metavar="N", help="the number of the chosen sample (default: 0)")
    add("--source", default="test", metavar="NAME", help="where it is from: test or training (default: test)")
    add("--neuron", metavar="L,J", help="pin neuron J, from 0, of layer L, from 1")
    add("--replay", action="store_true", help="make the run again, for views that show its history")
    add("--theme", default="light", metavar="NAME", help="dark or light (default: light)")
    add("--colour-blind-safe", action="store_true", help="blue and orange in place of green and red")
    add("--text", type=float, default=1.0, metavar="X", help="size of the text, 0.8 to 2 (default: 1)")
    add("--size", metavar="WxH", help="size to lay it out in, such as 960x640")
    add(
        "--scale", type=float, default=2.0, metavar="X", help="pixels of a PNG to a unit of that (default: 2)"
    )
    add("-o", "--out", metavar="FILE", help="where to; its name ends in .svg or .png")
    figure.add_argument("--data", metavar="DIR", help="a folder of four IDX files instead of MNIST")

    for command in (train, evaluation):
        command.add_argument("--data", metavar="DIR", help="a folder of four IDX files instead of MNIST")
        command.add_argument("--json", action="store_true", help="print JSON on stdout, and nothing else")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status: 0, 1 failed, 2 refused, or 130 interrupted."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(
            errors="replace"
        )  # a terminal or file without Greek letters still gets the rest
    try:
        try:
            return _run(arguments)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # left to Python's exit, it would fail with a traceback
    except (DataError, ModelError, SessionError, ValueError) as error:
        return _complain(str(error), REFUSED)
    except (DivergenceError, DifferentArithmeticError) as error:
        return _complain(str(error), FAILED)
    except MemoryError:
        return _complain("There is not enough memory for this. Choose smaller layers or less data.", FAILED)
    except BrokenPipeError:  # whoever read the output has left, and need not be told
        _discard_output()
        return FAILED
    except OSError as error:
        _discard_output()
        return _complain(f"The operating system refused: {error.strerror or error}.", FAILED)
    except KeyboardInterrupt:
        return _complain("Stopped.", INTERRUPTED)


def _run(arguments: Sequence[str] | None) -> int:
    options = parser().parse_args(arguments)
    if options.command == "train":
        return _train(options)
    if options.command == "evaluate":
        return _evaluate(options)
    if options.command == "replay":
        return session_command.replay(options)
    if options.command == "figure":
        return _figure(options)
    return _open_window(None if options.command is None else Path(options.file))


def _discard_output() -> None:
    """Lead stdout nowhere: at exit Python would write what is left of it, fail again, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(sentence: str, status: int) -> int:
    print(f"nnviz: {sentence}", file=sys.stderr)
    return status


def _load(folder: str | None) -> DataSet:
    return load_mnist() if folder is None else load_folder(folder)


def _train(options: argparse.Namespace) -> int:
    if options.epochs < 0:
        raise ValueError(f"The number of epochs is 0 or more; given was {options.epochs}.")
    out = None if options.out is None else writable(options.out, "the model")
    session = None if options.session is None else writable(options.session, "the session", "--session")
    if out is not None and session is not None and os.path.realpath(out) == os.path.realpath(session):
        raise ValueError("The model and the session cannot be one file. Give --session another name.")
    hidden = _layer_sizes(options.hidden)
    hyper = HyperParameters(
        options.eta, options.batch_size, options.l2, options.l1, options.momentum, options.dropout
    )

    def spec(pixels: int) -> RunSpec:
        return RunSpec(
            sizes=(pixels, *hidden, 10),
            activation=options.activation,
            cost=options.cost,
            init=options.init,
            seed=options.seed,
            hyper=hyper,
            data=MNIST if options.data is None else os.path.abspath(options.data),  # noqa: PTH100
            train_size=options.train_size,
        )

    spec(1)  # complain about options before the data is read
    data = _load(options.data)
    trainer = Trainer(spec(data.training.images.shape[1]), data, recording=session is not None)
    trainer.keyframes.budget = LEAST_BUDGET  # nobody goes back and forth
    with ExitStack() as at_end:  # what was learned before an interruption is kept
        if out is not None:
            at_end.callback(_save, out, trainer)
        if session is not None:
            at_end.callback(session_command.save, session, trainer)
        _run_epochs(trainer, options.epochs, as_json=options.json)
    return 0


def _run_epochs(trainer: Trainer, epochs: int, as_json: bool) -> None:
    """Train, printing a line for each epoch, with a progress bar where stderr is a terminal."""
    steps_an_epoch = -(-len(trainer.training) // trainer.hyper.batch_size)
    began = time.monotonic()
    no_bar = sys.stderr is None or not sys.stderr.isatty()
    with (
        _interruptions_between_steps() as interrupt_if_asked,
        tqdm(total=epochs * steps_an_epoch, unit=" steps", disable=no_bar) as bar,
    ):
        for epoch in range(1, epochs + 1):
            for start in range(0, steps_an_epoch, 50):
                steps = min(50, steps_an_epoch - start)
                trainer.advance(steps, after_step=interrupt_if_asked)
                bar.update(steps)
            line = _epoch_line(trainer.epochs[-1], time.monotonic() - began, epochs, as_json)
            with tqdm.external_write_mode(file=sys.stdout):
                print(line, flush=True)
            bar.set_description(f"epoch {epoch} of {epochs}")


@contextmanager
def _interruptions_between_steps() -> Iterator[Callable[[], None]]:
    """Let Ctrl-C wait for the end of the step, so that what is saved then is a state that the run had.

    Yields a function that raises KeyboardInterrupt if it was asked for.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield lambda: None  # whoever started the program wants no interruption, or deals with it
        return
    asked = False

    def ask(*_: object) -> None:
        nonlocal asked
        asked = True

    def interrupt_if_asked() -> None:
        if asked:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, ask)
    try:
        yield interrupt_if_asked
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _epoch_line(record: EpochRecord, seconds: float, epochs: int, as_json: bool) -> str:
    if as_json:
        return report.as_json(
            {
                "epoch": record.epoch,
                "step": record.step,
                "training_cost": record.training_cost,
                "test_cost": record.test_cost,
                "test_accuracy": record.test_accuracy,
                "seconds": round(seconds, 3),
            }
        )
    return (
        f"epoch {record.epoch:>{len(str(epochs))}}   training cost {report.cost_text(record.training_cost)}   "
        f"test cost {report.cost_text(record.test_cost)}   test accuracy {record.test_accuracy:.2%}   {seconds:.1f} s"
    )


def _layer_sizes(text: str) -> tuple[int, ...]:
    if text.strip() in ("", "0"):
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ValueError(
            f"Hidden layer sizes are whole numbers with commas between them, as in 16,16; given was {text!r}."
        ) from None


def _save(path: Path, trainer: Trainer) -> None:
    if trainer.divergence is not None:
        return
    try:
        save_model(path, trainer.network, trainer.spec, trainer.step)
    except OSError as error:
        raise ModelError(f"The model could not be saved as {path}: {error.strerror or error}.") from error


def _evaluate(options: argparse.Namespace) -> int:
    hold_blas_to_one_thread()
    model = load_model(options.model)
    network, test = model.network, _load(options.data).test
    if network.sizes[0] != test.images.shape[1]:
        raise ValueError(_misfit(options.model, network.sizes[0], test.images.shape[1]))
    result = evaluate(network, test.images, test.labels)
    parameters = parameter_count(network.sizes)
    if options.json:
        figures = {
            "sizes": list(network.sizes),
            "parameters": parameters,
            "test_cost": result.cost,
            "test_accuracy": result.accuracy,
        }
        print(report.as_json(figures))
        return 0
    print(f"size           {'-'.join(str(n) for n in network.sizes)}")
    print(f"parameters     {parameters:,}")
    print("\n".join(report.result_lines(network, result)))
    return 0


def _misfit(model: str, takes: int, pixels: int) -> str:
    return (
        f"The model in {model} takes {takes} pixels, but the test images have {pixels}. Choose data of the kind "
        "it was trained on, with --data."
    )


def _figure(options: argparse.Namespace) -> int:
    from nnviz.app.display import why_no_qt  # Qt's libraries are loaded only where they are wanted

    reason = why_no_qt()
    if reason is not None:
        return _complain(reason, REFUSED)
    from nnviz.app import figure_command
    from nnviz.app.figure_file import FigureError

    if options.list:
        print(figure_command.list_figures())
        return 0
    for name in ("view", "model", "out"):
        if getattr(options, name) is None:
            what = {"view": "the name of a view", "model": "--model MODEL", "out": "-o FILE"}[name]
            raise ValueError(f"A figure needs {what}. Try 'nnviz figure --help'.")
    try:
        figure_command.check_options(options)
        writable(options.out, "the figure")
        hold_blas_to_one_thread()
        model, data = load_model(options.model), _load(options.data)
        if model.network.sizes[0] != data.test.images.shape[1]:
            raise ValueError(_misfit(options.model, model.network.sizes[0], data.test.images.shape[1]))
        figure_command.write_figure(options, model, data)
    except FigureError as error:
        return _complain(str(error), REFUSED)
    return 0


def _open_window(path: Path | None) -> int:
    from nnviz.app.display import why_no_window  # Qt's libraries are loaded only where a window is wanted

    reason = why_no_window()
    if reason is not None:
        return _complain(f"{reason} To train without a window, use 'nnviz train'.", REFUSED)
    from nnviz.app import opening
    from nnviz.app.application import make_application, run_application

    if path is None:
        return run_application()
    make_application()  # before the file is looked at: to read a picture takes one
    try:
        opening.refuse_unless_good(path)
    except opening.OpeningError as error:
        return _complain(str(error), REFUSED)
    return run_application(path.absolute())
