"""Whether the window always closes cleanly in the middle of training.

Run on an X display. Twenty processes each load MNIST, train for a different short time, and close their window.
"""

import subprocess
import sys
import time

from _measure import ratio, report

TIMES = 20
PROGRAM = """
import os, sys, tempfile, time
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()
from PySide6.QtCore import QTimer
from nnviz.app import application, main_window
milliseconds = int(sys.argv[1])
class Window(main_window.MainWindow):
    def start(self):
        super().start()
        self.run_control.run_ready.connect(self.train_and_close)
    def train_and_close(self):
        self.run_control.toggle()
        QTimer.singleShot(milliseconds, self.leave)
    def leave(self):
        print(time.time(), flush=True)
        self.close()
application.MainWindow = Window
sys.exit(application.run_application())
"""


def main():
    clean, slowest, complaints = 0, 0.0, []
    for number in range(TIMES):
        run = [sys.executable, "-c", PROGRAM, str(37 * number)]
        done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
        seconds = time.time() - float(done.stdout.split()[-1])
        slowest = max(slowest, seconds)
        if done.returncode == 0 and not done.stderr and seconds <= 2:
            clean += 1
        else:
            complaints.append((done.returncode, round(seconds, 2), done.stderr[-400:]))
    report(
        {
            "clean closings of twenty": ratio(clean, at_least=TIMES),
            "slowest closing, s": ratio(slowest, at_most=2),
        },
        ("PySide6-Essentials", "pyqtgraph"),
        complaints=complaints,
    )


if __name__ == "__main__":
    main()
