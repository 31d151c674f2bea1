"""A band between two noisy curves, drawn as an image.

As a polygon it would have a thousand spikes, and filling those takes ten times as long as all the rest of a plot.
"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

ROWS = 400
"""Rows of the image, about as many as a plot is high in pixels."""


class Band(pg.ImageItem):  # type: ignore[misc]
    """A column for each stretch of steps, filled from its least to its greatest value."""

    def set_colour(self, colour: QColor) -> None:
        """Fill with another colour."""
        table = np.zeros((2, 4), np.uint8)
        table[1] = (colour.red(), colour.green(), colour.blue(), colour.alpha())
        self.setLookupTable(table)

    def show_band(
        self,
        least: NDArray[np.float64],
        greatest: NDArray[np.float64],
        left: float,
        right: float,
        view: QRectF,
    ) -> None:
        """Show a band from `left` to `right`.

        Parameters
        ----------
        least, greatest : (n,)
            For each of n stretches of equal width.
        left, right : float
            Where the first begins and the last ends.
        view : QRectF
            What is visible, in the same units; the image covers its height.
        """
        scale = ROWS / view.height()
        rows = np.arange(ROWS)[:, np.newaxis]
        lowest = np.floor((least - view.top()) * scale)
        highest = np.floor((greatest - view.top()) * scale)
        mask = (rows >= lowest) & (rows <= highest)
        self.setImage(mask.view(np.uint8), autoLevels=False, levels=(0, 1))
        self.setRect(QRectF(left, view.top(), right - left, view.height()))
