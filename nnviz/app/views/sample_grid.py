"""A contact sheet to scroll and to choose from, by mouse and by keys."""

from __future__ import annotations

import math

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QPropertyAnimation, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QWidget

from nnviz.app.graphics.canvas import Canvas
from nnviz.app.graphics.contact_sheet import LEAST_GAP, ContactSheet, Contents, TileGrid
from nnviz.app.graphics.text import BOTTOM, CENTRE, TOP, write
from nnviz.app.theme import Theme

GLIDE_MS = 160
"""How long a turn of the wheel takes to come to rest."""
NOTCH = 120
"""What a mouse wheel tells for one notch."""
LEAST_SIDE = 28
"""Of an image, where there is little room."""
_Key = Qt.Key
KEYS = {
    _Key.Key_Left,
    _Key.Key_Right,
    _Key.Key_Up,
    _Key.Key_Down,
    _Key.Key_PageUp,
    _Key.Key_PageDown,
    _Key.Key_Home,
    _Key.Key_End,
}
PAGES = {_Key.Key_PageUp, _Key.Key_PageDown}


class SampleGrid(QWidget):
    """Samples in a grid that scrolls by pixels; it says in which place the user wants to choose.

    Parameters
    ----------
    theme : Theme
    """

    chosen = Signal(int)
    """A place."""
    hovered = Signal(object)
    """A place, or None where the pointer has left all tiles."""
    zoomed = Signal(int)
    """By how many sizes the images are to become larger, or smaller where below 0."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sheet = ContactSheet(theme)
        self._side = 2.0 * LEAST_SIDE
        self._chosen: int | None = None
        self._pointed: int | None = None
        self._nothing = ("", "")
        self._first = 0  # the first place in sight
        self._hidden_part = 0.0  # the share of its row that is scrolled past
        self._page = 0
        self._glide_end = 0.0
        self._is_laying_out = False
        self._turned = 0
        self.canvas = Canvas(theme, self._paint, "Samples")
        self.canvas.hovered.connect(self._point)
        self.canvas.clicked.connect(self._click)
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.bar.setAccessibleName("Scroll position")
        self.bar.valueChanged.connect(self._take_scrolled)
        self._glide = QPropertyAnimation(self.bar, b"value", self)
        self._glide.setDuration(GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.bar.sliderPressed.connect(self._glide.stop)
        self._grid = self._sheet.grid(0, self._side)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.canvas, 1)
        row.addWidget(self.bar)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Samples")

    @property
    def grid(self) -> TileGrid:
        """Where the tiles lie, scrolled up by `bar.value()`."""
        return self._grid

    @property
    def contents(self) -> Contents | None:
        """What is shown."""
        return self._sheet.contents

    def show_contents(self, contents: Contents, from_top: bool) -> None:
        """Show other samples or answers, scrolled to the first row or as far as the grid was scrolled before."""
        self._sheet.show_contents(contents)
        if from_top:
            self._glide.stop()
            self._first, self._hidden_part = 0, 0.0
        self._lay_out()

    def show_nothing(self, sentence: str, advice: str = "") -> None:
        """Set what is written where there are no samples to show."""
        self._nothing = (sentence, advice)
        self.canvas.update()

    def mark(self, place: int | None, reveal: bool = True) -> None:
        """Mark the chosen sample's place, and scroll to it unless that is not wanted."""
        self._chosen = place
        if place is not None and reveal:
            self._reveal(place)
        self.canvas.update()

    def set_side(self, side: float) -> None:
        """Make the images about so many pixels of the screen wide and high, and the captions as large as text is."""
        self._side = side
        self._lay_out()

    # Where things are.

    def _lay_out(self) -> None:
        """Lay the tiles out: the first in sight stays the first, and where sizes change, the chosen one in sight."""
        before, page_before = self._grid, self._page
        was_in_sight = self._chosen is not None and self._is_in_sight(self._chosen)
        self._page = self.canvas.height()
        grid = self._grid = self._grid_for(self.canvas.width(), self._page)
        scrolled = (self._first // grid.across + self._hidden_part) * grid.pitch_y
        self._is_laying_out = True
        self.bar.setRange(0, max(0, math.ceil(grid.whole_height - self._page)))
        self.bar.setPageStep(max(1, self._page))
        self.bar.setSingleStep(max(1, round(grid.pitch_y)))
        self.bar.setValue(round(scrolled))
        self._is_laying_out = False
        changed = (grid.across, grid.pitch_y, self._page) != (before.across, before.pitch_y, page_before)
        if changed and was_in_sight and self._chosen is not None:
            self._reveal(self._chosen)
        self._update_pointed()
        self.canvas.update()

    def _grid_for(self, width: float, height: float) -> TileGrid:
        """Lay tiles out with images small enough that a row can be seen whole."""
        grid = self._sheet.grid(width, self._side)
        too_high = grid.pitch_y + grid.top - height
        if too_high > 0 and self._side > LEAST_SIDE:
            grid = self._sheet.grid(width, max(LEAST_SIDE, self._side - too_high))
        return grid

    def _is_in_sight(self, place: int) -> bool:
        tile, top = self._grid.tile(place), self.bar.value()
        return tile.bottom() > top and tile.top() < top + self._page

    def _reveal(self, place: int) -> None:
        """Scroll so that a tile can be seen whole: by little if it is near, else with it in the middle."""
        tile = self._grid.tile(place).adjusted(0, -LEAST_GAP + 1, 0, LEAST_GAP - 1)
        top, page = self.bar.value(), self._page
        if tile.top() >= top and tile.bottom() <= top + page:
            return
        self._glide.stop()
        if tile.bottom() < top - page or tile.top() > top + 2 * page:
            self.bar.setValue(round(tile.center().y() - page / 2))
        elif tile.top() < top or tile.height() > page:
            self.bar.setValue(math.floor(tile.top()))
        else:
            self.bar.setValue(math.ceil(tile.bottom() - page))

    @Slot(int)
    def _take_scrolled(self, scrolled: int) -> None:
        if not self._is_laying_out:
            row = int(scrolled // self._grid.pitch_y)
            self._first = row * self._grid.across
            self._hidden_part = scrolled / self._grid.pitch_y - row
            self._update_pointed()
        self.canvas.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the tiles out for the new size."""
        super().resizeEvent(event)
        self._lay_out()

    # Painting.

    def _paint(self, painter: QPainter, area: QRectF) -> None:
        if self._grid.count == 0:
            self._paint_nothing(painter, area)
        else:
            self._sheet.paint(painter, area, self._grid, self.bar.value(), self._chosen, self._pointed)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.colour("highlight", 0.6), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def paint_figure(self, painter: QPainter, area: QRectF) -> QRectF:
        """Paint whole rows of tiles into the middle of an area, from the first in sight; return what they cover."""
        grid = self._grid_for(area.width(), area.height())
        if grid.count == 0:
            self._paint_nothing(painter, area)
            return area
        rows = min(grid.rows, max(1, math.floor((area.height() - grid.top) / grid.pitch_y)))
        first = min(self._first // grid.across, grid.rows - rows)
        height = min(area.height(), rows * grid.pitch_y + grid.top)
        covered = QRectF(area.left(), area.top() + (area.height() - height) / 2, area.width(), height)
        part = covered.adjusted(0, 0, 0, -min(grid.top, height) / 2)  # without the frames of the next row
        self._sheet.paint(painter, part, grid, first * grid.pitch_y, self._chosen)
        return covered

    def _paint_nothing(self, painter: QPainter, area: QRectF) -> None:
        sentence, advice = self._nothing
        middle = area.top() + 0.45 * area.height()
        inside = area.adjusted(12, 0, -12, 0)
        above = QRectF(inside.left(), inside.top(), inside.width(), middle - area.top() - 3)
        write(painter, self._theme, above, sentence, CENTRE | BOTTOM, 12, wrap=True)
        below = QRectF(inside.left(), middle + 3, inside.width(), area.bottom() - middle - 3)
        write(painter, self._theme, below, advice, CENTRE | TOP, 10, "muted", wrap=True)

    # The mouse.

    @Slot(object)
    def _point(self, place: QPointF | None) -> None:
        self._update_pointed()

    def _update_pointed(self) -> None:
        where = self.canvas.pointer
        pointed = None if where is None else self._grid.place_at(where.x(), where.y() + self.bar.value())
        if pointed != self._pointed:
            self._pointed = pointed
            self.canvas.update()
        self.hovered.emit(pointed)

    @Slot(QPointF)
    def _click(self, where: QPointF) -> None:
        place = self._grid.place_at(where.x(), where.y() + self.bar.value())
        if place is not None:
            self.chosen.emit(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, gliding where a wheel turns by notches; with Ctrl, make the images larger or smaller."""
        event.accept()
        turned, pixels = event.angleDelta().y(), event.pixelDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._turned += turned
            sizes = int(self._turned / NOTCH)
            self._turned -= sizes * NOTCH
            if sizes:
                self.zoomed.emit(sizes)
        elif pixels:
            self._glide.stop()
            self.bar.setValue(self.bar.value() - pixels)
        else:
            self._glide_by(-turned / NOTCH * min(self._grid.pitch_y, self._page))

    def _glide_by(self, distance: float) -> None:
        gliding = self._glide.state() == QPropertyAnimation.State.Running
        start = self._glide_end if gliding else float(self.bar.value())
        self._glide_end = min(max(start + distance, 0.0), float(self.bar.maximum()))
        if self._theme.motion and self.isVisible():
            self._glide.stop()
            self._glide.setStartValue(self.bar.value())
            self._glide.setEndValue(round(self._glide_end))
            self._glide.start()
        else:
            self.bar.setValue(round(self._glide_end))

    def hideEvent(self, event: QHideEvent) -> None:
        """Come to rest."""
        self._glide.stop()
        super().hideEvent(event)

    # The keys.

    def event(self, event: QEvent) -> bool:
        """Take the keys that move before the window's shortcuts do: → would make a step."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _moves(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the sample beside the chosen one, a page on, or at an end."""
        if not _moves(event):
            super().keyPressEvent(event)
            return
        event.accept()
        if self._grid.count:
            place = self._place_after(_Key(event.key()))
            if place != self._chosen:
                self.chosen.emit(place)

    def _place_after(self, key: Qt.Key) -> int:
        """Return the place to which a key leads; the first in sight if the chosen sample is not among those shown."""
        last, across = self._grid.count - 1, self._grid.across
        place = self._chosen
        if key == _Key.Key_Home:
            return 0
        if key == _Key.Key_End:
            return last
        if place is None:
            row = math.ceil((self.bar.value() - LEAST_GAP) / self._grid.pitch_y)
            return min(max(row, 0) * across, last)
        if key in (_Key.Key_Left, _Key.Key_Right):
            return min(max(place + (1 if key == _Key.Key_Right else -1), 0), last)
        rows = max(1, int(self._page // self._grid.pitch_y)) if key in PAGES else 1
        if key in (_Key.Key_Up, _Key.Key_PageUp):
            return place - min(rows, place // across) * across
        # Below there may be a row that is not full.
        return min(place + min(rows, last // across - place // across) * across, last)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are heard."""
        super().focusInEvent(event)
        self.canvas.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keys are not heard any more."""
        super().focusOutEvent(event)
        self.canvas.update()


def _moves(event: QKeyEvent) -> bool:
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    return plain and event.key() in KEYS
