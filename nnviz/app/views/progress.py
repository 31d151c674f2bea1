"""How far something is that takes its time, and a button to think better of it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

PARTS = 1000


class ProgressRow(QWidget):
    """A bar, and for what can be stopped a sentence and a button."""

    cancelled = Signal()
    valueChanged = Signal(int)  # noqa: N815  (as QProgressBar has it)

    def __init__(self) -> None:
        super().__init__()
        self._label = QLabel()
        self._label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, PARTS)
        self._bar.setAccessibleName("Progress")
        self._bar.valueChanged.connect(self.valueChanged)
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Stop this; everything stays as it is.")
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(12)
        row.addWidget(self._label)
        row.addWidget(self._bar, 1)
        row.addWidget(self.cancel)
        self.say("")

    @property
    def text(self) -> str:
        """What is being done."""
        return self._label.text()

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Say what is being done, that can be stopped; with an empty sentence, the bar stands alone."""
        self._label.setText(sentence)
        self._label.setVisible(bool(sentence))
        self.cancel.setVisible(bool(sentence))

    def show_share(self, fraction: float) -> None:
        """Show which share is done, 0 to 1."""
        self._bar.setValue(round(PARTS * fraction))
