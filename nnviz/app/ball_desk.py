"""The balls that the user has put on a plane: which there are, how far they have come, and whether they run."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnviz.app.roller import Roller
from nnviz.core.balls import Ball
from nnviz.core.plane import Plane
from nnviz.run.plane_race import MOST_STEPS, PlaneBall, PlaneGround, Walk

MOST_BALLS = 4
COLLECT_MS = 25
SPEEDS = (1, 3, 10, 30)
"""Steps a second."""
A_SPEED = 10
Point = tuple[float, float]


class BallDesk(QObject):
    """Up to `MOST_BALLS` balls on one plane; a thread of its own computes where they are.

    Parameters
    ----------
    parent : QObject

    Attributes
    ----------
    balls : tuple of PlaneBall
        As they start.
    walks : tuple of Walk
        Of each, as far as is known; fewer than there are balls until the thread has answered.
    chosen : int
        Which of them clicks and controls act on.
    step : int
        Steps made since the race began; a ball that was put down later has made fewer.
    """

    changed = Signal()
    """Which balls there are, where they are, or whether they run."""
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.balls: tuple[PlaneBall, ...] = ()
        self.walks: tuple[Walk, ...] = ()
        self.chosen = 0
        self.step = 0
        self._since: list[int] = []
        self._ground: PlaneGround | None = None
        self._roller: Roller | None = None
        self._number = -1
        self._collecting = QTimer(self)
        self._collecting.setInterval(COLLECT_MS)
        self._collecting.timeout.connect(self._collect)
        self._pace = QTimer(self)
        self._pace.timeout.connect(self._go_on)
        self.set_speed(A_SPEED)

    # The ground.

    @property
    def plane(self) -> Plane | None:
        """The plane that the balls are on; None where there are none."""
        return self._ground.plane if self._ground is not None and self.balls else None

    @property
    def n_samples(self) -> int:
        """Over how many samples the cost is that they descend."""
        return 0 if self._ground is None else self._ground.n_samples

    def set_ground(self, ground: PlaneGround) -> None:
        """Have the balls roll on another cost, on the same plane or before there are any balls."""
        self._ground = ground
        if self.balls:
            self._ask()

    def open(self) -> None:
        """Start the thread."""
        if self._roller is None:
            self._roller = Roller()
            self._roller.start()
            if self.balls:
                self._ask()

    def close(self) -> None:
        """End the thread, and make no steps that nobody sees."""
        self._pace.stop()
        self._collecting.stop()
        if self._roller is not None:
            self._roller.stop()
            self._roller = None

    # The balls.

    def put(self, point: Point, otherwise: PlaneBall) -> None:
        """Put the chosen ball somewhere; where there is none, one like another."""
        if not self.balls:
            self.balls, self._since, self.chosen = (otherwise,), [0], 0
            self.step = 0
        chosen = self.balls[self.chosen]
        self._replace(replace(chosen, ball=replace(chosen.ball, start=point)))
        self._since[self.chosen] = self.step
        self._ask()

    def add(self, ball: PlaneBall) -> None:
        """Add a ball that has made as many steps as the chosen one, and choose it."""
        if len(self.balls) < MOST_BALLS:
            since = self._since[self.chosen] if self._since else self.step
            self.balls = (*self.balls, ball)
            self._since.append(since)
            self.chosen = len(self.balls) - 1
            self._ask()

    def change(self, ball: PlaneBall) -> None:
        """Have the chosen ball roll otherwise, from its start on, as many steps as it has made."""
        if self.balls:
            self._replace(ball)
            self._ask()

    def choose(self, place: int) -> None:
        """Have clicks and controls act on another ball."""
        if 0 <= place < len(self.balls):
            self.chosen = place
            self.changed.emit()

    def remove(self) -> None:
        """Take the chosen ball away."""
        if self.balls:
            keep = [place for place in range(len(self.balls)) if place != self.chosen]
            self.walks = tuple(self.walks[place] for place in keep if place < len(self.walks))
            self.balls = tuple(self.balls[place] for place in keep)
            self._since = [self._since[place] for place in keep]
            self.chosen = max(min(self.chosen, len(keep) - 1), 0)
            self._ask()

    def clear(self) -> None:
        """Take all balls away."""
        self.stop()
        self.balls, self.walks, self._since, self.chosen, self.step = (), (), [], 0, 0
        self._ground = None
        self._collecting.stop()
        self.changed.emit()

    def _replace(self, ball: PlaneBall) -> None:
        self.balls = (*self.balls[: self.chosen], ball, *self.balls[self.chosen + 1 :])

    # Steps.

    @property
    def is_running(self) -> bool:
        """Whether the balls make step after step."""
        return self._pace.isActive()

    def set_speed(self, steps_a_second: int) -> None:
        """Make so many steps a second, or as many as can be computed."""
        self._pace.setInterval(round(1000 / steps_a_second))

    def run(self) -> None:
        """Make step after step until all balls have diverged, or it takes too long."""
        if self.balls:
            self._pace.start()
            self._go_on()
            self.changed.emit()

    def stop(self) -> None:
        """Make no more steps."""
        if self.is_running:
            self._pace.stop()
            self.changed.emit()

    def make_step(self) -> None:
        """Have every ball make one step."""
        self.go_to(self.step + 1)

    def back(self) -> None:
        """Take the last step back; a ball that was put down since then is on its first place."""
        self.go_to(self.step - 1)

    def reset(self) -> None:
        """Put all balls back to where they start."""
        self._since = [0] * len(self.balls)
        self.go_to(0)

    def go_to(self, step: int) -> None:
        """Go to where the balls are after so many steps."""
        self._pace.stop()
        self._set_step(step)

    def _set_step(self, step: int) -> None:
        self.step = min(max(step, 0), MOST_STEPS)
        self._since = [min(since, self.step) for since in self._since]
        self._ask()

    @Slot()
    def _go_on(self) -> None:
        if self._collecting.isActive():
            return  # the last step takes longer than the pace allows
        if self.step >= MOST_STEPS or (self.walks and all(walk.diverged for walk in self.walks)):
            self.stop()
        else:
            self._set_step(self.step + 1)

    # The thread's answers.

    def _ask(self) -> None:
        if not self.balls:
            self.clear()
        elif self._roller is not None and self._ground is not None:
            steps = [self.step - since for since in self._since]
            self._number = self._roller.ask(self._ground, self.balls, steps)
            self._collecting.start()
            self.changed.emit()

    @Slot()
    def _collect(self) -> None:
        rolled = None if self._roller is None else self._roller.take()
        if rolled is None or rolled.number != self._number:
            return
        if rolled.is_last:
            self._collecting.stop()
        if rolled.failure:
            self.clear()
            self.failed.emit(rolled.failure)
            return
        self.walks = rolled.walks
        self.changed.emit()


def another(ball: PlaneBall, count: int, batch_size: int) -> PlaneBall:
    """Return what is worth seeing beside a ball: one of mini-batches, one with momentum, one of a larger η.

    Parameters
    ----------
    ball : PlaneBall
        The one that there is.
    count : int
        How many there are.
    batch_size : int
        The run's.
    """
    inner = ball.ball
    kinds = (
        PlaneBall(inner, batch_size if ball.batch_size is None else None),
        PlaneBall(Ball(inner.start, inner.eta, 0.0 if inner.momentum else 0.9), ball.batch_size),
        PlaneBall(Ball(inner.start, 3 * inner.eta, inner.momentum), ball.batch_size),
    )
    return kinds[(count - 1) % len(kinds)]
