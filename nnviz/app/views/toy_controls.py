"""What a person can choose about toy surfaces: the surface, the pace, and the balls."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from nnviz.app.theme import Theme
from nnviz.app.views.ball_icons import set_icons
from nnviz.core.balls import Ball
from nnviz.core.race import MOST_BALLS
from nnviz.core.surfaces import TOYS, Toy

ROLES = ("highlight", "test", "positive", "activation")
"""The colours of the balls."""
SPEEDS = (1, 3, 10, 30)
"""Steps a second."""
GAP = 6
NOTCHES = 400
"""Of the slider for η."""
SLOWER, FASTER = 0.3, 1.5
"""The slider goes from so many times the η that is too small to so many times the one that is too large."""
TIPS = {
    "back": "Take the last step back.",
    "step": "Have every ball make one step.",
    "run": "Have the balls make step after step.",
    "reset": "Put all balls back to where they start.",
}


class Fitting(QWidget):
    """Controls in a row; those for which there is no room are left out, the least important first.

    Parameters
    ----------
    controls : sequence of QWidget
        From left to right.
    least : sequence of QWidget
        In which order they are left out.
    stretches : QWidget, optional
        The one that takes what room there is.
    """

    def __init__(
        self, controls: Sequence[QWidget], least: Sequence[QWidget], stretches: QWidget | None = None
    ) -> None:
        super().__init__()
        self._controls, self._least, self._stretches = list(controls), list(least), stretches
        self._unwanted: set[QWidget] = set()
        for control in controls:
            control.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def add(self, controls: Sequence[QWidget], least: Sequence[QWidget]) -> None:
        """Have more controls at the end of the row, and others first among those that are left out."""
        for control in controls:
            control.setParent(self)
        self._controls += controls
        self._least = [*least, *self._least]
        self.updateGeometry()
        self.arrange()

    def want(self, control: QWidget, wanted: bool) -> None:
        """Say whether a control makes sense at the moment."""
        (self._unwanted.discard if wanted else self._unwanted.add)(control)
        self.arrange()

    def arrange(self) -> None:
        """Put the controls in place."""
        shown = [control for control in self._controls if control not in self._unwanted]
        for control in self._least:
            if self._width(shown) <= self.width():
                break
            if control in shown:
                shown.remove(control)
        spare = max(self.width() - self._width(shown), 0)
        left = 0
        for control in self._controls:
            control.setVisible(control in shown)
            if control in shown:
                size = control.sizeHint()
                width = size.width() + (spare if control is self._stretches else 0)
                control.setGeometry(left, (self.height() - size.height()) // 2, width, size.height())
                left += width + GAP

    @property
    def whole_width(self) -> int:
        """The width that all controls together take, wanted or not."""
        return self._width(self._controls) + GAP

    def _width(self, controls: Sequence[QWidget]) -> int:
        return sum(control.sizeHint().width() + GAP for control in controls) - GAP

    def sizeHint(self) -> QSize:
        """Ask for the height of a row; the width may be any."""
        return QSize(80, max(control.sizeHint().height() for control in self._controls))

    def minimumSizeHint(self) -> QSize:
        """Ask for no width."""
        return QSize(60, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the controls in place anew."""
        self.arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Put the controls in place anew where their text has another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self.arrange()


class _Spin(QDoubleSpinBox):
    """A number without zeros that say nothing."""

    def textFromValue(self, value: float) -> str:
        """Return it as text."""
        return f"{value:.{self.decimals()}f}".rstrip("0").rstrip(".") or "0"

    def sizeHint(self) -> QSize:
        """Ask for room for all decimals, which Qt sees in neither the least nor the largest number."""
        hint = super().sizeHint()
        needed = self.fontMetrics().horizontalAdvance("0." + "0" * self.decimals())
        known = self.fontMetrics().horizontalAdvance(self.textFromValue(self.maximum()))
        return QSize(hint.width() + max(needed - known, 0), hint.height())


