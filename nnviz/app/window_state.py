"""What a session keeps of the window: what was chosen, and which views were open."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnviz.app.choice import DRAWN, TEST, TRAINING, Choice, Neuron
from nnviz.app.docks import Docks
from nnviz.app.layouts import LAYOUTS
from nnviz.app.settings import Settings
from nnviz.run.spec import JsonObject


def window_to_json(choice: Choice, docks: Docks, settings: Settings) -> JsonObject:
    """Return the chosen sample, the pinned neuron, the layout, and the views that are open, for `apply_window`."""
    neuron = choice.neuron
    return {
        "sample": _sample_to_json(choice),
        "neuron": None if neuron is None else [neuron.layer, neuron.index],
        "layout": settings.layout,
        "views": [key for key, dock in docks.by_key.items() if not dock.isHidden()],
    }


def apply_window(
    value: Mapping[str, Any], sizes: Sequence[int], choice: Choice, docks: Docks, settings: Settings
) -> None:
    """Have the window as a session has kept it; whatever makes no sense, or not here, is passed over.

    Parameters
    ----------
    value : mapping
        From a file, so that it may be anything that JSON can hold.
    sizes : sequence of int
        Of the session's network.
    choice, docks, settings
        What is changed.
    """
    _apply_sample(value.get("sample"), choice)
    choice.pin(_neuron(value.get("neuron"), sizes))
    layout, views = value.get("layout"), value.get("views")
    if isinstance(layout, str) and layout in LAYOUTS and layout != settings.layout:
        docks.lay_out(layout)
    if isinstance(views, list) and any(key in docks.by_key for key in views if isinstance(key, str)):
        for key, dock in docks.by_key.items():
            if dock.isHidden() == (key in views):
                dock.setVisible(key in views)


def _sample_to_json(choice: Choice) -> JsonObject | None:
    sample = choice.sample
    if sample is None:
        return None
    if sample.source != DRAWN:
        return {"source": sample.source, "index": sample.index}
    pixels = base64.b64encode(sample.pixels.tobytes()).decode()
    return {"source": DRAWN, "pixels": pixels, "label": sample.label}


def _apply_sample(value: Any, choice: Choice) -> None:
    if not isinstance(value, dict):
        return
    source = value.get("source")
    if source in (TRAINING, TEST) and _is_whole(value.get("index")):
        choice.choose(source, value["index"])
    elif source == DRAWN and isinstance(value.get("pixels"), str):
        label = value.get("label")
        try:
            pixels = np.frombuffer(base64.b64decode(value["pixels"], validate=True), np.uint8)
        except (binascii.Error, ValueError):
            return
        choice.choose_drawn(pixels, label if _is_whole(label) else None)  # which refuses what does not fit


def _neuron(value: Any, sizes: Sequence[int]) -> Neuron | None:
    if not isinstance(value, list) or len(value) != 2 or not all(_is_whole(number) for number in value):
        return None
    layer, index = value
    if not 1 <= layer < len(sizes) or index >= sizes[layer]:
        return None
    return Neuron(layer, index)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
