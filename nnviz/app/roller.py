"""The roller: a plain Python thread that lets balls roll on a plane, and touches nothing of Qt.

What is asked for last wins. What is known so far is left in a slot, in place of what nobody collected.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from nnviz.run.blas import hold_blas_to_one_thread
from nnviz.run.plane_race import PlaneBall, PlaneGround, PlaneWay, Walk


@dataclass(frozen=True, eq=False)
class Rolled:
    """What is known of the balls that were asked for.

    Parameters
    ----------
    number : int
        What `ask` returned.
    walks : tuple of Walk
        Of each ball, as far as it has come.
    is_last : bool
        Whether all have come as far as was asked for.
    failure : str
        A sentence, or nothing.
    """

    number: int
    walks: tuple[Walk, ...]
    is_last: bool
    failure: str = ""


@dataclass(frozen=True, eq=False)
class _Order:
    number: int
    ground: PlaneGround
    balls: tuple[PlaneBall, ...]
    steps: tuple[int, ...]


class Roller:
    """The thread. Public methods may be called from any other and return at once, but for `stop`."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._order: _Order | None = None
        self._number = 0
        self._stopping = False
        self._slot: deque[Rolled] = deque(maxlen=1)
        self._ground: PlaneGround | None = None
        self._ways: dict[PlaneBall, PlaneWay] = {}
        self._thread = threading.Thread(target=self._live, name="nnviz-roller", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        hold_blas_to_one_thread()
        self._thread.start()

    def stop(self, patience: float = 2.0) -> bool:
        """End the thread after the step that it is at; return whether it ended within `patience` seconds."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(patience)
        return not self._thread.is_alive()

    def ask(self, ground: PlaneGround, balls: Sequence[PlaneBall], steps: Sequence[int]) -> int:
        """Ask where balls are after so many steps each; return the number that the answer will bear."""
        with self._changed:
            self._number += 1
            self._order = _Order(self._number, ground, tuple(balls), tuple(steps))
            self._slot.clear()
            self._changed.notify_all()
            return self._number

    def take(self) -> Rolled | None:
        """Collect the newest answer, if there is one that was not collected."""
        try:
            return self._slot.pop()
        except IndexError:
            return None

    # The thread's own.

    def _live(self) -> None:
        while True:
            with self._changed:
                while not self._stopping and self._order is None:
                    self._changed.wait()
                if self._stopping or self._order is None:
                    return
                order = self._order
            try:
                self._roll(order)
            except MemoryError:
                self._put(
                    order, Rolled(order.number, (), True, "There is not enough memory for these balls.")
                )
            except ValueError as error:
                self._put(order, Rolled(order.number, (), True, str(error)))
            except Exception as error:
                fault = f"The balls failed because of a fault in nnviz ({error!r})."
                self._put(order, Rolled(order.number, (), True, fault))

    def _roll(self, order: _Order) -> None:
        """Let each ball make one step after the other, in turns, until all have come as far as they should."""
        if order.ground is not self._ground:
            self._ground, self._ways = order.ground, {}
        # Of balls that are gone, the newest are kept: η may be turned back.
        self._ways = dict(list(self._ways.items())[-16:])
        ways = []
        for ball in order.balls:
            way = self._ways.pop(ball, None) or PlaneWay(order.ground, ball)
            self._ways[ball] = way
            ways.append(way)
        while order is self._order and not self._stopping:
            behind = [way for way, step in zip(ways, order.steps, strict=True) if way.has_to_go(step)]
            walks = tuple(way.until(step) for way, step in zip(ways, order.steps, strict=True))
            self._put(order, Rolled(order.number, walks, is_last=not behind))
            if not behind:
                return
            for way in behind:
                if order is not self._order or self._stopping:
                    return
                way.advance()

    def _put(self, order: _Order, rolled: Rolled) -> None:
        """Leave an answer, unless something else was asked for meanwhile."""
        with self._changed:
            if order is self._order:
                self._slot.append(rolled)
                if rolled.is_last:
                    self._order = None
