"""The IDX format, in which MNIST is kept: a big-endian header, then one byte for each pixel or label.

The header is a magic number, 0x0803 for images and 0x0801 for labels, and one 32-bit size for each dimension.
A file is believed in nothing: what it declares is checked before memory is spent on it.
"""

import math
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnviz.data.byte_stream import ByteStream, open_stream
from nnviz.data.errors import DataError

Progress = Callable[[float], None]
"""Told from time to time what fraction is done, 0 to 1; an exception that it raises stops the work."""

MOST_BYTES = 2**30
"""Of images or labels in one file, twenty times MNIST: what declares more is rather damaged than large."""

HIGHEST_LABEL = 9
PIECE = 1 << 20
"""Bytes read at a time."""
MOST_REPORTS = 16
"""Calls of a progress callback for one file."""


@dataclass(frozen=True)
class _Kind:
    """One of the two kinds of IDX file."""

    content: str
    magic: int
    dimensions: int

    @property
    def header_size(self) -> int:
        """The number of bytes before the body."""
        return 4 + 4 * self.dimensions


_IMAGES = _Kind("images", 0x0803, 3)
_LABELS = _Kind("labels", 0x0801, 1)


def read_images(path: str | os.PathLike[str], progress: Progress | None = None) -> NDArray[np.uint8]:
    """Read an IDX file of images, plain or gzip.

    Parameters
    ----------
    path : path
    progress : callable, optional
        Called with the fraction read, 0 to 1, a few times; what it raises passes through.

    Returns
    -------
    uint8 array, (n, rows, cols), read-only
        0 = background, 255 = ink.

    Raises
    ------
    DataError
        If the file is missing, unreadable, damaged, not of this format, or has no pixels or over 1 GiB of
        them.
    """
    return _read(Path(path), _IMAGES, progress)


def read_labels(path: str | os.PathLike[str], progress: Progress | None = None) -> NDArray[np.uint8]:
    """Read an IDX file of labels, plain or gzip.

    Parameters
    ----------
    path : path
    progress : callable, optional
        Called with the fraction read, 0 to 1, a few times; what it raises passes through.

    Returns
    -------
    uint8 array, (n,), read-only
        The digits 0 to 9.

    Raises
    ------
    DataError
        If the file is missing, unreadable, damaged, not of this format, or has no labels, one above 9 or
        over 1 GiB of them.
    """
    path = Path(path)
    labels = _read(path, _LABELS, progress)
    if labels.max() > HIGHEST_LABEL:
        first = int(np.argmax(labels > HIGHEST_LABEL))
        raise DataError(
            f"Label number {first + 1:,} in {path} is {labels[first]}, but labels are the digits 0 to 9."
        )
    return labels


def _read(path: Path, kind: _Kind, progress: Progress | None) -> NDArray[np.uint8]:
    """Return the array, in the shape declared, that an IDX file of the given kind holds."""
    with open_stream(path) as stream:
        shape = _read_shape(path, stream, kind)
        declared = math.prod(shape)
        if stream.length is not None:
            # Before the body is read, so that a header that lies costs nothing.
            found = stream.length - kind.header_size
            if found != declared:
                raise _wrong_length(path, kind, shape, found)
        body = bytearray()  # grows with what arrives: gzip data do not tell how much they hold
        reports = 0
        while len(body) < declared:
            piece = stream.read(min(PIECE, declared - len(body)))
            if not piece:
                raise _wrong_length(path, kind, shape, len(body))
            body += piece
            fraction = len(body) / declared
            if progress is not None and fraction * MOST_REPORTS >= reports + 1:
                reports = int(fraction * MOST_REPORTS)
                progress(fraction)
        if stream.read(1):
            raise _wrong_length(path, kind, shape, None)
    array = np.frombuffer(body, np.uint8).reshape(shape)
    array.flags.writeable = False
    return array


def _read_shape(path: Path, stream: ByteStream, kind: _Kind) -> tuple[int, ...]:
    """Return the sizes that the header declares, if they are ones that can be had."""
    header = b""
    while len(header) < kind.header_size:
        piece = stream.read(kind.header_size - len(header))
        if not piece:
            break
        header += piece
    if not header:
        raise DataError(f"{path} is empty, but an IDX file of {kind.content} was expected.")
    _check_magic(path, stream, header[:4], kind)
    if len(header) < kind.header_size:
        raise DataError(
            f"{path} ends within its header: {kind.header_size} bytes were expected and {len(header)} found. "
            "The file was probably not copied whole; fetch it again."
        )
    shape: tuple[int, ...] = struct.unpack(f">{kind.dimensions}I", header[4:])
    if 0 in shape:
        raise DataError(f"{path} declares {_described(kind, shape)}: there is nothing in it to learn from.")
    if math.prod(shape) > MOST_BYTES:
        raise DataError(
            f"{path} declares {_described(kind, shape)}, {math.prod(shape):,} bytes, "
            f"but at most {MOST_BYTES:,} bytes (1 GiB) are read. If it should be smaller, it is damaged."
        )
    return shape


def _check_magic(path: Path, stream: ByteStream, start: bytes, kind: _Kind) -> None:
    """Raise a DataError unless the file starts as one of its kind does, or ends before one can tell."""
    expected = kind.magic.to_bytes(4, "big")
    if start == expected[: len(start)]:
        return
    for other in (_IMAGES, _LABELS):
        if start == other.magic.to_bytes(4, "big"):
            raise DataError(
                f"{path} holds {other.content}, but {kind.content} were expected. Were two files exchanged?"
            )
    found = start.hex(" ")
    if path.suffix.lower() == ".gz" and stream.length is not None:
        raise DataError(
            f"{path} is not gzip, although its name ends in {path.suffix}, nor an IDX file of "
            f"{kind.content}: its first bytes are {found}. Fetch the file again."
        )
    raise DataError(
        f"{path} is not an IDX file of {kind.content}: its first bytes should be {expected.hex(' ')}, "
        f"but they are {found}."
    )


def _wrong_length(path: Path, kind: _Kind, shape: tuple[int, ...], found: int | None) -> DataError:
    """Return the error of a body of another length than declared; None: longer, and nobody counted."""
    declared = math.prod(shape)
    what = f"{path} declares {_described(kind, shape)}, {declared:,} bytes,"
    if found is None:
        return DataError(f"{what} but it holds more. Fetch the file again.")
    if found > declared:
        return DataError(f"{what} but it holds more: {found:,}. Fetch the file again.")
    return DataError(
        f"{what} but it holds only {found:,}. The file was probably not copied whole; fetch it again."
    )


def _described(kind: _Kind, shape: tuple[int, ...]) -> str:
    """Return a shape in words, such as "60,000 images of 28 × 28 pixels"."""
    count = f"{shape[0]:,} {kind.content}"
    return f"{count} of {shape[1]:,} × {shape[2]:,} pixels" if len(shape) == 3 else count
