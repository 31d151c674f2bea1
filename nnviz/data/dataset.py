"""Samples, and the data sets of training and test samples that a run learns from."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnviz.data.assets import assets
from nnviz.data.byte_stream import unreadable
from nnviz.data.errors import DataError
from nnviz.data.idx import Progress, read_images, read_labels

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
"""What the four files of a data set are called, as MNIST's are."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Images with their labels. The arrays are made read-only views of those given: do not write to these.

    Attributes
    ----------
    images : uint8 array, (n, rows · cols), C-contiguous, read-only
        0 = background, 255 = ink.
    labels : uint8 array, (n,), read-only
    shape : (rows, cols)
        Of an image.

    Raises
    ------
    ValueError
        If the arrays are not of these types and shapes.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        rows, cols = self.shape
        n = len(self.labels)
        expected = (n, rows * cols)
        if self.images.dtype != np.uint8 or self.labels.dtype != np.uint8:
            raise ValueError(
                f"Images and labels must be uint8, but they are {self.images.dtype} and {self.labels.dtype}."
            )
        if self.images.shape != expected or self.labels.shape != (n,):
            raise ValueError(
                f"{n} images of {rows} × {cols} pixels and their labels are arrays of the shapes {expected} "
                f"and {(n,)}, but these are {self.images.shape} and {self.labels.shape}."
            )
        for name in ("images", "labels"):
            view = np.ascontiguousarray(getattr(self, name)).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, n: int) -> "Samples":
        """Return the first n samples, without copying them.

        Raises
        ------
        DataError
            If n is below 1 or above the number of samples.
        """
        if not 1 <= n <= len(self):
            raise DataError(f"From {len(self):,} samples, 1 to {len(self):,} can be taken, but not {n:,}.")
        return Samples(self.images[:n], self.labels[:n], self.shape)


@dataclass(frozen=True, eq=False)
class DataSet:
    """Samples to learn from and others to test on.

    Attributes
    ----------
    name : str
        As shown to people.
    training, test : Samples
        With images of one shape.

    Raises
    ------
    DataError
        If training and test images differ in shape.
    """

    name: str
    training: Samples
    test: Samples

    def __post_init__(self) -> None:
        if self.training.shape != self.test.shape:
            training, test = (f"{rows} × {cols}" for rows, cols in (self.training.shape, self.test.shape))
            raise DataError(
                f"In the data set {self.name}, training images have {training} pixels, test images {test}. "
                "They must be of one size: choose files that belong together."
            )

    @property
    def image_shape(self) -> tuple[int, int] | None:
        """Rows and columns of an image, or None where there is only one of either: a vector is no picture."""
        return None if 1 in self.training.shape else self.training.shape


def read_samples(
    images_path: str | os.PathLike[str], labels_path: str | os.PathLike[str], progress: Progress | None = None
) -> Samples:
    """Read an IDX file of images and the one of their labels.

    Parameters
    ----------
    images_path, labels_path : path
    progress : callable, optional
        As for `read_images`.

    Raises
    ------
    DataError
        If a file cannot be used, or there are not as many labels as images.
    """
    labels = read_labels(labels_path)  # first and untold: it takes no time beside the images
    images = read_images(images_path, progress)
    n, rows, cols = images.shape
    if n != len(labels):
        raise DataError(
            f"{images_path} holds {n:,} images, but {labels_path} holds {len(labels):,} labels. "
            "Choose files that belong together."
        )
    return Samples(images.reshape(n, rows * cols), labels, (rows, cols))


def load_folder(folder: str | os.PathLike[str], progress: Progress | None = None) -> DataSet:
    """Read a data set from a folder of four IDX files, called as MNIST's are.

    Each may be plain or gzip, with or without ".gz", and be spelled "train-images.idx3-ubyte" instead, as
    some archivers do; where a file is there twice, the one without ".gz" counts.

    Parameters
    ----------
    folder : path
        Its name becomes the data set's.
    progress : callable, optional
        Called with the fraction read, 0 to 1, a few dozen times at most; what it raises passes through.

    Raises
    ------
    DataError
        If the folder or one of the files is missing or cannot be used, or they do not belong together.
    """
    folder = Path(folder)
    sizes = _file_sizes(folder)
    names = [_spelling(file, sizes) for file in FILES]
    missing = [file for file, name in zip(FILES, names, strict=True) if name is None]
    if missing:
        raise DataError(
            f"The folder {folder} lacks {' and '.join(missing)} (a name may end in .gz). "
            f"A data set is the four files {', '.join(FILES[:-1])} and {FILES[-1]}."
        )
    paths = [folder / name for name in names if name is not None]
    training_size, test_size = (sizes[path.name] for path in (paths[0], paths[2]))
    share = training_size / max(1, training_size + test_size)  # of the time, near enough
    training = read_samples(paths[0], paths[1], _part(progress, 0.0, share))
    test = read_samples(paths[2], paths[3], _part(progress, share, 1.0))
    return DataSet(folder.resolve().name or str(folder), training, test)


def load_mnist(progress: Progress | None = None) -> DataSet:
    """Read the MNIST that the program ships: 60,000 training and 10,000 test images of 28 × 28 pixels.

    Parameters
    ----------
    progress : callable, optional
        As for `load_folder`.

    Raises
    ------
    DataError
        If the shipped files are missing or damaged.
    """
    return replace(load_folder(assets() / "mnist", progress), name="MNIST")


def _file_sizes(folder: Path) -> dict[str, int]:
    """Return the names in a folder that are no folders, each with its size in bytes.

    Folders are passed over because some archivers unpack "x.gz" into a folder "x" beside the file wanted.
    """
    try:
        with os.scandir(folder) as entries:
            # A link's size is its own, so that one that leads nowhere fails only where it is wanted.
            return {e.name: e.stat(follow_symlinks=False).st_size for e in entries if not e.is_dir()}
    except NotADirectoryError as error:
        raise DataError(
            f"{folder} is a file, but a folder with the four files of a data set was expected."
        ) from error
    except (OSError, ValueError) as error:
        raise unreadable(folder, error) from error


def _spelling(file: str, present: Mapping[str, int]) -> str | None:
    """Return the name under which one of the four files is present."""
    dotted = file.replace("-idx", ".idx")
    return next((n for n in (file, dotted, f"{file}.gz", f"{dotted}.gz") if n in present), None)


def _part(progress: Progress | None, start: float, end: float) -> Progress | None:
    """Return a callback that reports a part of the work as the stretch from start to end of the whole."""
    if progress is None:
        return None
    return lambda fraction: progress(start + (end - start) * fraction)
