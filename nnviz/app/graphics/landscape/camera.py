"""The camera of the picture in three dimensions: it goes round the middle of a box and looks at it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF

Doubles = NDArray[np.float64]

LOWEST, HIGHEST = 4.0, 89.0
"""Degrees above the floor."""
NEAREST, FURTHEST = 2.2, 9.0
OPENING = 34.0
"""Degrees from bottom to top of a picture that is wide."""
AS_WIDE = 1.25
"""The box is so many times as wide as high: of a picture that is narrower, the width decides."""
MIDDLE = (0.0, 0.0, 0.42)
"""What it looks at: the middle of the box, and a little below it, for the labels."""


@dataclass(frozen=True)
class Camera:
    """Where the camera is.

    Parameters
    ----------
    azimuth : float
        Degrees round the box, 0 to 360; at 0 it stands beyond the right end of the first axis.
    elevation : float
        Degrees above the floor.
    distance : float
        From the middle of the box, of which half a side is 1.
    """

    azimuth: float = 305.0
    elevation: float = 42.0
    distance: float = 4.7

    def moved(self, round_by: float = 0.0, up_by: float = 0.0, nearer: float = 1.0) -> Camera:
        """Return the camera, so many degrees further round and up, and so many times nearer; within bounds."""
        return replace(
            self,
            azimuth=(self.azimuth + round_by) % 360,
            elevation=min(max(self.elevation + up_by, LOWEST), HIGHEST),
            distance=min(max(self.distance / nearer, NEAREST), FURTHEST),
        )

    @property
    def position(self) -> Doubles:
        """Where it stands, (3,)."""
        round_, up = np.radians([self.azimuth, self.elevation])
        away = np.array([np.cos(up) * np.cos(round_), np.cos(up) * np.sin(round_), np.sin(up)])
        place: Doubles = np.array(MIDDLE) + self.distance * away
        return place

    def opening(self, width: float, height: float) -> float:
        """Return the angle across the whole width of a picture, in degrees."""
        half = np.tan(np.radians(OPENING / 2)) * max(width / height, AS_WIDE)
        return float(2 * np.degrees(np.arctan(half)))

    def seen(self, points: ArrayLike, area: QRectF) -> Doubles:
        """Return where points of the box appear in an area.

        Parameters
        ----------
        points : (…, 3)
        area : QRectF

        Returns
        -------
        float64 array, (…, 3)
            Pixels across and down, and the distance from the camera's plane; what lies behind it is NaN.
        """
        away = np.asarray(points, np.float64) - self.position
        round_, up = np.radians([self.azimuth, self.elevation])
        right = np.array([-np.sin(round_), np.cos(round_), 0])
        upward = np.array([-np.sin(up) * np.cos(round_), -np.sin(up) * np.sin(round_), np.cos(up)])
        ahead = -np.array([np.cos(up) * np.cos(round_), np.cos(up) * np.sin(round_), np.sin(up)])
        depth = away @ ahead
        depth = np.where(depth > 1e-6, depth, np.nan)
        half = np.tan(np.radians(self.opening(area.width(), area.height()) / 2))
        pixels = area.width() / 2 / half
        return np.stack(
            [
                area.center().x() + pixels * (away @ right) / depth,
                area.center().y() - pixels * (away @ upward) / depth,
                depth,
            ],
            axis=-1,
        )
