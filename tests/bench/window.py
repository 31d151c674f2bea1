"""What the open window costs training, and whether it stays smooth.

Run on an X display (`xvfb-run python tests/bench/window.py`): offscreen, Qt paints in other ways.
"""

import statistics
import sys
import time

from _measure import ratio, report
from _window import open_window, wait_until
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer

from nnviz.run.trainer import Trainer

SECONDS = 6.0
ROUNDS = 5
HEARTBEAT_MS = 5


class FrameCounter(QObject):
    """Counts how often a widget is painted."""

    count = 0

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


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


def headless_steps_a_second(spec, data):
    trainer = Trainer(spec, data)
    start = time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        trainer.advance(200)
    return trainer.step / (time.perf_counter() - start)


def windowed(window, counter):
    """Train from step 0 at full speed; return steps a second, frames a second, heartbeat delays, pause delay."""
    run = window.run_control
    before = run.snapshot
    run.reset()
    wait_until(lambda: run.snapshot is not before and run.snapshot.step == 0 and bool(run.snapshot.epochs))
    heartbeat, frames, start = Heartbeat(), counter.count, time.perf_counter()
    run.toggle()
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * SECONDS), loop.quit)
    loop.exec()
    elapsed, painted = time.perf_counter() - start, counter.count - frames
    heartbeat.stop()
    asked = time.perf_counter()
    run.toggle()
    wait_until(lambda: not run.running)
    pause = 1000 * (time.perf_counter() - asked)
    # what the worker had done when the time was up, as nearly as the last frame tells
    return run.snapshot.step / (elapsed + pause / 1000), painted / elapsed, heartbeat.late, pause


def main():
    window = open_window()
    counter = FrameCounter()
    window.weights._picture.installEventFilter(counter)
    spec, data = window.run_control.spec, window.run_control._worker._data
    shares, rates, late, pauses, both = [], [], [], [], []
    for _ in range(ROUNDS):
        alone = headless_steps_a_second(spec, data)
        steps, frames, delays, pause = windowed(window, counter)
        shares.append(steps / alone)
        rates.append(frames)
        late += delays
        pauses.append(pause)
        both.append((round(alone), round(steps)))
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
