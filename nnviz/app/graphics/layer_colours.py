"""A colour for each layer of a network, where its figures are lines in one chart."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor

from nnviz.app.graphics.colour_scales import rgb
from nnviz.app.theme import Theme

RAMP = ("training", "test", "warning")
"""Roles that the colours run through, from the first layer to the last: from cold to warm, all of them legible."""


def layer_colours(theme: Theme, n_layers: int) -> list[QColor]:
    """Return the colours of layers 1…L, on a ramp from the first to the last."""
    stops = np.array([rgb(getattr(theme.colours, role)) for role in RAMP])
    places = np.linspace(0, len(RAMP) - 1, n_layers) if n_layers > 1 else np.array([len(RAMP) - 1.0])
    channels = [np.interp(places, np.arange(len(RAMP)), stops[:, channel]) for channel in range(3)]
    return [QColor(*(round(float(channel[layer])) for channel in channels)) for layer in range(n_layers)]


def layer_name(layer: int, n_layers: int) -> str:
    """Return what a layer is called: "layer 2", and the last one "output"."""
    return "output" if layer == n_layers else f"layer {layer}"
