"""The controls of balls on a plane: steps, and each ball's η, momentum and batch size."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from nnviz.app.ball_desk import A_SPEED, MOST_BALLS, SPEEDS, BallDesk, another
from nnviz.app.theme import Theme
from nnviz.app.views.ball_icons import set_icons
from nnviz.app.views.toy_controls import GAP, Fitting
from nnviz.core.balls import Ball
from nnviz.run.plane_race import PlaneBall

ROLES = ("test", "positive", "warning", "activation")
"""The colours of the balls; the run's own path has another."""
STEPS = {
    "back": "Take the balls' last step back.",
    "step": "Have every ball make one step in this plane: two parameters descend, α and β.",
    "run": "Have the balls make step after step in this plane: two parameters descend, α and β.",
    "reset": "Put all balls back to where they start.",
}
FOR_REAL = (
    "Make a branch of the run that begins at the chosen ball's place, θ₀ + αu + βv, with all parameters; "
    "there it is trained for real."
)
ALL = "all"


class BallControls(QWidget):
    """Two rows: the walk, and the chosen ball.

    Parameters
    ----------
    theme : Theme
    desk : BallDesk
    """

    for_real = Signal()
    """A branch of the run is to begin where the chosen ball is."""

    def __init__(self, theme: Theme, desk: BallDesk) -> None:
        super().__init__()
        self._theme = theme
        self._desk = desk
        self._running = False
        self.batch_size = 10
        self.buttons = {key: self._button(tip, key.capitalize()) for key, tip in STEPS.items()}
        self.buttons["back"].clicked.connect(desk.back)
        self.buttons["step"].clicked.connect(desk.make_step)
        self.buttons["reset"].clicked.connect(desk.reset)
        self.buttons["run"].clicked.connect(lambda: desk.stop() if desk.is_running else desk.run())
        self.speed = QComboBox()
        self.speed.setAccessibleName("Steps a second")
        self.speed.setToolTip("How many steps a second the balls make while they run.")
        self.speed.addItems([f"{speed}/s" for speed in SPEEDS])
        self.speed.setCurrentIndex(SPEEDS.index(A_SPEED))
        self.speed.currentIndexChanged.connect(lambda place: desk.set_speed(SPEEDS[place]))
        self.real = QPushButton("For real")
        self.real.setAccessibleName("For real: a branch of the run from here")
        self.real.setToolTip(FOR_REAL)
        self.real.clicked.connect(self.for_real)
        self.group = QButtonGroup(self)
        self.chips = [self._chip(place) for place in range(MOST_BALLS)]
        self.group.idClicked.connect(desk.choose)
        self.add = self._button(
            "Add a ball: with mini-batches, with momentum, with a larger η.", "Add a ball"
        )
        self.add.setText("+")
        self.add.clicked.connect(self._add)
        self.remove = self._button("Take the chosen ball away.", "Remove the ball")
        self.remove.setText("−")
        self.remove.clicked.connect(desk.remove)
        self.eta = self._spin("η ", "Learning rate η of the chosen ball: v → μv − η∇C.", 9999.0, 4)
        self.momentum = self._spin(
            "μ ", "Momentum μ of the chosen ball: how much of its last step it keeps.", 0.99, 2
        )
        self.momentum.setSingleStep(0.1)
        self.batch = QSpinBox()
        self.batch.setPrefix("m ")
        self.batch.setRange(0, 60_000)
        self.batch.setSpecialValueText(f"m {ALL}")
        self.batch.setAccessibleName("Batch size of the chosen ball")
        self.batch.setToolTip(
            "Batch size m of the chosen ball, 0 for all samples: the careful walker; few samples: the drunk one."
        )
        self.batch.setKeyboardTracking(False)
        self.batch.valueChanged.connect(self._take_numbers)
        self._lay_out()
        desk.changed.connect(self.show_balls)
        theme.changed.connect(self.take_up_theme)
        self.take_up_theme()
        self.show_balls()

    def _lay_out(self) -> None:
        buttons = self.buttons
        walk = Fitting(
            [*buttons.values(), self.speed, self.real], [self.speed, buttons["back"], buttons["reset"]]
        )
        self._balls = Fitting(
            [*self.chips, self.add, self.remove, self.eta, self.momentum, self.batch],
            [self.remove, self.momentum, self.add, *reversed(self.chips)],
        )
        self._walk = walk
        for row in (walk, self._balls):
            row.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _button(self, tip: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(tip)
        button.setAccessibleName(name)
        return button

    def _chip(self, place: int) -> QToolButton:
        chip = self._button("Choose this ball: a click on the map puts it there.", f"Ball {place + 1}")
        chip.setCheckable(True)
        self.group.addButton(chip, place)
        return chip

    def _spin(self, prefix: str, tip: str, most: float, decimals: int) -> QDoubleSpinBox:
        spin = _Spin()
        spin.setPrefix(prefix)
        spin.setToolTip(tip)
        spin.setAccessibleName(tip.split(" of ")[0])
        spin.setDecimals(decimals)
        spin.setRange(0.0, most)
        spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(self._take_numbers)
        return spin

    @property
    def _is_one_row(self) -> bool:
        """Whether there is room for everything in one row."""
        return self.width() >= self._walk.whole_width + self._balls.whole_width

    def _arrange(self) -> None:
        first, second = self._walk.sizeHint().height(), self._balls.sizeHint().height()
        if self._is_one_row:
            left = self._walk.whole_width
            self._walk.setGeometry(0, 0, left, first)
            self._balls.setGeometry(left, 0, self.width() - left, second)
        else:
            self._walk.setGeometry(0, 0, self.width(), first)
            self._balls.setGeometry(0, first + GAP, self.width(), second)

    def sizeHint(self) -> QSize:
        """Ask for the height of both rows, or of one; the width may be any."""
        is_low = self._is_one_row or self._balls.isHidden()
        first, second = self._walk.sizeHint().height(), self._balls.sizeHint().height()
        return QSize(100, max(first, second) if is_low else first + GAP + second)

    def minimumSizeHint(self) -> QSize:
        """Ask for no width."""
        return QSize(60, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put both rows in place."""
        super().resizeEvent(event)
        self._arrange()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    # What is shown.

    def show_numbers_row(self, shown: bool) -> None:
        """Show the balls' numbers, or leave them out where there is no room for them."""
        self._balls.setVisible(shown)
        self.updateGeometry()

    @Slot()
    def show_balls(self) -> None:
        """Show how many balls there are, the chosen one's numbers, and whether they run."""
        desk = self._desk
        count = len(desk.balls)
        for place, chip in enumerate(self.chips):
            self._balls.want(chip, place < count and count > 1)
            chip.setChecked(place == desk.chosen)
        for control in (self.add, self.remove, self.real, *self.buttons.values()):
            control.setEnabled(count > 0)
        self.add.setEnabled(0 < count < MOST_BALLS)
        for key in ("back", "reset"):
            self.buttons[key].setEnabled(count > 0 and desk.step > 0)
        if count:
            self.show_numbers(desk.balls[desk.chosen])
        if desk.is_running != self._running:
            self._running = desk.is_running
            self._set_icons()
        run = self.buttons["run"]
        run.setAccessibleName("Pause" if self._running else "Run")
        run.setToolTip("Stop after this step." if self._running else STEPS["run"])

    def show_numbers(self, ball: PlaneBall) -> None:
        """Show a ball's η, μ and batch size."""
        with QSignalBlocker(self.eta), QSignalBlocker(self.momentum), QSignalBlocker(self.batch):
            self.eta.setValue(ball.ball.eta)
            self.momentum.setValue(ball.ball.momentum)
            self.batch.setValue(ball.batch_size or 0)

    # What is chosen.

    def ball_at(self, point: tuple[float, float]) -> PlaneBall:
        """Return a ball with the numbers that are shown."""
        return PlaneBall(Ball(point, self.eta.value(), self.momentum.value()), self.batch.value() or None)

    @Slot()
    def _take_numbers(self) -> None:
        desk = self._desk
        if desk.balls:
            start = desk.balls[desk.chosen].ball.start
            desk.change(self.ball_at((start[0], start[1])))

    @Slot()
    def _add(self) -> None:
        desk = self._desk
        if desk.balls:
            desk.add(another(desk.balls[desk.chosen], len(desk.balls), self.batch_size))

    # Looks.

    @Slot()
    def take_up_theme(self) -> None:
        """Take up the theme's colours and the size of its text."""
        self._set_icons()
        self.updateGeometry()
        self._arrange()

    def _set_icons(self) -> None:
        set_icons(self._theme, self.buttons, self._running, dict(zip(ROLES, self.chips, strict=True)))


class _Spin(QDoubleSpinBox):
    """A number without zeros that say nothing."""

    def textFromValue(self, value: float) -> str:
        """Return it as text."""
        return f"{value:.{self.decimals()}f}".rstrip("0").rstrip(".") or "0"
