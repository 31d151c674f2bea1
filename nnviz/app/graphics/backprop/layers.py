"""Backpropagation of one sample, layer by layer: the errors on their way from right to left, and the gradient."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from nnviz.app.choice import Neuron
from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.backprop.gradients import LayerGradient, PixelGradient
from nnviz.app.graphics.backprop.header import Head, divide, paint_head
from nnviz.app.graphics.backprop.strips import LayerStrips
from nnviz.app.graphics.backprop.subject import NEURON, PARAMETER, PIXEL, Spot, Subject
from nnviz.app.graphics.backprop.words import DIVERGED, about_lost, capital, figures, sample_name
from nnviz.app.graphics.equations import equation_size, paint_equation
from nnviz.app.graphics.number_images import largest
from nnviz.app.graphics.numerals import Numerals
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.sensitivity import LostError, lost_errors

BP3 = r"\partial C/\partial b^l_j=\delta^l_j"
BP4 = r"\partial C/\partial w^l_{jk}=a^{l-1}_k\,\delta^l_j"
ERRORS_SHARE = 0.56
"""Of the height, where there are both errors and gradient."""
LEAST_ERRORS, LEAST_GRADIENT = 9.5, 6.5
"""Lines of text that they must be high, or there is no gradient."""


class Part(Enum):
    """What is shown of the layers."""

    BOTH = "Errors and gradient"
    ERRORS = "Errors only"
    GRADIENT = "Gradient only"


class LayersPicture:
    """A column for each layer, the input's side on the left: above its errors, below its part of the gradient.

    Parameters
    ----------
    theme : Theme
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._backdrop = Backdrop()
        self._numerals = Numerals()
        self._subject: Subject | None = None
        self._part = Part.BOTH
        self._strips: list[LayerStrips] = []
        self._gradients: list[LayerGradient] = []
        self._pixels: PixelGradient | None = None
        self._lost: tuple[LostError, ...] = ()
        self._head: Head | None = None
        self._has_errors = self._has_gradient = self._has_pixels = True
        self._heading: QRectF | None = None

    def show(self, subject: Subject, part: Part = Part.BOTH, one_scale: bool = False) -> None:
        """Take a trace.

        Parameters
        ----------
        subject : Subject
        part : Part
        one_scale : bool
            Whether all layers have one scale for what is of one kind, so that it shows where errors vanish.
        """
        trace, layers = subject.trace, range(1, subject.n_layers + 1)
        self._subject, self._part = subject, part
        self._lost = () if subject.diverged else lost_errors(subject.network, trace)
        limits = [
            tuple(largest(values[layer - 1]) for layer in layers)
            for values in (trace.error, trace.delta, trace.dC_dw, trace.dC_db)
        ]
        if one_scale:
            limits = [(max(of_layers),) * len(of_layers) for of_layers in limits]
        error, delta, dw, db = limits
        self._strips = [
            LayerStrips(
                self._theme,
                subject,
                layer,
                (error[layer - 1], delta[layer - 1]),
                {lost.neuron for lost in self._lost if lost.layer == layer},
            )
            for layer in layers
        ]
        if len(self._gradients) != subject.n_layers:
            self._gradients = [LayerGradient(self._theme, layer) for layer in layers]
        for gradient in self._gradients:
            gradient.show(subject, (dw[gradient.layer - 1], db[gradient.layer - 1]))
        self._pixels = PixelGradient(self._theme, subject)

    # Where things are.

    def _lay_out(self, area: QRectF, subject: Subject) -> None:
        theme = self._theme
        head = self._head = divide(theme, area, subject.shape)
        body, line = head.body, line_height(theme, head.points)
        errors, part = body.height() * ERRORS_SHARE, self._part
        both = errors >= LEAST_ERRORS * line and body.height() - errors >= LEAST_GRADIENT * line
        self._has_errors = part is not Part.GRADIENT
        self._has_gradient = part is Part.GRADIENT or (part is Part.BOTH and both)
        if not self._has_gradient:
            errors = body.height()
        elif not self._has_errors:
            errors = 0.0
        gap = (1.4 if subject.n_layers < 4 else 0.9) * line
        slots = self._slots(body, gap)
        if self._has_errors:
            self._lay_out_errors([QRectF(s.left(), s.top(), s.width(), errors) for s in slots], head.points)
        self._heading = None
        if self._has_gradient:
            top = body.top() + errors + (0.8 * line if errors else 0.0)
            if body.bottom() - top >= (LEAST_GRADIENT + 1.5) * line:
                self._heading = QRectF(body.left(), top, body.width(), 1.3 * line)
                top += 1.5 * line
            self._lay_out_gradients([QRectF(s.left(), top, s.width(), body.bottom() - top) for s in slots])

    def _slots(self, body: QRectF, gap: float) -> list[QRectF]:
        count = len(self._strips)
        width = (body.width() - gap * (count - 1)) / count
        return [
            QRectF(body.left() + place * (width + gap), body.top(), width, body.height())
            for place in range(count)
        ]

    def _lay_out_errors(self, slots: list[QRectF], points: float) -> None:
        """Give each layer the same strips, and its equation the same place."""
        width = slots[0].width()
        names = min((strips.names_for(width, points) for strips in self._strips), key=len)
        two_lines = any(strips.needs_two_lines(names, width, points) for strips in self._strips)
        for strips, slot in zip(self._strips, slots, strict=True):
            strips.lay_out(slot, points, names, two_lines)

    def _lay_out_gradients(self, slots: list[QRectF]) -> None:
        """Put each layer's gradient below its errors, and ∂C/∂x to the left of the first layer's."""
        first = slots[0]
        apart = 0.8 * line_height(self._theme, 9)
        self._has_pixels = False
        if self._pixels is not None:
            width = min(self._pixels.width(first.height()), 0.42 * first.width())
            self._has_pixels = first.width() - width - apart >= 3 * line_height(self._theme, 9)
            if self._has_pixels:
                self._pixels.lay_out(QRectF(first.left(), first.top(), width, first.height()))
                slots = [first.adjusted(width + apart, 0, 0, 0), *slots[1:]]
        for gradient, slot in zip(self._gradients, slots, strict=True):
            gradient.lay_out(slot)

    # Painting.

    def paint(self, painter: QPainter, area: QRectF, pointed: Spot | None = None) -> None:
        """Paint all that has room in an area, what is pointed at marked."""
        subject = self._subject
        if subject is None:
            return
        self._lay_out(area, subject)
        theme, head = self._theme, self._head
        assert head is not None
        key = (
            theme.colours,
            theme.text_scale,
            self._part,
            subject.network.sizes,
            subject.network.cost.name,
            subject.network.activation_name,
            subject.shape,
            subject.label,
        )
        self._backdrop.paint(painter, area, key, self._paint_still)
        role = "warning" if self._lost or subject.diverged else "muted"
        sentences = [DIVERGED] if subject.diverged else about_lost(subject, self._lost)
        paint_head(painter, theme, head, subject, self._titles(subject), sentences, sentence_role=role)
        if self._has_errors:
            for strips in self._strips:
                strips.paint(painter, self._numerals)
        if self._has_gradient:
            for gradient in self._gradients:
                gradient.paint(painter)
            if self._pixels is not None and self._has_pixels:
                self._pixels.paint(painter)
        self._paint_marks(painter, subject, pointed)

    def _titles(self, subject: Subject) -> list[str]:
        cost = f"C = {figures(subject.trace.cost, 3)}"
        name = capital(sample_name(subject.sample))
        return [
            f"{name}: its cost {cost} goes back through the layers",
            f"{name}: {cost}",
            f"{capital(subject.sample.name)}: {cost}",
            cost,
        ]

    def _paint_still(self, painter: QPainter, area: QRectF) -> None:
        if self._has_errors:
            for strips in self._strips:
                strips.paint_still(painter)
            for before, after in zip(self._strips, self._strips[1:], strict=False):
                self._paint_arrow(painter, after.leaves, before.arrives)
        if self._has_gradient:
            self._paint_heading(painter)
            for gradient in self._gradients:
                gradient.paint_still(painter)
            if self._pixels is not None and self._has_pixels:
                self._pixels.paint_still(painter)

    def _paint_arrow(self, painter: QPainter, start: QPointF | None, end: QPointF | None) -> None:
        """Paint how the error of a layer comes from δ of the layer after it, above the strips between."""
        drop, tip = 5.0, 3.5 * self._theme.text_scale
        if start is None or end is None or start.x() - end.x() < 4 * tip:
            return
        painter.setPen(QPen(self._theme.colour("muted"), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        low = end.y() + drop
        path = QPainterPath(QPointF(start.x(), low))
        path.lineTo(start.x(), start.y() + 2)
        path.quadTo(start, QPointF(start.x() - 2, start.y()))
        path.lineTo(end.x() + 2, end.y())
        path.quadTo(end, QPointF(end.x(), end.y() + 2))
        path.lineTo(end.x(), low)
        painter.drawPath(path)
        painter.drawPolyline(
            [QPointF(end.x() - tip, low - tip), QPointF(end.x(), low), QPointF(end.x() + tip, low - tip)]
        )

    def _paint_heading(self, painter: QPainter) -> None:
        """Write what the gradient is made of, in the book's equations."""
        theme, place, head = self._theme, self._heading, self._head
        if place is None or head is None:
            return
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(place.topLeft(), place.topRight())
        left, middle = place.left(), place.center().y() + 2
        title = "Gradient"
        right = text_width(theme, title, head.points, strong=True)
        row = QRectF(left, place.top() + 2, place.width(), place.height())
        write(painter, theme, row, title, LEFT | MIDDLE, head.points, strong=True)
        left += right + 1.2 * line_height(theme, head.points)
        for name, latex in (("BP4", BP4), ("BP3", BP3)):
            size = equation_size(theme, latex, head.points - 1)
            wide = text_width(theme, name, 9) + 6
            if left + size.width() + wide > place.right():
                break
            corner = QPointF(left, middle - size.height() / 2)
            paint_equation(painter, theme, corner, latex, head.points - 1)
            row = QRectF(left + size.width(), row.top(), wide, row.height())
            write(painter, theme, row, name, RIGHT | MIDDLE, 9, "muted")
            left = row.right() + 1.5 * line_height(theme, head.points)

    def _paint_marks(self, painter: QPainter, subject: Subject, pointed: Spot | None) -> None:
        """Paint frames: one round the pinned neuron wherever it is, on the screen one round what is pointed at."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if pointed is not None:
            painter.setPen(QPen(self._theme.colour("text"), 1.5))
            neuron = pointed.neuron
            frames = [] if neuron is None else self._frames(neuron)
            painter.drawRects([frame.adjusted(-1, -1, 1, 1) for frame in [*frames, *self._framed(pointed)]])
        if subject.pinned is not None:
            frames = [frame.adjusted(-1.5, -1.5, 1.5, 1.5) for frame in self._frames(subject.pinned)]
            for role, width in (("surface", 4.0), ("highlight", 2.0)):
                pen = QPen(self._theme.colour(role), width)
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                painter.setPen(pen)
                painter.drawRects(frames)

    def _frames(self, neuron: Neuron) -> list[QRectF]:
        frames = []
        if self._has_errors:
            frames.append(self._strips[neuron.layer - 1].row(neuron.index))
        if self._has_gradient:
            frames += self._gradients[neuron.layer - 1].frames(neuron.index)
        return frames

    def _framed(self, spot: Spot) -> list[QRectF]:
        if not self._has_gradient:
            return []
        if spot.part == PIXEL and self._pixels is not None and self._has_pixels:
            place = self._pixels.where(spot.index)
            return [place] if min(place.width(), place.height()) >= 2 else []
        return self._gradients[spot.layer - 1].where(spot) if spot.part == PARAMETER else []

    # What is pointed at.

    def at(self, point: QPointF) -> Spot | None:
        """Return what lies under a point of the area that was painted last."""
        if self._subject is None or self._head is None:
            return None
        if self._has_errors:
            for strips in self._strips:
                index = strips.at(point)
                if index is not None:
                    return Spot(NEURON, strips.layer, index)
        if self._has_gradient:
            if self._pixels is not None and self._has_pixels:
                pixel = self._pixels.at(point)
                if pixel is not None:
                    return pixel
            for gradient in self._gradients:
                spot = gradient.at(point)
                if spot is not None:
                    return spot
        return None

    def beside(self, spot: Spot | None, right: int, down: int) -> Spot | None:
        """Return the neuron so many layers and rows from another; from none, the one that the pages are about."""
        subject = self._subject
        if subject is None:
            return None
        sizes, neuron = subject.network.sizes, None if spot is None else spot.neuron
        if neuron is None:
            return Spot(NEURON, subject.focus.layer, subject.focus.index)
        layer = min(max(neuron.layer + right, 1), subject.n_layers)
        return Spot(NEURON, layer, min(max(neuron.index + down, 0), sizes[layer] - 1))

    def where(self, spot: Spot) -> QRectF:
        """Return where what is pointed at is, for what is told of it to stand beside."""
        framed = self._framed(spot)
        if framed:
            return framed[0]
        neuron = spot.neuron
        if neuron is not None and self._has_errors and spot.part == NEURON:
            return self._strips[neuron.layer - 1].row(neuron.index)
        if neuron is not None and self._has_gradient:
            frames = self._gradients[neuron.layer - 1].frames(neuron.index)
            return frames[0] if frames else QRectF()
        return QRectF()
