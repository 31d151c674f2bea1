"""A field for a number that may be of any size: 0.00001 as well as 1,000,000."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox

DECIMALS = 40
"""More than the smallest number that is not 0 needs; what is shown has as many as it needs."""
DIGITS = 12
WHOLE_SIGNS = set("0123456789+-")
SIGNS = WHOLE_SIGNS | set(".eE")


class NumberField(QDoubleSpinBox):
    """A spin box whose numbers are written as short as can be, and whose steps are as large as the number is.

    Parameters
    ----------
    least, most : float
    whole : bool
        Whether only whole numbers are allowed.
    """

    def __init__(self, least: float, most: float, whole: bool = False) -> None:
        super().__init__()
        self._whole = whole
        self._signs = WHOLE_SIGNS if whole else SIGNS
        self.setKeyboardTracking(False)  # typing "1e31" does not pass through 1000, and stay there
        self.setLocale(QLocale.c())  # a point in numbers, as in the formulas
        self.setDecimals(0 if whole else DECIMALS)
        self.setRange(least, most)

    @property
    def typed(self) -> float:
        """The number that stands there, finished or not; where that is none, the one before."""
        text = self.text()
        is_one = self.validate(text, 0)[0] == QValidator.State.Acceptable
        return self.valueFromText(text) if is_one else float(self.value())

    def textFromValue(self, value: float) -> str:
        """Return a number as it is written."""
        return f"{value:.0f}" if self._whole else f"{value:.{DIGITS}g}"

    def valueFromText(self, text: str) -> float:
        """Return what a text means; for one that means nothing, the number as it is."""
        if self._is_special(text):
            return float(self.minimum())
        number = self._number(text)
        return float(self.value()) if number is None else number

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Say whether a text is a number that is allowed, may become one, or never will."""
        state = QValidator.State
        special = self.specialValueText()
        number = self._number(text)
        if number is not None and self.minimum() <= number <= self.maximum():
            return state.Acceptable, text, place
        if self._is_special(text):
            return state.Acceptable, text, place
        if set(text) <= self._signs or (special and special.startswith(text.strip())):
            return state.Intermediate, text, place
        return state.Invalid, text, place

    def _is_special(self, text: str) -> bool:
        return bool(self.specialValueText()) and text.strip() == self.specialValueText()

    def _number(self, text: str) -> float | None:
        if not set(text) <= self._signs:  # Python would read "nan", "inf" and "1_000" as well
            return None
        try:
            number = float(text)
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def stepBy(self, steps: int) -> None:
        """Go up or down: by wholes, or by one in the number's second digit."""
        if self._whole:
            super().stepBy(steps)
            return
        value = self.value()
        for _ in range(abs(steps)):
            value = _next(value, 1 if steps > 0 else -1)
        self.setValue(value)
        self.selectAll()


def _next(value: float, sign: int) -> float:
    """Return the next number up or down of two digits: 0.1 → 0.11, 0.1 → 0.099."""
    if value == 0:
        return sign * 0.01
    size = math.floor(math.log10(abs(value)) + 1e-9)
    is_power = math.isclose(abs(value), 10.0**size)
    shrinks = sign * value < 0
    unit = 10.0 ** (size - (2 if is_power and shrinks else 1))
    return float(f"{value + sign * unit:.{DIGITS}g}")