class ToyControls(QWidget):
    """Two rows: the walk, and the balls.

    Parameters
    ----------
    theme : Theme
    """

    toy_chosen = Signal(object)
    """A Toy."""
    wanted = Signal(str)
    """A key of TIPS."""
    speed_chosen = Signal(int)
    ball_chosen = Signal(int)
    """By its place among the balls."""
    ball_added = Signal()
    ball_removed = Signal()
    ball_changed = Signal(float, float)
    """η and μ of the chosen ball."""
    look_changed = Signal()
    """3-D, logarithms or slopes are wanted, or no longer."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._toy = TOYS[0]
        self._running = False
        self.toy = QComboBox()
        self.toy.setAccessibleName("Toy surface")
        self.toy.setToolTip("Choose the surface that the balls roll over.")
        self.toy.addItems([toy.name for toy in TOYS])
        self.toy.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.toy.currentIndexChanged.connect(self._choose_toy)
        self.buttons = {key: self._button(tip, key.capitalize()) for key, tip in TIPS.items()}
        for key, button in self.buttons.items():
            button.clicked.connect(lambda _=False, key=key: self.wanted.emit(key))
        self.speed = QComboBox()
        self.speed.setAccessibleName("Steps a second")
        self.speed.setToolTip("How many steps a second the balls make while they run.")
        self.speed.addItems([f"{speed}/s" for speed in SPEEDS])
        self.speed.setCurrentIndex(1)
        self.speed.currentIndexChanged.connect(lambda place: self.speed_chosen.emit(SPEEDS[place]))
        self.log = self._check(
            "Log", "Show heights by their logarithms, to see small ones beside large ones."
        )
        self.slopes = self._check("Slopes", "Show everywhere which way is steepest downhill, −∇C.")
        self.relief = self._check("3-D", "Show the surface in three dimensions, too.")
        self.relief.setChecked(True)
        self.group = QButtonGroup(self)
        self.chips = [self._chip(place) for place in range(MOST_BALLS)]
        self.group.idClicked.connect(self.ball_chosen)
        self.add = self._button("Add a ball with another η at the start.", "Add a ball")
        self.add.setText("+")
        self.add.clicked.connect(self.ball_added)
        self.remove = self._button("Take the chosen ball away.", "Remove the ball")
        self.remove.setText("−")
        self.remove.clicked.connect(self.ball_removed)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Learning rate η of the chosen ball, by a slider")
        self.slider.setToolTip("η of the chosen ball, from too small to diverging; its whole way follows.")
        self.slider.setRange(0, NOTCHES)
        self.slider.setMinimumWidth(60)
        self.slider.valueChanged.connect(self._take_slider)
        self.eta = self._spin("η ", "Learning rate η of the chosen ball: v → μv − η∇C.", 99.0, 5)
        self.momentum = self._spin(
            "μ ", "Momentum μ of the chosen ball: how much of its last step it keeps.", 0.99, 2
        )
        self.momentum.setSingleStep(0.1)
        buttons = self.buttons
        walk = [self.toy, *buttons.values(), self.speed, self.slopes, self.log, self.relief]
        self._walk = Fitting(
            walk,
            [self.slopes, self.log, self.speed, self.relief, buttons["back"], buttons["reset"], self.toy],
        )
        balls = [*self.chips, self.add, self.remove, self.slider, self.eta, self.momentum]
        self._balls = Fitting(
            balls, [self.slider, self.remove, self.momentum, self.add, *reversed(self.chips)], self.slider
        )
        for row in (self._walk, self._balls):
            row.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.take_up_theme)
        self.take_up_theme()

    def _button(self, tip: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(tip)
        button.setAccessibleName(name)
        return button

    def _chip(self, place: int) -> QToolButton:
        chip = self._button("Choose this ball: a click on the surface puts it there.", f"Ball {place + 1}")
        chip.setCheckable(True)
        self.group.addButton(chip, place)
        return chip

    def _check(self, text: str, tip: str) -> QCheckBox:
        check = QCheckBox(text)
        check.setToolTip(tip)
        check.setAccessibleName({"Log": "Logarithmic heights", "3-D": "In three dimensions"}.get(text, text))
        check.toggled.connect(self.look_changed)
        return check

    def _spin(self, prefix: str, tip: str, most: float, decimals: int) -> QDoubleSpinBox:
        spin = _Spin()
        spin.setPrefix(prefix)
        spin.setToolTip(tip)
        spin.setAccessibleName(tip.split(" of ")[0])
        spin.setDecimals(decimals)
        spin.setRange(0.0, most)
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(self._take_numbers)
        return spin

    # What is shown.

    def show_second_row(self, shown: bool) -> None:
        """Show the balls' controls, or leave them out where there is no room for them."""
        if shown == self._balls.isHidden():
            self._balls.setVisible(shown)
            self.updateGeometry()

    def show_toy(self, toy: Toy) -> None:
        """Show which surface is chosen."""
        self._toy = toy
        with QSignalBlocker(self.toy):
            self.toy.setCurrentIndex(TOYS.index(toy))
        self.eta.setSingleStep(_step(toy.etas[1]))
        for control in (self.slopes, self.log, self.relief):
            self._walk.want(control, toy.dimensions == 2)

    def show_balls(self, balls: Sequence[Ball], chosen: int) -> None:
        """Show how many balls there are, and the chosen one's η and μ."""
        for place, chip in enumerate(self.chips):
            self._balls.want(chip, place < len(balls) and len(balls) > 1)
            chip.setChecked(place == chosen)
        self.add.setEnabled(len(balls) < MOST_BALLS)
        self._balls.want(self.remove, len(balls) > 1)
        ball = balls[chosen]
        with QSignalBlocker(self.eta), QSignalBlocker(self.momentum), QSignalBlocker(self.slider):
            self.eta.setValue(ball.eta)
            self.momentum.setValue(ball.momentum)
            self.slider.setValue(self._notch(ball.eta))
        self._balls.arrange()

    def show_running(self, running: bool, can_go_back: bool) -> None:
        """Show whether the balls run."""
        if running != self._running:
            self._running = running
            self._set_icons()
        button = self.buttons["run"]
        button.setAccessibleName("Pause" if running else "Run")
        button.setToolTip("Stop after this step." if running else TIPS["run"])
        for key in ("back", "reset"):
            self.buttons[key].setEnabled(can_go_back)

    # What is chosen.

    @Slot(int)
    def _choose_toy(self, place: int) -> None:
        self.toy_chosen.emit(TOYS[place])

    @Slot()
    def _take_numbers(self) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(self._notch(self.eta.value()))
        self.ball_changed.emit(self.eta.value(), self.momentum.value())

    @Slot(int)
    def _take_slider(self, notch: int) -> None:
        low, high = self._ends()
        eta = low * (high / low) ** (notch / NOTCHES)
        digits = max(1 - math.floor(math.log10(eta)), 0)  # two that say something
        with QSignalBlocker(self.eta):
            self.eta.setValue(round(eta, digits))
        self.ball_changed.emit(self.eta.value(), self.momentum.value())

    def _ends(self) -> tuple[float, float]:
        return max(SLOWER * self._toy.etas[0], 1e-4), FASTER * self._toy.etas[2]

    def _notch(self, eta: float) -> int:
        low, high = self._ends()
        share = math.log(min(max(eta, low), high) / low) / math.log(high / low)
        return round(share * NOTCHES)

    # Looks.

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        self._set_icons()
        self.updateGeometry()
        self._arrange()

    def _set_icons(self) -> None:
        set_icons(self._theme, self.buttons, self._running, dict(zip(ROLES, self.chips, strict=True)))

    def _arrange(self) -> None:
        height = self._walk.sizeHint().height()
        self._walk.setGeometry(0, 0, self.width(), height)
        self._balls.setGeometry(0, height + GAP, self.width(), self._balls.sizeHint().height())

    def sizeHint(self) -> QSize:
        """Ask for the height of both rows; the width may be any."""
        second = 0 if self._balls.isHidden() else GAP + self._balls.sizeHint().height()
        return QSize(100, self._walk.sizeHint().height() + second)

    def minimumSizeHint(self) -> QSize:
        """Ask for no width."""
        return QSize(60, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put both rows in place."""
        self._arrange()

    def shown_controls(self) -> list[QAbstractButton | QComboBox | QDoubleSpinBox | QSlider]:
        """Return those for which there is room."""
        kinds = (QAbstractButton, QComboBox, QDoubleSpinBox, QSlider)
        return [
            control
            for row in (self._walk, self._balls)
            for control in row.children()
            if isinstance(control, kinds) and not control.isHidden()
        ]


def _step(eta: float) -> float:
    """Return by how much an arrow changes η: a tenth of its power of ten."""
    return float(10.0 ** (math.floor(math.log10(eta)) - 1))
