"""What seeing everything at once costs: training beside the Explore layout, redraws, and choosing a sample.

Run on an X display (`xvfb-run python tests/bench/explore.py`): offscreen, Qt paints in other ways.
"""

import statistics
import sys
import time

import numpy as np
from _measure import fastest, one_blas_thread, ratio, report
from _window import FrameCounter, headless_steps_a_second, open_window, wait_until, windowed_steps_a_second
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnviz.app.choice import TEST
from nnviz.app.graphics.canvas import Canvas
from nnviz.core.evaluation import evaluate
from nnviz.core.network import Network
from nnviz.data.dataset import load_mnist
from nnviz.run.spec import RunSpec
from nnviz.run.trainer import Trainer

ROUNDS = 3
REDRAWS = 40
CHOICES = 30


def canvas_of(view):
    """Return the painted part of a view, the largest canvas in it."""
    return max(view.findChildren(Canvas), key=lambda canvas: canvas.width() * canvas.height())


def redraw_ms(view, snapshots):
    """Return the median time, in milliseconds, that a view takes to take up a snapshot and paint it."""
    canvas, times = canvas_of(view), []
    for n in range(REDRAWS):
        view._edges_at = 0.0  # the diagram's edges anew each time, too, which it would keep for a while
        start = time.perf_counter()
        view.show_snapshot(snapshots[n % len(snapshots)])
        canvas.repaint()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def snapshots_of(sizes, data):
    """Return snapshots of a run in its beginning, each with an evaluation of its own."""
    trainer, made = Trainer(RunSpec(sizes), data), []
    for _ in range(4):
        trainer.advance(50)
        trainer.request_evaluation()
        while not trainer.evaluate_piece():
            pass
        made.append(trainer.snapshot())
    return made


class PaintWatch(QObject):
    """Notes which of some widgets have been painted since it was reset."""

    def __init__(self, widgets):
        super().__init__()
        self.waiting = set()
        self._widgets = widgets
        for widget in widgets:
            widget.installEventFilter(self)

    def reset(self):
        self.waiting = set(self._widgets)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.waiting.discard(watched)
        return False


def choosing_ms(window):
    """Return how long it takes, in milliseconds, until every visible view of the sample shows another one."""
    shown = [
        canvas_of(view)
        for key, view in window.views.items()
        if window.is_seen(key) and key not in ("costs", "health")
    ]
    watch, times = PaintWatch(shown), []
    for n in range(CHOICES):
        watch.reset()
        start = time.perf_counter()
        window.choice.choose(TEST, 17 * n + 1)
        while watch.waiting:
            if time.perf_counter() - start > 5:
                names = [widget.accessibleName() for widget in watch.waiting]
                raise TimeoutError(f"Not painted again: {', '.join(names)}")
            QApplication.processEvents()
        times.append(1000 * (time.perf_counter() - start))
        QTest.qWait(50)
    return times


def training_beside(window):
    """Return the share of headless steps a second, frames a second of the diagram, and how long choosing takes."""
    spec, data = window.run_control.spec, window.choice.data
    counter = FrameCounter(canvas_of(window.views.diagram))
    shares, rates = [], []
    for _ in range(ROUNDS):
        alone = headless_steps_a_second(spec, data)
        steps, frames = windowed_steps_a_second(window, counter)
        shares.append(steps / alone)
        rates.append(frames)
        print(f"headless {alone:,.0f}, Explore layout {steps:,.0f} steps a second", file=sys.stderr)
    window.run_control.toggle()
    wait_until(lambda: window.run_control.running)
    choosing = choosing_ms(window)
    window.run_control.toggle()
    wait_until(lambda: not window.run_control.running)
    return statistics.median(shares), statistics.median(rates), choosing


def hidden_share(window):
    """Return the share of a frame's time that a snapshot takes for all views while they are hidden."""
    for dock in window.docks.values():
        dock.hide()
    QApplication.processEvents()
    snapshot, views = window.run_control.snapshot, list(window.views.values())
    start = time.perf_counter()
    for _ in range(200):
        for view in views:
            view.receive(snapshot)
    return (time.perf_counter() - start) / 200 / 0.035


def evaluation_ratio(data):
    """Return the time of evaluating 10,000 images by the time of the bare matrix products."""
    network, test = Network((784, 16, 16, 10)), data.test
    inputs = (test.images / 255).astype(np.float32)

    def bare():
        a = inputs.T
        for weights in network.weights:
            a = np.matmul(weights, a)
        return 1

    def evaluation():
        evaluate(network, test.images, test.labels)
        return 1

    with one_blas_thread():
        seconds = fastest({"bare": bare, "evaluation": evaluation})
    return seconds["evaluation"] / seconds["bare"]


def main():
    data = load_mnist()
    evaluating = evaluation_ratio(data)
    window = open_window()
    window.lay_out("Explore")
    QApplication.processEvents()
    share, frames, choosing = training_beside(window)
    small, large = snapshots_of((784, 16, 16, 10), data), snapshots_of((784, 100, 10), data)
    views = window.views
    redraws = {
        "diagram 784-16-16-10 redraws in, ms": ratio(redraw_ms(views.diagram, small), at_most=8),
        "diagram 784-100-10 redraws in, ms": ratio(redraw_ms(views.diagram, large), at_most=16),
        "gallery of 100 neurons redraws in, ms": ratio(redraw_ms(views.weights, large), at_most=8),
        "confusion matrix redraws in, ms": ratio(redraw_ms(views.evaluation, small), at_most=4),
    }
    hidden = hidden_share(window)
    window.close()
    report(
        {
            "Explore layout: share of headless steps a second": ratio(share, at_least=0.70),
            "Explore layout: frames a second": ratio(frames, at_least=20),
            "hidden views: share of a frame": ratio(hidden, at_most=0.01),
            **redraws,
            "choosing a sample while training shows in, median, ms": ratio(
                statistics.median(choosing), at_most=50
            ),
            "choosing a sample while training shows in, worst, ms": ratio(max(choosing), at_most=50),
            "evaluating 10,000 images / bare matrix products": ratio(evaluating, at_most=3),
        },
        ("numpy", "PySide6-Essentials", "pyqtgraph"),
    )


if __name__ == "__main__":
    main()
