"""Whether the cost surface is seen from above, in three dimensions, or both, and where each then is."""

from __future__ import annotations

from PySide6.QtCore import QRectF

LOOKS = ("Map", "3-D", "Both")
BY_SIDE = 1.1
"""So many times as wide as high the pictures must be together to be beside each other."""


def split(area: QRectF, look: str) -> tuple[QRectF | None, QRectF]:
    """Return where the map is, if it is to be seen beside the third dimension, and where that is."""
    if look != "Both":
        return None, area
    if area.width() >= BY_SIDE * area.height():
        return area.adjusted(0, 0, -0.48 * area.width(), 0), area.adjusted(0.52 * area.width(), 0, 0, 0)
    return area.adjusted(0, 0, 0, -0.48 * area.height()), area.adjusted(0, 0.52 * area.height(), 0, 0)
