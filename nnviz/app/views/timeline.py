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
    QToolButton,
)

from nnviz.app.choice import Choice
from nnviz.app.events import Compared, MemoryTold
from nnviz.app.run_control import RunControl
from nnviz.app.theme import Theme
from nnviz.app.views.comparison import ComparisonBox
from nnviz.app.views.memory_dialog import used_text
from nnviz.app.views.step_slider import StepSlider
from nnviz.app.views.view import View
from nnviz.run.branches import LONGEST_NAME, BranchInfo
from nnviz.run.snapshot import Snapshot

WIDEST = "step 1,234,567 of 1,234,567"
NAME_SHARE = 0.25
"""Of the width, for the name of a branch: the rest is for the steps."""
ICON_SIDE = 14
"""Pixels of an icon, at the usual size of text."""
LEAST_SLIDER = 120
"""Pixels: the shortest slider beside which there are words."""


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
    told = Signal(str, str, object)
    """A sentence about branches; with what it can be answered, and what that does, or nothing."""
    memory_wanted = Signal()
    """The user wants to see, and to choose, how much memory going back takes."""

    def __init__(self, theme: Theme, choice: Choice, run: RunControl, actions: list[QAction]) -> None:
        super().__init__(theme, "Timeline")
        self.setProperty("role", "transport")
        # The window may be narrower than all that is here; see `_leave_out`.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._choice = choice
        self._run = run
        self._branches: tuple[BranchInfo, ...] = ()
        self._present = 0
        self._memory: MemoryTold | None = None
        self._memory_action: QAction | None = None
        self._buttons = [_button(action) for action in actions]
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
        self.slider = StepSlider()
        self.slider.setAccessibleName("Step of the run")
        self.slider.setToolTip(
            "Click or drag to any step that was made: all parameters are those of that step again."
        )
        self.slider.setRange(0, 0)
        self.slider.valueChanged.connect(self._go_to)
        self._where = QLabel()
        self._where.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 14, 2)
        row.setSpacing(6)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.addWidget(self.branch)
        for button in self._buttons[:2]:
            row.addWidget(button)
        row.addWidget(self.slider, 1)
        for button in self._buttons[2:]:
            row.addWidget(button)
        row.addWidget(self._where)
        run.branches_changed.connect(self.show_branches)
        run.compared.connect(self._show_compared)
        run.branch_deleted.connect(self._tell_deleted)
        run.memory_told.connect(self._take_memory)
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
        self._fit_name()

    def _fit_name(self) -> None:
        """Name the present branch, in no more than its share of the width."""
        if not self._branches:
            return
        most = round(NAME_SHARE * self.width())
        name = self.branch.fontMetrics().elidedText(self._name(), Qt.TextElideMode.ElideRight, most)
        several = f"  ({len(self._branches)})" if len(self._branches) > 1 else ""
        self.branch.setText(_plain(f"{name}{several}"))

    @Slot()
    def take_up_theme(self) -> None:
        """Take as much room as the widest text needs."""
        side = round(ICON_SIDE * self.theme.text_scale)
        for button in self._buttons:
            button.setIconSize(QSize(side, side))
        self._where.setFont(self.theme.font())
        self._where.setFixedWidth(self._where.fontMetrics().horizontalAdvance(WIDEST) + 8)
        self._fit_name()
        self.setFixedHeight(max(self.branch.sizeHint().height() + 8, 38))
        self._leave_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Name the branch, and say where the run is, in what room there is."""
        super().resizeEvent(event)
        self._fit_name()
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
        self.menu.setToolTipsVisible(True)
        history = self._run.history
        for info in self._branches:
            origin = f", from step {info.forked_at:,}" if info.number else ""
            action = self.menu.addAction(_plain(f"{info.name}  –  step {self._made(info):,}{origin}"))
            action.setToolTip("Go on with this branch, where it stands.")
            action.setCheckable(True)
            action.setChecked(info.number == self._present)
            action.triggered.connect(lambda _=False, number=info.number: history.switch(number))
        self.menu.addSeparator()
        fork = self.menu.addAction("New branch from this step")
        fork.setToolTip("Go on from here in a branch of its own; this one stays as it is.")
        fork.setEnabled(bool(self._branches))
        fork.triggered.connect(history.fork)
        rename = self.menu.addAction("Rename this branch…")
        rename.setToolTip("Give this branch a name that says what is different in it.")
        rename.setEnabled(bool(self._branches))
        rename.triggered.connect(self._rename)
        delete = self.menu.addAction("Delete this branch")
        delete.setToolTip("Forget this branch; it can be brought back until another is deleted.")
        delete.setEnabled(len(self._branches) > 1)
        delete.triggered.connect(lambda: history.delete(self._present))
        compare = self.menu.addMenu("Compare this branch with")
        compare.setEnabled(len(self._branches) > 1)
        compare.setToolTipsVisible(True)
        for info in self._branches:
            if info.number != self._present:
                action = compare.addAction(_plain(info.name))
                action.setToolTip(
                    "Distance of the parameters, accuracy, and the images on which they disagree."
                )
                action.triggered.connect(
                    lambda _=False, number=info.number: history.compare(self._present, number)
                )

        self.menu.addSeparator()
        self._memory_action = self.menu.addAction(self._memory_text())
        self._memory_action.setToolTip(
            "How much memory the states take that are kept to go back to any step."
        )
        self._memory_action.triggered.connect(self.memory_wanted)
        history.ask_for_memory()

    def _memory_text(self) -> str:
        used = "" if self._memory is None else f":  {used_text(self._memory)}"
        return f"Memory for going back{used} …"

    @Slot(object)
    def _take_memory(self, told: MemoryTold) -> None:
        self._memory = told
        if self._memory_action is not None and self.menu.isVisible():
            self._memory_action.setText(self._memory_text())

    def _made(self, info: BranchInfo) -> int:
        present = self.snapshot is not None and info.number == self._present
        return self.snapshot.made if present and self.snapshot is not None else info.log.count

    @Slot()
    def _rename(self) -> None:
        name, agreed = QInputDialog.getText(
            self, "Rename this branch", f"Its name, up to {LONGEST_NAME} letters:", text=self._name()
        )
        if agreed and name != self._name():
            self._run.history.rename(self._present, name)

    def _name(self) -> str:
        return next(info.name for info in self._branches if info.number == self._present)

    @Slot(object)
    def _show_compared(self, compared: Compared) -> None:
        ComparisonBox(self.window(), self.theme, self._choice, compared).show()

    @Slot(str)
    def _tell_deleted(self, name: str) -> None:
        self.told.emit(f"“{name}” was deleted.", "Bring it back", self._run.history.bring_back_branch)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAccessibleName(action.text())
    return button


def _plain(text: str) -> str:
    """Return a text for a button or a menu that is shown as it is, with every "&"."""
    return text.replace("&", "&&")
