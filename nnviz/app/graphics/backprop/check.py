"""Whether backpropagation is right: the chain rule for one weight, the cost where it is moved, and the check."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from nnviz.app.graphics.backprop.chain import ChainLines, about_chain
from nnviz.app.graphics.backprop.header import Head, divide, paint_head
from nnviz.app.graphics.backprop.subject import Spot, Subject
from nnviz.app.graphics.backprop.table import Checks, CheckTable, checked
from nnviz.app.graphics.backprop.tangent import TangentChart
from nnviz.app.graphics.backprop.walk import Walk, moved_to, walk
from nnviz.app.graphics.backprop.words import figures, parameter_name
from nnviz.app.graphics.text import line_height
from nnviz.app.theme import Theme
from nnviz.core.components import Component, component, index_of

CHAIN_SHARE, MOST_CHAIN = 0.42, 13.0
"""Of the height, and in lines of text: how high the chain is at most."""
LEAST_CHAIN, LEAST_BELOW = 5.5, 5.0
"""Lines of text that the chain, and what is below it, must have room for; the chain goes first."""
LEAST_CHART, LEAST_TABLE = 13.0, 17.0
"""Lines of text that chart and table are wide at least beside each other; the chart goes first."""
LEAST_CHART_HEIGHT = 7.5
"""Lines of text that the chart is high at least."""


def most_sensitive(subject: Subject) -> Component:
    """Return the parameter that the cost is most sensitive to; the first one where none is a number."""
    trace = subject.trace
    _, gradient = subject.network.gradient(trace.x[np.newaxis], trace.y[np.newaxis])
    sizes = np.abs(np.nan_to_num(gradient, nan=0.0, posinf=0.0, neginf=0.0))
    return component(subject.network, int(sizes.argmax()))


class CheckPicture:
    """The chain above; below it the cost along the parameter, and the table of checks.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    table : CheckTable
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._subject: Subject | None = None
        self._walk: Walk | None = None
        self._chosen: Checks | None = None
        self._chain = ChainLines(theme)
        self._tangent = TangentChart(theme)
        self.table = CheckTable(theme)
        self._head: Head | None = None

    @property
    def walk(self) -> Walk | None:
        """What is shown of the chain."""
        return self._walk

    def show(
        self,
        subject: Subject,
        chosen: Component | None = None,
        change: float = 0.0,
        drawn: Checks | None = None,
        wanted: int = 0,
    ) -> None:
        """Take a sample and a parameter.

        Parameters
        ----------
        subject : Subject
        chosen : Component, optional
            Where none is given, or none that the network has, it is the one that the cost is most sensitive to.
        change : float
            By how much it is moved.
        drawn : Checks, optional
            Of components drawn at random.
        wanted : int
            How many these will be.
        """
        parameter = chosen if chosen is not None and subject.has(chosen) else most_sensitive(subject)
        self._subject = subject
        index = index_of(subject.network, parameter)
        self._chosen = checked(subject, [index])
        self.table.show(self._chosen, drawn, wanted)
        self._walk = walk(subject, parameter, change)
        self._chain.show(self._walk)
        self._tangent.show(self._walk)

    def move(self, change: float) -> None:
        """Move the parameter, and let all else be as it was shown last."""
        if self._subject is None or self._walk is None:
            return
        self._walk = moved_to(self._subject, self._walk, change)
        self._chain.show(self._walk)
        self._tangent.show(self._walk)

    def take_checks(self, drawn: Checks | None, wanted: int) -> None:
        """Take other checks of components drawn at random, and let all else be as it was shown last."""
        if self._chosen is not None:
            self.table.show(self._chosen, drawn, wanted)

    def lay_out(self, area: QRectF) -> None:
        """Divide an area: the chain where there is room for it, chart and table beside each other, or the table."""
        theme, subject = self._theme, self._subject
        if subject is None:
            return
        head = self._head = divide(theme, area, subject.shape)
        body, line = head.body, line_height(theme, head.points)
        top, chain, chart = body.top(), QRectF(), QRectF()
        if body.height() >= (LEAST_CHAIN + LEAST_BELOW) * line:
            # Rather a lower chain than no chart.
            left = body.height() - (LEAST_CHART_HEIGHT + 0.9) * line
            height = max(min(CHAIN_SHARE * body.height(), left, MOST_CHAIN * line), LEAST_CHAIN * line)
            chain = QRectF(body.left(), top, body.width(), height)
            top += height + 0.8 * line
        below = QRectF(body.left(), top, body.width(), body.bottom() - top)
        gap = 1.4 * line
        if (
            below.width() >= (LEAST_CHART + LEAST_TABLE) * line + gap
            and below.height() >= LEAST_CHART_HEIGHT * line
        ):
            width = min(0.5 * (below.width() - gap), below.width() - gap - LEAST_TABLE * line)
            chart = QRectF(below.left(), below.top(), width, below.height())
            below = below.adjusted(width + gap, 0, 0, 0)
        elif below.height() >= (LEAST_CHART_HEIGHT + LEAST_BELOW + 3) * line:
            height = 0.55 * below.height()
            chart = QRectF(below.left(), below.top(), below.width(), height)
            below = below.adjusted(0, height + 0.8 * line, 0, 0)
        self._chain.lay_out(chain)
        self._tangent.lay_out(chart)
        self.table.lay_out(below)

    def paint(self, painter: QPainter, area: QRectF, pointed: Spot | None = None) -> None:
        """Paint all that has room in an area, what is pointed at marked."""
        subject, shown = self._subject, self._walk
        if subject is None or shown is None:
            return
        self.lay_out(area)
        head = self._head
        assert head is not None
        paint_head(
            painter,
            self._theme,
            head,
            subject,
            self._titles(subject, shown),
            about_chain(shown),
            "highlight" if subject.pinned is not None and self._is_pinned(subject, shown) else "text",
        )
        self._chain.paint(painter)
        self._tangent.paint(painter, pointed)
        self.table.paint(painter, pointed)

    @staticmethod
    def _is_pinned(subject: Subject, shown: Walk) -> bool:
        parameter, pinned = shown.chain.parameter, subject.pinned
        return pinned is not None and (parameter.layer, parameter.neuron) == (pinned.layer, pinned.index)

    @staticmethod
    def _titles(subject: Subject, shown: Walk) -> list[str]:
        name = parameter_name(shown.chain.parameter)
        slope = f"∂C/∂{'b' if shown.chain.parameter.is_bias else 'w'} = {figures(shown.chain.total, 3)}"
        return [
            f"How {name} reaches the cost of {subject.sample.name}: {slope}",
            f"How {name} reaches the cost: {slope}",
            f"{name}: {slope}",
            name,
        ]

    # What is pointed at.

    def at(self, point: QPointF) -> Spot | None:
        """Return what lies under a point of the area that was painted last."""
        if self._head is None:
            return None
        return self._chain.at(point) or self._tangent.at(point) or self.table.at(point)

    def change_at(self, point: QPointF) -> float | None:
        """Return by how much the parameter is moved that is dragged to a point of its number line, or of the chart."""
        if self._head is None:
            return None
        change = self._chain.change_at(point)
        return self._tangent.change_at(point) if change is None else change

    def where(self, spot: Spot) -> QRectF:
        """Return where what is pointed at is, for what is told of it to stand beside."""
        for part in (self._chain, self._tangent, self.table):
            place = part.where(spot)
            if not place.isEmpty():
                return place
        return QRectF()

    def tell(self, spot: Spot) -> list[str]:
        """Return the exact numbers of a link, of the cost, or of a place on the curve."""
        return self._chain.tell(spot) or self._tangent.tell(spot)
