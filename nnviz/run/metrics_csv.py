"""A run's metrics as tables that a spreadsheet reads."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import BinaryIO

from nnviz.run.atomic import write_atomically
from nnviz.run.epochs import EpochRecord
from nnviz.run.health import EVERY, HealthLog
from nnviz.run.snapshot import Snapshot

ROWS_A_PIECE = 10_000
KINDS = ("steps", "epochs", "health")
"""A row for every step: cost, smoothed cost, gradient norm of each layer. A row for every epoch. A row for every
tenth step: gradient norm, update ratio and saturated share of each layer."""

Rows = Iterator[Sequence[object]]


def write_metrics(
    path: str | Path, snapshot: Snapshot, kind: str, progress: Callable[[float], None] | None = None
) -> None:
    """Write one of KINDS up to a snapshot's step, atomically; numbers as Python writes them.

    Parameters
    ----------
    progress : callable, optional
        Called with the fraction written, 0 to 1; what it raises passes through, and nothing is written.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    header, rows, count = {"steps": _steps, "epochs": _epochs, "health": _health}[kind](snapshot)

    def write(file: BinaryIO) -> None:
        text = codecs.getwriter("utf-8")(file)
        writer = csv.writer(text)
        writer.writerow(header)
        for number, row in enumerate(rows):
            if progress is not None and number % ROWS_A_PIECE == 0:
                progress(number / count)
            writer.writerow(row)

    write_atomically(Path(path), write)


def _steps(snapshot: Snapshot) -> tuple[list[str], Rows, int]:
    log = snapshot.log

    def rows() -> Rows:
        for first in range(0, snapshot.step, ROWS_A_PIECE):
            piece = log.rows(first, min(first + ROWS_A_PIECE, snapshot.step)).tolist()
            for step, row in enumerate(piece, first + 1):
                yield (step, *row)

    norms = [f"gradient_norm_{layer}" for layer in range(1, log.n_layers + 1)]
    return ["step", "cost", "smoothed_cost", *norms], rows(), snapshot.step


def _epochs(snapshot: Snapshot) -> tuple[list[str], Rows, int]:
    rows = (tuple(asdict(record).values()) for record in snapshot.epochs)
    return [f.name for f in fields(EpochRecord)], rows, len(snapshot.epochs)


def _health(snapshot: Snapshot) -> tuple[list[str], Rows, int]:
    log, count = snapshot.health_log, HealthLog.count_at(snapshot.step)

    def rows() -> Rows:
        for first in range(0, count, ROWS_A_PIECE):
            piece = log.figures(first, min(first + ROWS_A_PIECE, count))
            for number, row in enumerate(piece.reshape(len(piece), -1).tolist(), first + 1):
                yield (number * EVERY, *row)

    names = ("gradient_norm", "update_ratio", "saturated_share")
    columns = [f"{name}_{layer}" for name in names for layer in range(1, log.n_layers + 1)]
    return ["step", *columns], rows(), count
