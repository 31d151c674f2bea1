"""The three ways in which a sample changes its prediction, and how they are marked."""

from __future__ import annotations

from nnviz.data.dataset import Samples
from nnviz.run.effect import Effect

MENDED, SPOILT, MOVED = "mended", "spoilt", "moved"
MARKS = {MENDED: "✓", SPOILT: "✗", MOVED: "~"}
ROLES = {MENDED: "positive", SPOILT: "negative", MOVED: "muted"}
NAMES = {MENDED: "now right", SPOILT: "now wrong", MOVED: "neither"}


def way_of(effect: Effect, test: Samples, index: int) -> str:
    """Return which way a changed sample went."""
    if effect.after.predicted[index] == test.labels[index]:
        return MENDED
    return SPOILT if effect.before.predicted[index] == test.labels[index] else MOVED
