"""A box for the value of one parameter, into which one types any number."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QValidator
from PySide6.QtWidgets import QAbstractSpinBox

LARGEST = 1_000_000.0
"""The largest magnitude that a parameter can be given by hand."""
REFUSAL = f"A parameter is a number from −{LARGEST:,.0f} to {LARGEST:,.0f}, such as 0.25 or −3."
STEP = 0.1
SETTLE_MS = 400
"""How long after the last step by key or wheel the value counts, so that many steps are one edit."""


class ParameterBox(QAbstractSpinBox):
    """A spin box that tells of a value only once it is finished: by Enter, by leaving it, or after some steps.

    What comes from the run meanwhile is shown as long as nobody is typing.

    Parameters
    ----------
    name : str
        For screen readers.
    tip : str
    """

    finished = Signal(float)
    refused = Signal(str)
    """What was typed is no value; a sentence says what would be one."""

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self._value = 0.0
        self._is_typed = False  # the line itself forgets that it was modified before Enter is told
        self.lineEdit().textEdited.connect(self._note_typing)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self._take)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.editingFinished.connect(self._take)
        self.show_value(0.0)

    @property
    def value(self) -> float:
        """The value that was shown or finished last."""
        return self._value

    def show_value(self, value: float) -> None:
        """Show a value, unless somebody is changing the one that is shown."""
        self._value = value
        if not self._is_typed and not self._settling.isActive():
            self._write(value)

    def forget_typed(self) -> None:
        """Show the value as it is, whatever was typed."""
        self._settling.stop()
        self._write(self._value)

    def _write(self, value: float) -> None:
        self._is_typed = False
        text = value_text(value)
        if text != self.lineEdit().text() or self.lineEdit().isModified():
            self.lineEdit().setText(text)

    def stepBy(self, steps: int) -> None:
        """Change the value by some tenths; it counts a moment after the last step."""
        value = value_of(self.lineEdit().text())
        value = round((self._value if value is None else value) + STEP * steps, 6)
        if math.isfinite(value) and abs(value) <= LARGEST:
            self._write(value)
            self._settling.start()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Let both arrows work."""
        return (
            QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        )

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Let anything be typed: what is no number is answered with a sentence."""
        return QValidator.State.Acceptable, text, place

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape bring back what was there."""
        changing = self._is_typed or self._settling.isActive()
        if event.key() == Qt.Key.Key_Escape and changing:
            self.forget_typed()
            event.accept()
            return
        super().keyPressEvent(event)

    @Slot()
    def _note_typing(self) -> None:
        self._is_typed = True

    @Slot()
    def _take(self) -> None:
        stepped = self._settling.isActive() or self.sender() is self._settling
        self._settling.stop()
        if not stepped and not self._is_typed:
            return
        value = value_of(self.lineEdit().text())
        if value is None or not abs(value) <= LARGEST:
            self.refused.emit(REFUSAL)
            if not self.hasFocus():
                self.forget_typed()
            return
        self._write(value)
        self._value = value
        self.finished.emit(value)

    def sizeHint(self) -> QSize:
        """Ask for room for a usual value."""
        text = QFontMetrics(self.font()).horizontalAdvance("−0.0000")
        base = super().sizeHint()
        return QSize(text + round(1.6 * base.height()), base.height())

    def minimumSizeHint(self) -> QSize:
        """Be content with less."""
        return QSize(super().sizeHint().height() * 2, super().sizeHint().height())


def value_of(text: str) -> float | None:
    """Return the number that a text says, None where it says none."""
    try:
        value = float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def value_text(value: float) -> str:
    """Return a value as it stands in the box."""
    if math.isnan(value):
        return "NaN"
    return f"{value:.6g}".replace("-", "−").replace("inf", "∞")
