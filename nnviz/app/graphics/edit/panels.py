"""Where the parts of the view of edits go: the weights, and beside them or below what the edits did."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from nnviz.app.graphics.text import line_height
from nnviz.app.theme import Theme

POINTS = 10.0
MARGIN, GAP, GAP_BELOW = 10.0, 16.0, 8.0
"""Pixels around all, and between picture and effect, side by side or one below the other."""
LEAST_TITLED = 7.0
"""Lines of text that the picture must be high to have a title."""
BESIDE_FROM = 1.15
"""The ratio of width to height from which the effect stands beside the picture."""
WIDE, LEAST_WIDE, HIGH = 0.56, 0.4, 0.58
"""Shares of the width and of the height that are the picture's."""


def divide(theme: Theme, area: QRectF, is_image: bool) -> tuple[QRectF, QRectF, QRectF]:
    """Return where title, picture and effect go; the title's place may be empty.

    Parameters
    ----------
    theme : Theme
    area : QRectF
    is_image : bool
        Whether the picture is an image, which cannot use more width than it has height.
    """
    area = area.adjusted(MARGIN, GAP_BELOW, -MARGIN, -GAP_BELOW)
    line = line_height(theme, POINTS)
    if area.width() >= BESIDE_FROM * area.height():
        wide = WIDE * area.width()
        if is_image:
            wide = max(min(wide, area.height()), LEAST_WIDE * area.width())
        picture = QRectF(area.left(), area.top(), wide, area.height())
        effect = QRectF(picture.right() + GAP, area.top(), area.width() - wide - GAP, area.height())
    else:
        high = min(HIGH * area.height(), area.width() + 3 * line)
        picture = QRectF(area.left(), area.top(), area.width(), high)
        below = picture.bottom() + GAP_BELOW
        effect = QRectF(area.left(), below, area.width(), area.bottom() - below)
    title = QRectF()
    if picture.height() >= LEAST_TITLED * line:
        title = QRectF(picture.left(), picture.top(), picture.width(), line)
        picture.setTop(title.bottom() + 4)
    return title, picture, effect
