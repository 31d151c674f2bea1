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


def main():
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    window = open_window()
    opened = resident()
    window.run_control.toggle()
    let_run(20)  # every buffer that a run needs is there by then
    before, step = resident(), window.run_control.snapshot.step
    let_run(60 * minutes)
    grown, steps = resident() - before, window.run_control.snapshot.step - step
    log = window.run_control.snapshot.log
    metrics = 4 * (2 + log.n_layers)
    window.close()
    report(
        {
            "resident with MNIST and the window open, MiB": ratio(opened / MIB, at_most=450),
            "resident after the run, MiB": ratio((before + grown) / MIB, at_most=450),
            "growth of the run beyond its metrics, MiB": ratio((grown - metrics * steps) / MIB, at_most=0),
        },
        ("PySide6-Essentials", "pyqtgraph", "numpy"),
        minutes=minutes,
        steps=steps,
        bytes_of_metrics_a_step=metrics,
        growth_mib=round(grown / MIB, 2),
    )


if __name__ == "__main__":
    main()
