"""The writer of films: a plain Python thread that makes a GIF or an MP4 of images, and touches nothing of Qt.

It needs a library that is not among those that the program requires; a sentence says which, and how to get it.
"""

from __future__ import annotations

import importlib.util
import queue
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnviz.run.atomic import write_atomically

Image = NDArray[np.uint8]
"""(height, width, 3), red first."""
AT_ONCE = 6
"""Images that wait at most."""
COLOURS = 256
"""Of a GIF's image, at most."""
NEEDED = {".gif": ("PIL", "pillow", "Pillow"), ".mp4": ("av", "av", "PyAV")}
"""By a file's ending: the module, what pip calls it, and what people do."""


class FilmError(Exception):
    """A film cannot be made; the text says why, and what helps."""


class _CancelledError(Exception):
    """Nobody wants it any more."""


def check_film(path: Path) -> None:
    """Raise FilmError, with a sentence, if a file's name is not that of a film, or what writes it is missing."""
    needed = NEEDED.get(path.suffix.lower())
    if needed is None:
        raise FilmError(f"A film is a GIF or an MP4. Give {path} a name that ends in .gif or .mp4.")
    module, package, name = needed
    if importlib.util.find_spec(module) is None:
        kind = path.suffix[1:].upper()
        raise FilmError(
            f"To write a {kind}, nnviz needs {name}, which is not installed: pip install {package}"
        )


class FilmWriter:
    """Writes one film, atomically.

    Parameters
    ----------
    path : Path
        Ending in .gif or .mp4.
    rate : int
        Images a second.

    Raises
    ------
    FilmError
        See `check_film`.
    """

    def __init__(self, path: Path, rate: int) -> None:
        check_film(path)
        self.path = path
        self.failure = ""
        self._rate = rate
        self._images: queue.Queue[Image | None] = queue.Queue(AT_ONCE)
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._live, name="nnviz-film", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def has_ended(self) -> bool:
        """Whether the film is written, or has failed."""
        return not self._thread.is_alive()

    def take(self, image: Image | None) -> bool:
        """Take the next image, or None after the last; return False where too many wait already."""
        try:
            self._images.put_nowait(image)
        except queue.Full:
            return False
        return True

    def cancel(self, patience: float = 2.0) -> bool:
        """Leave no film; return whether the thread ended within `patience` seconds."""
        self._cancelled.set()
        self._thread.join(patience)
        return not self._thread.is_alive()

    # The thread's own.

    def _live(self) -> None:
        write = self._write_gif if self.path.suffix.lower() == ".gif" else self._write_mp4
        try:
            write_atomically(self.path, write)
        except _CancelledError:
            pass
        except OSError as error:
            why = error.strerror or error
            self.failure = f"The film could not be saved as {self.path}: {why}. Choose another folder."
        except MemoryError:
            self.failure = "There is not enough memory for this film."
        except Exception as error:  # codecs fail in more ways than can be listed
            self.failure = f"The film could not be written ({error!r})."

    def _taken(self) -> Iterator[Image]:
        while True:
            if self._cancelled.is_set():
                raise _CancelledError
            try:
                image = self._images.get(timeout=0.1)
            except queue.Empty:
                continue
            if image is None:
                return
            yield image

    def _write_gif(self, file: BinaryIO) -> None:
        from PIL import Image as Picture

        pictures = (
            Picture.fromarray(image).quantize(
                COLOURS, Picture.Quantize.FASTOCTREE, dither=Picture.Dither.NONE
            )
            for image in self._taken()
        )
        first = next(pictures)
        milliseconds = round(1000 / self._rate)
        first.save(
            file, "GIF", save_all=True, append_images=pictures, duration=milliseconds, loop=0, optimize=False
        )

    def _write_mp4(self, file: BinaryIO) -> None:
        import av

        with av.open(file, "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=Fraction(self._rate), options={"crf": "20"})
            stream.pix_fmt = "yuv420p"
            for number, image in enumerate(self._taken()):
                height, width = (side - side % 2 for side in image.shape[:2])  # the format has halves of both
                if number == 0:
                    stream.width, stream.height = width, height
                even = np.ascontiguousarray(image[:height, :width])
                container.mux(stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
            container.mux(stream.encode())
