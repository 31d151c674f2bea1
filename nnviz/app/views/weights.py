"""The weights of the first layer: what each of its neurons looks for, as an image."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnviz.app.graphics.colour_scales import signed_levels, signed_table
from nnviz.app.graphics.mosaic import Mosaic
from nnviz.app.theme import Theme
from nnviz.app.views.view import View
from nnviz.run.snapshot import Snapshot

HINT = "An image for each neuron: the weights into it."


class WeightsView(View):
    """A mosaic of the weights into every first-layer neuron, with its scale; hover names the numbers.

    Where the input is not an image, the weights are shown as a matrix, a row for each neuron.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "First-layer weights")
        self._image_shape: tuple[int, int] | None = None
        self._is_matrix = False
        self._shared = QCheckBox("One scale for all")
        self._shared.setChecked(True)
        self._shared.setToolTip(
            "Shared: brightness compares neurons. Otherwise each neuron's largest weight is the brightest."
        )
        self._shared.toggled.connect(self._show_again)
        self._hint = QLabel(HINT)
        self._hint.setProperty("role", "muted")
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._picture = _Picture(theme)
        self._picture.hovered = self._tell
        self._scale = _Scale(theme)
        below = QHBoxLayout()
        below.addWidget(self._scale)
        below.addStretch(1)
        below.addWidget(self._shared)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(8)
        layout.addWidget(self._hint)
        layout.addWidget(self._picture, 1)
        layout.addLayout(below)
        self.take_up_theme()

    def set_image_shape(self, shape: tuple[int, int] | None) -> None:
        """Say how the inputs lie in an image, (rows, columns), or that they are no image."""
        self._image_shape = shape

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the weights of this step."""
        weights = snapshot.network.weights[0]
        shape = self._image_shape
        self._is_matrix = shape is None or shape[0] * shape[1] != weights.shape[1]
        images = weights[np.newaxis] if self._is_matrix else weights.reshape(-1, *(shape or ()))
        largest = np.abs(images).max(axis=(1, 2))
        shared = bool(self._shared.isChecked())
        self._picture.show_images(images, np.full_like(largest, largest.max()) if shared else largest)
        self._scale.show_limit(float(largest.max()) if shared else None)
        self._picture.update_hover()

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours."""
        self._picture.take_up_theme()
        self._scale.take_up_theme()

    @Slot()
    def _show_again(self) -> None:
        if self.snapshot is not None:
            self.show_snapshot(self.snapshot)

    def _tell(self, place: tuple[int, int, int] | None) -> None:
        if place is None or self.snapshot is None:
            self._hint.setText(HINT)
            return
        index, row, column = place
        network = self.snapshot.network
        if self._is_matrix or self._image_shape is None:
            neuron, source, where = row, column, f"input {column}"
        else:
            neuron, source = index, row * self._image_shape[1] + column
            where = f"pixel ({row}, {column})"
        self._hint.setText(
            f"Neuron {neuron}, bias {network.biases[0][neuron]:+.3f}; "
            f"{where}, weight {network.weights[0][neuron, source]:+.4f}"
        )


class _Picture(QWidget):
    """The mosaic itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._mosaic = Mosaic()
        self._pointer: QPointF | None = None
        self.hovered = _ignore
        self.setMouseTracking(True)
        self.setMinimumSize(120, 120)
        self.setAccessibleName("Weights into each first-layer neuron")

    def sizeHint(self) -> QSize:
        return QSize(460, 460)

    def take_up_theme(self) -> None:
        colours = self._theme.colours
        self._mosaic.set_colours(colours.negative, colours.zero, colours.positive, colours.surface)
        self.update()

    def show_images(self, images: np.ndarray, limits: np.ndarray) -> None:
        self._mosaic.set_images(images, limits)
        self.update()

    def update_hover(self) -> None:
        if self._pointer is not None:
            self.hovered(self._mosaic.at(self._pointer.x(), self._pointer.y()))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if len(self._mosaic) == 0:
                painter.setPen(self._theme.colour("muted"))
                painter.drawText(
                    self.rect(),
                    Qt.AlignmentFlag.AlignCenter,
                    "The weights appear as soon as the data is loaded.",
                )
            else:
                area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
                self._mosaic.paint(painter, area, self._theme.colour("line"))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self.update_hover()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.hovered(None)


def _ignore(place: tuple[int, int, int] | None) -> None:
    """Stand in for a listener."""


class _Scale(QWidget):
    """The colour scale, with its ends written beside it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._limit: float | None = None
        self.setFixedSize(300, 22)
        self.take_up_theme()
        self.setAccessibleName("Colour scale of the weights")

    def show_limit(self, limit: float | None) -> None:
        """Write the largest weight at the ends, or that every neuron has its own."""
        rounded = None if limit is None else float(f"{limit:.2g}")
        if rounded != self._limit:
            self._limit = rounded
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            end = "own max" if self._limit is None else f"{self._limit:g}"
            painter.setFont(self._theme.font(10))
            painter.setPen(self._theme.colour("text"))
            rect = QRectF(self.rect())
            bar = rect.adjusted(76, 5, -76, -5)
            flags = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, 0, 70, rect.height()), flags | Qt.AlignmentFlag.AlignRight, f"−{end}")
            right = QRectF(bar.right() + 6, 0, 70, rect.height())
            painter.drawText(right, flags | Qt.AlignmentFlag.AlignLeft, f"+{end}")
            painter.drawImage(bar, self._bar)
            painter.setPen(self._theme.colour("line"))
            painter.drawRect(bar)

    def take_up_theme(self) -> None:
        """Make the bar in the theme's colours."""
        colours = self._theme.colours
        table = signed_table(colours.negative, colours.zero, colours.positive)
        self._colours = table[signed_levels(np.linspace(-1, 1, 255), 1.0)]
        self._bar = QImage(self._colours.data, 255, 1, 4 * 255, QImage.Format.Format_RGB32)
        self.update()
