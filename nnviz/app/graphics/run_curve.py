"""A noisy quantity over the steps of a run: a band from least to greatest, and a smoothed line."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget


class RunCurve(pg.GraphicsObject):  # type: ignore[misc]
    """The band is painted as an image, pixel by pixel of the screen.

    As a polygon it would have a thousand spikes, and filling those takes ten times as long as all the rest of the
    plot; and as long as Qt paints, training waits.
    """

    def __init__(self) -> None:
        super().__init__()
        empty = np.empty(0)
        self._steps, self._least, self._greatest, self._line = empty, empty, empty, empty
        self._band_colour = QColor()
        self._pen = pg.mkPen("w")

    def set_colours(self, band: QColor, line: QColor, width: float) -> None:
        """Take other colours, and another width of the line in pixels."""
        self._band_colour = band
        self._pen = pg.mkPen(line, width=width)
        self.update()

    def set_data(
        self,
        steps: NDArray[np.float64],
        least: NDArray[np.float64],
        greatest: NDArray[np.float64],
        line: NDArray[np.float64],
    ) -> None:
        """Show other data, as they are on the plot's axes; four arrays (n,), steps at equal distances."""
        self._steps, self._least, self._greatest, self._line = steps, least, greatest, line
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the whole of the plot, so that nothing has to be told when the data grows."""
        plot = self.getViewBox()
        return QRectF() if plot is None else QRectF(plot.viewRect())

    def viewTransformChanged(self) -> None:
        """Take note that the plot shows another range."""
        self.prepareGeometryChange()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint the band and the line, in pixels."""
        if len(self._steps) < 2:
            return
        to_pixels = painter.transform()
        area = to_pixels.mapRect(self.boundingRect()).toAlignedRect()
        painter.resetTransform()
        image = self._band_image(to_pixels, area.left(), area.top(), area.width(), area.height())
        if image is not None:
            painter.drawImage(area.topLeft(), image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        x, y = _mapped(to_pixels, self._steps, self._line)
        painter.drawPolyline(_polygon(x, y))

    def _band_image(
        self, to_pixels: QTransform, left: int, top: int, width: int, height: int
    ) -> QImage | None:
        """Return what the band covers of an area of the screen."""
        x, upper = _mapped(to_pixels, self._steps, self._greatest)
        _, lower = _mapped(to_pixels, self._steps, self._least)
        half = (x[1] - x[0]) / 2
        first = max(0, round(x[0] - half) - left)
        last = min(width, round(x[-1] + half) - left)
        if first >= last or height < 1:
            return None
        columns = np.arange(first, last) + 0.5 + left
        stretch = np.clip(np.rint((columns - x[0]) / (x[1] - x[0])), 0, len(x) - 1).astype(np.intp)
        # Every column has a pixel at least, else the band would vanish where it is thin.
        upper = np.floor(np.clip(upper[stretch] - top, -1, height)).astype(np.int16)
        lower = np.floor(np.clip(lower[stretch] - top, -1, height)).astype(np.int16)
        rows = np.arange(height, dtype=np.int16)[:, np.newaxis]
        self._pixels = np.zeros((height, width), np.uint32)
        self._pixels[:, first:last] = ((rows >= upper) & (rows <= lower)) * np.uint32(
            _premultiplied(self._band_colour)
        )
        return QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)


def _mapped(
    transform: QTransform, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points in pixels; plots neither turn nor shear."""
    return x * transform.m11() + transform.dx(), y * transform.m22() + transform.dy()


def _polygon(x: NDArray[np.float64], y: NDArray[np.float64]) -> QPolygonF:
    polygon: QPolygonF = pg.functions.arrayToQPolygonF(x, y)
    return polygon


def _premultiplied(colour: QColor) -> int:
    """Return a colour as QImage's ARGB32_Premultiplied has it."""
    alpha = colour.alpha()
    red, green, blue = (round(part * alpha / 255) for part in (colour.red(), colour.green(), colour.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue
