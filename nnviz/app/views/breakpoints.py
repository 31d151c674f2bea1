"""The panel of breakpoints: a form for new ones, and the list of those there are."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnviz.app.choice import DRAWN, TEST, Choice
from nnviz.app.events import Watched
from nnviz.app.graphics.icons import icon
from nnviz.app.manners import Manners
from nnviz.app.theme import Theme
from nnviz.app.views.breakpoint_form import BreakpointForm
from nnviz.app.views.breakpoint_rows import BreakpointRow, Suggestion
from nnviz.data.dataset import DataSet
from nnviz.run.breakpoints import (
    BELOW,
    AccuracyReaches,
    Breakpoint,
    GradientNormCrosses,
    ParameterNotFinite,
    PredictionChanges,
)
from nnviz.run.spec import RunSpec

SIDE = 12
"""Pixels of an icon, at the usual size of text."""
FORM_WIDTH = 460
"""Pixels at most, at the usual size of text: a short number needs no long field."""
NO_RUN = "Breakpoints can be set once the data are there."
NONE_YET = "The run pauses by itself at a breakpoint, at the very step, and says why. For instance:"


class BreakpointsPanel(QScrollArea):
    """What the run is to pause at, and what it has paused at.

    It shows what it is told, and asks for changes by signals.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    """

    add_wanted = Signal(object)
    change_wanted = Signal(object, object)
    switch_wanted = Signal(object, bool)
    remove_wanted = Signal(object, int)
    """A breakpoint, and its place in the list."""

    def __init__(self, theme: Theme, choice: Choice) -> None:
        super().__init__()
        self._theme = theme
        self._choice = choice
        self._spec: RunSpec | None = None
        self._awaited: Breakpoint | None = None
        self._far: BreakpointRow | None = None
        self.rows: list[BreakpointRow] = []
        self.suggestions: list[Suggestion] = []
        self.setWindowTitle("Breakpoints")
        self.setAccessibleName("Breakpoints")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields have it, and are scrolled to
        self.form = BreakpointForm(choice)
        self._about = QLabel(NO_RUN)
        self._about.setWordWrap(True)
        self._about.setProperty("role", "muted")
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(10)
        row = QHBoxLayout()
        row.addWidget(self.form, 1)
        row.addStretch(0)
        column.addLayout(row)
        column.addWidget(self._about)
        column.addLayout(self._list)
        column.addStretch(1)
        self.setWidget(inside)
        Manners(self)
        self.form.add_wanted.connect(self._ask_to_add)
        self.form.change_wanted.connect(self._ask_to_change)
        choice.sample_changed.connect(self._suggest)
        theme.changed.connect(self._take_up_theme)
        self._take_up_theme()

    def sizeHint(self) -> QSize:
        """Ask for a little room; there is a scroll bar."""
        return QSize(320, 240)

    def show_run(self, spec: RunSpec, data: DataSet) -> None:
        """Offer what a run has."""
        self._spec = spec
        self.form.show_run(spec, data)
        self._suggest()

    @Slot(object)
    def show_breakpoints(self, watched: tuple[Watched, ...]) -> None:
        """Show the breakpoints there are, and which have fired."""
        fired_before = {row.watched.point for row in self.rows if row.watched and row.watched.reason}
        had_focus = self._focused_row()
        while len(self.rows) > len(watched):
            row = self.rows.pop()
            row.hide()
            row.deleteLater()
        while len(self.rows) < len(watched):
            self._append_row()
        for row, one in zip(self.rows, watched, strict=True):
            row.show_breakpoint(one)
        self._suggest()
        if had_focus is not None and had_focus >= len(self.rows):
            self._focus_row(had_focus)
        for row in self.rows:
            assert row.watched is not None
            if row.watched.point == self._awaited:
                self._awaited = None
                self._scroll_to(row)
            elif row.watched.reason and row.watched.point not in fired_before:
                self._scroll_to(row)
                break

    def add_by_form(self) -> None:
        """Begin with a new breakpoint: give the focus to its kind, where the keyboard chooses."""
        self.form.close_fields()
        self.ensureWidgetVisible(self.form)
        self.form.focus_first()

    def _append_row(self) -> None:
        row = BreakpointRow()
        row.switch_wanted.connect(self.switch_wanted)
        row.remove_wanted.connect(self._ask_to_remove)
        row.edit_wanted.connect(self._edit)
        row.move_wanted.connect(self._move_focus)
        row.set_icon(self._icon, self._side)
        before = self.rows[-1].remove if self.rows else self.form.last_control()
        self._list.addWidget(row)
        self.rows.append(row)
        QWidget.setTabOrder(before, row.switch)
        QWidget.setTabOrder(row.switch, row.remove)

    def _scroll_to(self, row: BreakpointRow) -> None:
        self._far = row
        QTimer.singleShot(0, self, self._scroll)  # once the rows have their places

    @Slot()
    def _scroll(self) -> None:
        row, self._far = self._far, None
        is_filled_in = self.form.is_open and self.form.isAncestorOf(self.focusWidget() or self)
        if row in self.rows and not is_filled_in:
            self.ensureWidgetVisible(row)

    # Suggestions, as long as there is nothing else.

    @Slot()
    def _suggest(self) -> None:
        points = self._suggested() if self._spec is not None and not self.rows else []
        if [one.point for one in self.suggestions] != points:
            for old in self.suggestions:
                old.hide()
                old.deleteLater()
            self.suggestions = []
            before: QWidget = self.form.last_control()
            for point in points:
                assert self._spec is not None
                one = Suggestion(point, point.describe(self._spec))
                one.add_wanted.connect(self.add_wanted)
                self._list.addWidget(one)
                QWidget.setTabOrder(before, one.add)
                before = one.add
                self.suggestions.append(one)
        self._about.setText(NO_RUN if self._spec is None else NONE_YET)
        self._about.setVisible(not self.rows)

    def _suggested(self) -> list[Breakpoint]:
        sample = self._choice.sample
        source, index = (
            (TEST, 0) if sample is None or sample.source == DRAWN else (sample.source, sample.index)
        )
        return [
            AccuracyReaches(TEST, 0.9),
            GradientNormCrosses(1, BELOW, 0.001),
            PredictionChanges(source=source, index=index),
            ParameterNotFinite(),
        ]

    # What the user asks for.

    @Slot(object)
    def _ask_to_add(self, point: Breakpoint) -> None:
        self._awaited = point
        self.add_wanted.emit(point)

    @Slot(object, object)
    def _ask_to_change(self, old: Breakpoint, new: Breakpoint) -> None:
        self._awaited = new
        self.change_wanted.emit(old, new)

    @Slot(object)
    def _ask_to_remove(self, point: Breakpoint) -> None:
        place = [row.watched.point for row in self.rows if row.watched].index(point)
        self.remove_wanted.emit(point, place)

    @Slot(object)
    def _edit(self, point: Breakpoint) -> None:
        self.form.edit(point)
        self.ensureWidgetVisible(self.form)

    # The focus in the list.

    def _focused_row(self) -> int | None:
        focused = self.focusWidget()
        places = (n for n, row in enumerate(self.rows) if row is focused or row.isAncestorOf(focused or self))
        return next(places, None) if focused is not None and focused.hasFocus() else None

    def _focus_row(self, place: int) -> None:
        """Give the focus to a row, or the nearest there is; with none, to the form."""
        if self.rows:
            row = self.rows[min(max(place, 0), len(self.rows) - 1)]
            row.switch.setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(row)
        else:
            self.form.kind.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(int)
    def _move_focus(self, by: int) -> None:
        place = self._focused_row()
        if place is not None:
            self._focus_row(place + by)

    @Slot()
    def _take_up_theme(self) -> None:
        self._icon = icon("close", self._theme.colour("muted"), self._theme.colour("line"))
        self._side = round(SIDE * self._theme.text_scale)
        self.form.setMaximumWidth(round(FORM_WIDTH * self._theme.text_scale))
        for row in self.rows:
            row.set_icon(self._icon, self._side)
