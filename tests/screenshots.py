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
from nnviz.app.views.backprop_controls import Page
from nnviz.core.components import Component
from nnviz.core.stages import Kind

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


def walk_into_a_step(window):
    """Open the next mini-batch, and go to where its errors go back through the layers."""
    window.actions_by_key["into"].trigger()
    wait_until(lambda: window.walk.stage is not None)
    while window.walk.stage.kind is not Kind.BACKWARD:
        window.actions_by_key["into"].trigger()
    QTest.qWait(800)


def is_surveyed(window):
    """Return whether the cost surface is computed to the end."""
    landscape = window.views.landscape.landscape
    return landscape is not None and landscape.is_complete


def show_errors(window):
    """Show the gradient as a list, and beside it the errors in the network with the edge that was chosen."""
    window.lay_out("Debug")
    window.show_view("backprop")
    window.views.backprop.controls.buttons[Page.GRADIENT].click()
    window.views.diagram.controls.buttons["δ"].click()
    window.choice.choose_component(Component(2, 3, 9))
    QTest.qWait(800)


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
            if name == "Debug":
                walk_into_a_step(window)
            if name == "Surface":
                wait_until(lambda: is_surveyed(window))
            QTest.qWait(800)  # until ranges have glided to where they should be
            window.grab().save(str(folder / f"{name.lower()}-{theme}.png"), "PNG", SMALLEST)
            window.walk.leave()
        show_errors(window)
        window.grab().save(str(folder / f"debug-backprop-{theme}.png"), "PNG", SMALLEST)
        window.choice.choose_component(None)
        window.views.diagram.controls.buttons["a"].click()
        window.views.backprop.controls.buttons[Page.LAYERS].click()
        for key, view in window.views.items():
            view.show_snapshot(window.run_control.snapshot)
            save_figure(view, folder / f"{key}-{theme}.png", view.figure_size, 1)
    window.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main()
