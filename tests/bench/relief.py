"""How many frames a second the picture in three dimensions has while it is turned.

Run on an X display, with llvmpipe where there is no graphics card. Every frame is asked for as a user does, by a key,
and counted when it is painted. Where a picture takes long, edges are jagged until it stands still, as for a user.
"""

import gc
import time

import numpy as np
from _measure import for_comparison, not_measured, ratio, report
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnviz.app.application import make_application
from nnviz.app.graphics.landscape.gl import NoGraphicsError, stage
from nnviz.app.graphics.landscape.marks import Marble, Marks, Trail
from nnviz.app.theme import Theme
from nnviz.app.views.relief import Relief
from nnviz.core.survey import Surface

FRAMES, ROUNDS = 60, 5
SIZE = (640, 480)
PACKAGES = ("PySide6-Essentials", "pyqtgraph", "PyOpenGL", "contourpy", "numpy")


def surface(cells: int) -> Surface:
    """Return hills and valleys on a grid of so many cells to a side."""
    ticks = np.linspace(-3, 3, cells + 1)
    x, y = np.meshgrid(ticks, ticks)
    return Surface(ticks, ticks, np.sin(x) * np.cos(1.3 * y) + 0.1 * (x**2 + y**2) + 1.2, is_finest=True)


def frames_a_second(relief: Relief) -> float:
    """Turn it by keys, and return how many frames a second were painted at best."""
    best = 0.0
    for _ in range(ROUNDS):
        gc.collect()
        start = time.perf_counter()
        for _ in range(FRAMES):
            QTest.keyClick(relief.canvas, Qt.Key.Key_Right)
            relief.canvas.repaint()
            QApplication.processEvents()
        best = max(best, FRAMES / (time.perf_counter() - start))
    return best


def main() -> None:
    application = make_application()
    theme = Theme(application)
    theme.choose("dark", colour_blind_safe=False)
    start = time.perf_counter()
    try:
        renderer = stage().renderer
    except NoGraphicsError as error:
        report({"frames a second, 41 × 41": not_measured(str(error), at_least=30)}, PACKAGES)
        return
    loading = time.perf_counter() - start
    relief = Relief(theme)
    relief.resize(*SIZE)
    relief.show()
    QTest.qWaitForWindowExposed(relief)
    way = np.linspace(-2, 2, 200)
    trail = Trail(np.column_stack([way, way**2 / 2]), np.full(200, 2.0))
    found = {}
    for cells in (40, 80):
        relief.show_surface(surface(cells), Marks([trail], [Marble((0.5, 0.5), 1.6)]))
        frames = frames_a_second(relief)
        name = f"frames a second, {cells + 1} × {cells + 1}"
        found[name] = ratio(frames, at_least=30) if cells == 40 else for_comparison(frames)
    shown = [surface(40) for _ in range(20)]
    start = time.perf_counter()
    for one in shown:
        relief.show_surface(one, Marks([trail]))
        relief.canvas.repaint()
    relief.close()
    changed = 1000 * (time.perf_counter() - start) / len(shown)
    seconds = {"to load OpenGL, s": round(loading, 3), "another surface, ms": round(changed, 2)}
    report(found, PACKAGES, renderer=renderer, size=SIZE, **seconds)


if __name__ == "__main__":
    main()
