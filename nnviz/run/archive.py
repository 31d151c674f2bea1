"""Archives of arrays: uncompressed zip files of `.npy` members, read as if a stranger had written them."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

END_BYTES = 22
"""Of the record at a zip's very end, which says where its directory is and how long."""
LARGEST_DIRECTORY = 1 << 20
"""Bytes; each of a thousand members would have a thousand of them."""
DATE = (1980, 1, 1, 0, 0, 0)
"""Of every member that is written, so that the same content gives the same bytes."""

_END, _ZIP64 = b"PK\x05\x06", b"PK\x06\x07"


class ArchiveError(ValueError):
    """An archive is not as nnviz writes it; the text is a sentence about its content that names no file."""


class Archive:
    """An archive that is read.

    Nothing is taken on trust. A member has to be stored as it is, so that it takes no more memory than it takes on
    the disk; the directory is held to a size before it is read, and all members together to the file's; and an
    array is looked at only once its name, type, shape and length are those that are asked for. No pickle is ever
    read, and no name in an archive becomes the name of a file.

    Parameters
    ----------
    file : binary file, open for reading
    largest : int
        Bytes above which it is refused.

    Raises
    ------
    ArchiveError, zipfile.BadZipFile
        And, given a damaged file, almost anything else that zipfile and NumPy raise: catch Exception.
    """

    def __init__(self, file: BinaryIO, largest: int) -> None:
        size = file.seek(0, io.SEEK_END)
        if size > largest:
            raise ArchiveError(f"It is larger than {largest >> 20:,} MiB.")
        _refuse_a_strange_end(file, size)
        self._zip = zipfile.ZipFile(file)
        members = self._zip.infolist()
        self._members = {member.filename: member for member in members}
        if len(self._members) < len(members):
            raise ArchiveError("It holds two members of one name.")
        if sum(member.file_size for member in members) > size:
            raise ArchiveError("Its members claim to be larger than the whole file.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def take_text(self, name: str, most: int) -> str:
        """Return a member of UTF-8 text, which has at most so many bytes."""
        member = self._take(name)
        if member.file_size > most:
            raise ArchiveError(f"{name!r} is larger than {most >> 20:,} MiB.")
        return self._zip.read(member).decode()

    def take(self, name: str, shape: tuple[int, ...], kind: str) -> NDArray[Any]:
        """Return the array of a member `name`.npy.

        Parameters
        ----------
        name : str
        shape : tuple of int
            That it must have.
        kind : str
            The type that it must have: NumPy's name without the order of bytes ("f4"), or its kind alone ("i").
        """
        member = self._take(f"{name}.npy", called=name)
        content = io.BytesIO(self._zip.read(member))
        if np.lib.format.read_magic(content) != (1, 0):
            raise ArchiveError(f"{name!r} is stored in a way that nnviz does not write.")
        found_shape, _, dtype = np.lib.format.read_array_header_1_0(content)
        if kind not in (dtype.str[1:], dtype.kind):
            raise ArchiveError(f"{name!r} has the type {dtype}, which nnviz does not write.")
        if found_shape != shape:
            raise ArchiveError(f"{name!r} should have the shape {shape}, but has {found_shape}.")
        expected, found = math.prod(shape) * dtype.itemsize, len(content.getbuffer()) - content.tell()
        if found != expected:
            raise ArchiveError(f"{name!r} should have {expected:,} bytes of numbers, but has {found:,}.")
        content.seek(0)
        array: NDArray[Any] = np.lib.format.read_array(content, allow_pickle=False)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ArchiveError(f"{name!r} holds numbers that are not finite.")
        return array

    def refuse_leftovers(self) -> None:
        """Refuse an archive of which not every member was taken."""
        if self._members:
            raise ArchiveError(f"It holds {min(self._members)!r:.80}, which nnviz does not write.")

    def _take(self, name: str, called: str = "") -> zipfile.ZipInfo:
        member = self._members.pop(name, None)
        if member is None:
            raise ArchiveError(f"It has no {called or name!r}.")
        if member.compress_type != zipfile.ZIP_STORED:
            raise ArchiveError(f"{called or name!r} is compressed, which nnviz does not do.")
        return member


def _refuse_a_strange_end(file: BinaryIO, size: int) -> None:
    """Refuse a file that does not end as nnviz's archives do, before zipfile reads a directory of any length."""
    file.seek(max(0, size - END_BYTES - 20))
    tail = file.read()
    end = tail[-END_BYTES:]
    if len(end) < END_BYTES or end[:4] != _END or end[20:] != bytes(2):
        raise ArchiveError("Its end is missing, or is not one that nnviz writes.")
    if tail[:-END_BYTES][:4] == _ZIP64 or int.from_bytes(end[12:16], "little") > LARGEST_DIRECTORY:
        raise ArchiveError("It claims to hold more members than nnviz writes.")


def write_archive(
    file: BinaryIO, texts: Mapping[str, str], arrays: Mapping[str, Sequence[NDArray[Any]]]
) -> None:
    """Write an archive; the same content gives the same bytes.

    Parameters
    ----------
    file : binary file, open for writing
    texts : mapping
        Each member's name and text.
    arrays : mapping
        The name of each member, without ".npy", and its rows: float32 arrays of one shape, one at least.
    """
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, DATE), text.encode())
        for name, rows in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", DATE), "w") as member:
                _write_rows(member, rows)


def _write_rows(member: Any, rows: Sequence[NDArray[Any]]) -> None:
    """Write rows one after the other: to put them together first would take their memory a second time."""
    header = {"descr": "<f4", "fortran_order": False, "shape": (len(rows), *rows[0].shape)}
    np.lib.format.write_array_header_1_0(member, header)
    for row in rows:
        member.write(np.ascontiguousarray(row, "<f4").data)


def nbytes(arrays: Mapping[str, Iterable[NDArray[Any]]]) -> int:
    """Return how many bytes of numbers an archive of these arrays has."""
    return sum(row.nbytes for rows in arrays.values() for row in rows)
