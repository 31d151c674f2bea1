"""Networks set by hand, and what the network diagram is given of them."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from nnviz.app.choice import Sample
from nnviz.app.graphics.network.values import Scene
from nnviz.core.network import Network
from nnviz.core.response import respond


def network_of(sizes, fill=0.0, **kinds):
    """Return a network all of whose parameters are one number."""
    network = Network(sizes, **kinds)
    network.theta[...] = fill
    return network


def sample_of(pixels, label=None, shape=None):
    pixels = np.asarray(pixels, np.uint8)
    return Sample("test", 7, pixels, label, shape)


def scene_of(network, pixels=None, label=None, shape=None, pinned=None, overlay="a"):
    """Return a scene; without pixels, of the black image."""
    sample = sample_of(np.zeros(network.sizes[0]) if pixels is None else pixels, label, shape)
    fits = sample.pixels.shape == (network.sizes[0],)
    return Scene(network, sample, respond(network, sample.x) if fits else None, pinned, overlay)


def painted(theme, paint, width=620, height=420):
    """Return what `paint` paints with a painter into an area of this size."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(theme.colour("surface"))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, QRectF(0, 0, width, height))
    return image


def colour_at(image, point):
    return image.pixelColor(round(point.x()), round(point.y())).name()


def colours_in(image, box):
    """Return the names of all colours in a rectangle."""
    area = box.toRect().intersected(image.rect())
    return {
        image.pixelColor(x, y).name()
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    }


class Record:
    """Takes the place of `write`, and keeps what was written where."""

    def __init__(self, write):
        self._write = write
        self.calls = []

    def __call__(self, painter, theme, area, text, *given, **named):
        self.calls.append((text, QRectF(area)))
        return self._write(painter, theme, area, text, *given, **named)

    @property
    def texts(self):
        return [text for text, _ in self.calls]
