"""Where a command writes to: looked at before its work, not after it."""

import os
from pathlib import Path


def writable(path: str | Path, what: str, option: str = "--out") -> Path:
    """Complain about a file that cannot be written.

    Parameters
    ----------
    path : path
    what : str
        What is to be written there, as in "the model".
    option : str
        Of the command line, that names the file.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        With a sentence.
    """
    path = Path(path)
    try:
        path.lstat()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise ValueError(f"{str(path)!r} cannot be a file's name: {error.strerror or error}.") from error
    if path.is_dir():
        raise ValueError(f"{path} is a folder. Give {option} the name of a file.")
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is a device or a pipe. Give {option} the name of a file.")
    folder = Path(os.path.realpath(path)).parent  # where a link leads
    if not folder.is_dir():
        raise ValueError(f"There is no folder {folder} to save {what} in. Make it, or choose another.")
    if not os.access(folder, os.W_OK):
        raise ValueError(f"The folder {folder} may not be written to. Choose another for {option}.")
    return path
