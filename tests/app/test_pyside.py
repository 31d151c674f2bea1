"""The trap of PySide6 6.12.0 on Python below 3.12: references to None and True are lost until Python aborts."""

import subprocess
import sys

CODE = """
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

application = QApplication([])

class Picture(QWidget):
    told = Signal(bool)
    painted = 0
    heard = 0

    def paintEvent(self, event):
        self.painted += 1

    @Slot(bool)
    def hear(self, value):
        self.heard += value is True

picture = Picture()
picture.resize(4, 4)
picture.told.connect(picture.hear)
picture.show()
application.processEvents()
for _ in range(50_000):
    picture.repaint()
    picture.told.emit(True)
print(picture.painted >= 50_000, picture.heard)
"""


def test_painting_and_emitting_50000_times_does_not_abort():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == "True 50000\n"
