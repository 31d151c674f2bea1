"""Saved models: nnviz's own `.npz`, and the JSON that the book's `network2.py` writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnviz.core.network import Network, check_sizes
from nnviz.run.archive import Archive, ArchiveError
from nnviz.run.atomic import write_atomically
from nnviz.run.spec import RunSpec

FORMAT = 1
LARGEST_FILE = 1 << 30
BOOK_COSTS = {"QuadraticCost": "quadratic", "CrossEntropyCost": "cross-entropy"}


class ModelError(Exception):
    """A model file cannot be read; the text names the file, what was expected and what was found."""


@dataclass(frozen=True)
class Model:
    """A network from a file.

    Parameters
    ----------
    network : Network
    spec : RunSpec or None
        Of the run that trained it, where the file says so.
    step : int or None
        After how many steps it was saved, where the file says so.
    """

    network: Network
    spec: RunSpec | None = None
    step: int | None = None


def save_model(path: str | Path, network: Network, spec: RunSpec, step: int) -> None:
    """Write a network, atomically.

    The file is an uncompressed `.npz` that `numpy.load` opens without pickle: `format` (int64), `spec` (JSON
    text), `step` (int64), and for each layer l from 1 `weights_l` (n_l, n_{l−1}) and `biases_l` (n_l,).

    Raises
    ------
    OSError
        If the file cannot be written; one that was there before is then left as it was.
    """
    arrays: dict[str, NDArray[Any]] = {
        "format": np.array(FORMAT, np.int64),
        "spec": np.array(json.dumps(spec.to_json())),
        "step": np.array(step, np.int64),
    }
    for layer, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True), start=1):
        arrays[f"weights_{layer}"] = np.ascontiguousarray(weights)
        arrays[f"biases_{layer}"] = np.ascontiguousarray(biases)

    def write(file: BinaryIO) -> None:
        np.savez(file, allow_pickle=False, **arrays)

    write_atomically(Path(path), write)


def load_model(path: str | Path) -> Model:
    """Read a model, `.npz` or JSON as its content tells.

    Raises
    ------
    ModelError
        If the file cannot be read or is not a model.
    """
    path = Path(path)
    try:
        if not path.exists():
            raise ModelError(f"There is no file {path}.")
        if not path.is_file():
            raise ModelError(
                f"{path} is not a file. A model is a file that nnviz or the book's network2.py wrote."
            )
        if path.stat().st_size > LARGEST_FILE:
            raise ModelError(f"{path} is larger than 1 GiB, which no model of nnviz is.")
        with path.open("rb") as file:
            if file.read(4) == b"PK\x03\x04":
                return _load_npz(path)
        return _load_json(path)
    except OSError as error:
        raise ModelError(f"{path} could not be read: {error.strerror or error}.") from error


def _load_npz(path: Path) -> Model:
    try:
        with path.open("rb") as file, Archive(file, LARGEST_FILE) as archive:
            found_format = int(archive.take("format", (), "i"))
            if found_format != FORMAT:
                raise ArchiveError(
                    f"It has the format {found_format}; this version of nnviz reads format {FORMAT}."
                )
            spec = RunSpec.from_json(json.loads(str(archive.take("spec", (), "U"))))
            step = int(archive.take("step", (), "i"))
            if step < 0:
                raise ArchiveError(f"It says that {step} steps were made; expected was 0 or more.")
            weights, biases = [], []
            for layer, (n_in, n_out) in enumerate(pairwise(spec.sizes), start=1):
                weights.append(archive.take(f"weights_{layer}", (n_out, n_in), "f4"))
                biases.append(archive.take(f"biases_{layer}", (n_out,), "f4"))
            archive.refuse_leftovers()
    except OSError:
        raise
    except Exception as error:  # given a damaged file, zipfile and NumPy raise almost anything
        raise ModelError(f"{path} is not a model that nnviz can open. {_sentence(error)}") from error
    return Model(_filled(spec.network(), weights, biases), spec, step)


def _filled(network: Network, weights: list[NDArray[Any]], biases: list[NDArray[Any]]) -> Network:
    """Put numbers that were found sound into a network, whose memory is thus spent on nothing unsound."""
    for own, given in zip(network.weights + network.biases, weights + biases, strict=True):
        own[...] = given
    return network


def _load_json(path: Path) -> Model:
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ModelError(
            f"{path} is neither a model that nnviz wrote (.npz) nor the JSON of the book's network2.py: "
            f"{_sentence(error)}"
        ) from error
    if not isinstance(value, dict) or not {"sizes", "weights", "biases", "cost"} <= set(value):
        raise ModelError(
            f"{path} is not a network of the book's network2.py: expected was an object with sizes, weights, "
            "biases and cost."
        )
    cost = BOOK_COSTS.get(value["cost"]) if isinstance(value["cost"], str) else None
    if cost is None:
        raise ModelError(
            f"{path} names the cost {value['cost']!r:.80}; the book's are {' and '.join(BOOK_COSTS)}."
        )
    try:
        if not isinstance(value["sizes"], list):
            raise ValueError(f"sizes should be a list, but is {value['sizes']!r:.80}.")
        sizes = value["sizes"]
        check_sizes(sizes)
        weights = _from_lists("weights", value["weights"], [(n, before) for before, n in pairwise(sizes)])
        biases = _from_lists("biases", value["biases"], [(n, 1) for n in sizes[1:]])
    except (ValueError, TypeError, OverflowError) as error:
        raise ModelError(f"{path} does not hold together: {_sentence(error)}") from error
    return Model(_filled(Network(sizes, cost=cost), weights, [column[:, 0] for column in biases]))


def _from_lists(kind: str, given: Any, shapes: list[tuple[int, int]]) -> list[NDArray[Any]]:
    if not isinstance(given, list) or len(given) != len(shapes):
        raise ValueError(f"{kind} should be a list with one entry for each of {len(shapes)} layers.")
    arrays = []
    for layer, (lists, shape) in enumerate(zip(given, shapes, strict=True), start=1):
        with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite, and is refused
            numbers = np.array(lists, np.float64).astype(np.float32)
        if numbers.shape != shape:
            raise ValueError(
                f"The {kind} of layer {layer} should have the shape {shape}, but have {numbers.shape}."
            )
        if not np.isfinite(numbers).all():
            raise ValueError(f"The {kind} of layer {layer} are not all finite numbers.")
        arrays.append(numbers)
    return arrays


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())[:300] or type(error).__name__
    return text if text.endswith(".") else f"{text}."
