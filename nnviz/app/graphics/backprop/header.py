"""The head of every page of the backprop inspector: the sample, what the page is about, and its point in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backprop.subject import Subject
from nnviz.app.graphics.backprop.words import DIVERGED, DIVERGED_SHORT
from nnviz.app.graphics.number_images import brightness, image_of
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, fitting, line_height, text_width, write
from nnviz.app.theme import Theme

LARGE = (900.0, 560.0)
"""From this size on, at the usual size of text, text is larger."""
LEAST_TITLED, LEAST_TOLD = 8.0, 15.0
"""Lines of text that a page is high at least to have a title, and a sentence below it."""


@dataclass(frozen=True)
class Head:
    """Where the parts of the head are, and what is left for the page; a part that is None has no room.

    Parameters
    ----------
    points : float
        The size of text on this page; captions and numbers are smaller.
    body : QRectF
    title, sentence, image : QRectF or None
    """

    points: float
    body: QRectF
    title: QRectF | None = None
    sentence: QRectF | None = None
    image: QRectF | None = None


def divide(theme: Theme, area: QRectF, shape: tuple[int, int] | None) -> Head:
    """Divide an area into head and body.

    Parameters
    ----------
    shape : (rows, cols) or None
        Of the sample's image; None where it is none.
    """
    is_large = area.width() >= LARGE[0] * theme.text_scale and area.height() >= LARGE[1] * theme.text_scale
    points = 12.0 if is_large else 11.0
    inner = area.adjusted(*((14, 8, -14, -10) if area.width() > 400 else (8, 4, -8, -6)))
    line = line_height(theme, points, strong=True)
    if inner.height() < LEAST_TITLED * line:
        return Head(points, inner)
    if inner.height() < LEAST_TOLD * line:
        title = QRectF(inner.left(), inner.top(), inner.width(), line)
        return Head(points, inner.adjusted(0, line + 4, 0, 0), title)
    below = line_height(theme, points - 1)
    height = line + 2 + below
    left, image = inner.left(), None
    if shape is not None:
        width = round(height * min(shape[1] / shape[0], 2.0))
        image = QRectF(math.floor(left), math.floor(inner.top() + 1), width, round(height - 1))
        left += width + 10
    title = QRectF(left, inner.top(), inner.right() - left, line)
    sentence = QRectF(left, title.bottom() + 2, inner.right() - left, below)
    return Head(points, inner.adjusted(0, height + 0.55 * line, 0, 0), title, sentence, image)


def paint_head(
    painter: QPainter,
    theme: Theme,
    head: Head,
    subject: Subject,
    titles: Sequence[str],
    sentences: Sequence[str],
    title_role: str = "text",
    sentence_role: str = "muted",
) -> None:
    """Paint the head: of titles and of sentences the first that fits, or the last, and the step where it has room.

    Of a network that has diverged nothing else can be said.
    """
    if subject.diverged:
        sentences, sentence_role = (DIVERGED, DIVERGED_SHORT), "warning"
    if head.image is not None and subject.shape is not None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(head.image, image_of(brightness(theme, subject.trace.x.reshape(subject.shape))))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(head.image.adjusted(-0.5, -0.5, 0.5, 0.5))
    if head.title is not None:
        text = fitting(theme, titles, head.title.width(), head.points, strong=True)
        write(painter, theme, head.title, text, LEFT | MIDDLE, head.points, title_role, strong=True)
        step = f"step {subject.step:,}"
        taken = text_width(theme, text, head.points, strong=True) + 20
        if taken + text_width(theme, step, 9) <= head.title.width():
            write(painter, theme, head.title, step, RIGHT | MIDDLE, 9, "muted")
    if head.sentence is not None:
        text = fitting(theme, sentences, head.sentence.width(), head.points - 1)
        write(painter, theme, head.sentence, text, LEFT | MIDDLE, head.points - 1, sentence_role)
