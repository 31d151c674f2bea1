"""The bytes of a data file, plain or gzip, in pieces no longer than asked for; failures become DataErrors."""

import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Protocol

from nnviz.data.errors import DataError

COMPRESSED_PIECE = 1 << 16
"""Bytes of gzip data read at a time: small enough that what zlib hands back unused is cheap to copy."""

GZIP_START = b"\x1f\x8b"
GZIP_FORMAT = 31
"""For zlib's `wbits`: the largest window, 15, plus 16 for the gzip header and its checksum at the end."""


class ByteStream(Protocol):
    """Bytes that are read once, from front to back.

    Attributes
    ----------
    length : int or None
        How many bytes there are in all, or None where only reading them tells.
    """

    length: int | None

    def read(self, size: int) -> bytes:
        """Return the next bytes, 1 to `size` of them, or none at the end. `size` is at least 1.

        Raises
        ------
        DataError
            If the file cannot be read any further.
        """
        ...


@contextmanager
def open_stream(path: Path) -> Iterator[ByteStream]:
    """Open a file as plain bytes or, if it begins as gzip data do, as the bytes they hold.

    The content decides, not the name: browsers and archivers unpack files and leave the name, or the reverse.

    Raises
    ------
    DataError
        If there is no such file, or it is not a regular file, or it may not be read.
    """
    try:
        # Asked before opening: to open a pipe waits for its other end, and a device may have no end.
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise DataError(f"{path} is a folder, but a file was expected.")
        if not stat.S_ISREG(status.st_mode):
            raise DataError(f"{path} is a pipe, a socket or a device, but a regular file was expected.")
        file = FileIO(os.fspath(path))
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        raise unreadable(path, error) from error
    with file:
        plain = _PlainStream(path, file, status.st_size)
        yield _GzipStream(path, plain) if plain.starts_with(GZIP_START) else plain


def unreadable(path: Path, error: OSError | ValueError) -> DataError:
    """Return the DataError that says why the operating system would not read a file or folder."""
    if isinstance(error, FileNotFoundError):
        return DataError(f"{path} does not exist.")
    if isinstance(error, PermissionError):
        return DataError(f"{path} may not be read: permission denied. Change its permissions first.")
    reason = getattr(error, "strerror", None) or str(error)
    # Quoted, for the path itself may be at fault: too long, or with a character that none can have.
    return DataError(f"{str(path)!r} cannot be read: {reason}.")


class _PlainStream:
    """The bytes of a file as they are."""

    length: int | None

    def __init__(self, path: Path, file: FileIO, length: int) -> None:
        self.length = length
        self._path = path
        self._file = file

    def starts_with(self, start: bytes) -> bool:
        """Tell whether the file starts with these bytes, and go back to its beginning."""
        found = self.read(len(start))
        self._file.seek(0)
        return found == start

    def read(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            raise unreadable(self._path, error) from error


class _GzipStream:
    """The bytes that a gzip file holds, inflated only as far as they are asked for.

    One gzip member, as gzip writes it; further members, which the format allows, count as surplus.
    """

    def __init__(self, path: Path, compressed: ByteStream) -> None:
        self.length: int | None = None
        self._path = path
        self._compressed = compressed
        self._pending = b""
        self._inflater = zlib.decompressobj(GZIP_FORMAT)

    def read(self, size: int) -> bytes:
        while not self._inflater.eof:
            piece = self._pending or self._compressed.read(COMPRESSED_PIECE)
            if not piece:
                raise DataError(
                    f"The gzip data in {self._path} break off before their end. "
                    "The file was probably not copied whole; fetch it again."
                )
            try:
                inflated = self._inflater.decompress(piece, size)
            except zlib.error as error:
                raise DataError(
                    f"The gzip data in {self._path} are damaged ({error}). Fetch the file again."
                ) from error
            self._pending = self._inflater.unconsumed_tail
            if inflated:
                return inflated
        if self._inflater.unused_data or self._compressed.read(1):
            raise DataError(
                f"{self._path} goes on after the end of its gzip data, where it should end. "
                "Fetch the file again, or unpack it and compress it anew."
            )
        return b""
