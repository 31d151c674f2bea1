"""What buttons and keys do to what is on the pad."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nnviz.app.views.pad_controls import DEGREES
from nnviz.data.sketch import Sketch

Edit = Callable[[Sketch], None]

MOVES: Mapping[str, Edit] = {
    "left": lambda sketch: sketch.nudge(0, -1),
    "up": lambda sketch: sketch.nudge(-1, 0),
    "down": lambda sketch: sketch.nudge(1, 0),
    "right": lambda sketch: sketch.nudge(0, 1),
    "anticlockwise": lambda sketch: sketch.rotate(DEGREES),
    "clockwise": lambda sketch: sketch.rotate(-DEGREES),
    "thicker": Sketch.thicken,
    "thinner": Sketch.thin,
}
"""What needs something on the pad, by the keys of `pad_controls.TEXTS`."""
EDITS: Mapping[str, Edit] = {"undo": Sketch.undo, "redo": Sketch.redo, "clear": Sketch.clear, **MOVES}
