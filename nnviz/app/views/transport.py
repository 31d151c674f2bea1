"""The transport bar: run and pause as on a media player, and where the run is in large figures."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.graphics.text import number
from nnviz.app.theme import Theme
from nnviz.app.views.view import View
from nnviz.run.snapshot import Snapshot

FASTEST = 10_000
PATIENCE_MS = 300
ICON_SIDE, FIRST_ICON_SIDE = 20, 26
"""Pixels of the buttons' icons, at the usual size of text."""
FIGURE_GAP = 24
"""Pixels between two figures."""
SPEED_WIDTH = 150
"""Pixels of the slider, where what is written above it needs no more."""
POSITIONS = 80
"""Positions of the speed slider below its last, which is: as fast as it goes."""


def speed_at(position: int) -> float:
    """Return steps a second at a position of the slider, 1 to FASTEST on a logarithmic scale, then infinity."""
    return math.inf if position >= POSITIONS else FASTEST ** (position / (POSITIONS - 1))


def speed_text(speed: float) -> str:
    """Return a speed as a person says it."""
    if math.isinf(speed):
        return "as fast as it goes"
    rounded = round(speed, 1) if speed < 10 else float(f"{speed:.2g}")
    return "1 step a second" if rounded == 1 else f"{rounded:,g} steps a second"


def cost_text(cost: float) -> str:
    """Return a cost in no more room than "12.3456" takes, however large it is."""
    if math.isnan(cost):
        return "–"
    return f"{cost:.4f}" if cost < 99.99995 else number(cost, 1)


ACCURACY = "test accuracy"


