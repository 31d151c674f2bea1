"""What the open window costs training, and whether it stays smooth.

Run on an X display (`xvfb-run python tests/bench/window.py`): offscreen, Qt paints in other ways.
"""

import statistics
import sys
import time

from _measure import ratio, report
from _window import FrameCounter, headless_steps_a_second, open_window, wait_until, windowed_steps_a_second
from PySide6.QtCore import Qt, QTimer

from nnviz.app.graphics.canvas import Canvas

ROUNDS = 5
HEARTBEAT_MS = 5


class Heartbeat:
    """A timer of the window's thread that notes how late it comes, in milliseconds."""

    def __init__(self):
        self.late = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(HEARTBEAT_MS)

    def _beat(self):
        now = time.perf_counter()
        self.late.append(1000 * (now - self._last) - HEARTBEAT_MS)
        self._last = now

    def stop(self):
        self._timer.stop()


def pause_ms(window):
    """Return how long a running run takes to pause, in milliseconds."""
    run = window.run_control
    run.toggle()
    wait_until(lambda: run.running)
    asked = time.perf_counter()
    run.toggle()
    wait_until(lambda: not run.running)
    return 1000 * (time.perf_counter() - asked)


def main():
    window = open_window()
    counter = FrameCounter(window.views.diagram.findChild(Canvas))
    spec, data = window.run_control.spec, window.choice.data
    shares, rates, late, pauses = [], [], [], []
    for _ in range(ROUNDS):
        alone = headless_steps_a_second(spec, data)
        heartbeat = Heartbeat()
        steps, frames = windowed_steps_a_second(window, counter)
        heartbeat.stop()
        shares.append(steps / alone)
        rates.append(frames)
        late += heartbeat.late
        pauses.append(pause_ms(window))
        print(f"headless {alone:,.0f}, window {steps:,.0f} steps a second", file=sys.stderr)
    window.close()
    late.sort()
    report(
        {
            "share of headless steps a second": ratio(statistics.median(shares), at_least=0.80),
            "frames a second": ratio(statistics.median(rates), at_least=25),
            "heartbeat late, 99th percentile, ms": ratio(late[int(0.99 * len(late))], at_most=33),
            "heartbeat late, worst, ms": ratio(late[-1], at_most=150),
            "pause answers after, worst, ms": ratio(max(pauses), at_most=100),
        },
        ("numpy", "PySide6-Essentials", "pyqtgraph"),
        each_round=[round(share, 3) for share in shares],
    )


if __name__ == "__main__":
    main()
