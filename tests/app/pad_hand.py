"""A hand at the pad: what a person does there, for tests."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from nnviz.core.descent import HyperParameters
from nnviz.data.dataset import DataSet, Samples
from nnviz.run.spec import RunSpec
from nnviz.run.trainer import Trainer

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
STROKE = ((0.4, 0.2), (0.6, 0.3), (0.5, 0.45), (0.65, 0.7), (0.3, 0.75))
"""Something like a 3, in shares of the pad."""


def bars(n=4, shape=(28, 28), classes=10):
    """Return samples of which image j is a bar at another height, with the label j (modulo the classes)."""
    images = np.zeros((n, *shape), np.uint8)
    for j in range(n):
        row = min(shape[0] // 4 + 2 * j, shape[0] - 1)
        images[j, row : row + 2, shape[1] // 4 : -(shape[1] // 4)] = 220 - j
    return Samples(images.reshape(n, -1), np.arange(n, dtype=np.uint8) % classes, shape)


def bars_data(shape=(28, 28), classes=10):
    return DataSet("bars", bars(9, shape, classes), bars(4, shape, classes))


def saying(j=3, sizes=(784, 10), shape=(28, 28), **changes):
    """Return a trainer whose network says j to everything, with the activation σ(3) = 0.9526, others σ(−5)."""
    spec = RunSpec(sizes, hyper=HyperParameters(eta=0.1, batch_size=3), **changes)
    trainer = Trainer(spec, bars_data(shape, sizes[-1]))
    trainer.network.theta[...] = 0
    trainer.network.biases[-1][...] = -5
    trainer.network.biases[-1][j] = 3
    return trainer


def send(canvas, kind, point, button, buttons):
    event = QMouseEvent(
        kind, point, canvas.mapToGlobal(point), button, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(canvas, event)


def on_pad(canvas, share):
    surface = canvas.surface
    return QPointF(surface.left() + share[0] * surface.width(), surface.top() + share[1] * surface.height())


def put_down(canvas, share, button=LEFT):
    send(canvas, QEvent.Type.MouseButtonPress, on_pad(canvas, share), button, button)


def move(canvas, share, button=LEFT):
    send(canvas, QEvent.Type.MouseMove, on_pad(canvas, share), NONE, button)


def lift(canvas, share, button=LEFT):
    send(canvas, QEvent.Type.MouseButtonRelease, on_pad(canvas, share), button, NONE)


def draw(canvas, shares=STROKE, button=LEFT):
    """Draw a stroke through places, as shares of the pad."""
    put_down(canvas, shares[0], button)
    for share in shares[1:]:
        move(canvas, share, button)
    lift(canvas, shares[-1], button)


def painted(paint, width, height):
    """Return what a function paints into an area of an image."""
    from PySide6.QtCore import QRectF

    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, QRectF(0, 0, width, height))
    return image
