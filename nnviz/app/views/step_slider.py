"""A slider that goes at once to where it is pressed."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider


class StepSlider(QSlider):
    """A horizontal slider: to press it anywhere takes its handle there, from where it can be dragged on.

    Qt's own goes by pages towards the pointer, as a scroll bar does.
    """

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer, and hold it."""
        place = event.position().toPoint()
        handle = self._part(QStyle.SubControl.SC_SliderHandle)
        if event.button() == Qt.MouseButton.LeftButton and not handle.contains(place):
            groove = self._part(QStyle.SubControl.SC_SliderGroove)
            along = place.x() - groove.x() - handle.width() // 2
            room = groove.width() - handle.width()
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), along, room))
        super().mousePressEvent(event)

    def _part(self, part: QStyle.SubControl) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
