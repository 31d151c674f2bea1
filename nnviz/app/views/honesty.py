"""The strip under the map that says how honest it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy

from nnviz.app.graphics.backdrop import Backdrop
from nnviz.app.graphics.canvas import Canvas
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.landscape.honesty import HonestyPicture, lines_about
from nnviz.app.graphics.text import CENTRE, MIDDLE, write
from nnviz.app.theme import Theme
from nnviz.run.surveying import Landscape

NAME = "How honest the map is: the path's true cost, the plane's cost below it, its distance from the plane"
EMPTY = "Here is compared what the path costs with what the plane costs below it, as soon as both are known."
HEIGHT = 165
"""Pixels, at the usual size of text."""
ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class HonestyStrip(Canvas):
    """A chart along the path. The pointer, or with the focus ← and →, choose one of its positions.

    Parameters
    ----------
    theme : Theme
    """

    pointed = Signal(object)
    """At which of the path's positions, an int; None at none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.paint_figure, NAME)
        self._landscape: Landscape | None = None
        self._picture = HonestyPicture(theme)
        self._backdrop = Backdrop()
        self._is_logarithmic = False
        self.place: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.hovered.connect(self._point_at)

    def sizeHint(self) -> QSize:
        """Ask for the height of a small chart."""
        return QSize(300, round(HEIGHT * (0.5 + 0.5 * self._theme.text_scale)))

    @property
    def landscape(self) -> Landscape | None:
        """What the strip tells of."""
        return self._landscape

    def show_landscape(self, landscape: Landscape | None) -> None:
        """Show another surface's path.

        The path's costs come last: as long as there are none from all over it, those of before stay.
        """
        before = self._landscape
        is_early = landscape is not None and not landscape.refusal and not landscape.is_outlined
        if (
            is_early
            and landscape is not None
            and before is not None
            and before.is_outlined
            and landscape.spec.plane == before.spec.plane
            and landscape.steps[:1] == before.steps[:1]
        ):
            return
        self._landscape = landscape
        if self.place is not None and (not self.has_path or self.place >= len(self._steps)):
            self._choose(None)
        self.update()

    @property
    def _steps(self) -> tuple[int, ...]:
        return () if self._landscape is None else self._landscape.steps

    @Slot(bool)
    def take_logarithms(self, wanted: bool) -> None:
        """Show costs by their logarithms, or as they are."""
        self._is_logarithmic = wanted
        self.update()

    @property
    def has_path(self) -> bool:
        """Whether there is anything to tell of."""
        found = self._landscape
        return found is not None and found.shadow is not None and len(found.steps) > 1

    def _choose(self, place: int | None) -> None:
        if place != self.place:
            self.place = place
            self.pointed.emit(place)
            if place is not None and self._landscape is not None:
                self.setAccessibleDescription(", ".join(lines_about(self._landscape, place)))
            self.update()

    @Slot(object)
    def _point_at(self, point: QPointF | None) -> None:
        landscape = self._landscape
        if landscape is None or not self.has_path:
            return
        self._choose(None if point is None else self._picture.place_at(point, landscape))

    def event(self, event: QEvent) -> bool:
        """Keep ← and → from the window's shortcuts."""
        is_ours = (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in ARROWS
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        )
        if is_ours:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the position before, or the next one."""
        key = Qt.Key(event.key())
        if key in ARROWS and self.has_path:
            last = len(self._steps) - 1
            place = last if self.place is None else self.place + ARROWS[key]
            self._choose(min(max(place, 0), last))
        else:
            super().keyPressEvent(event)

    def forget_colours(self) -> None:
        """Take up the theme's colours and the size of its text."""
        self.updateGeometry()
        self.update()

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the chart, and what is told of the chosen position."""
        theme, landscape = self._theme, self._landscape
        inner = area.adjusted(12, 4, -12, -6)
        if landscape is None or not self.has_path:
            write(painter, theme, inner, EMPTY, CENTRE | MIDDLE, 10, "muted", wrap=True)
            return
        logarithmic = self._is_logarithmic
        key = landscape, logarithmic, theme.colours, theme.text_scale
        self._backdrop.paint(
            painter, area, key, lambda onto, _: self._picture.paint(onto, inner, landscape, logarithmic)
        )
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("highlight"), 1))
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        if self.place is not None and self.place < len(landscape.steps):
            at = self._picture.paint_pointed(painter, landscape, self.place)
            about = QRectF(at.x() - 6, at.y() - 6, 12, 12)
            paint_panel(
                painter, theme, area.adjusted(4, 2, -4, -2), about, lines_about(landscape, self.place), 9
            )
