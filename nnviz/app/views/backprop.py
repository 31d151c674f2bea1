"""The backprop inspector: one sample's cost on its way back through the network, and whether all of it is right."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QHideEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QScrollBar

from nnviz.app.choice import DRAWN, Choice, Neuron, Sample
from nnviz.app.graphics.backprop.avenues import WISH
from nnviz.app.graphics.backprop.list import SHARE
from nnviz.app.graphics.backprop.subject import (
    BEFORE_DATA,
    NEURON,
    NO_LABEL,
    PARAMETER,
    Spot,
    Subject,
    subject_of,
)
from nnviz.app.graphics.info_panel import paint_panel
from nnviz.app.graphics.text import CENTRE, MIDDLE, write
from nnviz.app.theme import Theme
from nnviz.app.views.backprop_canvas import PageCanvas
from nnviz.app.views.backprop_checking import CheckRun
from nnviz.app.views.backprop_controls import BackpropControls, MoveRow, Page, put_together
from nnviz.app.views.backprop_pages import PACE, Pages, Wanted
from nnviz.app.views.view import View
from nnviz.core.components import Component
from nnviz.run.snapshot import Snapshot
from nnviz.run.spec import RunSpec

POINTS = 11.0
LEAST_WITH_ROW = 240
"""Pixels of height below which the row that moves the parameter is left out."""


class BackpropView(View):
    """Four pages about one sample: the layers, one neuron, the gradient as a list, and the check.

    A click pins a neuron, or chooses a parameter, which the list and the check are then about. What is pointed at
    tells its exact numbers.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    """

    least_ms = PACE[Page.LAYERS]
    figure_size = QSize(1200, 800)

    def __init__(self, theme: Theme, choice: Choice) -> None:
        super().__init__(theme, "Backprop", choice)
        self._choice = choice
        choice.component_changed.connect(self._take_component)
        self._sentence = BEFORE_DATA
        self._subject: Subject | None = None
        self._page = Page.LAYERS
        self._is_choosing = False
        self._pointed: Spot | None = None
        self._told: list[str] = []
        self._of: tuple[Sample, tuple[int, ...], RunSpec] | None = None
        self._pages = Pages(theme)
        self._checking = CheckRun(self)
        self._checking.advanced.connect(self._show_checks)
        self.controls = BackpropControls()
        self.controls.page_chosen.connect(self.show_page)
        self.controls.changed.connect(self._show_again_at_once)
        self.controls.check_wanted.connect(self.check_random)
        self.controls.label_chosen.connect(self._label)
        self.move_row = MoveRow()
        self.move_row.moved.connect(self._move)
        self.canvas = PageCanvas(theme, self._paint, "Backpropagation of the chosen sample")
        self.canvas.hovered.connect(self._hover)
        self.canvas.clicked.connect(self._click)
        self.canvas.dragged.connect(self._drag)
        self.canvas.turned.connect(self._scroll_by)
        self.canvas.moved.connect(self._walk)
        self.canvas.paged.connect(self._walk_pages)
        self.canvas.entered.connect(self._take_pointed)
        self.canvas.left.connect(self._point_at_nothing)
        self.canvas.escaped.connect(self._let_go)
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.bar.setAccessibleName("Scroll position")
        self.bar.setToolTip("Scroll through the list.")
        self.bar.valueChanged.connect(self._scroll_to)
        put_together(self, self.controls, self.canvas, self.bar, self.move_row)
        self._fit()

    # What is shown.

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self._page

    @Slot(object)
    def show_page(self, page: Page) -> None:
        """Show another page."""
        if page is not self._page:
            self._page = page
            self._pointed, self._told = None, []
            self.controls.show_page(page)
            self._show_again_at_once()
            self._fit()
            if page is Page.GRADIENT:
                self._reveal_chosen()

    @Slot()
    def _take_component(self) -> None:
        """Let the list and the check be about the chosen component; a name that the network has not is as none."""
        self.move_row.show_change(0.0)
        if not self._is_choosing:
            self._show_again_at_once()
            self._reveal_chosen()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the sample's way back through the network of this step."""
        found = subject_of(snapshot, self._choice)
        self._offer_labels(snapshot, found)
        if isinstance(found, Subject):
            self._take(found, snapshot.spec)
        else:
            self._subject, self._sentence, self._of = None, found, None
            self._pointed = None
            self._checking.forget()
        self._tell()
        self._fit()
        self.canvas.update()

    def _take(self, subject: Subject, spec: RunSpec) -> None:
        """Let the page show a subject, and forget what was known of another one."""
        of = (subject.sample, subject.network.sizes, spec)
        if of != self._of:
            self._checking.forget()
            self._pointed = None
        self._subject, self._of = subject, of
        self.least_ms = self._pages.show(self._page, subject, self._wanted())
        walk = self._pages.check.walk
        if self._page is Page.CHECK and walk is not None:
            self.move_row.name(walk.chain.parameter.is_bias)

    def _offer_labels(self, snapshot: Snapshot, found: Subject | str) -> None:
        """Ask what a drawn digit is, unless it cannot be learned from all the same."""
        sample, outputs = self._choice.sample, None
        can_be_said = isinstance(found, Subject) or found == NO_LABEL
        if sample is not None and sample.source == DRAWN and can_be_said:
            outputs = snapshot.network.sizes[-1]
        self.controls.show_label(outputs, None if sample is None else sample.label)

    def _wanted(self) -> Wanted:
        return Wanted(
            self.controls.shown_part,
            self.controls.one_scale.isChecked(),
            self._choice.component,
            self.move_row.change,
            self._checking.checks,
            self._checking.wanted,
        )

    @Slot()
    def _show_again_at_once(self) -> None:
        if self.snapshot is not None and not self.isVisible():
            self.show_snapshot(self.snapshot)  # for a picture in a file there need not be a window
        self.show_again()

    # Painting.

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the page that is shown, or a sentence where there is nothing to show."""
        if self._subject is None:
            self._paint_sentence(painter, area)
            return
        self._pages.paint_figure(self._page, self._subject, self._wanted(), painter, area)

    def _paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the page on the screen, and beside what is pointed at its exact numbers."""
        if self._subject is None:
            self._paint_sentence(painter, area)
            return
        picture = self._pages.paint(self._page, painter, area, self._pointed)
        if self._pointed is not None and self._told:
            about = picture.where(self._pointed)
            paint_panel(painter, self.theme, area.adjusted(4, 4, -4, -4), about, self._told, POINTS - 1)

    def _paint_sentence(self, painter: QPainter, area: QRectF) -> None:
        inner = area.adjusted(20, 12, -20, -12)
        write(painter, self.theme, inner, self._sentence, CENTRE | MIDDLE, POINTS, "muted", wrap=True)

    # What is pointed at.

    @Slot(object)
    def _hover(self, point: QPointF | None) -> None:
        self._point_at(None if point is None else self._at(point))

    def _at(self, point: QPointF) -> Spot | None:
        return None if self._subject is None else self._pages.picture(self._page).at(point)

    @Slot()
    def _point_at_nothing(self) -> None:
        self._point_at(None)

    def _point_at(self, spot: Spot | None) -> None:
        if spot == self._pointed:
            return
        self._pointed = spot
        self._tell()
        is_link = spot is not None and spot.part in (NEURON, PARAMETER, SHARE, WISH)
        self.canvas.setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor)
        self.canvas.update()

    def _tell(self) -> None:
        """Say the exact numbers of what is pointed at; of a parameter, its check as well."""
        subject, spot = self._subject, self._pointed
        self._told = []
        if subject is not None and spot is not None:
            self._told = self._pages.tell(self._page, subject, spot)
        said = "; ".join(self._told)
        if self.canvas.accessibleDescription() != said:
            self.canvas.setAccessibleDescription(said)

    # Choosing.

    @Slot(QPointF)
    def _click(self, point: QPointF) -> None:
        if self._subject is None or self._drag(point):
            return
        self._point_at(self._at(point))
        self._take_pointed()

    @Slot(QPointF)
    def _drag(self, point: QPointF) -> bool:
        """Move the parameter to where its number line, or the chart, is pressed; return whether it is."""
        if self._subject is None or self._page is not Page.CHECK:
            return False
        change = self._pages.check.change_at(point)
        if change is None:
            return False
        self._point_at(None)  # what would be told would cover what moves
        self.move_row.move_to(change)
        return True

    @Slot()
    def _take_pointed(self) -> None:
        """Pin or choose what is pointed at."""
        spot, subject = self._pointed, self._subject
        if spot is None or subject is None:
            return
        if spot.part == WISH:
            spot = self._pages.avenues.source(spot)
        if spot.part == SHARE:
            first = self._pages.list.first_of_layer(spot.layer)
            if first is not None:
                self._choose(first)
                self._reveal_chosen()
        elif spot.component is not None and spot.component == self._choice.component:
            self._choice.choose_component(None)
        elif spot.component is not None:
            self._choose(spot.component)
        elif spot.neuron is not None:
            self._choice.pin(None if spot.neuron == subject.pinned else spot.neuron)

    def _choose(self, component: Component) -> None:
        """Choose a parameter, and pin its neuron; what both change is shown once."""
        self._is_choosing = True
        self._choice.choose_component(component)
        self._is_choosing = False
        neuron = Neuron(component.layer, component.neuron)
        if neuron == self._choice.neuron:
            self._show_again_at_once()
        else:
            self._choice.pin(neuron)

    @Slot()
    def _let_go(self) -> None:
        self._choice.choose_component(None)

    @Slot(object)
    def _label(self, label: int | None) -> None:
        sample = self._choice.sample
        if sample is not None and sample.source == DRAWN:
            self._choice.choose_drawn(sample.pixels, label)

    @Slot(float)
    def _move(self, change: float) -> None:
        if self._page is Page.CHECK and self._subject is not None:
            self._pages.check.move(change)
            self.canvas.update()

    # The check of a hundred.

    @Slot()
    def check_random(self) -> None:
        """Check a hundred parameters drawn at random, a few at a time."""
        if self._subject is not None and not self._subject.diverged:
            self._checking.start(self._subject)
            self._show_checks()

    @Slot()
    def _show_checks(self) -> None:
        if self._page is Page.CHECK and self._subject is not None:
            self._pages.check.take_checks(self._checking.checks, self._checking.wanted)
            self._fit()
            self.canvas.update()

    # Keys and scrolling.

    @Slot(int, int)
    def _walk(self, down: int, right: int) -> None:
        if self._subject is None:
            return
        if self._page is Page.GRADIENT:
            self._walk_rows(down)
        elif self._page is Page.CHECK:
            self.move_row.move_by(right)
            self._scroll_by(down)
        else:
            picture = self._pages.layers if self._page is Page.LAYERS else self._pages.avenues
            self._point_at(picture.beside(self._pointed, right, down))

    @Slot(int)
    def _walk_pages(self, down: int) -> None:
        if self._page is Page.GRADIENT:
            self._walk_rows(down * self._pages.list.in_sight)
        else:
            self._scroll_by(down * max(self.bar.pageStep(), 1))

    def _walk_rows(self, down: int) -> None:
        """Choose the component so many rows further down the list; the first one, where none is chosen."""
        if not down or self._subject is None:
            return
        chosen = self._choice.component
        at = None if chosen is None else self._pages.list.rank_of(chosen)
        place = 0 if at is None else min(max(at + down, 0), self._pages.list.count - 1)
        component = self._pages.list.component_at_rank(place)
        if component is not None:
            self._choose(component)
            self._reveal_chosen()

    def _reveal_chosen(self) -> None:
        component = self._choice.component
        if component is None or self._page is not Page.GRADIENT:
            return
        place = self._pages.list.rank_of(component)
        if place is not None:
            self._pages.list.reveal(place)
            self._fit()
            self.canvas.update()

    @Slot(int)
    def _scroll_by(self, rows: int) -> None:
        self.bar.setValue(self.bar.value() + rows)

    @Slot(int)
    def _scroll_to(self, first: int) -> None:
        scrolled = self._pages.list if self._page is Page.GRADIENT else self._pages.check.table
        scrolled.scroll_to(first)
        self._hover(self.canvas.pointer)
        self.canvas.update()

    # Sizes.

    def _fit(self) -> None:
        """Let the scroll bar and the row below know what there is to scroll and to move."""
        shown = self._subject is not None
        self.move_row.setVisible(shown and self._page is Page.CHECK and self.height() >= LEAST_WITH_ROW)
        count, in_sight, first = 0, 1, 0
        if shown:
            count, in_sight, first = self._pages.scrolled(self._page, QRectF(self.canvas.rect()))
        with QSignalBlocker(self.bar):
            self.bar.setRange(0, max(count - in_sight, 0))
            self.bar.setPageStep(max(in_sight, 1))
            self.bar.setValue(first)
        self.bar.setVisible(count > in_sight)

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        super().take_up_theme()
        self._fit()
        self.show_again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out anew how many rows have room."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Go on with what was begun."""
        super().showEvent(event)
        self._fit()
        self._checking.resume()

    def hideEvent(self, event: QHideEvent) -> None:
        """Check nothing that nobody sees."""
        super().hideEvent(event)
        self._checking.rest()
