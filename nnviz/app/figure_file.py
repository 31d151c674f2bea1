"""Views as pictures for slides: PNG, SVG, and the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from PySide6.QtCore import QBuffer, QIODevice, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from nnviz.app.views.view import View
from nnviz.run.atomic import write_atomically

MARGIN = 16
LONGEST_SIDE = 16_384
"""Pixels of a PNG, units of an SVG; beyond, programs that show pictures begin to refuse."""
DOTS_AN_INCH = 96
"""So that points are as large in an SVG as on the screen."""
FONTS = "Inter, Helvetica, Arial, sans-serif"
"""An SVG names its fonts, and not every computer has the program's."""
STRAY_OUTLINE = (
    b'stroke="#000000" stroke-opacity="1" stroke-width="1" stroke-linecap="butt" '
    b'stroke-linejoin="miter" stroke-miterlimit="4"'
)
"""What Qt writes for the pen without a colour that the letters of formulas are painted with."""


class FigureError(Exception):
    """A figure cannot be made or written; the text says why, and what to do."""


def figure_image(view: View, size: QSize, scale: float = 1.0) -> QImage:
    """Return a view as an image, `scale` pixels to a unit of `size`.

    Raises
    ------
    FigureError
        If that would be too large or nothing.
    """
    pixels = QSize(round(size.width() * scale), round(size.height() * scale))
    _check_size(pixels, "pixels")
    image = QImage(pixels, QImage.Format.Format_RGB32)
    if image.isNull():
        raise FigureError("There is not enough memory for this picture. Choose a smaller size or scale.")
    # Where the scaled size is no whole number of pixels, the last of them would keep some of what was in memory.
    image.fill(view.theme.colour("surface"))
    with QPainter(image) as painter:
        painter.scale(scale, scale)
        _paint(view, painter, size)
    return image


def figure_png(view: View, size: QSize, scale: float = 1.0) -> bytes:
    """Return a view as a PNG file's content; the same state gives the same bytes."""
    image = figure_image(view, size, scale)

    def write(buffer: QBuffer) -> None:
        if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
            raise FigureError("There is not enough memory for this picture. Choose a smaller size or scale.")

    return _written(write)


def figure_svg(view: View, size: QSize) -> bytes:
    """Return a view as an SVG file's content; the same state gives the same bytes.

    Raises
    ------
    FigureError
        If that would be too large or nothing.
    """
    _check_size(size, "units")

    def write(buffer: QBuffer) -> None:
        svg = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # the other version does not clip
        svg.setOutputDevice(buffer)
        svg.setResolution(DOTS_AN_INCH)
        svg.setSize(size)
        svg.setViewBox(QRect(0, 0, size.width(), size.height()))
        svg.setTitle(view.windowTitle())
        svg.setDescription("Made by nnviz.")
        with QPainter(svg) as painter:
            _paint(view, painter, size)

    content = _written(write).replace(b'font-family="Inter"', f'font-family="{FONTS}"'.encode())
    return content.replace(STRAY_OUTLINE, b'stroke="none"')


def check_name(path: Path) -> None:
    """Raise FigureError, with a sentence, if a file's name ends in neither .png nor .svg."""
    if path.suffix.lower() not in (".png", ".svg"):
        raise FigureError(f"A figure is a PNG or an SVG. Give {path} a name that ends in .png or .svg.")


def save_figure(view: View, path: Path, size: QSize, scale: float = 1.0) -> None:
    """Write a view to a file, atomically, as SVG or PNG as its name ends.

    Raises
    ------
    FigureError
        If its name ends otherwise, or it cannot be made or written.
    """
    check_name(path)
    is_svg = path.suffix.lower() == ".svg"
    content = figure_svg(view, size) if is_svg else figure_png(view, size, scale)

    def write(file: BinaryIO) -> None:
        file.write(content)

    try:
        write_atomically(path, write)
    except OSError as error:
        raise FigureError(
            f"The figure could not be saved as {path}: {error.strerror or error}. Choose another folder."
        ) from error


def _check_size(size: QSize, what: str) -> None:
    width, height = size.toTuple()
    if min(width, height) < 1 or max(width, height) > LONGEST_SIDE:
        raise FigureError(
            f"A picture of {width:,} × {height:,} {what} cannot be made; its sides have 1 to {LONGEST_SIDE:,}. "
            "Choose another size or scale."
        )


def _paint(view: View, painter: QPainter, size: QSize) -> None:
    view.dock_shown(True)  # a view that nobody sees has not looked at the newest snapshot yet
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    whole = QRectF(0, 0, size.width(), size.height())
    painter.fillRect(whole, view.theme.colour("surface"))
    margin = min(MARGIN, size.width() / 8, size.height() / 8)
    view.paint_figure(painter, whole.adjusted(margin, margin, -margin, -margin))
    for part in view.findChildren(QWidget):
        part.update()  # so that it knows again where on the screen everything lies


def _written(write: Callable[[QBuffer], None]) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    return bytes(buffer.data().data())
