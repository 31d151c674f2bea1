"""Sessions on the command line: `nnviz train --session` records one, and `nnviz replay` makes its runs again."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from nnviz.core.evaluation import evaluate
from nnviz.core.network import Network
from nnviz.data.dataset import DataSet, load_folder, load_mnist
from nnviz.output_file import writable
from nnviz.report import as_json, result_lines
from nnviz.run.divergence import DivergenceError
from nnviz.run.model_file import save_model
from nnviz.run.session import SavedBranch, Session, SessionError, single_run
from nnviz.run.session_file import load_session, save_session
from nnviz.run.session_replay import Difference, DifferentArithmeticError, network_at, verify
from nnviz.run.spec import MNIST
from nnviz.run.trainer import Trainer


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command `replay` to the command line's parser."""
    parser = commands.add_parser(
        "replay",
        help="make a saved session's runs again, or write the parameters of a step",
        description="Make the runs of a saved session again from the beginning, and say whether all states that "
        "were saved come out bit for bit. With --to, go to a step instead: print the network's test cost and "
        "accuracy there, and write its exact parameters with --out.",
    )
    add = parser.add_argument
    add("session", metavar="SESSION", help="a .nnviz file")
    add(
        "--to",
        type=int,
        metavar="STEP",
        help="the step to go to (default with --out: where the branch stands)",
    )
    add("--out", metavar="FILE", help="save the model of that step here, as .npz")
    add(
        "--branch", metavar="NAME", help="a branch's name or number (default: all, or the one that was shown)"
    )
    add("--data", metavar="DIR", help="the folder of the session's data, if they have moved")
    add("--json", action="store_true", help="print JSON on stdout, and nothing else")


def save(path: Path, trainer: Trainer) -> None:
    """Save a run as a session; raise SessionError if that cannot be done."""
    try:
        save_session(path, single_run(trainer))
    except OSError as error:
        raise SessionError(f"The session could not be saved as {path}: {error.strerror or error}.") from error


def replay(options: argparse.Namespace) -> int:
    """Do what `nnviz replay` does, and return 0.

    Raises
    ------
    SessionError, DataError, ValueError
        If the session, its data or the options are of no use.
    DifferentArithmeticError, DivergenceError
        If the session was made again, but does not come out, or has no finite parameters to be written.
    """
    out = None if options.out is None else writable(options.out, "the model")
    session = load_session(options.session)
    if out is not None and os.path.realpath(out) == os.path.realpath(options.session):
        raise ValueError("The model would take the place of the session. Give --out another name.")
    branches = _chosen(session, options.branch, one=options.to is not None or out is not None)
    data = _load(session, options.data)
    session.refuse_other_data(data)
    if options.to is None and out is None:
        _check(session, branches, data, options.json)
    else:
        _go(session, branches[0], data, options, out)
    return 0


def _load(session: Session, folder: str | None) -> DataSet:
    if folder is None and session.spec.data == MNIST:
        return load_mnist()
    return load_folder(session.spec.data if folder is None else folder)


def _chosen(session: Session, name: str | None, one: bool) -> Sequence[SavedBranch]:
    if name is None:
        return [session.branch(session.present)] if one else session.branches
    for found in (
        [b for b in session.branches if b.name == name],
        [b for b in session.branches if str(b.number) == name],
    ):
        if len(found) == 1:
            return found
    names = ", ".join(f"{branch.number} {branch.name!r}" for branch in session.branches)
    raise ValueError(f"The session has no branch {name!r}, or more than one. Its branches are {names}.")


def _check(session: Session, branches: Sequence[SavedBranch], data: DataSet, as_json: bool) -> None:
    """Make branches again from the beginning."""
    differences = []
    for branch in branches:
        with _bar(branch.made, " steps") as progress:
            difference = verify(session, branch.number, data, progress)
        differences += [] if difference is None else [difference]
        print(_json_line(branch, difference) if as_json else _line(branch, difference), flush=True)
    if differences:
        first = min(differences, key=lambda difference: difference.by)
        raise DifferentArithmeticError(first.describe(session))


def _line(branch: SavedBranch, difference: Difference | None) -> str:
    states = f"{len(branch.keyframes):,} saved state{'s' if len(branch.keyframes) > 1 else ''}"
    outcome = "made again, bit for bit" if difference is None else f"not the same at step {difference.by:,}"
    return f"{branch.name!r}   {branch.made:,} steps   {states}   {outcome}"


def _json_line(branch: SavedBranch, difference: Difference | None) -> str:
    report = {
        "branch": branch.name,
        "number": branch.number,
        "steps": branch.made,
        "states": len(branch.keyframes),
        "same_until": branch.made if difference is None else difference.after,
        "differs_at": None if difference is None else difference.by,
    }
    return as_json(report)


def _go(
    session: Session, branch: SavedBranch, data: DataSet, options: argparse.Namespace, out: Path | None
) -> None:
    """Go to a step of a branch, and write its parameters."""
    step = branch.step if options.to is None else options.to
    with _bar(100, " %") as progress:
        network = network_at(session, branch.number, step, data, progress)
    if not np.isfinite(network.theta).all():
        raise DivergenceError(
            f"The run had diverged: the parameters of step {step:,} are no finite numbers. Give --to an earlier one."
        )
    if out is not None:
        _save_model(out, network, session, step)
    result = evaluate(network, data.test.images, data.test.labels)
    if options.json:
        report = {"branch": branch.name, "number": branch.number, "step": step}
        print(as_json(report | {"test_cost": result.cost, "test_accuracy": result.accuracy}))
        return
    print(f"branch         {branch.name!r}")
    print(f"step           {step:,} of {branch.made:,}")
    print("\n".join(result_lines(network, result)))


def _save_model(out: Path, network: Network, session: Session, step: int) -> None:
    try:
        save_model(out, network, session.spec, step)
    except OSError as error:
        raise SessionError(f"The model could not be saved as {out}: {error.strerror or error}.") from error


@contextmanager
def _bar(total: int, unit: str) -> Iterator[Callable[[float], None]]:
    """Show a bar where stderr is a terminal; yield what is to be called with the share that is done."""
    no_bar = sys.stderr is None or not sys.stderr.isatty()
    with tqdm(total=total, unit=unit, disable=no_bar, leave=False) as bar:

        def progress(share: float) -> None:
            bar.update(round(share * total) - bar.n)

        yield progress
