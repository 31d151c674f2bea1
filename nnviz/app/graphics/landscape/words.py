"""What a map of the cost surface does not show, in sentences: how far the path is from its shadow."""

from __future__ import annotations

import math

import numpy as np

from nnviz.app.graphics.landscape.map import height_text
from nnviz.app.graphics.text import number
from nnviz.core.shadow import Shadow
from nnviz.run.surveying import Landscape


def sentences_about(landscape: Landscape) -> list[str]:
    """Return what is to be said beside a map: of the path, and of what the plane holds."""
    shadow, downhill = landscape.shadow, landscape.downhill
    if shadow is None:
        return [landscape.refusal]
    shares = []
    if not math.isnan(shadow.explained):
        shares.append(f"{100 * shadow.explained:.0f} % of the path's variance")
    if downhill is not None and downhill.norm > 0 and np.isfinite(downhill.on_plane).all():
        seen = float(np.linalg.norm(downhill.on_plane)) / downhill.norm
        shares.append(f"{100 * seen:.0f} % of the gradient's length")
    return [_of_path(shadow), f"The plane holds {' and '.join(shares)}." if shares else ""]


def shorter(sentence: str) -> str:
    """Return what is left of one of these sentences where there is no room for all: its first half."""
    for joint in ("; ", " and "):
        if joint in sentence:
            return f"{sentence.split(joint)[0]}."
    return sentence


def _of_path(shadow: Shadow) -> str:
    """Say how far from the plane the path is where it is farthest, and what that means for the cost."""
    if len(shadow.distances) < 2:
        return f"Here the cost is {height_text(float(shadow.costs[-1]))}." if shadow.known else ""
    if np.isnan(shadow.distances).all():
        return ""
    place = int(np.nanargmax(shadow.distances))
    text = f"The path is up to {number(float(shadow.distances[place]))} away from the plane"
    costs = [float(costs[place]) for costs in (shadow.costs, shadow.plane_costs)]
    if np.isfinite(costs).all():
        text += f"; there its cost is {height_text(costs[0])}, the plane's {height_text(costs[1])}"
    return f"{text}."
