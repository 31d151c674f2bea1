"""The pages of the backprop inspector, and what each of them is to show."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from nnviz.app.graphics.backprop.avenues import AvenuesPicture
from nnviz.app.graphics.backprop.check import CheckPicture
from nnviz.app.graphics.backprop.layers import LayersPicture, Part
from nnviz.app.graphics.backprop.list import GradientPicture
from nnviz.app.graphics.backprop.subject import NEURON, PIXEL, Spot, Subject
from nnviz.app.graphics.backprop.table import Checks, checked, tell_check
from nnviz.app.graphics.backprop.words import tell
from nnviz.app.theme import Theme
from nnviz.app.views.backprop_controls import Page
from nnviz.core.components import Component, index_of

PACE = {Page.LAYERS: 150, Page.NEURON: 150, Page.GRADIENT: 300, Page.CHECK: 300}
"""The shortest time between two snapshots that a page shows, in milliseconds."""
LEAST_SHARE, LEAST_SHARE_PAINTED = 20.0, 12.0
"""How many times longer than its computation, and than its painting, a page waits at least, where that takes long."""
SLOWEST = 3000
MOST_CHECKED_AT_ONCE = 300_000
"""Parameters: in a larger network, what is under the pointer is not checked as well."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is to be shown of a sample.

    Parameters
    ----------
    part : Part
        Of the layers.
    one_scale : bool
        Whether they have one scale in common.
    chosen : Component or None
        The parameter that list and check are about.
    change : float
        By how much it is moved.
    checks : Checks or None
        Of components drawn at random.
    checks_wanted : int
        How many these will be.
    """

    part: Part = Part.BOTH
    one_scale: bool = False
    chosen: Component | None = None
    change: float = 0.0
    checks: Checks | None = None
    checks_wanted: int = 0


class PagePicture(Protocol):
    """What the picture of every page can do."""

    def paint(self, painter: QPainter, area: QRectF, pointed: Spot | None = None) -> None:
        """Paint the page, what is pointed at marked."""

    def at(self, point: QPointF) -> Spot | None:
        """Return what lies under a point of the area that was painted last."""

    def where(self, spot: Spot) -> QRectF:
        """Return where it is."""


class Pages:
    """One picture for each page; only the one that is shown is given anything to show.

    Parameters
    ----------
    theme : Theme
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.layers = LayersPicture(theme)
        self.avenues = AvenuesPicture(theme)
        self.list = GradientPicture(theme)
        self.check = CheckPicture(theme)
        self._painted_ms = 0.0

    def picture(self, page: Page) -> PagePicture:
        """Return the picture of a page."""
        pictures: dict[Page, PagePicture] = {
            Page.LAYERS: self.layers,
            Page.NEURON: self.avenues,
            Page.GRADIENT: self.list,
            Page.CHECK: self.check,
        }
        return pictures[page]

    def scrolled(self, page: Page, area: QRectF) -> tuple[int, int, int]:
        """Return how many rows a page has, how many an area has room for, and which comes first."""
        if page is Page.GRADIENT:
            self.list.lay_out(area)
            return self.list.count, self.list.in_sight, self.list.first
        if page is Page.CHECK:
            self.check.lay_out(area)
            table = self.check.table
            return table.count, table.in_sight, table.first
        return 0, 1, 0

    def show(self, page: Page, subject: Subject, wanted: Wanted) -> int:
        """Let a page take the numbers that it shows; return how many milliseconds it should stay as it is."""
        start = time.perf_counter()
        if page is Page.LAYERS:
            self.layers.show(subject, wanted.part, wanted.one_scale)
        elif page is Page.NEURON:
            self.avenues.show(subject)
        elif page is Page.GRADIENT:
            self.list.show(subject, wanted.chosen)
        else:
            self.check.show(subject, wanted.chosen, wanted.change, wanted.checks, wanted.checks_wanted)
        taken = 1000 * (time.perf_counter() - start)
        return max(
            PACE[page], min(round(max(LEAST_SHARE * taken, LEAST_SHARE_PAINTED * self._painted_ms)), SLOWEST)
        )

    def paint(self, page: Page, painter: QPainter, area: QRectF, pointed: Spot | None) -> PagePicture:
        """Paint a page, note how long that takes, and return its picture: while it is painted, training waits."""
        start = time.perf_counter()
        picture = self.picture(page)
        picture.paint(painter, area, pointed)
        self._painted_ms = 1000 * (time.perf_counter() - start)
        return picture

    def paint_figure(
        self, page: Page, subject: Subject, wanted: Wanted, painter: QPainter, area: QRectF
    ) -> None:
        """Paint a page as it is, into whatever area, and leave these pictures as they are laid out."""
        others = Pages(self._theme)
        others.show(page, subject, wanted)
        others.scrolled(page, area)  # what has not been laid out cannot be scrolled
        others.list.scroll_to(self.list.first)
        others.check.table.scroll_to(self.check.table.first)
        others.picture(page).paint(painter, area)

    def tell(self, page: Page, subject: Subject, spot: Spot) -> list[str]:
        """Return the exact numbers of what is pointed at, in lines; of a parameter, its check as well."""
        component = spot.component
        if component is not None:
            lines = tell(subject, spot)
            if subject.network.theta.size <= MOST_CHECKED_AT_ONCE and not subject.diverged:
                lines += tell_check(checked(subject, [index_of(subject.network, component)]))
            return lines
        if spot.part in (NEURON, PIXEL):
            return tell(subject, spot)
        if page is Page.NEURON:
            return self.avenues.tell(spot)
        return self.list.tell(spot) if page is Page.GRADIENT else self.check.tell(spot)
