"""What can be opened, told by its name, and looked at before a window is."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from nnviz.app.picture_file import PictureError, read_picture
from nnviz.data.dataset import load_folder
from nnviz.data.errors import DataError
from nnviz.run.model_file import ModelError, load_model
from nnviz.run.session import SessionError
from nnviz.run.session_file import SUFFIX, load_session

MODEL_ENDINGS = {".npz", ".json"}


class Kind(Enum):
    """What a file or folder is opened as."""

    DATA = "data"
    SESSION = "session"
    MODEL = "model"
    PICTURE = "picture"


class OpeningError(Exception):
    """A file or folder cannot be opened; the text says which and why."""


def kind_of(path: Path) -> Kind:
    """Return what a file or folder is opened as; whoever does so finds out whether it is that."""
    if _is_folder(path):
        return Kind.DATA
    ending = path.suffix.lower()
    return Kind.SESSION if ending == SUFFIX else Kind.MODEL if ending in MODEL_ENDINGS else Kind.PICTURE


def refuse_unless_good(path: Path) -> None:
    """Raise OpeningError with a sentence for what cannot be opened.

    An application has to be there. The window opens it a second time, which is quick; for what is no good, there
    need not be any.
    """
    try:
        match kind_of(path):
            case Kind.DATA:
                load_folder(str(path))
            case Kind.SESSION:
                load_session(path)
            case Kind.MODEL:
                load_model(path)
            case Kind.PICTURE:
                read_picture(path)
    except (DataError, SessionError, ModelError, PictureError) as error:
        raise OpeningError(str(error)) from error


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # whoever opens it as a file will say what is wrong with it
        return False
