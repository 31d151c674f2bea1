"""How long the window takes to open, beside an empty pyqtgraph window.

Run on an X display. Each window is a process of its own, timed from its start to the end of its first paint.
"""

import os
import subprocess
import sys
import tempfile
import time

from _measure import ratio, report

ROUNDS = 9
FIRST_PAINT = """
import os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self.tell)
        return False
    def tell(self):
        print(time.time(), flush=True)
        os._exit(0)  # closing is measured elsewhere
"""
EMPTY = """
import pyqtgraph
from PySide6.QtWidgets import QApplication
application = QApplication([])
window = pyqtgraph.PlotWidget()
"""
NNVIZ = """
import tempfile
from nnviz.app.application import make_application
from nnviz.app.main_window import MainWindow
from nnviz.app.settings import Settings
from nnviz.app.theme import Theme
from PySide6.QtCore import QSettings
application = make_application()
theme = Theme(application)
theme.choose("dark", False)
window = MainWindow(theme, Settings(QSettings(tempfile.mktemp(), QSettings.Format.IniFormat)))
window.start()
"""
SHOW = """
first = FirstPaint()
application.installEventFilter(first)
window.resize(1280, 800)
window.show()
application.exec()
"""


def seconds_to_open(make_window: str, cache: str) -> float:
    """Return the time from the start of a process to its window's first paint.

    Compiled modules are kept in the folder `cache`, whatever the environment says, as for an installed program.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.time()
    run = [sys.executable, "-c", make_window + FIRST_PAINT + SHOW]
    told = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60, env=environment)
    return float(told.stdout.split()[-1]) - start


def main():
    empty, ours = [], []
    with tempfile.TemporaryDirectory() as cache:
        for window in (EMPTY, NNVIZ):
            seconds_to_open(window, cache)  # in which all modules are compiled
        for _ in range(ROUNDS):
            empty.append(seconds_to_open(EMPTY, cache))
            ours.append(seconds_to_open(NNVIZ, cache))
    ratios = {"opening / an empty pyqtgraph window": ratio(min(ours) / min(empty), at_most=2)}
    report(ratios, ("PySide6-Essentials", "pyqtgraph", "numpy"))


if __name__ == "__main__":
    main()