class Figure(QWidget):
    """A number in large type under its name.

    Parameters
    ----------
    theme : Theme
    name : str
    widest : str
        The widest text it will ever show, which settles its width, so that nothing jumps.
    tip : str
    other_names : tuple of str
        Others that it may have, or as wide as these.
    """

    def __init__(
        self, theme: Theme, name: str, widest: str, tip: str, other_names: tuple[str, ...] = ()
    ) -> None:
        super().__init__()
        self._theme = theme
        self._name = name
        self._other_names = other_names
        self._text = "–"
        self._widest = widest
        self.take_up_theme()
        self.setToolTip(tip)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def take_up_theme(self) -> None:
        """Take as much room as the widest text needs in the size that the user has chosen."""
        self._large, self._small = self._theme.font(19, strong=True), self._theme.font(10)
        large, small = QFontMetricsF(self._large), QFontMetricsF(self._small)
        names = (small.horizontalAdvance(name) for name in (self._name, *self._other_names))
        width = max(large.horizontalAdvance(self._widest), *names)
        self.setFixedSize(math.ceil(width) + FIGURE_GAP, math.ceil(0.82 * large.height() + small.height()))
        self.update()

    @property
    def text(self) -> str:
        """The number shown."""
        return self._text

    def show_text(self, text: str, name: str | None = None) -> None:
        """Show another number, and what it is of, if that is something else now."""
        name = self._name if name is None else name
        if (text, name) != (self._text, self._name):
            self._text, self._name = text, name
            self.setAccessibleName(name)
            self.setAccessibleDescription(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the name above the number."""
        with QPainter(self) as painter:
            area = QRectF(self.rect())
            painter.setFont(self._small)
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(area, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, self._name)
            painter.setFont(self._large)
            painter.setPen(self._theme.colour("text"))
            painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, self._text)


class Transport(View):
    """Buttons for the run's actions, the speed, and step, epoch, cost and accuracy.

    Parameters
    ----------
    theme : Theme
    actions : list of QAction
        What the buttons do, the first one larger.
    """

    least_ms = 90  # figures that run faster cannot be read
    speed_chosen = Signal(float)

    def __init__(self, theme: Theme, actions: list[QAction]) -> None:
        super().__init__(theme, "Transport bar")
        self.setProperty("role", "transport")
        layout = self._row = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 8)
        layout.setSpacing(6)
        # The window may be narrower than all figures side by side; see `_leave_out`.
        layout.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._buttons: list[QToolButton] = []
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            self._buttons.append(button)
            layout.addWidget(button)
        self._fit_buttons()
        layout.addSpacing(10)
        layout.addLayout(self._speed_column())
        layout.addStretch(1)
        self.step = Figure(theme, "step", "1,234,567", "Mini-batch updates made so far.")
        self.epoch = Figure(theme, "epoch", "100.00", "Passes over all training images so far.")
        self.cost = Figure(
            theme,
            "cost C, smoothed",
            "12.3456",
            "The mean of the last mini-batches' costs, a step back counting 1 % less.",
        )
        self.accuracy = Figure(
            theme,
            ACCURACY,
            "evaluating",
            "The share of test images recognised when all were last shown: after an epoch, or at a pause.",
            ("test, at step 1,234,567",),
        )
        self.rate = Figure(theme, "steps a second", "12,345", "Steps made in the last second.")
        self._figures = (self.rate, self.step, self.epoch, self.cost, self.accuracy)
        for figure in self._figures:
            layout.addWidget(figure)
        self._rate_since: tuple[float, int] | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._say_evaluating)
        self._is_evaluating = False

    def _speed_column(self) -> QVBoxLayout:
        self._speed_label = QLabel(speed_text(math.inf))
        self._speed_label.setProperty("role", "muted")
        self._speed_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._speed = QSlider(Qt.Orientation.Horizontal)
        self._speed.setRange(0, POSITIONS)
        self._speed.setValue(POSITIONS)
        self._speed.setPageStep(POSITIONS // 4)
        self._speed.setToolTip("How many steps are made a second, from 1 to as many as the computer can.")
        self._speed.setAccessibleName("Speed")
        self._speed.valueChanged.connect(self._choose_speed)
        self._fit_speed()
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._speed_label)
        column.addWidget(self._speed)
        return column

    def _fit_buttons(self) -> None:
        """Have the buttons grow with the text beside them."""
        for button in self._buttons:
            side = FIRST_ICON_SIDE if button is self._buttons[0] else ICON_SIDE
            side = round(side * self.theme.text_scale)
            button.setIconSize(QSize(side, side))
            button.setFixedSize(side + 24, round(FIRST_ICON_SIDE * self.theme.text_scale) + 18)

    def _fit_speed(self) -> None:
        """Have every speed fit above the slider in the size of text that the user has chosen."""
        font = self.theme.font()
        self._speed_label.setFont(font)
        widest = QFontMetricsF(font).horizontalAdvance(speed_text(FASTEST))
        self._speed.setFixedWidth(max(SPEED_WIDTH, math.ceil(widest)))

    @Slot(int)
    def _choose_speed(self, position: int) -> None:
        speed = speed_at(position)
        self._speed_label.setText(speed_text(speed))
        self.speed_chosen.emit(speed)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show where the run is."""
        self.step.show_text(f"{snapshot.step:,}")
        self.epoch.show_text(f"{snapshot.epoch + snapshot.epoch_progress:.2f}")
        self.cost.show_text(cost_text(snapshot.smoothed_cost))
        if not self._is_evaluating:
            self.accuracy.show_text(*_accuracy_texts(snapshot))
        now = time.monotonic()
        if self._rate_since is None or snapshot.step < self._rate_since[1]:
            self._rate_since = (now, snapshot.step)
        elif now - self._rate_since[0] >= 1:
            since, step = self._rate_since
            made = snapshot.step - step
            self.rate.show_text(f"{made / (now - since):,.0f}" if made > 0 else "–")
            self._rate_since = (now, snapshot.step)

    @Slot()
    def take_up_theme(self) -> None:
        """Paint the figures in the theme's colours and size."""
        for figure in self._figures:
            figure.take_up_theme()
        self._fit_buttons()
        self._fit_speed()
        self._leave_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many figures as there is room for."""
        super().resizeEvent(event)
        self._leave_out()

    def _leave_out(self) -> None:
        """Hide the figures that there is no room for, the least important first."""
        room = self.width() - self._row.contentsMargins().left() - self._row.contentsMargins().right()
        for item in (self._row.itemAt(n) for n in range(self._row.count())):
            if item is not None and not isinstance(item.widget(), Figure):
                room -= item.minimumSize().width() + self._row.spacing()
        for figure in (self.step, self.cost, self.accuracy, self.epoch, self.rate):
            room -= figure.width() + self._row.spacing()
            figure.setVisible(room >= 0)
        self.setFixedHeight(max(60, self.step.height() + 16))

    @Slot(bool)
    def show_evaluating(self, busy: bool) -> None:
        """Say that the accuracy is being computed, if that takes long enough to wonder."""
        if busy:
            self._patience.start(PATIENCE_MS)
        else:
            self._patience.stop()
            self._is_evaluating = False

    @Slot()
    def _say_evaluating(self) -> None:
        self._is_evaluating = True
        self.accuracy.show_text("evaluating", ACCURACY)

    @Slot(bool)
    def show_running(self, running: bool) -> None:
        """Begin to count steps a second anew, or show that none are being made."""
        self._rate_since = None
        if not running:
            self.rate.show_text("–")


def _accuracy_texts(snapshot: Snapshot) -> tuple[str, str]:
    """Return the newest test accuracy that is not of a later step, and what to call it."""
    records = [record for record in snapshot.epochs if record.step <= snapshot.step]
    if snapshot.evaluated is not None and snapshot.evaluated.step <= snapshot.step:
        records.append(snapshot.evaluated.record)
    newest = max(records, key=lambda record: record.step, default=None)
    if newest is None:
        return "–", ACCURACY
    name = ACCURACY if newest.step == snapshot.step else f"test, at step {newest.step:,}"
    return f"{100 * newest.test_accuracy:.2f} %", name
