"""Pictures from files and from the clipboard, in grey."""

from __future__ import annotations

import math
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

MOST_BYTES = 200 << 20
MOST_PIXELS = 50_000_000
"""Of a picture that can be made smaller while it is read."""
MOST_MEMORY = 64 << 20
"""Bytes that one takes that cannot, four or more a pixel; ample for what cameras make."""
SIDE = 1120
"""Pixels; the longer side of what is kept. An image of MNIST's size needs far less."""
DEEP_FORMATS = (
    QImage.Format.Format_RGBX64,
    QImage.Format.Format_RGBA64,
    QImage.Format.Format_RGBA64_Premultiplied,
)
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""How bright red, green and blue look."""


class PictureError(Exception):
    """A picture that cannot be used; its text says why, and what to do, to the person who chose it."""


def read_picture(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """Read a picture file in any format that Qt knows, as grey.

    Of a picture that moves, the first frame counts. A picture larger than is needed is made smaller while it is
    read, and one so large that this would take long is refused.

    Parameters
    ----------
    path : path

    Returns
    -------
    uint8 array, (h, w)
        0 = black, 255 = white; what is transparent has become background, as `grey_of` decides.

    Raises
    ------
    PictureError
        If there is no such file, or it is no picture, or it is damaged or too large.
    """
    path = Path(path)
    _expect_regular_file(path)
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if not reader.canRead():
        raise PictureError(
            f"{path.name} is not a picture that the program can read. Choose a PNG, JPEG, GIF, BMP, WebP, TIFF or "
            "SVG file."
        )
    _scale_down(reader, path)
    image = reader.read()
    if image.isNull():
        raise PictureError(
            f"The picture {path.name} is damaged ({reader.errorString()}). Choose another file."
        )
    return grey_of(image)


def grey_of(image: QImage) -> NDArray[np.uint8]:
    """Return a picture in grey, made smaller if it is large.

    What is transparent becomes the background: white behind what is dark, black behind what is light.

    Parameters
    ----------
    image : QImage
        Not null.

    Returns
    -------
    uint8 array, (h, w)
        0 = black, 255 = white.
    """
    smaller = _smaller(image.size())
    if smaller != image.size():
        image = image.scaled(smaller, mode=Qt.TransformationMode.SmoothTransformation)
    has_alpha = image.hasAlphaChannel()
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    colours = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    grey: NDArray[np.floating[Any]] = colours[:, :, :3] @ LUMINANCE
    if has_alpha:
        opacity = colours[:, :, 3] / np.float32(255)
        total = float(opacity.sum())
        behind = 255 if total == 0 or float((grey * opacity).sum()) / total < 127.5 else 0
        grey = opacity * grey + (1 - opacity) * behind
    rounded: NDArray[np.uint8] = np.rint(grey).astype(np.uint8)
    return rounded


def _expect_regular_file(path: Path) -> None:
    try:
        # Asked before opening: to open a pipe waits for its other end.
        status = path.stat()
    except FileNotFoundError as error:
        raise PictureError(f"{path} does not exist. It may have been moved; choose it again.") from error
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        reason = getattr(error, "strerror", None) or str(error)
        raise PictureError(f"{str(path)!r} cannot be read: {reason}. Choose another file.") from error
    if stat.S_ISDIR(status.st_mode):
        raise PictureError(f"{path} is a folder. Choose a single picture in it.")
    if not stat.S_ISREG(status.st_mode):
        raise PictureError(f"{path} is a pipe, a socket or a device. Choose a picture file.")
    if status.st_size == 0:
        raise PictureError(f"The file {path.name} is empty. Choose another one.")
    if status.st_size > MOST_BYTES:
        raise PictureError(
            f"The file {path.name} is larger than {MOST_BYTES >> 20} MB, more than the pad reads. "
            "Save the picture smaller, and open that."
        )
    if not os.access(path, os.R_OK):
        raise PictureError(f"{path} may not be read: permission denied. Change its permissions first.")


def _scale_down(reader: QImageReader, path: Path) -> None:
    """Have a large picture made smaller while it is read; refuse one that is too large even for that."""
    size = reader.size()
    if not size.isValid():
        return  # the format does not say before it is read, and Qt's own limit of memory holds
    can_scale = reader.supportsOption(QImageIOHandler.ImageOption.ScaledSize)
    deep = reader.imageFormat() in DEEP_FORMATS
    most = MOST_PIXELS if can_scale else MOST_MEMORY // (8 if deep else 4)
    if size.width() * size.height() > most:
        raise PictureError(
            f"The picture {path.name} has {size.width():,} × {size.height():,} pixels, more than the "
            f"{most // 1_000_000} million that the pad reads. Save it smaller, and open that."
        )
    smaller = _smaller(size)
    if can_scale and smaller != size:
        reader.setScaledSize(smaller)


def _smaller(size: QSize) -> QSize:
    """Return a size whose longer side is no more than is needed."""
    width, height = size.width(), size.height()
    scale = min(1.0, SIDE / max(width, height, 1))
    return QSize(max(1, math.ceil(scale * width)), max(1, math.ceil(scale * height)))
