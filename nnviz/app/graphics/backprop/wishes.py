"""Many nudges of one kind: all of them as a picture, beside what they are in proportion to, and the largest in rows."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backprop.subject import Spot
from nnviz.app.graphics.backprop.wish_rows import Wishes, WishRows
from nnviz.app.graphics.number_images import image_of, largest, signs
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, fitting, line_height, write
from nnviz.app.theme import Theme
from nnviz.core.encoding import Floats

ROWS_SHARE = 0.5
"""Of a panel's height that rows take at most, unless the picture needs less."""
HIGHEST_BARS = 4.5
"""Lines of text."""
LEAST_PICTURE, LEAST_ROWS = 3.2, 3.0
"""Lines of text that the picture of all nudges, and the rows of the largest, must have room for."""


class WishPanel:
    """A panel of nudges, laid out in an area: above all of them, below the largest in rows.

    Parameters
    ----------
    theme : Theme
    wishes : Wishes
    limit : float
        The nudge whose arrow is as long as any.
    """

    def __init__(self, theme: Theme, wishes: Wishes, limit: float) -> None:
        self._theme = theme
        self._wishes = wishes
        self.rows = WishRows(theme, wishes, limit)
        self._pictures: list[QRectF] = []
        self._points = 10.0
        self._captions = QRectF()

    # Where things are.

    def lay_out(self, area: QRectF, points: float) -> None:
        """Divide an area among the picture of all nudges and the rows of the largest."""
        self._points = points
        line = line_height(self._theme, points)
        rows = max(self.rows.height(points), LEAST_ROWS * line)
        room = area.height() - min(rows, max(LEAST_ROWS * line, ROWS_SHARE * area.height()))
        self._pictures, self._captions = [], QRectF()
        top = area.top()
        if room >= (LEAST_PICTURE + 1) * line:
            caption = line + 1
            self._captions = QRectF(area.left(), top, area.width(), caption)
            place = QRectF(area.left(), top + caption, area.width(), room - caption - 0.5 * line)
            self._pictures = self._divide(place)
            top = max(picture.bottom() for picture in self._pictures) + 0.7 * line
        self.rows.lay_out(QRectF(area.left(), top, area.width(), area.bottom() - top), points)

    def _divide(self, area: QRectF) -> list[QRectF]:
        """Return where the factors and where the nudges are: images side by side, or bars above each other."""
        line = line_height(self._theme, self._points)
        if self._wishes.shape is None:
            gap = 0.35 * line
            height = min((area.height() - gap) / 2, HIGHEST_BARS * line)
            return [
                QRectF(area.left(), area.top() + place * (height + gap), area.width(), height)
                for place in range(2)
            ]
        rows, cols = self._wishes.shape
        gap = 1.6 * line
        size = max(min((area.width() - gap) / (2 * cols), area.height() / rows), 0.1)
        size = math.floor(2 * size) / 2 if size >= 2 else size
        return [
            QRectF(
                round(area.left() + place * (size * cols + gap)), round(area.top()), size * cols, size * rows
            )
            for place in range(2)
        ]

    # Painting.

    def paint(self, painter: QPainter) -> None:
        """Paint the numbers."""
        if self._pictures and self._wishes.shape is not None:
            self._paint_images(painter, self._wishes.shape)
        elif self._pictures:
            self._paint_bars(painter, self._pictures[0], self._wishes.factors, True)
            self._paint_bars(painter, self._pictures[1], self._wishes.nudges, False)
        self.rows.paint(painter)

    def paint_still(self, painter: QPainter) -> None:
        """Write what the pictures are."""
        if not self._pictures:
            return
        theme, wishes, points = self._theme, self._wishes, self._points
        first, second = f"all {wishes.symbol}", f"all {wishes.wished}"
        if wishes.shape is None:
            texts = (f"{first}, and below {second}", f"{first}, {second}", first)
            text = fitting(theme, texts, self._captions.width(), points - 1)
            write(painter, theme, self._captions, text, LEFT | MIDDLE, points - 1, "muted")
            return
        one, other = self._pictures
        for picture, text in ((one, first), (other, second)):
            place = QRectF(picture.left(), self._captions.top(), picture.width(), self._captions.height())
            texts = (text, text.removeprefix("all "), text.rpartition(" ")[2])
            text = fitting(theme, texts, place.width(), points - 1)
            write(painter, theme, place, text, LEFT | MIDDLE, points - 1, "muted")
        between = QRectF(one.right(), one.top(), other.left() - one.right(), one.height())
        write(painter, theme, between, "→", CENTRE | MIDDLE, points + 2, "muted")

    def _paint_images(self, painter: QPainter, shape: tuple[int, int]) -> None:
        theme, wishes = self._theme, self._wishes
        images = [
            image_of(wishes.colours(theme, wishes.factors.reshape(shape))),
            image_of(signs(theme, wishes.nudges.reshape(shape), largest(wishes.nudges))),
        ]
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("line"), 1))
        for picture, image in zip(self._pictures, images, strict=True):
            painter.drawImage(picture, image)
            painter.drawRect(picture.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_bars(self, painter: QPainter, area: QRectF, values: Floats, are_factors: bool) -> None:
        """Paint all numbers as bars beside each other; both pictures have the same shape, but for the sign."""
        theme = self._theme
        is_signed = self._wishes.signed or not are_factors
        limit = self._wishes.factor_limit if are_factors else largest(values)
        with np.errstate(all="ignore"):
            share = np.nan_to_num(values / limit if limit > 0 else values, nan=0.0).clip(-1, 1)
        # Where all go one way they have the whole height, so that they are as high as what they follow.
        goes_up, goes_down = bool((share > 0).any()), bool((share < 0).any())
        is_mixed = self._wishes.signed or (goes_up and goes_down)
        zero = area.center().y() if is_mixed else area.top() if goes_down else area.bottom()
        reach = area.height() / (2 if is_mixed else 1)
        step = area.width() / len(values)
        width = max(0.7 * step, min(step, 1.0))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QLineF(area.left(), zero, area.right(), zero))
        painter.setPen(Qt.PenStyle.NoPen)
        for role, chosen in self._roles(share, is_signed):
            painter.setBrush(theme.colour(role))
            lefts = area.left() + (chosen + 0.5) * step - width / 2
            heights = share[chosen] * reach
            painter.drawRects(
                [
                    QRectF(left, zero - max(height, 0.0), width, abs(height))
                    for left, height in zip(lefts.tolist(), heights.tolist(), strict=True)
                ]
            )
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _roles(self, share: Floats, is_signed: bool) -> list[tuple[str, NDArray[np.intp]]]:
        if not is_signed:
            return [("activation", np.flatnonzero(share))]
        return [("positive", np.flatnonzero(share > 0)), ("negative", np.flatnonzero(share < 0))]

    # What is pointed at.

    def at(self, point: QPointF) -> Spot | None:
        """Return which nudge lies under a point, in a row or in the pictures."""
        k = self.rows.at(point)
        if k is not None:
            return self._wishes.spot(k)
        for picture in self._pictures:
            if picture.contains(point) and not picture.isEmpty():
                return self._wishes.spot(self._index(picture, point))
        return None

    def _index(self, picture: QRectF, point: QPointF) -> int:
        across = (point.x() - picture.left()) / picture.width()
        if self._wishes.shape is None:
            n = len(self._wishes.nudges)
            return min(int(across * n), n - 1)
        rows, cols = self._wishes.shape
        row = min(int((point.y() - picture.top()) / picture.height() * rows), rows - 1)
        return row * cols + min(int(across * cols), cols - 1)

    def where(self, k: int) -> list[QRectF]:
        """Return where a nudge is: its row, if it has one, and its places in the pictures."""
        return self.rows.where(k) + [self._place(picture, k) for picture in self._pictures]

    def _place(self, picture: QRectF, k: int) -> QRectF:
        if self._wishes.shape is None:
            step = picture.width() / len(self._wishes.nudges)
            return QRectF(picture.left() + k * step, picture.top(), step, picture.height())
        rows, cols = self._wishes.shape
        row, col = divmod(k, cols)
        across, down = picture.width() / cols, picture.height() / rows
        return QRectF(picture.left() + col * across, picture.top() + row * down, across, down)
