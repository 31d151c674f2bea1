import csv
import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from run.small import small_data, small_spec

from nnviz.run import metrics_csv
from nnviz.run.epochs import EpochRecord
from nnviz.run.health import EVERY
from nnviz.run.metrics_csv import KINDS, write_metrics
from nnviz.run.trainer import Trainer

EPOCH = math.ceil(53 / 7)
STEPS = 3 * EPOCH + 4


def run_of(steps, **changes):
    trainer = Trainer(small_spec((20, 6, 5, 10), **changes), small_data())
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass
    trainer.advance(steps)
    return trainer


@pytest.fixture(scope="module")
def trainer():
    return run_of(STEPS)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "metrics.csv"


def table(path):
    """Return the header and the rows, each a list of texts."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


def numbers(rows):
    return np.array([[float(text) for text in row] for row in rows])


# What is in the tables


def test_there_is_a_row_for_every_step_with_what_the_log_has(trainer, path):
    write_metrics(path, trainer.snapshot(), "steps")
    header, rows = table(path)
    assert header == [
        "step",
        "cost",
        "smoothed_cost",
        "gradient_norm_1",
        "gradient_norm_2",
        "gradient_norm_3",
    ]
    assert [row[0] for row in rows] == [str(step) for step in range(1, STEPS + 1)]
    written = numbers(rows)[:, 1:]
    assert np.array_equal(written, trainer.log.rows(0, STEPS).astype(np.float64)), "a digit is lost"
    assert written.astype(np.float32).tobytes() == trainer.log.rows(0, STEPS).tobytes()


def test_there_is_a_row_for_every_epoch_the_one_before_the_first_step_included(trainer, path):
    write_metrics(path, trainer.snapshot(), "epochs")
    header, rows = table(path)
    assert header == [
        "epoch",
        "step",
        "training_cost",
        "training_accuracy",
        "test_cost",
        "test_accuracy",
    ]
    assert [row[:2] for row in rows] == [[str(n), str(n * EPOCH)] for n in range(4)]
    back = [EpochRecord(int(row[0]), int(row[1]), *(float(text) for text in row[2:])) for row in rows]
    assert back == trainer.epochs


def test_there_is_a_row_for_every_tenth_step_with_the_health_of_each_layer(trainer, path):
    write_metrics(path, trainer.snapshot(), "health")
    header, rows = table(path)
    assert header == [
        "step",
        *(f"gradient_norm_{layer}" for layer in (1, 2, 3)),
        *(f"update_ratio_{layer}" for layer in (1, 2, 3)),
        *(f"saturated_share_{layer}" for layer in (1, 2, 3)),
    ]
    assert [row[0] for row in rows] == [str(step) for step in range(EVERY, STEPS + 1, EVERY)]
    figures = trainer.health_log.figures(0, STEPS // EVERY)
    assert np.array_equal(numbers(rows)[:, 1:].reshape(-1, 3, 3), figures.astype(np.float64))


def test_the_gradient_norms_of_the_two_tables_agree(trainer, tmp_path):
    for kind in ("steps", "health"):
        write_metrics(tmp_path / kind, trainer.snapshot(), kind)
    steps, health = (numbers(table(tmp_path / kind)[1]) for kind in ("steps", "health"))
    assert np.allclose(steps[EVERY - 1 :: EVERY, 3:], health[:, 1:4], rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_before_the_first_step_there_is_a_header_alone(path, kind):
    trainer = Trainer(small_spec(), small_data())
    told = []
    write_metrics(path, trainer.snapshot(), kind, told.append)
    header, rows = table(path)
    assert len(header) > 1
    assert rows == []
    assert told == []


def test_before_the_tenth_step_there_is_no_health(path):
    write_metrics(path, run_of(9).snapshot(), "health")
    assert table(path)[1] == []


def test_what_was_made_after_the_snapshot_is_not_written(path):
    trainer = run_of(25)
    snapshot = trainer.snapshot()
    trainer.advance(30)
    for kind, rows in (("steps", 25), ("health", 2), ("epochs", 4)):
        write_metrics(path, snapshot, kind)
        assert len(table(path)[1]) == rows, kind


def test_a_cost_that_is_no_longer_a_number_is_written_as_such(path):
    trainer = run_of(3)
    trainer.log.add(math.nan, [math.inf, 0.0, 1e-30])
    snapshot = replace(trainer.snapshot(), step=4)
    write_metrics(path, snapshot, "steps")
    row = table(path)[1][-1]
    assert row[:3] == ["4", "nan", "nan"]
    assert row[3:5] == ["inf", "0.0"]
    assert np.float32(row[5]) == np.float32(1e-30)


@pytest.mark.parametrize("size", [1, 7, 10, STEPS, 10_000])
def test_however_the_rows_are_taken_they_are_the_same(trainer, tmp_path, monkeypatch, size):
    for kind in KINDS:
        write_metrics(tmp_path / f"{kind}-whole", trainer.snapshot(), kind)
    monkeypatch.setattr(metrics_csv, "ROWS_A_PIECE", size)
    for kind in KINDS:
        write_metrics(tmp_path / kind, trainer.snapshot(), kind)
        assert (tmp_path / kind).read_bytes() == (tmp_path / f"{kind}-whole").read_bytes()


def test_a_spreadsheet_can_read_the_file(trainer, path):
    write_metrics(path, trainer.snapshot(), "steps")
    content = path.read_bytes()
    assert content.isascii()
    assert content.count(b"\r\n") == content.count(b"\n") == STEPS + 1
    with path.open(newline="") as file:
        assert csv.Sniffer().sniff(file.read(2000)).delimiter == ","


def test_a_path_may_be_a_text(trainer, path):
    write_metrics(str(path), trainer.snapshot(), "epochs")
    assert len(table(path)[1]) == 4


def test_there_are_no_other_tables(trainer, path):
    with pytest.raises(KeyError):
        write_metrics(path, trainer.snapshot(), "weights")
    assert not path.exists()


# Progress


def test_progress_is_told_in_fractions(trainer, path, monkeypatch):
    monkeypatch.setattr(metrics_csv, "ROWS_A_PIECE", 7)
    told = []
    write_metrics(path, trainer.snapshot(), "steps", told.append)
    assert told == pytest.approx([0, 7 / STEPS, 14 / STEPS, 21 / STEPS, 28 / STEPS][: len(told)])
    assert len(told) == math.ceil(STEPS / 7)


class TiredError(Exception):
    pass


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("old", [None, b"an older table"])
def test_who_stops_it_on_the_way_finds_the_folder_as_it_was(trainer, path, monkeypatch, kind, old):
    monkeypatch.setattr(metrics_csv, "ROWS_A_PIECE", 1)
    if old is not None:
        path.write_bytes(old)

    def stop(fraction):
        if fraction > 0.3:
            raise TiredError

    with pytest.raises(TiredError):
        write_metrics(path, trainer.snapshot(), kind, stop)
    assert [file.name for file in path.parent.iterdir()] == ([] if old is None else ["metrics.csv"])
    assert old is None or path.read_bytes() == old


# Files


def test_an_older_table_is_replaced_whole(trainer, path):
    path.write_bytes(b"x" * 1_000_000)
    write_metrics(path, trainer.snapshot(), "epochs")
    assert len(table(path)[1]) == 4
    assert [file.name for file in path.parent.iterdir()] == ["metrics.csv"]


def test_a_folder_that_is_missing_is_an_os_error(trainer, tmp_path):
    with pytest.raises(FileNotFoundError):
        write_metrics(tmp_path / "missing" / "metrics.csv", trainer.snapshot(), "steps")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_the_file_is_an_os_error(trainer, path):
    path.mkdir()
    with pytest.raises(OSError):
        write_metrics(path, trainer.snapshot(), "steps")
    assert [file.name for file in path.parent.iterdir()] == ["metrics.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="There is no full disk at hand.")
def test_a_disk_that_is_full_is_an_os_error_and_leaves_the_older_table(trainer, path, monkeypatch):
    path.write_bytes(b"old")
    full = os.open("/dev/full", os.O_WRONLY)
    real = metrics_csv.write_atomically

    def on_a_full_disk(target, write):
        def write_there(file):
            os.dup2(full, file.fileno())
            write(file)

        real(target, write_there)

    monkeypatch.setattr(metrics_csv, "write_atomically", on_a_full_disk)
    try:
        with pytest.raises(OSError, match="No space left"):
            write_metrics(path, trainer.snapshot(), "steps")
    finally:
        os.close(full)
    assert path.read_bytes() == b"old"
    assert [file.name for file in path.parent.iterdir()] == ["metrics.csv"]
