"""What a function paints: as a picture, and as the texts that are in it with their places."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QTransform
from PySide6.QtSvg import QSvgGenerator

SVG = "{http://www.w3.org/2000/svg}"
DOTS_AN_INCH = 96


@dataclass(frozen=True)
class Text:
    """A text, and where it stands."""

    text: str
    where: QRectF


def picture_of(paint, width, height, ground="#808080"):
    """Return what `paint`, called with a painter, paints onto a plain ground."""
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(QColor(ground))
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter)
    return picture


def texts_of(paint, width, height):
    """Return the texts that `paint` writes, as they can be read in an SVG file."""
    buffer = QBuffer()
    svg = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    svg.setOutputDevice(buffer)
    svg.setResolution(DOTS_AN_INCH)
    svg.setSize(QSize(width, height))
    with QPainter(svg) as painter:
        paint(painter)
    root = ElementTree.fromstring(bytes(buffer.data()).decode())
    return [_text(group, text) for group in root.iter(f"{SVG}g") for text in group.findall(f"{SVG}text")]


def _text(group, text):
    font = QFont(text.get("font-family"))
    font.setPixelSize(round(float(text.get("font-size"))))
    font.setWeight(QFont.Weight(int(text.get("font-weight"))))
    font.setFeature(QFont.Tag("tnum"), 1)
    metrics = QFontMetricsF(font)
    left, baseline = float(text.get("x")), float(text.get("y"))
    box = QRectF(left, baseline - metrics.ascent(), metrics.horizontalAdvance(text.text), metrics.height())
    transform = QTransform()
    if matrix := group.get("transform", "").removeprefix("matrix("):
        transform = QTransform(*(float(part) for part in matrix.rstrip(")").split(",")))
    return Text(text.text, transform.mapRect(box))


def strings(texts):
    """Return the texts without their places."""
    return [text.text for text in texts]


def colours_in(picture, area):
    """Return the names of the colours of a picture's pixels in an area."""
    inside = area.toRect().intersected(picture.rect())
    return {
        picture.pixelColor(x, y).name()
        for x in range(inside.left(), inside.right() + 1)
        for y in range(inside.top(), inside.bottom() + 1)
    }


def colour_at(picture, point):
    """Return the name of a picture's colour at a point."""
    point = QPointF(point)
    return picture.pixelColor(int(point.x()), int(point.y())).name()


def overlapping(texts, least=2.0):
    """Return the pairs of texts that run into each other by more than `least` pixels both ways."""
    pairs = []
    for place, one in enumerate(texts):
        for other in texts[place + 1 :]:
            common = one.where.intersected(other.where)
            if common.width() > least and common.height() > 0.35 * min(
                one.where.height(), other.where.height()
            ):
                pairs.append((one.text, other.text))
    return pairs
