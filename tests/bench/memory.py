"""How much memory the open window holds, and how much a long run adds.

Run on an X display: `python tests/bench/memory.py [minutes]`, five minutes where not given.
"""

import gc
import sys

import psutil
from _measure import ratio, report
from _window import open_window
from PySide6.QtCore import QEventLoop, QTimer

MIB = 1 << 20


def resident():
    gc.collect()
    return psutil.Process().memory_info().rss


def let_run(seconds):
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def kept_of(window):
    """Return the bytes that a run keeps for good: its metrics, and its keyframes, of which there is a budget."""
    trainer = window.run_control._worker.branches.trainer
    layers = trainer.log.n_layers
    metrics = 4 * (2 + layers) * trainer.log.count + 4 * 3 * layers * trainer.health_log.count_at(
        trainer.step
    )
    return metrics, trainer.keyframes.nbytes


def main():
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    window = open_window()
    opened = resident()
    window.run_control.toggle()
    let_run(20)  # every buffer that a run needs is there by then
    before, kept, step = resident(), kept_of(window), window.run_control.snapshot.step
    let_run(60 * minutes)
    after, kept_now, steps = resident(), kept_of(window), window.run_control.snapshot.step - step
    window.close()
    grown, metrics, keyframes = after - before, kept_now[0] - kept[0], kept_now[1] - kept[1]
    report(
        {
            "resident with MNIST and the window open, MiB": ratio(opened / MIB, at_most=450),
            "resident after the run without its keyframes, MiB": ratio(
                (after - kept_now[1]) / MIB, at_most=450
            ),
            "growth of the run beyond its metrics and keyframes, MiB": ratio(
                (grown - metrics - keyframes) / MIB, at_most=0
            ),
        },
        ("PySide6-Essentials", "pyqtgraph", "numpy"),
        minutes=minutes,
        steps=steps,
        resident_mib=round(after / MIB, 1),
        growth_mib=round(grown / MIB, 2),
        metrics_mib=round(metrics / MIB, 2),
        keyframes_mib=round(kept_now[1] / MIB, 1),
        keyframes_growth_mib=round(keyframes / MIB, 2),
    )


if __name__ == "__main__":
    main()
