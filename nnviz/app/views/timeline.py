"""The timeline: every step that was made, to be gone back to, and the branches that went on from them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMenu,
    QSizePolicy,
    QSlider,
    QToolButton,
)

from nnviz.app.choice import TEST, Choice
from nnviz.app.events import Compared
from nnviz.app.run_control import RunControl
from nnviz.app.theme import Theme
from nnviz.app.views.view import View
from nnviz.run.branches import LONGEST_NAME, BranchInfo
from nnviz.run.snapshot import Snapshot

WIDEST = "step 1,234,567 of 1,234,567"
LEAST_SLIDER = 120
"""Pixels: the shortest slider beside which there are words."""
ICON_SIDE = 14
"""Pixels at the usual size of text."""


class Timeline(View):
    """A slider over all steps made, buttons to its ends and to the next steps, and the menu of branches.

    Parameters
    ----------
    theme : Theme
    choice : Choice
    run : RunControl
    actions : list of QAction
        To the start, one step back, one step on, to the newest step.
    """

    least_ms = 90
    told = Signal(str)
    """A sentence about branches."""

    def __init__(self, theme: Theme, choice: Choice, run: RunControl, actions: list[QAction]) -> None:
        super().__init__(theme, "Timeline")
        self.setProperty("role", "transport")
        # The window may be narrower than all that is here; see `_leave_out`.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._choice = choice
        self._run = run
        self._branches: tuple[BranchInfo, ...] = ()
        self._present = 0
        self.branch = QToolButton()
        self.branch.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.branch.setAccessibleName("Branches")
        self.branch.setToolTip(
            "Branches: go on otherwise from an earlier step, and compare what comes of it."
        )
        self.branch.setText("main")
        self.menu = QMenu(self.branch)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.branch.setMenu(self.menu)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Step of the run")
        self.slider.setToolTip("Drag to any step that was made: all parameters are those of that step again.")
        self.slider.setRange(0, 0)
        self.slider.valueChanged.connect(self._go_to)
        self._where = QLabel()
        self._where.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 14, 2)
        row.setSpacing(6)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.addWidget(self.branch)
        self._buttons = [_button(action) for action in actions]
        for button in self._buttons[:2]:
            row.addWidget(button)
        row.addWidget(self.slider, 1)
        for button in self._buttons[2:]:
            row.addWidget(button)
        row.addWidget(self._where)
        run.branches_changed.connect(self.show_branches)
        run.compared.connect(self._tell_compared)
        self.take_up_theme()

    @property
    def text(self) -> str:
        """Where the run is, in words."""
        return self._where.text()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show where the run is, and how far it has come."""
        self.slider.blockSignals(True)  # it follows the run, and does not lead it
        self.slider.setRange(0, snapshot.made)
        self.slider.setPageStep(max(1, snapshot.made // 20))
        if not self.slider.isSliderDown():
            self.slider.setValue(snapshot.step)
        self.slider.blockSignals(False)
        of = f" of {snapshot.made:,}" if snapshot.step < snapshot.made else ""
        self._where.setText(f"step {snapshot.step:,}{of}")

    @Slot(object, int)
    def show_branches(self, branches: tuple[BranchInfo, ...], present: int) -> None:
        """Take note of the branches, and name the present one."""
        self._branches, self._present = branches, present
        name = next(info.name for info in branches if info.number == present)
        several = f"  ({len(branches)})" if len(branches) > 1 else ""
        self.branch.setText(f"{name}{several}")
        self._leave_out()

    @Slot()
    def take_up_theme(self) -> None:
        """Take as much room as the widest text needs."""
        side = round(ICON_SIDE * self.theme.text_scale)
        for button in self._buttons:
            button.setIconSize(QSize(side, side))
        self._where.setFont(self.theme.font())
        self._where.setFixedWidth(self._where.fontMetrics().horizontalAdvance(WIDEST) + 8)
        self.setFixedHeight(max(self.branch.sizeHint().height() + 8, 38))
        self._leave_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say where the run is as long as there is room for it."""
        super().resizeEvent(event)
        self._leave_out()

    def _leave_out(self) -> None:
        """Leave out the words where the slider would become too short; the transport bar says the step, too."""
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right() - LEAST_SLIDER
        for item in (self._row.itemAt(n) for n in range(self._row.count())):
            widget = None if item is None else item.widget()
            if widget is not None and widget is not self.slider:
                room -= widget.sizeHint().width() if widget is not self._where else widget.width()
                room -= self._row.spacing()
        self._where.setVisible(room >= 0)

    @Slot(int)
    def _go_to(self, step: int) -> None:
        self._run.history.go_to(step)

    # Branches.

    @Slot()
    def _fill_menu(self) -> None:
        self.menu.clear()
        history = self._run.history
        for info in self._branches:
            origin = f", from step {info.forked_at:,}" if info.number else ""
            action = self.menu.addAction(f"{info.name}  –  step {self._made(info):,}{origin}")
            action.setCheckable(True)
            action.setChecked(info.number == self._present)
            action.triggered.connect(lambda _=False, number=info.number: history.switch(number))
        self.menu.addSeparator()
        self.menu.addAction("New branch from this step").triggered.connect(history.fork)
        self.menu.addAction("Rename this branch…").triggered.connect(self._rename)
        delete = self.menu.addAction("Delete this branch")
        delete.setEnabled(len(self._branches) > 1)
        delete.triggered.connect(lambda: history.delete(self._present))
        compare = self.menu.addMenu("Compare this branch with")
        compare.setEnabled(len(self._branches) > 1)
        for info in self._branches:
            if info.number != self._present:
                action = compare.addAction(info.name)
                action.triggered.connect(
                    lambda _=False, number=info.number: history.compare(self._present, number)
                )

    def _made(self, info: BranchInfo) -> int:
        present = self.snapshot is not None and info.number == self._present
        return self.snapshot.made if present and self.snapshot is not None else info.log.count

    @Slot()
    def _rename(self) -> None:
        name, agreed = QInputDialog.getText(
            self, "Rename this branch", f"Its name, up to {LONGEST_NAME} letters:", text=self._name()
        )
        if agreed:
            self._run.history.rename(self._present, name)

    def _name(self) -> str:
        return next(info.name for info in self._branches if info.number == self._present)

    @Slot(object)
    def _tell_compared(self, compared: Compared) -> None:
        found = compared.comparison
        one, other = (f"{accuracy:.2%}" for accuracy in found.accuracies)
        sentence = (
            f"“{compared.one.name}” and “{compared.other.name}”: {found.distance:.3g} apart in θ "
            f"({found.relative:.1%}); {one} and {other} of the test images right; they disagree about "
            f"{len(found.disagreements):,}"
        )
        if len(found.disagreements):
            self._choice.choose(TEST, int(found.disagreements[0]))
            sentence += ", of which the first is chosen now"
        self.told.emit(f"{sentence}.")


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAccessibleName(action.text())
    return button
