"""Session files (`.nnviz`): a run, its branches and its window, in a format that others can read.

Format 1 is a zip file in which nothing is compressed, so that `numpy.load` opens it, too. It holds

- `session.json`, UTF-8: an object of the fields below, all of which are there and no others;
- `theta_B.npy` and `velocity_B.npy` for each branch B, by its number: float32, (states, P), the states of the branch
  that were saved, in the order of its "keyframes"; P is the number of parameters, θ as `Network` lays it out;
- `start.npy`, float32, (1, P), if the run did not start from the parameters that its specification draws.

session.json:

    "format"       "nnviz session"
    "version"      1
    "made_with"    the program that wrote the file: its version, NumPy's, the kind of processor
    "spec"         as `RunSpec.to_json` has it
    "data"         the data set's fingerprint, see `nnviz.data.fingerprint`
    "has_start"    whether there is start.npy
    "present"      the number of the branch that is shown
    "breakpoints"  a list, and
    "window"       an object, which only those understand who made them
    "branches"     a list of objects, by number:
        "number", "name"
        "parent"     the number of the branch that it came from, or null
        "forked_at"  the step that it came from
        "made"       the step that it has come to
        "step"       the step at which it stands
        "kept"       steps that somebody wants to come back to, in order
        "journal"    as `Journal.to_json` has it, from step 0 on
        "keyframes"  for each saved state its "step", and there the "epoch" and the "position": the samples of the
                     epoch that are used already

A state is that after the journal's entries for its step. There is no pickle in it and nothing is ever executed;
every size is checked before anything is read, and whatever is not as described here is refused. A later version of
nnviz that needs another format gives it another number, and goes on reading this one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from reprlib import repr as brief
from typing import Any, BinaryIO, NoReturn

from numpy.typing import NDArray

from nnviz.core.network import parameter_count
from nnviz.run.archive import Archive, ArchiveError, nbytes, write_archive
from nnviz.run.atomic import write_atomically
from nnviz.run.journal import Journal
from nnviz.run.keyframes import Keyframe
from nnviz.run.session import MOST_LISTED, SavedBranch, Session, SessionError
from nnviz.run.spec import JsonObject, RunSpec

FORMAT, VERSION = "nnviz session", 1
SUFFIX = ".nnviz"
LARGEST_FILE = 1 << 30
LARGEST_JSON = 1 << 25
JSON_NAME = "session.json"

SESSION_FIELDS = (
    *("format", "version", "made_with", "spec", "data", "has_start"),
    *("present", "breakpoints", "window", "branches"),
)
BRANCH_FIELDS = (
    *("number", "name", "parent", "forked_at", "made", "step"),
    *("kept", "journal", "keyframes"),
)
KEYFRAME_FIELDS = ("step", "epoch", "position")


def save_session(path: str | Path, session: Session) -> None:
    """Write a session, atomically.

    Raises
    ------
    SessionError
        If it is larger than what `load_session` reads; the file is then as it was.
    OSError
        If the file cannot be written; likewise.
    """
    text = json.dumps(_to_json(session), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    arrays: dict[str, Sequence[NDArray[Any]]] = {} if session.start is None else {"start": [session.start]}
    for branch in session.branches:
        arrays[f"theta_{branch.number}"] = [frame.theta for frame in branch.keyframes]
        arrays[f"velocity_{branch.number}"] = [frame.velocity for frame in branch.keyframes]
    size = len(text.encode())
    if size > LARGEST_JSON or size + nbytes(arrays) + len(arrays) * 1000 > LARGEST_FILE:
        raise SessionError(
            "The session is too large to be saved: a session file has at most "
            f"{LARGEST_JSON >> 20} MiB of changes, and 1 GiB in all. Delete branches that are not needed."
        )

    def write(file: BinaryIO) -> None:
        write_archive(file, {JSON_NAME: text}, arrays)

    write_atomically(Path(path), write)


def load_session(path: str | Path) -> Session:
    """Read a session.

    Raises
    ------
    SessionError
        If the file cannot be read or is not a session; the file stays as it is.
    """
    path = Path(path)
    try:
        if not path.exists():
            raise SessionError(f"There is no file {path}.")
        if not path.is_file():
            raise SessionError(f"{path} is not a file. A session is a file that nnviz wrote.")
        with path.open("rb") as file, Archive(file, LARGEST_FILE) as archive:
            session = _read(archive)
            archive.refuse_leftovers()
            return session
    except OSError as error:
        raise SessionError(f"{path} could not be read: {error.strerror or error}.") from error
    except (SessionError, MemoryError):
        raise
    except Exception as error:  # given a damaged file, zipfile and NumPy raise almost anything
        raise SessionError(f"{path} is not a session that nnviz can open. {_sentence(error)}") from error


def _to_json(session: Session) -> JsonObject:
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_with": session.made_with,
        "spec": session.spec.to_json(),
        "data": session.fingerprint,
        "has_start": session.start is not None,
        "present": session.present,
        "breakpoints": session.breakpoints,
        "window": session.window,
        "branches": [_branch_to_json(branch) for branch in session.branches],
    }


def _branch_to_json(branch: SavedBranch) -> JsonObject:
    value = {name: getattr(branch, name) for name in BRANCH_FIELDS}
    frames = [{name: getattr(frame, name) for name in KEYFRAME_FIELDS} for frame in branch.keyframes]
    return value | {
        "kept": list(branch.kept),
        "journal": Journal(branch.journal).to_json(),
        "keyframes": frames,
    }


def _read(archive: Archive) -> Session:
    """Read a session; whatever is raised refuses it."""
    value = _parsed(archive.take_text(JSON_NAME, LARGEST_JSON))
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise ArchiveError(f"Its {JSON_NAME} does not say that it is one.")
    version = value.get("version")
    if version != VERSION or isinstance(version, bool):
        raise ArchiveError(
            f"It has version {version!r:.40} of the format, and this nnviz reads version {VERSION}. "
            "Perhaps a newer nnviz wrote it."
        )
    _check_fields("The session", value, SESSION_FIELDS)
    spec = RunSpec.from_json(value["spec"])
    _check_same("specification", value["spec"], spec.to_json())
    size = parameter_count(spec.sizes)
    start = None
    if _yes_or_no("has_start", value["has_start"]):
        start = archive.take("start", (1, size), "f4")[0]
    return Session(
        spec=spec,
        fingerprint=value["data"],
        branches=tuple(_branch(archive, given, size) for given in _list("branches", value["branches"])),
        present=value["present"],
        start=start,
        breakpoints=value["breakpoints"],
        window=value["window"],
        made_with=value["made_with"],
    )


def _branch(archive: Archive, value: Any, size: int) -> SavedBranch:
    _check_fields("A branch", value, BRANCH_FIELDS)
    number = value["number"]
    if isinstance(number, bool) or not isinstance(number, int):
        raise ArchiveError(f"A branch has a whole number; found was {brief(number)}.")
    journal = Journal.from_json(value["journal"])
    _check_same("journal", value["journal"], journal.to_json())
    frames = _list("keyframes", value["keyframes"])
    for frame in frames:
        _check_fields("A saved state", frame, KEYFRAME_FIELDS)
    theta, velocity = (
        archive.take(f"{what}_{number}", (len(frames), size), "f4") for what in ("theta", "velocity")
    )
    kept = _list("kept", value["kept"])
    given = {"journal": tuple(journal), "kept": tuple(kept), "keyframes": ()}
    states = zip(frames, theta, velocity, strict=True)
    keyframes = tuple(Keyframe(**frame, theta=t, velocity=v) for frame, t, v in states)
    return SavedBranch(**value | given | {"keyframes": keyframes})


def _parsed(text: str) -> Any:
    """Return what a JSON text says, with every number finite and no name twice in an object."""

    def refuse(constant: str) -> NoReturn:
        raise ArchiveError(f"{constant} is no number that a session has.")

    def finite(digits: str) -> float:
        return float(digits) if math.isfinite(float(digits)) else refuse(digits[:40])

    def pairs(found: list[tuple[str, Any]]) -> JsonObject:
        if len(dict(found)) < len(found):
            raise ArchiveError("An object in its JSON has two fields of one name.")
        return dict(found)

    return json.loads(text, parse_constant=refuse, parse_float=finite, object_pairs_hook=pairs)


def _check_fields(what: str, value: Any, names: Sequence[str]) -> None:
    if not isinstance(value, dict):
        raise ArchiveError(f"{what} is a JSON object; found was {brief(value)}.")
    for name in (*names, *value):
        if name not in value or name not in names:
            problem = "lacks" if name not in value else "has"
            raise ArchiveError(f"{what} {problem} the field {name!r:.80}; its fields are {', '.join(names)}.")


def _check_same(what: str, found: Any, read: Any) -> None:
    """Refuse what was understood, but not in every part: read leniently elsewhere, a session says everything."""
    if json.dumps(found, sort_keys=True) != json.dumps(read, sort_keys=True):
        raise ArchiveError(f"Its {what} is not written as nnviz writes it.")


def _list(what: str, value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST_LISTED:
        raise ArchiveError(f"{what!r} is a list of at most {MOST_LISTED:,}; found was {brief(value)}.")
    return value


def _yes_or_no(what: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ArchiveError(f"{what!r} is true or false; found was {brief(value)}.")
    return value


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())[:300] or type(error).__name__
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
