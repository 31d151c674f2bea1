"""A plane that stays while a path goes on, as long as it is still nearly the best."""

from __future__ import annotations

from collections.abc import Sequence

from nnviz.core.encoding import Floats
from nnviz.core.plane import Plane
from nnviz.core.shadow import explained_share

ENOUGH = 0.97
"""Of the variance that the best plane explains: as long as a plane explains so much of it, it stays."""


def steadied(best: Plane, before: Plane, positions: Sequence[Floats] | Floats) -> Plane:
    """Return the plane of before through the best one's centre, unless it has become too bad for that.

    With every step the principal components of a path turn a little, and with them all that is drawn on their plane:
    the path would swing about its end, and contour lines with it, although nothing of what was drawn has happened.
    Of two planes that explain a path almost alike, the one that is there already shows it better. What the picture
    says stays true: how much of the path its plane explains is said beside it.

    Parameters
    ----------
    best : Plane
        Of the path's first two principal components.
    before : Plane
    positions : (N, P)
        Along the path.
    """
    if before.u.shape != best.u.shape:
        return best
    stays = before.centred_at(best.centre)
    kept, possible = (explained_share(positions, plane.coordinates(positions)) for plane in (stays, best))
    return stays if kept >= ENOUGH * possible else best
