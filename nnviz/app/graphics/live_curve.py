"""A curve that grows while training runs, painted over a plot that stands still.

pyqtgraph paints a plot by some twenty calls from Qt into Python, and at each of them the window's thread and the
training thread hand Python's lock to and fro: at 15 frames a second that alone took a quarter of the training
speed. So the plot, with its axes and all that rarely changes, is painted once into a pixmap, and a frame is that
pixmap with the curve on it: one call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QRegion,
)
from PySide6.QtWidgets import QWidget

Numbers = NDArray[np.float64]
FAR = 20_000.0
"""Pixels; beyond every screen, and not beyond what Qt can paint towards."""


@dataclass(frozen=True)
class Marks:
    """Points joined by a thin line: round ones or square ones.

    Parameters
    ----------
    x, y : float arrays, (n,)
        In the plot's units.
    colour : QColor
    round : bool
    joined_from : int
        The first point that a line leads on from.
    """

    x: Numbers
    y: Numbers
    colour: QColor
    round: bool
    joined_from: int = 0


class LiveCurve(QWidget):
    """A band from least to greatest and a smoothed line, over one plot of a pyqtgraph widget that it covers.

    Parameters
    ----------
    plots : pg.GraphicsLayoutWidget
        What stands still.
    plot : pg.PlotItem
        The plot in it that the curve belongs to.
    """

    hovered = Signal(object)
    """A point of the plots' scene, or None where the pointer has left."""

    def __init__(self, plots: pg.GraphicsLayoutWidget, plot: pg.PlotItem) -> None:
        super().__init__(plots.viewport())
        self._plots = plots
        self._plot = plot
        self._still: QPixmap | None = None
        empty = np.empty(0)
        self._steps, self._least, self._greatest, self._line = empty, empty, empty, empty
        self._band_colour, self._pen, self._cursor_pen, self._other_pen = QColor(), QPen(), QPen(), QPen()
        self._cursor: float | None = None
        self._marks: list[Marks] = []
        self._others: list[tuple[Numbers, Numbers]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        plots.viewport().installEventFilter(self)
        self.resize(plots.viewport().size())

    def set_colours(self, band: QColor, line: QColor, cursor: QColor, others: QColor | None = None) -> None:
        """Take other colours; where there is none for other curves, theirs is the line's, but darker."""
        self._band_colour = band
        # Not pyqtgraph's pens: those are as thin in a picture of twice the pixels, and look half as thick there.
        self._pen, self._cursor_pen = QPen(line, 2), QPen(cursor, 1)
        self._other_pen = QPen(line.darker(140) if others is None else others, 1.2)
        self.plot_changed()

    def set_data(self, steps: Numbers, least: Numbers, greatest: Numbers, line: Numbers) -> None:
        """Show other data, in the plot's units: four arrays (n,), steps at equal distances."""
        # In float64, in which even the last cost before a divergence has a place on the plot.
        self._steps, self._least, self._greatest, self._line = (
            np.asarray(values, np.float64) for values in (steps, least, greatest, line)
        )
        self.update()

    def set_others(self, others: list[tuple[Numbers, Numbers]]) -> None:
        """Show other curves behind this one, thin: x and y of each, in the plot's units."""
        self._others = others
        self.update()

    def set_marks(self, marks: list[Marks]) -> None:
        """Show other marks, in front of the curve."""
        self._marks = marks
        self.update()

    def set_cursor(self, x: float | None) -> None:
        """Draw an upright line through all plots, or none."""
        if x != self._cursor:
            self._cursor = x
            self.update()

    def plot_changed(self) -> None:
        """Paint the plot itself again, too: its range, its other curves or its colours have changed."""
        self._still = None
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the size of the plots."""
        if event.type() == QEvent.Type.Resize:
            self.resize(self._plots.viewport().size())
            self.plot_changed()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plot as it stands, the band, the line and the cursor."""
        if self._still is None:
            self._still = self._paint_still()
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._still)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_curve(painter)
            if self._cursor is not None:
                x = self._to_pixels(np.array([self._cursor]), np.zeros(1), self._plot.vb.sceneBoundingRect())[
                    0
                ][0]
                painter.setPen(self._cursor_pen)
                painter.drawLine(QPointF(x, 0), QPointF(x, self._plots.ci.sceneBoundingRect().bottom()))

    def paint_curve(self, painter: QPainter) -> None:
        """Paint the band, the line and the marks, in the coordinates of the plots' scene."""
        box = self._plot.vb.sceneBoundingRect()
        painter.save()
        painter.setClipRect(box)
        if len(self._steps) > 1:
            self._paint_band(painter, box)
        painter.setPen(self._other_pen)
        for x, y in self._others:
            across, down = self._to_pixels(x, y, box)
            painter.drawPolyline(_polygon(across, np.clip(down, box.top(), box.bottom())))
        if len(self._steps) > 1:
            self._paint_line(painter, box)
        self._paint_marks(painter, box)
        painter.restore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell where the pointer is."""
        self.hovered.emit(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer has left."""
        self.hovered.emit(None)

    def _paint_still(self) -> QPixmap:
        viewport = self._plots.viewport()
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(viewport.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        viewport.render(pixmap, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground)
        return pixmap

    def _paint_band(self, painter: QPainter, box: QRectF) -> None:
        area = box.toAlignedRect()
        band = self._band_image(area.left(), area.top(), area.width(), area.height(), box)
        if band is not None:
            painter.drawImage(area.topLeft(), band)

    def _paint_line(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(self._pen)
        across, down = self._to_pixels(self._steps, self._line, box)
        # An SVG is not clipped: the line must not leave the plot by itself.
        painter.drawPolyline(_polygon(across, np.clip(down, box.top(), box.bottom())))

    def _paint_marks(self, painter: QPainter, box: QRectF) -> None:
        for marks in self._marks:
            x, y = self._to_pixels(marks.x, marks.y, box)
            painter.setPen(QPen(marks.colour, 1.5))
            painter.drawPolyline(_polygon(x[marks.joined_from :], y[marks.joined_from :]))
            cap = Qt.PenCapStyle.RoundCap if marks.round else Qt.PenCapStyle.SquareCap
            painter.setPen(QPen(marks.colour, 8 if marks.round else 7, Qt.PenStyle.SolidLine, cap))
            painter.drawPoints(_polygon(x, y))

    def _band_image(self, left: int, top: int, width: int, height: int, box: QRectF) -> QImage | None:
        """Return what the band covers of an area of the screen.

        As a polygon it would have a thousand spikes; to fill those takes ten times as long.
        """
        x, upper = self._to_pixels(self._steps, self._greatest, box)
        _, lower = self._to_pixels(self._steps, self._least, box)
        half = (x[1] - x[0]) / 2
        first = max(0, round(x[0] - half) - left)
        last = min(width, round(x[-1] + half) - left)
        if first >= last or height < 1:
            return None
        columns = np.arange(first, last) + 0.5 + left
        stretch = np.clip(np.rint((columns - x[0]) / (x[1] - x[0])), 0, len(x) - 1).astype(np.intp)
        # A column is a pixel high at least, else the band would vanish where it is thin.
        upper_row = np.floor(np.clip(upper[stretch] - top, -1, height)).astype(np.int16)
        lower_row = np.floor(np.clip(lower[stretch] - top, -1, height)).astype(np.int16)
        rows = np.arange(height, dtype=np.int16)[:, np.newaxis]
        covered = (rows >= upper_row) & (rows <= lower_row)
        self._pixels = np.zeros((height, width), np.uint32)
        np.multiply(covered, np.uint32(_premultiplied(self._band_colour)), out=self._pixels[:, first:last])
        return QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)

    def _to_pixels(self, x: Numbers, y: Numbers, box: QRectF) -> tuple[Numbers, Numbers]:
        """Return where points of the plot lie in this widget."""
        (left, right), (bottom, top) = self._plot.vb.viewRange()
        down = box.bottom() - (y - bottom) * (box.height() / (top - bottom))
        # After a divergence there may be no number; then the curve leaves the plot at its top.
        down = np.clip(np.nan_to_num(down, nan=-FAR, posinf=FAR, neginf=-FAR), -FAR, FAR)
        return box.left() + (x - left) * (box.width() / (right - left)), down


def _polygon(x: Numbers, y: Numbers) -> QPolygonF:
    if len(x) == 0:  # pyqtgraph cannot
        return QPolygonF()
    polygon: QPolygonF = pg.functions.arrayToQPolygonF(x, y)
    return polygon


def _premultiplied(colour: QColor) -> int:
    """Return a colour as QImage's ARGB32_Premultiplied has it."""
    alpha = colour.alpha()
    red, green, blue = (round(part * alpha / 255) for part in (colour.red(), colour.green(), colour.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue
