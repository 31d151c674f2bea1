"""The dialog for the memory that going back may take."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from nnviz.app.events import MemoryTold
from nnviz.run.keyframes import LEAST_BUDGET, MEBIBYTE, MOST_BUDGET

WIDTH = 46
"""Letters of a line."""


def used_text(told: MemoryTold) -> str:
    """Return how much memory going back takes: "61 of 256 MB"."""
    used = told.used / MEBIBYTE
    return f"{used:,.{1 if used < 10 else 0}f} of {told.budget // MEBIBYTE:,} MB"


class MemoryDialog(QDialog):
    """How much memory is used, and how much may be.

    Parameters
    ----------
    parent : QWidget
    budget : int
        Bytes, as it is.
    """

    chosen = Signal(int)
    """Another budget, in bytes."""

    def __init__(self, parent: QWidget, budget: int) -> None:
        super().__init__(parent)
        self.setWindowTitle("Memory for going back")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        about = QLabel(
            "Some states of the run are kept, so that any step can be gone back to: from the one before it, the "
            "steps in between are made again. With less memory, fewer are kept, and going back takes longer."
        )
        about.setWordWrap(True)
        about.setFixedWidth(WIDTH * about.fontMetrics().averageCharWidth())
        about.setFixedHeight(about.heightForWidth(about.width()))  # no layout asks for that of a label
        self.budget = QSpinBox()
        self.budget.setRange(LEAST_BUDGET // MEBIBYTE, MOST_BUDGET // MEBIBYTE)
        self.budget.setSuffix(" MB")
        self.budget.setGroupSeparatorShown(True)
        self.budget.setSingleStep(64)
        self.budget.setKeyboardTracking(False)
        self.budget.setValue(budget // MEBIBYTE)
        self.budget.setAccessibleName("Memory for going back")
        self.budget.setToolTip(
            "The states of all branches together take at most so much; others are given up."
        )
        self.budget.valueChanged.connect(self._choose)
        self.used = QLabel()
        self.used.setAccessibleName("Memory that is used")
        self.kept = QLabel()
        self.kept.setAccessibleName("States that are kept")
        form = QFormLayout()
        form.addRow("At most", self.budget)
        form.addRow("Used now", self.used)
        form.addRow("For this branch", self.kept)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip("Close this box.")
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(about)
        column.addLayout(form)
        column.addWidget(buttons, 0, Qt.AlignmentFlag.AlignRight)

    @Slot(int)
    def _choose(self, mebibytes: int) -> None:
        self.chosen.emit(mebibytes * MEBIBYTE)

    @Slot(object)
    def show_memory(self, told: MemoryTold) -> None:
        """Show what going back takes."""
        states = "1 state" if told.states == 1 else f"{told.states:,} states"
        self.used.setText(used_text(told))
        self.kept.setText(f"{states}, one every {told.every:,} steps")
