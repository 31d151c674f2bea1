"""What the network gets and what it makes of it: the image, the verdict, and a bar for every output."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from nnviz.app.graphics.pad.bars import OutputBars
from nnviz.app.graphics.pad.surface import paint_ink
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, TOP, WRAP, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.encoding import Floats
from nnviz.data.drawing import Prepared

ARROW = 34.0
"""Pixels from the image to the verdict, with the arrow between them."""
ROOMY, LARGE = 11, 17
"""Lines of text that a panel is high: from the first on it need not be thrifty, from the second it has a legend."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A network's answer to a sample.

    Parameters
    ----------
    subject : str
        To what: "test image 42".
    image : Prepared or None
        None where the sample is no image.
    note : str
        About the image, where no traces of its preparation say more.
    a : (n_L,) or None
        The output activations; None where there is no network that the sample fits.
    caption, short : str
        In words, and what of it there is no picture of, where there is little room; that may be empty.
    pinned : int or None
        The output neuron that is pinned.
    """

    subject: str
    image: Prepared | None
    note: str
    a: Floats | None
    caption: str
    short: str
    pinned: int | None = None

    @property
    def strongest(self) -> int | None:
        """The number of the output that is greatest; None where some are no numbers."""
        return None if self.a is None or not np.isfinite(self.a).all() else int(self.a.argmax())


@dataclass(frozen=True)
class Places:
    """Where the parts of a panel are; an empty rectangle for what there is no room for."""

    title: QRectF
    image: QRectF
    legend: QRectF
    verdict: QRectF
    number: QRectF
    bars: QRectF
    caption: QRectF
    is_short: bool
    """Whether the caption is the short one."""


class AnswerPanel:
    """Paints an answer into any area, leaving out what matters less where there is little room.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    answer : Answer or None
    hint : str
        Stands in place of the caption, or of the title where there is none, while it is not empty.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._bars = OutputBars(theme)
        self.answer: Answer | None = None
        self.hint = ""

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the answer; nothing before there is one."""
        theme, answer = self._theme, self.answer
        if answer is None:
            return
        places = self.places(area)
        if self.hint and places.caption.isEmpty():
            write(painter, theme, places.title, self.hint, LEFT | TOP, 10)
        else:
            self._write_title(painter, places.title, answer)
        if answer.image is not None:
            self._paint_image(painter, places.image, answer.image)
            if not places.legend.isEmpty():
                self._paint_legend(painter, places.legend, answer.image, answer.note)
        if answer.a is None:
            write(painter, theme, places.bars, answer.caption, CENTRE | MIDDLE, 10, "muted", wrap=True)
            return
        self._paint_verdict(painter, places, answer)
        wants_number = places.number.isEmpty()
        self._bars.paint(painter, places.bars, wants_number, answer.a, answer.strongest, answer.pinned)
        if not places.caption.isEmpty():
            text = self.hint or (answer.short if places.is_short else answer.caption)
            write(painter, theme, places.caption, text, LEFT | TOP, 11, wrap=not places.is_short)

    def bar_at(self, area: QRectF, point: QPointF) -> int | None:
        """Return the number of the output whose bar a point is at."""
        if self.answer is None or self.answer.a is None:
            return None
        places = self.places(area)
        return self._bars.index_at(places.bars, places.number.isEmpty(), len(self.answer.a), point)

    def pixel_at(self, area: QRectF, point: QPointF) -> tuple[int, int] | None:
        """Return the row and column of the image's pixel that is under a point."""
        place = self.places(area).image
        if self.answer is None or self.answer.image is None or not place.contains(point):
            return None
        rows, cols = self.answer.image.pixels.shape
        row = int((point.y() - place.top()) / place.height() * rows)
        column = int((point.x() - place.left()) / place.width() * cols)
        return min(row, rows - 1), min(column, cols - 1)

    # Layout.

    def places(self, area: QRectF) -> Places:
        """Return where the parts go in an area."""
        line = line_height(self._theme, 10)
        gap = 8.0 if area.height() > ROOMY * line else 4.0
        title = QRectF(area.left(), area.top(), area.width(), line_height(self._theme, 10, strong=True))
        caption, is_short = self._caption_place(area)
        end = caption.top() - (gap if caption.height() else 0)
        middle = QRectF(area.left(), title.bottom() + gap, area.width(), max(end - title.bottom() - gap, 0))
        shape = None if self.answer is None or self.answer.image is None else self.answer.image.pixels.shape
        if shape is None:
            none = QRectF()
            return Places(title, none, none, none, none, middle, caption, is_short)
        legend = QRectF()
        if middle.width() > 2.4 * middle.height():
            image = _image_place(middle, shape, 0.25, 1.0)
            bars = middle.adjusted(0.45 * middle.width(), 0, 0, 0)
            limit = bars.left() - 2 * gap
            if middle.height() < 2 * line:  # no bars fit
                bars, limit = QRectF(), area.right()
        else:
            is_large = area.height() > LARGE * line
            image = _image_place(middle, shape, 0.5, 0.42 if is_large else 0.5)
            if is_large:
                height = 2 * line_height(self._theme, 9)
                legend = QRectF(area.left(), image.bottom() + 4, area.width(), height)
            top = max(image.bottom(), legend.bottom()) + (1.5 * gap if is_large else gap)
            bars = QRectF(area.left(), top, area.width(), max(middle.bottom() - top, 0))
            limit = area.right()
        verdict, number = self._verdict_places(image, limit)
        return Places(title, image, legend, verdict, number, bars, caption, is_short)

    def _verdict_places(self, image: QRectF, limit: float) -> tuple[QRectF, QRectF]:
        """Return where the verdict goes, right of the image, and where its number, below or beside it or nowhere."""
        theme, line = self._theme, line_height(self._theme, 11)
        left, room = image.right() + ARROW, limit - image.right() - ARROW
        if room < line or image.height() < 0.5 * line:
            return QRectF(), QRectF()
        needed = text_width(theme, "a = 0.00", 11) + 2
        if image.height() > 3.6 * line and room >= needed:
            width = min(room, max(1.2 * image.height(), needed))
            height = 0.78 * (image.height() - line)  # large letters fill no more of their line
            top = image.center().y() - (height + line) / 2
            return QRectF(left, top, width, height), QRectF(left, top + height, width, line)
        width = min(room, 0.62 * image.height())
        verdict = QRectF(left, image.top(), width, image.height())
        needed = text_width(theme, "0.00", 11) + 2
        beside = QRectF(verdict.right() + 8, image.center().y() - line / 2, needed, line)
        return verdict, beside if beside.right() <= limit else QRectF()

    def _caption_place(self, area: QRectF) -> tuple[QRectF, bool]:
        """Return where the caption goes, and whether it is the short one; a place without height if neither fits."""
        answer, nowhere = self.answer, QRectF(area.left(), area.bottom(), area.width(), 0)
        if answer is None or answer.a is None:
            return nowhere, True
        metrics = QFontMetricsF(self._theme.font(11))
        line = metrics.lineSpacing()
        needed = metrics.boundingRect(QRectF(0, 0, area.width(), 9999), WRAP.value, answer.caption).height()
        if needed < 0.2 * area.height():
            return QRectF(area.left(), area.bottom() - needed, area.width(), needed), False
        is_long = metrics.horizontalAdvance(answer.short) > area.width()
        if answer.short and line < 0.14 * area.height() and not is_long:
            return QRectF(area.left(), area.bottom() - line, area.width(), line), True
        return nowhere, True

    # Painting.

    def _write_title(self, painter: QPainter, place: QRectF, answer: Answer) -> None:
        """Write as much of the title as fits."""
        subject = answer.subject
        for title in (f"Answer to {subject}", f"To {subject}", subject.removeprefix("the ").capitalize()):
            if text_width(self._theme, title, 10, strong=True) <= place.width():
                write(painter, self._theme, place, title, LEFT | TOP, 10, "muted", strong=True)
                return

    def _paint_image(self, painter: QPainter, place: QRectF, image: Prepared) -> None:
        theme = self._theme
        paint_ink(painter, theme, place, image.pixels)
        if image.box is None or image.centre is None:
            return
        scale = place.height() / image.pixels.shape[0]
        top, left, height, width = (scale * length for length in image.box)
        painter.setClipRect(place)
        painter.setPen(QPen(theme.colour("highlight", 0.75), 1.3))
        painter.drawRect(QRectF(place.left() + left, place.top() + top, width, height))
        painter.setClipping(False)
        centre = QPointF(place.left() + scale * image.centre[1], place.top() + scale * image.centre[0])
        self._paint_cross(painter, centre, min(max(1.4 * scale, 3), 12))

    def _paint_cross(self, painter: QPainter, centre: QPointF, arm: float) -> None:
        painter.setPen(QPen(self._theme.colour("highlight"), 2))
        across, down = QPointF(arm, 0), QPointF(0, arm)
        painter.drawLine(centre - across, centre + across)
        painter.drawLine(centre - down, centre + down)

    def _paint_legend(self, painter: QPainter, place: QRectF, image: Prepared, note: str) -> None:
        """Say what the box and the cross on the image are; where there are none, what the image is."""
        theme, line = self._theme, line_height(self._theme, 9)
        rows, cols = (round(side) for side in (image.pixels.shape if image.box is None else image.box[2:]))
        if image.box is None:
            texts = (f"{rows} × {cols} pixels,", note)
            indent = 0.0
        else:
            texts = (f"box of {rows} × {cols} pixels", "centre of mass, in the middle")
            indent = line
            glyph = QRectF(place.left(), place.top() + 0.2 * line, 0.6 * line, 0.6 * line)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("highlight", 0.75), 1.3))
            painter.drawRect(glyph)
            self._paint_cross(painter, glyph.center() + QPointF(0, line), 0.32 * line)
        for number, text in enumerate(texts):
            row = QRectF(place.left() + indent, place.top() + number * line, place.width() - indent, line)
            write(painter, theme, row, text, LEFT | MIDDLE, 9, "muted")

    def _paint_verdict(self, painter: QPainter, places: Places, answer: Answer) -> None:
        """Paint an arrow from the image to what the network says, large, with its activation."""
        theme, place, strongest = self._theme, places.verdict, answer.strongest
        if place.isEmpty() or answer.a is None:
            return
        middle = places.image.center().y()
        left, tip = places.image.right() + 8, places.image.right() + ARROW - 8
        painter.setPen(QPen(theme.colour("muted"), 1.8))
        painter.drawLine(QPointF(left, middle), QPointF(tip, middle))
        painter.drawPolyline(
            [QPointF(tip - 5, middle - 5), QPointF(tip, middle), QPointF(tip - 5, middle + 5)]
        )
        digit = "?" if strongest is None else str(strongest)
        points = 10 * min(
            place.height() / (0.8 * line_height(theme, 10, strong=True)),
            place.width() / text_width(theme, digit, 10, strong=True),
        )
        spill = place.height()  # of the line around the letter, which is higher than the letter
        write(
            painter, theme, place.adjusted(-2, -spill, 2, spill), digit, CENTRE | MIDDLE, points, strong=True
        )
        if strongest is not None and not places.number.isEmpty():
            number = f"{answer.a[strongest]:.2f}"
            if places.number.top() >= place.bottom():
                write(painter, theme, places.number, f"a = {number}", CENTRE | MIDDLE, 11, "muted")
            else:
                write(painter, theme, places.number, number, LEFT | MIDDLE, 11, "muted")


def _image_place(area: QRectF, shape: tuple[int, ...], most_width: float, most_height: float) -> QRectF:
    """Return a place in the upper left corner of an area; its pixels are whole or half ones of the screen."""
    rows, cols = shape
    scale = min(most_height * area.height() / rows, most_width * area.width() / cols)
    if scale >= 1:
        scale = int(2 * scale) / 2
    return QRectF(round(area.left()), round(area.top()), scale * cols, scale * rows)
