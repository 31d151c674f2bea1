"""The mini-batch of a step: its images with their labels."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.mosaic import Mosaic
from nnviz.app.graphics.stages.shown import MOST_ROWS, Spot, StageShown
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, line_height, text_width, write
from nnviz.app.theme import Theme

POINTS = 10.0
LARGEST = 150.0
"""Pixels of an image, at the usual size of text."""
FLAT = 4
"""How much wider than high the strip is that stands for inputs that are no image."""


class BatchPicture:
    """The images of the mini-batch; a click chooses a sample.

    Parameters
    ----------
    theme : Theme
    shown : StageShown
    """

    def __init__(self, theme: Theme, shown: StageShown) -> None:
        self._theme = theme
        self._shown = shown
        self._mosaic = Mosaic()
        trace = shown.trace
        self._count = min(trace.m, MOST_ROWS)
        inputs = trace.inputs[: self._count]
        n = inputs.shape[1]
        if shown.shape is not None:
            images = inputs.reshape(-1, *shown.shape)
        else:
            images = np.repeat(inputs[:, np.newaxis, :], max(n // FLAT, 1), axis=1)
        colours = theme.colours
        # The mosaic shows the root of a number, and ink is to be as bright as it is.
        self._mosaic.set_colours(colours.zero, colours.zero, colours.activation, colours.surface)
        self._mosaic.set_images(images**2, np.ones(self._count))

    @property
    def images(self) -> list[QRectF]:
        """Where the images were painted last."""
        return self._mosaic.rectangles

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the images, their labels below, and a frame round the sample that is shown."""
        theme, shown = self._theme, self._shown
        line = line_height(theme, POINTS)
        left_out = shown.trace.m - self._count
        if left_out:
            note = QRectF(area.left(), area.bottom() - line, area.width(), line)
            text = f"The first {self._count:,} are shown; {left_out:,} more belong to the mini-batch."
            write(painter, theme, note, text, LEFT | MIDDLE, 9, "muted")
            area = area.adjusted(0, 0, 0, -line - 4)
        inner = area.adjusted(3, 3, -3, -3)
        caption = line + 2
        widest = max(
            text_width(theme, str(label), POINTS, strong=True) for label in set(shown.trace.labels.tolist())
        )
        if self._mosaic.image_width(inner, caption) < 1.3 * widest + 4:
            caption = 0.0
        self._mosaic.lay_out(self._held(inner, caption), caption)
        self._mosaic.paint(painter, self._held(inner, caption), theme.colour("line"), caption)
        if caption:
            for place, where in enumerate(self._mosaic.captions):
                chosen = place == shown.place
                role = "highlight" if chosen else "text"
                text = str(int(shown.trace.labels[place]))
                write(painter, theme, where, text, CENTRE | MIDDLE, POINTS, role, strong=chosen)
        if shown.place < self._count and self._mosaic.rectangles:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("highlight"), 2.5))
            painter.drawRect(self._mosaic.rectangles[shown.place].adjusted(-2, -2, 2, 2))

    def _held(self, area: QRectF, caption: float) -> QRectF:
        """Return the part of an area in which a few images do not become huge."""
        width = self._mosaic.image_width(area, caption)
        most = LARGEST * self._theme.text_scale
        if width <= most:
            return area
        share = most / width
        held = QRectF(0, 0, share * area.width(), share * (area.height() - caption) + caption)
        held.moveCenter(area.center())
        return held

    def at(self, point: QPointF) -> Spot | None:
        """Return the sample under a point."""
        place = self._mosaic.index_at(point.x(), point.y())
        if place is None:
            return None
        cost = f"sample {place + 1:,} of {self._shown.trace.m:,} in the mini-batch"
        return Spot(self._mosaic.blocks[place], (self._shown.sample_name(place), cost), sample=place)
