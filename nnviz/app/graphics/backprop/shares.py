"""How the gradient's squared length is shared among the layers, as one bar."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from nnviz.app.graphics.backprop.words import figures
from nnviz.app.graphics.layer_colours import layer_colours, layer_name
from nnviz.app.graphics.text import CENTRE, LEFT, MIDDLE, line_height, text_width, write
from nnviz.app.theme import Theme
from nnviz.core.components import Ranking

POINTS = 9.0
TITLE = "Share of ‖∇C‖² by layer"
LEAST_SEGMENT = 1.5
"""Pixels: so that a layer whose share is nearly nothing can still be seen, and pointed at."""


class LayerShares:
    """A bar divided among the layers, with a legend above it.

    Parameters
    ----------
    theme : Theme
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._ranking: Ranking | None = None
        self._shares: list[float] = []
        self._area = QRectF()
        self._segments: list[QRectF] = []

    def show(self, ranking: Ranking) -> None:
        """Take a gradient's shares."""
        self._ranking = ranking
        self._shares = ranking.layer_shares.tolist()

    def height(self, width: float) -> float:
        """Return how high it wants to be."""
        return 2.35 * line_height(self._theme, POINTS)

    def lay_out(self, area: QRectF) -> None:
        """Divide the bar, at the lower edge of an area; nothing in one that is empty."""
        self._area, self._segments = area, []
        if area.isEmpty():
            return
        line = line_height(self._theme, POINTS)
        bar = QRectF(area.left(), area.bottom() - 1.05 * line, area.width(), 1.05 * line)
        shares = np.nan_to_num(np.array(self._shares), nan=0.0)
        widths = np.maximum(shares * bar.width(), LEAST_SEGMENT)
        widths *= bar.width() / widths.sum()
        left = bar.left()
        for width in widths.tolist():
            self._segments.append(QRectF(left, bar.top(), width, bar.height()))
            left += width

    def paint(self, painter: QPainter) -> None:
        """Paint the bar and its legend; each percentage stands in its segment where it has room."""
        if not self._segments or self._ranking is None:
            return
        theme = self._theme
        colours = layer_colours(theme, len(self._shares))
        painter.setPen(Qt.PenStyle.NoPen)
        # A gradient of 0 has no shares; nor has one that is no number.
        is_known = sum(self._shares) > 0
        for segment, colour in zip(self._segments, colours, strict=True):
            painter.setBrush(colour if is_known else theme.colour("raised"))
            painter.drawRect(segment.adjusted(0, 0, -1 if segment.width() > 3 else 0, 0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for text, segment in self._texts():
            if is_known and self._fits(text, segment):
                write(painter, theme, segment, text, CENTRE | MIDDLE, POINTS, "background", strong=True)
        self._paint_legend(painter, is_known)

    def _texts(self) -> list[tuple[str, QRectF]]:
        return list(zip(self.percentages, self._segments, strict=True))

    def _fits(self, text: str, segment: QRectF) -> bool:
        return text_width(self._theme, text, POINTS, strong=True) + 6 <= segment.width()

    @property
    def percentages(self) -> list[str]:
        """Each layer's share in figures: "62 %", "<1 %", or a dash where there is none."""
        if not sum(self._shares) > 0:
            return ["–"] * len(self._shares)
        return [
            "0 %" if share == 0 else "<1 %" if share < 0.01 else f"{100 * share:.0f} %"
            for share in self._shares
        ]

    def _paint_legend(self, painter: QPainter, is_known: bool) -> None:
        """Write what the bar is, and which colour is which layer, as much as has room."""
        theme, n = self._theme, len(self._shares)
        line = line_height(theme, POINTS)
        row = QRectF(self._area.left(), self._area.top(), self._area.width(), line)
        names = [layer_name(layer, n) for layer in range(1, n + 1)]
        numbered = [f"{name} {text}" for name, text in zip(names, self.percentages, strict=True)]
        if is_known and all(self._fits(text, segment) for text, segment in self._texts()):
            numbered = names  # the numbers are in the bar
        dot, gap = 0.75 * line, 0.9 * line
        for title, texts in ((TITLE, numbered), (TITLE, names), ("", numbered), ("", names)):
            start = text_width(theme, title, POINTS) + 1.4 * gap if title else 0.0
            taken = start + sum(dot + text_width(theme, text, POINTS) + gap for text in texts) - gap
            if taken <= row.width():
                break
        else:
            write(painter, theme, row, TITLE, LEFT | MIDDLE, POINTS, "muted")
            return
        if title:
            write(painter, theme, row, title, LEFT | MIDDLE, POINTS, "muted")
        left = row.left() + start
        for text, colour in zip(texts, layer_colours(theme, n), strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            side = 0.5 * line
            painter.drawEllipse(QRectF(left, row.center().y() - side / 2, side, side))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            width = text_width(theme, text, POINTS) + 1
            write(painter, theme, QRectF(left + dot, row.top(), width, line), text, LEFT | MIDDLE, POINTS)
            left += dot + width - 1 + gap

    def at(self, point: QPointF) -> int | None:
        """Return which layer's segment lies under a point."""
        return next((n for n, segment in enumerate(self._segments, 1) if segment.contains(point)), None)

    def where(self, layer: int) -> QRectF:
        """Return where a layer's segment is."""
        return self._segments[layer - 1] if layer <= len(self._segments) else QRectF()

    def tell(self, layer: int) -> list[str]:
        """Return a layer's share in figures."""
        if self._ranking is None or layer > len(self._shares):
            return []
        share, norm = self._shares[layer - 1], self._ranking.norm
        return [
            layer_name(layer, len(self._shares)).capitalize(),
            f"{figures(100 * share, 5)} % of ‖∇C‖²",
            f"‖∇C‖ = {figures(norm, 5)} in all",
            "Click for its largest component",
        ]
