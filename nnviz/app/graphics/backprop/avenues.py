"""The three avenues along which a neuron's activation can be changed, with what the cost asks along each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.backprop.bias import paint_bias
from nnviz.app.graphics.backprop.header import Head, divide, paint_head
from nnviz.app.graphics.backprop.subject import NEURON, PARAMETER, PIXEL, Spot, Subject
from nnviz.app.graphics.backprop.wish_rows import Wishes
from nnviz.app.graphics.backprop.wishes import WishPanel
from nnviz.app.graphics.backprop.words import (
    EXACT,
    capital,
    figures,
    input_name,
    parameter_name,
    sentences_of,
    signed_figures,
    titles_of,
)
from nnviz.app.graphics.equations import paint_equation
from nnviz.app.graphics.number_images import largest
from nnviz.app.graphics.text import LEFT, MIDDLE, RIGHT, fitting, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.components import Component
from nnviz.core.sensitivity import Avenues, avenues

WISH = "wish"
"""What can be pointed at here and nowhere else: the wish for another activation of the layer before."""
BIAS_SHARE = 0.55
"""Of the width of another panel, that of the bias."""
LEAST_PANEL, LEAST_TALL, LEAST_STACKED = 10.5, 9.0, 9.0
"""Lines of text that a panel is wide and high at least, and that panels below each other have room for in all."""
EQUATIONS = (
    r"-\partial C/\partial b={-\delta}",
    r"-\partial C/\partial w_k={-}a_k\,\delta",
    r"{-}w_k\,\delta",
)
UP, DOWN = "▲", "▼"


class Told(Enum):
    """What stands above the panels of weights and activations."""

    ALL = "title, what they are in proportion to, and equation"
    TITLE = "the title alone"
    NUMBER = "no panel, but the title and the largest number"


@dataclass(frozen=True)
class Heading:
    """What stands above a panel: its title and what is told below it, each the longest first, and an equation."""

    title: tuple[str, ...]
    told: tuple[str, ...]
    latex: str


class AvenuesPicture:
    """Three panels for one neuron: its bias, its weights, the activations that it wishes for.

    Parameters
    ----------
    theme : Theme
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._backdrop = Backdrop()
        self._subject: Subject | None = None
        self._avenues: Avenues | None = None
        self._head: Head | None = None
        self._panels: list[WishPanel] = []
        self._areas: list[QRectF] = []
        self._lines: list[QRectF] = []
        self._limit = 0.0
        self._bias = QRectF()
        self._told = Told.ALL

    def show(self, subject: Subject) -> None:
        """Take a trace: the pinned neuron's part of it, or that of the label's output."""
        neuron = subject.focus
        asked = avenues(subject.network, subject.trace, neuron.layer, neuron.index)
        self._subject, self._avenues = subject, asked
        # One scale for bias and weights: both lower the cost by their square. An activation is something else.
        self._limit = largest(np.append(asked.weights, asked.bias))
        shape = subject.shape if neuron.layer == 1 else None
        layer = neuron.layer
        signed_inputs = layer > 1 and subject.network.activations[layer - 2].name == "tanh"

        def names(k: int) -> tuple[str, ...]:
            whole = input_name(subject, layer, k)
            return whole, whole.rpartition("pixel ")[2], f"{k}"

        self._panels = [
            WishPanel(
                self._theme,
                Wishes(
                    "pixels a" if shape else "a",
                    "−a δ",
                    asked.inputs,
                    asked.weights,
                    signed_inputs,
                    shape,
                    names,
                    lambda k: Spot(PARAMETER, layer, neuron.index, k),
                ),
                self._limit,
            ),
            WishPanel(
                self._theme,
                Wishes(
                    "weights w" if shape else "w",
                    "−w δ",
                    asked.carrying,
                    asked.activations,
                    True,
                    shape,
                    names,
                    lambda k: Spot(WISH, layer, neuron.index, k),
                ),
                largest(asked.activations),
            ),
        ]

    # Where things are.

    def _lay_out(self, area: QRectF, subject: Subject) -> Head:
        """Put the panels beside each other; else below each other; else make a line of each."""
        theme = self._theme
        head = divide(theme, area, subject.shape)
        body, line = head.body, line_height(theme, head.points)
        gap = 1.2 * line
        self._areas, self._lines = [], []
        points = head.points - (1.0 if head.points > 11 else 1.5)
        width = (body.width() - 2 * gap) / (2 + BIAS_SHARE)
        if width >= LEAST_PANEL * line and body.height() >= LEAST_TALL * line:
            left = body.left()
            for part in (BIAS_SHARE * width, width, width):
                self._areas.append(QRectF(left, body.top(), part, body.height()))
                left += part + gap
            self._bias = self._areas[0]
            self._told = Told.ALL
            headed = self._heading_height(head.points)
            for panel, place in zip(self._panels, self._areas[1:], strict=True):
                panel.lay_out(place.adjusted(0, headed, 0, 0), points)
            return head
        height = min(body.height() / 3, 2.4 * line)
        if body.height() >= LEAST_STACKED * line and body.width() >= LEAST_PANEL * line:
            height = (body.height() - 1.4 * line) / 2
            self._told = Told.ALL if height >= LEAST_TALL * line else Told.TITLE
            headed = self._heading_height(head.points) if self._told is Told.ALL else 1.15 * line
            self._lines = [QRectF(body.left(), body.top(), body.width(), 1.1 * line)]
            for number, panel in enumerate(self._panels):
                top = body.top() + 1.4 * line + number * height
                self._lines.append(QRectF(body.left(), top, body.width(), 1.1 * line))
                panel.lay_out(
                    QRectF(body.left(), top + headed, body.width(), height - headed - 0.4 * line), points
                )
        else:
            self._told = Told.NUMBER
            self._lines = [
                QRectF(body.left(), body.top() + place * height, body.width(), height) for place in range(3)
            ]
        self._bias = self._lines[0]
        return head

    def _heading_height(self, points: float) -> float:
        line = line_height(self._theme, points, strong=True)
        return line + line_height(self._theme, points - 1) + 1.25 * line + 6

    # What is said.

    def _headings(self, asked: Avenues) -> tuple[Heading, ...]:
        way = "Raise" if asked.bias > 0 else "Lower" if asked.bias < 0 else "Keep"
        followed = (
            ("The pixels are what they are", "Pixels cannot follow")
            if asked.layer == 1
            else ("in proportion to the weights w", "∝ weights w")
        )
        wish = (
            ("Wish for other pixels", "Other pixels", "Pixels", "a")
            if asked.layer == 1
            else ("Wish for other activations", "Other activations", "Activations", "a")
        )
        return (
            Heading((f"{way} the bias", "Bias", "b"), (), EQUATIONS[0]),
            Heading(
                ("Change the weights", "Weights", "w"),
                ("in proportion to the activations a", "∝ activations a"),
                EQUATIONS[1],
            ),
            Heading(wish, followed, EQUATIONS[2]),
        )

    # Painting.

    def paint(self, painter: QPainter, area: QRectF, pointed: Spot | None = None) -> None:
        """Paint the panels, or three lines where there is little room, what is pointed at marked."""
        subject, asked = self._subject, self._avenues
        if subject is None or asked is None:
            return
        head = self._head = self._lay_out(area, subject)
        role = "highlight" if subject.pinned is not None else "text"
        paint_head(
            painter,
            self._theme,
            head,
            subject,
            titles_of(subject, asked),
            sentences_of(subject, asked),
            role,
        )
        headings = self._headings(asked)
        still = (
            self._theme.colours,
            self._theme.text_scale,
            self._told,
            headings,
            subject.shape,
            asked.layer,
        )
        self._backdrop.paint(
            painter, area, still, lambda onto, _: self._paint_still(onto, headings, head.points)
        )
        if self._areas:
            row = self._told_at(self._areas[0], head.points)
            bias = float(subject.network.biases[asked.layer - 1][asked.neuron])
            write(
                painter,
                self._theme,
                row,
                f"now b = {figures(bias, 3)}",
                LEFT | MIDDLE,
                head.points - 1,
                "muted",
            )
            below = self._bias.adjusted(0, self._heading_height(head.points), 0, 0)
            paint_bias(painter, self._theme, below, asked, self._limit, subject, head.points)
        else:
            self._paint_lines(painter, headings, asked, subject, head.points)
        if self._told is not Told.NUMBER:
            for panel in self._panels:
                panel.paint(painter)
        self._paint_mark(painter, pointed)

    def _paint_still(self, painter: QPainter, headings: tuple[Heading, ...], points: float) -> None:
        """Paint what does not change with the numbers."""
        if self._areas:
            for heading, place in zip(headings, self._areas, strict=True):
                self._paint_heading(painter, heading, place, points)
        elif self._told is Told.ALL:
            for heading, place in zip(headings[1:], self._lines[1:], strict=True):
                self._paint_heading(painter, heading, place, points)
        if self._told is not Told.NUMBER:
            for panel in self._panels:
                panel.paint_still(painter)

    def _told_at(self, place: QRectF, points: float) -> QRectF:
        """Return the line below a panel's title."""
        top = place.top() + line_height(self._theme, points, strong=True)
        return QRectF(place.left(), top, place.width(), line_height(self._theme, points - 1))

    def _paint_heading(self, painter: QPainter, heading: Heading, place: QRectF, points: float) -> None:
        theme, row = self._theme, self._told_at(place, points)
        title = QRectF(place.left(), place.top(), place.width(), row.top() - place.top())
        text = fitting(theme, heading.title, title.width(), points, strong=True)
        write(painter, theme, title, text, LEFT | MIDDLE, points, strong=True)
        if heading.told:
            told = fitting(theme, heading.told, row.width(), points - 1)
            write(painter, theme, row, told, LEFT | MIDDLE, points - 1, "muted")
        corner = QPointF(row.left(), row.bottom() + 3)
        paint_equation(painter, theme, corner, heading.latex, points, widest=row.width())

    def _paint_lines(
        self,
        painter: QPainter,
        headings: tuple[Heading, ...],
        asked: Avenues,
        subject: Subject,
        points: float,
    ) -> None:
        """Paint each avenue's name, and beside it its nudge, or the largest where there is no panel."""
        theme = self._theme
        of_most = [int(np.abs(np.nan_to_num(v)).argmax()) for v in (asked.weights, asked.activations)]
        numbers = [asked.bias, float(asked.weights[of_most[0]]), float(asked.activations[of_most[1]])]
        names = ["", *(input_name(subject, asked.layer, k) for k in of_most)]
        while points > 7.5 and line_height(theme, points) > self._lines[0].height():
            points -= 0.5
        for place, heading, value, name in zip(self._lines, headings, numbers, names, strict=True):
            if name and self._told is Told.ALL:
                continue  # it stands still, with its equation
            number = ""
            if self._told is Told.NUMBER or not name:
                role = "positive" if value > 0 else "negative" if value < 0 else "text"
                mark = f"{UP} " if value > 0 else f"{DOWN} " if value < 0 else ""
                number = f"{mark}{signed_figures(value, 3)}"
                write(painter, theme, place, number, RIGHT | MIDDLE, points, role, strong=True)
            is_title = self._told is not Told.NUMBER
            room = place.width() - text_width(theme, number, points, strong=True) - 12
            whole = [f"{title}, most: {name}" for title in heading.title[:-1] if name and not is_title]
            text = fitting(theme, [*whole, *heading.title], room, points, strong=is_title)
            row = QRectF(place.left(), place.top(), room, place.height())
            write(painter, theme, row, text, LEFT | MIDDLE, points, strong=is_title)

    def _paint_mark(self, painter: QPainter, pointed: Spot | None) -> None:
        if pointed is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.colour("text"), 1.5))
        painter.drawRects([place.adjusted(-2, 0, 2, 0) for place in self._places(pointed)])

    def _places(self, spot: Spot) -> list[QRectF]:
        if spot.part == PARAMETER and spot.input is None:
            return [self._bias.adjusted(-2, 0, 2, 0)]
        if spot.input is None or self._told is Told.NUMBER:
            return []
        # What the weights carry and what they wish for belong together: both are marked.
        return [place for panel in self._panels for place in panel.where(spot.input)]

    # What is pointed at.

    def at(self, point: QPointF) -> Spot | None:
        """Return what lies under a point of the area that was painted last."""
        asked = self._avenues
        if asked is None or self._head is None:
            return None
        if self._bias.contains(point):
            return Spot(PARAMETER, asked.layer, asked.neuron)
        for panel in self._panels if self._told is not Told.NUMBER else ():
            spot = panel.at(point)
            if spot is not None:
                return spot
        return None

    def beside(self, spot: Spot | None, right: int, down: int) -> Spot | None:
        """Return what is so many panels to the right, or so many rows further down; from nothing, the bias."""
        asked = self._avenues
        if asked is None:
            return None
        bias = Spot(PARAMETER, asked.layer, asked.neuron)
        if spot is None:
            return bias
        at = 0 if spot == bias else 2 if spot.part == WISH else 1
        panel = min(max(at + right, 0), 2 if self._told is not Told.NUMBER else 0)
        if panel == 0:
            return bias
        shown = self._panels[panel - 1].rows.shown
        if not shown:
            return bias
        was = self._panels[at - 1].rows.shown if at else []
        row = was.index(spot.input) + down if spot.input in was else 0
        k = shown[min(max(row, 0), len(shown) - 1)]
        return Spot(PARAMETER if panel == 1 else WISH, asked.layer, asked.neuron, k)

    def where(self, spot: Spot) -> QRectF:
        """Return where what is pointed at is, for what is told of it to stand beside."""
        places = self._places(spot)
        if not places:
            return self._bias
        is_wish = spot.part == WISH
        if len(places) > 1 and spot.input is not None:
            of_panel = self._panels[1 if is_wish else 0].where(spot.input)
            places = of_panel or places
        return places[0]

    def tell(self, spot: Spot) -> list[str]:
        """Return the exact numbers of a wish."""
        subject, asked, k = self._subject, self._avenues, spot.input
        if subject is None or asked is None or k is None or spot.part != WISH:
            return []
        return [
            capital(input_name(subject, asked.layer, k)),
            f"a = {figures(float(asked.inputs[k]), EXACT)}",
            f"{parameter_name(Component(asked.layer, asked.neuron, k))} = {figures(float(asked.carrying[k]), EXACT)}",
            f"δ = {figures(asked.delta, EXACT)}",
            f"−w δ = {figures(float(asked.activations[k]), EXACT)}",
        ]

    @staticmethod
    def source(spot: Spot) -> Spot:
        """Return the neuron or pixel whose activation is wished to be another."""
        part = NEURON if spot.layer > 1 else PIXEL
        return Spot(part, spot.layer - 1, spot.input or 0)
