"""A clock that goes through the layers of a network, slowly enough for a class to follow."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

SECONDS_A_LAYER = 0.9
SECONDS_A_LAYER_WITHOUT_MOTION = 1.0
FRAME_MS = 33


class LayerPlayer(QObject):
    """Tells how far a forward pass has come, until its end and one layer's time longer, for the answer to be read.

    Parameters
    ----------
    clock : callable
        Returns the time in seconds.

    Attributes
    ----------
    reached : float or None
        In layers: the input is there at 1, layer l at l + 1. None while nothing is played.
    """

    moved = Signal()
    """`reached` is another; None at the end."""

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._began = 0.0
        self._layers = 0
        self._in_motion = True
        self.reached: float | None = None

    def start(self, layers: int, in_motion: bool) -> None:
        """Begin.

        Parameters
        ----------
        layers : int
            With the input's.
        in_motion : bool
            Otherwise each layer is there all at once.
        """
        self._layers, self._in_motion = layers, in_motion
        self._began = self._clock()
        self._timer.start(FRAME_MS if in_motion else round(1000 * SECONDS_A_LAYER_WITHOUT_MOTION))
        self._go_to(0.0 if in_motion else 1.0)

    @Slot()
    def stop(self) -> None:
        """End, early or not."""
        self._timer.stop()
        if self.reached is not None:
            self.reached = None
            self.moved.emit()

    @Slot()
    def _tick(self) -> None:
        if self.reached is None:
            return
        if self._in_motion:
            self._go_to((self._clock() - self._began) / SECONDS_A_LAYER)
        else:
            self._go_to(self.reached + 1)

    def _go_to(self, reached: float) -> None:
        if reached >= self._layers + 1:
            self.stop()
            return
        reached = min(reached, float(self._layers))
        if reached != self.reached:
            self.reached = reached
            self.moved.emit()
