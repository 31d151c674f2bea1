"""Writing a file so that at every moment either the old or the whole new one is there."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def write_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Let `write` fill a temporary file, flush it to the disk, and put it in place of `path`.

    Where `path` is a link, the file that it leads to is replaced, and the link stays.

    Raises
    ------
    OSError
        If the folder cannot be written to; `path` is then as it was. The error names
        `path`, and not the temporary file.
    """
    wanted, path = path, Path(os.path.realpath(path))
    try:
        _write(path, write)
    except OSError as error:
        error.filename, error.filename2 = str(wanted), None
        raise


def _write(path: Path, write: Callable[[BinaryIO], None]) -> None:
    # Only the beginning of the name: all of a name that is just short enough would make one too long.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that only their owner may read; a saved file follows the user's own rule.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
