"""Makes assets/screenshots anew: every layout and every view, in both themes, after the same two epochs.

.venv/bin/python tests/screenshots.py [FOLDER]
"""

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, str(Path(__file__).parent / "bench"))

from _window import open_window, wait_until
from PySide6.QtTest import QTest

from nnviz.app.choice import TEST, Neuron
from nnviz.app.figure_file import save_figure
from nnviz.app.layouts import LAYOUTS

FOLDER = Path(__file__).parents[1] / "assets" / "screenshots"
SAMPLE, NEURON = 4, Neuron(1, 5)
SIZE = (1280, 800)
SMALLEST = 0
"""Of a PNG's qualities: the one that takes most time and least room."""


def train_two_epochs(window):
    for epoch in (1, 2):
        window.run_control.run_epoch()
        wait_until(lambda epoch=epoch: window.run_control.snapshot.epoch >= epoch)
        wait_until(lambda: not window.run_control.running)
    wait_until(lambda: len(window.run_control.snapshot.epochs) == 3)
    wait_until(lambda: window.run_control.snapshot.evaluated.step == window.run_control.snapshot.step)


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    window = open_window()
    train_two_epochs(window)
    window.choice.choose(TEST, SAMPLE)
    window.choice.pin(NEURON)
    for theme in ("dark", "light"):
        window.theme.choose(theme, colour_blind_safe=False)
        for name in LAYOUTS:
            window.resize(*SIZE)
            window.lay_out(name)
            QTest.qWait(800)  # until ranges have glided to where they should be
            window.grab().save(str(folder / f"{name.lower()}-{theme}.png"), "PNG", SMALLEST)
        for key, view in window.views.items():
            view.show_snapshot(window.run_control.snapshot)
            save_figure(view, folder / f"{key}-{theme}.png", view.figure_size, 1)
    window.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main()
